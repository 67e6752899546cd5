"""The reader: sentences, proposals beside the text, accept, edit, refuse; own claims on marked sentences."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from firsthand.claims.ages import must_stay_coded
from firsthand.claims.attribution import Informant, InformantType, Span
from firsthand.claims.claim import Claim, Participant, Polarity, Statement, StatementKind, TimeTold
from firsthand.claims.suggestions import Proposal
from firsthand.interfaces.web.desk import Desk, read_form, redirect
from firsthand.passages.sentences import Sentence, split_sentences, unread_passages
from firsthand.sources.document import Document, Locator
from firsthand.values.dates import UncertainDate
from firsthand.values.grades import AgeGroup, Basis
from firsthand.values.ids import ClaimId, DocumentId, ProposalId
from firsthand.values.vocabularies import packaged_vocabulary
from firsthand.workbench.coding import accept_proposal, record_claim, refuse_proposal
from firsthand.workbench.explaining import findings_on
from firsthand.workbench.learning import as_sure_now

__all__ = ["accept", "edit", "read", "record", "refuse", "show_claim", "statement_of_form"]


_WORD = re.compile(r"\S+")
_MOST_WORDS = 10_000
PART = 60  # sentences that a page shows at least; a part ends where a paragraph does


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSentence:
    """A sentence as the reader draws it. ``covered``: a hard passage whose words are left out until asked for;
    ``passed_over``: it is in a language that nothing is proposed on."""

    number: int
    start: int
    end: int
    text: str
    proposals: tuple[ProposalId, ...]
    claims: tuple[ClaimId, ...]
    covered: bool
    passed_over: bool = False

    @property
    def words_count(self) -> int:
        """How many words, for what is said in the place of a covered sentence."""
        return len(self.text.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Sentences ``first`` up to ``end`` of a long document: what one page shows."""

    number: int
    count: int
    first: int
    end: int


def _paragraphs(document: Document, sentences: list[ShownSentence]) -> list[list[ShownSentence]]:
    paragraphs: list[list[ShownSentence]] = []
    end = 0
    for sentence in sentences:
        if not paragraphs or "\n" in document.text[end : sentence.start]:
            paragraphs.append([])
        paragraphs[-1].append(sentence)
        end = sentence.end
    return paragraphs


def _sentences_of(desk: Desk, document: Document) -> tuple[Sentence, ...]:
    """The sentences of a document, kept for the last few that were read."""
    kept = desk.session.memory.setdefault("sentences", {})
    assert isinstance(kept, dict)  # noqa: S101  nothing else is kept under that name
    found = kept.get(document.text_sha256)
    if found is None:
        if len(kept) >= 8:
            kept.pop(next(iter(kept)), None)
        found = kept[document.text_sha256] = split_sentences(document.text)
    return tuple(found)


def _parts(sentences: Sequence[Sentence]) -> list[int]:
    """Where parts begin: every ``PART`` sentences, moved to the end of the paragraph where that is not far."""
    begins = [0]
    for number in range(1, len(sentences)):
        length = number - begins[-1]
        new_paragraph = sentences[number].paragraph != sentences[number - 1].paragraph
        if (length >= PART and new_paragraph) or length >= 2 * PART:
            begins.append(number)
    return begins


class _Marks:
    """Which proposals and claims lie on which sentence, found by bisection over the sentences' starts."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        self._sentences = sentences
        self._starts = [s.start for s in sentences]
        self.on: dict[int, list[str]] = {}
        self.first: dict[str, int] = {}

    def put(self, name: str, spans: Iterable[tuple[int, int]]) -> None:
        for start, end in spans:
            number = max(0, bisect_right(self._starts, start) - 1)
            while number < len(self._sentences) and self._sentences[number].start < end:
                if self._sentences[number].end > start:
                    self.on.setdefault(number, []).append(name)
                    self.first[name] = min(number, self.first.get(name, number))
                number += 1


def read(desk: Desk, request: Request) -> Response:
    """One document a part at a time, its proposals and claims beside it."""
    session, asked = desk.session, request.query_params
    document = session.document(DocumentId(request.path_params["id"]))
    if document.id in session.closed:
        return redirect(f"/double/{document.id}")
    told = _sentences_of(desk, document)
    proposals = _in_order(as_sure_now(session, session.proposals(document=document.id, status="open")))
    claims = session.claims(document=document.id)
    proposed, claimed = _Marks(told), _Marks(told)
    for proposal in proposals:
        proposed.put(proposal.id, [(s.start, s.end) for s in proposal.suggestion.support])
    anchors = {p.id: p.anchor for p in session.read.all("passage", document=document.id)}
    for claim in claims:
        if claim.status in {"accepted", "superseded"}:
            spans = [(anchors[p].start, anchors[p].end) for p in claim.passages if p in anchors]
            claimed.put(claim.id, spans)
    hard: set[str] = {p.id for p in proposals if must_stay_coded(p.suggestion.statement, session.acts)}
    hard |= {c.id for c in claims if must_stay_coded(c.statement, session.acts)}
    chosen = _chosen(asked.get("mark", ""), len(told))
    if chosen is not None:
        desk.did("mark")
    current = next((p for p in proposals if p.id == asked.get("p")), None)
    at = _where(asked.get("at", ""), chosen, current, proposed.first, proposals)
    begins = _parts(told)
    number = max(0, bisect_right(begins, at) - 1)
    first, end = begins[number], begins[number + 1] if number + 1 < len(begins) else len(told)
    if current is None:
        current = next((p for p in proposals if first <= proposed.first.get(p.id, 0) < end), None)
    unread = _passed_over(document.text, told[first:end])
    shows = _Shown(asked.get("show", ""), covers=desk.preferences.covers)
    sentences = [
        ShownSentence(
            number=n,
            start=told[n].start,
            end=told[n].end,
            text=document.text[told[n].start : told[n].end],
            proposals=tuple(map(ProposalId, proposed.on.get(n, ()))),
            claims=tuple(map(ClaimId, claimed.on.get(n, ()))),
            covered=bool(hard & {*proposed.on.get(n, ()), *claimed.on.get(n, ())}) and not shows.has(n),
            passed_over=any(start <= told[n].start < end for start, end in unread),
        )
        for n in range(first, end)
    ]
    narrowed = _words_asked(asked.get("words", ""))
    quoted = [document.text[s.start : s.end] for s in _marked(document, told, chosen, narrowed)]
    return desk.page(
        request,
        "reader.html",
        document=document,
        source=session.source(document.source),
        part=Part(number=number + 1, count=len(begins), first=first, end=end),
        paragraphs=_paragraphs(document, sentences),
        proposals=[p for p in proposals if first <= proposed.first.get(p.id, 0) < end],
        proposals_count=len(proposals),
        elsewhere=next(
            (proposed.first[p.id] for p in proposals if not first <= proposed.first.get(p.id, 0) < end), None
        ),
        claims=[c for c in claims if c.id not in claimed.first or first <= claimed.first[c.id] < end],
        claims_count=len(claims),
        chosen=chosen,
        quoted=quoted,
        words=f"{narrowed[0]}-{narrowed[1]}" if narrowed else "",
        last=_last_told(claims, desk.session.actor),
        again=asked.get("again") == "1",
        current=current,
        shows=shows,
        editing=asked.get("edit") == "1",
        passed_over_count=sum(s.passed_over for s in sentences),
        covered_count=sum(s.covered for s in sentences),
        hard_count=sum(bool(hard & {*s.proposals, *s.claims}) for s in sentences),
        kinds=list(StatementKind),
        bases=list(packaged_vocabulary("source_basis")),
        ages=list(AgeGroup),
        informants=list(InformantType),
        sentence_of={**claimed.first, **proposed.first},
    )


def _passed_over(text: str, shown: Sequence[Sentence]) -> list[tuple[int, int]]:
    """Lines among the sentences shown that are in a language that nothing is proposed on."""
    if not shown:
        return []
    start = text.rfind("\n", 0, shown[0].start) + 1
    return [(start + a, start + b) for a, b in unread_passages(text[start : shown[-1].end])]


def _in_order(proposals: Iterable[Proposal]) -> list[Proposal]:
    return sorted(proposals, key=lambda p: (p.suggestion.support[0].start, -p.suggestion.confidence))


@dataclass(frozen=True, slots=True)
class _Shown:
    """Which covered sentences are asked for: ``all``, or numbers joined by commas."""

    asked: str
    covers: bool

    @property
    def everything(self) -> bool:
        return self.asked == "all" or not self.covers

    def has(self, number: int) -> bool:
        return self.everything or str(number) in self.asked.split(",")

    def with_one(self, number: int) -> str:
        return ",".join([*(n for n in self.asked.split(",") if n.isdigit()), str(number)])


def _where(
    at: str, chosen: range | None, current: Proposal | None, first: dict[str, int], proposals: list[Proposal]
) -> int:
    """The sentence that the page must show: the one asked for, else what is marked or decided, else the first open."""
    if at.isdigit() and len(at) < 9:
        return int(at)
    if chosen is not None:
        return chosen.start
    if current is not None:
        return first.get(current.id, 0)
    return min((first.get(p.id, 0) for p in proposals), default=0) if len(proposals) else 0


def _last_told(claims: list[Claim], coder: str) -> Statement | None:
    """What this coder recorded last on the document: who speaks and how they know seldom change within one."""
    own = [c for c in claims if c.coder == coder and c.status == "accepted"]
    return max(own, key=lambda c: (c.recorded_at, c.id)).statement if own else None


def _taken_over(last: Statement) -> Statement:
    """What "same again" takes from the claim before: who speaks, how they know, when and where.

    The words for it stand in another sentence, so that time and places are marked as inferred here.
    """
    return Statement(
        kind=StatementKind.CONTEXT,
        informant=last.informant,
        basis=last.basis,
        time=replace(last.time, span=None) if last.time else None,
        places=tuple(replace(place, span=None) for place in last.places),
    )


def _chosen(mark: str, count: int) -> range | None:
    first, _, last = mark.partition("-")
    if not first.isdigit() or (last and not last.isdigit()):
        return None
    low, high = int(first), int(last or first)
    return range(low, high + 1) if 0 <= low <= high < count else None


def _words_asked(words: str) -> tuple[int, int] | None:
    found = _chosen(words, _MOST_WORDS)
    return (found.start, found.stop - 1) if found is not None else None


def _marked(
    document: Document, sentences: Sequence[Sentence], chosen: range | None, words: tuple[int, int] | None
) -> list[Span]:
    """The marked sentences, or words of the one that is marked, counted from 0 between white space."""
    spans = [Span(sentences[n].start, sentences[n].end) for n in chosen or ()]
    if words is None or len(spans) != 1:
        return spans
    start = spans[0].start
    bounds = [(start + w.start(), start + w.end()) for w in _WORD.finditer(document.text[start : spans[0].end])]
    if words[1] >= len(bounds):
        return spans
    return [Span(bounds[words[0]][0], bounds[words[1]][1])]


def _next_address(desk: Desk, proposal: Proposal) -> str:
    session = desk.session
    rest = _in_order(as_sure_now(session, session.proposals(document=proposal.document, status="open")))
    after = [p for p in rest if p.suggestion.support[0].start >= proposal.suggestion.support[0].start]
    following = (after or rest)[0].id if rest else None
    base = f"/documents/{proposal.document}"
    return f"{base}?p={following}#now" if following else f"{base}#proposals"


async def accept(desk: Desk, request: Request) -> Response:
    """Accept a proposal as it stands, or with another act in the place of its first, and go to the next."""
    form = await read_form(request, desk)
    proposal = desk.session.proposal(ProposalId(request.path_params["id"]))
    statement, instead = proposal.suggestion.statement, str(form.get("instead") or "")
    if instead:
        others = [code for code in statement.acts[1:] if code != instead]
        statement = replace(statement, acts=(desk.session.acts[instead].code, *others))
    accept_proposal(desk.session, proposal.id, edited=statement)
    desk.did("accepted")
    return redirect(_next_address(desk, proposal))


async def refuse(desk: Desk, request: Request) -> Response:
    """Refuse a proposal, and go to the next."""
    await read_form(request, desk)
    proposal = desk.session.proposal(ProposalId(request.path_params["id"]))
    refuse_proposal(desk.session, proposal.id)
    desk.did("refused")
    return redirect(_next_address(desk, proposal))


async def edit(desk: Desk, request: Request) -> Response:
    """Accept a proposal with changed fields, and go to the next."""
    form = await read_form(request, desk)
    proposal = desk.session.proposal(ProposalId(request.path_params["id"]))
    statement = statement_of_form(form, desk, proposal.suggestion.statement)
    accept_proposal(desk.session, proposal.id, edited=statement)
    desk.did("accepted")
    return redirect(_next_address(desk, proposal))


async def record(desk: Desk, request: Request) -> Response:
    """Record a claim on the marked sentences."""
    form = await read_form(request, desk)
    document = desk.session.document(DocumentId(request.path_params["id"]))
    sentences = _sentences_of(desk, document)
    chosen = _chosen(str(form.get("mark", "")), len(sentences))
    support = _marked(document, sentences, chosen, _words_asked(str(form.get("words", ""))))
    empty = Statement(kind=StatementKind.CONTEXT, informant=Informant(type=InformantType.UNNAMED_PERSON))
    if form.get("again") == "1":
        last = _last_told(desk.session.claims(document=document.id), desk.session.actor)
        empty = _taken_over(last) if last is not None else empty
    claim = record_claim(desk.session, document.id, support, statement_of_form(form, desk, empty))
    desk.did("claim")
    at = chosen.start if chosen is not None else 0
    return redirect(f"/documents/{document.id}?at={at}#claim-{claim.id}")


def _people(form: dict[str, Any], name: str, before: tuple[Participant, ...]) -> tuple[Participant, ...]:
    if name not in form:
        return before
    kept = {p.text: p for p in before}
    words = [w.strip() for w in str(form[name]).split(";") if w.strip()]
    return tuple(kept.get(word, Participant(text=word)) for word in words)


def statement_of_form(form: dict[str, Any], desk: Desk, before: Statement) -> Statement:
    """What a form says of a claim, over what stood before."""
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


def _sentence_at(desk: Desk, document: Document, start: int) -> int:
    starts = [sentence.start for sentence in _sentences_of(desk, document)]
    return max(0, bisect_right(starts, start) - 1)


_COUNTED = {
    Locator.PAGE: "page {n}",
    Locator.LINE: "line {n}",
    Locator.ROW: "row {n}",
    Locator.TIME: "at {n}",
    Locator.PART: "part {n}",
}


def _where_in_file(document: Document, start: int, end: int) -> list[tuple[str, dict[str, str]]]:
    """Where words stand in the file as it came, as messages: page, line, cell, time or part; from and to."""
    touched = [s for s in document.segments if s.start < end and start < s.end]
    if not touched:
        return []
    found: list[tuple[str, dict[str, str]]] = []
    for segment in (touched[0], touched[-1]):
        number = _clock(segment.number) if segment.locator is Locator.TIME else f"{segment.number:g}"
        told = (_COUNTED[segment.locator], {"n": number})
        if segment.column:
            told = ("row {n}, column {column}", {"n": number, "column": f"“{segment.column}”"})
        if told not in found:
            found.append(told)
    return found


def _clock(seconds: float) -> str:
    minutes, second = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{second:02}"


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
        findings=findings_on(session, [claim.id]),
        document=document,
        source=session.source(claim.source),
        passages=[session.passage(p) for p in claim.passages],
        where=lambda passage: _where_in_file(document, passage.anchor.start, passage.anchor.end),
        held_back=held_back,
        sentence=_sentence_at(desk, document, session.passage(claim.passage).anchor.start),
        show=request.query_params.get("show") == "1",
        history=session.vault.history(kind="claim", id=claim.id, limit=20),
    )
