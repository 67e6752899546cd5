"""The practice vault: invented testimony of an invented place, with every difficulty that real work has.

A reprint, a circular report, a contradiction with a denial, a revised testimony, a withdrawn consent, a child,
partial dates, one person in three spellings, and three lists that overlap.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from firsthand.claims.attribution import Informant, InformantType, Span
from firsthand.claims.claim import (
    Assertion,
    Claim,
    Participant,
    PlaceRole,
    PlaceTold,
    Polarity,
    Statement,
    StatementKind,
    TimeTold,
)
from firsthand.corroboration.elements import Reading
from firsthand.corroboration.weighing import WeighedAct
from firsthand.sources.consent import Consent, GivenBy, Purpose
from firsthand.sources.document import Document
from firsthand.sources.readers import read_document
from firsthand.sources.source import SourceKind
from firsthand.values.dates import UncertainDate
from firsthand.values.grades import AgeGroup, Basis, Handling, StandardOfProof
from firsthand.values.ids import ConsentId, DocumentId, SourceId
from firsthand.values.places import Place, Precision
from firsthand.values.quantities import Quantity, QuantityKind
from firsthand.workbench.assessing import assess_vault, mark_element, record_finding
from firsthand.workbench.coding import propose_for, record_claim
from firsthand.workbench.collecting import keep_document, revise_testimony
from firsthand.workbench.jobs import Progress, silent
from firsthand.workbench.session import Session
from firsthand.workbench.withdrawing import withdraw_consent

__all__ = ["PRACTICE_TASKS", "PracticePlace", "build_practice_vault", "practice_places"]

# The seven tasks of the first five minutes: a stable word for each; words and links are the interface's.
PRACTICE_TASKS = ("mark", "claim", "suggestions", "pair", "circular", "count", "publish")

GIVEN_ON = dt.date(2015, 6, 1)
WITHDRAWN_ON = dt.date(2016, 2, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticePlace:
    """An invented place with its outline: (longitude, latitude) pairs, first point not repeated."""

    place: Place
    name_ko: str
    outline: tuple[tuple[float, float], ...]


@lru_cache(maxsize=1)
def _plan() -> Mapping[str, Any]:
    return tomllib.loads(_file("practice.toml").decode())


def _file(name: str) -> bytes:
    return (resources.files("firsthand.workbench") / "practice_vault" / name).read_bytes()


@lru_cache(maxsize=1)
def practice_places() -> Mapping[str, PracticePlace]:
    """The invented gazetteer, by id."""
    return {
        row["id"]: PracticePlace(
            place=Place(
                name=row["name_en"],
                gazetteer_id=row["id"],
                path=tuple(row["path"]),
                precision=Precision[row["precision"]],
                latitude=row["latitude"],
                longitude=row["longitude"],
            ),
            name_ko=row["name_ko"],
            outline=tuple((x, y) for x, y in row["outline"]),
        )
        for row in _plan()["place"]
    }


def build_practice_vault(session: Session, *, progress: Progress = silent) -> None:
    """Fill an empty vault with the practice material, as a team would have: kept, coded, proposed, weighed."""
    plan = _plan()
    documents: dict[str, Document] = {}
    for number, row in enumerate(plan["document"], 1):
        progress("practice", number, len(plan["document"]))
        documents[row["file"]] = _add(session, row, documents)
    for row in plan["document"]:
        for told in row.get("claim", ()):
            _record(session, documents[row["file"]], told)
    uncoded = [documents[row["file"]] for row in plan["document"] if not row["coded"]]
    propose_for(session, [*uncoded, documents["04-memo.txt"], documents["05-officer.txt"]], progress=progress)
    for row in plan["withdrawal"]:
        consent = session.consents(source=documents[row["file"]].source)[0]
        withdraw_consent(session, consent.id, {Purpose(p) for p in row["purposes"]}, on=WITHDRAWN_ON)
    _record_findings(session)


def _add(session: Session, row: Mapping[str, Any], documents: Mapping[str, Document]) -> Document:
    content = _file(row["file"])
    reading = read_document(content, row["file"])
    if "version_of" in row:
        old = documents[row["version_of"]]
        claims = [c.id for c in session.claims(document=old.id) if "arbitrary_detention" in c.statement.acts]
        return revise_testimony(session, old.id, text=reading.text, supersedes=claims)
    terms = Consent(
        id=ConsentId("consent-pattern"),
        source=SourceId("source-pattern"),
        purposes=frozenset(Purpose(p) for p in row["consent"]),
        given_by=GivenBy(row["given_by"]),
        given_on=GIVEN_ON,
        language="ko" if reading.text[:40].startswith("연습용") else "en",
        form="spoken, noted by the interviewer",
    )
    document = keep_document(
        session,
        row["file"].rpartition("/")[2],
        content,
        reading,
        terms=terms,
        kind=SourceKind(row["kind"]),
        handling=Handling[row["handling"].upper()],
        lists=tuple(row.get("lists", ())),
    )
    if row["file"] == "10-carter.txt":
        # Coded before the second interview, so that the revision has claims to supersede.
        for told in row["claim"]:
            _record(session, document, told)
    return document


def _record(session: Session, document: Document, told: Mapping[str, Any]) -> None:
    if any(told["quote"] == session.passage(c.passage).anchor.exact for c in session.claims(document=document.id)):
        return
    start = document.text.index(told["quote"])
    record_claim(session, document.id, [Span(start, start + len(told["quote"]))], _statement(told, document, start))


def _statement(told: Mapping[str, Any], document: Document, start: int) -> Statement:
    def words(text: str) -> Participant:
        at = told["quote"].find(text)
        return Participant(text=text, span=Span(start + at, start + at + len(text)) if at >= 0 else None)

    places = [
        PlaceTold(text=practice_places()[told[key]].place.name, role=role, place=practice_places()[told[key]].place)
        for key, role in (("place", PlaceRole.EVENT), ("destination", PlaceRole.DESTINATION))
        if key in told
    ]
    amount = told.get("amount")
    name = told.get("name")
    at = document.text.find(name) if name else -1
    return Statement(
        kind=StatementKind(told["kind"]),
        informant=Informant(
            type=InformantType(told["informant"]),
            name=name,
            span=Span(at, at + len(name)) if name and at >= 0 else None,
        ),
        chain=tuple(told.get("chain", ())),
        polarity=Polarity(told.get("polarity", "affirmed")),
        assertion=Assertion.FACT,
        basis=Basis(told["basis"]),
        acts=tuple(told["acts"]),
        victims=tuple(words(text) for text in told.get("victims", ())),
        perpetrators=tuple(words(text) for text in told.get("perpetrators", ())),
        places=tuple(places),
        time=TimeTold(date=UncertainDate(edtf=told["edtf"], words=told.get("words"))) if "edtf" in told else None,
        amount=Quantity(
            kind=QuantityKind(amount["kind"]),
            minimum=amount.get("min"),
            maximum=amount.get("max"),
            unit=amount["unit"],
        )
        if amount
        else None,
        victims_age=AgeGroup(told.get("age", "unknown")),
    )


def _record_findings(session: Session) -> None:
    def about(act: str, more: int) -> WeighedAct | None:
        fitting = [a for a in assess_vault(session).weighing.acts if a.group.act == act and len(a.supporting) >= more]
        return fitting[0] if fitting else None

    taken = about("deportation", 2)
    if taken is not None:
        finding = record_finding(
            session,
            taken,
            statement="Traders were taken from Narubaek to Soltae on 12 May 2011; between 80 and 95 people are named.",
            standard=StandardOfProof.REASONABLE_GROUNDS,
            reasons="Two groups that hold letters and one eyewitness agree on the place; the office denies it.",
        )
        for element, words, reason in _MARKS:
            claim = next((c for c in session.claims(status="accepted") if words in _words(session, c)), None)
            if claim is not None:
                mark_element(
                    session,
                    finding.id,
                    rule="rome-7-1-d-transfer",
                    element=element,
                    claim=claim.id,
                    reading=Reading.SHOWS,
                    reason=reason,
                )


# What a coder read in two passages, so that the practice finding shows elements that are met and some that are open.
_MARKS = (
    ("coercion", "wardens counting people onto the boats", "Wardens counted them onto the boats."),
    ("no-ground", "nobody was shown an order", "No order was shown."),
)


def _words(session: Session, claim: Claim) -> str:
    return " ".join(session.passage(passage).anchor.exact for passage in claim.passages)


def document_named(session: Session, file_name: str) -> DocumentId:
    """The practice document with a file name; the first version where there are two."""
    return next(d.id for d in session.documents() if d.file_name == file_name and d.version_of is None)
