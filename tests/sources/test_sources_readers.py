"""Readers: exact text and positions, named reasons for what cannot be read, and a list of what was left behind."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.sources.document import Locator
from firsthand.sources.readers import read_document
from firsthand.sources.readers.delimited import parse_rows
from firsthand.sources.readers.faults import (
    BrokenPdf,
    BrokenTable,
    EmptyFile,
    EncodingUnknown,
    FileTooLarge,
    NoTextFound,
    NotText,
    UnsupportedFormat,
)
from firsthand.values.errors import InputError

WORDS = "하늘마을 주민은 다리를 건넜다.\r\nThe ferry left.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_a_text_keeps_its_line_ends_and_loses_its_mark(encoding: str) -> None:
    read = read_document(WORDS.encode(encoding), "a.txt")
    assert read.text == WORDS
    assert [segment.number for segment in read.segments] == [1, 2]
    assert read.text[read.segments[1].start : read.segments[1].end] == "The ferry left."


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "a.txt", EmptyFile),
        (b"  \n ", "a.txt", EmptyFile),
        (b"\x7fELF\x02\x01\x00\x00\x00\x00" + bytes(range(256)), "a.txt", NotText),
        ("다리".encode() + "다리를 건넜다".encode("cp949"), "a.txt", EncodingUnknown),
        (b"%PDF-1.7 nothing more", "a.pdf", BrokenPdf),
        (b"MZ\x90\x00", "a.exe", UnsupportedFormat),
        (b"a,b\n1,2\n1,2,3\n", "a.csv", BrokenTable),
        (b'a,b\n1,"2\n', "a.csv", BrokenTable),
        (b"<html><body><script>x()</script></body></html>", "a.html", NoTextFound),
    ],
)
def test_what_cannot_be_read_has_a_named_reason(content: bytes, name: str, reason: type[InputError]) -> None:
    with pytest.raises(reason) as caught:
        read_document(content, name)
    assert "\n" not in caught.value.what
    assert caught.value.advice


def test_a_text_over_the_limit_is_refused_with_the_limit_said() -> None:
    with pytest.raises(FileTooLarge, match="100 MB"):
        read_document(b"a" * 100_000_001, "a.txt")


PAGE = """<html lang="en"><head><title>The ferry | Quay Post</title><meta property="og:title" content="The ferry">
<meta property="article:published_time" content="2020-03-01T10:00"><script>track()</script></head><body>
<nav><a href="/">Home</a> <a href="/x">Other news</a></nav>
<article><h1>The ferry</h1><p>The ferry left at dawn with the people of the valley aboard.</p>
<p style="display:none">hidden words</p><img src="https://pictures.invalid/a.png">
<p>Nobody saw it return.</p></article><footer>All rights</footer></body></html>"""


def test_a_page_gives_its_main_text_and_lists_the_rest() -> None:
    read = read_document(PAGE.encode(), "a.html")
    assert read.text.splitlines() == [
        "The ferry",
        "The ferry left at dawn with the people of the valley aboard.",
        "Nobody saw it return.",
    ]
    assert read.facts["title"] == "The ferry"
    assert read.facts["date"] == "2020-03-01"
    left = {item.what for item in read.left_behind}
    assert {"script", "hidden words", "remote part (not fetched)", "block of boilerplate"} <= left


def make_docx(body: str, **parts: str) -> bytes:
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{name}"><w:body>{body}</w:body></w:document>')
        for path, content in parts.items():
            archive.writestr(path.replace("__", "/"), content)
    return file.getvalue()


def test_a_word_document_gives_paragraphs_and_lists_macros_and_hidden_words() -> None:
    body = (
        "<w:p><w:r><w:t>First </w:t></w:r><w:r><w:t>line.</w:t></w:r></w:p>"
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:del><w:r><w:t>gone</w:t></w:r></w:del></w:p>"
        "<w:p><w:r><w:t>Second line.</w:t></w:r></w:p>"
    )
    read = read_document(make_docx(body, **{"word__vbaProject.bin": "x"}), "a.docx")
    assert read.text == "First line.\nSecond line.\n"
    assert {(item.what, item.count) for item in read.left_behind} == {
        ("macros", 1), ("hidden words", 1), ("deleted words", 1),
    }  # fmt: skip


def test_a_table_gives_a_segment_for_each_cell() -> None:
    read = read_document('이름,말\n하늘,"가, 나"\n바다,=1+1\n'.encode(), "a.csv")
    cells = [(s.number, s.column, read.text[s.start : s.end]) for s in read.segments]
    assert cells == [(1, "이름", "하늘"), (1, "말", "가, 나"), (2, "이름", "바다"), (2, "말", "=1+1")]
    assert all(segment.locator is Locator.ROW for segment in read.segments)


CELL = st.text(alphabet='ab,"\n;한 ', max_size=6)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6))
def test_rows_written_with_quotes_come_back(rows: list[tuple[str, str]]) -> None:
    text = "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in rows)
    found = [tuple(cells) for _, cells in parse_rows(text, ",")]
    assert found == rows


@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.html", "a.csv", "a.docx", "a.pdf", "a.bin"]))
def test_any_bytes_give_text_or_a_named_reason(content: bytes, name: str) -> None:
    try:
        read = read_document(content, name)
    except InputError:
        return
    assert all(0 <= s.start < s.end <= len(read.text) for s in read.segments)
