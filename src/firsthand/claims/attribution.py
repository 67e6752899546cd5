"""Attribution: publisher > reporter > speaker > informant. The end of the chain is the source to count."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from firsthand.values.errors import InputError

__all__ = ["Informant", "InformantType", "Span", "SpanNotUsable"]


class SpanNotUsable(InputError):
    """A span of characters is empty or runs backwards."""

    next_step = "Mark the words again."


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` (excluded) of the document's text, in code points."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise SpanNotUsable(f"Characters {self.start} to {self.end} are not a span.")


class InformantType(StrEnum):
    """What the one who speaks is."""

    NAMED_PERSON = "named_person"
    UNNAMED_PERSON = "unnamed_person"
    UNNAMED_GROUP = "unnamed_group"
    INSTITUTION = "institution"
    AUTHOR_VOICE = "author_voice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Informant:
    """Who is said to say it: a type, the name in the text's words if any, and where it stands."""

    type: InformantType
    name: str | None = None
    span: Span | None = None
