"""What people decided about pairs of mentions: one, two, unsure, not yet; by whom, when and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from firsthand.values.errors import InputError

__all__ = ["Judgement", "SelfPair", "Verdict", "latest_judgements"]


class SelfPair(InputError):
    """A pair must hold two different mentions or records."""


class Verdict(StrEnum):
    """The four states of a pair. Doubt is a state with a name, never an empty field."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    UNSURE = "unsure"
    UNJUDGED = "unjudged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One person's word on one pair. A later one replaces an earlier one; none is ever deleted."""

    a: str
    b: str
    verdict: Verdict
    by: str
    at: datetime
    why: str = ""

    def __post_init__(self) -> None:
        if self.a == self.b:
            raise SelfPair("A judgement names the same mention twice.", next_step="Name two different mentions.")
        if self.at.tzinfo is None:
            raise ValueError("a judgement's time needs its offset from UTC")

    @property
    def pair(self) -> tuple[str, str]:
        """The two ids in order."""
        return (self.a, self.b) if self.a < self.b else (self.b, self.a)


def latest_judgements(judgements: Iterable[Judgement]) -> dict[tuple[str, str], Judgement]:
    """The judgement that holds for each pair: the latest, and of two at one time the later given."""
    held: dict[tuple[str, str], Judgement] = {}
    for judgement in judgements:
        before = held.get(judgement.pair)
        if before is None or judgement.at >= before.at:
            held[judgement.pair] = judgement
    return held
