"""The small language in which cues are written in the tables, and how it becomes a search.

A cue is words. ``*`` stands for any ending, `` ... `` for up to six words between (Korean: 25 characters), and
``(a|b)`` for either. English cues match whole words; in Korean a space may be missing, because writers differ.
Several cues stand in one cell, separated by ``;``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources

from firsthand.values.errors import InputError
from firsthand.values.languages import Language

__all__ = ["CueIndex", "CueNotUsable", "Cues", "any_of", "compile_cues", "read_table"]

MOST_CUE_CHARS = 4_000
_GAP = " ... "
# No sign may be read both as part of a word and as what parts words: a row of them would be tried in all ways.
_GAPS = {Language.ENGLISH: r"\W+(?:\w+(?:[’'-]\w+)*\W+){0,6}?", Language.KOREAN: r"[^.。\n]{0,25}?"}


class CueNotUsable(InputError):
    """A cue in a table cannot be read."""

    likely = "A bracket is not closed, or a mark has a meaning that was not intended."
    next_step = "Correct the cue that is named; docs/how-to/add-a-codebook-term.md shows the marks."


# So many first letters of a cue are looked for in a text before the cue itself is.
_FIRST_LETTERS = {Language.ENGLISH: 3, Language.KOREAN: 2}


@dataclass(frozen=True, slots=True)
class Cues:
    """A search for cues, which only looks for those whose first letters a text holds.

    ``pattern`` searches for all of them at once; ``each`` holds them one by one; ``by_start`` says
    which begin with which letters, and ``always`` which begin with something else than letters.
    """

    pattern: re.Pattern[str]
    language: Language
    each: tuple[str, ...] = ()
    by_start: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    always: tuple[int, ...] = ()

    def _may_stand_in(self, text: str) -> list[int]:
        """The cues that a text can hold by its letters."""
        starts = self.by_start.keys() & starts_in(text, self.language)
        if not starts:
            return list(self.always)
        return sorted({*self.always, *(number for start in starts for number in self.by_start[start])})

    def alone(self, number: int) -> re.Pattern[str]:
        """The search for one of the cues, made when a text first may hold it."""
        return _compiled(self.each[number], self.language)

    def search(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """The first cue between two characters of a text."""
        stop = len(text) if end is None else end
        found = (self.alone(number).search(text, start, stop) for number in self._may_stand_in(text))
        return min(filter(None, found), key=lambda match: match.start(), default=None)

    def finditer(self, text: str, numbers: Sequence[int] | None = None) -> Iterator[re.Match[str]]:
        """All cues in a text, in its order; of those that overlap the first to begin, and of these the first listed.

        ``numbers`` are those of the cues that the text can hold by its letters, where they were looked up before.
        """
        numbers = self._may_stand_in(text) if numbers is None else numbers
        if len(numbers) < 2:
            yield from (match for number in numbers for match in self.alone(number).finditer(text))
            return
        found = [(match.start(), number, match) for number in numbers for match in self.alone(number).finditer(text)]
        end = 0
        for at, _, match in sorted(found, key=lambda item: item[:2]):
            if at >= end:
                yield match
                end = max(match.end(), at + 1)


class CueIndex:
    """Which cues of many searches a text can hold by its letters, looked up once for all of them."""

    def __init__(self, searches: Sequence[Cues | None], language: Language) -> None:
        """Of searches in one language, by their place in the sequence."""
        self.language = language
        self._always = [(place, n) for place, cues in enumerate(searches) if cues for n in cues.always]
        self._by_start: dict[str, list[tuple[int, int]]] = {}
        for place, cues in enumerate(searches):
            for letters, numbers in cues.by_start.items() if cues else ():
                self._by_start.setdefault(letters, []).extend((place, n) for n in numbers)

    def candidates(self, text: str) -> dict[int, list[int]]:
        """The numbers of cues that may stand in a text, by the place of their search."""
        by_start = self._by_start
        found = {*self._always}
        for letters in starts_in(text, self.language):
            if letters in by_start:
                found.update(by_start[letters])
        places: dict[int, list[int]] = {}
        for place, number in sorted(found):
            places.setdefault(place, []).append(number)
        return places


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
    try:
        pattern = _compiled("|".join(parts), language)
    except re.error as error:
        raise CueNotUsable(f"A cue cannot be read: {error.msg}.") from None
    by_start: dict[str, tuple[int, ...]] = {}
    always = []
    for number, cue in enumerate(cues):
        starts = _starts_of(cue, _FIRST_LETTERS.get(language, 3))
        if starts is None:
            always.append(number)
        for letters in starts or ():
            by_start[letters] = (*by_start.get(letters, ()), number)
    return Cues(pattern, language, tuple(parts), by_start, tuple(always))


# More cues than the tables hold; those of a codebook that is being edited must not stay for ever.
@lru_cache(maxsize=8_192)
def _compiled(expression: str, language: Language) -> re.Pattern[str]:
    if language is Language.KOREAN:
        return re.compile(f"(?:{expression})")
    return re.compile(rf"(?<![\w-])(?:{expression})(?!\w)", re.IGNORECASE)


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


def any_of(words: Iterable[str]) -> str:
    """An alternation of words as they stand, longest first; of no words, what never stands anywhere."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w))) or "(?!)"


@cache
def read_table(name: str) -> tuple[dict[str, str], ...]:
    """Rows of a table that ships with Firsthand, by column name."""
    file = resources.files("firsthand.claims.reading") / "tables" / f"{name}.csv"
    return tuple(csv.DictReader(io.StringIO(file.read_text("utf-8"))))
