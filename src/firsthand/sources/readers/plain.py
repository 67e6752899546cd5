"""Plain text: the file's own text, byte order mark dropped and line ends as they are, unless written to a width."""

from __future__ import annotations

import re

from firsthand.sources.document import Locator, ReadText, Segment
from firsthand.sources.readers.encodings import decode_text
from firsthand.sources.readers.faults import EmptyFile
from firsthand.sources.readers.reader import Reader, TextBuilder
from firsthand.sources.readers.transcripts import timed_lines
from firsthand.sources.readers.wrapping import LINES_THAT_TELL, is_mostly_broken, line_ends

__all__ = ["PLAIN", "lines_of", "read_plain"]

_END = re.compile(r"\r\n|\r|\n")


def read_plain(content: bytes, file_name: str) -> ReadText:
    """Read plain text; a segment a line, located by the second where a transcript writes times before its turns.

    Raises:
        EmptyFile, NotText, EncodingUnknown: as their names say.
    """
    del file_name
    text, encoding = decode_text(content)
    if not text.strip():
        raise EmptyFile("The file holds no text.")
    whole, lines = _whole(text)
    return ReadText(
        text=whole, media_type="text/plain", segments=timed_lines(whole, lines), facts={"encoding": encoding}
    )


def _whole(text: str) -> tuple[str, tuple[Segment, ...]]:
    """The text and its lines; what was written to a width has a space where the width broke a line."""
    begin = _END.split(text, LINES_THAT_TELL)[:LINES_THAT_TELL]
    if not is_mostly_broken(begin):
        return text, lines_of(text)
    lines = _END.split(text)
    builder = TextBuilder()
    for number, (line, end) in enumerate(zip(lines, line_ends(lines), strict=True), 1):
        if line:
            builder.add(line, Locator.LINE, number, end=end)
        else:
            builder.gap()
    read = builder.finish("text/plain")
    return read.text, read.segments


def lines_of(text: str) -> tuple[Segment, ...]:
    """One segment for each line that holds anything, counted from 1."""
    segments = []
    start, number = 0, 1
    for end in _END.finditer(text):
        if end.start() > start:
            segments.append(Segment(start=start, end=end.start(), locator=Locator.LINE, number=number))
        start, number = end.end(), number + 1
    if start < len(text):
        segments.append(Segment(start=start, end=len(text), locator=Locator.LINE, number=number))
    return tuple(segments)


PLAIN = Reader(name="text", media_type="text/plain", suffixes=(".txt", ".text", ".md"), read=read_plain)
