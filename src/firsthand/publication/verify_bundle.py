"""Check a published bundle: nothing but Python's standard library, so that anyone can.

    python3 verify.py [FOLDER] [--key HEX]

Checks that every file is the one that the manifest names, that no file was added or left out, that the manifest
bears a signature of the key in it, that the log of the vault that it came from holds the release (RFC 6962, C2SP
tlog-proof), and whether a recall notice of the same key lies beside it. Compare that key with one that you have from
elsewhere, or give it with --key: who alters a bundle can sign it with a key of their own. Exit code 0: whole; 5:
altered; 3: no bundle.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import sys
from collections.abc import Mapping
from typing import Any

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
LOG_PROOF = "log-proof.json"
RECALL = ("recall.json", "recall.sig")
_DOMAIN = b"firsthand bundle/1\n"

# Ed25519, RFC 8032 section 5.1: verification alone, in its own short arithmetic.
_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_I = pow(2, (_P - 1) // 4, _P)

Point = tuple[int, int, int, int]


def _point(encoded: bytes) -> Point | None:
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _I % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return x, y, 1, x * y % _P


def _add(a: Point, b: Point) -> Point:
    e, f = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    c, d = 2 * a[3] * b[3] * _D, 2 * a[2] * b[2]
    p, q, r, s = f - e, d - c, d + c, f + e
    return p * q % _P, r * s % _P, q * r % _P, p * s % _P


def _times(number: int, point: Point) -> Point:
    found: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = _add(found, point)
        point = _add(point, point)
        number >>= 1
    return found


def signature_is_good(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature (64 bytes) of a message was made with the secret half of a key (32 bytes)."""
    base = _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little"))
    if base is None or len(key) != 32 or len(signature) != 64:
        return False
    public, start = _point(key), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if public is None or start is None or s >= _L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % _L
    left, right = _times(s, base), _add(start, _times(h, public))
    return (left[0] * right[2] - right[0] * left[2]) % _P == 0 and (left[1] * right[2] - right[1] * left[2]) % _P == 0


def signed_message(manifest: bytes) -> bytes:
    """What a bundle's signature is made over."""
    return _DOMAIN + manifest


def content_digest(digests: Mapping[str, str]) -> str:
    """What names a release: SHA-256 over its content files' digests and names, sorted by name."""
    lines = "".join(f"{digests[name]}  {name}\n" for name in sorted(digests))
    return hashlib.sha256(lines.encode("utf-8")).hexdigest()


def _root_from(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The tree's root that an inclusion path leads to (RFC 9162, 2.1.3.2); empty when the path does not fit."""
    if index >= size:
        return b""
    node, at, last = leaf, index, size - 1
    for step in path:
        if last == 0:
            return b""
        if at & 1 or at == last:
            node = hashlib.sha256(b"\x01" + step + node).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\x01" + node + step).digest()
        at, last = at >> 1, last >> 1
    return node if last == 0 else b""


def fault_of_log_proof(proof: Any, digest: str) -> str:
    """Why a proof does not show that a vault's log holds a release; empty when it does."""
    try:
        core, opening = bytes.fromhex(proof["core"]), bytes.fromhex(proof["opening"])
        plain = str(proof["plain"]).encode("utf-8")
        commitment = hashlib.sha256(b"firsthand/commitment/1\x00" + opening + plain).digest()
        head, _, note = str(proof["proof"]).partition("\n\n")
        lines = head.split("\n")
        index, path = int(lines[1].split(" ")[1]), [base64.b64decode(line) for line in lines[2:]]
        body, _, signatures = note.partition("\n\n")
        size, root = int(body.split("\n")[1]), base64.b64decode(body.split("\n")[2])
        name, _, material = str(proof["key"]).split("+", 2)
        public = base64.b64decode(material)
        mine = hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
        signed = [
            base64.b64decode(line.split(" ")[2]) for line in signatures.splitlines() if line.startswith("\u2014 ")
        ]
        good = any(
            raw[:4] == mine and signature_is_good(public[1:], (body + "\n").encode("utf-8"), raw[4:]) for raw in signed
        )
        told = json.loads(json.loads(plain)["values"][0]["value"])
    except (KeyError, ValueError, TypeError, IndexError):
        return "it is no proof"
    if told != {"content_sha256": digest}:
        return "it is of another release"
    # An entry's core: mark, number, link, count of parts; for each part key, length, commitment, digest.
    parts = range(46, 46 + 72 * int.from_bytes(core[44:46], "big"), 72)
    if core[:4] != b"FHE1" or len(opening) != 32 or commitment not in {core[at + 8 : at + 40] for at in parts}:
        return "the log's entry does not commit to it"
    if not good:
        return "the log's checkpoint is not signed by the key that is named"
    if _root_from(hashlib.sha256(b"\x00" + core).digest(), index, size, path) != root:
        return "the entry is not in the log"
    return ""


def _faults_of_recall(files: Mapping[str, bytes], own_key: str, digest: str) -> list[str]:
    if RECALL[0] not in files:
        return []
    try:
        notice = json.loads(files[RECALL[0]])
        signature = bytes.fromhex(files[RECALL[1]].decode("ascii").strip())
        good = signature_is_good(bytes.fromhex(own_key), signed_message(files[RECALL[0]]), signature)
        return [] if good and notice["content_sha256"] == digest else ["the recall notice is not of this bundle"]
    except (KeyError, ValueError, TypeError):
        return ["the recall notice is not of this bundle"]


def faults_of_bundle(files: Mapping[str, bytes], *, key: str = "") -> list[str]:
    """What is wrong with a bundle, first broken link first; empty when it is whole.

    ``files`` maps paths with forward slashes to contents; ``key`` is the hex of the key that it should be signed by.
    """
    faults: list[str] = []
    try:
        manifest = json.loads(files[MANIFEST])
        listed = {str(name): (str(one["sha256"]), int(one["bytes"])) for name, one in manifest["files"].items()}
        own_key = str(manifest["key"])
        is_bundle = manifest["schema"] == "bundle/1"
    except (KeyError, ValueError, TypeError, AttributeError):
        return [f"{MANIFEST} is missing or is no manifest of a bundle"]
    if not is_bundle:
        return [f"{MANIFEST} is of another schema than bundle/1"]
    if key and own_key != key.lower():
        faults.append("the bundle is signed by another key than the one given")
    try:
        signature, public = bytes.fromhex(files[SIGNATURE].decode("ascii").strip()), bytes.fromhex(own_key)
        good = signature_is_good(public, signed_message(files[MANIFEST]), signature)
    except (KeyError, ValueError):
        good = False
    if not good:
        faults.append("the manifest's signature is not good")
    for name, (digest, size) in sorted(listed.items()):
        content = files.get(name)
        if content is None:
            faults.append(f"{name} is missing")
        elif len(content) != size or hashlib.sha256(content).hexdigest() != digest:
            faults.append(f"{name} was altered")
    faults += [f"{name} was added" for name in sorted(set(files) - set(listed) - {MANIFEST, SIGNATURE, *RECALL})]
    digest = content_digest({name: value for name, (value, _) in listed.items() if name != LOG_PROOF})
    if manifest.get("content_sha256") != digest:
        faults.append("the manifest names its content wrongly")
    if LOG_PROOF in listed and not faults:
        fault = fault_of_log_proof(json.loads(files[LOG_PROOF]), digest)
        faults += [f"{LOG_PROOF}: {fault}"] if fault else []
    return faults + _faults_of_recall(files, own_key, digest)


def main(arguments: list[str]) -> int:
    """Check the folder that is named, or the one that this file lies in."""
    key = ""
    if "--key" in arguments:
        at = arguments.index("--key")
        key = "".join(arguments[at + 1 : at + 2])
        arguments = arguments[:at] + arguments[at + 2 :]
    root = arguments[0] if arguments else os.path.dirname(os.path.abspath(__file__))
    files: dict[str, bytes] = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.islink(path):
                sys.stdout.write(f"a link is no part of a bundle: {name}\n")
                return 5
            with open(path, "rb") as content:
                files[os.path.relpath(path, root).replace(os.sep, "/")] = content.read()
    if MANIFEST not in files:
        sys.stdout.write(f"no bundle: {MANIFEST} is missing\n")
        return 3
    faults = faults_of_bundle(files, key=key)
    if faults:
        sys.stdout.write("\n".join(["altered:", *faults]) + "\n")
        return 5
    manifest = json.loads(files[MANIFEST])
    sys.stdout.write(f"whole: {len(manifest['files'])} files, signed by key {manifest['key']}\n")
    if LOG_PROOF in files:
        sys.stdout.write("the vault's log holds this release\n")
    if manifest.get("replaces"):
        sys.stdout.write(f"it replaces {manifest['replaces']['content_sha256']}: {manifest['replaces']['reason']}\n")
    if RECALL[0] in files:
        sys.stdout.write(f"RECALLED: {json.loads(files[RECALL[0]])['reason']}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
