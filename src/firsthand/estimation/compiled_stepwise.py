"""Compiled stepwise selection for sparse lists: existence by a small linear program, then one fit for each step."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from firsthand.estimation.compiled import fit_one, margins
from firsthand.values.compiling import compile_cached

__all__ = ["estimate_exists", "select_many", "select_stepwise"]

TINY = 1e-9


def _null_space(matrix: Any, rows: int, columns: int, basis: Any) -> int:
    """Gauss-Jordan elimination in place; fills a basis of the null space as columns, gives its dimension."""
    pivot_of = np.full(columns, -1)
    row = 0
    for column in range(columns):
        best = row
        for r in range(row, rows):
            if abs(matrix[r, column]) > abs(matrix[best, column]):
                best = r
        if row >= rows or abs(matrix[best, column]) < TINY:
            continue
        for c in range(columns):
            matrix[row, c], matrix[best, c] = matrix[best, c], matrix[row, c]
        scale = matrix[row, column]
        for c in range(columns):
            matrix[row, c] /= scale
        for r in range(rows):
            factor = matrix[r, column]
            if r != row and factor != 0.0:
                for c in range(columns):
                    matrix[r, c] -= factor * matrix[row, c]
        pivot_of[column] = row
        row += 1
    free = 0
    for column in range(columns):
        if pivot_of[column] < 0:
            for c in range(columns):
                basis[c, free] = -matrix[pivot_of[c], column] if pivot_of[c] >= 0 else 0.0
            basis[column, free] = 1.0
            free += 1
    return free


null_space = compile_cached(_null_space)


def _feasible(directions: Any, rows: int, width: int) -> bool:  # noqa: C901, PLR0912  one simplex, kept whole
    """Whether weights above 0 exist under which the rows of ``directions`` add up to nothing (Stiemke's lemma).

    With y = 1 + w this asks for w >= 0 with sum w z = -sum z: the first phase of the simplex method by Bland's rule.
    """
    columns = rows + width
    tableau = np.zeros((width + 1, columns + 1))
    for k in range(width):
        total = 0.0
        for r in range(rows):
            total -= directions[r, k]
        sign = -1.0 if total < 0.0 else 1.0
        for r in range(rows):
            tableau[k, r] = sign * directions[r, k]
        tableau[k, rows + k] = 1.0
        tableau[k, columns] = sign * total
        for c in range(columns + 1):
            if c < rows or c == columns:
                tableau[width, c] -= tableau[k, c]
    held = np.arange(rows, rows + width)
    for _ in range(2000):
        entering = -1
        for c in range(rows):
            if tableau[width, c] < -TINY:
                entering = c
                break
        if entering < 0:
            break
        leaving = -1
        smallest = np.inf
        for k in range(width):
            if tableau[k, entering] > TINY:
                ratio = tableau[k, columns] / tableau[k, entering]
                if ratio < smallest - 1e-12 or (ratio <= smallest + 1e-12 and held[k] < held[leaving]):
                    smallest = ratio
                    leaving = k
        if leaving < 0:
            break
        pivot = tableau[leaving, entering]
        for c in range(columns + 1):
            tableau[leaving, c] /= pivot
        for k in range(width + 1):
            factor = tableau[k, entering]
            if k != leaving and factor != 0.0:
                for c in range(columns + 1):
                    tableau[k, c] -= factor * tableau[leaving, c]
        held[leaving] = entering
    return bool(tableau[width, columns] > -1e-7)


feasible = compile_cached(_feasible)


def _estimate_exists(counts: Any, kept: Any, terms: Any, width: int, lists: int) -> bool:
    """Whether all parameters have finite, unique estimates on the cells kept (Fienberg and Rinaldo 2012).

    Parameters are determined unless a direction leaves the means of people observed as they are and lowers, or does not
    change, those of empty cells.
    """
    size = 1 << lists
    rows = 0
    matrix = np.zeros((size, width))
    for cell in range(1, size):
        if kept[cell] and counts[cell] > 0.0:
            for k in range(width):
                if cell & terms[k] == terms[k]:
                    matrix[rows, k] = 1.0
            rows += 1
    basis = np.zeros((width, width))
    free = null_space(matrix, rows, width, basis)
    if free == 0:
        return True
    directions = np.zeros((size, free))
    rows = 0
    for cell in range(1, size):
        if kept[cell] and counts[cell] == 0.0:
            for d in range(free):
                total = 0.0
                for k in range(width):
                    if cell & terms[k] == terms[k]:
                        total += basis[k, d]
                directions[rows, d] = total
            rows += 1
    check = directions[:rows].copy()
    unused = np.zeros((free, free))
    if null_space(check, rows, free, unused) > 0:
        return False
    return bool(feasible(directions, rows, free))


estimate_exists = compile_cached(_estimate_exists)


def _log_tail(count: float, mean: float) -> float:
    """Log of the smaller one-sided Poisson probability of ``count`` or more extreme."""
    if mean <= 0.0:
        return 0.0 if count == 0.0 else -np.inf
    log_first = count * math.log(mean) - mean - math.lgamma(count + 1.0)
    total = 1.0
    term = 1.0
    k = count
    if count < mean:
        while k > 0.0 and term > 1e-17 * total:
            term *= k / mean
            total += term
            k -= 1.0
    else:
        while term > 1e-17 * total:
            k += 1.0
            term *= mean / k
            total += term
    near = math.exp(log_first) * total
    other = 1.0 - near + math.exp(log_first)
    if other < near:
        return math.log(max(other, 1e-300))
    return log_first + math.log(total)


log_tail = compile_cached(_log_tail)


def _select_stepwise(  # noqa: C901, PLR0912, PLR0915  one pass, kept whole so that little is allocated
    counts: Any, lists: int, log_threshold: float, chosen: Any
) -> tuple[float, float, int]:
    """Forward selection of pairs of lists by Poisson p-value (Chan, Silverman and Vincent 2021).

    A pair of lists that share nobody enters with its parameter at minus infinity: its cells are set aside. A pair is
    passed over where the estimates of the model with it would not exist or not be unique. ``chosen`` is filled with
    the pairs as bit masks, in order of entry. Gives log unseen (NaN if the fit fails), its variance, how many pairs.
    """
    size = 1 << lists
    most = 1 + lists + lists * (lists - 1) // 2
    totals = np.zeros(size)
    margins(counts, lists, totals)
    kept = np.ones(size, dtype=np.bool_)
    terms = np.zeros(most, dtype=np.int64)
    b = np.zeros(most)
    mu = np.zeros(size)
    sums = np.zeros(size)
    hessian = np.zeros((most, most))
    step = np.zeros(most)
    guess = 0.0
    for cell in range(1, size):
        guess += counts[cell]
    guess *= 3.0
    width = 1
    b[0] = math.log(guess)
    for j in range(lists):
        held = totals[1 << j]
        if held == 0.0:
            for cell in range(size):
                if cell >> j & 1:
                    kept[cell] = False
            continue
        share = held / guess
        terms[width] = 1 << j
        b[width] = math.log(share / (1.0 - share))
        b[0] += math.log(1.0 - share)
        width += 1
    value, variance, settled = fit_one(totals, counts, kept, terms, width, lists, b, mu, sums, hessian, step)
    pairs = 0
    passed = np.zeros(size, dtype=np.bool_)
    trial_kept = np.ones(size, dtype=np.bool_)
    while True:
        # A pair passed over once may fit later no better: a larger model has fewer estimates, not more; but a pair that
        # shares nobody sets cells aside, so that every step looks at all pairs again.
        for pair in range(size):
            passed[pair] = False
        for k in range(pairs):
            passed[chosen[k]] = True
        entered = False
        while not entered:
            best = log_threshold
            best_pair = -1
            for i in range(lists):
                for j in range(i + 1, lists):
                    pair = (1 << i) | (1 << j)
                    if passed[pair]:
                        continue
                    expected = 0.0
                    for cell in range(1, size):
                        if cell & pair == pair:
                            expected += mu[cell]
                    if expected <= 0.0:
                        continue
                    tail = log_tail(totals[pair], expected)
                    if tail < best:
                        best = tail
                        best_pair = pair
            if best_pair < 0:
                break
            for cell in range(size):
                trial_kept[cell] = kept[cell]
            trial_width = width
            if totals[best_pair] == 0.0:
                for cell in range(size):
                    if cell & best_pair == best_pair:
                        trial_kept[cell] = False
            else:
                terms[width] = best_pair
                trial_width += 1
            if estimate_exists(counts, trial_kept, terms, trial_width, lists):
                entered = True
                chosen[pairs] = best_pair
                pairs += 1
                if trial_width > width:
                    b[width] = 0.0
                width = trial_width
                for cell in range(size):
                    kept[cell] = trial_kept[cell]
                value, variance, settled = fit_one(
                    totals, counts, kept, terms, width, lists, b, mu, sums, hessian, step
                )
            else:
                passed[best_pair] = True
        if not entered:
            break
    if not settled or not value < np.inf:
        return np.nan, variance, pairs
    return b[0], variance, pairs


select_stepwise = compile_cached(_select_stepwise)


def _select_many(tables: Any, lists: int, log_threshold: float, unseen: Any) -> None:
    """Run the selection on every table, shape (tables, 2**lists); fills log unseen."""
    chosen = np.zeros(lists * lists, dtype=np.int64)
    for row in range(tables.shape[0]):
        log_unseen, _, _ = select_stepwise(tables[row], lists, log_threshold, chosen)
        unseen[row] = log_unseen


select_many = compile_cached(_select_many)
