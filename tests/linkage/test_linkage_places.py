"""Place names across scripts, kinds of district and former names."""

from __future__ import annotations

import pytest

from firsthand.linkage.places import compare_places


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Tumen", "도문"),
        ("图们", "圖們"),
        ("North Hamgyong", "함경북도"),
        ("Hamgyŏng-bukto", "North Hamgyeong"),
        ("Ryanggang", "양강도"),
        ("Hoeryŏng", "회령시"),
        ("会宁", "회령"),
        ("Onsong", "온성군"),
        ("Guangzhou", "광저우"),
    ],
)
def test_names_of_one_place_agree(a: str, b: str) -> None:
    assert compare_places(a, b).score > 0.5
    assert compare_places(b, a).score == pytest.approx(compare_places(a, b).score)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("South Hamgyong", "함경북도"),
        ("Musan", "Masan"),
        ("Kyongsong", "Kaesong"),
        ("온성군", "온천군"),
        ("무산군", "무산리"),
        ("", "무산"),
    ],
)
def test_other_places_score_lower(a: str, b: str) -> None:
    assert compare_places(a, b).score < 0.9
    assert compare_places(a, b).score < compare_places(b, b).score or not a
