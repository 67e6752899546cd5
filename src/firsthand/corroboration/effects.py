"""What a change reaches: findings, acts, counts, estimates and releases, each before and after.

A change is claims that leave or are replaced, a dependence that people decide, or speakers joined or parted. Two
weighings are compared; nothing here knows which change lies between them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from firsthand.corroboration.elements import RuleResult, Truth
from firsthand.corroboration.findings import Finding
from firsthand.corroboration.weighing import Weighing, act_address
from firsthand.values.ids import EstimateId, FindingId, ReleaseId

__all__ = [
    "ActEffect",
    "CountEffect",
    "Effects",
    "ElementEffect",
    "FindingEffect",
    "RestingEffect",
    "Support",
    "compare_acts",
    "compare_findings",
    "compare_resting",
    "moved_claims",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """How many claims support something, and how many of their sources are independent, at least and at most."""

    claims: int
    at_least: int
    at_most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementEffect:
    """A rule's answer before and after; ``element`` is empty for the rule as a whole."""

    rule: str
    element: str
    before: Truth
    after: Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingEffect:
    """A finding before and after."""

    finding: FindingId
    before: Support
    after: Support
    elements: tuple[ElementEffect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActEffect:
    """An act before and after; one that came or went has no support on that side."""

    act: str
    address: str
    before: Support | None
    after: Support | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountEffect:
    """A documented count before and after."""

    categories: tuple[str, ...]
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RestingEffect:
    """An estimate or a release: how many of its claims it still rests on, and how many now count otherwise."""

    id: str
    before: int
    after: int
    moved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Everything that a change reaches. ``cause`` is a word of ours; ``claims_gone`` left, ``claims_moved`` have
    other independent sources now."""

    cause: str
    claims_gone: tuple[str, ...] = ()
    claims_moved: tuple[str, ...] = ()
    findings: tuple[FindingEffect, ...] = ()
    acts: tuple[ActEffect, ...] = ()
    counts: tuple[CountEffect, ...] = ()
    estimates: tuple[RestingEffect, ...] = ()
    releases: tuple[RestingEffect, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the change reaches nothing at all."""
        return not (self.claims_gone or self.claims_moved or self.acts or self.findings)


def moved_claims(before: Weighing, after: Weighing) -> tuple[str, ...]:
    """Claims that both hold, and whose account or its roots are others now."""
    moved = {
        account
        for old, new in ((before.known_roots, after.known_roots), (before.roots, after.roots))
        for account in old.keys() | new.keys()
        if old.get(account) is not new.get(account)
        # An account that no dependence names is its own root.
        and old.get(account, frozenset((account,))) != new.get(account, frozenset((account,)))
    }
    return tuple(
        sorted(
            key
            for key, account in before.accounts.items()
            if key in after.accounts and (account != after.accounts[key] or account in moved)
        )
    )


def _support(weighing: Weighing, keys: Collection[str]) -> Support:
    held = [key for key in keys if key in weighing.accounts]
    count = weighing.count(held)
    return Support(claims=len(held), at_least=count.at_least, at_most=count.at_most)


def compare_findings(
    before: Weighing,
    after: Weighing,
    findings: Sequence[Finding],
    touched: Collection[str],
    rules_of: Callable[[Finding, Weighing], Sequence[RuleResult]],
) -> list[FindingEffect]:
    """Findings that rest on ``touched`` claims, for or against, or whose count or elements changed.

    ``rules_of`` applies the rules that belong to a finding to the claims that a weighing holds.
    """
    claims = set(touched)
    found = []
    for finding in findings:
        if claims.isdisjoint(finding.supporting) and claims.isdisjoint(finding.contradicting):
            continue
        found.append(
            FindingEffect(
                finding=finding.id,
                before=_support(before, finding.supporting),
                after=_support(after, finding.supporting),
                elements=tuple(_compare_rules(rules_of(finding, before), rules_of(finding, after))),
            )
        )
    return found


def _compare_rules(before: Sequence[RuleResult], after: Sequence[RuleResult]) -> list[ElementEffect]:
    changed = []
    for old, new in zip(before, after, strict=True):
        pairs: Mapping[str, tuple[Truth, Truth]] = {"": (old.whole, new.whole)} | {
            name: (result.truth, new.elements[name].truth) for name, result in old.elements.items()
        }
        changed += [
            ElementEffect(rule=old.rule.id, element=name, before=was, after=now)
            for name, (was, now) in pairs.items()
            if was is not now
        ]
    return changed


def compare_acts(before: Weighing, after: Weighing) -> list[ActEffect]:
    """Acts that came, went, or have other support now."""
    old, new = (
        {
            act_address(act.group): (
                act.group.act,
                Support(claims=len(act.supporting), at_least=act.count.at_least, at_most=act.count.at_most),
            )
            for act in weighing.acts
        }
        for weighing in (before, after)
    )
    return [
        ActEffect(
            act=(old.get(address) or new[address])[0],
            address=address,
            before=old[address][1] if address in old else None,
            after=new[address][1] if address in new else None,
        )
        for address in sorted(old.keys() | new.keys())
        if old.get(address) != new.get(address)
    ]


def compare_resting(
    resting: Sequence[tuple[EstimateId | ReleaseId, Collection[str]]], gone: Collection[str], moved: Collection[str]
) -> list[RestingEffect]:
    """Estimates or releases, each with the claims that it rests on, that a change reaches."""
    left, other = set(gone), set(moved)
    return [
        RestingEffect(id=name, before=len(claims), after=len(set(claims) - left), moved=len(set(claims) & other))
        for name, claims in resting
        if not (left | other).isdisjoint(claims)
    ]
