"""Runs the published vectors of Merkle trees, log notes and ciphers against the vault's code and prints counts.

Sources: RFC 6962 vectors and C2SP notes under ledger/, Wycheproof under crypto/, both in the shared folder.
"""

from __future__ import annotations

import argparse
import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from nacl import bindings
from nacl.exceptions import CryptoError

from firsthand.vault import merkle, notes, verify_standalone

Vector = dict[str, Any]


def read_vectors(path: Path) -> Iterator[Vector]:
    """One vector a line."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def merkle_holds(vector: Vector) -> bool:
    """Whether the proof is taken; a root that is not 32 bytes long is refused, more strictly than the vector asks."""
    path = [b64decode(node) for node in vector["proof"] or []]
    try:
        match vector["kind"]:
            case "inclusion":
                leaf, root = b64decode(vector["leafHash"]), b64decode(vector["root"])
                merkle.check_inclusion(leaf, vector["leafIdx"], vector["treeSize"], path, root)
            case "subtreeinclusion":
                leaf, root = b64decode(vector["leafHash"]), b64decode(vector["root"])
                merkle.check_subtree_inclusion(
                    leaf, vector["leafIdx"], start=vector["start"], end=vector["end"], proof=path, root=root
                )
            case "consistency":
                old, new = b64decode(vector["root1"]), b64decode(vector["root2"])
                merkle.check_consistency(vector["size1"], vector["size2"], old, new, path)
            case _:
                old, new = b64decode(vector["root1"]), b64decode(vector["root2"])
                merkle.check_subtree_consistency(
                    vector["start"], vector["end"], vector["size"], subtree_root=old, root=new, proof=path
                )
    except merkle.ProofError:
        return False
    return True


def log_holds(vector: Vector) -> bool:
    """Whether a log proof, or a pair of checkpoints with its consistency proof, is taken."""
    try:
        key = notes.VerifierKey.parse(vector["log_vkey"])
        if "proof" in vector:
            witnesses = [notes.VerifierKey.parse(text) for text in vector["witness_vkeys"]]
            notes.check_log_proof(vector["proof"], b64decode(vector["leaf_b64"]), key, witnesses, vector["need"])
        else:
            old = notes.verify_checkpoint(vector["old_note"], key)
            new = notes.verify_checkpoint(vector["new_note"], key)
            path = [b64decode(node) for node in vector["consistency"]]
            merkle.check_consistency(old.size, new.size, old.root, new.root, path)
    except (notes.NoteError, merkle.ProofError):
        return False
    return True


def aead_holds(vector: Vector, decrypt: Callable[[bytes, bytes, bytes, bytes], bytes], nonce_bytes: int) -> bool:
    """Whether the sealed text opens to the message."""
    key, nonce, aad, message, sealed, tag = (
        bytes.fromhex(vector[name]) for name in ("key", "iv", "aad", "msg", "ct", "tag")
    )
    if len(nonce) != nonce_bytes:
        return False
    try:
        return decrypt(sealed + tag, aad, nonce, key) == message
    except CryptoError:
        return False


def ed25519_holds(vector: Vector, verify: Callable[[bytes, bytes, bytes], bool]) -> bool:
    """Whether the signature is taken."""
    return verify(*(bytes.fromhex(part) for part in (vector["group"]["pk"], vector["msg"], vector["sig"])))


def main() -> None:
    """Print one line for each file: vectors, agreements, differences."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[1] / "../shared")
    shared = parser.parse_args().shared
    xchacha = bindings.crypto_aead_xchacha20poly1305_ietf_decrypt
    chacha = bindings.crypto_aead_chacha20poly1305_ietf_decrypt
    runs: list[tuple[str, str, Callable[[Vector], bool], Callable[[Vector], bool]]] = [
        ("ledger/rfc6962_merkle_vectors.jsonl", "Merkle", merkle_holds, lambda v: not v["wantErr"]),
        ("ledger/tlog_vectors.jsonl", "log proofs", log_holds, lambda v: v["valid"]),
    ]
    for name, label, check in (
        ("xchacha20_poly1305", "XChaCha20-Poly1305", lambda v: aead_holds(v, xchacha, 24)),
        ("chacha20_poly1305", "ChaCha20-Poly1305", lambda v: aead_holds(v, chacha, 12)),
        ("ed25519", "Ed25519, libsodium", lambda v: ed25519_holds(v, notes.verify_signature)),
        ("ed25519", "Ed25519, stand-alone", lambda v: ed25519_holds(v, verify_standalone.ed25519_verify)),
    ):
        runs.append((f"crypto/wycheproof_{name}.jsonl", label, check, lambda v: v["result"] == "valid"))
    print(f"{'vectors':24}{'count':>8}{'agree':>8}{'differ':>8}")
    for path, label, holds, expected in runs:
        vectors = list(read_vectors(shared / path))
        differ = [vector for vector in vectors if holds(vector) != expected(vector)]
        print(f"{label:24}{len(vectors):>8}{len(vectors) - len(differ):>8}{len(differ):>8}")
        for vector in differ:
            print("   ", vector.get("file", vector.get("tcId", vector.get("id"))), vector.get("desc", ""))
    print("AES-KWP is not used by the vault (keys are wrapped by XChaCha20-Poly1305), so its vectors are not run.")


if __name__ == "__main__":
    main()
