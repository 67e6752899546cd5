"""Dates as uncertain as they were told: EDTF, the earliest and latest day, and the speaker's own words.

EDTF is ISO 8601-2:2019, levels 0 to 2. Single dates are parsed by the ``edtf`` package; intervals are split
here, because an open or unknown end must stay open and not be filled with a guess.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from edtf import parse_edtf

from firsthand.values.errors import InputError

__all__ = ["DateNotEdtf", "DateRelation", "UncertainDate", "days_of_edtf", "relation_of_dates"]


class DateNotEdtf(InputError):
    """A date is not written in EDTF."""

    likely = "Dates are written as in ISO 8601-2, for example 1997, 1997-10, 199X, 1997~, 1994/1998 or 2004-21."
    next_step = "Write the date in EDTF, or leave it empty and keep the speaker's words."


_CHARACTERS = re.compile(r"[0-9XYu?~%./,{}\[\] -]{1,80}")


def _day(value: Any) -> dt.date:
    return dt.date(value[0], value[1], value[2])


@lru_cache(maxsize=65_536)
def days_of_edtf(text: str) -> tuple[dt.date | None, dt.date | None]:
    """The earliest and the latest day that an EDTF string allows, both included.

    ``None`` on a side means that the side is open or unknown. The marks ``~``, ``?`` and ``%`` do not widen
    the range: they say that the speaker was unsure, not by how much.

    Raises:
        DateNotEdtf: the string is not EDTF, or the range is empty.
    """
    if not _CHARACTERS.fullmatch(text):
        raise DateNotEdtf("A date is not written in EDTF.")
    if "/" in text:
        first, _, second = text.partition("/")
        earliest = None if first in {"", ".."} else days_of_edtf(first)[0]
        latest = None if second in {"", ".."} else days_of_edtf(second)[1]
        if first in {"", ".."} and second in {"", ".."}:
            raise DateNotEdtf("A date interval has no end at all.")
    else:
        try:
            parsed = parse_edtf(text)
            earliest, latest = _day(parsed.lower_strict()), _day(parsed.upper_strict())
        except Exception as error:
            # the parser raises many kinds, all meaning the same to a user
            raise DateNotEdtf("A date is not written in EDTF.") from error
    if earliest and latest and earliest > latest:
        raise DateNotEdtf("A date interval ends before it begins.")
    return earliest, latest


@dataclass(frozen=True, slots=True, kw_only=True)
class UncertainDate:
    """When something is said to have happened.

    ``edtf`` is the reading, ``words`` what the speaker said, ``anchor`` the day that relative words such as
    "last year" were counted from. ``inferred`` marks a reading that is not in the words themselves. A date
    may have words and no reading: "when I was small" is kept, and invented precision is not.
    """

    edtf: str | None = None
    words: str | None = None
    anchor: dt.date | None = None
    inferred: bool = False

    def __post_init__(self) -> None:
        if self.edtf is not None:
            days_of_edtf(self.edtf)

    @property
    def earliest(self) -> dt.date | None:
        """The first day that the reading allows; ``None`` when open or unknown."""
        return days_of_edtf(self.edtf)[0] if self.edtf else None

    @property
    def latest(self) -> dt.date | None:
        """The last day that the reading allows; ``None`` when open or unknown."""
        return days_of_edtf(self.edtf)[1] if self.edtf else None

    @property
    def is_known(self) -> bool:
        """Whether there is any reading at all."""
        return self.edtf is not None

    @property
    def is_approximate(self) -> bool:
        """Whether the reading carries a mark of doubt."""
        return bool(self.edtf) and any(mark in str(self.edtf) for mark in "~?%")


class DateRelation(StrEnum):
    """How two told dates stand to each other as sets of days."""

    SILENT = "silent"
    EQUAL = "equal"
    COARSER = "coarser"
    FINER = "finer"
    OVERLAPPING = "overlapping"
    EXCLUSIVE = "exclusive"


def relation_of_dates(a: UncertainDate | None, b: UncertainDate | None) -> DateRelation:
    """Compare two dates as sets of days: can both be true?

    ``EXCLUSIVE`` is said only when no day lies in both and neither date is approximate: "around 1998" and
    "1999" do not exclude each other. ``COARSER`` means that ``a`` contains ``b``.
    """
    if a is None or b is None or not a.is_known or not b.is_known:
        return DateRelation.SILENT
    first_a, last_a = a.earliest or dt.date.min, a.latest or dt.date.max
    first_b, last_b = b.earliest or dt.date.min, b.latest or dt.date.max
    if (first_a, last_a) == (first_b, last_b):
        return DateRelation.EQUAL
    if last_a < first_b or last_b < first_a:
        return DateRelation.OVERLAPPING if a.is_approximate or b.is_approximate else DateRelation.EXCLUSIVE
    if first_a <= first_b and last_a >= last_b:
        return DateRelation.COARSER
    if first_b <= first_a and last_b >= last_a:
        return DateRelation.FINER
    return DateRelation.OVERLAPPING
