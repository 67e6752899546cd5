"""What holds of linkage whatever the input."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from firsthand.linkage.clustering import constrained_groups
from firsthand.linkage.names import compare_names
from firsthand.linkage.places import compare_places

NAMES = st.one_of(
    st.text(max_size=12),
    st.text(alphabet="가나단도문별새선영옥임림리이김박", min_size=1, max_size=4),
    st.text(alphabet="abeghijklmnopsuy -'ŏŭ", min_size=1, max_size=14),
    st.text(alphabet="金李林文英善大中龍龙", min_size=1, max_size=4),
    st.text(alphabet="абвгдеёжзийклмнопрстуфхцчьэюя ", min_size=1, max_size=12),
)


@settings(max_examples=120, deadline=None)
@given(a=NAMES, b=NAMES)
def test_comparison_is_a_probability_and_symmetric(a: str, b: str) -> None:
    one, other = compare_names(a, b), compare_names(b, a)
    assert 0.0 <= one.score <= 1.0
    assert abs(one.score - other.score) < 1e-9
    assert all(one.reasons)
    assert abs(compare_places(a, b).score - compare_places(b, a).score) < 1e-9


@settings(max_examples=80, deadline=None)
@given(
    links=st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=30),
    apart=st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=8),
)
def test_groups_partition_members_and_keep_apart_what_must_be(
    links: list[tuple[int, int]], apart: list[tuple[int, int]]
) -> None:
    members = [f"{i:02}" for i in range(12)]
    named = [(members[a], members[b]) for a, b in links]
    kept = [(members[a], members[b]) for a, b in apart if a != b]
    found = constrained_groups(members, named, kept)
    assert sorted(m for g in found.groups.values() for m in g) == members
    assert all(name == min(group) for name, group in found.groups.items())
    for a, b in kept:
        assert found.group_of(a) != found.group_of(b)
    refused = set(found.refused)
    for a, b in named:
        assert (a, b) in refused or found.group_of(a) == found.group_of(b)
