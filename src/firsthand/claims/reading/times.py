"""Times in words into EDTF, counted from the document's date; only from words, never invented, English and Korean."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from firsthand.claims.attribution import Span
from firsthand.values.dates import DateNotEdtf, days_of_edtf
from firsthand.values.languages import Language

__all__ = ["TimeFound", "find_times", "read_anchor_date"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeFound:
    """A time told: its reading if the words allow one, and where they stand. ``is_relative``: it needed the anchor."""

    edtf: str | None
    span: Span
    is_relative: bool = False


_MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name[:3].lower(): n for name, n in list(_MONTHS.items())}
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan\.?|Feb\.?|Mar\.?|Apr\.?|Jun\.?|Jul\.?|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)"
)
_WORDS = {
    "one": 1,
    "a": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twenty": 20,
}
_COUNT = rf"(?:\d{{1,3}}|{'|'.join(_WORDS)})"
_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def read_anchor_date(edtf: str | None) -> dt.date | None:
    """The day from which relative words are counted: the document's date, its first day when it is coarse."""
    if not edtf:
        return None
    try:
        return days_of_edtf(edtf)[0]
    except DateNotEdtf:
        return None


def _month(name: str) -> int:
    return _MONTHS[name.lower().rstrip(".")[:3]]


def _years_back(anchor: dt.date, count: int) -> str:
    return f"{anchor.year - count}"


def _months_back(anchor: dt.date, count: int) -> str:
    month = anchor.year * 12 + anchor.month - 1 - count
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


Rule = tuple[re.Pattern[str], Callable[[re.Match[str], dt.date | None], str | None], bool]


def _rule(
    pattern: str, reading: Callable[[re.Match[str], dt.date | None], str | None], *, relative: bool = False
) -> Rule:
    return re.compile(pattern, re.IGNORECASE), reading, relative


def _need(
    reading: Callable[[re.Match[str], dt.date], str | None],
) -> Callable[[re.Match[str], dt.date | None], str | None]:
    return lambda m, a: reading(m, a) if a else None


def _same_year(month: int, day: int | None, anchor: dt.date) -> str:
    """A month without a year is the latest one that does not lie after the document."""
    year = anchor.year if (month, day or 1) <= (anchor.month, 31) else anchor.year - 1
    return f"{year}-{month:02d}" + (f"-{day:02d}" if day else "")


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _WORDS[text.lower()]


def _part_of_year(part: str, year: int) -> str:
    return {"first half": f"{year}-01/{year}-06", "second half": f"{year}-07/{year}-12"}[part]


def _part_of_decade(part: str, decade: str) -> str:
    """About the year at which a part of a decade begins or lies: early 0, middle 5, late 8."""
    return f"{decade}{ {'early': 0, 'mid': 5, 'middle': 5, 'late': 8}[part] }~"


_ENGLISH: tuple[Rule, ...] = (
    _rule(
        r"\b(?:from|between)\s+(?P<a>(?:19|20)\d\d)\s+(?:to|and|until)\s+(?P<b>(?:19|20)\d\d)\b",
        lambda m, _: f"{m['a']}/{m['b']}",
    ),
    _rule(r"\b(?P<a>(?:19|20)\d\d)\s?(?:-|–|to)\s?(?P<b>(?:19|20)\d\d)\b", lambda m, _: f"{m['a']}/{m['b']}"),
    _rule(
        rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m>{_MONTH}),?\s+(?P<y>(?:19|20)\d\d)\b",
        lambda m, _: f"{m['y']}-{_month(m['m']):02d}-{int(m['d']):02d}",
    ),
    _rule(
        rf"\b(?P<m>{_MONTH})\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,\s+(?P<y>(?:19|20)\d\d)\b",
        lambda m, _: f"{m['y']}-{_month(m['m']):02d}-{int(m['d']):02d}",
    ),
    _rule(r"\b(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)\b", lambda m, _: m.group()),
    _rule(
        rf"\b(?P<since>since\s+)?(?P<m>{_MONTH})(?:\s+of)?,?\s+(?P<y>(?:19|20)\d\d)\b",
        lambda m, _: f"{m['y']}-{_month(m['m']):02d}" + ("/.." if m["since"] else ""),
    ),
    _rule(
        r"\b(?P<since>since\s+(?:a famine in\s+)?)?(?:the\s+)?(?P<part>early|mid|middle|late)[ -]+(?:of\s+)?(?:the\s+)?"
        r"(?P<y>(?:19|20)\d)0s\b",
        lambda m, _: _part_of_decade(m["part"].lower(), m["y"]) + ("/.." if m["since"] else ""),
    ),
    _rule(r"\bsince (?:the )?(?P<y>(?:19|20)\d)0s\b", lambda m, _: f"{m['y']}0~/.."),
    _rule(r"\b(?P<y>(?:19|20)\d\d)(?= (?:[\w-]+ ){0,4}(?:survey|study|assessment|census|poll)\b)", lambda m, _: m["y"]),
    _rule(
        rf"\b(?:(?P<about>about|around|some|nearly) )?(?P<n>{_COUNT}) years (?:earlier|before)\b",
        _need(lambda m, a: _years_back(a, _number(m["n"])) + "~"),
        relative=True,
    ),
    _rule(
        r"\b(?:(?P<part>early|mid|middle|late)[ -]+(?:of\s+)?(?:the\s+)?(?:to[ -]late\s+)?)?(?P<y>(?:19|20)\d)0s\b",
        lambda m, _: f"{m['y']}X",
    ),
    _rule(
        r"\bthe (?P<part>first half|second half) of (?P<y>(?:19|20)\d\d)\b",
        lambda m, _: _part_of_year(m["part"].lower(), int(m["y"])),
    ),
    _rule(
        r"\bthe (?P<part>first half|second half) of (?:the|this) year\b",
        _need(lambda m, a: _part_of_year(m["part"].lower(), a.year)),
        relative=True,
    ),
    _rule(
        r"\b(?P<s>spring|summer|autumn|fall|winter)(?: of)? (?P<y>(?:19|20)\d\d)\b",
        lambda m, _: (
            f"{m['y']}-{ {'spring': 21, 'summer': 22, 'autumn': 23, 'fall': 23, 'winter': 24}[m['s'].lower()] }"
        ),
    ),
    _rule(r"\bin (?P<a>(?:19|20)\d\d) and (?P<b>(?:19|20)\d\d)\b", lambda m, _: f"{m['a']}/{m['b']}"),
    _rule(r"\bsince (?:at least )?(?P<y>(?:19|20)\d\d)\b", lambda m, _: f"{m['y']}/.."),
    _rule(r"\b(?:until|before) (?P<y>(?:19|20)\d\d)\b", lambda m, _: f"../{m['y']}"),
    _rule(r"\b(?:around|about|circa|approximately) (?P<y>(?:19|20)\d\d)\b", lambda m, _: f"{m['y']}~"),
    _rule(
        rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m>{_MONTH})\b",
        _need(lambda m, a: _same_year(_month(m["m"]), int(m["d"]), a)),
        relative=True,
    ),
    _rule(
        rf"\b(?P<m>{_MONTH})\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,? \d{{4}})",
        _need(lambda m, a: _same_year(_month(m["m"]), int(m["d"]), a)),
        relative=True,
    ),
    _rule(
        rf"\b(?:over|in|during|for) the (?:past|last) (?P<n>{_COUNT}) years\b",
        _need(lambda m, a: f"{a.year - _number(m['n'])}~/{a.year}"),
        relative=True,
    ),
    _rule(
        r"\b(?:over|in|during) the (?:past|last) two decades\b",
        _need(lambda _, a: f"{a.year - 20}~/{a.year}"),
        relative=True,
    ),
    _rule(
        r"\b(?:over|in|during) the (?:past|last) (?:decade|ten years)\b",
        _need(lambda _, a: f"{a.year - 10}~/{a.year}"),
        relative=True,
    ),
    _rule(
        rf"\b(?:about |around |nearly |some )?(?P<n>{_COUNT}) years ago\b",
        _need(
            lambda m, a: (
                _years_back(a, _number(m["n"]))
                + ("~" if re.match("about|around|some|nearly", m.group(), re.IGNORECASE) else "")
            )
        ),
        relative=True,
    ),
    _rule(rf"\b(?P<n>{_COUNT}) months? ago\b", _need(lambda m, a: _months_back(a, _number(m["n"]))), relative=True),
    _rule(
        r"\b(?:last year|the previous year|the year before|the whole of the year before|a year earlier)\b",
        _need(lambda _, a: f"{a.year - 1}"),
        relative=True,
    ),
    _rule(
        r"\b(?:this year|so far this year|earlier this year|later this year)\b",
        _need(lambda _, a: f"{a.year}"),
        relative=True,
    ),
    _rule(
        r"\b(?:(?:early|late)(?:r)? )?(?:in )?(?:last month|the previous month)\b",
        _need(lambda _, a: _months_back(a, 1)),
        relative=True,
    ),
    _rule(
        r"\b(?:earlier (?:in the|this) month|this month|(?:earlier )?in the month)\b",
        _need(lambda _, a: _months_back(a, 0)),
        relative=True,
    ),
    _rule(r"\b(?:in recent months|in recent weeks)\b", _need(lambda _, a: f"{a.year}"), relative=True),
    _rule(
        r"\b(?:in|last|early in|late in|mid-|by|from|through|until|"
        r"during) ?(?P<m>January|February|March|April|May|June|July|August|September|"
        r"October|November|December)\b(?!\s+\d)",
        _need(lambda m, a: _same_year(_month(m["m"]), None, a)),
        relative=True,
    ),
    _rule(r"\bthe famine\b|\bArduous March\b", lambda _m, _a: "199X"),
    _rule(r"\bthe (?:2009 )?currency reform\b", lambda _m, _a: "2009"),
    _rule(
        r"\b(?:in|of|by|during|the|after|early|late|mid-?|from|through) (?P<y>(?:19|"
        r"20)\d\d)\b(?! (?:people|persons|women))",
        lambda m, _: m["y"],
    ),
)
_KO_PART = r"(?:\s?(?P<part>초반|중반|후반|초|중|말))?"
_KOREAN: tuple[Rule, ...] = (
    _rule(r"(?P<a>(?:19|20)\d\d)년?\s?(?:~|∼|-|부터|에서)\s?(?P<b>(?:19|20)\d\d)년", lambda m, _: f"{m['a']}/{m['b']}"),
    _rule(
        r"(?P<y>(?:19|20)\d\d)년\s?(?P<m>\d{1,2})월\s?(?P<d>\d{1,2})일(?P<since>\s?(?:이후|부터))?",
        lambda m, _: f"{m['y']}-{int(m['m']):02d}-{int(m['d']):02d}" + ("/.." if m["since"] else ""),
    ),
    _rule(
        r"(?P<y>(?:19|20)\d\d)\.\s?(?P<m>\d{1,2})\.\s?(?P<d>\d{1,2})",
        lambda m, _: f"{m['y']}-{int(m['m']):02d}-{int(m['d']):02d}",
    ),
    _rule(
        r"(?P<y>(?:19|20)\d\d)년\s?(?P<m>\d{1,2})월(?P<since>\s?(?:이후|부터))?",
        lambda m, _: f"{m['y']}-{int(m['m']):02d}" + ("/.." if m["since"] else ""),
    ),
    _rule(r"(?P<y>(?:19|20)\d)0년대" + _KO_PART, lambda m, _: f"{m['y']}X"),
    _rule(r"(?<!\d)(?P<y>\d)0년대" + _KO_PART, lambda m, _: f"{'19' if int(m['y']) > 3 else '20'}{m['y']}X"),
    _rule(
        r"(?P<y>(?:19|20)\d\d)년\s?(?P<s>봄|여름|가을|겨울)",
        lambda m, _: f"{m['y']}-{ {'봄': 21, '여름': 22, '가을': 23, '겨울': 24}[m['s']] }",
    ),
    _rule(
        r"(?P<y>(?:19|20)\d\d)년\s?(?P<h>상반기|하반기)",
        lambda m, _: _part_of_year("first half" if m["h"] == "상반기" else "second half", int(m["y"])),
    ),
    _rule(
        r"(?P<y>(?:19|20)\d\d)년(?P<since>\s?(?:이후|이래|부터)|\s?\S{0,8}\s?이후)?",
        lambda m, _: f"{m['y']}" + ("/.." if m["since"] else ""),
    ),
    _rule(r"고난의\s?행군", lambda _m, _a: "199X"),
    _rule(r"화폐\s?개혁(?P<since>\s?이후)?", lambda m, _: "2009/.." if m["since"] else "2009"),
    _rule(
        r"(?:지난해|작년)\s?(?:(?P<m>\d{1,2})월(?:\s?(?P<d>\d{1,2})일)?)?(?:\s?(?P<h>상반기|하반기))?",
        _need(lambda m, a: _ko_year(a.year - 1, m)),
        relative=True,
    ),
    _rule(r"재작년", _need(lambda _, a: f"{a.year - 2}"), relative=True),
    _rule(
        r"(?:올해|금년)\s?(?:(?P<m>\d{1,2})월(?:\s?(?P<d>\d{1,2})일)?)?(?:\s?(?P<h>상반기|하반기))?",
        _need(lambda m, a: _ko_year(a.year, m)),
        relative=True,
    ),
    _rule(
        r"지난\s?달\s?(?:(?P<d>\d{1,2})일)?",
        _need(lambda m, a: _months_back(a, 1) + (f"-{int(m['d']):02d}" if m["d"] else "")),
        relative=True,
    ),
    _rule(
        r"(?:이달|이번 달)\s?(?:(?P<d>\d{1,2})일)?",
        _need(lambda m, a: _months_back(a, 0) + (f"-{int(m['d']):02d}" if m["d"] else "")),
        relative=True,
    ),
    _rule(
        r"(?:지난\s)?(?<!\d)(?P<m>\d{1,2})월\s?(?P<d>\d{1,2})일",
        _need(lambda m, a: _same_year(int(m["m"]), int(m["d"]), a)),
        relative=True,
    ),
    _rule(r"지난\s?(?P<m>\d{1,2})월", _need(lambda m, a: _same_year(int(m["m"]), None, a)), relative=True),
    _rule(
        r"(?<![\d년])(?P<m>\d{1,2})월(?=에|부터|까지|초|말|중)",
        _need(lambda m, a: _same_year(int(m["m"]), None, a)),
        relative=True,
    ),
    _rule(r"지난\s(?P<d>\d{1,2})일", _need(lambda m, a: _ko_day(int(m["d"]), a)), relative=True),
    _rule(r"(?P<n>\d{1,2})년\s?전", _need(lambda m, a: f"{a.year - int(m['n'])}"), relative=True),
    _rule(r"(?P<n>\d{1,2})개월\s?전", _need(lambda m, a: _months_back(a, int(m["n"]))), relative=True),
    _rule(
        r"지난\s?(?P<n>\d{1,2})년(?:간|\s?동안)", _need(lambda m, a: f"{a.year - int(m['n'])}~/{a.year}"), relative=True
    ),
    _rule(r"최근\s?몇\s?(?:달|개월)", _need(lambda _, a: f"{a.year}"), relative=True),
)


def _ko_year(year: int, m: re.Match[str]) -> str:
    if m["h"]:
        return _part_of_year("first half" if m["h"] == "상반기" else "second half", year)
    if m["m"]:
        return f"{year}-{int(m['m']):02d}" + (f"-{int(m['d']):02d}" if m["d"] else "")
    return f"{year}"


def _ko_day(day: int, anchor: dt.date) -> str:
    return f"{_months_back(anchor, 0 if day <= anchor.day else 1)}-{day:02d}"


def find_times(text: str, language: Language, anchor: dt.date | None) -> tuple[TimeFound, ...]:
    """Times told in ``text``, in its order; of overlapping ones the more exact; no reading that is no date."""
    found: list[TimeFound] = []
    for pattern, reading, relative in _KOREAN if language is Language.KOREAN else _ENGLISH:
        for match in pattern.finditer(text):
            if not match.group().strip() or any(
                match.start() < time.span.end and time.span.start < match.end() for time in found
            ):
                continue
            edtf = _checked(reading, match, anchor)
            words = match.group().rstrip()
            found.append(
                TimeFound(edtf=edtf, span=Span(match.start(), match.start() + len(words)), is_relative=relative)
            )
    return tuple(sorted(found, key=lambda time: time.span.start))


def _checked(
    reading: Callable[[re.Match[str], dt.date | None], str | None], match: re.Match[str], anchor: dt.date | None
) -> str | None:
    try:
        edtf = reading(match, anchor)
    except (DateNotEdtf, ValueError, KeyError):
        return None
    return edtf if edtf is not None and _is_edtf(edtf) else None


@lru_cache(maxsize=4096)
def _is_edtf(edtf: str) -> bool:
    """Whether it is a date that exists; parsing is slow, and a text names the same years over and over."""
    try:
        days_of_edtf(edtf)
    except (DateNotEdtf, ValueError, KeyError):
        return False
    return True
