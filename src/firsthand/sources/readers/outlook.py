"""Mail kept by Outlook (MS-OXMSG): subject, sender, day and the body's words; attachments are listed.

The container is read by olefile; which stream holds what is after MS-OXMSG 2.2 and MS-OXPROPS: property id and type
stand in a stream's name, fixed-size values in the properties stream.
"""

from __future__ import annotations

import datetime as dt
import io
import struct

import olefile  # type: ignore[import-untyped]  # ships no types

from firsthand.sources.document import LeftBehind, ReadText
from firsthand.sources.readers.encodings import decode_text
from firsthand.sources.readers.faults import BrokenDocument, NoTextFound
from firsthand.sources.readers.mail import add_body
from firsthand.sources.readers.reader import MEGABYTE, Reader, TextBuilder
from firsthand.sources.readers.rtf import read_rtf
from firsthand.values.errors import InputError

__all__ = ["OUTLOOK", "looks_like_outlook", "read_outlook"]

MEDIA_TYPE = "application/vnd.ms-outlook"
MOST_STREAMS = 5_000
MOST_STREAM = 50 * MEGABYTE
_MARK = "__properties_version1.0".encode("utf-16-le")
_SUBJECT, _SENDER, _BODY, _HTML, _RTF, _SENT = "0037", "0C1A", "1000", "1013", "1009", 0x0039
_CODEPAGE = 0x3FFD
_TICKS = 10_000_000
_EPOCH = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)


def looks_like_outlook(content: bytes) -> bool:
    """Whether a container of the old office form holds a mail."""
    return _MARK in content


def read_outlook(content: bytes, file_name: str) -> ReadText:
    """Read a mail; a segment a line of its body: the plain one, else HTML, else rich text.

    Raises:
        BrokenDocument: the container cannot be opened, or holds no mail.
        NoTextFound: its body holds no words.
    """
    del file_name
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as container:
            return _read(container)
    except InputError:
        raise
    except (OSError, ValueError, TypeError, IndexError, KeyError, AttributeError, struct.error, RecursionError):
        raise BrokenDocument("The mail's container is damaged.") from None


def _read(container: olefile.OleFileIO) -> ReadText:
    entries = container.listdir()
    if len(entries) > MOST_STREAMS:
        raise BrokenDocument(f"The container has more than {MOST_STREAMS:,} streams.")
    if not container.exists("__properties_version1.0"):
        raise BrokenDocument("The container holds no mail.")
    fixed = _fixed_values(_stream(container, "__properties_version1.0"))
    codec = {949: "cp949", 65001: "utf-8", 936: "gbk"}.get(fixed.get(_CODEPAGE, 0) & 0xFFFFFFFF, "cp1252")
    attachments = {path[0] for path in entries if path[0].startswith("__attach_version1.0")}
    left = [LeftBehind(what="attached file", count=len(attachments))] if attachments else []
    builder = TextBuilder()
    plain = _text(container, _BODY, codec)
    page = _text(container, _HTML, codec) or _binary_text(container, _HTML, codec)
    left += add_body(builder, plain=plain, page=page)
    if not builder.segments and container.exists(f"__substg1.0_{_RTF}0102"):
        read = read_rtf(unpack_rtf(_stream(container, f"__substg1.0_{_RTF}0102")), "")
        for segment in read.segments:
            builder.add(read.text[segment.start : segment.end], segment.locator, segment.number)
        left += read.left_behind
    if not builder.segments:
        raise NoTextFound("The mail's body holds no words.")
    facts = {"title": _text(container, _SUBJECT, codec), "author": _text(container, _SENDER, codec)}
    return builder.finish(MEDIA_TYPE, left_behind=left, facts={**facts, "date": _day(fixed.get(_SENT, 0))})


def _stream(container: olefile.OleFileIO, name: str) -> bytes:
    if container.get_size(name) > MOST_STREAM:
        raise BrokenDocument("A part of the mail is larger than a mail's parts are.")
    with container.openstream(name) as stream:
        return bytes(stream.read(MOST_STREAM))


def _text(container: olefile.OleFileIO, number: str, codec: str) -> str:
    for kind, encoding in (("001F", "utf-16-le"), ("001E", codec)):
        name = f"__substg1.0_{number}{kind}"
        if container.exists(name):
            return _stream(container, name).decode(encoding, "replace").replace("\0", "").strip()
    return ""


def _binary_text(container: olefile.OleFileIO, number: str, codec: str) -> str:
    name = f"__substg1.0_{number}0102"
    if not container.exists(name):
        return ""
    content = _stream(container, name)
    try:
        return decode_text(content, declared=codec)[0]
    except InputError:
        return content.decode(codec, "replace")


def _fixed_values(content: bytes) -> dict[int, int]:
    """Values of eight bytes by property id; the header of a message's top level has 32 bytes (MS-OXMSG 2.4.1)."""
    values = {}
    for start in range(32, len(content) - 15, 16):
        _, number, _, value = struct.unpack_from("<HHIQ", content, start)
        values[number] = value
    return values


def _day(ticks: int) -> str:
    if not 0 < ticks < 2**63:
        return ""
    try:
        return (_EPOCH + dt.timedelta(seconds=ticks // _TICKS)).date().isoformat()
    except OverflowError:
        return ""


# The dictionary that every compressed body starts with (MS-OXRTFCP 2.1.2.1).
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab"
    rb"\tx"
)


def unpack_rtf(content: bytes) -> bytes:
    """Rich text from its compressed form (MS-OXRTFCP 2.2: runs of a 4,096-byte ring, eight to a control byte).

    Raises:
        BrokenDocument: the header is none, or it unpacks to more than it says.
    """
    if len(content) < 16:
        raise BrokenDocument("The mail's rich text is cut off.")
    _, size, kind = struct.unpack_from("<II4s", content)
    if kind == b"MELA":
        return content[16 : 16 + size]
    if kind != b"LZFu" or size > MOST_STREAM:
        raise BrokenDocument("The mail's rich text is packed in an unknown way.")
    ring = bytearray(_DICTIONARY.ljust(4096, b"\0"))
    place, out, position = len(_DICTIONARY), bytearray(), 16
    while position < len(content) and len(out) < size:
        control = content[position]
        position += 1
        for bit in range(8):
            if position >= len(content) or len(out) >= size:
                break
            if not control >> bit & 1:
                run = content[position : position + 1]
                position += 1
            else:
                if position + 1 >= len(content):
                    return bytes(out)
                token = content[position] << 8 | content[position + 1]
                position += 2
                start, length = token >> 4, (token & 15) + 2
                if start == place:
                    return bytes(out)
                run = b""
                for step in range(length):
                    byte = ring[(start + step) % 4096]
                    ring[place] = byte
                    place = (place + 1) % 4096
                    out.append(byte)
                continue
            out += run
            ring[place] = run[0]
            place = (place + 1) % 4096
    return bytes(out[:size])


OUTLOOK = Reader(name="outlook", media_type=MEDIA_TYPE, suffixes=(".msg",), read=read_outlook, most_bytes=60 * MEGABYTE)
