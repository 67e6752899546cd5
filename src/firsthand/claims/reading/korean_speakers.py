"""Who tells a Korean sentence: quotative endings, verbs of saying, 에 따르면, and sentences that name nobody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from firsthand.claims.attribution import InformantType, Span
from firsthand.claims.reading.korean_names import Known, type_of_unlisted
from firsthand.claims.reading.korean_phrases import SUBJECT, Phrase, speaker_type
from firsthand.claims.reading.states import speaks_for_accused, speaks_for_state
from firsthand.claims.reading.told import Manner, Speaker
from firsthand.claims.reading.words import search_for, words_of
from firsthand.passages.sentences import Sentence
from firsthand.values.languages import Language

__all__ = ["find_speaker"]

KO = Language.KOREAN

_ACCORDING = re.compile(
    r"(?:에|의 말에|에게) (?:따르면|의하면)|의 말로는|(?:에)?따르면"
    r"|의 (?:[가-힣]+ )?(?:말|증언|설명|주장|전언|지적|이야기|얘기|진단)이다"
)
_BEFORE_TELLER = re.compile(r"(?:다|라|자|냐)(?:고|며|면서)\s+$|[”’\"]\s?(?:이?라?고|며|라며)?\s+$")
_AGENTLESS = re.compile(
    r"(?:것으로|고) (?:알려졌|알려져|알려진|전해졌|전해진|전해져|한다|합니다|보도됐|파악됐|파악된|나타났|드러났"
    r"|추정된|추정됐|추정되|추산된|추산됐|추산되|파악되|관측된|집계됐|확인됐|조사됐)"
    r"|(?:이야기|얘기|말|소문|증언|주장|지적|분석|보도|조사 결과|연구 결과|전망|관측|해석|평가|의견|우려|목소리"
    r"|비판|추측|소식)"
    r"(?:이|가|도|은) "
    r"(?:[^ .]+ ){0,3}(?:나온다|나왔|나오|제기|돈다|돌고|돌았|돌기|잇따|우세|지배적|이어|끊이|많다|적지 않|전해|들려)"
)
_SAID_TO_BE = re.compile(r"고 (?:한다|합니다)")
_GUESSED = re.compile(r"추정|관측|추산|전망|추측|예상")
# "X의 말에 따르면", "X가 남긴 구술에 따르면": not the words but whoever spoke them is the teller.
_WORDS_OF = re.compile(r"(.*\S)의 (?:말|보고|증언|설명|주장|전언|구술|진술|발표|추산|이야기|분석)$")
_OWN_WORDS = frozenset({"말", "보고", "증언", "설명", "주장", "전언", "구술", "진술", "발표", "추산", "이야기"})


def find_speaker(
    sentence: Sentence, words: str, tokens: Sequence[Any], phrases: Sequence[Phrase], known: Known
) -> tuple[Speaker | None, Phrase | None, int | None]:
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
            if p.particle in SUBJECT and p.end < said and _can_speak(p) and not _in_quotation(words, p.start)
        ]
        behind = [
            p
            for p in phrases
            if p.particle in {"은", "는", "이", "가"}
            and _ONLY_AROUND.fullmatch(words[p.end + len(p.particle) : said])
            and _BEFORE_TELLER.search(words[: p.start])
        ]
        if behind:  # ... 했다고 인권단체 X가 밝혔다: whoever stands between quotation and verb is the teller
            kind = speaker_type(behind[-1]) or type_of_unlisted(behind[-1], tokens, known)
            speaker = _make_speaker(sentence, behind[-1], words, words[said : said + 6], kind)
            return speaker, behind[-1], behind[-1].start
        topics = [p for p in candidates if p.particle in {"은", "는", "도"}]
        # the speaker stands before the quotation or right before the verb of saying
        near = [p for p in candidates if said - p.end < 25]
        chosen = (near[-1:] if near and not topics else topics[:1]) or candidates[:1]
        if near and topics and near[-1] in topics and _is_between(tokens, near[-1]):
            chosen = near[-1:]
        opens = _unlisted_teller(words, tokens, phrases, said, known)
        if chosen and opens and chosen[0].particle not in {"은", "는"} and opens[0].particle in {"은", "는"}:
            chosen = []  # 신도 바하르는 군인들이 왔다고 말했다: whoever opens the sentence tells it
        if words.startswith("그러면서 "):
            return Speaker(type=InformantType.AUTHOR_VOICE, cue="carried"), None, said
        dead = bool(chosen) and _is_told_dead(words, chosen[0], said, phrases)
        if dead:
            chosen = []
        if chosen:
            return _make_speaker(sentence, chosen[0], words, words[said : said + 6]), chosen[0], said
        if opens is not None and not dead:
            phrase, kind = opens
            return _make_speaker(sentence, phrase, words, words[said : said + 6], kind), phrase, said
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


def _unlisted_teller(
    words: str, tokens: Sequence[Any], phrases: Sequence[Phrase], said: int, known: Known
) -> tuple[Phrase, InformantType] | None:
    """Whoever opens a sentence that closes with what they said, by a name that no list holds: 아이굴은 “…”고 말했다."""
    for phrase in phrases:
        if phrase.end >= said or _in_quotation(words, phrase.start):
            return None
        if phrase.particle not in SUBJECT:
            continue
        kind = type_of_unlisted(phrase, tokens, known)
        if kind is not None:
            return phrase, kind
        if phrase.particle in {"은", "는"}:
            return None
    return None


_DEAD = re.compile(r"(?:숨졌|죽었|사망했|목숨을 잃었|세상을 떠났)다고 ")


def _is_told_dead(words: str, phrase: Phrase, said: int, phrases: Sequence[Phrase]) -> bool:
    """Whether the only subject of a sentence is somebody of whom it tells that they died: another one tells it."""
    others = [p for p in phrases if p.particle in SUBJECT and p.start != phrase.start and p.end < said]
    return not others and bool(_DEAD.search(words[phrase.end : said + 1]))


def _whose_words(before: Sequence[Phrase]) -> Phrase:
    last = before[-1]
    owner = _WORDS_OF.fullmatch(last.text)
    if owner:
        return replace(last, end=last.start + len(owner[1]), text=owner[1], particle="")
    if last.text in _OWN_WORDS:
        subjects = [p for p in before[:-1] if p.particle in SUBJECT and _can_speak(p)]
        return subjects[0] if subjects else last
    return last


def _is_between(tokens: Sequence[Any], phrase: Phrase) -> bool:
    """Whether someone stands behind reported words: only there does a later topic speak."""
    return any(
        (t.tag == "JKQ" or (t.tag == "EC" and t.form.endswith(_ENDS_REPORT))) and t.start < phrase.start for t in tokens
    )


_ENDS_REPORT = ("다고", "라고", "자고", "냐고", "다며", "라며", "자며", "다면서", "라면서", "자면서")
# 언니가 갇혔다는 얘기를 들었다: whoever heard it tells it.
_HEARD_IT = re.compile(
    r"다는 (?:얘기|이야기|말|소식|소문|대답)[을를도만]? (?:[^ .]+ ){0,3}((?:전해 )?(?:들었|들은))[가-힣]{0,4}\W*$"
)
# The verb of saying stands at the end; so many characters may still follow its beginning.
MOST_BEHIND_VERB = 18
# What may stand between a teller and the verb of saying: when, where and how it was said.
_ONLY_AROUND = re.compile(
    r"\s?(?:\d{1,2}일(?:\([^)]*\))? |오늘 |이날 |[^ “”]+(?:에서|에|에게|과의|와의|으로|통해) |[가-힣]+(?:히|게) ){0,3}"
    r"\s?"
)
_NOT_SAID = re.compile(r"(?:부르|불리|불렸|보이|해서|하더라도|볼|할 수|여겨|믿고 있는)")


def _last_saying(words: str, tokens: Sequence[Any]) -> int | None:
    """Where the verb of saying stands that closes the sentence, if one does.

    It is one of the listed verbs, or whichever predicate closes a sentence right behind reported words: 다며 울먹였다.
    """
    tail_from = max(0, len(words) - MOST_BEHIND_VERB)
    best = None
    for match in search_for("say_verb", KO).pattern.finditer(words, tail_from):
        best = match.start()
    heard = _HEARD_IT.search(words)
    if best is None and heard:
        return heard.start(1)
    for index in range(len(tokens) - 2, 0, -1):
        token = tokens[index]
        is_end = token.tag == "JKQ" or (token.tag == "EC" and token.form.endswith(_ENDS_REPORT))
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


def _can_speak(phrase: Phrase) -> bool:
    return speaker_type(phrase) is not None


_OF_WHAT_MAY_BE = re.compile(r"수 있|수도 있|것(?:이라|으로)|위험|가능성|지 모른|놓[여일]|될 |될까")


def _make_speaker(
    sentence: Sentence, phrase: Phrase, words: str, cue: str, kind: InformantType | None = None
) -> Speaker:
    kind = kind or speaker_type(phrase) or InformantType.INSTITUTION
    tail = words[-40:]
    manner = Manner.SAYS
    worries = "우려" in tail and not _OF_WHAT_MAY_BE.search(words)
    if any(verb in tail for verb in words_of("deny_verb", KO)):
        manner = Manner.DENIES
    elif any(verb in tail for verb in words_of("estimate_verb", KO) if not (worries and verb == "우려")):
        manner = Manner.ESTIMATES
    name = phrase.text.strip()
    office = bool(_OFFICE.search(name)) and (manner is Manner.DENIES or bool(search_for("denial", KO).search(words)))
    return Speaker(
        type=kind,
        name=name,
        span=Span(sentence.start + phrase.start, sentence.start + phrase.end),
        manner=manner,
        cue=cue,
        is_accused=speaks_for_accused(name, KO) or (manner is Manner.DENIES and speaks_for_state(name, KO)) or office,
    )


# Those who deny in their own cause: offices of a state, of any state, and employers.
_OFFICE = re.compile(
    r"(?:^|[가-힣 ])(?:정부|당국|검찰|경찰|법무부|내무부|외무부|외교부|국방부|외무성|내무성|장관|대변인|대표부|대사관"
    r"|교도소|군부|건설사|업체|사측|외교관|참사관?)$"
)
