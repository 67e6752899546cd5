"""Guards around an open vault: one process at a time, a growing wait after wrong secrets, no core dumps."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BufferedRandom
from pathlib import Path
from typing import TypeVar

import msgspec

from firsthand.vault.durable import replace_file
from firsthand.vault.errors import TooManyAttempts, VaultBusy, VaultDiskFull

__all__ = ["Attempts", "Ballast", "FolderLock", "harden_process", "holder_of"]

FREE_ATTEMPTS = 3
LONGEST_WAIT_SECONDS = 300
BALLAST_BYTES = 1 << 20
_PR_SET_DUMPABLE = 4


def harden_process() -> None:
    """Forbid core dumps and, on Linux, reading of this process's memory by others. Best effort."""
    if os.name == "nt":  # pragma: no cover - Windows writes no core files of ours
        return
    import resource  # noqa: PLC0415 - not there on Windows

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


class FolderLock:
    """Held while a vault is open; the system lets go of it when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        """Take the lock.

        Raises:
            VaultBusy: another process, or another opening in this one, holds it.
            OSError: the folder cannot be written.
        """
        self._file: BufferedRandom = path.open("a+b")
        try:
            if os.name == "nt":  # pragma: no cover - exercised on Windows alone
                import msvcrt  # noqa: PLC0415 - not there elsewhere

                msvcrt.locking(self._file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]  # Windows only
            else:
                import fcntl  # noqa: PLC0415 - not there on Windows

                fcntl.flock(self._file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise VaultBusy("The vault is open in another process.") from None
        with contextlib.suppress(OSError):  # a full disk hinders no opening; then nobody else can ask to lock
            self._file.truncate(0)
            self._file.write(str(os.getpid()).encode())
            self._file.flush()

    def release(self) -> None:
        """Let go."""
        self._file.close()


def holder_of(folder: Path) -> int | None:
    """The process of this machine that has the vault open; None when nobody has."""
    path = folder / "lock"
    try:
        FolderLock(path).release()
    except VaultBusy:
        with contextlib.suppress(OSError, ValueError):
            return int(path.read_bytes())
    except OSError:
        pass
    return None


Result = TypeVar("Result")


class Ballast:
    """Space kept free in a file that can be given up, so that on a full disk a key can still be destroyed and a
    checkpoint be signed. Any other step is refused there, and changes nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def fill(self) -> None:
        """Keep the space, where there is some; without it the vault works as well."""
        if self._path.exists():
            return
        try:
            with self._path.open("xb") as out:
                if hasattr(os, "posix_fallocate"):
                    os.posix_fallocate(out.fileno(), 0, BALLAST_BYTES)
                else:  # pragma: no cover - Windows and macOS
                    out.write(bytes(BALLAST_BYTES))
        except OSError:
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)

    def spend_if_needed(self, work: Callable[[], Result]) -> Result:
        """Do the work; on a full disk give the space up and do it again.

        Raises:
            VaultDiskFull: the disk is full all the same.
        """
        try:
            return work()
        except VaultDiskFull:
            if not self._path.exists():
                raise
            self._path.unlink()
            return work()


class _Counter(msgspec.Struct):
    count: int
    until: datetime


class Attempts:
    """Wrong secrets in a row, in a small file. It slows a person at the keyboard, not a thief with a copy."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self._path = path
        self._now = now

    def _read(self) -> _Counter:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=_Counter)
        except (OSError, msgspec.MsgspecError):
            return _Counter(0, datetime.fromtimestamp(0, UTC))

    def check(self) -> None:
        """Refuse while a wait runs. A clock set back cannot make the wait longer than the longest one.

        Raises:
            TooManyAttempts: with the seconds that are left.
        """
        left = (self._read().until - self._now()).total_seconds()
        if 0 < left <= LONGEST_WAIT_SECONDS:
            raise TooManyAttempts(int(left) + 1)

    def failed(self) -> None:
        """Count one more wrong secret; from the fourth on the wait doubles, up to five minutes."""
        count = min(self._read().count + 1, 60)
        over = count - FREE_ATTEMPTS
        wait = min(2**over, LONGEST_WAIT_SECONDS) if over > 0 else 0
        content = msgspec.json.encode(_Counter(count, self._now() + timedelta(seconds=wait)))
        with contextlib.suppress(Exception):
            replace_file(self._path, content)

    def succeeded(self) -> None:
        """Forget the wrong ones."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)
