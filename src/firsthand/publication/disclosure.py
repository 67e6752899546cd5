"""Small counts hidden completely: the only place where a ``PublishedTable`` can be made.

A count is small below k persons or statements, or when fewer than three independent informants stand behind it.
Hiding it alone does not help where margins are shown: cells beside it are hidden too, until an audit by integer
programming finds that every hidden count could be anything in an interval at least k wide (``suppression``,
``auditing``). All hidden cells bear one mark, because a mark that tells small cells from others gives them away.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Literal, final

import numpy as np
from numpy.typing import NDArray

from firsthand.estimation.counts import CountTable
from firsthand.publication.auditing import SuppressedTable, narrow_cells
from firsthand.publication.margins import Categories, CellSpace, Dimension
from firsthand.publication.sensitive import (
    K_FLOOR_CHILDREN,
    is_about_children,
    is_about_intimate_acts,
    refuse_sensitive_crossings,
)
from firsthand.publication.suppression import hide_cells
from firsthand.values.errors import InputError, OurFault, ProtectionRefusal
from firsthand.values.ids import ClaimId, SourceId

__all__ = [
    "HIDDEN_MARK",
    "CellCount",
    "DisclosureRules",
    "FrequencyTable",
    "Method",
    "MethodNotProven",
    "NothingToPublish",
    "PublishedCell",
    "PublishedTable",
    "PublishedTableBroken",
    "RuleTooWeak",
    "TableNotPublished",
    "TableTooLarge",
    "protect_linked_tables",
    "protect_table",
    "rules_in_force",
]

HIDDEN_MARK: Final = "·"
"""The one mark of every hidden cell."""

K_DEFAULT: Final = 11
K_FLOOR: Final = 5
INFORMANTS_FLOOR: Final = 3
_MOST_CELLS: Final = 200_000


class RuleTooWeak(ProtectionRefusal):
    """A plan asks for less protection than the floor."""

    next_step = "Leave the rule out to get the default (k 11, informants 3)."


class NothingToPublish(ProtectionRefusal):
    """After protection no number is left."""

    likely = "The counts are too small, or too few independent informants stand behind them."
    next_step = "Count by fewer or coarser things, or gather more accounts."


class MethodNotProven(ProtectionRefusal):
    """A method of protection was asked for that no audit of ours proves yet."""

    next_step = 'Use method = "suppress".'


class TableTooLarge(InputError):
    """The table has more cells than can be protected with proof."""

    next_step = "Cross fewer dimensions, or group categories."


class TableNotPublished(OurFault):
    """A table that passed no disclosure control was about to be written out."""


class PublishedTableBroken(InputError):
    """A text is no published table."""

    next_step = "Give the JSON text of a table that Firsthand released."


class Method(StrEnum):
    """How small counts are protected."""

    SUPPRESS = "suppress"
    ROUND = "round"
    CELL_KEY = "cell-key"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureRules:
    """The rules of one release; they can be made stricter than the default, never weaker than the floor.

    ``zeros``: "show" tells where nobody was counted; "hide" treats an empty cell like a small one.
    """

    k: int = K_DEFAULT
    informants: int = INFORMANTS_FLOOR
    method: Method = Method.SUPPRESS
    zeros: Literal["show", "hide"] = "show"

    def __post_init__(self) -> None:
        if self.k < K_FLOOR:
            raise RuleTooWeak(f"k = {self.k} is refused: the floor is {K_FLOOR} (rule: smallest group).")
        if self.informants < INFORMANTS_FLOOR:
            raise RuleTooWeak(
                f"informants = {self.informants} is refused: the floor is {INFORMANTS_FLOOR} "
                "(rule: independent voices)."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class CellCount:
    """How many were counted in a cell, and how many independent informants told of them."""

    count: int
    informants: int

    def __post_init__(self) -> None:
        if self.count < 0 or self.informants < 0:
            raise PublishedTableBroken("A count below zero is none.", next_step="Check the table's counts.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FrequencyTable:
    """True counts of the finest cells, never to be shown. A cell that is not given is empty.

    ``margin_informants`` gives the number of different informants of margins where it is known; elsewhere the
    largest number of one cell below is taken, because the same few may stand behind all of them.
    """

    dimensions: tuple[Dimension, ...]
    cells: Mapping[Categories, CellCount]
    margin_informants: Mapping[Categories, int] = field(default_factory=dict)
    counted: str = "statements"

    def __post_init__(self) -> None:
        known = [frozenset(d.categories) for d in self.dimensions]
        if not self.dimensions:
            raise PublishedTableBroken("A table without dimensions counts nothing.", next_step="Name what to count by.")
        for categories in self.cells:
            if len(categories) != len(known) or any(c not in of for c, of in zip(categories, known, strict=True)):
                raise PublishedTableBroken(
                    "A cell of the table is of no category of its dimensions.",
                    next_step="Name every category in its dimension.",
                )
        cells = 1
        for dimension in self.dimensions:
            cells *= len(dimension.nodes)
        if cells > _MOST_CELLS:
            raise TableTooLarge(
                f"The table has {cells:,} cells with its margins; at most {_MOST_CELLS:,} are protected."
            )

    @property
    def space(self) -> CellSpace:
        """All cells with margins, numbered."""
        return CellSpace(self.dimensions)

    def counts(self, space: CellSpace) -> NDArray[np.int64]:
        """True counts of all cells by number."""
        return space.with_margins({c: cell.count for c, cell in self.cells.items()})

    def informants(self, space: CellSpace) -> NDArray[np.int64]:
        """At least how many different informants stand behind each cell, by number."""
        found = np.zeros(space.size, dtype=np.int64)
        for categories, cell in self.cells.items():
            found[space.index(categories)] = cell.informants
        # Margins in the order in which their parts are known: one dimension after another, children before parents.
        cube = found.reshape(space.shape)
        for axis, dimension in enumerate(self.dimensions):
            view = np.moveaxis(cube, axis, 0)
            position = {node: n for n, node in enumerate(dimension.nodes)}
            for node in (*dimension.groups, dimension.total):
                under = [position[c] for c in dimension.categories_under(node)]
                view[position[node]] = view[under].max(axis=0)
        found = cube.ravel()
        for categories, informants in self.margin_informants.items():
            found[space.index(categories)] = informants
        return found

    @classmethod
    def of_counts(cls, table: CountTable, *, informant_of: Mapping[ClaimId, SourceId]) -> FrequencyTable:
        """Documented counts as a table to protect; margins know their different informants exactly.

        Raises:
            NothingToPublish: nothing was counted.
        """
        if not table.rows:
            raise NothingToPublish("Nothing was counted.")
        dimensions = tuple(
            Dimension(name=str(by), categories=tuple(sorted({row.categories[n] for row in table.rows})))
            for n, by in enumerate(table.by)
        )
        behind: dict[Categories, set[SourceId]] = {}
        cells: dict[Categories, CellCount] = {}
        for row in table.rows:
            voices = {informant_of[claim] for claim in row.claims}
            cells[row.categories] = CellCount(count=row.documented_count, informants=len(voices))
            above: list[Categories] = [()]
            for dimension, category in zip(dimensions, row.categories, strict=True):
                above = [(*before, node) for before in above for node in dimension.path(category)]
            for categories in above:
                behind.setdefault(categories, set()).update(voices)
        return cls(
            dimensions=dimensions,
            cells=cells,
            margin_informants={categories: len(voices) for categories, voices in behind.items()},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedCell:
    """One cell as it may be shown: ``value`` is nothing where it is hidden, ``shown`` then the one mark."""

    categories: Categories
    shown: str
    value: int | None


_WALL: Final = object()


@final
class PublishedTable:
    """A table that passed disclosure control. Figures, files and pages take nothing else.

    Only this module holds the token that the constructor asks for.
    """

    __slots__ = ("_cells", "_counted", "_dimensions", "_k", "_method")

    def __init__(
        self,
        *,
        dimensions: tuple[Dimension, ...],
        cells: tuple[PublishedCell, ...],
        k: int,
        counted: str = "statements",
        method: Method = Method.SUPPRESS,
        wall: object = None,
    ) -> None:
        if wall is not _WALL:
            raise TableNotPublished("A table was about to be written out that passed no disclosure control.")
        self._dimensions = dimensions
        self._cells = cells
        self._k = k
        self._counted = counted
        self._method = method

    def __repr__(self) -> str:
        return f"PublishedTable({len(self._cells)} cells, {self.hidden_count} hidden)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublishedTable) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash(self.to_json())

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """What is counted by."""
        return self._dimensions

    @property
    def cells(self) -> tuple[PublishedCell, ...]:
        """All cells, margins included, in the order of the dimensions."""
        return self._cells

    @property
    def k(self) -> int:
        """The smallest count that may be shown."""
        return self._k

    @property
    def counted(self) -> str:
        """What is counted."""
        return self._counted

    @property
    def method(self) -> Method:
        """How small counts were protected."""
        return self._method

    @property
    def hidden_count(self) -> int:
        """How many cells are hidden."""
        return sum(cell.value is None for cell in self._cells)

    @property
    def values(self) -> dict[Categories, int | None]:
        """Numbers by categories; nothing where hidden."""
        return {cell.categories: cell.value for cell in self._cells}

    def to_json(self) -> str:
        """The table as text, schema ``published-table/1``; holds what is shown and nothing else."""
        return json.dumps(
            {
                "schema": "published-table/1",
                "counted": self._counted,
                "k": self._k,
                "method": str(self._method),
                "dimensions": [
                    {"name": d.name, "categories": d.categories, "parents": dict(d.parents), "total": d.total}
                    for d in self._dimensions
                ],
                "cells": [[*cell.categories, cell.value] for cell in self._cells],
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str) -> PublishedTable:
        """Read a table that was released earlier, to hold a new one against it.

        Raises:
            PublishedTableBroken: the text is no such table.
        """
        try:
            content = json.loads(text)
            if content["schema"] != "published-table/1":
                raise PublishedTableBroken("The text is of another schema than a published table.")
            dimensions = tuple(
                Dimension(
                    name=str(d["name"]),
                    categories=tuple(map(str, d["categories"])),
                    parents={str(c): str(p) for c, p in d["parents"].items()},
                    total=str(d["total"]),
                )
                for d in content["dimensions"]
            )
            cells = []
            for *categories, value in content["cells"]:
                if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
                    raise PublishedTableBroken("A cell of the table holds something that is no count.")
                cells.append(_cell(tuple(map(str, categories)), value))
            if [cell.categories for cell in cells] != list(CellSpace(dimensions).labels):
                raise PublishedTableBroken("The cells of the table are not those of its dimensions.")
            return cls(
                dimensions=dimensions,
                cells=tuple(cells),
                k=int(content["k"]),
                counted=str(content["counted"]),
                method=Method(content["method"]),
                wall=_WALL,
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise PublishedTableBroken("The text is no published table.") from None

    def as_attacked(self) -> SuppressedTable:
        """The table as an attacker starts from it."""
        return SuppressedTable(dimensions=self._dimensions, values=self.values)


def _cell(categories: Categories, value: int | None) -> PublishedCell:
    return PublishedCell(categories=categories, shown=HIDDEN_MARK if value is None else str(value), value=value)


def primary_cells(truth: FrequencyTable, rules: DisclosureRules, space: CellSpace) -> NDArray[np.bool_]:
    """Which cells are small in themselves: fewer than k, or told by too few."""
    counts, informants = truth.counts(space), truth.informants(space)
    small: NDArray[np.bool_] = (counts < rules.k) | (informants < rules.informants)
    if rules.zeros == "show":
        small &= counts > 0
    return small


def rules_in_force(truth: FrequencyTable, rules: DisclosureRules) -> DisclosureRules:
    """The rules asked for, made stricter where a table speaks of children or intimate acts.

    Raises:
        MinorsTooFine: children would be shown too finely.
        IntimateActsTooFine: sexual violence would be.
    """
    refuse_sensitive_crossings(truth.dimensions, subject=truth.counted)
    if is_about_children(truth.dimensions, subject=truth.counted) or is_about_intimate_acts(
        truth.dimensions, subject=truth.counted
    ):
        return replace(rules, k=max(rules.k, K_FLOOR_CHILDREN))
    return rules


def protect_table(truth: FrequencyTable, rules: DisclosureRules) -> PublishedTable:
    """Hide small cells and as few others as make them safe; prove it; or refuse.

    Raises:
        NothingToPublish: no number above zero would be left.
        MinorsTooFine: children would be shown too finely.
        IntimateActsTooFine: sexual violence would be.
    """
    return protect_linked_tables([truth], rules)[0]


def protect_linked_tables(truths: Sequence[FrequencyTable], rules: DisclosureRules) -> tuple[PublishedTable, ...]:
    """Protect tables of one population together: a number hidden in one is hidden in all that share it.

    Two tables share the cells in which each is total over what the other does not count by.

    Raises:
        NothingToPublish: a table would hold no number above zero.
        MinorsTooFine: children would be shown too finely.
        IntimateActsTooFine: sexual violence would be.
    """
    if rules.method is not Method.SUPPRESS:
        raise MethodNotProven(f"The method {rules.method.value!r} is refused: its attack is not yet proven to fail.")
    strictest = [rules_in_force(truth, rules) for truth in truths]
    k = max(one.k for one in strictest)
    force = replace(rules, k=k)
    spaces = [truth.space for truth in truths]
    counts = [truth.counts(space) for truth, space in zip(truths, spaces, strict=True)]
    keys = [[_shared_key(space, n) for n in range(space.size)] for space in spaces]
    gone: set[_SharedKey] = set()
    must = [primary_cells(truth, force, space) for truth, space in zip(truths, spaces, strict=True)]
    hidden = must
    while True:
        before = len(gone)
        hidden = []
        for n, space in enumerate(spaces):
            primary = must[n] | np.array([key in gone for key in keys[n]])
            found = hide_cells(space, counts[n], primary, k=k).hidden
            if narrow_cells(space, counts[n], found, k=k):
                raise NothingToPublish("No way of hiding cells protects the small ones.")
            hidden.append(found)
            gone |= {keys[n][number] for number in np.flatnonzero(found)}
        if len(truths) == 1 or len(gone) == before:
            break
    return tuple(
        _publish(space, count, found, truth.counted, force)
        for space, count, found, truth in zip(spaces, counts, hidden, truths, strict=True)
    )


_SharedKey = frozenset[tuple[str, str]]


def _shared_key(space: CellSpace, number: int) -> _SharedKey:
    """What a cell counts, whatever table it stands in: totals say nothing."""
    return frozenset(
        (dimension.name, node)
        for dimension, node in zip(space.dimensions, space.labels[number], strict=True)
        if node != dimension.total
    )


def _publish(
    space: CellSpace, values: NDArray[np.int64], hidden: NDArray[np.bool_], counted: str, rules: DisclosureRules
) -> PublishedTable:
    if not np.any(values[~hidden] > 0):
        raise NothingToPublish("Every number in the table would have to be hidden.")
    cells: Sequence[PublishedCell] = [
        _cell(label, None if gone else value)
        for label, value, gone in zip(space.labels, values.tolist(), hidden.tolist(), strict=True)
    ]
    return PublishedTable(
        dimensions=space.dimensions, cells=tuple(cells), k=rules.k, counted=counted, method=rules.method, wall=_WALL
    )
