"""Korean sentences as told: quotative endings, topic and case particles, passives, over kiwi's morphemes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from kiwipiepy import Kiwi

from firsthand.claims.attribution import InformantType, Span
from firsthand.claims.claim import Participant
from firsthand.claims.reading.acts import ActDefinition, ActFound, find_acts
from firsthand.claims.reading.cues import read_table
from firsthand.claims.reading.told import ActTold, Manner, Mention, Speaker, Told
from firsthand.claims.reading.words import search_for, words_of
from firsthand.passages.sentences import Sentence
from firsthand.values.languages import Language

__all__ = ["KoreanReader", "load_kiwi"]

KO = Language.KOREAN
_MARKS = ("opinion", "generalisation", "hearsay", "witness", "testimony", "document", "unverified", "denial", "law")
_IN_NAME = {"NNG", "NNP", "NNB", "XSN", "XPN", "SN", "SL", "SH", "NR", "NP", "W_SERIAL", "MM"}
_TITLES = (
    "씨", "박사", "대표", "교수", "국장", "소장", "목사", "위원", "위원장", "의원", "회장", "변호사", "사무총장",
    "원장", "특별보고관", "보고관", "기자", "대변인", "할머니", "선교사", "대사", "장관", "총장", "연구원", "팀장",
    "부장", "실장", "센터장", "이사장", "감독", "작가", "군", "양",
)  # fmt: skip
_TITLES_OF_BODIES = frozenset({"대변인", "연구원", "의원", "위원", "기자", "군", "양"})
_FAMILY_NAMES = frozenset(
    "김이박최정강조윤장임한오서신권황안송류유홍전고문손양배백허남심노하곽성차주우구나민진지엄채"
    "원천방공현함변염여추도소석선설"
)
_TIMES_OF_YEAR = frozenset(
    {"봄", "여름", "가을", "겨울", "당시", "최근", "현재", "지난달", "지난해", "올해", "작년", "이후", "초반", "중반"}
)
_PASSIVE = re.compile(
    r"당하|당해|속아|속은|당했|당한|돼|되|됐|된|받|맞았|맞은|팔려|팔렸|팔린|끌려|잡혀|잡힌|갇|붙잡혀|붙잡힌|붙들"
    r"|빼앗겼|빼앗긴|뜯겼|쫓겨|숨졌|숨진|죽었|죽은|잃|겪|굶"
)
_KINDS_OF_BODIES = ("단체", "매체", "기구", "재단", "협회", "연구소", "방송", "신문", "통신")
_BODY_BEFORE = re.compile(rf"[가-힣]*(?:{'|'.join(_KINDS_OF_BODIES)}) $")
_SUBJECT_SUFFERS = frozenset(
    {"flight_from_country", "denial_of_food", "denial_of_health_care", "bribery", "statelessness", "forced_labour"}
    | {"enforced_disappearance", "sexual_exploitation", "lack_of_protection_of_refugees", "discrimination"}
)
_TO_RECEIVES = frozenset({"sale_of_person", "trafficking_in_persons", "forced_marriage", "bribery"})
_ACCUSED = re.compile(
    r"(?:북한|중국|러시아|북한 측|중국 측|김정은 정권)"
    r"|(?:북한|중국|러시아)\s?(?:당국|정부|외교부|외무성|외무부|대표부|대사관|공안|대변인).*"
    r"|.*(?:조선중앙통신|노동신문|북한 대표부|북한 대사관|중국 대사관|외무성 대변인|외교부 대변인).*"
)


@cache
def load_kiwi() -> Kiwi:
    """kiwi with the gazetteer's names as user words, so that it does not split a county's name."""
    kiwi = Kiwi(num_workers=1)
    for row in read_table("places"):
        for name in filter(None, row["korean"].split("|")):
            if " " not in name:
                kiwi.add_user_word(name, "NNP")
    for word in (
        "보위부", "보위원", "보위성", "안전원", "보안원", "안전부", "집결소", "교화소", "관리소", "구류장",
        "장마당", "탈북민", "탈북자", "화폐개혁", "강제북송", "하나원", "인민반", "노동단련대", "사회안전성",
        "국가보위성",
    ):  # fmt: skip
        kiwi.add_user_word(word, "NNG")
    return kiwi


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A noun phrase and the particle that closes it."""

    start: int
    end: int
    particle: str
    text: str
    last: str


class KoreanReader:
    """Reads Korean sentences one by one."""

    def __init__(self, *, definitions: Sequence[ActDefinition] | None = None) -> None:
        self.kiwi = load_kiwi()
        self.definitions = definitions

    def read(self, text: str, sentences: Sequence[Sentence]) -> Iterator[Told]:
        """What each sentence tells, in order."""
        texts = [text[s.start : s.end] for s in sentences]
        for sentence, words, tokens in zip(sentences, texts, self.kiwi.tokenize(texts), strict=True):
            yield _read_sentence(sentence, words, tokens, self.definitions)


def _read_sentence(
    sentence: Sentence, words: str, tokens: Sequence[Any], definitions: Sequence[ActDefinition] | None
) -> Told:
    phrases = _phrases(words, tokens)
    speaker, taken = _speaker(sentence, words, phrases)
    told = Told(sentence=sentence, text=words, speaker=speaker)
    told.marks = frozenset(mark for mark in _MARKS if search_for(mark, KO).search(words))
    told.first_person = bool(
        re.search(r"(?:^|[\s“\"‘])(?:나는|내가|나도|저는|제가|우리는|우리가|나를|저를|내 |제 )", words)
    )
    told.starts_with_pronoun = bool(
        re.match(r"(?:그는|그녀는|그가|이들은|그들은|이는|이어|또|또한|특히|그러면서|이후|당시|그 )", words)
    )
    told.tells_of_speaker = told.first_person or bool(re.search(r"자신(?:도|이|은|의|을)|본인", words))
    told.persons = tuple(p.text for p in phrases if _speaker_type(p) is InformantType.NAMED_PERSON)
    rest = [p for p in phrases if p is not taken]
    told.topic = tuple(_participant(sentence, p) for p in rest if _is_victim_like(p))
    acts = find_acts(words, KO, definitions)
    for found in acts:
        if taken is not None and taken.start <= found.start < taken.end:
            continue
        if found.code == "flight_from_country" and len(acts) > 1 and words[found.start : found.end].endswith("한 "):
            continue
        told.acts.append(_act(sentence, words, found, rest, taken))
    background = [
        act for act in told.acts if _only_names(words, act, sentence.start) or _is_reason(words, act, sentence.start)
    ]
    if len(background) < len(told.acts):
        told.acts[:] = [act for act in told.acts if act not in background]
    told.mentions = _mentions(sentence, rest)
    return told


_PLACE_OF_CUSTODY = re.compile(r"(?:수용소|관리소|교화소|집결소|구류장|단련대|감옥|구류소)(?:$|에서|의 |에 있)")


def _only_names(words: str, act: ActTold, offset: int) -> bool:
    """Whether a cue only says which people are meant or where something else happened: 송환된 사람들, 수용소에서."""
    cue, after = act.words, words[act.end - offset : act.end - offset + 3]
    if act.code == "arbitrary_detention":
        around = cue + words[act.end - offset : act.end - offset + 5]
        return after.startswith(("자", "인", "에서")) or cue == "조사를 받" or bool(_PLACE_OF_CUSTODY.search(around))
    return act.code in _NAMES_PEOPLE and bool(_BEFORE_NOUN.search(cue + after))


_NAMES_PEOPLE = frozenset(
    {
        "refoulement",
        "flight_from_country",
        "arbitrary_arrest",
        "trafficking_in_persons",
        "denial_of_access_to_information",
    }
)
# the ending that puts a verb before the noun that it describes: 체포된 여성, 연락하던 주민
_BEFORE_NOUN = re.compile(r"(?:된|당한|돼 온|하던|던|했던|됐던|한) $|(?:된|당한|하던|했던|됐던) ")
# By whom, where the act itself is a noun: 경비병의 총에, 공안의 단속에
_DOES = re.compile(r"의 (?:총|단속|검열|손|고문|구타|폭행|명령|수색)")
_REASON = re.compile(r"^[^,.]{0,22}?(?:이유로|혐의로|혐의를|죄로|다가 |다는 죄|구실로|명목으로|것을 이유로)")


def _is_reason(words: str, act: ActTold, offset: int) -> bool:
    """Whether a cue only says for what something was done: 방송을 들었다는 이유로, 저장했다가."""
    return act.code in _REASONS and bool(_REASON.match(words[act.end - offset :]))


# Acts that are told of as what people were punished for; the punishment is the act that is claimed.
_REASONS = frozenset(
    {"denial_of_expression", "denial_of_access_to_information", "religious_persecution", "flight_from_country"}
    | {"restriction_on_movement", "social_practice", "bribery"}
)


def _mentions(sentence: Sentence, phrases: Sequence[_Phrase]) -> tuple[Mention, ...]:
    """People of whom later pronouns may speak."""
    found = []
    for phrase in phrases:
        suffers, does = _is_victim_like(phrase), _is_perpetrator_like(phrase)
        if not (suffers or does) or phrase.text in {"그", "그녀", "그들", "이들", "나", "저", "우리"}:
            continue
        found.append(
            Mention(
                text=phrase.text,
                start=sentence.start + phrase.start,
                is_plural=bool(re.search(r"들$|명$|명(?:가량|정도)$|대부분$", phrase.text)),
                is_name=_speaker_type(phrase) is InformantType.NAMED_PERSON,
                can_do=does,
                can_suffer=suffers,
                is_subject=phrase.particle in {"은", "는", "이", "가"},
            )
        )
    return tuple(found)


def _phrases(words: str, tokens: Sequence[Any]) -> list[_Phrase]:
    """Noun phrases that a particle, a comma or a noun's end closes."""
    phrases: list[_Phrase] = []
    start: int | None = None
    end = 0
    last = ""
    depth = 0
    for token in [*tokens, None]:
        tag = token.tag if token is not None else "END"
        if tag == "SSO" and start is not None and words[token.start] in "([（":
            depth += 1
            continue
        if tag == "SSC" and depth:
            depth -= 1
            end = token.start + token.len
            continue
        if depth:
            continue
        if tag in _IN_NAME:
            if start is None:
                start = token.start
            end, last = token.start + token.len, token.form
            if (tag == "NNB" and last in {"년", "월", "일", "시"}) or last in _TIMES_OF_YEAR:
                start = None  # a date is no part of a name
            continue
        if tag == "JKG" and start is not None:
            continue
        if tag == "SP" and start is not None and token.form == "·":
            continue
        if start is not None and end > start:
            particle = token.form if token is not None and tag in {"JKS", "JX", "JKO", "JKB", "JC"} else ""
            while start > 0 and "가" <= words[start - 1] <= "힣":
                start -= 1  # a name that the analyser does not know is cut in its middle
            body = _BODY_BEFORE.search(words[:start])
            if body and " " not in words[start:end].strip():
                start = body.start()  # 인권단체 X: the kind of body belongs to its name
            phrases.append(_Phrase(start, end, particle, words[start:end], last))
        start = None
    return phrases


def _participant(sentence: Sentence, phrase: _Phrase) -> Participant:
    return Participant(text=phrase.text, span=Span(sentence.start + phrase.start, sentence.start + phrase.end))


# --- who speaks -----------------------------------------------------------------------------------------------

_ACCORDING = re.compile(
    r"(?:에|의 말에|에게) (?:따르면|의하면)|(?:에)?따르면"
    r"|의 말이다|의 증언이다|의 설명이다|의 주장이다|의 전언이다|의 지적이다"
)
_BEFORE_TELLER = re.compile(r"(?:다|라|자|냐)(?:고|며|면서)\s+$|[”’\"]\s?(?:이?라?고|며|라며)?\s+$")
_AGENTLESS = re.compile(
    r"(?:것으로|고) (?:알려졌|알려져|전해졌|전해진|전해져|한다|합니다|보도됐|파악됐|나타났|드러났|추정된|추정됐|보인)"
)


def _speaker(sentence: Sentence, words: str, phrases: Sequence[_Phrase]) -> tuple[Speaker | None, _Phrase | None]:
    according = _ACCORDING.search(words)
    if according:
        before = [p for p in phrases if p.end <= according.start() + 1 and p.text not in {"게", "것"}]
        if before:
            return _make_speaker(sentence, before[-1], words, "에 따르면"), before[-1]
    said = _last_saying(words)
    if said is not None:
        candidates = [
            p
            for p in phrases
            if p.particle in {"은", "는", "이", "가", "께서", "도"}
            and p.end < said
            and _can_speak(p)
            and not _in_quotation(words, p.start)
        ]
        behind = [
            p
            for p in phrases
            if p.particle in {"은", "는", "이", "가"}
            and 0 <= said - p.end - len(p.particle) <= 2
            and _BEFORE_TELLER.search(words[: p.start])
        ]
        if behind:  # ... 했다고 인권단체 X가 밝혔다: whoever stands between quotation and verb is the teller
            return _make_speaker(sentence, behind[-1], words, words[said : said + 6]), behind[-1]
        topics = [p for p in candidates if p.particle in {"은", "는", "도"}]
        # the speaker stands before the quotation or right before the verb of saying
        near = [p for p in candidates if said - p.end < 25]
        chosen = (near[-1:] if near and not topics else topics[:1]) or candidates[:1]
        if near and topics and near[-1] in topics:
            chosen = near[-1:]
        if chosen:
            return _make_speaker(sentence, chosen[0], words, words[said : said + 6]), chosen[0]
        return Speaker(type=InformantType.AUTHOR_VOICE, cue="carried"), None
    agentless = _AGENTLESS.search(words)
    if agentless:
        return (
            Speaker(type=InformantType.UNNAMED_GROUP, cue=agentless.group(), is_hearsay="소문" in words),
            None,
        )
    return None, None


def _last_saying(words: str) -> int | None:
    """Where the verb of saying stands that closes the sentence, if one does."""
    tail_from = max(0, len(words) - 40)
    best = None
    for verb in words_of("say_verb", KO):
        at = words.rfind(verb, tail_from)
        if at >= 0 and (best is None or at > best):
            best = at
    return best


def _in_quotation(words: str, position: int) -> bool:
    before = words[:position]
    return before.count("“") > before.count("”") or before.count('"') % 2 == 1 or before.count("‘") > before.count("’")


def _can_speak(phrase: _Phrase) -> bool:
    return _speaker_type(phrase) is not None


def _speaker_type(phrase: _Phrase) -> InformantType | None:
    if re.match(r"(?:복수의|여러) ", phrase.text):
        return InformantType.UNNAMED_GROUP
    return None if phrase.text.strip() in {"게", "것", "데", "때", "수"} else _type_of_name(phrase)


def _type_of_name(phrase: _Phrase) -> InformantType | None:
    text = phrase.text.strip()
    bare = re.sub(r"\([^)]*\)", "", text).strip()
    if any(bare.endswith(noun) for noun in words_of("author_noun", KO) if "는" not in noun):
        return InformantType.AUTHOR_VOICE
    words = bare.split()
    last = words[-1] if words else ""
    # behind a title that bodies have too, a name is told from a body's name by its family name
    before = words[-2] if len(words) >= 2 and last in _TITLES else ""
    is_name = bool(re.fullmatch(r"[가-힣]{1,4}|[A-Za-z·]+", before))
    if is_name and (last not in _TITLES_OF_BODIES or (before[0] in _FAMILY_NAMES and len(before) >= 2)):
        return InformantType.NAMED_PERSON
    if re.fullmatch(r"[가-힣]{2,4}(?:씨|박사|대표|교수)", last):
        return InformantType.NAMED_PERSON
    if last.endswith("들") or any(bare.endswith(noun) for noun in words_of("group_noun", KO)):
        return InformantType.UNNAMED_GROUP
    if any(last.endswith(noun) for noun in words_of("person_noun", KO) if len(noun) > 1) or last in {
        "그",
        "나",
        "저",
        "씨",
    }:
        return InformantType.UNNAMED_PERSON
    if any(last.endswith(noun) for noun in words_of("institution_noun", KO)):
        return InformantType.INSTITUTION
    if len(words) >= 2 and words[-2].endswith(_KINDS_OF_BODIES):
        return InformantType.INSTITUTION  # 인권단체 X
    if re.search(r"[A-Z]{2,}", text):
        return InformantType.INSTITUTION
    return None


def _make_speaker(sentence: Sentence, phrase: _Phrase, words: str, cue: str) -> Speaker:
    kind = _speaker_type(phrase) or InformantType.INSTITUTION
    tail = words[-40:]
    manner = Manner.SAYS
    if any(verb in tail for verb in words_of("deny_verb", KO)):
        manner = Manner.DENIES
    elif any(verb in tail for verb in words_of("estimate_verb", KO)):
        manner = Manner.ESTIMATES
    name = phrase.text.strip()
    return Speaker(
        type=kind,
        name=name,
        span=Span(sentence.start + phrase.start, sentence.start + phrase.end),
        manner=manner,
        cue=cue,
        is_accused=bool(_ACCUSED.fullmatch(name)),
    )


# --- what is told ---------------------------------------------------------------------------------------------


_COUNTED = re.compile(r"(?:\d|[여몇수십백천만]|^한|^두|^세|^네|다섯|여섯|일곱|여덟|아홉|열)명$")


def _ends_with(phrase: _Phrase, kind: str) -> bool:
    bare = re.sub(r"\([^)]*\)", "", phrase.text).strip()
    word = bare.split()[-1] if bare.split() else ""
    if kind == "victim_noun" and word.endswith("명"):
        return word == "명" or bool(_COUNTED.search(word))  # 설명 and 성명 end so too, and count nobody
    return any(word.endswith(noun) if len(noun) > 1 else word == noun for noun in words_of(kind, KO))


def _is_victim_like(phrase: _Phrase) -> bool:
    return _ends_with(phrase, "victim_noun") or _speaker_type(phrase) is InformantType.NAMED_PERSON


def _is_perpetrator_like(phrase: _Phrase) -> bool:
    return _ends_with(phrase, "perpetrator_noun")


def _act(
    sentence: Sentence, words: str, found: ActFound, phrases: Sequence[_Phrase], teller: _Phrase | None
) -> ActTold:
    before = [p for p in phrases if p.end <= found.end]
    subjects = [p for p in before if p.particle in {"은", "는", "이", "가", "도", "께서"}]
    objects = [p for p in before if p.particle in {"을", "를"} and p.end <= found.start + 1]
    receivers = [p for p in before if p.particle in {"에게", "한테", "에"}]
    by = [
        p
        for p in before
        if re.match(r"(?:에게|에|한테)?\s?(?:의해|의하여)", words[p.end : p.end + 6]) or p.particle == "로부터"
    ]
    # modifiers of the act's own noun: "탈북민 강제북송", "중국 내 탈북민의 북송"
    joined = [
        p for p in phrases if p.start <= found.start < p.end or (p.end <= found.start and found.start - p.end <= 2)
    ]
    passive = bool(_PASSIVE.search(words[found.start : found.end + 8])) or found.code in _SUBJECT_SUFFERS
    deceived = [p for p in before if p.particle in {"에게", "한테"} and re.match(r"(?:에게|한테) ?속", words[p.end :])]
    perpetrators = [p for p in by if _is_perpetrator_like(p)] + deceived
    victims: list[_Phrase] = []
    recipients: list[_Phrase] = []
    near_subjects = list(reversed(subjects))
    if passive:
        victims = [p for p in near_subjects if _is_victim_like(p)][:1]
        if not perpetrators and found.code not in _TO_RECEIVES:
            perpetrators = [
                p
                for p in receivers
                if _is_perpetrator_like(p) and (p.particle != "에" or not _PLACE_OF_CUSTODY.search(p.text))
            ][-1:] or [p for p in before if _is_perpetrator_like(p) and _DOES.match(words[p.end :])][-1:]
    else:
        perpetrators = perpetrators or [p for p in near_subjects if _is_perpetrator_like(p)][:1]
        victims = [p for p in reversed(objects) if _is_victim_like(p)][:1]
        if victims and not perpetrators:  # whoever does it to someone is the doer, kin and employers too
            perpetrators = [p for p in near_subjects if _is_victim_like(p) and p is not victims[0]][:1]
    if not victims:
        victims = [p for p in joined if _is_victim_like(p)][:1]
    if not victims and not perpetrators:
        victims = [p for p in near_subjects if _is_victim_like(p)][:1]
    own = (
        not any(_is_victim_like(p) or _is_perpetrator_like(p) for p in subjects)
        and teller is not None
        and passive
        and teller.end < found.start
        and teller.particle in {"은", "는", "이", "가", "도"}
    )
    if (
        not victims
        and own
        and teller is not None
        and _speaker_type(teller) in {InformantType.NAMED_PERSON, InformantType.UNNAMED_PERSON}
    ):
        victims = [teller]  # the teller is the subject of what is told: 그는 팔렸다고 말했다
    if found.code in _TO_RECEIVES:
        recipients = [p for p in receivers if p.particle in {"에게", "한테"} and p not in (*victims, *deceived)][-1:]
    return ActTold(
        code=found.code,
        words=found.words,
        start=sentence.start + found.start,
        end=sentence.start + found.end,
        perpetrators=tuple(_participant(sentence, p) for p in perpetrators),
        recipients=tuple(_participant(sentence, p) for p in recipients),
        victims=tuple(_participant(sentence, p) for p in victims),
    )
