"""Blind double coding: two coders code the same documents apart; then they see agreement and settle differences.

Neither coder sees the other's claims, nor the machine's, before both have said that they are done with a document;
until then what stands of it is closed to both of them everywhere (``apart``), and nothing is proposed on it.
What they make apart is kept under the source's key and counts for nothing; a claim comes from settling a difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from firsthand.claims.agreement import Agreement, CodedClaim, Unit, agreement_of, pair_claims
from firsthand.claims.attribution import Span
from firsthand.claims.claim import Claim, Statement
from firsthand.claims.suggestions import Proposal, ProposalStatus, Suggestion
from firsthand.passages.selectors import make_anchor
from firsthand.values.errors import InputError, ProtectionRefusal, UsageError
from firsthand.values.ids import ClaimId, DocumentId, ProposalId
from firsthand.vault import Change
from firsthand.workbench.apart import CODINGS, DoubleCoding, engine_of_coder
from firsthand.workbench.coding import record_claim
from firsthand.workbench.session import Session, source_key
from firsthand.workbench.settings import write_setting
from firsthand.workbench.steps import StepName

__all__ = [
    "AlreadyDone",
    "Comparison",
    "DoubleCoding",
    "NotACoder",
    "NotDoubleCoded",
    "StillApart",
    "agreement_in_vault",
    "assign",
    "assignments",
    "code_apart",
    "coded_by",
    "compare",
    "mark_done",
    "settle",
    "settled_in",
    "take_back",
]


class NotDoubleCoded(UsageError):
    """A document is not assigned to two coders."""

    next_step = "Assign it first: `firsthand double-coding assign`, or the page Double coding."


class NotACoder(ProtectionRefusal):
    """Someone who is none of a document's two coders would code it apart."""

    next_step = "Sit down under the pseudonym that the document is assigned to."


class StillApart(ProtectionRefusal):
    """The coders' claims are asked for before both are done."""

    likely = "Seeing the other's claims would end the blindness that the measure rests on."
    next_step = "Wait until both have marked the document as done."


class AlreadyDone(UsageError):
    """A coder would change what was marked as done."""

    next_step = "Undo the step that marked it, or settle the difference after comparing."


class CodersNotTwo(InputError):
    """Documents are not assigned to two different coders."""

    next_step = "Name two coders by their pseudonyms."


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two coders' claims on a document side by side."""

    coding: DoubleCoding
    units: tuple[Unit, ...]

    @property
    def differences(self) -> tuple[Unit, ...]:
        """The units on which they differ."""
        return tuple(unit for unit in self.units if unit.differing)


def assignments(session: Session) -> list[DoubleCoding]:
    """All documents that two coders code apart, as far as this person may see the documents."""
    seen = {document.id for document in session.documents()}
    return [coding for coding in session.codings if coding.document in seen]


def _of(session: Session, document: DocumentId) -> DoubleCoding:
    found = next((coding for coding in session.codings if coding.document == document), None)
    if found is None:
        raise NotDoubleCoded("The document is not coded by two people apart.")
    return found


def _keep(session: Session, codings: list[DoubleCoding]) -> None:
    write_setting(session, CODINGS, msgspec.json.encode(codings).decode())


def assign(session: Session, documents: Sequence[DocumentId], coders: tuple[str, str]) -> list[DoubleCoding]:
    """Assign documents to two coders, named by the pseudonyms under which they work. Those assigned already stay.

    Raises:
        CodersNotTwo: the two are one, or a name is empty.
    """
    names = tuple(name.strip() for name in coders)
    if len(set(names)) != 2 or not all(names):
        raise CodersNotTwo("Double coding needs two coders with different names.")
    held = list(session.codings)
    known = {coding.document for coding in held}
    for document in dict.fromkeys(documents):
        session.document(document)
        if document not in known:
            held.append(DoubleCoding(document=document, coders=(names[0], names[1])))
    _keep(session, held)
    return held


def code_apart(session: Session, document_id: DocumentId, support: Sequence[Span], statement: Statement) -> Proposal:
    """Keep a claim that the coder at this session makes apart.

    Raises:
        NotDoubleCoded, NotACoder: the document is not theirs to code apart.
        AlreadyDone: they said that they are done with it.
        SelectorsDisagree, ClaimWithoutPassage: the passage is not in the text, or there is none.
    """
    coding = _mine(session, document_id)
    document = session.document(coding.document)
    for span in support:
        make_anchor(document.text, span.start, span.end)
    suggestion = Suggestion(support=tuple(support), statement=statement, confidence=1.0)
    kept = Proposal(
        id=ProposalId(session.new_id("proposal")),
        document=document.id,
        suggestion=suggestion,
        engine=engine_of_coder(session.actor),
        status=ProposalStatus.APART,
    )
    key = source_key(document.source)
    session.take(StepName.CODE_APART, [Change(kind="proposal", id=kept.id, value=kept, key=key)])
    return kept


def take_back(session: Session, proposal_id: ProposalId) -> None:
    """Take back a claim that the coder at this session made apart.

    Raises:
        NotACoder: it is another's.
        AlreadyDone: they said that they are done with the document.
    """
    kept = session.proposal(proposal_id)
    if kept.status is not ProposalStatus.APART or kept.engine != engine_of_coder(session.actor):
        raise NotACoder("This claim was not made by you.")
    coding = _mine(session, kept.document)
    key = source_key(session.document(coding.document).source)
    session.take(StepName.CODE_APART, [Change(kind="proposal", id=kept.id, value=None, key=key)])


def _mine(session: Session, document: DocumentId) -> DoubleCoding:
    coding = _of(session, document)
    if session.actor not in coding.coders:
        raise NotACoder("You are none of this document's two coders.")
    if session.actor in coding.done:
        raise AlreadyDone("You have marked this document as done.")
    return coding


def coded_by(session: Session, document: DocumentId, coder: str) -> list[CodedClaim]:
    """Claims that a coder made apart on a document, in the order of the text.

    Raises:
        StillApart: it is another's work, and not both are done.
    """
    coding = _of(session, document)
    if coder != session.actor and not coding.is_open_to_see:
        raise StillApart("The two coders are not both done.")
    found = [
        CodedClaim(id=p.id, support=p.suggestion.support, statement=p.suggestion.statement)
        for p in session.proposals(document=document, status=ProposalStatus.APART.value)
        if p.engine == engine_of_coder(coder)
    ]
    return sorted(found, key=lambda claim: (claim.support[0].start, claim.support[-1].end, claim.id))


def mark_done(session: Session, document: DocumentId) -> DoubleCoding:
    """Say that the coder at this session is done with a document; only then, and only for both, it can be compared."""
    coding = _mine(session, document)
    done = DoubleCoding(document=coding.document, coders=coding.coders, done=(*coding.done, session.actor))
    _keep(session, [done if other.document == document else other for other in session.codings])
    return done


def compare(session: Session, document: DocumentId) -> Comparison:
    """Both coders' claims side by side.

    Raises:
        NotDoubleCoded, StillApart: there is nothing to compare, or not yet.
    """
    coding = _of(session, document)
    if not coding.is_open_to_see:
        raise StillApart("The two coders are not both done.")
    first, second = (coded_by(session, document, coder) for coder in coding.coders)
    return Comparison(coding=coding, units=pair_claims(first, second))


def agreement_in_vault(session: Session, *, seed: int = 1) -> tuple[tuple[Agreement, ...], int]:
    """Agreement over all documents that both coders are done with, and how many documents those are."""
    ready = [coding for coding in assignments(session) if coding.is_open_to_see]
    units = [unit for coding in ready for unit in compare(session, coding.document).units]
    return agreement_of(units, seed=seed), len(ready)


def settled_in(session: Session, document: DocumentId) -> list[CodedClaim]:
    """What the team holds to by now: the accepted claims of a document, in the order of its text."""
    anchors = {passage.id: passage.anchor for passage in session.read.all("passage", document=document)}
    return [
        CodedClaim(
            id=claim.id,
            support=tuple(Span(anchors[p].start, anchors[p].end) for p in claim.passages if p in anchors),
            statement=claim.statement,
        )
        for claim in session.claims(document=document, status="accepted")
    ]


def settle(session: Session, document: DocumentId, support: Sequence[Span], statement: Statement) -> Claim:
    """Record the claim that the team holds to after comparing; both coders' own stay as they were.

    What is held to already is not recorded twice.

    Raises:
        StillApart: not both are done.
    """
    if not _of(session, document).is_open_to_see:
        raise StillApart("The two coders are not both done.")
    for held in settled_in(session, document):
        if (held.support, held.statement) == (tuple(support), statement):
            return session.claim(ClaimId(held.id))
    return record_claim(session, document, support, statement)
