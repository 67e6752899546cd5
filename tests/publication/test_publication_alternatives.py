"""Rounding, cell keys, sums of money, private counts, synthetic rows: each proven, and no option switches rules off."""

import datetime as dt
import itertools
import math
import random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firsthand.publication.auditing import feasible_intervals
from firsthand.publication.disclosure import (
    CellCount,
    DisclosureRules,
    FrequencyTable,
    Method,
    NothingToPublish,
    RuleTooWeak,
    protect_privately,
    protect_table,
)
from firsthand.publication.magnitudes import Contribution, MagnitudeBroken, protect_magnitudes
from firsthand.publication.margins import Dimension
from firsthand.publication.perturbation import (
    KeyedNoise,
    PerturbationNotProven,
    attack_on_rounded,
    cell_key,
    narrow_after_perturbation,
)
from firsthand.publication.private import (
    MOST_IN_ALL,
    BudgetSpent,
    Spending,
    laplace_noise,
    membership_advantage,
    spend,
)
from firsthand.publication.rehearsal import rehearse_tables
from firsthand.publication.sensitive import IntimateActsTooFine, MinorsTooFine
from firsthand.publication.synthetic import SyntheticRefused, draw_synthetic_rows

SECRET = bytes(range(32))
DAY = dt.date(2026, 11, 25)


def table(counts, names=("act", "province"), told_by=None):
    rows, columns = len(counts), len(counts[0])
    dimensions = (
        Dimension(name=names[0], categories=tuple(f"a{i}" for i in range(rows))),
        Dimension(name=names[1], categories=tuple(f"b{i}" for i in range(columns))),
    )
    cells = {
        (f"a{i}", f"b{j}"): CellCount(count=n, informants=min(n, told_by or n))
        for i, row in enumerate(counts)
        for j, n in enumerate(row)
        if n
    }
    return FrequencyTable(dimensions=dimensions, cells=cells)


COUNTS = [[40, 3, 17], [0, 25, 8], [12, 60, 31]]
small_tables = st.lists(st.lists(st.integers(0, 60), min_size=3, max_size=3), min_size=2, max_size=3)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(small_tables, st.sampled_from([5, 11]))
def test_rounded_tables_are_multiples_beside_the_truth_that_add_up_and_are_proven(counts, k):
    truth = table(counts)
    rules = DisclosureRules(k=k, method=Method.ROUND, secret=SECRET)
    try:
        ours = protect_table(truth, rules)
    except (PerturbationNotProven, NothingToPublish):
        return
    space = truth.space
    shown = np.array([cell.value for cell in ours.cells])
    true = truth.counts(space)
    assert (shown % k == 0).all()
    assert (abs(shown - true) < k).all()
    assert not (space.equations @ shown).any()
    assert narrow_after_perturbation(attack_on_rounded(space, shown, base=k), true, k=k) == []
    assert rehearse_tables(truth, ours, earlier=[]).passes
    assert protect_table(truth, rules) == ours


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(small_tables)
def test_keyed_tables_change_by_at_most_k_keep_zero_and_are_told_alike(counts):
    truth = table(counts)
    rules = DisclosureRules(k=5, method=Method.CELL_KEY, secret=SECRET)
    try:
        ours = protect_table(truth, rules)
    except (PerturbationNotProven, NothingToPublish):
        return
    true = truth.counts(truth.space)
    shown = np.array([cell.value for cell in ours.cells])
    assert (abs(shown - true) <= 5).all()
    assert (shown[true == 0] == 0).all()
    assert not set(shown.tolist()) & {1, 2}
    assert rehearse_tables(truth, ours, earlier=[]).passes
    assert protect_table(truth, rules) == ours


@pytest.mark.parametrize("method", [Method.ROUND, Method.CELL_KEY])
def test_a_large_count_told_by_too_few_is_no_matter_for_rounding_or_noise(method):
    with pytest.raises(PerturbationNotProven):
        protect_table(table(COUNTS, told_by=2), DisclosureRules(method=method, secret=SECRET))


@pytest.mark.parametrize("count", [1, 2, 3, 5, 9, 40])
def test_noise_by_key_is_unbiased_of_its_variance_and_leaves_no_small_number(count):
    noise = KeyedNoise(most=6, variance=6.0)
    pairs = noise.chances(count)
    assert math.isclose(sum(c for _, c in pairs), 1, abs_tol=1e-9)
    assert math.isclose(sum(v * c for v, c in pairs), 0, abs_tol=1e-6)
    assert math.isclose(sum(v * v * c for v, c in pairs), 6.0, abs_tol=1e-4)
    assert all(count + v == 0 or count + v > 2 for v, _ in pairs)
    drawn = [noise.change(count, key) for key in range(0, 2**32, 2**22)]
    assert abs(np.mean(drawn)) < 0.05


def test_a_cells_key_is_of_its_records_alone_in_any_order():
    assert cell_key(SECRET, ["a", "b", "c"]) == cell_key(SECRET, ["c", "a", "b"])
    assert cell_key(SECRET, ["a", "b"]) != cell_key(SECRET, ["a", "c"])
    assert cell_key(SECRET, ["a"]) != cell_key(bytes(32), ["a"])


def parts(seed, cells=6):
    rng = random.Random(seed)
    found = []
    for a, b in itertools.product(range(cells), range(3)):
        for n in range(rng.choice([2, 14, 20, 30])):
            amount = int(rng.paretovariate(1.1) * 1000)
            found.append(Contribution(categories=(f"a{a}", f"b{b}"), amount=amount, informant=f"s{a}{b}{n}"))
    return found


DIMENSIONS = (
    Dimension(name="route", categories=tuple(f"a{i}" for i in range(6))),
    Dimension(name="period", categories=("b0", "b1", "b2")),
)


@pytest.mark.parametrize("seed", range(5))
def test_nobodys_part_of_a_sum_is_known_to_within_p_percent(seed):
    told = parts(seed)
    try:
        ours = protect_magnitudes(told, DIMENSIONS, rules=DisclosureRules(), counted="won paid")
    except NothingToPublish:
        return
    unit = int(ours.counted.partition("units of ")[2].replace(",", "") or 1)
    intervals = feasible_intervals(ours.as_attacked())
    by_cell = {}
    for part in told:
        by_cell.setdefault(part.categories, []).append(part.amount)
    for cell, amounts in by_cell.items():
        largest = sorted(amounts, reverse=True)
        shown = ours.values[cell]
        if shown is not None:
            assert len(amounts) >= 11
            assert 100 * sum(largest[2:]) >= 15 * largest[0]
        else:
            assert intervals[cell].width * unit >= 0.15 * largest[0] * 2 or intervals[cell].width >= ours.k


def test_impossible_sums_are_refused():
    with pytest.raises(RuleTooWeak):
        protect_magnitudes(parts(1), DIMENSIONS, rules=DisclosureRules(), p=1)
    bad = [Contribution(categories=("a0", "b0"), amount=-5, informant="s")]
    with pytest.raises(MagnitudeBroken):
        protect_magnitudes(bad, DIMENSIONS, rules=DisclosureRules())


def test_the_budget_lasts_a_vaults_life_and_counts_what_was_spent():
    assert spend([], 0.4, on=DAY) == pytest.approx(0.6)
    spent = [Spending(epsilon=0.7, on=DAY)]
    with pytest.raises(BudgetSpent):
        spend(spent, 0.4, on=DAY)
    spend(spent, 0.4, on=dt.date(2027, 1, 1))
    years = [Spending(epsilon=1.0, on=dt.date(2020 + n, 1, 1)) for n in range(int(MOST_IN_ALL))]
    with pytest.raises(BudgetSpent):
        spend(years, 0.1, on=DAY)
    for bad in (0, -1, float("nan"), float("inf")):
        with pytest.raises(RuleTooWeak):
            spend([], bad, on=DAY)


def test_private_counts_add_up_are_marked_and_cost_their_epsilon():
    truth = table([[400, 300], [200, 900]])
    ours = protect_privately(truth, epsilon=1.0, ledger=[], on=DAY)
    shown = np.array([cell.value for cell in ours.cells])
    assert not (truth.space.equations @ shown).any()
    assert ours.method is Method.PRIVATE
    assert "epsilon 1" in ours.counted
    assert abs(shown - truth.counts(truth.space)).max() < 120
    with pytest.raises(BudgetSpent):
        protect_privately(truth, epsilon=1.0, ledger=[Spending(epsilon=0.5, on=DAY)], on=DAY)
    with pytest.raises(RuleTooWeak):
        protect_privately(truth, epsilon=1.0, ledger=[], on=DAY, per_person=0)


def test_noise_is_of_the_scale_that_theory_says():
    noise = np.array(laplace_noise([0] * 20_000, scale=2.0))
    q = math.exp(-1 / 2.0)
    assert noise.var() == pytest.approx(2 * q / (1 - q) ** 2, rel=0.15)
    assert abs(noise.mean()) < 0.15
    assert membership_advantage(1.0) == pytest.approx(math.tanh(0.5))


@pytest.mark.parametrize(
    ("categories", "name", "refused"),
    [
        (("0-17", "18+"), "county", MinorsTooFine),
        (("0-13", "14-17", "18+"), "year", MinorsTooFine),
        (("rape", "theft"), "village", IntimateActsTooFine),
    ],
)
def test_no_method_switches_off_the_rules_for_children_and_intimate_acts(categories, name, refused):
    first = "age" if categories[0][0].isdigit() else "act"
    dimensions = (Dimension(name=first, categories=categories), Dimension(name=name, categories=("x", "y")))
    cells = {(c, x): CellCount(count=500, informants=500) for c in categories for x in ("x", "y")}
    truth = FrequencyTable(dimensions=dimensions, cells=cells)
    for method in (Method.SUPPRESS, Method.ROUND, Method.CELL_KEY):
        with pytest.raises(refused):
            protect_table(truth, DisclosureRules(k=5, method=method, secret=SECRET))
    with pytest.raises(refused):
        protect_privately(truth, epsilon=0.1, ledger=[], on=DAY)
    told = [Contribution(categories=cell, amount=9, informant=f"s{n}") for cell in cells for n in range(40)]
    with pytest.raises(refused):
        protect_magnitudes(told, dimensions, rules=DisclosureRules())


def test_synthetic_rows_need_a_yes_and_come_with_their_usefulness():
    ours = protect_table(table(COUNTS), DisclosureRules())
    for options in ({"opted_in": False, "count": 5000}, {"opted_in": True, "count": 100}):
        with pytest.raises(SyntheticRefused):
            draw_synthetic_rows(ours, seed=1, **options)
    drawn = draw_synthetic_rows(ours, count=5000, seed=1, opted_in=True)
    assert len(drawn.rows) == 5000
    assert drawn.report.cells_filled == ours.hidden_count
    assert 0 < drawn.report.median_error_percent < 50
    assert draw_synthetic_rows(ours, count=5000, seed=1, opted_in=True).rows == drawn.rows
