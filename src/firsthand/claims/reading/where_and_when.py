"""Where and when an act took place: the places and the time of a sentence that belong to it."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from firsthand.claims.attribution import Span
from firsthand.claims.claim import Participant, PlaceRole, PlaceTold, StatementKind, TimeTold
from firsthand.claims.reading.places import PlaceFound
from firsthand.claims.reading.states import State, is_accused, name_of_state, seats, state_of, words_for_people
from firsthand.claims.reading.times import TimeFound
from firsthand.claims.reading.told import Speaker, Told
from firsthand.claims.reading.words import words_of
from firsthand.values.dates import UncertainDate
from firsthand.values.languages import Language
from firsthand.values.places import Place, Precision

__all__ = ["Countries", "implied_places", "places_of", "time_of"]

_NOT_OF_ACT = re.compile(
    r"(?:published|released|issued|convention of|founded|born|based on|interview\w*) (?:on |in |of )?$", re.IGNORECASE
)


# A day of the week behind a verb of saying is that of the telling: a source told the paper on Monday.
_WEEKDAY = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day")
_RIGHT_BEHIND_TELLING = re.compile(
    r"\b(?:said|told|announced|reported|confirmed|wrote|added|warned|admitted|estimated|concluded|found|stated)"
    r" (?:(?:in|on|at|last|early|late) )?$"
)
_TELLING = re.compile(r"\b(?:said|told|announced|reported|confirmed|wrote|added|warned|spoke)\b[^,.;]{0,40}$")


def time_of(told: Told, times: tuple[TimeFound, ...], anchor: dt.date | None, near: int) -> TimeTold | None:
    """The time that stands nearest to the act or number; names of reports and treaties with a year are passed over."""
    read = []
    for time in times:
        before, after = told.text[: time.span.start], told.text[time.span.end :]
        if _NOT_OF_ACT.search(before) or re.match(r" [A-Z][a-z]+ [Ii]n |(?: [A-Z][a-z]+){2}", after):
            continue
        if _WEEKDAY.search(told.text, time.span.start, time.span.end) and _TELLING.search(before):
            continue
        if _RIGHT_BEHIND_TELLING.search(before) and after.startswith(" that "):
            continue  # admitted in 2002 that its agents had taken them
        if time.edtf and re.fullmatch(r"(?:of|in|the) 19[45]\d", told.text[time.span.start : time.span.end]):
            continue
        read.append(time)
    if not read:
        return None
    at = near - told.sentence.start

    def distance(time: TimeFound) -> int:
        return time.span.start - at if time.span.start >= at else 2 * (at - time.span.end) + 10

    best = min(read, key=distance) if len(read) > 1 else read[0]
    if best.edtf is None:
        best = next((time for time in read if time.edtf), best)
    words = told.text[best.span.start : best.span.end]
    date = UncertainDate(edtf=best.edtf, words=words, anchor=anchor if best.is_relative else None)
    return TimeTold(date=date, span=Span(told.sentence.start + best.span.start, told.sentence.start + best.span.end))


# Kinds of places without a name of their own.
_UNNAMED_PLACES = {
    Language.ENGLISH: re.compile(
        r"\b(?:(?:a|an|the|their|his|her|its|several|some|political) )?(?:labou?r camps?|prison camps?"
        r"|detention (?:cent(?:er|re)s?|facilit(?:y|ies))|quarantine facility|"
        r"holding facilit(?:y|ies)|police stations?|brothels?"
        r"|the river|the border(?! (?:into|to|with))|(?:the )?camps?)\b"
        r"|\b(?:the|a) country(?!side)\b|\bthe (?:\w+ )?countryside\b|\b(?:their|her|his) homes?\b"
        r"|(?<=\b(?:in|at|to) )(?:(?:an?|the|her|his|their|several|\w+s['’]) )?(?:[\w-]+ ){0,2}"
        r"(?:cells?|homes|schools?|hospitals?|towns|villages?|mines?|sites?|facilit(?:y|ies)|places|checkpoints?|stations?"
        r"|houses?|apartments?|rooms?|stadiums?|factor(?:y|ies)|plants?|farms?|prisons?|jails?|warehouses?"
        r"|storehouses?|containers?|dormitor(?:y|ies)|barracks|quarr(?:y|ies)|huts?|restaurants?|church(?:es)?|squares?"
        r"|fields?|basements?|halls?|yards?|hotels?|shelters?|forests?)\b"
        r"|(?<=\bout of )schools?\b",
        re.IGNORECASE,
    ),
    Language.KOREAN: re.compile(
        r"(?:정치범\s?수용소|수용소|노동단련대|단련대|교화소|집결소|구류장|관리소|감옥"
        r"|수용시설|구금시설|격리시설|국경 ?지역|장마당)"
        # other kinds of places only where a particle says that something takes place there or goes there
        r"|(?<![가-힣])(?:(?:한|그|산간|국경|시골|농촌|탄광|외딴|강변) )?"
        r"(?:(?:마을|탄광|광산|농장|농가|진료소|초소|기차역|공항|세관|창고|아파트|노래방|운동장|광장|강가|감방|독방"
        r"|공사장|작업장|파출소|여관|산간 지역|집|방)(?=에서|에(?![게는도 ]? ?(?:따르|대해|의하|관))|으로|로(?!부터))"
        r"|(?:공장|학교|병원|식당|술집|교회|농촌|다리|건설장)(?=에서))"
    ),
}


_PEOPLE_OF = re.compile(
    r"의 (?:가족|친척|지인|형제|자매|언니|딸|아들|어머니|아버지)|\s[가-힣]{1,6}[도시군] 출신"
    r"|\s?(?:방송|노래|드라마|영화|영상|음악|말투|문화|여성|주민|노동자|사람|정부|당국|인권|형법|정권|남성|공안"
    r"|외교부|외무성|국적|출신|브로커|휴대"
    r"|체제|지도부|대사관|인들|인 |군인|내 인권|이탈|경찰|돈|손전화|휴대전화"
    r"|전화|제품|상품|화폐|국경 봉쇄|경비정|사정|쪽 |측 )"
    # where somebody lives, was met or was born only says who they are
    r"|에서 (?:만난|온|태어난|태어나|살던|일하던|자란|자라|넘어온|활동하는|들어온)"
    r"|에 (?:있는|사는|살던|머무는|체류|거주)|에 본부"
)
# "a defector from North Korea", "a second source, in Ryanggang province": where the person is from, not the event
_OF_TELLER = re.compile(
    r"\b(?:defectors?|escapees?|refugees?|natives?|sources?|residents?),? (?:from|of|in|inside)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_IN_A_NAME = re.compile(
    r" (?:Congress|Commission|Department|Senate|Ministry|Embassy|Human Rights|Act|Institute|University|Office|Mission"
    r"|Convention|Daily|Times|Post|Committee|Assembly|Council|Protocol|Games)\b"
)
_FROM = re.compile(r"(?:from|left|leav\w+|out of|fled|fle\w+|escap\w+|origin\w*)\s+(?:the\s+)?$", re.IGNORECASE)
_LEFT_KO = re.compile(r"(?:에서 (?:나와|탈출|떠나)|을 (?:떠나|탈출|벗어)|를 (?:떠나|탈출|벗어))")
_TO = re.compile(r"(?:to|into|reach\w*|enter\w*|toward\w*|for|arriv\w+ in)\s+(?:the\s+)?$", re.IGNORECASE)


def places_of(
    told: Told, places: tuple[PlaceFound, ...], speaker: Speaker, countries: Countries | None = None
) -> tuple[PlaceTold, ...]:
    """Places told in a sentence outside of its teller's name; "the country" means one of ``countries`` told before."""
    found: list[PlaceTold] = []
    offset = told.sentence.start
    for place in places:
        if place.is_demonym:
            continue
        span = Span(place.span.start + offset, place.span.end + offset)
        if speaker.span and speaker.span.start < span.end and span.start < speaker.span.end:
            continue
        before, after = told.text[: place.span.start], told.text[place.span.end :]
        role = PlaceRole.EVENT
        if _FROM.search(before) or _LEFT_KO.match(after):
            role = PlaceRole.ORIGIN
        elif _TO.search(before) or re.match(r"(?:으로|로)(?!부터)", after):
            role = PlaceRole.DESTINATION
        words = told.text[place.span.start : place.span.end]
        if _OF_TELLER.search(before) or _IN_A_NAME.match(after):
            continue
        if told.sentence.language is Language.KOREAN and _is_no_place(told, place, after):
            continue
        if words in seats() and re.match(
            r"(?:['’]s)? (?:has|had|have|began|opened|said|says|is|was|to|could|will|regime|government)\b", after
        ):
            continue
        if not any(p.place == place.place for p in found):
            found.append(PlaceTold(text=words, span=span, role=role, place=place.place))
    for match in (
        _UNNAMED_PLACES[told.sentence.language].finditer(told.text) if told.sentence.language in _UNNAMED_PLACES else ()
    ):
        span = Span(match.start() + offset, match.end() + offset)
        if told.sentence.language is Language.KOREAN and _says_no_more(told, found, match.start(), match.end()):
            continue
        taken = [*(p.span for p in found), speaker.span]
        if not any(t and t.start < span.end and span.start < t.end for t in taken):
            country = _COUNTRY.fullmatch(match.group()) and countries and countries.meant(match.start())
            if country:
                found.append(PlaceTold(text=country.name, span=span, place=country))
            elif not _LIES_IN.match(told.text, match.end()):
                found.append(PlaceTold(text=match.group(), span=span))
    return tuple(p for p, after in itertools.zip_longest(found, found[1:]) if not _is_around(told, p, after, offset))


_COUNTRY = re.compile(r"(?:the|a) country", re.IGNORECASE)
# A kind of place with the name of the place right behind it: a cell in Chongjin.
_LIES_IN = re.compile(r" (?:in|near|at|outside) (?:the )?[A-Z]")


@dataclass(slots=True)
class Countries:
    """Countries told of so far, for "the country"."""

    told: Counter[str] = field(default_factory=Counter)
    by_id: dict[str, Place] = field(default_factory=dict)
    here: list[tuple[int, Place]] = field(default_factory=list)
    home: Place | None = None

    def find_home(self, texts: Iterable[tuple[str, tuple[PlaceFound, ...]]], language: Language) -> None:
        """The country whose people a document tells of: that of which it most often says that somebody is from there.

        People who are sent back are sent there. ``None`` where the document says of nobody where they are from.
        """
        counts: Counter[Place] = Counter()
        for text, places in texts:
            for found in places:
                if found.place.precision is Precision.COUNTRY and _is_of_people(text, found, language):
                    counts[found.place] += 1
            counts.update(state.place for state in _people_named(text, language))
        self.home = counts.most_common(1)[0][0] if counts else None

    def hear(self, places: Iterable[PlaceFound]) -> None:
        """Add the countries of a sentence; a demonym tells of its country too."""
        self.here = []
        for found in places:
            country = found.place if found.place.precision is Precision.COUNTRY else None
            if country is not None and country.gazetteer_id:
                self.told[country.gazetteer_id] += 1
                self.by_id[country.gazetteer_id] = country
                if not found.is_demonym:
                    self.here.append((found.span.start, country))

    def meant(self, before: int) -> Place | None:
        """The country named before character ``before`` of the sentence, else the one told of most so far."""
        named = [country for start, country in self.here if start < before]
        if named:
            return named[-1]
        most = self.told.most_common(1)
        return self.by_id[most[0][0]] if most else None


# People who were sent back: what befalls them afterwards befalls them where they were sent.
_SENT_BACK = re.compile(
    r"\b(?:return(?:ed|ees?)|(?:sent|taken|brought) back|deported|repatriated)\b|송환된|송환자|북송된|북송자"
)
# Not there, where the words go on to say where they are: North Koreans in China.
_ELSEWHERE = re.compile(r" (?:in|who|abroad)\b")
_HAPPENS = frozenset({StatementKind.ACT, StatementKind.QUANTITY})


def implied_places(
    told: Told,
    here: tuple[PlaceTold, ...],
    codes: tuple[str, ...],
    kind: StatementKind,
    *,
    victims: tuple[Participant, ...],
    perpetrators: tuple[Participant, ...],
    names_act: bool,
    home: Place | None,
) -> tuple[PlaceTold, ...]:
    """The places told, and the one that the act itself implies, marked as inferred by having no span.

    ``names_act``: the sentence itself tells the act or counts its people, rather than giving a share of those counted.
    ``home`` is the country of the people told of, to which whoever is sent back goes.
    """
    text = name_of_state(home, told.sentence.language) if home is not None else None
    if home is None or text is None or any(p.place and p.place.path[:1] == home.path for p in here):
        return here
    if "refoulement" in codes and (kind in _HAPPENS or kind is StatementKind.OPINION):
        goes = names_act and (victims or perpetrators)
        return (*here, PlaceTold(text=text, role=PlaceRole.DESTINATION, place=home)) if goes else here
    wrong = codes != ("other_context",) and (kind in _HAPPENS or kind is StatementKind.OPINION)
    if wrong and not here:
        sent_back = any(_SENT_BACK.search(victim.text) for victim in victims)
        counted = kind is StatementKind.QUANTITY and is_accused(home) and _tells_of_people(told.text, home)
        if sent_back or counted:
            return (PlaceTold(text=text, place=home),)
    return here


# People by what they are, behind the name of the country they are from; none who hold an office there.
_PEOPLE_KO = re.compile(
    r" ?(?:국적 ?)?(?:여성|남성|주민|노동자|사람|난민|이탈|아동|아이|가족|출신|인들|인 |인(?=[은이을]))"
)


def _is_of_people(text: str, found: PlaceFound, language: Language) -> bool:
    """Whether a country stands there as where somebody is from: Eritrean refugees, fled Eritrea, 북한 여성."""
    before, after = text[: found.span.start], text[found.span.end :]
    if language is Language.KOREAN:
        return bool(_PEOPLE_KO.match(after) or _LEFT_KO.match(after))
    if not found.is_demonym:
        return bool(_FROM.search(before))
    noun = re.match(r" ([a-z]+)", after)
    people = noun is not None and noun[1] in words_of("victim_noun", Language.ENGLISH)
    return people or (before[-4:].lower() != "the " and text[found.span.start : found.span.end].endswith("s"))


def _people_named(text: str, language: Language) -> list[State]:
    """States whose people have a word of their own in the text: 탈북민."""
    if language is not Language.KOREAN:
        return []
    return [state for word, state in words_for_people().items() for _ in range(text.count(word))]


def _tells_of_people(text: str, home: Place) -> bool:
    """Whether a text names the people of a country, by their plural, without saying that they are elsewhere."""
    state = state_of(home)
    plurals = [word for word in state.demonyms if word.endswith("s")] if state is not None else []
    return any(
        not _ELSEWHERE.match(text, match.end())
        for word in plurals
        for match in re.finditer(rf"\b{re.escape(word)}\b", text)
    )


def _is_no_place(told: Told, place: PlaceFound, after: str) -> bool:
    """Whether a Korean name says of which country somebody is (북한 여성), or names a state that acts (중국이)."""
    if _PEOPLE_OF.match(after):
        return True
    return len(place.place.path) == 1 and "law" not in told.marks and bool(re.match("[은는이가] ", after))


def _says_no_more(told: Told, found: list[PlaceTold], start: int, end: int) -> bool:
    """Whether an unnamed place stands in a named one (신의주 집결소, 지린성의 한 마을), or says who people are."""
    if _PEOPLE_OF.match(told.text, end):
        return True
    offset = told.sentence.start
    return any(
        p.span is not None and re.fullmatch("(?:의)? ?(?:한 )?", told.text[p.span.end - offset : start]) for p in found
    )


def _is_around(told: Told, place: PlaceTold, after: PlaceTold | None, offset: int) -> bool:
    """Whether a place only says where the one named right behind it lies: 랴오닝성 선양, 양강도 혜산시."""
    if told.sentence.language is not Language.KOREAN or after is None or not (place.span and after.span):
        return False
    if not (place.place and after.place) or told.text[place.span.end - offset : after.span.start - offset].strip():
        return False
    return place.place.path == after.place.path[: len(place.place.path)]
