"""A claim cannot be made without a passage."""

import datetime as dt

import pytest

from firsthand.claims.attribution import Informant, InformantType, Span, SpanNotUsable
from firsthand.claims.claim import (
    Claim,
    ClaimNotUsable,
    ClaimStatus,
    ClaimWithoutPassage,
    Polarity,
    Statement,
    StatementKind,
)
from firsthand.claims.suggestions import Suggestion
from firsthand.values.grades import Handling

SPEAKER = Informant(type=InformantType.UNNAMED_PERSON, name="a trader of Marrow Bay")


def statement(**more):
    return Statement(**{"kind": StatementKind.ACT, "informant": SPEAKER, "acts": ("bribery",), **more})


def claim(**more):
    given = {
        "id": "claim-a",
        "passages": ("passage-a",),
        "source": "source-a",
        "document": "document-a",
        "statement": statement(),
        "status": ClaimStatus.ACCEPTED,
        "coder": "coder one",
        "recorded_at": dt.datetime(2031, 5, 4, tzinfo=dt.UTC),
        "handling": Handling.INTERNAL,
    }
    return Claim(**{**given, **more})


def test_the_constructor_refuses_a_claim_without_a_passage():
    with pytest.raises(ClaimWithoutPassage):
        claim(passages=())


def test_a_suggestion_needs_a_passage_too():
    with pytest.raises(ClaimWithoutPassage):
        Suggestion(support=(), statement=statement(), confidence=0.9)


@pytest.mark.parametrize("status", [s for s in ClaimStatus if s is not ClaimStatus.ACCEPTED])
def test_only_accepted_claims_count(status):
    assert claim().counts
    assert not claim(status=status).counts


def test_a_denial_denies_and_a_quantity_has_an_amount():
    with pytest.raises(ClaimNotUsable):
        statement(kind=StatementKind.DENIAL)
    with pytest.raises(ClaimNotUsable):
        statement(kind=StatementKind.QUANTITY)
    with pytest.raises(ClaimNotUsable):
        statement(acts=("bribery", "bribery"))
    assert statement(kind=StatementKind.DENIAL, polarity=Polarity.DENIED)


def test_a_span_runs_forward():
    with pytest.raises(SpanNotUsable):
        Span(4, 4)
