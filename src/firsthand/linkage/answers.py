"""What people's answers on pairs teach: weights of the evidence, which to ask next, and how wrong the links are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = [
    "ErrorEstimate",
    "Reweighing",
    "SampledPair",
    "draw_sample",
    "estimate_error",
    "learn_from_answers",
    "worth_asking",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_FEWEST_ANSWERS = 10
_SPREAD = 0.35  # how far, in standard deviations of the prior, a feature's weight is expected to be off


@dataclass(frozen=True, slots=True, kw_only=True)
class Reweighing:
    """Corrected evidence: log2 odds = ``shift`` + sum over features of ``scale`` x weight in bits."""

    shift: float
    scale: Floats
    answers: int

    def odds(self, weights: Floats) -> Floats:
        """Corrected log2 odds of pairs, given their weights (pairs x features)."""
        corrected: Floats = self.shift + weights @ self.scale
        return corrected


def learn_from_answers(weights: Floats, same: npt.NDArray[np.bool_]) -> Reweighing | None:
    """Weights of the evidence from answered pairs; None where answers are too few or all alike.

    Logistic regression on the weights of the model without labels, with a normal prior around leaving them as they
    are (MacKay 1992), so that few answers move little. ``weights``: answered pairs x features, bits.
    """
    if len(same) < _FEWEST_ANSWERS or same.all() or not same.any():
        return None
    # one absurd weight must not outvote all answers
    design = np.column_stack([np.ones(len(weights)), np.clip(weights, -15.0, 15.0)]) * math.log(2.0)
    centre = np.concatenate([[0.0], np.ones(weights.shape[1])])
    precision = np.concatenate([[1.0 / 9.0], np.full(weights.shape[1], 1.0 / _SPREAD**2)])
    b = centre.copy()
    for _ in range(100):
        chance = 1.0 / (1.0 + np.exp(-np.clip(design @ b, -30, 30)))
        slope = design.T @ (same - chance) - precision * (b - centre)
        curve = (design * (chance * (1.0 - chance))[:, None]).T @ design + np.diag(precision)
        step = np.linalg.solve(curve, slope)
        b += step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-9))
        if float(np.abs(step).max()) < 1e-8:
            break
    return Reweighing(shift=float(b[0]), scale=np.maximum(b[1:], 0.0), answers=len(same))


def worth_asking(
    left: npt.NDArray[np.integer],
    right: npt.NDArray[np.integer],
    probability: Floats,
    group_of_row: Ints,
    most: int,
    *,
    answered: Sequence[tuple[int, int]] = (),
) -> Ints:
    """Places of the pairs that are worth a person's time, most first: uncertain, and with much resting on them.

    What rests on a pair is how many pairs of records its answer joins or keeps apart: the product of the two groups'
    sizes. A record is asked about once in a round, so that answers tell different things.
    """
    size = np.bincount(group_of_row, minlength=int(group_of_row.max(initial=0)) + 1)
    doubt = 4.0 * probability * (1.0 - probability)
    together = group_of_row[left] == group_of_row[right]
    weight = np.where(together, size[group_of_row[left]], size[group_of_row[left]] * size[group_of_row[right]])
    value = doubt * np.log2(1.0 + weight)
    done = set(answered)
    used: set[int] = set()
    chosen: list[int] = []
    for k in np.argsort(-value, kind="stable").tolist():
        a, b = int(left[k]), int(right[k])
        if (a, b) in done or (b, a) in done or a in used or b in used:
            continue
        chosen.append(k)
        used |= {a, b}
        if len(chosen) == most:
            break
    return np.array(chosen, dtype=np.int64)


# --- how wrong the links are ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledPair:
    """A pair to be judged by hand; ``stands_for``: how many pairs of its kind it was drawn for."""

    a: str
    b: str
    joined: bool
    stands_for: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorEstimate:
    """Precision and recall of the links with 95 % intervals; recall is of the pairs that were compared."""

    precision: float
    precision_interval: tuple[float, float]
    recall: float
    recall_interval: tuple[float, float]
    judged: int


_BANDS = (0.0, 0.1, 0.3, 0.7, 1.01)


def draw_sample(
    pairs: Sequence[tuple[str, str, float]], cluster_of: Mapping[str, str], size: int, *, seed: int = 1
) -> list[SampledPair]:
    """Pairs to judge by hand so that precision and recall can be estimated: drawn within joined and not joined ones.

    Within each, bands of probability share the draw equally, so that rare kinds of pairs are judged too (stratified
    sampling, Cochran 1977, chapter 5). ``pairs``: (id, id, probability).
    """
    rng = np.random.default_rng(seed)
    strata: dict[tuple[bool, int], list[int]] = {}
    for k, (a, b, probability) in enumerate(pairs):
        band = int(np.searchsorted(_BANDS, probability, side="right"))
        strata.setdefault((cluster_of[a] == cluster_of[b], band), []).append(k)
    out: list[SampledPair] = []
    left = size
    for place, (kind, members) in enumerate(sorted(strata.items(), key=lambda s: len(s[1]))):
        take = min(len(members), left // (len(strata) - place))
        left -= take
        for k in rng.choice(members, take, replace=False).tolist():
            a, b, _ = pairs[k]
            out.append(SampledPair(a=a, b=b, joined=kind[0], stands_for=len(members) / take))
    return out


def estimate_error(sample: Sequence[SampledPair], same: Sequence[bool], *, seed: int = 1) -> ErrorEstimate:
    """Precision and recall from the answers on a drawn sample, intervals by the bootstrap within strata.

    Raises ValueError where the answers are not as many as the pairs, or none is of a joined pair.
    """
    if len(sample) != len(same) or not any(s.joined for s in sample):
        raise ValueError("an answer for each pair, and a joined pair among them, are needed")
    rng = np.random.default_rng(seed)
    load = np.array([s.stands_for for s in sample])
    joined = np.array([s.joined for s in sample])
    truth = np.array(same, dtype=bool)
    _, stratum = np.unique(np.column_stack([joined, load]), axis=0, return_inverse=True)
    members = [np.flatnonzero(stratum == k) for k in range(int(stratum.max()) + 1)]

    def both(places: Ints) -> tuple[float, float]:
        weight, j, t = load[places], joined[places], truth[places]
        found = float(weight[j & t].sum())
        return found / max(float(weight[j].sum()), 1e-12), found / max(float(weight[t].sum()), 1e-12)

    precision, recall = both(np.arange(len(sample)))
    # one true and one false answer added to each stratum keep intervals off zero width (Agresti and Coull 1998)
    drawn = []
    for _ in range(2000):
        sums = np.zeros(3)
        for places in members:
            chance = rng.beta(truth[places].sum() + 1.0, (~truth[places]).sum() + 1.0)
            total = float(load[places].sum())
            if joined[places[0]]:
                sums += (total * chance, total * (1.0 - chance), 0.0)
            else:
                sums += (0.0, 0.0, total * chance)
        drawn.append((sums[0] / (sums[0] + sums[1]), sums[0] / max(sums[0] + sums[2], 1e-12)))
    ends = np.quantile(np.array(drawn), (0.025, 0.975), axis=0)
    return ErrorEstimate(
        precision=precision,
        precision_interval=(min(float(ends[0, 0]), precision), max(float(ends[1, 0]), precision)),
        recall=recall,
        recall_interval=(min(float(ends[0, 1]), recall), max(float(ends[1, 1]), recall)),
        judged=len(sample),
    )
