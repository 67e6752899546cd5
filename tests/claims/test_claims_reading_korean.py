"""Korean sentences: who tells, whom it befell, where and when, how many; all people and places of events invented."""

from __future__ import annotations

import pytest

from firsthand.claims.attribution import InformantType
from firsthand.claims.claim import StatementKind
from firsthand.claims.reading import propose_claims
from firsthand.claims.reading.acts import find_acts
from firsthand.claims.reading.cues import read_table
from firsthand.claims.reading.kiwi import load_kiwi
from firsthand.claims.reading.korean_clauses import side_by_side, split_clauses, stand_alone
from firsthand.claims.reading.korean_meaning import korean_meaning
from firsthand.claims.reading.korean_telling import TELLS, told_at
from firsthand.claims.reading.quantities import find_quantities
from firsthand.claims.reading.times import find_times, read_anchor_date
from firsthand.claims.suggestions import Suggestion
from firsthand.values.grades import Basis
from firsthand.values.languages import Language

KO = Language.KOREAN
HEADER = "# 1 | title: 시험 | publisher: 시험신문 | date: 2022-03-16 | lang: ko\n"


def read(*sentences: str) -> list[Suggestion]:
    return propose_claims(HEADER + " ".join(sentences))


def names(people: tuple) -> list[str]:
    return [person.text for person in people]


def of(suggestions: list[Suggestion], act: str) -> Suggestion:
    return next(s for s in suggestions if act in s.statement.acts)


@pytest.mark.parametrize(
    ("sentence", "kind", "name"),
    [
        ("한 소식통은 주민들이 붙잡혔다며 한숨을 쉬었다.", InformantType.UNNAMED_PERSON, "한 소식통"),
        ("주민들이 붙잡혔다고 인권단체 은하수가 3일 밝혔다.", InformantType.INSTITUTION, "인권단체 은하수"),
        ("조약돌(가명) 씨의 말에 따르면 주민들이 붙잡혔다.", InformantType.NAMED_PERSON, "조약돌(가명) 씨"),
        ("A씨는 주민들이 붙잡혔다고 말했다.", InformantType.UNNAMED_PERSON, "A씨"),
        ("일본 대표는 주민들이 붙잡혔다고 말했다.", InformantType.INSTITUTION, "일본 대표"),
        ("주민들이 붙잡혔다는 것이 소식통들의 공통된 말이다.", InformantType.UNNAMED_GROUP, "소식통들"),
        ("주민들이 붙잡힌 것으로 전해졌다.", InformantType.UNNAMED_GROUP, None),
    ],
)
def test_who_tells_is_known_by_the_ending_of_what_is_told(sentence: str, kind: InformantType, name: str | None) -> None:
    informant = of(read(sentence), "arbitrary_arrest").statement.informant
    assert (informant.type, informant.name) == (kind, name)


def test_a_short_name_and_a_pronoun_mean_the_one_brought_in_with_the_whole_name() -> None:
    found = read(
        "탈북민 오솔길 씨는 2010년 옌지에서 공안에 체포됐다고 말했다.",
        "오 씨는 구류장에 한 달 동안 갇혀 있었다고 했다.",
        "경비병들이 그를 때렸다고 오 씨는 덧붙였다.",
    )
    detained, beaten = of(found, "arbitrary_detention").statement, of(found, "ill_treatment").statement
    assert detained.informant.name == "탈북민 오솔길 씨"
    assert detained.basis is Basis.LIVED
    assert names(beaten.victims) == ["탈북민 오솔길 씨"]
    assert names(beaten.perpetrators) == ["경비병들"]
    assert beaten.basis is Basis.LIVED


def test_whoever_died_does_not_tell_of_it() -> None:
    found = read("하늬 씨는 감옥에 갇혔다고 말했다.", "함께 있던 여성은 약을 받지 못해 숨졌다고 했다.")
    statement = of(found, "denial_of_health_care").statement
    assert statement.informant.name == "하늬 씨"
    assert names(statement.victims) == ["여성"]


def test_a_subject_left_unsaid_is_the_one_of_the_sentence_before_and_marked_as_inferred() -> None:
    found = read("소식통은 여성 주민이 보위부에 체포됐다고 말했다.", "뒤에 수용소로 끌려가 갇혔다고 소식통은 전했다.")
    victim = of(found, "arbitrary_detention").statement.victims[0]
    assert victim.text.endswith("주민")
    assert victim.span is None


def test_an_act_before_a_noun_befell_whom_the_noun_names() -> None:
    statement = of(read("보고서는 강제북송된 여성 40명이 매를 맞았다고 밝혔다."), "ill_treatment").statement
    assert names(statement.victims) == ["여성 40명"]


def test_doers_are_found_in_passives_and_possessives() -> None:
    assert names(of(read("청년들이 보위원들에게 붙잡혔다."), "arbitrary_arrest").statement.perpetrators) == ["보위원들"]
    taken = of(read("보위부는 주민들의 돈을 모두 빼앗았다."), "confiscation").statement
    assert (names(taken.perpetrators), names(taken.victims)) == (["보위부"], ["주민들"])
    taking = of(read("국경경비대 군인들이 뇌물을 받고 풀어 줬다."), "bribery").statement
    assert names(taking.recipients) == ["국경경비대 군인들"]


def test_a_named_subject_of_another_clause_was_not_beaten() -> None:
    statement = of(read("그는 동료가 일러바치는 바람에 더 심하게 맞았다."), "ill_treatment").statement
    assert names(statement.victims) != ["동료"]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("중국 외교부 대변인은 탈북자를 송환한 적이 없다고 답했다.", StatementKind.DENIAL),
        ("북한은 보고서가 꾸며 낸 것이라고 주장했다.", StatementKind.DENIAL),
        ("단체는 강제북송을 중단하라고 촉구했다.", StatementKind.ACT),
        ("단체는 주민들이 강제북송될 수 있다고 우려했다.", StatementKind.OPINION),
        ("북한은 2020년 새 형법을 채택하고 영상물을 퍼뜨리면 처벌하도록 했다.", StatementKind.LAW),
    ],
)
def test_denials_demands_possibilities_and_laws_are_told_apart(sentence: str, kind: StatementKind) -> None:
    assert [s.statement.kind for s in read(sentence)] == [kind]


def test_a_law_that_is_told_of_by_nobody_is_not_the_word_of_the_accused_before() -> None:
    found = read("북한은 보고서가 날조라고 주장했다.", "북한 형법은 고문을 금지하고 있다.")
    assert found[-1].statement.informant.type is InformantType.AUTHOR_VOICE


def test_the_same_again_is_the_act_of_the_sentence_before() -> None:
    found = read("여성 5명이 농가에 팔렸다고 단체는 밝혔다.", "다른 마을에서도 비슷한 일이 벌어졌다고 단체는 전했다.")
    assert found[-1].statement.acts == found[0].statement.acts


def test_a_memoir_is_told_by_the_one_who_says_i() -> None:
    found = read(
        "나는 1990년 길주에서 태어났다.",
        "보위부가 우리를 늘 감시했다.",
        "나는 대학에 가지 못했다.",
        "우리는 탄광 마을로 추방됐다.",
        "나는 두만강을 건넜다.",
    )
    assert {s.statement.informant.name for s in found} == {"나"}
    assert of(found, "deportation").statement.basis is Basis.LIVED


def test_where_people_come_from_and_states_that_act_are_no_place_of_the_act() -> None:
    statement = of(
        read("중국이 남한에 있는 가족과 통화한 북한 여성 3명을 혜산에서 체포했다."), "arbitrary_arrest"
    ).statement
    assert [place.text for place in statement.places] == ["혜산"]


def test_an_unnamed_place_stands_where_a_particle_says_so_and_not_within_a_named_one() -> None:
    assert [p.text for p in of(read("그는 창고에 갇혔다."), "arbitrary_detention").statement.places] == ["창고"]
    places = of(read("그는 지린성의 한 창고에 갇혔다."), "arbitrary_detention").statement.places
    assert [p.text for p in places] == ["지린성"]


@pytest.mark.parametrize(
    ("words", "told_before", "edtf"),
    [
        ("지난해 11월부터 석 달 동안", None, "2021-11/2022-01"),
        ("지난달 말부터", None, "2022-02/.."),
        ("오는 23일", None, "2022-03-23"),
        ("이십 년 전", None, "2002"),
        ("1970년대와 1980년대", None, "197X/198X"),
        ("2014년 떠나 이듬해", None, "2014"),
        ("그해 겨울", "2004-21", "2004-24"),
        ("같은 해 4월", "2004", "2004-04"),
        ("그해 겨울", None, None),
        ("음력 8월 15일", None, None),
        ("음력 2003년 8월 15일", None, "2003"),
    ],
)
def test_times_count_from_the_document_or_from_a_time_told_before(
    words: str, told_before: str | None, edtf: str | None
) -> None:
    found = find_times(words, KO, read_anchor_date("2022-03-16"), told_before=told_before)
    assert found[0].edtf == edtf


def test_the_next_year_counts_from_the_year_told_in_the_same_sentence() -> None:
    assert [t.edtf for t in find_times("2014년 떠나 이듬해 왔다", KO, None)] == ["2014", "2015"]


@pytest.mark.parametrize(
    ("words", "minimum", "maximum", "unit"),
    [
        ("8만 명에서 12만 명", 80000, 120000, "persons"),
        ("3천 위안에서 2만 위안", 3000, 20000, "CNY"),
        ("자녀 84명 중 31명은", 31, 31, "persons"),
        ("닷새 동안", 5, 5, "days"),
        ("여성 일곱 명", 7, 7, "persons"),
        ("4년 가까이", None, 4, "years"),
        ("임금의 70%", 0.7, 0.7, "임금"),
    ],
)
def test_numbers_ranges_and_native_days(words: str, minimum: float | None, maximum: float | None, unit: str) -> None:
    (found,) = find_quantities(words, KO)
    assert (found.quantity.minimum, found.quantity.maximum, found.quantity.unit) == (minimum, maximum, unit)


def test_the_people_counted_stand_beside_their_number() -> None:
    statement = read("단체는 붙잡힌 여성이 500명에 이른다고 밝혔다.")[0].statement
    assert statement.kind is StatementKind.QUANTITY
    assert names(statement.victims) == ["여성"]


@pytest.mark.parametrize(
    "sentence",
    [
        "정부는 광복절을 맞아 기념식을 열었다.",
        "회사는 매달 보고서를 낸다.",
        "새로 지은 한옥에 손님이 많았다.",
        "그는 학술 고문을 맡았다.",
        "그의 어머니는 시장에서 떡을 팔았다.",
        "옷을 벗고 잠들었다.",
        "그는 책을 돌려보냈다.",
        "손님을 맞이했다.",
    ],
)
def test_words_within_other_words_name_no_act(sentence: str) -> None:
    assert not find_acts(sentence, KO)


def test_clauses_stand_side_by_side_only_where_each_tells_something_of_its_own() -> None:
    def parts(words: str) -> int:
        tokens = load_kiwi().tokenize(words)
        clauses = split_clauses(words, tokens)
        assert "".join(words[c.start : c.end] for c in clauses) == words
        return len(stand_alone(words, tokens, side_by_side(words, tokens, clauses, 0, None)))

    assert parts("어머니는 탄광에서 일했고 아버지는 농장에서 일했다.") == 2
    assert parts("그는 차를 타고 마을로 갔다.") == 0
    assert parts("여성은 병에 걸렸는데 의사는 오지 않았다.") == 0


def test_acts_offered_for_a_sentence_without_a_cue_are_those_of_the_nearest_examples() -> None:
    tokens = load_kiwi().tokenize("순찰원은 자전거를 돌려주는 대가로 쌀을 내놓으라고 했다.")
    near = korean_meaning((("other_context", "순찰원이 자전거를 빌려주고 쌀을 받았다."),)).nearest(tokens)
    assert near[0].code == "other_context"
    assert [like.nearness for like in near] == sorted((like.nearness for like in near), reverse=True)
    assert korean_meaning().nearest([]) == ()


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("국가정보원은 노동자가 4천 명을 넘는 것으로 보고 있다.", InformantType.INSTITUTION, "국가정보원"),
        ("경비병이 주민을 때렸다고 현지 사업가가 밝혔다.", InformantType.UNNAMED_PERSON, "현지 사업가"),
        ("국방부는 포로를 약 8만 명으로 추정하고 있다.", InformantType.INSTITUTION, "국방부"),
    ],
)
def test_tellers_by_what_they_are(text: str, kind: InformantType, name: str) -> None:
    informant = propose_claims(text)[0].statement.informant
    assert (informant.type, informant.name) == (kind, name)


def test_a_body_is_not_its_chairwoman_who_spoke_before() -> None:
    text = "인권단체 하늘창의 서이랑 대표는 주민들이 맞았다고 비판했다. 하늘창은 주민 130명이 갇혔다고 밝혔다."
    assert propose_claims(text)[-1].statement.informant.type is InformantType.INSTITUTION


def test_an_act_told_in_ordinary_words_is_proposed_with_the_example_it_is_near_to() -> None:
    tokens = load_kiwi().tokenize("그들은 어머니의 머리채를 잡고 마당으로 질질 끌어냈다.")
    likely, morpheme = told_at(tokens)
    nothing, _ = told_at(load_kiwi().tokenize("회의는 오후에 시작해 저녁에 끝났다."))
    assert likely > nothing
    assert morpheme is not None
    assert morpheme.tag.partition("-")[0] in TELLS


def test_what_is_judged_or_denied_is_no_act_by_the_nearness_of_a_sentence() -> None:
    for text in ("그는 그런 일이 벌어질 수 있다고 우려했다.", "북한은 그런 일이 없다고 부인했다."):
        assert not [s for s in propose_claims(text) if s.why["acts"].startswith("near in meaning")]


def test_the_weights_of_the_model_are_of_morphemes_and_pairs_and_its_middle_is_told() -> None:
    rows = read_table("korean_telling")
    assert rows[0]["trait"] == ""
    assert all("/" in row["trait"] or "+" in row["trait"] for row in rows[1:])
    assert all(abs(float(row["weight"])) < 10 for row in rows)
