"""States as those who speak, act and are accused: their names and what stands for them, from the gazetteer's tables.

What a state is called lies in ``tables/places.csv`` and in the country lists of GeoNames and CLDR; what stands for it
(its seat, its regime, its people, its media), and whether it is the accused party in the reports that this list is
meant for, in ``tables/states.csv``. No name of a country stands in code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from firsthand.claims.reading.cues import any_of, read_table
from firsthand.claims.reading.places import gazetteer, korean_names_of_countries
from firsthand.values.languages import Language
from firsthand.values.places import Place

__all__ = [
    "State",
    "is_accused",
    "is_government",
    "is_state",
    "name_of_state",
    "seats",
    "speaks_for_accused",
    "speaks_for_state",
    "state_of",
    "state_pattern",
    "states",
    "words_for_people",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A state, its place, and the words that stand for it, by what they are."""

    place: Place
    english: tuple[str, ...]
    korean: tuple[str, ...]
    demonyms: tuple[str, ...]
    seats_english: tuple[str, ...]
    seats_korean: tuple[str, ...]
    people_korean: tuple[str, ...]
    media: tuple[str, ...]
    is_accused: bool

    def names(self, language: Language) -> tuple[str, ...]:
        """What it is called in a language, its seat of government included; the usual name first."""
        if language is Language.KOREAN:
            return (*self.korean, *self.seats_korean)
        return (*self.english, *self.seats_english)


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


@cache
def states() -> tuple[State, ...]:
    """All states that the gazetteer knows."""
    more = {row["id"]: row for row in read_table("states")}
    own = {row["id"]: row for row in read_table("places")}
    found = []
    for place in gazetteer().countries():
        code = place.gazetteer_id or ""
        row, about = own.get(code, {}), more.get(code, {})
        korean = _parts(row.get("korean", "")) or korean_names_of_countries().get(code, ())
        found.append(
            State(
                place=place,
                english=_parts(row.get("english", "")) or (place.name,),
                korean=korean,
                demonyms=(*_parts(row.get("demonyms", "")), *_parts(about.get("demonyms", ""))),
                seats_english=_parts(about.get("english", "")),
                seats_korean=_parts(about.get("korean", "")),
                people_korean=_parts(about.get("people_korean", "")),
                media=_parts(about.get("media", "")),
                is_accused=about.get("accused") == "yes",
            )
        )
    return tuple(found)


def _those(*, accused: bool) -> tuple[State, ...]:
    """All states, or only those accused."""
    return tuple(state for state in states() if state.is_accused or not accused)


@cache
def _by_place() -> dict[Place, State]:
    return {state.place: state for state in states()}


def state_of(place: Place) -> State | None:
    """The state whose country a place is; ``None`` of every other place."""
    return _by_place().get(place)


@cache
def _by_name(language: Language) -> dict[str, State]:
    return {_plain(name): state for state in reversed(states()) for name in state.names(language)}


def _plain(name: str) -> str:
    return name.casefold().removeprefix("the ").strip()


def is_state(name: str, language: Language) -> bool:
    """Whether words are the bare name of a state or of its seat: China, the North, 북한, and 유럽연합 beside them."""
    return _plain(name) in _by_name(language) or _plain(name) in _UNIONS


# Bodies of states that speak as states do.
_UNIONS = frozenset({"유럽연합"})


def is_government(name: str, language: Language) -> bool:
    """Whether words mean a state as such: its name, its seat, the Chinese authorities, 북한 당국."""
    if language is Language.KOREAN:
        return bool(_government_ko().fullmatch(name))
    return _plain(name) in _by_name(language) or bool(_government_en().fullmatch(_plain(name)))


@cache
def _government_en() -> re.Pattern[str]:
    demonyms = any_of({word.casefold() for state in states() for word in state.demonyms})
    return re.compile(rf"(?:{demonyms}) (?:government|authorities)")


@cache
def _government_ko() -> re.Pattern[str]:
    return re.compile(rf"(?:{state_pattern(Language.KOREAN)})(?: ?(?:당국|정부)| 측)?")


def is_accused(place: Place) -> bool:
    """Whether a country is that of a state which the table lists as the accused party."""
    state = state_of(place)
    return state is not None and state.is_accused


def name_of_state(place: Place, language: Language) -> str | None:
    """The usual name of a country in a language; ``None`` where the place is no country or has no name in it."""
    state = state_of(place)
    names = state.names(language) if state is not None else ()
    return names[0] if names else None


@cache
def words_for_people() -> dict[str, State]:
    """Korean words that people of a state go by, and that name no state: 탈북민."""
    return {word: state for state in states() for word in state.people_korean}


@cache
def seats() -> frozenset[str]:
    """English words that may stand for a government: capitals, and what else ``states.csv`` names."""
    return frozenset(seat for state in states() for seat in state.seats_english)


@cache
def state_pattern(language: Language, *, accused: bool = False) -> str:
    """An alternation of the names of states and their seats (only those accused), to stand in a search."""
    return any_of({name for state in _those(accused=accused) for name in state.names(language)})


# Words by which an office of a state is known, where a name of the state stands beside them.
_OFFICES = re.compile(
    r"government|ministry|mission|embassy|state media|regime|authorities|foreign|diplomats?$|officials$"
    r"|ambassador|envoy|representative|delegat(?:e|ion)|spokes(?:man|woman|person)|president|premier|leader(?:ship)?$"
)
# A body of the state that was told of before, by nothing but "its", or by what it is.
_ITS_OFFICE = re.compile(
    r"(?:its|their) |the mission|state media|the embassy|the regime|the ministry|^(?:an? |the )?foreign ministry"
)
_OFFICES_KO = "대표단|대표(?!부)|당국|정부|외교부|외무성|외무부|대표부|대사관|공안|대변인|외교관|참사|대사|관영"


@cache
def _english_of(*, accused: bool) -> re.Pattern[str]:
    those = _those(accused=accused)
    words = {word for s in those for word in (*s.names(Language.ENGLISH), *s.demonyms, *s.media) if word.isascii()}
    return re.compile(rf"\b(?:{any_of(words)})\b", re.IGNORECASE)


@cache
def _media(*, accused: bool) -> re.Pattern[str]:
    words = {word for s in _those(accused=accused) for word in s.media if word.isascii()}
    return re.compile(rf"\b(?:{any_of(words)})\b")  # as they write themselves: TASS is no part of another word


@cache
def _korean_of(*, accused: bool) -> re.Pattern[str]:
    names = state_pattern(Language.KOREAN, accused=accused)
    media = any_of({word for s in _those(accused=accused) for word in s.media if not word.isascii()})
    return re.compile(
        rf"(?:{names})(?: 측)?"
        rf"|(?:.* )?(?:{names})\s?(?:{_OFFICES_KO}).*"
        r"|대표부"
        rf"|.*(?:{media}|(?:{names}) (?:관영 )?매체들?|외무성 대변인|외교부 대변인).*"
    )


def speaks_for_accused(name: str, language: Language) -> bool:
    """Whether a speaker, by what they are called, speaks for a state that is the accused party."""
    return _speaks_for(name, language, accused=True)


def speaks_for_state(name: str, language: Language) -> bool:
    """Whether a speaker, by what they are called, speaks for any state: who denies for a state is accused."""
    return _speaks_for(name, language, accused=False)


def _speaks_for(name: str, language: Language, *, accused: bool) -> bool:
    if language is Language.KOREAN:
        return bool(_korean_of(accused=accused).fullmatch(name))
    state = _by_name(language).get(_plain(name))
    if state is not None:
        return state.is_accused or not accused
    lowered = name.casefold()
    if _media(accused=accused).search(name):
        return True
    if not _OFFICES.search(lowered):
        return False
    return bool(_ITS_OFFICE.search(lowered) or _english_of(accused=accused).search(name))
