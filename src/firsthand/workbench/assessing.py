"""Assessing: what accounts together show, findings with their standard of proof, grades, dependences decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from firsthand.claims.claim import Statement
from firsthand.corroboration.dependence import Dependence, DependenceKind, Standing
from firsthand.corroboration.families import Told
from firsthand.corroboration.findings import CredibilityGrade, Finding, ReliabilityGrade, grade_credibility
from firsthand.corroboration.independence import IndependentCount
from firsthand.corroboration.weighing import WeighedAct, Weighing
from firsthand.values.grades import Credibility, Reliability, StandardOfProof
from firsthand.values.ids import ClaimId, DependenceId, DocumentId, FindingId, GradeId, SourceId
from firsthand.vault import Change
from firsthand.vault.tables.assessment import KeptDependence
from firsthand.workbench.linking import Linked
from firsthand.workbench.session import NotInVault, Session
from firsthand.workbench.steps import StepName
from firsthand.workbench.weighing import live_weighing

__all__ = [
    "Assessment",
    "assess_vault",
    "count_for_finding",
    "decide_dependence",
    "grade_finding",
    "grade_source",
    "record_finding",
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
    earlier = next(
        (
            kept.id
            for kept in session.read.all("dependence")
            if {kept.dependence.a, kept.dependence.b} == {a, b} and kept.dependence.kind is kind
        ),
        None,
    )
    kept = KeptDependence(
        id=earlier or DependenceId(session.new_id("dependence")), dependence=dependence, decided_at=session.now()
    )
    session.take(StepName.DECIDE_DEPENDENCE, [Change(kind="dependence", id=kept.id, value=kept)])
    return dependence


def record_finding(
    session: Session,
    act: WeighedAct,
    *,
    statement: str,
    standard: StandardOfProof,
    reasons: str,
    contradicting: Sequence[ClaimId] = (),
    second_assessor: str | None = None,
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
        second_assessor=second_assessor,
    )
    session.take(StepName.RECORD_FINDING, [Change(kind="finding", id=finding.id, value=finding)])
    return finding


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
    finding = session.read.get("finding", finding_id)
    if not isinstance(finding, Finding):
        raise NotInVault("There is no finding with the identifier that was given.")
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


def passages_of(session: Session, document_id: DocumentId, statement_key: str) -> list[tuple[int, int]]:
    """Where the words of a claim or proposal stand in its document, as start and end in code points."""
    claim = session.read.get("claim", statement_key)
    if claim is not None:
        anchors = [session.passage(passage).anchor for passage in claim.passages]
        return [(anchor.start, anchor.end) for anchor in anchors]
    proposal = session.read.get("proposal", statement_key)
    if proposal is not None and proposal.document == document_id:
        return [(span.start, span.end) for span in proposal.suggestion.support]
    raise NotInVault("There is no claim or proposal with the identifier that was given.")
