"""The workbench's web application: routes, faults, the lock; served on loopback only."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib import resources
from typing import Any, cast

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from firsthand.interfaces.web.desk import Desk
from firsthand.interfaces.web.pages import (
    acts,
    counting,
    estimating,
    history,
    home,
    people,
    pictures,
    publishing,
    reader,
    sources,
)
from firsthand.interfaces.web.security import Door, Guard
from firsthand.values.errors import FirsthandError, OurFault, UsageError
from firsthand.workbench.jobs import JobList
from firsthand.workbench.opening import clock
from firsthand.workbench.session import Session

__all__ = ["make_app", "make_desk", "serve"]

_LOOK_EVERY_SECONDS = 5.0

Page = Callable[[Desk, Request], Response | Awaitable[Response]]

ROUTES: tuple[tuple[str, str, Page], ...] = (
    ("GET", "/", home.home),
    ("POST", "/tasks", home.task_done),
    ("POST", "/lock", home.lock),
    ("POST", "/unlock", home.unlock),
    ("GET", "/keys", home.keys),
    ("GET", "/components", home.components),
    ("GET", "/jobs", home.show_jobs),
    ("POST", "/jobs/{number:int}/stop", home.stop_job),
    ("GET", "/sources", sources.show_sources),
    ("POST", "/sources", sources.add_sources),
    ("GET", "/sources/{id}", sources.show_source),
    ("POST", "/sources/{id}/erase", sources.erase),
    ("GET", "/consents/{id}/withdraw", sources.show_withdrawal),
    ("POST", "/consents/{id}/withdraw", sources.withdraw),
    ("GET", "/documents/{id}", reader.read),
    ("POST", "/documents/{id}/claims", reader.record),
    ("POST", "/proposals/{id}/accept", reader.accept),
    ("POST", "/proposals/{id}/refuse", reader.refuse),
    ("POST", "/proposals/{id}/edit", reader.edit),
    ("GET", "/claims/{id}", reader.show_claim),
    ("GET", "/people", people.show_people),
    ("GET", "/person", people.show_person),
    ("GET", "/pairs", people.show_pairs),
    ("POST", "/pairs", people.judge),
    ("GET", "/acts", acts.show_acts),
    ("GET", "/acts/{address}", acts.show_act),
    ("POST", "/acts/{address}/findings", acts.find),
    ("GET", "/findings", acts.show_findings),
    ("GET", "/findings/{id}", acts.show_finding),
    ("POST", "/findings/{id}/grade", acts.grade),
    ("GET", "/dependences", acts.show_dependences),
    ("POST", "/dependences", acts.decide),
    ("GET", "/counts", counting.show_counts),
    ("GET", "/counts/cell", counting.show_cell),
    ("GET", "/estimates", estimating.show_estimates),
    ("GET", "/map", pictures.show_map),
    ("GET", "/timeline", pictures.show_timeline),
    ("GET", "/search", history.search),
    ("GET", "/history", history.show_history),
    ("POST", "/undo", history.undo),
    ("GET", "/publish", publishing.show_corridor),
    ("POST", "/publish", publishing.release),
)


def make_desk(
    session: Session, *, port: int, title: str, is_practice: bool, unlock: Callable[[str], Session] | None = None
) -> Desk:
    """A desk for a session, with fresh secrets."""
    return Desk(
        session=session,
        door=Door(port=port),
        jobs=JobList(clock),
        title=title,
        is_practice=is_practice,
        now=clock,
        unlock=unlock,
    )


def make_app(desk: Desk) -> Starlette:
    """The application for a desk."""

    def endpoint(page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            desk.lock_when_idle()
            if request.url.path != "/jobs":
                desk.touch()
            if desk.locked and request.url.path != "/unlock":
                return desk.page(request, "locked.html", status=403, wrong=False)
            answer: Any = page(desk, request)
            return cast("Response", await answer if inspect.isawaitable(answer) else answer)

        return handle

    def known_fault(request: Request, error: Exception) -> Response:
        assert isinstance(error, FirsthandError)  # noqa: S101  registered for this class alone
        return desk.fault(request, error)

    def bad_value(request: Request, error: Exception) -> Response:
        del error
        return desk.fault(request, UsageError("A field of the form or of the address holds what it cannot hold."))

    def our_fault(request: Request, error: Exception) -> Response:
        return desk.fault(request, OurFault(f"{type(error).__name__}."))

    def not_found(request: Request, error: Exception) -> Response:
        del error
        return desk.page(request, "fault.html", status=404, error=None)

    @contextlib.asynccontextmanager
    async def watching(_: Starlette) -> AsyncIterator[None]:
        async def watch() -> None:
            while True:
                await asyncio.sleep(_LOOK_EVERY_SECONDS)
                desk.lock_when_idle()

        watcher = asyncio.create_task(watch())
        yield
        watcher.cancel()

    static = str(resources.files("firsthand.interfaces.web") / "static")
    return Starlette(
        routes=[
            *(Route(path, endpoint(page), methods=[method]) for method, path, page in ROUTES),
            Mount("/static", StaticFiles(directory=static)),
        ],
        lifespan=watching,
        middleware=[Middleware(Guard, door=desk.door)],
        exception_handlers={FirsthandError: known_fault, ValueError: bad_value, 404: not_found, 500: our_fault},
    )


def serve(
    session: Session,
    *,
    title: str,
    is_practice: bool,
    port: int = 0,
    on_ready: Callable[[str], None],
    unlock: Callable[[str], Session] | None = None,
) -> None:
    """Serve the workbench on 127.0.0.1 until it is stopped; ``on_ready`` gets the address that opens it once."""
    listener = socket.create_server(("127.0.0.1", port))
    desk = make_desk(session, port=listener.getsockname()[1], title=title, is_practice=is_practice, unlock=unlock)
    server = uvicorn.Server(uvicorn.Config(make_app(desk), log_level="critical", access_log=False, server_header=False))
    on_ready(desk.door.address)
    try:
        server.run(sockets=[listener])
    finally:
        desk.session.vault.close()
