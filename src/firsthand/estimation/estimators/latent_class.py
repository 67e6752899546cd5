"""Bayesian latent classes: a truncated Dirichlet process of classes within which lists are independent.

Manrique-Vallier (2016), Biometrics 72: stick-breaking shares with K classes, uniform priors on the chances of being
listed, gamma(1/4, 1/4) on the concentration, 1/N on the total.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from firsthand.estimation.findings import CannotSay, Finding, Options
from firsthand.estimation.likelihood import Floats
from firsthand.estimation.lists import CaptureTable
from firsthand.estimation.sampling import effective_size, histogram, sampler_warnings, split_r_hat

__all__ = ["estimate_latent_class", "trace_of_totals"]

THREADS = 2
CONCENTRATION_PRIOR = 0.25
BLOCKS = 8
GOOD_R_HAT, GOOD_SIZE = 1.01, 1000


def trace_of_totals(table: CaptureTable, *, class_count: int, chains: int, sweeps: int, seed: int) -> Floats:
    """Totals after the sweeps of every chain; shape (chains, sweeps kept).

    A quarter of ``sweeps`` is run first and left out. Then blocks of an eighth follow until the chains agree (R-hat
    below 1.01) with an effective size of 1,000, or all sweeps are done: easy tables do not wait for hard ones.
    """
    from firsthand.estimation.compiled_sampler import (  # noqa: PLC0415  starting the compiler costs time
        sample_totals,
        start_chain,
    )

    marks = np.array(list(table.counts), dtype=np.int64)
    counts = np.array(list(table.counts.values()), dtype=np.int64)
    seeds = np.random.SeedSequence(seed).generate_state(chains * (BLOCKS + 2)).reshape(chains, BLOCKS + 2)
    shares = np.zeros((chains, class_count))
    caught = np.zeros((chains, len(table.lists), class_count))
    members = np.zeros((chains, class_count), dtype=np.int64)
    concentrations = [start_chain(int(seeds[c, 0]), shares[c], caught[c]) for c in range(chains)]

    def run(length: int, block: int) -> Floats:
        totals = np.zeros((chains, length))

        def one(c: int) -> None:
            state = (shares[c], caught[c], members[c], concentrations[c])
            prior = (CONCENTRATION_PRIOR, CONCENTRATION_PRIOR)
            concentrations[c] = sample_totals(marks, counts, *state, *prior, int(seeds[c, block]), totals[c])

        list(pool.map(one, range(chains)))
        return totals

    with ThreadPoolExecutor(THREADS) as pool:
        run(sweeps // 4, 1)
        traces = run(-(-sweeps // BLOCKS), 2)
        for block in range(3, BLOCKS + 2):
            traces = np.concatenate([traces, run(-(-sweeps // BLOCKS), block)], axis=1)
            if split_r_hat(np.log(traces)) < GOOD_R_HAT and effective_size(np.log(traces)) > GOOD_SIZE:
                break
    return traces


def estimate_latent_class(table: CaptureTable, options: Options) -> Finding:
    """Posterior median and equal-tailed credible interval of the total."""
    if len(table.lists) < 3:
        raise CannotSay("too-few-lists:classes")
    traces = trace_of_totals(
        table,
        class_count=options.class_count,
        chains=options.chains,
        sweeps=options.sweeps,
        seed=options.seed,
    )
    r_hat, size = split_r_hat(np.log(traces)), effective_size(np.log(traces))
    if not r_hat < 1.5:
        raise CannotSay("chains-disagree", r_hat=min(r_hat, 999.0))
    tail = (1 - options.level) / 2
    low, middle, high = (float(np.quantile(traces, q)) for q in (tail, 0.5, 1 - tail))
    return Finding(
        total=middle,
        interval=(low, high),
        interval_kind="credible",
        model=f"up to {options.class_count} latent classes",
        seed=options.seed,
        warnings=tuple(sampler_warnings(r_hat, size, traces.size)),
        posterior=histogram(traces.ravel()),
    )
