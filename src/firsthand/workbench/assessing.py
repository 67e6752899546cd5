"""Assessing: what accounts together show, findings with their standard of proof, grades, dependences decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from firsthand.claims.claim import Statement
from firsthand.claims.suggestions import ProposalStatus
from firsthand.corroboration.families import Told
from firsthand.corroboration.findings import CredibilityGrade, Finding, ReliabilityGrade, grade_credibility
from firsthand.corroboration.independence import (
    Dependence,
    DependenceKind,
    IndependentCount,
    Standing,
    independent_count,
)
from firsthand.corroboration.weighing import WeighedAct, Weighing, weigh_statements
from firsthand.values.grades import Credibility, Reliability, StandardOfProof
from firsthand.values.ids import ClaimId, DependenceId, DocumentId, FindingId, GradeId, SourceId
from firsthand.vault import Change
from firsthand.vault.tables.assessment import KeptDependence
from firsthand.workbench.linking import Linked, link_mentions, speakers_by_name
from firsthand.workbench.session import NotInVault, Session
from firsthand.workbench.steps import StepName

__all__ = [
    "Assessment",
    "assess_vault",
    "count_for_finding",
    "decide_dependence",
    "grade_finding",
    "grade_source",
    "record_finding",
    "told_in_vault",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A weighing with the statements that it rests on, by key, and the linkage that it used."""

    told: dict[str, Told]
    weighing: Weighing
    linked: Linked

    def statement(self, key: str) -> Statement:
        """The statement of a claim or proposal by its id."""
        return self.told[key].statement


def told_in_vault(session: Session, *, with_proposals: bool = False) -> list[Told]:
    """Accepted claims as told, in the order of the text; with open proposals only where a page says so.

    Order matters to attribution: "the report" is the one that was named before.
    """
    starts = {passage.id: passage.anchor.start for passage in session.read.all("passage")}
    origins = {d.id: d.version_of for d in session.documents() if d.version_of is not None}
    told = [
        Told(key=claim.id, document=claim.document, statement=claim.statement, origin=origins.get(claim.document))
        for claim in sorted(
            session.claims(status="accepted"), key=lambda claim: (claim.document, starts[claim.passage])
        )
    ]
    if with_proposals:
        told += [
            Told(
                key=proposal.id,
                document=proposal.document,
                statement=proposal.suggestion.statement,
                origin=origins.get(proposal.document),
            )
            for proposal in sorted(
                session.proposals(status=ProposalStatus.OPEN.value),
                key=lambda proposal: (proposal.document, proposal.suggestion.support[0].start),
            )
        ]
    return told


def assess_vault(session: Session, *, with_proposals: bool = False) -> Assessment:
    """Weigh what the vault holds, from scratch: a withdrawn claim cannot linger."""
    told = told_in_vault(session, with_proposals=with_proposals)
    linked = link_mentions(session, [(one.document, one.statement) for one in told])
    texts = {document.id: document.text for document in session.documents()}
    weighing = weigh_statements(
        told,
        texts,
        context_acts={term.code for term in session.acts if term.is_context},
        decided=[kept.dependence for kept in session.read.all("dependence")],
        speakers=speakers_by_name(linked),
    )
    return Assessment(told={one.key: one for one in told}, weighing=weighing, linked=linked)


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
    accounts = assessment.weighing.accounts
    supporting = [accounts[key] for key in finding.supporting if key in accounts]
    return independent_count(supporting, assessment.weighing.dependences)


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
