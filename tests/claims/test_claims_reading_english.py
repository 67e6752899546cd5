"""English grammar: who did it, whom it befell, and who tells it, in invented sentences."""

from __future__ import annotations

import pytest

from firsthand.claims.attribution import InformantType
from firsthand.claims.claim import StatementKind
from firsthand.claims.reading import propose_claims
from firsthand.claims.reading.meaning import meaning_of_acts
from firsthand.claims.suggestions import Suggestion
from firsthand.values.grades import Basis

FACTS = {"publisher": "The Courier", "date": "2021-03-05", "language": "en"}


def proposed(text: str, code: str) -> Suggestion:
    return next(s for s in propose_claims(text, facts=FACTS) if code in s.statement.acts)


@pytest.mark.parametrize(
    ("text", "code", "doers"),
    [
        ("The movement accuses agents of Malabo of having tortured four men.", "torture", ["agents of Malabo"]),
        ("Officers take money from traders by threatening to arrest them.", "extortion_by_official", ["Officers"]),
        ("Prisoners were put to death on the orders of the commander.", "killing", ["the commander"]),
        ("Those who refused were denied rations by officials.", "denial_of_food", ["officials"]),
        ("The police have stepped up surveillance of families.", "surveillance", ["The police"]),
    ],
)
def test_whoever_does_it_is_found_behind_prepositions_and_nouns(text: str, code: str, doers: list[str]) -> None:
    assert [p.text for p in proposed(text, code).statement.perpetrators][: len(doers)] == doers


@pytest.mark.parametrize(
    ("text", "code", "victims"),
    [
        ("Han, 41, was arrested at the river in May.", "arbitrary_arrest", ["Han"]),
        ("Nine people were caught in May. The five were handed to North Korea on Monday.", "refoulement", ["The five"]),
    ],
)
def test_ages_and_numbers_tell_people(text: str, code: str, victims: list[str]) -> None:
    assert [v.text for v in proposed(text, code).statement.victims] == victims


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("One woman, identified only as Kim, said that police beat her sister.", "Kim"),
        ("Police beat four men, said Tesfalem, a taxi driver in Nairobi.", "Tesfalem"),
        ("Han, 41, said that police beat four men.", "Han"),
    ],
)
def test_a_teller_told_by_what_they_are_has_the_name_that_stands_beside_it(text: str, name: str) -> None:
    informant = proposed(text, "ill_treatment").statement.informant
    assert informant.type is InformantType.NAMED_PERSON
    assert informant.name == name


def test_a_teller_is_called_without_remarks_and_half_brackets() -> None:
    asked = "A source in the province, who asked for anonymity, told the paper that police beat her."
    assert proposed(asked, "ill_treatment").statement.informant.name == "A source in the province"
    numbered = "One woman from Hoeryong (R17) said that police beat her."
    assert proposed(numbered, "ill_treatment").statement.informant.name == "One woman from Hoeryong"


def test_according_to_somebody_a_pronoun_means_somebody_else() -> None:
    text = "A trafficker seized a woman. According to the source he sold her to a farmer."
    assert [p.text for p in proposed(text, "sale_of_person").statement.perpetrators] == ["A trafficker"]


def test_who_describes_being_beaten_lived_it_and_who_tells_of_my_husband_did_not() -> None:
    lived = proposed("Mira Tolvane described being beaten by two guards.", "ill_treatment").statement
    assert lived.basis is Basis.LIVED
    other = proposed("“My husband was beaten by agents,” says Mira Tolvane.", "ill_treatment").statement
    assert other.basis is not Basis.LIVED


def test_the_nearest_few_examples_say_whether_an_act_is_told() -> None:
    meaning = meaning_of_acts()
    if meaning is None:
        pytest.skip("the weights are not installed")
    done, none = meaning.nearest(
        ["Two men dragged her out of the flat at night.", "The women run stalls in the market."]
    )
    assert done[0].lead > 0 > none[0].lead
    assert len({like.lead for like in done}) == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "According to Amnesty International, police shot a man. The group said that guards beat her.",
            "Amnesty International",
        ),
        (
            "The Human Rights Office released a report on Tuesday. It says that guards beat women.",
            "The Human Rights Office",
        ),
        ("Choi Il-nam said that he fled in 2009. The former soldier says that guards beat his brother.", "Choi Il-nam"),
    ],
)
def test_who_told_before_goes_on_by_another_noun(text: str, name: str) -> None:
    assert proposed(text, "ill_treatment").statement.informant.name == name


def test_a_body_of_another_name_is_somebody_else() -> None:
    text = "The Rights Network said that police shot a man. The Committee against Torture said that guards beat her."
    assert proposed(text, "ill_treatment").statement.informant.name != "The Rights Network"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Activists say that the two women will be tortured at the border.", "torture"),
        ("If they are returned, they face torture and prison.", "torture"),
    ],
)
def test_what_is_to_come_or_depends_on_a_condition_is_an_opinion(text: str, code: str) -> None:
    assert proposed(text, code).statement.kind is StatementKind.OPINION


def test_the_people_on_whom_a_report_draws_do_not_hide_what_it_tells() -> None:
    text = "The report, which draws on interviews with 80 escapees, says that guards beat detainees."
    kinds = [s.statement.kind for s in propose_claims(text, facts=FACTS)]
    assert kinds == [StatementKind.QUANTITY, StatementKind.ACT]


def test_a_number_of_doers_is_no_number_of_victims() -> None:
    found = propose_claims("Six soldiers beat an old man in the yard of the station.", facts=FACTS)
    assert [s.statement.kind for s in found] == [StatementKind.ACT]


def test_whoever_speaks_by_their_office_is_he_or_she() -> None:
    text = "The special rapporteur said that guards shot a man. Guards beat detainees, she said."
    assert proposed(text, "ill_treatment").statement.informant.name == "The special rapporteur"


def test_may_not_forbids() -> None:
    text = "Workers are watched by officers and may not leave the compound alone."
    assert proposed(text, "restriction_on_movement").statement.kind is StatementKind.ACT


def test_people_are_held_and_meetings_are_not() -> None:
    held = proposed("Two missionaries have been held in the North since 2013.", "arbitrary_detention").statement
    assert [v.text for v in held.victims] == ["Two missionaries"]
    other = propose_claims("A meeting of missionaries was held in the North in 2013.", facts=FACTS)
    assert all("arbitrary_detention" not in s.statement.acts for s in other)


def test_who_rarely_reports_abuse_is_no_teller_and_a_study_is_told_by_its_body() -> None:
    rarely = propose_claims("Victims rarely report such abuse because they fear revenge.", facts=FACTS)
    assert all(s.statement.informant.name != "Victims" for s in rarely)
    study = proposed("According to a study by a research institute, guards beat detainees.", "ill_treatment")
    assert study.statement.informant.name == "a research institute"


@pytest.mark.parametrize(
    "text",
    [
        "He was beaten in a detention post in Musan.",
        "Women in detention are beaten.",
        "Guards tortured him in a prison.",
    ],
)
def test_a_place_of_custody_where_another_act_is_done_is_no_act_of_its_own(text: str) -> None:
    assert [len(s.statement.acts) for s in propose_claims(text, facts=FACTS)] == [1]
    assert all("arbitrary_detention" not in s.statement.acts for s in propose_claims(text, facts=FACTS))


def test_being_sent_to_a_camp_is_an_act() -> None:
    assert proposed("She was sent to a labour camp and beaten there.", "arbitrary_detention")
