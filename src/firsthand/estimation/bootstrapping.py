"""The bootstrap with the choice of the model inside: percentile and bias-corrected accelerated intervals (BCa).

Efron (1987), J. Am. Stat. Assoc. 82; DiCiccio and Efron (1996), Stat. Sci. 11, with the acceleration from leaving out
one person at a time. People observed are drawn anew; their number stays.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from firsthand.estimation.findings import CannotSay, Options
from firsthand.estimation.likelihood import Floats, normal_quantile

__all__ = ["acceleration_of", "bootstrap_interval", "in_two_threads"]

THREADS = 2
Totals = Callable[[Floats], Floats]
"""Totals estimated on many tables, shape (tables, 2**lists); infinite where a table gives none."""


def in_two_threads(tables: Floats, fill: Callable[[Floats, Floats], object]) -> Floats:
    """Call ``fill(tables, log_unseen)`` on both halves; gives totals, infinite where the log is no number."""
    log_unseen = np.zeros(len(tables))
    middle = len(tables) // 2
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda part: fill(tables[part], log_unseen[part]), (slice(0, middle), slice(middle, None))))
    totals = tables.sum(axis=1) + np.exp(np.minimum(log_unseen, 700))
    return np.asarray(np.where(np.isfinite(totals), totals, np.inf), dtype=np.float64)


def acceleration_of(cells: Floats, totals_of: Totals) -> float:
    """Efron's acceleration from leaving out one person at a time; people of one pattern count together."""
    held = np.flatnonzero(cells)
    tables = np.repeat(cells[None, :], len(held), axis=0)
    tables[np.arange(len(held)), held] -= 1
    # A table with a list emptied or nobody left has no estimate and takes no part.
    totals = np.where(tables.sum(axis=1) > 0, totals_of(tables), np.inf)
    fine = np.isfinite(totals)
    weights = cells[held][fine]
    if not fine.any():
        return 0.0
    distance = np.average(totals[fine], weights=weights) - totals[fine]
    spread = float(weights @ distance**2)
    return float(weights @ distance**3) / (6 * spread**1.5) if spread > 0 else 0.0


def bca_interval(totals: Floats, estimate: float, slope: float, level: float) -> tuple[float, float]:
    """The BCa interval of bootstrap totals around an estimate; ``slope`` is the acceleration."""
    from scipy.special import ndtr, ndtri  # noqa: PLC0415  reading a table needs no SciPy

    below = float(np.mean(totals < estimate))
    below = min(max(below, 0.5 / len(totals)), 1 - 0.5 / len(totals))
    bias = float(ndtri(below))
    reach = normal_quantile(level)
    ends = []
    for z in (-reach, reach):
        shifted = bias + (bias + z) / max(1 - slope * (bias + z), 1e-3)
        ends.append(float(np.quantile(totals, float(ndtr(shifted)), method="linear")))
    return ends[0], ends[1]


def bootstrap_interval(  # noqa: PLR0917  the same six in both callers
    cells: Floats, total: float, totals_of: Totals, kind: str, options: Options, model: str
) -> tuple[tuple[float, float], Floats]:
    """The interval, and the totals of all replicates.

    Raises:
        CannotSay: too many samples have no finite estimate.
    """
    observed = int(cells.sum())
    random = np.random.default_rng(options.seed)
    tables = random.multinomial(observed, cells / observed, size=options.replicates).astype(float)
    totals = totals_of(tables)
    failed = ~np.isfinite(totals) | (totals > 1e6 * observed)
    if failed.mean() > (1 - options.level) / 2:
        raise CannotSay("no-finite-interval:samples", model=model, share=float(failed.mean()))
    totals = np.where(failed, totals[~failed].max(), totals)
    if kind == "percentile":
        tail = (1 - options.level) / 2
        low, high = (float(np.quantile(totals, q)) for q in (tail, 1 - tail))
        return (low, high), totals
    return bca_interval(totals, total, acceleration_of(cells, totals_of), options.level), totals
