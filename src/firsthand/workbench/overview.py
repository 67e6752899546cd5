"""What lists, counts and pictures need of an open vault, kept beside it in memory: each step since is followed.

A page of fifty rows must not open a hundred thousand records. The overview holds a few words of each record, never a
text, reads all of them once, and then only what steps have touched.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, cast

from firsthand.claims.ages import must_stay_coded
from firsthand.claims.claim import Claim, ClaimStatus
from firsthand.claims.suggestions import ProposalStatus
from firsthand.estimation.counts import Breakdown, CountRow, CountTable, documented_counts
from firsthand.sources.consent import Consent
from firsthand.sources.document import Document, VersionKind
from firsthand.sources.source import Source
from firsthand.values.grades import Handling
from firsthand.values.ids import ClaimId, DocumentId, SourceId
from firsthand.values.languages import Language
from firsthand.values.places import Place
from firsthand.workbench.session import Session

__all__ = ["READ_MARK", "ClaimBrief", "DocumentBrief", "Overview", "overview_is_there", "overview_of"]

_ALL = tuple(Breakdown)
READ_MARK = "proposed on "  # begins the setting that says that the reading of a document came to its end
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentBrief:
    """A document without its text."""

    id: DocumentId
    source: SourceId
    name: str
    file_name: str
    language: Language
    version: VersionKind
    version_of: DocumentId | None
    received_at: dt.datetime
    handling: Handling
    media_type: str
    left_behind: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimBrief:
    """A claim without its words. ``categories`` are those of all breakdowns, one row for each act; ``aside`` says
    why it is not counted. ``held_back``: why its words stay covered."""

    id: ClaimId
    document: DocumentId
    source: SourceId
    status: ClaimStatus
    acts: tuple[str, ...]
    kind: str
    basis: str
    handling: Handling
    earliest: dt.date | None
    latest: dt.date | None
    is_approximate: bool
    edtf: str | None
    words: str | None
    place: str | None
    categories: tuple[tuple[str, ...], ...]
    aside: str
    held_back: str


@dataclass(slots=True)
class Overview:
    """The briefs of an open vault, as one sight of it allows. ``at`` is the step that it has come to."""

    at: int = -1
    sources: dict[SourceId, Source] = field(default_factory=dict)
    documents: dict[DocumentId, DocumentBrief] = field(default_factory=dict)
    claims: dict[ClaimId, ClaimBrief] = field(default_factory=dict)
    consents: dict[SourceId, dict[str, Consent]] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    places: dict[str, Place] = field(default_factory=dict)
    open_in: Counter[DocumentId] = field(default_factory=Counter)
    proposed: set[DocumentId] = field(default_factory=set)
    read: set[DocumentId] = field(default_factory=set)
    _documents_of: dict[SourceId, list[DocumentId]] = field(default_factory=dict)
    _open: dict[str, DocumentId] = field(default_factory=dict)
    _kept: dict[object, object] = field(default_factory=dict)
    _guard: threading.RLock = field(default_factory=threading.RLock)

    def brought_up(self, session: Session) -> Overview:
        """Itself, as the vault is now."""
        with self._guard:
            now = len(session.vault)
            if now == self.at:
                return self
            steps = session.vault.history(limit=now - self.at) if 0 <= self.at < now and now - self.at < 500 else None
            if steps is None or any(step.destroyed_keys for step in steps):
                self._read_all(session)
            else:
                for kind, name in {(r.kind, r.id) for step in steps for r in step.records}:
                    if kind == "setting":
                        self._put_setting(name, is_there=session.vault.get(kind, name) is not None)
                    else:
                        self._follow(session, kind, name)
            self.at = now
            self._kept.clear()
            return self

    def _read_all(self, session: Session) -> None:
        for held in (self.sources, self.documents, self.claims, self.consents, self.withdrawn, self.places):
            held.clear()
        self.open_in.clear()
        self.proposed.clear()
        self.read.clear()
        for setting in session.vault.all("setting"):
            self._put_setting(setting.id, is_there=True)
        self._documents_of.clear()
        self._open.clear()
        for source in session.sources():
            self.sources[source.id] = source
        for document in session.documents():
            self._put_document(document)
        for consent in session.consents():
            self.consents.setdefault(consent.source, {})[consent.id] = consent
        self.withdrawn.update(w.consent for w in session.withdrawals())
        for proposal in session.proposals():
            self._put_proposal(proposal.id, proposal.document, is_open=proposal.status is ProposalStatus.OPEN)
        for claim in session.claims():
            self.claims[claim.id] = self._brief(session, claim)

    def _follow(self, session: Session, kind: str, name: str) -> None:
        record = session.read.get(kind, name)
        if kind == "source":
            self.sources.pop(SourceId(name), None)
            if record is not None:
                self.sources[record.id] = record
        elif kind == "document":
            before = self.documents.pop(DocumentId(name), None)
            if before is not None:
                self._documents_of[before.source].remove(before.id)
            if record is not None:
                self._put_document(record)
        elif kind == "claim":
            self.claims.pop(ClaimId(name), None)
            if record is not None:
                self.claims[record.id] = self._brief(session, record)
        elif kind == "consent":
            for held in self.consents.values():
                held.pop(name, None)
            if record is not None:
                self.consents.setdefault(record.source, {})[record.id] = record
        elif kind == "withdrawal":
            self.withdrawn = {w.consent for w in session.withdrawals()}
        elif kind == "proposal":
            was = self._open.pop(name, None)
            if was is not None:
                self.open_in[was] -= 1
            if record is not None:
                self._put_proposal(name, record.document, is_open=record.status is ProposalStatus.OPEN)

    def _put_setting(self, name: str, *, is_there: bool) -> None:
        if name.startswith(READ_MARK):
            document = DocumentId(name.removeprefix(READ_MARK))
            (self.read.add if is_there else self.read.discard)(document)

    def _put_proposal(self, name: str, document: DocumentId, *, is_open: bool) -> None:
        self.proposed.add(document)
        if is_open:
            self._open[name] = document
            self.open_in[document] += 1

    def _put_document(self, document: Document) -> None:
        self.documents[document.id] = DocumentBrief(
            id=document.id,
            source=document.source,
            name=document.title or document.file_name,
            file_name=document.file_name,
            language=document.language,
            version=document.version,
            version_of=document.version_of,
            received_at=document.received_at,
            handling=document.handling,
            media_type=document.media_type,
            left_behind=sum(left.count for left in document.left_behind),
        )
        self._documents_of.setdefault(document.source, []).append(document.id)

    def _brief(self, session: Session, claim: Claim) -> ClaimBrief:
        statement = claim.statement
        table = documented_counts([claim], _ALL)
        date, place = statement.date, statement.first_place
        if place is not None and place.gazetteer_id is not None:
            self.places.setdefault(place.gazetteer_id, place)
        return ClaimBrief(
            id=claim.id,
            document=claim.document,
            source=claim.source,
            status=claim.status,
            acts=statement.acts,
            kind=statement.kind.value,
            basis=statement.basis.value,
            handling=claim.handling,
            earliest=date.earliest if date else None,
            latest=date.latest if date else None,
            is_approximate=bool(date and date.is_approximate),
            edtf=date.edtf if date else None,
            words=date.words if date else None,
            place=place.gazetteer_id if place else None,
            categories=tuple(row.categories for row in table.rows),
            aside=next(iter(table.set_aside), ""),
            held_back=must_stay_coded(statement, session.acts),
        )

    # -- what pages ask for ---------------------------------------------------------------------------------

    def documents_of(self, source: SourceId) -> list[DocumentBrief]:
        """The documents of a source, in order of their arrival."""
        return sorted((self.documents[d] for d in self._documents_of.get(source, ())), key=lambda d: d.received_at)

    def accepted(self) -> list[ClaimBrief]:
        """The accepted claims, in order of id."""
        return self.once("accepted", lambda: [c for c in self.in_order() if c.status is ClaimStatus.ACCEPTED])

    def in_order(self) -> list[ClaimBrief]:
        """All claims, in order of id, whatever steps brought them."""
        return self.once("in order", lambda: sorted(self.claims.values(), key=lambda claim: claim.id))

    def without_proposals(self) -> list[DocumentBrief]:
        """Documents that nothing was proposed on, nothing recorded, and no reading has come to its end on."""
        coded = self.once("coded", lambda: {c.document for c in self.claims.values()})
        return [
            d
            for d in self.documents.values()
            if d.id not in self.proposed
            and d.id not in coded
            and d.id not in self.read
            and d.language is not Language.OTHER
        ]

    def count(self, by: Sequence[Breakdown]) -> CountTable:
        """``documented_counts`` of all claims, from the briefs."""
        return self.once(("count", tuple(by)), lambda: self._counted(tuple(by)))

    def _counted(self, by: tuple[Breakdown, ...]) -> CountTable:
        places = [_ALL.index(one) for one in by]
        with_acts = Breakdown.ACT in by
        cells: dict[tuple[str, ...], list[ClaimBrief]] = {}
        aside: Counter[str] = Counter()
        for claim in self.in_order():
            if claim.aside:
                aside[claim.aside] += 1
                continue
            for row in claim.categories if with_acts else claim.categories[:1]:
                cells.setdefault(tuple(row[place] for place in places), []).append(claim)
        return CountTable(
            by=by,
            rows=tuple(
                CountRow(
                    categories=categories,
                    claims=tuple(c.id for c in members),
                    sources=tuple(dict.fromkeys(c.source for c in members)),
                )
                for categories, members in sorted(cells.items())
            ),
            claims_in=len(self.claims),
            set_aside=dict(aside),
        )

    def once(self, name: object, work: Callable[[], Kept]) -> Kept:
        """What ``work`` gives, worked out once for each step of the vault."""
        with self._guard:
            if name not in self._kept:
                self._kept[name] = work()
            return cast("Kept", self._kept[name])


def overview_is_there(session: Session) -> bool:
    """Whether all records were read before, so that only what steps have touched is left to read."""
    kept = session.memory.get(f"overview {session.sight}")
    return isinstance(kept, Overview) and kept.at >= 0


def overview_of(session: Session) -> Overview:
    """The overview that is kept beside a session's vault, brought up to its last step."""
    kept = session.memory.setdefault(f"overview {session.sight}", Overview())
    assert isinstance(kept, Overview)  # noqa: S101  nothing else is kept under that name
    return kept.brought_up(session)
