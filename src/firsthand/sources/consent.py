"""Consent: what may be done, for whom, until when; and its withdrawal.

Absence is no. Consent to one purpose is not consent to another. Of several consents the newest that speaks of a
purpose decides, and a withdrawal ends what it names from its day on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from firsthand.values.errors import InputError
from firsthand.values.ids import ConsentId, SourceId, WithdrawalId

__all__ = ["Consent", "ConsentDecision", "ConsentNotUsable", "GivenBy", "Purpose", "Withdrawal", "decide_consent"]


class ConsentNotUsable(InputError):
    """A consent or a withdrawal lacks what makes it one."""

    next_step = "Say who gave it, on which day and for which purposes."


class Purpose(StrEnum):
    """What testimony may be used for; each is asked for on its own."""

    ARCHIVE = "archive"
    ANALYSIS = "analysis"
    STATISTICS = "statistics"
    PUBLICATION_ANONYMOUS = "publication anonymous"
    PUBLICATION_NAMED = "publication named"
    PROSECUTION = "prosecution"
    SHARING = "sharing"


class GivenBy(StrEnum):
    """Who gave the consent."""

    SELF = "self"
    GUARDIAN = "guardian"
    PUBLIC_SOURCE = "public source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What the person behind a source allows.

    ``recipients`` limits ``SHARING`` and ``PROSECUTION`` to named bodies; empty means none. Published articles
    carry ``PUBLIC_SOURCE`` terms: their words are public, their subjects were not asked, so anonymity rules hold.
    """

    id: ConsentId
    source: SourceId
    purposes: frozenset[Purpose]
    given_by: GivenBy
    given_on: dt.date
    recipients: frozenset[str] = frozenset()
    conditions: str = ""
    language: str = ""
    form: str = ""
    interpreter: str = ""
    expires_on: dt.date | None = None
    review_on: dt.date | None = None

    def __post_init__(self) -> None:
        if self.expires_on is not None and self.expires_on < self.given_on:
            raise ConsentNotUsable("A consent expires before it was given.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """The end of a consent for some or all purposes; ``erase`` says that the text is to be destroyed."""

    id: WithdrawalId
    consent: ConsentId
    purposes: frozenset[Purpose]
    withdrawn_on: dt.date
    erase: bool = False

    def __post_init__(self) -> None:
        if not self.purposes:
            raise ConsentNotUsable("A withdrawal names no purpose.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentDecision:
    """Whether a use is allowed, and the rule that says so (a stable word, for catalogues)."""

    allowed: bool
    rule: str
    consent: ConsentId | None = None


def decide_consent(
    purpose: Purpose,
    *,
    consents: Iterable[Consent],
    withdrawals: Iterable[Withdrawal],
    on: dt.date,
    recipient: str | None = None,
) -> ConsentDecision:
    """Decide whether one source's material may be used for a purpose on a day.

    Returns a decision with the rule: ``no consent``, ``withdrawn``, ``expired``, ``purpose not given``,
    ``recipient not named`` or ``given``. A consent given after a withdrawal of an earlier one stands.
    """
    known = sorted(consents, key=lambda consent: (consent.given_on, consent.id))
    if not known:
        return ConsentDecision(allowed=False, rule="no consent")
    ended = {(w.consent, p) for w in withdrawals if w.withdrawn_on <= on for p in w.purposes}
    refusal = ConsentDecision(allowed=False, rule="purpose not given", consent=known[-1].id)
    for consent in reversed(known):
        if purpose not in consent.purposes or consent.given_on > on:
            continue
        if (consent.id, purpose) in ended:
            return ConsentDecision(allowed=False, rule="withdrawn", consent=consent.id)
        if consent.expires_on is not None and consent.expires_on < on:
            return ConsentDecision(allowed=False, rule="expired", consent=consent.id)
        if purpose in {Purpose.SHARING, Purpose.PROSECUTION} and recipient not in consent.recipients:
            return ConsentDecision(allowed=False, rule="recipient not named", consent=consent.id)
        return ConsentDecision(allowed=True, rule="given", consent=consent.id)
    return refusal
