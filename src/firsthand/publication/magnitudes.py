"""Sums of money and the like: a cell is hidden when one who paid or was paid could work out another's part.

The p-percent rule (Hundepool et al. 2012, Statistical Disclosure Control, section 4.2.2): the second largest knows the
sum and their own part, so the largest is known to within the rest of the cell; that rest must be p percent of the
largest at least. Small cells are hidden as in tables of counts. Sums are told in whole units, a hundredth of the
protection that is needed or coarser, so that the same proof in whole numbers holds for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from firsthand.publication.disclosure import PublishedTable, publish_audited_sums, rules_in_force
from firsthand.publication.margins import Categories, Dimension
from firsthand.publication.protection import CellCount, DisclosureRules, FrequencyTable, RuleTooWeak
from firsthand.values.errors import InputError

__all__ = ["Contribution", "MagnitudeBroken", "protect_magnitudes"]


class MagnitudeBroken(InputError):
    """A sum has a part that is below zero or no whole number."""

    next_step = "Give each part as a whole number of the smallest unit, zero or more."


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One part of a sum: its cell, how much, and who told of it."""

    categories: Categories
    amount: int
    informant: str


P_FLOOR = 10
_MOST_UNITS = 1_000_000_000


def protect_magnitudes(
    parts: Sequence[Contribution],
    dimensions: tuple[Dimension, ...],
    *,
    rules: DisclosureRules,
    p: int = 15,
    counted: str = "amount",
) -> PublishedTable:
    """A table of sums in which nobody's part can be worked out to within ``p`` percent.

    Args:
        parts: Every amount, in the smallest unit.
        dimensions: What the sums are by.
        rules: k and informants, as for counts.
        p: Percent; the floor is 10.
        counted: What is summed, in words; the unit that was chosen is added.

    Raises:
        RuleTooWeak: p is below the floor.
        MagnitudeBroken: an amount is below zero.
        NothingToPublish: nothing would be left.
        MinorsTooFine, IntimateActsTooFine: as for counts.
    """
    if p < P_FLOOR:
        raise RuleTooWeak(f"p = {p} is refused: the floor is {P_FLOOR} percent (rule: nobody's part).")
    if any(part.amount < 0 for part in parts):
        raise MagnitudeBroken("An amount is below zero.")
    counts = _counts(parts, dimensions, counted)
    force = rules_in_force(counts, rules)
    space = counts.space
    members: dict[int, list[int]] = {}
    for part in parts:
        for number in _cells_above(counts, part.categories):
            members.setdefault(number, []).append(part.amount)
    people, informants = counts.counts(space), counts.informants(space)
    primary = np.zeros(space.size, dtype=np.bool_)
    needed = 1
    for number, amounts in members.items():
        largest = sorted(amounts, reverse=True)
        rest = sum(largest[2:])
        if people[number] < force.k or informants[number] < force.informants or 100 * rest < p * largest[0]:
            primary[number] = True
            needed = max(needed, -(-p * largest[0] // 100))
    # The interval of every hidden sum is at least this wide: what the largest part of any of them needs, both ways.
    unit = _unit(2 * needed)
    finest: dict[Categories, int] = {}
    for part in parts:
        finest[part.categories] = finest.get(part.categories, 0) + part.amount
    values = space.with_margins({categories: (total + unit // 2) // unit for categories, total in finest.items()})
    if values.max(initial=0) > _MOST_UNITS:
        raise MagnitudeBroken("The sums span too many digits to be protected with proof.")
    width = max(force.k, -(-2 * needed // unit))
    words = counted if unit == 1 else f"{counted}, in units of {unit:,}"
    return publish_audited_sums(space, values, primary, counted=words, width=width)


def _counts(parts: Sequence[Contribution], dimensions: tuple[Dimension, ...], counted: str) -> FrequencyTable:
    told: dict[Categories, list[str]] = {}
    for part in parts:
        told.setdefault(part.categories, []).append(part.informant)
    voices: dict[Categories, set[str]] = {}
    cells = {c: CellCount(count=len(who), informants=len(set(who))) for c, who in told.items()}
    table = FrequencyTable(dimensions=dimensions, cells=cells, counted=counted)
    for part in parts:
        for number in _cells_above(table, part.categories):
            voices.setdefault(table.space.labels[number], set()).add(part.informant)
    margins: Mapping[Categories, int] = {categories: len(who) for categories, who in voices.items()}
    return FrequencyTable(dimensions=dimensions, cells=cells, margin_informants=margins, counted=counted)


def _cells_above(table: FrequencyTable, categories: Categories) -> list[int]:
    found: list[Categories] = [()]
    for dimension, category in zip(table.dimensions, categories, strict=True):
        found = [(*before, node) for before in found for node in dimension.path(category)]
    space = table.space
    return [space.index(one) for one in found]


def _unit(width: int) -> int:
    """A power of ten of which a hundred at most make the width."""
    unit = 1
    while width > 100 * unit:
        unit *= 10
    return unit
