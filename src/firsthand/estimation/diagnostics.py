"""What makes an estimate doubtful, said in plain words and typed, with the published criticism where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from firsthand.estimation.estimators.main_effects import estimate_main_effects
from firsthand.estimation.findings import CannotSay, Options
from firsthand.estimation.lists import CaptureTable
from firsthand.estimation.results import EstimateResult, EstimateWarning, warning

__all__ = ["compare_results", "diagnose_table", "leave_one_list_out", "pair_odds_ratios", "warn_of_result"]

FEW_OVERLAPS = 20
FAR = 3.0
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
        if len(table.lists) <= LARGEST_TABLE:
            totals = [t for t in (*leave_one_list_out(table).values(), _main_effects_total(table)) if t is not None]
            if len(totals) > 1 and max(totals) > 1.5 * min(totals):
                found.append(warning("unstable-without-a-list", low=min(totals), high=max(totals)))
    if len(table.lists) <= LARGEST_TABLE:
        one = _one_record(table)
        if one is not None:
            found.append(one)
    if len(table.lists) >= 3 and overlap < 0.1 * observed:
        found.append(warning("published-criticism:sparse"))
    return tuple(found)


def _dependence(table: CaptureTable) -> list[EstimateWarning]:
    found = []
    for (a, b), (ratio, low, high) in pair_odds_ratios(table).items():
        if low > FAR:
            found.append(warning("lists-share-people", first=a, second=b, ratio=ratio))
        elif high < 1 / FAR:
            found.append(warning("lists-avoid-each-other", first=a, second=b, ratio=ratio))
    return found


def warn_of_result(total: float, observed: int, interval: tuple[float, float] | None) -> tuple[EstimateWarning, ...]:
    """Warnings about one estimate."""
    found = []
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
