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

__all__ = [
    "CandidateKeys",
    "Chunk",
    "KeyParts",
    "KeyRecipe",
    "choose_keys",
    "key_parts",
    "keys_of",
    "learned_agreement",
    "seen_share",
]

Codes = npt.NDArray[np.int64]
KeyRecipe = tuple[tuple[str, int], ...]  # the columns of a key, each with the fineness of its part
_SAMPLE_ROWS = 30_000
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
    """The keys of a table. ``recipes``: how to make them again; ``codes``: keys x rows, the block of each row,
    negative where it is in none.

    ``word_pairs``: pairs of rows that share a rare word;
    ``pairs_in_large_blocks``: how many pairs were not made; ``promised_recall``: the share of true pairs that the keys
    find if columns agree independently and as often as was measured.
    """

    recipes: tuple[KeyRecipe, ...]
    names: tuple[str, ...]
    codes: Codes
    word_pairs: Codes
    pairs_in_large_blocks: int
    promised_recall: float

    def chunks(self, pairs_a_chunk: int = _PAIRS_A_CHUNK) -> list[Chunk]:
        """The work in parts of about equal size."""
        out = []
        for key in range(len(self.codes)):
            _, starts = _blocks(self.codes[key])
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

    def pairs(
        self, chunks: Sequence[Chunk], *, first_new: int = 0
    ) -> Iterator[tuple[Codes, Codes, npt.NDArray[np.int16]]]:
        """For each chunk: the rows of its pairs (left < right), and how many keys make each.

        Pairs of two rows before ``first_new`` are left out.
        """
        held, blocks = None, (np.zeros(0, dtype=np.int64), np.zeros(1, dtype=np.int64))
        for chunk in chunks:
            if chunk.key < 0:
                yield self._of_words(chunk, first_new)
                continue
            if chunk.key != held:
                held, blocks = chunk.key, _blocks(self.codes[chunk.key])
            out = np.empty((chunk.most_pairs, 2), dtype=np.int64)
            times = np.empty(chunk.most_pairs, dtype=np.int16)
            written = block_pairs(*blocks, chunk.first, chunk.last, self.codes, chunk.key, first_new, out, times)
            yield out[:written, 0], out[:written, 1], times[:written]

    def free_columns(self, left: Codes, right: Codes, columns: Sequence[str]) -> Codes:
        """For each pair the columns that some key without them made it by, as bits in the order of ``columns``.

        Only in these does the pair say how often records of one person agree: in others it agrees by construction.
        """
        place = {name: i for i, name in enumerate(columns)}
        whole = (1 << len(columns)) - 1
        free = np.zeros(len(left), dtype=np.int64)
        for codes, recipe in zip(self.codes, self.recipes, strict=True):
            a = codes[left]
            bits = whole & ~sum(1 << place[name] for name, _ in recipe if name in place)
            free |= np.where((a >= 0) & (a == codes[right]), bits, 0)
        return free

    def _of_words(self, chunk: Chunk, first_new: int) -> tuple[Codes, Codes, npt.NDArray[np.int16]]:
        pairs = self.word_pairs[chunk.first : chunk.last]
        free = pairs[:, 1] >= first_new
        for codes in self.codes:
            a = codes[pairs[:, 0]]
            free &= (a < 0) | (a != codes[pairs[:, 1]])
        kept = pairs[free]
        return kept[:, 0], kept[:, 1], np.ones(len(kept), dtype=np.int16)


def _blocks(codes: Codes) -> tuple[Codes, Codes]:
    """Rows sorted by block, those in none left out; and where each block begins, with the end."""
    rows = np.flatnonzero(codes >= 0)
    order = rows[np.argsort(codes[rows], kind="stable")]
    if not len(order):
        return order, np.zeros(1, dtype=np.int64)
    ordered = codes[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    return order, np.append(starts, len(order)).astype(np.int64)


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


def _recode(column: Column, of: Sequence[str]) -> npt.NDArray[np.int32]:
    place: dict[str, int] = {}
    table = np.array([place.setdefault(v, len(place)) if v else -1 for v in of] + [-1], dtype=np.int32)
    return table[column.codes]


def _parts(column: Column) -> list[tuple[str, npt.NDArray[np.int32]]]:
    """The keys that one column gives, finest first."""
    exact = column.codes
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


def _pairs_of(codes: npt.NDArray[np.integer]) -> int:
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


def _together(a: npt.NDArray[np.integer], b: npt.NDArray[np.integer]) -> Codes:
    """One number for two; where three together would not fit, the first two are numbered anew."""
    width = int(b.max(initial=0)) + 1
    if int(a.max(initial=0)) > (1 << 62) // width:
        found, a = np.unique(a, return_inverse=True)
        a = np.where(found[a] < 0, -1, a)
    both = (a >= 0) & (b >= 0)
    return np.where(both, a.astype(np.int64) * width + b, -1)


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


def _paired_out(numbers: npt.NDArray[np.integer], largest_block: int) -> tuple[Codes, int]:
    """Codes with rows in blocks of one or of too many set aside, and how many pairs the large blocks hold."""
    codes = numbers.astype(np.int64)
    order, starts = _blocks(codes)
    sizes = np.diff(starts)
    large = sizes > largest_block
    lost = int((sizes[large] * (sizes[large] - 1) // 2).sum())
    codes[order[np.repeat(large | (sizes < 2), sizes)]] = -1
    return codes, lost


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyParts:
    """The parts of columns that keys are made of.

    ``places``: for each part its column's number and its place there, finest first; ``agreement``: the chance that
    both records of one person hold an equal value there (guessed until ``learned_agreement`` measures it).
    """

    columns: tuple[Column, ...]
    worded: tuple[Column, ...]
    names: tuple[str, ...]
    codes: tuple[npt.NDArray[np.int32], ...]
    places: tuple[tuple[int, int], ...]
    agreement: tuple[float, ...]


_GUESSED_EQUAL = (0.75, 0.85, 0.85)  # by fineness; what is measured later replaces it


def key_parts(columns: Sequence[Column], *, worded: Sequence[Column]) -> KeyParts:
    """All parts of the columns, with guessed agreement; ``worded`` are the columns whose rare words are keys too."""
    found = [(i, p, name, codes) for i, c in enumerate(columns) for p, (name, codes) in enumerate(_parts(c))]
    filled = [float((codes >= 0).mean()) ** 2 for *_, codes in found]
    return KeyParts(
        columns=tuple(columns),
        worded=tuple(c for c in worded if c.meaning in {Meaning.FULL_NAME, Meaning.TEXT}),
        names=tuple(name for *_, name, _ in found),
        codes=tuple(codes for *_, codes in found),
        places=tuple((i, p) for i, p, *_ in found),
        agreement=tuple(f * _GUESSED_EQUAL[p] for f, (_, p, *_) in zip(filled, found, strict=True)),
    )


def learned_agreement(
    parts: KeyParts, keys: CandidateKeys, left: Codes, right: Codes, probability: npt.NDArray[np.float64]
) -> KeyParts:
    """The parts with their agreement measured on pairs weighed by their probability of being one person.

    A part is measured on pairs that some key without its column made, since those made by the part itself agree in
    it by construction.
    """
    free = keys.free_columns(left, right, [c.name for c in parts.columns])
    agreement = []
    for (column, _), codes, guess in zip(parts.places, parts.codes, parts.agreement, strict=True):
        counted = np.where(free >> column & 1, probability, 0.0)
        equal = (codes[left] >= 0) & (codes[left] == codes[right])
        agreement.append((float(counted[equal].sum()) + 20.0 * guess) / (float(counted.sum()) + 20.0))
    return KeyParts(
        columns=parts.columns,
        worded=parts.worded,
        names=parts.names,
        codes=parts.codes,
        places=parts.places,
        agreement=tuple(agreement),
    )


_SIMULATED = 4_000
_MOST_KEYS = 40
_LEAST_GAIN = 0.0005
# columns of real tables go wrong together: a pair found once more is worth this share of a pair found first
_WORTH_AGAIN = 0.25


def _simulated_agreement(parts: KeyParts) -> npt.NDArray[np.bool_]:
    """Invented pairs of one person: parts x pairs, whether they agree, columns taken as independent."""
    rng = np.random.default_rng(1)
    drawn = rng.random((len(parts.columns), _SIMULATED))
    agree = np.zeros((len(parts.codes), _SIMULATED), dtype=bool)
    for k, ((column, _), chance) in enumerate(zip(parts.places, parts.agreement, strict=True)):
        agree[k] = drawn[column] < chance
    return agree


def _combinations(
    parts: KeyParts, thin: Sequence[npt.NDArray[np.integer]], most: float, rows: int
) -> list[tuple[float, tuple[int, ...]]]:
    """Keys of one, two or three columns that cost at most ``most`` pairs, with their cost as the sample has it."""
    everyone = rows * (rows - 1) / 2.0
    sampled = max(1, len(thin[0]))
    chance = [_pairs_of(c) / max(1.0, sampled * (sampled - 1) / 2.0) for c in thin]
    scale = everyone / max(1.0, sampled * (sampled - 1) / 2.0)
    out: list[tuple[float, tuple[int, ...]]] = []
    fine: set[tuple[int, ...]] = set()
    for size in (1, 2, 3):
        for combination in combinations(range(len(thin)), size):
            if len({parts.places[k][0] for k in combination}) < size:
                continue
            # a key that is a part of this one and is cheap already finds all that this one finds
            if any(sub in fine for n in range(1, size) for sub in combinations(combination, n)):
                continue
            expected = everyone * float(np.prod([chance[k] for k in combination]))
            if expected > 4.0 * most:
                continue
            codes = thin[combination[0]]
            for k in combination[1:]:
                codes = _together(codes, thin[k])
            cost = max(_pairs_of(codes) * scale, expected)
            if cost <= most:
                out.append((cost, combination))
                if cost < 0.002 * most:
                    fine.add(combination)
    return out


def choose_keys(parts: KeyParts, rows: int, *, pairs_per_row: float = 40.0) -> CandidateKeys:
    """Choose keys until the budget of pairs is spent: at each step the key that finds most for what it costs.

    What a key would find is counted on invented pairs that agree as often as ``parts.agreement`` says; costs are
    measured on a sample of rows where there are many.
    """
    every = max(1, rows // _SAMPLE_ROWS)
    budget = max(600_000.0, pairs_per_row * rows)
    thin = [c[::every] for c in parts.codes]
    options = _combinations(parts, thin, budget / 4.0, rows) if thin else []
    agree = _simulated_agreement(parts)
    covers = np.array([np.logical_and.reduce(agree[list(c)]) for _, c in options]).reshape(-1, _SIMULATED)
    costs = np.array([cost for cost, _ in options])
    times = np.zeros(_SIMULATED)
    chosen: list[int] = []
    spent = 0.0
    while len(chosen) < _MOST_KEYS and len(options):
        gains = covers @ np.power(_WORTH_AGAIN, times) / _SIMULATED
        fits = (gains >= _LEAST_GAIN) & (spent + costs <= budget)
        if not fits.any():
            break
        best = int(np.argmax(np.where(fits, gains / (costs + 0.1 * budget), -1.0)))
        chosen.append(best)
        spent += float(costs[best])
        costs[best] = np.inf
        times += covers[best]
    recipes = tuple(
        tuple((parts.columns[parts.places[k][0]].name, parts.places[k][1]) for k in options[place][1])
        for place in chosen
    )
    return _made(parts, rows, recipes, largest_block=int((0.05 * budget) ** 0.5), recall=float((times > 0).mean()))


def keys_of(parts: KeyParts, rows: int, recipes: Sequence[KeyRecipe], *, pairs_per_row: float = 40.0) -> CandidateKeys:
    """The keys of an earlier run, for its rows and those that came since."""
    budget = max(600_000.0, pairs_per_row * rows)
    return _made(parts, rows, recipes, largest_block=int((0.05 * budget) ** 0.5), recall=1.0)


def _made(
    parts: KeyParts, rows: int, recipes: Sequence[KeyRecipe], *, largest_block: int, recall: float
) -> CandidateKeys:
    place_of = {(parts.columns[i].name, p): k for k, (i, p) in enumerate(parts.places)}
    names: list[str] = []
    found: list[Codes] = []
    lost = 0
    for recipe in recipes:
        combination = [place_of[part] for part in recipe]
        joint: npt.NDArray[np.integer] = parts.codes[combination[0]]
        for k in combination[1:]:
            joint = _together(joint, parts.codes[k])
        codes, missed = _paired_out(joint, max(600, largest_block))
        lost += missed
        names.append(" + ".join(parts.names[k] for k in combination))
        found.append(codes)
    words = [np.zeros((0, 2), dtype=np.int64)]
    for column in parts.worded:
        words.append(_rare_words(column, 12 if rows > 5000 else 20))
        names.append(f"rare word of {column.name}")
    return CandidateKeys(
        recipes=tuple(recipes),
        names=tuple(names),
        codes=np.stack(found) if found else np.zeros((0, rows), dtype=np.int64),
        word_pairs=np.unique(np.concatenate(words), axis=0),
        pairs_in_large_blocks=lost,
        promised_recall=recall,
    )
