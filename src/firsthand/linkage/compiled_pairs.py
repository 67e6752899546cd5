"""Compiled inner loops over pairs of rows (Numba): evidence of decoded names, pairs of blocks, groups of records."""

from __future__ import annotations

from typing import Any

import numpy as np

from firsthand.values.compiling import compile_cached

__all__ = ["APART", "JOINED", "block_pairs", "decoded_levels", "join_groups"]

APART = -1e6  # the weight of a pair that a person said is two
JOINED = 500.0  # the odds of a pair that a person said is one


def _decoded_levels(  # noqa: PLR0917  compiled code takes its arguments by place
    left: Any, right: Any, syllables: Any, chances: Any, over_share: Any, levels: Any, bits: Any
) -> None:
    """Which parts of two names meet, and log2 of the likelihood ratio of those that do, for each pair of names.

    Bits of the level: 1 the surname, 2 the first given syllable, 4 the later ones (none beside none meets).
    """
    positions, choices = syllables.shape[1], syllables.shape[2]
    for k in range(len(left)):
        a, b = left[k], right[k]
        if a < 0 or b < 0:
            levels[k] = -1
            bits[k] = 0.0
            continue
        level, later, total = 0, True, 0.0
        for p in range(positions):
            if syllables[a, p, 0] < 0 and syllables[b, p, 0] < 0:
                continue
            ratio = 0.0
            for i in range(choices):
                s = syllables[a, p, i]
                if s < 0:
                    break
                for j in range(choices):
                    t = syllables[b, p, j]
                    if t < 0:
                        break
                    if s == t:
                        ratio += chances[a, p, i] * over_share[b, p, j]
            meets = ratio >= 0.3
            if meets:
                total += np.log2(ratio)
            if p == 0:
                level += 1 if meets else 0
            elif p == 1:
                level += 2 if meets else 0
            else:
                later = later and meets
        levels[k] = level + (4 if later else 0)
        bits[k] = total


decoded_levels = compile_cached(_decoded_levels)


def _block_pairs(  # noqa: PLR0917  compiled code takes its arguments by place
    order: Any,
    starts: Any,
    first: int,
    last: int,
    keys: Any,
    which: int,
    first_new: int,
    out: Any,
    times: Any,
) -> int:
    """Pairs of the blocks ``first`` to ``last`` of key ``which`` that no earlier key has; how many were written.

    ``order``: rows sorted by block; ``starts``: where each block begins, and the end; ``keys``: keys x rows, block
    numbers, negative where a row is in no block that is paired out; ``first_new``: two rows before it are passed over;
    ``out``: room for pairs x 2; ``times``: how many
    keys hold the pair.
    """
    written = 0
    for block in range(first, last):
        for i in range(starts[block], starts[block + 1]):
            a = order[i]
            for j in range(i + 1, starts[block + 1]):
                b = order[j]
                if a < first_new and b < first_new:
                    continue
                seen = False
                for k in range(which):
                    if keys[k, a] >= 0 and keys[k, a] == keys[k, b]:
                        seen = True
                        break
                if seen:
                    continue
                also = 1
                for k in range(which + 1, len(keys)):
                    if keys[k, a] >= 0 and keys[k, a] == keys[k, b]:
                        also += 1
                if a < b:
                    out[written, 0], out[written, 1] = a, b
                else:
                    out[written, 0], out[written, 1] = b, a
                times[written] = also
                written += 1
    return written


block_pairs = compile_cached(_block_pairs)


def _join_groups(  # noqa: PLR0917  one loop, kept whole so that nothing is allocated in it
    left: Any,
    right: Any,
    odds: Any,
    order: Any,
    begins: Any,
    neighbours: Any,
    weights: Any,
    parent: Any,
    following: Any,
    last: Any,
    size: Any,
    held: Any,
    unseen_bits: float,
    refused: Any,
) -> int:
    """Join pairs in ``order`` while the mean evidence between two groups is in favour; how many were refused.

    ``begins``, ``neighbours``, ``weights``: each row's compared partners, ``APART`` where two rows must not be one;
    ``following``, ``last``: members of groups as chains; ``held``: sources of a group as bits, all zero where sources
    may repeat.
    """
    stopped = 0
    for n in range(len(order)):
        k = order[n]
        x, y = left[k], right[k]
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        while parent[y] != y:
            parent[y] = parent[parent[y]]
            y = parent[y]
        if x == y:
            continue
        if size[x] < size[y]:
            x, y = y, x
        forbidden = (held[x] & held[y]) != 0
        total, seen = 0.0, 0
        member = y
        while member >= 0:
            for e in range(begins[member], begins[member + 1]):
                other = neighbours[e]
                while parent[other] != other:
                    parent[other] = parent[parent[other]]
                    other = parent[other]
                if other == x:
                    total += weights[e]
                    seen += 1
                    forbidden = forbidden or weights[e] < APART / 2
            member = following[member]
        if forbidden:
            refused[stopped] = k
            stopped += 1
            continue
        unseen = size[x] * size[y] - seen
        if odds[k] < JOINED and (total + unseen_bits * unseen) / (seen + unseen) < 0.0:
            continue
        parent[y] = x
        following[last[x]] = y
        last[x] = last[y]
        size[x] += size[y]
        held[x] |= held[y]
    return stopped


join_groups = compile_cached(_join_groups)
