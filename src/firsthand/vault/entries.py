"""Steps into sealed entries, and entries back into steps, as far as the keys that are held allow."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from firsthand.vault.errors import KeyDestroyed, KeyNotHeld, LogDamaged
from firsthand.vault.keys import DataKey, Keyring
from firsthand.vault.log import Attachment, Entry, Part, encode_core, frame_of
from firsthand.vault.merkle import hash_leaf
from firsthand.vault.sealing import SALT_BYTES, SealBroken, commit, open_sealed, seal

__all__ = ["Line", "OpenedEntry", "ValueLine", "open_commitment", "open_entry", "seal_entry"]

from hashlib import sha256


class Line(msgspec.Struct, frozen=True, array_like=True):
    """One change in the envelope: the record, the part that holds its value (None: removed), the step before."""

    kind: str
    id: str
    part: int | None
    prior: int | None


class _Envelope(msgspec.Struct, frozen=True, omit_defaults=True):
    name: str
    actor: str
    at: datetime
    lines: list[Line]
    undoes: list[int] = []
    values: list[msgspec.Raw] = []
    origin: str = ""


class _Values(msgspec.Struct, frozen=True):
    values: list[msgspec.Raw]


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_VALUES = msgspec.json.Decoder(_Values)
_ENCODE = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class ValueLine:
    """A change as read back: value None when removed, withheld when its key is destroyed or not held."""

    kind: str
    id: str
    prior: int | None
    key: int
    json: bytes | None
    withheld: bool


@dataclass(frozen=True, slots=True)
class OpenedEntry:
    """An entry's content."""

    entry: Entry
    name: str
    actor: str
    at: datetime
    undoes: tuple[int, ...]
    lines: tuple[ValueLine, ...]
    origin: str

    @property
    def identity(self) -> str:
        """The leaf hash, in hex, under which the step was first kept, here or in the vault that it was merged from."""
        return self.origin or self.entry.leaf.hex()


def _bound(index: int, key: int, part: int) -> bytes:
    return b"firsthand/part/1" + index.to_bytes(8, "big") + key.to_bytes(4, "big") + part.to_bytes(2, "big")


def seal_entry(
    *,
    index: int,
    link: bytes,
    name: str,
    actor: str,
    at: datetime,
    undoes: Sequence[int],
    changes: Sequence[tuple[str, str, bytes | None, DataKey | None, int | None]],
    envelope_key: DataKey,
    attachments: tuple[Attachment, ...] = (),
    destroyed: tuple[int, ...] = (),
    origin: str = "",
) -> tuple[bytes, bytes]:
    """The frame and the leaf hash of an entry.

    ``changes``: kind, id, JSON or None, its key, the step that changed the record before. Values of the general
    key travel in the envelope, those of every other key in a part of their own.
    """
    numbers: dict[int, int] = {envelope_key.number: 0}
    keys = [envelope_key]
    values: list[list[msgspec.Raw]] = [[]]
    lines = []
    for kind, record, json, key, prior in changes:
        part = None
        if json is not None and key is not None:
            part = numbers.get(key.number)
            if part is None:
                part = numbers[key.number] = len(keys)
                keys.append(key)
                values.append([])
            values[part].append(msgspec.Raw(json))
        lines.append(Line(kind, record, part, prior))
    plains = [_ENCODE.encode(_Envelope(name, actor, at, lines, list(undoes), values[0], origin))]
    plains += [_ENCODE.encode(_Values(each)) for each in values[1:]]
    parts, sealed = [], []
    for position, (key, plain) in enumerate(zip(keys, plains, strict=True)):
        salt = os.urandom(SALT_BYTES)
        piece = seal(key.key, salt + plain, _bound(index, key.number, position))
        parts.append(Part(key.number, len(piece), commit(salt, plain), sha256(piece).digest()))
        sealed.append(piece)
    core = encode_core(index, link, parts, attachments, destroyed)
    return frame_of(core, sealed), hash_leaf(core)


def open_commitment(entry: Entry, position: int, key: DataKey) -> tuple[bytes, bytes]:
    """Salt and content of one part: what shows a stranger that the entry committed to the content.

    Raises:
        LogDamaged: the part does not open, or is not what was committed to.
    """
    part = entry.parts[position]
    try:
        salted = open_sealed(key.key, entry.sealed[position], _bound(entry.index, part.key, position))
    except SealBroken as error:
        raise LogDamaged(f"Entry {entry.index} of the log does not open under its key.") from error
    salt, plain = salted[:SALT_BYTES], salted[SALT_BYTES:]
    if commit(salt, plain) != part.commitment:
        raise LogDamaged(f"Entry {entry.index} of the log does not hold what it committed to.")
    return salt, plain


def _open_part(entry: Entry, position: int, key: DataKey) -> bytes:
    return open_commitment(entry, position, key)[1]


def open_entry(entry: Entry, ring: Keyring) -> OpenedEntry:
    """The content of an entry; values under keys that are destroyed or not held are marked as withheld.

    Raises:
        LogDamaged: a part does not open, or is not what was committed to.
        KeyMissing: the keyring is older than the log.
    """
    key = ring.by_number(entry.parts[0].key)
    if key is None:
        # everyone who opens a vault holds the general compartment
        raise KeyNotHeld("The key of the log's envelopes is not held.")
    try:
        envelope = _ENVELOPE.decode(_open_part(entry, 0, key))
        found: list[Iterator[msgspec.Raw] | None] = [iter(envelope.values)]
        for position in range(1, len(entry.parts)):
            held = ring.by_number(entry.parts[position].key)
            opened = None if held is None else _VALUES.decode(_open_part(entry, position, held)).values
            found.append(None if opened is None else iter(opened))
        lines = []
        for line in envelope.lines:
            if line.part is None:
                lines.append(ValueLine(line.kind, line.id, line.prior, 0, None, False))
                continue
            source = found[line.part]
            number = entry.parts[line.part].key
            json = None if source is None else bytes(next(source))
            lines.append(ValueLine(line.kind, line.id, line.prior, number, json, source is None))
    except (msgspec.MsgspecError, IndexError, StopIteration) as error:
        raise LogDamaged(f"Entry {entry.index} of the log cannot be understood.") from error
    undoes = tuple(envelope.undoes)
    return OpenedEntry(entry, envelope.name, envelope.actor, envelope.at, undoes, tuple(lines), envelope.origin)


def need_value(line: ValueLine, ring: Keyring) -> bytes | None:
    """The JSON of a line, or None when the record was removed.

    Raises:
        KeyDestroyed, KeyNotHeld: it cannot be read here.
    """
    if line.withheld:
        if ring.is_destroyed(line.key):
            raise KeyDestroyed(f"The {line.kind} {line.id} was sealed under a key that was destroyed.")
        raise KeyNotHeld(f"The {line.kind} {line.id} is sealed under a key that you do not hold.")
    return line.json
