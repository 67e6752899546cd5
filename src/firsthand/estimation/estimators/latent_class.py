"""Bayesian latent classes: a truncated Dirichlet process of classes within which lists are independent.

Manrique-Vallier (2016), Biometrics 72: stick-breaking shares with K classes, uniform priors on the chances of being
listed, gamma(1/4, 1/4) on the concentration, 1/N on the total. Split R-hat and effective sizes: Gelman and others
(2013), section 11.4 and 11.5.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from firsthand.estimation.findings import CannotSay, Finding, Options
from firsthand.estimation.likelihood import Floats
from firsthand.estimation.lists import CaptureTable
from firsthand.estimation.results import EstimateWarning

__all__ = ["effective_size", "estimate_latent_class", "split_r_hat", "trace_of_totals"]

THREADS = 2
CONCENTRATION_PRIOR = 0.25


def trace_of_totals(table: CaptureTable, *, class_count: int, chains: int, sweeps: int, seed: int) -> Floats:
    """Totals after every sweep of every chain, the first half already left out; shape (chains, sweeps)."""
    from firsthand.estimation.compiled_sampler import sample_totals  # noqa: PLC0415  starting the compiler costs time

    marks = np.array(list(table.counts), dtype=np.int64)
    counts = np.array(list(table.counts.values()), dtype=np.int64)
    seeds = np.random.SeedSequence(seed).generate_state(chains)
    traces = np.zeros((chains, 2 * sweeps))

    def run(chain: int) -> None:
        sample_totals(
            marks, counts, class_count, CONCENTRATION_PRIOR, CONCENTRATION_PRIOR, int(seeds[chain]), traces[chain]
        )

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(run, range(chains)))
    return traces[:, sweeps:]


def split_r_hat(traces: Floats) -> float:
    """How much wider all half chains are together than each alone; 1 if they agree. ``traces``: (chains, sweeps)."""
    half = traces.shape[1] // 2
    parts = np.concatenate([traces[:, :half], traces[:, half : 2 * half]])
    within = float(parts.var(axis=1, ddof=1).mean())
    between = float(parts.mean(axis=1).var(ddof=1))
    if within <= 0:
        return 1.0 if between <= 0 else float("inf")
    return float(np.sqrt((half - 1) / half + between / within))


def effective_size(traces: Floats) -> float:
    """How many independent draws the chains are worth, by Geyer's initial positive sequence."""
    chains, sweeps = traces.shape
    centred = traces - traces.mean(axis=1, keepdims=True)
    size = 1 << (2 * sweeps - 1).bit_length()
    spectrum = np.fft.rfft(centred, size, axis=1)
    covariance = np.fft.irfft(np.abs(spectrum) ** 2, size, axis=1)[:, :sweeps].mean(axis=0) / sweeps
    spread = covariance[0] * sweeps / (sweeps - 1)
    whole = spread * (sweeps - 1) / sweeps + (float(traces.mean(axis=1).var(ddof=1)) if chains > 1 else 0.0)
    if whole <= 0:
        return float(chains * sweeps)
    correlation = 1 - (spread - covariance) / whole
    pairs = correlation[0 : 2 * (sweeps // 2) : 2] + correlation[1 : 2 * (sweeps // 2) : 2]
    stop = int(np.argmax(pairs < 0)) if bool((pairs < 0).any()) else len(pairs)
    time = max(2 * float(np.minimum.accumulate(pairs[:stop]).sum()) - 1, 1 / np.log10(chains * sweeps))
    return float(min(chains * sweeps / time, chains * sweeps))


def estimate_latent_class(table: CaptureTable, options: Options) -> Finding:
    """Posterior median and equal-tailed credible interval of the total."""
    if len(table.lists) < 3:
        raise CannotSay("too-few-lists", "Classes of people cannot be told apart with two lists.")
    traces = trace_of_totals(
        table,
        class_count=options.class_count,
        chains=options.chains,
        sweeps=options.sweeps,
        seed=options.seed,
    )
    r_hat, size = split_r_hat(np.log(traces)), effective_size(np.log(traces))
    if not r_hat < 1.5:
        raise CannotSay(
            "chains-disagree",
            f"The sampler's chains tell different stories (R-hat {min(r_hat, 999):.2f}), so none can be believed.",
        )
    warnings = [
        EstimateWarning(type="sampler", text=f"R-hat {r_hat:.3f}, effective size {size:,.0f} of {traces.size:,} draws.")
    ]
    if r_hat > 1.05 or size < 400:
        warnings.append(
            EstimateWarning(
                type="sampler-not-settled",
                text="The chains have not settled: give more sweeps before quoting this estimate.",
            )
        )
    tail = (1 - options.level) / 2
    low, middle, high = (float(np.quantile(traces, q)) for q in (tail, 0.5, 1 - tail))
    return Finding(
        total=middle,
        interval=(low, high),
        interval_kind="credible",
        model=f"up to {options.class_count} latent classes",
        seed=options.seed,
        warnings=tuple(warnings),
    )
