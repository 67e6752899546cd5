"""Bayesian averaging over all decomposable graphs of up to six lists.

Madigan and York (1997), Biometrika 84; priors as in the R package dga (Johndrow, Lum and Ball 2015): hyper-Dirichlet
with ``delta`` in each cell of the full table (2**-p by default), 1/N on the total over a grid of unseen people up to 30
times the observed, all graphs alike. The marginal likelihood of a graph is a product over its cliques divided by one
over its separators (Dawid and Lauritzen 1993); only the empty cell of each margin depends on the unseen.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from firsthand.estimation.findings import CannotSay, Finding, Options
from firsthand.estimation.likelihood import Floats
from firsthand.estimation.lists import CaptureTable
from firsthand.estimation.results import EstimateWarning, warning

__all__ = ["decomposable_graphs", "estimate_decomposable", "posterior_of_unseen"]

MOST_LISTS = 6


@lru_cache(maxsize=8)
def decomposable_graphs(lists: int) -> tuple[np.ndarray, np.ndarray]:
    """All decomposable graphs on so many lists: 8, 61, 822 and 18,154 on three to six.

    Returns:
        Adjacency as bit masks, shape (graphs, lists); and for each graph the multiplicity of every set of lists in its
        factorization, shape (graphs, 2**lists): 1 for a clique, negative for separators.
    """
    pairs = [(i, j) for i in range(lists) for j in range(i + 1, lists)]
    numbers = np.arange(1 << len(pairs))
    near = np.zeros((len(numbers), lists), dtype=np.int64)
    for k, (i, j) in enumerate(pairs):
        edge = numbers >> k & 1
        near[:, i] |= edge << j
        near[:, j] |= edge << i
    adjacency = near.copy()
    weights = np.zeros((len(numbers), 1 << lists), dtype=np.int8)
    left = np.full(len(numbers), (1 << lists) - 1)
    alive = np.ones(len(numbers), dtype=bool)
    for _ in range(lists):
        # Take one vertex away whose neighbours all know each other; a graph without such a vertex is not decomposable.
        taken = np.full(len(numbers), -1)
        for v in range(lists):
            simplicial = (left >> v & 1).astype(bool)
            for u in range(lists):
                if u != v:
                    stranger = (near[:, v] & ~(near[:, u] | 1 << u)) != 0
                    simplicial &= ~((near[:, v] >> u & 1).astype(bool) & stranger)
            taken = np.where((taken < 0) & simplicial, v, taken)
        alive &= taken >= 0
        rows = np.flatnonzero(alive)
        vertex = taken[rows]
        neighbours = near[rows, vertex]
        weights[rows, neighbours | 1 << vertex] += 1
        weights[rows, neighbours] -= 1
        left[rows] &= ~(1 << vertex)
        near[rows] &= ~(1 << vertex)[:, None]
        near[rows, vertex] = 0
    return adjacency[alive], weights[alive].astype(float)


def _set_terms(cells: Floats, lists: int, unseen: Floats, delta: float) -> Floats:
    """Log Dirichlet-multinomial terms of every set of lists over the grid, shape (2**lists, grid)."""
    from scipy.special import gammaln  # noqa: PLC0415  reading a table needs no SciPy

    size = 1 << lists
    index = np.arange(size)
    terms = np.zeros((size, len(unseen)))
    for chosen in range(size):
        weight = delta * 2.0 ** (lists - chosen.bit_count())
        margin = np.bincount(index & chosen, weights=cells, minlength=size)
        inside = np.flatnonzero((index & ~chosen) == 0)
        cells_with_people = margin[inside[inside != 0]]
        constant = float(np.sum(gammaln(cells_with_people + weight) - gammaln(weight)))
        terms[chosen] = constant + gammaln(margin[0] + unseen + weight) - gammaln(weight)
    return terms


def posterior_of_unseen(
    table: CaptureTable, unseen: Floats, *, delta: float, log_prior: Floats
) -> tuple[Floats, Floats]:
    """Posterior over the grid of unseen people, shape (grid,), and over graphs, shape (graphs,)."""
    from scipy.special import gammaln  # noqa: PLC0415  see above

    lists = len(table.lists)
    _, weights = decomposable_graphs(lists)
    observed = table.observed_count
    terms = _set_terms(table.cells(), lists, unseen, delta)
    shared = log_prior + gammaln(observed + unseen + 1) - gammaln(unseen + 1)
    by_unseen = np.zeros(len(unseen))
    by_graph = np.zeros(len(weights))
    top = -np.inf
    for start in range(0, len(weights), 2048):
        block = weights[start : start + 2048] @ terms
        block += shared
        largest = float(block.max())
        if largest > top:
            by_unseen *= np.exp(top - largest)
            by_graph *= np.exp(top - largest)
            top = largest
        block -= top
        np.exp(block, out=block)
        by_unseen += block.sum(axis=0)
        by_graph[start : start + 2048] = block.sum(axis=1)
    return by_unseen / by_unseen.sum(), by_graph / by_graph.sum()


def _cliques(neighbours: np.ndarray, names: tuple[str, ...]) -> str:
    lists = len(names)
    complete = [
        chosen
        for chosen in range(1, 1 << lists)
        if all(chosen & ~(int(neighbours[v]) | 1 << v) == 0 for v in range(lists) if chosen >> v & 1)
    ]
    cliques = [c for c in complete if not any(c != other and c & other == c for other in complete)]
    spelled = sorted(tuple(j for j in range(lists) if c >> j & 1) for c in cliques)
    return "[" + ", ".join(":".join(names[j] for j in c) for c in spelled) + "]"


def estimate_decomposable(table: CaptureTable, options: Options) -> Finding:
    """Posterior median and equal-tailed credible interval of the total, averaged over all decomposable graphs."""
    lists = len(table.lists)
    if not 2 <= lists <= MOST_LISTS:
        raise CannotSay("too-many-lists", most=MOST_LISTS)
    observed = table.observed_count
    most = options.most_unseen or 30 * observed
    grid = np.unique(np.round(np.linspace(1, most, min(options.grid_size, most))))
    delta = options.delta or 2.0**-lists
    posterior, by_graph = posterior_of_unseen(table, grid, delta=delta, log_prior=-np.log(observed + grid))
    tail = (1 - options.level) / 2
    cumulative = np.cumsum(posterior)
    ranks = [min(int(np.searchsorted(cumulative, q)), len(grid) - 1) for q in (tail, 0.5, 1 - tail)]
    low, middle, high = (float(grid[rank]) for rank in ranks)
    warnings: list[EstimateWarning] = []
    at_end = float(posterior[-max(1, len(grid) // 100) :].sum())
    if at_end > 0.002:
        warnings.append(warning("prior-bounds-estimate", share=at_end, most=int(most)))
    if at_end > 0.05:
        raise CannotSay("not-identified:prior")
    best = int(np.argmax(by_graph))
    adjacency, weights = decomposable_graphs(lists)
    return Finding(
        total=observed + middle,
        interval=(observed + low, observed + high),
        interval_kind="credible",
        model=f"average of {len(weights):,} decomposable graphs; heaviest {_cliques(adjacency[best], table.lists)} "
        f"with {by_graph[best]:.1%}; prior 1/N up to {most:,} unseen, delta {delta:.4g}",
        warnings=tuple(warnings),
    )
