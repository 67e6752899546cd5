"""Times in plain transcripts: ``[00:12:03] Interviewer: ...`` leads back to the second rather than to the line."""

from __future__ import annotations

import re
from dataclasses import replace

from firsthand.sources.document import Locator, Segment
from firsthand.sources.readers.subtitles import seconds_of

__all__ = ["TIME_MARK", "timed_lines"]

TIME_MARK = re.compile(r"\s*(?:\[((?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?)\]|\(((?:\d{1,2}:)?\d{1,2}:\d{2})\)"
                       r"|((?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?)(?=\s+\S{1,40}:\s))\s*")  # fmt: skip
LEAST_MARKS = 3
LEAST_SHARE = 0.3


def timed_lines(text: str, lines: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """Lines of a transcript located by the second, each by the last mark at or before it; other texts unchanged.

    A text is a transcript with times where at least three lines, and three in ten, begin with a time and the times
    never run backwards.
    """
    marks = [TIME_MARK.match(text, line.start, line.end) for line in lines]
    times = [seconds_of(next(g for g in mark.groups() if g)) for mark in marks if mark]
    if len(times) < max(LEAST_MARKS, LEAST_SHARE * len(lines)) or times != sorted(times):
        return lines
    now: float | None = None
    timed = []
    for line, mark in zip(lines, marks, strict=True):
        if mark:
            now = seconds_of(next(g for g in mark.groups() if g))
        timed.append(line if now is None else replace(line, locator=Locator.TIME, number=now))
    return tuple(timed)
