"""Compiled Gibbs sampler of the latent-class model.

Compiled code has its own generator for each thread, seeded at the start of a block of sweeps; a Generator object cannot
be passed to all of the draws needed here, hence the older names.
"""

# ruff: noqa: NPY002

from __future__ import annotations

import math
from typing import Any

import numpy as np

from firsthand.values.compiling import compile_cached

__all__ = ["sample_totals", "start_chain"]


def _draw_binomial(n: int, p: float) -> Any:
    """A binomial draw: by inversion where few are expected, else by transformed rejection (Hormann 1993, BTRS)."""
    if n <= 0 or p <= 0.0:
        return 0
    if p >= 1.0:
        return n
    if p > 0.5:
        return n - draw_binomial_low(n, 1.0 - p)
    return draw_binomial_low(n, p)


def _draw_binomial_low(n: int, p: float) -> int:
    q = 1.0 - p
    if n * p < 10.0:
        chance = math.exp(n * math.log1p(-p))
        odds = p / q
        left = np.random.random()
        k = 0
        while left > chance and k < n:
            left -= chance
            k += 1
            chance *= odds * (n - k + 1) / k
        return k
    spread = math.sqrt(n * p * q)
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    centre = n * p + 0.5
    while True:
        u = np.random.random() - 0.5
        v = np.random.random()
        edge = 0.5 - abs(u)
        if edge <= 0.0:
            continue
        k = math.floor((2.0 * a / edge + b) * u + centre)
        if edge >= 0.07 and v <= 0.92 - 4.2 / b:
            return k
        if k < 0 or k > n:
            continue
        mode = math.floor((n + 1) * p)
        v = math.log(v * (2.83 + 5.1 / b) * spread / (a / (edge * edge) + b) + 1e-300)
        bound = math.lgamma(mode + 1.0) + math.lgamma(n - mode + 1.0) + (k - mode) * math.log(p / q)
        if v <= bound - math.lgamma(k + 1.0) - math.lgamma(n - k + 1.0):
            return k


draw_binomial_low = compile_cached(_draw_binomial_low)
draw_binomial = compile_cached(_draw_binomial)


def _deal_out(  # noqa: PLR0917  compiled functions take no keywords
    left: int, weight: Any, order: Any, first: int, last: int, total: float, row: Any
) -> None:
    """Draw how many of ``left`` people belong to each class of ``order[first:last]``; fills ``row`` by class."""
    for position in range(first, last):
        k = order[position]
        if left <= 0:
            row[k] = 0
            continue
        here = left if position == last - 1 or total <= weight[k] else draw_binomial(left, weight[k] / total)
        total -= weight[k]
        row[k] = here
        left -= here


_deal_out = compile_cached(_deal_out)


def _start_chain(seed: int, share: Any, caught: Any) -> float:
    """Random class shares and chances of being listed, so that chains start apart; gives the concentration."""
    np.random.seed(seed)
    lists, classes = caught.shape
    total = 0.0
    for k in range(classes):
        share[k] = np.random.gamma(0.5, 1.0) + 1e-3
        total += share[k]
        for j in range(lists):
            caught[j, k] = np.random.beta(1.0, 3.0)
    for k in range(classes):
        share[k] /= total
    return np.random.gamma(1.0, 1.0) + 0.05


start_chain = compile_cached(_start_chain)


def _log_density(members: Any, log_a: float, shape: float, rate: float) -> float:
    """Log density of the log concentration given the people of each class, the sticks integrated out."""
    a = math.exp(log_a)
    # Of the gamma functions of the classes' sizes all stand in a stick's integral but that of the last class; up to a
    # constant of their product, one over its own is left.
    value = shape * log_a - rate * a - math.lgamma(1.0 + members[len(members) - 1])
    after = 0
    for k in range(len(members) - 1, -1, -1):
        if k < len(members) - 1:
            if members[k] > 0:
                value += log_a + math.lgamma(a + after) - math.lgamma(a + 1.0 + members[k] + after)
            elif after > 0:
                value -= math.log1p(after / a)
        after += members[k]
    return value


log_density = compile_cached(_log_density)


def _draw_concentration(members: Any, concentration: float, shape: float, rate: float) -> float:
    """Two Metropolis steps, near and far.

    Sticks and concentration are drawn together given the classes, which spares the slow walk of each given the other.
    """
    here = math.log(concentration)
    density = log_density(members, here, shape, rate)
    for scale in (0.8, 4.0):
        there = here + scale * np.random.normal()
        if -600.0 < there < 20.0:
            other = log_density(members, there, shape, rate)
            if math.log(np.random.random() + 1e-300) < other - density:
                here, density = there, other
    return math.exp(here)


draw_concentration = compile_cached(_draw_concentration)


def _draw_log_rest(held: int, rest: float) -> float:
    """Log of what a stick leaves over: log of a beta draw with parameters ``rest`` and 1 + ``held``.

    In logs, since a small concentration leaves less than a number can hold.
    """
    if held == 0:
        return math.log(1.0 - np.random.random()) / rest
    if rest >= 1.0:
        return math.log(max(1.0 - np.random.beta(1.0 + held, rest), 1e-300))
    # A gamma draw of a small shape as one of the shape plus 1 times a power of a uniform (Marsaglia and Tsang 2000).
    log_part = math.log(np.random.gamma(rest + 1.0, 1.0)) + math.log(1.0 - np.random.random()) / rest
    return log_part - math.log(math.exp(log_part) + np.random.gamma(1.0 + held, 1.0))


draw_log_rest = compile_cached(_draw_log_rest)


def _sample_totals(  # noqa: C901, PLR0912, PLR0915, PLR0917  one sweep, nothing allocated in it
    marks: Any,
    counts: Any,
    share: Any,
    caught: Any,
    members: Any,
    concentration: float,
    shape: float,
    rate: float,
    seed: int,
    totals: Any,
) -> float:
    """Run one chain on from its state; fills ``totals`` with the total after each sweep, gives the concentration.

    People of one pattern are dealt out to classes together. Classes that were empty after the last sweep are drawn as
    one class first; as a rule nobody falls there, and the draws for each of them are spared.

    Args:
        marks: lists that hold each pattern, shape (patterns, lists), 0 or 1.
        counts: people of each pattern.
        share, caught, members: the chain's state: shares of classes, shape (classes,); chances of being listed, shape
            (lists, classes); people of each class after the last sweep, shape (classes,). Changed in place.
        concentration: of the stick-breaking process; the last part of the state.
        shape, rate: gamma prior of the concentration.
        seed: seed of these sweeps.
        totals: shape (sweeps,).
    """
    np.random.seed(seed)
    patterns, lists = marks.shape
    classes = len(share)
    observed = 0
    for row in range(patterns):
        observed += counts[row]
    on_list = np.zeros((lists, classes), dtype=np.int64)
    weight = np.zeros(classes)
    dealt = np.zeros(classes, dtype=np.int64)
    order = np.zeros(classes, dtype=np.int64)
    for sweep in range(len(totals)):
        held = 0
        for k in range(classes):
            if members[k] > 0:
                order[held] = k
                held += 1
        at = held
        for k in range(classes):
            if members[k] == 0:
                order[at] = k
                at += 1
            members[k] = 0
            for j in range(lists):
                on_list[j, k] = 0
        for row in range(-1, patterns):
            occupied = 0.0
            empty = 0.0
            for position in range(classes):
                k = order[position]
                value = share[k]
                for j in range(lists):
                    if row >= 0 and marks[row, j] == 1:
                        value *= caught[j, k]
                    else:
                        value *= 1.0 - caught[j, k]
                weight[k] = value
                if position < held:
                    occupied += value
                else:
                    empty += value
            if row < 0:
                missed = min(max(occupied + empty, 1e-12), 1.0 - 1e-9)
                # Prior 1 / N: the unseen are negative binomial given the chance of being on no list.
                left = np.random.poisson(np.random.gamma(float(observed), missed / (1.0 - missed)))
                totals[sweep] = observed + left
            else:
                left = counts[row]
            aside = 0
            if held == 0:
                aside = left
            elif held < classes and empty > 0.0:
                aside = draw_binomial(left, empty / (occupied + empty))
            _deal_out(left - aside, weight, order, 0, held, occupied, dealt)
            last = held
            if aside > 0:
                _deal_out(aside, weight, order, held, classes, empty, dealt)
                last = classes
            for position in range(last):
                k = order[position]
                here = dealt[k]
                if here > 0:
                    members[k] += here
                    if row >= 0:
                        for j in range(lists):
                            if marks[row, j] == 1:
                                on_list[j, k] += here
        # Two classes change places on the stick, with the sticks integrated out: given the sticks, a large class that
        # sits late would hardly ever come forward (compare Papaspiliopoulos and Roberts 2008, label moves).
        log_a = math.log(concentration)
        density = log_density(members, log_a, shape, rate)
        for _ in range(2):
            one = np.random.randint(classes)
            two = np.random.randint(classes)
            if members[one] == members[two]:
                continue
            members[one], members[two] = members[two], members[one]
            other = log_density(members, log_a, shape, rate)
            if math.log(np.random.random() + 1e-300) < other - density:
                density = other
                for j in range(lists):
                    on_list[j, one], on_list[j, two] = on_list[j, two], on_list[j, one]
            else:
                members[one], members[two] = members[two], members[one]
        concentration = draw_concentration(members, concentration, shape, rate)
        after = 0
        for k in range(classes):
            after += members[k]
        log_remaining = 0.0
        for k in range(classes):
            after -= members[k]
            if k == classes - 1:
                share[k] = np.exp(log_remaining)
            else:
                log_rest = draw_log_rest(members[k], concentration + after)
                share[k] = np.exp(log_remaining) * -np.expm1(log_rest)
                log_remaining += log_rest
            if members[k] == 0:
                for j in range(lists):
                    caught[j, k] = np.random.random()
            else:
                for j in range(lists):
                    caught[j, k] = np.random.beta(1.0 + on_list[j, k], 1.0 + members[k] - on_list[j, k])
    return concentration


sample_totals = compile_cached(_sample_totals)
