"""Checkpoints, proofs and seals against values worked out another way, and against every malformed spelling."""

from __future__ import annotations

from base64 import b64decode, b64encode
from hashlib import sha256

import pytest
from nacl import bindings

from firsthand.vault import merkle, notes, sealing

SEED = bytes(range(32))
KEY = notes.VerifierKey(name="example.vault/log", algorithm=1, public=bindings.crypto_sign_seed_keypair(SEED)[0])
ROOT = sha256(b"an invented root").digest()
NOTE = notes.sign_checkpoint(key=KEY, seed=SEED, size=42, root=ROOT)


def root_by_definition(entries: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word and slow."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    split = 1
    while split * 2 < len(entries):
        split *= 2
    left, right = root_by_definition(entries[:split]), root_by_definition(entries[split:])
    return sha256(b"\x01" + left + right).digest()


@pytest.mark.parametrize("size", [0, 1, 2, 3, 6, 7, 8, 9, 31, 33])
def test_roots_are_those_of_the_definition(size) -> None:
    entries = [bytes([number]) * number for number in range(size)]
    assert merkle.tree_root([merkle.hash_leaf(entry) for entry in entries]) == root_by_definition(entries)


def test_a_checkpoint_reads_back_and_its_key_has_one_spelling() -> None:
    read = notes.verify_checkpoint(NOTE, KEY)
    assert (read.origin, read.size, read.root) == ("example.vault/log", 42, ROOT)
    assert notes.VerifierKey.parse(KEY.text()) == KEY
    assert KEY.key_hash == sha256(b"example.vault/log\n\x01" + KEY.public).digest()[:4]


SIGNED = NOTE.split("— example.vault/log ")[1].strip()
HIGHER = b64encode(b64decode(SIGNED)[:4] + bytes(64)).decode()


@pytest.mark.parametrize(
    "spoilt",
    [
        "",
        NOTE.replace("42", "43"),
        NOTE.replace("42", "042"),
        NOTE.replace("42", "+42"),
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("example.vault/log\n", "other.vault/log\n", 1),
        NOTE.replace("— ", "- "),
        NOTE.replace(SIGNED, HIGHER),
        NOTE.replace(SIGNED, SIGNED[:-4]),
        NOTE.replace(SIGNED, SIGNED + "="),
        NOTE.replace(b64encode(ROOT).decode(), b64encode(ROOT[:-1]).decode()),
        NOTE + NOTE.split("\n\n")[1],
        NOTE.removesuffix("\n"),
        NOTE.split("— ")[0] + "\n",
    ],
)
def test_a_spoilt_checkpoint_is_refused(spoilt) -> None:
    with pytest.raises(notes.NoteError):
        notes.verify_checkpoint(spoilt, KEY)


@pytest.mark.parametrize("spoilt", ["", "a+b", "a+00000000+AAAA", KEY.text() + "=", KEY.text().replace("+", " ", 1)])
def test_a_spoilt_key_is_refused(spoilt) -> None:
    with pytest.raises(notes.NoteError):
        notes.VerifierKey.parse(spoilt)


def test_a_witness_counts_only_when_its_own_signature_holds() -> None:
    public, secret = bindings.crypto_sign_seed_keypair(bytes(reversed(SEED)))
    witness = notes.VerifierKey(name="partner.example", algorithm=4, public=public)
    body = NOTE.split("\n\n")[0] + "\n"
    moment = 1_767_225_600
    signed = bindings.crypto_sign(f"cosignature/v1\ntime {moment}\n{body}".encode(), secret)[:64]

    def with_witness(material: bytes) -> str:
        line = b64encode(witness.key_hash + moment.to_bytes(8, "big") + material).decode()
        return f"{NOTE}— partner.example {line}\n"

    assert notes.verify_checkpoint(with_witness(signed), KEY, [witness], 1).size == 42
    for text, needed in ((with_witness(bytes(64)), 0), (NOTE, 1), (with_witness(signed), 2)):
        with pytest.raises(notes.NoteError):
            notes.verify_checkpoint(text, KEY, [witness], needed)


def test_proofs_hold_for_their_entry_alone() -> None:
    entries = [b"one", b"two", b"three"]
    leaves = [merkle.hash_leaf(entry) for entry in entries]
    note = notes.sign_checkpoint(key=KEY, seed=SEED, size=3, root=merkle.tree_root(leaves))
    proof = notes.write_log_proof(index=1, path=merkle.inclusion_proof(leaves, 1), checkpoint=note)
    assert notes.check_log_proof(proof, b"two", KEY).size == 3
    with pytest.raises(merkle.ProofError):
        notes.check_log_proof(proof, b"three", KEY)
    for spoilt in (proof.replace("index 1", "index 01"), proof.replace("@v1", "@v2"), proof.replace("\n\n", "\n", 1)):
        with pytest.raises(notes.NoteError):
            notes.check_log_proof(spoilt, b"two", KEY)


def test_a_seal_opens_with_its_key_and_its_place_alone() -> None:
    key, other = sealing.new_key(), sealing.new_key()
    sealed = sealing.seal(key, b"words", b"place")
    assert sealing.open_sealed(key, sealed, b"place") == b"words"
    assert sealing.seal(key, b"words", b"place") != sealed
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for spoilt in (
        (other, sealed, b"place"),
        (key, sealed, b"elsewhere"),
        (key, changed, b"place"),
        (key, b"", b"place"),
    ):
        with pytest.raises(sealing.SealBroken):
            sealing.open_sealed(*spoilt)
    assert sealing.derive_key(key, b"one") != sealing.derive_key(key, b"two")
    assert sealing.commit(bytes(32), b"words") != sealing.commit(bytes([1]) + bytes(31), b"words")
