"""A claim: one speaker says one thing on one basis, in a passage.

A claim cannot be made without a passage. It is immutable: a change is a new claim that supersedes the old one.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from firsthand.claims.attribution import Informant, Span
from firsthand.values.dates import UncertainDate
from firsthand.values.errors import InputError
from firsthand.values.grades import AgeGroup, Basis, Handling
from firsthand.values.ids import ClaimId, DocumentId, PassageId, ProposalId, SourceId
from firsthand.values.places import Place
from firsthand.values.quantities import Quantity

__all__ = [
    "Assertion",
    "Claim",
    "ClaimNotUsable",
    "ClaimStatus",
    "ClaimWithoutPassage",
    "Participant",
    "PlaceRole",
    "PlaceTold",
    "Polarity",
    "Statement",
    "StatementKind",
    "TimeTold",
]


class ClaimWithoutPassage(InputError):
    """A claim has no passage."""

    likely = "The words that it rests on were not marked."
    next_step = "Mark the passage in the document first, then record the claim on it."


class ClaimNotUsable(InputError):
    """A claim's fields contradict each other."""

    next_step = "Correct the field that is named."


class StatementKind(StrEnum):
    """What sort of statement it is."""

    ACT = "act"
    QUANTITY = "quantity"
    CONTEXT = "context"
    OPINION = "opinion"
    LAW = "law"
    DENIAL = "denial"


class Polarity(StrEnum):
    """Whether the speaker affirms or denies."""

    AFFIRMED = "affirmed"
    DENIED = "denied"


class Assertion(StrEnum):
    """Whether it is told as a single fact, as what generally happens, or as a judgement of value."""

    FACT = "fact"
    GENERALISATION = "generalisation"
    OPINION = "opinion"


class ClaimStatus(StrEnum):
    """Where a claim stands. Only ``ACCEPTED`` claims are ever counted."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class PlaceRole(StrEnum):
    """What a place is to the act."""

    EVENT = "event"
    ORIGIN = "origin"
    DESTINATION = "destination"


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Someone whom the statement speaks of, in its words. No ``span`` means: inferred, and marked as such."""

    text: str
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceTold:
    """A place as told, and the gazetteer's reading of it when there is one."""

    text: str
    span: Span | None = None
    role: PlaceRole = PlaceRole.EVENT
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeTold:
    """A time as told, and where its words stand."""

    date: UncertainDate
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Who says that who did what to whom, where and when, and how they know: the content of a claim.

    ``acts`` are codes of the project's vocabulary, ``fields`` the values of the project's own fields by code.
    ``chain`` runs from publisher to the one who knows; its last step is the source to count. ``victims_age`` unknown
    is protected like a child's.
    """

    kind: StatementKind
    informant: Informant
    chain: tuple[str, ...] = ()
    polarity: Polarity = Polarity.AFFIRMED
    assertion: Assertion = Assertion.FACT
    basis: Basis = Basis.NOT_STATED
    acts: tuple[str, ...] = ()
    perpetrators: tuple[Participant, ...] = ()
    recipients: tuple[Participant, ...] = ()
    victims: tuple[Participant, ...] = ()
    places: tuple[PlaceTold, ...] = ()
    time: TimeTold | None = None
    amount: Quantity | None = None
    victims_age: AgeGroup = AgeGroup.UNKNOWN
    fields: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if len(set(self.acts)) != len(self.acts):
            raise ClaimNotUsable("A claim names the same act twice.")
        if self.kind is StatementKind.DENIAL and self.polarity is not Polarity.DENIED:
            raise ClaimNotUsable("A denial has the polarity “affirmed”.")
        if self.kind is StatementKind.QUANTITY and self.amount is None:
            raise ClaimNotUsable("A claim of a quantity has no amount.")

    @property
    def first_place(self) -> Place | None:
        """The gazetteer's reading of the first place where it happened, if any."""
        return next((told.place for told in self.places if told.role is PlaceRole.EVENT and told.place), None)

    @property
    def date(self) -> UncertainDate | None:
        """When it is said to have happened."""
        return self.time.date if self.time else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A statement on its passage, made by a coder, in one of five states.

    ``passages`` holds one or more ids; ``source`` and ``document`` say where they lie, so that a withdrawal finds
    every claim of a source. ``supersedes`` names the claim that this one replaces.
    """

    id: ClaimId
    passages: tuple[PassageId, ...]
    source: SourceId
    document: DocumentId
    statement: Statement
    status: ClaimStatus
    coder: str
    recorded_at: dt.datetime
    handling: Handling
    from_proposal: ProposalId | None = None
    supersedes: ClaimId | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if not self.passages:
            raise ClaimWithoutPassage("A claim has no passage.")

    @property
    def passage(self) -> PassageId:
        """The first passage, the one that the database requires."""
        return self.passages[0]

    @property
    def counts(self) -> bool:
        """Whether the claim may be counted at all."""
        return self.status is ClaimStatus.ACCEPTED
