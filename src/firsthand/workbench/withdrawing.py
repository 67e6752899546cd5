"""Withdrawing: what a withdrawn consent reaches, said before it is carried out, and then carried out as one step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace

from firsthand.claims.claim import Claim, ClaimStatus
from firsthand.corroboration.effects import CountEffect, Effects
from firsthand.sources.consent import Consent, Purpose, Withdrawal
from firsthand.values.errors import UsageError
from firsthand.values.ids import ClaimId, ConsentId, EstimateId, FindingId, ReleaseId, SourceId, WithdrawalId
from firsthand.vault import DESTROY_WORD, Change, TypedWordWrong
from firsthand.workbench.effects import changes_for, effects_of
from firsthand.workbench.session import Session, source_key
from firsthand.workbench.steps import StepName

__all__ = ["ConsentUnknown", "EffectReport", "erase_source", "withdraw_consent", "withdrawal_effects"]

# While any of these stands, claims are still worked with; once none does, they leave analysis.
_USES = frozenset({Purpose.ANALYSIS, Purpose.STATISTICS})


class ConsentUnknown(UsageError):
    """There is no such consent."""

    next_step = "Take the identifier from the source's page."


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectReport:
    """Everything that a withdrawal reaches. ``releases_out`` have left already and can only be recalled."""

    consent: ConsentId
    source: SourceId
    purposes: frozenset[Purpose]
    claims: tuple[ClaimId, ...]
    findings: tuple[FindingId, ...]
    findings_without_support: tuple[FindingId, ...]
    estimates: tuple[EstimateId, ...]
    releases_out: tuple[ReleaseId, ...]
    counts: tuple[CountEffect, ...]
    proposals_count: int
    documents_count: int
    effects: Effects


def withdrawal_effects(session: Session, consent_id: ConsentId, purposes: Collection[Purpose]) -> EffectReport:
    """What withdrawing would change, without changing anything.

    Raises:
        ConsentUnknown: there is no such consent.
        SightTooNarrow: the report must reach every record.
    """
    consent = _consent(session, consent_id)
    return _report(session, consent, purposes)


def _report(session: Session, consent: Consent, purposes: Collection[Purpose]) -> EffectReport:
    session = session.whole()  # a withdrawal reaches what whoever carries it out codes apart
    gone = {claim.id for claim in _claims_that_leave(session, consent, purposes)}
    published = {claim.id for claim in session.claims(source=consent.source)}
    effects = effects_of(session, "a consent was withdrawn", replaced=dict.fromkeys(gone), published=published)
    documents = session.documents(source=consent.source)
    return EffectReport(
        consent=consent.id,
        source=consent.source,
        purposes=frozenset(purposes),
        claims=tuple(sorted(gone)),
        findings=tuple(one.finding for one in effects.findings),
        findings_without_support=tuple(one.finding for one in effects.findings if not one.after.claims),
        estimates=tuple(EstimateId(one.id) for one in effects.estimates),
        releases_out=tuple(ReleaseId(one.id) for one in effects.releases),
        counts=effects.counts,
        proposals_count=sum(session.vault.count("proposal", document=document.id) for document in documents),
        documents_count=len(documents),
        effects=effects,
    )


def withdraw_consent(
    session: Session,
    consent_id: ConsentId,
    purposes: Collection[Purpose],
    *,
    on: dt.date,
) -> EffectReport:
    """Carry out a withdrawal as one step: claims leave, and all that rested on them is flagged for review.

    Raises:
        ConsentUnknown: there is no such consent.
        ConsentNotUsable: no purpose is named.
    """
    consent = _consent(session, consent_id)
    report = _report(session, consent, purposes)
    withdrawal = Withdrawal(
        id=WithdrawalId(session.new_id("withdrawal")),
        consent=consent_id,
        purposes=frozenset(purposes),
        withdrawn_on=on,
    )
    key = source_key(consent.source)
    leaving = _claims_that_leave(session.whole(), consent, purposes)
    session.take(
        StepName.WITHDRAW_CONSENT,
        [
            Change(kind="withdrawal", id=withdrawal.id, value=withdrawal, key=key),
            *(Change(kind="claim", id=c.id, value=replace(c, status=ClaimStatus.WITHDRAWN), key=key) for c in leaving),
            *changes_for(session, report.effects),
        ],
    )
    return report


def erase_source(session: Session, source: SourceId, typed_word: str) -> None:
    """Destroy the key of a source: its text, claims and proposals become unreadable here and in every backup.

    This is the one thing that cannot be undone, and it asks for a typed word. Findings lose the claims that go,
    and are flagged; a finding that rested on nothing else goes with them. Terms of consent go too: the log keeps
    that something was destroyed, and when, without saying what.

    Raises:
        TypedWordWrong: the word was not typed. SightTooNarrow: it must reach every record.
    """
    if typed_word != DESTROY_WORD:
        raise TypedWordWrong("The word that was typed is not the word that was asked for.")
    session.need_full_sight()
    session = session.whole()  # nothing of a source may stay because somebody codes apart
    gone = {claim.id for claim in session.claims(source=source)}
    effects = effects_of(session, "a source was erased", replaced=dict.fromkeys(gone), published=gone)
    # Findings are rewritten below, because they may no longer point at what is gone.
    changes = [change for change in changes_for(session, effects) if change.kind != "finding"]
    for finding in session.vault.all("finding"):
        if not gone & {*finding.supporting, *finding.contradicting}:
            continue
        supporting = tuple(claim for claim in finding.supporting if claim not in gone)
        contradicting = tuple(claim for claim in finding.contradicting if claim not in gone)
        left = (
            replace(finding, supporting=supporting, contradicting=contradicting, needs_review="a source was erased")
            if supporting
            else None
        )
        changes.append(Change(kind="finding", id=finding.id, value=left))
    grades = [g for g in session.vault.all("reliability_grade") if g.source == source]
    changes += [Change(kind="reliability_grade", id=grade.id, value=None) for grade in grades]
    dropped = {change.id for change in changes if change.kind == "finding" and change.value is None}
    changes = [
        *(
            Change(kind="element_mark", id=kept.id, value=None, key=source_key(source))
            for kept in session.vault.all("element_mark")
            if kept.mark.claim in gone
        ),
        *(
            Change(kind="credibility_grade", id=grade.id, value=None)
            for grade in session.vault.all("credibility_grade")
            if grade.finding in dropped
        ),
        *changes,
    ]
    if changes:
        session.take(StepName.WITHDRAW_CONSENT, changes)
    session.vault.destroy_key(source_key(source), typed_word, actor=session.actor, at=session.now())


ERASE_WORD = DESTROY_WORD


def _consent(session: Session, consent_id: ConsentId) -> Consent:
    consent = session.vault.get("consent", consent_id)
    if not isinstance(consent, Consent):
        raise ConsentUnknown("There is no consent with that identifier.")
    return consent


def _claims_that_leave(session: Session, consent: Consent, purposes: Collection[Purpose]) -> list[Claim]:
    ended = {purpose for w in session.withdrawals() if w.consent == consent.id for purpose in w.purposes} | set(
        purposes
    )
    others = {
        purpose
        for other in session.consents(source=consent.source)
        if other.id != consent.id
        for purpose in other.purposes
    }
    if _USES & ((consent.purposes - ended) | others):
        return []
    working = {ClaimStatus.ACCEPTED, ClaimStatus.PROPOSED}
    return [claim for claim in session.claims(source=consent.source) if claim.status in working]
