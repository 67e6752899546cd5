"""Who is meant, who tells, who did what to whom, where and when: one plain rule a test, on invented sentences."""

from __future__ import annotations

import pytest

from firsthand.claims.attribution import InformantType
from firsthand.claims.claim import Statement, StatementKind
from firsthand.claims.reading import propose_claims
from firsthand.values.grades import Basis

FACTS = {"date": "2017-09-12", "publisher": "The Heron Post"}


def told(text: str) -> list[Statement]:
    return [suggestion.statement for suggestion in propose_claims(text, facts=FACTS)]


def of_act(text: str, act: str) -> Statement:
    return next(statement for statement in told(text) if act in statement.acts)


def names(people: object) -> list[str]:
    return [person.text for person in people]  # type: ignore[attr-defined]


def places(statement: Statement) -> list[str]:
    return [place.text for place in statement.places]


def test_she_is_the_one_whom_the_story_is_about_not_the_woman_named_last() -> None:
    text = (
        "Mi-young, a woman of 24, left the house when the mother of her husband let her go to the market. "
        "She had been sold to a farmer."
    )
    assert names(of_act(text, "sale_of_person").victims) == ["Mi-young"]


def test_they_who_do_something_are_the_ones_who_did_something_before() -> None:
    text = "Traffickers often prey on people who try to leave, her parents said. They sell them to farmers."
    sale = of_act(text, "sale_of_person")
    assert names(sale.perpetrators) == ["Traffickers"]
    assert names(sale.victims) == ["people"]


def test_a_pronoun_never_means_another_part_of_its_own_verb() -> None:
    text = "The woman lived in a village. Dara Quist sold her to a farmer."
    sale = of_act(text, "sale_of_person")
    assert names(sale.victims) == ["The woman"]
    assert names(sale.perpetrators) == ["Dara Quist"]


def test_she_is_not_a_man_and_not_a_body() -> None:
    text = "The woman lived in Yanji. Her brother, a farmer, spoke to the United Nations in Geneva. She was beaten."
    assert names(of_act(text, "ill_treatment").victims) == ["The woman"]


def test_whoever_asked_to_be_called_by_a_name_tells_under_it() -> None:
    text = "The woman asked to be named only as S.Y. in this story. She said that guards beat her."
    statement = of_act(text, "ill_treatment")
    assert statement.informant.type is InformantType.NAMED_PERSON
    assert statement.informant.name == "S.Y."


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Another logger in the camp, Gwak, said that the guards beat two men.", "Gwak"),
        ("The researcher Ilse Varnholt says that the guards beat two men.", "Ilse Varnholt"),
        ("Min-seo told the paper that guards beat two men.", "Min-seo"),
    ],
)
def test_a_teller_known_by_name_and_by_what_they_are_is_a_named_person(sentence: str, name: str) -> None:
    informant = told(sentence)[0].informant
    assert informant.type is InformantType.NAMED_PERSON
    assert informant.name == name


def test_what_somebody_in_a_story_found_or_believed_is_told_by_the_author() -> None:
    statement = told("Min-seo found her chance to leave when the guards slept in the house.")[0]
    assert statement.informant.type is InformantType.AUTHOR_VOICE


def test_a_law_told_of_after_somebodys_words_is_not_theirs() -> None:
    text = "North Korea rejected the report. China is a party to the convention."
    assert told(text)[-1].informant.type is InformantType.AUTHOR_VOICE


def test_what_befell_the_teller_is_lived_and_what_befell_another_is_not() -> None:
    own = of_act("Sella Orrin is a trader. She said that guards beat her.", "ill_treatment")
    other = of_act("Joon Varga is a trader. His wife lived in Musan. He said that guards beat her.", "ill_treatment")
    assert own.basis is Basis.LIVED
    assert other.basis is Basis.NOT_STATED


def test_kept_locked_has_its_doer_and_its_victim() -> None:
    statement = of_act("The couple kept the woman locked in their home.", "arbitrary_detention")
    assert names(statement.perpetrators) == ["The couple"]
    assert names(statement.victims) == ["the woman"]


def test_whoever_is_called_on_to_stop_is_the_doer_and_no_place() -> None:
    statement = of_act("Rights groups called on China to stop sending refugees back to North Korea.", "refoulement")
    assert names(statement.perpetrators) == ["China"]
    assert places(statement) == ["North Korea"]


def test_officials_to_whom_something_gives_the_means_are_the_doers() -> None:
    statement = of_act("Threats of arrest give officials a powerful means of extortion.", "extortion_by_official")
    assert names(statement.perpetrators) == ["officials"]


def test_some_of_the_markets_are_nobody() -> None:
    assert all(not s.victims for s in told("The state took steps to regulate some of the markets in the province."))


def test_a_state_that_acts_is_no_place_of_its_act() -> None:
    statement = of_act("China sent his wife back to the North in December 2015.", "refoulement")
    assert "China" not in places(statement)


def test_each_act_has_the_place_and_time_of_its_own_clause() -> None:
    text = "He was arrested in Hyesan in 2010 and his brother was tortured in Musan in 2014."
    arrest, torture = of_act(text, "arbitrary_arrest"), of_act(text, "torture")
    assert (places(arrest), arrest.time and arrest.time.date.edtf) == (["Hyesan"], "2010")
    assert (places(torture), torture.time and torture.time.date.edtf) == (["Musan"], "2014")


def test_where_people_met_is_not_where_what_befell_their_relatives_took_place() -> None:
    text = "A group of people whose sisters were trafficked met in Washington in November."
    statement = of_act(text, "trafficking_in_persons")
    assert places(statement) == []
    assert statement.time is None


def test_the_country_is_the_one_named_before() -> None:
    text = "North Korea closed its schools. Women in the country were beaten by guards."
    assert places(of_act(text, "ill_treatment")) == ["North Korea"]


def test_a_cell_in_a_town_is_the_town() -> None:
    assert places(of_act("They held me in a cell in Chongjin.", "arbitrary_detention")) == ["Chongjin"]


@pytest.mark.parametrize(
    ("words", "edtf"),
    [
        ("In the past year", "2016-09/2017-09"),
        ("In the past six months", "2017-03/2017-09"),
        ("At the beginning of the year", "2017-01"),
        ("Four years earlier", "2013~"),
        ("Since May", "2017-05/.."),
        ("In the previous summer", "2017-22"),
        ("In the 1970s and 1980s", "1970/1989"),
    ],
)
def test_times_are_counted_from_the_day_of_the_document(words: str, edtf: str) -> None:
    statement = of_act(f"{words} the guards beat two men in the camp.", "ill_treatment")
    assert statement.time is not None
    assert statement.time.date.edtf == edtf


def test_years_before_something_that_is_not_told_are_no_time() -> None:
    statement = of_act("Her father was sent to a labour camp two years before.", "arbitrary_detention")
    assert statement.time is None or statement.time.date.edtf is None


def test_an_item_of_a_numbered_list_is_told_by_nobody_who_told_the_one_before() -> None:
    text = (
        "(1) According to the Willow Committee, guards beat prisoners in the camp. "
        "(2) Infants were taken from mothers. (3) Guards beat prisoners in the mine."
    )
    first, *others = propose_claims(text)
    assert first.statement.informant.name == "the Willow Committee"
    assert len(others) >= 2
    assert {s.statement.informant.type for s in others} == {InformantType.AUTHOR_VOICE}
    assert not any(text[p.start : p.end].startswith("(") for s in others for p in s.support)


@pytest.mark.parametrize("text", ["What does the ministry say about people who were beaten?", "그들은 왜 맞았습니까?"])
def test_a_question_is_no_claim_and_a_quoted_one_is_told(text: str) -> None:
    assert not propose_claims(text)
    assert propose_claims(f"Guards beat prisoners every day, she said. “{text}”")


def test_the_author_of_a_study_is_somebody_and_the_author_alone_is_who_writes() -> None:
    (told,) = propose_claims("The author of the study, Nadia Brask, said that guards beat prisoners every day.")
    assert told.statement.informant.name == "Nadia Brask"
    (told,) = propose_claims("The author said that guards beat the prisoners every day.")
    assert told.statement.informant.type is InformantType.AUTHOR_VOICE


def test_she_is_the_woman_brought_in_since_somebody_else_told_something() -> None:
    text = (
        "Nadia Brask said that guards beat prisoners every day.\n"
        "Pae Eun-byol crossed the river in 2006. A broker sold her to a farmer, she told the paper."
    )
    sold = next(s.statement for s in propose_claims(text) if "sale_of_person" in s.statement.acts)
    assert sold.informant.name == "Pae Eun-byol"
    assert sold.basis is Basis.LIVED


def test_an_ambassador_by_name_denies_for_the_state() -> None:
    (told,) = propose_claims("North Korea's ambassador, Ri Chang-ho, called the report about the camps a provocation.")
    assert told.statement.kind is StatementKind.DENIAL
    assert told.statement.informant.name == "Ri Chang-ho"
    assert told.statement.basis is Basis.ACCUSED


def test_a_second_count_of_the_same_is_a_claim_with_its_own_time() -> None:
    text = "The group estimates that fewer than 100 people reached South Korea in 2021, compared with 1,047 in 2019."
    counts = [s.statement for s in propose_claims(text) if s.statement.kind is StatementKind.QUANTITY]
    assert [(s.amount and s.amount.minimum, s.time and s.time.date.edtf) for s in counts] == [
        (None, "2021"),
        (1047, "2019"),
    ]


def test_a_number_counts_those_whom_the_act_beside_it_befell() -> None:
    (told,) = [
        s.statement
        for s in propose_claims("Police raided two houses and detained 17 people.")
        if s.statement.kind is StatementKind.QUANTITY
    ]
    assert told.acts == ("arbitrary_detention",)


def test_who_the_counted_people_are_is_no_count_of_its_own() -> None:
    text = "More than 500 villagers, most of them fishermen, were abducted from the coast."
    assert [s.statement.amount.minimum for s in propose_claims(text) if s.statement.amount] == [500]


def test_some_of_those_asked_who_tell_of_themselves_are_counted() -> None:
    (told,) = propose_claims("Twenty-two of those interviewed said that they had been beaten with sticks.")
    assert told.statement.kind is StatementKind.QUANTITY
    assert told.statement.amount is not None
    assert told.statement.amount.minimum == 22


def test_testimony_is_the_basis_of_the_body_that_took_it_and_of_no_other() -> None:
    text = (
        "The Willow Office said that guards beat prisoners in the camp. "
        "It said that its report rests on 38 interviews.\n"
        "The Lantern Group said that guards beat prisoners in the mine."
    )
    found = [s.statement for s in propose_claims(text) if "ill_treatment" in s.statement.acts]
    assert [(s.informant.name, s.basis) for s in found] == [
        ("The Willow Office", Basis.TOLD_BY_WITNESS),
        ("The Lantern Group", Basis.NOT_STATED),
    ]


@pytest.mark.parametrize(
    ("text", "victim"),
    [
        ("Guards stopped two women. Both were beaten in the camp.", "Both"),
        ("Guards stopped four men. The four were beaten in the camp.", "The four"),
    ],
)
def test_both_and_the_four_are_whom_it_befell(text: str, victim: str) -> None:
    beaten = propose_claims(text)[-1].statement
    assert beaten.acts == ("ill_treatment",)
    assert [text[v.span.start : v.span.end] for v in beaten.victims if v.span] == [victim]


def test_an_act_is_read_from_what_is_told_and_not_from_what_people_are_called() -> None:
    text = "Detainees who met missionaries were sent to political prison camps."
    (sent,) = [s.statement for s in propose_claims(text) if "arbitrary_detention" in s.statement.acts]
    assert [p.text for p in sent.places] == ["political prison camps"]


def test_after_a_denial_another_state_is_no_part_of_it() -> None:
    text = "North Korea denied that it holds prisoners. Japan does not accept that explanation."
    assert [s.statement.informant.name for s in propose_claims(text) if s.statement.kind is StatementKind.DENIAL] == [
        "North Korea"
    ]


def test_whoever_asks_a_state_not_to_do_it_says_that_it_does_it() -> None:
    text = "The minister said the women could face torture, and asked Beijing not to repatriate anyone."
    (sent,) = [s.statement for s in propose_claims(text) if "refoulement" in s.statement.acts]
    assert sent.kind is StatementKind.ACT


@pytest.mark.parametrize(
    "text",
    [
        "North Korea adopted a law against foreign culture in December 2020.",
        "The criminal procedure law limits pre-trial detention to two months.",
        "A resolution of 2017 required all states to send the workers home.",
    ],
)
def test_making_and_stating_a_law_is_law(text: str) -> None:
    assert [s.statement.kind for s in propose_claims(text)] == [StatementKind.LAW]


def test_a_judgement_of_an_arrangement_is_an_opinion() -> None:
    (told,) = propose_claims("Prof. Marit Haugen said the arrangement meets the definition of forced labour.")
    assert told.statement.kind is StatementKind.OPINION


@pytest.mark.parametrize(
    "text",
    [
        "The government has rejected offers of aid from abroad.",
        "That government denies its people freedom of worship.",
    ],
)
def test_refusing_things_to_people_denies_no_statement(text: str) -> None:
    assert StatementKind.DENIAL not in {s.statement.kind for s in propose_claims(text)}


def test_what_is_thought_by_nobody_who_is_named_is_an_estimate() -> None:
    (told,) = propose_claims("Between 80,000 and 120,000 people are thought to be held in large camps.")
    assert told.statement.basis is Basis.INFERRED


def test_whoever_goes_through_something_is_no_doer() -> None:
    (told,) = [s.statement for s in propose_claims("A pastor said that he spent 11 years in a prison camp.")]
    assert not told.perpetrators


def test_a_survey_speaks_for_the_body_that_published_it() -> None:
    text = "Guards beat prisoners in the camp, according to a survey that the Willow Centre published on Monday."
    assert propose_claims(text)[0].statement.informant.name == "the Willow Centre"


def test_what_something_is_measured_by_is_no_teller() -> None:
    (told,) = propose_claims("Guards beat prisoners according to the number of bricks that they carry.")
    assert told.statement.informant.type is InformantType.AUTHOR_VOICE


def test_whatever_a_number_of_cases_counts_people_are_its_victims() -> None:
    (told,) = [
        s.statement
        for s in propose_claims("Women were beaten by guards in at least 12 cases.")
        if s.statement.kind is StatementKind.QUANTITY
    ]
    assert [v.text for v in told.victims] == ["Women"]


def test_a_year_right_behind_a_verb_of_saying_is_that_of_the_telling() -> None:
    found = propose_claims("The army admitted in 2002 that its agents had abducted 13 fishermen.")
    assert {s.statement.time for s in found} == {None}
