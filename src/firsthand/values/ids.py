"""Typed identifiers: a word for the kind of thing, then random letters.

An identifier is never derived from a name, a text or a digest: whoever sees it learns nothing.
"""

from __future__ import annotations

import base64
import re
from typing import NewType

from firsthand.values.errors import UsageError

__all__ = [
    "ActId",
    "ClaimId",
    "ConsentId",
    "DependenceId",
    "DocumentId",
    "EffectId",
    "EntityId",
    "EstimateId",
    "FindingId",
    "GradeId",
    "IdNotUsable",
    "JudgementId",
    "MarkId",
    "MentionId",
    "PassageId",
    "ProposalId",
    "ReleaseId",
    "SourceId",
    "SpeakerId",
    "WithdrawalId",
    "check_id",
    "make_id",
]

SourceId = NewType("SourceId", str)
SpeakerId = NewType("SpeakerId", str)
ConsentId = NewType("ConsentId", str)
WithdrawalId = NewType("WithdrawalId", str)
DocumentId = NewType("DocumentId", str)
PassageId = NewType("PassageId", str)
ProposalId = NewType("ProposalId", str)
ClaimId = NewType("ClaimId", str)
MentionId = NewType("MentionId", str)
EntityId = NewType("EntityId", str)
ActId = NewType("ActId", str)
JudgementId = NewType("JudgementId", str)
DependenceId = NewType("DependenceId", str)
GradeId = NewType("GradeId", str)
MarkId = NewType("MarkId", str)
EffectId = NewType("EffectId", str)
FindingId = NewType("FindingId", str)
EstimateId = NewType("EstimateId", str)
ReleaseId = NewType("ReleaseId", str)

ENTROPY_BYTES = 10
_SHAPE = re.compile(r"[a-z]{2,12}-[a-z2-7]{16}")


class IdNotUsable(UsageError):
    """The text is not an identifier of Firsthand."""

    next_step = "Copy the identifier from the page or the command that showed it."


def make_id(kind: str, entropy: bytes) -> str:
    """Make an identifier such as ``claim-mfrggzdfmztwq2lk`` from ten random bytes.

    ``kind`` is a lower-case word of 2 to 12 letters. Randomness comes in as an argument so that rooms stay
    pure and a seeded run repeats itself.

    Raises:
        IdNotUsable: the kind or the number of bytes is wrong.
    """
    if len(entropy) != ENTROPY_BYTES:
        raise IdNotUsable(f"An identifier needs {ENTROPY_BYTES} random bytes, not {len(entropy)}.")
    return check_id(f"{kind}-{base64.b32encode(entropy).decode('ascii').lower()}")


def check_id(text: str) -> str:
    """Return ``text`` when it has the shape of an identifier.

    Raises:
        IdNotUsable: it has not.
    """
    if not _SHAPE.fullmatch(text):
        raise IdNotUsable("This is not an identifier: a kind, a dash and sixteen letters or digits 2-7 are expected.")
    return text
