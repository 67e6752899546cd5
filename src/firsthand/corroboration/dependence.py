"""Dependence between accounts: how one rests on another, or is it, or shares something with it.

An account is the end of an attribution chain: a speaker, a body, or the author of a document. Three things
are known about two accounts: they are the *same* (same speaker, reprint, translation, paraphrase), one *rests on* the
other (quotes it, heard it from it), or they *share* something (an informant, interviewer, interpreter, dataset, or
details that two people would hardly both hit on). Each is known or possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from firsthand.values.errors import InputError

__all__ = [
    "HUBS",
    "RESTS_ON",
    "SAME",
    "Dependence",
    "DependenceKind",
    "DependenceNotUsable",
    "Standing",
    "is_hub",
]


class DependenceNotUsable(InputError):
    """A dependence names one account twice."""

    next_step = "Name two different accounts."


class DependenceKind(StrEnum):
    """How one account depends on another."""

    SAME_SPEAKER = "same speaker"
    REPRINT = "reprint"
    TRANSLATION = "translation"
    PARAPHRASE = "paraphrase"
    QUOTES = "quotes"
    SPEAKS_FOR = "speaks for"
    HEARD_FROM = "heard from"
    SAME_INFORMANT = "heard from the same person"
    SAME_INTERVIEWER = "same interviewer"
    SAME_INTERPRETER = "same interpreter"
    SAME_DATASET = "same dataset"
    RARE_DETAIL = "rare details in common"
    POSSIBLY_SAME_SPEAKER = "possibly same speaker"


SAME = {
    DependenceKind.SAME_SPEAKER,
    DependenceKind.REPRINT,
    DependenceKind.TRANSLATION,
    DependenceKind.PARAPHRASE,
    DependenceKind.POSSIBLY_SAME_SPEAKER,
}
RESTS_ON = {DependenceKind.QUOTES, DependenceKind.SPEAKS_FOR, DependenceKind.HEARD_FROM}

# What many accounts share stands as an account of its own (an interviewer, say), to which each is linked.
HUBS = {
    DependenceKind.SAME_INFORMANT: "informant",
    DependenceKind.SAME_INTERVIEWER: "interviewer",
    DependenceKind.SAME_INTERPRETER: "interpreter",
    DependenceKind.SAME_DATASET: "dataset",
}


def is_hub(account: str) -> bool:
    """Whether an account is something that others share, and tells nothing itself."""
    return account.split(" ", 1)[0] in HUBS.values()


class Standing(StrEnum):
    """Whether a dependence is established or only possible; refused ones are kept, and count for nothing."""

    KNOWN = "known"
    POSSIBLE = "possible"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependence:
    """Account ``a`` depends on account ``b`` (for the kinds of ``RESTS_ON``: ``a`` rests on ``b``).

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
