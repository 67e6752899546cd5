"""Small files of every format, made here from invented words, for tests and for fuzzing."""

from __future__ import annotations

import base64
import gzip
import io
import struct
import zipfile

__all__ = ["SAMPLES", "make_eml", "make_msg", "make_odt", "make_pdf", "make_rtf", "make_wacz", "make_warc", "make_xlsx"]

WORDS = "The ferry left Quay Town with 40 people."
KOREAN = "하늘마을 주민 3명이 다리를 건넜다."


def packed(entries: dict[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def make_odt() -> bytes:
    spaces = (
        'xmlns:office="o" xmlns:text="t" xmlns:style="s" xmlns:fo="f" xmlns:draw="d" xmlns:xlink="x" xmlns:table="tb"'
    )
    body = (
        f"<office:document-content {spaces}><office:automatic-styles><style:style style:name='H'>"
        "<style:text-properties text:display='none'/></style:style></office:automatic-styles><office:body>"
        "<office:text><text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion>"
        f"</text:changed-region></text:tracked-changes><text:h>{WORDS}</text:h><text:p>{KOREAN}<text:s text:c='2'/>"
        "<text:span text:style-name='H'>hidden</text:span></text:p><table:table><table:table-row><table:table-cell>"
        "<text:p>cell</text:p></table:table-cell></table:table-row></table:table><draw:frame>"
        "<draw:image xlink:href='https://pictures.invalid/a.png'/></draw:frame></office:text></office:body>"
        "</office:document-content>"
    )
    meta = '<m xmlns:dc="d"><dc:title>The ferry</dc:title></m>'
    return packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": body, "meta.xml": meta})


def make_rtf() -> bytes:
    return (
        b"{\\rtf1\\ansi\\ansicpg949\\deff0{\\fonttbl{\\f0\\fcharset129 Batang;}{\\f1\\fcharset0 Times;}}"
        b"{\\info{\\title The ferry}}{\\header page head}\\f1 " + WORDS.encode() + b"\\par\\f0 "
        + "".join(f"\\'{byte:02x}" for byte in KOREAN.encode("cp949")).encode()
        + b"\\par\\u54620?\\u44544? {\\v hidden}{\\pict\\pngblip 8950}"
        + b"{\\field{\\*\\fldinst HYPERLINK a}{\\fldrslt link}}}"
    )  # fmt: skip


def make_eml() -> bytes:
    return (
        "From: Ara Quill <a@quay.invalid>\r\nTo: b@quay.invalid\r\nSubject: =?utf-8?B?64uk66as?=\r\n"
        "Date: Tue, 3 Mar 2020 10:00:00 +0900\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n'
        f"Content-Transfer-Encoding: 8bit\r\n\r\n{WORDS}\r\n\r\n{KOREAN}\r\n--x\r\nContent-Type: application/pdf\r\n"
        'Content-Disposition: attachment; filename="a.pdf"\r\n\r\nx\r\n--x--\r\n'
    ).encode()


def make_mhtml() -> bytes:
    body = base64.encodebytes(f"<html><body><nav>Home</nav><article><p>{WORDS}</p><p>{KOREAN}</p></article>".encode())
    address = "https://quay.invalid/ferry"
    return (
        f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {address}\r\nSubject: The ferry\r\n"
        'Date: Tue, 3 Mar 2020 10:00:00 +0900\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n'
        "\r\n--x\r\nContent-Type: text/html\r\nContent-Location: https://quay.invalid/frame\r\n\r\n<p>frame\r\n"
        "--x\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Location: {address}\r\n\r\n{body.decode()}\r\n"
        "--x\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0=\r\n--x--\r\n"
    ).encode()


def make_msg() -> bytes:
    """An OLE container (MS-CFB, 512-byte sectors) with the streams of a mail; each stream fills whole sectors."""
    sent = (132_275_304_000_000_000).to_bytes(8, "little")  # 2020-03-01 10:00
    streams = {
        "__properties_version1.0": bytes(32) + struct.pack("<HHI", 0x0040, 0x0039, 6) + sent,
        "__substg1.0_0037001F": "The ferry".encode("utf-16-le"),
        "__substg1.0_1000001F": f"{WORDS}\r\n{KOREAN}".encode("utf-16-le"),
    }
    sector, free, end, fat_sign = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    padded = {name: content.ljust(4096, b"\0") for name, content in streams.items()}
    fat = [fat_sign, 2, end]
    starts = {}
    for name in padded:
        starts[name] = len(fat)
        fat += [len(fat) + 1 + n for n in range(7)] + [end]
    fat += [free] * (sector // 4 - len(fat))

    def entry(name: str, kind: int, *, right: int, child: int, start: int, size: int) -> bytes:
        raw = (name + "\0").encode("utf-16-le")
        return (
            raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, free, right, child) + bytes(36)
            + struct.pack("<IQ", start, size)
        )  # fmt: skip

    names = list(padded)
    directory = entry("Root Entry", 5, right=free, child=1, start=end, size=0) + b"".join(
        entry(name, 2, right=n + 2 if n + 1 < len(names) else free, child=free, start=starts[name], size=4096)
        for n, name in enumerate(names)
    )
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
        + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<I", 0)
    )  # fmt: skip
    header = header.ljust(sector, b"\xff")
    return header + struct.pack(f"<{len(fat)}I", *fat) + directory.ljust(2 * sector, b"\0") + b"".join(padded.values())


def make_xlsx() -> bytes:
    book = (
        '<workbook xmlns:r="r"><sheets><sheet name="People" sheetId="1" r:id="r1"/>'
        '<sheet name="Notes" sheetId="2" state="hidden" r:id="r2"/></sheets></workbook>'
    )
    relations = (
        '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/>'
        '<Relationship Id="r2" Target="worksheets/sheet2.xml"/></Relationships>'
    )
    shared = f"<sst><si><t>name</t></si><si><r><t>하늘</t></r><rPh><t>x</t></rPh></si><si><t>{WORDS}</t></si></sst>"
    styles = '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    sheet = (
        "<worksheet><cols><col min='4' max='4' hidden='1'/></cols><sheetData>"
        "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='inlineStr'><is><t>day</t></is></c>"
        "<c r='C1' t='inlineStr'><is><t>words</t></is></c></row>"
        "<row r='3'><c r='A3' t='s'><v>1</v></c><c r='B3' s='1'><v>43891</v></c><c r='C3' t='s'><v>2</v></c>"
        "<c r='D3'><v>7</v></c></row>"
        "<row r='4' hidden='1'><c r='A4'><v>9</v></c></row>"
        "<row r='5'><c r='B5'><f>1+1</f><v>2</v></c></row></sheetData></worksheet>"
    )
    return packed(
        {
            "xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": relations, "xl/sharedStrings.xml": shared,
            "xl/styles.xml": styles, "xl/worksheets/sheet1.xml": sheet, "xl/worksheets/sheet2.xml": sheet,
            "xl/vbaProject.bin": b"x",
        }
    )  # fmt: skip


def _record(kind: str, address: str, body: bytes) -> bytes:
    head = f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2020-03-01T10:00:00Z\r\n"
    head += "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000000>\r\n"
    head += f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body + b"\r\n\r\n"


def make_warc(*, packed_records: bool = False) -> bytes:
    pages = []
    for number, words in enumerate((WORDS, KOREAN), 1):
        page = f"<html><head><title>Page {number}</title></head><body><article><p>{words}</p></article></body></html>"
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
        pages.append(_record("response", f"https://quay.invalid/{number}", answer))
    moved = b"HTTP/1.1 301 Moved\r\nLocation: /x\r\n\r\n"
    records = [*pages, _record("response", "https://quay.invalid/old", moved)]
    return b"".join(gzip.compress(record) if packed_records else record for record in records)


def make_wacz() -> bytes:
    return packed({"datapackage.json": "{}", "archive/data.warc.gz": make_warc(packed_records=True)})


def make_pdf(*pages: bytes, broken: int | None = None) -> bytes:
    """A PDF of pages of Latin words; page ``broken`` (from 0) has no page object."""
    kids = " ".join(f"{3 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode()]
    for number, words in enumerate(pages):
        stream = b"BT /F 12 Tf 9 9 Td (" + words + b") Tj ET"
        page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 99]/Contents %d 0 R/Resources<</Font<</F %d 0 R>>>>>>" % (
            4 + 2 * number,
            3 + 2 * len(pages),
        )
        objects += [
            b"(no page)" if number == broken else page,
            b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        ]
    objects.append(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj" % number + content + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table
    return bytes(out) + b"trailer<</Root 1 0 R/Size %d>>startxref\n%d\n%%%%EOF" % (len(objects) + 1, start)


def make_docx() -> bytes:
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>" for words in (WORDS, KOREAN))
    return packed({"word/document.xml": f'<w:document xmlns:w="{name}"><w:body>{body}</w:body></w:document>'})


SRT = f"1\n00:00:01,500 --> 00:00:03,000\n<i>{WORDS}</i>\n\n2\n00:01:02,000 --> 00:01:04,000\n{KOREAN}\n"
VTT = f"WEBVTT\n\nNOTE a note\n\n00:01.500 --> 00:03.000\n<v Ara Quill>{WORDS}</v>\n\n"
VTT += f"01:00:02.000 --> 01:00:04.000\n{KOREAN}\n"
TRANSCRIPT = f"[00:00:05] Interviewer: What happened?\n[00:00:09] A: {WORDS}\n[00:01:00] A: {KOREAN}\nand went on.\n"
PAGE = f"<!doctype html><html><body><nav><a href=/>Home</a></nav><article><p>{WORDS}</p><p>{KOREAN}</p></article>"
CSV = f"name,words\n하늘,{WORDS}\n바다,{KOREAN}\n"

SAMPLES: dict[str, bytes] = {
    "a.txt": TRANSCRIPT.encode(), "a.html": PAGE.encode(), "a.docx": make_docx(), "a.odt": make_odt(),
    "a.rtf": make_rtf(), "a.pdf": make_pdf(b"The ferry left.", b"It came back."), "a.csv": CSV.encode(),
    "a.xlsx": make_xlsx(), "a.eml": make_eml(), "a.msg": make_msg(), "a.srt": SRT.encode(), "a.vtt": VTT.encode(),
    "a.mhtml": make_mhtml(),
    "a.warc": make_warc(), "a.warc.gz": make_warc(packed_records=True), "a.wacz": make_wacz(),
}  # fmt: skip
