"""Commands that do the whole way: run over a folder, propose, practise, open the workbench."""

from __future__ import annotations

import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from firsthand.interfaces.cli import reading, vaults
from firsthand.interfaces.cli.options import Actor, Fd, Json
from firsthand.interfaces.cli.output import emit_text, talk
from firsthand.interfaces.cli.passphrases import read_key_file, read_passphrase
from firsthand.interfaces.cli.progress import TalkingProgress
from firsthand.interfaces.cli.serving import server_in_use
from firsthand.values.errors import UsageError
from firsthand.workbench.opening import DATABASE_VARIABLE, database_in_use, open_session, practice_session, reopen
from firsthand.workbench.running import run_over

__all__ = ["demo", "open_vault", "propose", "run_folder", "serve", "start"]

Browser = Annotated[bool, Parameter(name="--browser", negative="--no-browser")]


def run_folder(*paths: Path, out: Path) -> None:
    """Read files and folders, propose, link, weigh, count, and write a report; nothing else is kept.

    Machine proposals are shown as proposals and never counted as accepted. No network is used.

    Args:
        paths: Files and folders with text, web pages, Word, PDF or tables, English or Korean.
        out: The folder for report.html and report.json.
    """
    report = run_over(list(paths), out, progress=TalkingProgress())
    for aside in report.set_aside:
        talk(f"left out {aside.file_name}: {aside.reason}")
    emit_text(str(out / "report.html"))


def propose(
    path: Path,
    *,
    language: Literal["en", "ko"] | None = None,
    passphrase_fd: Fd = None,
    actor: Actor = "owner",
    json_output: Json = False,
) -> None:
    """Propose claims for a file, or for all documents of a vault that have none yet.

    Who says that who did what to whom, where and when, each with its passage. A proposal is not a claim.

    Args:
        path: A file, or a vault.
        language: The language of the file; without it each passage's own language decides.
        passphrase_fd: A file descriptor that holds the passphrase, for a vault.
        actor: The pseudonym under which steps in a vault are kept.
        json_output: Write one JSON document (proposals/1 for a file).
    """
    if (path / "vault.json").is_file():
        vaults.propose_in_vault(path, passphrase_fd=passphrase_fd, actor=actor, json_output=json_output)
    else:
        reading.propose_of_file(path, language=language, json=json_output)


def start(*, port: int = 0, browser: Browser = True) -> None:
    """Open the start page in the browser: practise, make a vault, open one. The same as no command at all.

    Args:
        port: The port on 127.0.0.1; a free one without it.
        browser: Open a browser.
    """
    server_in_use()(None, title="", is_practice=False, port=port, on_ready=_ready(browser=browser))


def demo(*, port: int = 0, browser: Browser = True) -> None:
    """Open the practice vault of invented testimony and serve the workbench.

    Args:
        port: The port on 127.0.0.1; a free one without it.
        browser: Open a browser.
    """
    talk("Preparing the practice vault: every person and place in it is invented.")
    with practice_session() as session:
        server_in_use()(session, title="Practice", is_practice=True, port=port, on_ready=_ready(browser=browser))


def open_vault(
    vault: Path,
    *,
    port: int = 0,
    browser: Browser = True,
    passphrase_fd: Fd = None,
    actor: Actor = "owner",
) -> None:
    """Open a vault and serve the workbench on this machine.

    Args:
        vault: The vault.
        port: The port on 127.0.0.1; a free one without it.
        browser: Open a browser.
        passphrase_fd: A file descriptor that holds the passphrase.
        actor: The pseudonym under which your steps are kept.
    """
    factor = read_key_file()
    # the passphrase is not kept: after locking, whoever goes on types it again
    with open_session(vault, read_passphrase(passphrase_fd), actor=actor, key_file=factor) as session:
        server_in_use()(
            session,
            title=vault.name,
            is_practice=False,
            port=port,
            on_ready=_ready(browser=browser),
            unlock=lambda given: reopen(vault, given, actor=actor, key_file=factor),
        )


def serve(vault: Path, *, port: int = 0, passphrase_fd: Fd = None, actor: Actor = "owner") -> None:
    """Serve a team's vault, whose tables lie on a PostgreSQL server that sees no testimony.

    FIRSTHAND_DATABASE names the server as libpq reads it, such as `service=team`; a password belongs in libpq's own
    file. Pages are served on this machine's loopback alone: reach them from elsewhere by a tunnel (ssh -L).

    Args:
        vault: The vault: log, keyring and documents stay in it.
        port: The port on 127.0.0.1; a free one without it.
        passphrase_fd: A file descriptor that holds the passphrase.
        actor: The pseudonym under which steps are kept.
    """
    if database_in_use() is None:
        raise UsageError(f"No database is named in {DATABASE_VARIABLE}.", next_step="Name it, or use `firsthand open`.")
    open_vault(vault, port=port, browser=False, passphrase_fd=passphrase_fd, actor=actor)


def _ready(*, browser: bool) -> Callable[[str], None]:
    def ready(address: str) -> None:
        # The address opens once; it goes to standard output, because a program may be waiting for it.
        emit_text(address)
        sys.stdout.flush()
        talk("The workbench is open at the address above, on this machine only. Stop it with Ctrl+C.")
        if browser:
            webbrowser.open(address)

    return ready
