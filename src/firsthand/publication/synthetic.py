"""Synthetic rows, on request alone: drawn from a published table, so that they tell nothing that it does not tell.

Hidden cells are filled evenly from what the shown margins leave, and rows are drawn from the filled table. Nothing true
is looked at, neither for the rows nor for the report of how useful they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from firsthand.publication.auditing import attacks
from firsthand.publication.disclosure import PublishedTable
from firsthand.publication.margins import Categories
from firsthand.values.errors import ProtectionRefusal

__all__ = ["SyntheticRefused", "SyntheticRows", "UtilityReport", "draw_synthetic_rows"]

_ROUNDS: Final = 60
_FEWEST: Final = 2_000


class SyntheticRefused(ProtectionRefusal):
    """Synthetic rows were not asked for by name, or too few would be drawn to judge them."""

    next_step = f"Say yes to synthetic rows and draw {_FEWEST:,} or more, or release the table itself."


@dataclass(frozen=True, slots=True, kw_only=True)
class UtilityReport:
    """How far rows are from the published table: median error of shown cells in percent, share missing of those above
    zero, and how many cells were filled because they are hidden."""

    median_error_percent: float
    missing_percent: float
    cells_filled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticRows:
    """Rows that nobody told, with the report that must stand beside them."""

    columns: tuple[str, ...]
    rows: tuple[Categories, ...]
    report: UtilityReport
    seed: int

    def as_report(self) -> dict[str, object]:
        """What the rows are worth, to stand beside them."""
        return {
            "schema": "synthetic-utility/1",
            "rows": len(self.rows),
            "seed": self.seed,
            "median_error_percent": round(self.report.median_error_percent, 2),
            "missing_percent": round(self.report.missing_percent, 2),
            "cells_filled": self.report.cells_filled,
        }


def draw_synthetic_rows(table: PublishedTable, *, count: int, seed: int, opted_in: bool) -> SyntheticRows:
    """Rows drawn from a published table.

    Raises:
        SyntheticRefused: ``opted_in`` is not set, or ``count`` is below 2,000.
    """
    if not opted_in or count < _FEWEST:
        raise SyntheticRefused("Synthetic rows are refused (rule: only on request, never few).")
    space, values, hidden = table.as_attacked().arrays()
    filled = values.astype(np.float64)
    for attack in attacks(space, values, hidden):
        filled[attack.numbers] = _middle(attack.matrix.toarray(), attack.right)
    finest = np.flatnonzero(space.finest)
    weights = np.maximum(filled[finest], 0.0)
    drawn = np.random.default_rng(seed).multinomial(count, weights / weights.sum())
    rows = tuple(
        space.labels[n] for n, times in zip(finest.tolist(), drawn.tolist(), strict=True) for _ in range(times)
    )
    counts = space.with_margins({space.labels[n]: int(t) for n, t in zip(finest.tolist(), drawn, strict=True)})
    scale = weights.sum() / count
    shown = ~hidden & (values > 0)
    errors = np.abs(counts[shown] * scale - values[shown]) / values[shown]
    return SyntheticRows(
        columns=tuple(dimension.name for dimension in table.dimensions),
        rows=rows,
        report=UtilityReport(
            median_error_percent=float(100 * np.median(errors)) if shown.any() else 0.0,
            missing_percent=float(100 * (counts[shown] == 0).mean()) if shown.any() else 0.0,
            cells_filled=int(hidden.sum()),
        ),
        seed=seed,
    )


def _middle(matrix: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Numbers of zero or more that fit the equations, as even as alternating projections find them."""
    found = np.zeros(matrix.shape[1])
    inverse = np.linalg.pinv(matrix)
    for _ in range(_ROUNDS):
        found = np.maximum(found + inverse @ (right - matrix @ found), 0.0)
    return found
