"""Published figures, to their printed digits; each table with its source."""

from __future__ import annotations

import pytest

from firsthand.estimation import CaptureTable, estimate
from firsthand.estimation.estimators.sample_coverage import chao_tsay_estimates
from firsthand.estimation.estimators.stepwise import acceleration
from firsthand.estimation.existence import models_without_estimate


def table(lists: str, **people: int) -> CaptureTable:
    """A table from words: ``p101=4`` is four people on the first and third list."""
    return CaptureTable(lists=tuple(lists.split()), counts={tuple(int(m) for m in p[1:]): n for p, n in people.items()})


# Silverman (2020), J. R. Stat. Soc. A 183, table of potential victims in the United Kingdom 2013, five lists.
UK = table(
    "LA NG PFNCA GO GP",
    p10000=54, p01000=463, p00100=995, p00010=695, p00001=316, p11000=15, p10100=19, p10010=3, p01100=62, p01010=19,
    p01001=1, p00110=76, p00101=11, p00011=8, p11100=1, p11010=1, p01110=4, p11110=1,
)  # fmt: skip
# Ball, Betts, Scheuren, Dudukovic and Asher (2002), report to the ICTY: killings in Kosovo, March to June 1999.
KOSOVO = table(
    "EXH ABA OSCE HRW",
    p1000=1131, p0100=845, p0010=936, p0001=306, p1100=177, p1010=228, p1001=106, p0110=217, p0101=31, p0011=123,
    p1110=181, p1101=18, p1011=42, p0111=32, p1111=27,
)  # fmt: skip
# Farrell and others (2019), NIJ report 2015-VF-GX-0105; Chan, Silverman and Vincent (2021).
WESTERN = table(
    "A B C D E",
    p10000=52, p01000=90, p00100=114, p00010=45, p00001=21, p10100=4, p10010=2, p10001=5, p01100=6, p01010=1, p00011=3,
    p10101=1, p01110=1,
)  # fmt: skip
# Chao and others (2001), Stat. Med. 20: hepatitis A in northern Taiwan.
HEPATITIS = table("P Q E", p100=69, p010=55, p001=63, p110=21, p101=17, p011=18, p111=28)
# Madigan and York (1997), Biometrika 84: spina bifida in upstate New York.
SPINA = table("L1 L2 L3", p100=60, p010=49, p001=247, p110=4, p101=112, p011=142, p111=12)
# Ball, Shin and Yang (2018), HRDAG: comfort women in Palembang.
KOREA = table("b c d", p100=5, p010=5, p001=41, p110=54, p101=6, p111=12)
# Chan, Silverman and Vincent (2021), table 2.
ARTIFICIAL = table("A B C", p100=40, p010=30, p001=20, p110=6)


@pytest.mark.parametrize(
    ("data", "method", "total"),
    [
        (UK, "main-effects", 13444),  # Silverman (2020)
        (KOSOVO, "loglinear", 10357),  # Ball and others (2002) print 10,356 from 10,356.5
        (WESTERN, "loglinear", 2483),  # MultipleSystemsEstimation 1.2.0
        (HEPATITIS, "loglinear", 1313),  # Chao and others (2001)
        (SPINA, "loglinear", 731),  # Madigan and York (1997): the model [12, 3]
    ],
)
def test_totals_of_maximum_likelihood(data: CaptureTable, method: str, total: int) -> None:
    result = estimate(data, methods=[method])[0]
    assert result.total is not None
    assert round(result.total) == total


@pytest.mark.parametrize(
    ("data", "total", "low", "high"),
    [
        # SparseMSE 2.0.1, p-threshold 0.02; 11,313 is Silverman (2020).
        (UK, 11312.99029, 9884.402831, 13027.39665),
        (KOSOVO, 14341.6638, 12541.28083, 16540.18791),
        (WESTERN, 2483.38392, 1657.093666, 3830.030001),
        (KOREA, 268.7777778, 202.5328222, 390.1998794),
        (ARTIFICIAL, 539.0939294, 278.654157, 1170.885092),
    ],
)
def test_stepwise_selection(data: CaptureTable, total: float, low: float, high: float) -> None:
    result = estimate(data, methods=["stepwise"], bootstrap="none")[0]
    assert result.total == pytest.approx(total, rel=1e-7)
    # R takes the information from the step before its last, hence the wider tolerance.
    assert result.interval == pytest.approx((low, high), rel=3e-5)


def test_bootstrap_with_selection_agrees_within_its_own_noise() -> None:
    # SparseMSE 2.0.1, 1,000 replicates: 12,596 to 16,527 for Kosovo; the acceleration has no noise.
    result = estimate(KOSOVO, methods=["stepwise"])[0]
    assert result.interval == pytest.approx((12595.84, 16527.49), rel=0.02)
    assert acceleration(KOSOVO.cells(), 4, 0.02) == pytest.approx(-0.0041601994, rel=1e-4)
    assert acceleration(UK.cells(), 5, 0.02) == pytest.approx(-0.012181081, rel=1e-4)


@pytest.mark.parametrize(
    ("data", "median", "low", "high"),
    [
        (UK, 23016, 10408, 33481),  # Binette and Steorts (2022)
        (WESTERN, 2128, 1340, 3868),  # Binette and Steorts (2022)
        (KOSOVO, 12593, 9818, 16557),  # dga
        (SPINA, 740, 702, 777),  # dga
        (ARTIFICIAL, 313, 97, 1950),  # dga
    ],
)
def test_average_of_decomposable_graphs(data: CaptureTable, median: int, low: int, high: int) -> None:
    result = estimate(data, methods=["decomposable"])[0]
    assert (result.total, result.interval) == (median, (low, high))


@pytest.mark.parametrize(
    ("method", "total"),
    [
        # Rcapture, closedp.t on the hepatitis table.
        ("m0", 388.7883354),
        ("mt", 388.4834948),
        ("mh-chao", 479.1488095),
        ("mh-poisson", 736.8502691),
        ("mh-darroch", 1313.602519),
        ("mh-gamma", 2629.011698),
        ("mth-chao", 478.673937),
        ("mth-poisson", 736.2900674),
        ("mth-darroch", 1313.474804),
        ("mth-gamma", 2631.30556),
        ("mb", 383.1289606),
        ("mbh", 667.8999998),
    ],
)
def test_capture_models(method: str, total: float) -> None:
    assert estimate(HEPATITIS, methods=[method])[0].total == pytest.approx(total, rel=5e-8)


def test_profile_interval_of_rcapture() -> None:
    # Rcapture, closedpCI.t with m = "Mt": it writes factorials by Stirling's first terms.
    result = estimate(KOREA, methods=["mt"], likelihood="multinomial", factorials="stirling")[0]
    assert result.total == pytest.approx(141.0758631, rel=3e-6)
    assert result.interval == pytest.approx((130.9985201, 155.772421), rel=3e-6)


def test_sample_coverage_of_hepatitis() -> None:
    # Chao and others (2001): coverage 51.3 %, 508 by one step, 971 in full.
    coverage, _, one_step, full = chao_tsay_estimates(HEPATITIS)
    assert (round(100 * coverage, 1), round(one_step), round(full)) == (51.3, 508, 971)


def test_madigan_and_yorks_own_prior() -> None:
    # dga 2.0.1 on the spina bifida table with the prior of Madigan and York (1997): 731 [682, 797], best graph 37.4 %.
    prior = {"prior": "gamma-poisson", "prior_shape": 13.14, "prior_scale": 55.17, "delta": 1.0}
    result = estimate(SPINA, methods=["decomposable"], most_unseen=300, grid_size=300, **prior)[0]
    assert (result.total, result.interval) == (731, (682, 797))
    assert "[L1:L2, L3] with 37.4%" in result.model


def test_latent_classes_of_the_western_table() -> None:
    # Binette and Steorts (2022): 1,836 [1,301, 2,955]; the margin is the error of the shorter run here.
    result = estimate(WESTERN, methods=["latent-class"], sweeps=60_000)[0]
    assert result.total == pytest.approx(1836, rel=0.04)
    assert result.interval == pytest.approx((1301, 2955), rel=0.08)


@pytest.mark.parametrize(
    ("data", "model", "total", "low", "high"),
    [
        # MultipleSystemsEstimation 1.2.0, estimate_population_bayesthresh.
        (KOREA, {"b:c", "c:d"}, 152.89, 134.09, 201.17),
        (SPINA, {"L1:L2"}, 732.54, 709.65, 762.27),
        (KOSOVO, {"ABA:EXH", "ABA:OSCE", "EXH:HRW", "EXH:OSCE", "HRW:OSCE"}, 13971.5, 12236.2, 16389.4),
    ],
)
def test_bayesian_threshold(data: CaptureTable, model: set[str], total: float, low: float, high: float) -> None:
    result = estimate(data, methods=["bayesian-threshold"])[0]
    assert set(result.model.split(" + ")[1:]) == model
    assert result.total == pytest.approx(total, rel=0.02)
    assert result.interval == pytest.approx((low, high), rel=0.03)


def test_bootstrap_of_the_least_bic() -> None:
    # MultipleSystemsEstimation 1.2.0, 1,000 replicates among the 20 best models: 6,947 to 18,010.
    result = estimate(KOSOVO, methods=["loglinear"], interval="bca")[0]
    assert result.total == pytest.approx(10356.51896, rel=1e-8)
    assert result.interval == pytest.approx((6947, 18010), rel=0.06)


def test_profile_of_chaos_bound_where_a_parameter_is_at_its_bound() -> None:
    # Rcapture, closedpCI.0 with Mh Chao: parameters that would be negative are 0 at every total of the profile.
    counts = {(1, 0, 0, 0): 60, (0, 1, 0, 0): 50, (0, 0, 1, 0): 40, (0, 0, 0, 1): 30, (1, 1, 0, 0): 20, (1, 1, 1, 0): 1}
    result = estimate(CaptureTable(lists=tuple("ABCD"), counts=counts), methods=["mh-chao"])[0]
    assert result.interval
    assert result.total is not None
    assert result.interval[0] < result.total < result.interval[1]


def test_models_without_estimate() -> None:
    # SparseMSE, checkallmodels: two models fail on the Palembang table, none on the others.
    assert models_without_estimate(KOREA) == (((0, 1), (0, 2)), ((0, 1), (0, 2), (1, 2)))
    assert models_without_estimate(HEPATITIS) == ()
    assert models_without_estimate(WESTERN) == ()
