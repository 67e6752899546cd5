"""Which cells to hide beside the small ones, so that no subtraction brings a small one back.

Small tables: the smallest pattern by mixed-integer programming, in the compact form of Fischetti and Salazar (2001):
a 0/1 column for hiding each cell, and for each cell to protect two flows of change along the equations, up and down,
that together move it by k. Large tables: every line with one hidden cell gets a second one, then for every cell that
is still too well known the cheapest flow (Kelly, Golden and Assad 1992) is hidden, and what turns out needless is shown
again. Both end in the same audit, which proves every interval at least k wide or hides more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from firsthand.publication.auditing import AuditFailed, WitnessTables, narrow_cells
from firsthand.publication.margins import CellSpace

__all__ = ["SuppressionPattern", "hide_cells"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """What is to be protected: all cells, their true counts, the small ones, the cost of hiding each, the width."""

    space: CellSpace
    values: NDArray[np.int64]
    primary: NDArray[np.bool_]
    weights: NDArray[np.float64]
    k: int
    witnesses: WitnessTables

    def narrow(self, hidden: NDArray[np.bool_], *, first_only: bool = False) -> list[int]:
        """Hidden cells that are known too well."""
        return narrow_cells(self.space, self.values, hidden, k=self.k, witnesses=self.witnesses, first_only=first_only)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionPattern:
    """Which cells are hidden, by number; ``is_optimal`` when no smaller pattern of this weight exists."""

    hidden: NDArray[np.bool_]
    is_optimal: bool


_SMALL_PROGRAMME = 6_000
"""Flow columns up to which the optimal programme is tried."""

_NODES = 300
"""Branch-and-bound nodes: a limit on nodes, not on time, gives the same table on every machine."""

_MOST_SHOWN_AGAIN = 300
"""Up to how many hidden cells the heuristic tries to show again, one by one."""


def _weights(space: CellSpace, values: NDArray[np.int64]) -> NDArray[np.float64]:
    # One for each cell, so that few are hidden; a little more for totals and large counts, which readers miss most.
    share = np.log1p(values) / max(np.log1p(values.max()), 1.0)
    weights: NDArray[np.float64] = 1.0 + 0.02 * space.height + 0.02 * share
    weights[values == 0] += 0.02
    weights[space.height == len(space.dimensions)] += 5.0
    return weights


def hide_cells(
    space: CellSpace, values: NDArray[np.int64], primary: NDArray[np.bool_], *, k: int
) -> SuppressionPattern:
    """Hide the primary cells and as few others as needed; afterwards every hidden cell's interval is ``k`` wide.

    Args:
        space: The cells and their equations.
        values: True counts of all cells.
        primary: Which cells must be hidden.
        k: The least width of every interval.
    """
    if not primary.any():
        return SuppressionPattern(hidden=primary.copy(), is_optimal=True)
    task = _Task(
        space=space,
        values=values,
        primary=primary,
        weights=_weights(space, values),
        k=k,
        witnesses=WitnessTables(values),
    )
    needing = task.narrow(primary)
    if not needing:
        return SuppressionPattern(hidden=primary.copy(), is_optimal=True)
    if space.size * 2 * len(needing) <= _SMALL_PROGRAMME:
        found = _hide_optimally(task, needing)
        if found is not None:
            return found
    return SuppressionPattern(hidden=_hide_by_flows(task), is_optimal=False)


def _hide_optimally(task: _Task, needing: list[int]) -> SuppressionPattern | None:
    """Solve, audit, and ask for protection of what the audit found, until the audit finds nothing."""
    targets = list(needing)
    whole: set[int] = set()
    for _ in range(12):
        if task.space.size * len(targets) > _SMALL_PROGRAMME:
            return None
        solved = _solve_pattern(task, targets, whole)
        if solved is None:
            return None
        hidden, is_optimal = solved
        narrow = task.narrow(hidden)
        if not narrow:
            return SuppressionPattern(hidden=hidden, is_optimal=is_optimal)
        for number in narrow:
            # A flow in fractions is no proof for whole counts: where it was asked for and failed, ask for whole ones.
            if number in targets:
                whole.add(number)
            else:
                targets.append(number)
    return None


def _solve_pattern(task: _Task, targets: list[int], whole: set[int]) -> tuple[NDArray[np.bool_], bool] | None:
    space, k = task.space, task.k
    cells, flows = space.size, 2 * len(targets)
    down = np.minimum(task.values, k).astype(np.float64)
    each = sp.eye_array(cells)
    many = sp.eye_array(flows)
    ones = np.ones((flows, 1))
    additive = sp.hstack(
        [sp.csr_array((space.equations.shape[0] * flows, cells)), sp.kron(many, space.equations, format="csr")]
    )
    within_up = sp.hstack([sp.kron(ones, -k * each), sp.kron(many, each)])
    within_down = sp.hstack([sp.kron(ones, sp.diags_array(down)), sp.kron(many, each)])
    moved = sp.lil_array((len(targets), cells + cells * flows))
    for n, number in enumerate(targets):
        moved[n, number] = -k
        moved[n, cells + 2 * n * cells + number] = 1
        moved[n, cells + (2 * n + 1) * cells + number] = -1
    integrality = np.zeros(cells + cells * flows, dtype=np.int64)
    integrality[:cells] = 1
    for n, number in enumerate(targets):
        if number in whole:
            integrality[cells + 2 * n * cells : cells + (2 * n + 2) * cells] = 1
    found = milp(
        np.concatenate([task.weights, np.zeros(cells * flows)]),
        constraints=[
            LinearConstraint(sp.csr_array(additive), 0, 0),
            LinearConstraint(sp.csr_array(within_up), -np.inf, 0),
            LinearConstraint(sp.csr_array(within_down), 0, np.inf),
            LinearConstraint(sp.csr_array(moved), 0, np.inf),
        ],
        bounds=Bounds(
            np.concatenate([task.primary.astype(np.float64), np.tile(-down, flows)]),
            np.concatenate([np.ones(cells), np.full(cells * flows, float(k))]),
        ),
        integrality=integrality,
        options={"node_limit": _NODES},
    )
    if found.x is None:
        return None
    return np.rint(found.x[:cells]).astype(np.bool_), found.status == 0


def _hide_by_flows(task: _Task) -> NDArray[np.bool_]:
    hidden = _fill_lines(task)
    asked: set[int] = set()
    narrow = task.narrow(hidden)
    while narrow and not hidden.all():
        before = hidden.copy()
        for number in narrow:
            # A flow for one cell often frees its neighbours, too: only what is still narrow gets one of its own.
            if number in asked or (number != narrow[0] and not _is_narrow(task, hidden, number)):
                continue
            asked.add(number)
            found = _cheapest_flow(task, hidden, number)
            if found is not None:
                hidden[found] = True
        if (hidden == before).all():
            # No such flow, or its fractions were no proof for whole counts: open the nearest line further.
            hidden[_one_more(task, hidden, narrow[0])] = True
            asked.discard(narrow[0])
        narrow = task.narrow(hidden)
    return _show_again(task, hidden)


def _is_narrow(task: _Task, hidden: NDArray[np.bool_], number: int) -> bool:
    low, high = task.witnesses.spread(hidden)
    return bool(high[number] - low[number] < task.k)


def _one_more(task: _Task, hidden: NDArray[np.bool_], number: int) -> NDArray[np.bool_]:
    """The cheapest cell still shown on a line of the cell, or, when there is none, anywhere."""
    lines = abs(task.space.equations)
    on = np.asarray(lines[:, [number]].todense()).ravel() > 0
    near = np.flatnonzero((np.asarray(lines[on].sum(axis=0)).ravel() > 0) & ~hidden)
    candidates = near if len(near) else np.flatnonzero(~hidden)
    found = np.zeros_like(hidden)
    found[candidates[np.argmin(task.weights[candidates])]] = True
    return found


def _fill_lines(task: _Task) -> NDArray[np.bool_]:
    """A second hidden cell on every line that has one alone: needed in any pattern, and quick to find."""
    space, values, weights = task.space, task.values, task.weights
    hidden = task.primary.copy()
    lines = space.equations
    members = [lines.indices[lines.indptr[n] : lines.indptr[n + 1]] for n in range(lines.shape[0])]
    lines_of: list[list[int]] = [[] for _ in range(space.size)]
    for n, cells in enumerate(members):
        for cell in cells.tolist():
            lines_of[cell].append(n)
    waiting = list(range(len(members)))
    hidden_on = np.array([int(hidden[cells].sum()) for cells in members])
    while waiting:
        n = waiting.pop()
        if hidden_on[n] != 1:
            continue
        free = [c for c in members[n].tolist() if not hidden[c]]
        # Prefer a cell whose other lines already have a hidden one: it closes more than it opens.
        opens = {c: sum(hidden_on[other] == 0 for other in lines_of[c]) for c in free}
        chosen = min(free, key=lambda c: (values[c] == 0, opens[c], weights[c], values[c], c))
        hidden[chosen] = True
        for other in lines_of[chosen]:
            hidden_on[other] += 1
            waiting.append(other)
    return hidden


def _cheapest_flow(task: _Task, hidden: NDArray[np.bool_], number: int) -> NDArray[np.bool_] | None:
    """Cells along which one cell can move by ``k`` at the least cost; hidden cells cost nothing."""
    cells, k, lines = task.space.size, task.k, task.space.equations
    cost = np.where(hidden, 1e-4, task.weights) / k
    # Columns: the change up as plus and minus parts, then the change down likewise.
    change = sp.hstack([lines, -lines])
    equal = sp.block_diag([change, change], format="csr")
    moved = sp.lil_array((1, 4 * cells))
    moved[0, number], moved[0, cells + number] = -1, 1
    moved[0, 2 * cells + number], moved[0, 3 * cells + number] = 1, -1
    floor = np.minimum(task.values, 4 * k).astype(np.float64)
    high = np.concatenate([np.full(cells, 4.0 * k), floor, np.full(cells, 4.0 * k), floor])
    found = milp(
        np.tile(cost, 4),
        constraints=[LinearConstraint(equal, 0, 0), LinearConstraint(sp.csr_array(moved), -np.inf, -k)],
        bounds=Bounds(0, high),
    )
    if found.status == 2:
        return None
    if found.x is None:
        raise AuditFailed("The solver gave no answer on a table.")
    return np.asarray((np.abs(found.x) > 1e-7).reshape(4, cells).any(axis=0), dtype=np.bool_)


def _show_again(task: _Task, hidden: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Show what turned out needless, dearest first, as long as the audit holds."""
    extra = np.flatnonzero(hidden & ~task.primary)
    if len(extra) > _MOST_SHOWN_AGAIN:
        return hidden
    for number in extra[np.argsort(-task.weights[extra], kind="stable")]:
        tried = hidden.copy()
        tried[number] = False
        if not task.narrow(tried, first_only=True):
            hidden = tried
    return hidden
