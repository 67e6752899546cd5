"""Doubt about who is who, carried into the estimate.

Every draw of the clusters from the linkage posterior is a capture table of its own. The answer is the mixture of the
estimates over the draws: its interval holds the doubt within each table and the doubt between tables (Rubin 1987 in
spirit, as a mixture rather than by normal sums, since linkage doubt is skewed).
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import numpy as np

from firsthand.estimation.estimating import estimate
from firsthand.estimation.likelihood import normal_quantile
from firsthand.estimation.lists import CaptureTable
from firsthand.estimation.results import EstimateResult, warning
from firsthand.estimation.sampling import histogram
from firsthand.values.errors import UsageError

__all__ = ["NoDraws", "drawn_tables", "estimate_over_draws"]

POINTS_A_DRAW = 400
MOST_REFUSED = 0.1


class NoDraws(UsageError):
    """Fewer than two draws of the linkage were given."""

    next_step = "Give the capture tables of twenty draws or more."


def drawn_tables(
    lists: Sequence[str],
    list_of_row: Mapping[str, str],
    pairs: Sequence[tuple[str, str, float]],
    *,
    draws: int = 40,
    seed: int = 1,
) -> list[CaptureTable]:
    """Ways in which the rows of the lists may be linked, drawn from the probabilities of the pairs.

    In each draw a pair is one person with its probability; pairs that came up are joined, likeliest first, unless two
    rows of one list would become one person.

    Args:
        lists: names of the lists.
        list_of_row: the list of every row.
        pairs: (row, row, probability that both are one person).
        draws: how many tables.
        seed: seed of the draws.
    """
    random = np.random.default_rng(seed)
    ordered = sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))
    chances = np.array([pair[2] for pair in ordered])
    position = {name: j for j, name in enumerate(lists)}
    bit = {row: 1 << position[name] for row, name in list_of_row.items()}
    tables = []
    for _ in range(draws):
        parent = {row: row for row in list_of_row}
        held = dict(bit)

        def root(row: str, parent: dict[str, str] = parent) -> str:
            while parent[row] != row:
                parent[row] = parent[parent[row]]
                row = parent[row]
            return row

        for number in np.flatnonzero(random.random(len(chances)) < chances):
            a, b = root(ordered[number][0]), root(ordered[number][1])
            if a != b and not held[a] & held[b]:
                parent[b] = a
                held[a] |= held[b]
        counts: dict[tuple[int, ...], int] = {}
        for row in list_of_row:
            if parent[row] == row:
                pattern = tuple(held[row] >> j & 1 for j in range(len(lists)))
                counts[pattern] = counts.get(pattern, 0) + 1
        tables.append(CaptureTable(lists=tuple(lists), counts=counts))
    return tables


def estimate_over_draws(
    draws: Sequence[CaptureTable],
    *,
    method: str = "decomposable",
    level: float = 0.95,
    seed: int = 1,
    **options: object,
) -> EstimateResult:
    """One estimate whose interval includes the doubt of the linkage.

    The share of people unseen of each draw is taken as log-normal with the width of its interval.

    Raises:
        NoDraws: fewer than two tables.
        UnknownMethod, BadOption: see ``estimate``.
    """
    if len(draws) < 2:
        raise NoDraws(f"{len(draws)} draws of the linkage were given.")
    started = time.perf_counter()
    distinct: dict[CaptureTable, EstimateResult] = {}
    for table in draws:
        if table not in distinct:
            distinct[table] = estimate(table, methods=[method], level=level, seed=seed, **options)[0]
    results = [distinct[table] for table in draws]
    fine = [(t, r) for t, r in zip(draws, results, strict=True) if r.identifiable and r.total is not None]
    refused = 1 - len(fine) / len(draws)
    if refused > MOST_REFUSED:
        reason = warning("not-identified-in-draws", share=refused)
        return EstimateResult(
            method=method,
            total=None,
            unseen=None,
            interval=None,
            level=level,
            interval_kind="none",
            model="",
            seed=seed,
            identifiable=False,
            warnings=(reason,),
            seconds=time.perf_counter() - started,
        )
    middles = (np.arange(POINTS_A_DRAW) + 0.5) / POINTS_A_DRAW
    from scipy.special import ndtri  # noqa: PLC0415  reading a table needs no SciPy

    normal = ndtri(middles)
    points = []
    for table, result in fine:
        observed, unseen = table.observed_count, result.unseen or 0.0
        if result.interval is None or unseen <= 0:
            points.append(np.full(POINTS_A_DRAW, observed + unseen))
            continue
        # Each side of the interval keeps its own width.
        low, high = (max(end - observed, 1e-3) for end in result.interval)
        reach = normal_quantile(level)
        below, above = np.log(max(unseen, 1e-3) / low) / reach, np.log(high / max(unseen, 1e-3)) / reach
        points.append(observed + unseen * np.exp(normal * np.where(normal < 0, below, above)))
    pooled = np.concatenate(points)
    tail = (1 - level) / 2
    low, total, high = (float(np.quantile(pooled, q)) for q in (tail, 0.5, 1 - tail))
    seen = float(np.median([table.observed_count for table, _ in fine]))
    totals = [r.total or 0.0 for _, r in fine]
    remark = warning("linkage-included", draws=len(draws), low=min(totals), high=max(totals))
    return EstimateResult(
        method=method,
        total=max(total, seen),
        unseen=max(total - seen, 0.0),
        interval=(min(low, max(total, seen)), max(high, total, seen)),
        level=level,
        interval_kind="over-linkage-draws",
        model=f"{method} over {len(draws)} draws of the linkage",
        seed=seed,
        identifiable=True,
        warnings=(remark, *fine[0][1].warnings),
        seconds=time.perf_counter() - started,
        posterior=histogram(pooled),
    )
