"""Tables of the rooms ``linkage``, ``corroboration``, ``estimation`` and ``publication``."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from firsthand.corroboration.dependence import Dependence
from firsthand.corroboration.effects import Effects
from firsthand.corroboration.elements import ElementMark, ElementRuling
from firsthand.corroboration.findings import CredibilityGrade, Finding, ReliabilityGrade
from firsthand.linkage.judging import Judgement
from firsthand.values.grades import Handling
from firsthand.values.ids import ClaimId, DependenceId, EffectId, EstimateId, FindingId, JudgementId, MarkId, ReleaseId
from firsthand.vault.records import Column, RecordKind

__all__ = [
    "KINDS",
    "KeptDependence",
    "KeptEffects",
    "KeptEstimate",
    "KeptJudgement",
    "KeptMark",
    "KeptRelease",
    "KeptRuling",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptJudgement:
    """A judgement on a pair of mentions, with its id in the vault."""

    id: JudgementId
    judgement: Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDependence:
    """A dependence between accounts that a person entered or decided."""

    id: DependenceId
    dependence: Dependence
    decided_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMark:
    """A person's word that a claim of a finding shows or refutes an element of a rule."""

    id: MarkId
    finding: FindingId
    rule: str
    mark: ElementMark
    marked_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRuling:
    """A person's choice between claims that stand against each other on an element of a rule."""

    id: MarkId
    finding: FindingId
    rule: str
    ruling: ElementRuling
    ruled_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEffects:
    """What a change reached, each with before and after, as it was when the change was made."""

    id: EffectId
    effects: Effects
    by: str
    taken_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEstimate:
    """An estimate as computed: the result's JSON, and the claims that its lists rest on."""

    id: EstimateId
    result_json: str
    claims: tuple[ClaimId, ...]
    computed_at: dt.datetime
    needs_review: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRelease:
    """A release that left: what it holds, for whom, who approved, and whether it was recalled.

    ``tables`` and ``rows`` are what was published as JSON, for the audit of later releases against it; ``epsilon`` is
    the privacy budget that it spent.
    """

    id: ReleaseId
    audience: str
    title: str
    claims: tuple[ClaimId, ...]
    digests: tuple[tuple[str, str], ...]
    approved_by: tuple[str, ...]
    released_at: dt.datetime
    tables: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    epsilon: float = 0.0
    replaces: ReleaseId | None = None
    needs_recall: str = ""


KINDS = (
    RecordKind(name="judgement", type=KeptJudgement, handling=lambda _: Handling.INTERNAL),
    RecordKind(name="dependence", type=KeptDependence, handling=lambda _: Handling.INTERNAL),
    RecordKind(
        name="finding",
        type=Finding,
        columns=(
            Column(name="supporting", many=True, required=True, references="claim"),
            Column(name="contradicting", many=True, references="claim"),
        ),
        full_text=("statement",),
        handling=lambda _: Handling.INTERNAL,
    ),
    RecordKind(
        name="reliability_grade",
        type=ReliabilityGrade,
        columns=(Column(name="source", required=True, references="source"),),
        handling=lambda _: Handling.INTERNAL,
    ),
    RecordKind(
        name="credibility_grade",
        type=CredibilityGrade,
        columns=(Column(name="finding", required=True, references="finding"),),
        handling=lambda _: Handling.INTERNAL,
    ),
    RecordKind(name="element_mark", type=KeptMark, handling=lambda _: Handling.INTERNAL),
    RecordKind(name="element_ruling", type=KeptRuling, handling=lambda _: Handling.INTERNAL),
    RecordKind(name="effects", type=KeptEffects, handling=lambda _: Handling.INTERNAL),
    RecordKind(name="estimate", type=KeptEstimate, handling=lambda _: Handling.INTERNAL),
    RecordKind(name="release", type=KeptRelease, handling=lambda _: Handling.INTERNAL),
)
