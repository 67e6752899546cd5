"""Rows into groups: strongest pairs first, while the mean evidence between two groups stays in favour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from firsthand.linkage.compiled_pairs import APART, JOINED, join_groups

__all__ = ["group_rows"]

Ints = npt.NDArray[np.int64]
_MOST_BITS = 12.0  # one absurd weight cannot carry a group
_UNSEEN_BITS = -3.0  # pairs that were never compared, or fell under the least odds, count a little against


def group_rows(
    rows: int,
    left: npt.NDArray[np.integer],
    right: npt.NDArray[np.integer],
    odds: npt.NDArray[np.float64],
    *,
    threshold_odds: float,
    apart: Sequence[tuple[int, int]] = (),
    joined: Sequence[tuple[int, int]] = (),
    source: Ints | None = None,
) -> tuple[Ints, list[tuple[int, int]]]:
    """The group of each row (the number of one of its members), and the pairs that were refused.

    ``odds``: log2 of the odds of each pair, which join from ``threshold_odds`` on; ``apart`` and ``joined``: pairs of
    rows that people said are two, or one: a pair said to be two refuses every join that would bring it together;
    ``source``: for rows of two sources that hold each person once, which source.
    """
    told = np.array([*joined, *apart], dtype=np.int64).reshape(-1, 2)
    a = np.concatenate([told[:, 0], left.astype(np.int64)])
    b = np.concatenate([told[:, 1], right.astype(np.int64)])
    weights = np.concatenate(
        [np.full(len(joined), _MOST_BITS), np.full(len(apart), APART), np.clip(odds, -_MOST_BITS, _MOST_BITS)]
    )
    strength = np.concatenate([np.full(len(joined), JOINED), np.full(len(apart), APART), odds])
    order = np.argsort(-strength, kind="stable")
    order = order[: int((strength >= threshold_odds).sum())]
    ends = np.concatenate([a, b])
    by_row = np.argsort(ends, kind="stable")
    begins = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=rows))]).astype(np.int64)
    parent = np.arange(rows)
    refused = np.empty(len(order), dtype=np.int64)
    if source is not None:
        _, numbers = np.unique(source, return_inverse=True)
        held = np.left_shift(1, numbers.astype(np.int64))
    else:
        held = np.zeros(rows, dtype=np.int64)
    stopped = join_groups(
        a,
        b,
        strength,
        order,
        begins,
        np.concatenate([b, a])[by_row],
        np.concatenate([weights, weights])[by_row],
        parent,
        np.full(rows, -1, dtype=np.int64),
        np.arange(rows),
        np.ones(rows, dtype=np.int64),
        held,
        _UNSEEN_BITS,
        refused,
    )
    while True:
        above = parent[parent]
        if np.array_equal(above, parent):
            break
        parent = above
    return parent, [(int(a[k]), int(b[k])) for k in refused[:stopped]]
