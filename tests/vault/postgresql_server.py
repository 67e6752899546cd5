"""A PostgreSQL server of one test run: in a folder of its own, on a socket there, gone at the end."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


def _program(name: str) -> str | None:
    return (sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}")) or [shutil.which(name)])[-1]


def _as_nobody_special(command: list[str], folder: Path) -> subprocess.CompletedProcess[bytes]:
    """The server refuses to run as root; Debian's package brings a user for it."""
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    # no pipes: the server would inherit them, and nobody would ever see their end
    return subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def run_server() -> Iterator[str]:
    """How to reach a fresh server, as libpq reads it."""
    initdb, control = _program("initdb"), _program("pg_ctl")
    if initdb is None or control is None or os.name != "posix":
        pytest.skip("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="firsthand-pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        data, log = folder / "data", str(folder / "log")
        _as_nobody_special([initdb, "-D", str(data), "-A", "trust", "-U", "firsthand", "-E", "UTF8", "-N"], folder)
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        _as_nobody_special([control, "-D", str(data), "-l", log, "-o", options, "-w", "start"], folder)
        try:
            yield f"host={folder} user=firsthand dbname=postgres"
        finally:
            _as_nobody_special([control, "-D", str(data), "-m", "immediate", "-w", "stop"], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
