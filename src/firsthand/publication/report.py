"""The parts of a report: published text and plain numbers, and nothing that text could hide in."""

from __future__ import annotations

from dataclasses import dataclass

from firsthand.publication.redaction import PublishedText

__all__ = [
    "Report",
    "ReportAct",
    "ReportBreakdown",
    "ReportClaim",
    "ReportDocument",
    "ReportEstimate",
    "ReportFamily",
    "ReportOverlap",
    "ReportPair",
    "ReportSetAside",
    "ReportValue",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDocument:
    """A document that was read."""

    file_name: PublishedText
    title: PublishedText
    publisher: PublishedText
    published: str
    language: str
    sha256: str
    characters: int
    proposals: int
    left_behind: tuple[PublishedText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSetAside:
    """A file that was left out, and why."""

    file_name: PublishedText
    cause: str
    reason: PublishedText
    advice: PublishedText


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFamily:
    """Documents that rest on one account; ``denials`` are numbers of claims told beside it."""

    account: PublishedText
    files: tuple[str, ...]
    at_least: int
    at_most: int
    reasons: tuple[PublishedText, ...]
    denials: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportValue:
    """One value of one field of an act, with the numbers of the claims that tell it."""

    field: str
    words: PublishedText
    minimum: float | None
    maximum: float | None
    unit: str
    claims: tuple[int, ...]
    contradicted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAct:
    """Claims that may speak of one act, weighed."""

    code: str
    label_en: PublishedText
    label_ko: PublishedText
    kind: str
    country: str
    earliest: str
    latest: str
    files: tuple[str, ...]
    at_least: int
    at_most: int
    claims: tuple[int, ...]
    denials: tuple[int, ...]
    contested: bool
    values: tuple[ReportValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPair:
    """Two mentions that may be one; a person decides. ``evidence``: words and weight in bits."""

    kind: str
    a: PublishedText
    b: PublishedText
    file_a: str
    file_b: str
    probability: float
    undecidable: bool
    evidence: tuple[tuple[PublishedText, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportBreakdown:
    """Counts of statements by one thing; each cell holds the numbers of its claims."""

    name: str
    cells: tuple[tuple[PublishedText, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportClaim:
    """One claim or proposal with its passage; where the rule holds the words back, the codes stand alone."""

    number: int
    accepted: bool
    file_name: str
    spans: tuple[tuple[int, int], ...]
    passage: PublishedText
    language: str
    kind: str
    polarity: str
    acts: tuple[PublishedText, ...]
    act_codes: tuple[str, ...]
    basis: str
    basis_words: PublishedText
    speaker: PublishedText
    victims: tuple[PublishedText, ...]
    perpetrators: tuple[PublishedText, ...]
    places: tuple[PublishedText, ...]
    time: PublishedText
    amount: PublishedText


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOverlap:
    """Who is on which list: patterns of 0 and 1 in the order of the lists, and how many persons."""

    lists: tuple[PublishedText, ...]
    patterns: tuple[tuple[tuple[int, ...], int], ...]
    observed_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportEstimate:
    """An estimate, or a method's refusal (no total)."""

    method: str
    total: float | None
    interval: tuple[float, float] | None
    interval_kind: str
    level: float
    model: PublishedText
    seed: int | None
    warnings: tuple[PublishedText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that one run shows."""

    title: PublishedText
    documents: tuple[ReportDocument, ...]
    set_aside: tuple[ReportSetAside, ...]
    families: tuple[ReportFamily, ...]
    acts: tuple[ReportAct, ...]
    pairs: tuple[ReportPair, ...]
    breakdowns: tuple[ReportBreakdown, ...]
    claims: tuple[ReportClaim, ...]
    accepted_count: int
    proposals_count: int
    overlap: ReportOverlap | None
    estimates: tuple[ReportEstimate, ...]
    why_no_estimate: PublishedText
