"""Noun phrases of a Korean sentence, and who or what they can be: a named person, a body, whoever suffers or does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from firsthand.claims.attribution import InformantType, Span
from firsthand.claims.claim import Participant
from firsthand.claims.reading.states import is_state as is_state_name
from firsthand.claims.reading.words import endings_of, words_of
from firsthand.passages.sentences import Sentence
from firsthand.values.languages import Language

__all__ = [
    "HE",
    "PERSONS",
    "SUBJECT",
    "TITLES",
    "Phrase",
    "can_tell_of_self",
    "find_phrases",
    "is_named",
    "is_perpetrator_like",
    "is_somebody",
    "is_state",
    "is_victim_like",
    "own_name",
    "participant",
    "speaker_type",
    "without_brackets",
]

KO = Language.KOREAN

_IN_NAME = {"NNG", "NNP", "NNB", "XSN", "XPN", "SN", "SL", "SH", "NR", "NP", "W_SERIAL", "MM"}
TITLES = (
    "씨", "박사", "대표", "교수", "국장", "소장", "목사", "위원", "위원장", "의원", "회장", "변호사",
    "사무총장", "원장", "특별보고관", "보고관", "기자", "대변인", "할머니", "선교사", "대사", "장관", "총장",
    "연구원", "팀장", "부장", "실장", "센터장", "이사장", "감독", "작가", "군", "양", "담당관", "조사관",
    "비서관", "활동가", "간사", "처장", "상임대표", "공동대표", "이사", "본부장", "차관", "의장", "신부",
    "수녀", "스님", "선장", "판사", "검사", "조정관", "부대표", "부소장", "부국장", "책임연구원",
    "선임연구원", "연구위원", "선임연구위원", "할아버지", "사장", "총리", "집사", "전도사", "감독관",
    "사무국장", "상임이사", "지부장", "운영위원장", "편집장", "통역사", "여사", "선생", "선생님", "교장", "총재",
    "부총재", "부회장", "부위원장", "단장", "부단장", "상임위원", "자문위원", "논설위원", "특파원", "서기관",
    "참사관", "총영사", "영사", "분석관", "연구관", "부총리", "주석", "총비서", "대통령", "이장", "추기경",
    "주교", "장로", "권사", "소령", "중령", "대령", "소위", "중위", "대위", "상사", "하사", "간호사", "의사",
    "시인", "소설가", "상담사", "편집인", "과장", "차장", "재판관", "수사관", "경제학자", "사회복지사", "교사",
)  # fmt: skip
_TITLES_OF_BODIES = frozenset(
    {
        "대변인",
        "연구원",
        "의원",
        "위원",
        "기자",
        "감독",
        "이사",
        "검사",
        "판사",
        "조사관",
        "감독관",
        "담당관",
        "활동가",
    }
    | {
        "서기관",
        "참사관",
        "영사",
        "분석관",
        "연구관",
        "재판관",
        "수사관",
        "의사",
        "교사",
        "간호사",
        "상사",
        "하사",
        "이장",
        "특파원",
    }
    | {
        "선생",
        "교장",
        "과장",
        "차장",
        "총재",
        "단장",
        "시인",
        "소설가",
        "상담사",
        "편집인",
        "경제학자",
        "사회복지사",
        "대통령",
        "주석",
    }
)
_FAMILY_NAMES = frozenset(
    "김이박최정강조윤장임한오서신권황안송류유홍전고문손양배백허남심노하곽성차주우구나민진지엄채"
    "원천방공현함변염여추도소석선설"
)
_TIMES_OF_YEAR = frozenset(
    {
        "봄",
        "여름",
        "가을",
        "겨울",
        "당시",
        "최근",
        "현재",
        "지난달",
        "지난해",
        "올해",
        "작년",
        "이후",
        "초반",
        "중반",
        "이달",
    }
    | {
        "동안",
        "뒤",
        "후",
        "때",
        "이듬해",
        "그해",
        "그동안",
        "그때",
        "이날",
        "요즘",
        "지금",
        "오늘",
        "하루",
        "다음",
    }
)
_KINDS_OF_BODIES = ("단체", "매체", "기구", "재단", "협회", "연구소", "방송", "신문", "통신")
_BODY_BEFORE = re.compile(rf"[가-힣]*(?:{'|'.join(_KINDS_OF_BODIES)}) $")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase and the particle that closes it."""

    start: int
    end: int
    particle: str
    text: str
    last: str


def without_brackets(name: str) -> str:
    return re.sub(r"\([^)]*\)", "", name).strip()


def own_name(name: str) -> str:
    """The personal name in a phrase with a title: 탈북민 하늘미(가명) 씨 gives 하늘미."""
    words = without_brackets(name).split()
    return words[-2] if len(words) >= 2 else words[0] if words else ""


HE = frozenset({"그", "그녀"})
SUBJECT = frozenset({"은", "는", "이", "가", "도", "께서"})
PERSONS = frozenset({InformantType.NAMED_PERSON, InformantType.UNNAMED_PERSON})
# People who tell what others went through, by their office or their part.
_TELLS_OF_OTHERS = re.compile(
    r"(?:(?:소식통|관계자|당국자|전문가|활동가|언론|외신)들?|대변인|(?<!씨)대표|박사|교수|국장|소장|위원장?|의원|회장|변호사|총장|원장|보고관|기자|팀장"
    r"|장관|대사|연구원|부장|실장|이사장|목사|선교사|작가|브로커|간부)$"
)


def is_named(phrase: Phrase) -> bool:
    return speaker_type(phrase) is InformantType.NAMED_PERSON


def can_tell_of_self(phrase: Phrase) -> bool:
    return not _TELLS_OF_OTHERS.search(without_brackets(phrase.text))


def find_phrases(words: str, tokens: Sequence[Any]) -> list[Phrase]:
    """Noun phrases that a particle, a comma or a noun's end closes."""
    phrases: list[Phrase] = []
    start: int | None = None
    end = 0
    last = ""
    depth = 0
    before = ""
    for token in [*tokens, None]:
        counted, before = before in _NUMBERS, token.tag if token is not None else ""
        tag = before or "END"
        if tag == "SSO" and words[token.start] in "([（":
            if start is None and phrases and re.fullmatch(r"[가-힣]{1,3}", words[phrases[-1].end : token.start]):
                start = phrases.pop().start  # a name whose end the analyser took for a particle: 조약돌(가명) 씨
            if start is not None:
                depth += 1
                continue
        if tag == "SSC" and depth:
            depth -= 1
            end = token.start + token.len
            continue
        if depth:
            continue
        if tag in _IN_NAME or (tag == "SW" and token.form == "%" and start is not None):
            if start is None:
                start = token.start
            end, last = token.start + token.len, token.form
            if (
                ((tag == "NNB" or counted) and last in _UNITS_OF_TIME)
                or last in _TIMES_OF_YEAR
                or last in {"씩", "때문"}
            ):
                start = None  # a date or a measure is no part of a name
            continue
        if start is not None and _goes_on(words, token, tag, last):
            continue
        if start is not None and end > start:
            particle = _particle(words, end, token)
            while start > 0 and "가" <= words[start - 1] <= "힣":
                start -= 1  # a name that the analyser does not know is cut in its middle
            body = _BODY_BEFORE.search(words[:start])
            if body and " " not in words[start:end].strip():
                start = body.start()  # 인권단체 X: the kind of body belongs to its name
            phrases.append(Phrase(start, end, particle, words[start:end], last))
        start = None
    return phrases


def _goes_on(words: str, token: Any, tag: str, last: str) -> bool:
    """Whether a phrase goes on behind a token that is no noun: X의 Y, X·Y, 진술자 K-117."""
    if tag == "SO":
        return last.isascii() and words[token.start + 1 : token.start + 2].isdigit()
    return tag == "JKG" or (tag == "SP" and token.form == "·")


def _particle(words: str, end: int, token: Any) -> str:
    """The particle behind a phrase; behind a sign the analyser takes it for part of a verb (68%는)."""
    if words[end - 1] == "%" and re.match("[은는이가] ", words[end : end + 2]):
        return words[end]
    return str(token.form) if token is not None and token.tag in {"JKS", "JX", "JKO", "JKB", "JC"} else ""


_NUMBERS = frozenset({"SN", "NR", "MM"})
_UNITS_OF_TIME = frozenset(
    {"년", "월", "일", "시", "달", "개월", "주일", "주", "시간", "분", "번", "차례", "위안", "달러", "초", "말"}
)


def participant(sentence: Sentence, phrase: Phrase) -> Participant:
    return Participant(text=phrase.text, span=Span(sentence.start + phrase.start, sentence.start + phrase.end))


def speaker_type(phrase: Phrase) -> InformantType | None:
    """What a phrase would be as a teller; nothing where it names nobody who speaks."""
    return _type_of_name(phrase.text.strip())


@cache
def _authors() -> tuple[str, ...]:
    return tuple(noun for noun in endings_of("author_noun", KO) if "는" not in noun)


def is_state(phrase: Phrase) -> bool:
    """Whether a phrase is the bare name of a state."""
    return is_state_name(phrase.text, KO)


# The same few phrases are asked about many times while a sentence is read; nothing of it is kept on disk.
MOST_REMEMBERED = 2048


@lru_cache(maxsize=MOST_REMEMBERED)
def _type_of_name(text: str) -> InformantType | None:
    if text.startswith(("복수의 ", "여러 ")):
        return InformantType.UNNAMED_GROUP
    if text in {"게", "것", "데", "때", "수"}:
        return None
    if _WITH_AGE.search(text) or _CODE_OF_WITNESS.search(text):
        return InformantType.NAMED_PERSON
    bare = without_brackets(text)
    if bare.endswith(_authors()):
        return InformantType.AUTHOR_VOICE
    words = bare.split()
    last = words[-1] if words else ""
    person = _type_of_title(words)
    if person is not None:
        return person
    if re.match(r"(?:한|어느|어떤|다른|또 다른) ", bare) and not last.endswith("들"):
        one = any(last.endswith(noun) for noun in (*words_of("person_noun", KO), "응답자") if len(noun) > 1)
        if one:
            return InformantType.UNNAMED_PERSON
    if last.endswith("들") or _IS_COUNT.search(bare) or bare.endswith(endings_of("group_noun", KO)):
        return InformantType.UNNAMED_GROUP
    if last in words_of("institution_noun", KO):
        return InformantType.INSTITUTION  # 국가정보원, though a 정보원 is a person
    if last in _ONE_PERSON or last.endswith(endings_of("person_noun", KO, 2)):
        return InformantType.UNNAMED_PERSON
    is_body = (
        last.endswith(endings_of("institution_noun", KO))
        or (len(words) >= 2 and words[-2].endswith(_KINDS_OF_BODIES))  # 인권단체 X
        or re.search(r"[A-Z]{2,}", text)
    )
    return InformantType.INSTITUTION if is_body else None


def _type_of_title(words: Sequence[str]) -> InformantType | None:
    """Of somebody with a title behind: whoever speaks for a state, a named person, or one of whom a letter is told."""
    last = words[-1] if words else ""
    has_title = last in TITLES or last.endswith(_ENDS_TITLE)
    before = words[-2] if len(words) >= 2 and has_title else ""
    if last not in TITLES and before.endswith(endings_of("institution_noun", KO)):
        before = ""  # 유엔 북한인권특별보고관: an office and no name
    if _IS_LETTER.fullmatch(last) or (last == "씨" and _IS_LETTER.fullmatch(before + "씨")):
        return InformantType.UNNAMED_PERSON  # A씨, 김모 씨
    if before and (is_state_name(before, KO) or before.endswith(("연합", "외교부", "외무성", "당국"))):
        return InformantType.INSTITUTION  # 일본 대표
    # behind a title that bodies have too, a name is told from a body's name by its family name
    named = re.fullmatch(r"[가-힣]{1,4}|[A-Za-z·]+", before) and (
        last not in _TITLES_OF_BODIES or (before[0] in _FAMILY_NAMES and len(before) >= 2)
    )
    if named or re.fullmatch(r"[가-힣]{2,4}(?:씨|박사|대표|교수)", last):
        return InformantType.NAMED_PERSON
    return None


# A title behind a word that says of what: 사무처장, 수석연구위원.
_ENDS_TITLE = ("처장", "국장", "위원장", "연구위원", "연구원", "본부장", "센터장", "변호사", "특별보고관", "담당관")
# Only of a person is it said how old they are, or that the name is another one: 하늘(19·가명) 군.
_WITH_AGE = re.compile(r"[가-힣]\((?:\d{1,3}|[^)]*가명[^)]*|\d{1,3}[·,][^)]*)\) ?(?:씨|군|양|[가-힣]{2,4})?$")
_CODE_OF_WITNESS = re.compile(r"[가-힣]자 [A-Z]{1,3}-?\d{1,4}$")
_ONE_PERSON = frozenset({"그", "나", "저", "씨"})
_IS_LETTER = re.compile(r"(?:[A-Z]|[가-힣]? ?모 ?)씨")
_IS_COUNT = re.compile(r"^응답자|\d ?여? ?명(?: 이상| 가량| 정도|쯤)?$|\d ?%$|(?:^|\s)(?:절반|대부분|다수|일부)$")
_COUNTED = re.compile(r"(?:\d|[여몇수십백천만]|^한|^두|^세|^네|다섯|여섯|일곱|여덟|아홉|열)명$")


@lru_cache(maxsize=MOST_REMEMBERED)
def _ends_with(text: str, kind: str) -> bool:
    bare = without_brackets(text)
    bare = re.sub(r"(?<=\S) (?:둘|셋|넷|한 명|두 명|세 명|네 명|몇 명|여러 명|\d+여? ?명)$", "", bare)
    word = bare.split()[-1] if bare.split() else ""
    if kind == "victim_noun" and word.endswith("명"):
        return word == "명" or bool(_COUNTED.search(word))  # 설명 and 성명 end so too, and count nobody
    return word.endswith(endings_of(kind, KO, 2)) or word in words_of(kind, KO)


def is_somebody(phrase: Phrase) -> bool:
    return is_victim_like(phrase) or is_perpetrator_like(phrase)


def is_victim_like(phrase: Phrase) -> bool:
    """Whether a phrase names people to whom something can happen: by its noun, by a title, or as several of a kind."""
    return _names_people(phrase.text)


@lru_cache(maxsize=MOST_REMEMBERED)
def _names_people(text: str) -> bool:
    if _ends_with(text, "victim_noun") or _type_of_name(text.strip()) is InformantType.NAMED_PERSON:
        return True
    return text.endswith("들") and not _THINGS.search(text) and not _ends_with(text, "perpetrator_noun")


# Things and bodies of which there can be several; other plurals are of people.
_THINGS = re.compile(
    r"(?:것|나라|국가|단체|기관|기업|회사|시설|수용소|교화소|매체|언론|보고서|증언|사건|사례|문제|법|조항|마을|지역|도시|집|가게|상점|물건|영화"
    r"|드라마|노래|방송|책|전화|차|버스|배|나무|돌|이유|요구|조치|방법|행위|활동|자료|기록|말|소문|의혹|주장|권리|자유|제도|정책|부대"
    r"|협약|조약|결의|대사관|학교|공장|시장|병원|교회)들$"
)


def is_perpetrator_like(phrase: Phrase) -> bool:
    return _ends_with(phrase.text, "perpetrator_noun")
