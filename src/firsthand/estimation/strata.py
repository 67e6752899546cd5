"""Estimates by stratum, and strata that lend each other strength."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from firsthand.estimation.estimating import estimate
from firsthand.estimation.likelihood import normal_quantile
from firsthand.estimation.lists import CaptureTable
from firsthand.estimation.results import EstimateResult, warning

__all__ = ["StratumEstimate", "estimate_by", "pool_strata"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumEstimate:
    """The results of one stratum; ``stratum`` holds its categories in the order of the columns."""

    stratum: tuple[str, ...]
    table: CaptureTable
    results: tuple[EstimateResult, ...]


def estimate_by(
    tables: Mapping[tuple[str, ...], CaptureTable],
    *,
    methods: Sequence[str] | None = None,
    level: float = 0.95,
    seed: int = 1,
    **options: object,
) -> list[StratumEstimate]:
    """Estimate every stratum on its own; see ``estimate`` for arguments and errors."""
    return [
        StratumEstimate(
            stratum=stratum,
            table=table,
            results=tuple(estimate(table, methods=methods, level=level, seed=seed, **options)),
        )
        for stratum, table in sorted(tables.items())
    ]


def pool_strata(strata: Sequence[StratumEstimate], method: str) -> list[StratumEstimate]:
    """Draw the strata's shares of unseen people towards each other, the more the less each knows.

    Empirical Bayes on the log of unseen over observed, variance between strata by DerSimonian and Laird (1986). Strata
    whose result is refused, has nobody unseen or no interval stay as they are.
    """
    logs, errors, positions = [], [], []
    for position, one in enumerate(strata):
        result = next((r for r in one.results if r.method == method), None)
        if result is None or result.interval is None or not result.unseen:
            continue
        observed = one.table.observed_count
        low, high = (max(end - observed, 1e-6) for end in result.interval)
        error = float(np.log(high / low)) / (2 * normal_quantile(result.level))
        if 0 < error < 10:
            logs.append(float(np.log(result.unseen / observed)))
            errors.append(error)
            positions.append((position, result))
    if len(logs) < 3:
        return list(strata)
    y, v = np.array(logs), np.array(errors) ** 2
    w = 1 / v
    mean = float(w @ y / w.sum())
    between = max((float(w @ (y - mean) ** 2) - (len(y) - 1)) / float(w.sum() - (w @ w) / w.sum()), 0.0)
    w = 1 / (v + between)
    mean = float(w @ y / w.sum())
    pooled = list(strata)
    for k, (position, result) in enumerate(positions):
        trust = between / (between + v[k])
        middle = mean + trust * (y[k] - mean)
        error = float(np.sqrt(trust * v[k] + (1 - trust) ** 2 / w.sum()))
        one = strata[position]
        observed = one.table.observed_count
        reach = normal_quantile(result.level) * error
        low, unseen, high = (observed * float(np.exp(middle + r)) for r in (-reach, 0.0, reach))
        remark = warning("partly-pooled")
        changed = replace(
            result,
            total=observed + unseen,
            unseen=unseen,
            interval=(observed + low, observed + high),
            interval_kind="partly-pooled",
            warnings=(*result.warnings, remark),
        )
        pooled[position] = replace(one, results=tuple(changed if r is result else r for r in one.results))
    return pooled
