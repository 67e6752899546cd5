"""Compiled choice among log-linear models on many tables: the lowest criterion with an estimate that exists."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from firsthand.estimation.compiled import fit_one, margins
from firsthand.estimation.compiled_stepwise import estimate_exists
from firsthand.values.compiling import compile_cached

__all__ = ["choose_many"]


def _set_aside(  # noqa: PLR0917  compiled functions take no keywords
    totals: Any, lists: int, terms: Any, width: int, kept: Any, used: Any
) -> int:
    """Put interactions that hold nobody at minus infinity: marks the cells left, fills and counts the terms left."""
    size = 1 << lists
    for cell in range(size):
        kept[cell] = True
    left = 0
    for k in range(width):
        if totals[terms[k]] == 0.0:
            for cell in range(size):
                if cell & terms[k] == terms[k]:
                    kept[cell] = False
        else:
            used[left] = terms[k]
            left += 1
    return left


set_aside = compile_cached(_set_aside)


def _choose_many(  # noqa: PLR0917  arrays in, arrays filled
    tables: Any, lists: int, terms: Any, widths: Any, weight: float, per_log: bool, unseen: Any
) -> None:
    """Choose a model on every table by -2 log likelihood + penalty; fills log unseen, NaN where no model has one.

    Args:
        tables: shape (tables, 2**lists).
        terms, widths: models as bit masks, shape (models, most terms), and how many terms each has.
        weight: penalty of a parameter; times the log of the people observed if ``per_log``.
        unseen: filled, shape (tables,).
    """
    size = 1 << lists
    totals = np.zeros(size)
    mu = np.zeros(size)
    sums = np.zeros(size)
    b = np.zeros(size)
    hessian = np.zeros((size, size))
    step = np.zeros(size)
    kept = np.ones(size, dtype=np.bool_)
    used = np.zeros(size, dtype=np.int64)
    models = terms.shape[0]
    scores = np.zeros(models)
    logs = np.zeros(models)
    for row in range(tables.shape[0]):
        margins(tables[row], lists, totals)
        people = totals[0]
        penalty = weight * math.log(people) if per_log else weight
        for model in range(models):
            left = set_aside(totals, lists, terms[model], widths[model], kept, used)
            for k in range(left):
                b[k] = 0.0
                if used[k] & (used[k] - 1) == 0 and used[k] != 0:
                    share = min(totals[used[k]] / (3.0 * people), 0.99)
                    b[k] = math.log(share / (1.0 - share))
            b[0] = math.log(2.0 * people)
            value, _, _ = fit_one(totals, tables[row], kept, used[:left], left, lists, b, mu, sums, hessian, step)
            scores[model] = -2.0 * value + penalty * widths[model]
            logs[model] = b[0]
        unseen[row] = np.nan
        for _ in range(models):
            best = int(np.argmin(scores))
            if not scores[best] < np.inf:
                break
            left = set_aside(totals, lists, terms[best], widths[best], kept, used)
            if estimate_exists(tables[row], kept, used[:left], left, lists):
                unseen[row] = logs[best]
                break
            scores[best] = np.inf


choose_many = compile_cached(_choose_many)
