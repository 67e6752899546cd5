"""Absence of consent is no; one purpose is not another; a withdrawal ends it."""

import datetime as dt

import pytest

from firsthand.sources.consent import Consent, ConsentNotUsable, GivenBy, Purpose, Withdrawal, decide_consent
from firsthand.sources.custody import CustodyBroken, add_custody, check_custody
from firsthand.sources.source import designation_of

DAY = dt.date(2031, 5, 4)


def consent(name="consent-a", on=DAY, purposes=(Purpose.STATISTICS,), **more):
    return Consent(id=name, source="source-a", purposes=frozenset(purposes), given_by=GivenBy.SELF, given_on=on, **more)


def decide(purpose, consents, withdrawals=(), on=DAY, recipient=None):
    return decide_consent(purpose, consents=consents, withdrawals=withdrawals, on=on, recipient=recipient).rule


def test_absence_is_no():
    assert decide(Purpose.ARCHIVE, []) == "no consent"


def test_consent_to_one_purpose_is_not_consent_to_another():
    assert decide(Purpose.STATISTICS, [consent()]) == "given"
    assert decide(Purpose.PUBLICATION_ANONYMOUS, [consent()]) == "purpose not given"


def test_consent_ends_by_expiry_and_by_withdrawal():
    later = DAY + dt.timedelta(days=10)
    assert decide(Purpose.STATISTICS, [consent(expires_on=DAY)], on=later) == "expired"
    ended = Withdrawal(
        id="withdrawal-a", consent="consent-a", purposes=frozenset({Purpose.STATISTICS}), withdrawn_on=later
    )
    assert decide(Purpose.STATISTICS, [consent()], [ended], on=DAY) == "given"
    assert decide(Purpose.STATISTICS, [consent()], [ended], on=later) == "withdrawn"


def test_a_consent_given_after_a_withdrawal_stands():
    later = DAY + dt.timedelta(days=10)
    ended = Withdrawal(
        id="withdrawal-a", consent="consent-a", purposes=frozenset({Purpose.STATISTICS}), withdrawn_on=DAY
    )
    assert decide(Purpose.STATISTICS, [consent(), consent("consent-b", later)], [ended], on=later) == "given"


def test_sharing_needs_the_recipient_by_name():
    shared = consent(purposes=(Purpose.SHARING,), recipients=frozenset({"Office of the Invented Inquiry"}))
    assert decide(Purpose.SHARING, [shared]) == "recipient not named"
    assert decide(Purpose.SHARING, [shared], recipient="Office of the Invented Inquiry") == "given"


def test_impossible_terms_are_refused():
    with pytest.raises(ConsentNotUsable):
        consent(expires_on=DAY - dt.timedelta(days=1))
    with pytest.raises(ConsentNotUsable):
        Withdrawal(id="withdrawal-a", consent="consent-a", purposes=frozenset(), withdrawn_on=DAY)


def test_a_custody_chain_breaks_where_an_entry_was_changed_or_taken_out():
    chain = ()
    for number in range(4):
        chain = add_custody(
            chain,
            item="document-a",
            actor="coder one",
            action="kept",
            at=dt.datetime(2031, 5, 4, number, tzinfo=dt.UTC),
            sha256_before="d" if number else None,
            sha256_after="d",
        )
    check_custody(chain)
    with pytest.raises(CustodyBroken, match="entry 2"):
        check_custody((chain[0], *chain[2:]))
    changed = add_custody(
        chain[:1], item="x", actor="y", action="z", at=chain[1].at, sha256_before="d", sha256_after="d"
    )
    with pytest.raises(CustodyBroken, match="entry 3"):
        check_custody((*changed, *chain[2:]))


def test_a_designation_is_two_words_and_comes_from_chance_alone():
    assert len(designation_of(b"\x07\x09").split()) == 2
    assert designation_of(b"\x07\x09") == designation_of(b"\x07\x09") != designation_of(b"\x08\x09")
