"""Times in words into EDTF, counted from the document's date; only from words, never invented, English and Korean."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from firsthand.claims.attribution import Span
from firsthand.claims.reading.cues import read_table
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


def _events(language: Language) -> list[Rule]:
    """Events that are known by a name instead of a date (``events.csv``): the famine, the currency reform."""
    since = r"(?P<since>\s?이후)?" if language is Language.KOREAN else "(?P<since>(?!))?"

    def rule(row: dict[str, str], words: str) -> Rule:
        korean = language is Language.KOREAN
        spaced = re.sub(" +", r"\\s?" if korean else r"\\s+", words.strip())
        return _rule(
            (spaced if korean else rf"\b{spaced}\b") + since,
            lambda m, _: row["since"] if m["since"] and row["since"] else row["edtf"],
        )

    rows = [row for row in read_table("events") if row["language"] == str(language)]
    return [rule(row, words) for row in rows for words in row["words"].split(";")]


def _need(
    reading: Callable[[re.Match[str], dt.date], str | None],
) -> Callable[[re.Match[str], dt.date | None], str | None]:
    return lambda m, a: reading(m, a) if a else None


def _may_need(
    reading: Callable[[re.Match[str], dt.date | None], str | None],
) -> Callable[[re.Match[str], dt.date | None], str | None]:
    """Counts from the document's date unless the year is written (group ``y``)."""
    return lambda m, a: reading(m, a) if a or m["y"] else None


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


def _weekday(name: str, anchor: dt.date) -> str:
    """The latest such day of the week that does not lie after the document."""
    return (anchor - dt.timedelta(days=(anchor.weekday() - _DAYS.index(name.lower())) % 7)).isoformat()


def _last_season(name: str, anchor: dt.date) -> str:
    """The latest season of that name that was over, or had begun, before the document; a winter by its first year."""
    number, begins = {"spring": (21, 3), "summer": (22, 6), "autumn": (23, 9), "fall": (23, 9), "winter": (24, 12)}[
        name
    ]
    return f"{anchor.year if begins < anchor.month - 2 else anchor.year - 1}-{number}"


_ENGLISH: tuple[Rule, ...] = (
    _rule(
        rf"\b(?:(?:from|between) )?(?P<a>{_MONTH}) (?:and|to|until|through) (?P<b>{_MONTH})"
        r" (?:of )?(?P<y>(?:19|20)\d\d)\b",
        lambda m, _: f"{m['y']}-{_month(m['a']):02d}/{m['y']}-{_month(m['b']):02d}",
    ),
    _rule(
        r"\bsince (?:the )?(?:early|mid|late|spring|summer|autumn|beginning of|start of|end of)[ -](?:of )?"
        r"(?P<y>(?:19|20)\d\d)\b",
        lambda m, _: f"{m['y']}/..",
    ),
    _rule(
        rf"\b(?:on|last) (?P<w>{'|'.join(_DAYS)})\b(?!,? \d)",
        _need(lambda m, a: _weekday(m["w"], a)),
        relative=True,
    ),
    _rule(r"\byesterday\b", _need(lambda _, a: (a - dt.timedelta(days=1)).isoformat()), relative=True),
    _rule(
        r"\b(?:last|the (?:previous|past|preceding)|in the|during the|since the|this)"
        r" (?P<s>spring|summer|autumn|fall|winter)\b(?! (?:of )?(?:19|20)\d\d)",
        _need(lambda m, a: _last_season(m["s"].lower(), a)),
        relative=True,
    ),
    _rule(
        r"\b(?P<n>a|two|three) decades? ago\b",
        _need(lambda m, a: f"{a.year - 10 * _number(m['n'])}~"),
        relative=True,
    ),
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
    _rule(
        r"\b(?:the )?(?P<a>(?:19|20)\d)0s (?:and|to|or|through) (?:the )?(?P<b>(?:19|20)\d)0s\b",
        lambda m, _: f"{m['a']}0/{m['b']}9" if m["a"] < m["b"] else None,
    ),
    _rule(r"\bsince (?:the )?(?P<y>(?:19|20)\d)0s\b", lambda m, _: f"{m['y']}0~/.."),
    _rule(r"\b(?P<y>(?:19|20)\d\d)(?= (?:[\w-]+ ){0,4}(?:survey|study|assessment|census|poll)\b)", lambda m, _: m["y"]),
    _rule(
        rf"\b(?:(?P<about>about|around|some|nearly) )?(?P<n>{_COUNT}) years (?P<since>earlier|before)\b",
        # "before" counts from something else that was told, "earlier" from the telling
        _need(lambda m, a: _years_back(a, _number(m["n"])) + "~" if m["since"].lower() == "earlier" else None),
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
        r"\b(?:at|by|since|in) (?:the )?(?P<part>beginning|start|end) of (?:the|this) year\b",
        _need(lambda m, a: f"{a.year}-12" if m["part"].lower() == "end" else f"{a.year}-01"),
        relative=True,
    ),
    _rule(
        rf"\b(?:over|in|during|for) the (?:past|last) (?:(?P<n>{_COUNT}) months|year)\b",
        _need(lambda m, a: f"{_months_back(a, _number(m['n']) if m['n'] else 12)}/{_months_back(a, 0)}"),
        relative=True,
    ),
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
        rf"\bsince (?:early |late |mid-)?(?P<m>{_MONTH})\b(?!\s+\d)",
        _need(lambda m, a: _same_year(_month(m["m"]), None, a) + "/.."),
        relative=True,
    ),
    _rule(
        r"\b(?:in|last|early in|late in|mid-|by|from|through|until|"
        r"during) ?(?P<m>January|February|March|April|May|June|July|August|September|"
        r"October|November|December)\b(?!\s+\d)",
        _need(lambda m, a: _same_year(_month(m["m"]), None, a)),
        relative=True,
    ),
    *_events(Language.ENGLISH),
    _rule(
        r"\b(?:in|of|by|during|the|after|early|late|mid-?|from|through) (?P<y>(?:19|"
        r"20)\d\d)\b(?! (?:people|persons|women))",
        lambda m, _: m["y"],
    ),
)
# The month by which a season of the year is over.
_KO_SEASON_OVER = {"봄": 6, "여름": 9, "가을": 12, "겨울": 13}
_KO_SEASONS = {"봄": 21, "여름": 22, "가을": 23, "겨울": 24}
_KO_COUNTS = {
    "한": 1, "두": 2, "세": 3, "석": 3, "네": 4, "넉": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9,
    "열": 10,
    "일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7, "팔": 8, "구": 9, "십": 10, "이십": 20, "삼십": 30,
    "스무": 20,
}  # fmt: skip
_KO_COUNT = rf"(?:\d{{1,2}}|{'|'.join(sorted(_KO_COUNTS, key=len, reverse=True))})"
_KO_SINCE = r"(?P<since>\s?(?:이후|이래|부터(?! [^.,]{0,12}까지)))?"
_KO_PART = r"(?:\s?(?P<part>초반|중반|후반|초순|중순|하순|초|중(?![에국])|말))?"


def _ko_date(year: int, m: re.Match[str]) -> str:
    return f"{year}-{int(m['m']):02d}" + (f"-{int(m['d']):02d}" if m["d"] else "")


def _ko_coming(m: re.Match[str], anchor: dt.date) -> str | None:
    if m["m"]:
        year = anchor.year + (int(m["m"]) < anchor.month)
        return _ko_date(year, m)
    return f"{_months_back(anchor, 0 if int(m['d']) >= anchor.day else -1)}-{int(m['d']):02d}" if m["d"] else None


# Which year is meant: one that is written, or one counted from the document's date.
_KO_WHICH = r"(?:(?P<y>(?:19|20)\d\d)년|(?P<last>지난해|작년)|(?P<this>올해|금년)|(?P<before>재작년))"
_KOREAN: tuple[Rule, ...] = (
    # A day of the lunar calendar is no day of the calendar that EDTF writes: only the year is known.
    _rule(r"음력\s?(?:(?P<y>(?:19|20)\d\d)년\s?)?(?:\d{1,2}월)?(?:\s?\d{1,2}일)?", lambda m, _: m["y"]),
    _rule(
        r"(?P<a>(?:19|20)\d\d)년\s?(?P<am>\d{1,2})월\s?(?:부터|에서|~|∼|-)\s?(?:(?P<b>(?:19|20)\d\d)년\s?)?(?P<bm>\d{1,2})월(?:\s?까지)?",
        lambda m, _: f"{m['a']}-{int(m['am']):02d}/{m['b'] or m['a']}-{int(m['bm']):02d}",
    ),
    _rule(
        r"(?P<a>(?:19|20)\d\d)년?\s?(?:~|∼|-|부터|에서|과|와)\s?(?P<b>(?:19|20)\d\d)년(?:\s?까지)?",
        lambda m, _: f"{m['a']}/{m['b']}",
    ),
    _rule(r"(?P<a>(?:19|20)\d)0년대(?:와|부터|에서|~|-) ?(?P<b>(?:19|20)\d)0년대", lambda m, _: f"{m['a']}X/{m['b']}X"),
    _rule(
        rf"(?P<a>(?:19|20)\d\d)년(?:부터)? (?P<n>{_KO_COUNT})\s?년 ?(?:동안|간)",
        lambda m, _: f"{m['a']}/{int(m['a']) + _ko_count(m['n'])}",
    ),
    _rule(
        rf"{_KO_WHICH}\s?(?P<m>\d{{1,2}})월(?:부터) (?P<n>{_KO_COUNT})\s?(?:달|개월) ?(?:동안|간)",
        _may_need(lambda m, a: _ko_span(_ko_which(m, a), int(m["m"]), _ko_count(m["n"]))),
        relative=True,
    ),
    _rule(
        rf"{_KO_WHICH}\s?(?P<m>\d{{1,2}})월(?:\s?(?P<d>\d{{1,2}})일)?{_KO_PART}{_KO_SINCE}",
        _may_need(lambda m, a: _open(_ko_date(_ko_which(m, a), m), m)),
        relative=True,
    ),
    _rule(
        r"(?P<y>(?:19|20)\d\d)\.\s?(?P<m>\d{1,2})\.\s?(?P<d>\d{1,2})",
        lambda m, _: f"{m['y']}-{int(m['m']):02d}-{int(m['d']):02d}",
    ),
    _rule(rf"(?P<y>(?:19|20)\d)0년대{_KO_PART}", lambda m, _: f"{m['y']}X"),
    _rule(rf"(?<!\d)(?P<y>\d)0년대{_KO_PART}(?!생)", lambda m, _: f"{'19' if int(m['y']) > 3 else '20'}{m['y']}X"),
    _rule(
        rf"{_KO_WHICH}\s?(?P<s>봄|여름|가을|겨울)(?:철)?{_KO_SINCE}",
        _may_need(lambda m, a: _open(f"{_ko_which(m, a)}-{_KO_SEASONS[m['s']]}", m)),
        relative=True,
    ),
    _rule(
        rf"{_KO_WHICH}\s?(?P<h>상반기|하반기)",
        _may_need(lambda m, a: _ko_half(_ko_which(m, a), m["h"])),
        relative=True,
    ),
    _rule(r"(?P<y>(?:19|20)\d\d)년(?P<since>\s?(?:이후|이래|부터)|\s?\S{0,8}\s?이후)?", lambda m, _: _open(m["y"], m)),
    *_events(Language.KOREAN),
    _rule(rf"(?:지난해|작년){_KO_PART}{_KO_SINCE}", _need(lambda m, a: _open(f"{a.year - 1}", m)), relative=True),
    _rule(r"재작년", _need(lambda _, a: f"{a.year - 2}"), relative=True),
    _rule(
        rf"(?:올해|금년|올)(?=[\s에도는부])(?: 들어)?{_KO_PART}{_KO_SINCE}",
        _need(lambda m, a: _open(f"{a.year}", m)),
        relative=True,
    ),
    _rule(
        rf"지난\s?달\s?(?:(?P<d>\d{{1,2}})일)?{_KO_PART}{_KO_SINCE}",
        _need(lambda m, a: _open(_months_back(a, 1) + (f"-{int(m['d']):02d}" if m["d"] else ""), m)),
        relative=True,
    ),
    _rule(
        rf"(?:이달|이번 달)\s?(?:(?P<d>\d{{1,2}})일)?{_KO_PART}{_KO_SINCE}",
        _need(lambda m, a: _open(_months_back(a, 0) + (f"-{int(m['d']):02d}" if m["d"] else ""), m)),
        relative=True,
    ),
    _rule(r"(?:다음 ?달|내달)", _need(lambda _, a: _months_back(a, -1)), relative=True),
    _rule(
        r"오는\s?(?:(?P<m>\d{1,2})월)?\s?(?:(?P<d>\d{1,2})일)?",
        _need(_ko_coming),
        relative=True,
    ),
    _rule(
        rf"(?:지난\s)?(?<!\d)(?P<m>\d{{1,2}})월\s?(?P<d>\d{{1,2}})일{_KO_SINCE}",
        _need(lambda m, a: _open(_same_year(int(m["m"]), int(m["d"]), a), m)),
        relative=True,
    ),
    _rule(
        rf"지난\s?(?P<m>\d{{1,2}})월{_KO_PART}{_KO_SINCE}",
        _need(lambda m, a: _open(_same_year(int(m["m"]), None, a), m)),
        relative=True,
    ),
    _rule(
        rf"(?<![\d년])(?P<m>\d{{1,2}})월(?=에|부터|까지|\s?초|\s?말|\s?중){_KO_PART}{_KO_SINCE}",
        _need(lambda m, a: _open(_same_year(int(m["m"]), None, a), m)),
        relative=True,
    ),
    _rule(r"지난\s(?P<d>\d{1,2})일", _need(lambda m, a: _ko_day(int(m["d"]), a)), relative=True),
    _rule(
        rf"지난\s?(?P<s>봄|여름|가을|겨울){_KO_SINCE}",
        _need(lambda m, a: _open(f"{a.year - (a.month < _KO_SEASON_OVER[m['s']])}-{_KO_SEASONS[m['s']]}", m)),
        relative=True,
    ),
    _rule(
        rf"(?<![\d가-힣])(?P<n>{_KO_COUNT})\s?(?:년|해)\s?전",
        _need(lambda m, a: f"{a.year - _ko_count(m['n'])}"),
        relative=True,
    ),
    _rule(
        rf"(?<![\d가-힣])(?P<n>{_KO_COUNT})\s?(?:개월|달)\s?전",
        _need(lambda m, a: _months_back(a, _ko_count(m["n"]))),
        relative=True,
    ),
    _rule(
        r"지난\s?(?P<n>\d{1,2})년(?:간|\s?동안)", _need(lambda m, a: f"{a.year - int(m['n'])}~/{a.year}"), relative=True
    ),
    _rule(r"최근\s?몇\s?(?:달|개월)", _need(lambda _, a: f"{a.year}"), relative=True),
)
# Times counted from a time told before: 이듬해, 그해 겨울, 같은 해 4월, 이날.
_KO_FROM_TOLD = re.compile(
    r"(?P<next>이듬해|다음 ?해)(?:\s?(?P<m>\d{1,2})월)?(?:\s?(?P<s>봄|여름|가을|겨울))?"
    r"|(?P<same>그해|그 해|같은 해)(?:\s?(?P<m2>\d{1,2})월)?(?:\s?(?P<s2>봄|여름|가을|겨울))?"
    r"|(?P<day>같은 날|이날|그날)"
)


def _ko_from_told(match: re.Match[str], told: str | None) -> str | None:
    """A time counted from one told before; nothing is made up where none was."""
    year = re.match(r"\d{4}(?![\dX])", told or "")
    if year is None or told is None:
        return None
    if match["day"]:
        return told if re.fullmatch(r"\d{4}-\d\d-\d\d", told) else None
    number = int(year.group()) + bool(match["next"])
    month, season = match["m"] or match["m2"], match["s"] or match["s2"]
    if month:
        return f"{number}-{int(month):02d}"
    return f"{number}-{_KO_SEASONS[season]}" if season else f"{number}"


def _ko_count(words: str) -> int:
    return int(words) if words.isdigit() else _KO_COUNTS[words]


def _ko_which(m: re.Match[str], anchor: dt.date | None) -> int:
    """The year that ``_KO_WHICH`` matched."""
    if m["y"] or anchor is None:
        return int(m["y"])
    return anchor.year - (1 if m["last"] else 2 if m["before"] else 0)


def _open(edtf: str | None, m: re.Match[str]) -> str | None:
    """The time, with an open end where the words say from when on."""
    return f"{edtf}/.." if edtf and m["since"] else edtf


def _ko_half(year: int, half: str) -> str | None:
    return _part_of_year("first half" if half == "상반기" else "second half", year)


def _ko_span(year: int, month: int, count: int) -> str:
    last = year * 12 + month - 1 + count - 1
    return f"{year}-{month:02d}/{last // 12:04d}-{last % 12 + 1:02d}"


def _ko_day(day: int, anchor: dt.date) -> str:
    return f"{_months_back(anchor, 0 if day <= anchor.day else 1)}-{day:02d}"


def find_times(
    text: str, language: Language, anchor: dt.date | None, *, told_before: str | None = None
) -> tuple[TimeFound, ...]:
    """Times told in ``text``, in its order; of overlapping ones the more exact; no reading that is no date.

    ``told_before`` is the last time told before ``text`` (EDTF): Korean counts from it (이듬해, 그해 겨울).
    """
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
                TimeFound(
                    edtf=edtf,
                    span=Span(match.start(), match.start() + len(words)),
                    is_relative=relative and not (language is Language.KOREAN and match.groupdict().get("y")),
                )
            )
    if language is Language.KOREAN:
        for match in _KO_FROM_TOLD.finditer(text):
            if any(match.start() < time.span.end and time.span.start < match.end() for time in found):
                continue
            before = [time for time in found if time.edtf and time.span.end <= match.start()]
            last = max(before, key=lambda time: time.span.end).edtf if before else told_before
            found.append(TimeFound(edtf=_ko_from_told(match, last), span=Span(match.start(), match.end())))
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
