"""Poisson log-linear models of capture tables: fit, existence, intervals.

The table without the cell of the unseen is modelled as independent Poisson counts with log means X b (Cormack 1989);
the mean of the unseen is exp(x0 b). Existence of the estimate is decided by linear programming (Fienberg and Rinaldo
2012, section 4): the cells that the extended maximum-likelihood estimate puts at zero are found in one program.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from firsthand.estimation.findings import CannotSay

__all__ = ["Fit", "Floats", "fit_identified", "fit_poisson", "normal_quantile", "profile_interval", "wald_log_interval"]

Floats = NDArray[np.float64]
MOST_STEPS = 200
LARGEST_RATIO = 1e6
"""An estimate beyond this many times the observed people is no estimate but a division by almost nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A fitted model: log mean of the unseen, its variance, deviance terms and the parameters counted."""

    log_unseen: float
    log_unseen_variance: float
    log_likelihood: float
    deviance: float
    parameter_count: int
    extended: bool
    coefficients: Floats
    means: Floats

    @property
    def unseen(self) -> float:
        """Estimated people on no list."""
        return float(np.exp(self.log_unseen))

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return -2 * self.log_likelihood + 2 * self.parameter_count

    def bic(self, observed: int) -> float:
        """Schwarz's criterion with the number of people as the sample size, as Rcapture has it."""
        return -2 * self.log_likelihood + float(np.log(observed)) * self.parameter_count


def normal_quantile(level: float) -> float:
    """The two-sided standard normal quantile of a level: 1.96 for 0.95."""
    from scipy.special import ndtri  # noqa: PLC0415  imported late: reading a table needs no SciPy

    return float(ndtri(0.5 + level / 2))


def _newton_step(hessian: Floats, gradient: Floats) -> Floats:
    try:
        step: Floats = np.asarray(np.linalg.solve(hessian, gradient), dtype=np.float64)
    except np.linalg.LinAlgError:
        step = np.full_like(gradient, np.nan)
    if np.all(np.isfinite(step)):
        return step
    return np.asarray(np.linalg.lstsq(hessian, gradient, rcond=None)[0], dtype=np.float64)


def fit_poisson(design: Floats, counts: Floats, *, start: Floats | None = None) -> tuple[Floats, Floats]:
    """Newton's method with halved steps; gives coefficients and means.

    Rank deficient designs are fitted with the least change of coefficients (pseudo-inverse).
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        if start is None:
            first = np.linalg.lstsq(design, np.log(counts + 0.5), rcond=None)[0]
            b: Floats = np.asarray(first, dtype=np.float64)
        else:
            b = start
        eta = design @ b
        mu = np.exp(eta)
        best = float(counts @ eta - mu.sum())
        for _ in range(MOST_STEPS):
            gradient = design.T @ (counts - mu)
            hessian = design.T @ (design * mu[:, None])
            step = _newton_step(hessian, gradient)
            scale = 1.0
            for _ in range(40):
                trial = b + scale * step
                eta = design @ trial
                mu_trial = np.exp(eta)
                value = float(counts @ eta - mu_trial.sum())
                if np.isfinite(value) and value >= best - 1e-12 * (1 + abs(best)):
                    break
                scale /= 2
            else:
                break
            gain = value - best
            b, mu, best = trial, mu_trial, value
            if float(np.abs(scale * step).max(initial=0.0)) < 1e-10 and gain < 1e-10 * (1 + abs(best)):
                break
    return b, mu


def kept_cells(design: Floats, counts: Floats) -> NDArray[np.bool_]:
    """Cells whose mean is positive at the extended maximum-likelihood estimate (Fienberg and Rinaldo 2012).

    One linear program: the largest sum of s with X b + s <= 0 on empty cells, X b = 0 on the others, 0 <= s <= 1.
    Cells with s = 1 lie off the face that holds the data.
    """
    positive = counts > 0
    columns = design.shape[1]
    if np.linalg.matrix_rank(design[positive]) == columns:
        return np.ones(len(counts), dtype=bool)
    from scipy.optimize import linprog  # noqa: PLC0415  most tables never need it

    empty = np.flatnonzero(~positive)
    slack = np.eye(len(empty))
    solved = linprog(
        np.concatenate([np.zeros(columns), -np.ones(len(empty))]),
        A_ub=np.hstack([design[empty], slack]),
        b_ub=np.zeros(len(empty)),
        A_eq=np.hstack([design[positive], np.zeros((int(positive.sum()), len(empty)))]),
        b_eq=np.zeros(int(positive.sum())),
        bounds=[(None, None)] * columns + [(0, 1)] * len(empty),
        method="highs",
    )
    keep = np.ones(len(counts), dtype=bool)
    if solved.x is not None:
        keep[empty[solved.x[columns:] > 0.5]] = False
    return keep


def fit_identified(design: Floats, counts: Floats, unseen_row: Floats, *, model: str) -> Fit:
    """Fit a model, extended to parameters at minus infinity where the data ask for it.

    Args:
        design: shape (cells, parameters), without the cell of the unseen.
        counts: shape (cells,).
        unseen_row: shape (parameters,).
        model: how refusals name the model.

    Raises:
        CannotSay: the mean of the unseen is not determined.
    """
    keep = kept_cells(design, counts)
    extended = not bool(keep.all())
    used, data = design[keep], counts[keep]
    rank = int(np.linalg.matrix_rank(used))
    if rank < design.shape[1]:
        with_unseen = int(np.linalg.matrix_rank(np.vstack([used, unseen_row])))
        if with_unseen > rank:
            raise CannotSay("not-identified", model=model)
    b, mu = fit_poisson(used, data)
    hessian = used.T @ (used * mu[:, None])
    variance = float(unseen_row @ np.linalg.pinv(hessian, rcond=1e-14, hermitian=True) @ unseen_row)
    log_unseen = float(unseen_row @ b)
    if not np.isfinite(log_unseen) or not np.isfinite(variance) or log_unseen > np.log(LARGEST_RATIO * counts.sum()):
        raise CannotSay("not-identified:unbounded", model=model)
    from scipy.special import gammaln, xlogy  # noqa: PLC0415  see normal_quantile

    log_likelihood = float(np.sum(xlogy(data, mu) - mu - gammaln(data + 1)))
    deviance = float(2 * np.sum(xlogy(data, data) - xlogy(data, mu) - (data - mu)))
    means = np.zeros(len(counts))
    means[keep] = mu
    return Fit(
        log_unseen=log_unseen,
        log_unseen_variance=max(variance, 0.0),
        log_likelihood=log_likelihood,
        deviance=deviance,
        parameter_count=rank,
        extended=extended,
        coefficients=b,
        means=means,
    )


def wald_log_interval(fit: Fit, observed: float, level: float) -> tuple[float, float]:
    """Normal interval of the log of the unseen, as SparseMSE prints it."""
    reach = normal_quantile(level) * float(np.sqrt(fit.log_unseen_variance))
    if reach > 30:
        raise CannotSay("no-finite-interval")
    return observed + fit.unseen * float(np.exp(-reach)), observed + fit.unseen * float(np.exp(reach))


def profile_interval(
    design: Floats,
    counts: Floats,
    unseen_row: Floats,
    fit: Fit,
    *,
    level: float,
    stirling: bool = False,
    not_negative: int = 0,
) -> tuple[float, tuple[float, float]]:
    """Multinomial profile likelihood of the total (Cormack 1992); gives its maximum and the interval, in people.

    For a total N the cell of the unseen is given N - n people and the model is fitted to the whole table. The last
    ``not_negative`` coefficients may not fall below 0; where one would, it is 0 at that N.

    Raises:
        CannotSay: the profile has no upper end.
    """
    from scipy.optimize import brentq, minimize_scalar  # noqa: PLC0415  see normal_quantile
    from scipy.special import gammaln, xlogy  # noqa: PLC0415  see normal_quantile

    keep = fit.means > 0
    whole = np.vstack([design[keep], unseen_row])
    observed = float(counts.sum())
    start = fit.coefficients

    def log_factorial(number: float) -> float:
        if stirling and number > 1:
            return float(number * np.log(number) - number + np.log(2 * np.pi * number) / 2)
        return float(gammaln(number + 1))

    def log_likelihood(unseen: float) -> float:
        nonlocal start
        data = np.append(counts[keep], unseen)
        b, mu = fit_poisson(whole, data, start=start)
        start = b
        columns = np.arange(whole.shape[1])
        free = columns[: len(columns) - not_negative]
        while not_negative and (b[len(free) :] < 0).any():
            columns = columns[(columns < len(free)) | (b >= 0)]
            b, mu = fit_poisson(whole[:, columns], data)
        total = observed + unseen
        return float(xlogy(data, mu / total).sum() + log_factorial(total) - log_factorial(unseen))

    middle = max(fit.unseen, 1e-3)
    spread = max(float(np.sqrt(fit.log_unseen_variance)), 0.01)
    peak = minimize_scalar(
        lambda log_u: -log_likelihood(float(np.exp(log_u))),
        bounds=(np.log(middle) - 3 * spread - 1, np.log(middle) + spread),
        method="bounded",
        options={"xatol": 1e-9},
    )
    best_log, best = float(peak.x), -float(peak.fun)
    threshold = best - normal_quantile(level) ** 2 / 2

    def excess(log_u: float) -> float:
        return log_likelihood(float(np.exp(log_u))) - threshold

    high = best_log + 2 * spread
    while excess(high) > 0:
        high += max(spread, 0.2)
        if high > np.log(LARGEST_RATIO * observed):
            raise CannotSay("no-finite-interval")
    upper = float(brentq(excess, best_log, high, xtol=1e-12))
    low = best_log - 2 * spread
    lower: float | None = None
    while excess(low) > 0:
        low -= max(spread, 0.5)
        if low < np.log(1e-4):
            lower = observed
            break
    if lower is None:
        lower = observed + float(np.exp(brentq(excess, low, best_log, xtol=1e-12)))
    return observed + float(np.exp(best_log)), (lower, observed + float(np.exp(upper)))
