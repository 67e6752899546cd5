"""The peer of bench/estimation.py: plain single-threaded NumPy, written from the papers."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln
from scipy.stats import poisson

from firsthand.estimation import CaptureTable
from firsthand.estimation.estimators.decomposable import decomposable_graphs
from firsthand.estimation.hierarchical import design_of


def plain_fit(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Iteratively reweighted least squares, as a generalized linear model is fitted."""
    mu = y + 0.1
    b = np.zeros(x.shape[1])
    old = np.inf
    for _ in range(25):
        z = np.log(mu) + (y - mu) / mu
        root = np.sqrt(mu)
        b = np.linalg.lstsq(x * root[:, None], z * root, rcond=None)[0]
        mu = np.exp(np.clip(x @ b, -30, 30))
        deviance = 2 * float(np.sum(np.where(y > 0, y * np.log(np.maximum(y, 1) / mu), 0) - (y - mu)))
        if abs(deviance - old) < 1e-8 * (abs(deviance) + 0.1):
            break
        old = deviance
    return b, mu


def plain_stepwise(cells: np.ndarray, lists: int) -> float:
    """Stepwise selection by Poisson p-value; existence left out, which favours the peer."""
    size = 1 << lists
    model = [0, *(1 << j for j in range(lists))]
    keep = np.arange(size) > 0
    pairs = [(1 << i) | (1 << j) for i in range(lists) for j in range(i + 1, lists)]
    index = np.arange(size)
    taken: set[int] = set()
    while True:
        b, mu = plain_fit(design_of(tuple(model), lists)[keep], cells[keep])
        best, chosen = 0.02, -1
        for pair in pairs:
            if pair in taken:
                continue
            inside = (index[keep] & pair) == pair
            seen, expected = cells[keep][inside].sum(), mu[inside].sum()
            p = min(poisson.cdf(seen, expected), poisson.sf(seen - 1, expected))
            if p < best:
                best, chosen = p, pair
        if chosen < 0:
            return float(cells.sum() + np.exp(b[0]))
        taken.add(chosen)
        if cells[(index & chosen) == chosen].sum() == 0:
            keep &= (index & chosen) != chosen
        else:
            model.append(chosen)


def plain_decomposable(table: CaptureTable, graphs: int) -> float:
    """One graph at a time over the grid."""
    lists = len(table.lists)
    n = table.observed_count
    grid = np.unique(np.round(np.linspace(1, 30 * n, 1000)))
    cells = table.cells()
    _, weights = decomposable_graphs(lists)
    index = np.arange(1 << lists)
    logs = []
    for weight in weights[:graphs]:
        value = -np.log(n + grid) + gammaln(n + grid + 1) - gammaln(grid + 1)
        for chosen in np.flatnonzero(weight):
            a = 2.0 ** -int(chosen).bit_count()
            margin = np.bincount(index & chosen, weights=cells, minlength=1 << lists)[(index & ~chosen) == 0]
            part = gammaln(margin[1:] + a).sum() - len(margin) * gammaln(a) + gammaln(margin[0] + grid + a)
            value = value + weight[chosen] * part
        logs.append(value)
    stacked = np.array(logs)
    posterior = np.exp(stacked - stacked.max()).sum(axis=0)
    return float(grid[np.searchsorted(np.cumsum(posterior) / posterior.sum(), 0.5)])


def plain_sweeps(table: CaptureTable, sweeps: int, classes: int = 15) -> None:
    """The latent-class Gibbs sampler with NumPy's own vectorized draws."""
    random = np.random.default_rng(1)
    marks = np.array(list(table.counts), dtype=float)
    counts = np.array(list(table.counts.values()))
    n = int(counts.sum())
    share, caught, a = np.full(classes, 1 / classes), random.beta(1, 3, (marks.shape[1], classes)), 1.0
    for _ in range(sweeps):
        w = share * np.exp(marks @ np.log(caught) + (1 - marks) @ np.log1p(-caught))
        z = random.multinomial(counts, w / w.sum(axis=1, keepdims=True))
        w0 = share * np.exp(np.log1p(-caught).sum(axis=0))
        p0 = w0.sum()
        unseen = random.poisson(random.gamma(n, p0 / (1 - p0)))
        z0 = random.multinomial(unseen, w0 / p0)
        members = z.sum(axis=0) + z0
        on = marks.T @ z
        after = members[::-1].cumsum()[::-1] - members
        v = np.clip(random.beta(1 + members, a + after), 1e-12, 1 - 1e-12)
        v[-1] = 1
        share = np.maximum(v * np.append(1, np.cumprod(1 - v[:-1])), 1e-300)
        caught = np.clip(random.beta(1 + on, 1 + members - on), 1e-12, 1 - 1e-12)
        a = random.gamma(0.25 + classes - 1, 1 / (0.25 - np.log1p(-v[:-1]).sum()))


def printed_interval(table: CaptureTable) -> tuple[float, float]:
    """The main-effects interval as R's glm prints it: its information comes from before its last step.

    Iterations stop where the deviance changes by less than 1e-8 of itself, and the weights are those that the last step
    was computed with. This shows that the digits in which R's interval differs from ours are R's stopping rule.
    """
    lists = len(table.lists)
    x, y = design_of((0, *(1 << j for j in range(lists))), lists)[1:], table.cells()[1:]
    mu = y + 0.1
    eta = np.log(mu)
    old = np.inf
    for _ in range(25):
        weights = mu.copy()
        z = eta + (y - mu) / mu
        information = x.T @ (x * weights[:, None])
        b = np.linalg.solve(information, x.T @ (weights * z))
        eta = x @ b
        mu = np.exp(eta)
        terms = np.where(y > 0, y * np.log(np.maximum(y, 1e-300) / mu), 0.0)
        deviance = 2 * float(np.sum(terms - (y - mu)))
        if abs(deviance - old) / (abs(deviance) + 0.1) < 1e-8:
            break
        old = deviance
    error = float(np.sqrt(np.linalg.inv(information)[0, 0]))
    unseen = float(np.exp(b[0]))
    ends = (unseen * np.exp(s * 1.959963984540054 * error) for s in (-1, 1))
    low, high = (table.observed_count + float(e) for e in ends)
    return low, high
