"""Lines that a page's width broke, told from lines that their writer ended: a sentence goes on over the former.

A line was broken by the width where it and the next line's first word together would not have fitted. The width is
that which all but a tenth of the lines keep to, in columns (a Hangul or Chinese sign takes two).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

__all__ = ["LINES_THAT_TELL", "broken_by_width", "is_mostly_broken", "line_ends", "unwrapped"]

# Columns; narrower are lists and tables, wider are paragraphs on one line each.
LEAST_WIDTH = 36
MOST_WIDTH = 130
LEAST_LINES = 2
LINES_THAT_TELL = 5_000
# Letters of a proportional typeface fill a line unevenly.
FILLED = 0.85
# What begins a line of its own: an item of a list, a turn of a transcript, a label, a time, a quoted mail.
_BEGINS = re.compile(r"\s*(?:[-*•·▪◦○●■□◆>|\[#]|\(?\d{1,3}[.)]\s|[^\s:：][^:：\n]{0,39}[:：](?:\s|$))")
# A word broken at its hyphen; Korean is broken between any two signs, which an ending alone at a line's head shows.
_HYPHEN = re.compile(r"[^\W\d_]-$")
_HANGUL = re.compile(r"[가-힣\d]$")
_ENDING = re.compile(
    r"(?:을|를|은|는|의|에|에서|에게|서|으로|로|와|과|다|고|며|면|지|게|했다|하였다|였다|된다|한다)(?:[\s.,]|$)"
)
_SENTENCE_END = re.compile(r"[.!?…。][\"'”’»)\]]*$")
_KOREAN = re.compile(r"[가-힣]")
_WORD = re.compile(r"\S+")


def _columns(text: str) -> int:
    return len(text) if text.isascii() else sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def broken_by_width(lines: Sequence[str]) -> list[bool]:
    """For each line whether its sentence may go on in the next; an empty line never goes on and is never gone on in."""
    widths = [_columns(line.rstrip()) for line in lines]
    filled = sorted(width for width in widths if width)
    width = filled[min(len(filled) - 1, len(filled) * 9 // 10)] if filled else 0
    if not LEAST_WIDTH <= width <= MOST_WIDTH:
        return [False] * len(lines)
    broken = []
    for number, line in enumerate(lines):
        following = _WORD.search(lines[number + 1]) if number + 1 < len(lines) else None
        if not line.strip() or following is None or _BEGINS.match(lines[number + 1]):
            broken.append(False)
            continue
        # after a sentence's end a line in another script is another paragraph
        other = bool(_KOREAN.search(line)) != bool(_KOREAN.search(lines[number + 1]))
        ends = other and _SENTENCE_END.search(line.rstrip()) is not None
        broken.append(not ends and widths[number] + 1 + _columns(following.group()) > FILLED * width)
    return broken


def is_mostly_broken(lines: Sequence[str]) -> bool:
    """Whether a text was written to a width: more than half of its lines that another follows are broken by it.

    Its first lines tell; a file of millions of them is not gone through twice.
    """
    lines = lines[:LINES_THAT_TELL]
    followed = sum(bool(line.strip() and after.strip()) for line, after in pairwise(lines))
    return followed >= LEAST_LINES and 2 * sum(broken_by_width(lines)) > followed


def line_ends(lines: Sequence[str]) -> list[str]:
    """What stands after each line: its end, or a space where the width broke it, or nothing where it broke a word."""
    ends = []
    for number, broken in enumerate(broken_by_width(lines)):
        line, following = lines[number], lines[number + 1] if broken else ""
        within = broken and (
            (_HYPHEN.search(line) and following[:1].islower())
            or (_HANGUL.search(line) and _ENDING.match(following))
            or line.endswith(" ")
        )
        ends.append("" if within else " " if broken else "\n")
    return ends


def unwrapped(text: str) -> str:
    """The text with the lines that the width broke made whole."""
    lines = text.split("\n")
    whole = "".join(part for pair in zip(lines, line_ends(lines), strict=True) for part in pair)
    return whole[:-1]  # the last line had no end
