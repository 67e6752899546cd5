"""The heaviest decomposable graphs of more lists than can be enumerated, found by a walk over graphs.

Madigan and York (1995), Int. Stat. Rev. 63: edges are put in and taken out one at a time, and a graph is accepted by
its posterior against the last (MC3). The average is over all distinct graphs seen, each with its own exact weight, so
that the walk decides only which graphs take part.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from firsthand.estimation.likelihood import Floats

__all__ = ["factorization", "heaviest_graphs"]

STEPS = 12_000
Graph = tuple[int, ...]
"""Neighbours of every list as bit masks."""


def factorization(graph: Graph) -> dict[int, int] | None:
    """Multiplicity of each set of lists in a decomposable graph's factorization; None if the graph is not decomposable.

    Lists whose neighbours all know each other are taken away one by one; each adds its clique and divides by the rest.
    """
    near = list(graph)
    left = (1 << len(graph)) - 1
    found: dict[int, int] = {}
    while left:
        for v in _members(left):
            around = near[v] & left
            if all(around & ~(near[u] | 1 << u) == 0 for u in _members(around)):
                break
        else:
            return None
        found[around | 1 << v] = found.get(around | 1 << v, 0) + 1
        found[around] = found.get(around, 0) - 1
        left &= ~(1 << v)
    return {chosen: times for chosen, times in found.items() if times}


def _members(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def heaviest_graphs(terms: Floats, shared: Floats, lists: int, seed: int) -> tuple[list[Graph], Floats, int]:
    """Walk over graphs.

    Args:
        terms: log terms of every set of lists over the grid, shape (2**lists, grid).
        shared: what all graphs have in common, shape (grid,).
        lists: how many lists.
        seed: seed of the walk.

    Returns:
        The graphs that hold all but a ten-thousandth of the weight seen, heaviest first; their log joint over the grid,
        shape (graphs, grid); and how many distinct graphs were seen.
    """
    random = np.random.default_rng(seed)
    seen: dict[Graph, float] = {}

    def joint(graph: Graph) -> Floats | None:
        parts = factorization(graph)
        if parts is None:
            return None
        total = shared.copy()
        for chosen, times in parts.items():
            total += times * terms[chosen]
        return total

    def weigh(graph: Graph) -> float:
        if graph not in seen:
            logs = joint(graph)
            seen[graph] = -np.inf if logs is None else float(logs.max() + np.log(np.exp(logs - logs.max()).sum()))
        return seen[graph]

    pairs = [(i, j) for i in range(lists) for j in range(i + 1, lists)]

    def flip(graph: Graph, pair: tuple[int, int]) -> Graph:
        i, j = pair
        changed = list(graph)
        changed[i] ^= 1 << j
        changed[j] ^= 1 << i
        return tuple(changed)

    here: Graph = (0,) * lists
    # Uphill first: the walk starts at a graph from which no single edge leads higher.
    while True:
        best = max((flip(here, pair) for pair in pairs), key=weigh)
        if weigh(best) <= weigh(here):
            break
        here = best
    choices = random.integers(len(pairs), size=STEPS)
    luck = np.log(random.random(STEPS))
    for choice, chance in zip(choices, luck, strict=True):
        there = flip(here, pairs[choice])
        if chance < weigh(there) - weigh(here):
            here = there
    ranked = sorted((g for g in seen if np.isfinite(seen[g])), key=lambda g: (-seen[g], g))
    weights = np.exp(np.array([seen[g] for g in ranked]) - seen[ranked[0]])
    enough = int(np.searchsorted(np.cumsum(weights) / weights.sum(), 1 - 1e-4)) + 1
    kept = ranked[:enough]
    return kept, np.stack([j for g in kept if (j := joint(g)) is not None]), len(ranked)
