"""The workbench's web application: routes, faults, the lock; served on loopback only."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib import resources
from typing import cast

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from firsthand.interfaces.web.desk import Desk, redirect
from firsthand.interfaces.web.pages import (
    acts,
    codebook,
    components,
    counting,
    double_coding,
    effects,
    estimating,
    findings,
    hearing,
    history,
    home,
    learning,
    network,
    people,
    pictures,
    practising,
    publishing,
    reader,
    resting,
    rules,
    settings,
    sources,
    start,
)
from firsthand.interfaces.web.security import Door, Guard
from firsthand.values.errors import FirsthandError, OurFault, UsageError
from firsthand.workbench.jobs import Job, JobList
from firsthand.workbench.lobby import Lobby
from firsthand.workbench.opening import clock
from firsthand.workbench.overview import overview_is_there
from firsthand.workbench.practice_progress import kept_progress
from firsthand.workbench.preparing import hear_vault, link_vault, warm_engine, warm_vault, weigh_vault
from firsthand.workbench.session import Session

__all__ = ["make_app", "make_desk", "serve"]

_LOOK_EVERY_SECONDS = 5.0

Page = Callable[[Desk, Request], Response | Awaitable[Response]]

ROUTES: tuple[tuple[str, str, Page], ...] = (
    ("GET", "/", home.home),
    ("POST", "/start/practise", start.practise),
    ("GET", "/start/preparing", start.show_preparing),
    ("GET", "/start/new", start.show_make),
    ("POST", "/start/new", start.make),
    ("GET", "/start/open", start.show_open),
    ("POST", "/start/open", start.open_one),
    ("POST", "/close", start.close),
    ("GET", "/tasks", practising.go_on),
    ("POST", "/tasks", practising.start_again),
    ("POST", "/lock", home.lock),
    ("POST", "/unlock", home.unlock),
    ("GET", "/here", home.here),
    ("GET", "/rest", resting.rest),
    ("GET", "/settings", settings.show_settings),
    ("POST", "/settings", settings.save),
    ("GET", "/keys", settings.keys),
    ("POST", "/keys", settings.save_keys),
    ("GET", "/users", settings.show_users),
    ("POST", "/users", settings.add_person),
    ("POST", "/users/remove", settings.remove_person),
    ("POST", "/users/passphrase", settings.new_passphrase),
    ("GET", "/components", components.components),
    ("GET", "/jobs", home.show_jobs),
    ("POST", "/jobs/propose", home.propose_on_rest),
    ("POST", "/jobs/{number:int}/stop", home.stop_job),
    ("POST", "/jobs/{number:int}/again", home.go_on_with),
    ("GET", "/sources", sources.show_sources),
    ("POST", "/sources", sources.add_sources),
    ("GET", "/sources/{id}", sources.show_source),
    ("POST", "/sources/{id}/erase", sources.erase),
    ("GET", "/consents/{id}/withdraw", sources.show_withdrawal),
    ("POST", "/consents/{id}/withdraw", sources.withdraw),
    ("GET", "/documents/{id}", reader.read),
    ("POST", "/documents/{id}/claims", reader.record),
    ("POST", "/documents/{id}/stop", resting.stop_here),
    ("POST", "/proposals/{id}/accept", reader.accept),
    ("POST", "/proposals/{id}/refuse", reader.refuse),
    ("POST", "/proposals/{id}/edit", reader.edit),
    ("GET", "/claims/{id}", reader.show_claim),
    ("GET", "/claims/{id}/fields", codebook.show_fields),
    ("POST", "/claims/{id}/fields", codebook.fill),
    ("GET", "/codebook", codebook.show_codebook),
    ("POST", "/codebook", codebook.change),
    ("POST", "/codebook/list", codebook.take_list),
    ("GET", "/learning", learning.show_learning),
    ("POST", "/learning", learning.change),
    ("GET", "/double", double_coding.show_double),
    ("POST", "/double", double_coding.assign_documents),
    ("GET", "/double/{id}", double_coding.show_document),
    ("POST", "/double/{id}", double_coding.code),
    ("POST", "/double/{id}/remove", double_coding.remove),
    ("POST", "/double/{id}/done", double_coding.finish),
    ("GET", "/double/{id}/compare", double_coding.show_comparison),
    ("POST", "/double/{id}/hold", double_coding.hold_to),
    ("GET", "/people", people.show_people),
    ("GET", "/person", people.show_person),
    ("GET", "/network", network.show_network),
    ("GET", "/pairs", people.show_pairs),
    ("POST", "/pairs", people.judge),
    ("GET", "/acts", acts.show_acts),
    ("GET", "/acts/{address}", acts.show_act),
    ("POST", "/acts/{address}/findings", acts.find),
    ("GET", "/findings", findings.show_findings),
    ("GET", "/findings/{id}", findings.show_finding),
    ("GET", "/findings/{id}/elements/{rule}", findings.show_elements),
    ("POST", "/findings/{id}/marks", findings.mark),
    ("POST", "/findings/{id}/unmark", findings.unmark),
    ("POST", "/findings/{id}/rulings", findings.rule),
    ("GET", "/findings/{id}/credibility", findings.show_credibility),
    ("POST", "/findings/{id}/grade", findings.grade),
    ("GET", "/findings/{id}/second", findings.show_second),
    ("POST", "/findings/{id}/second", findings.give_second),
    ("GET", "/findings/{id}/review", findings.show_review),
    ("POST", "/findings/{id}/review", findings.review),
    ("GET", "/findings/{id}/argument", findings.argument),
    ("GET", "/sources/{id}/reliability", findings.show_reliability),
    ("POST", "/sources/{id}/reliability", findings.grade_reliability),
    ("GET", "/claims/{id}/retract", effects.show_retraction),
    ("POST", "/claims/{id}/retract", effects.retract),
    ("GET", "/effects", effects.show_effects),
    ("GET", "/effects/{id}", effects.show_effect),
    ("GET", "/rules", rules.show_rules),
    ("POST", "/rules", rules.add),
    ("GET", "/rules/{id}", rules.show_rule),
    ("POST", "/rules/{id}/remove", rules.remove),
    ("GET", "/heard", hearing.show_heard),
    ("POST", "/heard", hearing.save_note),
    ("GET", "/dependences", acts.show_dependences),
    ("POST", "/dependences", acts.decide),
    ("POST", "/dependences/all", acts.decide_all),
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


# Pages that need the vault weighed: while it is dear to work out, a page says how far it is instead.
_LISTED = ("/sources", "/consents", "/counts", "/map", "/timeline", "/search", "/people", "/person", "/pairs", "/jobs")
_WEIGHED = ("/acts", "/findings", "/dependences", "/effects", "/publish")
_HEARD = ("/counts", "/heard", "/acts", "/findings", "/estimates")
_LINKED = ("/people", "/person", "/pairs", "/network")
# What a look at a page fulfils in practice.
_SEEN = {"/dependences": "circular", "/estimates": "count"}


def make_desk(
    session: Session | None,
    *,
    port: int,
    title: str,
    is_practice: bool,
    unlock: Callable[[str], Session] | None = None,
    lobby: Lobby | None = None,
) -> Desk:
    """A desk with fresh secrets, at a session, or without one in the lobby."""
    desk = Desk(door=Door(port=port), jobs=JobList(clock), now=clock, lobby=lobby)
    if session is not None:
        desk.sit_down(session, title=title, is_practice=is_practice, unlock=unlock)
    return desk


def _under(path: str, roots: tuple[str, ...]) -> bool:
    return any(path == root or path.startswith(f"{root}/") for root in roots)


def _needs_work(desk: Desk, request: Request) -> Job | None:
    """Starts what a page needs to have worked out, and gives its job while that runs."""
    if request.method != "GET" or desk.held is None:
        return None
    path, session = request.url.path, desk.session
    if (path == "/" or _under(path, _LISTED)) and not overview_is_there(session):
        return desk.work_out("overview", lambda progress: warm_vault(session, progress))
    if _under(path, _HEARD):
        job = desk.work_out("heard", lambda progress: hear_vault(session, progress))
        if job is not None:
            return job
    if _under(path, _LINKED):
        return desk.work_out("linked", lambda progress: link_vault(session, progress))
    if _under(path, _WEIGHED):
        proposals = path == "/dependences" or request.query_params.get("proposals") == "1"
        return desk.work_out(f"weighed {proposals}", lambda progress: weigh_vault(session, progress, proposals))
    return None


def _endpoint(desk: Desk, page: Page) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        desk.lock_when_idle()
        desk.take_language(request)  # before the page is worked out: much of it is said by then
        path = request.url.path
        if path not in {"/jobs", "/start/preparing"}:
            desk.touch()
        if desk.locked and path != "/unlock":
            return desk.page(request, "locked.html", status=403, wrong=False)
        if desk.held is None and path != "/" and not path.startswith("/start/"):
            return redirect("/")
        if inspect.iscoroutinefunction(page):
            return cast("Response", await page(desk, request))
        return await run_in_threadpool(show, request)

    def show(request: Request) -> Response:
        job = _needs_work(desk, request)
        if job is not None:
            return desk.page(request, "preparing.html", job=job, back=f"{request.url.path}?{request.url.query}")
        if request.url.path in _SEEN:
            desk.did(_SEEN[request.url.path])
        return cast("Response", page(desk, request))

    return handle


def make_app(desk: Desk) -> Starlette:
    """The application for a desk."""
    desk.environment.globals["coach"] = practising.coach_of

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
            *(Route(path, _endpoint(desk, page), methods=[method]) for method, path, page in ROUTES),
            Mount("/static", StaticFiles(directory=static)),
        ],
        lifespan=watching,
        middleware=[Middleware(Guard, door=desk.door)],
        exception_handlers={FirsthandError: known_fault, ValueError: bad_value, 404: not_found, 500: our_fault},
    )


def serve(
    session: Session | None,
    *,
    title: str,
    is_practice: bool,
    port: int = 0,
    on_ready: Callable[[str], None],
    unlock: Callable[[str], Session] | None = None,
) -> None:
    """Serve the workbench on 127.0.0.1 until it is stopped; ``on_ready`` gets the address that opens it once.

    Without a session the start page is served, where vaults are made and opened.
    """
    listener = socket.create_server(("127.0.0.1", port))
    desk = make_desk(
        session,
        port=listener.getsockname()[1],
        title=title,
        is_practice=is_practice,
        unlock=unlock,
        lobby=None if session is not None else Lobby(),
    )
    desk.progress = kept_progress()
    server = uvicorn.Server(uvicorn.Config(make_app(desk), log_level="critical", access_log=False, server_header=False))
    threading.Thread(target=warm_engine, daemon=True).start()
    on_ready(desk.door.address)
    try:
        server.run(sockets=[listener])
    finally:
        if desk.lobby is not None:
            desk.stand_up()
        elif desk.held is not None:
            desk.held.vault.close()
