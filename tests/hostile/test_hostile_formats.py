"""Our own hostile files, one for each trick: read as plain words, or refused with a reason; never acted on."""

from __future__ import annotations

import io
import zipfile

import pytest

from firsthand.sources.readers import read_document
from firsthand.values.errors import InputError

MARK = "payload-that-must-not-act"


def packed(*entries):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return file.getvalue()


WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    b'wordprocessingml.document.main+xml"/></Types>'
)
BODY = f'<w:document xmlns:w="{WORDS}"><w:body><w:p><w:r><w:t>The ferry left.</w:t></w:r></w:p></w:body></w:document>'
TEMPLATE = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
    f'Target="http://127.0.0.1:9/{MARK}.dotm" TargetMode="External"/></Relationships>'
)


def pdf(action: bytes) -> bytes:
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/OpenAction " + action + b">>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length 41>>stream\nBT /F 12 Tf 9 9 Td (The ferry left.) Tj ET\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj" % number + content + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table
    return bytes(out) + b"trailer<</Root 1 0 R/Size %d>>startxref\n%d\n%%%%EOF" % (len(objects) + 1, end)


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)

TRICKS = {
    "pdf-javascript": ("a.pdf", pdf(b"<</S/JavaScript/JS(app.alert('" + MARK.encode() + b"'))>>")),
    "pdf-launch": ("a.pdf", pdf(b"<</S/Launch/F(" + MARK.encode() + b")>>")),
    "pdf-goto-remote": ("a.pdf", pdf(b"<</S/URI/URI(http://127.0.0.1:9/" + MARK.encode() + b")>>")),
    "docx-external-template": (
        "a.docx",
        packed(
            ("[Content_Types].xml", TYPES),
            ("word/document.xml", BODY),
            ("word/_rels/settings.xml.rels", TEMPLATE),
            ("word/_rels/document.xml.rels", TEMPLATE),
        ),
    ),
    "docx-billion-laughs": (
        "a.docx",
        packed(("[Content_Types].xml", TYPES), ("word/document.xml", LAUGHS + f"]>{BODY}")),
    ),
    "docx-in-docx": ("a.docx", packed(("[Content_Types].xml", TYPES), ("word/document.xml", packed(("x", b"y" * 99))))),
    "docx-traversal": ("a.docx", packed(("../../word/document.xml", BODY), ("[Content_Types].xml", TYPES))),
    "docx-bomb": ("a.docx", packed(("[Content_Types].xml", TYPES), ("word/document.xml", b" " * 60_000_000))),
    "html-script": ("a.html", f"<p>The ferry left.</p><script>{MARK}</script><p onclick='{MARK}'>x</p>".encode()),
    "html-remote": ("a.html", f"<img src=http://127.0.0.1:9/{MARK}><iframe src=file:///{MARK}></iframe>".encode()),
    "svg-script": ("a.svg", f"<svg xmlns='http://www.w3.org/2000/svg'><script>{MARK}</script></svg>".encode()),
    "csv-of-one-endless-row": ("a.csv", b"a," * 2_000_000),
    "csv-deep-quotes": ("a.csv", b'"' * 1_000_001),
    "text-of-nulls": ("a.txt", bytes(100_000)),
    "text-of-lone-surrogates": ("a.txt", "The ferry \ud800 left.".encode("utf-8", "surrogatepass")),
    "utf-16-cut-in-a-pair": ("a.txt", "The ferry left \U0001f6a2".encode("utf-16")[:-1]),
    "an-empty-file": ("a.pdf", b""),
    "a-zip-that-says-it-is-a-pdf": ("a.pdf", packed(("a", b"b"))),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_a_trick_is_read_as_words_or_refused_and_never_acted_on(trick, monkeypatch):
    import socket

    def no_network(*_, **__):
        raise AssertionError("a reader opened a connection")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    name, content = TRICKS[trick]
    try:
        text = read_document(content, name).text
    except InputError as fault:
        text = f"{fault} {fault.advice}"
    assert MARK not in text
    assert text.encode("utf-8") or trick == "an-empty-file"


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\u2066", "\ufeff"])
def test_a_name_that_shows_otherwise_than_it_is_breaks_nothing(tmp_path, sign):
    from firsthand.workbench.collecting import add_files
    from firsthand.workbench.opening import ephemeral_session

    path = tmp_path / f"ferry{sign}txt.exe.txt"
    path.write_text("The ferry left.", "utf-8")
    with ephemeral_session(actor="coder one") as session:
        (document,) = add_files(session, [path]).documents
        assert document.text == "The ferry left."
        assert session.document(document.id) == document
