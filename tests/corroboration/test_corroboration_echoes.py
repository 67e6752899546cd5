"""Passages that tell the same in other words and languages are proposed; honest witnesses of one event are not."""

from __future__ import annotations

from itertools import pairwise

import pytest

from firsthand.claims.attribution import Informant, InformantType
from firsthand.claims.claim import Statement, StatementKind
from firsthand.corroboration.dependence import Dependence, DependenceKind, Standing, is_hub
from firsthand.corroboration.echoes import EchoIndex, passages_of_text
from firsthand.corroboration.facts import facts_of
from firsthand.corroboration.families import Told
from firsthand.corroboration.proposing import Provenance
from firsthand.corroboration.weighing import weigh_statements

TOLD = "On 12 May 2011 Kim Tal-lae saw 214 traders and 37 carts led over the Tumen bridge towards the salt works."
RETOLD = "Led over the bridge on the Tumen towards the salt works: 37 carts, 214 traders, so Kim Tal-lae, May 12, 2011."
KOREAN = "2011년 5월 12일 김달래는 상인 214명과 수레 37대가 다리를 건너 소금밭으로 끌려가는 것을 보았다고 말했다."
WITNESS = "On 12 May 2011 a ferry hand saw the wardens close the lower market and shout at about 90 sellers of fish."
WITNESS_KOREAN = "2011년 5월 12일 김달래는 장마당이 닫히고 생선 장수 쉰 명이 흩어지는 것을 먼발치에서 보았다고 한다."


def kinds(**texts):
    return {(e.a, e.b): e.kind for e in EchoIndex(texts).echoes()}


def test_a_retelling_and_a_translation_are_found_and_named_as_what_they_are():
    assert kinds(a=TOLD, b=RETOLD) == {("a", "b"): DependenceKind.PARAPHRASE}
    assert kinds(a=TOLD, b=KOREAN) == {("a", "b"): DependenceKind.TRANSLATION}


def test_an_honest_witness_of_the_same_day_is_not_an_echo():
    assert kinds(a=TOLD, b=WITNESS) == {}
    assert kinds(a=TOLD, b=WITNESS_KOREAN) == {}


def test_two_exact_numbers_in_other_words_are_rare_details():
    other = "Papers of the ward list 214 names and 118 tools for the work of 2011, and nothing on who wrote them down."
    again = "In 2011, says the clerk, 118 shovels were handed out, and bread was baked for 214, as everybody was told."
    assert kinds(a=other, b=again) == {("a", "b"): DependenceKind.RARE_DETAIL}


def test_the_reason_holds_no_word_of_the_passages():
    (echo,) = EchoIndex({"a": TOLD, "b": KOREAN}).echoes()
    assert "214" not in echo.reason
    assert "Tal-lae" not in echo.reason
    assert "in another language" in echo.reason


@pytest.mark.parametrize(
    ("english", "korean", "fact"),
    [
        ("two hundred and fourteen people", "사람 214명이 있었다고 한다", "number 214"),
        ("about 5,000 yuan", "값은 5천 위안이라고 하였다", "number 5000"),
        ("twelve thousand letters", "편지가 1만2천 통 있었다고 한다", "number 12000"),
        ("the 12th of May 2011", "그것은 2011년 5월 12일이었다", "day 5-12"),
        ("for fifteen days", "모두 보름 동안 기다렸다고 한다", "number 15"),
        ("nine boats came", "배 아홉 척이 왔다고 들었다", "number 9"),
        ("Ri Myong-bak said so", "그것은 이명박 씨가 말하였다", "name 이 ㅁ ㅂ"),
        ("in Hunchun", "훈춘에서 들었다고 말하였다", "place CN-hunchun"),
    ],
)
def test_a_fact_is_the_same_in_both_languages(english, korean, fact):
    assert fact in facts_of(english)
    assert fact in facts_of(korean)


def test_may_and_a_small_number_say_nothing():
    assert not any(facts_of("They may have come in march, two or three of them.").values())


def test_passages_cover_the_text_in_order():
    text = (
        "Short.\n\n"
        + "A sentence of some length stands here. " * 40
        + "\nThe end of it all stands in a line of its own."
    )
    spans = passages_of_text(text)
    assert all(start < end for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert "".join("".join(text[start:end] for start, end in spans).split()) == "".join(text.split())


def told(key, document, name=None, kind=InformantType.UNNAMED_PERSON):
    return Told(
        key=key,
        document=document,
        statement=Statement(kind=StatementKind.ACT, informant=Informant(type=kind, name=name), acts=("deportation",)),
        at=0,
    )


def count(claims, texts, **more):
    (act,) = weigh_statements(claims, texts, **more).acts
    return act.count.at_least, act.count.at_most


NAMED = InformantType.NAMED_PERSON


def test_a_translated_passage_lowers_what_is_certain_until_a_person_refuses():
    claims = [told("1", "a", "Sol Ferry", NAMED), told("2", "b", "Mira Quay", NAMED)]
    texts = {"a": TOLD, "b": KOREAN}
    assert count(claims, {"a": TOLD, "b": "nothing"}) == (2, 2)
    assert count(claims, texts) == (1, 2)
    (link,) = [d for d in weigh_statements(claims, texts).dependences if d.kind is DependenceKind.TRANSLATION]
    refused = Dependence(
        a=link.a, b=link.b, kind=link.kind, standing=Standing.REFUSED, reason="two witnesses", asserted_by="coder one"
    )
    assert count(claims, texts, decided=[refused]) == (2, 2)


def test_passages_that_quote_one_and_the_same_need_no_second_link():
    claims = [told("1", "a", "Sol Ferry", NAMED), told("2", "b", "Sol Ferry", NAMED)]
    weighed = weigh_statements(claims, {"a": TOLD, "b": KOREAN})
    assert not [d for d in weighed.dependences if d.kind is DependenceKind.TRANSLATION]


def test_names_in_two_scripts_may_be_one_speaker():
    claims = [told("1", "a", "Kim Tal-lae", NAMED), told("2", "b", "김달래", NAMED), told("3", "c", "Sol Ferry", NAMED)]
    texts = dict.fromkeys("abc", "")
    assert count(claims, texts) == (2, 3)
    links = [d for d in weigh_statements(claims, texts).dependences if d.kind is DependenceKind.POSSIBLY_SAME_SPEAKER]
    assert [{d.a, d.b} for d in links] == [{"speaker kim tal-lae", "speaker 김달래"}]


def test_whoever_interviewed_three_may_have_shaped_all_three_and_is_named_nowhere():
    claims = [told(str(n), document, f"Speaker {n}") for n, document in enumerate("abcd")]
    texts = dict.fromkeys("abcd", "")
    plain = weigh_statements(claims, texts)
    hands = {d: Provenance(interviewer="Coder Secret") for d in "abc"}
    weighed = weigh_statements(claims, texts, provenance=hands)
    links = [d for d in weighed.dependences if d.kind is DependenceKind.SAME_INTERVIEWER]
    assert len(links) == 3
    assert len({d.b for d in links}) == 1
    assert is_hub(links[0].b)
    assert not any("secret" in f"{d.b} {d.reason}".casefold() for d in links)
    assert weighed.acts[0].count.at_most == plain.acts[0].count.at_most == 4


def test_one_informant_of_two_interviews_is_one_source_for_certain():
    claims = [told("1", "a", "a ferry hand"), told("2", "b", "the woman")]
    texts = dict.fromkeys("ab", "")
    assert count(claims, texts) == (1, 2)
    one = {d: Provenance(informant="speaker-9") for d in "ab"}
    assert count(claims, texts, provenance=one) == (1, 1)


def test_what_a_single_document_came_through_is_shared_with_nobody():
    claims = [told("1", "a", "Sol Ferry", NAMED), told("2", "b", "Mira Quay", NAMED)]
    weighed = weigh_statements(claims, dict.fromkeys("ab", ""), provenance={"a": Provenance(datasets=("letters",))})
    assert DependenceKind.SAME_DATASET not in {d.kind for d in weighed.dependences}
