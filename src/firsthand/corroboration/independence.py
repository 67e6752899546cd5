"""Which sources are one source: dependence between accounts, and how many are independent at least and at most.

An account is the end of an attribution chain: a speaker, a body, or the author of a document. Three things
are known about two accounts: they are the *same* (same speaker, reprint, translation), one *rests on* the
other (quotes it, heard it from it), or they *share* something (interviewer, dataset). Each is known or possible.

Independence is decided on roots. The roots of an account are the accounts at which its "rests on" steps end;
accounts that share a root are not independent. The number of independent accounts is then the largest set of
accounts whose roots are pairwise disjoint: a maximum set packing, solved exactly as an integer program
(HiGHS through SciPy). With the known dependences alone it is an upper bound, with the possible ones added
a lower bound: a further dependence can only merge roots, so it never raises either.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from firsthand.values.errors import InputError

__all__ = [
    "Dependence",
    "DependenceKind",
    "DependenceNotUsable",
    "IndependentCount",
    "Standing",
    "independent_count",
    "roots_of_accounts",
]


class DependenceNotUsable(InputError):
    """A dependence names one account twice."""

    next_step = "Name two different accounts."


class DependenceKind(StrEnum):
    """How one account depends on another. The first three say that both are one."""

    SAME_SPEAKER = "same speaker"
    REPRINT = "reprint"
    TRANSLATION = "translation"
    QUOTES = "quotes"
    HEARD_FROM = "heard from"
    SAME_INTERVIEWER = "same interviewer"
    SAME_DATASET = "same dataset"
    POSSIBLY_SAME_SPEAKER = "possibly same speaker"


_SAME = {
    DependenceKind.SAME_SPEAKER,
    DependenceKind.REPRINT,
    DependenceKind.TRANSLATION,
    DependenceKind.POSSIBLY_SAME_SPEAKER,
}
_RESTS_ON = {DependenceKind.QUOTES, DependenceKind.HEARD_FROM}


class Standing(StrEnum):
    """Whether a dependence is established or only possible; refused ones are kept, and count for nothing."""

    KNOWN = "known"
    POSSIBLE = "possible"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependence:
    """Account ``a`` depends on account ``b`` (for ``QUOTES`` and ``HEARD_FROM``: ``a`` rests on ``b``).

    ``reason`` is in words for the person who decides; ``asserted_by`` a person's pseudonym or ``machine``.
    """

    a: str
    b: str
    kind: DependenceKind
    standing: Standing
    reason: str
    asserted_by: str

    def __post_init__(self) -> None:
        if self.a == self.b:
            raise DependenceNotUsable("A dependence names one account twice.")


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


def roots_of_accounts(accounts: Iterable[str], dependences: Iterable[Dependence]) -> dict[str, frozenset[str]]:
    """The roots at which each account's reliance ends.

    Accounts that only dependences name (an upstream body that is not in the vault) may be roots too. Circles
    of accounts that quote each other have one common root.
    """
    links = [d for d in dependences if d.standing is not Standing.REFUSED]
    names = list(dict.fromkeys([*accounts, *(end for d in links for end in (d.a, d.b))]))
    merged = _UnionFind(names)
    for link in links:
        if link.kind in _SAME:
            merged.join(link.a, link.b)
    upstream: dict[str, set[str]] = {merged.find(name): set() for name in names}
    for number, link in enumerate(links):
        a, b = merged.find(link.a), merged.find(link.b)
        if link.kind in _RESTS_ON:
            if a != b:
                upstream[a].add(b)
        elif link.kind not in _SAME:
            # Sharing an interviewer or a dataset: both rest, beside their own knowledge, on one common thing.
            shared = f"shared {number}"
            upstream[shared] = set()
            for end in (a, b):
                upstream[end] |= {shared, f"own {end}"}
                upstream.setdefault(f"own {end}", set())
    roots = _sinks(upstream)
    return {name: roots[merged.find(name)] for name in names}


def independent_count(accounts: Sequence[str], dependences: Iterable[Dependence]) -> IndependentCount:
    """Count independent accounts as an interval.

    ``accounts`` are the ends of the chains that support a finding; only they are counted, but dependences may
    lead through others. The order of either argument does not matter.
    """
    chosen = sorted(set(accounts))
    links = list(dependences)
    known = [d for d in links if d.standing is Standing.KNOWN]
    witnesses, at_most = _packing(chosen, roots_of_accounts(chosen, known))
    fewest, fewest_bound = _packing(chosen, roots_of_accounts(chosen, links))
    return IndependentCount(
        at_least=len(fewest),
        at_most=at_most,
        accounts=len(chosen),
        witnesses=witnesses,
        proven=len(witnesses) == at_most and len(fewest) == fewest_bound,
    )


class _UnionFind:
    def __init__(self, names: Iterable[str]) -> None:
        self._parent = {name: name for name in names}

    def find(self, name: str) -> str:
        while self._parent[name] != name:
            self._parent[name] = self._parent[self._parent[name]]
            name = self._parent[name]
        return name

    def join(self, a: str, b: str) -> None:
        first, second = sorted((self.find(a), self.find(b)))
        self._parent[second] = first


def _sinks(upstream: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    """For each node the components without a way out that it reaches; a circle counts as one component."""
    component = _components(upstream)
    leads: dict[str, set[str]] = {}
    for node, targets in upstream.items():
        leads.setdefault(component[node], set()).update(
            component[t] for t in targets if component[t] != component[node]
        )
    found: dict[str, frozenset[str]] = {}
    for start in leads:
        stack, seen, ends = [start], {start}, set[str]()
        while stack:
            node = stack.pop()
            if node in found:
                ends |= found[node]
                continue
            if not leads[node]:
                ends.add(node)
            for target in leads[node] - seen:
                seen.add(target)
                stack.append(target)
        found[start] = frozenset(ends)
    return {node: found[component[node]] for node in upstream}


def _components(upstream: Mapping[str, set[str]]) -> dict[str, str]:
    """Strongly connected components (Tarjan 1972, without recursion), each named by its least member."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    open_nodes: list[str] = []
    is_open: set[str] = set()
    component: dict[str, str] = {}
    for start in upstream:
        if start in index:
            continue
        work = [(start, iter(sorted(upstream[start])))]
        index[start] = low[start] = len(index)
        open_nodes.append(start)
        is_open.add(start)
        while work:
            node, targets = work[-1]
            target = next(targets, None)
            if target is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    members: list[str] = []
                    while not members or members[-1] != node:
                        members.append(open_nodes.pop())
                        is_open.discard(members[-1])
                    component |= dict.fromkeys(members, min(members))
            elif target not in index:
                index[target] = low[target] = len(index)
                open_nodes.append(target)
                is_open.add(target)
                work.append((target, iter(sorted(upstream[target]))))
            elif target in is_open:
                low[node] = min(low[node], index[target])
    return component


def _packing(accounts: Sequence[str], roots: Mapping[str, frozenset[str]]) -> tuple[tuple[str, ...], int]:
    """A largest set of accounts with pairwise disjoint roots, and a proven upper bound of its size."""
    # Accounts with equal roots exclude each other: one of each is enough, which also makes the program small.
    by_roots: dict[frozenset[str], str] = {}
    for account in accounts:
        by_roots.setdefault(roots[account], account)
    sets = list(by_roots)
    if all(len(s) == 1 for s in sets):
        return tuple(sorted(by_roots.values())), len(sets)
    every = _numbered(root for s in sets for root in s)
    rows = [every[root] for s in sets for root in sorted(s)]
    columns = [number for number, s in enumerate(sets) for _ in s]
    matrix = csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(every), len(sets)))
    answer = milp(
        c=-np.ones(len(sets)),
        constraints=LinearConstraint(matrix, ub=np.ones(len(every))),
        bounds=Bounds(0, 1),
        integrality=np.ones(len(sets), dtype=np.int64),
        options={"time_limit": 20.0},
    )
    taken = [sets[i] for i, value in enumerate(answer.x) if value > 0.5] if answer.x is not None else []
    bound = len(taken) if answer.status == 0 else len(sets)
    if answer.status != 0 and answer.mip_dual_bound is not None:
        bound = int(np.floor(-answer.mip_dual_bound + 1e-6))
    return tuple(sorted(by_roots[s] for s in taken)), bound


def _numbered(items: Iterable[Hashable]) -> dict[Hashable, int]:
    return {item: number for number, item in enumerate(dict.fromkeys(items))}
