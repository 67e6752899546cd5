"""What a person may not see, no list, search, count or page gives her."""

from __future__ import annotations

import pytest

from firsthand.values.grades import Handling
from firsthand.vault import Change
from firsthand.workbench.coding import propose_for, record_claim
from firsthand.workbench.collecting import add_text
from firsthand.workbench.opening import ephemeral_session
from firsthand.workbench.session import NotInVault, SightTooNarrow
from firsthand.workbench.settings import write_setting
from firsthand.workbench.withdrawing import erase_source


@pytest.fixture
def session():
    with ephemeral_session(actor="coder one") as session:
        yield session


def narrow(session, highest):
    write_setting(session, session.clearance_name(session.vault.own_slot), str(int(highest)))


def test_who_holds_all_sees_all_and_whose_sight_is_narrowed_sees_less(session):
    open_one = add_text(session, file_name="a.txt", text="The ferry left at dawn.")
    sealed = add_text(session, file_name="b.txt", text="The lantern was lit.", handling=Handling.SEALED)
    assert session.highest is Handling.SEALED
    assert len(session.documents()) == 2
    narrow(session, Handling.INTERNAL)
    assert [each.id for each in session.documents()] == [open_one.id]
    assert [each.id for each in session.sources()] == [open_one.source]
    assert session.read.search("lantern") == []
    assert session.read.count("document") == 1
    with pytest.raises(NotInVault):
        session.document(sealed.id)


def test_what_must_reach_everything_is_refused_to_who_does_not_see_everything(session):
    document = add_text(session, file_name="a.txt", text="The ferry left at dawn.")
    narrow(session, Handling.RESTRICTED)
    with pytest.raises(SightTooNarrow):
        erase_source(session, document.source, "destroy")
    assert session.source(document.source)


def test_a_proposal_and_the_words_of_a_claim_are_guarded_as_the_claim_is(session):
    text = "Two guards beat the girl of nine at the detention centre in May 2031, a witness said.\n"
    document = add_text(session, file_name="a.txt", text=text)
    proposals = propose_for(session, [document])
    assert proposals
    claim = record_claim(session, document.id, proposals[0].suggestion.support, proposals[0].suggestion.statement)
    assert claim.handling is Handling.RESTRICTED
    assert session.passage(claim.passages[0]).handling is Handling.RESTRICTED
    narrow(session, Handling.INTERNAL)
    assert session.claims() == session.proposals() == []
    assert session.read.count("passage") == 0


def test_a_class_that_nobody_can_read_counts_as_internal(session):
    slot = session.vault.own_slot
    write_setting(session, session.clearance_name(slot), "everything")
    assert session.highest is Handling.SEALED, "the owner cannot lock herself out by a spoilt setting"
    assert Change(kind="setting", id="x", value=None).key == "general"
