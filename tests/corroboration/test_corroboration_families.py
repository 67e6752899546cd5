"""Documents that carry one report are one source, with the denials beside them."""

from __future__ import annotations

import pytest

from firsthand.claims.attribution import Informant, InformantType
from firsthand.claims.claim import Polarity, Statement, StatementKind
from firsthand.corroboration.bodies import (
    body_named,
    names_only_a_product,
    plain_body_name,
    speaks_through_a_product,
)
from firsthand.corroboration.dependence import Standing
from firsthand.corroboration.families import Told, accounts_of
from firsthand.corroboration.weighing import weigh_statements
from firsthand.values.grades import Basis

INSTITUTION, AUTHOR, UNNAMED = InformantType.INSTITUTION, InformantType.AUTHOR_VOICE, InformantType.UNNAMED_PERSON


def told(key, document, name=None, kind=INSTITUTION, *, denies=False, act="bribery", chain=()):
    statement = Statement(
        kind=StatementKind.DENIAL if denies else StatementKind.ACT,
        informant=Informant(type=kind, name=name),
        polarity=Polarity.DENIED if denies else Polarity.AFFIRMED,
        basis=Basis.ACCUSED if denies else Basis.NOT_STATED,
        acts=(act,),
        chain=chain,
    )
    return Told(key=key, document=document, statement=statement)


CARRIED = [
    told("1", "a", "the Open Shore Office"),
    told("2", "a", None, AUTHOR),
    told("3", "b", "a report by the Open Shore Office"),
    told("4", "b", "the report"),
    told("5", "b", "the province of Marrow", denies=True),
    told("6", "c", "The report"),
    told("7", "c", "Open Shore Office"),
    told("8", "c", "One of them", UNNAMED),
    told("9", "d", "a ferry hand", UNNAMED),
]
TEXTS = {name: f"text {name}" for name in "abcd"}


def test_three_outlets_of_one_report_are_one_source_with_the_denial_beside_it():
    (family,) = weigh_statements(CARRIED, TEXTS).families
    assert family.documents == ("a", "b", "c")
    assert (family.count.at_least, family.count.at_most) == (1, 1)
    assert family.denials == ("5",)


def test_an_eyewitness_of_another_document_is_a_second_source():
    (act,) = weigh_statements(CARRIED, TEXTS).acts
    assert (act.count.at_least, act.count.at_most) == (1, 3)
    assert act.denials == ("5",)


def test_the_report_is_the_body_named_before_it_or_first_after_it():
    accounts = accounts_of(CARRIED)
    assert {accounts[k] for k in "134 6 7".replace(" ", "")} == {"speaker open shore office"}


def test_a_pronoun_names_nobody():
    accounts = accounts_of([told("1", "a", "It"), told("2", "b", "It")])
    assert len(set(accounts.values())) == 2


def test_a_wire_agency_carries_and_is_no_source():
    carried = [
        told("1", "a", "the Open Shore Office", chain=("Courier", "Reuters", "the Open Shore Office")),
        told("2", "a", None, AUTHOR, chain=("Courier", "Reuters")),
    ]
    links = [d for d in weigh_statements(carried, TEXTS).dependences if d.standing is Standing.KNOWN]
    assert {d.b for d in links} == {"speaker open shore office"}


def test_a_person_may_refuse_what_the_machine_found():
    weighing = weigh_statements(CARRIED, TEXTS)
    link = next(d for d in weighing.dependences if d.a == "document a")
    refused = type(link)(a=link.a, b=link.b, kind=link.kind, standing=Standing.REFUSED, reason="no", asserted_by="c1")
    after = weigh_statements(CARRIED, TEXTS, decided=[refused])
    assert after.acts[0].count.at_most == weighing.acts[0].count.at_most + 1
    assert "a" not in {d for family in after.families for d in family.documents}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("the human rights office of the United Nations", "UN-OHCHR"),
        ("A United Nations report", "UN-OHCHR"),
        ("유엔인권사무소", "UN-OHCHR"),
        ("a UN driver in Marrow Bay", None),
        ("the report", None),
        ("a group of traders", None),
    ],
)
def test_a_body_is_known_under_its_names_and_not_by_a_word_in_common(words, code):
    body = body_named(words)
    assert (body.code if body else None) == code


def test_words_for_a_report_alone_name_nobody():
    assert names_only_a_product("the new report")
    assert not names_only_a_product("the Open Shore report")
    assert speaks_through_a_product("a UN study")
    assert plain_body_name("A report by the Open Shore Office") == "open shore office"
    assert plain_body_name("열린장부사무소 보고서") == "열린장부사무소"


def test_whoever_holds_an_office_of_a_body_speaks_for_it():
    texts = {
        "a": "Mira Quay, a spokesperson for the UN Human Rights Office, said so.",
        "b": "Mira Quay, a trader, said so near the UN Human Rights Office.",
    }
    named = InformantType.NAMED_PERSON
    office = told("1", "a", "UN Human Rights Office")
    spoken = weigh_statements([office, told("2", "a", "Mira Quay", named)], texts)
    assert spoken.acts[0].count.at_most == 1
    trader = weigh_statements([told("1", "b", "UN Human Rights Office"), told("2", "b", "Mira Quay", named)], texts)
    assert trader.acts[0].count.at_most == 2
