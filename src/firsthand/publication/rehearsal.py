"""An attacker's try at a release before it leaves, with every earlier release in hand.

Four attacks: reading off small numbers, bounding hidden ones by integer programming, subtracting releases from each
other, and solving all releases together as tables of one growing population. Reasons name cells by their categories,
say what the attacker would learn, and the cheapest repair. Earlier releases stay known although they are recalled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp

from firsthand.publication.attacks import Outcome, add_up_mosaic, link_to_register, single_out, tell_membership
from firsthand.publication.auditing import ReleaseChain, narrow_cells
from firsthand.publication.differencing import CountRelease, Difference, Extent, joint_audit, read_span
from firsthand.publication.disclosure import FrequencyTable, Method, PublishedTable
from firsthand.publication.margins import CellSpace, Dimension, DimensionBroken
from firsthand.publication.perturbation import (
    KeyedNoise,
    attack_on_keyed,
    attack_on_rounded,
    narrow_after_perturbation,
)
from firsthand.publication.records import Column, PublishedRecords, Row, regions_of_records

__all__ = ["Attack", "Rehearsal", "rehearse_records", "rehearse_tables"]

_MOST_COLUMNS: Final = 12_000
"""Cells times releases up to which all releases are solved together; beyond, a release is refused as unproven."""

_MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One kind of attack: on how many cells it was tried, and the cells on which it won."""

    name: str
    tried: int
    won: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """Whether a release withstood all attacks, why not, and what each attack did."""

    passes: bool
    reasons: tuple[str, ...]
    attacks: tuple[Attack, ...]

    def joined(self, other: Rehearsal) -> Rehearsal:
        """This rehearsal and another as one."""
        return Rehearsal(
            passes=self.passes and other.passes,
            reasons=(*self.reasons, *other.reasons),
            attacks=(*self.attacks, *other.attacks),
        )


def rehearse_records(
    rows: Sequence[Row],
    columns: Sequence[Column],
    published: PublishedRecords,
    *,
    tables: Sequence[PublishedTable],
    earlier: Sequence[PublishedRecords] = (),
    register: Sequence[tuple[str, ...]] | None = None,
) -> Rehearsal:
    """Attack a row-level file alone, with a register of people, and with all tables and rows that ever left.

    Args:
        rows: The true rows behind the file.
        columns: Their columns with ladders, as they were made coarser along.
        published: What would leave.
        tables: All tables that left or leave beside it.
        earlier: All row-level files that ever left.
        register: Values of the columns for everyone in a list that the attacker holds; without one, the attacker is
            taken to know the columns of everyone behind the true rows.
    """
    known = [row.values for row in rows] if register is None else register
    seen = [tuple(column.ladder_of(value) for column, value in zip(columns, values, strict=True)) for values in known]
    tries = [
        single_out(published.rows, k=published.k),
        link_to_register(published.rows, seen, k=published.k),
        tell_membership(published.rows, seen if register is not None else []),
        add_up_mosaic(published, earlier, seen),
        _subtract_rows(published, tables, earlier),
    ]
    attacks = tuple(Attack(name=name, tried=tried, won=won) for name, tried, won, _ in tries)
    reasons = tuple(reason.format(cells=_named(won)) for _, _, won, reason in tries if won)
    return Rehearsal(passes=not reasons, reasons=reasons, attacks=attacks)


def _subtract_rows(
    published: PublishedRecords, tables: Sequence[PublishedTable], earlier: Sequence[PublishedRecords]
) -> Outcome:
    mine = regions_of_records(published)
    others = [*map(_regions, tables), *map(regions_of_records, earlier)]
    learned = [d for other in others for d in joint_audit([other, mine], k=published.k)]
    return (
        "subtracting rows from tables",
        len(mine.cells) * len(others),
        tuple(dict.fromkeys(d.cell for d in learned)),
        (
            "Rows and a table together give a count below k: {cells}. Repair: release rows or tables of these people, "
            "not both, or hold the release."
        ),
    )


def rehearse_tables(
    truth: FrequencyTable, published: PublishedTable, *, earlier: Sequence[PublishedTable]
) -> Rehearsal:
    """Attack a release as one who holds it and all earlier ones would.

    Args:
        truth: The true counts behind the release.
        published: What would leave.
        earlier: All tables that ever left of the same vault, oldest first, recalled ones too.
    """
    space = CellSpace(published.dimensions)
    if published.method is Method.SUPPRESS:
        tries = [_read_off(truth, published, space), _bound(truth, published, space)]
    else:
        tries = [_undo_change(truth, published, space)]
    known = list(dict.fromkeys(earlier))
    if published.method is Method.CELL_KEY:
        # A key's noise is of one cell's own records: two such tables do not add up to anything.
        known = [table for table in known if table.method is not Method.CELL_KEY]
    if known:
        tries += [_subtract(published, known), _solve_together(published, known)]
    reasons = tuple(reason for _, found in tries for reason in found)
    return Rehearsal(passes=not reasons, reasons=reasons, attacks=tuple(attack for attack, _ in tries))


_Try = tuple[Attack, list[str]]


def _named(cells: Sequence[str]) -> str:
    more = f" and {len(cells) - _MOST_NAMED} more" if len(cells) > _MOST_NAMED else ""
    return "; ".join(cells[:_MOST_NAMED]) + more


def _read_off(truth: FrequencyTable, published: PublishedTable, space: CellSpace) -> _Try:
    counts, informants = truth.counts(space), truth.informants(space)
    small, few = [], []
    for number, cell in enumerate(published.cells):
        if cell.value is None or published.method is not Method.SUPPRESS:
            continue
        if 0 < cell.value < published.k or 0 < counts[number] < published.k:
            small.append(space.in_words(number))
        elif counts[number] and informants[number] < 3:
            few.append(space.in_words(number))
    reasons = []
    if small:
        reasons.append(f"Shown, though fewer than {published.k}: {_named(small)}. Repair: hide these cells.")
    if few:
        reasons.append(f"Shown, though fewer than 3 informants told of it: {_named(few)}. Repair: hide these cells.")
    return Attack(name="reading off small numbers", tried=len(published.cells), won=(*small, *few)), reasons


def _bound(truth: FrequencyTable, published: PublishedTable, space: CellSpace) -> _Try:
    hidden = np.array([cell.value is None for cell in published.cells])
    narrow = narrow_cells(space, truth.counts(space), hidden, k=published.k)
    won = [space.in_words(number) for number in narrow]
    reasons = []
    if won:
        reasons.append(
            f"Hidden, yet known to within {published.k} by subtracting along the margins: {_named(won)}. "
            "Repair: protect the table again, or hide the margin beside each."
        )
    return Attack(name="bounding hidden numbers", tried=int(hidden.sum()), won=tuple(won)), reasons


def _undo_change(truth: FrequencyTable, published: PublishedTable, space: CellSpace) -> _Try:
    shown = np.array([cell.value or 0 for cell in published.cells])
    attack = (
        attack_on_rounded(space, shown, base=published.k)
        if published.method is Method.ROUND
        else attack_on_keyed(space, shown, KeyedNoise(most=published.k, variance=published.k**2 / 4))
    )
    won = [space.in_words(n) for n in narrow_after_perturbation(attack, truth.counts(space), k=published.k)]
    reasons = []
    if won:
        reasons.append(
            f"Changed, yet known to within {published.k} by solving all numbers together: {_named(won)}. "
            "Repair: use suppression, or count by fewer things."
        )
    return Attack(name="undoing rounding or noise", tried=space.size, won=tuple(won)), reasons


def _regions(table: PublishedTable) -> CountRelease:
    found = {}
    for cell in table.cells:
        if cell.value is None:
            continue
        region: dict[str, Extent] = {}
        for dimension, node in zip(table.dimensions, cell.categories, strict=True):
            if node != dimension.total:
                # Only ages are cut in other places from one release to the next; years told are names of cells.
                span = read_span(node) if "age" in dimension.name.casefold() else None
                region[dimension.name] = span or frozenset(dimension.categories_under(node) or (node,))
        name = " × ".join(f"{d.name}={n}" for d, n in zip(table.dimensions, cell.categories, strict=True))
        found[name] = (region, cell.value)
    return CountRelease(cells=found)


def _subtract(published: PublishedTable, earlier: Sequence[PublishedTable]) -> _Try:
    releases = [*(_regions(table) for table in earlier), _regions(published)]
    last = len(releases) - 1
    learned = [
        d for n in range(last) for d in joint_audit([releases[n], releases[last]], k=max(published.k, earlier[n].k))
    ]
    cells = list(dict.fromkeys(d.cell for d in learned))
    attack = Attack(name="subtracting releases", tried=len(published.cells) * last, won=tuple(cells))
    if not cells:
        return attack, []
    reason = (
        f"Together with an earlier release a count below {published.k} follows for: {_named(cells)}. "
        f"Repair: {_repair(learned, published)}"
    )
    return attack, [reason]


def _repair(learned: Sequence[Difference], published: PublishedTable) -> str:
    """The cheapest thing that would help: count without one dimension, else wait."""
    for dimension in published.dimensions:
        if len(published.dimensions) > 1 and all(
            f"{dimension.name}={dimension.total}" not in part
            for d in learned
            for part in [d.cell.split(" × "), *(m.split(" × ") for m in d.minus)]
        ):
            return f"count without {dimension.name}, or hold the release until {published.k} more are counted there."
    return f"hold the release until at least {published.k} people changed in each of these cells."


def _solve_together(published: PublishedTable, earlier: Sequence[PublishedTable]) -> _Try:
    name = "solving all releases together"
    tables = [table for table in (*earlier, published) if table.method is Method.SUPPRESS]
    if len(tables) < 2 or tables[-1] is not published:
        return Attack(name=name, tried=0, won=()), []
    try:
        cells = _SharedCells.of(tables)
    except DimensionBroken:
        reason = (
            "An earlier release grouped the same categories otherwise, so that groups can be subtracted. "
            "Repair: use the earlier grouping."
        )
        return Attack(name=name, tried=0, won=("classification",)), [reason]
    populations = cells.populations(tables)
    if cells.equations.shape[1] * (2 * len(populations) - 1) > _MOST_COLUMNS:
        reason = (
            "The release is too large to be attacked together with the earlier ones, so nothing is proven of it. "
            "Repair: count by fewer things."
        )
        return Attack(name=name, tried=0, won=("size",)), [reason]
    findings = ReleaseChain(equations=cells.equations, releases=tuple(populations)).attack(k=published.k)
    narrow, added = set(findings.narrow), set(findings.few_added)
    if (narrow or added) and len(tables) > 2:
        # What earlier releases gave away among themselves cannot be taken back and is not this release's doing.
        before = ReleaseChain(equations=cells.equations, releases=tuple(cells.populations(tables[:-1])))
        known = before.attack(k=published.k)
        narrow, added = narrow - set(known.narrow), added - set(known.few_added)
    reasons = []
    bounded = list(dict.fromkeys(cells.names[number] for _, number in sorted(narrow)))
    few = list(dict.fromkeys(cells.names[number] for _, number in sorted(added)))
    if bounded:
        reasons.append(
            f"Hidden, yet known to within {published.k} by solving all releases together: {_named(bounded)}. "
            "Repair: release the earlier table again, or hold this one until more people are counted."
        )
    if few:
        reasons.append(
            f"An earlier release and this one tell that fewer than {published.k} were added: {_named(few)}. "
            "Repair: hold the release until more are counted there."
        )
    tried = sum(value is None for population in populations for value in population.values())
    return Attack(name=name, tried=tried, won=tuple(dict.fromkeys([*bounded, *few]))), reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class _SharedCells:
    """Cells of several tables, numbered so that a cell that two tables share has one number, with all equations.

    Where the tables' dimensions crossed with each other make a table that is small enough, its cells are taken too:
    they bound the margins further than margins bound each other.
    """

    equations: sp.csr_array
    number_of: dict[frozenset[tuple[str, str]], int]
    names: tuple[str, ...]

    @classmethod
    def of(cls, tables: Sequence[PublishedTable]) -> _SharedCells:
        joined = _joined_dimensions(tables)
        whole = CellSpace(joined)
        by_name = {dimension.name: dimension for dimension in joined}
        spaces = (
            [whole]
            if whole.size <= _MOST_CROSSED
            else [
                CellSpace(tuple(by_name[name] for name in names))
                for names in dict.fromkeys(tuple(d.name for d in table.dimensions) for table in tables)
            ]
        )
        number_of: dict[frozenset[tuple[str, str]], int] = {}
        names: list[str] = []
        blocks = []
        for space in spaces:
            columns = []
            for number, label in enumerate(space.labels):
                key = frozenset(
                    (d.name, node) for d, node in zip(space.dimensions, label, strict=True) if node != _TOTAL
                )
                if key not in number_of:
                    number_of[key] = len(names)
                    names.append(space.in_words(number).replace(_TOTAL, "Total"))
                columns.append(number_of[key])
            blocks.append((space.equations.tocoo(), np.array(columns)))
        stacked = sp.vstack(
            [sp.coo_array((b.data, (b.coords[0], c[b.coords[1]])), shape=(b.shape[0], len(names))) for b, c in blocks]
        )
        return cls(equations=sp.csr_array(stacked), number_of=number_of, names=tuple(names))

    def populations(self, tables: Sequence[PublishedTable]) -> list[dict[int, int | None]]:
        """Numbers or nothing for each cell, tables that count the same people taken together."""
        grand = self.number_of[frozenset()]
        found: list[dict[int, int | None]] = []
        for table in tables:
            placed = self._placed(table)
            last = found[-1] if found else {}
            agrees = all(value is None or last.get(number) in {None, value} for number, value in placed.items())
            if last and agrees and last.get(grand) is not None and last[grand] == placed.get(grand):
                last.update(
                    {number: value for number, value in placed.items() if value is not None or number not in last}
                )
            else:
                found.append(placed)
        return found

    def _placed(self, table: PublishedTable) -> dict[int, int | None]:
        return {
            self.number_of[
                frozenset(
                    (dimension.name, node)
                    for dimension, node in zip(table.dimensions, cell.categories, strict=True)
                    if node != dimension.total
                )
            ]: cell.value
            for cell in table.cells
        }


_TOTAL: Final = "\N{N-ARY SUMMATION}"
_MOST_CROSSED: Final = 2_000


def _joined_dimensions(tables: Sequence[PublishedTable]) -> tuple[Dimension, ...]:
    """Dimensions that hold every table as a part; a table without a dimension is its total."""
    categories: dict[str, dict[str, None]] = {}
    parents: dict[str, dict[str, str]] = {}
    for table in tables:
        for dimension in table.dimensions:
            categories.setdefault(dimension.name, {}).update(dict.fromkeys(dimension.categories))
            for child, parent in dimension.parents.items():
                if parents.setdefault(dimension.name, {}).setdefault(child, parent) != parent:
                    raise DimensionBroken("Two releases group a category differently.")
    for name, found in categories.items():
        spans = [span for label in found if "age" in name.casefold() and (span := read_span(label))]
        if any(a != b and a.meets(b) for a in spans for b in spans):
            raise DimensionBroken("Two releases cut ages in different places.")
    return tuple(
        Dimension(
            name=name,
            # A category of one release can be a group of another.
            categories=tuple(c for c in found if c not in set(parents.get(name, {}).values())),
            parents=parents.get(name, {}),
            total=_TOTAL,
        )
        for name, found in categories.items()
    )
