"""Names that no list holds: whether an unlisted Korean noun phrase can be a person or a body that tells something."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from firsthand.claims.attribution import InformantType
from firsthand.claims.reading.korean_phrases import TITLES, Phrase, without_brackets
from firsthand.claims.reading.words import endings_of
from firsthand.values.languages import Language

__all__ = ["Known", "learn_names", "type_of_unlisted"]

KO = Language.KOREAN


@dataclass(slots=True)
class Known:
    """Names that a text has brought in so far with a word that says what they are."""

    people: set[str] = field(default_factory=set)
    bodies: set[str] = field(default_factory=set)


_KIND_OF_BODY = (
    r"(?:단체|기구|재단|협회|매체|연구소|모임|기관|네트워크|상담소|연구원|연구회|센터"
    r"|신문|방송|통신|잡지|조직|법인|회사|기업|쉼터|위원회)"
)
_ANY_TITLE = "|".join(sorted(TITLES, key=len, reverse=True))
_NAME = r"[가-힣A-Za-z0-9]{2,12}"
# 인권단체 두레박은, 또 다른 단체인 난민의벗은; 두레박의 한결 사무국장: what stands there is a body.
_BODY_TOLD = re.compile(
    rf"{_KIND_OF_BODY}(?:인)? ?[‘“'\"]?({_NAME}?)[’”'\"]?(?=(?:은|는|이|가|의|에|을|를|과|와|도|에서)(?: |$)|\(|,)"
)
_BODY_OF = re.compile(rf"(?:^|[ ‘“])({_NAME})의 (?:[가-힣]{{1,5}} )?[가-힣]{{2,4}} (?:{_ANY_TITLE})(?![가-힣]{{2}})")
# The last letters by which a body is known that no list holds.
_BODY_ENDS = re.compile(
    r"[가-힣](?:회|사|원|소|단|당|국|처|청|성|부|실|관|팀|연대|모임|연맹|동맹|노조|네트워크|포럼|은행|기업|공사|본부|학교|병원|교회|법인|클럽"
    r"|펜|넷|행동|캠페인|하우스|이니셔티브|파운데이션)$"
)
# Nouns that are never whoever tells something, though they may open the sentence.
_THING = re.compile(
    r"(?:것|일|때|뒤|후|날|이유|원인|문제|상황|실태|사실|결과|내용|의혹|주장|증언|진술|말|이야기|얘기|소식|소문|기록|법|조항|헌법|협약|조약"
    r"|여권|전화|휴대전화|기억|돈|임금|월급|식량|쌀|약|치료|죽음|처형|수용소|교화소|시설|국경|마을|집|길|방|곳|숫자|수|규모|비율|기간|시기"
    r"|처벌|단속|감시|송환|북송|탈북|구금|체포|조사|수사|재판|판결|조치|제도|정책|나라|국가|지역|도시|배경|목적|생활|처지|사정|형편)$"
)


@cache
def _roles() -> tuple[str, ...]:
    return (*endings_of("person_noun", KO, 2), *endings_of("victim_noun", KO, 2), *TITLES)


def learn_names(known: Known, words: str, phrases: Sequence[Phrase], tokens: Sequence[Any]) -> None:
    """Keep the names that a sentence brings in with what they are."""
    known.bodies.update(m[1] for pattern in (_BODY_TOLD, _BODY_OF) for m in pattern.finditer(words))
    for phrase in phrases:
        parts = without_brackets(phrase.text).split()
        if len(parts) >= 2 and parts[-2].endswith(_roles()) and _is_unknown_word(phrase, tokens):
            known.people.add(parts[-1])


def _is_unknown_word(phrase: Phrase, tokens: Sequence[Any]) -> bool:
    """Whether the last word of a phrase is a name, or is cut to pieces because the analyser does not know it."""
    start = phrase.start + phrase.text.rfind(" ") + 1
    inside = [t for t in tokens if start <= t.start and t.start + t.len <= phrase.end]
    if any(t.tag == "NNP" for t in inside):
        return True
    if len(inside) > 1 and all(t.tag == "NNG" for t in inside):
        return any(t.len == 1 for t in inside)
    return len(inside) > 1 and not all(t.tag in {"NNG", "XSN", "XPN", "NNB", "SN", "NR", "MM"} for t in inside)


def type_of_unlisted(phrase: Phrase, tokens: Sequence[Any], known: Known) -> InformantType | None:
    """What a phrase that no list holds would be as a teller; nothing where it is a thing or cannot be told."""
    text = without_brackets(phrase.text).strip("‘’“”'\" ")
    parts = text.split()
    if not parts or _THING.search(text):
        return None
    if text in known.people or parts[-1] in known.people:
        return InformantType.NAMED_PERSON
    if text in known.bodies or parts[-1] in known.bodies:
        return InformantType.INSTITUTION
    unknown = _is_unknown_word(phrase, tokens)
    if len(parts) >= 2 and unknown and parts[-2].endswith(_roles()):
        return InformantType.NAMED_PERSON
    if _BODY_ENDS.search(text):
        return InformantType.INSTITUTION
    if unknown:  # two names are a person's, one that nobody is called by alone is a body's
        return InformantType.NAMED_PERSON if len(parts) >= 2 else InformantType.INSTITUTION
    return None
