"""The family of closed-population models M0, Mt, Mh, Mth, Mb, Mbh as log-linear models.

Rivest and Baillargeon (2007), Biometrics 63; Baillargeon and Rivest (2007), J. Stat. Software 19(5): the log mean of a
pattern on k lists is b0 + (b k, or one parameter for each list) + tau h(k), with h(k) = 2^k - 1 (Poisson), k^2 / 2
(Darroch), -log(3.5 + k) + log(3.5) (gamma), or for Chao's lower bound one non-negative parameter for each k >= 3.
The behavioural models Mb and Mbh take the lists as occasions in time.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from firsthand.estimation.findings import CannotSay, Estimator, Finding, Options
from firsthand.estimation.likelihood import (
    Fit,
    Floats,
    fit_identified,
    fit_poisson,
    normal_quantile,
    profile_interval,
    wald_log_interval,
)
from firsthand.estimation.lists import CaptureTable
from firsthand.estimation.results import EstimateWarning, warning

__all__ = ["CAPTURE_MODELS", "interval_of", "membership_marks"]

GAMMA_SHIFT = 3.5
SHAPES = ("chao", "poisson", "darroch", "gamma")


def membership_marks(lists: int) -> Floats:
    """0/1 marks of all patterns by bit mask, shape (2**lists, lists); row 0 is the unseen."""
    return np.asarray((np.arange(1 << lists)[:, None] >> np.arange(lists)) & 1, dtype=np.float64)


def interval_of(  # noqa: PLR0917  the likelihood's own arguments, in its order
    design: Floats, counts: Floats, unseen_row: Floats, fit: Fit, options: Options, not_negative: int = 0
) -> tuple[float, tuple[float, float], str]:
    """Point and interval as the options ask: the profile of the multinomial, or normal on the log or plain scale."""
    observed = float(counts.sum())
    total = observed + fit.unseen
    if options.interval == "profile":
        try:
            multinomial, (low, high) = profile_interval(
                design,
                counts,
                unseen_row,
                fit,
                level=options.level,
                stirling=options.factorials == "stirling",
                not_negative=not_negative,
            )
        except ValueError:
            # The profile is too flat or too steep for its roots to be bracketed, at very small or large counts.
            return total, wald_log_interval(fit, observed, options.level), "wald-log"
        if options.likelihood == "multinomial":
            total = multinomial
        return total, (min(low, total), max(high, total)), "profile"
    if options.interval == "wald":
        reach = normal_quantile(options.level) * wald_standard_error(fit)
        return total, (max(observed, total - reach), total + reach), "wald"
    return total, wald_log_interval(fit, observed, options.level), "wald-log"


def wald_standard_error(fit: Fit) -> float:
    """Standard error of the total: the unseen is Poisson around an estimated mean."""
    return float(np.sqrt(fit.unseen + fit.unseen**2 * fit.log_unseen_variance))


def _heterogeneity(shape: str, captures: Floats) -> Floats:
    if shape == "poisson":
        return np.asarray(np.exp2(captures) - 1, dtype=np.float64)
    if shape == "darroch":
        return np.asarray(captures**2 / 2, dtype=np.float64)
    return float(np.log(GAMMA_SHIFT)) - np.log(GAMMA_SHIFT + captures)


def _fit_chao(base: Floats, extra: Floats, counts: Floats, model: str) -> Fit:
    # Rivest and Baillargeon: parameters that come out negative are no heterogeneity, and are set to zero in turn.
    keep = list(range(extra.shape[1]))
    while True:
        whole = np.hstack([base, extra[:, keep]])
        try:
            fit = fit_identified(whole[1:], counts, whole[0], model=model)
        except CannotSay:
            if not keep:
                raise
            keep.pop()
            continue
        width = base.shape[1]
        # A parameter at minus infinity counts as negative: let it run off and look at its sign.
        coefficients = (fit_poisson(whole[1:], counts)[0] if fit.extended else fit.coefficients)[width:]
        negative = {k for k, value in zip(keep, coefficients, strict=True) if value < 0}
        if not negative:
            # For the profile all of them take part again, those set to zero from zero.
            coefficients = np.zeros(width + extra.shape[1])
            coefficients[[*range(width), *(width + k for k in keep)]] = fit.coefficients
            return replace(fit, coefficients=coefficients)
        keep = [k for k in keep if k not in negative]


def _heterogeneous(name: str, shape: str, *, by_list: bool) -> Estimator:
    def estimate(table: CaptureTable, options: Options) -> Finding:
        lists = len(table.lists)
        marks = membership_marks(lists)
        captures = marks.sum(axis=1)
        base = np.hstack([np.ones((1 << lists, 1)), marks if by_list else captures[:, None]])
        counts = table.cells()[1:]
        warnings: list[EstimateWarning] = []
        if shape == "chao":
            extra = (
                np.stack([np.maximum(captures - j + 1, 0) for j in range(3, lists + 1)], axis=1)
                if lists > 2
                else (np.zeros((1 << lists, 0)))
            )
            whole = np.hstack([base, extra])
            fit = _fit_chao(base, extra, counts, name)
            warnings.append(warning("lower-bound"))
        elif shape:
            whole = np.hstack([base, _heterogeneity(shape, captures)[:, None]])
            fit = fit_identified(whole[1:], counts, whole[0], model=name)
            falling = fit.coefficients[-1] < 0
            if falling and not fit.extended:
                warnings.append(warning("negative-heterogeneity"))
        else:
            whole = base
            fit = fit_identified(whole[1:], counts, whole[0], model=name)
        bounded = whole.shape[1] - base.shape[1] if shape == "chao" else 0
        total, interval, kind = interval_of(whole[1:], counts, whole[0], fit, options, bounded)
        return Finding(total=total, interval=interval, interval_kind=kind, model=name, warnings=tuple(warnings))

    return estimate


def _first_captures(table: CaptureTable) -> list[int]:
    firsts = [0] * len(table.lists)
    for pattern, count in table.counts.items():
        firsts[pattern.index(1)] += count
    return firsts


def _behavioural(name: str, *, first_differs: bool) -> Estimator:
    def estimate(table: CaptureTable, options: Options) -> Finding:
        firsts = np.array(_first_captures(table)[int(first_differs) :], dtype=float)
        if len(firsts) < 2 or firsts.sum() == 0:
            raise CannotSay("too-few-lists:series", model=name)
        # Newly seen people fall off geometrically, log u_i = a + (i - 1) log q; the tail of the series is the unseen.
        steps = np.arange(len(firsts), dtype=float)
        design = np.stack([np.ones_like(steps), steps], axis=1)
        fit = fit_identified(design, firsts, np.array([1.0, len(firsts)]), model=name)
        a, slope = fit.coefficients
        if slope >= -1e-9:
            raise CannotSay("negative-estimate", model=name)
        q = np.exp(slope)
        unseen = float(np.exp(a) * q ** len(firsts) / (1 - q))
        gradient = np.array([1.0, len(firsts) + q / (1 - q)])
        means = np.exp(design @ fit.coefficients)
        variance = float(gradient @ np.linalg.pinv(design.T @ (design * means[:, None])) @ gradient)
        reach = normal_quantile(options.level) * float(np.sqrt(variance))
        observed = table.observed_count
        if reach > 30 or unseen > 1e6 * observed:
            raise CannotSay("no-finite-interval:series", model=name)
        interval = (observed + unseen * float(np.exp(-reach)), observed + unseen * float(np.exp(reach)))
        remark = warning("order-of-lists-matters")
        return Finding(
            total=observed + unseen, interval=interval, interval_kind="wald-log", model=name, warnings=(remark,)
        )

    return estimate


CAPTURE_MODELS: dict[str, Estimator] = {
    "m0": _heterogeneous("M0", "", by_list=False),
    "mt": _heterogeneous("Mt", "", by_list=True),
    **{
        f"mh-{shape}": _heterogeneous(f"Mh {shape}", shape, by_list=False)
        for shape in ("chao", "poisson", "darroch", "gamma")
    },
    **{
        f"mth-{shape}": _heterogeneous(f"Mth {shape}", shape, by_list=True)
        for shape in ("chao", "poisson", "darroch", "gamma")
    },
    "mb": _behavioural("Mb", first_differs=False),
    "mbh": _behavioural("Mbh", first_differs=True),
}
