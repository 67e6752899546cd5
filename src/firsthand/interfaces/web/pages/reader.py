"""The reader: sentences, proposals beside the text, accept, edit, refuse; own claims on marked sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from firsthand.claims.ages import must_stay_coded
from firsthand.claims.attribution import Informant, InformantType, Span
from firsthand.claims.claim import Participant, Polarity, Statement, StatementKind, TimeTold
from firsthand.claims.suggestions import Proposal
from firsthand.interfaces.web.desk import Desk, read_form, redirect
from firsthand.passages.sentences import split_sentences
from firsthand.sources.document import Document
from firsthand.values.dates import UncertainDate
from firsthand.values.grades import AgeGroup, Basis
from firsthand.values.ids import ClaimId, DocumentId, ProposalId
from firsthand.values.vocabularies import packaged_vocabulary
from firsthand.workbench.coding import accept_proposal, record_claim, refuse_proposal

__all__ = ["accept", "edit", "read", "record", "refuse", "show_claim"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSentence:
    """A sentence as the reader draws it. ``veiled``: a hard passage that is blurred until asked for."""

    number: int
    start: int
    end: int
    text: str
    proposals: tuple[ProposalId, ...]
    claims: tuple[ClaimId, ...]
    veiled: bool


def _paragraphs(document: Document, sentences: list[ShownSentence]) -> list[list[ShownSentence]]:
    paragraphs: list[list[ShownSentence]] = []
    end = 0
    for sentence in sentences:
        if not paragraphs or "\n" in document.text[end : sentence.start]:
            paragraphs.append([])
        paragraphs[-1].append(sentence)
        end = sentence.end
    return paragraphs


def _overlaps(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(a < end and start < b for a, b in spans)


def read(desk: Desk, request: Request) -> Response:
    """One document, its proposals and claims beside it."""
    session = desk.session
    document = session.document(DocumentId(request.path_params["id"]))
    proposals = sorted(
        session.proposals(document=document.id, status="open"),
        key=lambda p: (p.suggestion.support[0].start, -p.suggestion.confidence),
    )
    claims = session.claims(document=document.id)
    support = {p.id: [(s.start, s.end) for s in p.suggestion.support] for p in proposals}
    marked = {
        c.id: [(a.start, a.end) for a in (session.passage(p).anchor for p in c.passages)]
        for c in claims
        if c.status in {"accepted", "superseded"}
    }
    hard = {p.id for p in proposals if must_stay_coded(p.suggestion.statement, session.acts)}
    hard_claims = {c.id for c in claims if must_stay_coded(c.statement, session.acts)}
    sentences = []
    for number, sentence in enumerate(split_sentences(document.text)):
        own = tuple(p for p, spans in support.items() if _overlaps(spans, sentence.start, sentence.end))
        held = tuple(c for c, spans in marked.items() if _overlaps(spans, sentence.start, sentence.end))
        sentences.append(
            ShownSentence(
                number=number,
                start=sentence.start,
                end=sentence.end,
                text=document.text[sentence.start : sentence.end],
                proposals=own,
                claims=held,
                veiled=bool(hard & set(own) or hard_claims & set(held)),
            )
        )
    chosen = _chosen(request.query_params.get("mark", ""), len(sentences))
    current = next((p for p in proposals if p.id == request.query_params.get("p")), proposals[0] if proposals else None)
    return desk.page(
        request,
        "reader.html",
        document=document,
        source=session.source(document.source),
        paragraphs=_paragraphs(document, sentences),
        sentences=sentences,
        proposals=proposals,
        claims=claims,
        chosen=chosen,
        current=current,
        show=request.query_params.get("show") == "1",
        editing=request.query_params.get("edit") == "1",
        veiled_count=sum(s.veiled for s in sentences),
        kinds=list(StatementKind),
        bases=list(packaged_vocabulary("source_basis")),
        ages=list(AgeGroup),
        informants=list(InformantType),
        sentence_of=_sentence_of(sentences),
    )


def _sentence_of(sentences: list[ShownSentence]) -> dict[str, int]:
    found: dict[str, int] = {}
    for sentence in sentences:
        for key in (*sentence.proposals, *sentence.claims):
            found.setdefault(key, sentence.number)
    return found


def _chosen(mark: str, count: int) -> range | None:
    first, _, last = mark.partition("-")
    if not first.isdigit() or (last and not last.isdigit()):
        return None
    low, high = int(first), int(last or first)
    return range(low, high + 1) if 0 <= low <= high < count else None


def _next_address(desk: Desk, proposal: Proposal) -> str:
    rest = sorted(
        desk.session.proposals(document=proposal.document, status="open"),
        key=lambda p: (p.suggestion.support[0].start, -p.suggestion.confidence),
    )
    after = [p for p in rest if p.suggestion.support[0].start >= proposal.suggestion.support[0].start]
    following = (after or rest)[0].id if rest else None
    base = f"/documents/{proposal.document}"
    return f"{base}?p={following}#now" if following else f"{base}#proposals"


async def accept(desk: Desk, request: Request) -> Response:
    """Accept a proposal as it stands, and go to the next."""
    await read_form(request, desk)
    proposal = desk.session.proposal(ProposalId(request.path_params["id"]))
    accept_proposal(desk.session, proposal.id)
    return redirect(_next_address(desk, proposal))


async def refuse(desk: Desk, request: Request) -> Response:
    """Refuse a proposal, and go to the next."""
    await read_form(request, desk)
    proposal = desk.session.proposal(ProposalId(request.path_params["id"]))
    refuse_proposal(desk.session, proposal.id)
    return redirect(_next_address(desk, proposal))


async def edit(desk: Desk, request: Request) -> Response:
    """Accept a proposal with changed fields, and go to the next."""
    form = await read_form(request, desk)
    proposal = desk.session.proposal(ProposalId(request.path_params["id"]))
    statement = _statement(form, desk, proposal.suggestion.statement)
    accept_proposal(desk.session, proposal.id, edited=statement)
    return redirect(_next_address(desk, proposal))


async def record(desk: Desk, request: Request) -> Response:
    """Record a claim on the marked sentences."""
    form = await read_form(request, desk)
    document = desk.session.document(DocumentId(request.path_params["id"]))
    sentences = split_sentences(document.text)
    chosen = _chosen(str(form.get("mark", "")), len(sentences))
    support = [Span(sentences[n].start, sentences[n].end) for n in chosen or ()]
    empty = Statement(kind=StatementKind.CONTEXT, informant=Informant(type=InformantType.UNNAMED_PERSON))
    claim = record_claim(desk.session, document.id, support, _statement(form, desk, empty))
    return redirect(f"/documents/{document.id}#claim-{claim.id}")


def _people(form: dict[str, Any], name: str, before: tuple[Participant, ...]) -> tuple[Participant, ...]:
    if name not in form:
        return before
    kept = {p.text: p for p in before}
    words = [w.strip() for w in str(form[name]).split(";") if w.strip()]
    return tuple(kept.get(word, Participant(text=word)) for word in words)


def _statement(form: dict[str, Any], desk: Desk, before: Statement) -> Statement:
    kind = StatementKind(str(form.get("kind") or before.kind))
    if kind is StatementKind.QUANTITY and before.amount is None:
        kind = StatementKind.ACT
    acts = tuple(dict.fromkeys(str(form[key]) for key in ("act", "act2") if form.get(key)))
    for code in acts:
        desk.session.acts[code]
    words, edtf = str(form.get("time_words") or "").strip(), str(form.get("edtf") or "").strip()
    time = before.time
    if (edtf or words) and (time is None or edtf != (time.date.edtf or "") or words != (time.date.words or "")):
        date = UncertainDate(edtf=edtf or None, words=words or None)
        time = TimeTold(date=date, span=time.span if time else None)
    elif not edtf and not words:
        time = None
    name = str(form.get("informant_name") or "").strip() or None
    informant = Informant(
        type=InformantType(str(form.get("informant") or before.informant.type)),
        name=name,
        span=before.informant.span if name == before.informant.name else None,
    )
    denied = kind is StatementKind.DENIAL or form.get("polarity") == "denied"
    return replace(
        before,
        kind=kind,
        acts=acts or before.acts,
        basis=Basis(str(form.get("basis") or before.basis)),
        informant=informant,
        polarity=Polarity.DENIED if denied else Polarity.AFFIRMED,
        victims=_people(form, "victims", before.victims),
        perpetrators=_people(form, "perpetrators", before.perpetrators),
        victims_age=AgeGroup(str(form.get("age") or before.victims_age)),
        time=time,
    )


def show_claim(desk: Desk, request: Request) -> Response:
    """One claim with its passages: the second of the two steps from any number."""
    session = desk.session
    claim = session.claim(ClaimId(request.path_params["id"]))
    document = session.document(claim.document)
    held_back = must_stay_coded(claim.statement, session.acts)
    return desk.page(
        request,
        "claim.html",
        claim=claim,
        document=document,
        source=session.source(claim.source),
        passages=[session.passage(p) for p in claim.passages],
        held_back=held_back,
        show=request.query_params.get("show") == "1",
        history=session.vault.history(kind="claim", id=claim.id, limit=20),
    )
