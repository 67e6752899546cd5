"""What two releases give away when one is subtracted from the other.

Every shown cell counts the people of a region: a set of categories, an interval of ages or years, for each thing that
was counted or filtered by. Where one region lies inside another, or several regions of one release fill a part of a
region of the other, the difference of the shown counts is the count of the rest, and the rest can be one person. A
region shown twice with counts that differ a little tells of the few who were added or who withdrew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["CountRelease", "Difference", "Extent", "Region", "Span", "joint_audit", "read_span"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A closed interval of whole numbers: ages or years."""

    first: float
    last: float

    def __contains__(self, other: Span) -> bool:
        return self.first <= other.first and other.last <= self.last

    def meets(self, other: Span) -> bool:
        """Whether the two share a number."""
        return self.first <= other.last and other.first <= self.last


Extent = Span | frozenset[str]
"""What a region covers of one dimension."""

Region = Mapping[str, Extent]
"""What a cell covers, by dimension; a dimension that is not named is covered whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRelease:
    """Shown counts of one release with the regions that they count. Hidden cells are left out."""

    cells: Mapping[str, tuple[Region, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A count below k that follows from two releases: ``cell`` of release ``release`` minus cells of ``other``."""

    release: int
    cell: str
    other: int
    minus: tuple[str, ...]
    count: int


_SPAN = re.compile(r"\s*(\d{1,4})\s*(?:(?:-|–|to)\s*(\d{1,4})|(\+))?\s*$")
_DECADE = re.compile(r"\s*(\d{3}0)s\s*$")


def read_span(label: str) -> Span | None:
    """The interval that a label such as "18-29", "50+", "2015" or "1990s" names; nothing for other labels."""
    if decade := _DECADE.match(label):
        return Span(float(decade[1]), float(decade[1]) + 9)
    if not (found := _SPAN.match(label)):
        return None
    first = float(found[1])
    return Span(first, float("inf") if found[3] else float(found[2] or found[1]))


def _covers(outer: Extent, inner: Extent) -> bool:
    if isinstance(outer, Span) and isinstance(inner, Span):
        return inner in outer
    if isinstance(outer, frozenset) and isinstance(inner, frozenset):
        return inner <= outer
    return False


def _meet(one: Extent, other: Extent) -> bool:
    # A span and a set of labels ("50+" and "not told") of one dimension share nobody.
    if isinstance(one, Span) and isinstance(other, Span):
        return one.meets(other)
    if isinstance(one, frozenset) and isinstance(other, frozenset):
        return bool(one & other)
    return False


def region_covers(outer: Region, inner: Region) -> bool:
    """Whether everyone in ``inner`` is in ``outer`` too."""
    return all(name in inner and _covers(extent, inner[name]) for name, extent in outer.items())


def _regions_meet(one: Region, other: Region) -> bool:
    return all(_meet(extent, other[name]) for name, extent in one.items() if name in other)


def joint_audit(releases: Sequence[CountRelease], *, k: int) -> tuple[Difference, ...]:
    """Counts from 1 to ``k`` - 1 that follow by subtracting cells of one release from a cell of another.

    For each cell, of every other release the cells inside it are taken, and of these a largest family without
    overlap, once beginning with the largest and once with the smallest.
    """
    found: list[Difference] = []
    for a, one in enumerate(releases):
        for b, other in enumerate(releases):
            if a != b:
                found += _subtract(a, one, b, other, k)
    return tuple(found)


def _subtract(a: int, one: CountRelease, b: int, other: CountRelease, k: int) -> list[Difference]:
    found: list[Difference] = []
    regions = {frozenset(r.items()): (name, r, c) for name, (r, c) in other.cells.items()}
    for cell, (region, count) in one.cells.items():
        same = regions.get(frozenset(region.items()))
        if same is not None:
            families = [[same]]
        else:
            inside = [(name, r, c) for name, (r, c) in other.cells.items() if region_covers(region, r)]
            families = [_disjoint(inside, sign) for sign in (-1, 1)]
        seen: set[tuple[str, ...]] = set()
        for family in families:
            minus = tuple(sorted(name for name, _, _ in family))
            if not minus or minus in seen:
                continue
            seen.add(minus)
            rest = count - sum(c for _, _, c in family)
            if 0 < abs(rest) < k:
                found.append(Difference(release=a, cell=cell, other=b, minus=minus, count=abs(rest)))
    return found


def _disjoint(inside: list[tuple[str, Region, int]], sign: int) -> list[tuple[str, Region, int]]:
    chosen: list[tuple[str, Region, int]] = []
    for name, region, count in sorted(inside, key=lambda one: (sign * one[2], one[0])):
        if not any(_regions_meet(region, r) for _, r, _ in chosen):
            chosen.append((name, region, count))
    return chosen
