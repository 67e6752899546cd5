"""Assessing: what accounts together show, findings with their standard of proof, grades, dependences decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from firsthand.claims.claim import Statement
from firsthand.corroboration.dependence import Dependence, DependenceKind, Standing
from firsthand.corroboration.elements import ElementMark, ElementRuling, Reading, RulingWithoutClaim, Truth
from firsthand.corroboration.families import Told
from firsthand.corroboration.findings import (
    CredibilityGrade,
    Finding,
    ReliabilityGrade,
    SecondAssessment,
    grade_credibility,
)
from firsthand.corroboration.independence import IndependentCount
from firsthand.corroboration.rules import Element
from firsthand.corroboration.weighing import WeighedAct, Weighing
from firsthand.values.grades import Credibility, Reliability, StandardOfProof
from firsthand.values.ids import ClaimId, DependenceId, FindingId, GradeId, MarkId, SourceId
from firsthand.vault import AppliedStep, Change
from firsthand.vault.tables.assessment import KeptDependence, KeptMark, KeptRuling
from firsthand.workbench.effects import changes_for, effects_of, elements_of_finding, sees_all
from firsthand.workbench.linking import Linked
from firsthand.workbench.rulebook import RuleUnknown, rules_of
from firsthand.workbench.session import NotInVault, Session, source_key
from firsthand.workbench.steps import StepName
from firsthand.workbench.weighing import live_weighing

__all__ = [
    "Assessment",
    "assess_vault",
    "count_for_finding",
    "decide_dependence",
    "decide_dependences",
    "finding_by_id",
    "grade_finding",
    "grade_source",
    "history_of_finding",
    "mark_element",
    "record_finding",
    "review_finding",
    "rule_on_element",
    "second_assess",
    "unmark_element",
]


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """A weighing with the statements that it rests on, by key, and the linkage that it used."""

    told: Mapping[str, Told]
    weighing: Weighing
    session: Session
    with_proposals: bool

    def statement(self, key: str) -> Statement:
        """The statement of a claim or proposal by its id."""
        return self.told[key].statement

    @cached_property
    def linked(self) -> Linked:
        """Who the statements speak of; worked out when it is first asked for."""
        return live_weighing(self.session, with_proposals=self.with_proposals).linked(self.session)

    @cached_property
    def in_order(self) -> list[Told]:
        """All statements, by document and in the order of its text."""
        return sorted(self.told.values(), key=lambda one: one.document)


def assess_vault(session: Session, *, with_proposals: bool = False) -> Assessment:
    """Weigh what the vault holds now: accepted claims, with open proposals only where a page says so.

    Kept beside the open vault and followed step by step, so that a withdrawn claim leaves at once; the result is
    always that of weighing from scratch.
    """
    live = live_weighing(session, with_proposals=with_proposals)
    weighing = live.weighing(session)
    return Assessment(told=dict(live.told), weighing=weighing, session=session, with_proposals=with_proposals)


def decide_dependence(
    session: Session, a: str, b: str, *, kind: DependenceKind, standing: Standing, reason: str
) -> Dependence:
    """A person's word on a dependence between two accounts; it replaces what the machine proposed on them."""
    dependence = Dependence(a=a, b=b, kind=kind, standing=standing, reason=reason, asserted_by=session.actor)
    return decide_dependences(session, [dependence])[0]


def decide_dependences(session: Session, decided: Sequence[Dependence]) -> Sequence[Dependence]:
    """A person's word on several dependences as one step, with what rests on their accounts flagged for review."""
    held = {
        (frozenset((kept.dependence.a, kept.dependence.b)), kept.dependence.kind): kept.id
        for kept in session.read.all("dependence")
    }
    changes = []
    for dependence in decided:
        earlier = held.get((frozenset((dependence.a, dependence.b)), dependence.kind))
        kept = KeptDependence(
            id=earlier or DependenceId(session.new_id("dependence")), dependence=dependence, decided_at=session.now()
        )
        changes.append(Change(kind="dependence", id=kept.id, value=kept))
    if sees_all(session):
        changes += changes_for(session, effects_of(session, "a dependence was decided", decided=decided))
    session.take(StepName.DECIDE_DEPENDENCE, changes)
    return decided


def record_finding(
    session: Session,
    act: WeighedAct,
    *,
    statement: str,
    standard: StandardOfProof,
    reasons: str,
    contradicting: Sequence[ClaimId] = (),
) -> Finding:
    """Record what the team holds on an act, on all accepted claims for it; its denials stand against it."""
    finding = Finding(
        id=FindingId(session.new_id("finding")),
        act=act.group.act,
        statement=statement,
        supporting=tuple(ClaimId(key) for key in act.supporting),
        contradicting=tuple(contradicting or (ClaimId(key) for key in act.denials)),
        standard=standard,
        reasons=reasons,
        assessor=session.actor,
        assessed_at=session.now(),
        country=act.group.country,
        earliest=act.group.earliest,
        latest=act.group.latest,
    )
    session.take(StepName.RECORD_FINDING, [Change(kind="finding", id=finding.id, value=finding)])
    return finding


def finding_by_id(session: Session, finding_id: FindingId) -> Finding:
    """A finding.

    Raises:
        NotInVault: there is none with that id.
    """
    finding = session.read.get("finding", finding_id)
    if not isinstance(finding, Finding):
        raise NotInVault("There is no finding with the identifier that was given.")
    return finding


def review_finding(
    session: Session, finding_id: FindingId, *, statement: str, standard: StandardOfProof, reasons: str
) -> Finding:
    """Hold a finding anew, on those of its claims that are still accepted; earlier versions stay in its history.

    A second assessment was of the version before, and must be given again.

    Raises:
        FindingNotUsable: no claim supports it any more, or there are no reasons.
    """
    old = finding_by_id(session, finding_id)
    accepted = assess_vault(session.whole()).told  # a claim does not leave because its document is coded apart
    finding = replace(
        old,
        statement=statement,
        standard=standard,
        reasons=reasons,
        supporting=tuple(claim for claim in old.supporting if claim in accepted),
        contradicting=tuple(claim for claim in old.contradicting if claim in accepted),
        assessor=session.actor,
        assessed_at=session.now(),
        second=None,
        needs_review="",
    )
    session.take(StepName.REVIEW_FINDING, [Change(kind="finding", id=finding.id, value=finding)])
    return finding


def second_assess(
    session: Session, finding_id: FindingId, *, agrees: bool, standard: StandardOfProof, reasons: str
) -> Finding:
    """A second person's assessment of a finding.

    Raises:
        FindingNotUsable: it is the first assessor's own, or gives no reasons.
    """
    second = SecondAssessment(
        assessor=session.actor, agrees=agrees, standard=standard, reasons=reasons, assessed_at=session.now()
    )
    finding = replace(finding_by_id(session, finding_id), second=second)
    session.take(StepName.SECOND_ASSESSMENT, [Change(kind="finding", id=finding.id, value=finding)])
    return finding


def history_of_finding(session: Session, finding_id: FindingId) -> list[tuple[AppliedStep, Finding]]:
    """The versions of a finding, latest first, each with the step that left it so."""
    versions = []
    for step in session.vault.history("finding", finding_id):
        version = session.vault.version("finding", finding_id, step.index)
        if isinstance(version, Finding):
            versions.append((step, version))
    return versions


def mark_element(
    session: Session,
    finding_id: FindingId,
    *,
    rule: str,
    element: str,
    claim: ClaimId,
    reading: Reading,
    reason: str = "",
) -> KeptMark:
    """A person's word that a claim shows or refutes an element; it replaces an earlier word on the same.

    Raises:
        RuleUnknown: there is no such rule, or no such element that claims could show.
        NotInVault: there is no such finding or accepted claim.
    """
    finding = finding_by_id(session, finding_id)
    _element(session, rule, element)
    held = session.claim(claim)
    if claim not in assess_vault(session).told:
        raise NotInVault("There is no accepted claim with the identifier that was given.")
    earlier = next(
        (
            kept.id
            for kept in session.read.all("element_mark")
            if (kept.finding, kept.rule, kept.mark.element, kept.mark.claim) == (finding.id, rule, element, claim)
        ),
        None,
    )
    mark = ElementMark(element=element, claim=claim, reading=reading, assessor=session.actor, reason=reason)
    kept = KeptMark(
        id=earlier or MarkId(session.new_id("mark")), finding=finding.id, rule=rule, mark=mark, marked_at=session.now()
    )
    # Sealed as the claim is, so that it goes where the claim goes.
    session.take(
        StepName.MARK_ELEMENT, [Change(kind="element_mark", id=kept.id, value=kept, key=source_key(held.source))]
    )
    return kept


def unmark_element(session: Session, mark: MarkId) -> None:
    """Take a mark back.

    Raises:
        NotInVault: there is none.
    """
    kept = session.read.get("element_mark", mark)
    if not isinstance(kept, KeptMark):
        raise NotInVault("There is no mark with the identifier that was given.")
    key = source_key(session.claim(ClaimId(kept.mark.claim)).source)
    session.take(StepName.MARK_ELEMENT, [Change(kind="element_mark", id=kept.id, value=None, key=key)])


def rule_on_element(
    session: Session, finding_id: FindingId, *, rule: str, element: str, truth: Truth, reason: str
) -> KeptRuling:
    """Choose, with reasons, between claims that stand against each other on an element.

    Raises:
        RulingWithoutClaim: they do not: no claim shows it, or none refutes it, or no reason is given.
        RuleUnknown: there is no such rule, or no such element that claims could show.
    """
    finding = finding_by_id(session, finding_id)
    _element(session, rule, element)
    results = elements_of_finding(session, finding, assess_vault(session).weighing)
    result = next((one for one in results if one.rule.id == rule), None)
    if result is None or not result.elements[element].contested:
        raise RulingWithoutClaim("No two claims stand against each other on this element.")
    if not reason.strip():
        raise RulingWithoutClaim("A ruling gives no reasons.", next_step="Say in words why one account holds.")
    kept = KeptRuling(
        id=MarkId(session.new_id("ruling")),
        finding=finding.id,
        rule=rule,
        ruling=ElementRuling(element=element, truth=truth, assessor=session.actor, reason=reason),
        ruled_at=session.now(),
    )
    session.take(StepName.RULE_ON_ELEMENT, [Change(kind="element_ruling", id=kept.id, value=kept)])
    return kept


def _element(session: Session, rule: str, element: str) -> Element:
    book = rules_of(session)
    found = book[rule].elements.get(element) if rule in book else None
    if found is None or found.follows is not None:
        raise RuleUnknown("There is no such rule, or it has no such element that a claim could show.")
    return found


def count_for_finding(assessment: Assessment, finding: Finding) -> IndependentCount:
    """How many independent sources support a finding now; claims that have left count no more."""
    return assessment.weighing.count(finding.supporting)


def grade_source(session: Session, source: SourceId, grade: Reliability, reasons: str) -> ReliabilityGrade:
    """Grade a source's reliability; the information is not shown beside it."""
    kept = ReliabilityGrade(
        id=GradeId(session.new_id("grade")),
        source=source,
        grade=grade,
        reasons=reasons,
        assessor=session.actor,
        graded_at=session.now(),
    )
    session.take(StepName.GRADE_SOURCE, [Change(kind="reliability_grade", id=kept.id, value=kept)])
    return kept


def grade_finding(session: Session, finding_id: FindingId, grade: Credibility, reasons: str) -> CredibilityGrade:
    """Grade a finding's information; sources' reliability is not shown beside it.

    Raises:
        ConfirmationRefused: credibility 1 while fewer than two sources are certainly independent.
    """
    finding = finding_by_id(session, finding_id)
    kept = grade_credibility(
        finding,
        grade,
        count_for_finding(assess_vault(session), finding),
        id=GradeId(session.new_id("grade")),
        reasons=reasons,
        assessor=session.actor,
        at=session.now(),
    )
    session.take(StepName.GRADE_INFORMATION, [Change(kind="credibility_grade", id=kept.id, value=kept)])
    return kept
