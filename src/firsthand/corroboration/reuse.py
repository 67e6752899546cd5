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
from collections.abc import Iterable, Mapping
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
    """

    def __init__(self, texts: Mapping[str, str], *, at_least: float = SHARED_ENOUGH) -> None:
        self._at_least = at_least
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

    def put(self, name: str, text: str) -> None:
        """Add a text, or put another in the place of one."""
        self.drop(name)
        shingles = shingles_of(text)
        number = self._enter(name, shingles)
        touched: set[tuple[int, int]] = set()
        for shingle, others in self._others(shingles, number):
            self._later.setdefault(shingle, []).append(number)
            if len(others) < COMMON_SHINGLE:
                touched |= self._count(((other, number) for other in others), 1)
            elif len(others) == COMMON_SHINGLE:
                touched |= self._count(combinations(others, 2), -1)
        self._judge(touched)

    def drop(self, name: str) -> None:
        """Remove a text; nothing happens where it is not held."""
        number = self._number.pop(name, None)
        if number is None:
            return
        self._alive[number] = False
        touched: set[tuple[int, int]] = set()
        for shingle, others in self._others(self._sets.pop(name), number):
            later = self._later.get(shingle)
            if later is not None and number in later:
                later.remove(number)
            if len(others) < COMMON_SHINGLE:
                touched |= self._count(((other, number) for other in others), -1)
            elif len(others) == COMMON_SHINGLE:
                touched |= self._count(combinations(others, 2), 1)
        self._judge(touched)

    def _enter(self, name: str, shingles: Shingles) -> int:
        number = len(self._names)
        self._names.append(name)
        self._alive.append(True)
        self._number[name], self._sets[name] = number, shingles
        return number

    def _build(self, texts: Mapping[str, str]) -> None:
        for name, text in texts.items():
            self._enter(name, shingles_of(text))
        if not self._sets:
            return
        sizes = [len(shingles) for shingles in self._sets.values()]
        runs = np.concatenate(list(self._sets.values()))
        holders = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
        order = np.argsort(runs, kind="stable")
        self._runs, self._holders = runs[order], holders[order]
        starts = np.flatnonzero(np.r_[True, self._runs[1:] != self._runs[:-1]])
        lengths = np.diff(np.r_[starts, len(self._runs)])
        counted: dict[int, int] = {}
        for length in np.unique(lengths[(lengths > 1) & (lengths <= COMMON_SHINGLE)]):
            at = starts[lengths == length]
            first, second = np.triu_indices(int(length), 1)
            # A slice at a time: the pairs of a common run are many.
            for part in np.array_split(at, max(1, len(at) * len(first) // 2_000_000)):
                table = self._holders[part[:, None] + np.arange(length)].astype(np.int64)
                pairs, numbers = np.unique((table[:, first] << 32) | table[:, second], return_counts=True)
                for pair, number in zip(pairs.tolist(), numbers.tolist(), strict=True):
                    counted[pair] = counted.get(pair, 0) + number
        self._shared = {(pair >> 32, pair & 0xFFFFFFFF): number for pair, number in counted.items()}
        self._judge(self._shared)

    def _others(self, shingles: Shingles, number: int) -> Iterable[tuple[int, list[int]]]:
        lows = np.searchsorted(self._runs, shingles, side="left").tolist()
        highs = np.searchsorted(self._runs, shingles, side="right").tolist()
        for shingle, low, high in zip(shingles.tolist(), lows, highs, strict=True):
            held = [holder for holder in self._holders[low:high].tolist() if self._alive[holder]] if high > low else []
            yield shingle, [other for other in (*held, *self._later.get(shingle, ())) if other != number]

    def _count(self, pairs: Iterable[tuple[int, int]], step: int) -> set[tuple[int, int]]:
        touched = set()
        for a, b in pairs:
            pair = (a, b) if a < b else (b, a)
            self._shared[pair] = self._shared.get(pair, 0) + step
            if not self._shared[pair]:
                del self._shared[pair]
            touched.add(pair)
        return touched

    def _judge(self, pairs: Iterable[tuple[int, int]]) -> None:
        for pair in pairs:
            self._found.pop(pair, None)
            count = self._shared.get(pair, 0)
            if not count or not all(self._alive[number] for number in pair):
                continue
            a, b = sorted(self._names[number] for number in pair)
            sizes = len(self._sets[a]), len(self._sets[b])
            if count >= self._at_least * min(sizes):
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
