"""Signed checkpoints and proofs that stand alone, in the formats of C2SP.

Formats: signed-note, tlog-checkpoint, tlog-cosignature (v1) and tlog-proof of the C2SP specifications. A
checkpoint can be printed, mailed, co-signed by a partner organisation, and held against the vault later.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from nacl import bindings
from nacl.exceptions import CryptoError

from firsthand.vault import merkle

__all__ = [
    "Checkpoint",
    "NoteError",
    "Signature",
    "VerifierKey",
    "check_log_proof",
    "parse_checkpoint",
    "sign_checkpoint",
    "verify_checkpoint",
    "verify_signature",
    "write_log_proof",
]

_ED25519 = 0x01
_COSIGNATURE = 0x04
_DASH = "— "
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_PROOF_HEAD = "c2sp.org/tlog-proof@v1"


class NoteError(ValueError):
    """A note, key or proof is malformed, or its signature does not hold."""


def _base64(text: str) -> bytes:
    """Decode strictly: standard alphabet, padded, nothing else, and only the one right spelling."""
    try:
        raw = b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError("base64 is malformed") from error
    if b64encode(raw).decode("ascii") != text:
        raise NoteError("base64 is not in its one right spelling")
    return raw


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise NoteError("a number is not plain decimal")
    return int(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """A public key with its name, written ``name+hash+base64`` (C2SP signed-note). Algorithm 1: log, 4: witness."""

    name: str
    algorithm: int
    public: bytes

    def __post_init__(self) -> None:
        if not self.name or "+" in self.name or any(mark.isspace() for mark in self.name):
            raise NoteError("a key's name is empty or holds a plus sign or white space")
        if self.algorithm not in {_ED25519, _COSIGNATURE} or len(self.public) != 32:
            raise NoteError("a key is of an unknown kind")

    @property
    def key_hash(self) -> bytes:
        """Four bytes that name the key in a signature line."""
        return sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public).digest()[:4]

    def text(self) -> str:
        """The one-line form."""
        material = b64encode(bytes([self.algorithm]) + self.public).decode("ascii")
        return f"{self.name}+{self.key_hash.hex()}+{material}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read the one-line form.

        Raises:
            NoteError: it is malformed, or its hash is not that of its name and key.
        """
        try:
            name, key_hash, material = text.split("+", 2)
        except ValueError as error:
            raise NoteError("a key has three parts") from error
        raw = _base64(material)
        if len(raw) != 33:
            raise NoteError("a key is not 32 bytes long")
        key = cls(name=name, algorithm=raw[0], public=raw[1:])
        if key.key_hash.hex() != key_hash:
            raise NoteError("a key's hash does not fit its name and bytes")
        return key


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature line: who, which key, and the bytes after the key's hash."""

    name: str
    key_hash: bytes
    material: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The size and root of a log at one moment, as its signed text says; ``signatures`` are not yet verified."""

    origin: str
    size: int
    root: bytes
    body: str
    signatures: tuple[Signature, ...]


def checkpoint_body(origin: str, size: int, root: bytes) -> str:
    """The text that is signed: origin, size and root, a line each."""
    return f"{origin}\n{size}\n{b64encode(root).decode('ascii')}\n"


def sign_checkpoint(*, key: VerifierKey, seed: bytes, size: int, root: bytes) -> str:
    """A checkpoint signed by the log whose 32-byte Ed25519 seed is given."""
    body = checkpoint_body(key.name, size, root)
    public, secret = bindings.crypto_sign_seed_keypair(seed)
    if public != key.public:
        raise NoteError("the seed does not belong to the key")
    signature = bindings.crypto_sign(body.encode(), secret)[:64]
    line = b64encode(key.key_hash + signature).decode("ascii")
    return f"{body}\n{_DASH}{key.name} {line}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint without judging its signatures.

    Raises:
        NoteError: it is malformed in any way; nothing is repaired.
    """
    body, blank, signed = text.rpartition("\n\n")
    if not blank or "\n\n" in body or not signed.endswith("\n"):
        raise NoteError("text and signatures are not parted by one blank line")
    body += "\n"
    lines = body.split("\n")[:-1]
    if len(lines) < 3 or not lines[0]:
        raise NoteError("origin, size or root is missing")
    root = _base64(lines[2])
    if len(root) != merkle.HASH_BYTES:
        raise NoteError("the root is not 32 bytes long")
    signatures = []
    for line in signed.split("\n")[:-1]:
        name, space, material = line.removeprefix(_DASH).partition(" ")
        raw = _base64(material)
        if not line.startswith(_DASH) or not space or not name or len(raw) < 5:
            raise NoteError("a signature line is malformed")
        signatures.append(Signature(name=name, key_hash=raw[:4], material=raw[4:]))
    return Checkpoint(origin=lines[0], size=_number(lines[1]), root=root, body=body, signatures=tuple(signatures))


def verify_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature holds (RFC 8032), as strict as libsodium."""
    if len(public) != 32 or len(signature) != 64:
        return False
    try:
        bindings.crypto_sign_open(signature + message, public)
    except CryptoError:
        return False
    return True


def _holds(checkpoint: Checkpoint, key: VerifierKey, signature: Signature) -> bool:
    body = checkpoint.body.encode()
    if key.algorithm == _ED25519:
        return verify_signature(key.public, body, signature.material)
    if len(signature.material) != 72:
        return False
    moment = int.from_bytes(signature.material[:8], "big")
    message = b"cosignature/v1\ntime %d\n" % moment + body
    return verify_signature(key.public, message, signature.material[8:])


def verify_checkpoint(
    text: str, log_key: VerifierKey, witnesses: Sequence[VerifierKey] = (), witnesses_needed: int = 0
) -> Checkpoint:
    """Read a checkpoint and refuse it unless the log and enough witnesses signed it.

    A signature by a known key that does not hold refuses the whole note; unknown keys are passed over.

    Raises:
        NoteError: malformed, another log's, unsigned, wrongly signed or with too few witnesses.
    """
    checkpoint = parse_checkpoint(text)
    if checkpoint.origin != log_key.name:
        raise NoteError("the checkpoint is that of another log")
    known = {(key.name, key.key_hash): key for key in (log_key, *witnesses)}
    held: set[tuple[str, bytes]] = set()
    for signature in checkpoint.signatures:
        mark = (signature.name, signature.key_hash)
        key = known.get(mark)
        if key is None:
            continue
        if mark in held or not _holds(checkpoint, key, signature):
            raise NoteError("a signature does not hold")
        held.add(mark)
    if (log_key.name, log_key.key_hash) not in held:
        raise NoteError("the log has not signed")
    if len(held) - 1 < witnesses_needed:
        raise NoteError("too few witnesses have signed")
    return checkpoint


def write_log_proof(*, index: int, path: Sequence[bytes], checkpoint: str) -> str:
    """A proof that one entry is in the log, in one text that needs nothing else (C2SP tlog-proof)."""
    hashes = "".join(b64encode(node).decode("ascii") + "\n" for node in path)
    return f"{_PROOF_HEAD}\nindex {index}\n{hashes}\n{checkpoint}"


def check_log_proof(
    proof: str,
    leaf: bytes,
    log_key: VerifierKey,
    witnesses: Sequence[VerifierKey] = (),
    witnesses_needed: int = 0,
) -> Checkpoint:
    """Refuse a proof unless the entry ``leaf`` (its bytes, not its hash) is in the signed log.

    Raises:
        NoteError: the proof or its checkpoint is malformed or not rightly signed.
        firsthand.vault.merkle.ProofError: the path does not lead to the root.
    """
    head, blank, note = proof.partition("\n\n")
    lines = head.split("\n")
    if not blank or lines[0] != _PROOF_HEAD:
        raise NoteError("this is not a log proof")
    rest = lines[1:]
    if rest and rest[0].startswith("extra "):
        _base64(rest.pop(0).removeprefix("extra "))
    if not rest or not rest[0].startswith("index "):
        raise NoteError("the index is missing")
    index = _number(rest[0].removeprefix("index "))
    path = [_base64(line) for line in rest[1:]]
    checkpoint = verify_checkpoint(note, log_key, witnesses, witnesses_needed)
    merkle.check_inclusion(merkle.hash_leaf(leaf), index, checkpoint.size, path, checkpoint.root)
    return checkpoint
