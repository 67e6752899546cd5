"""Rounding and cell keys: numbers changed a little instead of hidden, with an audit of what can be undone.

Controlled rounding (Cox 1987): every number becomes a multiple of the base beside it, up with the chance of its
remainder as near as sums allow, so that margins stay sums. Cell keys (Fraser and Wooton 2005; the method of the
Australian Bureau of Statistics and of Eurostat's census): every record has a key from the vault's secret, a cell's key
is the sum of those of its records, and the key alone sets its noise, so that one cell is always told alike; margins are
no sums.

Either table leaves only when every cell's interval, solved with all of the others, is at least k wide.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, brentq, milp

from firsthand.publication.auditing import Attack, AuditFailed
from firsthand.publication.margins import CellSpace
from firsthand.values.errors import ProtectionRefusal

__all__ = [
    "KeyedNoise",
    "PerturbationNotProven",
    "attack_on_keyed",
    "attack_on_rounded",
    "cell_key",
    "narrow_after_perturbation",
    "noise_by_key",
    "round_controlled",
]

_MOST_CELLS: Final = 1_200


class PerturbationNotProven(ProtectionRefusal):
    """After rounding or noise some count is still known too well, or the table is too large to prove otherwise."""

    next_step = 'Use method = "suppress", a larger base, or count by fewer things.'


def round_controlled(
    space: CellSpace, values: NDArray[np.int64], *, base: int, few: NDArray[np.bool_], seed: int
) -> NDArray[np.int64]:
    """Multiples of ``base`` beside each count whose margins are still sums; counts told by too few go down.

    Raises:
        PerturbationNotProven: no such table exists, or a count told by too few would be shown.
    """
    low = values // base
    free = values % base != 0
    if (few & (low > 0)).any():
        raise PerturbationNotProven("A large count is told of by too few people; rounding would show it.")
    chance = np.random.default_rng(seed).random(space.size)
    wants_up = chance < (values % base) / base
    # One 0/1 column for each cell: up or not; disagreement with its draw costs one, large cells a little more.
    cost = np.where(wants_up, -1.0, 1.0)
    shift = -(space.equations @ low).astype(np.float64)
    found = milp(
        cost,
        constraints=[LinearConstraint(space.equations, shift, shift)],
        bounds=Bounds(0, (free & ~few).astype(np.float64)),
        integrality=np.ones(space.size, dtype=np.int64),
    )
    if found.x is None:
        raise PerturbationNotProven("No multiples beside these counts add up.")
    rounded: NDArray[np.int64] = base * (low + np.rint(found.x).astype(np.int64))
    return rounded


def attack_on_rounded(space: CellSpace, shown: NDArray[np.int64], *, base: int) -> Attack:
    """What agrees with a rounded table: counts less than one base away, with sums that hold."""
    low = np.maximum(shown - base + 1, 0).astype(np.float64)
    return _attack(space, low, (shown + base - 1).astype(np.float64))


def attack_on_keyed(space: CellSpace, shown: NDArray[np.int64], noise: KeyedNoise) -> Attack:
    """What agrees with a table of keyed noise: counts from which some key leads to what is shown."""
    low = np.maximum(shown - noise.most, np.where(shown > 0, 1, 0)).astype(np.float64)
    return _attack(space, low, (shown + noise.most).astype(np.float64))


def _attack(space: CellSpace, low: NDArray[np.float64], high: NDArray[np.float64]) -> Attack:
    equations = sp.csr_array(space.equations)
    right = np.zeros(equations.shape[0])
    return Attack(numbers=np.arange(space.size), matrix=equations, right=right, low=low, high=high)


def narrow_after_perturbation(attack: Attack, truth: NDArray[np.int64], *, k: int) -> list[int]:
    """Cells whose count is known to less than ``k``, zeros included, by integer programming; none: proven.

    Raises:
        PerturbationNotProven: the table is too large for the proof.
    """
    size = len(attack.numbers)
    if size > _MOST_CELLS:
        raise PerturbationNotProven(f"The table has {size:,} cells; at most {_MOST_CELLS:,} are proven.")
    least, most = truth.copy(), truth.copy()
    narrow = []
    for number in range(size):
        for sense in (+1, -1):
            if most[number] - least[number] >= k:
                break
            found = attack.extreme(number, sense)
            if found is None:
                raise AuditFailed("The solver gave no answer on a table.")
            least, most = np.minimum(least, found), np.maximum(most, found)
        if most[number] - least[number] < k:
            narrow.append(number)
    return narrow


@dataclass(frozen=True)
class KeyedNoise:
    """Noise by key: for a count, the chances of each change from ``-most`` to ``most``.

    Unbiased, of the variance asked for where the bounds allow, no result below zero, and none from 1 to ``smallest``;
    of all such the one of most entropy (Giessing 2016; Marley and Leaver 2011). Zero stays zero.
    """

    most: int
    variance: float
    smallest: int = 2

    def chances(self, count: int) -> tuple[tuple[int, float], ...]:
        """(change, chance) pairs for a count, changes rising."""
        return _chances(min(count, self.most + self.smallest + 1), self.most, self.variance, self.smallest)

    def change(self, count: int, key: int) -> int:
        """The change of a count for a cell's key (any whole number)."""
        place = (key % 2**32) / 2**32
        total = 0.0
        pairs = self.chances(count)
        for value, chance in pairs:
            total += chance
            if place < total:
                return value
        return pairs[-1][0]


@lru_cache(maxsize=512)
def _chances(count: int, most: int, variance: float, smallest: int) -> tuple[tuple[int, float], ...]:
    if count == 0:
        return ((0, 1.0),)
    values = np.array([v for v in range(-most, most + 1) if count + v == 0 or count + v > smallest], dtype=np.float64)

    def tilted(slope: float, curve: float) -> NDArray[np.float64]:
        logs = slope * values - curve * values**2
        weights = np.exp(logs - logs.max())
        found: NDArray[np.float64] = weights / weights.sum()
        return found

    def balanced(curve: float) -> NDArray[np.float64]:
        slope = brentq(lambda s: float(tilted(s, curve) @ values), -60.0, 60.0, xtol=1e-13)
        return tilted(slope, curve)

    def spread(curve: float) -> float:
        return float(balanced(curve) @ values**2) - variance

    # Where the gap around zero makes the variance unreachable, the nearest that is.
    low, high = -4.0, 6.0
    curve = brentq(spread, low, high) if spread(low) > 0 > spread(high) else (high if spread(high) > 0 else low)
    return tuple((int(v), float(c)) for v, c in zip(values, balanced(curve), strict=True))


def cell_key(secret: bytes, records: Sequence[str]) -> int:
    """The key of a cell: the sum of its records' keys modulo 2^32, each a keyed hash of its identifier."""
    total = 0
    for record in records:
        digest = hashlib.blake2b(record.encode("utf-8"), key=secret[:64], digest_size=4, person=b"fh-cell-key").digest()
        total += int.from_bytes(digest, "big")
    return total % 2**32


def noise_by_key(values: NDArray[np.int64], keys: Sequence[int], noise: KeyedNoise) -> NDArray[np.int64]:
    """Counts of all cells with the noise of their keys; a margin's key is the sum of its cells', taken modulo 2^32."""
    return np.array(
        [value + noise.change(int(value), key) for value, key in zip(values, keys, strict=True)], dtype=np.int64
    )
