"""Learned confidence: as likely as coders keep what is like it, never far from the engine's own on few decisions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.claims.attribution import Informant, InformantType, Span
from firsthand.claims.claim import Statement, StatementKind
from firsthand.claims.reading.learning import Decision, LearnedModel, confidence_of, learn
from firsthand.claims.suggestions import ProposalStatus, Suggestion

TOLD = Suggestion(
    support=(Span(0, 10),),
    statement=Statement(
        kind=StatementKind.ACT, informant=Informant(type=InformantType.AUTHOR_VOICE), acts=("ill_treatment",)
    ),
    confidence=0.5,
    why={"acts": "“beat”"},
)
CONTEXT = replace(TOLD, statement=replace(TOLD.statement, kind=StatementKind.CONTEXT, acts=("other_context",)))


def decided(suggestion: Suggestion, kept: int, of: int) -> list[Decision]:
    outcomes = [ProposalStatus.ACCEPTED] * kept + [ProposalStatus.REFUSED] * (of - kept)
    return [Decision(suggestion=suggestion, outcome=outcome) for outcome in outcomes]


def test_confidence_comes_to_the_share_that_coders_keep_of_each_kind() -> None:
    model = learn([*decided(TOLD, 190, 200), *decided(CONTEXT, 40, 200)])
    assert confidence_of(TOLD, model) == pytest.approx(0.95, abs=0.02)
    assert confidence_of(CONTEXT, model) == pytest.approx(0.20, abs=0.03)


def test_nothing_learned_changes_nothing_and_one_decision_changes_little() -> None:
    assert confidence_of(TOLD, LearnedModel()) == pytest.approx(TOLD.confidence)
    assert learn([]) == LearnedModel()
    assert 0.5 < confidence_of(TOLD, learn(decided(TOLD, 1, 1))) < 0.75


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.floats(0.02, 0.98)), max_size=40), st.randoms())
def test_the_order_of_decisions_does_not_matter(made, chance) -> None:
    decisions = [
        Decision(
            suggestion=replace(TOLD if act else CONTEXT, confidence=sure),
            outcome=ProposalStatus.ACCEPTED if kept else ProposalStatus.REFUSED,
        )
        for act, kept, sure in made
    ]
    model = learn(decisions)
    chance.shuffle(decisions)
    assert confidence_of(TOLD, learn(decisions)) == pytest.approx(confidence_of(TOLD, model), abs=1e-4)


def test_a_model_holds_no_words() -> None:
    model = learn(decided(replace(TOLD, why={"acts": "“a word of testimony”"}), 3, 4))
    assert "testimony" not in repr(model)
