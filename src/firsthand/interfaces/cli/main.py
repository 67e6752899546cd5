"""The command line: commands in groups, errors in three parts, exit codes that say whose mistake it was."""

from __future__ import annotations

import sys
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Literal, Protocol

import cyclopts
from cyclopts import App, Group, Parameter

import firsthand
from firsthand.interfaces.cli import estimating, linking, protecting, reading, vaults, verifying
from firsthand.interfaces.cli.output import emit_text, talk
from firsthand.interfaces.cli.passphrases import read_passphrase
from firsthand.interfaces.cli.progress import TalkingProgress
from firsthand.values.errors import ExitCode, FirsthandError, OurFault
from firsthand.workbench.jobs import Cancelled
from firsthand.workbench.opening import open_session, practice_session
from firsthand.workbench.running import run_over
from firsthand.workbench.session import Session

__all__ = ["Server", "build_app", "run"]


class Server(Protocol):
    """What serves the workbench; given from outside, because command line and pages do not know each other."""

    def __call__(
        self,
        session: Session,
        *,
        title: str,
        is_practice: bool,
        port: int = 0,
        on_ready: Callable[[str], None],
        unlock: Callable[[str], bool] | None = None,
    ) -> None:
        """Serve until stopped."""


def build_app(serve: Server) -> App:
    """All commands; ``serve`` serves the workbench."""
    app = App(
        name="firsthand",
        help="From testimony to evidence. Everything stays on this machine.",
        version=firsthand.__version__,
        result_action="return_value",
    )
    files = Group("Without a vault", sort_key=1)
    kept = Group("With a vault", sort_key=2)

    for command, name in (
        (run_folder, "run"),
        (reading.text_of_file, "text"),
        (propose, "propose"),
        (linking.compare_names, "compare-names"),
        (linking.link_table, "link-table"),
        (estimating.estimate_lists, "estimate"),
        (protecting.protect, "protect"),
        (verifying.verify, "verify"),
        (verifying.doctor, "doctor"),
    ):
        app.command(command, name=name, group=files)

    def demo(*, port: int = 0, browser: Annotated[bool, Parameter(negative="--no-browser")] = True) -> None:
        """Open the practice vault of invented testimony and serve the workbench.

        Args:
            port: The port on 127.0.0.1; a free one without it.
            browser: Open a browser.
        """
        talk("Preparing the practice vault: every person and place in it is invented.")
        with practice_session() as session:
            serve(session, title="Practice", is_practice=True, port=port, on_ready=_ready(browser=browser))

    def open_vault(
        vault: Path,
        *,
        port: int = 0,
        browser: Annotated[bool, Parameter(negative="--no-browser")] = True,
        passphrase_fd: vaults.Fd = None,
        actor: vaults.Actor = "owner",
    ) -> None:
        """Open a vault and serve the workbench on this machine.

        Args:
            vault: The vault.
            port: The port on 127.0.0.1; a free one without it.
            browser: Open a browser.
            passphrase_fd: A file descriptor that holds the passphrase.
            actor: The pseudonym under which your steps are kept.
        """
        secret = read_passphrase(passphrase_fd)
        with open_session(vault, secret, actor=actor) as session:
            serve(
                session,
                title=vault.name,
                is_practice=False,
                port=port,
                on_ready=_ready(browser=browser),
                unlock=lambda given: given == secret,
            )

    app.command(demo, name="demo", group=kept)
    app.command(open_vault, name="open", group=kept)
    for command, name in (
        (vaults.init, "init"),
        (vaults.add, "add"),
        (vaults.review, "review"),
        (vaults.weigh, "weigh"),
        (vaults.count, "count"),
        (vaults.withdraw, "withdraw"),
        (vaults.undo, "undo"),
        (vaults.history, "history"),
    ):
        app.command(command, name=name, group=kept)
    return app


def _ready(*, browser: bool) -> Callable[[str], None]:
    def ready(address: str) -> None:
        # The address opens once; it goes to standard output, because a program may be waiting for it.
        emit_text(address)
        sys.stdout.flush()
        talk("The workbench is open at the address above, on this machine only. Stop it with Ctrl+C.")
        if browser:
            webbrowser.open(address)

    return ready


def propose(
    path: Path,
    *,
    language: Literal["en", "ko"] | None = None,
    passphrase_fd: vaults.Fd = None,
    actor: vaults.Actor = "owner",
    json_output: vaults.Json = False,
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


def run(serve: Server, arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; no traceback ever reaches a person."""
    app = build_app(serve)
    try:
        app(arguments, exit_on_error=False, print_error=True)
    except cyclopts.CycloptsError:
        return ExitCode.WRONG_CALL
    except (KeyboardInterrupt, Cancelled):
        talk("Stopped. What was kept stays kept.")
        return ExitCode.DONE
    except BrokenPipeError:
        return ExitCode.DONE
    except FirsthandError as fault:
        for line in fault.lines():
            talk(line)
        return fault.exit_code
    except Exception as fault:  # noqa: BLE001  the last wall: the type may be said, the message may hold testimony
        for line in OurFault(f"Firsthand failed ({type(fault).__name__}).").lines():
            talk(line)
        return ExitCode.OUR_FAULT
    return ExitCode.DONE
