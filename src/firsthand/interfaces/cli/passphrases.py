"""Passphrases come from a prompt, a file named in the environment, or a file descriptor; never from an argument."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

from firsthand.values.errors import UsageError

__all__ = ["NoPassphrase", "passphrase_is_at_hand", "read_passphrase"]

FILE_VARIABLE = "FIRSTHAND_PASSPHRASE_FILE"


class NoPassphrase(UsageError):
    """A passphrase is needed and there is none."""

    next_step = f"Type it at the prompt, put it in a file named by {FILE_VARIABLE}, or give --passphrase-fd."


def passphrase_is_at_hand() -> bool:
    """Whether the environment names a file that holds the passphrase."""
    return FILE_VARIABLE in os.environ


def read_passphrase(fd: int | None = None, *, prompt: str = "Passphrase: ") -> str:
    """The passphrase, without its line end.

    Raises:
        NoPassphrase: none was given, and nobody sits at a terminal.
    """
    try:
        if fd is not None:
            with os.fdopen(fd, "r", encoding="utf-8") as stream:
                secret = stream.read()
        elif FILE_VARIABLE in os.environ:
            secret = Path(os.environ[FILE_VARIABLE]).read_text("utf-8")
        elif sys.stdin.isatty():
            secret = getpass.getpass(prompt)
        else:
            raise NoPassphrase("A passphrase is needed, and nobody is at a terminal to type it.")
    except OSError as fault:
        raise NoPassphrase("The passphrase cannot be read from where it should be.") from fault
    secret = secret.rstrip("\r\n")
    if not secret:
        raise NoPassphrase("The passphrase is empty.")
    return secret
