"""Sealing and opening of small texts, derivation of keys, salted commitments.

XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha) by libsodium; BLAKE2b (RFC 7693) keyed and personalised for
deriving; SHA-256 for commitments, because verifiers elsewhere have it in every standard library.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import blake2b, sha256

from argon2.low_level import Type, hash_secret_raw
from nacl import bindings
from nacl.exceptions import CryptoError

from firsthand.values.errors import UsageError

__all__ = [
    "KEY_BYTES",
    "SEAL_OVERHEAD_BYTES",
    "KdfNotUsable",
    "KdfParameters",
    "SealBroken",
    "commit",
    "derive_key",
    "new_key",
    "open_sealed",
    "seal",
    "stretch_secret",
]

KEY_BYTES = 32
NONCE_BYTES = 24
SALT_BYTES = 32
SEAL_OVERHEAD_BYTES = NONCE_BYTES + 16
_COMMITMENT = b"firsthand/commitment/1\x00"


class SealBroken(ValueError):
    """Sealed bytes do not open: another key, or altered."""


class KdfNotUsable(UsageError):
    """Parameters of the key derivation that are too weak to mean anything or too large to run."""


def new_key() -> bytes:
    """32 random bytes of the operating system."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, plain: bytes, associated: bytes) -> bytes:
    """A random nonce of 24 bytes, then the sealed bytes with their tag of 16."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(plain, associated, nonce, key)


def open_sealed(key: bytes, sealed: bytes, associated: bytes) -> bytes:
    """What was sealed.

    Raises:
        SealBroken: another key, other associated bytes, or altered.
    """
    if len(sealed) < SEAL_OVERHEAD_BYTES:
        raise SealBroken("too short to be sealed")
    try:
        return bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
            sealed[NONCE_BYTES:], associated, sealed[:NONCE_BYTES], key
        )
    except CryptoError as error:
        raise SealBroken("the seal does not hold") from error


def commit(salt: bytes, plain: bytes) -> bytes:
    """A commitment that says nothing of ``plain`` to anyone who lacks the random salt of 32 bytes."""
    return sha256(_COMMITMENT + salt + plain).digest()


def derive_key(key: bytes, purpose: bytes, context: bytes = b"") -> bytes:
    """Another key for another purpose (at most 16 bytes), from which the first cannot be found."""
    return blake2b(context, key=key, person=purpose, digest_size=KEY_BYTES).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class KdfParameters:
    """Cost of Argon2id (RFC 9106): memory in KiB, passes over it, lanes."""

    memory_kib: int = 256 * 1024
    passes: int = 3
    lanes: int = 4

    def __post_init__(self) -> None:
        if not (8 * self.lanes <= self.memory_kib <= 4 * 1024 * 1024 and 1 <= self.passes <= 64):
            raise KdfNotUsable("The parameters of the key derivation are out of range.")
        if not 1 <= self.lanes <= 64:
            raise KdfNotUsable("The parameters of the key derivation are out of range.")

    @classmethod
    def for_tests(cls) -> KdfParameters:
        """Light enough for thousands of openings, and far too light for a real vault."""
        return cls(memory_kib=64, passes=1, lanes=1)


def stretch_secret(secret: bytes, salt: bytes, parameters: KdfParameters, key_file: bytes | None) -> bytes:
    """The key that unlocks a person's place in the keyring, from the secret and the key file if there is one."""
    raw = hash_secret_raw(
        secret=secret,
        salt=salt,
        time_cost=parameters.passes,
        memory_cost=parameters.memory_kib,
        parallelism=parameters.lanes,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )
    factor = b"" if key_file is None else sha256(key_file).digest()
    return derive_key(raw, b"fh-unlock", factor)
