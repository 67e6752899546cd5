"""The start page: practise, make a vault, open one; nothing of a vault is shown before it is open."""

from __future__ import annotations

import asyncio
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from firsthand.interfaces.web.desk import Desk, read_form, redirect
from firsthand.values.errors import FirsthandError
from firsthand.workbench.jobs import JobState, Progress
from firsthand.workbench.lobby import Lobby
from firsthand.workbench.opening import suggest_passphrase
from firsthand.workbench.session import Session

__all__ = ["close", "make", "open_one", "practise", "show_make", "show_open", "show_preparing", "show_start"]


def show_start(desk: Desk, request: Request) -> Response:
    """The three ways in."""
    return desk.page(request, "start.html", vaults=_lobby(desk).vaults())


def _lobby(desk: Desk) -> Lobby:
    if desk.lobby is None:
        desk.lobby = Lobby()
    return desk.lobby


async def practise(desk: Desk, request: Request) -> Response:
    """Make the practice vault as a job, and show how far it is."""
    await read_form(request, desk)
    if desk.held is None and not any(job.name == "practice" and job.state is JobState.RUNNING for job in desk.jobs):

        def work(progress: Progress) -> str:
            session = _lobby(desk).practise(progress)
            desk.sit_down(session, title="", is_practice=True)
            return ""

        job = desk.jobs.start("practice", work, quiet=True)
        await asyncio.to_thread(job.wait, 0.3)
    return redirect("/start/preparing")


def show_preparing(desk: Desk, request: Request) -> Response:
    """How far the practice vault is; goes on by itself when it is ready."""
    job = next((job for job in desk.jobs if job.name == "practice"), None)
    if desk.held is not None or job is None:
        return redirect("/")
    return desk.page(request, "preparing.html", job=job, back="/start/preparing")


def show_make(desk: Desk, request: Request) -> Response:
    """Where, and by which passphrase; one is offered."""
    return desk.page(
        request,
        "start_make.html",
        offered=suggest_passphrase(),
        folder=_lobby(desk).folder,
        place="",
        own=False,
        fault=None,
    )


async def make(desk: Desk, request: Request) -> Response:
    """Make a vault and sit down at it."""
    form = await read_form(request, desk)
    lobby, own = _lobby(desk), form.get("which") == "own"
    offered = str(form.get("offered") or "")
    secret = str(form.get("passphrase") or "") if own else offered
    try:
        path = lobby.place(str(form.get("place") or ""))
        session = await asyncio.to_thread(lobby.make, path, secret)
    except FirsthandError as fault:
        return desk.page(
            request,
            "start_make.html",
            status=422,
            offered=offered or suggest_passphrase(),
            folder=lobby.folder,
            place=str(form.get("place") or ""),
            own=own,
            fault=fault,
        )
    _sit(desk, session, path)
    return redirect("/sources?add=1")


def show_open(desk: Desk, request: Request) -> Response:
    """Which vault, and its passphrase."""
    return desk.page(
        request,
        "start_open.html",
        vaults=_lobby(desk).vaults(),
        place=request.query_params.get("place", ""),
        fault=None,
    )


async def open_one(desk: Desk, request: Request) -> Response:
    """Open a vault and sit down at it."""
    form = await read_form(request, desk)
    lobby, named = _lobby(desk), str(form.get("place") or "")
    try:
        path = lobby.place(named)
        session = await asyncio.to_thread(lobby.open, path, str(form.get("passphrase") or ""))
    except FirsthandError as fault:
        return desk.page(request, "start_open.html", status=422, vaults=lobby.vaults(), place=named, fault=fault)
    _sit(desk, session, path)
    return redirect("/")


def _sit(desk: Desk, session: Session, path: Path) -> None:
    lobby = _lobby(desk)
    desk.sit_down(session, title=path.name, is_practice=False, unlock=lambda secret: lobby.open(path, secret))


async def close(desk: Desk, request: Request) -> Response:
    """Close the vault and go back to the start page, where there is one."""
    await read_form(request, desk)
    if desk.lobby is not None:
        desk.stand_up()
    return redirect("/")
