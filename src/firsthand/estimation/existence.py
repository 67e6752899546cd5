"""Which models of pairs of lists have a unique finite estimate on a table.

Fienberg and Rinaldo (2012), Ann. Stat. 40; Chan, Silverman and Vincent (2021), J. Am. Stat. Assoc. 116, section 3:
lists that share nobody have their parameter at minus infinity and their cells set aside; what is left must have
a direction in which the likelihood is bounded and every parameter determined.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from firsthand.estimation.lists import CaptureTable
from firsthand.values.errors import UsageError

__all__ = ["TooManyModels", "has_estimate", "models_without_estimate"]

MOST_LISTS = 6


class TooManyModels(UsageError):
    """There are too many models to look at each."""

    next_step = "Look at six lists or fewer at a time."


def has_estimate(table: CaptureTable, pairs: tuple[tuple[int, int], ...]) -> bool:
    """Whether main effects and these pairs of lists (positions) have a unique extended maximum-likelihood estimate."""
    from firsthand.estimation.compiled_stepwise import estimate_exists  # noqa: PLC0415  starting the compiler costs time

    lists = len(table.lists)
    index = np.arange(1 << lists)
    kept = np.ones(1 << lists, dtype=bool)
    terms = [0, *(1 << j for j, size in enumerate(table.list_sizes) if size)]
    for j, size in enumerate(table.list_sizes):
        if not size:
            kept &= (index >> j & 1) == 0
    for i, j in pairs:
        both = 1 << i | 1 << j
        if table.on_all((i, j)):
            terms.append(both)
        else:
            kept &= (index & both) != both
    return bool(estimate_exists(table.cells(), kept, np.array(terms, dtype=np.int64), len(terms), lists))


def models_without_estimate(table: CaptureTable) -> tuple[tuple[tuple[int, int], ...], ...]:
    """All models of pairs without a unique extended estimate, as tuples of pairs of positions.

    Raises:
        TooManyModels: more than six lists, that is more than 32,768 models.
    """
    lists = len(table.lists)
    if lists > MOST_LISTS:
        raise TooManyModels(f"There are {lists} lists.")
    pairs = tuple(combinations(range(lists), 2))
    return tuple(
        chosen
        for size in range(len(pairs) + 1)
        for chosen in combinations(pairs, size)
        if not has_estimate(table, chosen)
    )
