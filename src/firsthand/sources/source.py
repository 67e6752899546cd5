"""A source: an origin of knowledge, known by its designation and never by its name."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from firsthand.values.errors import InputError
from firsthand.values.grades import AgeGroup, Handling
from firsthand.values.ids import SourceId, SpeakerId

__all__ = ["Source", "SourceKind", "SourceNotUsable", "Speaker", "designation_of"]


class SourceNotUsable(InputError):
    """A source lacks what makes it one."""

    next_step = "Give the source a designation that tells nothing about the person."


class SourceKind(StrEnum):
    """What kind of origin it is."""

    INTERVIEW = "interview"
    ARTICLE = "article"
    REPORT = "report"
    WEB_PAGE = "web page"
    FILM = "film"
    OFFICIAL_RECORD = "official record"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where knowledge came from. ``designation`` is what screens show; names live in the identity compartment.

    ``origin_body`` is the organisation that publishes or keeps the source (an outlet, an office), when public.
    ``informant`` is the person who speaks, for interviews. ``handling`` is at least what its content asks for.
    """

    id: SourceId
    designation: str
    kind: SourceKind = SourceKind.UNKNOWN
    origin_body: str | None = None
    received_from: str | None = None
    received_at: dt.datetime | None = None
    informant: SpeakerId | None = None
    handling: Handling = Handling.INTERNAL
    lists: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.designation.strip():
            raise SourceNotUsable("A source has no designation.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Someone who speaks in a source: a person or body, known by a designation.

    An unknown age is protected like a child's (``AgeGroup.UNKNOWN``).
    """

    id: SpeakerId
    designation: str
    is_body: bool = False
    age_group: AgeGroup = AgeGroup.UNKNOWN
    relatives_at_risk: bool = True
    handling: Handling = Handling.RESTRICTED


# Two plain words, chosen by random bytes: easy to say in a meeting, and nothing in them comes from the person.
_FIRST = ("amber", "birch", "cedar", "clear", "coral", "early", "fern", "grey", "hazel", "ivory", "jade", "late",
          "linen", "maple", "misty", "north", "olive", "paper", "pearl", "quiet", "river", "rowan", "sandy", "silver",
          "small", "south", "stone", "swift", "warm", "white", "willow", "wool")  # fmt: skip
_SECOND = ("anchor", "arrow", "basket", "bell", "boat", "bridge", "candle", "chair", "cloud", "cup", "door", "field",
           "garden", "gate", "harbour", "hill", "key", "ladder", "lamp", "lantern", "leaf", "meadow", "mirror",
           "needle", "orchard", "pebble", "plough", "roof", "sail", "table", "thread", "window")  # fmt: skip


def designation_of(entropy: bytes) -> str:
    """A two-word designation from two random bytes, such as "quiet lantern"."""
    return f"{_FIRST[entropy[0] % len(_FIRST)]} {_SECOND[entropy[1] % len(_SECOND)]}"
