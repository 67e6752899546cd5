"""Subtitles, SubRip and WebVTT: each cue's words with the second at which they are spoken, the speaker where named."""

from __future__ import annotations

import html
import re
from collections import Counter

from firsthand.sources.document import LeftBehind, Locator, ReadText
from firsthand.sources.readers.encodings import decode_text
from firsthand.sources.readers.faults import BrokenDocument, EmptyFile, NoTextFound
from firsthand.sources.readers.reader import MEGABYTE, Reader, TextBuilder

__all__ = ["SUBTITLES", "read_subtitles", "seconds_of"]

_TIMES = re.compile(
    r"^\s*((?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3})\s*-->\s*((?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3})(?:\s.*)?$"
)
_VOICE = re.compile(r"<v(?:\.[^ >]*)?\s+([^>]{1,80})>")
_TAG = re.compile(r"</?[a-zA-Z][^>\n]{0,200}>|<\d[\d:.]{3,15}>|\{\\[^}\n]{0,80}\}")
_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION)\b")


def seconds_of(time: str) -> float:
    """Seconds from ``[hours:]minutes:seconds[.,]thousandths``."""
    total = 0.0
    for part in time.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total


def read_subtitles(content: bytes, file_name: str) -> ReadText:
    """Read subtitles; a segment a cue, numbered by the second at which it begins.

    A speaker that WebVTT names (``<v Name>``) stands before the words as ``Name: words``, outside of the segment.

    Raises:
        EmptyFile, NotText, EncodingUnknown, BrokenDocument, NoTextFound: as their names say.
    """
    text, _ = decode_text(content)
    if not text.strip():
        raise EmptyFile("The file holds no text.")
    is_vtt = text.lstrip("\ufeff").startswith("WEBVTT")
    left: Counter[str] = Counter()
    builder = TextBuilder()
    cues = 0
    for block in re.split(r"(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)+", text.strip("\ufeff\r\n ")):
        lines = block.splitlines()
        at = next((n for n, line in enumerate(lines[:3]) if _TIMES.match(line)), None)
        if at is None:
            if is_vtt and _BLOCK.match(block):
                left["note or style"] += 1
            elif not (is_vtt and block.startswith("WEBVTT")) and block.strip():
                left["line outside of a cue"] += 1
            continue
        cues += 1
        times = _TIMES.match(lines[at])
        words = "\n".join(lines[at + 1 :])
        voice = _VOICE.search(words)
        if voice:
            builder.gap(f"{html.unescape(voice[1]).strip()}: ")
        said = " ".join(html.unescape(_TAG.sub("", words)).split())
        if times and said:
            builder.add(said, Locator.TIME, round(seconds_of(times[1]), 3))
        elif voice:
            builder.gap()
    if not cues:
        raise BrokenDocument("The file holds no cue with times.")
    if not builder.segments:
        raise NoTextFound("The subtitles hold no words.")
    listed = [LeftBehind(what=what, count=count) for what, count in sorted(left.items())]
    is_vtt = is_vtt or file_name.lower().endswith(".vtt")
    return builder.finish("text/vtt" if is_vtt else "application/x-subrip", left_behind=listed)


SUBTITLES = Reader(
    name="subtitles",
    media_type="text/vtt",
    suffixes=(".srt", ".vtt"),
    read=read_subtitles,
    recognises=lambda head: head.lstrip(b"\xef\xbb\xbf").startswith(b"WEBVTT"),
    most_bytes=20 * MEGABYTE,
)
