"""Where the command line and the pages meet: the one place that knows both."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """The ``firsthand`` command."""
    for stream in (sys.stdout, sys.stderr):
        # A report of a text in any script must not fail on a terminal that cannot show it.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    from firsthand.interfaces.cli.main import run  # noqa: PLC0415  after the streams are safe to write to

    sys.exit(run(_serve))


def _serve(*arguments: object, **options: object) -> None:
    from firsthand.interfaces.web.app import serve  # noqa: PLC0415  most commands never need the web

    serve(*arguments, **options)  # type: ignore[arg-type]  # the same signature, checked where it is called
