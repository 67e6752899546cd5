"""A finding, its standard of proof and its reasons; grades that refuse what the sources cannot carry."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from firsthand.corroboration.independence import IndependentCount
from firsthand.values.errors import InputError, ProtectionRefusal
from firsthand.values.grades import Credibility, Reliability, StandardOfProof
from firsthand.values.ids import ClaimId, FindingId, GradeId, SourceId

__all__ = [
    "ConfirmationRefused",
    "CredibilityGrade",
    "Finding",
    "FindingNotUsable",
    "ReliabilityGrade",
    "SecondAssessment",
    "grade_credibility",
]

CONFIRMING_SOURCES = 2


class FindingNotUsable(InputError):
    """A finding lacks what makes it one."""

    next_step = "Name at least one supporting claim, the standard of proof and the reasons in words."


class ConfirmationRefused(ProtectionRefusal):
    """Credibility 1 was asked for where fewer than two independent sources are certain."""

    likely = "Some of the sources may be one source: a reprint, a common upstream body, or the same speaker."
    next_step = "Settle the possible dependences first, or give credibility 2 or lower."


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondAssessment:
    """What a second person holds of a finding, entered without seeing the first one's standard and reasons."""

    assessor: str
    agrees: bool
    standard: StandardOfProof
    reasons: str
    assessed_at: dt.datetime

    def __post_init__(self) -> None:
        if not self.reasons.strip():
            raise FindingNotUsable("A second assessment gives no reasons.", next_step="Say why, in words.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the team holds, to which standard, on which claims, for and against, and why.

    ``act`` is a code of the vocabulary, ``country`` a gazetteer id. Claims against are kept beside those for. The
    independent count is computed when shown, never stored: a new dependence must reach it.
    """

    id: FindingId
    act: str
    statement: str
    supporting: tuple[ClaimId, ...]
    contradicting: tuple[ClaimId, ...]
    standard: StandardOfProof
    reasons: str
    assessor: str
    assessed_at: dt.datetime
    country: str | None = None
    earliest: dt.date | None = None
    latest: dt.date | None = None
    second: SecondAssessment | None = None
    chosen_values: tuple[tuple[str, str], ...] = ()
    needs_review: str = ""

    def __post_init__(self) -> None:
        if not self.supporting:
            raise FindingNotUsable("A finding has no supporting claim.")
        if not self.reasons.strip():
            raise FindingNotUsable("A finding gives no reasons.")
        if self.second is not None and self.second.assessor == self.assessor:
            raise FindingNotUsable("The second assessor is the first.")
        if set(self.supporting) & set(self.contradicting):
            raise FindingNotUsable("A claim stands both for and against a finding.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityGrade:
    """Reliability of a source, entered without seeing the information's credibility."""

    id: GradeId
    source: SourceId
    grade: Reliability
    reasons: str
    assessor: str
    graded_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CredibilityGrade:
    """Credibility of a finding's information, entered without seeing the sources' reliability."""

    id: GradeId
    finding: FindingId
    grade: Credibility
    reasons: str
    assessor: str
    graded_at: dt.datetime


def grade_credibility(
    finding: Finding,
    grade: Credibility,
    count: IndependentCount,
    *,
    id: GradeId,  # noqa: A002  its field's name
    reasons: str,
    assessor: str,
    at: dt.datetime,
) -> CredibilityGrade:
    """Grade the information of a finding.

    Raises:
        ConfirmationRefused: "confirmed by other sources" while at least-count is under two.
    """
    if grade is Credibility.CONFIRMED and count.at_least < CONFIRMING_SOURCES:
        raise ConfirmationRefused(
            f"“Confirmed by other sources” needs two independent sources for certain; here it is {count.at_least}."
        )
    return CredibilityGrade(id=id, finding=finding.id, grade=grade, reasons=reasons, assessor=assessor, graded_at=at)
