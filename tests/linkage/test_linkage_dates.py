"""Told dates compared as sets of days."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.linkage.comparing import compare_mentions
from firsthand.linkage.mentions import Mention
from firsthand.linkage.scoring import CandidatePair, explain_pair, learned_pairs, worth_deciding
from firsthand.linkage.told_dates import birth_years_of_age, compare_told_dates


def test_age_by_the_korean_count_is_one_or_two_more() -> None:
    assert birth_years_of_age(30, 2000, counting="korean") == (1971, 1971)
    assert birth_years_of_age(30, 2000, counting="international") == (1969, 1970)
    assert birth_years_of_age(30, 2000) == (1969, 1971)
    with pytest.raises(ValueError, match="counted"):
        birth_years_of_age(30, 2000, counting="roman")


def test_spans_that_meet_agree_the_more_the_narrower_they_are() -> None:
    day = compare_told_dates("1971-03-04", "1971-03-04")
    year = compare_told_dates("1971", "1971-03-04")
    decade = compare_told_dates("197X", "1971")
    assert day is not None
    assert year is not None
    assert decade is not None
    assert day.bits > year.bits > decade.bits > 0
    assert (day.how, year.how, decade.how) == ("equal", "overlap", "overlap")


def test_a_lunar_birthday_meets_the_solar_one() -> None:
    # 1971-01-15 of the lunar calendar is 1971-02-10
    found = compare_told_dates("1971-01-15", "1971-02-10")
    assert found is not None
    assert found.how == "lunar"
    assert found.bits > 0
    apart = compare_told_dates("1971-01-15", "1971-01-18")
    assert apart is not None
    assert apart.bits < 0


def test_open_dates_and_words_say_nothing() -> None:
    assert compare_told_dates("1990/..", "1995") is None
    assert compare_told_dates("as a child", "1995") is None


DATES = st.dates(dt.date(1930, 1, 1), dt.date(2020, 12, 31)).map(str) | st.integers(1930, 2020).map(str)


@given(DATES, DATES)
def test_comparing_dates_is_symmetric_and_bounded(a: str, b: str) -> None:
    found, back = compare_told_dates(a, b), compare_told_dates(b, a)
    assert found == back
    assert found is not None
    assert -5.0 <= found.bits <= 9.0


def test_a_former_name_of_a_body_is_the_body() -> None:
    old = Mention(id="a", text="국가안전보위부", kind="institution", document="d1")
    new = Mention(id="b", text="the Ministry of State Security", kind="institution", document="d2")
    assert compare_mentions(old, new)[0].weight_bits > 10
    assert "former" in compare_mentions(old, new)[0].words_en


def test_an_alias_that_a_person_gave_is_a_fact() -> None:
    known = Mention(id="a", text="Alma Novak", kind="person", document="d1", also=("도단비",))
    other = Mention(id="b", text="Do Dan-bi", kind="person", document="d2")
    plain = Mention(id="c", text="Alma Novak", kind="person", document="d1")
    assert compare_mentions(known, other)[0].weight_bits > compare_mentions(plain, other)[0].weight_bits + 5


def test_decisions_move_other_pairs_and_say_so() -> None:
    def mention(n: int, place: str) -> Mention:
        return Mention(id=f"m{n}", text="도단비", kind="person", document=f"d{n}", facts={"place": place})

    def pair(n: int, place: str) -> CandidatePair:
        return explain_pair(mention(2 * n, "Hyesan"), mention(2 * n + 1, place), mentions_in_all=50)

    same, apart = [pair(n, "Hyesan") for n in range(20)], [pair(n, "Sinuiju") for n in range(20, 30)]
    waiting = [pair(40, "Sinuiju"), pair(41, "Hyesan")]
    moved = learned_pairs(waiting, [*same, *apart], [True] * 20 + [False] * 10)
    # the place, which the machine made little of, decides among bearers of one name
    assert moved[0].probability < 0.5 < moved[1].probability
    assert moved[0].probability < waiting[0].probability
    assert moved[0].evidence[-1].feature == "answers"
    assert learned_pairs(waiting, same[:3], [True] * 3) == waiting


def test_doubt_with_much_resting_on_it_is_decided_first() -> None:
    a = Mention(id="a", text="도단비", kind="person", document="d1")
    b = Mention(id="b", text="Do Dan-bi", kind="person", document="d2")
    c = Mention(id="c", text="D.", kind="person", document="d3")
    pair, brief = explain_pair(a, b, mentions_in_all=20), explain_pair(a, c, mentions_in_all=20)
    assert brief.undecidable
    assert worth_deciding([brief, pair], {})[0] is pair
    large = worth_deciding([pair, explain_pair(b, a, mentions_in_all=20)], {"a": 1, "b": 1})
    assert len(large) == 2


def test_evidence_names_its_features_in_the_readers_language() -> None:
    facts = {"place": "Marugol", "sex": "f", "birth_year": "1970"}
    a, b = (Mention(id=i, text="도단비", kind="person", document=i, facts=facts) for i in "ab")
    for evidence in compare_mentions(a, b)[1:]:
        assert evidence.feature.split("_")[0] in evidence.words_en
        assert evidence.feature.split("_")[0] not in evidence.words_ko
