"""The Fellegi-Sunter model of a table's pairs, learned without labels.

Universe: all pairs of rows. Probabilities of levels among pairs of two persons (u) come from random pairs and from
value counts; those among pairs of one person (m) and the share of such pairs come from expectation maximisation over
the candidate pairs, non-candidates being taken as pairs of two persons (Fellegi and Sunter 1969; Winkler 1988;
Splink's guide on term frequencies). Weights are in bits and add up to the log odds. Decoded names bring their own
likelihood ratio; of them only how often each part meets in pairs of one person is learned.
"""

from __future__ import annotations

from dataclasses import dataclass

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
_NAME = "name"
Floats = npt.NDArray[np.float64]
Levels = npt.NDArray[np.int8]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordModel:
    """m and u of each column's levels, and the share of all pairs that are of one person.

    ``m_names``: how often each combination of a decoded name's parts meets among pairs of one person (empty where
    names were not decoded).
    """

    columns: tuple[str, ...]
    m: tuple[Floats, ...]
    u: tuple[Floats, ...]
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
            parts.append(_column_weights(model, k, column, levels[:, k], left))
        return np.stack(parts, axis=1)


def _column_weights(model: RecordModel, k: int, column: Column, levels: Levels, left: Rows) -> Floats:
    table = np.append(np.maximum(np.log2(model.m[k] / model.u[k]), _MOST_AGAINST_BITS), 0.0)
    weights: Floats = table[levels]
    if column.meaning in {Meaning.CATEGORY, Meaning.NUMBER, Meaning.YEAR}:
        return weights
    top = len(model.u[k]) - 1
    equal = np.flatnonzero(levels == top)
    counts = column.counts[column.codes[left[equal]]]
    frequency = np.maximum(counts - 0.5, 1.0) / max(1, column.filled)
    shift = np.log2(model.u[k][top] / frequency)
    weights[equal] += np.clip(shift, -_MOST_FREQUENCY_BITS, 0.5 * _MOST_FREQUENCY_BITS)
    return weights


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
    """Distinct combinations of levels with how many pairs show each: columns, the name's level, its bits."""

    levels: npt.NDArray[np.int64]
    name_levels: npt.NDArray[np.int64]
    name_bits: Floats
    counts: Floats


def collect_patterns(levels: Levels, name_levels: Levels, name_bits: npt.NDArray[np.float32]) -> Patterns:
    """The combinations of levels among some pairs."""
    halves = np.rint(np.clip(name_bits, -_MOST_BITS, _MOST_BITS) * _BIT_STEPS).astype(np.int64)
    if levels.shape[1] > 20:
        whole = np.column_stack([levels.astype(np.int64), name_levels.astype(np.int64), halves])
        found, counts = np.unique(whole, axis=0, return_counts=True)
        return Patterns(
            levels=found[:, :-2],
            name_levels=found[:, -2],
            name_bits=found[:, -1] / _BIT_STEPS,
            counts=counts.astype(float),
        )
    code = (halves + int(_MOST_BITS * _BIT_STEPS)) * (COMPATIBLE_LEVELS + 1) + name_levels + 1
    for k in range(levels.shape[1]):
        code = code * 6 + (levels[:, k] + 1)
    _, first, counts = np.unique(code, return_index=True, return_counts=True)
    return Patterns(
        levels=levels[first].astype(np.int64),
        name_levels=name_levels[first].astype(np.int64),
        name_bits=halves[first] / _BIT_STEPS,
        counts=counts.astype(float),
    )


def fit_record_model(
    comparer: RecordComparer, patterns: Patterns, rows: int, *, rng: np.random.Generator, scale: float = 1.0
) -> RecordModel:
    """Learn the model from the combinations of levels that candidate pairs show.

    ``scale``: how many candidate pairs each pair of the patterns stands for, where they are a sample.
    """
    columns = comparer.columns
    size = min(_SAMPLE, rows * (rows - 1) // 2 * 2)
    left = rng.integers(0, rows, size)
    right = (left + rng.integers(1, rows, size)) % rows
    us = [_chance(c.column, c.compare(left, right)) for c in comparer.comparers]
    ms = [_start(len(u)) for u in us]
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
            table = np.append(np.log(m / u), 0.0)  # the last place answers MISSING, -1
            log_odds += table[patterns.levels[:, k]]
        posterior = counts / (1.0 + np.exp(-np.clip(log_odds, -500, 500)))
        matches = float(posterior.sum())
        new_share = min(max(matches / all_pairs, 0.2 / all_pairs), 0.5)
        moved = abs(np.log(new_share / share))
        share = new_share
        for k in range(len(ms)):
            present = patterns.levels[:, k] != MISSING
            found = np.bincount(patterns.levels[present, k], weights=posterior[present], minlength=len(ms[k]))
            # a weak prior keeps empty levels off zero, and full agreement more usual than not
            prior = 0.5 + 1.5 * _start(len(ms[k]))
            ms[k] = _bounded((found + prior) / (found.sum() + prior.sum()), columns[k].meaning)
        if comparer.names is not None:
            found = np.bincount(patterns.name_levels[named], weights=posterior[named], minlength=COMPATIBLE_LEVELS)
            m_names = _bounded_names((found + 4.0 * _NAMES_START) / (found.sum() + 4.0))
        if moved < 1e-4 and rounds > 5:
            break
    return RecordModel(
        columns=tuple(c.name for c in columns),
        m=tuple(ms),
        u=tuple(us),
        m_names=m_names if comparer.names is not None else np.zeros(0),
        share_of_pairs=share,
        rounds=rounds,
    )


# Records of one person rarely differ outright in their names: without this, expectation maximisation may take "the
# same street" or "the same town" for "the same body" where a table has few columns.
_MOST_DIFFERING = {Meaning.FULL_NAME: 0.2, Meaning.GIVEN_NAME: 0.35, Meaning.FAMILY_NAME: 0.35}
_LEAST_DIFFERING = 0.01


# Two lives often share a given name, a year and a province: without a bound, expectation maximisation takes them for
# one life under two surnames.
_MOST_OTHER_SURNAME = 0.03


def _bounded_names(m: Floats) -> Floats:
    without = (np.arange(COMPATIBLE_LEVELS) & 1) == 0
    other = float(m[without].sum())
    if other <= _MOST_OTHER_SURNAME:
        return m
    bounded = m.copy()
    bounded[without] *= _MOST_OTHER_SURNAME / other
    bounded[~without] *= (1.0 - _MOST_OTHER_SURNAME) / max(1.0 - other, 1e-12)
    return bounded


def _bounded(m: Floats, meaning: Meaning) -> Floats:
    most = _MOST_DIFFERING.get(meaning, 0.9)
    differing = min(max(float(m[0]), _LEAST_DIFFERING), most)
    rest = m[1:] * ((1.0 - differing) / max(float(m[1:].sum()), 1e-12))
    return np.concatenate([[differing], rest])
