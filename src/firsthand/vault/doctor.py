"""What the operating system leaves open around a vault: swap, unencrypted disks, core dumps, permissions.

Facts only; what cannot be found out is said to be unknown, never good.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

__all__ = ["MachineFact", "Standing", "machine_facts"]


class Standing(StrEnum):
    """How a fact stands."""

    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineFact:
    """One thing about this machine: ``topic`` is a stable word, ``text`` says it and what to do."""

    topic: str
    standing: Standing
    text: str


def machine_facts(folder: Path, *, root: Path = Path("/")) -> tuple[MachineFact, ...]:
    """The facts that matter for a vault in this folder. ``root`` is where the system's own files are read from."""
    return (_swap(root), _disk(folder, root), _core(), _permissions(folder), _shared_folder(folder))


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def _encrypted(device: str, root: Path) -> bool | None:
    """Whether a block device is, or lies on, an encrypted one; None when that cannot be seen."""
    name = os.path.basename(os.path.realpath(root / device.lstrip("/")))
    block = root / "sys/class/block" / name
    if not block.exists():
        return None
    if (_read(block / "dm/uuid") or "").startswith("CRYPT-"):
        return True
    below = block / "slaves"
    found = [_encrypted(f"/dev/{each.name}", root) for each in below.iterdir()] if below.is_dir() else []
    return bool(found) and all(found)


def _swap(root: Path) -> MachineFact:
    topic = "swap"
    swaps = _read(root / "proc/swaps")
    if swaps is None:
        return MachineFact(topic=topic, standing=Standing.UNKNOWN, text="Whether swap is used could not be seen.")
    used = [line.split()[0] for line in swaps.splitlines()[1:] if line.strip()]
    open_ones = [each for each in used if "zram" not in each and _encrypted(each, root) is not True]
    if not open_ones:
        return MachineFact(topic=topic, standing=Standing.GOOD, text="There is no swap on an unencrypted disk.")
    return MachineFact(
        topic=topic,
        standing=Standing.BAD,
        text="Swap is on and not seen to be encrypted: text and keys can reach the disk. Turn it off or encrypt it.",
    )


def _disk(folder: Path, root: Path) -> MachineFact:
    topic = "disk encryption"
    mounts = _read(root / "proc/self/mounts")
    if mounts is None:
        return MachineFact(
            topic=topic, standing=Standing.UNKNOWN, text="Whether the disk is encrypted could not be seen."
        )
    place = folder.resolve()
    fields = [line.split() for line in mounts.splitlines() if len(line.split()) > 2]
    holding = [row for row in fields if place.is_relative_to(row[1].replace("\\040", " "))]
    if not holding:
        return MachineFact(
            topic=topic, standing=Standing.UNKNOWN, text="Whether the disk is encrypted could not be seen."
        )
    device, _, kind = max(holding, key=lambda row: len(row[1]))[:3]
    if kind in {"ecryptfs", "fuse.gocryptfs", "fuse.encfs"} or _encrypted(device, root):
        return MachineFact(topic=topic, standing=Standing.GOOD, text="The vault lies on an encrypted disk.")
    return MachineFact(
        topic=topic,
        standing=Standing.BAD if device.startswith("/dev/") else Standing.UNKNOWN,
        text="The disk under the vault is not seen to be encrypted: exports, downloads and swap there are readable."
        " Encrypt the whole disk.",
    )


def _core() -> MachineFact:
    topic = "core dumps"
    if sys.platform == "win32":
        return MachineFact(topic=topic, standing=Standing.UNKNOWN, text="Crash reports of the system were not checked.")
    import resource  # noqa: PLC0415 - not there on Windows

    soft, _ = resource.getrlimit(resource.RLIMIT_CORE)
    if soft == 0:
        return MachineFact(topic=topic, standing=Standing.GOOD, text="This process writes no core dumps.")
    return MachineFact(
        topic=topic, standing=Standing.BAD, text="Core dumps are on until a vault is opened, which turns them off."
    )


def _permissions(folder: Path) -> MachineFact:
    topic = "permissions"
    try:
        mode = folder.stat().st_mode
    except OSError:
        return MachineFact(topic=topic, standing=Standing.UNKNOWN, text="The folder's rights could not be seen.")
    if os.name != "posix":
        return MachineFact(topic=topic, standing=Standing.UNKNOWN, text="The folder's rights were not checked.")
    if mode & 0o077:
        return MachineFact(
            topic=topic, standing=Standing.BAD, text="Other users can look into the folder. Take their rights away."
        )
    return MachineFact(topic=topic, standing=Standing.GOOD, text="Only you can look into the folder.")


def _shared_folder(folder: Path) -> MachineFact:
    topic = "synchronised folder"
    names = {"dropbox", "onedrive", "google drive", "icloud drive", "nextcloud", "mega", "yandex.disk", "naver mybox"}
    if any(part.lower() in names for part in folder.resolve().parts):
        return MachineFact(
            topic=topic,
            standing=Standing.BAD,
            text="The folder looks like one that is copied to a server: old keyrings would stay there after a key is"
            " destroyed. Keep the vault elsewhere.",
        )
    return MachineFact(topic=topic, standing=Standing.GOOD, text="The folder is none that is known to be synchronised.")
