"""Bayesian averaging over decomposable graphs: all of up to six lists, those that a search finds on up to ten.

Madigan and York (1997), Biometrika 84; priors as in the R package dga (Johndrow, Lum and Ball 2015): hyper-Dirichlet
with ``delta`` in each cell of the full table (2**-p by default), 1/N on the total over a grid of unseen people up to 30
times the observed, all graphs alike. The marginal likelihood of a graph is a product over its cliques divided by one
over its separators (Dawid and Lauritzen 1993); only the empty cell of each margin depends on the unseen.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from firsthand.estimation.estimators.decomposable_search import heaviest_graphs
from firsthand.estimation.findings import CannotSay, Finding, Options
from firsthand.estimation.likelihood import Floats
from firsthand.estimation.lists import CaptureTable
from firsthand.estimation.results import EstimateWarning, warning
from firsthand.estimation.sampling import histogram_of_grid

__all__ = ["decomposable_graphs", "estimate_decomposable", "posterior_of_unseen"]

MOST_LISTS, MOST_LISTS_SEARCHED = 6, 10


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


def _shared(observed: int, unseen: Floats, log_prior: Floats) -> Floats:
    """What all graphs have in common: the prior and the ways in which the unseen can be chosen."""
    from scipy.special import gammaln  # noqa: PLC0415  see above

    return np.asarray(log_prior + gammaln(observed + unseen + 1) - gammaln(unseen + 1), dtype=np.float64)


def log_prior_of(total: Floats, options: Options) -> Floats:
    """Log prior of totals: 1/N, flat, or Poisson with a gamma mean (Madigan and York 1997)."""
    from scipy.special import gammaln  # noqa: PLC0415  see above

    if options.prior == "flat":
        return np.zeros(len(total))
    if options.prior == "gamma-poisson":
        shape, scale = options.prior_shape, options.prior_scale
        logs = gammaln(total + shape) - gammaln(total + 1) + total * np.log(scale / (1 + scale))
        return np.asarray(logs, dtype=np.float64)
    return np.asarray(-np.log(total), dtype=np.float64)


def _prior_name(options: Options) -> str:
    if options.prior == "gamma-poisson":
        return f"gamma-Poisson({options.prior_shape:g}, {options.prior_scale:g})"
    return "flat" if options.prior == "flat" else "1/N"


def posterior_of_unseen(
    table: CaptureTable, unseen: Floats, *, delta: float, log_prior: Floats
) -> tuple[Floats, Floats]:
    """Posterior over the grid of unseen people, shape (grid,), and over graphs, shape (graphs,)."""
    lists = len(table.lists)
    _, weights = decomposable_graphs(lists)
    terms = _set_terms(table.cells(), lists, unseen, delta)
    shared = _shared(table.observed_count, unseen, log_prior)
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


def _ranks(posterior: Floats, level: float) -> list[int]:
    tail = (1 - level) / 2
    cumulative = np.cumsum(posterior)
    return [min(int(np.searchsorted(cumulative, q)), len(posterior) - 1) for q in (tail, 0.5, 1 - tail)]


def estimate_decomposable(table: CaptureTable, options: Options) -> Finding:
    """Posterior median and equal-tailed credible interval of the total, averaged over decomposable graphs.

    All graphs up to six lists; beyond that those that a search finds.
    """
    lists = len(table.lists)
    if not 2 <= lists <= MOST_LISTS_SEARCHED:
        raise CannotSay("too-many-lists", most=MOST_LISTS_SEARCHED)
    observed = table.observed_count
    most = options.most_unseen or 30 * observed
    grid = np.unique(np.round(np.linspace(1, most, min(options.grid_size, most))))
    delta = options.delta or 2.0**-lists
    log_prior = log_prior_of(observed + grid, options)
    warnings: list[EstimateWarning] = []
    if lists <= MOST_LISTS:
        posterior, by_graph = posterior_of_unseen(table, grid, delta=delta, log_prior=log_prior)
        heaviest = decomposable_graphs(lists)[0][int(np.argmax(by_graph))]
        averaged, share = len(by_graph), float(by_graph.max())
    else:
        terms = _set_terms(table.cells(), lists, grid, delta)
        shared = _shared(observed, grid, log_prior)
        graphs, joint, averaged = heaviest_graphs(terms, shared, lists, options.seed)
        weights = np.exp(joint - joint.max())
        posterior = weights.sum(axis=0) / weights.sum()
        heaviest, share = np.array(graphs[0]), float(weights[0].sum() / weights.sum())
        warnings.append(warning("not-all-models:graphs", graphs=averaged))
    low, middle, high = (float(grid[rank]) for rank in _ranks(posterior, options.level))
    at_end = float(posterior[-max(1, len(grid) // 100) :].sum())
    if at_end > 0.002:
        warnings.append(warning("prior-bounds-estimate", share=at_end, most=int(most)))
    if at_end > 0.05:
        raise CannotSay("not-identified:prior")
    other = posterior * np.exp(log_prior_of(observed + grid, _other_prior(options)) - log_prior + log_prior.min())
    moved = float(grid[_ranks(other / other.sum(), options.level)[1]])
    if abs(moved - middle) > 0.1 * (observed + middle):
        warnings.append(warning("prior-matters", total=observed + middle, other=observed + moved))
    return Finding(
        total=observed + middle,
        interval=(observed + low, observed + high),
        interval_kind="credible",
        model=f"average of {averaged:,} decomposable graphs; heaviest {_cliques(heaviest, table.lists)} "
        f"with {share:.1%}; prior {_prior_name(options)} up to {most:,} unseen, delta {delta:.4g}",
        warnings=tuple(warnings),
        seed=options.seed if lists > MOST_LISTS else None,
        posterior=histogram_of_grid(observed + grid, posterior),
    )


def _other_prior(options: Options) -> Options:
    """A prior to compare with: flat where 1/N was asked for, else 1/N."""
    return replace(options, prior="flat" if options.prior == "inverse" else "inverse")
