"""Log-linear models conditional on being listed, with covariates of each person.

Given that a person with covariates x is on some list, the chance of the pattern s is

    exp(eta_s(x)) / sum over t not 0 of exp(eta_t(x)),   eta_s(x) = sum_j s_j b_j'x + sum over pairs c_jk s_j s_k,

and one over the sum is the expected number of unlisted people for each listed one (Huggins 1989, Biometrika 76; Alho
1990, Biometrics 46; Tilling and Sterne 1999, Am. J. Epidemiol. 149; the multinomial logit of Zwane and van der Heijden
2005, Stat. Modelling 5). Without covariates the total is that of the Poisson log-linear model (Sandland and Cormack
1984). Pairs of lists enter one at a time while the Bayesian information criterion falls.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from firsthand.estimation.estimators.covariates import covariate_columns
from firsthand.estimation.estimators.two_lists import log_normal_interval
from firsthand.estimation.findings import CannotSay, Finding, Options
from firsthand.estimation.likelihood import Floats
from firsthand.estimation.lists import CaptureTable
from firsthand.estimation.results import warning

__all__ = ["estimate_conditional_loglinear"]

MOST_LISTS = 8
RIDGE = 0.02  # on covariates, standardized or coded 0 and 1: keeps what no record tells from running away
STEPS = 80


@dataclass(frozen=True, slots=True)
class _People:
    """Distinct covariates and how many people of each show each pattern (0 left out)."""

    design: Floats
    counts: Floats
    patterns: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Fit:
    log_likelihood: float
    parameters: int
    unseen_each: Floats
    gradient: Floats
    hessian: Floats


def _people(table: CaptureTable, options: Options) -> _People:
    records = options.covariates or tuple((pattern, ("",), count) for pattern, count in table.counts.items())
    lists = len(table.lists)
    design = covariate_columns([values for _, values, _ in records])
    distinct, place = np.unique(design, axis=0, return_inverse=True)
    counts = np.zeros((len(distinct), 1 << lists))
    for row, (pattern, _, count) in zip(place.ravel().tolist(), records, strict=True):
        counts[row, sum(mark << j for j, mark in enumerate(pattern))] += count
    patterns = np.array([[code >> j & 1 for j in range(lists)] for code in range(1, 1 << lists)])
    return _People(design=distinct, counts=counts[:, 1:], patterns=patterns)


def _fit(people: _People, pairs: tuple[tuple[int, int], ...]) -> _Fit | None:
    """Maximum likelihood by Newton's method; None where the steps do not settle."""
    lists, wide = people.patterns.shape[1], people.design.shape[1]
    marks = np.column_stack([people.patterns, *(people.patterns[:, j] * people.patterns[:, k] for j, k in pairs)])
    marks = marks.astype(float)
    size = marks.shape[1]
    totals = people.counts.sum(axis=1)
    # lists take the covariates, pairs a single term
    b = np.zeros((size, wide))
    free = np.ones((size, wide), dtype=bool)
    free[lists:, 1:] = False
    ridge = np.where(np.arange(wide) == 0, 1e-8, RIDGE) * np.ones((size, 1))
    place = np.flatnonzero(free.ravel())
    seen = people.counts @ marks

    def look(at: Floats) -> tuple[float, Floats, Floats, Floats]:
        eta = people.design @ at.T @ marks.T
        top = eta.max(axis=1, keepdims=True)
        share = np.exp(eta - top)
        norm = share.sum(axis=1, keepdims=True)
        share /= norm
        log_norm = (np.log(norm) + top).ravel()
        value = float((people.counts * eta).sum() - totals @ log_norm)
        return value, share @ marks, share, log_norm

    value, mean, share, log_norm = look(b)
    settled = False
    hessian = np.eye(len(place))
    for _ in range(STEPS):
        slope = ((seen - totals[:, None] * mean).T @ people.design - ridge * b).ravel()[place]
        spread = np.einsum("ds,si,sj->dij", share, marks, marks) - mean[:, :, None] * mean[:, None, :]
        full = np.einsum("d,dij,da,db->iajb", totals, spread, people.design, people.design, optimize=True)
        hessian = full.reshape(size * wide, size * wide)[np.ix_(place, place)] + np.diag(ridge.ravel()[place])
        try:
            step = np.linalg.solve(hessian, slope)
        except np.linalg.LinAlgError:
            return None
        if float(np.abs(step).max()) < 1e-9:
            settled = True
            break
        length = min(1.0, 4.0 / float(np.abs(step).max()))
        penalised, start = value - 0.5 * float((ridge * b**2).sum()), b
        for _ in range(30):
            b = start.copy()
            b.ravel()[place] += length * step
            value, mean, share, log_norm = look(b)
            if value - 0.5 * float((ridge * b**2).sum()) >= penalised - 1e-9:
                break
            length /= 2
    if not settled or float(np.abs(b).max()) > 25:
        return None
    unseen = np.exp(-log_norm)
    gradient = (-(totals * unseen)[:, None] * mean).T @ people.design
    return _Fit(
        log_likelihood=value,
        parameters=len(place),
        unseen_each=unseen,
        gradient=gradient.ravel()[place],
        hessian=hessian,
    )


def _criterion(fit: _Fit, observed: int) -> float:
    return -2 * fit.log_likelihood + fit.parameters * float(np.log(observed))


def estimate_conditional_loglinear(table: CaptureTable, options: Options) -> Finding:
    """Estimate from chances that differ with covariates, pairs of lists chosen by BIC.

    The variance adds the doubt of who was listed to that of the coefficients (Huggins 1989, equation 4.2).
    """
    lists = len(table.lists)
    if lists > MOST_LISTS:
        raise CannotSay("too-many-lists", most=MOST_LISTS)
    observed = table.observed_count
    people = _people(table, options)
    chosen: tuple[tuple[int, int], ...] = ()
    best = _fit(people, chosen)
    if best is None:
        raise CannotSay("not-identified:infinite", model="lists given covariates")
    # a pair without anybody on both, or with everybody of a list on both, has no finite term
    waiting = {
        (j, k)
        for j, k in combinations(range(lists), 2)
        if 0 < table.on_all((j, k)) < min(table.on_all((j,)), table.on_all((k,)))
    }
    if lists == 2:
        waiting = set()
    while waiting and len(chosen) < lists * (lists - 1) // 2 - 1 + (lists > 3):
        tried = {pair: _fit(people, (*chosen, pair)) for pair in sorted(waiting)}
        fits = {pair: fit for pair, fit in tried.items() if fit is not None}
        if not fits:
            break
        pair = min(fits, key=lambda p: (_criterion(fits[p], observed), p))
        if _criterion(fits[pair], observed) >= _criterion(best, observed):
            break
        chosen, best = (*chosen, pair), fits[pair]
        waiting.discard(pair)
    totals = people.counts.sum(axis=1)
    unseen = float(totals @ best.unseen_each)
    try:
        doubt = float(best.gradient @ np.linalg.solve(best.hessian, best.gradient))
    except np.linalg.LinAlgError as problem:
        raise CannotSay("not-identified:infinite", model="lists given covariates") from problem
    variance = float(totals @ (best.unseen_each * (1 + best.unseen_each))) + doubt
    names = " ".join(f"{table.lists[j]}:{table.lists[k]}" for j, k in chosen)
    warnings = [warning("no-covariates")] if not options.covariates else []
    if chosen:
        warnings.append(warning("model-chosen-from-data:steps"))
    return Finding(
        total=observed + unseen,
        interval=log_normal_interval(unseen, variance, observed, options.level),
        interval_kind="log-normal",
        model=f"lists given covariates{'; ' + names if names else ''}",
        warnings=tuple(warnings),
    )
