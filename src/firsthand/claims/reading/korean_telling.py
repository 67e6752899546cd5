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
from itertools import pairwise
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


def traits_of_tokens(tokens: Sequence[Any]) -> set[str]:
    """The traits of a sentence: its morphemes with their tags, and pairs of neighbours."""
    read = [(token.form, _tag(token)) for token in tokens]
    traits = {f"{form}/{tag}" for form, tag in read if tag in _TAGS}
    return traits | {f"{a}{tag_a[:2]}+{b}{tag_b[:2]}" for (a, tag_a), (b, tag_b) in pairwise(read)}


def _tag(token: Any) -> str:
    return str(token.tag.partition("-")[0])


@cache
def _weights() -> dict[str, float]:
    return {row["trait"]: float(row["weight"]) for row in read_table("korean_telling")}


def told_at(tokens: Sequence[Any]) -> tuple[float, Any | None]:
    """How likely (0 to 1) a sentence tells an abuse, and the last morpheme of those that speak most for it."""
    weights = _weights()
    score = weights.get("", 0.0) + sum(weights.get(trait, 0.0) for trait in sorted(traits_of_tokens(tokens)))
    likely = 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))
    standing = [token for token in reversed(tokens) if _tag(token) in TELLS]
    return likely, max(standing, key=lambda t: weights.get(f"{t.form}/{_tag(t)}", 0.0), default=None)
