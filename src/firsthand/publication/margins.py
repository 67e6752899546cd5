"""The cells of a table with all their margins, and the equations that hold between them.

A dimension is a tree: categories, groups of categories, and one total. A table holds one cell for each choice of a
node from every tree, so margins are cells like all others; every cell with a parent node in some dimension is the sum
of the cells with its children. These equations are what an attacker subtracts along.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from firsthand.values.errors import InputError

__all__ = ["Categories", "CellSpace", "Dimension", "DimensionBroken"]

Categories = tuple[str, ...]
"""One category, group or total for each dimension, in the order of the dimensions."""


class DimensionBroken(InputError):
    """A dimension's categories do not form a tree."""

    next_step = "Give every category once, and every group its parent; a category may not bear the total's name."


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One dimension of a table.

    ``categories`` are the finest ones. ``parents`` maps a category or group to the group it belongs to; what has no
    parent stands directly under ``total``.
    """

    name: str
    categories: tuple[str, ...]
    parents: Mapping[str, str] = field(default_factory=dict)
    total: str = "Total"

    def __post_init__(self) -> None:
        groups = set(self.parents.values())
        if not self.categories or len(set(self.categories)) < len(self.categories):
            raise DimensionBroken(f"The dimension {self.name!r} has no categories, or one of them twice.")
        if groups & set(self.categories) or self.total in {*groups, *self.categories, *self.parents}:
            raise DimensionBroken(f"In the dimension {self.name!r} a group or the total bears a category's name.")
        if set(self.parents) - set(self.categories) - groups:
            raise DimensionBroken(f"In the dimension {self.name!r} an unknown category has a parent.")
        for category in self.categories:
            seen, at = {category}, category
            while at in self.parents:
                at = self.parents[at]
                if at in seen:
                    raise DimensionBroken(f"In the dimension {self.name!r} a group stands above itself.")
                seen.add(at)

    @property
    def groups(self) -> tuple[str, ...]:
        """Groups in the order in which they are first needed."""
        found: dict[str, None] = {}
        for category in self.categories:
            at = category
            while at in self.parents:
                at = self.parents[at]
                found[at] = None
        return tuple(found)

    @property
    def nodes(self) -> tuple[str, ...]:
        """Categories, then groups, then the total."""
        return (*self.categories, *self.groups, self.total)

    def parent(self, node: str) -> str | None:
        """What the node is a part of; nothing for the total."""
        return None if node == self.total else self.parents.get(node, self.total)

    def children(self) -> dict[str, tuple[str, ...]]:
        """For each group and the total, the nodes it is the sum of."""
        found: dict[str, list[str]] = {node: [] for node in (*self.groups, self.total)}
        for node in self.nodes[:-1]:
            found[self.parents.get(node, self.total)].append(node)
        return {node: tuple(under) for node, under in found.items()}

    def categories_under(self, node: str) -> tuple[str, ...]:
        """The finest categories that a node is the sum of."""
        return tuple(c for c in self.categories if node == self.total or node in self.path(c))

    def path(self, node: str) -> tuple[str, ...]:
        """The node and everything above it, up to and with the total."""
        found = [node]
        while (above := self.parent(found[-1])) is not None:
            found.append(above)
        return tuple(found)


@dataclass(frozen=True)
class CellSpace:
    """All cells of a table with margins, numbered, with the equations between them as a sparse matrix."""

    dimensions: tuple[Dimension, ...]

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """How many nodes each dimension has."""
        return tuple(len(d.nodes) for d in self.dimensions)

    @cached_property
    def size(self) -> int:
        """How many cells there are, margins included."""
        return int(np.prod(self.shape, dtype=np.int64))

    @cached_property
    def _position(self) -> tuple[dict[str, int], ...]:
        return tuple({node: n for n, node in enumerate(d.nodes)} for d in self.dimensions)

    def index(self, categories: Sequence[str]) -> int:
        """The number of a cell. Raises KeyError where a category is not of its dimension."""
        at = 0
        for name, positions, size in zip(categories, self._position, self.shape, strict=True):
            at = at * size + positions[name]
        return at

    @cached_property
    def labels(self) -> tuple[Categories, ...]:
        """The categories of every cell, by number."""
        nodes = [d.nodes for d in self.dimensions]
        found: list[Categories] = [()]
        for names in nodes:
            found = [(*before, name) for before in found for name in names]
        return tuple(found)

    @cached_property
    def equations(self) -> sp.csr_array:
        """Shape (equations, cells): +1 at every child, -1 at the parent; each row times the counts is zero."""
        blocks = []
        for n, dimension in enumerate(self.dimensions):
            children = dimension.children()
            position = self._position[n]
            rows, columns, signs = [], [], []
            for row, (parent, under) in enumerate(children.items()):
                rows += [row] * (len(under) + 1)
                columns += [position[parent], *(position[child] for child in under)]
                signs += [-1, *([1] * len(under))]
            one = sp.coo_array((signs, (rows, columns)), shape=(len(children), len(dimension.nodes)))
            before = sp.eye_array(int(np.prod(self.shape[:n], dtype=np.int64)))
            after = sp.eye_array(int(np.prod(self.shape[n + 1 :], dtype=np.int64)))
            blocks.append(sp.kron(sp.kron(before, one), after))
        return sp.csr_array(sp.vstack(blocks))

    @cached_property
    def finest(self) -> NDArray[np.bool_]:
        """Which cells are no margin."""
        mask = np.ones(1, dtype=np.bool_)
        for dimension in self.dimensions:
            leaf = np.arange(len(dimension.nodes)) < len(dimension.categories)
            mask = np.outer(mask, leaf).ravel()
        return mask

    @cached_property
    def height(self) -> NDArray[np.int64]:
        """In how many dimensions a cell is a group or total."""
        found = np.zeros(1, dtype=np.int64)
        for dimension in self.dimensions:
            above = (np.arange(len(dimension.nodes)) >= len(dimension.categories)).astype(np.int64)
            found = (found[:, None] + above[None, :]).ravel()
        return found

    def with_margins(self, counts: Mapping[Categories, int]) -> NDArray[np.int64]:
        """All cells by number from the counts of the finest ones; a cell that is not given is zero."""
        cube = np.zeros(tuple(len(d.categories) for d in self.dimensions), dtype=np.int64)
        for categories, count in counts.items():
            cube[tuple(p[c] for p, c in zip(self._position, categories, strict=True))] += count
        for axis, dimension in enumerate(self.dimensions):
            sums = np.array(
                [
                    [int(c in under) for c in dimension.categories]
                    for under in (set(dimension.categories_under(node)) for node in dimension.nodes)
                ],
                dtype=np.int64,
            )
            cube = np.moveaxis(np.tensordot(sums, cube, axes=(1, axis)), 0, axis)
        return np.ascontiguousarray(cube).ravel()

    def in_words(self, number: int) -> str:
        """A cell named by its categories, for reasons and reports."""
        return " × ".join(f"{d.name}={c}" for d, c in zip(self.dimensions, self.labels[number], strict=True))
