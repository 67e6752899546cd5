"""Speakers under different names who may be one: each pair of names with the probability that linkage gives it.

Nobody is merged here. A pair is proposed as a possible dependence until people decide on the mentions (linkage) or on
the accounts; two spellings of one name in two scripts are the usual case.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from firsthand.corroboration.dependence import Dependence, DependenceKind, Standing
from firsthand.corroboration.proposing import MACHINE
from firsthand.entities.mention import looks_like_a_name
from firsthand.linkage.blocking import blocking_keys
from firsthand.linkage.mentions import Mention
from firsthand.linkage.names import compare_names

__all__ = ["SpeakerNames"]

LIKELY = 0.5


@lru_cache(maxsize=16_384)
def _keys(name: str) -> frozenset[str]:
    # A shared initial is too little to compare two names for.
    keys = blocking_keys(Mention(id=name, text=name, kind="person", document=""))
    return frozenset(key for key in keys if not key.startswith("initial "))


@lru_cache(maxsize=65_536)
def _probability(a: str, b: str) -> float:
    return compare_names(a, b).score


class SpeakerNames:
    """Accounts of named persons, and those pairs of them that may be one person; kept while accounts come and go."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._holders: dict[str, set[str]] = {}
        self._links: dict[tuple[str, str], Dependence] = {}

    def change(self, names: Mapping[str, str]) -> None:
        """Hold exactly these accounts, each with the name as it was told."""
        wanted = {account: name for account, name in names.items() if looks_like_a_name(name)}
        gone = {account for account, name in self._names.items() if wanted.get(account) != name}
        for account in gone:
            for key in _keys(self._names.pop(account)):
                self._holders[key].discard(account)
        if gone:
            self._links = {pair: link for pair, link in self._links.items() if gone.isdisjoint(pair)}
        for account in sorted(wanted.keys() - self._names.keys()):
            name = self._names[account] = wanted[account]
            keys = _keys(name)
            for other in {other for key in keys for other in self._holders.get(key, ())}:
                a, b = sorted((account, other))
                probability = _probability(self._names[a], self._names[b])
                if probability >= LIKELY:
                    self._links[a, b] = Dependence(
                        a=a,
                        b=b,
                        kind=DependenceKind.POSSIBLY_SAME_SPEAKER,
                        standing=Standing.POSSIBLE,
                        reason=f"their names may be one person's: {probability:.0%} by the comparison of names",
                        asserted_by=MACHINE,
                    )
            for key in keys:
                self._holders.setdefault(key, set()).add(account)

    def links(self) -> Mapping[tuple[str, str], Dependence]:
        """Pairs of accounts that may be one person, in the order of their names."""
        return dict(sorted(self._links.items()))
