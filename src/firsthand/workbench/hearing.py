"""Who could be heard in a vault and in each of its datasets, and how people were found, in the team's words."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from firsthand.claims.claim import Claim, Polarity, StatementKind
from firsthand.claims.reading.cues import read_table
from firsthand.corroboration.hearing import Heard, HeardClaim, who_was_heard
from firsthand.sources.document import Document
from firsthand.values.dates import days_of_edtf
from firsthand.values.ids import SourceId
from firsthand.workbench.practice import practice_places
from firsthand.workbench.session import Session
from firsthand.workbench.settings import read_setting, write_setting

__all__ = ["EVERYTHING", "datasets_of", "heard_in", "sampling_note", "write_sampling_note"]

EVERYTHING = ""
"""The dataset that holds all."""

_COUNTED = {StatementKind.ACT, StatementKind.QUANTITY}


def datasets_of(session: Session) -> Mapping[str, frozenset[SourceId]]:
    """Datasets by name: everything first, then each list that sources are of, then each kind of source."""
    sources = session.sources()
    found: dict[str, set[SourceId]] = {EVERYTHING: {source.id for source in sources}}
    for source in sources:
        for name in source.lists:
            found.setdefault(f"list:{name}", set()).add(source.id)
    for source in sources:
        found.setdefault(f"kind:{source.kind.value}", set()).add(source.id)
    return {name: frozenset(members) for name, members in found.items()}


@dataclass(slots=True)
class _Book:
    """The claims that are counted, each as it was last read; ``at`` is the step it has come to."""

    told: dict[str, HeardClaim] = field(default_factory=dict)
    answers: dict[str, Heard] = field(default_factory=dict)
    at: int = -1
    guard: threading.Lock = field(default_factory=threading.Lock)


def heard_in(session: Session, dataset: str = EVERYTHING) -> Heard:
    """Who could be heard in the claims that are counted, of one dataset; only what steps touched is read again."""
    book = session.memory.setdefault(f"heard {session.sight}", _Book())
    assert isinstance(book, _Book)  # noqa: S101  nothing else is kept under that name
    with book.guard:
        _follow(session, book)
        if dataset not in book.answers:
            members = datasets_of(session).get(dataset, frozenset())
            book.answers[dataset] = who_was_heard(
                [one for one in book.told.values() if one.source in members], _regions()
            )
        return book.answers[dataset]


def _follow(session: Session, book: _Book) -> None:
    now = len(session.vault)
    if now == book.at:
        return
    steps = session.vault.history(limit=now - book.at) if 0 <= book.at < now else []
    touched = {(record.kind, record.id) for step in steps for record in step.records}
    kinds = {kind for kind, _ in touched}
    if book.at < 0 or now < book.at or kinds & {"source", "document"} or any(step.destroyed_keys for step in steps):
        claims, book.told = session.claims(status="accepted"), {}
    else:
        names = [name for kind, name in touched if kind == "claim"]
        for name in names:
            book.told.pop(name, None)
        claims = [claim for claim in (session.read.get("claim", name) for name in names) if isinstance(claim, Claim)]
    sources = {source.id: source.kind for source in session.sources()} if claims else {}
    told_on = {document.id: _day(document) for document in session.documents()} if claims else {}
    for claim in claims:
        statement = claim.statement
        if claim.counts and statement.kind in _COUNTED and statement.polarity is Polarity.AFFIRMED:
            book.told[claim.id] = HeardClaim(
                source=claim.source,
                kind=sources[claim.source],
                statement=statement,
                told_on=told_on.get(claim.document),
            )
    if claims or kinds & {"claim", "source", "document"}:
        book.answers.clear()
    book.at = now


def _day(document: Document) -> dt.date:
    """When it was told, as far as is known: published, or received at the latest."""
    published = days_of_edtf(document.published)[1] if document.published else None
    return published or document.received_at.date()


def _regions() -> Mapping[str, Sequence[str]]:
    """The provinces of each country that the gazetteers know by province."""
    found: dict[str, set[str]] = {}
    for place in practice_places().values():
        if len(place.place.path) > 1:
            found.setdefault(place.place.path[0], set()).add(place.place.path[1])
    for row in read_table("places"):
        if row["precision"] == "province":
            found.setdefault(row["parent"], set()).add(row["id"])
    return {country: sorted(regions) for country, regions in found.items()}


def sampling_note(session: Session, dataset: str) -> str:
    """How people were found and chosen for a dataset, as the team wrote it."""
    return read_setting(session, f"sampling:{dataset}")


def write_sampling_note(session: Session, dataset: str, note: str) -> None:
    """Keep how people were found and chosen."""
    write_setting(session, f"sampling:{dataset}", note.strip())
