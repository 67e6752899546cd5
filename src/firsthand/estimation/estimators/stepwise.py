"""Stepwise selection for sparse lists, with the bootstrap around the selection.

Chan, Silverman and Vincent (2021), J. Am. Stat. Assoc. 116: pairs of lists enter by one-sided Poisson p-value of their
overlap; lists that share nobody enter at minus infinity; a pair whose model has no unique finite estimate is passed
over. Silverman (2020), J. R. Stat. Soc. A 183, for the threshold 0.02. Bias-corrected and accelerated intervals (BCa):
Efron (1987), with the acceleration from leaving out one person at a time, the selection repeated in every replicate.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from firsthand.estimation.findings import CannotSay, Finding, Options
from firsthand.estimation.likelihood import Floats, normal_quantile
from firsthand.estimation.lists import CaptureTable
from firsthand.estimation.results import EstimateWarning, warning

__all__ = ["acceleration", "estimate_stepwise", "replicate_totals"]

MOST_LISTS = 10
THREADS = 2


def replicate_totals(tables: Floats, lists: int, p_threshold: float) -> Floats:
    """Totals estimated with selection on many tables, shape (tables, 2**lists) by bit mask; infinite where it fails."""
    from firsthand.estimation.compiled_stepwise import select_many  # noqa: PLC0415  starting the compiler costs time

    log_unseen = np.zeros(len(tables))
    middle = len(tables) // 2
    parts = [slice(0, middle), slice(middle, len(tables))]
    with ThreadPoolExecutor(THREADS) as pool:
        threshold = float(np.log(p_threshold))
        list(pool.map(lambda part: select_many(tables[part], lists, threshold, log_unseen[part]), parts))
    totals = tables.sum(axis=1) + np.exp(np.minimum(log_unseen, 700))
    return np.asarray(np.where(np.isfinite(totals), totals, np.inf), dtype=np.float64)


def acceleration(cells: Floats, lists: int, p_threshold: float) -> float:
    """Efron's acceleration from leaving out one person at a time; people of one pattern count together."""
    held = np.flatnonzero(cells)
    tables = np.repeat(cells[None, :], len(held), axis=0)
    tables[np.arange(len(held)), held] -= 1
    totals = replicate_totals(tables, lists, p_threshold)
    fine = np.isfinite(totals)
    weights = cells[held][fine]
    if not fine.any():
        return 0.0
    distance = np.average(totals[fine], weights=weights) - totals[fine]
    spread = float(weights @ distance**2)
    return float(weights @ distance**3) / (6 * spread**1.5) if spread > 0 else 0.0


def _bca_interval(totals: Floats, estimate: float, slope: float, level: float) -> tuple[float, float]:
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


def estimate_stepwise(table: CaptureTable, options: Options) -> Finding:
    """Select pairs of lists, fit, and repeat the whole of it on bootstrap samples of the people observed."""
    from firsthand.estimation.compiled_stepwise import select_stepwise  # noqa: PLC0415  see replicate_totals

    lists = len(table.lists)
    if lists > MOST_LISTS:
        raise CannotSay("too-many-lists", most=MOST_LISTS)
    cells = table.cells()
    chosen = np.zeros(lists * lists, dtype=np.int64)
    log_unseen, variance, count = select_stepwise(cells, lists, float(np.log(options.p_threshold)), chosen)
    observed = table.observed_count
    if not np.isfinite(log_unseen) or log_unseen > np.log(1e6 * observed):
        raise CannotSay("not-identified:unsettled")
    pairs = [tuple(j for j in range(lists) if int(pair) >> j & 1) for pair in chosen[:count]]
    empty = [pair for pair in pairs if table.on_all(pair) == 0]
    names = [":".join(table.lists[j] for j in pair) for pair in pairs]
    model = "main effects" + "".join(f" + {name}" for name in names)
    total = observed + float(np.exp(log_unseen))
    warnings: list[EstimateWarning] = []
    if empty:
        spelled = ", ".join(":".join(table.lists[j] for j in pair) for pair in empty)
        warnings.append(warning("extended-estimate:pairs", pairs=spelled))
    if options.bootstrap == "none":
        reach = normal_quantile(options.level) * float(np.sqrt(variance))
        if reach > 30:
            raise CannotSay("no-finite-interval", model=model)
        unseen = total - observed
        warnings.append(warning("model-chosen-from-data:steps"))
        ends = (observed + unseen * float(np.exp(-reach)), observed + unseen * float(np.exp(reach)))
        return Finding(total=total, interval=ends, interval_kind="wald-log", model=model, warnings=tuple(warnings))
    random = np.random.default_rng(options.seed)
    tables = random.multinomial(observed, cells / observed, size=options.replicates).astype(float)
    totals = replicate_totals(tables, lists, options.p_threshold)
    failed = ~np.isfinite(totals) | (totals > 1e6 * observed)
    if failed.mean() > (1 - options.level) / 2:
        raise CannotSay("no-finite-interval:samples", model=model, share=float(failed.mean()))
    totals = np.where(failed, totals[~failed].max(), totals)
    if options.bootstrap == "percentile":
        tail = (1 - options.level) / 2
        low, high = (float(np.quantile(totals, q)) for q in (tail, 1 - tail))
    else:
        low, high = _bca_interval(totals, total, acceleration(cells, lists, options.p_threshold), options.level)
    return Finding(
        total=total,
        interval=(low, high),
        interval_kind=options.bootstrap,
        model=model,
        seed=options.seed,
        warnings=tuple(warnings),
    )
