"""Compiled inner loops (Numba): fits of hierarchical models by Newton's method on sums over supersets.

For a hierarchical design every entry of the information matrix is a margin of the fitted table: H[a, b] is the sum of
the means over patterns that hold all lists of a and b. One pass over the table gives all of them, so that a step costs
no matrix product.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from firsthand.values.compiling import compile_cached

__all__ = ["fit_many", "fit_one", "margins"]


def _fit_one(  # noqa: C901, PLR0912, PLR0915, PLR0917  one loop, kept whole so that nothing is allocated in it
    totals: Any,
    counts: Any,
    kept: Any,
    terms: Any,
    width: int,
    lists: int,
    b: Any,
    mu: Any,
    sums: Any,
    hessian: Any,
    step: Any,
) -> tuple[float, float, bool]:
    """Fit one model; ``b`` holds the start and gets the coefficients; ``totals`` holds the
    margins of the counts.

    Gives the kernel log likelihood, the variance of the intercept, and whether the steps settled.

    The likelihood leaves out the factorials. ``kept`` marks cells that take part. Pivots that vanish are skipped: their
    coefficients stay where they are.
    """
    size = 1 << lists
    last = -np.inf
    scale = 1.0
    converged = False
    for iteration in range(60):
        for cell in range(size):
            mu[cell] = 0.0
        for k in range(width):
            mu[terms[k]] = b[k]
        for j in range(lists):
            bit = 1 << j
            for cell in range(size):
                if cell & bit:
                    mu[cell] += mu[cell ^ bit]
        value = 0.0
        for cell in range(1, size):
            if kept[cell]:
                eta = mu[cell]
                value += counts[cell] * eta
                mu[cell] = np.exp(eta)
                value -= mu[cell]
            else:
                mu[cell] = 0.0
        mu[0] = 0.0
        if not value >= last - 1e-10 * (1.0 + abs(last)):
            # The step overshot: go back half of it.
            scale *= 0.5
            if scale < 1e-9:
                break
            for k in range(width):
                b[k] -= scale * step[k]
            continue
        gain = value - last
        last = value
        for cell in range(size):
            sums[cell] = mu[cell]
        for j in range(lists):
            bit = 1 << j
            for cell in range(size):
                if not cell & bit:
                    sums[cell] += sums[cell | bit]
        for k in range(width):
            for m in range(k + 1):
                hessian[k, m] = sums[terms[k] | terms[m]]
        # Cholesky in place, lower triangle.
        for k in range(width):
            for m in range(k + 1):
                total = hessian[k, m]
                for r in range(m):
                    total -= hessian[k, r] * hessian[m, r]
                if k == m:
                    if total > 1e-11 * (1.0 + sums[terms[k]]):
                        hessian[k, k] = np.sqrt(total)
                    else:
                        hessian[k, k] = 0.0
                elif hessian[m, m] > 0.0:
                    hessian[k, m] = total / hessian[m, m]
                else:
                    hessian[k, m] = 0.0
        if converged or (gain < 1e-9 and iteration > 1):
            converged = True
            break
        largest = 0.0
        for k in range(width):
            total = totals[terms[k]] - sums[terms[k]]
            for r in range(k):
                total -= hessian[k, r] * step[r]
            step[k] = total / hessian[k, k] if hessian[k, k] > 0.0 else 0.0
        for k in range(width - 1, -1, -1):
            total = step[k]
            for r in range(k + 1, width):
                total -= hessian[r, k] * step[r]
            step[k] = total / hessian[k, k] if hessian[k, k] > 0.0 else 0.0
            largest = max(largest, abs(step[k]))
        if largest < 1e-7:
            # One more pass after this last step, for likelihood and information at the estimate.
            converged = True
        scale = 1.0
        if largest > 8.0:
            scale = 8.0 / largest
        for k in range(width):
            step[k] *= scale
            b[k] += step[k]
        scale = 1.0
    return last, _variance_of(0, hessian, width, step), converged


def _variance_of(position: int, factor: Any, width: int, work: Any) -> float:
    """Entry (position, position) of the inverse of a matrix from its Cholesky factor."""
    variance = 0.0
    for k in range(width):
        work[k] = 0.0
    for k in range(position, width):
        total = 1.0 if k == position else 0.0
        for r in range(position, k):
            total -= factor[k, r] * work[r]
        work[k] = total / factor[k, k] if factor[k, k] > 0.0 else 0.0
        variance += work[k] * work[k]
    return variance


_variance_of = compile_cached(_variance_of)
fit_one = compile_cached(_fit_one)


def _margins(counts: Any, lists: int, sums: Any) -> None:
    """Sums over supersets: how many people are on all lists of each set."""
    size = 1 << lists
    for cell in range(size):
        sums[cell] = counts[cell]
    for j in range(lists):
        bit = 1 << j
        for cell in range(size):
            if not cell & bit:
                sums[cell] += sums[cell | bit]


margins = compile_cached(_margins)


def _fit_many(  # noqa: PLR0917  arrays in, arrays filled
    counts: Any, lists: int, terms: Any, widths: Any, start: Any, likelihoods: Any, unseen: Any, variances: Any
) -> None:
    """Fit many models to one table, each from independence: fills kernel likelihoods, log unseen and its variance."""
    size = 1 << lists
    totals = np.zeros(size)
    margins(counts, lists, totals)
    mu = np.zeros(size)
    sums = np.zeros(size)
    b = np.zeros(size)
    hessian = np.zeros((size, size))
    step = np.zeros(size)
    kept = np.ones(size, dtype=np.bool_)
    for model in range(terms.shape[0]):
        width = widths[model]
        for k in range(width):
            b[k] = start[terms[model, k]]
        value, variance, _ = fit_one(totals, counts, kept, terms[model], width, lists, b, mu, sums, hessian, step)
        likelihoods[model] = value
        unseen[model] = b[0]
        variances[model] = variance


fit_many = compile_cached(_fit_many)
