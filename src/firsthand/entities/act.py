"""An act: who did what to whom, when and where, as a view over the claims that speak of it.

An act holds no fact of its own. Claims are put side by side as one act when they name the same code and neither
their times nor their places exclude each other; whether they truly speak of one act is for a person to say.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from firsthand.claims.claim import Statement
from firsthand.values.ids import DocumentId

__all__ = ["ActGroup", "ActKind", "ActShelf", "acts_of_statements", "country_of", "groups_of_act"]

Key = TypeVar("Key", bound=Hashable)

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
    """Group statements by act, code by code; a statement with two acts (a sale into marriage) stands in two groups.

    ``told`` is in the order of the texts: see ``groups_of_act``, which says how.
    """
    by_act: dict[str, list[tuple[Key, DocumentId, Statement]]] = {}
    for entry in told:
        for act in entry[2].acts:
            by_act.setdefault(act, []).append(entry)
    return [group for act, entries in by_act.items() for group in groups_of_act(act, entries)]


def groups_of_act(act: str, told: Sequence[tuple[Key, DocumentId, Statement]]) -> list[ActGroup[Key]]:
    """Group the statements that name one act; see ``ActShelf``, which says how."""
    by_document: dict[DocumentId, list[tuple[Key, Statement]]] = {}
    for key, document, statement in told:
        by_document.setdefault(document, []).append((key, statement))
    shelf = ActShelf[Key](act)
    shelf.change(by_document)
    return shelf.groups()


@dataclass(frozen=True, slots=True)
class _Placed(Generic[Key]):
    """A dated statement and where it stands: in which document, at which place among those of its act."""

    earliest: dt.date
    latest: dt.date
    document: DocumentId
    place: int
    key: Key
    country: str | None


@dataclass(slots=True)
class _InDocument(Generic[Key]):
    """One document's statements of an act; those told beside a dated one are held by the place of that one."""

    dated: list[_Placed[Key]]
    beside: dict[int, list[Key]]
    patterns: dict[str | None, list[Key]]


class ActShelf(Generic[Key]):
    """The statements that name one act, grouped into events and patterns, and kept so while documents come and go.

    Events: times of at most a month that overlap; an event begins with the earliest statement that is left, and
    holds all that begin before that one's last day. A statement without a time joins the event that its own
    document tells nearest to it, at most four statements of this act away: news rarely repeats the date. Patterns:
    the rest, by country. Documents are taken in the order of their ids, statements in the order of their text.
    """

    def __init__(self, act: str) -> None:
        self._act = act
        self._documents: dict[DocumentId, _InDocument[Key]] = {}
        self._dated: list[_Placed[Key]] = []
        self._events: dict[dt.date, tuple[list[_Placed[Key]], ActGroup[Key]]] = {}
        self._holders: dict[str | None, set[DocumentId]] = {}
        self._patterns: dict[str | None, ActGroup[Key]] = {}

    def change(self, told: Mapping[DocumentId, Sequence[tuple[Key, Statement]]]) -> None:
        """Put the statements of documents in the place of those held; a document with none is taken out."""
        is_dated, countries = False, set[str | None]()
        for document, statements in told.items():
            for part in (self._documents.pop(document, None), _in_document(document, statements)):
                if part is not None:
                    is_dated = is_dated or bool(part.dated)
                    countries |= part.patterns.keys()
            for country in countries:
                self._holders.setdefault(country, set()).discard(document)
            if statements:
                new = self._documents[document] = _in_document(document, statements)
                for country in new.patterns:
                    self._holders[country].add(document)
        if is_dated:
            self._renew_events(set(told))
        if countries:
            self._renew_patterns(countries)

    def groups(self) -> list[ActGroup[Key]]:
        """Patterns by country, then events by first day."""
        patterns = sorted(self._patterns.items(), key=lambda item: item[0] or "")
        return [*(group for _, group in patterns), *(group for _, group in self._events.values())]

    def _renew_events(self, stale: set[DocumentId]) -> None:
        added = [one for document in stale if document in self._documents for one in self._documents[document].dated]
        self._dated = [one for one in self._dated if one.document not in stale] + added
        self._dated.sort(key=lambda one: (one.earliest, one.latest, one.document, one.place))
        old, self._events = self._events, {}
        # No statement lasts over a month, so that no event lasts over two.
        events: list[list[_Placed[Key]]] = []
        for one in self._dated:
            if events and one.earliest <= events[-1][0].latest:
                events[-1].append(one)
            else:
                events.append([one])
        for event in events:
            kept = old.get(event[0].earliest)
            if kept is None or len(kept[0]) != len(event) or not all(map(operator.is_, kept[0], event)):
                kept = (event, self._event(event))
            self._events[event[0].earliest] = kept

    def _event(self, event: Sequence[_Placed[Key]]) -> ActGroup[Key]:
        countries = [one.country for one in event if one.country]
        beside = [
            key
            for document, place in sorted((one.document, one.place) for one in event)
            for key in self._documents[document].beside.get(place, ())
        ]
        return ActGroup(
            kind=ActKind.EVENT,
            act=self._act,
            country=max(sorted(set(countries)), key=countries.count) if countries else None,
            earliest=event[0].earliest,
            latest=max(one.latest for one in event),
            members=tuple(dict.fromkeys([*(one.key for one in event), *beside])),
        )

    def _renew_patterns(self, countries: set[str | None]) -> None:
        known = sorted(country for country, holders in self._holders.items() if holders and country is not None)
        # Silence about the country excludes nothing, and where there is just one country it can mean only that.
        meant = known[0] if len(known) == 1 else None
        was_meant = None not in self._patterns and len(self._patterns) == 1
        if None in countries or bool(meant) != was_meant:
            countries = {*countries, *known, None}
        for country in countries:
            silent = self._holders.get(None, set()) if country is not None and country == meant else set()
            holders = self._holders.get(country, set()) | silent
            self._patterns.pop(country, None)
            if not holders or (country is None and meant is not None):
                continue
            keys = [
                key
                for document in sorted(holders)
                for told_of in ((country, None) if silent else (country,))
                for key in self._documents[document].patterns.get(told_of, ())
            ]
            self._patterns[country] = ActGroup(
                kind=ActKind.PATTERN, act=self._act, country=country, earliest=None, latest=None, members=tuple(keys)
            )


def _in_document(document: DocumentId, told: Sequence[tuple[Key, Statement]]) -> _InDocument[Key]:
    part = _InDocument[Key](dated=[], beside={}, patterns={})
    undated: list[tuple[int, Key, Statement]] = []
    for place, (key, statement) in enumerate(told):
        date = statement.date
        first, last = (date.earliest, date.latest) if date else (None, None)
        if first and last and (last - first).days <= MONTH_DAYS:
            part.dated.append(_Placed(first, last, document, place, key, country_of(statement)))
        else:
            undated.append((place, key, statement))
    for place, key, statement in undated:
        # Of two equally near the later one: a report names the number first and the day after it. Counted among the
        # statements of this act alone: what is told of other acts in between is no distance.
        near = min(((abs(one.place - place), one.place < place, one.place) for one in part.dated), default=None)
        if near is not None and near[0] <= NEAR_STATEMENTS and not (statement.date and statement.date.is_known):
            part.beside.setdefault(near[2], []).append(key)
        else:
            part.patterns.setdefault(country_of(statement), []).append(key)
    return part
