"""Before a vault is open: practise, make one, open one; each gives a session, and leaving closes it."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from firsthand.values.errors import InputError
from firsthand.workbench.jobs import Progress, silent
from firsthand.workbench.opening import create_session, ephemeral_session, open_session
from firsthand.workbench.practice import build_practice_vault
from firsthand.workbench.session import Session

__all__ = ["FOLDER_VARIABLE", "SHORTEST_PASSPHRASE", "Lobby", "PassphraseTooShort", "PlaceForVault", "default_folder"]

FOLDER_VARIABLE = "FIRSTHAND_FOLDER"
SHORTEST_PASSPHRASE = 16


class PassphraseTooShort(InputError):
    """A passphrase of one's own that can be guessed."""

    next_step = "Use the one that was offered, or four words or more."


class PlaceForVault(InputError):
    """A place where no vault can be made, or where none is."""

    next_step = "Choose a name, or a folder with its whole path."


def default_folder() -> Path:
    """Where vaults are looked for and made when nobody names a place: the user's own, or what the environment says."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else Path.home() / "Firsthand"


@dataclass(slots=True, kw_only=True)
class Lobby:
    """Opens and closes vaults for the pages. ``light`` key stretching is for tests only."""

    folder: Path = field(default_factory=default_folder)
    actor: str = "owner"
    light: bool = False
    _stack: ExitStack = field(default_factory=ExitStack)

    def vaults(self) -> list[Path]:
        """The vaults in the folder, by name."""
        try:
            return sorted(path.parent for path in self.folder.glob("*/vault.json"))
        except OSError:
            return []

    def place(self, named: str) -> Path:
        """The path that a person means: a bare name lies in the folder.

        Raises:
            PlaceForVault: nothing was named, or a path that is not whole.
        """
        given = named.strip()
        path = Path(given).expanduser()
        if not given or "\x00" in given or ".." in path.parts:
            raise PlaceForVault("No place was named that can be used.")
        if path.is_absolute():
            return path
        if len(path.parts) > 1:
            raise PlaceForVault("The path does not start at the top.")
        return self.folder / path

    def practise(self, progress: Progress = silent) -> Session:
        """The practice vault, in memory of this sitting alone."""
        self.leave()
        session = self._stack.enter_context(ephemeral_session(actor="practice coder"))
        build_practice_vault(session, progress=progress)
        return session

    def make(self, path: Path, secret: str) -> Session:
        """Make a vault and open it.

        Raises:
            PassphraseTooShort: it can be guessed.
            VaultExists, VaultDiskFull, VaultReadOnly: nothing was made.
        """
        if len(secret.strip()) < SHORTEST_PASSPHRASE:
            raise PassphraseTooShort(f"The passphrase is shorter than {SHORTEST_PASSPHRASE} characters.")
        self.leave()
        try:
            return self._stack.enter_context(create_session(path, secret, actor=self.actor, light=self.light))
        except OSError as fault:
            raise PlaceForVault("The system lets no vault be made there.") from fault

    def open(self, path: Path, secret: str) -> Session:
        """Open a vault.

        Raises:
            WrongSecret, TooManyAttempts, VaultBusy, NotAVault, IntegrityError: it stays closed.
        """
        self.leave()
        return self._stack.enter_context(open_session(path, secret, actor=self.actor))

    def leave(self) -> None:
        """Close what is open."""
        self._stack.close()
