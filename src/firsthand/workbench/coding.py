"""Coding: proposals become claims when a person accepts them while seeing the passage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from firsthand.claims.ages import must_stay_coded
from firsthand.claims.attribution import Span
from firsthand.claims.claim import Claim, ClaimStatus, Statement
from firsthand.claims.codebook import Codebook
from firsthand.claims.reading import RuleEngine, propose_claims
from firsthand.claims.reading.learning import Decision
from firsthand.claims.suggestions import Proposal, ProposalStatus, Suggestion
from firsthand.passages.passage import Passage, mark_passage
from firsthand.sources.document import Document
from firsthand.values.errors import UsageError
from firsthand.values.grades import AgeGroup, Handling, most_protective
from firsthand.values.ids import ClaimId, DocumentId, PassageId, ProposalId
from firsthand.vault import AppliedStep, Change
from firsthand.workbench.effects import changes_after
from firsthand.workbench.jobs import Progress, silent
from firsthand.workbench.learning import improved_suggestions, proposals_put_right
from firsthand.workbench.session import Session, source_key
from firsthand.workbench.steps import StepName

__all__ = [
    "ProposalDecided",
    "accept_proposal",
    "facts_of_document",
    "handling_of",
    "proposals_from",
    "propose_for",
    "record_claim",
    "refuse_proposal",
    "suggestions_for",
    "suggestions_of",
    "supersede_claim",
]


class ProposalDecided(UsageError):
    """A proposal was decided before."""

    likely = "It was decided in another window, or by another person."
    next_step = "Reload the page; undo the earlier decision if it was wrong."


def facts_of_document(document: Document) -> dict[str, str]:
    """What a document says of itself, as engines take it."""
    facts = {"title": document.title, "publisher": document.publisher, "date": document.published}
    return {name: value for name, value in facts.items() if value}


def suggestions_of(text: str, facts: Mapping[str, str], codebook: Codebook | None = None) -> list[Suggestion]:
    """What the engine proposes on a text by a project's codebook; passages in other languages are left alone."""
    if codebook is None or codebook.is_empty:
        return propose_claims(text, facts=facts)
    engine = RuleEngine(definitions=codebook.definitions, examples=codebook.sentences)
    return propose_claims(text, facts=facts, engine=engine)


def suggestions_for(document: Document, codebook: Codebook | None = None) -> list[Suggestion]:
    """What the engine proposes on a document by the project's codebook."""
    return suggestions_of(document.text, facts_of_document(document), codebook)


def proposals_from(session: Session, document: Document, suggestions: list[Suggestion]) -> list[Proposal]:
    """Suggestions of the rules on a document as proposals, with what was learned in this vault; nothing is kept yet."""
    return [
        Proposal(
            id=ProposalId(session.new_id("proposal")),
            document=document.id,
            suggestion=suggestion,
            engine=RuleEngine.name,
        )
        for suggestion in improved_suggestions(session, document, suggestions)
    ]


def propose_for(
    session: Session,
    documents: Sequence[Document],
    *,
    progress: Progress = silent,
) -> list[Proposal]:
    """Propose claims on documents and keep the proposals, one step for each document.

    Documents that two coders still code apart are passed over.
    """
    kept = []
    apart = session.coded_apart
    documents = [document for document in documents if document.id not in apart]
    for number, document in enumerate(documents, 1):
        progress("propose", number, len(documents))
        proposals = proposals_from(session, document, suggestions_for(document, session.codebook))
        if proposals:
            key = source_key(document.source)
            session.take(
                StepName.PROPOSE_CLAIMS, [Change(kind="proposal", id=p.id, value=p, key=key) for p in proposals]
            )
        kept.extend(proposals)
    return kept


def handling_of(session: Session, statement: Statement, document: Document) -> Handling:
    """The handling class that a claim needs: its acts', its document's and its source's, whichever protects most."""
    may_be_child = statement.victims_age is not AgeGroup.ADULT
    classes = [
        session.acts[code].handling_class(may_be_child=may_be_child) for code in statement.acts if code in session.acts
    ]
    if must_stay_coded(statement, session.acts):
        classes.append(Handling.RESTRICTED)
    return most_protective(document.handling, session.source(document.source).handling, *classes)


def accept_proposal(session: Session, proposal_id: ProposalId, *, edited: Statement | None = None) -> Claim:
    """Accept a proposal as it stands, or as edited, and make it a claim on its passages.

    Raises:
        ProposalDecided: it was accepted or refused before.
    """
    proposal = _open_proposal(session, proposal_id)
    document = session.document(proposal.document)
    statement = edited or proposal.suggestion.statement
    claim, passages = _claim_on(session, document, proposal.suggestion.support, statement, from_proposal=proposal.id)
    status = ProposalStatus.ACCEPTED if statement == proposal.suggestion.statement else ProposalStatus.EDITED
    key = source_key(document.source)
    decision = Decision(
        suggestion=proposal.suggestion,
        outcome=status,
        kept=statement if status is ProposalStatus.EDITED else None,
    )
    session.take(
        StepName.EDIT_PROPOSAL if status is ProposalStatus.EDITED else StepName.ACCEPT_PROPOSAL,
        [
            *(Change(kind="passage", id=p.id, value=p, key=key) for p in passages),
            Change(kind="claim", id=claim.id, value=claim, key=key),
            Change(kind="proposal", id=proposal.id, value=replace(proposal, status=status), key=key),
            *(
                Change(kind="proposal", id=better.id, value=better, key=key)
                for better in proposals_put_right(session, proposal, decision)
            ),
        ],
    )
    return claim


def refuse_proposal(session: Session, proposal_id: ProposalId) -> AppliedStep:
    """Refuse a proposal; it stays readable, and teaches the engine.

    Raises:
        ProposalDecided: it was decided before.
    """
    proposal = _open_proposal(session, proposal_id)
    refused = replace(proposal, status=ProposalStatus.REFUSED)
    key = source_key(session.document(proposal.document).source)
    return session.take(StepName.REFUSE_PROPOSAL, [Change(kind="proposal", id=proposal.id, value=refused, key=key)])


def record_claim(session: Session, document_id: DocumentId, support: Sequence[Span], statement: Statement) -> Claim:
    """Record a claim on words that a person marked.

    Raises:
        ClosedToCoder: this person codes the document apart, and not both coders are done.
        ClaimWithoutPassage: no words were marked.
        SelectorsDisagree: the marked span is not in the text.
    """
    session.need_open(document_id)
    document = session.document(document_id)
    claim, passages = _claim_on(session, document, support, statement, from_proposal=None)
    key = source_key(document.source)
    session.take(
        StepName.RECORD_CLAIM,
        [
            *(Change(kind="passage", id=p.id, value=p, key=key) for p in passages),
            Change(kind="claim", id=claim.id, value=claim, key=key),
        ],
    )
    return claim


def supersede_claim(session: Session, claim_id: ClaimId, statement: Statement) -> Claim:
    """Change a claim: a new one takes its place on the same passages, and what rested on the old is flagged."""
    old = session.claim(claim_id)
    document = session.document(old.document)
    new = replace(
        old,
        id=ClaimId(session.new_id("claim")),
        statement=statement,
        supersedes=old.id,
        coder=session.actor,
        recorded_at=session.now(),
        handling=handling_of(session, statement, document),
    )
    key = source_key(old.source)
    session.take(
        StepName.SUPERSEDE_CLAIM,
        [
            Change(kind="claim", id=old.id, value=replace(old, status=ClaimStatus.SUPERSEDED), key=key),
            Change(kind="claim", id=new.id, value=new, key=key),
            *changes_after(session, "a claim was changed", {old.id: statement}),
        ],
    )
    return new


def _open_proposal(session: Session, proposal_id: ProposalId) -> Proposal:
    proposal = session.proposal(proposal_id)
    session.need_open(proposal.document)
    if proposal.status is not ProposalStatus.OPEN:
        raise ProposalDecided("This proposal was decided before.")
    return proposal


def _claim_on(
    session: Session,
    document: Document,
    support: Sequence[Span],
    statement: Statement,
    *,
    from_proposal: ProposalId | None,
) -> tuple[Claim, list[Passage]]:
    passages = [
        mark_passage(document, span.start, span.end, id=PassageId(session.new_id("passage"))) for span in support
    ]
    claim = Claim(
        id=ClaimId(session.new_id("claim")),
        passages=tuple(passage.id for passage in passages),
        source=document.source,
        document=document.id,
        statement=statement,
        status=ClaimStatus.ACCEPTED,
        coder=session.actor,
        recorded_at=session.now(),
        handling=handling_of(session, statement, document),
        from_proposal=from_proposal,
    )
    return claim, [replace(passage, handling=claim.handling) for passage in passages]
