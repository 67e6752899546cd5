"""Any table gives finite numbers around the point, or a typed refusal; the order of lists does not matter."""

from __future__ import annotations

import math
from itertools import product

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from firsthand.estimation import METHODS, CaptureTable, estimate

SAMPLED = ("latent-class", "sample-coverage", "bayesian-threshold")
FAST = tuple(m for m in METHODS if m not in SAMPLED)
# A failing table is small enough to read as it is; making it smaller would take minutes of refitting.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
SETTINGS = settings(max_examples=30, deadline=None, phases=PHASES, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def tables(draw: st.DrawFn) -> CaptureTable:
    width = draw(st.integers(2, 4))
    patterns = [p for p in product((0, 1), repeat=width) if any(p)]
    sizes = st.one_of(st.just(0), st.integers(0, 3), st.integers(0, 400), st.integers(0, 10**6))
    counts = {p: draw(sizes) for p in patterns}
    if not sum(counts.values()):
        counts[patterns[0]] = 1
    return CaptureTable(lists=tuple("ABCD"[:width]), counts=counts)


@SETTINGS
@given(tables())
def test_every_method_is_finite_or_refuses(table: CaptureTable) -> None:
    for result in estimate(table, methods=FAST, replicates=100):
        if not result.identifiable:
            assert result.total is None
            assert result.interval is None
            assert result.warnings[0].type
            assert result.warnings[0].text
            continue
        assert result.total is not None
        assert math.isfinite(result.total)
        assert result.total >= table.observed_count
        assert result.interval is not None
        assert table.observed_count <= result.interval[0] <= result.total <= result.interval[1]


@settings(max_examples=5, deadline=None, phases=PHASES, suppress_health_check=[HealthCheck.too_slow])
@given(tables())
def test_sampled_methods_are_finite_or_refuse(table: CaptureTable) -> None:
    for result in estimate(table, methods=SAMPLED, sweeps=300, chains=2):
        assert result.identifiable == (result.total is not None)


@settings(max_examples=10, deadline=None, phases=PHASES, suppress_health_check=[HealthCheck.too_slow])
@given(tables(), st.randoms(use_true_random=False))
def test_order_of_lists_does_not_matter(table: CaptureTable, random: object) -> None:
    positions = list(range(len(table.lists)))
    random.shuffle(positions)  # type: ignore[attr-defined]
    turned = table.keep_lists(positions)
    methods = [m for m in FAST if m not in {"mb", "mbh"}]
    for a, b in zip(
        estimate(table, methods=methods, replicates=100), estimate(turned, methods=methods, replicates=100), strict=True
    ):
        assert (a.total, a.interval, a.model) == (b.total, b.interval, b.model)


@settings(max_examples=10, deadline=None, phases=PHASES)
@given(tables(), st.integers(0, 2**32 - 1))
def test_a_seed_gives_the_same_digits(table: CaptureTable, seed: int) -> None:
    first, second = (estimate(table, methods=["stepwise"], seed=seed, replicates=100)[0] for _ in range(2))
    assert (first.total, first.interval) == (second.total, second.interval)
