"""How far Markov chains can be believed: split R-hat and effective sizes (Gelman and others 2013, chapter 11)."""

from __future__ import annotations

import numpy as np

from firsthand.estimation.likelihood import Floats
from firsthand.estimation.results import EstimateWarning, Posterior, warning

__all__ = ["effective_size", "histogram", "histogram_of_grid", "sampler_warnings", "split_r_hat"]

BINS, MANY = 60, 5000


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


def sampler_warnings(r_hat: float, size: float, draws: int) -> list[EstimateWarning]:
    """What to say of the chains: their measures always, and that they have not settled where so."""
    found = [warning("sampler", r_hat=min(r_hat, 999.0), size=size, draws=draws)]
    if r_hat > 1.05 or size < 400:
        found.append(warning("sampler-not-settled"))
    return found


def _ends(values: Floats, shares: Floats) -> tuple[float, float]:
    cumulative = np.cumsum(shares) / shares.sum()
    low, high = (values[min(int(np.searchsorted(cumulative, q)), len(values) - 1)] for q in (0.005, 0.995))
    return float(low), float(high)


def histogram(values: Floats) -> Posterior:
    """Where draws lie, as (total, share of the draws) over equal steps of the middle 99 %."""
    ordered = np.sort(values)
    low, high = _ends(ordered, np.ones(len(ordered)))
    if high - low <= 1e-9 * high:
        return ((low, 1.0),)
    bins = BINS if len(values) >= MANY else BINS // 2
    counts, edges = np.histogram(ordered, bins=bins, range=(low, high))
    middles = (edges[:-1] + edges[1:]) / 2
    return tuple((float(x), float(n) / len(ordered)) for x, n in zip(middles, counts, strict=True))


def histogram_of_grid(grid: Floats, shares: Floats) -> Posterior:
    """A posterior on an even grid as (total, share), neighbours put together so that about 60 are left."""
    low, high = _ends(grid, shares)
    inside = (grid >= low) & (grid <= high)
    width = -(-int(inside.sum()) // BINS)
    whole = int(inside.sum()) // width * width
    totals = grid[inside][:whole].reshape(-1, width).mean(axis=1)
    sums = shares[inside][:whole].reshape(-1, width).sum(axis=1) / shares.sum()
    return tuple((float(x), float(s)) for x, s in zip(totals, sums, strict=True))
