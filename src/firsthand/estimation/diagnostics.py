"""What makes an estimate doubtful, said in plain words and typed, with the published criticism where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, permutations

import numpy as np

from firsthand.estimation.estimators.capture_models import membership_marks
from firsthand.estimation.estimators.main_effects import estimate_main_effects
from firsthand.estimation.findings import CannotSay, Options
from firsthand.estimation.likelihood import fit_identified
from firsthand.estimation.lists import CaptureTable
from firsthand.estimation.results import EstimateResult, EstimateWarning, warning

__all__ = [
    "compare_results",
    "diagnose_table",
    "false_link_total",
    "leave_one_list_out",
    "pair_odds_ratios",
    "table_diagnostics",
    "warn_of_result",
]

FEW_OVERLAPS = 20
FAR = 3.0
FALSE_LINKS = 0.05
UNKNOWN = 2.0
LARGEST_TABLE = 12


def pair_odds_ratios(table: CaptureTable) -> dict[tuple[str, str], tuple[float, float, float]]:
    """Odds ratio of every pair of lists among people on some third list, with its 95 % interval.

    Half a person is added to each cell (Haldane 1956; Woolf's interval). People on no third list take no part, since
    those on neither of the two would be unknown; so this needs three lists.
    """
    found: dict[tuple[str, str], tuple[float, float, float]] = {}
    for a, b in combinations(range(len(table.lists)), 2):
        cells = [[0.5, 0.5], [0.5, 0.5]]
        people = 0
        for pattern, count in table.counts.items():
            if any(mark for k, mark in enumerate(pattern) if k not in (a, b)):
                cells[pattern[a]][pattern[b]] += count
                people += count
        if people:
            log_ratio = float(np.log(cells[1][1] * cells[0][0] / (cells[1][0] * cells[0][1])))
            error = float(np.sqrt(sum(1 / c for row in cells for c in row)))
            found[table.lists[a], table.lists[b]] = (
                float(np.exp(log_ratio)),
                float(np.exp(log_ratio - 1.96 * error)),
                float(np.exp(log_ratio + 1.96 * error)),
            )
    return found


def leave_one_list_out(table: CaptureTable) -> dict[str, float | None]:
    """The main-effects total without each list in turn; None where the others cannot say."""
    found: dict[str, float | None] = {}
    for left_out, name in enumerate(table.lists):
        positions = [j for j in range(len(table.lists)) if j != left_out]
        found[name] = None
        if len(positions) >= 2 and any(table.list_sizes[j] for j in positions):
            smaller = table.keep_lists(positions)
            if smaller.overlap_count and not smaller.empty_lists:
                found[name] = _main_effects_total(smaller)
    return found


def _main_effects_total(table: CaptureTable) -> float | None:
    try:
        return estimate_main_effects(table, Options()).total
    except CannotSay:
        return None


def _one_record(table: CaptureTable) -> EstimateWarning | None:
    whole = _main_effects_total(table)
    if whole is None:
        return None
    overlaps = [pattern for pattern in table.counts if sum(pattern) > 1]
    rarest = min(overlaps, key=lambda pattern: (table.counts[pattern], pattern), default=None)
    if rarest is None:
        return None
    # One false link: the person of the rarest overlap is in truth two people, each on one list.
    counts = dict(table.counts)
    counts[rarest] -= 1
    first = rarest.index(1)
    alone = tuple(int(k == first) for k in range(len(rarest)))
    others = tuple(int(mark and k != first) for k, mark in enumerate(rarest))
    counts[alone] = counts.get(alone, 0) + 1
    counts[others] = counts.get(others, 0) + 1
    changed = _main_effects_total(CaptureTable(lists=table.lists, counts=counts))
    if changed is None:
        return warning("one-record-decides")
    if abs(changed / whole - 1) > 0.05:
        return warning("one-record-matters", share=abs(changed / whole - 1))
    return None


def false_link_total(table: CaptureTable, rate: float) -> float | None:
    """The main-effects total if a share of the overlaps were false links: each two people, one on the first list alone.

    None where the lists could not say.
    """
    counts = table.cells()
    for pattern, count in table.counts.items():
        if sum(pattern) > 1:
            whole = sum(mark << j for j, mark in enumerate(pattern))
            first = whole & -whole
            counts[whole] -= rate * count
            counts[first] += rate * count
            counts[whole ^ first] += rate * count
    lists = len(table.lists)
    design = np.hstack([np.ones((1 << lists, 1)), membership_marks(lists)])
    try:
        fit = fit_identified(design[1:], counts[1:], design[0], model="main effects")
    except CannotSay:
        return None
    return float(counts.sum()) + fit.unseen


def _false_links(table: CaptureTable) -> EstimateWarning | None:
    whole, changed = _main_effects_total(table), false_link_total(table, FALSE_LINKS)
    if whole is None or changed is None or abs(changed / whole - 1) < 0.02:
        return None
    return warning("false-links", rate=FALSE_LINKS, total=changed, whole=whole)


def _referrals(table: CaptureTable) -> list[EstimateWarning]:
    """Lists nearly all of whose people are on another list that holds few of the people on the rest."""
    found = []
    for a, b in permutations(range(len(table.lists)), 2):
        inner, both = table.list_sizes[a], table.on_all((a, b))
        elsewhere = sum(n for p, n in table.counts.items() if not p[a] and any(m for k, m in enumerate(p) if k != b))
        shared = sum(
            n for p, n in table.counts.items() if not p[a] and p[b] and any(m for k, m in enumerate(p) if k != b)
        )
        if inner < 10 or elsewhere < 10 or both == inner:
            continue
        share, rest = both / inner, shared / elsewhere
        if share >= 0.7 and share >= 2 * rest:
            found.append(warning("referral", inner=table.lists[a], outer=table.lists[b], share=share, elsewhere=rest))
    return found


def _heterogeneity(table: CaptureTable) -> list[EstimateWarning]:
    """Whether more people are on three lists or more than independent lists put there (Poisson, one in a thousand)."""
    from scipy.special import pdtrc  # noqa: PLC0415  reading a table needs no SciPy

    lists = len(table.lists)
    design = np.hstack([np.ones((1 << lists, 1)), membership_marks(lists)])
    on = design[1:, 1:].sum(axis=1)
    try:
        fit = fit_identified(design[1:], table.cells()[1:], design[0], model="main effects")
    except CannotSay:
        return []
    seen = sum(table.capture_frequencies[2:])
    expected = float(fit.means[on >= 3].sum())
    if seen >= 5 and float(pdtrc(seen - 1, max(expected, 1e-9))) < 0.001:
        return [warning("people-differ", seen=seen, expected=expected)]
    return []


def table_diagnostics(table: CaptureTable) -> dict[str, object]:
    """The figures behind the warnings, for the document ``estimate/1``."""
    small = len(table.lists) <= LARGEST_TABLE
    whole = table.overlap_count > 0
    return {
        "capture_frequencies": list(table.capture_frequencies),
        "list_sizes": dict(zip(table.lists, table.list_sizes, strict=True)),
        "overlap": table.overlap_count,
        "odds_ratios": [
            {"first": a, "second": b, "ratio": ratio, "interval": [low, high]}
            for (a, b), (ratio, low, high) in pair_odds_ratios(table).items()
        ],
        "leave_one_list_out": leave_one_list_out(table) if small and whole else {},
        "false_links": {
            f"{rate:g}": false_link_total(table, rate) if small and whole else None for rate in (0.01, 0.05, 0.1)
        },
    }


def diagnose_table(table: CaptureTable) -> tuple[EstimateWarning, ...]:
    """Warnings about the lists themselves, whatever the method."""
    found: list[EstimateWarning] = []
    if table.overlap_count == 0:
        return ()
    found += [warning("empty-list", name=name) for name in table.empty_lists]
    for inner, outer in table.contained_lists:
        found.append(warning("list-inside-another", inner=inner, outer=outer))
    overlap, observed = table.overlap_count, table.observed_count
    if overlap < FEW_OVERLAPS:
        found.append(warning("few-overlaps", people=overlap))
    if len(table.lists) > 2:
        found += _dependence(table)
        found += _referrals(table)
        found += _heterogeneity(table)
        if len(table.lists) <= LARGEST_TABLE:
            totals = [t for t in (*leave_one_list_out(table).values(), _main_effects_total(table)) if t is not None]
            if len(totals) > 1 and max(totals) > 1.5 * min(totals):
                found.append(warning("unstable-without-a-list", low=min(totals), high=max(totals)))
    if len(table.lists) <= LARGEST_TABLE:
        found += [one for one in (_one_record(table), _false_links(table)) if one is not None]
    if len(table.lists) >= 3 and overlap < 0.1 * observed:
        found += [warning("published-criticism:sparse"), warning("published-criticism:assumption")]
    return tuple(found)


def _dependence(table: CaptureTable) -> list[EstimateWarning]:
    found = []
    for (a, b), (ratio, low, high) in pair_odds_ratios(table).items():
        if low > FAR:
            found.append(warning("lists-share-people", first=a, second=b, ratio=ratio))
        elif high < 1 / FAR:
            found.append(warning("lists-avoid-each-other", first=a, second=b, ratio=ratio))
    return found


def warn_of_result(
    total: float, observed: int, interval: tuple[float, float] | None, *, lower_bound: bool = False
) -> tuple[EstimateWarning, ...]:
    """Warnings about one estimate."""
    found = []
    if total > observed and not lower_bound:
        # The interaction of all lists at once multiplies the unseen, and no table holds it (Aleshin-Guendel 2024).
        low, high = (observed + (total - observed) * factor for factor in (1 / UNKNOWN, UNKNOWN))
        found.append(warning("unknown-dependence", factor=UNKNOWN, low=low, high=high))
    if total > 4 * observed:
        found.append(warning("mostly-extrapolated", share=1 - observed / total))
    if interval is not None and interval[1] > 3 * interval[0]:
        found.append(warning("wide-interval"))
    return tuple(found)


def compare_results(results: Sequence[EstimateResult]) -> EstimateWarning | None:
    """A warning if methods disagree more than twofold; lower bounds take no part."""
    totals = [r.total for r in results if r.total is not None and not any(w.type == "lower-bound" for w in r.warnings)]
    if len(totals) < 2 or max(totals) <= 2 * min(totals):
        return None
    return warning("methods-disagree", low=min(totals), high=max(totals))
