"""Answers of people on pairs: what they teach, what to ask, how wrong the links are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firsthand.linkage.answers import draw_sample, estimate_error, learn_from_answers, worth_asking


def test_answers_take_weight_from_evidence_that_misleads() -> None:
    rng = np.random.default_rng(2)
    same = rng.random(120) < 0.5
    telling = np.where(same, 4.0, -4.0) + rng.normal(0, 2, 120)
    misleading = rng.normal(0, 5, 120)
    learned = learn_from_answers(np.column_stack([telling, misleading]), same)
    assert learned is not None
    assert learned.scale[1] < 0.4 < learned.scale[0]


def test_few_answers_or_answers_all_alike_teach_nothing() -> None:
    weights = np.ones((30, 2))
    assert learn_from_answers(weights[:5], np.array([True, False, True, False, True])) is None
    assert learn_from_answers(weights, np.ones(30, dtype=bool)) is None


@given(st.integers(10, 60), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_learned_weights_are_finite_and_never_turn_evidence_round(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    same = rng.random(count) < 0.5
    learned = learn_from_answers(rng.normal(0, 30, (count, 4)), same)
    if learned is not None:
        assert np.isfinite(learned.shift)
        assert np.isfinite(learned.scale).all()
        assert (learned.scale >= 0).all()


def test_doubtful_pairs_of_large_groups_are_asked_first_and_each_record_once() -> None:
    left = np.array([0, 4, 6, 0])
    right = np.array([4, 6, 7, 5])
    probability = np.array([0.5, 0.99, 0.5, 0.5])
    group = np.array([0, 0, 0, 0, 4, 4, 6, 7])
    asked = worth_asking(left, right, probability, group, 4).tolist()
    assert asked[0] == 0
    assert 2 in asked
    assert 3 not in asked
    assert worth_asking(left, right, probability, group, 4, answered=[(4, 0)]).tolist()[0] == 3


def test_precision_and_recall_from_a_drawn_sample_hold_the_truth() -> None:
    rng = np.random.default_rng(5)
    probability = rng.beta(0.4, 0.4, 4000)
    truth = rng.random(4000) < probability
    pairs = [(f"a{k}", f"b{k}", float(p)) for k, p in enumerate(probability)]
    clusters = {f"a{k}": f"c{k}" for k in range(4000)}
    clusters |= {f"b{k}": f"c{k}" if probability[k] > 0.5 else f"d{k}" for k in range(4000)}
    joined = probability > 0.5
    precision, recall = truth[joined].mean(), truth[joined].sum() / truth.sum()
    held = 0
    for seed in range(20):
        sample = draw_sample(pairs, clusters, 400, seed=seed)
        found = estimate_error(sample, [bool(truth[int(s.a[1:])]) for s in sample], seed=seed)
        held += found.precision_interval[0] <= precision <= found.precision_interval[1]
        held += found.recall_interval[0] <= recall <= found.recall_interval[1]
        assert found.precision_interval[0] <= found.precision <= found.precision_interval[1]
    assert held >= 34  # of 40 intervals that each hold the truth in 95 of 100 draws


def test_a_sample_without_answers_is_refused() -> None:
    with pytest.raises(ValueError, match="joined"):
        estimate_error([], [])
