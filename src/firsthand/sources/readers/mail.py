"""Mail as it was sent (RFC 5322): subject, sender, day, the body's words; attachments and remote parts are listed."""

from __future__ import annotations

from collections import Counter
from email import errors as mail_errors
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime

from firsthand.sources.document import LeftBehind, Locator, ReadText
from firsthand.sources.readers.encodings import decode_text
from firsthand.sources.readers.faults import BrokenDocument, NoTextFound
from firsthand.sources.readers.html import text_of_html
from firsthand.sources.readers.reader import MEGABYTE, Reader, TextBuilder
from firsthand.sources.readers.wrapping import line_ends
from firsthand.values.errors import InputError

__all__ = ["MAIL", "PARSER_FAULTS", "add_body", "day_of", "read_mail"]

MOST_PARTS = 1_000
MOST_DEPTH = 50
# The standard library's parser breaks down in many ways on headers that no program which follows the rules writes.
PARSER_FAULTS = (mail_errors.MessageError, LookupError, ValueError, TypeError, AttributeError, RecursionError)


def read_mail(content: bytes, file_name: str) -> ReadText:
    """Read a mail; a segment a line of its body. The plain body is read where there is one, else the HTML body.

    Raises:
        BrokenDocument: it has no headers of a mail, or more parts than a mail has.
        NoTextFound: its body holds no words.
    """
    del file_name
    if content.count(b"\nContent-Type:") > MOST_PARTS:
        raise BrokenDocument(f"The mail has more than {MOST_PARTS:,} parts.")
    try:
        message = BytesParser(policy=policy.default).parsebytes(content)
        return _read(message)
    except InputError:
        raise
    except PARSER_FAULTS:
        raise BrokenDocument("The mail's headers cannot be parsed.") from None


def _read(message: EmailMessage) -> ReadText:
    if not any(message.get(name) for name in ("From", "To", "Subject", "Date", "Message-ID")):
        raise BrokenDocument("The file has none of a mail's headers.")
    left: Counter[str] = Counter()
    bodies: dict[str, str] = {}
    _walk(message, bodies, left, depth=0)
    builder = TextBuilder()
    listed = add_body(builder, plain=bodies.get("text/plain", ""), page=bodies.get("text/html", ""))
    if not builder.segments:
        raise NoTextFound("The mail's body holds no words.")
    return builder.finish(
        "message/rfc822",
        left_behind=[*(LeftBehind(what=what, count=count) for what, count in sorted(left.items())), *listed],
        facts={"title": _header(message, "Subject"), "author": _header(message, "From"), "date": day_of(message)},
    )


def add_body(builder: TextBuilder, *, plain: str, page: str) -> list[LeftBehind]:
    """Add a mail's body to a text: the plain one where there is one, else the page's words; say what was left."""
    if plain.strip():
        lines = [line.rstrip() for line in plain.splitlines()]
        for number, (line, end) in enumerate(zip(lines, line_ends(lines), strict=True), 1):
            if line:
                builder.add(line.replace("\0", "\ufffd"), Locator.LINE, number, end=end)
            elif builder.segments:
                builder.gap()
        return []
    if not page.strip():
        return []
    read = text_of_html(page)
    for segment in read.segments:
        builder.add(read.text[segment.start : segment.end], segment.locator, segment.number)
    return list(read.left_behind)


def _walk(message: Message, bodies: dict[str, str], left: Counter[str], *, depth: int) -> None:
    if depth > MOST_DEPTH:
        raise BrokenDocument(f"The mail's parts nest more than {MOST_DEPTH} deep.")
    if message.is_multipart():
        parts = message.get_payload()
        if message.get_content_maintype() == "message" and depth:
            left["forwarded mail"] += 1
            return
        for part in parts if isinstance(parts, list) else []:
            if isinstance(part, Message):
                _walk(part, bodies, left, depth=depth + 1)
        return
    kind = message.get_content_type()
    if message.get_content_disposition() == "attachment" or kind not in {"text/plain", "text/html"}:
        left["attached file"] += 1
        return
    if kind in bodies:
        bodies[kind] += "\n"
    bodies[kind] = bodies.get(kind, "") + _text(message)


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    declared = str(part.get_content_charset() or "")
    try:
        return decode_text(payload, declared=declared or None)[0]
    except InputError:
        try:
            return payload.decode(declared or "ascii", "replace")
        except LookupError:
            return payload.decode("ascii", "replace")


def _header(message: EmailMessage, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())[:500]


def day_of(message: Message) -> str:
    """The day of a message's date header, as EDTF; nothing where it has none that can be read."""
    try:
        return parsedate_to_datetime(str(message.get("Date", ""))).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


MAIL = Reader(
    name="mail",
    media_type="message/rfc822",
    suffixes=(".eml",),
    read=read_mail,
    most_bytes=60 * MEGABYTE,
)
