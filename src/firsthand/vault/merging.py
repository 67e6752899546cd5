"""Two laptops' work made one, by their logs: steps of both are kept, and people decide where both changed a record.

Every step has an identity, the leaf hash under which it was first kept; merging brings over the steps that are
not here yet. A record that only one side changed takes that side's value. A record that both changed to
different values, neither of them the one from before, is a conflict, and nothing is written until each conflict
is decided. So merging again adds nothing, and merging in either direction gives the same records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from firsthand.values.errors import UsageError
from firsthand.vault.entries import OpenedEntry
from firsthand.vault.errors import KeyDestroyed, KeyNotHeld
from firsthand.vault.files import open_blob
from firsthand.vault.records import AppliedStep, Change, Step
from firsthand.vault.vault import Prepared, Vault

__all__ = ["MergeConflict", "MergeConflicts", "MergeReport", "Pieces", "Side", "find_conflicts", "merge_vaults"]

TRAVEL_STEP = "travel copy"
"""The name of the step with which a travel copy begins."""

_Name = tuple[str, str]
_Present = tuple[bytes, str] | None


class Side(StrEnum):
    """Whose value is kept."""

    OURS = "ours"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeConflict:
    """A record that both sides changed: its value on each (None: removed). ``rests``: not changed by both, but
    removed on one side while the other side's records rest on it."""

    kind: str
    id: str
    ours: Any
    theirs: Any
    rests: bool = False


class MergeConflicts(UsageError):
    """People must decide before the vaults can be merged; ``conflicts`` lists what. Nothing was written."""

    next_step = "Compare the two values of each record, decide, and merge again."

    def __init__(self, conflicts: tuple[MergeConflict, ...]) -> None:
        super().__init__(f"{len(conflicts)} records were changed on both sides.")
        self.conflicts = conflicts


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeReport:
    """What merging did: steps brought over, records decided by people, documents brought over, records left out
    because their key was destroyed here, and whether keys were destroyed there that are still here."""

    steps: tuple[AppliedStep, ...]
    decided: int
    documents: int
    left_out: int
    keys_destroyed_there: int


class Pieces:
    """A generator of pieces as a stream that can be read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes."""
        if not self._rest:
            self._rest = next(self._pieces, b"")
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece


@dataclass(slots=True)
class _Difference:
    """The steps that only the other side has, and the records that each side alone changed."""

    coming: list[OpenedEntry]
    identities_there: dict[int, str]
    places: dict[str, int]
    touched_here: set[_Name]
    touched_there: dict[_Name, None]
    base: dict[_Name, _Present]
    """How records stood before the two went different ways, as far as that can be read."""


def _difference(ours: Vault, theirs: Vault) -> _Difference:
    for vault in (ours, theirs):
        if not vault.ring.holds_all:
            raise KeyNotHeld("Merging needs someone who holds every compartment of both vaults.")
    here = {opened.identity: opened for opened in ours.opened_entries()}
    there = {opened.identity: opened for opened in theirs.opened_entries()}
    coming = [opened for identity, opened in there.items() if identity not in here]
    only_here = [opened for identity, opened in here.items() if identity not in there]
    return _Difference(
        coming=coming,
        identities_there={opened.entry.index: identity for identity, opened in there.items()},
        places={identity: opened.entry.index for identity, opened in here.items()},
        touched_here={(line.kind, line.id) for opened in only_here for line in opened.lines},
        touched_there={(line.kind, line.id): None for opened in coming for line in opened.lines},
        base=_base(ours, theirs, [opened for identity, opened in here.items() if identity in there], only_here, coming),
    )


def _base(
    ours: Vault, theirs: Vault, shared: list[OpenedEntry], only_here: list[OpenedEntry], coming: list[OpenedEntry]
) -> dict[_Name, _Present]:
    """From the steps that both have; for a travel copy, which has none of home's, from the step that made it."""
    found: dict[_Name, _Present] = {}
    made = [(vault, each[:1]) for vault, each in ((ours, only_here), (theirs, coming)) if each]
    for vault, steps in ((ours, shared), *((v, s) for v, s in made if s[0].name == TRAVEL_STEP)):
        for line in (line for opened in steps for line in opened.lines):
            name, key = (line.kind, line.id), vault.ring.by_number(line.key)
            if line.withheld or (line.json is not None and key is None):
                found.pop(name, None)
            else:
                found[name] = None if line.json is None or key is None else (line.json, key.name)
    return found


def _value(vault: Vault, name: _Name, present: _Present) -> Any:
    return None if present is None else vault.kinds[name[0]].from_json(present[0])


def _compare(ours: Vault, theirs: Vault, found: _Difference) -> tuple[dict[_Name, _Present], list[MergeConflict]]:
    """The value that each record will have, and those that people must decide."""
    target: dict[_Name, _Present] = {}
    conflicts: dict[_Name, MergeConflict] = {}
    for name in found.touched_there:
        mine, their = ours.present_json(*name), theirs.present_json(*name)
        target[name] = their
        if name in found.touched_here and mine != their:
            if name in found.base and found.base[name] in {mine, their}:
                # one side changed it, or changed it and took that back
                target[name] = their if found.base[name] == mine else mine
                continue
            conflicts[name] = MergeConflict(
                kind=name[0], id=name[1], ours=_value(ours, name, mine), theirs=_value(theirs, name, their)
            )
    for name in found.touched_here - target.keys():
        target[name] = ours.present_json(*name)
    for name, present in list(target.items()):
        for needed in _needed(ours, name, present):
            if target.get(needed, True) is None and needed not in conflicts:
                mine, their = ours.present_json(*needed), theirs.present_json(*needed)
                conflicts[needed] = MergeConflict(
                    kind=needed[0],
                    id=needed[1],
                    ours=_value(ours, needed, mine),
                    theirs=_value(theirs, needed, their),
                    rests=True,
                )
    return target, list(conflicts.values())


def _needed(vault: Vault, name: _Name, present: _Present) -> Iterator[_Name]:
    if present is None:
        return
    record = _value(vault, name, present)
    for column in vault.kinds[name[0]].columns:
        if column.references is not None:
            yield from ((column.references, value) for value in column.of(record) if isinstance(value, str))


def find_conflicts(ours: Vault, theirs: Vault) -> tuple[MergeConflict, ...]:
    """What people would have to decide, side by side; nothing is written.

    Raises:
        KeyNotHeld: merging needs all compartments of both vaults.
    """
    return tuple(_compare(ours, theirs, _difference(ours, theirs))[1])


def merge_vaults(
    ours: Vault,
    theirs: Vault,
    *,
    actor: str,
    at: datetime,
    decisions: Mapping[tuple[str, str], Side] | None = None,
) -> MergeReport:
    """Bring the other vault's steps into ours, and end with a step that sets what was decided. Theirs is only read.

    ``decisions``: for each conflict, by (kind, id), whose value is kept.

    Raises:
        MergeConflicts: some are not decided; nothing was written.
        KeyNotHeld: merging needs all compartments of both vaults.
        RecordRefused: the decisions leave a record that points to nothing; nothing was written.
    """
    found = _difference(ours, theirs)
    target, conflicts = _compare(ours, theirs, found)
    chosen = dict(decisions or {})
    open_conflicts = tuple(each for each in conflicts if (each.kind, each.id) not in chosen)
    if open_conflicts:
        raise MergeConflicts(open_conflicts)
    for each in conflicts:
        name = (each.kind, each.id)
        side = ours if chosen[name] is Side.OURS else theirs
        target[name] = side.present_json(*name)
    usable = _usable_keys(ours, found.coming, theirs)
    ours.ring.make_keys(sorted(usable.values()))
    documents = _bring_documents(ours, theirs, found.coming, usable)
    prepared, last = _prepare(ours, found, usable)
    left_out = sum(
        1 for opened in found.coming for line in opened.lines if line.json is not None and line.key not in usable
    )
    closing = _closing_step(ours, target, last, actor, at)
    if closing is not None:
        prepared.append(closing)
    applied = ours.keep(prepared)
    destroyed = {number for opened in found.coming for number in opened.entry.destroyed}
    still_here = sum(1 for number in destroyed if ours.ring.is_same_key(number, theirs.ring))
    return MergeReport(
        steps=tuple(applied),
        decided=len(conflicts),
        documents=documents,
        left_out=left_out,
        keys_destroyed_there=still_here,
    )


def _usable_keys(ours: Vault, coming: Iterable[OpenedEntry], theirs: Vault) -> dict[int, str]:
    """The numbers of their keys that the coming steps use, with their names, without those destroyed here."""
    usable: dict[int, str] = {}
    used = {line.key for opened in coming for line in opened.lines if line.json is not None}
    used |= {attached.key for opened in coming for attached in opened.entry.attachments}
    for number in sorted(used):
        key = theirs.ring.by_number(number)
        if key is None:
            continue
        try:
            ours.ring.named(key.name)
        except KeyDestroyed:
            continue
        usable[number] = key.name
    return usable


def _bring_documents(ours: Vault, theirs: Vault, coming: Iterable[OpenedEntry], usable: Mapping[int, str]) -> int:
    count = 0
    for opened in coming:
        for attached in opened.entry.attachments:
            key = theirs.ring.by_number(attached.key)
            if key is not None and attached.key in usable:
                ours.put_blob(Pieces(open_blob(theirs.blob_folder, attached.name, key)), key.name)
                count += 1
    return count


def _prepare(
    ours: Vault, found: _Difference, usable: Mapping[int, str]
) -> tuple[list[Prepared], dict[_Name, tuple[bytes, int] | None]]:
    prepared: list[Prepared] = []
    last: dict[_Name, tuple[bytes, int] | None] = {}
    places, following = dict(found.places), len(ours)
    there = found.identities_there
    for opened in found.coming:
        changes: list[Change] = []
        raw: dict[_Name, tuple[bytes, int]] = {}
        for line in opened.lines:
            name = (line.kind, line.id)
            if line.withheld or (line.json is not None and line.key not in usable):
                continue
            changes.append(Change(kind=line.kind, id=line.id, value=None))
            last[name] = None
            if line.json is not None:
                key = ours.ring.named(usable[line.key])
                assert key is not None  # noqa: S101 - made before
                raw[name] = last[name] = (line.json, key.number)
        undoes = tuple(sorted(places[there[index]] for index in opened.undoes))
        step = Step(name=opened.name, actor=opened.actor, at=opened.at, changes=tuple(changes))
        prepared.append(Prepared(step, undoes=undoes, raw=raw, origin=opened.identity))
        places[opened.identity] = following
        following += 1
    return prepared, last


def _closing_step(
    ours: Vault,
    target: Mapping[_Name, _Present],
    last: Mapping[_Name, tuple[bytes, int] | None],
    actor: str,
    at: datetime,
) -> Prepared | None:
    """Sets each record that the steps that came over leave at another value than it should have."""
    changes: list[Change] = []
    raw: dict[_Name, tuple[bytes, int]] = {}
    for name, present in target.items():
        after = last[name] if name in last else _numbered(ours, ours.present_json(*name))
        wanted = _numbered(ours, present)
        if after != wanted:
            changes.append(Change(kind=name[0], id=name[1], value=None))
            if wanted is not None:
                raw[name] = wanted
    if not changes:
        return None
    return Prepared(Step(name="merge", actor=actor, at=at, changes=tuple(changes)), raw=raw)


def _numbered(ours: Vault, present: _Present) -> tuple[bytes, int] | None:
    if present is None:
        return None
    try:
        key = ours.ring.named(present[1])
    except KeyDestroyed:
        return None
    return None if key is None else (present[0], key.number)
