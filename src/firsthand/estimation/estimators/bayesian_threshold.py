"""Bayesian thresholding of the interactions of pairs of lists (Silverman 2020, J. R. Stat. Soc. A 183, section 6).

The model of all pairs is fitted with flat priors on intercept and main effects and normal priors around 0 on the pairs.
Pairs whose posterior mean is less than ``threshold`` posterior standard deviations from 0 are left out, and the model
of the others is fitted again; the total is the people observed and the mean of the unseen. The kept model is taken as
given, so the interval does not hold the doubt about which pairs depend.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import numpy as np

from firsthand.estimation.findings import CannotSay, Finding, Options
from firsthand.estimation.hierarchical import design_of, main_effects_model
from firsthand.estimation.likelihood import Floats
from firsthand.estimation.lists import CaptureTable
from firsthand.estimation.results import warning
from firsthand.estimation.sampling import effective_size, histogram, sampler_warnings, split_r_hat

__all__ = ["estimate_bayesian_threshold"]

MOST_LISTS = 8
THREADS = 2
MOST_DRAWS = 50_000


def _mode(cells: Floats, lists: int, terms: tuple[int, ...], precisions: Floats) -> tuple[Floats, Floats]:
    """Where the posterior is highest, by Newton's method with halved steps, and the inverse information there."""
    x, y = design_of(terms, lists)[1:], cells[1:]
    b: Floats = np.zeros(len(terms))
    b[0] = np.log(cells.sum())
    b[1 : lists + 1] = -1.0

    def value(b: Floats) -> float:
        eta = x @ b
        with np.errstate(over="ignore"):
            return float(y @ eta - np.exp(eta).sum() - (precisions * b**2).sum() / 2)

    here = value(b)
    covariance: Floats = np.asarray(np.eye(len(terms)))
    for _ in range(200):
        mu = np.exp(x @ b)
        information = x.T @ (x * mu[:, None]) + np.diag(precisions)
        covariance = np.asarray(np.linalg.pinv(information, hermitian=True), dtype=np.float64)
        step = covariance @ (x.T @ (y - mu) - precisions * b)
        scale = 1.0
        while scale > 1e-6 and not value(b + scale * step) >= here - 1e-12 * abs(here):
            scale /= 2
        b = np.asarray(b + scale * step)
        here = value(b)
        if float(np.abs(step).max()) < 1e-9:
            break
    return b, covariance


def _sample(cells: Floats, lists: int, terms: tuple[int, ...], options: Options, phase: int) -> Floats:
    """Draws of the coefficients, shape (chains, draws, terms)."""
    from firsthand.estimation.compiled_threshold import sample_coefficients  # noqa: PLC0415  see latent_class

    width = len(terms)
    precisions = np.array([0.0 if t.bit_count() < 2 else 1 / options.interaction_variance for t in terms])
    mode, covariance = _mode(cells, lists, terms, precisions)
    eigenvalues, vectors = np.linalg.eigh(covariance)
    # 2.4 / sqrt(d): the scale that moves fastest in d dimensions (Gelman, Roberts and Gilks 1996).
    root = vectors * np.sqrt(np.clip(eigenvalues, 1e-12, 1e4))
    factor = root * 2.4 / np.sqrt(width)
    seeds = np.random.SeedSequence((options.seed, phase)).generate_state(options.chains)
    random = np.random.default_rng((options.seed, phase))
    draws = np.zeros((options.chains, min(options.sweeps, MOST_DRAWS), width))
    starts = mode + random.normal(size=(options.chains, width)) @ factor.T
    masks = np.array(terms, dtype=np.int64)

    def run(chain: int) -> None:
        sample_coefficients(
            cells,
            lists,
            masks,
            precisions,
            starts[chain],
            factor,
            int(seeds[chain]),
            draws.shape[1] // 10,
            draws[chain],
        )

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(run, range(options.chains)))
    return draws


def estimate_bayesian_threshold(table: CaptureTable, options: Options) -> Finding:
    """Posterior median and equal-tailed credible interval of the total in the model of the pairs that are kept."""
    lists = len(table.lists)
    if not lists <= MOST_LISTS:
        raise CannotSay("too-many-lists", most=MOST_LISTS)
    if lists < 3:
        raise CannotSay("too-few-lists")
    cells = table.cells()
    main = main_effects_model(lists)
    pairs = tuple(1 << i | 1 << j for i, j in combinations(range(lists), 2))
    first = _sample(cells, lists, main + pairs, options, 1)[:, :, lists + 1 :].reshape(-1, len(pairs))
    ratios = np.abs(first.mean(axis=0)) / first.std(axis=0)
    kept = tuple(pair for pair, ratio in zip(pairs, ratios, strict=True) if ratio >= options.threshold)
    draws = _sample(cells, lists, main + kept, options, 2)[:, :, 0]
    r_hat, size = split_r_hat(draws), effective_size(draws)
    if not r_hat < 1.5:
        raise CannotSay("chains-disagree", r_hat=min(r_hat, 999.0))
    observed = table.observed_count
    totals = observed + np.exp(np.minimum(draws, 700.0)).ravel()
    tail = (1 - options.level) / 2
    low, middle, high = (float(np.quantile(totals, q)) for q in (tail, 0.5, 1 - tail))
    if high > 1e6 * observed:
        raise CannotSay("no-finite-interval")
    names = [":".join(table.lists[j] for j in range(lists) if pair >> j & 1) for pair in kept]
    return Finding(
        total=middle,
        interval=(low, high),
        interval_kind="credible",
        model="main effects" + "".join(f" + {name}" for name in names),
        seed=options.seed,
        warnings=(*sampler_warnings(r_hat, size, draws.size), warning("model-chosen-from-data:steps")),
        posterior=histogram(totals),
    )
