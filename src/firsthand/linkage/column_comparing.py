"""Levels of agreement of one column over many pairs at once."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from firsthand.linkage.columns import Column, Meaning

__all__ = ["MISSING", "compare_column", "level_names"]

MISSING = -1
_LEVELS: dict[Meaning, tuple[str, ...]] = {
    Meaning.DATE: ("differs", "same year or day and month", "two parts equal", "one digit or swapped", "equal"),
    Meaning.CODE: ("differs", "alike", "two digits differ", "one digit differs", "equal"),
    Meaning.YEAR: ("differs", "within five", "within two", "within one", "equal"),
    Meaning.NUMBER: ("differs", "digits swapped", "equal"),
    Meaning.CATEGORY: ("differs", "equal"),
}
_WORD_LEVELS = ("differs", "a little alike", "alike", "nearly equal", "equal")


def level_names(meaning: Meaning) -> tuple[str, ...]:
    """The levels of a column, from differing to equal."""
    return _LEVELS.get(meaning, _WORD_LEVELS)


def _word_level(a: str, b: str) -> int:
    if a == b:
        return 4
    edits = DamerauLevenshtein.distance(a, b, score_cutoff=2)
    longest = max(len(a), len(b))
    if (edits == 1 and longest >= 4) or (edits == 2 and longest >= 9):
        return 3
    near = JaroWinkler.similarity(a, b)
    if near >= 0.9 or (len(a) > 2 and len(b) > 2 and (a.startswith(b) or b.startswith(a))):
        return 2
    if near >= 0.78 or (min(len(a), len(b)) == 1 and a[0] == b[0]):
        return 1
    return 0


def _date_level(a: str, b: str) -> int:
    if a == b:
        return 4
    if len(a) == len(b) == 8:
        same = (a[:4] == b[:4]) + (a[4:6] == b[4:6]) + (a[6:] == b[6:])
        if DamerauLevenshtein.distance(a, b, score_cutoff=1) <= 1 or (
            a[:4] == b[:4] and a[4:6] == b[6:] and a[6:] == b[4:6]
        ):
            return 3
        if same == 2:
            return 2
        return 1 if a[:4] == b[:4] or a[4:] == b[4:] else 0
    return 3 if DamerauLevenshtein.distance(a, b, score_cutoff=1) <= 1 else 0


def _code_level(a: str, b: str) -> int:
    if a == b:
        return 4
    edits = DamerauLevenshtein.distance(a, b, score_cutoff=2)
    longest = max(len(a), len(b))
    if edits == 1 and longest >= 4:
        return 3
    if edits == 2 and longest >= 6:
        return 2
    return 1 if JaroWinkler.similarity(a, b) >= 0.85 else 0


def _year_level(a: str, b: str) -> int:
    if a == b:
        return 4
    if not (a.isdigit() and b.isdigit()):
        return 0
    gap = abs(int(a[:9]) - int(b[:9]))
    if gap <= 1 or (len(a) == 4 and sorted(a) == sorted(b) and gap <= 9):
        return 3
    return 2 if gap <= 2 else 1 if gap <= 5 else 0


def _number_level(a: str, b: str) -> int:
    return (
        2 if a == b else 1 if DamerauLevenshtein.distance(a, b, score_cutoff=1) <= 1 and max(len(a), len(b)) > 1 else 0
    )


def _text_level(column: Column) -> Callable[[str, str], int]:
    frequency: dict[str, int] = {}
    for value in column.values:
        for word in set(value.split(" ")):
            frequency[word] = frequency.get(word, 0) + 1
    total = max(2, len(column.values))
    weight = {w: math.log(1 + total / n) for w, n in frequency.items()}

    def level(a: str, b: str) -> int:
        if a == b:
            return 4
        x, y = set(a.split(" ")), set(b.split(" "))
        exact = sum(weight[w] for w in x & y)
        rest_x, rest_y = x - y, y - x
        like = 0.0
        for word in rest_x:
            best = max((JaroWinkler.similarity(word, other) for other in rest_y), default=0.0)
            if best >= 0.9:
                like += 0.85 * weight[word]
            elif any(len(word) <= 2 and o.startswith(word[:1]) for o in rest_y):
                like += 0.3 * weight[word]
        size_x, size_y = sum(weight[w] for w in x), sum(weight[w] for w in y)
        cosine = (exact + like) / math.sqrt(size_x * size_y)
        whole = max(cosine, 0.9 * (exact + 0.5 * like) / min(size_x, size_y))
        numbers_x, numbers_y = {w for w in x if w[0].isdigit()}, {w for w in y if w[0].isdigit()}
        if numbers_x and numbers_y and not numbers_x & numbers_y:
            # another house number is another house, however alike the street; one digit off may be a slip
            slip = any(
                DamerauLevenshtein.distance(n, m, score_cutoff=1) <= 1
                for n in numbers_x
                for m in numbers_y
                if len(n) > 2
            )
            return 1 if slip and whole >= 0.35 else 0
        near = JaroWinkler.similarity(a.replace(" ", ""), b.replace(" ", ""))
        if whole >= 0.85 or near >= 0.95:
            return 3
        if whole >= 0.6 or near >= 0.88:
            return 2
        return 1 if whole >= 0.35 or near >= 0.78 else 0

    return level


def compare_column(column: Column, left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]) -> npt.NDArray[np.int8]:
    """The level of each pair; MISSING where a row has no value. Each distinct pair of values is compared once."""
    a, b = column.codes[left].astype(np.int64), column.codes[right].astype(np.int64)
    levels = np.full(len(left), MISSING, dtype=np.int8)
    both = (a >= 0) & (b >= 0)
    if not both.any():
        return levels
    size = len(column.values)
    low, high = np.minimum(a[both], b[both]), np.maximum(a[both], b[both])
    distinct, place = np.unique(low * size + high, return_inverse=True)
    function: Callable[[str, str], int]
    top = len(level_names(column.meaning)) - 1
    match column.meaning:
        case Meaning.DATE:
            function = _date_level
        case Meaning.CODE:
            function = _code_level
        case Meaning.YEAR:
            function = _year_level
        case Meaning.NUMBER:
            function = _number_level
        case Meaning.CATEGORY:
            function = _equal_level
        case Meaning.TEXT | Meaning.FULL_NAME:
            function = _text_level(column)
        case _:
            function = _word_level
    values = column.values
    found = np.fromiter(
        (
            top if x == y else function(values[x], values[y])
            for x, y in zip((distinct // size).tolist(), (distinct % size).tolist(), strict=True)
        ),
        dtype=np.int8,
        count=len(distinct),
    )
    levels[both] = found[place]
    return levels


def _equal_level(a: str, b: str) -> int:
    return int(a == b)
