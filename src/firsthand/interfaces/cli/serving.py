"""What serves the workbench: handed in from outside, because command line and pages do not know each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from firsthand.values.errors import OurFault

if TYPE_CHECKING:  # the session's room loads much that most commands never need
    from firsthand.workbench.session import Session

__all__ = ["Server", "server_in_use", "use_server"]


class Server(Protocol):
    """Serves the workbench until it is stopped."""

    def __call__(
        self,
        session: Session | None,
        *,
        title: str,
        is_practice: bool,
        port: int = 0,
        on_ready: Callable[[str], None],
        unlock: Callable[[str], Session] | None = None,
    ) -> None:
        """Serve until stopped; the start page where there is no session."""


_in_use: list[Server] = []


def use_server(server: Server) -> None:
    """Say what serves the workbench for this run of the command."""
    _in_use[:] = [server]


def server_in_use() -> Server:
    """What serves the workbench.

    Raises:
        OurFault: nothing was handed in.
    """
    if not _in_use:
        raise OurFault("Nothing was given that serves the workbench.")
    return _in_use[0]
