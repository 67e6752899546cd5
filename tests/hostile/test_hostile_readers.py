"""Files made to break readers: each is refused with its reason, quickly, and touches nothing."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest

from firsthand.sources.readers import read_document
from firsthand.sources.readers.archives import open_archive
from firsthand.sources.readers.faults import ArchiveBomb, BrokenArchive, ForbiddenMarkup, ReaderStopped
from firsthand.sources.readers.markup import parse_markup
from firsthand.values.errors import InputError
from firsthand.workbench.sandbox import Sandbox


def make_zip(entries: list[tuple[str, bytes]]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize("name", ["../a.xml", "/etc/a.xml", "a/../../b", "..\\a.xml", "C:/a.xml"])
def test_a_path_that_leaves_the_folder_is_refused(name: str) -> None:
    with pytest.raises(BrokenArchive):
        open_archive(make_zip([(name, b"x")]))


def test_a_container_that_unpacks_to_far_more_is_refused() -> None:
    with pytest.raises(ArchiveBomb):
        open_archive(make_zip([("word/document.xml", b"\0" * 20_000_000)]))
    with pytest.raises(ArchiveBomb):
        open_archive(make_zip([(f"{n}.xml", b"") for n in range(5_001)]))


def test_a_size_that_lies_is_found() -> None:
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packed.compress(b"a" * 400) + packed.flush()
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 0, zlib.crc32(b"a" * 400), len(body), 5, 1, 0) + b"a"
    central = struct.pack(
        "<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 0, zlib.crc32(b"a" * 400), len(body), 400, 1, 0, 0, 0, 0, 0, 0
    ) + b"a"  # fmt: skip
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(central), len(local) + len(body), 0)
    with pytest.raises(BrokenArchive):
        open_archive(local + body + central + end)


@pytest.mark.parametrize(
    "markup",
    [
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>',
        b"<a>" * 300 + b"</a>" * 300,
        b"<a " + b" ".join(b"x%d='1'" % n for n in range(600)) + b"/>",
    ],
)
def test_hostile_markup_is_refused(markup: bytes) -> None:
    with pytest.raises(ForbiddenMarkup):
        parse_markup(markup)


def test_the_sandbox_reads_on_after_a_file_that_breaks_its_reader() -> None:
    with Sandbox(seconds=20) as sandbox:
        strength = sandbox.start()
        assert strength.own_process
        assert sandbox.read("다리를 건넜다.".encode(), "a.txt").text == "다리를 건넜다."
        with pytest.raises(InputError):
            sandbox.read(b"%PDF-1.4 broken", "b.pdf")
        assert sandbox.read(b"The ferry left.", "c.txt").text == "The ferry left."


def test_a_file_that_takes_too_long_loses_only_itself() -> None:
    with Sandbox(seconds=0.001) as sandbox, pytest.raises(ReaderStopped):
        sandbox.read(b"<p>a</p>" * 300_000, "a.html")


def test_a_page_of_many_open_elements_does_not_hang() -> None:
    with pytest.raises(InputError):
        read_document(b"<div>" * 20_000, "a.html")
