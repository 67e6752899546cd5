"""Text reuse: which documents hold long runs of the same words, by shingles.

A shingle is a run of w words (Broder 1997). Two measures are given, because a short reprint of a long article
resembles little of it but is contained in it: resemblance |A ∩ B| / |A ∪ B| and containment
|A ∩ B| / min(|A|, |B|), both over sets of shingles. Exact sets are used, not MinHash sketches: the sets of a
project's documents fit in memory, and an exact figure can be shown to a court.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
import numpy.typing as npt

__all__ = ["ReuseIndex", "TextReuse", "reused_texts", "shingles_of"]

SHINGLE_WORDS = 5
SHINGLE_SYLLABLES = 12
SHARED_ENOUGH = 0.25
COMMON_SHINGLE = 200

_WORD = re.compile(r"[^\W_]+")
_HANGUL = re.compile(r"[가-힣]")
# An odd multiplier near 2^64 divided by the golden ratio spreads the products over all bits (Knuth, vol. 3, 6.4).
_STEP = np.uint64(0x9E3779B97F4A7C15)

Shingles = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReuse:
    """Two texts that share runs of words; ``a`` sorts before ``b``."""

    a: str
    b: str
    resemblance: float
    containment: float
    shared_shingles: int


@lru_cache(maxsize=1 << 18)
def _number_of(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def shingles_of(text: str) -> Shingles:
    """Numbers of all runs of five words, sorted, each once; of twelve syllables where the text is mostly Hangul.

    Korean is agglutinative, so that a changed particle would break word shingles; spaces are dropped. The numbers
    are 64-bit hashes, the same on every machine.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = _WORD.findall(folded)
    joined = "".join(words)
    if len(_HANGUL.findall(joined)) > len(joined) / 2:
        pieces, width = list(joined), SHINGLE_SYLLABLES
    else:
        pieces, width = words, SHINGLE_WORDS
    if len(pieces) < width:
        return np.empty(0, dtype=np.uint64)
    numbers = np.fromiter((_number_of(piece) for piece in pieces), dtype=np.uint64, count=len(pieces))
    runs = np.zeros(len(pieces) - width + 1, dtype=np.uint64)
    for offset in range(width):
        runs = (runs ^ numbers[offset : offset + len(runs)]) * _STEP
        runs ^= runs >> np.uint64(29)
    return np.unique(runs)


class ReuseIndex:
    """Pairs of texts that share runs of words, kept while texts come and go.

    Runs that stand in more than 200 texts (a standing footer) say nothing and are passed over. Adding or removing
    a text costs about its own length; the pairs are the same as if all texts had been given at once.

    ``marks_of`` gives what two texts may have in common, as sorted 64-bit numbers; runs of words are the default.
    ``common`` is in how many texts a mark may stand, ``least_shared`` how many two texts must share.
    """

    def __init__(
        self,
        texts: Mapping[str, str],
        *,
        at_least: float = SHARED_ENOUGH,
        marks_of: Callable[[str], Shingles] | None = None,
        common: int | None = None,
        least_shared: int = 1,
    ) -> None:
        self._at_least = at_least
        self._marks_of = marks_of or shingles_of
        self._common = COMMON_SHINGLE if common is None else common
        self._least_shared = least_shared
        self._sets: dict[str, Shingles] = {}
        self._names: list[str] = []
        self._alive: list[bool] = []
        self._number: dict[str, int] = {}
        # Of the texts given first: all shingles sorted, and whose they are. Of later ones: holders by shingle.
        self._runs: Shingles = np.empty(0, dtype=np.uint64)
        self._holders: npt.NDArray[np.int32] = np.empty(0, dtype=np.int32)
        self._later: dict[int, list[int]] = {}
        self._shared: dict[tuple[int, int], int] = {}
        self._found: dict[tuple[int, int], TextReuse] = {}
        self._build(texts)

    def pairs(self) -> list[TextReuse]:
        """Pairs whose containment reaches the least, most contained first."""
        return sorted(self._found.values(), key=lambda r: (-r.containment, r.a, r.b))

    def found(self) -> Iterable[TextReuse]:
        """The same pairs, in no order."""
        return self._found.values()

    def put(self, name: str, text: str) -> None:
        """Add a text, or put another in the place of one."""
        self.drop(name)
        shingles = self._marks_of(text)
        number = self._enter(name, shingles)
        held = list(self._others(shingles, number))
        gained = Counter((other, number) for _, others in held if len(others) < self._common for other in others)
        lost = Counter(
            pair for _, others in held if len(others) == self._common for pair in combinations(sorted(others), 2)
        )
        for shingle, _ in held:
            self._later.setdefault(shingle, []).append(number)
        for pair, times in gained.items():
            self._keep(pair, times)
        for pair, times in lost.items():
            if pair in self._shared:
                self._keep(pair, self._shared[pair] - times)
        self._judge({*gained, *lost})

    def drop(self, name: str) -> None:
        """Remove a text; nothing happens where it is not held."""
        number = self._number.pop(name, None)
        if number is None:
            return
        self._alive[number] = False
        held = list(self._others(self._sets.pop(name), number))
        for shingle, _ in held:
            later = self._later.get(shingle)
            if later is not None and number in later:
                later.remove(number)
        gone = {(min(other, number), max(other, number)) for _, others in held for other in others}
        for pair in gone:
            self._keep(pair, 0)
        gained = Counter(
            pair for _, others in held if len(others) == self._common for pair in combinations(sorted(others), 2)
        )
        for pair, times in gained.items():
            # Pairs that share too little are not kept, for they are most: what they share is counted when it matters.
            self._keep(pair, self._shared[pair] + times if pair in self._shared else self._recounted(pair))
        self._judge({*gone, *gained})

    def _keep(self, pair: tuple[int, int], count: int) -> None:
        if count >= self._least_shared:
            self._shared[pair] = count
        else:
            self._shared.pop(pair, None)

    def _recounted(self, pair: tuple[int, int]) -> int:
        a, b = (self._sets[self._names[number]] for number in pair)
        both = np.intersect1d(a, b, assume_unique=True)
        if len(both) < self._least_shared:
            return 0
        return sum(len(others) < self._common for _, others in self._others(both, pair[0]))

    def _enter(self, name: str, shingles: Shingles) -> int:
        number = len(self._names)
        self._names.append(name)
        self._alive.append(True)
        self._number[name], self._sets[name] = number, shingles
        return number

    def _build(self, texts: Mapping[str, str]) -> None:
        for name, text in texts.items():
            self._enter(name, self._marks_of(text))
        if not self._sets:
            return
        sizes = [len(shingles) for shingles in self._sets.values()]
        runs = np.concatenate(list(self._sets.values()))
        holders = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
        order = np.argsort(runs, kind="stable")
        self._runs, self._holders = runs[order], holders[order]
        starts = np.flatnonzero(np.r_[True, self._runs[1:] != self._runs[:-1]])
        lengths = np.diff(np.r_[starts, len(self._runs)])
        found: list[npt.NDArray[np.int64]] = []
        times: list[npt.NDArray[np.int64]] = []
        for length in np.unique(lengths[(lengths > 1) & (lengths <= self._common)]):
            at = starts[lengths == length]
            first, second = np.triu_indices(int(length), 1)
            # A slice at a time: the pairs of a common run are many.
            for part in np.array_split(at, max(1, len(at) * len(first) // 2_000_000)):
                table = self._holders[part[:, None] + np.arange(length)].astype(np.int64)
                pairs, numbers = np.unique((table[:, first] << 32) | table[:, second], return_counts=True)
                found.append(pairs)
                times.append(numbers)
        if not found:
            return
        pairs, place = np.unique(np.concatenate(found), return_inverse=True)
        numbers = np.bincount(place, weights=np.concatenate(times)).astype(np.int64)
        enough = numbers >= self._least_shared
        self._shared = {
            (pair >> 32, pair & 0xFFFFFFFF): number
            for pair, number in zip(pairs[enough].tolist(), numbers[enough].tolist(), strict=True)
        }
        self._judge(self._shared)

    def _others(self, shingles: Shingles, number: int) -> Iterable[tuple[int, list[int]]]:
        lows = np.searchsorted(self._runs, shingles, side="left").tolist()
        highs = np.searchsorted(self._runs, shingles, side="right").tolist()
        for shingle, low, high in zip(shingles.tolist(), lows, highs, strict=True):
            held = [holder for holder in self._holders[low:high].tolist() if self._alive[holder]] if high > low else []
            yield shingle, [other for other in (*held, *self._later.get(shingle, ())) if other != number]

    def _judge(self, pairs: Iterable[tuple[int, int]]) -> None:
        for pair in pairs:
            self._found.pop(pair, None)
            count = self._shared.get(pair, 0)
            if not count or not all(self._alive[number] for number in pair):
                continue
            a, b = sorted(self._names[number] for number in pair)
            sizes = len(self._sets[a]), len(self._sets[b])
            if count >= max(self._at_least * min(sizes), self._least_shared):
                self._found[pair] = TextReuse(
                    a=a,
                    b=b,
                    resemblance=count / (sum(sizes) - count),
                    containment=count / min(sizes),
                    shared_shingles=count,
                )


def reused_texts(texts: Mapping[str, str], *, at_least: float = SHARED_ENOUGH) -> list[TextReuse]:
    """Pairs of texts whose containment reaches ``at_least``, most contained first."""
    return ReuseIndex(texts, at_least=at_least).pairs()
