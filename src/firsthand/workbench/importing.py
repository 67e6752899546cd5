"""Importing: claims proposed elsewhere, in the form ``proposals/1``, enter as proposals on passages of kept texts.

Nothing enters as accepted. A claim without a passage is refused by name of its position, and the others are kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from firsthand.claims.attribution import Informant, InformantType, Span
from firsthand.claims.claim import (
    Assertion,
    ClaimWithoutPassage,
    Participant,
    PlaceRole,
    PlaceTold,
    Polarity,
    Statement,
    StatementKind,
    TimeTold,
)
from firsthand.claims.suggestions import Proposal, Suggestion
from firsthand.passages.selectors import make_anchor
from firsthand.sources.document import Document
from firsthand.values.dates import UncertainDate
from firsthand.values.errors import FirsthandError, InputError
from firsthand.values.grades import Basis
from firsthand.values.ids import ProposalId
from firsthand.values.quantities import Quantity, QuantityKind
from firsthand.values.vocabularies import Vocabulary
from firsthand.vault import Change
from firsthand.workbench.session import Session, source_key
from firsthand.workbench.steps import StepName

__all__ = ["DocumentNotKept", "ImportNotReadable", "Imported", "RefusedClaim", "import_proposals"]

Pair = tuple[int, int]


class ImportNotReadable(InputError):
    """A file is not of the form ``proposals/1``."""

    likely = "It was written by another program, or cut off."
    next_step = "Write it as `firsthand propose FILE --json` does."


class DocumentNotKept(InputError):
    """The text that the claims were made on is not in the vault."""

    likely = "The document was not added yet, or it was changed since."
    next_step = "Add the document first; its text must be the same to the letter."


class _Slot(msgspec.Struct):
    text: str
    span: Pair | None = None
    role: PlaceRole = PlaceRole.EVENT


class _Speaker(msgspec.Struct):
    type: InformantType
    name: str | None = None
    span: Pair | None = None


class _When(msgspec.Struct):
    text: str | None = None
    span: Pair | None = None
    edtf: str | None = None


class _Much(msgspec.Struct):
    kind: QuantityKind
    unit: str
    min: float | None = None
    max: float | None = None


class _Claim(msgspec.Struct):
    kind: StatementKind
    informant: _Speaker
    support: list[Pair] = []
    polarity: Polarity = Polarity.AFFIRMED
    assertion: Assertion = Assertion.FACT
    chain: list[str] = []
    basis: Basis = Basis.NOT_STATED
    acts: list[str] = []
    perpetrators: list[_Slot] = []
    recipients: list[_Slot] = []
    victims: list[_Slot] = []
    places: list[_Slot] = []
    time: _When | None = None
    amount: _Much | None = None
    confidence: float = 0.0
    why: dict[str, str] = {}


class _Proposals(msgspec.Struct):
    schema: str
    text_sha256: str
    claims: list[msgspec.Raw]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedClaim:
    """A claim that was not taken: its position from 1, the cause as a stable word, the reason in words."""

    position: int
    cause: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of the claims: in = kept + refused."""

    document: Document
    kept: tuple[Proposal, ...]
    refused: tuple[RefusedClaim, ...]


def import_proposals(session: Session, content: bytes, *, engine: str = "imported") -> Imported:
    """Take proposals from a file in the form ``proposals/1`` onto the kept document with the same text.

    Raises:
        ImportNotReadable: the file is not of that form.
        DocumentNotKept: no document of the vault has that text.
    """
    try:
        found = msgspec.json.decode(content, type=_Proposals)
    except msgspec.MsgspecError as fault:
        raise ImportNotReadable("The file does not hold proposals.") from fault
    if found.schema != "proposals/1":
        raise ImportNotReadable("The file is of another form than proposals/1.")
    document = next((d for d in session.documents() if d.text_sha256 == found.text_sha256), None)
    if document is None:
        raise DocumentNotKept("No document in the vault has the text that these claims were made on.")
    kept, refused = [], []
    for position, raw in enumerate(found.claims, 1):
        try:
            suggestion = _suggestion(msgspec.json.decode(raw, type=_Claim), document, session.acts)
        except msgspec.MsgspecError:
            unreadable = ImportNotReadable("A field is missing or of another kind.")
            refused.append(RefusedClaim(position=position, cause=unreadable.code, reason=unreadable.what))
        except FirsthandError as problem:
            refused.append(RefusedClaim(position=position, cause=problem.code, reason=problem.what))
        else:
            proposal_id = ProposalId(session.new_id("proposal"))
            kept.append(Proposal(id=proposal_id, document=document.id, suggestion=suggestion, engine=engine))
    if kept:
        key = source_key(document.source)
        session.take(StepName.PROPOSE_CLAIMS, [Change(kind="proposal", id=p.id, value=p, key=key) for p in kept])
    return Imported(document=document, kept=tuple(kept), refused=tuple(refused))


def _suggestion(claim: _Claim, document: Document, acts: Vocabulary) -> Suggestion:
    if not claim.support:
        raise ClaimWithoutPassage("A claim has no passage.")
    for start, end in claim.support:
        make_anchor(document.text, start, end)
    for code in claim.acts:
        acts[code]  # raises for a code that the list does not hold
    time = claim.time
    amount = claim.amount
    statement = Statement(
        kind=claim.kind,
        informant=Informant(type=claim.informant.type, name=claim.informant.name, span=_span(claim.informant.span)),
        chain=tuple(claim.chain),
        polarity=claim.polarity,
        assertion=claim.assertion,
        basis=claim.basis,
        acts=tuple(claim.acts),
        perpetrators=_people(claim.perpetrators),
        recipients=_people(claim.recipients),
        victims=_people(claim.victims),
        places=tuple(PlaceTold(text=p.text, span=_span(p.span), role=p.role) for p in claim.places),
        time=TimeTold(date=UncertainDate(edtf=time.edtf, words=time.text), span=_span(time.span))
        if time and (time.edtf or time.text)
        else None,
        amount=Quantity(kind=amount.kind, minimum=amount.min, maximum=amount.max, unit=amount.unit) if amount else None,
    )
    return Suggestion(
        support=tuple(Span(start, end) for start, end in claim.support),
        statement=statement,
        confidence=min(1.0, max(0.0, claim.confidence)),
        why=claim.why,
    )


def _span(pair: Pair | None) -> Span | None:
    return Span(*pair) if pair else None


def _people(slots: list[_Slot]) -> tuple[Participant, ...]:
    return tuple(Participant(text=slot.text, span=_span(slot.span)) for slot in slots)
