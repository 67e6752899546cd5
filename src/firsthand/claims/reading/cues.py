"""The small language in which cues are written in the tables, and how it becomes a search.

A cue is words. ``*`` stands for any ending, `` ... `` for up to six words between (Korean: 25 characters), and
``(a|b)`` for either. English cues match whole words; in Korean a space may be missing, because writers differ.
Several cues stand in one cell, separated by ``;``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from firsthand.values.errors import InputError
from firsthand.values.languages import Language

__all__ = ["CueNotUsable", "Cues", "compile_cues", "read_table"]

MOST_CUE_CHARS = 4_000
_GAP = " ... "
_GAPS = {Language.ENGLISH: r"\W+(?:[\w’'-]+\W+){0,6}?", Language.KOREAN: r"[^.。\n]{0,25}?"}


class CueNotUsable(InputError):
    """A cue in a table cannot be read."""

    likely = "A bracket is not closed, or a mark has a meaning that was not intended."
    next_step = "Correct the cue that is named; docs/how-to/add-a-codebook-term.md shows the marks."


# So many first letters of a cue are looked for in a text before the cue itself is.
_FIRST_LETTERS = {Language.ENGLISH: 3, Language.KOREAN: 2}


@dataclass(frozen=True, slots=True)
class Cues:
    """A search for cues, which is only made where a text holds the first letters of one.

    ``starts`` are those letters; ``None`` where a cue begins with something else than letters.
    """

    pattern: re.Pattern[str]
    language: Language
    starts: frozenset[str] | None

    def may_stand_in(self, text: str) -> bool:
        """Whether a text holds what a cue begins with."""
        return self.starts is None or not self.starts.isdisjoint(starts_in(text, self.language))

    def search(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """The first cue between two characters of a text."""
        if not self.may_stand_in(text):
            return None
        return self.pattern.search(text, start, len(text) if end is None else end)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """All cues in a text, in its order."""
        return self.pattern.finditer(text) if self.may_stand_in(text) else iter(())


def compile_cues(cell: str, language: Language) -> Cues | None:
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
            pattern = re.compile(f"(?:{joined})")
        else:
            pattern = re.compile(rf"(?<![\w-])(?:{joined})(?!\w)", re.IGNORECASE)
    except re.error as error:
        raise CueNotUsable(f"A cue cannot be read: {error.msg}.") from None
    starts = [_starts_of(cue, _FIRST_LETTERS.get(language, 3)) for cue in cues]
    known = [some for some in starts if some is not None]
    together = frozenset(letters for some in known for letters in some) if len(known) == len(starts) else None
    return Cues(pattern, language, together)


_LETTERS = re.compile(r"[^\W\d_]+")


def _starts_of(cue: str, most: int) -> set[str] | None:
    """The first letters, ``most`` at most, with which a cue can begin; ``None`` where that is not plain."""
    found: set[str] = set()
    for choice in _choices(cue):
        if choice.startswith("(") and not choice.startswith("(?"):
            close = _closing(choice)
            inner = _starts_of(choice[1:close], most)
            rest = choice[close + 1 :]
            if inner is None or rest.startswith(("*", "{")):
                return None
            found |= inner
            if rest.startswith("?"):
                behind = _starts_of(rest[1:].lstrip(), most)
                if behind is None:
                    return None
                found |= behind
            continue
        letters = _LETTERS.match(choice)
        if letters is None:
            return None
        # a letter that may be missing is none that must be there
        certain = letters.group()[:-1] if choice[letters.end() :].startswith(("?", "{")) else letters.group()
        if not certain:
            return None
        found.add(certain.lower()[:most])
    return found


def _choices(expression: str) -> list[str]:
    """The parts of an expression between bars that stand in no bracket."""
    depth, parts = 0, [""]
    for mark in expression:
        depth += (mark in "([") - (mark in ")]")
        if mark == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += mark
    return parts


def _closing(expression: str) -> int:
    """Where the bracket closes that an expression begins with."""
    depth = 0
    for place, mark in enumerate(expression):
        depth += (mark == "(") - (mark == ")")
        if depth == 0:
            return place
    return len(expression)


@lru_cache(maxsize=2)
def starts_in(text: str, language: Language) -> frozenset[str]:
    """All first letters of words (Korean: all letters and pairs of letters, for a word may stand behind another)."""
    lowered = text.lower()
    if language is Language.KOREAN:
        lowered = shortened(lowered)
        return frozenset(lowered) | {lowered[n : n + 2] for n in range(len(lowered) - 1)}
    words = _LETTERS.findall(lowered)
    return frozenset(word[:most] for word in words for most in (1, 2, 3))


# Endings that are written short or in full: 말했다 and 말하였다.
_SHORT = {"했": "하였", "됐": "되었", "돼": "되어"}


def shortened(text: str) -> str:
    """A Korean text with those endings short, to look up first letters of cues in."""
    for short, full in _SHORT.items():
        if full in text:
            text += text.replace(full, short)
    return text


def _either_way(expression: str) -> str:
    """A Korean expression that also finds those endings in full; what stands in square brackets is left alone."""
    parts = re.split(r"(\[[^\]]*\])", expression)
    for short, full in _SHORT.items():
        parts[::2] = [part.replace(short, f"(?:{short}|{full})") for part in parts[::2]]
    return "".join(parts)


def _expression(cue: str, language: Language) -> str:
    gap = _GAPS[language]
    space = r"(?:\s?)" if language is Language.KOREAN else r"(?:[\s-]+)"
    pieces = []
    for piece in cue.split(_GAP):
        text = re.sub(r"(?<=\w)\*", r"\\w*", piece.strip())
        text = _either_way(text) if language is Language.KOREAN else text
        pieces.append(re.sub(r" +", lambda _: space, text))
    return "(?:" + gap.join(pieces) + ")"


@cache
def read_table(name: str) -> tuple[dict[str, str], ...]:
    """Rows of a table that ships with Firsthand, by column name."""
    file = resources.files("firsthand.claims.reading") / "tables" / f"{name}.csv"
    return tuple(csv.DictReader(io.StringIO(file.read_text("utf-8"))))
