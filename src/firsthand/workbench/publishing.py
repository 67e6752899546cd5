"""Publishing: who may see what, what must go, a rehearsal of attacks, and a release that holds nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from firsthand.claims.claim import Claim
from firsthand.estimation.counts import Breakdown, documented_counts
from firsthand.publication.disclosure import DisclosureRules, FrequencyTable, PublishedTable, protect_table
from firsthand.publication.policy import Audience, Decision, Form, decide_claim
from firsthand.publication.rehearsal import Rehearsal, rehearse_tables
from firsthand.sources.consent import Purpose, decide_consent
from firsthand.values.errors import ProtectionRefusal
from firsthand.values.ids import ClaimId, ReleaseId
from firsthand.vault import Change
from firsthand.vault.tables.assessment import KeptRelease
from firsthand.workbench.session import Session
from firsthand.workbench.steps import StepName

__all__ = ["ReleasePlan", "ReleaseRefused", "decisions_for", "plan_release", "release_table"]


TOTAL = "Total"
NOTHING_LEFT = "Every cell is too small to be shown: the table would say nothing but its total."


class ReleaseRefused(ProtectionRefusal):
    """A release did not pass."""

    next_step = "Count by fewer things, gather more accounts, or choose another audience."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePlan:
    """What would leave for an audience, and what stands in the way."""

    audience: Audience
    by: tuple[Breakdown, ...]
    decisions: dict[ClaimId, Decision]
    counted: tuple[ClaimId, ...]
    refused: dict[str, tuple[ClaimId, ...]]
    table: PublishedTable | None
    rehearsal: Rehearsal | None
    reasons: tuple[str, ...]

    @property
    def passes(self) -> bool:
        """Whether it may be released."""
        return (
            self.table is not None
            and self.rehearsal is not None
            and self.rehearsal.passes
            and NOTHING_LEFT not in self.reasons
        )


def decisions_for(session: Session, audience: Audience, claims: Sequence[Claim]) -> dict[ClaimId, Decision]:
    """The form in which each claim may reach an audience, with the rule."""
    today = session.now().date()
    withdrawals = session.withdrawals()
    handling = {source.id: source.handling for source in session.sources()}
    allowed = {
        source: {
            purpose: decide_consent(
                purpose,
                consents=session.consents(source=source),
                withdrawals=withdrawals,
                on=today,
            )
            for purpose in Purpose
        }
        for source in handling
    }
    return {
        claim.id: decide_claim(
            claim,
            session.acts,
            audience=audience,
            consents=allowed[claim.source],
            source_handling=handling[claim.source],
        )
        for claim in claims
    }


def plan_release(session: Session, audience: Audience, by: Sequence[Breakdown]) -> ReleasePlan:
    """Decide claim by claim, protect the table, and let an attacker try it together with all earlier releases."""
    claims = session.claims(status="accepted")
    decisions = decisions_for(session, audience, claims)
    counted = [claim for claim in claims if decisions[claim.id].form >= Form.COUNTED]
    refused: dict[str, list[ClaimId]] = {}
    for claim in claims:
        if decisions[claim.id].form < Form.COUNTED:
            refused.setdefault(decisions[claim.id].rule, []).append(claim.id)
    table, rehearsal, reasons = None, None, list[str]()
    try:
        counts = documented_counts(counted, by)
        truth = FrequencyTable.of_counts(counts, informant_of={c.id: c.source for c in counted})
        table = protect_table(truth, DisclosureRules())
        rehearsal = rehearse_tables(truth, table, earlier=earlier_tables(session))
        reasons = list(rehearsal.reasons)
        if not any(cell.value and TOTAL not in cell.categories for cell in table.cells):
            reasons.append(NOTHING_LEFT)
    except ProtectionRefusal as refusal:
        reasons = refusal.lines()
    return ReleasePlan(
        audience=audience,
        by=tuple(by),
        decisions=decisions,
        counted=tuple(claim.id for claim in counted),
        refused={rule: tuple(ids) for rule, ids in refused.items()},
        table=table,
        rehearsal=rehearsal,
        reasons=tuple(reasons),
    )


def earlier_tables(session: Session) -> list[PublishedTable]:
    """Tables of all releases that are out; a recalled one was seen too."""
    return [PublishedTable.from_json(text) for release in session.vault.all("release") for text in release.tables]


def release_table(session: Session, plan: ReleasePlan, *, title: str) -> KeptRelease:
    """Record a release that passed; what is written out is made from its published table alone.

    Raises:
        ReleaseRefused: the rehearsal did not pass.
    """
    if not plan.passes or plan.table is None:
        raise ReleaseRefused("The release did not pass its rehearsal: " + " ".join(plan.reasons))
    kept = KeptRelease(
        id=ReleaseId(session.new_id("release")),
        audience=plan.audience.value,
        title=title,
        claims=plan.counted,
        digests=(),
        approved_by=(session.actor,),
        released_at=session.now(),
        tables=(plan.table.to_json(),),
    )
    session.take(StepName.RELEASE, [Change(kind="release", id=kept.id, value=kept)])
    return kept
