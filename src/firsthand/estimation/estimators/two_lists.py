"""Two lists: Lincoln-Petersen and Chapman.

Lincoln (1930); Petersen (1896); Chapman (1951), equation for N*; intervals are normal on the log of the unseen
(Chao 1987; Burnham and others 1987), which cannot fall below the people observed.
"""

from __future__ import annotations

import math

from firsthand.estimation.findings import CannotSay, Finding, Options
from firsthand.estimation.likelihood import normal_quantile
from firsthand.estimation.lists import CaptureTable

__all__ = ["estimate_chapman", "estimate_lincoln_petersen", "log_normal_interval"]


def log_normal_interval(unseen: float, variance: float, observed: float, level: float) -> tuple[float, float]:
    """Log-normal interval of the total (Chao 1987): unseen / C to unseen C, C = exp(z sqrt(log(1 + var/unseen^2)))."""
    if unseen <= 0:
        return observed, observed
    factor = math.exp(normal_quantile(level) * math.sqrt(math.log1p(variance / unseen**2)))
    return observed + unseen / factor, observed + unseen * factor


def _two_list_counts(table: CaptureTable) -> tuple[int, int, int]:
    if len(table.lists) != 2:
        raise CannotSay("needs-two-lists", lists=len(table.lists))
    first, second, both = (table.counts.get(p, 0) for p in ((1, 0), (0, 1), (1, 1)))
    if both == 0:
        raise CannotSay("no-overlap:both")
    return first, second, both


def estimate_lincoln_petersen(table: CaptureTable, options: Options) -> Finding:
    """N = n1 n2 / m: the lists are independent and every person is as likely on a list as any other."""
    first, second, both = _two_list_counts(table)
    unseen = first * second / both
    n1, n2 = first + both, second + both
    # Variance of N (Seber 1982, section 3.2).
    variance = n1 * n2 * first * second / both**3
    interval = log_normal_interval(unseen, variance, table.observed_count, options.level)
    return Finding(
        total=table.observed_count + unseen, interval=interval, interval_kind="log-normal", model="independent lists"
    )


def estimate_chapman(table: CaptureTable, options: Options) -> Finding:
    """N = (n1 + 1)(n2 + 1) / (m + 1) - 1: Lincoln-Petersen with less bias in small samples."""
    first, second, both = _two_list_counts(table)
    n1, n2 = first + both, second + both
    total = (n1 + 1) * (n2 + 1) / (both + 1) - 1
    # Variance (Seber 1970).
    variance = (n1 + 1) * (n2 + 1) * first * second / ((both + 1) ** 2 * (both + 2))
    unseen = total - table.observed_count
    interval = log_normal_interval(unseen, variance, table.observed_count, options.level)
    return Finding(total=total, interval=interval, interval_kind="log-normal", model="independent lists")
