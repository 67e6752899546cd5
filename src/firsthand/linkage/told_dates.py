"""Dates of birth and of events compared as sets of days: as told, by Korean age, by the lunar calendar."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from firsthand.values.dates import DateNotEdtf, days_of_edtf

__all__ = ["DateAgreement", "birth_years_of_age", "compare_told_dates"]

# A date told by the lunar calendar falls this many days after the solar day of the same numbers: the extremes of every
# month from 1920 to 2020, leap months aside, by the tables of the Korea Astronomy and Space Science Institute (as the
# package korean-lunar-calendar 0.3.1 holds them).
_LUNAR_EARLIEST, _LUNAR_LATEST = 19, 54
_SPREAD_DAYS = 60 * 365.25  # the range over which births and events of a corpus lie
_MOST_BITS = 9.0
_LUNAR_COST = 2.0  # bits: a minority of dates are told so
_SLIP_YEARS = 2  # rounding, and counting age from another year, move a told year by one or two


@dataclass(frozen=True, slots=True, kw_only=True)
class DateAgreement:
    """Bits of evidence that two told dates are one, and how they meet: "equal", "overlap", "lunar", "near", "apart"."""

    bits: float
    how: str


def birth_years_of_age(age: int, year: int, *, counting: str = "unknown") -> tuple[int, int]:
    """The years of birth of somebody of an age in a year, first and last.

    ``counting``: "korean" (one at birth, one more each New Year), "international", or "unknown", which allows both.
    Raises ValueError for another word or an age below zero.
    """
    if age < 0:
        raise ValueError("an age is not below zero")
    if counting == "korean":
        return year - age + 1, year - age + 1
    if counting == "international":
        return year - age - 1, year - age
    if counting == "unknown":
        return year - age - 1, year - age + 1
    raise ValueError("ages are counted in the Korean way, internationally, or in an unknown way")


def _days(text: str) -> tuple[int, int] | None:
    try:
        first, last = days_of_edtf(text.strip())
    except DateNotEdtf:
        return None
    if first is None or last is None:
        return None
    return first.toordinal(), last.toordinal()


def _chance_bits(a: tuple[int, int], b: tuple[int, int]) -> float:
    """log2 of one over the chance that two such spans meet if they are laid anywhere in the corpus's range."""
    width = (a[1] - a[0] + 1) + (b[1] - b[0] + 1)
    return min(_MOST_BITS, max(0.0, -math.log2(min(1.0, width / _SPREAD_DAYS))))


def compare_told_dates(a: str, b: str) -> DateAgreement | None:
    """Evidence of two dates in EDTF; None where one is open, or no date.

    Spans that meet agree the more the narrower they are; a day told by the lunar calendar meets its solar day; years
    that miss each other by one or two say little, and others speak against.
    """
    x, y = _days(a), _days(b)
    if x is None or y is None:
        return None
    bits = _chance_bits(x, y)
    if x == y:
        return DateAgreement(bits=bits, how="equal")
    if x[0] <= y[1] and y[0] <= x[1]:
        return DateAgreement(bits=bits, how="overlap")
    single = x[0] == x[1] and y[0] == y[1]
    gap = max(x[0] - y[1], y[0] - x[1])
    if single and _LUNAR_EARLIEST <= gap <= _LUNAR_LATEST:
        width = _LUNAR_LATEST - _LUNAR_EARLIEST
        return DateAgreement(bits=max(0.0, _chance_bits((0, width), (0, 0)) - _LUNAR_COST), how="lunar")
    years = gap / 365.25
    if years <= _SLIP_YEARS and not (single and _year(x) == _year(y)):
        return DateAgreement(bits=max(0.3, _chance_bits((0, 730), (0, 730)) - 1.5), how="near")
    if single and _same_day_of_year(x[0], y[0]) and years <= 12:
        return DateAgreement(bits=1.0, how="near")
    return DateAgreement(bits=-2.0 if years <= 4 else -5.0, how="apart")


def _year(days: tuple[int, int]) -> int:
    return dt.date.fromordinal(days[0]).year


def _same_day_of_year(a: int, b: int) -> bool:
    first, second = dt.date.fromordinal(a), dt.date.fromordinal(b)
    return (first.month, first.day) == (second.month, second.day)
