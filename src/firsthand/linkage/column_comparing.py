"""Levels of agreement of one column over many pairs at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from firsthand.linkage.columns import Column, Meaning

__all__ = ["MISSING", "ColumnComparer", "level_names"]

MISSING = -1
_LEVELS: dict[Meaning, tuple[str, ...]] = {
    Meaning.DATE: ("differs", "same year or day and month", "two parts equal", "one digit or swapped", "equal"),
    Meaning.CODE: ("differs", "alike", "two digits differ", "one digit differs", "equal"),
    Meaning.YEAR: ("differs", "within five", "within two", "within one", "equal"),
    Meaning.NUMBER: ("differs", "digits swapped", "equal"),
    Meaning.CATEGORY: ("differs", "equal"),
}
_WORD_LEVELS = ("differs", "a little alike", "alike", "nearly equal", "equal")
_SMALL = 500  # distinct values up to which all their pairs are compared once, into a table
_MOST_REMEMBERED = 2_000_000

Words = Sequence[str]
Levels = npt.NDArray[np.int8]
Rows = npt.NDArray[np.int64]


def level_names(meaning: Meaning) -> tuple[str, ...]:
    """The levels of a column, from differing to equal."""
    return _LEVELS.get(meaning, _WORD_LEVELS)


def _edits(a: Words, b: Words, most: int) -> npt.NDArray[np.int32]:
    """Edits (exchanges of neighbours among them) between pairs of words; more than ``most`` are given as one more."""
    return np.asarray(cpdist(a, b, scorer=OSA.distance, score_cutoff=most, dtype=np.int32, workers=-1))


def _likeness(a: Words, b: Words) -> npt.NDArray[np.float32]:
    return np.asarray(cpdist(a, b, scorer=JaroWinkler.similarity, dtype=np.float32, workers=-1))


def _lengths(words: Words) -> npt.NDArray[np.int64]:
    return np.fromiter(map(len, words), dtype=np.int64, count=len(words))


def _word_levels(a: Words, b: Words) -> Levels:
    edits, near = _edits(a, b, 2), _likeness(a, b)
    size_a, size_b = _lengths(a), _lengths(b)
    longest, shortest = np.maximum(size_a, size_b), np.minimum(size_a, size_b)
    begins = np.fromiter(
        (x.startswith(y) or y.startswith(x) for x, y in zip(a, b, strict=True)), dtype=bool, count=len(a)
    )
    first = np.fromiter((x[0] == y[0] for x, y in zip(a, b, strict=True)), dtype=bool, count=len(a))
    levels = np.zeros(len(a), dtype=np.int8)
    levels[(near >= 0.78) | ((shortest == 1) & first)] = 1
    levels[(near >= 0.9) | ((shortest > 2) & begins)] = 2
    levels[((edits == 1) & (longest >= 4)) | ((edits == 2) & (longest >= 9))] = 3
    return levels


def _date_levels(a: Words, b: Words) -> Levels:
    levels = np.where(_edits(a, b, 1) <= 1, 3, 0).astype(np.int8)
    whole = (_lengths(a) == 8) & (_lengths(b) == 8)
    x = np.array([w if len(w) == 8 else "00000000" for w in a], dtype="U8").view("U4").reshape(-1, 2)
    y = np.array([w if len(w) == 8 else "11111111" for w in b], dtype="U8").view("U4").reshape(-1, 2)
    later_x, later_y = (v[:, 1].copy().view("U2").reshape(-1, 2) for v in (x, y))
    year = x[:, 0] == y[:, 0]
    month, day = later_x[:, 0] == later_y[:, 0], later_x[:, 1] == later_y[:, 1]
    crossed = year & (later_x[:, 0] == later_y[:, 1]) & (later_x[:, 1] == later_y[:, 0])
    same = year.astype(int) + month + day
    levels[whole & crossed] = 3
    open_still = whole & (levels < 3)
    levels[open_still & (year | (month & day))] = 1
    levels[open_still & (same == 2)] = 2
    return levels


def _code_levels(a: Words, b: Words) -> Levels:
    edits, near = _edits(a, b, 2), _likeness(a, b)
    longest = np.maximum(_lengths(a), _lengths(b))
    levels = np.where(near >= 0.85, 1, 0).astype(np.int8)
    levels[(edits == 2) & (longest >= 6)] = 2
    levels[(edits == 1) & (longest >= 4)] = 3
    return levels


def _year_levels(a: Words, b: Words) -> Levels:
    x, y = (np.array([int(w[:9]) if w.isdigit() else -(10**9) * k for w in v]) for k, v in ((1, a), (3, b)))
    gap = np.abs(x - y)
    shuffled = np.fromiter(
        (len(v) == 4 and sorted(v) == sorted(w) for v, w in zip(a, b, strict=True)), dtype=bool, count=len(a)
    )
    levels = np.where(gap <= 5, 1, 0).astype(np.int8)
    levels[gap <= 2] = 2
    levels[(gap <= 1) | (shuffled & (gap <= 9))] = 3
    return levels


def _number_levels(a: Words, b: Words) -> Levels:
    long = np.maximum(_lengths(a), _lengths(b)) > 1
    return ((_edits(a, b, 1) <= 1) & long).astype(np.int8)


def _unequal_levels(a: Words, b: Words) -> Levels:
    return np.zeros(min(len(a), len(b)), dtype=np.int8)


def _one_edit(a: str, b: str) -> bool:
    return int(OSA.distance(a, b, score_cutoff=1)) <= 1


class _TextLevels:
    """Levels of texts of several words: words in common by their rarity, slips of words, numbers that clash."""

    def __init__(self, column: Column) -> None:
        frequency: dict[str, int] = {}
        for value in column.values:
            for word in set(value.split(" ")):
                frequency[word] = frequency.get(word, 0) + 1
        total = max(2, len(column.values))
        self._weight = {w: math.log(1 + total / n) for w, n in frequency.items()}

    def __call__(self, a: Words, b: Words) -> Levels:
        return np.fromiter((self._level(x, y) for x, y in zip(a, b, strict=True)), dtype=np.int8, count=len(a))

    def _level(self, a: str, b: str) -> int:
        weight = self._weight
        x, y = set(a.split(" ")), set(b.split(" "))
        exact = sum(weight[w] for w in x & y)
        like = self._of_like_words(x - y, y - x)
        size_x, size_y = sum(weight[w] for w in x), sum(weight[w] for w in y)
        cosine = (exact + like) / math.sqrt(size_x * size_y)
        whole = max(cosine, 0.9 * (exact + 0.5 * like) / min(size_x, size_y))
        slip = _numbers_slip(a, b)
        if slip is not None:
            # another house number is another house, however alike the street; one digit off may be a slip
            return 1 if slip and whole >= 0.35 else 0
        near = JaroWinkler.similarity(a.replace(" ", ""), b.replace(" ", ""))
        if whole >= 0.85 or near >= 0.95:
            return 3
        if whole >= 0.6 or near >= 0.88:
            return 2
        return 1 if whole >= 0.35 or near >= 0.78 else 0

    def _of_like_words(self, rest_x: set[str], rest_y: set[str]) -> float:
        like = 0.0
        for word in rest_x:
            best = max((JaroWinkler.similarity(word, other) for other in rest_y), default=0.0)
            if best >= 0.9:
                like += 0.85 * self._weight[word]
            elif any(len(word) <= 2 and o.startswith(word[:1]) for o in rest_y):
                like += 0.3 * self._weight[word]
        return like


def _numbers_slip(a: str, b: str) -> bool | None:
    """None where the numbers of two texts do not clash; else whether a slip of one digit could be why they do."""
    first_x, first_y = a.partition(" ")[0], b.partition(" ")[0]
    begin_apart = first_x.isdigit() and first_y.isdigit() and first_x != first_y
    x, y = ({w for w in text.split(" ") if w[0].isdigit()} for text in (a, b))
    if not begin_apart and not (x and y and not x & y):
        return None
    return any(_one_edit(n, m) for n in x for m in y if len(n) > 2)


@dataclass(slots=True)
class ColumnComparer:
    """Compares one column's values for many pairs of rows.

    A column of few values is compared once, all with all. Of others each distinct pair of values in a call is compared
    once where comparing is slow, and each pair of rows where it is fast.
    """

    column: Column
    _levels: Callable[[Words, Words], Levels] = field(init=False)
    _table: Levels | None = field(init=False, default=None)
    _known: dict[int, int] = field(init=False, default_factory=dict)
    _words: npt.NDArray[np.object_] = field(init=False)

    def __post_init__(self) -> None:
        match self.column.meaning:
            case Meaning.DATE:
                self._levels = _date_levels
            case Meaning.CODE:
                self._levels = _code_levels
            case Meaning.YEAR:
                self._levels = _year_levels
            case Meaning.NUMBER:
                self._levels = _number_levels
            case Meaning.CATEGORY:
                self._levels = _unequal_levels
            case Meaning.TEXT | Meaning.FULL_NAME:
                self._levels = _TextLevels(self.column)
            case _:
                self._levels = _word_levels
        self._words = np.array([*self.column.values, ""], dtype=object)[:-1]

    def compare(self, left: Rows, right: Rows) -> Levels:
        """The level of each pair of rows; MISSING where a row has no value."""
        a, b = self.column.codes[left], self.column.codes[right]
        size = len(self.column.values)
        if size <= _SMALL and len(left) > 4 * size:
            return self._tabled()[a, b]
        levels = np.where((a >= 0) & (b >= 0), np.int8(self.top), np.int8(MISSING))
        work = np.flatnonzero((a != b) & (levels != MISSING))
        if not len(work):
            return levels
        low = np.minimum(a[work], b[work]).astype(np.int64)
        high = np.maximum(a[work], b[work]).astype(np.int64)
        if self.column.meaning is Meaning.CATEGORY:
            levels[work] = 0
            return levels
        distinct, place = np.unique(low * size + high, return_inverse=True)
        levels[work] = self._of_values(distinct)[place]
        return levels

    def _of_values(self, distinct: Rows) -> Levels:
        """Levels of pairs of values, each given as one number; those of texts, which are slow, are remembered."""
        size = len(self.column.values)
        if self.column.meaning not in {Meaning.TEXT, Meaning.FULL_NAME}:
            return self._levels(self._words[distinct // size].tolist(), self._words[distinct % size].tolist())
        fresh = np.array([d for d in distinct.tolist() if d not in self._known], dtype=np.int64)
        found = self._levels(self._words[fresh // size].tolist(), self._words[fresh % size].tolist())
        if len(self._known) > _MOST_REMEMBERED:
            self._known.clear()
            fresh, found = (
                distinct,
                self._levels(self._words[distinct // size].tolist(), self._words[distinct % size].tolist()),
            )
        self._known.update(zip(fresh.tolist(), found.tolist(), strict=True))
        return np.fromiter((self._known[d] for d in distinct.tolist()), dtype=np.int8, count=len(distinct))

    @property
    def top(self) -> int:
        """The level of equal values."""
        return len(level_names(self.column.meaning)) - 1

    def _tabled(self) -> Levels:
        """All values with all; the last place of each side, reached by -1, is a missing value."""
        if self._table is None:
            size = len(self.column.values)
            table = np.full((size + 1, size + 1), MISSING, dtype=np.int8)
            low, high = np.triu_indices(size, 1)
            if len(low):
                found = self._levels(self._words[low].tolist(), self._words[high].tolist())
                table[low, high] = found
                table[high, low] = found
            table[np.arange(size), np.arange(size)] = self.top
            self._table = table
        return self._table
