"""Check a published bundle: nothing but Python's standard library, so that anyone can.

    python3 verify.py [FOLDER] [--key HEX]

Checks that every file is the one that the manifest names, that no file was added or left out, and that the manifest
bears a signature of the key in it. Compare that key with one that you have from elsewhere, or give it with --key:
who alters a bundle can sign it with a key of their own. Exit code 0: whole; 5: altered; 3: no bundle.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
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
    faults += [f"{name} was added" for name in sorted(set(files) - set(listed) - {MANIFEST, SIGNATURE})]
    return faults


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
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
