"""The keyring: people, compartments and data keys, each wrapped by the one before.

    secret (+ key file) -> person's X25519 key -> compartment keys -> data keys -> payloads, documents

The keyring lies outside of the log and the tables, so that a backup of those without it is silent, and so that
destroying a key here erases what it sealed in every backup of them. docs/vault-format.md gives the layout.
"""

from __future__ import annotations

import os
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any

import msgspec
from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from firsthand.values.errors import UsageError
from firsthand.vault.durable import overwrite_and_remove, replace_file
from firsthand.vault.errors import KeyDestroyed, KeyFileNeeded, KeyMissing, KeyNotHeld, KeyringDamaged, WrongSecret
from firsthand.vault.notes import VerifierKey, verify_signature
from firsthand.vault.records import GENERAL, IDENTITY
from firsthand.vault.sealing import (
    KdfParameters,
    SealBroken,
    derive_key,
    new_key,
    open_sealed,
    seal,
    stretch_secret,
)

__all__ = [
    "BASE_COMPARTMENTS",
    "SOURCES",
    "DataKey",
    "KeyInfo",
    "Keyring",
    "Person",
    "PersonNotUsable",
    "Secret",
    "destroy_keyring",
]

SOURCES = "sources"
"""The compartment of the keys of single sources and informants, unless a key is made in another one."""

BASE_COMPARTMENTS = (GENERAL, IDENTITY, SOURCES)

LOG_KEY_NUMBER = 0
_FORMAT = "firsthand-keyring/1"

Secret = str | bytes


class PersonNotUsable(UsageError):
    """A person that cannot be added or removed as asked."""


class _Slot(msgspec.Struct, frozen=True):
    slot: str
    memory_kib: int
    passes: int
    lanes: int
    salt: str
    key_file: bool
    public: str
    sealed: str

    def associated(self, vault: str) -> bytes:
        """What the seal of this place in the keyring is bound to: all of it but the sealed part."""
        parts = [vault, self.slot, self.memory_kib, self.passes, self.lanes, self.salt, self.key_file, self.public]
        return b"firsthand/person/1" + msgspec.json.encode(parts)


class _Grant(msgspec.Struct, frozen=True):
    slot: str
    compartment: str
    sealed: str


class _Wrapped(msgspec.Struct, frozen=True):
    number: int
    compartment: str
    sealed: str


class _Tables(msgspec.Struct, frozen=True):
    compartments: str
    sealed: str


class _Destroyed(msgspec.Struct, frozen=True):
    number: int
    compartment: str
    mark: str


class _Body(msgspec.Struct):
    format: str
    vault: str
    generation: int
    header: str
    people: list[_Slot]
    grants: list[_Grant]
    keys: list[_Wrapped]
    destroyed: list[_Destroyed]
    tables: list[_Tables]


class _PersonSecret(msgspec.Struct):
    name: str
    private: str
    log_public: str


class _CompartmentSecret(msgspec.Struct):
    name: str
    key: str


class _KeySecret(msgspec.Struct):
    name: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKey:
    """A key that seals payloads and documents: its number in the log, its name, its compartment."""

    number: int
    name: str
    compartment: str
    key: bytes

    def __repr__(self) -> str:
        return f"DataKey(number={self.number})"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyInfo:
    """A data key without the key."""

    number: int
    name: str
    compartment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone who can open the vault: a slot, a pseudonym (only one's own is readable), compartments."""

    slot: str
    name: str | None
    compartments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Compartment:
    id: str
    key: bytes


def _pack(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")


def _unpack(text: str) -> bytes:
    return b64decode(text, validate=True)


def secret_bytes(secret: Secret) -> bytes:
    """A passphrase in one Unicode spelling (NFC): some systems type Hangul in pieces, others whole."""
    return unicodedata.normalize("NFC", secret).encode() if isinstance(secret, str) else secret


def compartment_of(key_name: str) -> str:
    """The compartment in which a key is made when none is named."""
    if key_name == GENERAL:
        return GENERAL
    if key_name == IDENTITY or key_name.startswith(f"{IDENTITY}:"):
        return IDENTITY
    return SOURCES


def check_damage(path: Path) -> _Body:
    """Read a keyring as far as that goes without a secret.

    Raises:
        KeyringDamaged: missing, truncated or altered.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        raise KeyringDamaged("The file keyring is missing.") from None
    if len(lines) != 4 or lines[3] or lines[1] != sha256(lines[0]).hexdigest().encode() or len(lines[2]) != 128:
        raise KeyringDamaged("The file keyring was altered or cut off.")
    try:
        body = msgspec.json.decode(lines[0], type=_Body)
        bytes.fromhex(lines[2].decode("ascii"))
    except (msgspec.MsgspecError, ValueError) as error:
        raise KeyringDamaged("The file keyring was altered.") from error
    if body.format != _FORMAT:
        raise KeyringDamaged("The file keyring is of an unknown format.")
    return body


def destroy_keyring(folder: Path) -> None:
    """Destroy every key of a vault at once: overwrite and remove its keyring and its tables.

    What is sealed stays sealed for ever, except for who has a copy of the keyring and a secret.
    """
    for each in (folder / "keyring", folder / "keyring.new", *folder.glob("tables*.db*")):
        overwrite_and_remove(each)


class Keyring:
    """An unlocked keyring. Every change is written whole and durably before the method returns."""

    def __init__(self, path: Path, body: _Body, slot: str, private: bytes, log_public: bytes) -> None:
        self._path = path
        self._body = body
        self._slot = slot
        self._private = private
        self._log_public = log_public
        self._compartments: dict[str, _Compartment] = {}
        self._keys: dict[int, DataKey] = {}
        self._current: dict[str, DataKey] = {}
        self.writable = True

    # -- making and opening ---------------------------------------------------------------------------------

    @classmethod
    def create(
        cls,
        path: Path,
        *,
        vault: str,
        header: bytes,
        log_seed: bytes,
        secret: Secret,
        person: str,
        kdf: KdfParameters,
        key_file: bytes | None,
    ) -> Keyring:
        """A keyring with one person who holds every compartment, and the keys that every vault has."""
        private = bytes(PrivateKey.generate())
        log_public, _ = bindings.crypto_sign_seed_keypair(log_seed)
        body = _Body(_FORMAT, vault, 0, sha256(header).hexdigest(), [], [], [], [], [])
        ring = cls(path, body, os.urandom(8).hex(), private, log_public)
        for name in BASE_COMPARTMENTS:
            ring._compartments[name] = _Compartment(os.urandom(8).hex(), new_key())
        body.people.append(ring._make_slot(ring._slot, person, private, secret=secret, kdf=kdf, key_file=key_file))
        ring._grant(ring._slot, bytes(PrivateKey(private).public_key), BASE_COMPARTMENTS)
        ring._add(LOG_KEY_NUMBER, "log", GENERAL, log_seed)
        ring._add(1, GENERAL, GENERAL, new_key())
        ring._add(2, IDENTITY, IDENTITY, new_key())
        ring.write()
        return ring

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        header: bytes,
        vault: str,
        secret: Secret,
        key_file: bytes | None,
        earlier_headers: Iterable[bytes] = (),
    ) -> Keyring:
        """Unlock with one person's secret. ``earlier_headers``: vault.json as it was before a migration that may have
        stopped between it and the keyring.

        Raises:
            KeyringDamaged: the file was altered, or belongs to another vault or header.
            WrongSecret: nobody has this secret.
            KeyFileNeeded: everyone needs a key file, and none was given.
        """
        body = check_damage(path)
        if body.vault != vault:
            raise KeyringDamaged("The file keyring belongs to another vault.")
        if key_file is None and body.people and all(slot.key_file for slot in body.people):
            raise KeyFileNeeded("This vault needs a key file besides the passphrase.")
        ring = cls._unlock(path, body, secret_bytes(secret), key_file)
        ring.check_signature()
        bound = body.header == sha256(header).hexdigest()
        if not bound and body.header not in {sha256(each).hexdigest() for each in earlier_headers}:
            raise KeyringDamaged("The files keyring and vault.json do not belong together; one was altered.")
        ring.load()
        if not bound:
            ring.bind_to(header)
        return ring

    def bind_to(self, header: bytes) -> None:
        """Bind the keyring to another vault.json, that of the same vault in a later version."""
        self._body.header = sha256(header).hexdigest()
        self.write()

    @classmethod
    def _unlock(cls, path: Path, body: _Body, secret: bytes, key_file: bytes | None) -> Keyring:
        stretched: dict[tuple[Any, ...], bytes] = {}
        for slot in body.people:
            factor = key_file if slot.key_file else None
            if slot.key_file and key_file is None:
                continue
            cost = (slot.memory_kib, slot.passes, slot.lanes, slot.salt, slot.key_file)
            if cost not in stretched:
                parameters = KdfParameters(memory_kib=slot.memory_kib, passes=slot.passes, lanes=slot.lanes)
                stretched[cost] = stretch_secret(secret, _unpack(slot.salt), parameters, factor)
            try:
                plain = open_sealed(stretched[cost], _unpack(slot.sealed), slot.associated(body.vault))
            except SealBroken:
                continue
            mine = msgspec.json.decode(plain, type=_PersonSecret)
            return cls(path, body, slot.slot, _unpack(mine.private), _unpack(mine.log_public))
        raise WrongSecret

    def check_signature(self) -> None:
        """Hold the file against the public key that this person's own sealed place names.

        Raises:
            KeyringDamaged: it was altered.
        """
        lines = self._path.read_bytes().split(b"\n")
        if not verify_signature(self._log_public, b"firsthand/keyring\n" + lines[0], bytes.fromhex(lines[2].decode())):
            raise KeyringDamaged("The file keyring was altered by someone who does not hold this vault's keys.")

    def load(self) -> None:
        """Unwrap the compartments and data keys that are this person's.

        Raises:
            KeyringDamaged: one of them was altered.
        """
        box = SealedBox(PrivateKey(self._private))
        ids: dict[str, str] = {}
        try:
            for grant in self._body.grants:
                if grant.slot == self._slot:
                    opened = msgspec.json.decode(box.decrypt(_unpack(grant.sealed)), type=_CompartmentSecret)
                    self._compartments[opened.name] = _Compartment(grant.compartment, _unpack(opened.key))
                    ids[grant.compartment] = opened.name
            for wrapped in self._body.keys:
                name = ids.get(wrapped.compartment)
                if name is not None:
                    plain = open_sealed(
                        self._compartments[name].key, _unpack(wrapped.sealed), self._key_bound(wrapped.number)
                    )
                    secret = msgspec.json.decode(plain, type=_KeySecret)
                    self._remember(
                        DataKey(number=wrapped.number, name=secret.name, compartment=name, key=_unpack(secret.key))
                    )
        except (CryptoError, SealBroken, msgspec.MsgspecError) as error:
            raise KeyringDamaged("A wrapped key in the file keyring was altered.") from error
        if LOG_KEY_NUMBER not in self._keys or GENERAL not in self._current:
            raise KeyringDamaged("The file keyring lacks the keys that every person holds.")

    def _key_bound(self, number: int) -> bytes:
        return b"firsthand/key/1" + self._body.vault.encode() + number.to_bytes(4, "big")

    def _remember(self, key: DataKey) -> None:
        self._keys[key.number] = key
        present = self._current.get(key.name)
        if present is None or present.number < key.number:
            self._current[key.name] = key

    # -- writing --------------------------------------------------------------------------------------------

    def write(self) -> None:
        """Write the keyring whole, signed with the log's key."""
        self._body.generation += 1
        line = msgspec.json.encode(self._body)
        _, secret = bindings.crypto_sign_seed_keypair(self.log_seed)
        signature = bindings.crypto_sign(b"firsthand/keyring\n" + line, secret)[:64]
        text = b"\n".join((line, sha256(line).hexdigest().encode(), signature.hex().encode(), b""))
        replace_file(self._path, text)

    def _make_slot(
        self, slot: str, person: str, private: bytes, *, secret: Secret, kdf: KdfParameters, key_file: bytes | None
    ) -> _Slot:
        mine = _PersonSecret(person, _pack(private), _pack(self._log_public))
        # one salt for people with equal costs, so that opening stretches the secret once, not once per person
        like = [
            s for s in self._body.people if (s.memory_kib, s.passes, s.lanes) == (kdf.memory_kib, kdf.passes, kdf.lanes)
        ]
        salt = like[0].salt if like else _pack(os.urandom(16))
        public = _pack(bytes(PrivateKey(private).public_key))
        made = _Slot(slot, kdf.memory_kib, kdf.passes, kdf.lanes, salt, key_file is not None, public, "")
        unlock = stretch_secret(secret_bytes(secret), _unpack(salt), kdf, key_file)
        sealed = seal(unlock, msgspec.json.encode(mine), made.associated(self._body.vault))
        return msgspec.structs.replace(made, sealed=_pack(sealed))

    def _grant(self, slot: str, public: bytes, names: Iterable[str]) -> None:
        box = SealedBox(PublicKey(public))
        for name in names:
            held = self._compartments[name]
            plain = msgspec.json.encode(_CompartmentSecret(name, _pack(held.key)))
            self._body.grants.append(_Grant(slot, held.id, _pack(box.encrypt(plain))))

    def _add(self, number: int, name: str, compartment: str, raw: bytes) -> DataKey:
        held = self._compartments[compartment]
        plain = msgspec.json.encode(_KeySecret(name, _pack(raw)))
        sealed = seal(held.key, plain, self._key_bound(number))
        self._body.keys.append(_Wrapped(number, held.id, _pack(sealed)))
        key = DataKey(number=number, name=name, compartment=compartment, key=raw)
        self._remember(key)
        return key

    # -- data keys ------------------------------------------------------------------------------------------

    @property
    def log_seed(self) -> bytes:
        """The Ed25519 seed with which this vault signs."""
        return self._keys[LOG_KEY_NUMBER].key

    @property
    def log_public(self) -> bytes:
        """The public key of this vault, as the person's own sealed place in the keyring says."""
        return self._log_public

    def verifier_key(self, origin: str) -> VerifierKey:
        """The public key with its name."""
        return VerifierKey(name=origin, algorithm=1, public=self._log_public)

    def by_number(self, number: int) -> DataKey | None:
        """The key of that number; None when it was destroyed or this person does not hold it.

        Raises:
            KeyMissing: the keyring has never heard of it.
        """
        key = self._keys.get(number)
        if key is None and not self._known(number):
            raise KeyMissing("The log uses a key that the file keyring does not have.")
        return key

    def _known(self, number: int) -> bool:
        return any(k.number == number for k in self._body.keys) or self.is_destroyed(number)

    def need_number(self, number: int) -> None:
        """Refuse when the keyring has never heard of a key that the log uses.

        Raises:
            KeyMissing: an older keyring lies in the place of the present one.
        """
        if number and not self._known(number):
            raise KeyMissing("The log uses a key that the file keyring does not have.")

    def is_destroyed(self, number: int) -> bool:
        """Whether the keyring says that the key was destroyed."""
        return any(gone.number == number for gone in self._body.destroyed)

    def numbers_of(self, name: str) -> tuple[int, ...]:
        """All numbers that a name has had and that still open something."""
        return tuple(sorted(k.number for k in self._keys.values() if k.name == name))

    def is_same_key(self, number: int, other: Keyring) -> bool:
        """Whether a key that the other keyring destroyed is still here under the same number and name."""
        key = self._keys.get(number)
        return key is not None and other.is_destroyed(number) and other.was_destroyed(key.name)

    def was_destroyed(self, name: str) -> bool:
        """Whether a key of this name was destroyed."""
        marks = {self._mark(name, held) for held in self._compartments.values()}
        return any(gone.mark in marks for gone in self._body.destroyed)

    def _mark(self, name: str, compartment: _Compartment) -> str:
        return blake2b(name.encode(), key=compartment.key, person=b"fh-destroyed", digest_size=16).hexdigest()

    def named(self, name: str) -> DataKey | None:
        """The key with which a name seals now; None when there is none yet.

        Raises:
            KeyDestroyed: a key of this name was destroyed.
        """
        key = self._current.get(name)
        if key is None and self.was_destroyed(name):
            raise KeyDestroyed("The key of this source or person was destroyed; nothing can be kept under it.")
        return key

    def make_keys(self, names: Iterable[str], compartment: str | None = None) -> None:
        """Make the keys that do not exist yet, in one write.

        Raises:
            KeyNotHeld: this person does not hold the compartment.
            KeyDestroyed: a key of this name was destroyed.
        """
        fresh = [name for name in dict.fromkeys(names) if self.named(name) is None]
        if not fresh:
            return
        wanted = {name: compartment or compartment_of(name) for name in fresh}
        for place in wanted.values():
            if place not in self._compartments:
                raise KeyNotHeld(f"You do not hold the compartment {place!r}.")
        number = 1 + max(
            [k.number for k in self._body.keys] + [gone.number for gone in self._body.destroyed], default=0
        )
        kept = list(self._body.keys)
        try:
            for offset, name in enumerate(fresh):
                self._add(number + offset, name, wanted[name], new_key())
            self.write()
        except BaseException:
            self._body.keys = kept
            for name in fresh:
                gone = self._current.pop(name, None)
                if gone is not None:
                    self._keys.pop(gone.number, None)
            raise

    def destroy(self, numbers: Iterable[int]) -> None:
        """Forget keys, and write the keyring without them. There is no way back."""
        doomed = set(numbers)
        names = {self._keys[number].name: self._keys[number].compartment for number in doomed if number in self._keys}
        marks = {name: self._mark(name, self._compartments[place]) for name, place in names.items()}
        wrapped = {k.number: k.compartment for k in self._body.keys}
        for number in sorted(doomed):
            if self.is_destroyed(number):
                continue
            key = self._keys.get(number)
            mark = marks[key.name] if key is not None else ""
            self._body.destroyed.append(_Destroyed(number, wrapped.get(number, ""), mark))
        self._body.keys = [k for k in self._body.keys if k.number not in doomed]
        # old tables hold in clear, under their own key, what the destroyed key sealed: their keys go too
        self._body.tables = []
        self._keys = {number: key for number, key in self._keys.items() if number not in doomed}
        self._current = {name: key for name, key in self._current.items() if key.number not in doomed}
        self.write()

    def infos(self) -> tuple[KeyInfo, ...]:
        """The data keys that this person holds, the log's signing key left out."""
        held = sorted(self._keys.values(), key=lambda key: key.number)
        return tuple(
            KeyInfo(number=k.number, name=k.name, compartment=k.compartment) for k in held if k.number != LOG_KEY_NUMBER
        )

    # -- tables ---------------------------------------------------------------------------------------------

    @property
    def compartments(self) -> tuple[str, ...]:
        """The compartments that this person holds."""
        return tuple(sorted(self._compartments))

    @property
    def holds_all(self) -> bool:
        """Whether this person holds every compartment of the vault."""
        return {grant.compartment for grant in self._body.grants} <= {c.id for c in self._compartments.values()}

    def compartment_set(self) -> str:
        """A word for the set of compartments that this person holds."""
        held = sorted(c.id for c in self._compartments.values())
        return blake2b(" ".join(held).encode(), digest_size=8).hexdigest()

    def _tables_wrapping(self) -> bytes:
        held = sorted(self._compartments.values(), key=lambda c: c.id)
        joined = b"".join(c.key for c in held)
        return derive_key(derive_key(b"firsthand", b"fh-tables", joined), b"fh-tables-wrap")

    def tables_key(self) -> bytes | None:
        """The key of the tables of this set of compartments; None when they must be made anew."""
        wanted = self.compartment_set()
        for tables in self._body.tables:
            if tables.compartments == wanted:
                try:
                    return open_sealed(self._tables_wrapping(), _unpack(tables.sealed), wanted.encode())
                except SealBroken as error:
                    raise KeyringDamaged("The key of the tables in the file keyring was altered.") from error
        return None

    def new_tables_key(self, *, write: bool = True) -> bytes:
        """A fresh key for the tables of this set of compartments, in the place of the old one."""
        wanted, raw = self.compartment_set(), new_key()
        sealed = _Tables(wanted, _pack(seal(self._tables_wrapping(), raw, wanted.encode())))
        self._body.tables = [t for t in self._body.tables if t.compartments != wanted] + [sealed]
        if write:
            self.write()
        return raw

    # -- people ---------------------------------------------------------------------------------------------

    def change_secret(
        self, *, old: Secret, new: Secret, kdf: KdfParameters, old_key_file: bytes | None, key_file: bytes | None
    ) -> None:
        """Wrap this person's key anew; no payload is rewritten.

        Raises:
            WrongSecret: the old secret is not this person's.
        """
        unlocked = self._unlock(self._path, self._body, secret_bytes(old), old_key_file)
        if unlocked.own_slot != self._slot:
            raise WrongSecret
        position = next(i for i, slot in enumerate(self._body.people) if slot.slot == self._slot)
        before = self._body.people[position]
        others = [slot for slot in self._body.people if slot.slot != self._slot]
        self._body.people = others
        name = unlocked.own_name(old, old_key_file, before)
        made = self._make_slot(self._slot, name, self._private, secret=new, kdf=kdf, key_file=key_file)
        self._body.people = [*others[:position], made, *others[position:]]
        self.write()

    def own_name(self, secret: Secret, key_file: bytes | None, slot: _Slot) -> str:
        """The pseudonym in this person's own sealed place."""
        parameters = KdfParameters(memory_kib=slot.memory_kib, passes=slot.passes, lanes=slot.lanes)
        factor = key_file if slot.key_file else None
        unlock = stretch_secret(secret_bytes(secret), _unpack(slot.salt), parameters, factor)
        plain = open_sealed(unlock, _unpack(slot.sealed), slot.associated(self._body.vault))
        return msgspec.json.decode(plain, type=_PersonSecret).name

    def add_person(
        self, *, name: str, secret: Secret, compartments: Iterable[str], kdf: KdfParameters, key_file: bytes | None
    ) -> str:
        """Let someone open the vault with an own secret and read these compartments; general is always among them.

        Raises:
            KeyNotHeld: nobody can give what he does not hold.
        """
        wanted = tuple(dict.fromkeys((GENERAL, *compartments)))
        for each in wanted:
            if each not in self._compartments:
                raise KeyNotHeld(f"You do not hold the compartment {each!r}, so you cannot give it.")
        slot, private = os.urandom(8).hex(), bytes(PrivateKey.generate())
        self._body.people.append(self._make_slot(slot, name, private, secret=secret, kdf=kdf, key_file=key_file))
        self._grant(slot, bytes(PrivateKey(private).public_key), wanted)
        self.write()
        return slot

    def people(self) -> tuple[Person, ...]:
        """Everyone who can open the vault; the compartments that this person does not hold are not named."""
        names = {c.id: name for name, c in self._compartments.items()}
        found = []
        for slot in self._body.people:
            granted = [g.compartment for g in self._body.grants if g.slot == slot.slot]
            held = tuple(sorted(names[each] for each in granted if each in names))
            found.append(Person(slot=slot.slot, name=None, compartments=held))
        return tuple(found)

    @property
    def own_slot(self) -> str:
        """This person's place in the keyring."""
        return self._slot

    def remove_person(self, slot: str) -> None:
        """Take someone out: new compartment keys and new data keys for all that this person could read.

        What the person read or copied before stays known to her; what is written from now on does not become so.

        Raises:
            PersonNotUsable: no such person, or oneself.
            KeyNotHeld: the one who removes must hold all that the removed one held.
        """
        if slot == self._slot or not any(each.slot == slot for each in self._body.people):
            raise PersonNotUsable("There is no such person, or it is yourself.")
        names = {c.id: name for name, c in self._compartments.items()}
        touched = [g.compartment for g in self._body.grants if g.slot == slot]
        if any(each not in names for each in touched):
            raise KeyNotHeld("You do not hold every compartment that this person holds.")
        publics = {each.slot: _unpack(each.public) for each in self._body.people}
        self._body.people = [each for each in self._body.people if each.slot != slot]
        for old in touched:
            name = names[old]
            staying = [g.slot for g in self._body.grants if g.compartment == old and g.slot != slot]
            self._body.grants = [g for g in self._body.grants if g.compartment != old]
            self._compartments[name] = _Compartment(os.urandom(8).hex(), new_key())
            for other in staying:
                self._grant(other, publics[other], (name,))
            held = [k for k in self._keys.values() if k.compartment == name]
            numbers = {k.number for k in held}
            self._body.keys = [k for k in self._body.keys if k.number not in numbers]
            for key in held:
                self._add(key.number, key.name, name, key.key)
        following = 1 + max(
            [k.number for k in self._body.keys] + [gone.number for gone in self._body.destroyed], default=0
        )
        renewed = [k for k in self._current.values() if k.compartment in {names[o] for o in touched}]
        for key in sorted(renewed, key=lambda k: k.number):
            if key.number != LOG_KEY_NUMBER:
                self._add(following, key.name, key.compartment, new_key())
                following += 1
        self._body.tables = []
        self.write()
