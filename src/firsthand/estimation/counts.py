"""Documented counts: what accepted claims say, by any breakdown, every number open to its claims.

A documented count is a floor and no estimate: it holds what was told, heard and accepted, and nothing of what was not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from firsthand.claims.claim import Claim, Polarity, StatementKind
from firsthand.values.errors import UsageError
from firsthand.values.ids import ClaimId, SourceId
from firsthand.values.places import Precision

__all__ = ["NOT_TOLD", "Breakdown", "BreakdownUnknown", "CountRow", "CountTable", "documented_counts"]


class BreakdownUnknown(UsageError):
    """A count was asked for by something that claims do not have."""

    next_step = "Count by act, country, province, period (decade), year or basis."


class Breakdown(StrEnum):
    """What claims can be counted by."""

    ACT = "act"
    COUNTRY = "country"
    PROVINCE = "province"
    PERIOD = "period"
    YEAR = "year"
    BASIS = "basis"


NOT_TOLD = "not told"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """One cell: its categories in the order of the breakdown, the claims in it, and the sources that they come from."""

    categories: tuple[str, ...]
    claims: tuple[ClaimId, ...]
    sources: tuple[SourceId, ...]

    @property
    def documented_count(self) -> int:
        """How many claims."""
        return len(self.claims)

    @property
    def source_count(self) -> int:
        """How many sources; not how many independent ones."""
        return len(self.sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountTable:
    """Documented counts; ``set_aside`` says how many claims took no part, and why: in = counted + set aside."""

    by: tuple[Breakdown, ...]
    rows: tuple[CountRow, ...]
    claims_in: int
    set_aside: Mapping[str, int]


def documented_counts(claims: Sequence[Claim], by: Sequence[Breakdown | str]) -> CountTable:
    """Count accepted, affirmed claims of acts.

    A claim with two acts stands in two cells when counted by act, and in one otherwise. Proposed, rejected,
    superseded and withdrawn claims, denials, opinions and statements of context are set aside by name.

    Raises:
        BreakdownUnknown: ``by`` names something that claims do not have.
    """
    try:
        breakdown = tuple(Breakdown(one) for one in by)
    except ValueError:
        raise BreakdownUnknown("A count was asked for by something that claims do not have.") from None
    cells: dict[tuple[str, ...], list[Claim]] = {}
    set_aside: dict[str, int] = {}
    for claim in claims:
        reason = _why_not(claim)
        if reason:
            set_aside[reason] = set_aside.get(reason, 0) + 1
            continue
        for categories in _categories(claim, breakdown):
            cells.setdefault(categories, []).append(claim)
    rows = tuple(
        CountRow(
            categories=categories,
            claims=tuple(claim.id for claim in members),
            sources=tuple(dict.fromkeys(claim.source for claim in members)),
        )
        for categories, members in sorted(cells.items())
    )
    return CountTable(by=breakdown, rows=rows, claims_in=len(claims), set_aside=set_aside)


def _why_not(claim: Claim) -> str:
    if not claim.counts:
        return str(claim.status)
    if claim.statement.polarity is Polarity.DENIED:
        return "denial"
    if claim.statement.kind not in {StatementKind.ACT, StatementKind.QUANTITY}:
        return str(claim.statement.kind)
    return ""


def _period(claim: Claim, size: Callable[[int], str]) -> str:
    date = claim.statement.date
    if date is None or not date.earliest or not date.latest:
        return NOT_TOLD
    first, last = size(date.earliest.year), size(date.latest.year)
    return first if first == last else f"{first}-{last}"


def _place(claim: Claim, precision: Precision) -> str:
    place = claim.statement.first_place
    path = place.coarsened(precision) if place else ()
    needed = int(precision) - int(Precision.COUNTRY) + 1
    return path[-1] if len(path) >= needed else NOT_TOLD


_CATEGORY: dict[Breakdown, Callable[[Claim], str]] = {
    Breakdown.COUNTRY: lambda claim: _place(claim, Precision.COUNTRY),
    Breakdown.PROVINCE: lambda claim: _place(claim, Precision.PROVINCE),
    Breakdown.YEAR: lambda claim: _period(claim, str),
    Breakdown.PERIOD: lambda claim: _period(claim, lambda year: f"{year // 10 * 10}s"),
    Breakdown.BASIS: lambda claim: str(claim.statement.basis),
}


def _categories(claim: Claim, by: Sequence[Breakdown]) -> list[tuple[str, ...]]:
    acts = claim.statement.acts or (NOT_TOLD,)
    rows = acts if Breakdown.ACT in by else acts[:1]
    return [tuple(act if one is Breakdown.ACT else _CATEGORY[one](claim) for one in by) for act in rows]
