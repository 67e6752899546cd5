"""Opening a vault for one command."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from firsthand.interfaces.cli.passphrases import read_key_file, read_passphrase
from firsthand.workbench.opening import open_session
from firsthand.workbench.session import Session

__all__ = ["READER", "unlock"]

# Under this name a command opens a vault that it only reads.
READER = "reader"


def unlock(vault: Path, passphrase_fd: int | None, actor: str = READER) -> AbstractContextManager[Session]:
    """The session of a command: its passphrase and key file come from where ``passphrases`` finds them.

    Raises:
        NoPassphrase: there is none, or the key file cannot be read.
    """
    return open_session(vault, read_passphrase(passphrase_fd), actor=actor, key_file=read_key_file())
