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

from firsthand.publication.auditing import ReleaseChain, narrow_cells
from firsthand.publication.differencing import CountRelease, Difference, Extent, joint_audit, read_span
from firsthand.publication.disclosure import FrequencyTable, Method, PublishedTable
from firsthand.publication.margins import Categories, CellSpace, Dimension, DimensionBroken

__all__ = ["Attack", "Rehearsal", "rehearse_tables"]

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
    tries = [_read_off(truth, published, space), _bound(truth, published, space)]
    known = list(dict.fromkeys(earlier))
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
    tables = [*earlier, published]
    if any(table.method is not Method.SUPPRESS for table in tables):
        tables = [table for table in tables if table.method is Method.SUPPRESS]
        if len(tables) < 2 or tables[-1] != published:
            return Attack(name=name, tried=0, won=()), []
    try:
        space = CellSpace(_joined_dimensions(tables))
    except DimensionBroken:
        reason = (
            "An earlier release grouped the same categories otherwise, so that the groups can be subtracted. "
            "Repair: use the earlier grouping."
        )
        return Attack(name=name, tried=0, won=("classification",)), [reason]
    if space.size * len(tables) > _MOST_COLUMNS:
        reason = (
            "The release is too large to be attacked together with the earlier ones, so nothing is proven of it. "
            "Repair: count by fewer things."
        )
        return Attack(name=name, tried=0, won=("size",)), [reason]
    chain = ReleaseChain(space=space, releases=tuple(_placed(table, space) for table in tables))
    findings = chain.attack(k=published.k)
    # What earlier releases gave away among themselves cannot be taken back and is not this release's doing.
    before = ReleaseChain(space=space, releases=chain.releases[:-1]).attack(k=published.k)
    narrow = sorted(set(findings.narrow) - set(before.narrow))
    added = sorted(set(findings.few_added) - set(before.few_added))
    won = list(dict.fromkeys(space.in_words(number) for _, number in (*narrow, *added)))
    tried = sum(cell.value is None for table in tables for cell in table.cells)
    attack = Attack(name=name, tried=tried, won=tuple(won))
    reasons = []
    if narrow:
        cells = list(dict.fromkeys(space.in_words(number) for _, number in narrow))
        reasons.append(
            f"Hidden, yet known to within {published.k} by solving all releases together: {_named(cells)}. "
            "Repair: release the earlier table again, or hold this one until more people are counted."
        )
    if added:
        cells = list(dict.fromkeys(space.in_words(number) for _, number in added))
        reasons.append(
            f"An earlier release and this one tell that fewer than {published.k} were added: {_named(cells)}. "
            "Repair: hold the release until more are counted there."
        )
    return attack, reasons


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


_TOTAL: Final = "\N{N-ARY SUMMATION}"


def _placed(table: PublishedTable, space: CellSpace) -> dict[int, int | None]:
    position = {dimension.name: n for n, dimension in enumerate(table.dimensions)}
    found: dict[int, int | None] = {}
    for cell in table.cells:
        nodes: Categories = tuple(
            _TOTAL
            if d.name not in position or cell.categories[position[d.name]] == table.dimensions[position[d.name]].total
            else cell.categories[position[d.name]]
            for d in space.dimensions
        )
        found[space.index(nodes)] = cell.value
    return found
