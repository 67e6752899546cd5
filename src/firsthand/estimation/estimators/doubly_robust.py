"""Doubly robust estimation with covariates and cross-fitting (Das, Kennedy and Jewell 2024, J. R. Stat. Soc. B).

Two lists are taken as independent among people of the same covariates. With q1, q2 and q12 the chances of being on the
first, the second and both lists, among people on any list, 1 over the share of the population observed is the mean of
y1 q2 / q12 + y2 q1 / q12 - y1 y2 q1 q2 / q12^2; errors in q1, q2 and q12 enter only as products.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from firsthand.estimation.estimators.covariates import covariate_columns
from firsthand.estimation.estimators.two_lists import log_normal_interval
from firsthand.estimation.findings import CannotSay, Finding, Options
from firsthand.estimation.likelihood import Floats, normal_quantile
from firsthand.estimation.lists import CaptureTable
from firsthand.estimation.results import warning

__all__ = ["estimate_doubly_robust"]

SMALLEST_CHANCE = 0.005


def _chances(design: Floats, share: Floats, weights: Floats, wanted: Floats) -> Floats:
    """Logistic regression with a small ridge by Newton's method; chances for the rows ``wanted``."""
    b = np.zeros(design.shape[1])
    mean = float(np.clip(np.average(share, weights=weights), 1e-6, 1 - 1e-6))
    b[0] = np.log(mean / (1 - mean))
    ridge = np.full(design.shape[1], 0.5)
    ridge[0] = 1e-6
    for _ in range(60):
        chance = 1 / (1 + np.exp(-np.clip(design @ b, -30, 30)))
        gradient = design.T @ (weights * (share - chance)) - ridge * b
        hessian = design.T @ (design * (weights * chance * (1 - chance))[:, None]) + np.diag(ridge)
        step = np.linalg.solve(hessian, gradient)
        b += np.clip(step, -3, 3)
        if float(np.abs(step).max()) < 1e-9:
            break
    return np.asarray(1 / (1 + np.exp(-np.clip(wanted @ b, -30, 30))), dtype=np.float64)


def estimate_doubly_robust(table: CaptureTable, options: Options) -> Finding:
    """Estimate from the pair of lists that share most people, with chances fitted to covariates on other folds."""
    records = options.covariates or tuple((pattern, ("",), count) for pattern, count in table.counts.items())
    observed = sum(count for _, _, count in records)
    lists = len(table.lists)
    i, j = max(combinations(range(lists), 2), key=lambda pair: (table.on_all(pair), pair))
    if table.on_all((i, j)) < 5:
        raise CannotSay("few-overlaps:pair")
    patterns = np.array([pattern for pattern, _, _ in records], dtype=float)
    weights = np.array([count for _, _, count in records], dtype=float)
    design = covariate_columns([values for _, values, _ in records])
    y1, y2 = patterns[:, i], patterns[:, j]
    random = np.random.default_rng(options.seed)
    folds = random.multinomial(weights.astype(np.int64), np.full(options.folds, 1 / options.folds)).astype(float)
    scores, mass = [], []
    for fold in range(options.folds):
        train = weights - folds[:, fold]
        here = folds[:, fold] > 0
        if not here.any():
            continue
        q1, q2, q12 = (_chances(design, y, train, design[here]) for y in (y1, y2, y1 * y2))
        q12 = np.maximum(q12, np.maximum(q1 + q2 - 1, SMALLEST_CHANCE))
        q1, q2 = np.maximum(q1, q12), np.maximum(q2, q12)
        a, b = y1[here], y2[here]
        scores.append(a * q2 / q12 + b * q1 / q12 - a * b * q1 * q2 / q12**2)
        mass.append(folds[here, fold])
    score, weight = np.concatenate(scores), np.concatenate(mass)
    inverse = float(np.average(score, weights=weight))
    if not np.isfinite(inverse) or inverse < 1:
        raise CannotSay("below-observed")
    total = observed * inverse
    variance = observed * (float(np.average((score - inverse) ** 2, weights=weight)) + inverse * (inverse - 1))
    interval = log_normal_interval(total - observed, variance, observed, options.level)
    warnings = []
    if not options.covariates:
        warnings.append(warning("no-covariates"))
    if normal_quantile(options.level) * np.sqrt(variance) > total:
        warnings.append(warning("wide-interval:estimate"))
    return Finding(
        total=total,
        interval=interval,
        interval_kind="log-normal",
        model=f"{table.lists[i]} and {table.lists[j]} independent given covariates; {options.folds} folds",
        seed=options.seed,
        warnings=tuple(warnings),
    )
