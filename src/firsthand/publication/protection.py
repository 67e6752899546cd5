"""What a table of counts is before it is protected, and the rules that protect it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from firsthand.estimation.counts import CountTable
from firsthand.publication.margins import Categories, CellSpace, Dimension
from firsthand.values.errors import InputError, ProtectionRefusal
from firsthand.values.ids import ClaimId, SourceId

__all__ = [
    "CellCount",
    "DisclosureRules",
    "FrequencyTable",
    "Method",
    "NothingToPublish",
    "PublishedTableBroken",
    "RuleTooWeak",
    "TableTooLarge",
]

K_DEFAULT: Final = 11
K_FLOOR: Final = 5
INFORMANTS_FLOOR: Final = 3
_MOST_CELLS: Final = 200_000
_LEAST_SECRET: Final = 16


class RuleTooWeak(ProtectionRefusal):
    """A plan asks for less protection than the floor."""

    next_step = "Leave the rule out to get the default (k 11, informants 3)."


class NothingToPublish(ProtectionRefusal):
    """After protection no number is left."""

    likely = "The counts are too small, or too few independent informants stand behind them."
    next_step = "Count by fewer or coarser things, or gather more accounts."


class TableTooLarge(InputError):
    """The table has more cells than can be protected with proof."""

    next_step = "Cross fewer dimensions, or group categories."


class PublishedTableBroken(InputError):
    """A text is no published table."""

    next_step = "Give the JSON text of a table that Firsthand released."


class Method(StrEnum):
    """How small counts are protected; ``P_PERCENT`` is for sums of money and the like (``magnitudes``)."""

    SUPPRESS = "suppress"
    ROUND = "round"
    CELL_KEY = "cell-key"
    P_PERCENT = "p-percent"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureRules:
    """The rules of one release; they can be made stricter than the default, never weaker than the floor.

    ``zeros``: "show" tells where nobody was counted; "hide" treats an empty cell like a small one. ``secret`` draws
    rounding and noise, and must never leave: who has it takes them off.
    """

    k: int = K_DEFAULT
    informants: int = INFORMANTS_FLOOR
    method: Method = Method.SUPPRESS
    zeros: Literal["show", "hide"] = "show"
    secret: bytes = b""

    def __post_init__(self) -> None:
        if self.k < K_FLOOR:
            raise RuleTooWeak(f"k = {self.k} is refused: the floor is {K_FLOOR} (rule: smallest group).")
        if self.informants < INFORMANTS_FLOOR:
            raise RuleTooWeak(
                f"informants = {self.informants} is refused: the floor is {INFORMANTS_FLOOR} "
                "(rule: independent voices)."
            )
        if self.method in {Method.ROUND, Method.CELL_KEY} and len(self.secret) < _LEAST_SECRET:
            raise RuleTooWeak(
                f"{self.method.value} without a secret of {_LEAST_SECRET} bytes could be taken off again."
            )
        if self.method in {Method.P_PERCENT, Method.PRIVATE}:
            raise RuleTooWeak(f"{self.method.value} is no method for a table of plain counts.")


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
    largest number of one cell below is taken, because the same few may stand behind all of them. ``record_keys`` are
    the identifiers of a finest cell's records, for noise by cell keys.
    """

    dimensions: tuple[Dimension, ...]
    cells: Mapping[Categories, CellCount]
    margin_informants: Mapping[Categories, int] = field(default_factory=dict)
    record_keys: Mapping[Categories, tuple[str, ...]] = field(default_factory=dict)
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
            record_keys={row.categories: tuple(row.claims) for row in table.rows},
        )
