"""Which reader reads a file: its content is asked first, its suffix second; packages may add readers."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points

from firsthand.sources.document import ReadText
from firsthand.sources.readers.archives import open_archive
from firsthand.sources.readers.delimited import DELIMITED
from firsthand.sources.readers.docx import DOCX
from firsthand.sources.readers.faults import EmptyFile, FileTooLarge, PasswordProtected, UnsupportedFormat
from firsthand.sources.readers.html import HTML
from firsthand.sources.readers.mail import MAIL
from firsthand.sources.readers.odt import ODT
from firsthand.sources.readers.outlook import OUTLOOK, looks_like_outlook
from firsthand.sources.readers.pdf import PDF
from firsthand.sources.readers.pictures import PICTURE
from firsthand.sources.readers.plain import PLAIN
from firsthand.sources.readers.reader import MEGABYTE, Reader
from firsthand.sources.readers.recognition import Aids
from firsthand.sources.readers.recordings import RECORDING
from firsthand.sources.readers.rtf import RTF
from firsthand.sources.readers.saved_pages import SAVED_PAGE
from firsthand.sources.readers.subtitles import SUBTITLES
from firsthand.sources.readers.web_archives import WACZ, WARC
from firsthand.sources.readers.xlsx import XLSX

__all__ = ["ENTRY_POINTS", "choose_reader", "read_document", "readers"]

ENTRY_POINTS = "firsthand.readers"
_OWN = (
    PLAIN, HTML, DOCX, ODT, RTF, PDF, DELIMITED, XLSX, MAIL, OUTLOOK, SUBTITLES, SAVED_PAGE, WARC, WACZ, PICTURE,
    RECORDING,
)  # fmt: skip
_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# a zip's inner name that tells its format
_INSIDE = (
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("datapackage.json", "wacz"),
    ("content.xml", "odt"),
)
_GZIP = b"\x1f\x8b"


@cache
def readers() -> tuple[Reader, ...]:
    """All readers: those of installed packages (entry points ``firsthand.readers``) first, then our own."""
    added = [point.load() for point in entry_points(group=ENTRY_POINTS)]
    return (*(reader for reader in added if isinstance(reader, Reader)), *_OWN)


def choose_reader(content: bytes, file_name: str) -> Reader:
    """The reader for a file.

    Raises:
        UnsupportedFormat: none fits, or the content is of another format than the name says.
        PasswordProtected: it is an encrypted office document.
        BrokenArchive, ArchiveBomb: it is a container that must not be opened.
    """
    head = content[:4096]
    suffix = "." + file_name.rpartition(".")[2].lower() if "." in file_name else ""
    by_suffix = next((reader for reader in readers() if suffix in reader.suffixes), None)
    if head.startswith(_OLD_OFFICE):
        if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in content:
            raise PasswordProtected("The document is encrypted.")
        if looks_like_outlook(content):
            return OUTLOOK
        raise UnsupportedFormat("The file is an office document of before 2007.")
    if head.startswith(_GZIP) and file_name.lower().endswith(".warc.gz"):
        return WARC
    if head.startswith((_ZIP, b"PK\x05\x06")):
        archive = open_archive(content)
        inside = next((name for part, name in _INSIDE if archive.has(part)), None)
        found = next((reader for reader in readers() if reader.name == inside), None)
        if found is None:
            raise UnsupportedFormat("The file is a container that no reader knows.")
        return found
    told = next((reader for reader in readers() if reader.recognises and reader.recognises(head)), None)
    if told is not None and (by_suffix is None or by_suffix.recognises is None or told is by_suffix):
        if by_suffix is None and suffix and suffix not in told.suffixes and not _harmless(suffix):
            raise UnsupportedFormat("The file's content is of another format than its name says.")
        return told
    if by_suffix is None:
        raise UnsupportedFormat("No reader knows this kind of file.")
    return by_suffix


def _harmless(suffix: str) -> bool:
    """Suffixes that say nothing about the format, such as those of saved pages (``.php``, ``.asp``)."""
    return suffix in {".php", ".asp", ".aspx", ".jsp", ".bin", ".download", ".tmp"} or len(suffix) > 6


def read_document(content: bytes, file_name: str, *, aids: Aids | None = None) -> ReadText:
    """Read a file's bytes into text with positions. Pure; a stranger's file belongs in the sandbox.

    ``file_name`` serves to choose the reader only. ``aids`` are recognisers for pictures and recordings.

    Raises:
        InputError: one of the classes of ``readers.faults``, with a reason in one line.
    """
    if not content:
        raise EmptyFile("The file is empty.")
    reader = choose_reader(content, file_name)
    if len(content) > reader.most_bytes:
        size, most = len(content) // MEGABYTE, reader.most_bytes // MEGABYTE
        raise FileTooLarge(f"The file has {size} MB; files of its kind are read up to {most} MB.")
    if aids is not None and reader.read_with is not None:
        return reader.read_with(content, file_name, aids)
    return reader.read(content, file_name)
