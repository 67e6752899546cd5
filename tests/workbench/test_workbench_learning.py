"""Learning in the vault: a decision puts open proposals right, is unlearned by undo, and can be switched off."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firsthand.claims.attribution import Informant, InformantType
from firsthand.claims.reading.learning import learn
from firsthand.values.grades import Basis
from firsthand.workbench.coding import accept_proposal, propose_for, refuse_proposal
from firsthand.workbench.collecting import add_text
from firsthand.workbench.learning import (
    as_sure_now,
    begin_learning_anew,
    learned_of,
    learning_standing,
    switch_learning,
)
from firsthand.workbench.opening import ephemeral_session
from firsthand.workbench.undoing import undo_step

TEXT = (
    "A resident said that guards beat the women in the cell. The resident said that officers took her goods. "
    "The resident said that the police arrested four traders. The resident said that soldiers shot two men."
)


@pytest.fixture
def session():
    with ephemeral_session(actor="coder one") as opened:
        yield opened


def open_proposals(session, document):
    found = session.proposals(document=document.id, status="open")
    return sorted(found, key=lambda p: p.suggestion.support[0].start)


def test_who_was_put_right_once_need_not_be_put_right_again(session) -> None:
    document = add_text(session, file_name="a.txt", text=TEXT)
    propose_for(session, [document])
    first, *rest = open_proposals(session, document)
    assert len(rest) >= 2
    named = Informant(type=InformantType.NAMED_PERSON, name="Ara Quill")
    accept_proposal(session, first.id, edited=replace(first.suggestion.statement, informant=named))
    after = open_proposals(session, document)
    assert {p.suggestion.statement.informant.name for p in after} == {"Ara Quill"}
    assert "earlier in this document" in after[0].suggestion.why["informant"]
    undo_step(session)
    assert open_proposals(session, document) == [first, *rest]


def test_switched_off_nothing_changes_and_beginning_anew_forgets(session) -> None:
    document = add_text(session, file_name="a.txt", text=TEXT)
    propose_for(session, [document])
    switch_learning(session, on=False)
    first, *rest = open_proposals(session, document)
    accept_proposal(session, first.id, edited=replace(first.suggestion.statement, basis=Basis.WITNESSED))
    refuse_proposal(session, rest[0].id)
    assert open_proposals(session, document) == rest[1:]
    standing = learning_standing(session)
    assert (standing.is_on, standing.edited, standing.refused, standing.forgotten) == (False, 1, 1, 0)
    assert learned_of(session).decisions == 2
    assert begin_learning_anew(session) == 2
    assert learned_of(session).decisions == 0
    assert learning_standing(session).forgotten == 2


def test_a_habit_of_coders_reaches_the_next_document(session) -> None:
    for number in range(6):
        text = f"A report says that officers took money from trader {number} under threat of arrest."
        document = add_text(session, file_name=f"{number}.txt", text=text)
        propose_for(session, [document])
        for proposal in open_proposals(session, document):
            edited = replace(proposal.suggestion.statement, basis=Basis.DOCUMENT)
            accept_proposal(session, proposal.id, edited=edited)
    last = add_text(session, file_name="last.txt", text="A report says that officers took goods from a trader.")
    made = propose_for(session, [last])
    assert {p.suggestion.statement.basis for p in made} == {Basis.DOCUMENT}
    assert "coders here changed" in made[0].suggestion.why["basis"]
    assert not any("trader" in line for line in learning_standing(session).lines)


def shown(session, document):
    return [p.suggestion.confidence for p in as_sure_now(session, open_proposals(session, document))]


def test_what_is_learned_changes_how_sure_open_proposals_of_other_documents_are_and_nothing_else(session) -> None:
    waiting = add_text(session, file_name="waiting.txt", text=TEXT)
    propose_for(session, [waiting])
    kept = open_proposals(session, waiting)
    as_made = shown(session, waiting)
    for number in range(4):
        document = add_text(session, file_name=f"{number}.txt", text=f"{number}. {TEXT}")
        propose_for(session, [document])
        for proposal in open_proposals(session, document):
            if "arbitrary_detention" in proposal.suggestion.statement.acts:
                accept_proposal(session, proposal.id)
            else:
                refuse_proposal(session, proposal.id)
    learned = shown(session, waiting)
    for proposal, before, after in zip(kept, as_made, learned, strict=True):
        assert (after > before) == ("arbitrary_detention" in proposal.suggestion.statement.acts)
    assert open_proposals(session, waiting) == kept
    fresh = add_text(session, file_name="fresh.txt", text=TEXT)
    propose_for(session, [fresh])
    assert shown(session, fresh) == learned, "what is proposed now and what waited are equally sure"
    switch_learning(session, on=False)
    assert shown(session, waiting) == shown(session, fresh) == as_made
    switch_learning(session, on=True)
    assert shown(session, waiting) == learned
    begin_learning_anew(session)
    assert shown(session, waiting) == as_made


def test_with_many_decisions_it_is_not_learned_anew_at_each(session, monkeypatch) -> None:
    document = add_text(session, file_name="a.txt", text=" ".join([TEXT] * 12))
    propose_for(session, [document])
    times = []
    monkeypatch.setattr("firsthand.workbench.learning.learn", lambda decisions: times.append(1) or learn(decisions))
    waiting = open_proposals(session, document)
    for proposal in waiting[:40]:
        refuse_proposal(session, proposal.id)
        as_sure_now(session, waiting[40:])
    assert 20 <= len(times) < 32
    assert learned_of(session).decisions == 40
