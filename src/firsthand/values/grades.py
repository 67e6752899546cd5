"""Grades that people give: basis of knowledge, reliability, credibility, standard of proof, handling class."""

from __future__ import annotations

from enum import IntEnum, StrEnum

__all__ = ["AgeGroup", "Basis", "Credibility", "Handling", "Reliability", "StandardOfProof", "most_protective"]


class Basis(StrEnum):
    """How the speaker knows (values/vocabulary/source_basis.csv)."""

    LIVED = "B1"
    WITNESSED = "B2"
    DID = "B3"
    TOLD_BY_WITNESS = "B4"
    TOLD_IN_CHAIN = "B5"
    RUMOUR = "B6"
    DOCUMENT = "B7"
    INFERRED = "B8"
    ACCUSED = "B9"
    NOT_STATED = "B0"


class Reliability(StrEnum):
    """Reliability of a source, A to F, judged without looking at the information."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


class Credibility(IntEnum):
    """Credibility of information, 1 to 6, judged without looking at the source."""

    CONFIRMED = 1
    PROBABLE = 2
    POSSIBLE = 3
    DOUBTFUL = 4
    IMPROBABLE = 5
    CANNOT_BE_JUDGED = 6


class StandardOfProof(StrEnum):
    """Standard to which a finding is held (values/vocabulary/standards_of_proof.csv), weakest first."""

    SUSPICION = "SUSPICION"
    REASONABLE_GROUNDS = "RGB"
    BALANCE = "BALANCE"
    CLEAR = "CLEAR"
    BEYOND_DOUBT = "BRD"


class Handling(IntEnum):
    """Who may see a record inside the team; the highest class of anything used wins."""

    OPEN = 0
    INTERNAL = 1
    RESTRICTED = 2
    SEALED = 3


class AgeGroup(StrEnum):
    """Age of a person at the event or at the interview; unknown is protected like a child."""

    ADULT = "adult"
    CHILD = "child"
    UNKNOWN = "unknown"


def most_protective(*classes: Handling) -> Handling:
    """The highest of the classes; ``INTERNAL`` when none is given, because silence is no permission."""
    return max(classes, default=Handling.INTERNAL)
