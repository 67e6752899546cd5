"""Names of invented people across scripts and spellings."""

from __future__ import annotations

import pytest

from firsthand.linkage.hangul import compose, decompose, initial_sound_forms
from firsthand.linkage.name_tables import character_forms, han_mandarin, han_sino_korean
from firsthand.linkage.names import compare_keys, compare_many, compare_names, name_key
from firsthand.linkage.readings import korean_segmentations, korean_surname_position, mandarin_segmentations

ONE_NAME = [
    ("문새별", "Moon Saebyeol"),
    ("도영선", "Do Yeongseon"),
    ("도영선", "To Yŏngsŏn"),
    ("도영선", "To Yong Son"),
    ("도영선", "Young-sun Do"),
    ("도영선", "То Ён Сон"),
    ("도영선", "都英善"),
    ("도영선 씨", "Ms Do Yeong-seon"),
    ("려경옥", "여경옥"),
    ("림단비", "임단비"),
    ("Ryu Kyong Ok", "Yoo Kyung-ok"),
    ("Paek Chinsu", "Baek Jin-su"),
    ("Pak Chihyŏn", "Ji Hyun Park"),
    ("Tsao Hsiao-lung", "Cao Xiaolong"),
    ("Cao Xiaolong", "차오샤오룽"),
    ("曹小龙", "曹小龍"),
    ("Kmi Danbi", "김단비"),
    ("KIM, Danbi", "Danbi Kim"),
    ("Maria Gonzales", "Gonzalez, Maria"),
    ("Dr. Anna Petrova", "Анна Петрова"),
]
TWO_NAMES = [
    ("도영선", "도영신"),
    ("도영선", "Do Yeongsik"),
    ("도영선", "문영선"),
    ("Moon Saebyeol", "Moon Saeron"),
    ("To Yŏngsŏn", "To Yonggil"),
    ("曹小龍", "曹小明"),
    ("都英善", "都永宣"),
    ("Maria Gonzales", "Lucia Gonzales"),
    ("Cao Xiaolong", "Cao Xiaoming"),
]


@pytest.mark.parametrize(("a", "b"), ONE_NAME)
def test_spellings_of_one_name_agree(a: str, b: str) -> None:
    assert compare_names(a, b).score > 0.5


@pytest.mark.parametrize(("a", "b"), TWO_NAMES)
def test_names_that_differ_in_one_part_disagree(a: str, b: str) -> None:
    assert compare_names(a, b).score < 0.35


def test_reasons_are_said_in_both_languages() -> None:
    found = compare_names("도영선", "To Yŏngsŏn")
    assert "도영선" in found.reasons[0]
    assert "읽을 수" in found.grounds[0].words("ko")


def test_a_rare_name_says_more_than_a_common_one() -> None:
    assert compare_names("제갈새별", "제갈새별").rarity_bits > compare_names("김영철", "김영철").rarity_bits + 4


def test_a_bare_initial_is_not_a_match() -> None:
    assert compare_names("Ms D.", "도영선").score < 0.4
    assert 0.5 < compare_names("Y. S. Do", "도영선").score < 0.95


def test_initials_that_do_not_fit_say_no() -> None:
    assert compare_names("K. M. Do", "도영선").score < 0.3


def test_empty_and_odd_texts_are_answered() -> None:
    for text in ("", " ", "...", "🙂", "a" * 10_000, "\x00", "ㅋㅋㅋ"):
        assert 0.0 <= compare_names(text, "도영선").score <= 1.0
        assert 0.0 <= compare_names("Do Yeongseon", text).score <= 1.0


def test_batches_give_what_single_calls_give() -> None:
    pairs = ONE_NAME[:5] + TWO_NAMES[:5]
    assert [c.score for c in compare_many(pairs)] == [compare_names(a, b).score for a, b in pairs]
    assert compare_keys(name_key("림단비"), name_key("Rim Danbi")).score > 0.9


def test_hangul_comes_apart_and_together() -> None:
    assert decompose("별") == ("ㅂ", "ㅕ", "ㄹ")
    assert compose("ㅂ", "ㅕ", "ㄹ") == "별"
    assert initial_sound_forms("리") == ("이",)
    assert initial_sound_forms("로") == ("노",)
    assert initial_sound_forms("녀") == ("여",)
    assert initial_sound_forms("김") == ()


def test_readings_come_from_the_tables() -> None:
    assert "김" in han_sino_korean("金")
    assert "금" in han_sino_korean("金")
    assert han_mandarin("金")[0] == "jin"
    assert "龍" in character_forms("龙")
    assert korean_surname_position("цой") == {"최": 1.0}
    assert any("철" in r[-1] for r in korean_segmentations("myongchol"))
    assert any("jia" in r[0] and "bao" in r[1] for r in mandarin_segmentations("chiapao"))
