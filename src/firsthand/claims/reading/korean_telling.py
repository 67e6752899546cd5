"""Whether a Korean sentence without a cue tells an abuse: a logistic model over its morphemes and neighbouring pairs.

The weights (``tables/korean_telling.csv``, made by tools/fit_korean_telling.py) are fitted to sentences of invented
annotated documents and to the packaged examples, each class weighing the same. The morpheme that speaks most for an
act is where it stands. Which act it is the nearest example says (``korean_meaning``). Cross-validated over documents
and measured on documents kept aside: docs/decisions/0034.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

from firsthand.claims.reading.cues import read_table

__all__ = ["LIKELY_TOLD", "TELLS", "told_at", "traits_of_tokens"]

# From this probability on an act is proposed. The classes weigh the same in the model, though far fewer sentences
# without a cue tell an act than tell none.
LIKELY_TOLD = 0.9
_TAGS = frozenset(
    {"NNG", "NNP", "VV", "VA", "XR", "MAG", "VCN", "EP", "EC", "EF", "JKO", "JKS", "JKB", "ETM", "XSV", "VX", "MM"}
    | {"NP", "NR", "SN", "NNB"}
)
# Morphemes on which an act can be said to stand: what is done, or its name.
TELLS = frozenset({"VV", "NNG", "XR", "VA"})


def traits_of_tokens(tokens: Sequence[Any]) -> dict[str, int]:
    """The traits of a sentence's morphemes, each with the place of the morpheme (its number) at which it is first."""
    read = [(token.form, token.tag.partition("-")[0]) for token in tokens]
    traits: dict[str, int] = {}
    for place, (form, tag) in enumerate(read):
        if tag in _TAGS:
            traits.setdefault(f"{form}/{tag}", place)
        if place:
            before, tag_before = read[place - 1]
            traits.setdefault(f"{before}{tag_before[:2]}+{form}{tag[:2]}", place)
    return traits


@cache
def _weights() -> dict[str, float]:
    return {row["trait"]: float(row["weight"]) for row in read_table("korean_telling")}


def told_at(tokens: Sequence[Any]) -> tuple[float, Any | None]:
    """How likely (0 to 1) a sentence tells an abuse, and the morpheme that speaks most for it."""
    weights = _weights()
    traits = traits_of_tokens(tokens)
    score = weights.get("", 0.0) + sum(weights.get(trait, 0.0) for trait in traits)
    standing = [
        (place, weights.get(f"{tokens[place].form}/{tokens[place].tag.partition('-')[0]}", 0.0))
        for place in set(traits.values())
        if tokens[place].tag.partition("-")[0] in TELLS
    ]
    place = max(standing, key=lambda item: (item[1], item[0]), default=None)
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, score)))), tokens[place[0]] if place is not None else None
