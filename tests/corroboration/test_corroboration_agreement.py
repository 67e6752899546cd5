"""Values stand side by side, and none wins."""

import datetime as dt

import pytest

from firsthand.claims.attribution import Informant, InformantType
from firsthand.claims.claim import Polarity, Statement, StatementKind, TimeTold
from firsthand.corroboration.agreement import Difference, ToldField, compare_statements
from firsthand.corroboration.findings import (
    ConfirmationRefused,
    Finding,
    FindingNotUsable,
    SecondAssessment,
    grade_credibility,
)
from firsthand.corroboration.independence import IndependentCount
from firsthand.corroboration.reuse import reused_texts
from firsthand.values.dates import UncertainDate
from firsthand.values.grades import Credibility, StandardOfProof
from firsthand.values.quantities import Quantity, QuantityKind

NOW = dt.datetime(2031, 5, 4, tzinfo=dt.UTC)


def told(low=None, high=None, *, edtf=None, approximate=False, polarity=Polarity.AFFIRMED):
    amount = None
    if low is not None or high is not None:
        amount = Quantity(kind=QuantityKind.COUNT, minimum=low, maximum=high, unit="persons", approximate=approximate)
    return Statement(
        kind=StatementKind.ACT,
        informant=Informant(type=InformantType.AUTHOR_VOICE),
        acts=("deportation",),
        amount=amount,
        polarity=polarity,
        time=TimeTold(date=UncertainDate(edtf=edtf)) if edtf else None,
    )


def test_four_figures_for_one_event_are_kept_side_by_side():
    figures = [("a", told(80, 80)), ("b", told(80)), ("c", told(95, 95, approximate=True)), ("d", told(None, 95)),
               ("e", told(80, 80))]  # fmt: skip
    compared = compare_statements(figures, ToldField.AMOUNT)
    assert [value.claims for value in compared.values] == [("a", "e"), ("b",), ("c",), ("d",)]
    assert compared.difference is Difference.EXCLUSIVE
    assert compared.contradictions == ((0, 2),)


def test_a_coarser_date_is_no_contradiction():
    compared = compare_statements(
        [("a", told(edtf="2031")), ("b", told(edtf="2031-05")), ("c", told())], ToldField.TIME
    )
    assert compared.difference is Difference.COARSER
    assert compared.contradictions == ()
    assert compared.silent == ("c",)


def test_a_denial_excludes_an_affirmation():
    compared = compare_statements([("a", told()), ("b", told(polarity=Polarity.DENIED))], ToldField.POLARITY)
    assert compared.contradictions == ((0, 1),)


SECOND = SecondAssessment(
    assessor="coder one", agrees=True, standard=StandardOfProof.SUSPICION, reasons="the same", assessed_at=NOW
)


def finding(**more):
    given = {
        "id": "finding-a",
        "act": "deportation",
        "statement": "Traders of Marrow Bay were taken away in May 2031.",
        "supporting": ("claim-a",),
        "contradicting": (),
        "standard": StandardOfProof.REASONABLE_GROUNDS,
        "reasons": "Two accounts agree on place and month.",
        "assessor": "coder one",
        "assessed_at": NOW,
    }
    return Finding(**{**given, **more})


@pytest.mark.parametrize(
    "wrong", [{"supporting": ()}, {"reasons": " "}, {"second": SECOND}, {"contradicting": ("claim-a",)}]
)
def test_a_finding_needs_claims_reasons_and_two_different_assessors(wrong):
    with pytest.raises(FindingNotUsable):
        finding(**wrong)


def test_confirmed_by_other_sources_needs_two_for_certain():
    def count(least, most):
        return IndependentCount(at_least=least, at_most=most, accounts=most, witnesses=())

    given = {"id": "grade-a", "reasons": "agreeing", "assessor": "coder two", "at": NOW}
    with pytest.raises(ConfirmationRefused):
        grade_credibility(finding(), Credibility.CONFIRMED, count(1, 5), **given)
    assert grade_credibility(finding(), Credibility.CONFIRMED, count(2, 2), **given).grade is Credibility.CONFIRMED
    assert grade_credibility(finding(), Credibility.PROBABLE, count(1, 1), **given)


ARTICLE = (
    "Traders in the harbour town of Marrow Bay told a visiting monitor that the wardens closed the lower market "
    "for nine days in spring and took half of the salt. They said that nobody was given a paper about it."
)


def test_a_reprint_is_found_and_another_text_on_the_same_matter_is_not():
    texts = {
        "original": ARTICLE,
        "reprint": "From our correspondent. " + ARTICLE + " Subscribe to the Marrow Bay Courier.",
        "excerpt": ARTICLE.split(". ", maxsplit=1)[0],
        "other": "Wardens shut the market of Marrow Bay in spring, a monitor heard from people who trade there.",
    }
    pairs = {(r.a, r.b) for r in reused_texts(texts, at_least=0.6)}
    assert pairs == {("original", "reprint"), ("excerpt", "original"), ("excerpt", "reprint")}


def test_a_korean_reprint_survives_spacing():
    korean = "물안골 장마당 상인들은 봄에 단속원들이 아흐레 동안 장마당을 닫고 소금의 절반을 가져갔다고 말했다."
    assert reused_texts({"a": korean, "b": korean.replace(" ", "")})[0].containment == 1.0
