"""How likely a coder accepts a proposal, before anything was decided in this vault."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from firsthand.claims.reading.cues import read_table
from firsthand.claims.reading.learning import features_of
from firsthand.claims.suggestions import Suggestion

__all__ = ["traits_of", "with_confidence"]

# Acts that stand for much else say something of how likely a proposal is right; others are too rare to.
_WIDE_ACTS = frozenset(
    {"act=other_context", "act=human_rights_abuse_unspecified", "act=social_practice", "act=flight_from_country"}
)
SHORT, LONG = 60, 220


def traits_of(suggestion: Suggestion, among: int) -> tuple[str, ...]:
    """What is weighed: codes, the length of the passage, and ``among`` how many proposals of its sentence it is."""
    length = sum(span.end - span.start for span in suggestion.support)
    size = "short" if length < SHORT else "long" if length > LONG else "middle"
    kept = [trait for trait in features_of(suggestion) if not trait.startswith("act=") or trait in _WIDE_ACTS]
    return (*kept, f"proposals of the sentence={min(among, 4)}", f"passage={size}")


@cache
def _weights() -> dict[str, float]:
    """Weights by trait (tables/confidence.csv, made by tools/fit_confidence.py)."""
    return {row["trait"]: float(row["weight"]) for row in read_table("confidence")}


def with_confidence(of_sentence: Sequence[Suggestion]) -> list[Suggestion]:
    """The suggestions of one sentence with their confidence: a logistic model over traits (0 to 1)."""
    weights = _weights()
    found = []
    for suggestion in of_sentence:
        score = sum(weights.get(trait, 0.0) for trait in traits_of(suggestion, len(of_sentence)))
        found.append(replace(suggestion, confidence=round(1 / (1 + math.exp(-score)), 3)))
    return found
