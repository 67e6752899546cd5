"""Covariates of people as columns of numbers."""

from __future__ import annotations

import numpy as np

from firsthand.estimation.likelihood import Floats

__all__ = ["covariate_columns"]

MOST_VALUES = 30


def covariate_columns(rows: list[tuple[str, ...]]) -> Floats:
    """A first column of ones, then covariates: numbers standardized with their squares, a word as columns of 0 and 1.

    ``rows``: the covariates of each person or group as told. The most usual value of a word has no column.
    """
    columns = [np.ones(len(rows))]
    for cells in zip(*rows, strict=True):
        try:
            numbers = np.array([float(cell) for cell in cells])
            numeric = bool(np.isfinite(numbers).all()) and len(set(cells)) > 2
        except ValueError:
            numeric = False
            numbers = np.zeros(0)
        if numeric:
            spread = float(numbers.std())
            if spread > 0:
                scaled = (numbers - numbers.mean()) / spread
                columns += [scaled, scaled**2]
        else:
            values = sorted(set(cells), key=lambda v: (-cells.count(v), v))[:MOST_VALUES]
            columns += [np.array([float(cell == value) for cell in cells]) for value in values[1:]]
    return np.stack(columns, axis=1)
