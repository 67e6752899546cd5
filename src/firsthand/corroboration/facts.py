"""Facts that a passage names and that survive translation: numbers, dates, places, bodies and names of people.

Each fact is written the same whatever the language, so that a passage and its translation, or its retelling in other
words, can be found by what they name. Reading here is quick and coarse: it proposes, and a person compares.
Weights are fixed (0 to 3, by how seldom two unrelated passages would name the same by chance) and do not depend on
what else a vault holds, so that a passage's facts stay what they are when others come and go.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib import resources

from firsthand.claims.reading.places import find_places, gazetteer
from firsthand.corroboration.bodies import packaged_bodies
from firsthand.linkage.hangul import decompose, initial_sound_forms
from firsthand.linkage.name_tables import surname_spellings, surnames
from firsthand.linkage.names import name_key
from firsthand.values.languages import Language

__all__ = ["fact_words", "facts_of"]


@cache
def fact_words() -> Mapping[str, list[str]]:
    """Words for numbers and dates, by list (tables/fact_words.toml)."""
    text = (resources.files("firsthand.corroboration") / "tables" / "fact_words.toml").read_text("utf-8")
    return tomllib.loads(text)


_MONTHS = fact_words()["months"]
_MONTH = "|".join(f"{name}|{name[:3]}\\.?" for name in _MONTHS)
_DATE_EN = re.compile(
    rf"\b(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m1>{_MONTH})"
    rf"|(?P<m2>{_MONTH}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b|(?P<m3>{_MONTH}))(?:,? (?P<y>(?:19|20)\d\d))?\b",
    re.IGNORECASE,
)
_DATE_KO = re.compile(r"(?:(?P<y>(?:19|20)\d\d)년 ?)?(?P<m>\d{1,2})월(?: ?(?P<d>\d{1,2})일)?")
_ISO = re.compile(r"\b((?:19|20)\d\d)-(\d\d)-(\d\d)\b")
_YEAR = re.compile(r"(?<![\d,.])(?:19|20)\d\d(?![\d,.]\d|\d)")

_SCALE = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_SCALE_KO = {"백": 100, "천": 1000, "만": 10_000, "억": 100_000_000}
_WORDS = {word: number for number, word in enumerate(fact_words()["ones"])} | {
    word: 20 + 10 * number for number, word in enumerate(fact_words()["tens"])
}
_NUMBER_EN = re.compile(
    rf"(?<![\w.,-])(?:(?P<digits>\d[\d,]*(?:\.\d+)?)(?: (?P<scale>{'|'.join(_SCALE)}))?"
    rf"|(?P<words>(?:(?:{'|'.join([*_WORDS, *_SCALE])})(?:[- ](?:and )?)?)+))(?![\w-])",
    re.IGNORECASE,
)
_NUMBER_KO = re.compile(r"(?<![\d.,])(?:\d[\d,]*(?:\.\d+)?[백천만억]?)(?: ?\d+[백천만])*")
_NATIVE = {word: number for number, word in enumerate(fact_words()["korean_ones"], 1)} | {
    word: 20 + 10 * number for number, word in enumerate(fact_words()["korean_tens"])
}
_COUNTED = "명|사람|살|달|주|번|차례|시간|가구|가족|마리|자루|채|척|대|곳|개"
_NATIVE_KO = re.compile(
    rf"(?<![가-힣])(열|스물|스무|서른|마흔|쉰|예순|일흔|여든|아흔)?"
    rf"(한|두|세|네|다섯|여섯|일곱|여덟|아홉)? ?(?:{_COUNTED})"
)
_DAYS_KO = {word: number for number, word in enumerate(fact_words()["korean_days"], 1)} | {"보름": 15}
_HANGUL = re.compile(r"[가-힣]")
_CAPITALISED = re.compile(r"[A-Z][\w’']*(?:-[\w]+)*(?: [A-Z][\w’']*(?:-[\w]+)*){0,3}")
_NAME_KO = re.compile(r"(?<![가-힣])([가-힣]{3})(?=씨|[ ,.)은는이가의와과을를]|$)")
# Tense and aspirated sounds are written in many ways in Latin letters; l, r and n change with their place.
_SOUND = str.maketrans("ㄲㅋㄸㅌㅃㅍㅆㅉㅊㄹ", "ㄱㄱㄷㄷㅂㅂㅅㅈㅈㄴ")


def facts_of(text: str) -> Mapping[str, int]:
    """The facts that a passage names, each with its weight."""
    # Counted among all characters: spaces, digits and foreign names stand in Korean texts too.
    korean = len(_HANGUL.findall(text)) * 3 > len(text)
    facts = dict(_dates(text, korean=korean))
    rest = (_DATE_KO if korean else _DATE_EN).sub(" ; ", _ISO.sub(" ; ", text))
    for match in _YEAR.finditer(rest):
        facts[f"year {match[0]}"] = 1
    rest = _YEAR.sub(" ; ", rest)
    for number in _korean_numbers(rest) if korean else _english_numbers(rest):
        facts[f"number {number:g}"] = _weight_of_number(number)
    for place in _korean_places(text) if korean else _english_places(text):
        facts[f"place {place}"] = 2
    for code in _bodies(text):
        facts[f"body {code}"] = 1
    for name in _korean_names(text) if korean else _english_names(text):
        facts[f"name {name}"] = 2
    return facts


def _weight_of_number(number: float) -> int:
    """By how many digits were really told: 600 has one, 4,800 two, 979 three."""
    if number < 5:
        return 0
    digits = len(f"{number:.0f}".rstrip("0"))
    return 1 if number < 100 or digits < 2 else min(digits, 3)


def _dates(text: str, *, korean: bool) -> Iterator[tuple[str, int]]:
    for match in _ISO.finditer(text):
        yield from _date(int(match[1]), int(match[2]), int(match[3]))
    for match in (_DATE_KO if korean else _DATE_EN).finditer(text):
        year = int(match["y"]) if match["y"] else None
        if korean:
            month, day = int(match["m"]), int(match["d"]) if match["d"] else None
        else:
            word = match["m1"] or match["m2"] or match["m3"]
            if match["m3"] and year is None:
                continue  # "may" and "march" are words too, and a month alone says little
            month = next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(word.casefold().strip(".")[:3]))
            day = int(match["d1"] or match["d2"]) if match["d1"] or match["d2"] else None
        yield from _date(year, month, day)


def _date(year: int | None, month: int, day: int | None) -> Iterator[tuple[str, int]]:
    if day is not None:
        yield f"day {month}-{day}", 3
    if year is not None:
        yield f"month {year}-{month}", 1
        yield f"year {year}", 1


def _english_numbers(text: str) -> Iterator[float]:
    for match in _NUMBER_EN.finditer(text):
        if match["digits"]:
            yield float(match["digits"].replace(",", "")) * _SCALE.get((match["scale"] or "").casefold(), 1)
        elif match["words"]:
            total = current = 0
            for word in re.findall(r"[a-z]+", match["words"].casefold()):
                if word in _WORDS:
                    current += _WORDS[word]
                elif word == "hundred":
                    current = max(current, 1) * 100
                elif word in _SCALE:
                    total, current = total + max(current, 1) * _SCALE[word], 0
            yield float(total + current)


def _korean_numbers(text: str) -> Iterator[float]:
    for match in _NUMBER_KO.finditer(text):
        total = 0.0
        for piece in re.findall(r"\d[\d,]*(?:\.\d+)?[백천만억]?", match[0]):
            scale = _SCALE_KO.get(piece[-1], 1)
            digits = piece.rstrip("백천만억").replace(",", "")
            total += float(digits) * scale
        yield total
    for match in _NATIVE_KO.finditer(text):
        ten, one = match[1], match[2]
        if ten or one:
            yield float((20 if ten == "스물" else _NATIVE.get(ten or "", 0)) + _NATIVE.get(one or "", 0))
    for word, number in _DAYS_KO.items():
        if word in text:
            yield float(number)


def _english_places(text: str) -> Iterator[str]:
    named = gazetteer().named
    for match in _CAPITALISED.finditer(text):
        words = match[0].split(" ")
        for start in range(len(words)):
            for end in range(len(words), start, -1):
                place = named(" ".join(words[start:end]))
                if place is not None:
                    if len(place.path) > 1:
                        yield place.path[-1]
                    break


def _korean_places(text: str) -> Iterator[str]:
    for found in find_places(text, Language.KOREAN):
        if len(found.place.path) > 1:
            yield found.place.path[-1]


@lru_cache(maxsize=1)
def _body_names() -> tuple[re.Pattern[str], Mapping[str, str]]:
    codes = {
        name.casefold(): body.code
        for body in packaged_bodies().values()
        for name in (body.label_en, body.label_ko)
        if len(name) > 3
    }
    return re.compile("|".join(map(re.escape, sorted(codes, key=len, reverse=True)))), codes


def _bodies(text: str) -> Iterator[str]:
    pattern, codes = _body_names()
    for match in pattern.finditer(text.casefold()):
        yield codes[match[0]]


@lru_cache(maxsize=65_536)
def _english_name(words: str) -> tuple[str, ...]:
    """The ways to read a romanised name, as coarse sounds."""
    ways = [way for way in name_key(words).korean if way.with_surname and 2 <= len(way.positions) <= 3]
    return tuple(
        dict.fromkeys(
            _sounds([max(sorted(position), key=lambda s: position[s]) for position in way.positions])
            for way in ways[:4]
        )
    )


def _english_names(text: str) -> Iterator[str]:
    for match in _CAPITALISED.finditer(text):
        words = match[0].split(" ")
        if 2 <= len(words) <= 3 and {words[0].casefold(), words[-1].casefold()} & surname_spellings():
            yield from _english_name(match[0])


def _korean_names(text: str) -> Iterator[str]:
    for match in _NAME_KO.finditer(text):
        if match[1][0] in surnames():
            yield _sounds(match[1])


def _sounds(syllables: str | list[str]) -> str:
    """A name as coarse sounds, the same for most ways of writing it."""
    surname = (initial_sound_forms(syllables[0]) or syllables)[0]
    given = (decompose(syllable)[0].translate(_SOUND) for syllable in syllables[1:])
    return f"{surname} {' '.join(given)}"
