"""The weighing of an open vault, kept beside it in memory: each step that was taken since is followed, none twice."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from firsthand.claims.claim import Statement
from firsthand.claims.suggestions import ProposalStatus
from firsthand.corroboration.bodies import plain_body_name
from firsthand.corroboration.dependence import Dependence, DependenceKind, Standing
from firsthand.corroboration.families import Told
from firsthand.corroboration.proposing import Provenance
from firsthand.corroboration.weighing import Weighing, WeighingBook
from firsthand.entities.mention import MentionKind
from firsthand.linkage.judging import Judgement, Verdict, latest_judgements
from firsthand.sources.consent import Consent
from firsthand.sources.document import Document
from firsthand.sources.source import Source
from firsthand.values.ids import DocumentId
from firsthand.workbench.linking import Linked, link_mentions, speakers_by_name
from firsthand.workbench.session import Session

__all__ = ["LiveWeighing", "live_weighing", "told_in_document"]


def told_in_document(session: Session, document: DocumentId, *, with_proposals: bool) -> list[Told]:
    """What one document tells by accepted claims, and by open proposals where asked for, in the order of its text.

    Order matters to attribution: "the report" is the one that was named before.
    """
    held = session.read.get("document", document)
    if held is None:
        return []
    starts = {passage.id: passage.anchor.start for passage in session.read.all("passage", document=document)}
    told = [
        (
            starts.get(claim.passage, 0),
            Told(
                key=claim.id,
                document=document,
                statement=claim.statement,
                origin=held.version_of,
                at=starts.get(claim.passage),
            ),
        )
        for claim in session.claims(document=document, status="accepted")
    ]
    if with_proposals:
        told += [
            (
                proposal.suggestion.support[0].start,
                Told(
                    key=proposal.id,
                    document=document,
                    statement=proposal.suggestion.statement,
                    origin=held.version_of,
                    at=proposal.suggestion.support[0].start,
                ),
            )
            for proposal in session.proposals(document=document, status=ProposalStatus.OPEN.value)
        ]
    return [one for _, one in sorted(told, key=lambda placed: (placed[0], placed[1].key))]


@dataclass(slots=True)
class LiveWeighing:
    """A book of what an open vault tells. ``told`` holds the statements by key; ``at`` is the step it has come to."""

    with_proposals: bool
    told: dict[str, Told] = field(default_factory=dict)
    at: int = 0
    _book: WeighingBook | None = None
    _weighing: Weighing | None = None
    _linked: Linked | None = None
    _keys_in: dict[DocumentId, list[str]] = field(default_factory=dict)
    _came_through: dict[DocumentId, Provenance] = field(default_factory=dict)
    _guard: threading.RLock = field(default_factory=threading.RLock)

    def weighing(self, session: Session) -> Weighing:
        """The weighing of what the vault holds now."""
        with self._guard:
            now = len(session.vault)
            if self._book is None or self._weighing is None or now < self.at:
                self._start(session)
            elif now > self.at:
                self._follow(session, now)
            self.at = now
            if self._weighing is None:
                assert self._book is not None  # noqa: S101  made by the branches above
                self._weighing = self._book.weighing()
            return self._weighing

    def imagine(
        self,
        session: Session,
        *,
        replaced: Mapping[str, Statement | None] | None = None,
        decided: Sequence[Dependence] = (),
        judged: Sequence[Judgement] = (),
    ) -> tuple[Weighing, Weighing]:
        """The weighing as it is, and as it would be; nothing of it is kept.

        ``replaced``: statements that leave, each with the one that takes its place as a claim of its own, or none.
        ``decided``: further words on dependences.
        ``judged``: further words on pairs of mentions.
        """
        with self._guard:
            before = self.weighing(session)
            book = self._book
            assert book is not None  # noqa: S101  weighing makes one
            told = {key: self.told[key] for key in replaced or {} if key in self.told}
            instead = {one.document: self._in_document(one.document) for one in told.values()}
            for document, members in instead.items():
                changed = []
                for one in members:
                    new = (replaced or {}).get(one.key)
                    if one.key not in told or new is not None:
                        changed.append(one if new is None else replace(one, key=f"{one.key} anew", statement=new))
                book.put(document, changed)
            new_pairs = {frozenset((one.a, one.b)) for one in decided}
            held = _decided(session, self.told.values(), judged)
            book.decide([*(one for one in held if frozenset((one.a, one.b)) not in new_pairs), *decided])
            if judged:
                book.name_speakers(_speakers(session, self.told.values(), judged))
            after = book.weighing()
            for document, members in instead.items():
                book.put(document, members)
            book.decide(_decided(session, self.told.values()))
            if judged:
                book.name_speakers(_speakers(session, self.told.values()))
            # The book works out what it was put back to when it is next asked; what holds is held by this object.
            return before, after

    def _in_document(self, document: DocumentId) -> list[Told]:
        return [self.told[key] for key in self._keys_in.get(document, ())]

    def _start(self, session: Session) -> None:
        """All at once: one pass over each table."""
        starts = {passage.id: passage.anchor.start for passage in session.read.all("passage")}
        documents = session.documents()
        origins = {document.id: document.version_of for document in documents}
        placed: list[tuple[DocumentId, int, str, Statement]] = [
            (claim.document, starts.get(claim.passage, 0), claim.id, claim.statement)
            for claim in session.claims(status="accepted")
        ]
        if self.with_proposals:
            placed += [
                (proposal.document, proposal.suggestion.support[0].start, proposal.id, proposal.suggestion.statement)
                for proposal in session.proposals(status=ProposalStatus.OPEN.value)
            ]
        told = [
            Told(key=key, document=document, statement=statement, origin=origins.get(document), at=at)
            for document, at, key, statement in sorted(placed, key=lambda one: one[:3])
        ]
        self.told = {one.key: one for one in told}
        self._keys_in = {}
        for one in told:
            self._keys_in.setdefault(one.document, []).append(one.key)
        self._came_through = _provenance(session, documents)
        self._book = WeighingBook(
            told,
            {document.id: document.text for document in documents},
            context_acts={term.code for term in session.acts if term.is_context},
            decided=_decided(session, self.told.values()),
            speakers=_speakers(session, self.told.values()),
            provenance=self._came_through,
        )
        self._weighing = self._linked = None

    def _follow(self, session: Session, now: int) -> None:
        steps = session.vault.history(limit=now - self.at)
        if any(step.destroyed_keys for step in steps) or self._book is None:
            # What a destroyed key sealed is gone without its records being named.
            self._start(session)
            return
        touched = {(record.kind, record.id) for step in steps for record in step.records}
        kinds = {kind for kind, _ in touched}
        if not kinds & {"claim", "proposal", "document", "dependence", "judgement", "source", "consent"}:
            return
        documents: set[DocumentId] = set()
        for kind, name in touched:
            if kind == "document":
                documents.add(DocumentId(name))
            elif kind == "claim" or (kind == "proposal" and self.with_proposals):
                record = session.read.get(kind, name)
                if record is not None:
                    documents.add(record.document)
                elif name in self.told:
                    documents.add(self.told[name].document)
        for document in documents:
            self._reread(session, document, text_too=("document", document) in touched)
        if documents or kinds & {"dependence", "judgement"}:
            self._book.decide(_decided(session, self.told.values()))
        if kinds & {"source", "consent", "document"}:
            self._retrace(session, touched)
        if documents or "judgement" in kinds:
            self._book.name_speakers(_speakers(session, self.told.values()))
        self._weighing = self._linked = None

    def _retrace(self, session: Session, touched: Iterable[tuple[str, str]]) -> None:
        """Say anew what documents came through, where the documents, their sources or consents were touched."""
        assert self._book is not None  # noqa: S101  its caller has one
        documents: dict[DocumentId, Document | None] = {}
        for kind, name in touched:
            record = session.read.get(kind, name) if kind in {"document", "source", "consent"} else None
            if kind == "document":
                documents[DocumentId(name)] = record
            elif isinstance(record, Source | Consent):
                source = record.id if isinstance(record, Source) else record.source
                documents |= {document.id: document for document in session.documents(source=source)}
        for name in documents:
            self._came_through.pop(name, None)
        self._came_through |= _provenance(session, [document for document in documents.values() if document])
        self._book.came_through(self._came_through)

    def _reread(self, session: Session, document: DocumentId, *, text_too: bool) -> None:
        assert self._book is not None  # noqa: S101  its caller has one
        for key in self._keys_in.pop(document, ()):
            del self.told[key]
        told = told_in_document(session, document, with_proposals=self.with_proposals)
        self.told |= {one.key: one for one in told}
        self._keys_in[document] = [one.key for one in told]
        held = session.read.get("document", document)
        if held is None:
            self._book.drop(document)
        else:
            self._book.put(document, told, held.text if text_too else None)

    def linked(self, session: Session) -> Linked:
        """Who the statements speak of, by what people decided, and the pairs that wait for a decision.

        Mentions name statements by their place in ``in_order``.
        """
        with self._guard:
            self.weighing(session)
            if self._linked is None:
                self._linked = link_mentions(session, [(one.document, one.statement) for one in self.in_order()])
            return self._linked

    def in_order(self) -> list[Told]:
        """All statements, by document and in the order of its text."""
        return sorted(self.told.values(), key=lambda one: one.document)


def _decided(session: Session, told: Iterable[Told], more: Sequence[Judgement] = ()) -> list[Dependence]:
    """What people decided on accounts, and on pairs of names that are two persons."""
    return [kept.dependence for kept in session.read.all("dependence")] + _told_apart(session, told, more)


def _told_apart(session: Session, told: Iterable[Told], more: Sequence[Judgement]) -> list[Dependence]:
    """Named speakers whom linkage holds to be two persons are not proposed as one again."""
    negative = {
        frozenset((judgement.a, judgement.b)): judgement.by
        for judgement in latest_judgements(
            [*(kept.judgement for kept in session.read.all("judgement")), *more]
        ).values()
        if judgement.verdict is Verdict.NEGATIVE
    }
    judged = {mention.split(".", 1)[0] for pair in negative for mention in pair}
    held = (session.read.get("document", name) for name in sorted(judged))
    texts = {document.id: document.text for document in held if document is not None}
    accounts: dict[str, set[str]] = {}
    for one in told:
        name = one.statement.informant.name
        if name and one.document in texts:
            start = texts[one.document].find(name)
            for kind in (MentionKind.PERSON, MentionKind.INSTITUTION):
                accounts.setdefault(f"{one.document}.{kind}.{start}", set()).add(f"speaker {plain_body_name(name)}")
    return [
        Dependence(
            a=min(a, b),
            b=max(a, b),
            kind=DependenceKind.POSSIBLY_SAME_SPEAKER,
            standing=Standing.REFUSED,
            reason="judged to be two persons",
            asserted_by=by,
        )
        for pair, by in negative.items()
        for first, second in [sorted(pair)]
        for a in sorted(accounts.get(first, ()))
        for b in sorted(accounts.get(second, ()))
        if a != b
    ]


# The label of whoever asked or interpreted, as records of interviews begin: to the end of the line.
_HANDS = {
    role: re.compile(rf"^\s*(?:{words})\s*[:：]\s*(\S[^\n;|]{{0,60}})", re.IGNORECASE | re.MULTILINE)
    for role, words in (
        ("interviewer", "interviewer|interviewed by|면담자|면접자|조사자"),
        ("interpreter", "interpreter|interpreted by|통역|통역자"),
    )
}
_HEAD = 1500


def _provenance(session: Session, documents: Iterable[Document]) -> dict[DocumentId, Provenance]:
    """What documents came through: their source's informant and lists, and who interviewed and interpreted.

    Interpreters are named in consents, and interviewers and interpreters at the head of a record of an interview.
    """
    sources = {source.id: source for source in session.sources()}
    interpreters = {consent.source: consent.interpreter for consent in session.consents() if consent.interpreter}
    found: dict[DocumentId, Provenance] = {}
    for document in documents:
        source = sources.get(document.source)
        head = document.text[:_HEAD]
        hands = {role: match[1].strip() for role, label in _HANDS.items() if (match := label.search(head))}
        provenance = Provenance(
            informant=source.informant or "" if source else "",
            interviewer=hands.get("interviewer", ""),
            interpreter=interpreters.get(document.source) or hands.get("interpreter", ""),
            datasets=source.lists if source else (),
        )
        if provenance != Provenance():
            found[document.id] = provenance
    return found


def _speakers(
    session: Session, told: Iterable[Told], more: Sequence[Judgement] = ()
) -> dict[tuple[DocumentId, str], str]:
    """Whom people decided the speakers to be: only documents of which a mention was judged can hold any."""
    judgements = [*(kept.judgement for kept in session.read.all("judgement")), *more]
    judged = {mention.split(".", 1)[0] for judgement in judgements for mention in (judgement.a, judgement.b)}
    if not judged:
        return {}
    within = [(one.document, one.statement) for one in told if one.document in judged]
    return speakers_by_name(link_mentions(session, within, with_pairs=False, judged=more))


def live_weighing(session: Session, *, with_proposals: bool) -> LiveWeighing:
    """The weighing that is kept beside a session's vault; made when it is first asked for."""
    # What a person may not see takes no part in what they are shown: each sight has a weighing of its own.
    name = f"weighing {with_proposals} {session.sight}"
    kept = session.memory.setdefault(name, LiveWeighing(with_proposals))
    assert isinstance(kept, LiveWeighing)  # noqa: S101  nothing else is kept under that name
    return kept
