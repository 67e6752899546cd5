"""Effects: what a change reaches, said before it is made, and flagged in the same step when it is.

Revision, retraction, withdrawal, a dependence that is decided, speakers joined or parted: each is imagined first on the
live weighing, compared with what holds now, and kept with the change as a report that names ids and numbers alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from firsthand.claims.claim import ClaimStatus, Statement
from firsthand.corroboration.dependence import Dependence
from firsthand.corroboration.effects import (
    CountEffect,
    Effects,
    FindingEffect,
    compare_acts,
    compare_findings,
    compare_resting,
    moved_claims,
)
from firsthand.corroboration.elements import RuleResult, apply_rule
from firsthand.corroboration.findings import Finding
from firsthand.corroboration.weighing import Weighing
from firsthand.estimation.counts import Breakdown, documented_counts
from firsthand.linkage.judging import Judgement, Verdict
from firsthand.values.errors import UsageError
from firsthand.values.grades import Handling
from firsthand.values.ids import ClaimId, EffectId, JudgementId
from firsthand.vault import Change
from firsthand.vault.tables.assessment import KeptEffects, KeptJudgement
from firsthand.workbench.overview import overview_of
from firsthand.workbench.rulebook import rules_for_act, rules_of
from firsthand.workbench.session import NotInVault, Session, source_key
from firsthand.workbench.steps import StepName
from firsthand.workbench.weighing import live_weighing

__all__ = [
    "NothingToRetract",
    "changes_after",
    "changes_for",
    "effects_kept",
    "effects_of",
    "elements_of_finding",
    "judge_with_effects",
    "kept_effects",
    "retract_claims",
    "sees_all",
]


class NothingToRetract(UsageError):
    """No claim that could be retracted was named."""

    next_step = "Name claims that are accepted."


def elements_of_finding(
    session: Session, finding: Finding, weighing: Weighing, *, also: Collection[str] = ()
) -> list[RuleResult]:
    """The rules that belong to a finding, applied to the claims that a weighing still holds.

    These are the rules offered for its act, any other on which somebody marked a claim, and ``also``. The
    claims are those for and against the finding and those that people marked.
    """
    marks = [kept for kept in session.read.all("element_mark") if kept.finding == finding.id]
    rulings = [kept for kept in session.read.all("element_ruling") if kept.finding == finding.id]
    book = rules_of(session)
    names = [*rules_for_act(session, finding.act), *(kept.rule for kept in marks), *also]
    told = live_weighing(session, with_proposals=False).told
    results = []
    for name in dict.fromkeys(name for name in names if name in book):
        keys = [*finding.supporting, *finding.contradicting, *(kept.mark.claim for kept in marks if kept.rule == name)]
        results.append(
            apply_rule(
                book[name],
                {key: told[key].statement for key in keys if key in told and key in weighing.accounts},
                marks=[kept.mark for kept in marks if kept.rule == name],
                rulings=[kept.ruling for kept in sorted(rulings, key=lambda k: k.ruled_at) if kept.rule == name],
                count=weighing.count,
            )
        )
    return results


def effects_of(
    session: Session,
    cause: str,
    *,
    replaced: Mapping[str, Statement | None] | None = None,
    decided: Sequence[Dependence] = (),
    judged: Sequence[Judgement] = (),
    published: Collection[str] = (),
) -> Effects:
    """What a change would reach, without making it.

    ``replaced``: claims, each with the statement that stands in for it, or none where it leaves. ``published``: claims
    whose releases are reached although they stay in the analysis.

    Raises:
        SightTooNarrow: the report must reach every record.
    """
    session.need_full_sight()
    session = session.whole()  # what a change reaches is reached, whoever codes apart
    live = live_weighing(session, with_proposals=False)
    before, after = live.imagine(session, replaced=replaced, decided=decided, judged=judged)
    changed = {key for key in replaced or {} if key in before.accounts}
    moved = set(moved_claims(before, after)) - changed
    touched = changed | moved
    return Effects(
        cause=cause,
        claims_gone=tuple(sorted(changed)),
        claims_moved=tuple(sorted(moved)),
        findings=tuple(_findings(session, before, after, touched, changed)),
        acts=tuple(compare_acts(before, after)),
        counts=tuple(_counts(session, {ClaimId(key): (replaced or {})[key] for key in changed})),
        estimates=tuple(compare_resting([(e.id, e.claims) for e in session.vault.all("estimate")], changed, moved)),
        releases=tuple(
            compare_resting([(r.id, r.claims) for r in session.vault.all("release")], changed | set(published), moved)
        ),
    )


def _findings(
    session: Session, before: Weighing, after: Weighing, touched: Collection[str], changed: Collection[str]
) -> list[FindingEffect]:
    marked: dict[str, set[str]] = {}
    for kept in session.vault.all("element_mark"):
        marked.setdefault(kept.finding, set()).add(kept.mark.claim)
    every = session.vault.all("finding")
    resting = [
        f for f in every if not set(touched).isdisjoint({*f.supporting, *f.contradicting, *marked.get(f.id, ())})
    ]
    found = compare_findings(
        before, after, resting, touched, lambda finding, weighing: elements_of_finding(session, finding, weighing)
    )
    # A claim whose source moved reaches a finding only where its numbers or its elements are others then.
    rests_on_changed = {f.id for f in resting if not set(changed).isdisjoint({*f.supporting, *f.contradicting})}
    return [one for one in found if one.finding in rests_on_changed or one.before != one.after or one.elements]


def _counts(session: Session, leaving: Mapping[ClaimId, Statement | None]) -> list[CountEffect]:
    """Documented counts by act: only what leaves or is replaced is opened."""
    held = {row.categories: row.documented_count for row in overview_of(session).count([Breakdown.ACT]).rows}
    claims = [session.claim(claim) for claim in leaving]
    old = documented_counts(claims, [Breakdown.ACT]).rows
    new = documented_counts(
        [replace(claim, statement=new) for claim in claims if (new := leaving[claim.id]) is not None], [Breakdown.ACT]
    ).rows
    change: dict[tuple[str, ...], int] = {}
    for rows, sign in ((old, -1), (new, 1)):
        for row in rows:
            change[row.categories] = change.get(row.categories, 0) + sign * row.documented_count
    return [
        CountEffect(categories=categories, before=held.get(categories, 0), after=held.get(categories, 0) + difference)
        for categories, difference in sorted(change.items())
        if difference
    ]


def changes_for(session: Session, effects: Effects) -> list[Change]:
    """Changes that flag all that is reached for review, and keep the report; to be taken in the step of the change."""
    if effects.is_empty and not effects.releases:
        return []
    findings = {one.finding for one in effects.findings}
    estimates = {one.id for one in effects.estimates}
    releases = {one.id for one in effects.releases}
    kept = KeptEffects(id=EffectId(session.new_id("effect")), effects=effects, by=session.actor, taken_at=session.now())
    why = effects.cause
    return [
        *(
            Change(kind="finding", id=f.id, value=replace(f, needs_review=why))
            for f in session.vault.all("finding")
            if f.id in findings
        ),
        *(
            Change(kind="estimate", id=e.id, value=replace(e, needs_review=why))
            for e in session.vault.all("estimate")
            if e.id in estimates
        ),
        *(
            Change(kind="release", id=r.id, value=replace(r, needs_recall=why))
            for r in session.vault.all("release")
            if r.id in releases
        ),
        Change(kind="effects", id=kept.id, value=kept),
    ]


def changes_after(session: Session, cause: str, replaced: Mapping[str, Statement | None]) -> list[Change]:
    """Changes that flag what rests on claims that leave or are replaced, by whoever makes the change.

    Who does not see everything cannot be shown before and after; all that rests on the claims is flagged then.
    """
    if sees_all(session):
        return changes_for(session, effects_of(session, cause, replaced=replaced))
    claims = set(replaced)
    findings = [f for f in session.vault.all("finding") if claims & {*f.supporting, *f.contradicting}]
    estimates = [e for e in session.vault.all("estimate") if claims & set(e.claims)]
    releases = [r for r in session.vault.all("release") if claims & set(r.claims)]
    return [
        *(Change(kind="finding", id=f.id, value=replace(f, needs_review=cause)) for f in findings),
        *(Change(kind="estimate", id=e.id, value=replace(e, needs_review=cause)) for e in estimates),
        *(Change(kind="release", id=r.id, value=replace(r, needs_recall=cause)) for r in releases),
    ]


def effects_kept(session: Session) -> list[KeptEffects]:
    """The reports of changes that reached something, latest first."""
    kept: list[KeptEffects] = session.read.all("effects")
    return sorted(kept, key=lambda one: one.taken_at, reverse=True)


def retract_claims(session: Session, claims: Sequence[ClaimId], *, carry_out: bool = True) -> Effects:
    """Speakers take back what they said: the claims leave, stay readable, and all that rested on them is flagged.

    Raises:
        NothingToRetract: none of the claims is accepted.
        SightTooNarrow: it must reach every record.
    """
    held = [claim for claim in map(session.claim, dict.fromkeys(claims)) if claim.status is ClaimStatus.ACCEPTED]
    if not held:
        raise NothingToRetract("No accepted claim was named.")
    effects = effects_of(session, "claims were retracted", replaced={claim.id: None for claim in held})
    if carry_out:
        session.take(
            StepName.RETRACT_CLAIMS,
            [
                *(
                    Change(
                        kind="claim",
                        id=claim.id,
                        value=replace(claim, status=ClaimStatus.SUPERSEDED, note="retracted"),
                        key=source_key(claim.source),
                    )
                    for claim in held
                ),
                *changes_for(session, effects),
            ],
        )
    return effects


def judge_with_effects(session: Session, a: str, b: str, verdict: Verdict, why: str = "") -> Judgement:
    """Decide a pair of mentions, and flag what rests on the speakers that are joined or parted by it."""
    judgement = Judgement(a=a, b=b, verdict=verdict, by=session.actor, at=session.now(), why=why)
    kept = KeptJudgement(id=JudgementId(session.new_id("judgement")), judgement=judgement)
    changes = [Change(kind="judgement", id=kept.id, value=kept)]
    if sees_all(session):
        changes += changes_for(session, effects_of(session, "speakers were judged", judged=[judgement]))
    session.take(StepName.JUDGE_PAIR, changes)
    return judgement


def sees_all(session: Session) -> bool:
    """Whether a report can reach every record. Who does not see everything may judge and decide all the same."""
    return session.highest is Handling.SEALED and session.vault.holds_all


def kept_effects(session: Session, effect: EffectId) -> KeptEffects:
    """One report.

    Raises:
        NotInVault: there is none.
    """
    kept = session.read.get("effects", effect)
    if not isinstance(kept, KeptEffects):
        raise NotInVault("There is no report with the identifier that was given.")
    return kept
