"""Stepwise selection for sparse lists, with the bootstrap around the selection.

Chan, Silverman and Vincent (2021), J. Am. Stat. Assoc. 116: pairs of lists enter by one-sided Poisson p-value of their
overlap; lists that share nobody enter at minus infinity; a pair whose model has no unique finite estimate is passed
over. Silverman (2020), J. R. Stat. Soc. A 183, for the threshold 0.02. The
selection is repeated in every replicate of the bootstrap.
"""

from __future__ import annotations

import numpy as np

from firsthand.estimation.bootstrapping import acceleration_of, bootstrap_interval, in_two_threads
from firsthand.estimation.findings import CannotSay, Finding, Options
from firsthand.estimation.likelihood import Floats, normal_quantile
from firsthand.estimation.lists import CaptureTable
from firsthand.estimation.results import EstimateWarning, warning
from firsthand.estimation.sampling import histogram

__all__ = ["acceleration", "estimate_stepwise", "replicate_totals"]

MOST_LISTS = 10


def replicate_totals(tables: Floats, lists: int, p_threshold: float) -> Floats:
    """Totals estimated with selection on many tables, shape (tables, 2**lists) by bit mask; infinite where it fails."""
    from firsthand.estimation.compiled_stepwise import select_many  # noqa: PLC0415  starting the compiler costs time

    threshold = float(np.log(p_threshold))
    return in_two_threads(tables, lambda part, filled: select_many(part, lists, threshold, filled))


def acceleration(cells: Floats, lists: int, p_threshold: float) -> float:
    """Efron's acceleration of the stepwise estimate."""
    return acceleration_of(cells, lambda tables: replicate_totals(tables, lists, p_threshold))


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
    interval, totals = bootstrap_interval(
        cells,
        total,
        lambda tables: replicate_totals(tables, lists, options.p_threshold),
        options.bootstrap,
        options,
        model,
    )
    return Finding(
        total=total,
        interval=interval,
        interval_kind=options.bootstrap,
        model=model,
        seed=options.seed,
        warnings=tuple(warnings),
        posterior=histogram(totals),
    )
