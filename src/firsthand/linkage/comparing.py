"""How alike two mentions are, feature by feature, each as a weight of evidence in bits.

A weight is log2 of P(what is seen | one person) / P(what is seen | two persons) (Good 1950; Fellegi and
Sunter 1969, equation 3); weights of independent features add up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from firsthand.linkage.mentions import Mention
from firsthand.linkage.names import compare_names
from firsthand.linkage.places import compare_places

__all__ = ["Evidence", "compare_mentions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One bar of the waterfall: a feature, its weight in bits, and the words for it."""

    feature: str
    weight_bits: float
    words_en: str
    words_ko: str


_MOST_NAME_BITS = 15.0


def _name_evidence(a: Mention, b: Mention) -> Evidence:
    if a.kind == "place":
        place = compare_places(a.text, b.text)
        bits = math.log2((0.95 * place.score + 0.001) / (0.01 * place.score + (1 - place.score) + 0.001))
        reason = place.grounds[0]
        return Evidence(feature="name", weight_bits=bits, words_en=reason.words("en"), words_ko=reason.words("ko"))
    found = compare_names(a.text, b.text)
    rarity = min(found.rarity_bits, _MOST_NAME_BITS)
    # P(compatible names | one person) against P(| two persons): the share of bearers of such a name
    same = 0.93 * found.score + 0.02 * (1.0 - found.score)
    other = found.score * 2.0**-rarity + (1.0 - found.score) ** 2
    reason = found.grounds[0]
    tail_en, tail_ko = "", ""
    if found.score >= 0.5:
        tail_en = f" (a name of about {rarity:.0f} bits)"
        tail_ko = f" (이름의 드문 정도 약 {rarity:.0f}비트)"
    return Evidence(
        feature="name",
        weight_bits=math.log2(same / other),
        words_en=reason.words("en") + tail_en,
        words_ko=reason.words("ko") + tail_ko,
    )


def _years(text: str) -> tuple[int, int] | None:
    parts = [p.strip("~?% ")[:4] for p in text.split("/")]
    if not all(p.isdigit() and len(p) == 4 for p in parts) or not parts:
        return None
    years = [int(p) for p in parts]
    return min(years), max(years)


def _year_evidence(a: str, b: str) -> Evidence | None:
    x, y = _years(a), _years(b)
    if x is None or y is None:
        return None
    gap = max(x[0] - y[1], y[0] - x[1], 0)
    # Korean age and rounding move a told year of birth by one or two
    bits = {0: 4.0, 1: 2.5, 2: 1.0}.get(gap, -2.0 if gap <= 4 else -5.0)
    width = max(x[1] - x[0], y[1] - y[0])
    if bits > 0:
        bits = max(0.3, bits - math.log2(1 + width))
    return Evidence(
        feature="birth_year",
        weight_bits=bits,
        words_en=f"years of birth {a} and {b}" + (f", {gap} apart" if gap else ", compatible"),
        words_ko=f"출생 연도 {a}, {b}" + (f", {gap}년 차이" if gap else ", 맞음"),
    )


def _fact_evidence(feature: str, a: str, b: str) -> Evidence | None:
    if not a.strip() or not b.strip():
        return None
    if feature == "birth_year":
        return _year_evidence(a, b)
    if feature == "sex":
        same = a.strip().lower()[:1] == b.strip().lower()[:1]
        bits = 0.9 if same else -6.0
    elif feature in {"place", "birth_place", "residence"}:
        score = compare_places(a, b).score
        same = score >= 0.5
        bits = 3.0 * score - 1.0 * (1.0 - score)
    else:
        same = a.strip().casefold() == b.strip().casefold()
        bits = 2.0 if same else -0.5
    word_en = "agree" if same else "differ"
    word_ko = "일치" if same else "다름"
    return Evidence(
        feature=feature,
        weight_bits=bits,
        words_en=f"{feature.replace('_', ' ')}: {word_en}",
        words_ko=f"{feature}: {word_ko}",
    )


def compare_mentions(a: Mention, b: Mention) -> tuple[Evidence, ...]:
    """The evidence of a pair: the name first, then every fact that both documents give."""
    found = [_name_evidence(a, b)]
    for feature in sorted(set(a.facts) & set(b.facts)):
        evidence = _fact_evidence(feature, a.facts[feature], b.facts[feature])
        if evidence is not None:
            found.append(evidence)
    return tuple(found)
