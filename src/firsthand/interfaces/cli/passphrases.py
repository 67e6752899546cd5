"""Passphrases come from a prompt, a file named in the environment, or a file descriptor; never from an argument."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

from firsthand.values.errors import UsageError

__all__ = [
    "NoPassphrase",
    "passphrase_is_at_hand",
    "read_key_file",
    "read_new_passphrase",
    "read_other_passphrase",
    "read_passphrase",
]

FILE_VARIABLE = "FIRSTHAND_PASSPHRASE_FILE"
NEW_FILE_VARIABLE = "FIRSTHAND_NEW_PASSPHRASE_FILE"
OTHER_FILE_VARIABLE = "FIRSTHAND_OTHER_PASSPHRASE_FILE"
KEY_FILE_VARIABLE = "FIRSTHAND_KEY_FILE"


class NoPassphrase(UsageError):
    """A passphrase is needed and there is none."""

    next_step = f"Type it at the prompt, put it in a file named by {FILE_VARIABLE}, or give --passphrase-fd."


def passphrase_is_at_hand() -> bool:
    """Whether the environment names a file that holds the passphrase."""
    return FILE_VARIABLE in os.environ


def read_key_file(variable: str = KEY_FILE_VARIABLE) -> bytes | None:
    """The second factor: the content of the file that the environment names; None when it names none.

    Raises:
        NoPassphrase: the file cannot be read, or is empty.
    """
    named = os.environ.get(variable)
    if not named:
        return None
    try:
        content = Path(named).read_bytes()
    except OSError as fault:
        raise NoPassphrase(
            "The key file cannot be read.", next_step=f"Put in the medium that {variable} names, or name another."
        ) from fault
    if not content:
        raise NoPassphrase("The key file is empty.", next_step="Use a file of at least 32 random bytes.")
    return content


def read_new_passphrase(fd: int | None = None, *, prompt: str = "New passphrase: ") -> str:
    """The passphrase that is to be: of a person who is added, of a copy, or one's own new one."""
    return read_passphrase(fd, prompt=prompt, variable=NEW_FILE_VARIABLE)


def read_other_passphrase(fd: int | None = None) -> str:
    """The passphrase of another vault that is merged from; where nothing names one, that of this vault."""
    if fd is None and OTHER_FILE_VARIABLE not in os.environ and not sys.stdin.isatty():
        return read_passphrase()
    return read_passphrase(fd, prompt="Passphrase of the other vault: ", variable=OTHER_FILE_VARIABLE)


def read_passphrase(fd: int | None = None, *, prompt: str = "Passphrase: ", variable: str = FILE_VARIABLE) -> str:
    """The passphrase, without its line end. ``variable`` of the environment may name a file that holds it.

    Raises:
        NoPassphrase: none was given, and nobody sits at a terminal.
    """
    try:
        if fd is not None:
            with os.fdopen(fd, "r", encoding="utf-8") as stream:
                secret = stream.read()
        elif variable in os.environ:
            secret = Path(os.environ[variable]).read_text("utf-8")
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
