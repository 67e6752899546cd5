"""What an attacker can work out about every hidden cell, exactly, by integer programming.

The attacker knows every shown number, that counts are whole and not negative, and that margins are sums (Fischetti and
Salazar 2001, "Solving the cell suppression problem on tabular data with linear constraints"). For each hidden cell the
smallest and largest count that agree with all of it are found by mixed-integer programming (HiGHS).

Two kinds of proof are given. ``feasible_intervals`` finds both ends of every interval. ``narrow_cells`` asks only
whether every interval is at least k wide, and collects for that whole tables which an attacker cannot tell from the
true one: two of them that differ by k in a cell are the proof for that cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

from firsthand.publication.margins import Categories, CellSpace, Dimension
from firsthand.values.errors import InputError, OurFault

__all__ = [
    "AuditFailed",
    "Interval",
    "Knowledge",
    "ReleaseChain",
    "SuppressedTable",
    "TableContradictsItself",
    "WitnessTables",
    "feasible_intervals",
    "narrow_cells",
]


class TableContradictsItself(InputError):
    """No counts at all agree with what a table shows."""

    next_step = "Check that margins are sums of their cells and that no count is negative."


class AuditFailed(OurFault):
    """The solver gave no answer on a table, so nothing is known about its safety."""

    next_step = "Nothing was released. Count by fewer things."


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """The counts that agree with everything known: from ``low`` to ``high``; no ``high`` means no bound."""

    low: int
    high: int | None

    @property
    def width(self) -> float:
        """How far apart the ends are; infinite without an upper end."""
        return float("inf") if self.high is None else self.high - self.low

    @property
    def is_exact(self) -> bool:
        """Whether the count is known."""
        return self.high == self.low


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressedTable:
    """A table as an attacker sees it: a number or nothing for every cell, margins included."""

    dimensions: tuple[Dimension, ...]
    values: Mapping[Categories, int | None]

    def arrays(self) -> tuple[CellSpace, NDArray[np.int64], NDArray[np.bool_]]:
        """The cells by number, their values (zero where hidden) and which are hidden; a missing cell is hidden."""
        space = CellSpace(self.dimensions)
        values = np.zeros(space.size, dtype=np.int64)
        hidden = np.ones(space.size, dtype=np.bool_)
        for categories, value in self.values.items():
            try:
                number = space.index(categories)
            except (KeyError, ValueError):
                raise TableContradictsItself("A cell of the table is of no category of its dimensions.") from None
            if value is not None:
                values[number], hidden[number] = value, False
        return space, values, hidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What an attacker knows beyond the table.

    ``small`` are cells known to hold 1 to ``k`` - 1, as where a publication marks primary and secondary cells by
    different signs. Empty: the attacker knows arithmetic alone.
    """

    k: int = 0
    small: frozenset[Categories] = frozenset()


PLAIN = Knowledge()


def hidden_parts(space: CellSpace, hidden: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """Hidden cells in groups that no equation joins, as cell numbers; each can be attacked alone."""
    numbers = np.flatnonzero(hidden)
    if not len(numbers):
        return []
    matrix = abs(space.equations[:, numbers])
    matrix = matrix[np.asarray(matrix.sum(axis=1)).ravel() > 0]
    count, group = connected_components(matrix.T @ matrix, directed=False)
    return [numbers[group == n] for n in range(count)]


@dataclass(frozen=True)
class Attack:
    """One group of hidden cells as a mixed-integer programme."""

    numbers: NDArray[np.int64]
    matrix: sp.csr_array
    right: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def extreme(self, position: int, sense: int) -> NDArray[np.int64] | None:
        """Counts of the group that agree with all known and are largest (+1) or smallest (-1) at a position.

        Nothing when the count there has no bound.
        """
        cost = np.zeros(self.matrix.shape[1])
        cost[position] = -sense
        return self.best(cost)

    def best(self, cost: NDArray[np.float64]) -> NDArray[np.int64] | None:
        """Counts that agree with all known at the least cost; nothing when the cost has no bound."""
        width = self.matrix.shape[1]
        found = milp(
            cost,
            constraints=self._constraints(),
            bounds=Bounds(self.low, self.high),
            integrality=np.ones(width, dtype=np.int64),
        )
        if found.status == 2:
            raise TableContradictsItself("No counts agree with all that the table shows.")
        if found.status in {3, 4}:
            return None
        if found.x is None or found.status != 0:
            raise AuditFailed("The solver gave no answer on a table.")
        return np.rint(found.x).astype(np.int64)

    def _constraints(self) -> list[LinearConstraint]:
        return [LinearConstraint(self.matrix, self.right, self.right)] if self.matrix.shape[0] else []


def attacks(
    space: CellSpace,
    values: NDArray[np.int64],
    hidden: NDArray[np.bool_],
    *,
    low: NDArray[np.float64] | None = None,
    high: NDArray[np.float64] | None = None,
) -> list[Attack]:
    """The programmes whose solutions are what an attacker must consider possible; bounds are zero up by default."""
    shown = np.where(hidden, 0, values)
    right = -(space.equations @ shown).astype(np.float64)
    found = []
    for numbers in hidden_parts(space, hidden):
        matrix = sp.csr_array(space.equations[:, numbers])
        rows = np.asarray(abs(matrix).sum(axis=1)).ravel() > 0
        found.append(
            Attack(
                numbers=numbers,
                matrix=sp.csr_array(matrix[rows]),
                right=right[rows],
                low=np.zeros(len(numbers)) if low is None else low[numbers],
                high=np.full(len(numbers), np.inf) if high is None else high[numbers],
            )
        )
    return found


def feasible_intervals(table: SuppressedTable, knowledge: Knowledge = PLAIN) -> dict[Categories, Interval]:
    """Both ends of what every hidden cell can hold, exactly.

    Raises:
        TableContradictsItself: no counts agree with the table.
        AuditFailed: the solver gave no answer.
    """
    space, values, hidden = table.arrays()
    residue = space.equations @ np.where(hidden, 0, values)
    closed = np.asarray(abs(space.equations[:, np.flatnonzero(hidden)]).sum(axis=1)).ravel() == 0
    if np.any(residue[closed]) or np.any(values < 0):
        raise TableContradictsItself("Some shown margins are not the sums of their shown cells.")
    low, high = np.zeros(space.size), np.full(space.size, np.inf)
    for cell in knowledge.small:
        number = space.index(cell)
        low[number], high[number] = 1, knowledge.k - 1
    found: dict[Categories, Interval] = {}
    for attack in attacks(space, values, hidden, low=low, high=high):
        least = np.full(len(attack.numbers), np.iinfo(np.int64).max)
        for position in range(len(attack.numbers)):
            # A bound that some table already met needs no programme of its own.
            if least[position] > attack.low[position]:
                smallest = attack.extreme(position, -1)
                if smallest is None:
                    raise AuditFailed("The solver gave no answer on a table.")
                least = np.minimum(least, smallest)
        for position, number in enumerate(attack.numbers):
            most = attack.extreme(position, +1)
            found[space.labels[number]] = Interval(
                low=int(least[position]), high=None if most is None else int(most[position])
            )
    return found


class WitnessTables:
    """Tables that an attacker cannot tell from the true one, kept while the pattern of hidden cells changes.

    A table found for one pattern stands for any other pattern under which it agrees with all shown numbers.
    """

    def __init__(self, truth: NDArray[np.int64]) -> None:
        self._truth = truth
        self._kept: list[NDArray[np.int64]] = []

    def add(self, numbers: NDArray[np.int64], counts: NDArray[np.int64]) -> None:
        """Keep a table that is the true one but for some cells."""
        changed = self._truth.copy()
        changed[numbers] = counts
        self._kept.append(changed)
        del self._kept[:-_MOST_WITNESSES]

    def spread(self, hidden: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The least and largest count of each cell over the tables that agree with what is shown, truth included."""
        if not self._kept:
            return self._truth.copy(), self._truth.copy()
        kept = np.array(self._kept)
        agree = (kept == self._truth)[:, ~hidden].all(axis=1)
        tables = np.vstack([kept[agree], self._truth])
        return tables.min(axis=0), tables.max(axis=0)


_MOST_WITNESSES = 600


def narrow_cells(
    space: CellSpace,
    values: NDArray[np.int64],
    hidden: NDArray[np.bool_],
    *,
    k: int,
    witnesses: WitnessTables | None = None,
    first_only: bool = False,
) -> list[int]:
    """Hidden cells whose interval is narrower than ``k``, by number; none means that the table is proven safe.

    ``values`` are the true counts: the truth is one solution, and every programme solved gives one more for all
    cells of its group at once, so that few programmes prove many cells. With ``first_only`` the first one found ends
    the search.
    """
    pool = witnesses if witnesses is not None else WitnessTables(values)
    narrow: list[int] = []
    least, most = pool.spread(hidden)
    for attack in attacks(space, values, hidden):
        numbers = attack.numbers
        low, high = least[numbers], most[numbers]
        if (high - low >= k).all():
            continue
        _widen_together(attack, values[numbers], (low, high), k=k, pool=pool)
        for position, number in enumerate(numbers.tolist()):
            for sense in (+1, -1):
                if high[position] - low[position] >= k:
                    break
                table = attack.extreme(position, sense)
                if table is None:
                    high[position] = low[position] + k
                    break
                pool.add(numbers, table)
                np.minimum(low, table, out=low)
                np.maximum(high, table, out=high)
            if high[position] - low[position] < k:
                narrow.append(number)
                if first_only:
                    return narrow
    return narrow


def _widen_together(
    attack: Attack,
    truth: NDArray[np.int64],
    spread: tuple[NDArray[np.int64], NDArray[np.int64]],
    *,
    k: int,
    pool: WitnessTables,
) -> None:
    """Move all cells that are not yet wide at once, to and fro, as long as that settles many of them."""
    low, high = spread
    near = Attack(
        numbers=attack.numbers,
        matrix=attack.matrix,
        right=attack.right,
        # Within k of the truth a programme must spread its moves over many cells.
        low=np.maximum(attack.low, truth - k),
        high=np.minimum(attack.high, truth + k),
    )
    signs = np.random.default_rng(0)
    waiting = int((high - low < k).sum())
    while waiting > 3:
        cost = np.where(high - low < k, signs.choice([-1.0, 1.0], len(truth)), 0.0)
        for sense in (1.0, -1.0):
            table = near.best(sense * cost)
            if table is None:
                return
            pool.add(attack.numbers, table)
            np.minimum(low, table, out=low)
            np.maximum(high, table, out=high)
        still = int((high - low < k).sum())
        if still > 0.8 * waiting:
            return
        waiting = still


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseChain:
    """Tables of one growing population, oldest first, over one numbering of cells with one set of equations.

    The attacker assumes what is true of documentation: between two releases people are added. Where the numbers say
    otherwise (someone withdrew), nothing is assumed of the change.
    """

    equations: sp.csr_array
    releases: tuple[Mapping[int, int | None], ...]
    """For each release, cells by number; a cell that is not named was not part of the release."""

    def attack(self, *, k: int) -> ChainFindings:
        """Cells that all releases together give away.

        Raises:
            AuditFailed: the solver gave no answer.
        """
        try:
            return self._attack(k, floor=0.0)
        except TableContradictsItself:
            return self._attack(k, floor=-np.inf)

    def _attack(self, k: int, *, floor: float) -> ChainFindings:
        cells, count = self.equations.shape[1], len(self.releases)
        # Columns: the table behind each release, then the change before each but the first.
        width = cells * (2 * count - 1)
        low = np.concatenate([np.zeros(cells * count), np.full(cells * (count - 1), floor)])
        high = np.full(width, np.inf)
        for n, release in enumerate(self.releases):
            for number, value in release.items():
                if value is not None:
                    low[n * cells + number] = high[n * cells + number] = value
        tables = sp.kron(sp.eye_array(count), self.equations)
        rows = [sp.hstack([tables, sp.csr_array((tables.shape[0], cells * (count - 1)))])]
        if count > 1:
            steps = sp.eye_array(count, format="csr")[1:] - sp.eye_array(count, format="csr")[:-1]
            rows.append(sp.hstack([sp.kron(steps, sp.eye_array(cells)), -sp.eye_array(cells * (count - 1))]))
        matrix = sp.csr_array(sp.vstack(rows))
        attack = Attack(numbers=np.arange(width), matrix=matrix, right=np.zeros(matrix.shape[0]), low=low, high=high)
        hidden = [
            n * cells + number
            for n, release in enumerate(self.releases)
            for number, value in release.items()
            if value is None
        ]
        added = [
            (count + n) * cells + number
            for n, release in enumerate(self.releases[1:])
            for number in release
            if number in self.releases[n]
        ]
        least, most = self._spread(attack, hidden, added, k)
        return ChainFindings(
            narrow=tuple((p // cells, p % cells) for p in hidden if most[p] - least[p] < k),
            few_added=tuple(
                (p // cells - count + 1, p % cells) for p in added if floor == 0 and least[p] > 0 and most[p] < k
            ),
        )

    @staticmethod
    def _spread(
        attack: Attack, hidden: Sequence[int], added: Sequence[int], k: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        least = np.full(len(attack.numbers), np.inf)
        most = np.full(len(attack.numbers), -np.inf)

        def settled(position: int, *, is_change: bool) -> bool:
            if is_change and (least[position] <= 0 or most[position] >= k):
                return True
            return bool(most[position] - least[position] >= k)

        for positions, is_change in ((hidden, False), (added, True)):
            for position in positions:
                for sense in (+1, -1):
                    if settled(position, is_change=is_change):
                        break
                    table = attack.extreme(position, sense)
                    if table is None:
                        most[position] = np.inf
                        continue
                    least, most = np.minimum(least, table), np.maximum(most, table)
        return least, most


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFindings:
    """What releases give away together, as (release, cell number).

    ``narrow``: hidden cells known to less than k. ``few_added``: cells to which at least one and fewer than k were
    added before that release.
    """

    narrow: tuple[tuple[int, int], ...]
    few_added: tuple[tuple[int, int], ...]
