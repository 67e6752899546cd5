"""Who held an item, when, and how we know: an entry names the digest before and after, and the entry before it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from firsthand.values.errors import IntegrityError

__all__ = ["CustodyBroken", "CustodyEntry", "add_custody", "check_custody"]


class CustodyBroken(IntegrityError):
    """A custody chain does not hold together."""

    likely = "An entry was changed, removed or put in after it was written."
    next_step = "Compare with a backup or with the copy of whoever handed the item over."


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyEntry:
    """One act on an item. ``previous`` is the digest of the entry before, empty for the first."""

    item: str
    actor: str
    action: str
    at: dt.datetime
    sha256_before: str | None
    sha256_after: str | None
    previous: str

    def digest(self) -> str:
        """SHA-256 over the entry's fields in a fixed JSON form."""
        fields = [self.item, self.actor, self.action, self.at.isoformat(), self.sha256_before, self.sha256_after]
        return hashlib.sha256(json.dumps([*fields, self.previous], ensure_ascii=False).encode()).hexdigest()


def add_custody(
    chain: Sequence[CustodyEntry],
    *,
    item: str,
    actor: str,
    action: str,
    at: dt.datetime,
    sha256_before: str | None,
    sha256_after: str | None,
) -> tuple[CustodyEntry, ...]:
    """The chain with one more entry."""
    previous = chain[-1].digest() if chain else ""
    entry = CustodyEntry(
        item=item,
        actor=actor,
        action=action,
        at=at,
        sha256_before=sha256_before,
        sha256_after=sha256_after,
        previous=previous,
    )
    return (*chain, entry)


def check_custody(chain: Sequence[CustodyEntry]) -> None:
    """Check that each entry names the one before it and that digests continue.

    Raises:
        CustodyBroken: with the number of the first entry that does not fit, counted from 1.
    """
    previous, held = "", None
    for number, entry in enumerate(chain, 1):
        if entry.previous != previous or (number > 1 and entry.sha256_before != held):
            raise CustodyBroken(f"Custody entry {number} does not follow the one before it.")
        previous, held = entry.digest(), entry.sha256_after
