"""Legal elements: three values, what was not told is never 'not met', and every value opens to its claims."""

from __future__ import annotations

from itertools import product

import pytest

from firsthand.claims.attribution import Informant, InformantType
from firsthand.claims.claim import Assertion, PlaceRole, PlaceTold, Polarity, Statement, StatementKind
from firsthand.corroboration.elements import (
    ElementMark,
    ElementRuling,
    Reading,
    Truth,
    apply_rule,
    combine,
    cued_elements,
)
from firsthand.corroboration.rules import How, PartKind, RuleNotUsable, packaged_rules, read_rules
from firsthand.values.grades import AgeGroup, Basis
from firsthand.values.places import Place
from firsthand.values.vocabularies import packaged_vocabulary

MET, NOT, OPEN = Truth.MET, Truth.NOT_MET, Truth.UNDETERMINED
RULES = packaged_rules()


def told(*acts, age=AgeGroup.UNKNOWN, denied=False, basis=Basis.LIVED, kind=None, places=()):
    return Statement(
        kind=kind or (StatementKind.DENIAL if denied else StatementKind.ACT),
        polarity=Polarity.DENIED if denied else Polarity.AFFIRMED,
        informant=Informant(type=InformantType.UNNAMED_PERSON, name="a ferry hand"),
        acts=acts,
        basis=basis,
        victims_age=age,
        places=tuple(
            PlaceTold(text=path[-1], role=role, place=Place(name=path[-1], path=path, gazetteer_id=path[-1]))
            for role, path in places
        ),
    )


def mark(element, claim, reading=Reading.SHOWS):
    return ElementMark(element=element, claim=claim, reading=reading, assessor="coder one")


@pytest.mark.parametrize("values", list(product(Truth, repeat=3)))
def test_combinations_are_true_in_every_world_that_the_open_ones_allow(values):
    """Kleene's logic against its meaning: met or not met is said when all ways to settle what is open agree."""
    worlds = list(product(*[(True, False) if v is OPEN else (v is MET,) for v in values]))
    for how, number, holds in (
        (How.ALL, 0, all),
        (How.ANY, 0, any),
        (How.NONE, 0, lambda w: not any(w)),
        (How.AT_LEAST, 2, lambda w: sum(w) >= 2),
    ):
        outcomes = {holds(world) for world in worlds}
        expected = OPEN if len(outcomes) == 2 else MET if outcomes == {True} else NOT
        assert combine(how, values, number) is expected


AGES = {AgeGroup.CHILD: MET, AgeGroup.ADULT: NOT, AgeGroup.UNKNOWN: OPEN}


@pytest.mark.parametrize(("act", "means", "purpose", "age"), list(product(Truth, Truth, Truth, AgeGroup)))
def test_trafficking_asks_for_act_means_and_purpose_and_a_child_needs_no_means(act, means, purpose, age):
    rule = RULES["palermo-trafficking"]
    claims = {"c": told("other_context", age=age)}
    marks = []
    for name, value in (("act", act), ("means", means), ("purpose", purpose)):
        if value is not OPEN:
            reading = Reading.SHOWS if value is MET else Reading.REFUTES
            marks += [mark(leaf, "c", reading) for leaf in rule.elements[name].follows.of]
    result = apply_rule(rule, claims, marks=marks)
    # Worked out apart from the code: a missing act or purpose ends it; means matter only for an adult.
    if NOT in {act, purpose} or (means is NOT and age is AgeGroup.ADULT):
        expected = NOT
    elif act is MET and purpose is MET and (means is MET or age is AgeGroup.CHILD):
        expected = MET
    else:
        expected = OPEN
    assert result.truth is result.whole is expected
    assert result.elements["child"].truth is AGES[age]


def test_an_unknown_age_leaves_it_undetermined_and_names_the_age_as_the_question():
    result = apply_rule(RULES["palermo-trafficking"], {"c": told("sale_of_person", "forced_labour")})
    assert result.truth is MET  # a sale states payment to who controls the person
    marks = [mark(leaf, "c", Reading.REFUTES) for leaf in RULES["palermo-trafficking"].elements["means"].follows.of]
    result = apply_rule(RULES["palermo-trafficking"], {"c": told("sale_of_person", "forced_labour")}, marks=marks)
    assert result.truth is OPEN
    assert [(e.element.id, set(e.ends)) for e in result.questions] == [("child", {MET, NOT})]


def test_nothing_told_is_undetermined_everywhere():
    for rule in RULES.values():
        result = apply_rule(rule, {})
        assert result.whole is OPEN
        assert {e.truth for e in result.elements.values()} == {OPEN}
        assert {e.element.id for e in result.questions} == {e.id for e in rule.elements.values() if not e.follows}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_element_cites_and_asks_in_both_languages_and_names_acts_that_exist(rule):
    codes = {term.code for term in packaged_vocabulary("acts")}
    for element in rule.elements.values():
        assert element.cite
        assert set(element.label.by_language) == {"en", "ko"}
        if element.follows is None:
            assert set(element.question.by_language) == {"en", "ko"}
        for condition in (*element.shown_by, *element.refuted_by):
            assert condition.acts <= codes
    assert rule.for_acts <= codes


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_label_of_an_offence_alone_never_meets_its_definition(rule):
    for act in sorted(rule.for_acts):
        result = apply_rule(rule, {"c": told(act)})
        assert result.whole is not MET, act


def test_the_chapeau_is_kept_apart_from_the_act():
    rule = RULES["rome-7-1-a-murder"]
    assert [part.kind for part in rule.parts] == [PartKind.REQUIRED, PartKind.CONTEXT]
    claims = {"a": told("killing"), "b": told("denial_of_fair_trial")}
    result = apply_rule(rule, claims)
    assert (result.truth, result.context, result.whole) == (MET, OPEN, OPEN)
    chapeau = [mark(e, "b") for e in ("attack", "systematic", "policy", "nexus", "knowledge")]
    assert apply_rule(rule, claims, marks=chapeau).whole is MET


def test_indicators_are_counted_and_conclude_nothing():
    rule = RULES["ilo-forced-labour"]
    claims = {"a": told("forced_labour"), "b": told("ill_treatment"), "c": told("denial_of_food")}
    result = apply_rule(rule, claims)
    signs = next(part for part in result.parts if part.part.kind is PartKind.INDICATORS)
    assert (signs.met, signs.of) == (2, 11)
    assert result.truth is OPEN


def test_what_must_be_absent_is_open_until_a_claim_refutes_it():
    rule = RULES["ilo-forced-labour"]
    exceptions = rule.elements["no-exception"].follows.of
    base = {"a": told("forced_labour"), "b": told("other_context")}
    shown = [mark("menace", "b"), mark("not-voluntary", "b")]
    assert apply_rule(rule, base, marks=shown).truth is OPEN
    absent = [mark(e, "b", Reading.REFUTES) for e in exceptions]
    assert apply_rule(rule, base, marks=[*shown, *absent]).truth is MET
    present = [mark("prison", "b"), *absent[:2]]
    assert apply_rule(rule, base, marks=[*shown, *present]).truth is NOT


def test_claims_against_each_other_leave_it_open_until_a_person_rules():
    rule = RULES["palermo-trafficking"]
    claims = {"a": told("sale_of_person"), "b": told("sale_of_person", denied=True)}
    result = apply_rule(rule, claims)
    transfer = result.elements["transfer"]
    assert (transfer.truth, transfer.contested, transfer.shown, transfer.refuted) == (OPEN, True, ("a",), ("b",))
    ruling = ElementRuling(element="transfer", truth=MET, assessor="coder two", reason="she saw the money herself")
    ruled = apply_rule(rule, claims, rulings=[ruling]).elements["transfer"]
    assert (ruled.truth, ruled.ruling) == (MET, ruling)


def test_a_ruling_stands_on_claims_alone_and_falls_with_them():
    ruling = ElementRuling(element="transfer", truth=MET, assessor="coder two", reason="so it seems")
    result = apply_rule(RULES["palermo-trafficking"], {"x": told("bribery")}, rulings=[ruling])
    assert result.elements["transfer"].truth is OPEN
    assert result.elements["transfer"].ruling is None


def test_a_denial_by_the_accused_alone_makes_nothing_not_met():
    rule = RULES["palermo-trafficking"]
    accused = {"a": told("sale_of_person", denied=True, basis=Basis.ACCUSED)}
    assert apply_rule(rule, accused).elements["transfer"].truth is OPEN
    witness = {"a": told("sale_of_person", denied=True, basis=Basis.WITNESSED)}
    assert apply_rule(rule, witness).elements["transfer"].truth is NOT


def test_a_mark_on_a_claim_that_has_left_counts_no_more():
    rule = RULES["cat-torture"]
    marks = [mark("severe", "a"), mark("severe", "gone")]
    assert apply_rule(rule, {"a": told("ill_treatment")}, marks=marks).elements["severe"].shown == ("a",)
    assert apply_rule(rule, {"b": told("ill_treatment")}, marks=marks).elements["severe"].truth is OPEN


def test_opinion_and_law_show_nothing_by_their_codes():
    for kind in (StatementKind.OPINION, StatementKind.LAW, StatementKind.CONTEXT):
        result = apply_rule(RULES["palermo-trafficking"], {"a": told("sale_of_person", kind=kind)})
        assert result.elements["transfer"].truth is OPEN


def test_a_transfer_over_a_border_is_a_return_and_one_within_a_country_is_none():
    rule = RULES["cat-refoulement"]
    abroad = told("deportation", places=[(PlaceRole.ORIGIN, ("XA",)), (PlaceRole.DESTINATION, ("XB", "XB-1"))])
    within = told("deportation", places=[(PlaceRole.ORIGIN, ("XA",)), (PlaceRole.DESTINATION, ("XA", "XA-1"))])
    assert apply_rule(rule, {"a": abroad}).elements["return"].truth is MET
    assert apply_rule(rule, {"a": within}).elements["return"].truth is OPEN


def test_an_element_that_follows_opens_to_the_claims_that_carry_it():
    result = apply_rule(RULES["palermo-trafficking"], {"a": told("sale_of_person"), "b": told("abduction")})
    assert result.elements["act"].shown == ("a",)
    assert set(result.elements["means"].shown) == {"a", "b"}


def test_cue_words_only_propose():
    rule = RULES["cat-torture"]
    assert "official" in cued_elements(rule, "An officer of the ward wrote it down.")
    assert "information" in cued_elements(rule, "자백하라고 했다.")
    assert cued_elements(rule, "The ferry left at dawn.") == ()
    result = apply_rule(rule, {"a": told("ill_treatment")})
    assert result.elements["official"].truth is OPEN


OWN = """
schema = "rule/1"
id = "shore-offence"
label = {en = "Offence of the shore"}
instrument = "Shore Code, s. 4"
for_acts = ["confiscation"]
[[part]]
id = "all"
label = {en = "Definition"}
all = ["taken"]
[[element]]
id = "taken"
cite = "s. 4(1)"
label = {en = "salt was taken"}
question = {en = "What was taken?"}
shown_by = [{acts = ["confiscation"]}]
"""


def test_a_rule_of_ones_own_needs_no_code():
    rule = read_rules({"own.toml": OWN})["shore-offence"]
    assert apply_rule(rule, {"a": told("confiscation")}).whole is MET
    assert rule.label.label("ko") == "Offence of the shore"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('schema = "rule/1"', 'schema = "rule/9"', "does not begin"),
        ('id = "shore-offence"', "", "an id is missing"),
        ("[[part]]", "[[part", "not TOML"),
        ('all = ["taken"]', 'all = ["gone"]', "not there"),
        ('all = ["taken"]', 'all = ["taken"]\nany = ["taken"]', "two ways"),
        ('all = ["taken"]', "all = []", "combines nothing"),
        ('all = ["taken"]', 'at_least = {number = 2, of = ["taken"]}', "cannot be"),
        ('all = ["taken"]', 'all = "taken"', "list of words"),
        ('cite = "s. 4(1)"', "", "cites no article"),
        ('question = {en = "What was taken?"}', "", "no question"),
        ("shown_by", "shown_bye", "unknown key"),
        ('{acts = ["confiscation"]}', "{}", "empty"),
        ('{acts = ["confiscation"]}', '{victims_age = ["old"]}', "none of"),
        ('shown_by = [{acts = ["confiscation"]}]', 'all = ["taken"]', "follows from itself"),
        ('instrument = "Shore Code, s. 4"', "", "instrument"),
        ('label = {en = "salt was taken"}', 'label = {ko = "소금"}', "English"),
        ("for_acts", 'context_from = "elsewhere"\nfor_acts', "not there"),
    ],
)
def test_a_rule_that_is_wrong_is_refused_with_what_is_wrong(old, new, said):
    assert old in OWN
    with pytest.raises(RuleNotUsable, match=said):
        read_rules({"own.toml": OWN.replace(old, new, 1)})


def test_two_files_with_one_id_are_refused():
    with pytest.raises(RuleNotUsable, match="Two rule files"):
        read_rules({"a.toml": OWN, "b.toml": OWN})


def test_a_generalisation_speaks_of_the_pattern():
    rule = RULES["cat-refoulement"]
    general = Statement(
        kind=StatementKind.ACT,
        informant=Informant(type=InformantType.INSTITUTION, name="the Open Shore Office"),
        acts=("torture",),
        assertion=Assertion.GENERALISATION,
    )
    result = apply_rule(rule, {"a": general})
    assert result.elements["pattern"].truth is MET
    assert result.elements["suffered"].truth is OPEN
