"""Writing that survives a crash: whole files replaced at once, disk-full told apart from other faults."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from firsthand.vault.errors import VaultDiskFull, VaultReadOnly

__all__ = ["disk_faults_named", "overwrite_and_remove", "replace_file", "sync_folder"]


@contextlib.contextmanager
def disk_faults_named() -> Iterator[None]:
    """Turn "no space" and "read-only" of the operating system into this room's own errors."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise VaultDiskFull("The disk is full; this step was not kept.") from error
        if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
            raise VaultReadOnly("The vault's folder cannot be written.") from error
        raise


def sync_folder(folder: Path) -> None:
    """Make new and renamed names in a folder durable, where the system can."""
    if os.name == "nt":  # pragma: no cover - Windows has no such call; renames are journaled there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file whole: after a crash it holds either the old or the new content.

    Raises:
        VaultDiskFull, VaultReadOnly: nothing was changed.
    """
    fresh = path.with_name(path.name + ".new")
    with disk_faults_named():
        try:
            with fresh.open("wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            fresh.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                fresh.unlink()
            raise
        sync_folder(path.parent)


def overwrite_and_remove(path: Path) -> None:
    """Overwrite once, then remove. On flash memory old blocks may stay; the threat model says so."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return
    with contextlib.suppress(OSError), path.open("r+b") as out:
        remaining = size
        while remaining > 0:
            out.write(os.urandom(min(remaining, 1 << 20)))
            remaining -= 1 << 20
        out.flush()
        os.fsync(out.fileno())
    path.unlink(missing_ok=True)
