from __future__ import annotations

import json

import pytest

from firsthand.estimation import (
    CaptureTable,
    EstimateResult,
    UnknownMethod,
    capture_table_of,
    estimate,
    estimate_by,
    estimate_over_draws,
    pool_strata,
    result_as_json,
)
from firsthand.estimation.findings import BadOption
from firsthand.estimation.linkage_draws import NoDraws
from firsthand.estimation.lists import (
    BadPattern,
    CountNotWhole,
    DuplicateList,
    DuplicatePattern,
    NobodyListed,
    OneList,
    TooManyLists,
    UnknownList,
    UnseenCountGiven,
)
from firsthand.estimation.reading_tables import NoSuchColumn, NotACaptureTable, read_lists_table
from firsthand.estimation.results import BrokenEstimate
from firsthand.values.errors import FirsthandError

TWO = CaptureTable(lists=("A", "B"), counts={(1, 0): 30, (0, 1): 20, (1, 1): 10})
THREE = CaptureTable(
    lists=("A", "B", "C"),
    counts={(1, 0, 0): 69, (0, 1, 0): 55, (0, 0, 1): 63, (1, 1, 0): 21, (1, 0, 1): 17, (0, 1, 1): 18, (1, 1, 1): 28},
)


@pytest.mark.parametrize(
    ("lists", "counts", "error"),
    [
        (("A",), {(1,): 3}, OneList),
        (tuple(f"L{k}" for k in range(21)), {(1,) * 21: 3}, TooManyLists),
        (("A", "A"), {(1, 0): 3}, DuplicateList),
        (("A", "B"), {(1, 0): -3}, CountNotWhole),
        (("A", "B"), {(1, 0): 2.5}, CountNotWhole),
        (("A", "B"), {(1, 2): 3}, BadPattern),
        (("A", "B"), {(1, 0, 1): 3}, BadPattern),
        (("A", "B"), {(0, 0): 3}, UnseenCountGiven),
        (("A", "B"), {(1, 0): 0}, NobodyListed),
    ],
)
def test_bad_tables_have_their_own_errors(
    lists: tuple[str, ...], counts: dict[tuple[int, ...], int], error: type[FirsthandError]
) -> None:
    with pytest.raises(error) as caught:
        CaptureTable(lists=lists, counts=counts)
    assert caught.value.advice


def test_memberships_are_counted() -> None:
    table = capture_table_of(["A", "B"], [{"A"}, {"A", "B"}, ["B"], {"A"}])
    assert dict(table.counts) == {(1, 0): 2, (1, 1): 1, (0, 1): 1}
    assert (table.observed_count, table.overlap_count) == (4, 1)
    with pytest.raises(UnknownList):
        capture_table_of(["A", "B"], [{"C"}])
    with pytest.raises(UnknownList):
        capture_table_of(["A", "B"], [set()])


def test_two_lists_by_hand() -> None:
    petersen, chapman = estimate(TWO, methods=["lincoln-petersen", "chapman"])
    assert petersen.total == pytest.approx(40 * 30 / 10)
    assert chapman.total == pytest.approx(41 * 31 / 11 - 1)


def test_lists_that_share_nobody_cannot_say() -> None:
    apart = CaptureTable(lists=("A", "B"), counts={(1, 0): 30, (0, 1): 20})
    for result in estimate(apart):
        assert not result.identifiable
        assert result.warnings[0].type == "no-overlap"


def test_two_list_methods_refuse_three_lists() -> None:
    assert estimate(THREE, methods=["chapman"])[0].warnings[0].type == "needs-two-lists"


def test_calls_that_are_wrong() -> None:
    with pytest.raises(UnknownMethod):
        estimate(TWO, methods=["guess"])
    with pytest.raises(BadOption):
        estimate(TWO, level=1.0)
    with pytest.raises(BadOption):
        estimate(TWO, colour="red")
    with pytest.raises(BadOption):
        estimate(TWO, replicates="many")


def test_averaging_adds_the_doubt_between_models() -> None:
    chosen = estimate(THREE, methods=["loglinear"], interval="wald-log", criterion="aic")[0]
    averaged = estimate(THREE, methods=["loglinear"], averaging=True, criterion="aic")[0]
    assert averaged.interval_kind == "model-averaged"
    assert chosen.interval
    assert averaged.interval
    assert averaged.interval[0] < chosen.interval[0]


def test_a_list_inside_another_is_told() -> None:
    inside = CaptureTable(lists=("A", "B", "C"), counts={(1, 0, 0): 40, (1, 1, 0): 9, (0, 0, 1): 20, (1, 0, 1): 8})
    assert "list-inside-another" in {w.type for w in estimate(inside, methods=["main-effects"])[0].warnings}


def test_a_referral_is_told() -> None:
    referred = CaptureTable(
        lists=("A", "B", "C"),
        counts={(1, 0, 0): 40, (0, 1, 0): 30, (0, 0, 1): 90, (1, 1, 1): 60, (1, 0, 1): 4, (0, 1, 1): 5, (1, 1, 0): 50},
    )
    found = [w for w in estimate(referred, methods=["main-effects"])[0].warnings if w.type == "lists-share-people"]
    assert any("A and B" in w.text for w in found)


def test_empty_list_is_left_out_and_told() -> None:
    with_empty = CaptureTable(lists=("A", "B", "Z"), counts={(1, 0, 0): 30, (0, 1, 0): 20, (1, 1, 0): 10})
    result = estimate(with_empty, methods=["main-effects"])[0]
    assert result.total == pytest.approx(120)
    assert "empty-list" in {w.type for w in result.warnings}


def test_numbers_that_cannot_be_an_estimate_are_our_fault() -> None:
    fine = {
        "method": "m0", "level": 0.95, "interval_kind": "profile", "model": "", "seed": None, "warnings": (), "seconds": 0.0,  # noqa: E501  a row of figures
    }  # fmt: skip
    for broken in (
        {"total": float("nan"), "unseen": 1.0, "interval": None, "identifiable": True},
        {"total": 10.0, "unseen": 1.0, "interval": (11.0, 12.0), "identifiable": True},
        {"total": 10.0, "unseen": 1.0, "interval": None, "identifiable": False},
    ):
        with pytest.raises(BrokenEstimate):
            EstimateResult(**fine, **broken)


def test_json_is_plain_and_complete() -> None:
    results = estimate(THREE)
    document = json.loads(json.dumps(result_as_json(THREE, results), allow_nan=False))
    assert document["schema"] == "estimate/1"
    assert document["observed"] == 271
    assert all(isinstance(end, float) for one in document["results"] if one["interval"] for end in one["interval"])
    assert {"method", "total", "unseen", "interval", "level", "interval_kind", "model", "seed", "identifiable", "warnings",  # noqa: E501  a row of figures
            "seconds"} <= set(document["results"][0])  # fmt: skip


def test_reading_patterns_and_people() -> None:
    counted = read_lists_table("# remark, source\nA,B,sex,count\n1,0,f,30\n0,1,f,20\n1,1,f,10\n1,0,m,5\n1,1,m,2\n")
    assert counted.lists == ("A", "B")
    assert counted.covariates == ("sex",)
    assert counted.capture_table().counts[1, 0] == 35
    assert set(counted.split_by(["sex"])) == {("f",), ("m",)}
    people = read_lists_table("A;B;town\n1;0;x\n1;1;y\n0;1;x\n")
    assert people.capture_table().observed_count == 3
    with pytest.raises(NoSuchColumn):
        people.split_by(["colour"])


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", NotACaptureTable),
        ("# only a remark\n", NotACaptureTable),
        ("A,B,count\n", NotACaptureTable),
        ("A,B,count\n1,0\n", NotACaptureTable),
        ("x,y,count\n3,4,5\n", NotACaptureTable),
        ("A,x,count\n1,7,5\n", OneList),
        ("A,B,count\n1,0,2.5\n", CountNotWhole),
        ("A,B,count\n1,0,many\n", CountNotWhole),
        ("A,B,count\n1,0,nan\n", CountNotWhole),
        ("A,B,count\n1,0,-1\n", CountNotWhole),
        ("A,B,count\n1,0,5\n1,0,6\n", DuplicatePattern),
    ],
)
def test_bad_text_has_its_own_error(text: str, error: type[FirsthandError]) -> None:
    with pytest.raises(error):
        read_lists_table(text)


def test_covariates_mend_dependence() -> None:
    # Two invented towns: in each the lists are independent, in both together they are not. True total 4,000.
    rows = []
    for town, first, second in (("x", 0.6, 0.5), ("y", 0.15, 0.1)):
        for pattern in ((1, 0), (0, 1), (1, 1)):
            chance = (first if pattern[0] else 1 - first) * (second if pattern[1] else 1 - second)
            rows.append((pattern, (town,), round(2000 * chance)))
    read = tuple(rows)
    counts: dict[tuple[int, ...], int] = {}
    for pattern, _, count in read:
        counts[pattern] = counts.get(pattern, 0) + count
    table = CaptureTable(lists=("A", "B"), counts=counts)
    plain = estimate(table, methods=["lincoln-petersen"])[0]
    robust = estimate(table, methods=["doubly-robust"], covariates=read)[0]
    assert plain.total is not None
    assert robust.total is not None
    assert plain.total < 3200
    assert robust.total == pytest.approx(4000, rel=0.05)


def test_linkage_doubt_widens_the_interval() -> None:
    other = CaptureTable(lists=THREE.lists, counts={**THREE.counts, (1, 1, 1): 18, (1, 0, 0): 79, (0, 1, 1): 28})
    alone = estimate(THREE, methods=["main-effects"])[0]
    both = estimate_over_draws([THREE, other] * 10, method="main-effects")
    assert alone.interval
    assert both.interval
    assert both.interval[1] - both.interval[0] > alone.interval[1] - alone.interval[0]
    assert both.interval_kind == "over-linkage-draws"
    with pytest.raises(NoDraws):
        estimate_over_draws([THREE])


def test_strata_lend_strength() -> None:
    tables = {
        (name,): CaptureTable(lists=("A", "B"), counts={(1, 0): 10 * k, (0, 1): 8 * k, (1, 1): m})
        for name, k, m in (("n", 9, 40), ("s", 10, 30), ("w", 2, 3), ("e", 8, 35))
    }
    alone = estimate_by(tables, methods=["lincoln-petersen"])
    pooled = pool_strata(alone, "lincoln-petersen")

    def width(one: EstimateResult) -> float:
        assert one.interval
        return one.interval[1] - one.interval[0]

    small = next(k for k, s in enumerate(alone) if s.stratum == ("w",))
    assert width(pooled[small].results[0]) < width(alone[small].results[0])


def test_latent_classes_settle_on_independent_lists() -> None:
    counts = {
        (1, 0, 0): 384,
        (0, 1, 0): 256,
        (0, 0, 1): 171,
        (1, 1, 0): 256,
        (1, 0, 1): 171,
        (0, 1, 1): 114,
        (1, 1, 1): 114,
    }
    result = estimate(CaptureTable(lists=("A", "B", "C"), counts=counts), methods=["latent-class"], sweeps=4000)[0]
    assert result.interval
    assert result.interval[0] < 1850 < result.interval[1]
