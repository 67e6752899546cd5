"""Web archives, WARC (ISO 28500) and WACZ: each captured page's main words as a part; what is no page is listed."""

from __future__ import annotations

import contextlib
import io
import zlib
from collections import Counter
from collections.abc import Iterator

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from firsthand.sources.document import LeftBehind, Locator, ReadText
from firsthand.sources.readers.archives import open_archive
from firsthand.sources.readers.faults import ArchiveBomb, BrokenArchive, NoTextFound
from firsthand.sources.readers.html import read_html
from firsthand.sources.readers.pdf import read_pdf
from firsthand.sources.readers.plain import read_plain
from firsthand.sources.readers.reader import MEGABYTE, Reader, TextBuilder
from firsthand.values.errors import InputError

__all__ = ["WACZ", "WARC", "read_wacz", "read_warc"]

MOST_RECORDS = 100_000
MOST_UNPACKED = 300 * MEGABYTE
MOST_PAGE = 30 * MEGABYTE
_PIECE = 1 << 16
# what warcio and the decompressors under it raise on damaged records
_BROKEN = (
    ArchiveLoadFailed, OSError, EOFError, zlib.error, ValueError, KeyError, IndexError, AttributeError, TypeError,
    OverflowError,
)  # fmt: skip
_PAGES = {
    "text/html": (read_html, ".html"),
    "application/xhtml+xml": (read_html, ".html"),
    "application/pdf": (read_pdf, ".pdf"),
    "text/plain": (read_plain, ".txt"),
}


class _Pages:
    """Collects pages, and counts what was unpacked so that no archive fills the memory."""

    def __init__(self) -> None:
        self.builder = TextBuilder()
        self.left: Counter[str] = Counter()
        self.facts: dict[str, str] = {}
        self.pages = 0
        self.unpacked = 0
        self.records = 0

    def add_archive(self, content: bytes) -> None:
        try:
            # warcio writes lines of damaged records to standard error; no word of a source may reach a log
            with contextlib.redirect_stderr(io.StringIO()):
                self._add_records(content)
        except InputError:
            raise
        except _BROKEN:
            if not self.records:
                raise BrokenArchive("The web archive cannot be read from its first record on.") from None
            self.left["rest of a broken archive"] += 1

    def _add_records(self, content: bytes) -> None:
        for record in ArchiveIterator(io.BytesIO(content), check_digests=True, ensure_http_headers=False):
            self.records += 1
            if self.records > MOST_RECORDS:
                raise ArchiveBomb(f"The archive has more than {MOST_RECORDS:,} records.")
            self._add_record(record)

    def _add_record(self, record: ArcWarcRecord) -> None:
        if record.rec_type not in {"response", "resource"}:
            return
        status = record.http_headers.get_statuscode() if record.http_headers else "200"
        if not str(status).startswith("2"):
            self.left["answer that is no page (moved, missing)"] += 1
            return
        declared = (record.http_headers or record.rec_headers).get_header("Content-Type") or ""
        known = _PAGES.get(declared.partition(";")[0].strip().lower())
        body = self._body(record)
        checked = record.digest_checker
        if checked is not None and checked.passed is False:
            self.left["record whose digest does not agree with its bytes"] += 1
        if known is None:
            self.left["captured file that is no page"] += 1
            return
        if body is None:
            self.left["page that is too large"] += 1
            return
        reader, suffix = known
        try:
            read = reader(body, f"page{suffix}")
        except InputError:
            self.left["page without words"] += 1
            return
        self._add_page(read, record)

    def _body(self, record: ArcWarcRecord) -> bytes | None:
        stream = record.content_stream()
        parts, size = [], 0
        while piece := stream.read(_PIECE):
            size += len(piece)
            self.unpacked += len(piece)
            if self.unpacked > MOST_UNPACKED:
                raise ArchiveBomb(f"The archive unpacks to more than {MOST_UNPACKED // MEGABYTE} MB.")
            if size <= MOST_PAGE:
                parts.append(piece)
        return b"".join(parts) if size <= MOST_PAGE else None

    def _add_page(self, read: ReadText, record: ArcWarcRecord) -> None:
        self.pages += 1
        address = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
        captured = (record.rec_headers.get_header("WARC-Date") or "")[:10]
        facts = {"title": "", "publisher": "", **read.facts, "address": address, "captured": captured}
        facts.setdefault("date", "")
        wanted = ("title", "publisher", "date", "address", "captured", "author")
        own = {name: facts.get(name, "") for name in wanted}
        if self.pages == 1:
            self.facts |= own
        self.facts |= {f"{name} of part {self.pages}": value for name, value in own.items() if value}
        if self.builder.segments:
            self.builder.gap()
        self.builder.add(read.text.strip("\n"), Locator.PART, self.pages)
        for item in read.left_behind:
            self.left[item.what] += item.count

    def finish(self, media_type: str) -> ReadText:
        if not self.builder.segments:
            raise NoTextFound("The web archive holds no page with words.")
        if self.pages == 1:
            self.facts = {name: value for name, value in self.facts.items() if " of part " not in name}
        left = [LeftBehind(what=what, count=count) for what, count in sorted(self.left.items())]
        return self.builder.finish(media_type, left_behind=left, facts=self.facts)


def read_warc(content: bytes, file_name: str) -> ReadText:
    """Read a web archive; a segment a captured page, its address and day among the facts (``address of part 2``).

    Raises:
        BrokenArchive, ArchiveBomb, NoTextFound: as their names say. Damage behind the first record loses the rest
        and says so.
    """
    del file_name
    pages = _Pages()
    pages.add_archive(content)
    return pages.finish("application/warc")


def read_wacz(content: bytes, file_name: str) -> ReadText:
    """Read a packed web archive (WACZ 1.1): the WARC files in its folder ``archive``.

    Raises:
        BrokenArchive, ArchiveBomb, PasswordProtected, NoTextFound: as their names say.
    """
    del file_name
    archive = open_archive(content)
    pages = _Pages()
    for name in _warc_names(archive.names):
        pages.add_archive(archive.read(name))
    return pages.finish("application/wacz")


def _warc_names(names: tuple[str, ...]) -> Iterator[str]:
    found = [name for name in names if name.startswith("archive/") and name.endswith((".warc", ".warc.gz"))]
    if not found:
        raise BrokenArchive("The container holds no web archive.")
    yield from sorted(found)


WARC = Reader(
    name="warc",
    media_type="application/warc",
    suffixes=(".warc", ".warc.gz"),
    read=read_warc,
    recognises=lambda head: head.startswith(b"WARC/"),
    most_bytes=200 * MEGABYTE,
)
WACZ = Reader(
    name="wacz", media_type="application/wacz", suffixes=(".wacz",), read=read_wacz, most_bytes=200 * MEGABYTE
)
