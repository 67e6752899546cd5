"""How alike two mentions are, feature by feature, each as a weight of evidence in bits.

A weight is log2 of P(what is seen | one person) / P(what is seen | two persons) (Good 1950; Fellegi and
Sunter 1969, equation 3); weights of independent features add up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from firsthand.linkage.mentions import Mention
from firsthand.linkage.name_tables import bare_body, bodies
from firsthand.linkage.names import NameComparison, compare_names
from firsthand.linkage.places import compare_places
from firsthand.linkage.reasons import Reason
from firsthand.linkage.told_dates import compare_told_dates

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
    if a.kind == "institution" and bodies().get(bare_body(a.text), _NONE) & bodies().get(bare_body(b.text), _NONE):
        listed = Reason("same_body_listed", (a.text, b.text))
        return Evidence(feature="name", weight_bits=12.0, words_en=listed.words("en"), words_ko=listed.words("ko"))
    found, also = _best_names(a, b)
    rarity = min(found.rarity_bits, _MOST_NAME_BITS)
    # P(compatible names | one person) against P(| two persons): the share of bearers of such a name
    same = 0.93 * found.score + 0.02 * (1.0 - found.score)
    other = found.score * 2.0**-rarity + (1.0 - found.score) ** 2
    reason = found.grounds[0]
    tail_en, tail_ko = "", ""
    if found.score >= 0.5:
        tail_en = f" (a name of about {rarity:.0f} bits)"
        tail_ko = f" (이름의 드문 정도 약 {rarity:.0f}비트)"
    if also is not None:
        tail_en += f"; {also.words('en')}"
        tail_ko += f"; {also.words('ko')}"
    return Evidence(
        feature="name",
        weight_bits=math.log2(same / other),
        words_en=reason.words("en") + tail_en,
        words_ko=reason.words("ko") + tail_ko,
    )


_NONE: frozenset[str] = frozenset()


def _best_names(a: Mention, b: Mention) -> tuple[NameComparison, Reason | None]:
    """The names as told or, where other names are known as facts, those of them that agree best."""
    best, also = compare_names(a.text, b.text), None
    for x in (a.text, *a.also):
        for y in (b.text, *b.also):
            if (x, y) != (a.text, b.text):
                found = compare_names(x, y)
                if found.score > best.score:
                    best, also = found, Reason("known_also_as", (x if x != a.text else y,))
    return best, also


_HOW_EN = {
    "equal": "equal",
    "overlap": "can both be true",
    "lunar": "one can be the other by the lunar calendar",
    "near": "a slip apart",
    "apart": "cannot both be true",
}
_HOW_KO = {
    "equal": "같음",
    "overlap": "둘 다 참일 수 있음",
    "lunar": "음력과 양력의 차이일 수 있음",
    "near": "조금 어긋남",
    "apart": "둘 다 참일 수 없음",
}


def _date_evidence(feature: str, a: str, b: str) -> Evidence | None:
    found = compare_told_dates(a, b)
    if found is None:
        return None
    return Evidence(
        feature=feature,
        weight_bits=found.bits,
        words_en=f"{feature.replace('_', ' ')} {a} and {b}: {_HOW_EN[found.how]}",
        words_ko=f"{_FEATURES_KO.get(feature, feature)} {a}, {b}: {_HOW_KO[found.how]}",
    )


_DATES_KO = {"birth_year": "출생 연도", "birth_date": "생년월일", "event_date": "사건 날짜"}
_FEATURES_KO = {
    **_DATES_KO,
    "sex": "성별",
    "place": "장소",
    "birth_place": "출생지",
    "residence": "거주지",
    "occupation": "직업",
    "age_band": "연령대",
}
_DATES = frozenset(_DATES_KO)


def _fact_evidence(feature: str, a: str, b: str) -> Evidence | None:
    if not a.strip() or not b.strip():
        return None
    if feature in _DATES:
        return _date_evidence(feature, a, b)
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
        words_ko=f"{_FEATURES_KO.get(feature, feature)}: {word_ko}",
    )


def compare_mentions(a: Mention, b: Mention) -> tuple[Evidence, ...]:
    """The evidence of a pair: the name first, then every fact that both documents give."""
    found = [_name_evidence(a, b)]
    for feature in sorted(set(a.facts) & set(b.facts)):
        evidence = _fact_evidence(feature, a.facts[feature], b.facts[feature])
        if evidence is not None:
            found.append(evidence)
    return tuple(found)
