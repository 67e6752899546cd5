"""Methods, searches, diagnostics, draws of the linkage, charts and simulated worlds."""

from __future__ import annotations

import string
import xml.dom.minidom

import numpy as np
import pytest

from firsthand.estimation import (
    WORDING,
    CaptureTable,
    draw_all,
    draw_posteriors,
    drawn_tables,
    estimate,
    estimate_over_draws,
    simulate_coverage,
    table_diagnostics,
    with_coverage,
)
from firsthand.estimation.estimators import decomposable
from firsthand.estimation.estimators.decomposable import decomposable_graphs
from firsthand.estimation.estimators.decomposable_search import factorization
from firsthand.estimation.simulated_worlds import NoWorlds

THREE = CaptureTable(
    lists=("A", "B", "C"),
    counts={(1, 0, 0): 69, (0, 1, 0): 55, (0, 0, 1): 63, (1, 1, 0): 21, (1, 0, 1): 17, (0, 1, 1): 18, (1, 1, 1): 28},
)


def world(lists: int, people: int, seed: int, refer: float = 0.0) -> CaptureTable:
    """A table drawn from an invented world; ``refer``: how likely the second list takes on the first's people."""
    random = np.random.default_rng(seed)
    marks = random.random((people, lists)) < random.uniform(0.1, 0.3, lists)
    marks[:, 1] |= marks[:, 0] & (random.random(people) < refer)
    patterns, counts = np.unique(marks[marks.any(axis=1)], axis=0, return_counts=True)
    table = {tuple(int(m) for m in p): int(n) for p, n in zip(patterns, counts, strict=True)}
    return CaptureTable(lists=tuple("ABCDEFGHIJ"[:lists]), counts=table)


def codes(table: CaptureTable, method: str) -> set[str]:
    return {w.code for w in estimate(table, methods=[method])[0].warnings}


def test_every_sentence_can_be_filled_in() -> None:
    for code, sentence in WORDING.items():
        named = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
        words = named & {"name", "first", "second", "inner", "outer", "pairs", "criterion"}
        filled = sentence.format(**{name: "A" if name in words else 1 for name in named})
        assert "{" not in filled, code


@pytest.mark.parametrize("lists", [3, 4, 5])
def test_the_search_judges_graphs_as_the_enumeration_does(lists: int) -> None:
    adjacency, weights = decomposable_graphs(lists)
    for graph, row in zip(
        adjacency[:: max(len(adjacency) // 60, 1)], weights[:: max(len(weights) // 60, 1)], strict=True
    ):
        found = factorization(tuple(int(near) for near in graph))
        assert found is not None
        # The empty set has no people to weigh: its multiplicity is nobody's concern.
        assert {k: v for k, v in found.items() if k} == {k: int(row[k]) for k in np.flatnonzero(row) if k}


def test_four_lists_in_a_ring_are_not_decomposable() -> None:
    assert factorization((0b1010, 0b0101, 0b1010, 0b0101)) is None


def test_the_search_gives_what_all_graphs_give(monkeypatch: pytest.MonkeyPatch) -> None:
    table = world(5, 2000, 3, refer=0.4)
    whole = estimate(table, methods=["decomposable"])[0]
    monkeypatch.setattr(decomposable, "MOST_LISTS", 4)
    found = estimate(table, methods=["decomposable"])[0]
    assert whole.total is not None
    assert found.total == pytest.approx(whole.total, rel=0.005)
    assert found.interval == pytest.approx(whole.interval, rel=0.01)
    assert "not-all-models:graphs" in {w.code for w in found.warnings}


def test_seven_lists_are_searched() -> None:
    result = estimate(world(7, 2000, 1), methods=["decomposable"])[0]
    assert result.interval
    assert result.interval[0] < 2000 < result.interval[1]


def test_the_prior_moves_a_sparse_estimate_and_is_told() -> None:
    sparse = CaptureTable(
        lists=("A", "B", "C"), counts={(1, 0, 0): 30, (0, 1, 0): 25, (0, 0, 1): 28, (1, 1, 0): 4, (0, 1, 1): 4}
    )
    inverse, flat = (estimate(sparse, methods=["decomposable"], prior=p)[0] for p in ("inverse", "flat"))
    assert inverse.total is not None
    assert flat.total is None or flat.total > inverse.total
    assert "prior-matters" in {w.code for w in inverse.warnings}


def test_the_bootstrap_with_the_choice_inside_is_wider() -> None:
    table = world(4, 1500, 6, refer=0.3)
    fixed, inside = (
        estimate(table, methods=["loglinear"], interval=k, replicates=300)[0] for k in ("profile", "percentile")
    )
    assert fixed.interval
    assert inside.interval
    assert inside.interval[1] - inside.interval[0] > fixed.interval[1] - fixed.interval[0]
    assert "model-chosen-from-data" not in {w.code for w in inside.warnings}


def test_the_bayesian_threshold_keeps_a_referral() -> None:
    result = estimate(world(4, 2000, 2, refer=0.5), methods=["bayesian-threshold"], sweeps=4000)[0]
    assert "A:B" in result.model
    assert result.interval
    assert result.interval[0] < 2000 < result.interval[1]


def test_lists_that_depend_are_told() -> None:
    assert "lists-share-people" in {c.partition(":")[0] for c in codes(world(3, 2000, 5, refer=0.8), "main-effects")}
    referred = CaptureTable(
        lists=("A", "B", "C"),
        counts={(1, 1, 0): 40, (1, 0, 0): 6, (0, 1, 0): 20, (0, 0, 1): 90, (1, 1, 1): 4, (0, 1, 1): 9},
    )
    found = next(w for w in estimate(referred, methods=["main-effects"])[0].warnings if w.type == "referral")
    assert (found.named["inner"], found.named["outer"]) == ("A", "B")


def test_people_who_differ_are_told() -> None:
    random = np.random.default_rng(4)
    chances = np.where(random.random(3000) < 0.2, 0.6, 0.08)[:, None]
    marks = random.random((3000, 4)) < chances
    patterns, counts = np.unique(marks[marks.any(axis=1)], axis=0, return_counts=True)
    table = CaptureTable(
        lists=tuple("ABCD"), counts={tuple(map(int, p)): int(n) for p, n in zip(patterns, counts, strict=True)}
    )
    assert "people-differ" in codes(table, "main-effects")
    assert "people-differ" not in codes(world(4, 3000, 8), "main-effects")


def test_unknown_dependence_scales_the_unseen() -> None:
    result = estimate(THREE, methods=["main-effects"])[0]
    told = next(w for w in result.warnings if w.code == "unknown-dependence").named
    assert result.unseen is not None
    assert told["low"] == pytest.approx(271 + result.unseen / 2)
    assert told["high"] == pytest.approx(271 + result.unseen * 2)


def test_figures_behind_the_warnings() -> None:
    figures = table_diagnostics(THREE)
    assert figures["capture_frequencies"] == [187, 56, 28]
    left_out = figures["leave_one_list_out"]
    assert isinstance(left_out, dict)
    # By hand: without C the lists A and B share 49 people of 135 and 122.
    assert left_out["C"] == pytest.approx(135 * 122 / 49)


def test_draws_of_the_linkage_keep_people_of_one_list_apart() -> None:
    rows = {"a1": "A", "a2": "A", "b1": "B", "c1": "C"}
    pairs = [("a1", "b1", 1.0), ("b1", "a2", 1.0), ("a2", "c1", 0.5)]
    tables = drawn_tables(("A", "B", "C"), rows, pairs, draws=200, seed=3)
    assert all(t.counts.get((1, 1, 0), 0) == 1 for t in tables)
    joined = sum(t.counts.get((1, 0, 1), 0) for t in tables)
    assert 70 < joined < 130
    assert tables == drawn_tables(("A", "B", "C"), rows, pairs, draws=200, seed=3)


def test_doubt_about_links_is_in_the_interval() -> None:
    random = np.random.default_rng(11)
    rows: dict[str, str] = {}
    pairs = []
    for person in range(600):
        on = [name for name in "AB" if random.random() < 0.4]
        for name in on:
            rows[f"{name}{person}"] = name
        if len(on) == 2:
            # Half of the true pairs look doubtful.
            pairs.append((f"A{person}", f"B{person}", 0.99 if person % 2 else 0.6))
    plain = drawn_tables(("A", "B"), rows, [(a, b, float(p > 0.5)) for a, b, p in pairs], draws=2)[0]
    alone = estimate(plain, methods=["chapman"])[0]
    both = estimate_over_draws(drawn_tables(("A", "B"), rows, pairs), method="chapman")
    assert alone.interval
    assert both.interval
    assert np.log(both.interval[1] / both.interval[0]) > np.log(alone.interval[1] / alone.interval[0])


def test_charts_are_well_formed_and_show_every_method() -> None:
    results = estimate(THREE, methods=["chapman", "main-effects", "decomposable"])
    picture = draw_all(CaptureTable(lists=("<A>", "B&", "C"), counts=THREE.counts), results)
    drawn = xml.dom.minidom.parseString(picture)  # noqa: S318  our own drawing
    texts = {node.firstChild.data for node in drawn.getElementsByTagName("text")}
    assert {"chapman", "main-effects", "no estimate", "Documented 271", "<A> (135)"} <= texts
    assert "script" not in picture
    assert draw_posteriors(271, results[:2]) == ""


def test_labels_of_charts_can_be_in_another_language() -> None:
    assert "기록" in draw_all(THREE, estimate(THREE, methods=["chao"]), words=lambda _: "기록")


def test_worlds_like_these_lists() -> None:
    results = estimate(THREE, methods=["main-effects", "chapman"])
    found = simulate_coverage(THREE, results, worlds=40, seed=2)
    assert [one.method for one in found] == ["main-effects"]
    assert found == simulate_coverage(THREE, results, worlds=40, seed=2)
    told = with_coverage(results, found)
    assert told[0].warnings[-1].type == "simulated-coverage"
    assert told[1] == results[1]
    with pytest.raises(NoWorlds):
        simulate_coverage(THREE, results, worlds=3)
    with pytest.raises(NoWorlds):
        simulate_coverage(THREE, results[1:], worlds=100)


def people_with_a_trait(seed: int) -> tuple[CaptureTable, tuple[tuple[tuple[int, ...], tuple[str, ...], int], ...]]:
    """2,000 invented people, 3 lists named out of order, whose chances of being listed differ by one trait."""
    random = np.random.default_rng(seed)
    trait = random.random(2000) < 0.3
    marks = random.random((2000, 3)) < np.where(trait[:, None], [0.5, 0.4, 0.45], [0.1, 0.12, 0.08])
    counts: dict[tuple[tuple[int, ...], str], int] = {}
    for row, has in zip(marks.tolist(), trait.tolist(), strict=True):
        if any(row):
            key = (tuple(int(m) for m in row), str(int(has)))
            counts[key] = counts.get(key, 0) + 1
    table: dict[tuple[int, ...], int] = {}
    for (pattern, _), count in counts.items():
        table[pattern] = table.get(pattern, 0) + count
    records = tuple((pattern, (value,), count) for (pattern, value), count in counts.items())
    return CaptureTable(lists=("c", "a", "b"), counts=table), records


def test_a_trait_that_explains_the_difference_is_used_and_its_absence_told() -> None:
    held = {"conditional-loglinear": 0, "main-effects": 0}
    for seed in range(12):
        table, records = people_with_a_trait(seed)
        for result in estimate(table, methods=list(held), covariates=records):
            assert result.interval is not None
            held[result.method] += result.interval[0] <= 2000 <= result.interval[1]
    assert held["conditional-loglinear"] >= 9
    assert held["main-effects"] <= 3
    (blind,) = estimate(table, methods=["conditional-loglinear"])
    assert "no-covariates" in {w.type for w in blind.warnings}


def test_covariates_follow_their_lists_in_whatever_order_these_are_named() -> None:
    table, records = people_with_a_trait(1)
    turned = CaptureTable(lists=("a", "b", "c"), counts={(p[1], p[2], p[0]): n for p, n in table.counts.items()})
    other = tuple(((p[1], p[2], p[0]), values, count) for p, values, count in records)
    for method in ("conditional-loglinear", "doubly-robust"):
        (one,) = estimate(table, methods=[method], covariates=records)
        (two,) = estimate(turned, methods=[method], covariates=other)
        assert one.total == pytest.approx(two.total, rel=0.1 if method == "doubly-robust" else 1e-9)
    single = estimate(table, methods=["conditional-loglinear", "main-effects"])
    # without covariates and pairs the conditional and the Poisson likelihood give one total (Sandland and Cormack 1984)
    if single[0].model == "lists given covariates":
        assert single[0].total == pytest.approx(single[1].total, rel=1e-6)


def test_pairs_of_lists_enter_as_in_the_unconditional_model() -> None:
    table = CaptureTable(
        lists=("a", "b", "c"),
        counts={(1, 0, 0): 60, (0, 1, 0): 70, (0, 0, 1): 80, (1, 1, 0): 60, (1, 0, 1): 12, (0, 1, 1): 14, (1, 1, 1): 9},
    )
    conditional, stepwise = estimate(table, methods=["conditional-loglinear", "stepwise"], bootstrap="none")
    assert "a:b" in conditional.model
    assert conditional.total == pytest.approx(stepwise.total, rel=1e-5)
