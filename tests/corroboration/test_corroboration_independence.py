"""How many sources are independent, and the laws that the number obeys."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firsthand.corroboration.dependence import Dependence, DependenceKind, DependenceNotUsable, Standing
from firsthand.corroboration.independence import independent_count
from firsthand.corroboration.roots import roots_of_accounts

NAMES = [f"account {letter}" for letter in "abcdefgh"]


def link(a, b, kind=DependenceKind.QUOTES, standing=Standing.KNOWN):
    return Dependence(a=a, b=b, kind=kind, standing=standing, reason="made for a test", asserted_by="test")


links = st.lists(
    st.builds(
        link,
        st.sampled_from(NAMES[:4]),
        st.sampled_from(NAMES[4:]) | st.sampled_from(NAMES[:4]).map(lambda name: name + "'"),
        st.sampled_from(list(DependenceKind)),
        st.sampled_from(list(Standing)),
    ),
    max_size=7,
)
mixed = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from(list(DependenceKind)),
              st.sampled_from(list(Standing))).filter(lambda t: t[0] != t[1]).map(lambda t: link(*t)),
    max_size=8,
)  # fmt: skip


def bounds(accounts, dependences):
    counted = independent_count(accounts, dependences)
    return counted.at_least, counted.at_most


def test_ten_articles_quoting_one_witness_are_one_source():
    articles = [f"document {n}" for n in range(10)]
    assert bounds(articles, [link(a, "speaker w") for a in articles]) == (1, 1)


def test_one_article_that_rests_on_two_bodies_adds_nothing_to_them():
    assert bounds(["a", "b", "x"], [link("x", "a"), link("x", "b")]) == (2, 2)


def test_two_that_share_an_upstream_nobody_else_knows_are_one():
    assert bounds(["a", "b"], [link("a", "up"), link("b", "up")]) == (1, 1)


def test_articles_that_quote_one_another_in_a_circle_are_one():
    assert bounds(["a", "b", "c"], [link("a", "b"), link("b", "c"), link("c", "a")]) == (1, 1)


def test_an_unknown_dependence_widens_the_interval():
    possible = link("a", "b", DependenceKind.POSSIBLY_SAME_SPEAKER, Standing.POSSIBLE)
    assert bounds(["a", "b", "c"], [possible]) == (2, 3)
    assert bounds(["a", "b", "c"], []) == (3, 3)


def test_one_interviewer_for_two_speakers_makes_them_dependent_but_not_the_same():
    shared = link("a", "b", DependenceKind.SAME_INTERVIEWER)
    roots = roots_of_accounts(["a", "b"], [shared])
    assert roots["a"] != roots["b"]
    assert bounds(["a", "b"], [shared]) == (1, 1)


def test_a_refused_dependence_counts_for_nothing():
    assert bounds(["a", "b"], [link("a", "b", standing=Standing.REFUSED)]) == (2, 2)


def test_an_account_does_not_depend_on_itself():
    with pytest.raises(DependenceNotUsable):
        link("a", "a")


@given(mixed, st.sampled_from(NAMES))
@settings(max_examples=60, deadline=None)
def test_a_reprint_changes_nothing(dependences, original):
    before = bounds(NAMES, dependences)
    assert bounds([*NAMES, "reprint"], [*dependences, link("reprint", original, DependenceKind.REPRINT)]) == before


@given(mixed, mixed)
@settings(max_examples=60, deadline=None)
def test_a_further_dependence_never_raises_either_bound(dependences, more):
    least, most = bounds(NAMES, dependences)
    for extra in more:
        dependences = [*dependences, extra]
        fewer, fewer_most = bounds(NAMES, dependences)
        assert fewer <= least
        assert fewer_most <= most
        least, most = fewer, fewer_most


@given(mixed, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_order_does_not_matter(dependences, random):
    before = bounds(NAMES, dependences)
    shuffled, names = list(dependences), list(NAMES)
    random.shuffle(shuffled)
    random.shuffle(names)
    assert bounds(names, shuffled) == before


@given(mixed, st.sampled_from(list(combinations(NAMES, 2))))
@settings(max_examples=60, deadline=None)
def test_merging_two_speakers_never_raises_it(dependences, pair):
    least, most = bounds(NAMES, dependences)
    merged = bounds(NAMES, [*dependences, link(*pair, DependenceKind.SAME_SPEAKER)])
    assert merged[0] <= least
    assert merged[1] <= most


@given(mixed)
@settings(max_examples=60, deadline=None)
def test_the_count_is_the_best_over_all_subsets(dependences):
    roots = roots_of_accounts(NAMES, [d for d in dependences if d.standing is Standing.KNOWN])
    best = max(
        size
        for size in range(len(NAMES) + 1)
        for chosen in combinations(NAMES, size)
        if all(not roots[a] & roots[b] for a, b in combinations(chosen, 2))
    )
    counted = independent_count(NAMES, dependences)
    assert counted.at_most == best == len(counted.witnesses)
    assert counted.proven


def test_three_hundred_accounts_are_counted_exactly():
    accounts = [f"n{i}" for i in range(300)]
    ring = [link(accounts[i], f"up{i // 2}") for i in range(300)] + [
        link(accounts[i], f"up{(i + 1) // 2}") for i in range(299)
    ]
    counted = independent_count(accounts, ring)
    assert counted.proven
    assert counted.at_most == 150
