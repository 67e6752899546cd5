"""What an interval is worth on tables like this one: worlds drawn at the data's own shape, with a known truth.

A world has as many people as one of the methods says, and each combination of lists holds the share of them that it
holds here; every method's total is the truth in turn, so that no method is judged only in the world it believes in. A
table is drawn from the world, every method is asked again, and it is counted how often its interval holds the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from firsthand.estimation.estimating import estimate
from firsthand.estimation.lists import CaptureTable
from firsthand.estimation.results import EstimateResult, warning
from firsthand.values.errors import UsageError

__all__ = ["NoWorlds", "SimulatedCoverage", "simulate_coverage", "with_coverage"]

Tell = Callable[[int, int], None]


class NoWorlds(UsageError):
    """No world can be drawn: no method gave a total, or fewer than ten worlds were asked for."""

    next_step = "Ask for ten worlds or more, of lists that allow an estimate."


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedCoverage:
    """How often a method's interval held the truth: ``held`` of ``answered``; in the other ``worlds`` it refused."""

    method: str
    worlds: int
    answered: int
    held: int

    @property
    def share(self) -> float | None:
        """Share of the answers that held the truth; None where there was no answer."""
        return self.held / self.answered if self.answered else None


def simulate_coverage(
    table: CaptureTable,
    results: Sequence[EstimateResult],
    *,
    worlds: int = 1000,
    seed: int = 1,
    tell: Tell | None = None,
    **options: object,
) -> list[SimulatedCoverage]:
    """Coverage of every identified method of ``results`` in worlds like the table.

    Args:
        table: the lists as they are.
        results: what the methods say of them.
        worlds: how many worlds.
        seed: seed of the draws.
        tell: called with the worlds done and all worlds.
        options: options of the methods, as given to ``estimate``.

    Raises:
        NoWorlds: nothing to draw from.
    """
    usable = [r for r in results if r.total is not None and r.interval is not None]
    if not usable or worlds < 10:
        raise NoWorlds("No world can be drawn.")
    methods = [r.method for r in usable]
    level = usable[0].level
    random = np.random.default_rng(seed)
    observed = table.observed_count
    patterns = list(table.counts)
    seen = np.array(list(table.counts.values()), dtype=float)
    answered, held = dict.fromkeys(methods, 0), dict.fromkeys(methods, 0)
    for world in range(worlds):
        truth = max(round(usable[world % len(usable)].total or 0.0), observed)
        drawn = random.multinomial(truth, np.append(seen, truth - observed) / truth)[:-1]
        counts = {p: int(n) for p, n in zip(patterns, drawn, strict=True) if n}
        if counts:
            again = CaptureTable(lists=table.lists, counts=counts)
            for one in estimate(again, methods=methods, level=level, seed=seed, **options):
                if one.interval is not None:
                    answered[one.method] += 1
                    held[one.method] += one.interval[0] <= truth <= one.interval[1]
        if tell is not None:
            tell(world + 1, worlds)
    return [SimulatedCoverage(method=m, worlds=worlds, answered=answered[m], held=held[m]) for m in methods]


def with_coverage(results: Sequence[EstimateResult], coverage: Sequence[SimulatedCoverage]) -> list[EstimateResult]:
    """The results, each with a remark on how often its interval held the truth."""
    by_method = {one.method: one for one in coverage}
    told = []
    for result in results:
        one = by_method.get(result.method)
        if one is None or one.share is None:
            told.append(result)
            continue
        # Low means below the promise by more than the simulation's own two standard errors.
        low = one.share < result.level - 2 * float(np.sqrt(result.level * (1 - result.level) / one.answered))
        remark = (
            warning("simulated-coverage:low", worlds=one.worlds, held=one.share, level=result.level)
            if low
            else warning("simulated-coverage", worlds=one.worlds, held=one.share)
        )
        told.append(replace(result, warnings=(*result.warnings, remark)))
    return told
