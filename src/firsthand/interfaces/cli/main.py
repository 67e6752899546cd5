"""The command line: commands in groups, errors in three parts, exit codes that say whose mistake it was."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import cyclopts
from cyclopts import App, Group

import firsthand
from firsthand.interfaces.cli.output import talk
from firsthand.interfaces.cli.serving import Server, use_server
from firsthand.values.errors import ExitCode, FirsthandError, OurFault

__all__ = ["COMMANDS", "build_app", "run"]

# Named, not imported: comparing two names must not wait for the language pipelines of another command.
COMMANDS = {
    "Without a vault": {
        "run": "working:run_folder",
        "text": "reading:text_of_file",
        "propose": "working:propose",
        "compare-names": "linking:compare_names",
        "link-table": "linking:link_table",
        "estimate": "estimating:estimate_lists",
        "protect": "protecting:protect",
        "verify": "verifying:verify",
        "doctor": "verifying:doctor",
    },
    "With a vault": {
        "start": "working:start",
        "demo": "working:demo",
        "open": "working:open_vault",
        "serve": "working:serve",
        "init": "vaults:init",
        "add": "vaults:add",
        "add-rows": "coding:add_rows",
        "import": "vaults:import_file",
        "review": "vaults:review",
        "learning": "coding:learning",
        "codebook": "coding:codebook",
        "double-coding": "coding:double_coding",
        "ask-model": "coding:ask_model",
        "weigh": "weighing:weigh",
        "rules": "weighing:rules",
        "retract": "weighing:retract",
        "heard": "weighing:heard",
        "count": "vaults:count",
        "consent": "consenting:consent",
        "withdraw": "vaults:withdraw",
        "release": "releasing:release",
        "approve": "releasing:approve",
        "recall": "releasing:recall",
        "export": "releasing:export",
        "undo": "vaults:undo",
        "history": "vaults:history",
    },
    "Keeping a vault": {
        "users": "keeping:users",
        "informants": "keeping:informants",
        "lock": "keeping:lock",
        "backup": "keeping:backup",
        "restore": "keeping:restore",
        "travel": "keeping:travel",
        "merge": "keeping:merge",
        "checkpoint": "keeping:checkpoint",
        "timestamp": "keeping:timestamp",
        "destroy-keys": "keeping:destroy_keys",
    },
}


def build_app() -> App:
    """All commands, loaded when they are called."""
    app = App(
        name="firsthand",
        help="From testimony to evidence. Everything stays on this machine.",
        version=firsthand.__version__,
        result_action="return_value",
    )
    for number, (title, commands) in enumerate(COMMANDS.items()):
        group = Group(title, sort_key=number + 1)
        for name, place in commands.items():
            app.command(f"firsthand.interfaces.cli.{place}", name=name, group=group)
    return app


def run(serve: Server, arguments: Sequence[str] | None = None) -> int:
    """Run one command, the start page when none is given, and return its exit code; no traceback reaches a person."""
    use_server(serve)
    asked = list(sys.argv[1:] if arguments is None else arguments)
    try:
        build_app()(asked or ["start"], exit_on_error=False, print_error=True)
    except cyclopts.CycloptsError:
        return ExitCode.WRONG_CALL
    except KeyboardInterrupt:
        talk("Stopped. What was kept stays kept.")
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
