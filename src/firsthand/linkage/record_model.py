"""The Fellegi-Sunter model of a table's pairs, learned without labels.

Universe: all pairs of rows. Probabilities of levels among pairs of two persons (u) come from random pairs and from
value counts; those among pairs of one person (m) and the share of such pairs come from expectation maximisation over
the candidate pairs, non-candidates being taken as pairs of two persons (Fellegi and Sunter 1969; Winkler 1988;
Splink's guide on term frequencies). Weights are in bits and add up to the log odds. Decoded names bring their own
likelihood ratio; of them only how often each part meets in pairs of one person is learned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from firsthand.linkage.column_comparing import MISSING, ColumnComparer, level_names
from firsthand.linkage.columns import Column, Meaning
from firsthand.linkage.decoded_names import COMPATIBLE_LEVELS, DecodedNames

__all__ = ["Patterns", "RecordComparer", "RecordModel", "collect_patterns", "fit_record_model"]

_ROUNDS = 40
_SAMPLE = 50_000
_MOST_FREQUENCY_BITS = 7.0
_MOST_AGAINST_BITS = -9.0
_NAME = "decoded name"
Floats = npt.NDArray[np.float64]
Levels = npt.NDArray[np.int8]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordModel:
    """m and u of each column's levels, and the share of all pairs that are of one person.

    ``m`` and ``u`` hold two rows for each column: the levels' probabilities in general, and where another column, named
    by ``repeats``, is equal. Two records of one county are of one province: that they agree there again says nothing.
    ``repeats``: the number of that column, -1 where there is none (both rows are the same then).
    ``m_names``: how often each combination of a decoded name's parts meets among pairs of one person (empty where
    names were not decoded).
    """

    columns: tuple[str, ...]
    m: tuple[Floats, ...]
    u: tuple[Floats, ...]
    repeats: tuple[int, ...]
    m_names: Floats
    share_of_pairs: float
    rounds: int

    def __post_init__(self) -> None:
        if not len(self.columns) == len(self.m) == len(self.u):
            raise ValueError("a model has m and u for each column")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordComparer:
    """The compared columns of a table and its decoded names: what a pair of rows is judged by."""

    comparers: tuple[ColumnComparer, ...]
    names: DecodedNames | None

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that are compared as they stand."""
        return tuple(c.column for c in self.comparers)

    @property
    def features(self) -> tuple[str, ...]:
        """What weights belong to: the prior, the decoded name if there is one, each column."""
        return ("prior", *((_NAME,) if self.names is not None else ()), *(c.name for c in self.columns))

    def compare(self, left: Rows, right: Rows) -> tuple[Levels, Levels, npt.NDArray[np.float32]]:
        """Levels of the columns (pairs x columns), of the name, and the name's bits."""
        levels = np.empty((len(left), len(self.comparers)), dtype=np.int8)
        for k, comparer in enumerate(self.comparers):
            levels[:, k] = comparer.compare(left, right)
        if self.names is None:
            return levels, np.full(len(left), MISSING, dtype=np.int8), np.zeros(len(left), dtype=np.float32)
        return levels, *self.names.compare(left, right)

    def weights(self, model: RecordModel, left: Rows, right: Rows) -> Floats:
        """Weights in bits, pairs x features, frequencies of values included."""
        levels, name_levels, name_bits = self.compare(left, right)
        parts = [np.full(len(left), np.log2(model.share_of_pairs / (1.0 - model.share_of_pairs)))]
        if self.names is not None:
            table = np.append(np.log2(model.m_names), 0.0)
            parts.append(table[name_levels] + name_bits)
        for k, column in enumerate(self.columns):
            parts.append(_column_weights(model, k, column, levels, left))
        return np.stack(parts, axis=1)


def _within(model_repeats: Sequence[int], tops: Sequence[int], levels: npt.NDArray[np.integer], k: int) -> Any:
    """For each pair 1 where the column that ``k`` repeats is equal, else 0."""
    other = model_repeats[k]
    return (levels[:, other] == tops[other]).astype(np.int64) if other >= 0 else np.zeros(len(levels), dtype=np.int64)


def _column_weights(model: RecordModel, k: int, column: Column, levels: Levels, left: Rows) -> Floats:
    tops = [m.shape[1] - 1 for m in model.m]
    within = _within(model.repeats, tops, levels, k)
    table = np.column_stack([np.maximum(np.log2(model.m[k] / model.u[k]), _MOST_AGAINST_BITS), np.zeros(2)])
    weights: Floats = table[within, levels[:, k]]
    if column.meaning in {Meaning.CATEGORY, Meaning.NUMBER, Meaning.YEAR}:
        return weights
    top = tops[k]
    equal = np.flatnonzero((levels[:, k] == top) & (within == 0))
    counts = column.counts[column.codes[left[equal]]]
    frequency = np.maximum(counts - 0.5, 1.0) / max(1, column.filled)
    shift = np.log2(model.u[k][0, top] / frequency)
    weights[equal] += np.clip(shift, -_MOST_FREQUENCY_BITS, 0.5 * _MOST_FREQUENCY_BITS)
    return weights


_LEAST_REPEAT = 1.5  # how much likelier agreement must be within another column's equal pairs, to be told apart
_MOST_EXPLAINED = 0.5  # of that agreement, what pairs of one person may explain


def _pairs_within(column: Column, size: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Random pairs of rows that are equal in a column."""
    rows = np.flatnonzero(column.codes >= 0)
    order = rows[np.argsort(column.codes[rows], kind="stable")]
    codes = column.codes[order]
    place = rng.integers(0, len(order), size)
    first = np.searchsorted(codes, codes[place], side="left")
    count = np.searchsorted(codes, codes[place], side="right") - first
    other = first + (rng.random(size) * count).astype(np.int64)
    apart = other != place
    return order[place[apart]], order[other[apart]]


def _repeats(
    comparers: Sequence[ColumnComparer], us: Sequence[Floats], first: RecordModel, rng: np.random.Generator
) -> tuple[list[int], list[Floats]]:
    """For each column the finer column whose equal pairs agree in it far more often than others, and u among those.

    Some pairs that are equal in the finer column are of one person; the share of them, by the first model, is taken
    off, and where it explains most of what is seen nothing is concluded.
    """
    repeats, within = [-1] * len(us), [u.copy() for u in us]
    finest = sorted(range(len(us)), key=lambda k: us[k][-1])
    gains = np.ones(len(us))
    for place, j in enumerate(finest):
        one_person = first.share_of_pairs * first.m[j][0, -1] / us[j][-1]
        if one_person > 0.2:
            continue
        left, right = _pairs_within(comparers[j].column, _SAMPLE, rng)
        for k in finest[place + 1 :]:
            levels = comparers[k].compare(left, right)
            seen = levels[levels != MISSING]
            u = (np.bincount(seen, minlength=len(us[k])).astype(float) + 0.5) / (len(seen) + 0.5 * len(us[k]))
            explained = one_person * first.m[k][0]
            if explained[-1] > _MOST_EXPLAINED * u[-1]:
                continue
            u = np.maximum(u - explained, 1e-6)
            u /= u.sum()
            gain = u[-1] / us[k][-1]
            if len(seen) > 1000 and gain >= _LEAST_REPEAT and gain > gains[k]:
                repeats[k], within[k], gains[k] = j, u, gain
    return repeats, within


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


# Of pairs of one person's names, decoded, most meet in every part; a syllable misheard or another name is the rest.
_NAMES_START = np.array([0.01, 0.02, 0.01, 0.05, 0.01, 0.05, 0.02, 0.83])
_BIT_STEPS = 2.0  # the name's bits are kept in halves
_MOST_BITS = 31.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Patterns:
    """Distinct combinations of levels with how many pairs show each: columns, the name's level, its bits.

    ``free``: as bits, in which columns (the name behind the last) the pairs were not found by agreeing.
    """

    levels: npt.NDArray[np.int64]
    free: npt.NDArray[np.int64]
    name_levels: npt.NDArray[np.int64]
    name_bits: Floats
    counts: Floats


def collect_patterns(
    levels: Levels, name_levels: Levels, name_bits: npt.NDArray[np.float32], free: npt.NDArray[np.int64]
) -> Patterns:
    """The combinations of levels among some pairs."""
    halves = np.rint(np.clip(name_bits, -_MOST_BITS, _MOST_BITS) * _BIT_STEPS).astype(np.int64)
    _, free_code = np.unique(free, return_inverse=True)
    code = (halves + int(_MOST_BITS * _BIT_STEPS)) * (COMPATIBLE_LEVELS + 1) + name_levels + 1
    for column in (*levels.T, free_code):
        # numbered anew at each step, so that the code of many columns stays small
        _, code = np.unique(code * (int(column.max(initial=0)) + 2) + column + 1, return_inverse=True)
    _, first, counts = np.unique(code, return_index=True, return_counts=True)
    return Patterns(
        levels=levels[first].astype(np.int64),
        free=free[first],
        name_levels=name_levels[first].astype(np.int64),
        name_bits=halves[first] / _BIT_STEPS,
        counts=counts.astype(float),
    )


def fit_record_model(
    comparer: RecordComparer,
    patterns: Patterns,
    rows: int,
    *,
    rng: np.random.Generator,
    scale: float = 1.0,
    found_share: float = 1.0,
) -> RecordModel:
    """Learn the model from the combinations of levels that candidate pairs show.

    Pairs that agree in a column because a key found them by it do not tell how often that column agrees; m is learned
    from the others alone, so that it holds for all pairs of one person and not for those found.

    ``scale``: how many candidate pairs each pair of the patterns stands for, where they are a sample;
    ``found_share``: the share of all pairs of one person that are among the candidates.
    """
    size = min(_SAMPLE, rows * (rows - 1) // 2 * 2)
    left = rng.integers(0, rows, size)
    right = (left + rng.integers(1, rows, size)) % rows
    general = [_chance(c.column, c.compare(left, right)) for c in comparer.comparers]
    first = _maximised(
        comparer,
        patterns,
        rows=rows,
        general=general,
        repeats=[-1] * len(general),
        within=general,
        scale=scale,
        found_share=found_share,
    )
    repeats, within = _repeats(comparer.comparers, general, first, rng)
    if not any(r >= 0 for r in repeats):
        return first
    return _maximised(
        comparer,
        patterns,
        rows=rows,
        general=general,
        repeats=repeats,
        within=within,
        scale=scale,
        found_share=found_share,
    )


def _maximised(
    comparer: RecordComparer,
    patterns: Patterns,
    *,
    rows: int,
    general: Sequence[Floats],
    repeats: Sequence[int],
    within: Sequence[Floats],
    scale: float,
    found_share: float,
) -> RecordModel:
    """Expectation maximisation with u given: in general, and where the column that each one repeats is equal."""
    columns = comparer.columns
    us = [np.stack([u, w]) for u, w in zip(general, within, strict=True)]
    ms = [np.stack([_start(u.shape[1])] * 2) for u in us]
    tops = [u.shape[1] - 1 for u in us]
    contexts = [_within(repeats, tops, patterns.levels, k) for k in range(len(us))]
    m_names = _NAMES_START.copy()
    all_pairs = rows * (rows - 1) / 2.0
    share = min(0.3, 0.5 * rows / all_pairs) if rows > 1 else 0.0
    counts = patterns.counts * scale
    named = patterns.name_levels != MISSING
    rounds = 0
    for _ in range(_ROUNDS):
        rounds += 1
        log_odds = np.full(len(counts), np.log(share / (1.0 - share)))
        log_odds += np.append(np.log(m_names), 0.0)[patterns.name_levels] + np.where(
            named, patterns.name_bits * np.log(2.0), 0.0
        )
        for k, (m, u) in enumerate(zip(ms, us, strict=True)):
            table = np.column_stack([np.log(m / u), np.zeros(2)])  # the last place answers MISSING, -1
            log_odds += table[contexts[k], patterns.levels[:, k]]
        posterior = counts / (1.0 + np.exp(-np.clip(log_odds, -500, 500)))
        matches = float(posterior.sum())
        new_share = min(max(matches / found_share / all_pairs, 0.2 / all_pairs), 0.5)
        moved = abs(np.log(new_share / share))
        share = new_share
        for k in range(len(ms)):
            for context in (0, 1) if repeats[k] >= 0 else (0,):
                counted = (
                    (patterns.levels[:, k] != MISSING)
                    & (patterns.free >> k & 1 == 1)
                    & ((contexts[k] == context) | (repeats[k] < 0))
                )
                found = np.bincount(patterns.levels[counted, k], weights=posterior[counted], minlength=tops[k] + 1)
                # a weak prior keeps empty levels off zero, and full agreement more usual than not
                prior = 0.5 + 1.5 * _start(tops[k] + 1)
                ms[k][context] = _bounded((found + prior) / (found.sum() + prior.sum()), columns[k].meaning)
            if repeats[k] < 0:
                ms[k][1] = ms[k][0]
        if comparer.names is not None:
            told = named & (patterns.free >> len(columns) & 1 == 1)
            found = np.bincount(patterns.name_levels[told], weights=posterior[told], minlength=COMPATIBLE_LEVELS)
            m_names = _bounded_names((found + 4.0 * _NAMES_START) / (found.sum() + 4.0))
        if moved < 1e-4 and rounds > 5:
            break
    return RecordModel(
        columns=tuple(c.name for c in columns),
        m=tuple(ms),
        u=tuple(us),
        repeats=tuple(repeats),
        m_names=m_names if comparer.names is not None else np.zeros(0),
        share_of_pairs=share,
        rounds=rounds,
    )


# Records of one person rarely differ outright in their names: without this, expectation maximisation may take "the
# same street" or "the same town" for "the same body" where a table has few columns.
_MOST_DIFFERING = {Meaning.FULL_NAME: 0.2, Meaning.GIVEN_NAME: 0.35, Meaning.FAMILY_NAME: 0.35}
_LEAST_DIFFERING = 0.01


# Two lives often share a surname or a given name, a year and a county: without bounds, expectation maximisation takes
# them for one life under two names.
_MOST_OTHER = ((1, 0.03), (2, 0.1), (4, 0.15))  # by part of the name, as in the levels


def _bounded_names(m: Floats) -> Floats:
    for bit, most in _MOST_OTHER:
        without = (np.arange(COMPATIBLE_LEVELS) & bit) == 0
        other = float(m[without].sum())
        if other > most:
            m = np.where(without, m * most / other, m * (1.0 - most) / max(1.0 - other, 1e-12))
    return m


def _bounded(m: Floats, meaning: Meaning) -> Floats:
    most = _MOST_DIFFERING.get(meaning, 0.9)
    differing = min(max(float(m[0]), _LEAST_DIFFERING), most)
    rest = m[1:] * ((1.0 - differing) / max(float(m[1:].sum()), 1e-12))
    return np.concatenate([[differing], rest])
