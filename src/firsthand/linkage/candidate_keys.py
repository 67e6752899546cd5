"""Candidate pairs of a table: several keys chosen by what they cost, paired out chunk by chunk.

A key is a part of one column (a value, its sound, its first letters, a rare word of it) or of two columns together.
Its cost is the number of pairs that it makes. A block (rows that share a key) beyond a size is not paired out but
counted, so that a million equal names cost a million rows and not their square. A pair that several keys make belongs
to the first of them, so that no list of all pairs is ever needed, and work can stop and go on between chunks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from firsthand.linkage.columns import Column, Meaning
from firsthand.linkage.compiled_pairs import block_pairs

__all__ = ["CandidateKeys", "Chunk", "choose_keys", "seen_share"]

Codes = npt.NDArray[np.int64]
_SAMPLE_ROWS = 100_000
_PAIRS_A_CHUNK = 1_500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A part of the work: blocks ``first`` to ``last`` of key ``key`` (the pairs of rare words: key -1)."""

    key: int
    first: int
    last: int
    most_pairs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateKeys:
    """The keys of a table. ``codes``: keys x rows, the block of each row, negative where it is in none.

    ``word_pairs``: pairs of rows that share a rare word; ``pairs_in_large_blocks``: how many pairs were not made.
    """

    names: tuple[str, ...]
    codes: Codes
    word_pairs: Codes
    pairs_in_large_blocks: int

    def chunks(self, pairs_a_chunk: int = _PAIRS_A_CHUNK) -> list[Chunk]:
        """The work in parts of about equal size."""
        out = []
        for key in range(len(self.codes)):
            _, starts = self._blocks(key)
            sizes = np.diff(starts)
            totals = np.concatenate([[0], np.cumsum(sizes * (sizes - 1) // 2)])
            first = 0
            while first < len(sizes):
                last = int(np.searchsorted(totals, totals[first] + pairs_a_chunk, side="right")) - 1
                last = max(first + 1, last)
                out.append(Chunk(key=key, first=first, last=last, most_pairs=int(totals[last] - totals[first])))
                first = last
        for start in range(0, len(self.word_pairs), pairs_a_chunk):
            end = min(len(self.word_pairs), start + pairs_a_chunk)
            out.append(Chunk(key=-1, first=start, last=end, most_pairs=end - start))
        return [c for c in out if c.most_pairs]

    def _blocks(self, key: int) -> tuple[Codes, Codes]:
        codes = self.codes[key]
        rows = np.flatnonzero(codes >= 0)
        order = rows[np.argsort(codes[rows], kind="stable")]
        if not len(order):
            return order, np.zeros(1, dtype=np.int64)
        ordered = codes[order]
        starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        return order, np.append(starts, len(order)).astype(np.int64)

    def pairs(self, chunks: Sequence[Chunk]) -> Iterator[tuple[Codes, Codes, npt.NDArray[np.int16]]]:
        """For each chunk: the rows of its pairs (left < right), and how many keys make each."""
        held, blocks = None, (np.zeros(0, dtype=np.int64), np.zeros(1, dtype=np.int64))
        for chunk in chunks:
            if chunk.key < 0:
                yield self._of_words(chunk)
                continue
            if chunk.key != held:
                held, blocks = chunk.key, self._blocks(chunk.key)
            out = np.empty((chunk.most_pairs, 2), dtype=np.int64)
            times = np.empty(chunk.most_pairs, dtype=np.int16)
            written = block_pairs(*blocks, chunk.first, chunk.last, self.codes, chunk.key, out, times)
            yield out[:written, 0], out[:written, 1], times[:written]

    def _of_words(self, chunk: Chunk) -> tuple[Codes, Codes, npt.NDArray[np.int16]]:
        pairs = self.word_pairs[chunk.first : chunk.last]
        free = np.ones(len(pairs), dtype=bool)
        for codes in self.codes:
            a = codes[pairs[:, 0]]
            free &= (a < 0) | (a != codes[pairs[:, 1]])
        kept = pairs[free]
        return kept[:, 0], kept[:, 1], np.ones(len(kept), dtype=np.int16)


def seen_share(once: float, twice: float, seen: float) -> float:
    """Share of true pairs that some key makes, by Chao's lower bound for the unseen (Chao 1987, eq. 5).

    The arguments are sums of match probabilities: of pairs made by one key, by two, by any. Keys are not independent,
    so this is an upper estimate.
    """
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
    codes = codes[codes >= 0]
    if not len(codes):
        return 0
    if int(codes.max()) > 4 * len(codes) + 1000:
        codes = np.sort(codes)
        ends = np.flatnonzero(np.r_[codes[1:] != codes[:-1], True])
        counts = np.diff(np.r_[-1, ends])
    else:
        counts = np.bincount(codes)
    return int((counts * (counts - 1) // 2).sum())


def _together(a: Codes, b: Codes) -> Codes:
    both = (a >= 0) & (b >= 0)
    return np.where(both, a * (int(b.max(initial=0)) + 1) + b, -1)


def _rare_words(column: Column, most_rows: int) -> Codes:
    """Pairs of rows that share a word which few rows have."""
    number: dict[str, int] = {}
    value_of: list[int] = []
    word_of: list[int] = []
    for code, value in enumerate(column.values):
        for word in set(value.split(" ")):
            if len(word) >= 2:
                value_of.append(code)
                word_of.append(number.setdefault(word, len(number)))
    loads = np.bincount(
        np.array(word_of, dtype=np.int64), weights=column.counts[value_of].astype(float), minlength=len(number)
    )
    rows_of_value: dict[int, list[int]] = {}
    rare = {v for v, w in zip(value_of, word_of, strict=True) if 1 < loads[w] <= most_rows}
    for row in np.flatnonzero(np.isin(column.codes, list(rare))).tolist():
        rows_of_value.setdefault(int(column.codes[row]), []).append(row)
    members: dict[int, list[int]] = {}
    for v, w in zip(value_of, word_of, strict=True):
        if 1 < loads[w] <= most_rows:
            members.setdefault(w, []).extend(rows_of_value[v])
    pairs = {pair for group in members.values() for pair in combinations(sorted(group), 2)}
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)


def _paired_out(codes: Codes, largest_block: int) -> tuple[Codes, int]:
    """Codes with rows in blocks of one or of too many set aside, and how many pairs the large blocks hold."""
    codes = codes.copy()
    rows = np.flatnonzero(codes >= 0)
    order = rows[np.argsort(codes[rows], kind="stable")]
    if not len(order):
        return codes, 0
    ordered = codes[order]
    new = np.r_[True, ordered[1:] != ordered[:-1]]
    starts = np.flatnonzero(new)
    sizes = np.diff(np.r_[starts, len(order)])
    large = sizes > largest_block
    lost = int((sizes[large] * (sizes[large] - 1) // 2).sum())
    codes[order[np.repeat(large | (sizes < 2), sizes)]] = -1
    return codes, lost


def choose_keys(
    columns: Sequence[Column], rows: int, *, pairs_per_row: float = 40.0, largest_block: int = 600
) -> CandidateKeys:
    """Choose keys, cheapest first, until the budget of pairs is spent.

    Every column gives keys, alone and with each other column; of one combination the coarsest key that fits its share
    of the budget is taken, because a coarser key finds all that a finer one finds. Costs are measured on a sample of
    rows where there are many.
    """
    every = max(1, rows // _SAMPLE_ROWS)
    scale = float(every * every)
    budget = max(600_000.0, pairs_per_row * rows)
    share = max(60_000.0, pairs_per_row * rows / 6.0)
    parts = [(c, _parts(c)) for c in columns]
    thin = [[k[::every] for _, k in options] for _, options in parts]
    # a key: its parts as (column, part) places, and its cost
    chosen: list[tuple[float, tuple[tuple[int, int], ...]]] = []
    for i, options in enumerate(thin):
        for p, codes in enumerate(options):
            cost = _pairs_of(codes) * scale
            if cost <= share:
                chosen.append((cost, ((i, p),)))
    for i, j in combinations(range(len(parts)), 2):
        best: tuple[float, tuple[tuple[int, int], ...]] | None = None
        for p, first in enumerate(thin[i]):
            for q, second in enumerate(thin[j]):
                cost = _pairs_of(_together(first, second)) * scale
                if cost <= share and (best is None or cost > best[0]):
                    best = (cost, ((i, p), (j, q)))
        if best is not None and best[0] > 0:
            chosen.append(best)
    chosen.sort(key=lambda k: k[0])
    names: list[str] = []
    found: list[Codes] = []
    lost, spent = 0, 0.0
    for cost, places in chosen:
        if cost == 0 or spent + cost > budget:
            continue
        spent += cost
        chosen_parts = [parts[i][1][p] for i, p in places]
        codes, missed = _paired_out(
            chosen_parts[0][1] if len(places) == 1 else _together(chosen_parts[0][1], chosen_parts[1][1]), largest_block
        )
        lost += missed
        names.append(" + ".join(n for n, _ in chosen_parts))
        found.append(codes)
    words = [np.zeros((0, 2), dtype=np.int64)]
    for column, _ in parts:
        if column.meaning in {Meaning.FULL_NAME, Meaning.TEXT}:
            words.append(_rare_words(column, 12 if rows > 5000 else 20))
            names.append(f"rare word of {column.name}")
    return CandidateKeys(
        names=tuple(names),
        codes=np.stack(found) if found else np.zeros((0, rows), dtype=np.int64),
        word_pairs=np.unique(np.concatenate(words), axis=0),
        pairs_in_large_blocks=lost,
    )
