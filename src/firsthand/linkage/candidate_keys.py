"""Candidate pairs of a table: several keys chosen by what they cost, and an estimate of what they miss.

A key is a part of one column (a value, its sound, its first letters, a rare word of it) or of two columns
together. Keys that would make too many pairs are left aside; a block that is too large is not paired out and
is counted, so that a million equal names cost a million rows and not their square.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from firsthand.linkage.columns import Column, Meaning

__all__ = ["CandidateSet", "choose_candidates"]

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateSet:
    """Pairs of row numbers (left < right), how many keys found each, the keys' names, and what was not paired."""

    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    keys_found: npt.NDArray[np.int16]
    keys: tuple[str, ...]
    pairs_in_large_blocks: int

    def estimated_recall(self, weights: npt.NDArray[np.float64]) -> float:
        """Share of true pairs that some key found, by Chao's lower bound for the unseen (Chao 1987, eq. 5).

        ``weights`` are the pairs' match probabilities. Keys are not independent, so this is an upper estimate.
        """
        once = float(weights[self.keys_found == 1].sum())
        twice = float(weights[self.keys_found == 2].sum())
        seen = float(weights.sum())
        unseen = once * once / (2.0 * twice) if twice > 0 else once * max(once - 1.0, 0.0) / 2.0
        return seen / (seen + unseen) if seen > 0 else 0.0


_SAME_SOUND = str.maketrans("bpfvcskgjqxzdtlmnraeiouyhw", "bbbbcccccccc" + "ddlmmr" + "aaaaaa" + "hh")


def _sound(word: str) -> str:
    """A short sound code: classes of consonants, vowels dropped after the first letter, doubles dropped."""
    out = word[:1].translate(_SAME_SOUND)
    for character in word[1:].translate(_SAME_SOUND):
        if character not in "ah" and out[-1:] != character:
            out += character
    return out[:5]


def _recode(column: Column, of: Sequence[str]) -> Codes:
    place: dict[str, int] = {}
    table = np.array([place.setdefault(v, len(place)) if v else -1 for v in of] + [-1], dtype=np.int64)
    return table[column.codes]


def _parts(column: Column) -> list[tuple[str, Codes]]:
    """The keys that one column gives, finest first."""
    exact = column.codes.astype(np.int64)
    values = column.values
    name = column.name
    if column.meaning in {Meaning.GIVEN_NAME, Meaning.FAMILY_NAME, Meaning.WORD}:
        return [
            (name, exact),
            (f"sound of {name}", _recode(column, [_sound(v.replace(" ", "")) for v in values])),
            (f"start of {name}", _recode(column, [v[:3] for v in values])),
        ]
    if column.meaning in {Meaning.FULL_NAME, Meaning.TEXT}:
        return [
            (name, exact),
            (f"first word of {name}", _recode(column, [v.split(" ")[0] for v in values])),
            (f"last word of {name}", _recode(column, [v.split(" ")[-1] for v in values])),
        ]
    if column.meaning is Meaning.DATE:
        return [
            (name, exact),
            (f"year of {name}", _recode(column, [v[:4] for v in values])),
            (f"month and day of {name}", _recode(column, [v[4:] for v in values])),
        ]
    if column.meaning is Meaning.CODE:
        return [(name, exact), (f"start of {name}", _recode(column, [v[:4] for v in values]))]
    if column.meaning in {Meaning.YEAR, Meaning.NUMBER, Meaning.CATEGORY}:
        return [(name, exact)]
    return []


def _pairs_of(codes: Codes) -> int:
    counts = np.bincount(codes[codes >= 0])
    return int((counts * (counts - 1) // 2).sum())


def _together(a: Codes, b: Codes) -> Codes:
    both = (a >= 0) & (b >= 0)
    if not both.any():
        return np.full(len(a), -1, dtype=np.int64)
    joint = np.where(both, a * (int(b.max()) + 1) + b, -1)
    _, codes = np.unique(joint, return_inverse=True)
    codes = codes.astype(np.int64)
    return np.where(both, codes, -1)


def _pair_out(codes: Codes, largest_block: int) -> tuple[Codes, Codes, int]:
    """All pairs inside blocks of at most ``largest_block`` rows; and the number of pairs in larger ones."""
    rows = np.flatnonzero(codes >= 0)
    order = rows[np.argsort(codes[rows], kind="stable")]
    sorted_codes = codes[order]
    starts = (
        np.flatnonzero(np.r_[True, sorted_codes[1:] != sorted_codes[:-1]])
        if len(order)
        else np.array([], dtype=np.int64)
    )
    sizes = np.diff(np.r_[starts, len(order)])
    large = sizes > largest_block
    lost = int((sizes[large] * (sizes[large] - 1) // 2).sum())
    left: list[Codes] = []
    right: list[Codes] = []
    for size in np.unique(sizes[~large & (sizes > 1)]):
        base = starts[sizes == size]
        x, y = np.triu_indices(int(size), 1)
        left.append(order[(base[:, None] + x).ravel()])
        right.append(order[(base[:, None] + y).ravel()])
    if not left:
        return np.array([], dtype=np.int64), np.array([], dtype=np.int64), lost
    a, b = np.concatenate(left), np.concatenate(right)
    return np.minimum(a, b), np.maximum(a, b), lost


def _rare_words(column: Column, most_rows: int) -> tuple[Codes, Codes]:
    """Pairs of rows that share a word which few rows have."""
    rows_of_value: dict[int, list[int]] = {}
    for row, code in enumerate(column.codes):
        if code >= 0:
            rows_of_value.setdefault(int(code), []).append(row)
    rows_of_word: dict[str, list[int]] = {}
    for code, value in enumerate(column.values):
        for word in set(value.split(" ")):
            if len(word) >= 2:
                rows_of_word.setdefault(word, []).extend(rows_of_value.get(code, ()))
    left: list[int] = []
    right: list[int] = []
    for members in rows_of_word.values():
        if 1 < len(members) <= most_rows:
            for a, b in combinations(sorted(members), 2):
                left.append(a)
                right.append(b)
    return np.array(left, dtype=np.int64), np.array(right, dtype=np.int64)


def choose_candidates(
    columns: Sequence[Column], rows: int, *, pairs_per_row: float = 40.0, largest_block: int = 600
) -> CandidateSet:
    """Choose keys, cheapest first, until the budget of pairs is spent, and pair their blocks out.

    Every column gives keys, alone and with each other column; of one combination the coarsest key that
    fits its share of the budget is taken, because a coarser key finds all that a finer one finds.
    """
    budget = max(600_000.0, pairs_per_row * rows)
    share = max(60_000.0, pairs_per_row * rows / 6.0)
    singles: list[tuple[str, Codes, int]] = []
    parts = [(c, _parts(c)) for c in columns]
    for _, options in parts:
        fitting = [(n, k, _pairs_of(k)) for n, k in options]
        singles += [f for f in fitting if f[2] <= share]
    doubles: list[tuple[str, Codes, int]] = []
    for (_, first), (_, second) in combinations(parts, 2):
        best: tuple[str, Codes, int] | None = None
        for na, ka in first:
            for nb, kb in second:
                joint = _together(ka, kb)
                cost = _pairs_of(joint)
                if cost <= share and (best is None or cost > best[2]):
                    best = (f"{na} + {nb}", joint, cost)
        if best is not None and best[2] > 0:
            doubles.append(best)
    chosen = sorted([*singles, *doubles], key=lambda k: k[2])
    found: list[Codes] = []
    names: list[str] = []
    lost = 0
    spent = 0.0
    for key_name, codes, cost in chosen:
        if cost == 0 or spent + cost > budget:
            continue
        spent += cost
        left, right, missed = _pair_out(codes, largest_block)
        lost += missed
        names.append(key_name)
        found.append(left * rows + right)
    for column, _ in parts:
        if column.meaning in {Meaning.FULL_NAME, Meaning.TEXT}:
            left, right = _rare_words(column, 12 if rows > 5000 else 20)
            names.append(f"rare word of {column.name}")
            found.append(np.unique(left * rows + right) if len(left) else left)
    if not found:
        empty = np.array([], dtype=np.int64)
        return CandidateSet(
            left=empty, right=empty, keys_found=empty.astype(np.int16), keys=(), pairs_in_large_blocks=lost
        )
    pairs, times = np.unique(np.concatenate(found), return_counts=True)
    return CandidateSet(
        left=pairs // rows,
        right=pairs % rows,
        keys_found=times.astype(np.int16),
        keys=tuple(names),
        pairs_in_large_blocks=lost,
    )
