"""Learning in the vault: decisions on proposals improve the next ones; it can be seen, switched off, and begun anew.

What was learned is made from the vault's own proposals and claims whenever it is needed, and kept nowhere but in
memory: undoing a decision unlearns it, erasing a source erases what it taught, and nothing leaves the vault.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from firsthand.claims.claim import Claim
from firsthand.claims.reading import RuleEngine
from firsthand.claims.reading.learning import Decision, LearnedModel, apply, confidence_of, learn
from firsthand.claims.reading.remembering import remember
from firsthand.claims.suggestions import Proposal, ProposalStatus, Suggestion
from firsthand.sources.document import Document
from firsthand.values.ids import DocumentId
from firsthand.workbench.session import Session
from firsthand.workbench.settings import read_setting, write_setting

__all__ = [
    "LearningStanding",
    "as_sure_now",
    "begin_learning_anew",
    "improved_suggestions",
    "learned_of",
    "learning_standing",
    "proposals_put_right",
    "switch_learning",
]

_ON, _SINCE = "learning", "learning since"
# What is shown is learned anew once decisions are a twentieth more: at each key, with thousands of them, it would lag.
_PATIENCE = 20
_DECIDED = frozenset({ProposalStatus.ACCEPTED, ProposalStatus.EDITED, ProposalStatus.REFUSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningStanding:
    """What a person is shown: whether it is on, from how many decisions it learned, and what, in words."""

    is_on: bool
    decisions: int
    accepted: int
    edited: int
    refused: int
    forgotten: int
    lines: tuple[str, ...]


def switch_learning(session: Session, *, on: bool) -> None:
    """Use what was learned, or leave proposals as the engine makes them."""
    write_setting(session, _ON, "on" if on else "off")


def is_learning(session: Session) -> bool:
    """Whether what was learned is used; on unless it was switched off."""
    return read_setting(session, _ON, "on") == "on"


def begin_learning_anew(session: Session) -> int:
    """Forget what was learned: decisions up to now teach nothing any more. How many were forgotten."""
    decided = _decided(session)
    write_setting(session, _SINCE, str(len(session.vault)))
    return len(decided)


def _decided(session: Session, document: DocumentId | None = None) -> list[Proposal]:
    """Proposals decided since learning was begun, in the order in which they were decided, as far as one may see."""
    since = read_setting(session, _SINCE, "0")
    first = int(since) if since.isdigit() else 0
    known = session.memory.setdefault("steps of decisions", {})
    assert isinstance(known, dict)  # noqa: S101  nothing else is kept under that name
    order = []
    within = {} if document is None else {"document": document}
    for proposal in (p for status in sorted(_DECIDED) for p in session.proposals(status=status.value, **within)):
        key = (proposal.id, proposal.status)
        if key not in known:
            steps = session.vault.history(kind="proposal", id=proposal.id, limit=1)
            known[key] = steps[0].index if steps else 0
        if known[key] >= first:
            order.append((known[key], proposal.id, proposal))
    return [proposal for _, _, proposal in sorted(order, key=lambda item: item[:2])]


def _decisions(session: Session, document: DocumentId | None = None) -> list[Decision]:
    kept: dict[str, Claim] = {}
    for claim in session.claims() if document is None else session.claims(document=document):
        if claim.from_proposal is not None and claim.supersedes is None:
            kept[claim.from_proposal] = claim
    found = []
    for proposal in _decided(session, document):
        if proposal.status is not ProposalStatus.EDITED:
            found.append(Decision(suggestion=proposal.suggestion, outcome=proposal.status))
        elif proposal.id in kept:  # else its claim was erased, or is not for this person to see
            statement = kept[proposal.id].statement
            found.append(Decision(suggestion=proposal.suggestion, outcome=proposal.status, kept=statement))
    return found


def learned_of(session: Session) -> LearnedModel:
    """What was learned from the vault as it stands, whether it is used or not; kept in memory until a step is taken."""
    # proposals that are made teach nothing, so that a long run over documents learns once
    return _learned(session, exactly=True)


def _learned(session: Session, *, exactly: bool) -> LearnedModel:
    counts = [session.vault.count("proposal", status=status.value) for status in sorted(_DECIDED)]
    key = (session.sight, read_setting(session, _SINCE, "0"))
    now = (*counts, session.vault.count("claim"))
    held = session.memory.get("learned")
    if isinstance(held, tuple) and held[0] == key and isinstance(held[2], LearnedModel):
        further = abs(sum(now[:-1]) - sum(held[1][:-1]))
        if held[1] == now or (not exactly and further * _PATIENCE <= sum(held[1][:-1])):
            return held[2]
    model = learn(_decisions(session))
    session.memory["learned"] = (key, now, model)
    return model


def as_sure_now(session: Session, proposals: Iterable[Proposal]) -> list[Proposal]:
    """Proposals with the confidence that what was learned up to now gives them; the engine's own where it is off.

    Only what is shown changes: a proposal keeps the engine's own confidence, so that what it is corrected by can be
    learned anew, switched off or forgotten, and no document is read again for it.
    """
    if not is_learning(session):
        return list(proposals)
    model = _learned(session, exactly=False)
    return [
        replace(p, suggestion=replace(p.suggestion, confidence=round(confidence_of(p.suggestion, model), 3)))
        if p.engine == RuleEngine.name and model.decisions
        else p
        for p in proposals
    ]


def improved_suggestions(session: Session, document: Document, suggestions: list[Suggestion]) -> list[Suggestion]:
    """Suggestions with what was learned in this vault, and earlier in this document; as they are when it is off.

    Their confidence stays the engine's own; ``as_sure_now`` corrects it where it is shown.
    """
    if not is_learning(session):
        return suggestions
    memory = remember(_decisions(session, document.id))
    improved = (memory.improve(suggestion) for suggestion in apply(learned_of(session), suggestions))
    return [replace(better, confidence=made.confidence) for better, made in zip(improved, suggestions, strict=True)]


def proposals_put_right(session: Session, decided: Proposal, decision: Decision) -> list[Proposal]:
    """Open proposals of the same document as they stand after a decision; those alone that it changes.

    They are kept in the decision's own step, so that what a person sees is what they accept, and undoing the decision
    takes its consequences back.
    """
    if not is_learning(session) or decision.outcome is ProposalStatus.REFUSED:
        return []
    memory = remember([*_decisions(session, decided.document), decision])
    changed = []
    for proposal in session.proposals(document=decided.document, status=ProposalStatus.OPEN.value):
        better = memory.improve(proposal.suggestion)
        if proposal.id != decided.id and better != proposal.suggestion:
            changed.append(replace(proposal, suggestion=better))
    return changed


def learning_standing(session: Session) -> LearningStanding:
    """Whether learning is on, and what was learned."""
    decided = _decided(session)
    total = sum(session.read.count("proposal", status=status.value) for status in _DECIDED)
    return LearningStanding(
        is_on=is_learning(session),
        decisions=len(decided),
        accepted=sum(p.status is ProposalStatus.ACCEPTED for p in decided),
        edited=sum(p.status is ProposalStatus.EDITED for p in decided),
        refused=sum(p.status is ProposalStatus.REFUSED for p in decided),
        forgotten=total - len(decided),
        lines=tuple(learned_of(session).in_words(12)),
    )
