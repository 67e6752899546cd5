"""Where the last checkpoint of a vault is remembered outside of it, so that an old copy in its place is noticed."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

__all__ = ["WITNESS_VARIABLE", "state_folder", "witness_of"]

WITNESS_VARIABLE = "FIRSTHAND_WITNESS"
"""Names another folder for the checkpoints (a USB stick), or is ``none`` to keep none on this machine."""


def witness_of(vault: Path) -> Path | None:
    """The file for the vault at this place; None when none is wanted.

    Its name is a digest of the place, so that it tells nobody what the vault is called. Copies of one vault at
    several places have one file each: they may go different ways until they are merged.
    """
    folder = state_folder()
    return None if folder is None else folder / f"{sha256(str(vault.resolve()).encode()).hexdigest()[:32]}.checkpoint"


def state_folder() -> Path | None:
    """The folder of this machine's user for what is no vault's; None when nothing is to be kept."""
    chosen = os.environ.get(WITNESS_VARIABLE, "")
    if chosen == "none":
        return None
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    folder = Path(chosen) if chosen else Path(state) / "firsthand"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return None
    return folder
