"""Chao's lower bound (Chao 1987, Biometrics 43; with the factor (t - 1) / t for t lists)."""

from __future__ import annotations

from firsthand.estimation.estimators.two_lists import log_normal_interval
from firsthand.estimation.findings import CannotSay, Finding, Options
from firsthand.estimation.lists import CaptureTable
from firsthand.estimation.results import warning

__all__ = ["estimate_chao"]


def estimate_chao(table: CaptureTable, options: Options) -> Finding:
    """N >= n + (t - 1) / t x f1^2 / (2 f2), where f1 people are on one list and f2 on two.

    Where nobody is on exactly two lists the bias-corrected f1 (f1 - 1) / (2 (f2 + 1)) stands in.
    """
    lists = len(table.lists)
    f1, f2 = table.capture_frequencies[0], table.capture_frequencies[1]
    if table.overlap_count == 0:
        raise CannotSay("no-overlap:bound")
    factor = (lists - 1) / lists
    if f2:
        ratio = f1 / f2
        unseen = factor * f1 * ratio / 2
        variance = f2 * (factor * ratio**2 / 2 + factor**2 * ratio**3 + factor**2 * ratio**4 / 4)
    else:
        unseen = factor * f1 * (f1 - 1) / 2
        variance = factor * f1 * (f1 - 1) / 2 + factor**2 * f1 * (2 * f1 - 1) ** 2 / 4
        if unseen:
            variance = max(variance - factor**2 * f1**4 / (4 * (table.observed_count + unseen)), 0.0)
    interval = log_normal_interval(unseen, variance, table.observed_count, options.level)
    remark = warning("lower-bound")
    return Finding(
        total=table.observed_count + unseen,
        interval=interval,
        interval_kind="log-normal",
        model="lower bound from people on one and on two lists",
        warnings=(remark,),
    )
