"""Counts, shares, money and durations as intervals, as they were told.

"More than 500" has a least value and no greatest; "up to 600" the reverse; "about 600" is 600 with a mark.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from firsthand.values.errors import InputError

__all__ = ["Quantity", "QuantityKind", "QuantityNotUsable", "QuantityRelation", "relation_of_quantities"]


class QuantityNotUsable(InputError):
    """A quantity cannot be what it says: no bound at all, or bounds in the wrong order."""

    next_step = "Give a least value, a greatest value or both, the least first."


class QuantityKind(StrEnum):
    """What is measured."""

    COUNT = "count"
    SHARE = "share"
    MONEY = "money"
    DURATION = "duration"
    AGE = "age"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A told quantity: ``minimum`` and ``maximum`` in ``unit`` (persons, CNY, days ...), either may be open.

    A share lies between 0 and 1. ``approximate`` keeps "about" and "some". ``words`` are the speaker's.
    """

    kind: QuantityKind
    minimum: float | None
    maximum: float | None
    unit: str
    approximate: bool = False
    words: str | None = None

    def __post_init__(self) -> None:
        bounds = [bound for bound in (self.minimum, self.maximum) if bound is not None]
        if not bounds:
            raise QuantityNotUsable("A quantity has neither a least nor a greatest value.")
        if not all(math.isfinite(bound) and bound >= 0 for bound in bounds):
            raise QuantityNotUsable("A quantity is negative or not a finite number.")
        if len(bounds) == 2 and bounds[0] > bounds[1]:
            raise QuantityNotUsable("A quantity's least value is above its greatest.")
        if self.kind is QuantityKind.SHARE and max(bounds) > 1:
            raise QuantityNotUsable("A share is above 1.")


class QuantityRelation(StrEnum):
    """How two told quantities stand to each other as sets of numbers."""

    SILENT = "silent"
    OTHER_UNIT = "other unit"
    EQUAL = "equal"
    COARSER = "coarser"
    FINER = "finer"
    OVERLAPPING = "overlapping"
    EXCLUSIVE = "exclusive"


def relation_of_quantities(a: Quantity | None, b: Quantity | None) -> QuantityRelation:
    """Compare two quantities as closed intervals: can both be true?

    Different kinds or units are not compared. An approximate value never excludes another within a tenth of
    itself: "about 600" leaves room for 580, not for 500.
    """
    if a is None or b is None:
        return QuantityRelation.SILENT
    if a.kind is not b.kind or a.unit != b.unit:
        return QuantityRelation.OTHER_UNIT
    low_a, high_a = _bounds(a)
    low_b, high_b = _bounds(b)
    if (low_a, high_a) == (low_b, high_b):
        return QuantityRelation.EQUAL
    if high_a < low_b or high_b < low_a:
        gap = max(low_b - high_a, low_a - high_b)
        slack = max((0.1 * _size(q) for q in (a, b) if q.approximate), default=0.0)
        return QuantityRelation.OVERLAPPING if gap <= slack else QuantityRelation.EXCLUSIVE
    if low_a <= low_b and high_a >= high_b:
        return QuantityRelation.COARSER
    if low_b <= low_a and high_b >= high_a:
        return QuantityRelation.FINER
    return QuantityRelation.OVERLAPPING


def _bounds(quantity: Quantity) -> tuple[float, float]:
    low = 0.0 if quantity.minimum is None else quantity.minimum
    high = math.inf if quantity.maximum is None else quantity.maximum
    return low, high


def _size(quantity: Quantity) -> float:
    return max(bound for bound in (quantity.minimum, quantity.maximum) if bound is not None)
