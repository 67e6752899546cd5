#!/usr/bin/env python3
"""Checks a Firsthand vault or backup without Firsthand and without any secret. Python's standard library alone.

    python3 verify_standalone.py VAULT [--key VERIFIER_KEY] [--checkpoint FILE]

It reads vault.json, keyring, log/steps, checkpoints and blobs/, as docs/vault-format.md lays them out, and says
what it checked. Exit code 0: all holds; 5: something was altered, cut off or is missing; 3: not a vault.
--key: the vault's verifier key, kept elsewhere; without it the key that vault.json names is believed.
--checkpoint: a checkpoint kept elsewhere, which the log must continue.
tables.db is not looked at: it is made from the log and can be made again.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


Point = tuple[int, int, int, int]
Key = tuple[str, bytes, bytes]
Attached = tuple[int, int, bytes, bytes]


class Broken(Exception): ...


def _add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = _add(total, point)
        point = _add(point, point)
        scalar >>= 1
    return total


def _recover_x(y: int, sign: int) -> int | None:
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def _point(raw: bytes) -> Point | None:
    number = int.from_bytes(raw, "little")
    y = number & ((1 << 255) - 1)
    x = _recover_x(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


_BASE_Y = 4 * pow(5, P - 2, P) % P
_BASE_X = _recover_x(_BASE_Y, 0) or 0
BASE = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % P)


def _same(p: Point, q: Point) -> bool:
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def ed25519_verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature holds; points of small order are refused, as libsodium does."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or any(_same(_times(8, point), (0, 1, 1, 0)) for point in (a, r)):
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    return _same(_times(s, BASE), _add(r, _times(h, a)))


def read_key(text: str) -> Key:
    """Name, hash and 32 bytes of a verifier key ``name+hash+base64``."""
    try:
        name, shown, material = text.split("+", 2)
        raw = base64.b64decode(material, validate=True)
    except ValueError:
        raise Broken("the verifier key is malformed") from None
    key_hash = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if len(raw) != 33 or raw[0] != 1 or key_hash.hex() != shown:
        raise Broken("the verifier key is malformed")
    return name, key_hash, raw[1:]


def read_checkpoint(text: str, key: Key) -> tuple[int, bytes]:
    name, key_hash, public = key
    try:
        body, signed = text.split("\n\n")
        body += "\n"
        origin, size, shown = body.split("\n")[:3]
        good = origin == name and str(int(size)) == size
        root = base64.b64decode(shown, validate=True)
        lines = [line.split(" ") for line in signed.split("\n")[:-1]]
        marks = [base64.b64decode(line[2], validate=True) for line in lines if line[:2] == ["\u2014", name]]
    except (ValueError, IndexError):
        raise Broken("a checkpoint is malformed") from None
    mine = [ed25519_verify(public, body.encode(), mark[4:]) for mark in marks if mark[:4] == key_hash]
    if not good or len(root) != 32 or not mine or not all(mine):
        raise Broken("a checkpoint is not signed by this vault")
    return int(size), root


def read_entries(path: Path) -> Iterator[tuple[bytes, list[Attached], list[int]]]:
    """Leaf hash, attachments and destroyed keys of each entry; a torn end was never acknowledged."""
    sha256 = hashlib.sha256
    with path.open("rb") as file:
        if file.read(16) != b"firsthand-log/1\n":
            raise Broken("log/steps: the head was altered")
        index, link = 0, bytes(32)
        while head := file.read(4):
            core = file.read(int.from_bytes(head, "big")) if len(head) == 4 else b""
            if len(head) < 4 or len(core) < int.from_bytes(head, "big"):
                raise Broken(f"log/steps: the file ends within entry {index}")
            try:
                mark, number, before, count = struct.unpack_from(">4sQ32sH", core)
                at = 46 + 72 * count
                for _key, length, _commitment, digest in struct.iter_unpack(">II32s32s", core[46:at]):
                    sealed = file.read(length)
                    if sha256(sealed).digest() != digest:
                        raise Broken(f"log/steps: a sealed part of entry {index} was altered or cut off")
                end = at + 4 + 76 * int.from_bytes(core[at : at + 4], "big")
                attached = list(struct.iter_unpack(">IQ32s32s", core[at + 4 : end]))
                gone = [n for (n,) in struct.iter_unpack(">I", core[end + 4 :])]
                if int.from_bytes(core[end : end + 4], "big") != len(gone):
                    raise Broken(f"log/steps: entry {index} was altered")
            except struct.error:
                raise Broken(f"log/steps: entry {index} was altered") from None
            if mark != b"FHE1" or number != index or before != link or count == 0:
                raise Broken(f"log/steps: entry {index} does not follow the one before it")
            link = sha256(b"\x00" + core).digest()
            yield link, attached, gone
            index += 1


def tree_root(leaves: list[bytes]) -> bytes:
    level = leaves or [hashlib.sha256(b"").digest()]
    while len(level) > 1:
        above = [hashlib.sha256(b"\1" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = above + level[-1:] * (len(level) % 2)
    return level[0]


def check_blobs(folder: Path, attached: list[Attached], gone: set[int]) -> int:
    checked = 0
    for key, length, name, digest in attached:
        path = folder / name.hex()[:2] / name.hex()[2:]
        if not path.exists():
            if key in gone:
                continue
            raise Broken(f"blobs/{path.parent.name}/{path.name}: missing")
        found = hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                found.update(chunk)
        if path.stat().st_size != length or found.digest() != digest:
            raise Broken(f"blobs/{path.parent.name}/{path.name}: altered")
        checked += 1
    return checked


def check_keyring(path: Path, header: bytes, key: Key) -> None:
    lines = path.read_bytes().split(b"\n")
    if len(lines) != 4 or lines[3] or hashlib.sha256(lines[0]).hexdigest().encode() != lines[1]:
        raise Broken("keyring: altered or cut off")
    signature = bytes.fromhex(lines[2].decode()) if set(lines[2]) <= set(b"0123456789abcdef") else b""
    if len(lines[2]) != 128 or not ed25519_verify(key[2], b"firsthand/keyring\n" + lines[0], signature):
        raise Broken("keyring: not signed by this vault")
    if json.loads(lines[0])["header"] != hashlib.sha256(header).hexdigest():
        raise Broken("vault.json and keyring do not belong together")


def verify(folder: Path, key_text: str | None = None, kept: str | None = None) -> dict[str, object]:
    """Check a vault or backup; gives what was checked, or raises Broken with the first fault."""
    raw = (folder / "vault.json").read_bytes()
    try:
        header = json.loads(raw)
        key = read_key(header["verifier"])
        known = header["format"] == "firsthand-vault" and header["version"] == 1
    except (ValueError, KeyError, TypeError):
        raise Broken("vault.json: altered") from None
    if not known or (key_text is not None and read_key(key_text) != key):
        raise Broken("vault.json: another version, or not the vault of this key")
    if (folder / "keyring").exists():
        check_keyring(folder / "keyring", raw, key)
    leaves: list[bytes] = []
    attached: list[Attached] = []
    gone: set[int] = set()
    for leaf, more, destroyed in read_entries(folder / "log" / "steps"):
        leaves.append(leaf)
        attached += more
        gone.update(destroyed)
    path = folder / "checkpoints"
    notes = (path.read_bytes() if path.exists() else b"").decode("utf-8", "replace").split("\x00")
    if notes.pop():
        raise Broken("checkpoints: cut off or altered")
    notes += [kept] if kept else []
    for size, root in (read_checkpoint(note, key) for note in notes):
        if size > len(leaves):
            raise Broken(f"log/steps: {len(leaves)} entries, but a checkpoint vouches for {size}")
        if tree_root(leaves[:size]) != root:
            raise Broken(f"log/steps: the first {size} entries are not those that a checkpoint vouches for")
    blobs = check_blobs(folder / "blobs", attached, gone)
    return {"entries": len(leaves), "root": tree_root(leaves).hex(), "checkpoints": len(notes), "blobs": blobs}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vault", type=Path)
    parser.add_argument("--key")
    parser.add_argument("--checkpoint", type=Path)
    given = parser.parse_args()
    if not (given.vault / "vault.json").is_file():
        sys.stderr.write("There is no vault in this folder.\n")
        return 3
    kept = given.checkpoint.read_text(encoding="utf-8") if given.checkpoint else None
    try:
        report = verify(given.vault, given.key, kept)
    except Broken as fault:
        sys.stdout.write(f"broken: {fault}\n")
        return 5
    sys.stdout.write("".join(f"{name}: {value}\n" for name, value in report.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
