"""Dependence between accounts: how one rests on another, or is it, or shares something with it.

An account is the end of an attribution chain: a speaker, a body, or the author of a document. Three things
are known about two accounts: they are the *same* (same speaker, reprint, translation), one *rests on* the
other (quotes it, heard it from it), or they *share* something (interviewer, dataset). Each is known or possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from firsthand.values.errors import InputError

__all__ = ["RESTS_ON", "SAME", "Dependence", "DependenceKind", "DependenceNotUsable", "Standing"]


class DependenceNotUsable(InputError):
    """A dependence names one account twice."""

    next_step = "Name two different accounts."


class DependenceKind(StrEnum):
    """How one account depends on another. The first three say that both are one."""

    SAME_SPEAKER = "same speaker"
    REPRINT = "reprint"
    TRANSLATION = "translation"
    QUOTES = "quotes"
    HEARD_FROM = "heard from"
    SAME_INTERVIEWER = "same interviewer"
    SAME_DATASET = "same dataset"
    POSSIBLY_SAME_SPEAKER = "possibly same speaker"


SAME = {
    DependenceKind.SAME_SPEAKER,
    DependenceKind.REPRINT,
    DependenceKind.TRANSLATION,
    DependenceKind.POSSIBLY_SAME_SPEAKER,
}
RESTS_ON = {DependenceKind.QUOTES, DependenceKind.HEARD_FROM}


class Standing(StrEnum):
    """Whether a dependence is established or only possible; refused ones are kept, and count for nothing."""

    KNOWN = "known"
    POSSIBLE = "possible"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependence:
    """Account ``a`` depends on account ``b`` (for ``QUOTES`` and ``HEARD_FROM``: ``a`` rests on ``b``).

    ``reason`` is in words for the person who decides; ``asserted_by`` a person's pseudonym or ``machine``.
    """

    a: str
    b: str
    kind: DependenceKind
    standing: Standing
    reason: str
    asserted_by: str

    def __post_init__(self) -> None:
        if self.a == self.b:
            raise DependenceNotUsable("A dependence names one account twice.")
