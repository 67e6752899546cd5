"""Hierarchical log-linear models: sets of interactions that hold every part of each of their members.

A model is a tuple of bit masks of lists: 0 (the intercept), the single lists, and the interactions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np

from firsthand.estimation.likelihood import Floats

__all__ = ["Model", "design_of", "enumerate_models", "main_effects_model", "model_name"]

Model = tuple[int, ...]


def main_effects_model(lists: int) -> Model:
    """The intercept and one parameter for each list."""
    return (0, *(1 << j for j in range(lists)))


def design_of(model: Model, lists: int) -> Floats:
    """Design matrix of a model over all patterns by bit mask, shape (2**lists, parameters); row 0 is the unseen."""
    patterns = np.arange(1 << lists)[:, None]
    terms = np.array(model)[None, :]
    return np.asarray((patterns & terms) == terms, dtype=np.float64)


def _submasks(mask: int) -> Iterator[int]:
    sub = mask
    while True:
        yield sub
        if sub == 0:
            return
        sub = (sub - 1) & mask


@lru_cache(maxsize=8)
def enumerate_models(lists: int, order: int) -> tuple[Model, ...]:
    """All hierarchical models with every main effect and interactions of up to ``order`` lists, without the saturated.

    There are 1, 8, 113 and 6,893 of them for 2 to 5 lists.
    """
    terms_of = {
        size: [sum(1 << j for j in chosen) for chosen in combinations(range(lists), size)]
        for size in range(2, order + 1)
    }
    models: list[Model] = []

    def extend(model: Model, held: frozenset[int], size: int) -> None:
        if size > order:
            models.append(model)
            return
        allowed = [
            term
            for term in terms_of[size]
            if size == 2 or all(term & ~(1 << j) in held for j in range(lists) if term >> j & 1)
        ]
        if not allowed:
            models.append(model)
            return
        for chosen in _submasks((1 << len(allowed)) - 1):
            added = tuple(term for position, term in enumerate(allowed) if chosen >> position & 1)
            if not added and size > 2:
                models.append(model)
                continue
            extend(model + added, held | frozenset(added), size + 1)

    extend(main_effects_model(lists), frozenset(), 2)
    saturated = 1 << lists
    return tuple(sorted((m for m in models if len(m) < saturated), key=lambda m: (len(m), m)))


def model_name(model: Model, names: Sequence[str]) -> str:
    """Generators of a model in the notation of Rcapture with the lists' names: ``[A:B, C]``."""
    generators = [term for term in model if term and not any(term != other and term & other == term for other in model)]
    spelled = [tuple(j for j in range(len(names)) if term >> j & 1) for term in generators]
    return "[" + ", ".join(":".join(names[j] for j in term) for term in sorted(spelled)) + "]"
