"""Which act a sentence without a cue is nearest to in meaning: the light way, by shared pieces of words.

Term weighting after Salton and Buckley (1988); pieces are whole words and runs of four letters (Korean: two
syllables), so that an ending or a spelling does not hide a word. It ranks; it does not decide.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache

from firsthand.claims.reading.cues import read_table
from firsthand.values.languages import Language

__all__ = ["nearest_acts"]

_WORD = re.compile(r"[A-Za-z]+|[가-힣]+")
_COMMON = frozenset(
    {"the", "a", "an", "of", "to", "in", "and", "or", "is", "are", "was", "were", "be", "been"}
    | {"by", "for", "on", "at", "with", "from", "that", "this", "it", "its", "as", "has", "had", "have"}
    | {"not", "no", "who", "which", "they", "them", "their", "she", "her", "he", "his", "him", "there", "than"}
    | {"more", "into", "out", "also", "but"}
)


def _pieces(text: str, language: Language) -> Counter[str]:
    pieces: Counter[str] = Counter()
    run = 2 if language is Language.KOREAN else 4
    for word in _WORD.findall(text.lower()):
        if word in _COMMON:
            continue
        pieces[word] += 1
        for start in range(len(word) - run + 1):
            pieces["~" + word[start : start + run]] += 1
    return pieces


@cache
def _model(language: Language) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """For each act its weighted, normed pieces; and the weight of each piece."""
    texts: dict[str, Counter[str]] = {}
    for row in read_table("acts"):
        if row["language"] == language:
            words = re.sub(r"\W+", " ", row["cues"])
            texts[row["code"]] = _pieces(f"{row['meanings']} {row['meanings']} {row['example']} {words}", language)
    seen = Counter(piece for pieces in texts.values() for piece in pieces)
    weight = {piece: math.log(1 + len(texts) / count) for piece, count in seen.items()}
    return {code: _normed(pieces, weight) for code, pieces in texts.items()}, weight


@cache
def _holders(language: Language) -> dict[str, list[tuple[str, float]]]:
    """For each piece the acts that hold it: a sentence has few pieces, and most acts hold none of them."""
    holders: dict[str, list[tuple[str, float]]] = {}
    for code, pieces in _model(language)[0].items():
        for piece, share in pieces.items():
            holders.setdefault(piece, []).append((code, share))
    return holders


def _normed(pieces: Mapping[str, int], weight: Mapping[str, float]) -> dict[str, float]:
    values = {piece: (1 + math.log(count)) * weight[piece] for piece, count in pieces.items() if piece in weight}
    length = math.sqrt(sum(value * value for value in values.values())) or 1.0
    return {piece: value / length for piece, value in values.items()}


def nearest_acts(text: str, language: Language, *, most: int = 4) -> tuple[tuple[str, float], ...]:
    """Acts by falling similarity (cosine, 0 to 1) to ``text``."""
    _, weight = _model(language)
    query = _normed(_pieces(text, language), weight)
    holders = _holders(language)
    scores: dict[str, float] = {}
    for piece, value in query.items():
        for code, share in holders[piece]:
            scores[code] = scores.get(code, 0.0) + value * share
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return tuple((code, round(score, 4)) for code, score in ranked[:most] if score > 0)
