"""Publishing: who may see what, what must go, a rehearsal of attacks, and a release that holds nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nacl.signing import SigningKey

from firsthand.claims.claim import Claim
from firsthand.corroboration.dependence import Standing
from firsthand.corroboration.roots import roots_of_accounts
from firsthand.estimation.counts import Breakdown, documented_counts
from firsthand.publication.bundle import build_bundle
from firsthand.publication.disclosure import DisclosureRules, FrequencyTable, PublishedTable, protect_table
from firsthand.publication.policy import Audience, Decision, Form, decide_claim
from firsthand.publication.redaction import publish_own_words
from firsthand.publication.rehearsal import Rehearsal, rehearse_tables
from firsthand.sources.consent import Purpose, decide_consent
from firsthand.sources.document import digest_of_bytes
from firsthand.values.errors import ProtectionRefusal
from firsthand.values.ids import ClaimId, ReleaseId, SourceId
from firsthand.vault import Change
from firsthand.vault.tables.assessment import KeptRelease
from firsthand.workbench.assessing import assess_vault
from firsthand.workbench.session import Session
from firsthand.workbench.settings import read_setting, write_setting
from firsthand.workbench.steps import StepName

__all__ = ["ReleasePlan", "ReleaseRefused", "decisions_for", "plan_release", "release_table", "write_bundle"]


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
        truth = FrequencyTable.of_counts(counts, informant_of=informants_of(session, counted))
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


def informants_of(session: Session, claims: Sequence[Claim]) -> dict[ClaimId, SourceId]:
    """For each claim who it rests on in the end, reprints and carried reports taken as the one that they are.

    Only known dependences join: two unnamed people are possibly one, and hiding every cell for that would hide all.
    """
    assessment = assess_vault(session)
    accounts = assessment.weighing.accounts
    known = [d for d in assessment.weighing.dependences if d.standing is Standing.KNOWN]
    roots = roots_of_accounts(list(accounts.values()), known)
    return {
        claim.id: SourceId("+".join(sorted(roots[accounts[claim.id]]))) if claim.id in accounts else claim.source
        for claim in claims
    }


def earlier_tables(session: Session) -> list[PublishedTable]:
    """Tables of all releases that are out; a recalled one was seen too."""
    return [PublishedTable.from_json(text) for release in session.vault.all("release") for text in release.tables]


def write_bundle(session: Session, plan: ReleasePlan, out: Path, *, title: str) -> KeptRelease:
    """Release a plan that passed into a new folder: tables, statement of method and bias, signed manifest, verifier.

    The folder appears whole or not at all. The signing key is made once for each vault and kept in it.

    Raises:
        ReleaseRefused: the plan did not pass, or the folder is there already.
    """
    if not plan.passes or plan.table is None:
        raise ReleaseRefused("The release did not pass its rehearsal: " + " ".join(plan.reasons))
    if out.exists():
        raise ReleaseRefused("The folder for the release is there already.", next_step="Name a folder that is not.")
    seed = bytes.fromhex(read_setting(session, RELEASE_KEY) or session.entropy(32).hex())
    write_setting(session, RELEASE_KEY, seed.hex())
    key = SigningKey(seed)
    files = build_bundle(
        {"-".join(["counts", *(b.value for b in plan.by)]): plan.table},
        title=publish_own_words(title),
        statement=[publish_own_words(paragraph) for paragraph in STATEMENT],
        released=session.now().date().isoformat(),
        public_key=bytes(key.verify_key),
        sign=lambda message: key.sign(message).signature,
    )
    beside = out.with_name(f".{out.name}.part")
    for name, content in files.items():
        path = beside / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    digests = tuple((name, digest_of_bytes(content)) for name, content in sorted(files.items()))
    kept = release_table(session, plan, title=title, digests=digests)
    beside.rename(out)
    return kept


STATEMENT = (
    (
        "These are counts of statements that people made, that were read on their passages and accepted by a person. "
        "They are floors: what was told and heard, and nothing of what was not."
    ),
    (
        "Who could be heard decides what is in them: people who got away and agreed to speak, often years later. "
        "Regions and years that few could leave are nearly unseen. A small number does not mean that little happened."
    ),
    (
        "Cells of fewer people or informants than the rules allow are hidden, with others beside them so that nothing "
        "can be computed back. All hidden cells bear one mark."
    ),
)
RELEASE_KEY = "release signing key"


def release_table(
    session: Session, plan: ReleasePlan, *, title: str, digests: tuple[tuple[str, str], ...] = ()
) -> KeptRelease:
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
        digests=digests,
        approved_by=(session.actor,),
        released_at=session.now(),
        tables=(plan.table.to_json(),),
    )
    session.take(StepName.RELEASE, [Change(kind="release", id=kept.id, value=kept)])
    return kept
