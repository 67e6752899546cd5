"""Differentially private counts, and the budget that a vault spends on them over its whole life.

Counts get noise of the discrete Laplace distribution (Ghosh, Roughgarden and Sundararajan 2012) from OpenDP, whose
samplers do not leak through floating point. One person can change ``per_person`` cells of the finest table by one each;
the noise is scaled for that. Children and intimate acts are protected by the same rules as in any table, noise or not.
Every release adds its epsilon to the ledger, recalled ones too: what was told once stays told.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from firsthand.publication.protection import RuleTooWeak
from firsthand.values.errors import ProtectionRefusal, UsageError

__all__ = [
    "MOST_A_YEAR",
    "MOST_IN_ALL",
    "BudgetSpent",
    "PrivacyPartMissing",
    "Spending",
    "laplace_noise",
    "membership_advantage",
    "spend",
]

MOST_A_YEAR: Final = 1.0
MOST_IN_ALL: Final = 4.0


class PrivacyPartMissing(UsageError):
    """The library that draws noise is not installed."""

    next_step = "Install it: make publish (or pip install 'firsthand[publish]')."


class BudgetSpent(ProtectionRefusal):
    """A release would spend more privacy than is left."""

    next_step = "Ask for a smaller epsilon, wait for the next year, or release a suppressed table."


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What one release spent."""

    epsilon: float
    on: dt.date


def spend(ledger: Sequence[Spending], epsilon: float, *, on: dt.date) -> float:
    """What is left of the year's budget after spending.

    Raises:
        RuleTooWeak: epsilon is no positive number.
        BudgetSpent: the year's or the whole life's budget is too small for it.
    """
    if not math.isfinite(epsilon) or epsilon <= 0:
        raise RuleTooWeak(f"epsilon = {epsilon} is refused: it must be above 0 and finite (rule: privacy budget).")
    year = math.fsum(one.epsilon for one in ledger if one.on.year == on.year) + epsilon
    life = math.fsum(one.epsilon for one in ledger) + epsilon
    if year > MOST_A_YEAR + 1e-9 or life > MOST_IN_ALL + 1e-9:
        raise BudgetSpent(
            f"epsilon = {epsilon:g} is refused: {year - epsilon:g} of {MOST_A_YEAR:g} were spent this year, "
            f"{life - epsilon:g} of {MOST_IN_ALL:g} in all (rule: privacy budget)."
        )
    return MOST_A_YEAR - year


def laplace_noise(counts: list[int], *, scale: float) -> list[int]:
    """Counts with noise of the discrete Laplace distribution of a scale, drawn by OpenDP from the system's chance.

    Raises:
        PrivacyPartMissing: OpenDP is not installed.
    """
    try:
        import opendp.prelude as dp  # noqa: PLC0415  an optional library of 47 MB, asked for only here
    except ImportError:
        raise PrivacyPartMissing("Private counts need opendp, which is not installed.") from None
    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T=int)), dp.l1_distance(T=int)
    measurement: Any = space >> dp.m.then_laplace(scale)
    return [int(value) for value in measurement(counts)]


def membership_advantage(epsilon: float) -> float:
    """The most by which an attacker's guess whether someone is in the data can beat chance: tanh(epsilon / 2)."""
    return math.tanh(epsilon / 2)
