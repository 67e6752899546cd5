"""Bringing a vault of an earlier format version forward, after a copy of it was made and verified.

Steps work in the vault's own folder and can be run again after a crash; vault.json, which names the version, is
written after each step, and the keyring, which is bound to vault.json, after that. Version 1 is the first, so that
there is no step yet.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from firsthand.vault.durable import disk_faults_named, replace_file
from firsthand.vault.keys import Keyring
from firsthand.vault.notes import VerifierKey
from firsthand.vault.verifying import verify_folder

__all__ = ["STEPS", "Migration", "bring_forward", "encode_header", "kept_before"]

Migration = Callable[[Path, Keyring], None]
"""Brings a folder from one version to the next; may be run again on what it left half done."""

_NOT_COPIED = ("lock", "attempts", "ballast", "vault.json")  # the last comes last, so that half a copy is no vault

STEPS: Mapping[int, Migration] = {}
"""By the version that a step starts from."""


def encode_header(header: msgspec.Struct) -> bytes:
    """vault.json, byte for byte as it is written."""
    return msgspec.json.format(msgspec.json.encode(header), indent=1) + b"\n"


def kept_before(folder: Path, version: int) -> Path:
    """Where the copy from before a migration lies."""
    return folder.with_name(f"{folder.name}.before-version-{version + 1}")


def bring_forward(
    folder: Path,
    ring: Keyring,
    header_at: Callable[[int], msgspec.Struct],
    *,
    version: int,
    wanted: int,
    verifier: VerifierKey,
    steps: Mapping[int, Migration] | None = None,
) -> Path:
    """Copy, verify the copy, then take one step after another; gives the copy's folder.

    Raises:
        VaultDiskFull, VaultReadOnly: there is no room for the copy; nothing was changed.
        IntegrityError: the vault or the copy is not as it should be; nothing was changed.
    """
    copy = kept_before(folder, version)
    if not (copy / "vault.json").exists():
        shutil.rmtree(copy, ignore_errors=True)
        with disk_faults_named():
            try:
                shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(*_NOT_COPIED))
                replace_file(copy / "vault.json", (folder / "vault.json").read_bytes())
            except BaseException:
                shutil.rmtree(copy, ignore_errors=True)
                raise
    verify_folder(copy, (copy / "vault.json").read_bytes(), verifier).raise_first_fault()
    for number in range(version, wanted):
        (STEPS if steps is None else steps)[number](folder, ring)
        raw = encode_header(header_at(number + 1))
        replace_file(folder / "vault.json", raw)
        ring.bind_to(raw)
    verify_folder(folder, (folder / "vault.json").read_bytes(), verifier).raise_first_fault()
    return copy
