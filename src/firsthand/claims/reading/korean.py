"""Korean sentences as told: quotative endings, topic and case particles, passives, over kiwi's morphemes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from firsthand.claims.attribution import InformantType
from firsthand.claims.claim import Participant
from firsthand.claims.reading.acts import ActDefinition, ActFound, find_acts
from firsthand.claims.reading.kiwi import load_kiwi
from firsthand.claims.reading.korean_acts import Focus, Scene, act_told, is_reason, only_names
from firsthand.claims.reading.korean_clauses import side_by_side, split_clauses, stand_alone
from firsthand.claims.reading.korean_meaning import korean_meaning
from firsthand.claims.reading.korean_names import learn_names
from firsthand.claims.reading.korean_phrases import (
    HE,
    PERSONS,
    SUBJECT,
    Phrase,
    can_tell_of_self,
    find_phrases,
    is_named,
    is_perpetrator_like,
    is_victim_like,
    own_name,
    participant,
    speaker_type,
)
from firsthand.claims.reading.korean_speakers import find_speaker
from firsthand.claims.reading.korean_telling import LIKELY_TOLD, told_at
from firsthand.claims.reading.meaning import BACKGROUND, NO_ACT, Likeness
from firsthand.claims.reading.told import Mention, Told
from firsthand.claims.reading.words import kinds_in, search_for
from firsthand.passages.sentences import Sentence
from firsthand.values.languages import Language

__all__ = ["KoreanReader"]

KO = Language.KOREAN

_MARKS = ("opinion", "generalisation", "hearsay", "witness", "testimony", "document", "unverified", "denial", "law")


class KoreanReader:
    """Reads Korean sentences one by one."""

    def __init__(
        self, *, definitions: Sequence[ActDefinition] | None = None, examples: Sequence[tuple[str, str]] = ()
    ) -> None:
        """With a project's definitions of acts beside those that ship, and its examples (code and sentence)."""
        self.kiwi = load_kiwi()
        self.definitions = definitions
        self.examples = tuple(example for example in examples if _HANGUL.search(example[1]))

    def read(self, text: str, sentences: Sequence[Sentence]) -> Iterator[Told]:
        """What each sentence tells, in order."""
        texts = [text[s.start : s.end] for s in sentences]
        focus = Focus()
        for sentence, words, tokens in zip(sentences, texts, self.kiwi.tokenize(texts), strict=True):
            told, scene = _read_sentence(sentence, words, tokens, self.definitions, focus)
            if not told.acts and not told.introduces:
                near = korean_meaning(self.examples).nearest(tokens)
                told.nearest = tuple(like.code for like in near if like.code != NO_ACT)
                _add_act_by_meaning(told, scene, tokens, near)
            _remember(focus, told, scene)
            yield told


# Where these words stand, what is told is judged, denied or law, and no act by the nearness of a sentence.
_NO_TELLING = frozenset({"opinion", "denial", "law", "unverified"})


def _add_act_by_meaning(told: Told, scene: Scene, tokens: Sequence[Any], near: Sequence[Likeness]) -> None:
    """Name the act of a sentence without a cue, where its morphemes tell of one: the act of the nearest example."""
    if _NO_TELLING & told.marks:
        return
    likely, morpheme = told_at(tokens)
    best = next((like for like in near if not like.code.startswith(NO_ACT) and like.code not in BACKGROUND), None)
    if best is None or morpheme is None or likely < LIKELY_TOLD:
        return
    start, end = morpheme.start, morpheme.start + morpheme.len
    act = act_told(scene, ActFound(code=best.code, start=start, end=end, words=scene.words[start:end]))
    told.acts.append(replace(act, source="meaning", like=best.example, score=best.nearness))


_HANGUL = re.compile("[가-힣]")


def _read_sentence(
    sentence: Sentence,
    words: str,
    tokens: Sequence[Any],
    definitions: Sequence[ActDefinition] | None,
    focus: Focus,
) -> tuple[Told, Scene]:
    if sentence.paragraph != focus.paragraph:
        focus.paragraph, focus.suffering = sentence.paragraph, ()
    phrases = find_phrases(words, tokens)
    learn_names(focus.known, words, phrases, tokens)
    speaker, taken, said = find_speaker(sentence, words, tokens, phrases, focus.known)
    told = Told(sentence=sentence, text=words, speaker=speaker)
    told.marks = kinds_in(words, _MARKS, KO)
    told.first_person = bool(
        re.search(
            r"(?:^|[\s“\"‘])(?:나는|내가|나도|저는|제가|저도|우리(?:는|가|를|에게|도)|저희|나를|저를"
            r"|나에게|저에게|제게|내게|내 |제 )",
            words,
        )
    )
    told.starts_with_pronoun = bool(
        re.match(r"(?:그는|그녀는|그가|이들은|그들은|이는|이어|또|또한|특히|그러면서|이후|당시|그 )", words)
    )
    told.tells_of_speaker = told.first_person or bool(re.search(r"자신(?:도|이|은|을)|본인", words))
    told.persons = tuple(p.text for p in phrases if speaker_type(p) is InformantType.NAMED_PERSON)
    if speaker is not None and speaker.name:
        speaker = replace(speaker, name=focus.full_name(speaker.name))
        told.speaker = speaker
    clauses = split_clauses(words, tokens)
    told.parts = side_by_side(words, tokens, clauses, taken.end if taken else 0, said)
    told.clauses = stand_alone(words, tokens, told.parts)
    rest = [p for p in phrases if p is not taken]
    told.topic = tuple(participant(sentence, p) for p in rest if is_victim_like(p))
    scene = Scene(sentence, words, rest, clauses, taken, focus)
    acts = find_acts(words, KO, definitions)
    for found in acts:
        if taken is not None and taken.start <= found.start < taken.end:
            continue
        if _ONLY_TOPIC.match(words, found.end):
            continue
        if found.code == "flight_from_country" and len(acts) > 1 and words[found.start : found.end].endswith("한 "):
            continue
        told.acts.append(act_told(scene, found))
    if _MAKES_LAW.search(words) and any(act.code == "legal_prohibition_exists" for act in told.acts):
        told.acts[:] = [act for act in told.acts if act.code == "legal_prohibition_exists"]
    background = [
        act
        for act in told.acts
        if only_names(words, act, sentence.start)
        or is_reason(words, act, sentence.start)
        or (taken is not None and _says_who(tokens, act.end - sentence.start, taken.start))
    ]
    if len(background) < len(told.acts):
        told.acts[:] = [act for act in told.acts if act not in background]
    told.introduces = (
        not told.acts and bool(_INTRODUCES.search(words)) and not search_for("testimony", KO).search(words)
    )
    if speaker is None:
        about = next((p for p in phrases if p.particle in {"은", "는"}), None)
        is_body = about is not None and speaker_type(about) is InformantType.INSTITUTION
        if about is not None and is_body and not is_perpetrator_like(about):
            told.turns_to = about.text
    told.mentions = _mentions(sentence, phrases)
    return told, scene


def _remember(focus: Focus, told: Told, scene: Scene) -> None:
    """Keep whom this sentence spoke of for the next one."""
    teller = scene.teller
    phrases = sorted((*scene.phrases, *([teller] if teller is not None else [])), key=lambda p: p.start)
    focus.names += [
        p.text for p in phrases if speaker_type(p) is InformantType.NAMED_PERSON and len(own_name(p.text)) > 1
    ]
    if teller is not None and teller.text not in HE and speaker_type(teller) in PERSONS:
        focus.person, focus.person_tells = focus.full_name(teller.text), can_tell_of_self(teller)
    elif teller is None:
        named = next((p for p in phrases if p.particle in SUBJECT and p.text not in HE and is_named(p)), None)
        if named is not None:
            focus.person, focus.person_tells = focus.full_name(named.text), can_tell_of_self(named)
    last = next((act.victims for act in reversed(told.acts) if act.victims), ())
    if last:
        focus.suffering = tuple(Participant(text=p.text) for p in last)


# Sentences that only bring in a source, a meeting or a report, or tell of silence: no claims.
_INTRODUCES = re.compile(
    r"(?:만났|만나 (?:이야기|얘기)를 [가-힣 ]*"
    r"|(?:보고서|책|자료|성명|기사)[를을] (?:공개|발표|내놓|내놨|펴냈|냈)[가-힣]*"
    r"|말문을 열었|이야기를 들었"
    r"|회견을 열었|입장을 밝히지 않았|말을 멈췄|취재했|질문에 답했|이야기를? ?했|이야기했|인터뷰했"
    r"|인터뷰에 응했|(?:소식통|보도|관계자|매체|문건|자료)[^.“]{0,12}[을를] 인용했)다?\W*$"
)


# A state makes a law: what the law names has not been done to anybody.
_MAKES_LAW = re.compile(
    r"[가-힣]법[’”]?(?:을|,|이)[^.“]{0,70}(?:채택|제정|시행|공포|만들|고쳐|고치|바꿔|개정)[^.“]{0,50}(?:했|하였|하도록|한다|돼|됐|되었|있)"
    r"|(?:법|협약|헌법|조약|의정서|규약)[’”]? ?\d+조(?:는|에는|에서는|에 따르면)\s[^.“]{0,90}"
    r"(?:금하|금지|규정|보장|명시|정하|못박|준다|본다|의무|요구한다|허용|처한다|처하)"
)


# What a report, a meeting or a survey is about has not been told by that: 실종 문제를 다룬 보고서.
_ONLY_TOPIC = re.compile(
    r" ?(?:문제|실태|의혹|사건|현황|진상|피해)?(?:를|을|에 대한|에 관한|의)? ?"
    r"(?:다룬|다루|논의|의제|규명|조사할|조사를|알리|고발하는|기록한|연구)"
)


def _says_who(tokens: Sequence[Any], end: int, teller: int) -> bool:
    """Whether an act stands in the words that say who the teller is: 교화소에 있었던 한 응답자는."""
    if end > teller:
        return False
    closing = [t for t in tokens if end - 2 <= t.start < teller]
    # nothing but a verb, its ending before a noun and words that stay with that noun
    return any(t.tag == "ETM" for t in closing[-4:]) and not any(
        t.tag in {"EC", "EF", "JKS", "JX", "JKQ"} for t in closing
    )


def _mentions(sentence: Sentence, phrases: Sequence[Phrase]) -> tuple[Mention, ...]:
    """People of whom later pronouns may speak."""
    found = []
    for phrase in phrases:
        suffers, does = is_victim_like(phrase), is_perpetrator_like(phrase)
        if not (suffers or does) or phrase.text in {"그", "그녀", "그들", "이들", "나", "저", "우리"}:
            continue
        found.append(
            Mention(
                text=phrase.text,
                start=sentence.start + phrase.start,
                is_plural=bool(re.search(r"들$|명$|명(?:가량|정도)$|대부분$", phrase.text)),
                is_name=speaker_type(phrase) is InformantType.NAMED_PERSON,
                can_do=does,
                can_suffer=suffers,
                is_subject=phrase.particle in {"은", "는", "이", "가"},
            )
        )
    return tuple(found)
