"""Mentions of invented people: candidate pairs, judgements, groups."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from firsthand.linkage.clustering import clusters
from firsthand.linkage.judging import Judgement, SelfPair, Verdict, latest_judgements
from firsthand.linkage.mentions import Mention
from firsthand.linkage.scoring import candidate_pairs, explain_pair

START = datetime(2026, 1, 1, tzinfo=UTC)


def person(number: str, text: str, document: str, within: str = "", **facts: str) -> Mention:
    return Mention(id=number, text=text, kind="person", document=document, within=within, facts=facts)


def judged(a: str, b: str, verdict: Verdict, hours: int = 0) -> Judgement:
    return Judgement(a=a, b=b, verdict=verdict, by="coder-1", at=START + timedelta(hours=hours))


def test_one_person_in_two_scripts_is_one_explained_candidate() -> None:
    found = candidate_pairs([person("1", "Ji Hyun Park", "x"), person("2", "박지현", "y"), person("3", "문새별", "z")])
    assert [(p.a, p.b) for p in found] == [("1", "2")]
    assert "박지현" in found[0].evidence[1].words_en
    assert found[0].evidence[1].words_ko


def test_weights_add_up_to_the_probability() -> None:
    a = person("1", "도영선", "x", birth_year="1968", sex="f")
    b = person("2", "Do Yeongseon", "y", birth_year="1967/1969", sex="female")
    pair = explain_pair(a, b, mentions_in_all=50)
    assert pair.probability == pytest.approx(1 / (1 + 2 ** -sum(e.weight_bits for e in pair.evidence)))
    assert {e.feature for e in pair.evidence} == {"prior", "name", "birth_year", "sex"}


def test_contrary_facts_lower_the_probability() -> None:
    a = person("1", "도영선", "x", birth_year="1968", sex="f")
    near = explain_pair(a, person("2", "도영선", "y", birth_year="1968", sex="f"), mentions_in_all=50)
    far = explain_pair(a, person("3", "도영선", "z", birth_year="1990", sex="m"), mentions_in_all=50)
    assert near.probability > 0.9
    assert far.probability < 0.2


def test_what_lacks_a_name_is_undecidable() -> None:
    found = candidate_pairs([person("1", "Ms D.", "x"), person("2", "도영선", "y")])
    assert [p.undecidable for p in found] == [True]


def test_two_told_apart_in_one_testimony_are_never_paired_or_joined() -> None:
    mentions = [person("1", "도영선", "x", "p1"), person("2", "도영선", "x", "p2"), person("3", "도영선", "y")]
    assert {(p.a, p.b) for p in candidate_pairs(mentions)} == {("1", "3"), ("2", "3")}
    found = clusters(mentions, [judged("1", "3", Verdict.POSITIVE), judged("2", "3", Verdict.POSITIVE, 1)])
    assert found.groups == {"1": ("1", "3"), "2": ("2",)}
    assert found.refused == (("2", "3"),)


def test_a_merge_can_be_split_later_and_ids_stay() -> None:
    mentions = [person(str(i), "도영선", f"d{i}") for i in range(1, 4)]
    merged = [judged("1", "2", Verdict.POSITIVE), judged("2", "3", Verdict.POSITIVE, 1)]
    assert clusters(mentions, merged).groups == {"1": ("1", "2", "3")}
    split = clusters(mentions, [*merged, judged("2", "3", Verdict.NEGATIVE, 9)])
    assert split.groups == {"1": ("1", "2"), "3": ("3",)}
    more = clusters([*mentions, person("4", "도영선", "d4")], merged)
    assert more.groups == {"1": ("1", "2", "3"), "4": ("4",)}


def test_the_latest_judgement_holds_and_doubt_joins_nothing() -> None:
    first, second = judged("1", "2", Verdict.POSITIVE), judged("2", "1", Verdict.UNSURE, 5)
    assert latest_judgements([second, first])["1", "2"] is second
    mentions = [person("1", "도영선", "x"), person("2", "도영선", "y")]
    assert len(clusters(mentions, [first, second]).groups) == 2


def test_a_pair_needs_two_mentions() -> None:
    with pytest.raises(SelfPair):
        judged("1", "1", Verdict.POSITIVE)


def test_a_name_that_everyone_bears_stays_bounded() -> None:
    mentions = [person(f"{i:04}", "김영철", f"d{i}") for i in range(1000)]
    assert candidate_pairs(mentions) == []
