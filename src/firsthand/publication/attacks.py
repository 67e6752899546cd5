"""Attacks on single people in row-level files: singling out, linkage, membership, and the mosaic of several files.

The attacker may hold a register: for each person the value of every column, here given at all levels of coarseness, so
that a coarser row is recognised as theirs.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from firsthand.publication.records import PublishedRecords

__all__ = ["Outcome", "Person", "add_up_mosaic", "link_to_register", "mosaic_scores", "single_out", "tell_membership"]

Outcome = tuple[str, int, tuple[str, ...], str]
"""Name of the attack, on how many it was tried, on what it won, a reason with its repair ({cells} for the cells)."""

Person = tuple[tuple[str, ...], ...]
"""For each column the value at every level, finest first."""

Rows = Sequence[tuple[str, ...]]


def _look(row: tuple[str, ...]) -> tuple[str, ...]:
    return row[:-1]


def _words(look: tuple[str, ...]) -> str:
    return " × ".join(look)


def _is_of(person: Person, look: tuple[str, ...]) -> bool:
    return all(value in levels for levels, value in zip(person, look, strict=True))


def single_out(rows: Rows, *, k: int) -> Outcome:
    """Combinations of columns that fewer than ``k`` rows share."""
    sizes = Counter(map(_look, rows))
    won = tuple(_words(look) for look, size in sorted(sizes.items()) if size < k)
    return (
        "singling out",
        len(sizes),
        won,
        "Fewer than k rows look like this: {cells}. Repair: make a column coarser, or withhold these rows.",
    )


def link_to_register(rows: Rows, register: Sequence[Person], *, k: int) -> Outcome:
    """People of a register whose row is one of fewer than ``k``, or whose act every possible row tells."""
    sizes: Counter[tuple[str, ...]] = Counter(map(_look, rows))
    acts: dict[tuple[str, ...], set[str]] = {}
    for row in rows:
        acts.setdefault(_look(row), set()).add(row[-1])
    won: dict[str, None] = {}
    for person in dict.fromkeys(register):
        looks = [look for look in sizes if _is_of(person, look)]
        candidates = sum(sizes[look] for look in looks)
        told = set().union(*(acts[look] for look in looks)) if looks else set()
        if looks and (candidates < k or len(told) == 1):
            won[_words(looks[0])] = None
    return (
        "linking to a register",
        len(register),
        tuple(won),
        "With a register a person is found, or what was done to them: {cells}. Repair: make a column coarser.",
    )


def tell_membership(rows: Rows, register: Sequence[Person]) -> Outcome:
    """Groups of which everyone in a register must be in the file: whoever is on the register is known to have told."""
    sizes = Counter(map(_look, rows))
    people = Counter(register)
    won = []
    for look, size in sorted(sizes.items()):
        of_look = sum(times for person, times in people.items() if _is_of(person, look))
        if of_look and size >= of_look:
            won.append(_words(look))
    return (
        "telling membership",
        len(sizes) if register else 0,
        tuple(won),
        (
            "Everyone of a group is in the file, so that who is on a register is known to have told: {cells}. "
            "Repair: make a column coarser, or withhold the group."
        ),
    )


def mosaic_scores(files: Sequence[PublishedRecords], people: Sequence[Person]) -> list[float]:
    """For each person the bits that all files together tell of who they are (0: nothing).

    The group that is left to the attacker holds the people who cannot be told apart by any of the files: those of the
    same looks in each. Bits are the binary logarithm of all people over that group.
    """
    looks = [dict.fromkeys(map(_look, file.rows)) for file in files]
    seen_as = [
        tuple(next((look for look in known if _is_of(person, look)), None) for known in looks) for person in people
    ]
    groups = Counter(seen_as)
    return [math.log2(len(people) / groups[one]) for one in seen_as]


def add_up_mosaic(
    published: PublishedRecords, earlier: Sequence[PublishedRecords], people: Sequence[Person]
) -> Outcome:
    """People whom this file and earlier ones together leave in a group of fewer than k."""
    files = [file for file in (*earlier, published) if file.columns == published.columns]
    most = math.log2(max(len(people), 1) / published.k) if len(people) > published.k else 0.0
    won: dict[str, None] = {}
    if len(files) > 1:
        looks = dict.fromkeys(map(_look, published.rows))
        for person, bits in zip(people, mosaic_scores(files, people), strict=True):
            look = next((look for look in looks if _is_of(person, look)), None)
            if look is not None and bits > most + 1e-9:
                won[_words(look)] = None
    return (
        "adding up a mosaic",
        len(people) if len(files) > 1 else 0,
        tuple(won),
        (
            "With earlier files these rows leave a group of fewer than k: {cells}. Repair: use the earlier file's "
            "coarseness, or withhold these rows."
        ),
    )
