"""Roots: the accounts at which each account's reliance ends.

The roots of an account are where its "rests on" steps end; what only names the same speaker is one account. Circles of
accounts that quote each other have one common root. Accounts that share an interviewer or a dataset have that as a
root, each beside a root of its own; where it is an account itself (``is_hub``), it is one root for all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from firsthand.corroboration.dependence import RESTS_ON, SAME, Dependence, Standing, is_hub

__all__ = ["RootBook", "roots_of_accounts"]

_Edge = tuple[bool, str, str]  # whether both ends are one; one end; the other, which the first may rest on


def roots_of_accounts(accounts: Iterable[str], dependences: Iterable[Dependence]) -> dict[str, frozenset[str]]:
    """The roots of each account; accounts that only dependences name (an upstream body) may be roots too."""
    book = RootBook()
    book.change((), dependences)
    return {account: frozenset((account,)) for account in accounts} | book.roots


class RootBook:
    """Dependences and the roots that follow, kept up to date at the cost of what a change reaches.

    ``roots`` maps each account that a dependence names to its roots. Refused dependences are passed over.
    """

    def __init__(self) -> None:
        self.roots: dict[str, frozenset[str]] = {}
        self._edges: Counter[_Edge] = Counter()
        self._one: dict[str, set[str]] = {}
        self._up: dict[str, set[str]] = {}
        self._down: dict[str, set[str]] = {}
        self._cluster: dict[str, str] = {}
        self._members: dict[str, set[str]] = {}

    def change(self, gone: Iterable[Dependence], new: Iterable[Dependence]) -> set[str]:
        """Take dependences out and in; gives the accounts whose roots are others now."""
        steps: Counter[_Edge] = Counter()
        for link in gone:
            for edge in _edges(link):
                steps[edge] -= 1
        for link in new:
            for edge in _edges(link):
                steps[edge] += 1
        rejoined: set[str] = set()
        resting: set[str] = set()
        for edge, step in steps.items():
            before = self._edges[edge]
            self._edges[edge] += step
            if bool(before) != bool(self._edges[edge]):
                is_one, a, b = edge
                self._set(edge, there=bool(self._edges[edge]))
                if is_one:
                    rejoined |= {a, b}
                else:
                    # What is rested on has the roots that it had, so that whatever else rests on it is left alone.
                    resting |= {a} if b in self._cluster and self._is_named(b) else {a, b}
            if not self._edges[edge]:
                del self._edges[edge]
        if not rejoined and not resting:
            return set()
        self._recluster(rejoined | {node for node in resting if node not in self._cluster})
        return self._renew({self._cluster[node] for node in rejoined | resting})

    def _set(self, edge: _Edge, *, there: bool) -> None:
        is_one, a, b = edge
        pairs = ((self._one, a, b), (self._one, b, a)) if is_one else ((self._up, a, b), (self._down, b, a))
        for table, start, end in pairs:
            if there:
                table.setdefault(start, set()).add(end)
            else:
                table[start].discard(end)
                if not table[start]:
                    del table[start]

    def _is_named(self, node: str) -> bool:
        return node in self._one or node in self._up or node in self._down

    def _recluster(self, nodes: Collection[str]) -> None:
        """Join anew what the nodes' clusters held: a change within cannot reach beyond them."""
        held = set(nodes)
        for name in {self._cluster[node] for node in nodes if node in self._cluster}:
            held |= self._members.pop(name)
        while held:
            start = held.pop()
            cluster, waiting = {start}, [start]
            while waiting:
                for other in self._one.get(waiting.pop(), ()):
                    if other not in cluster:
                        cluster.add(other)
                        waiting.append(other)
            held -= cluster
            name = min(cluster)
            self._members[name] = cluster
            self._cluster |= dict.fromkeys(cluster, name)

    def _renew(self, dirty: Iterable[str]) -> set[str]:
        affected = set(dirty)
        waiting = list(affected)
        while waiting:
            for node in self._members[waiting.pop()]:
                for source in self._down.get(node, ()):
                    if self._cluster[source] not in affected:
                        affected.add(self._cluster[source])
                        waiting.append(self._cluster[source])
        upstream = {
            name: {self._cluster[target] for node in self._members[name] for target in self._up.get(node, ())} - {name}
            for name in affected
        }
        known = {
            target: self.roots[target] for targets in upstream.values() for target in targets if target not in affected
        }
        moved: set[str] = set()
        for name, roots in _ends(upstream, known).items():
            for node in list(self._members[name]):
                if not self._is_named(node):
                    # Nothing depends on it any more, nor it on anything: it is its own root, and need not be kept.
                    self._members[name].discard(node)
                    del self._cluster[node]
                    if self.roots.pop(node, None) not in {None, frozenset((node,))}:
                        moved.add(node)
                elif self.roots.get(node) != roots:
                    if node in self.roots or roots != {node}:
                        moved.add(node)
                    self.roots[node] = roots
            if not self._members[name]:
                del self._members[name]
        return moved


def _edges(link: Dependence) -> list[_Edge]:
    if link.standing is Standing.REFUSED:
        return []
    if link.kind in SAME:
        return [(True, min(link.a, link.b), max(link.a, link.b))]
    if link.kind in RESTS_ON:
        return [(False, link.a, link.b)]
    # Sharing an interviewer or a dataset: each rests, beside its own knowledge, on one common thing.
    if is_hub(link.b):
        return [(False, link.a, link.b), (False, link.a, f"own {link.a}")]
    shared = f"shared {link.kind} {min(link.a, link.b)} {max(link.a, link.b)}"
    return [edge for end in (link.a, link.b) for edge in ((False, end, shared), (False, end, f"own {end}"))]


def _ends(upstream: Mapping[str, set[str]], known: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """For each node the components without a way out that it reaches; a circle counts as one component.

    Targets that ``upstream`` lacks have ``known`` ends.
    """
    component, order = _components(upstream)
    leads: dict[str, set[str]] = {}
    ends: dict[str, set[str]] = {}
    for node, targets in upstream.items():
        name = component[node]
        leads.setdefault(name, set())
        ends.setdefault(name, set())
        for target in targets:
            if target in known:
                ends[name] |= known[target]
            elif component[target] != name:
                leads[name].add(component[target])
    found: dict[str, frozenset[str]] = {}
    for name in order:  # what a component leads to comes before it
        reached = ends[name].union(*(found[target] for target in leads[name]))
        found[name] = frozenset(reached or {name})
    return {node: found[component[node]] for node in upstream}


def _components(upstream: Mapping[str, set[str]]) -> tuple[dict[str, str], list[str]]:
    """Strongly connected components (Tarjan 1972, without recursion), each named by its least member, sinks first."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    open_nodes: list[str] = []
    is_open: set[str] = set()
    component: dict[str, str] = {}
    order: list[str] = []
    for start in upstream:
        if start in index:
            continue
        work = [(start, iter(upstream[start]))]
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
                    order.append(min(members))
                    component |= dict.fromkeys(members, order[-1])
            elif target not in upstream:
                continue
            elif target not in index:
                index[target] = low[target] = len(index)
                open_nodes.append(target)
                is_open.add(target)
                work.append((target, iter(upstream[target])))
            elif target in is_open:
                low[node] = min(low[node], index[target])
    return component, order
