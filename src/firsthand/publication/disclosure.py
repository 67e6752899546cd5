"""Small counts hidden completely: the only place where a ``PublishedTable`` can be made.

A count is small below k persons or statements, or when fewer than three independent informants stand behind it.
Hiding it alone does not help where margins are shown: cells beside it are hidden too, until an audit by integer
programming finds that every hidden count could be anything in an interval at least k wide (``suppression``,
``auditing``). All hidden cells bear one mark, because a mark that tells small cells from others gives them away.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from firsthand.publication.auditing import SuppressedTable, narrow_cells
from firsthand.publication.margins import Categories, CellSpace, Dimension
from firsthand.publication.perturbation import (
    KeyedNoise,
    PerturbationNotProven,
    attack_on_keyed,
    attack_on_rounded,
    cell_key,
    narrow_after_perturbation,
    noise_by_key,
    round_controlled,
)
from firsthand.publication.private import Spending, laplace_noise, spend
from firsthand.publication.protection import (
    CellCount,
    DisclosureRules,
    FrequencyTable,
    Method,
    NothingToPublish,
    PublishedTableBroken,
    RuleTooWeak,
    TableTooLarge,
)
from firsthand.publication.sensitive import (
    K_FLOOR_CHILDREN,
    is_about_children,
    is_about_intimate_acts,
    refuse_sensitive_crossings,
)
from firsthand.publication.suppression import hide_cells
from firsthand.values.errors import OurFault

__all__ = [
    "HIDDEN_MARK",
    "CellCount",
    "DisclosureRules",
    "FrequencyTable",
    "Method",
    "NothingToPublish",
    "PublishedCell",
    "PublishedTable",
    "PublishedTableBroken",
    "RuleTooWeak",
    "TableNotPublished",
    "TableTooLarge",
    "protect_linked_tables",
    "protect_privately",
    "protect_table",
    "publish_audited_sums",
    "rules_in_force",
]

HIDDEN_MARK: Final = "·"
"""The one mark of every hidden cell."""


class TableNotPublished(OurFault):
    """A table that passed no disclosure control was about to be written out."""


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
        return tuple(_perturbed(truth, rules_in_force(truth, rules)) for truth in truths)
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


def _perturbed(truth: FrequencyTable, rules: DisclosureRules) -> PublishedTable:
    """One table rounded or with keyed noise, proven: a rounding base and a largest change of k.

    Raises:
        PerturbationNotProven: a count told by too few would be shown, or some interval is narrower than k.
    """
    space = truth.space
    counts = truth.counts(space)
    few = (truth.informants(space) < rules.informants) & (counts > 0)
    if rules.method is Method.ROUND:
        seed = int.from_bytes(_drawn(rules.secret, truth.counted, counts.tobytes()), "big")
        shown = round_controlled(space, counts, base=rules.k, few=few, seed=seed)
        attack = attack_on_rounded(space, shown, base=rules.k)
    else:
        if (few & (counts >= rules.k)).any():
            raise PerturbationNotProven("A large count is told of by too few people; noise would show it.")
        noise = KeyedNoise(most=rules.k, variance=rules.k**2 / 4)
        shown = noise_by_key(counts, _keys(truth, space, counts, rules.secret), noise)
        attack = attack_on_keyed(space, shown, noise)
    if narrow_after_perturbation(attack, counts, k=rules.k):
        raise PerturbationNotProven("After the change some count is still known too well.")
    if not shown.any():
        raise NothingToPublish("Every number in the table would be zero.")
    return _publish(space, shown, np.zeros(space.size, dtype=np.bool_), truth.counted, rules)


def _drawn(secret: bytes, *parts: str | bytes) -> bytes:
    digest = hashlib.blake2b(key=secret[:64], digest_size=8, person=b"fh-perturb")
    for part in parts:
        digest.update(part.encode("utf-8") if isinstance(part, str) else part)
    return digest.digest()


def _keys(truth: FrequencyTable, space: CellSpace, counts: NDArray[np.int64], secret: bytes) -> list[int]:
    """A key for each cell: the sum of its records' keys where these are known, else one of what it counts."""
    if truth.record_keys:
        summed = space.with_margins({c: cell_key(secret, list(ids)) for c, ids in truth.record_keys.items()})
        return [int(key) for key in summed]
    return [
        int.from_bytes(_drawn(secret, truth.counted, repr(sorted(_shared_key(space, n))), str(counts[n])), "big")
        for n in range(space.size)
    ]


def protect_privately(
    truth: FrequencyTable, *, epsilon: float, ledger: Sequence[Spending], on: dt.date, per_person: int = 1
) -> PublishedTable:
    """Differentially private counts: noise on the finest cells, margins summed from them, none below zero.

    Args:
        truth: True counts.
        epsilon: Budget of this release.
        ledger: What all earlier releases spent.
        on: The day.
        per_person: How many finest cells one person can be counted in; at least 1.

    Raises:
        BudgetSpent: too little is left.
        RuleTooWeak: epsilon or per_person make no sense.
        MinorsTooFine, IntimateActsTooFine: as for any table.
        PrivacyPartMissing: OpenDP is not installed.
    """
    rules_in_force(truth, DisclosureRules())
    spend(ledger, epsilon, on=on)
    if per_person < 1:
        raise RuleTooWeak("per_person below 1 would hide nobody (rule: privacy budget).")
    space = truth.space
    finest = np.flatnonzero(space.finest).tolist()
    noisy = laplace_noise(truth.counts(space)[finest].tolist(), scale=per_person / epsilon)
    shown = space.with_margins({space.labels[n]: max(v, 0) for n, v in zip(finest, noisy, strict=True)})
    words = f"{truth.counted} (private, epsilon {epsilon:g})"
    rules = DisclosureRules()
    return _publish(space, shown, np.zeros(space.size, dtype=np.bool_), words, rules, method=Method.PRIVATE, k=1)


def publish_audited_sums(
    space: CellSpace,
    values: NDArray[np.int64],
    primary: NDArray[np.bool_],
    *,
    counted: str,
    width: int,
) -> PublishedTable:
    """A table of sums whose ``primary`` cells are hidden, with others beside them until each is ``width`` wide.

    Raises:
        NothingToPublish: that cannot be reached, or no number would be left.
    """
    hidden = hide_cells(space, values, primary, k=width).hidden
    if narrow_cells(space, values, hidden, k=width):
        raise NothingToPublish("No way of hiding sums protects the parts.")
    return _publish(space, values, hidden, counted, DisclosureRules(), method=Method.P_PERCENT, k=width)


_SharedKey = frozenset[tuple[str, str]]


def _shared_key(space: CellSpace, number: int) -> _SharedKey:
    """What a cell counts, whatever table it stands in: totals say nothing."""
    return frozenset(
        (dimension.name, node)
        for dimension, node in zip(space.dimensions, space.labels[number], strict=True)
        if node != dimension.total
    )


def _publish(
    space: CellSpace,
    values: NDArray[np.int64],
    hidden: NDArray[np.bool_],
    counted: str,
    rules: DisclosureRules,
    *,
    method: Method | None = None,
    k: int | None = None,
) -> PublishedTable:
    if not np.any(values[~hidden] > 0):
        raise NothingToPublish("Every number in the table would have to be hidden.")
    cells: Sequence[PublishedCell] = [
        _cell(label, None if gone else value)
        for label, value, gone in zip(space.labels, values.tolist(), hidden.tolist(), strict=True)
    ]
    return PublishedTable(
        dimensions=space.dimensions,
        cells=tuple(cells),
        k=k or rules.k,
        counted=counted,
        method=method or rules.method,
        wall=_WALL,
    )
