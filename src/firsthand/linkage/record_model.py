"""The Fellegi-Sunter model of a table's pairs, learned without labels.

Universe: all pairs of rows. Probabilities of levels among pairs of two persons (u) come from random pairs and from
value counts; those among pairs of one person (m) and the share of such pairs come from expectation maximisation over
the candidate pairs, non-candidates being taken as pairs of two persons (Fellegi and Sunter 1969; Winkler 1988;
Splink's guide on term frequencies). Weights are in bits and add up to the log odds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from firsthand.linkage.column_comparing import MISSING, compare_column, level_names
from firsthand.linkage.columns import Column, Meaning

__all__ = ["RecordModel", "fit_record_model", "pair_weights"]

_ROUNDS = 40
_SAMPLE = 50_000
_MOST_FREQUENCY_BITS = 7.0
_MOST_AGAINST_BITS = -9.0
Floats = npt.NDArray[np.float64]
Levels = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordModel:
    """m and u of each column's levels, and the share of all pairs that are of one person."""

    columns: tuple[str, ...]
    m: tuple[Floats, ...]
    u: tuple[Floats, ...]
    share_of_pairs: float
    rounds: int

    def __post_init__(self) -> None:
        if not len(self.columns) == len(self.m) == len(self.u):
            raise ValueError("a model has m and u for each column")


def _random_levels(columns: Sequence[Column], rows: int, rng: np.random.Generator) -> list[Levels]:
    size = min(_SAMPLE, rows * (rows - 1) // 2 * 2)
    left = rng.integers(0, rows, size)
    right = (left + rng.integers(1, rows, size)) % rows
    return [compare_column(c, left, right) for c in columns]


def _chance(column: Column, levels: Levels) -> Floats:
    """u of one column: the sample's shares, the top level from the counts of values."""
    top = len(level_names(column.meaning))
    seen = levels[levels != MISSING]
    u = (np.bincount(seen, minlength=top).astype(float) + 0.5) / (len(seen) + 0.5 * top)
    filled = column.filled
    if filled > 1:
        # rows of one person inflate this a little: a table's true pairs are few among all pairs
        equal = float((column.counts * (column.counts - 1)).sum()) / (filled * (filled - 1))
        u[-1] = max(equal, 0.2 / filled)
    total: Floats = u / u.sum()
    return total


def _start(levels: int) -> Floats:
    m = np.array([0.5**k for k in range(levels)])[::-1]
    m[-1] = 4.0 * m[:-1].sum()
    if levels > 2:
        m[-2] = 2.0 * m[:-2].sum()
    shares: Floats = m / m.sum()
    return shares


def fit_record_model(
    columns: Sequence[Column], levels: npt.NDArray[np.int8], rows: int, *, rng: np.random.Generator
) -> RecordModel:
    """Learn the model from the candidates' levels (pairs x columns)."""
    us = [_chance(c, sample) for c, sample in zip(columns, _random_levels(columns, rows, rng), strict=True)]
    ms = [_start(len(u)) for u in us]
    all_pairs = rows * (rows - 1) / 2.0
    share = min(0.3, 0.5 * rows / all_pairs) if rows > 1 else 0.0
    patterns, counts = _patterns(levels)
    rounds = 0
    for _ in range(_ROUNDS):
        rounds += 1
        log_odds = np.full(len(patterns), np.log(share / (1.0 - share)))
        for k, (m, u) in enumerate(zip(ms, us, strict=True)):
            table = np.append(np.log(m / u), 0.0)  # the last place answers MISSING, -1
            log_odds += table[patterns[:, k]]
        posterior = counts / (1.0 + np.exp(-np.clip(log_odds, -500, 500)))
        matches = float(posterior.sum())
        new_share = min(max(matches / all_pairs, 0.2 / all_pairs), 0.5)
        moved = abs(np.log(new_share / share))
        share = new_share
        for k in range(len(ms)):
            present = patterns[:, k] != MISSING
            found = np.bincount(patterns[present, k], weights=posterior[present], minlength=len(ms[k]))
            # a weak prior keeps empty levels off zero, and full agreement more usual than not
            prior = 0.5 + 1.5 * _start(len(ms[k]))
            ms[k] = _bounded((found + prior) / (found.sum() + prior.sum()), columns[k].meaning)
        if moved < 1e-4 and rounds > 5:
            break
    return RecordModel(
        columns=tuple(c.name for c in columns), m=tuple(ms), u=tuple(us), share_of_pairs=share, rounds=rounds
    )


# Records of one person rarely differ outright in their names: without this, expectation maximisation may take "the
# same street" or "the same town" for "the same body" where a table has few columns.
_MOST_DIFFERING = {Meaning.FULL_NAME: 0.2, Meaning.GIVEN_NAME: 0.35, Meaning.FAMILY_NAME: 0.35}
_LEAST_DIFFERING = 0.01


def _bounded(m: Floats, meaning: Meaning) -> Floats:
    most = _MOST_DIFFERING.get(meaning, 0.9)
    differing = min(max(float(m[0]), _LEAST_DIFFERING), most)
    rest = m[1:] * ((1.0 - differing) / max(float(m[1:].sum()), 1e-12))
    return np.concatenate([[differing], rest])


def _patterns(levels: npt.NDArray[np.int8]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    code = np.zeros(len(levels), dtype=np.int64)
    width = levels.shape[1]
    if width > 24:
        found, counts = np.unique(levels, axis=0, return_counts=True)
        return found.astype(np.int64), counts
    for k in range(width):
        code = code * 6 + (levels[:, k] + 1)
    _, first, counts = np.unique(code, return_index=True, return_counts=True)
    return levels[first].astype(np.int64), counts


def pair_weights(
    model: RecordModel,
    columns: Sequence[Column],
    levels: npt.NDArray[np.int8],
    left: npt.NDArray[np.int64],
) -> Floats:
    """Weights in bits, pairs x (1 + columns): the prior first, then each column, frequencies of values included."""
    weights = np.zeros((len(levels), 1 + len(columns)))
    weights[:, 0] = np.log2(model.share_of_pairs / (1.0 - model.share_of_pairs))
    for k, column in enumerate(columns):
        table = np.append(np.maximum(np.log2(model.m[k] / model.u[k]), _MOST_AGAINST_BITS), 0.0)
        weights[:, k + 1] = table[levels[:, k]]
        if column.meaning in {Meaning.CATEGORY, Meaning.NUMBER, Meaning.YEAR}:
            continue
        top = len(model.u[k]) - 1
        equal = levels[:, k] == top
        counts = column.counts[column.codes[left[equal]]]
        frequency = np.maximum(counts - 0.5, 1.0) / max(1, column.filled)
        shift = np.log2(model.u[k][top] / frequency)
        weights[equal, k + 1] += np.clip(shift, -_MOST_FREQUENCY_BITS, 0.5 * _MOST_FREQUENCY_BITS)
    return weights
