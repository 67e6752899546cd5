"""Compiled random-walk Metropolis sampler of a Poisson log-linear model with normal priors."""

# ruff: noqa: NPY002  see compiled_sampler

from __future__ import annotations

from typing import Any

import numpy as np

from firsthand.values.compiling import compile_cached

__all__ = ["sample_coefficients"]


def _log_posterior(  # noqa: PLR0917  compiled functions take no keywords
    counts: Any, lists: int, terms: Any, precisions: Any, b: Any, eta: Any
) -> float:
    size = 1 << lists
    for cell in range(size):
        eta[cell] = 0.0
    value = 0.0
    for k in range(len(terms)):
        eta[terms[k]] = b[k]
        value -= precisions[k] * b[k] * b[k] / 2.0
    for j in range(lists):
        bit = 1 << j
        for cell in range(size):
            if cell & bit:
                eta[cell] += eta[cell ^ bit]
    for cell in range(1, size):
        value += counts[cell] * eta[cell] - np.exp(eta[cell])
    return value


log_posterior = compile_cached(_log_posterior)


def _sample_coefficients(  # noqa: PLR0917  compiled functions take no keywords
    counts: Any, lists: int, terms: Any, precisions: Any, start: Any, factor: Any, seed: int, burn: int, draws: Any
) -> None:
    """Run one chain; fills ``draws``, shape (draws, terms).

    Args:
        counts: people by bit mask, shape (2**lists,).
        terms: bit masks of the model's terms.
        precisions: of the normal priors around 0, shape (terms,); 0 for a flat prior.
        start: where the chain starts.
        factor: a square root of the proposal's covariance.
        seed: seed of this chain.
        burn: steps left out at first.
        draws: filled.
    """
    np.random.seed(seed)
    width = len(terms)
    eta = np.zeros(1 << lists)
    here = start.copy()
    there = np.zeros(width)
    noise = np.zeros(width)
    value = log_posterior(counts, lists, terms, precisions, here, eta)
    for step in range(burn + len(draws)):
        for k in range(width):
            noise[k] = np.random.normal()
        for k in range(width):
            total = here[k]
            for m in range(width):
                total += factor[k, m] * noise[m]
            there[k] = total
        other = log_posterior(counts, lists, terms, precisions, there, eta)
        if np.log(np.random.random() + 1e-300) < other - value:
            value = other
            for k in range(width):
                here[k] = there[k]
        if step >= burn:
            for k in range(width):
                draws[step - burn, k] = here[k]


sample_coefficients = compile_cached(_sample_coefficients)
