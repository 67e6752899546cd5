"""Main effects: independent lists, a Poisson log-linear model (Cormack 1989) with the interval of SparseMSE."""

from __future__ import annotations

import numpy as np

from firsthand.estimation.estimators.capture_models import membership_marks
from firsthand.estimation.findings import Finding, Options
from firsthand.estimation.likelihood import fit_identified, wald_log_interval
from firsthand.estimation.lists import CaptureTable

__all__ = ["estimate_main_effects"]


def estimate_main_effects(table: CaptureTable, options: Options) -> Finding:
    """Independent lists with chances of their own; normal interval on the log of the unseen."""
    lists = len(table.lists)
    whole = np.hstack([np.ones((1 << lists, 1)), membership_marks(lists)])
    counts = table.cells()[1:]
    fit = fit_identified(whole[1:], counts, whole[0], model="main effects")
    interval = wald_log_interval(fit, table.observed_count, options.level)
    return Finding(
        total=table.observed_count + fit.unseen, interval=interval, interval_kind="wald-log", model="main effects"
    )
