"""Korean sentences as told: quotative endings, topic and case particles, passives, over kiwi's morphemes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from kiwipiepy import Kiwi

from firsthand.claims.attribution import InformantType, Span
from firsthand.claims.claim import Participant
from firsthand.claims.reading.acts import ActDefinition, ActFound, find_acts
from firsthand.claims.reading.cues import read_table
from firsthand.claims.reading.korean_clauses import Clause, clause_at, side_by_side, split_clauses, stand_alone
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
        "초",
        "말",
        "하루",
        "다음",
    }
)
_PASSIVE = re.compile(
    r"당하|당해|속아|속은|당했|당한|당할|돼|되|됐|된|(?<![을를] )받|(?:조사|처벌|고문|구타|폭행|차별|감시|심문|취조|대우|선고|비판|강요|협박|위협)[을를] 받|맞았|맞은|맞고|팔려|팔렸|팔린|끌려|잡혀|잡힌|잡혔|갇|붙들|[겨보여]졌"
    r"|[겨보여]진|겨져|보내져|빼앗겼|빼앗긴|빼앗겨|뜯겼|쫓겨|쫓겼|숨졌|숨진|숨지|죽었|죽은|죽는|잃|겪|굶|걸려|걸렸|시달"
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
    r"|(?:.* )?(?:북한|중국|러시아)\s?(?:대표단|대표(?!부)|당국|정부|외교부|외무성|외무부|대표부|대사관|공안|대변인).*|대표부"
    r"|.*(?:조선중앙통신|노동신문|북한 대표부|북한 대사관|중국 대사관|외무성 대변인|외교부 대변인).*"
)


_IS_STATE = re.compile(
    r"북한|중국|한국|미국|일본|영국|러시아|유럽연합|프랑스|독일|캐나다|호주|태국|라오스|베트남|몽골|스위스|스웨덴|체코|쿠바|이란|시리아|벨라루스"
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
        focus = _Focus()
        for sentence, words, tokens in zip(sentences, texts, self.kiwi.tokenize(texts), strict=True):
            yield _read_sentence(sentence, words, tokens, self.definitions, focus)


@dataclass(slots=True)
class _Focus:
    """Of whom the sentences before spoke: Korean leaves out a subject that everybody knows."""

    names: list[str] = field(default_factory=list)
    person: str | None = None
    person_tells: bool = False
    suffering: tuple[Participant, ...] = ()
    paragraph: int = -1

    def full_name(self, name: str) -> str:
        """The name by which someone was brought in, for a shorter one: 달 씨 for 달무리 씨."""
        bare = _bare(name).split()
        if len(bare) == 2 and len(bare[0]) == 1 and bare[1] in _TITLES:
            return next((full for full in reversed(self.names) if _own_name(full).startswith(bare[0])), name)
        return name


def _bare(name: str) -> str:
    return re.sub(r"\([^)]*\)", "", name).strip()


def _own_name(name: str) -> str:
    """The personal name in a phrase with a title: 탈북민 하늘미(가명) 씨 gives 하늘미."""
    words = _bare(name).split()
    return words[-2] if len(words) >= 2 else words[0] if words else ""


def _read_sentence(
    sentence: Sentence,
    words: str,
    tokens: Sequence[Any],
    definitions: Sequence[ActDefinition] | None,
    focus: _Focus,
) -> Told:
    if sentence.paragraph != focus.paragraph:
        focus.paragraph, focus.suffering = sentence.paragraph, ()
    phrases = _phrases(words, tokens)
    speaker, taken, said = _speaker(sentence, words, tokens, phrases)
    told = Told(sentence=sentence, text=words, speaker=speaker)
    told.marks = frozenset(mark for mark in _MARKS if search_for(mark, KO).search(words))
    told.first_person = bool(
        re.search(
            r"(?:^|[\s“\"‘])(?:나는|내가|나도|저는|제가|저도|우리(?:는|가|를|에게|도)|저희|나를|저를|나에게|저에게|제게|내게|내 |제 )",
            words,
        )
    )
    told.starts_with_pronoun = bool(
        re.match(r"(?:그는|그녀는|그가|이들은|그들은|이는|이어|또|또한|특히|그러면서|이후|당시|그 )", words)
    )
    told.tells_of_speaker = told.first_person or bool(re.search(r"자신(?:도|이|은|을)|본인", words))
    told.persons = tuple(p.text for p in phrases if _speaker_type(p) is InformantType.NAMED_PERSON)
    if speaker is not None and speaker.name:
        speaker = replace(speaker, name=focus.full_name(speaker.name))
        told.speaker = speaker
    clauses = split_clauses(words, tokens)
    told.parts = side_by_side(words, tokens, clauses, taken.end if taken else 0, said)
    told.clauses = stand_alone(words, tokens, told.parts)
    rest = [p for p in phrases if p is not taken]
    told.topic = tuple(_participant(sentence, p) for p in rest if _is_victim_like(p))
    scene = _Scene(sentence, words, rest, clauses, taken, focus)
    acts = find_acts(words, KO, definitions)
    for found in acts:
        if taken is not None and taken.start <= found.start < taken.end:
            continue
        if found.code == "flight_from_country" and len(acts) > 1 and words[found.start : found.end].endswith("한 "):
            continue
        told.acts.append(_act(scene, found))
    background = [
        act for act in told.acts if _only_names(words, act, sentence.start) or _is_reason(words, act, sentence.start)
    ]
    if len(background) < len(told.acts):
        told.acts[:] = [act for act in told.acts if act not in background]
    told.introduces = (
        not told.acts and bool(_INTRODUCES.search(words)) and not search_for("testimony", KO).search(words)
    )
    told.mentions = _mentions(sentence, phrases)
    _remember(focus, told, phrases, taken)
    return told


def _remember(focus: _Focus, told: Told, phrases: Sequence[_Phrase], teller: _Phrase | None) -> None:
    """Keep whom this sentence spoke of for the next one."""
    focus.names += [
        p.text for p in phrases if _speaker_type(p) is InformantType.NAMED_PERSON and len(_own_name(p.text)) > 1
    ]
    if teller is not None and teller.text not in _HE and _speaker_type(teller) in _PERSONS:
        focus.person, focus.person_tells = focus.full_name(teller.text), _can_tell_of_self(teller)
    elif teller is None:
        named = next((p for p in phrases if p.particle in _SUBJECT and p.text not in _HE and _is_person(p)), None)
        if named is not None:
            focus.person, focus.person_tells = focus.full_name(named.text), _can_tell_of_self(named)
    last = next((act.victims for act in reversed(told.acts) if act.victims), ())
    if last:
        focus.suffering = tuple(Participant(text=p.text) for p in last)


_HE = frozenset({"그", "그녀"})
_SUBJECT = frozenset({"은", "는", "이", "가", "도", "께서"})
_PERSONS = frozenset({InformantType.NAMED_PERSON, InformantType.UNNAMED_PERSON})
# People who tell what others went through, by their office or their part.
_TELLS_OF_OTHERS = re.compile(
    r"(?:소식통|관계자|당국자|전문가|활동가|대변인|(?<!씨)대표|박사|교수|국장|소장|위원장?|의원|회장|변호사|총장|원장|보고관|기자|팀장"
    r"|장관|대사|연구원|부장|실장|이사장|목사|선교사|작가|브로커|간부)$"
)


def _is_person(phrase: _Phrase) -> bool:
    return _speaker_type(phrase) is InformantType.NAMED_PERSON


def _can_tell_of_self(phrase: _Phrase) -> bool:
    return not _TELLS_OF_OTHERS.search(_bare(phrase.text))


# Sentences that only bring in a source, a meeting or a report, or tell of silence: no claims.
_INTRODUCES = re.compile(
    r"(?:만났|만나 (?:이야기|얘기)를 [가-힣 ]*|(?:보고서|책|자료|성명|기사)[를을] (?:공개|발표|내놓|내놨|펴냈|냈)[가-힣]*|말문을 열었|이야기를 들었"
    r"|회견을 열었|입장을 밝히지 않았|말을 멈췄|취재했|질문에 답했|이야기를? ?했|이야기했|인터뷰했|인터뷰에 응했)다?\W*$"
)
_PLACE_OF_CUSTODY = re.compile(
    r"(?:수용소|관리소|교화소|집결소|구류장|단련대|감옥|구류소|구금시설|수감시설|수용시설)(?:$|에서|의 |에 있)"
)


def _only_names(words: str, act: ActTold, offset: int) -> bool:
    """Whether a cue only says which people are meant or where something else happened: 송환된 사람들, 수용소에서."""
    cue, after = act.words, words[act.end - offset : act.end - offset + 3]
    if act.code == "arbitrary_detention":
        if re.search(r" [^ ]*(?:받|있|머물|갇)$", cue):
            return False
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
        if tag in _IN_NAME:
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


_NUMBERS = frozenset({"SN", "NR", "MM"})
_UNITS_OF_TIME = frozenset(
    {"년", "월", "일", "시", "달", "개월", "주일", "주", "시간", "분", "번", "차례", "위안", "달러"}
)


def _participant(sentence: Sentence, phrase: _Phrase) -> Participant:
    return Participant(text=phrase.text, span=Span(sentence.start + phrase.start, sentence.start + phrase.end))


# --- who speaks -----------------------------------------------------------------------------------------------

_ACCORDING = re.compile(
    r"(?:에|의 말에|에게) (?:따르면|의하면)|(?:에)?따르면"
    r"|의 (?:[가-힣]+ )?(?:말|증언|설명|주장|전언|지적|이야기|얘기|진단)이다"
)
_BEFORE_TELLER = re.compile(r"(?:다|라|자|냐)(?:고|며|면서)\s+$|[”’\"]\s?(?:이?라?고|며|라며)?\s+$")
_AGENTLESS = re.compile(
    r"(?:것으로|고) (?:알려졌|알려져|알려진|전해졌|전해진|전해져|한다|합니다|보도됐|파악됐|파악된|나타났|드러났|추정된|추정됐|추정되"
    r"|관측된|집계됐|확인됐|조사됐)|(?:이야기|얘기|말|소문|증언|주장|지적|분석|보도)(?:이|가|도) (?:나온다|나왔|나오|제기|돈다|돌고|잇따)"
)
_SAID_TO_BE = re.compile(r"고 (?:한다|합니다)")
_GUESSED = re.compile(r"추정|관측|추산")
# "X의 말에 따르면", "X가 남긴 구술에 따르면": not the words but whoever spoke them is the teller.
_WORDS_OF = re.compile(r"(.*\S)의 (?:말|보고|증언|설명|주장|전언|구술|진술|발표|추산|이야기|분석)$")
_OWN_WORDS = frozenset({"말", "보고", "증언", "설명", "주장", "전언", "구술", "진술", "발표", "추산", "이야기"})


def _speaker(
    sentence: Sentence, words: str, tokens: Sequence[Any], phrases: Sequence[_Phrase]
) -> tuple[Speaker | None, _Phrase | None, int | None]:
    """Who tells the sentence, the phrase that names them, and where the verb of saying begins."""
    according = _ACCORDING.search(words)
    if according:
        stop = according.start()
        before = [
            replace(p, end=min(p.end, stop), text=words[p.start : min(p.end, stop)])
            for p in phrases
            if p.start < stop and p.text not in {"게", "것"}
        ]
        if before:
            teller = _whose_words(before)
            ends = None if according.group().endswith("면") else according.start()
            cue = "에 따르면" if ends is None else according.group()
            return _make_speaker(sentence, teller, words, cue), teller, ends
    agentless = _AGENTLESS.search(words)
    said = _last_saying(words, tokens)
    if said is not None and not (agentless and agentless.end() >= said):
        candidates = [
            p
            for p in phrases
            if p.particle in _SUBJECT and p.end < said and _can_speak(p) and not _in_quotation(words, p.start)
        ]
        behind = [
            p
            for p in phrases
            if p.particle in {"은", "는", "이", "가"}
            and 0 <= said - p.end - len(p.particle) <= 2
            and _BEFORE_TELLER.search(words[: p.start])
        ]
        if behind:  # ... 했다고 인권단체 X가 밝혔다: whoever stands between quotation and verb is the teller
            return _make_speaker(sentence, behind[-1], words, words[said : said + 6]), behind[-1], behind[-1].start
        topics = [p for p in candidates if p.particle in {"은", "는", "도"}]
        # the speaker stands before the quotation or right before the verb of saying
        near = [p for p in candidates if said - p.end < 25]
        chosen = (near[-1:] if near and not topics else topics[:1]) or candidates[:1]
        if near and topics and near[-1] in topics and _is_between(words, tokens, near[-1]):
            chosen = near[-1:]
        if chosen and _is_told_dead(words, chosen[0], said, phrases):
            chosen = []
        if chosen:
            return _make_speaker(sentence, chosen[0], words, words[said : said + 6]), chosen[0], said
        return Speaker(type=InformantType.AUTHOR_VOICE, cue="carried"), None, said
    if agentless:
        if _SAID_TO_BE.fullmatch(agentless.group()):  # -다고 한다: of whoever has been telling, or of nobody named
            return Speaker(type=InformantType.UNNAMED_GROUP, cue="고 한다"), None, agentless.start()
        return (
            Speaker(
                type=InformantType.UNNAMED_GROUP,
                cue=agentless.group(),
                is_hearsay="소문" in words,
                manner=Manner.ESTIMATES if _GUESSED.search(agentless.group()) else Manner.SAYS,
            ),
            None,
            agentless.start(),
        )
    return None, None, None


_DEAD = re.compile(r"(?:숨졌|죽었|사망했|목숨을 잃었|세상을 떠났)다고 ")


def _is_told_dead(words: str, phrase: _Phrase, said: int, phrases: Sequence[_Phrase]) -> bool:
    """Whether the only subject of a sentence is somebody of whom it tells that they died: another one tells it."""
    others = [p for p in phrases if p.particle in _SUBJECT and p.start != phrase.start and p.end < said]
    return not others and bool(_DEAD.search(words[phrase.end : said + 1]))


def _whose_words(before: Sequence[_Phrase]) -> _Phrase:
    last = before[-1]
    owner = _WORDS_OF.fullmatch(last.text)
    if owner:
        return replace(last, end=last.start + len(owner[1]), text=owner[1], particle="")
    if last.text in _OWN_WORDS:
        subjects = [p for p in before[:-1] if p.particle in _SUBJECT and _can_speak(p)]
        return subjects[0] if subjects else last
    return last


def _is_between(words: str, tokens: Sequence[Any], phrase: _Phrase) -> bool:
    """Whether someone stands behind reported words: only there does a later topic speak."""
    return any(t.tag in {"EC", "JKQ"} and t.form in _REPORTING and t.start < phrase.start for t in tokens)


_REPORTING = frozenset({"다고", "라고", "자고", "냐고", "으라고", "고", "다며", "라며", "다면서", "라면서", "며"})
# 언니가 갇혔다는 얘기를 들었다: whoever heard it tells it.
_HEARD_IT = re.compile(
    r"다는 (?:얘기|이야기|말|소식|소문|대답)[을를도만]? (?:[^ .]+ ){0,3}((?:전해 )?(?:들었|들은))[가-힣]{0,4}\W*$"
)
_NOT_SAID = re.compile(r"(?:부르|불리|불렸|보이|해서|하더라도|볼|할 수|여겨|믿고 있는)")


def _last_saying(words: str, tokens: Sequence[Any]) -> int | None:
    """Where the verb of saying stands that closes the sentence, if one does.

    It is one of the listed verbs, or whichever predicate closes a sentence right behind reported words: 다며 울먹였다.
    """
    tail_from = max(0, len(words) - 40)
    best = None
    for verb in words_of("say_verb", KO):
        at = words.rfind(verb, tail_from)
        if at >= 0 and (best is None or at > best):
            best = at
    heard = _HEARD_IT.search(words)
    if best is None and heard:
        return heard.start(1)
    for index in range(len(tokens) - 2, 0, -1):
        token = tokens[index]
        is_end = token.tag == "JKQ" or (token.tag == "EC" and token.form in _REPORTING - {"고", "며"})
        if not is_end or _in_quotation(words, token.start):
            continue
        rest = words[token.start + token.len :]
        following = tokens[index + 1]
        if len(rest) <= 40 and not _NOT_SAID.match(rest.strip()) and not re.match(r"\s*(?:한다|합니다)", rest):
            return best if best is not None and best >= following.start else following.start
        break
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
    if last in _TITLES and (_IS_STATE.fullmatch(before) or before.endswith(("연합", "외교부", "외무성", "당국"))):
        return InformantType.INSTITUTION  # 일본 대표: whoever speaks for a state, without a name
    is_name = bool(re.fullmatch(r"[가-힣]{1,4}|[A-Za-z·]+", before))
    if is_name and (last not in _TITLES_OF_BODIES or (before[0] in _FAMILY_NAMES and len(before) >= 2)):
        return InformantType.NAMED_PERSON
    if re.fullmatch(r"[가-힣]{2,4}(?:씨|박사|대표|교수)", last):
        return InformantType.NAMED_PERSON
    if bare.startswith("응답자") or re.search(r"\d ?여? ?명$|\d ?%$", bare):
        return InformantType.UNNAMED_GROUP
    if re.fullmatch(r"[A-Z가-힣]모? ?씨", last):
        return InformantType.UNNAMED_PERSON  # A씨: a letter is no name
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


_OF_WHAT_MAY_BE = re.compile(r"수 있|수도 있|것(?:이라|으로)|위험|가능성|지 모른|놓[여일]|될 |될까")


def _make_speaker(sentence: Sentence, phrase: _Phrase, words: str, cue: str) -> Speaker:
    kind = _speaker_type(phrase) or InformantType.INSTITUTION
    tail = words[-40:]
    manner = Manner.SAYS
    worries = "우려" in tail and not _OF_WHAT_MAY_BE.search(words)
    if any(verb in tail for verb in words_of("deny_verb", KO)):
        manner = Manner.DENIES
    elif any(verb in tail for verb in words_of("estimate_verb", KO) if not (worries and verb == "우려")):
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
    bare = re.sub(r"(?<=\S) (?:둘|셋|넷|한 명|두 명|세 명|네 명|몇 명|여러 명|\d+여? ?명)$", "", bare)
    word = bare.split()[-1] if bare.split() else ""
    if kind == "victim_noun" and word.endswith("명"):
        return word == "명" or bool(_COUNTED.search(word))  # 설명 and 성명 end so too, and count nobody
    return any(word.endswith(noun) if len(noun) > 1 else word == noun for noun in words_of(kind, KO))


def _is_somebody(phrase: _Phrase) -> bool:
    return _is_victim_like(phrase) or _is_perpetrator_like(phrase)


def _is_victim_like(phrase: _Phrase) -> bool:
    return _ends_with(phrase, "victim_noun") or _speaker_type(phrase) is InformantType.NAMED_PERSON


def _is_perpetrator_like(phrase: _Phrase) -> bool:
    return _ends_with(phrase, "perpetrator_noun")


@dataclass(frozen=True, slots=True)
class _Scene:
    """A sentence in which acts are looked for: its phrases without the teller's, its clauses, and what came before."""

    sentence: Sentence
    words: str
    phrases: Sequence[_Phrase]
    clauses: Sequence[Clause]
    teller: _Phrase | None
    focus: _Focus

    def near(self, at: int, end: int) -> tuple[list[_Phrase], list[_Phrase]]:
        """Phrases before ``end`` in the clause of ``at`` with those that lead up to it, and those of clauses before."""
        number = first = clause_at(self.clauses, at)
        while first > 0 and self.clauses[first - 1].joins == "before":
            first -= 1
        start = self.clauses[first].start
        before = [p for p in self.phrases if p.end <= end]
        inside = [p for p in before if p.start >= start]
        own = [p for p in inside if p.start >= self.clauses[number].start]
        subject_of_own = any(p.particle in {"이", "가"} and _is_somebody(p) for p in own)
        if subject_of_own:  # a clause with a subject of its own does not borrow those before it
            topics = [p for p in inside if p not in own and p.particle in {"은", "는"}]
            return [*topics, *own], [p for p in before if p not in own and p not in topics]
        return inside, [p for p in before if p.start < start]


# Nouns that carry a clause before them and are nobody: 체포된 뒤, 처벌받는 것
_NOBODY = frozenset(
    {
        "뒤",
        "후",
        "때",
        "것",
        "게",
        "사실",
        "이유",
        "혐의",
        "적",
        "수",
        "채",
        "일",
        "점",
        "경우",
        "가능성",
        "이후",
        "다음",
        "소식",
    }
)
_ENDS_BEFORE_NOUN = re.compile(r"(?:[가-힣]*(?:된|당한|던|한|받은|진|린|힌|긴|은|는|는다는|다는)) ")


def _head_behind(scene: _Scene, found: ActFound) -> _Phrase | None:
    """Whoever is described by the act: 송환된 여성들, 체포된 주민 3명."""
    behind = scene.words[found.end : found.end + 8]
    gap = re.match(r"(?:[가-힣]{0,4}(?:된|당한|던|한|받은|진|린|힌|긴|간|온|은|는) )", behind)
    if gap is None and not re.search(r"(?:된|한|당한|린|힌|던|간) $", scene.words[found.start : found.end]):
        return None
    begins = found.end + (gap.end() if gap else 0)
    head = next((p for p in scene.phrases if p.start >= begins - 1), None)
    if head is None or head.start - begins > 3 or head.text.split()[0] in _NOBODY:
        return None
    return head


def _act(scene: _Scene, found: ActFound) -> ActTold:
    words, teller = scene.words, scene.teller
    inside, earlier = scene.near(found.start, found.end)
    subjects = [p for p in inside if p.particle in _SUBJECT and _is_somebody(p)]
    subjects = subjects or [p for p in earlier if p.particle in _SUBJECT and _is_somebody(p)][-1:]
    objects = [p for p in inside if p.particle in {"을", "를"} and p.end <= found.start + 1]
    receivers = [p for p in inside if p.particle in {"에게", "한테", "에", "에게서"}]
    by = [
        p
        for p in inside
        if re.match(r"(?:에게|에|한테)?\s?(?:의해|의하여)", words[p.end : p.end + 6])
        or p.particle in {"로부터", "으로부터"}
    ]
    # modifiers of the act's own noun: "탈북민 강제북송", "중국 내 탈북민의 북송"
    joined = [
        p
        for p in scene.phrases
        if p.start <= found.start < p.end or (p.end <= found.start and found.start - p.end <= 2)
    ]
    clause = scene.clauses[clause_at(scene.clauses, found.start)]
    window = words[found.start : max(min(found.end + 8, clause.end), found.end + 3)]
    passive = bool(_PASSIVE.search(window)) or found.code in _SUBJECT_SUFFERS
    deceived = [p for p in inside if p.particle in {"에게", "한테"} and re.match(r"(?:에게|한테) ?속", words[p.end :])]
    perpetrators = [p for p in by if _is_perpetrator_like(p)] + deceived
    victims: list[_Phrase] = []
    recipients: list[_Phrase] = []
    near_subjects = list(reversed(subjects))
    head = _head_behind(scene, found)
    number = clause_at(scene.clauses, found.start)
    close = [p for p in inside if p.start >= scene.clauses[number].start]
    if passive:
        victims = [head] if head is not None and _is_victim_like(head) else []
        victims = victims or [p for p in near_subjects if _is_victim_like(p)][:1]
        if not perpetrators and found.code not in _TO_RECEIVES:
            perpetrators = [
                p
                for p in (receivers if found.code == "enforced_disappearance" else close)
                if p in receivers
                and _is_perpetrator_like(p)
                and (p.particle != "에" or not _PLACE_OF_CUSTODY.search(p.text))
            ][-1:] or [p for p in map(_whose_doing, inside) if p is not None and _is_perpetrator_like(p)][-1:]
    else:
        perpetrators = perpetrators or [p for p in near_subjects if _is_perpetrator_like(p)][:1]
        victims = [p for p in reversed(objects) if _is_victim_like(p)][:1]
        victims = victims or [p for p in reversed(receivers) if p.particle != "에" and _is_victim_like(p)][:1]
        victims = victims or [p for p in map(_owner, objects) if p is not None and _is_victim_like(p)][:1]
        if victims and not perpetrators:  # whoever does it to someone is the doer, kin and employers too
            perpetrators = [p for p in near_subjects if _is_victim_like(p) and p is not victims[0]][:1]
    if not victims:
        victims = [p for p in joined if _is_victim_like(p) and p not in perpetrators][:1]
    if not victims and not perpetrators:
        victims = [p for p in near_subjects if _is_victim_like(p)][:1]
    told_of_nobody = not any(_is_victim_like(p) or _is_perpetrator_like(p) for p in subjects)
    if not victims and told_of_nobody and passive and teller is not None and _tells_of_self(scene, teller):
        victims = [teller]  # the teller is the subject of what is told: 그는 팔렸다고 말했다
    if found.code in _TO_RECEIVES:
        recipients = [p for p in receivers if p.particle in {"에게", "한테"} and p not in (*victims, *deceived)][-1:]
    people = tuple(_who(scene, p) for p in victims)
    if not people and not _names_nobody(found.code):
        people = _carried(scene, passive=passive, perpetrators=perpetrators, inside=inside)
    return ActTold(
        code=found.code,
        words=found.words,
        start=scene.sentence.start + found.start,
        end=scene.sentence.start + found.end,
        perpetrators=tuple(_participant(scene.sentence, p) for p in perpetrators),
        recipients=tuple(_participant(scene.sentence, p) for p in recipients),
        victims=people,
    )


def _owner(phrase: _Phrase) -> _Phrase | None:
    """Whose thing an act takes or touches: 주민들 in 주민들의 통화."""
    match = re.match(r"(.*\S)의 \S+$", phrase.text)
    return replace(phrase, end=phrase.start + len(match[1]), text=match[1], particle="") if match else None


def _whose_doing(phrase: _Phrase) -> _Phrase | None:
    """By whom, where the act itself is a noun: 경비병의 총에, 공안의 단속에."""
    match = _DOES.search(phrase.text)
    return replace(phrase, end=phrase.start + match.start(), text=phrase.text[: match.start()]) if match else None


def _names_nobody(code: str) -> bool:
    return code in {"social_practice", "legal_prohibition_exists", "human_rights_abuse_unspecified", "abuse_of_office"}


def _tells_of_self(scene: _Scene, teller: _Phrase) -> bool:
    if teller.text in _HE:
        return scene.focus.person is None or scene.focus.person_tells
    return _speaker_type(teller) in _PERSONS and _can_tell_of_self(teller)


def _who(scene: _Scene, phrase: _Phrase) -> Participant:
    """A person in the words for whom a pronoun stands, where the teller or the story's person is meant."""
    found = _participant(scene.sentence, phrase)
    teller = scene.teller
    if phrase.text in _HE:
        if teller is not None and teller.text not in _HE and _tells_of_self(scene, teller):
            return replace(found, text=scene.focus.full_name(teller.text))
        if scene.focus.person is not None and scene.focus.person_tells:
            return replace(found, text=scene.focus.person)
    return replace(found, text=scene.focus.full_name(phrase.text))


def _carried(
    scene: _Scene, *, passive: bool, perpetrators: Sequence[_Phrase], inside: Sequence[_Phrase]
) -> tuple[Participant, ...]:
    """Whom an act befell that the sentence leaves unsaid: those of whom the sentence before told."""
    if scene.teller is not None and not _tells_of_self(scene, scene.teller) and not scene.focus.suffering:
        return ()
    if passive and any(p.particle in _SUBJECT for p in inside):
        return ()
    if not passive and not perpetrators:
        return ()
    return scene.focus.suffering[:1]
