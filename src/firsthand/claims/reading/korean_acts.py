"""Who did what to whom in a Korean sentence: particles, passives, clauses, and subjects left unsaid."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from firsthand.claims.attribution import InformantType
from firsthand.claims.claim import Participant
from firsthand.claims.reading.acts import ActFound
from firsthand.claims.reading.korean_clauses import Clause, clause_at
from firsthand.claims.reading.korean_names import Known
from firsthand.claims.reading.korean_phrases import (
    HE,
    PERSONS,
    SUBJECT,
    TITLES,
    Phrase,
    can_tell_of_self,
    is_perpetrator_like,
    is_somebody,
    is_state,
    is_victim_like,
    own_name,
    participant,
    speaker_type,
    without_brackets,
)
from firsthand.claims.reading.told import ActTold
from firsthand.passages.sentences import Sentence
from firsthand.values.languages import Language

__all__ = ["Focus", "Scene", "act_told", "is_reason", "only_names"]

KO = Language.KOREAN

_PASSIVE = re.compile(
    r"당하|당해|속아|속은|당했|당한|당할|돼|되|됐|된|(?<![을를] )받|(?:조사|처벌|고문|구타|폭행|차별|감시|심문|취조"
    r"|대우|선고|비판|강요|협박|위협)[을를] 받|맞았|맞은|맞고|팔려|팔렸|팔린|끌려|잡혀|잡힌|잡혔|갇|붙들|[겨보여]졌"
    r"|[겨보여]진|겨져|보내져|빼앗겼|빼앗긴|빼앗겨|뜯겼|쫓겨|쫓겼|숨졌|숨진|숨지|죽었|죽은|죽는|잃|겪|굶|걸려|걸렸|시달"
)
_SUBJECT_SUFFERS = frozenset(
    {"flight_from_country", "denial_of_food", "denial_of_health_care", "bribery", "statelessness", "forced_labour"}
    | {"enforced_disappearance", "sexual_exploitation", "lack_of_protection_of_refugees", "discrimination"}
)
_TO_RECEIVES = frozenset({"sale_of_person", "trafficking_in_persons", "forced_marriage", "bribery"})


@dataclass(slots=True)
class Focus:
    """Of whom the sentences before spoke: Korean leaves out a subject that everybody knows."""

    names: list[str] = field(default_factory=list)
    person: str | None = None
    person_tells: bool = False
    suffering: tuple[Participant, ...] = ()
    paragraph: int = -1
    known: Known = field(default_factory=Known)

    def full_name(self, name: str) -> str:
        """The name by which someone was brought in, for a shorter one: 달 씨 for 달무리 씨."""
        bare = without_brackets(name).split()
        if len(bare) == 2 and len(bare[0]) <= 2 and bare[1] in TITLES:
            return next((full for full in reversed(self.names) if own_name(full).startswith(bare[0])), name)
        return name


_PLACE_OF_CUSTODY = re.compile(
    r"(?:수용소|관리소|교화소|집결소|구류장|단련대|감옥|구류소|구금시설|수감시설|수용시설)(?:$|에서|의 |에 있)"
)


# 감방 동료, 교화소 출신, 구금 첫 주에: words of custody that say who or when.
_BESIDE_CUSTODY = re.compile(
    r" ?(?:동료|출신|생존자|친구|시절|경험|경력)| ?(?:첫|당시|기간|초기|직후|도중|중이던)(?![가-힣]*[을를] )"
    r"|(?:을|를) (?:겪은|거친|경험한)"
)


def only_names(words: str, act: ActTold, offset: int) -> bool:
    """Whether a cue only says which people are meant or where something else happened: 송환된 사람들, 수용소에서."""
    cue, after = act.words, words[act.end - offset : act.end - offset + 3]
    if act.code == "arbitrary_detention":
        if re.search(r" [^ ]*(?:받|있|머물|갇)$", cue):
            return False
        around = cue + words[act.end - offset : act.end - offset + 5]
        if _BESIDE_CUSTODY.match(words, act.end - offset):
            return True
        return after.startswith(("자", "인", "에서")) or cue == "조사를 받" or bool(_PLACE_OF_CUSTODY.search(around))
    return act.code in _NAMES_PEOPLE and bool(_BEFORE_NOUN.search(cue + after))


_NAMES_PEOPLE = frozenset(
    {
        "refoulement",
        "flight_from_country",
        "arbitrary_arrest",
        "trafficking_in_persons",
        "denial_of_access_to_information",
        "sale_of_person",
        "deportation",
    }
)
# the ending that puts a verb before the noun that it describes: 체포된 여성, 연락하던 주민
_BEFORE_NOUN = re.compile(
    r"(?:된|당한|돼 온|하던|던|했던|됐던|한|[잡갇]힌|들린|끌려간|려 간) $"
    r"|(?:된|당한|하던|했던|됐던|[잡갇]힌|들린|끌려간|려 간|려 온) "
)
_DOES = re.compile(r"의 (?:총|단속|검열|손|고문|구타|폭행|명령|수색)")
# The act is what something else would follow from: 북송되면 처벌받는다.
_IF = re.compile(r"^[가-힣]{0,3}(?:면|을 경우|할 경우|될 경우|거든)[ ,]")
_REASON = re.compile(r"^[^,.]{0,22}?(?:이유로|혐의로|혐의를|죄로|다가 |다는 죄|구실로|명목으로|것을 이유로)")


def is_reason(words: str, act: ActTold, offset: int) -> bool:
    """Whether a cue only says for what, or if what, something is done: 방송을 들었다는 이유로, 북송되면."""
    if _IF.match(words[act.end - offset :]):
        return True
    return act.code in _REASONS and bool(_REASON.match(words[act.end - offset :]))


# Acts that are told of as what people were punished for; the punishment is the act that is claimed.
_REASONS = frozenset(
    {"denial_of_expression", "denial_of_access_to_information", "religious_persecution", "flight_from_country"}
    | {"restriction_on_movement", "social_practice", "bribery"}
)


@dataclass(frozen=True, slots=True)
class Scene:
    """A sentence in which acts are looked for: its phrases without the teller's, its clauses, and what came before."""

    sentence: Sentence
    words: str
    phrases: Sequence[Phrase]
    clauses: Sequence[Clause]
    teller: Phrase | None
    focus: Focus

    def near(self, at: int, end: int) -> tuple[list[Phrase], list[Phrase]]:
        """Phrases before ``end`` in the clause of ``at`` with those that lead up to it, and those of clauses before."""
        number = first = clause_at(self.clauses, at)
        while first > 0 and self.clauses[first - 1].joins == "before":
            first -= 1
        start = self.clauses[first].start
        before = [p for p in self.phrases if p.end <= end]
        inside = [p for p in before if p.start >= start]
        own = [p for p in inside if p.start >= self.clauses[number].start]
        subject_of_own = any(p.particle in {"이", "가"} and is_somebody(p) for p in own)
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


def _head_behind(scene: Scene, found: ActFound) -> Phrase | None:
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


@dataclass(frozen=True, slots=True)
class _Parts:
    """What stands around an act that may play a part in it, the nearest first where there can be several."""

    subjects: list[Phrase]
    objects: list[Phrase]
    receivers: list[Phrase]
    close: list[Phrase]
    inside: list[Phrase]
    joined: list[Phrase]
    window: str

    @property
    def is_passive(self) -> bool:
        return bool(_PASSIVE.search(self.window))


def _parts_around(scene: Scene, found: ActFound) -> _Parts:
    inside, earlier = scene.near(found.start, found.end)
    if found.code == "enforced_disappearance":  # 아버지를 본 사람은 없다: the cue's own subject is nobody
        inside = [p for p in inside if p.start < found.start]
    clause = scene.clauses[clause_at(scene.clauses, found.start)]
    subjects = [p for p in inside if p.particle in SUBJECT and is_somebody(p)]
    topics = [p for p in (*earlier, *inside) if p.particle in {"은", "는"} and is_somebody(p)]
    if topics and not any(p.start >= clause.start for p in subjects):
        subjects = topics[-1:]  # 그는 여성이 알려 주는 바람에 맞았다: the subject of another clause was not beaten
    subjects = subjects or [p for p in earlier if p.particle in SUBJECT and is_somebody(p)][-1:]
    return _Parts(
        subjects=list(reversed(subjects)),
        objects=[p for p in (*reversed(inside), *reversed(earlier)) if p.particle in {"을", "를"}],
        receivers=[p for p in inside if p.particle in {"에게", "한테", "에", "에게서"}],
        close=[p for p in inside if p.start >= clause.start],
        inside=inside,
        # modifiers of the act's own noun: "탈북민 강제북송", "중국 내 탈북민의 북송"
        joined=[
            p
            for p in scene.phrases
            if p.start <= found.start < p.end or (p.end <= found.start and found.start - p.end <= 2)
        ],
        window=scene.words[found.start : max(min(found.end + 8, clause.end), found.end + 3)],
    )


def _doers(scene: Scene, found: ActFound, parts: _Parts, *, suffers: bool) -> tuple[list[Phrase], list[Phrase]]:
    """Who did it, and those of them who deceived somebody into it."""
    words = scene.words
    by = [
        p
        for p in parts.inside
        if is_perpetrator_like(p)
        and (
            re.match(r"(?:에게|에|한테)?\s?(?:의해|의하여)", words[p.end : p.end + 6])
            or p.particle in {"로부터", "으로부터"}
        )
    ]
    deceived = [p for p in parts.inside if re.match(r"(?:에게|한테) ?속", words[p.end :])]
    if found.code == "flight_from_country":
        return deceived, deceived
    if by or deceived:
        return [*by, *deceived], deceived
    if not suffers:
        return [p for p in parts.subjects if is_perpetrator_like(p)][:1], []
    if found.code in _TO_RECEIVES:
        return [], []
    where = parts.inside if found.code == "enforced_disappearance" else parts.close
    at_hand = [
        p
        for p in where
        if is_perpetrator_like(p)
        and (found.code == "abduction" or p.particle != "에" or not is_state(p))  # 중국에 억류된: where, not by whom
        and (
            (p in parts.receivers and (p.particle != "에" or not _PLACE_OF_CUSTODY.search(p.text)))
            or (p.particle == "에서" and _ACTING_BODY.search(p.text))
        )
    ]
    owners = [p for p in map(_whose_doing, parts.inside) if p is not None and is_perpetrator_like(p)]
    return at_hand[-1:] or owners[-1:], []


_ACTING_BODY = re.compile(r"(?:보위부|안전부|보안서|경찰|공안|보위성|안전성|당국|군대|부대)$")


def _sufferers(scene: Scene, found: ActFound, parts: _Parts, doers: Sequence[Phrase], *, suffers: bool) -> list[Phrase]:
    """Whom it befell."""
    if suffers:
        head = _head_behind(scene, found)
        if head is not None and is_victim_like(head):
            return [head]
        victims = [p for p in parts.subjects if is_victim_like(p)][:1]
        if not victims and parts.is_passive and found.code != "bribery":
            victims = [p for p in parts.subjects if p not in doers][:1]  # 남편이 끌려갔다: doers elsewhere too
        if not victims and found.code == "enforced_disappearance":
            victims = [p for p in parts.objects if is_victim_like(p)][:1]
    else:
        victims = [p for p in parts.objects if is_victim_like(p)][:1]
        victims = victims or [p for p in reversed(parts.receivers) if p.particle != "에" and is_victim_like(p)][:1]
        victims = victims or [p for p in map(_owner, parts.objects) if p is not None and is_victim_like(p)][:1]
    victims = victims or [p for p in parts.joined if is_victim_like(p) and p not in doers][:1]
    if not victims and not doers:
        victims = [p for p in parts.subjects if is_victim_like(p)][:1]
    teller = scene.teller
    own = suffers or (not doers and found.code not in _OF_OTHERS)
    if not victims and own and not parts.subjects and teller is not None and _tells_of_self(scene, teller):
        return [teller]  # the teller is the subject of what is told: 그는 팔렸다고 말했다
    return victims


# What nobody tells of as having befallen themself.
_OF_OTHERS = frozenset({"killing", "public_execution", "infanticide", "abuse_of_office", "legal_prohibition_exists"})


def act_told(scene: Scene, found: ActFound) -> ActTold:
    """The act of a cue, with those who play a part in it."""
    parts = _parts_around(scene, found)
    suffers = parts.is_passive or found.code in _SUBJECT_SUFFERS
    doers, deceived = _doers(scene, found, parts, suffers=suffers)
    victims = _sufferers(scene, found, parts, doers, suffers=suffers)
    if not suffers and victims and not doers:  # whoever does it to someone is the doer, kin and employers too
        doers = [p for p in parts.subjects if is_victim_like(p) and p is not victims[0]][:1]
    recipients: list[Phrase] = []
    if found.code in _TO_RECEIVES:
        given = [p for p in parts.receivers if p.particle in {"에게", "한테"} and p not in (*victims, *deceived)]
        recipients = given[-1:]
    if found.code == "bribery" and not recipients and re.search("받(?!지)|눈감", parts.window):
        recipients = [p for p in parts.subjects if is_perpetrator_like(p)][:1]
        victims = [p for p in victims if p not in recipients]
    people = tuple(_who(scene, p) for p in victims)
    if not people and not _names_nobody(found.code):
        people = _carried(scene, passive=suffers, perpetrators=doers, inside=parts.inside)
    return ActTold(
        code=found.code,
        words=found.words,
        start=scene.sentence.start + found.start,
        end=scene.sentence.start + found.end,
        perpetrators=tuple(participant(scene.sentence, p) for p in doers),
        recipients=tuple(participant(scene.sentence, p) for p in recipients),
        victims=people,
        places_in=_places_in(scene, found.start),
    )


def _places_in(scene: Scene, at: int) -> tuple[tuple[int, int], ...]:
    """Where an act's places may stand: its own clause with those that lead up to it, or, without any there, before."""
    number = first = clause_at(scene.clauses, at)
    while first > 0 and scene.clauses[first - 1].joins == "before":
        first -= 1
    start, end = scene.clauses[first].start, scene.clauses[number].end
    own = any(start <= p.start < end and p.particle in _OF_PLACES and not is_somebody(p) for p in scene.phrases)
    return ((start if own else 0, end),)


_OF_PLACES = frozenset({"에서", "에", "으로", "로"})


def _owner(phrase: Phrase) -> Phrase | None:
    """Whose thing an act takes or touches: 주민들 in 주민들의 통화."""
    match = re.match(r"(.*\S)의 \S+$", phrase.text)
    return replace(phrase, end=phrase.start + len(match[1]), text=match[1], particle="") if match else None


def _whose_doing(phrase: Phrase) -> Phrase | None:
    """By whom, where the act itself is a noun: 경비병의 총에, 공안의 단속에."""
    match = _DOES.search(phrase.text)
    return replace(phrase, end=phrase.start + match.start(), text=phrase.text[: match.start()]) if match else None


def _names_nobody(code: str) -> bool:
    return code in {"social_practice", "legal_prohibition_exists", "human_rights_abuse_unspecified", "abuse_of_office"}


def _tells_of_self(scene: Scene, teller: Phrase) -> bool:
    if teller.text in HE:
        return scene.focus.person is None or scene.focus.person_tells
    kind = speaker_type(teller)
    several = kind is InformantType.UNNAMED_GROUP and is_victim_like(teller)
    return (kind in PERSONS or several) and can_tell_of_self(teller)


def _who(scene: Scene, phrase: Phrase) -> Participant:
    """A person in the words for whom a pronoun stands, where the teller or the story's person is meant."""
    found = participant(scene.sentence, phrase)
    teller = scene.teller
    if phrase.text in HE:
        if teller is not None and teller.text not in HE and _tells_of_self(scene, teller):
            return replace(found, text=scene.focus.full_name(teller.text))
        if scene.focus.person is not None and scene.focus.person_tells:
            return replace(found, text=scene.focus.person)
    return replace(found, text=scene.focus.full_name(phrase.text))


def _carried(
    scene: Scene, *, passive: bool, perpetrators: Sequence[Phrase], inside: Sequence[Phrase]
) -> tuple[Participant, ...]:
    """Whom an act befell that the sentence leaves unsaid: those of whom the sentence before told."""
    if scene.teller is not None and not _tells_of_self(scene, scene.teller) and not scene.focus.suffering:
        return ()
    if passive and any(p.particle in SUBJECT for p in inside):
        return ()
    if not passive and not perpetrators:
        return ()
    return scene.focus.suffering[:1]
