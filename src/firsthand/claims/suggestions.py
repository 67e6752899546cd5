"""What a machine proposes; never a claim until a person accepts it while seeing the passage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from firsthand.claims.attribution import Span
from firsthand.claims.claim import ClaimWithoutPassage, Statement
from firsthand.values.ids import DocumentId, ProposalId

__all__ = ["Proposal", "ProposalStatus", "Suggestion"]


class ProposalStatus(StrEnum):
    """What became of a proposal; ``APART`` is a claim that one of two coders made blindly, which no list shows."""

    OPEN = "open"
    ACCEPTED = "accepted"
    EDITED = "edited"
    REFUSED = "refused"
    APART = "apart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What an engine says about a text: a statement, the sentences that support it, how sure, and why.

    ``confidence`` lies in 0..1. ``why`` maps a slot (``acts``, ``informant``, ``time`` ...) to a reason in words;
    ``alternatives`` are further acts, best first.
    """

    support: tuple[Span, ...]
    statement: Statement
    confidence: float
    why: Mapping[str, str] = field(default_factory=dict)
    alternatives: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.support:
            raise ClaimWithoutPassage("A suggestion has no passage.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A suggestion kept in a vault for a person to decide."""

    id: ProposalId
    document: DocumentId
    suggestion: Suggestion
    engine: str
    status: ProposalStatus = ProposalStatus.OPEN
