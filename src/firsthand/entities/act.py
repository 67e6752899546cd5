"""An act: who did what to whom, when and where, as a view over the claims that speak of it.

An act holds no fact of its own. Claims are put side by side as one act when they name the same code and neither
their times nor their places exclude each other; whether they truly speak of one act is for a person to say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

from firsthand.claims.claim import Statement
from firsthand.values.ids import DocumentId

__all__ = ["ActGroup", "ActKind", "acts_of_statements", "country_of"]

Key = TypeVar("Key", bound=Hashable)
_Dated: TypeAlias = tuple[dt.date, dt.date, Key, DocumentId, Statement]

MONTH_DAYS = 31
NEAR_STATEMENTS = 4


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


def acts_of_statements(told: Sequence[tuple[Key, DocumentId, Statement]]) -> list[ActGroup[Key]]:
    """Group statements by act.

    Events: same code, times of at most a month that overlap (chains of overlap are followed only within two
    months). A statement without a time joins the event of its code that its own document tells nearest to it,
    at most four statements away: news rarely repeats the date. Patterns: the rest, by code and country. A statement
    with two acts (a sale into marriage) stands in two groups. ``told`` is in the order of the texts.
    """
    dated: dict[str, list[_Dated[Key]]] = {}
    undated: list[tuple[str, Key, DocumentId, Statement]] = []
    for key, document, statement in told:
        date = statement.date
        for act in statement.acts:
            if date and date.earliest and date.latest and (date.latest - date.earliest).days <= MONTH_DAYS:
                dated.setdefault(act, []).append((date.earliest, date.latest, key, document, statement))
            else:
                undated.append((act, key, document, statement))
    events = {act: _events(entries) for act, entries in dated.items()}
    patterns: dict[tuple[str, str | None], list[Key]] = {}
    joined: dict[tuple[str, int], list[Key]] = {}
    places = {
        act: {key: number for number, key in enumerate(k for k, _, s in told if act in s.acts)}
        for act in {act for act, *_ in undated}
    }
    for act, key, document, statement in undated:
        # Counted among the statements of this act alone: what is told of other acts in between is no distance.
        place = places[act]
        near = [
            # Of two equally near the later one: a report names the number first and the day after it.
            (abs(place[entry[2]] - place[key]), place[entry[2]] < place[key], number)
            for number, event in enumerate(events.get(act, ()))
            for entry in event
            if entry[3] == document
        ]
        if near and min(near)[0] <= NEAR_STATEMENTS and not (statement.date and statement.date.is_known):
            joined.setdefault((act, min(near)[2]), []).append(key)
        else:
            patterns.setdefault((act, country_of(statement)), []).append(key)
    for act in {act for act, country in patterns if country is None}:
        known = [country for other, country in patterns if other == act and country is not None]
        if len(known) == 1:
            # Silence about the country excludes nothing, and there is just one country that it can mean.
            patterns[act, known[0]] += patterns.pop((act, None))
    groups = [
        ActGroup(kind=ActKind.PATTERN, act=act, country=country, earliest=None, latest=None, members=_once(keys))
        for (act, country), keys in patterns.items()
    ]
    for act, found in events.items():
        for number, event in enumerate(found):
            countries = [country for *_, statement in event if (country := country_of(statement))]
            groups.append(
                ActGroup(
                    kind=ActKind.EVENT,
                    act=act,
                    country=max(sorted(set(countries)), key=countries.count) if countries else None,
                    earliest=event[0][0],
                    latest=max(entry[1] for entry in event),
                    members=_once([*(entry[2] for entry in event), *joined.get((act, number), ())]),
                )
            )
    return groups


def _events(entries: list[_Dated[Key]]) -> list[list[_Dated[Key]]]:
    waiting = sorted(entries, key=lambda entry: entry[:2])
    events = []
    while waiting:
        first, last = waiting[0][:2]
        inside = [entry for entry in waiting if entry[0] <= last and (entry[1] - first).days <= 2 * MONTH_DAYS]
        waiting = [entry for entry in waiting if entry not in inside]
        events.append(inside)
    return events


def _once(keys: list[Key]) -> tuple[Key, ...]:
    return tuple(dict.fromkeys(keys))
