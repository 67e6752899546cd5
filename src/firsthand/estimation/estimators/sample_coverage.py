"""Sample coverage (Lee and Chao 1994, Biometrics 50; Chao and Tsay 1998; Chao and others 2001, Stat. Med. 20)."""

from __future__ import annotations

import numpy as np

from firsthand.estimation.estimators.two_lists import log_normal_interval
from firsthand.estimation.findings import CannotSay, Finding, Options
from firsthand.estimation.lists import CaptureTable
from firsthand.estimation.results import warning

__all__ = ["chao_tsay_estimates", "estimate_sample_coverage"]

BOOTSTRAP_TABLES = 400


def _lee_chao(table: CaptureTable) -> float:
    """N = D / C + f1 / C x g^2 with C = 1 - (f1 - 2 f2 / (t - 1)) / sum k f_k and the squared variation g^2."""
    lists = len(table.lists)
    f = np.array(table.capture_frequencies, dtype=float)
    captures = float(np.arange(1, lists + 1) @ f)
    coverage = 1 - (f[0] - 2 * f[1] / (lists - 1)) / captures
    if coverage <= 0:
        raise CannotSay("no-overlap:coverage")
    sizes = np.array(table.list_sizes, dtype=float)
    products = (sizes.sum() ** 2 - float(sizes @ sizes)) / 2
    k = np.arange(1, lists + 1)
    base = f.sum() / min(coverage, 1.0)
    variation = max(base * float((k * (k - 1)) @ f) / (2 * products) - 1, 0.0) if products else 0.0
    return float(base + f[0] / min(coverage, 1.0) * variation)


def chao_tsay_estimates(table: CaptureTable) -> tuple[float, float, float, float]:
    """Three lists that may depend on each other: coverage, N without dependence, one-step N, high-coverage N.

    After Chao and others (2001).

    The one-step form was settled by its published figure for hepatitis A.
    The last is infinite where its denominator is not above 0.
    """
    if len(table.lists) != 3:
        raise CannotSay("needs-three-lists", lists=len(table.lists))
    z = table.counts
    singles = [z.get(p, 0) for p in ((1, 0, 0), (0, 1, 0), (0, 0, 1))]
    sizes = table.list_sizes
    if min(sizes) == 0:
        raise CannotSay("one-list:empty")
    coverage = 1 - sum(s / n for s, n in zip(singles, sizes, strict=True)) / 3
    if coverage <= 0:
        raise CannotSay("no-overlap:coverage")
    distinct = sum(table.observed_count - s for s in singles) / 3
    base = distinct / coverage
    apart_people, share = 0.0, 0.0
    for i, j in ((0, 1), (0, 2), (1, 2)):
        k = 3 - i - j
        both = table.on_all((i, j))
        # People on the first and not the third list, and on the second and not the third.
        apart = sum(count * (p[i] + p[j]) for p, count in z.items() if not p[k])
        apart_people += apart
        share += apart * both / (sizes[i] * sizes[j])
    overlaps = sum(table.on_all(pair) for pair in ((0, 1), (0, 2), (1, 2)))
    # The dependence of each pair is first measured against N without dependence, then against what that gives.
    fixed = base - apart_people / (3 * coverage)
    one_step = fixed + (fixed + base * share / (3 * coverage)) * share / (3 * coverage)
    room = 1 - share / (3 * coverage)
    high = overlaps / (3 * coverage) / room if room > 0 else float("inf")
    return coverage, base, one_step, high


def _point(table: CaptureTable, options: Options) -> float:
    if options.coverage_version == "lee-chao":
        return _lee_chao(table)
    coverage, _, one_step, high = chao_tsay_estimates(table)
    # Chao and others (2001): the full estimator needs a coverage of 55 % or so, below it the one-step estimator holds.
    return high if coverage >= 0.55 and np.isfinite(high) else one_step


def estimate_sample_coverage(table: CaptureTable, options: Options) -> Finding:
    """Total from the share of the population's chances that the lists cover; log-normal interval by the bootstrap."""
    total = _point(table, options)
    observed = table.observed_count
    patterns = list(table.counts)
    shares = np.array(list(table.counts.values()), dtype=float) / observed
    random = np.random.default_rng(options.seed)
    points = []
    for draw in random.multinomial(observed, shares, size=BOOTSTRAP_TABLES):
        drawn = CaptureTable(lists=table.lists, counts={p: int(c) for p, c in zip(patterns, draw, strict=True) if c})
        try:
            points.append(_point(drawn, options))
        except CannotSay:
            continue
    points = [p for p in points if np.isfinite(p)]
    if len(points) < 0.95 * BOOTSTRAP_TABLES or not np.isfinite(total) or total < observed:
        raise CannotSay("no-finite-interval:often")
    interval = log_normal_interval(total - observed, float(np.var(points, ddof=1)), observed, options.level)
    return Finding(
        total=total,
        interval=interval,
        interval_kind="log-normal bootstrap",
        model=f"sample coverage, {options.coverage_version}",
        seed=options.seed,
        warnings=(warning("few-parameters"),),
    )
