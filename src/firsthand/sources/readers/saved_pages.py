"""Web pages that a browser saved as one file (MHTML, RFC 2557): the page's main text; its other parts are listed."""

from __future__ import annotations

from collections import Counter
from email import policy
from email.message import Message
from email.parser import BytesParser

from firsthand.sources.document import LeftBehind, ReadText
from firsthand.sources.readers.encodings import decode_text
from firsthand.sources.readers.faults import BrokenDocument, NoTextFound
from firsthand.sources.readers.html import text_of_html
from firsthand.sources.readers.mail import PARSER_FAULTS, day_of
from firsthand.sources.readers.reader import MEGABYTE, Reader
from firsthand.values.errors import InputError

__all__ = ["SAVED_PAGE", "read_saved_page"]

MOST_PARTS = 5_000
_NAMES = {"image": "picture", "audio": "media", "video": "media", "text": "frame or style", "application": "script"}


def read_saved_page(content: bytes, file_name: str) -> ReadText:
    """Read a saved page; a segment a line of its source, as of a web page.

    Raises:
        BrokenDocument: it has no headers of a saved page, or more parts than a page has.
        NoTextFound: it holds no page, or the page no words.
    """
    del file_name
    if content.count(b"\nContent-Type:") > MOST_PARTS:
        raise BrokenDocument(f"The saved page has more than {MOST_PARTS:,} parts.")
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(content)
        return _read(message)
    except InputError:
        raise
    except PARSER_FAULTS:
        raise BrokenDocument("The saved page's headers cannot be parsed.") from None


def _read(message: Message) -> ReadText:
    if not message.is_multipart() and message.get_content_type() != "text/html":
        raise BrokenDocument("The file has none of a saved page's parts.")
    parts = [part for part in message.walk() if not part.is_multipart()]
    address = str(message.get("Snapshot-Content-Location", "")).strip()
    pages = [part for part in parts if part.get_content_type() in {"text/html", "application/xhtml+xml"}]
    page = next((part for part in pages if address and str(part.get("Content-Location", "")).strip() == address), None)
    page = page or next(iter(pages), None)
    if page is None:
        raise NoTextFound("The saved page holds no page of text.")
    payload = page.get_payload(decode=True)
    declared = page.get_content_charset()
    text, _ = decode_text(payload if isinstance(payload, bytes) else b"", declared=declared)
    read = text_of_html(text)
    others = Counter(_NAMES.get(part.get_content_maintype(), "attached file") for part in parts if part is not page)
    facts = {**read.facts, "address": address, "saved": day_of(message)}
    return ReadText(
        text=read.text,
        media_type="multipart/related",
        segments=read.segments,
        left_behind=(*read.left_behind, *(LeftBehind(what=what, count=n) for what, n in sorted(others.items()))),
        facts={name: value for name, value in facts.items() if value},
    )


SAVED_PAGE = Reader(
    name="saved page",
    media_type="multipart/related",
    suffixes=(".mhtml", ".mht"),
    read=read_saved_page,
    most_bytes=100 * MEGABYTE,
)
