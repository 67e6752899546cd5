"""How many accounts are independent, at least and at most.

Independence is decided on roots: accounts that share a root are not independent. The number of independent accounts is
then the largest set of accounts whose roots are pairwise disjoint: a maximum set packing, solved exactly as an integer
program (HiGHS through SciPy). With the known dependences alone it is an upper bound, with the possible ones added
a lower bound: a further dependence can only merge roots, so it never raises either.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from firsthand.corroboration.dependence import Dependence, Standing
from firsthand.corroboration.roots import roots_of_accounts

__all__ = ["IndependentCount", "count_by_roots", "independent_count"]


MOST_NODES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class IndependentCount:
    """How many of the accounts are independent: at least, at most, out of how many accounts.

    ``proven`` is false only when the solver was stopped; the bounds then still hold, but may be wide.
    ``witnesses`` are accounts that reach ``at_most``, in given order.
    """

    at_least: int
    at_most: int
    accounts: int
    witnesses: tuple[str, ...]
    proven: bool = True


def independent_count(accounts: Sequence[str], dependences: Iterable[Dependence]) -> IndependentCount:
    """Count independent accounts as an interval.

    ``accounts`` are the ends of the chains that support a finding; only they are counted, but dependences may
    lead through others. The order of either argument does not matter.
    """
    links = list(dependences)
    known = [d for d in links if d.standing is Standing.KNOWN]
    return count_by_roots(accounts, roots_of_accounts(accounts, known), roots_of_accounts(accounts, links))


def count_by_roots(
    accounts: Iterable[str],
    known: Mapping[str, frozenset[str]],
    known_or_possible: Mapping[str, frozenset[str]],
) -> IndependentCount:
    """Count independent accounts whose roots are already worked out, by both sets of dependences.

    An account that a mapping lacks depends on nothing, and is its own root.
    """
    chosen = sorted(set(accounts))
    witnesses, at_most = _packing(chosen, known)
    if all(known.get(account) == known_or_possible.get(account) for account in chosen):
        fewest, fewest_bound = witnesses, at_most
    else:
        fewest, fewest_bound = _packing(chosen, known_or_possible)
    return IndependentCount(
        at_least=len(fewest),
        at_most=at_most,
        accounts=len(chosen),
        witnesses=witnesses,
        proven=len(witnesses) == at_most and len(fewest) == fewest_bound,
    )


def _packing(accounts: Sequence[str], roots: Mapping[str, frozenset[str]]) -> tuple[tuple[str, ...], int]:
    """A largest set of accounts with pairwise disjoint roots, and a proven upper bound of its size."""
    # Accounts with equal roots exclude each other: one of each is enough.
    by_roots: dict[frozenset[str], str] = {}
    for account in accounts:
        by_roots.setdefault(roots.get(account) or frozenset((account,)), account)
    # An account with one root is always worth taking: whatever else holds that root, it can stand in its place.
    single = {root for s in by_roots if len(s) == 1 for root in s}
    taken = [account for s, account in by_roots.items() if len(s) == 1]
    bound = len(taken)
    for component in _components_of_sets([s for s in by_roots if len(s) > 1 and not s & single]):
        chosen, at_most = _packed_exactly(component)
        taken += [by_roots[s] for s in chosen]
        bound += at_most
    return tuple(sorted(taken)), bound


def _components_of_sets(sets: Sequence[frozenset[str]]) -> list[list[frozenset[str]]]:
    """Sets that share roots, directly or through others; what shares nothing can be solved apart."""
    # A set that holds another one whole is never better than that one.
    kept: list[frozenset[str]] = []
    for one in sorted(sets, key=lambda s: (len(s), sorted(s))):
        if not any(other <= one for other in kept):
            kept.append(one)
    holders: dict[str, list[int]] = {}
    for number, one in enumerate(kept):
        for root in one:
            holders.setdefault(root, []).append(number)
    components: list[list[frozenset[str]]] = []
    seen: set[int] = set()
    for start in range(len(kept)):
        component, waiting = [], [] if start in seen else [start]
        seen.add(start)
        while waiting:
            one = kept[waiting.pop()]
            component.append(one)
            joined = {number for root in one for number in holders[root]} - seen
            seen |= joined
            waiting.extend(sorted(joined))
        if component:
            components.append(component)
    return components


def _packed_exactly(sets: Sequence[frozenset[str]]) -> tuple[list[frozenset[str]], int]:
    if len(sets) == 1:
        return list(sets), 1
    every = _numbered(root for s in sets for root in sorted(s))
    rows = [every[root] for s in sets for root in sorted(s)]
    columns = [number for number, s in enumerate(sets) for _ in s]
    matrix = csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(every), len(sets)))
    answer = milp(
        c=-np.ones(len(sets)),
        constraints=LinearConstraint(matrix, ub=np.ones(len(every))),
        bounds=Bounds(0, 1),
        integrality=np.ones(len(sets), dtype=np.int64),
        # Nodes, not seconds: the same count on every machine, and after a change as from scratch.
        options={"node_limit": MOST_NODES, "mip_rel_gap": 0.0},
    )
    taken = [sets[i] for i, value in enumerate(answer.x) if value > 0.5] if answer.x is not None else []
    bound = len(taken) if answer.status == 0 else len(sets)
    if answer.status != 0 and answer.mip_dual_bound is not None:
        bound = int(np.floor(-answer.mip_dual_bound + 1e-6))
    return taken, bound


def _numbered(items: Iterable[Hashable]) -> dict[Hashable, int]:
    return {item: number for number, item in enumerate(dict.fromkeys(items))}
