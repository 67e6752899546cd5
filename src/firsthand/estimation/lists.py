"""Capture tables: how many people each combination of lists holds."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from firsthand.values.errors import InputError

__all__ = [
    "BadPattern",
    "CaptureTable",
    "CountNotWhole",
    "DuplicateList",
    "DuplicatePattern",
    "NobodyListed",
    "OneList",
    "TooManyLists",
    "UnknownList",
    "UnseenCountGiven",
    "capture_table_of",
]

MOST_LISTS = 20
LARGEST_COUNT = 10**12


class OneList(InputError):
    """Fewer than two lists: nothing overlaps, so nothing can be said of those whom no list holds."""

    likely = "Estimates come from people who are on more than one list."
    next_step = "Give two or more lists of the same population."


class TooManyLists(InputError):
    """More lists than a capture table can hold."""

    likely = "Twenty lists already make a million combinations."
    next_step = "Join lists that come from one body, or leave out the smallest."


class DuplicateList(InputError):
    """Two lists of one name, or a list without a name."""

    next_step = "Give every list its own name."


class BadPattern(InputError):
    """A pattern is not made of one 0 or 1 for each list."""

    next_step = "Write 1 where a person is on the list and 0 where not, in the order of the lists."


class DuplicatePattern(InputError):
    """A pattern stands in the table twice."""

    likely = "Two rows of strata or sites were put together without adding them up."
    next_step = "Add the counts up, or name the column that tells the rows apart with --by."


class CountNotWhole(InputError):
    """A count is negative, fractional, or too large to be a count of people."""

    likely = "The table holds rates, weights or rounded figures rather than people."
    next_step = "Give whole numbers of people."


class UnseenCountGiven(InputError):
    """The table says how many people no list holds; that is what an estimate is for."""

    next_step = "Remove the row that is 0 on every list."


class NobodyListed(InputError):
    """The table holds nobody."""

    next_step = "Check that the counts were read from the right column."


class UnknownList(InputError):
    """A person is said to be on a list that is not among the lists, or on none."""

    next_step = "Name every list, and leave out people whom no list holds."


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureTable:
    """How many people have each pattern of lists; the people on no list are unknown and never part of it.

    Args:
        lists: names of the lists.
        counts: people by pattern (one 0 or 1 for each list, in the order of ``lists``); a pattern left out has nobody.

    Raises:
        OneList, TooManyLists, DuplicateList, BadPattern, CountNotWhole, UnseenCountGiven, NobodyListed
    """

    lists: tuple[str, ...]
    counts: Mapping[tuple[int, ...], int]

    def __post_init__(self) -> None:
        width = len(self.lists)
        if width < 2:
            raise OneList(f"There are {width} lists.")
        if width > MOST_LISTS:
            raise TooManyLists(f"There are {width} lists; at most {MOST_LISTS} can be used.")
        if len(set(self.lists)) < width or not all(self.lists):
            raise DuplicateList("Two lists have one name, or a list has none.")
        clean: dict[tuple[int, ...], int] = {}
        for pattern, count in self.counts.items():
            if len(pattern) != width or any(mark not in (0, 1) for mark in pattern):
                raise BadPattern(f"A pattern is not made of {width} marks of 0 or 1.")
            if isinstance(count, bool) or count != int(count) or count < 0 or count > LARGEST_COUNT:
                raise CountNotWhole("A count is not a whole number of people.")
            key = tuple(int(mark) for mark in pattern)
            if key in clean:
                raise DuplicatePattern("A pattern stands in the table twice.")
            if not any(key):
                if count:
                    raise UnseenCountGiven("The table counts people on no list.")
                continue
            if count:
                clean[key] = int(count)
        if not clean:
            raise NobodyListed("Nobody is on any list.")
        object.__setattr__(self, "counts", MappingProxyType(dict(sorted(clean.items()))))

    def __hash__(self) -> int:
        return hash((self.lists, tuple(self.counts.items())))

    @property
    def observed_count(self) -> int:
        """People on at least one list."""
        return sum(self.counts.values())

    @property
    def overlap_count(self) -> int:
        """People on two lists or more: all that an estimate rests on."""
        return sum(count for pattern, count in self.counts.items() if sum(pattern) > 1)

    @property
    def list_sizes(self) -> tuple[int, ...]:
        """People on each list."""
        return tuple(self.on_all((position,)) for position in range(len(self.lists)))

    @property
    def capture_frequencies(self) -> tuple[int, ...]:
        """People on exactly 1, 2, ... lists."""
        frequencies = [0] * len(self.lists)
        for pattern, count in self.counts.items():
            frequencies[sum(pattern) - 1] += count
        return tuple(frequencies)

    @property
    def empty_lists(self) -> tuple[str, ...]:
        """Lists that hold nobody."""
        return tuple(name for name, size in zip(self.lists, self.list_sizes, strict=True) if size == 0)

    @property
    def contained_lists(self) -> tuple[tuple[str, str], ...]:
        """Pairs (inner, outer) where everybody on the inner list is on the outer one."""
        sizes = self.list_sizes
        return tuple(
            (self.lists[a], self.lists[b])
            for a in range(len(self.lists))
            for b in range(len(self.lists))
            if a != b and sizes[a] and self.on_all((a, b)) == sizes[a]
        )

    @property
    def digest(self) -> str:
        """SHA-256 of lists and counts, in hexadecimal: names the input of an estimate."""
        text = repr((self.lists, tuple(self.counts.items())))
        return hashlib.sha256(text.encode()).hexdigest()

    def on_all(self, positions: Sequence[int]) -> int:
        """People on every one of the lists at ``positions``."""
        return sum(count for pattern, count in self.counts.items() if all(pattern[p] for p in positions))

    def keep_lists(self, positions: Sequence[int]) -> CaptureTable:
        """The table of some of the lists; people on none of these fall out."""
        counts: dict[tuple[int, ...], int] = {}
        for pattern, count in self.counts.items():
            key = tuple(pattern[p] for p in positions)
            if any(key):
                counts[key] = counts.get(key, 0) + count
        return CaptureTable(lists=tuple(self.lists[p] for p in positions), counts=counts)

    def cells(self) -> NDArray[np.float64]:
        """Counts by bit mask, shape (2**lists,): bit j of the index says list j; index 0, the unseen, is 0."""
        cells = np.zeros(1 << len(self.lists))
        for pattern, count in self.counts.items():
            cells[sum(mark << j for j, mark in enumerate(pattern))] = count
        return cells


def capture_table_of(lists: Sequence[str], memberships: Iterable[Collection[str]]) -> CaptureTable:
    """Count who is on which list.

    Args:
        lists: names of the lists.
        memberships: for each person the names of the lists that hold them.

    Raises:
        UnknownList: a person is on no list, or on one that ``lists`` does not name.
    """
    position = {name: j for j, name in enumerate(lists)}
    counts: dict[tuple[int, ...], int] = {}
    for person, held_by in enumerate(memberships, start=1):
        pattern = [0] * len(lists)
        for name in held_by:
            if name not in position:
                raise UnknownList(f"Person number {person} is on a list that is not among the {len(lists)} lists.")
            pattern[position[name]] = 1
        if not any(pattern):
            raise UnknownList(f"Person number {person} is on no list.")
        key = tuple(pattern)
        counts[key] = counts.get(key, 0) + 1
    return CaptureTable(lists=tuple(lists), counts=counts)
