"""An act: who did what to whom, when and where, as a view over the claims that speak of it.

An act holds no fact of its own. Claims are put side by side as one act when they name the same code and neither
their times nor their places exclude each other; whether they truly speak of one act is for a person to say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from firsthand.claims.claim import Statement

__all__ = ["ActGroup", "ActKind", "acts_of_statements", "country_of"]

Key = TypeVar("Key", bound=Hashable)

MONTH_DAYS = 31


class ActKind(StrEnum):
    """An event is told with a time of a month or less; a pattern is what is said to happen without one."""

    EVENT = "event"
    PATTERN = "pattern"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActGroup(Generic[Key]):
    """Claims that may speak of one act: its code, where (country id), when, and the claims' keys in given order."""

    kind: ActKind
    act: str
    country: str | None
    earliest: dt.date | None
    latest: dt.date | None
    members: tuple[Key, ...]


def country_of(statement: Statement) -> str | None:
    """The first gazetteer country among the statement's places, where it happened before where it led."""
    ordered = sorted(statement.places, key=lambda told: told.role != "event")
    return next((told.place.path[0] for told in ordered if told.place and told.place.path), None)


def acts_of_statements(told: Sequence[tuple[Key, Statement]]) -> list[ActGroup[Key]]:
    """Group statements by act.

    Events: same code, times of at most a month that overlap (chains of overlap are followed only within
    a month). Patterns: same code and country. Statements of context take no part. A statement with two acts
    (a sale into marriage) stands in two groups.
    """
    dated: dict[str, list[tuple[dt.date, dt.date, Key, Statement]]] = {}
    undated: dict[tuple[str, str | None], list[Key]] = {}
    for key, statement in told:
        date = statement.date
        for act in statement.acts:
            if date and date.earliest and date.latest and (date.latest - date.earliest).days <= MONTH_DAYS:
                dated.setdefault(act, []).append((date.earliest, date.latest, key, statement))
            else:
                undated.setdefault((act, country_of(statement)), []).append(key)
    groups = [
        ActGroup(kind=ActKind.PATTERN, act=act, country=country, earliest=None, latest=None, members=_once(keys))
        for (act, country), keys in undated.items()
    ]
    for act, entries in dated.items():
        groups.extend(_events(act, entries))
    return groups


def _events(act: str, entries: list[tuple[dt.date, dt.date, Key, Statement]]) -> Iterable[ActGroup[Key]]:
    entries.sort(key=lambda entry: entry[:2])
    while entries:
        first, last = entries[0][:2]
        inside = [entry for entry in entries if entry[0] <= last and (entry[1] - first).days <= 2 * MONTH_DAYS]
        entries = [entry for entry in entries if entry not in inside]
        countries = [country_of(statement) for *_, statement in inside]
        known = sorted({country for country in countries if country})
        yield ActGroup(
            kind=ActKind.EVENT,
            act=act,
            country=max(known, key=countries.count) if known else None,
            earliest=first,
            latest=max(entry[1] for entry in inside),
            members=_once([entry[2] for entry in inside]),
        )


def _once(keys: list[Key]) -> tuple[Key, ...]:
    return tuple(dict.fromkeys(keys))
