"""Pairs of a table scored chunk by chunk, here or elsewhere; what may be of one person is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from firsthand.linkage.candidate_keys import CandidateKeys, Chunk
from firsthand.linkage.record_model import RecordComparer, RecordModel

__all__ = [
    "ChunkStore",
    "PairScorer",
    "Progress",
    "ScoredChunk",
    "Spread",
    "one_by_one",
    "scored_chunks",
    "silent",
    "to_probability",
]

Floats = npt.NDArray[np.float64]


def to_probability(odds: Floats) -> Floats:
    """Probabilities of log2 odds."""
    found: Floats = 1.0 / (1.0 + np.exp2(-np.clip(odds, -60, 60)))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredChunk:
    """What is kept of a chunk: the pairs that may be of one person, and sums over all of its pairs.

    ``odds``: log2 of the odds; ``once``, ``twice``, ``seen``: sums of probabilities over pairs that one key, two, any
    made; ``below``: the sum over pairs that were not kept.
    """

    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    odds: npt.NDArray[np.float32]
    pairs: int
    once: float
    twice: float
    seen: float
    below: float


class ChunkStore(Protocol):
    """Where scored chunks are kept, so that long work can stop and go on."""

    def load(self, number: int) -> ScoredChunk | None:
        """A chunk kept before; None if it was not."""

    def keep(self, number: int, scored: ScoredChunk) -> None:
        """Keep a chunk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairScorer:
    """All that scoring a chunk of pairs needs: it can be sent to another process or machine.

    ``first_new``: pairs of two rows before this one were scored in an earlier run and are passed over.
    """

    keys: CandidateKeys
    comparer: RecordComparer
    model: RecordModel
    least_odds: float
    first_new: int = 0

    def score(self, chunks: Sequence[Chunk]) -> Iterator[ScoredChunk]:
        """Score chunks one after the other."""
        for left, right, times in self.keys.pairs(chunks, first_new=self.first_new):
            odds = self.comparer.weights(self.model, left, right).sum(axis=1)
            probability = to_probability(odds)
            kept = odds >= self.least_odds
            yield ScoredChunk(
                left=left[kept].astype(np.int32),
                right=right[kept].astype(np.int32),
                odds=odds[kept].astype(np.float32),
                pairs=len(left),
                once=float(probability[times == 1].sum()),
                twice=float(probability[times == 2].sum()),
                seen=float(probability.sum()),
                below=float(probability[~kept].sum()),
            )


Spread = Callable[[PairScorer, Sequence[tuple[int, Chunk]]], Iterator[tuple[int, ScoredChunk]]]
Progress = Callable[[str, int, int], None]


def one_by_one(scorer: PairScorer, work: Sequence[tuple[int, Chunk]]) -> Iterator[tuple[int, ScoredChunk]]:
    """Score the chunks in this process."""
    yield from zip((n for n, _ in work), scorer.score([c for _, c in work]), strict=True)


def silent(_stage: str, _done: int, _of: int) -> None:
    """Tell nobody how far the work is."""
    return


def scored_chunks(
    scorer: PairScorer, store: ChunkStore | None, spread: Spread, progress: Progress
) -> list[ScoredChunk]:
    """Score all chunks that the store does not hold yet, and keep each as it comes."""
    chunks = scorer.keys.chunks()
    done = {n: kept for n in range(len(chunks)) if store is not None and (kept := store.load(n)) is not None}
    progress("comparing pairs", len(done), len(chunks))
    for number, scored in spread(scorer, [(n, c) for n, c in enumerate(chunks) if n not in done]):
        done[number] = scored
        if store is not None:
            store.keep(number, scored)
        progress("comparing pairs", len(done), len(chunks))
    return [done[n] for n in sorted(done)]
