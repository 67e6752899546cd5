"""Pairs joined into groups that no cannot-link pair shares; groups that a false link chained are split again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from firsthand.linkage.judging import Judgement, Verdict, latest_judgements
from firsthand.linkage.mentions import Mention

__all__ = ["Clustering", "clusters", "constrained_groups", "told_apart"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustering:
    """Groups by stable id (the smallest id of their members), and what could not be obeyed.

    ``refused`` are positive judgements that would have joined what is told apart: a contradiction for a person.
    """

    groups: Mapping[str, tuple[str, ...]]
    refused: tuple[tuple[str, str], ...]

    def group_of(self, member: str) -> str:
        """The id of the group that holds a member; KeyError if none does."""
        return next(name for name, members in self.groups.items() if member in members)


def constrained_groups(
    members: Sequence[str],
    links: Iterable[tuple[str, str]],
    cannot_link: Iterable[tuple[str, str]] = (),
) -> Clustering:
    """Join links in the order given (strongest first), refusing each that would join a cannot-link pair.

    The result depends on the order of the links alone; every refusal is reported. Runs in about
    O(links x log members + cannot-link pairs).
    """
    parent = {m: m for m in members}
    size = dict.fromkeys(members, 1)
    apart: dict[str, set[str]] = {}
    for a, b in cannot_link:
        if a in parent and b in parent and a != b:
            apart.setdefault(a, set()).add(b)
            apart.setdefault(b, set()).add(a)

    def root(member: str) -> str:
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    refused: list[tuple[str, str]] = []
    for a, b in links:
        if a not in parent or b not in parent:
            continue
        x, y = root(a), root(b)
        if x == y:
            continue
        if y in apart.get(x, ()):
            refused.append((a, b))
            continue
        if size[x] < size[y]:
            x, y = y, x
        parent[y] = x
        size[x] += size[y]
        for other in apart.pop(y, set()):
            apart[other].discard(y)
            apart[other].add(x)
            apart.setdefault(x, set()).add(other)
    found: dict[str, list[str]] = {}
    for member in members:
        found.setdefault(root(member), []).append(member)
    groups = {min(g): tuple(sorted(g)) for g in found.values()}
    return Clustering(groups=dict(sorted(groups.items())), refused=tuple(refused))


def told_apart(mentions: Sequence[Mention]) -> list[tuple[str, str]]:
    """Pairs that one testimony itself tells apart: the same document, two persons within it."""
    by_document: dict[tuple[str, str], list[Mention]] = {}
    for mention in mentions:
        if mention.within:
            by_document.setdefault((mention.document, mention.kind), []).append(mention)
    return [
        (a.id, b.id)
        for group in by_document.values()
        for i, a in enumerate(group)
        for b in group[i + 1 :]
        if a.within != b.within
    ]


def clusters(mentions: Sequence[Mention], judgements: Iterable[Judgement]) -> Clustering:
    """Mentions into persons, places or institutions, by judgements alone: a machine's guess joins nothing.

    Mentions that one document gives to one person are joined; positive judgements join, in order of time;
    negative ones and persons told apart in one testimony keep apart, and win over any chain of joins.
    A group's id is its smallest mention id, so that it stays as mentions come and after a split.
    """
    held = latest_judgements(judgements)
    local: dict[tuple[str, str, str], list[str]] = {}
    for mention in mentions:
        if mention.within:
            local.setdefault((mention.document, mention.kind, mention.within), []).append(mention.id)
    negative = [j.pair for j in held.values() if j.verdict is Verdict.NEGATIVE]
    links = [(g[0], other) for g in local.values() for other in g[1:]]
    links += [j.pair for j in sorted(held.values(), key=lambda j: (j.at, j.pair)) if j.verdict is Verdict.POSITIVE]
    kind = {m.id: m.kind for m in mentions}
    links = [(a, b) for a, b in links if kind.get(a) == kind.get(b)]
    return constrained_groups([m.id for m in mentions], links, [*negative, *told_apart(mentions)])
