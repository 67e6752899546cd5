"""Which further acts a coder is offered beside those proposed: the ones that they will most likely want instead."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from firsthand.claims.claim import StatementKind
from firsthand.claims.reading.cues import read_table
from firsthand.claims.reading.similarity import nearest_acts
from firsthand.claims.reading.told import Told

__all__ = ["alternatives_of"]

MOST = 3
# What each reason to offer an act counts for, by rank. Set by hand on documents that rules were tuned on.
NAMED_TOO = 3.0
AKIN = (2.0, 1.2)
NEAR_IN_MEANING = (1.8, 1.0, 0.6)
NEAR_IN_LETTERS = (1.0, 0.6, 0.3)
TOLD_BEFORE = 1.5
# An act that is itself only near in meaning is more likely to be another that is near.
GUESSED = 2.0
ALWAYS = 1.3
# The act that stands for all that no other names, by kind of claim.
_CATCH_ALL = {
    StatementKind.ACT: "human_rights_abuse_unspecified",
    StatementKind.DENIAL: "human_rights_abuse_unspecified",
    StatementKind.OPINION: "human_rights_abuse_unspecified",
    StatementKind.CONTEXT: "other_context",
    StatementKind.LAW: "other_context",
    StatementKind.QUANTITY: "other_context",
}


@cache
def _akin() -> dict[str, tuple[str, ...]]:
    """For each act those with which it is taken most easily for another, nearest first (tables/akin.csv)."""
    return {row["code"]: tuple(row["akin"].split()) for row in read_table("akin")}


def alternatives_of(
    told: Told, codes: tuple[str, ...], kind: StatementKind, before: tuple[str, ...]
) -> tuple[str, ...]:
    """Up to three acts besides ``codes``, the likeliest first; ``before`` are acts of the sentence before."""
    score: defaultdict[str, float] = defaultdict(float)
    for act in told.acts:
        score[act.code] += NAMED_TOO
    for code in codes[:1]:
        for rank, akin in enumerate(_akin().get(code, ())[: len(AKIN)]):
            score[akin] += AKIN[rank]
    weight = GUESSED if any(act.code in codes and act.source == "meaning" for act in told.acts) else 1.0
    near = [code for code in dict.fromkeys(told.nearest) if code not in codes]
    for rank, code in enumerate(near[: len(NEAR_IN_MEANING)]):
        score[code] += weight * NEAR_IN_MEANING[rank]
    by_letters = nearest_acts(told.text, told.sentence.language)
    for rank, (code, _) in enumerate(by_letters[: len(NEAR_IN_LETTERS)]):
        score[code] += NEAR_IN_LETTERS[rank]
    for code in before:
        score[code] += TOLD_BEFORE
    score[_CATCH_ALL[kind]] += ALWAYS
    ranked = sorted(score, key=lambda code: (-score[code], code))
    return tuple(code for code in ranked if code not in codes)[:MOST]
