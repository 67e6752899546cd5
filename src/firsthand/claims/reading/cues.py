"""The small language in which cues are written in the tables, and how it becomes a search.

A cue is words. ``*`` stands for any ending, `` ... `` for up to six words between (Korean: 25 characters), and
``(a|b)`` for either. English cues match whole words; in Korean a space may be missing, because writers differ.
Several cues stand in one cell, separated by ``;``.
"""

from __future__ import annotations

import csv
import io
import re
from functools import cache
from importlib import resources

from firsthand.values.errors import InputError
from firsthand.values.languages import Language

__all__ = ["CueNotUsable", "compile_cues", "read_table"]

MOST_CUE_CHARS = 4_000
_GAP = " ... "
_GAPS = {Language.ENGLISH: r"\W+(?:[\w’'-]+\W+){0,6}?", Language.KOREAN: r"[^.。\n]{0,25}?"}


class CueNotUsable(InputError):
    """A cue in a table cannot be read."""

    likely = "A bracket is not closed, or a mark has a meaning that was not intended."
    next_step = "Correct the cue that is named; docs/how-to/add-a-codebook-term.md shows the marks."


def compile_cues(cell: str, language: Language) -> re.Pattern[str] | None:
    """One search for all cues of a cell; ``None`` when the cell is empty.

    Raises:
        CueNotUsable: a cue has an error in it, or the cell is too long.
    """
    if len(cell) > MOST_CUE_CHARS:
        raise CueNotUsable(f"A cell of cues has over {MOST_CUE_CHARS:,} characters.")
    cues = [cue.strip() for cue in cell.split(";") if cue.strip()]
    if not cues:
        return None
    parts = [_expression(cue, language) for cue in cues]
    joined = "|".join(parts)
    try:
        if language is Language.KOREAN:
            return re.compile(f"(?:{joined})")
        return re.compile(rf"(?<![\w-])(?:{joined})(?!\w)", re.IGNORECASE)
    except re.error as error:
        raise CueNotUsable(f"A cue cannot be read: {error.msg}.") from None


def _expression(cue: str, language: Language) -> str:
    gap = _GAPS[language]
    space = r"(?:\s?)" if language is Language.KOREAN else r"(?:[\s-]+)"
    pieces = []
    for piece in cue.split(_GAP):
        text = re.sub(r"(?<=\w)\*", r"\\w*", piece.strip())
        pieces.append(re.sub(r" +", lambda _: space, text))
    return "(?:" + gap.join(pieces) + ")"


@cache
def read_table(name: str) -> tuple[dict[str, str], ...]:
    """Rows of a table that ships with Firsthand, by column name."""
    file = resources.files("firsthand.claims.reading") / "tables" / f"{name}.csv"
    return tuple(csv.DictReader(io.StringIO(file.read_text("utf-8"))))
