"""Double coding: blind until both are done, then agreement and differences; what is coded apart counts for nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firsthand.claims.attribution import Informant, InformantType, Span
from firsthand.claims.claim import Statement, StatementKind
from firsthand.passages.selectors import SelectorsDisagree
from firsthand.values.grades import Basis
from firsthand.workbench.apart import ClosedToCoder
from firsthand.workbench.background import propose_in_background, unread_documents
from firsthand.workbench.coding import accept_proposal, propose_for, record_claim, refuse_proposal
from firsthand.workbench.collecting import add_text
from firsthand.workbench.double_coding import (
    AlreadyDone,
    NotACoder,
    NotDoubleCoded,
    StillApart,
    agreement_in_vault,
    assign,
    code_apart,
    coded_by,
    compare,
    mark_done,
    settle,
    settled_in,
    take_back,
)
from firsthand.workbench.opening import ephemeral_session

TEXT = "Guards beat the women. Officers took her goods. The ferry left."
ONE, TWO, THREE = Span(0, 22), Span(23, 47), Span(48, 63)
SAID = Statement(kind=StatementKind.ACT, informant=Informant(type=InformantType.AUTHOR_VOICE), acts=("ill_treatment",))


@pytest.fixture
def first():
    with ephemeral_session(actor="coder one") as session:
        yield session


def test_nobody_sees_the_other_before_both_are_done(first) -> None:
    second = replace(first, actor="coder two", memory={})
    document = add_text(first, file_name="a.txt", text=TEXT)
    with pytest.raises(NotDoubleCoded):
        code_apart(first, document.id, [ONE], SAID)
    assign(first, [document.id], ("coder one", "coder two"))
    code_apart(first, document.id, [ONE], SAID)
    code_apart(first, document.id, [TWO], replace(SAID, acts=("confiscation",)))
    mistaken = code_apart(first, document.id, [THREE], SAID)
    take_back(first, mistaken.id)
    code_apart(second, document.id, [ONE], replace(SAID, basis=Basis.WITNESSED))
    assert [claim.support for claim in coded_by(first, document.id, "coder one")] == [(ONE,), (TWO,)]
    with pytest.raises(StillApart):
        coded_by(second, document.id, "coder one")
    mark_done(first, document.id)
    with pytest.raises(StillApart):
        compare(first, document.id)
    with pytest.raises(AlreadyDone):
        code_apart(first, document.id, [THREE], SAID)
    mark_done(second, document.id)
    compared = compare(second, document.id)
    assert [unit.differing for unit in compared.units] == [("basis",), ("claim",)]
    found, documents = agreement_in_vault(second)
    assert documents == 1
    assert next(a for a in found if a.field == "claim").same == 1
    assert first.claims() == []
    assert first.proposals(status="open") == []
    settled = settle(second, document.id, [ONE], SAID)
    assert first.claims() == [settled]
    assert settle(second, document.id, [ONE], SAID) == settled, "what is held to already is no second claim"
    assert [(one.id, one.support) for one in settled_in(first, document.id)] == [(settled.id, (ONE,))]


def test_only_the_two_coders_code_and_only_on_words_of_the_text(first) -> None:
    document = add_text(first, file_name="a.txt", text=TEXT)
    assign(first, [document.id], ("coder two", "coder three"))
    with pytest.raises(NotACoder):
        code_apart(first, document.id, [ONE], SAID)
    second = replace(first, actor="coder two", memory={})
    with pytest.raises(SelectorsDisagree):
        code_apart(second, document.id, [Span(0, 999)], SAID)


def test_until_both_are_done_nothing_is_proposed_and_nothing_else_is_open_to_the_coders(first) -> None:
    second = replace(first, actor="coder two", memory={})
    other = replace(first, actor="somebody else", memory={})
    document = add_text(first, file_name="a.txt", text=TEXT)
    proposed = propose_for(first, [document])
    assert proposed
    later = add_text(first, file_name="b.txt", text=TEXT + " A resident saw it.")
    assign(first, [document.id, later.id], ("coder one", "coder two"))
    assert propose_for(other, [later]) == []
    assert propose_in_background(other, [later]).documents == 0
    assert later.id not in {d.id for d in unread_documents(other)}
    for coder in (first, second):
        assert coder.closed == {document.id, later.id}
        with pytest.raises(ClosedToCoder):
            accept_proposal(coder, proposed[0].id)
        with pytest.raises(ClosedToCoder):
            refuse_proposal(coder, proposed[0].id)
        with pytest.raises(ClosedToCoder):
            record_claim(coder, document.id, [ONE], SAID)
    assert other.closed == frozenset()
    mark_done(first, document.id)
    assert document.id in first.closed
    mark_done(second, document.id)
    assert first.closed == {later.id}
    assert accept_proposal(second, proposed[0].id).document == document.id
