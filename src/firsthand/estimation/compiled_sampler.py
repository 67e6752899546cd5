"""Compiled Gibbs sampler of the latent-class model.

Compiled code has its own generator for each thread, seeded at the start of a chain; a Generator object cannot be passed
to all of the draws needed here, hence the older names.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from firsthand.estimation.compiled import compile_cached

__all__ = ["sample_totals"]


def _sample_totals(  # noqa: C901, PLR0912, PLR0915, PLR0917  one sweep, nothing allocated in it
    marks: Any, counts: Any, classes: int, shape: float, rate: float, seed: int, totals: Any
) -> None:
    """Run one chain; fills ``totals`` with the total after each sweep.

    Args:
        marks: lists that hold each pattern, shape (patterns, lists), 0 or 1.
        counts: people of each pattern.
        classes: length at which the stick-breaking process is cut.
        shape, rate: gamma prior of the concentration.
        seed: seed of this chain.
        totals: shape (sweeps,).
    """
    np.random.seed(seed)  # noqa: NPY002  see the module docstring
    patterns, lists = marks.shape
    observed = 0
    for row in range(patterns):
        observed += counts[row]
    share = np.zeros(classes)
    caught = np.zeros((lists, classes))
    members = np.zeros(classes, dtype=np.int64)
    on_list = np.zeros((lists, classes), dtype=np.int64)
    weight = np.zeros(classes)
    concentration = np.random.gamma(1.0, 1.0) + 0.05  # noqa: NPY002  see the module docstring
    # Chains start apart: random class shares and random chances of being listed.
    total = 0.0
    for k in range(classes):
        share[k] = np.random.gamma(0.5, 1.0) + 1e-3  # noqa: NPY002  see the module docstring
        total += share[k]
        for j in range(lists):
            caught[j, k] = np.random.beta(1.0, 3.0)  # noqa: NPY002  see the module docstring
    for k in range(classes):
        share[k] /= total
    for sweep in range(len(totals)):
        for k in range(classes):
            members[k] = 0
            for j in range(lists):
                on_list[j, k] = 0
        missed = 0.0
        for row in range(-1, patterns):
            sum_of_weights = 0.0
            for k in range(classes):
                value = share[k]
                for j in range(lists):
                    if row >= 0 and marks[row, j] == 1:
                        value *= caught[j, k]
                    else:
                        value *= 1.0 - caught[j, k]
                weight[k] = value
                sum_of_weights += value
            if row < 0:
                missed = min(max(sum_of_weights, 1e-12), 1.0 - 1e-9)
                # Prior 1 / N: the unseen are negative binomial given the chance of being on no list.
                left = np.random.poisson(np.random.gamma(float(observed), missed / (1.0 - missed)))  # noqa: NPY002  see the module docstring
                totals[sweep] = observed + left
            else:
                left = counts[row]
            for k in range(classes):
                if left <= 0:
                    break
                if k == classes - 1 or sum_of_weights <= weight[k]:
                    here = left
                else:
                    here = np.random.binomial(left, min(max(weight[k] / sum_of_weights, 0.0), 1.0))  # noqa: NPY002  see the module docstring
                sum_of_weights -= weight[k]
                left -= here
                members[k] += here
                if row >= 0:
                    for j in range(lists):
                        if marks[row, j] == 1:
                            on_list[j, k] += here
        # Label moves (Papaspiliopoulos and Roberts 2008, move 1): two classes change places on the stick.
        for _ in range(3):
            one = np.random.randint(classes)  # noqa: NPY002  see the module docstring
            two = np.random.randint(classes)  # noqa: NPY002  see the module docstring
            odds = (members[two] - members[one]) * (np.log(share[one] + 1e-300) - np.log(share[two] + 1e-300))
            if one != two and np.log(np.random.random()) < odds:  # noqa: NPY002  see the module docstring
                members[one], members[two] = members[two], members[one]
                for j in range(lists):
                    on_list[j, one], on_list[j, two] = on_list[j, two], on_list[j, one]
        after = 0
        for k in range(classes):
            after += members[k]
        remaining = 1.0
        log_last = 0.0
        for k in range(classes):
            after -= members[k]
            if k == classes - 1:
                share[k] = remaining
            else:
                stick = min(max(np.random.beta(1.0 + members[k], concentration + after), 1e-12), 1.0 - 1e-12)  # noqa: NPY002  see the module docstring
                share[k] = stick * remaining
                remaining *= 1.0 - stick
                log_last += np.log1p(-stick)
            for j in range(lists):
                caught[j, k] = np.random.beta(1.0 + on_list[j, k], 1.0 + members[k] - on_list[j, k])  # noqa: NPY002  see the module docstring
        concentration = max(np.random.gamma(shape + classes - 1.0, 1.0 / (rate - log_last)), 1e-6)  # noqa: NPY002  see the module docstring


sample_totals = compile_cached(_sample_totals)
