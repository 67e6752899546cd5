"""The start page: what the vault holds, and the first five minutes."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from firsthand.interfaces.web.desk import Desk, read_form, redirect
from firsthand.workbench.practice import PRACTICE_TASKS
from firsthand.workbench.settings import read_setting, write_setting

__all__ = ["components", "home", "keys", "lock", "show_jobs", "stop_job", "task_done", "unlock"]


def home(desk: Desk, request: Request) -> Response:
    """Overview and tasks."""
    vault = desk.session.read
    counts = {
        "sources": vault.count("source"),
        "documents": vault.count("document"),
        "open": vault.count("proposal", status="open"),
        "claims": vault.count("claim", status="accepted"),
        "findings": vault.count("finding"),
    }
    done = set(filter(None, read_setting(desk.session, "tasks done").split(" ")))
    tasks = PRACTICE_TASKS if desk.is_practice else ()
    return desk.page(request, "home.html", counts=counts, tasks=tasks, done=done)


async def task_done(desk: Desk, request: Request) -> Response:
    """Keep that a practice task was done, or start again."""
    form = await read_form(request, desk)
    done = set(filter(None, read_setting(desk.session, "tasks done").split(" ")))
    task = str(form.get("task", ""))
    wanted = {*done, task} & set(PRACTICE_TASKS) if task != "again" else set()
    write_setting(desk.session, "tasks done", " ".join(t for t in PRACTICE_TASKS if t in wanted))
    return redirect("/")


def keys(desk: Desk, request: Request) -> Response:
    """The map of keys."""
    return desk.page(request, "keys.html")


def components(desk: Desk, request: Request) -> Response:
    """Every component of the pages in use, for those who build them."""
    return desk.page(request, "components.html")


def show_jobs(desk: Desk, request: Request) -> Response:
    """Long work: stage, n of m, time left."""
    return desk.page(request, "jobs.html", jobs=list(desk.jobs), now=desk.now())


async def stop_job(desk: Desk, request: Request) -> Response:
    """Ask a job to stop after the step that it is at."""
    await read_form(request, desk)
    job = desk.jobs.job(int(request.path_params["number"]))
    if job is not None:
        job.cancel()
    return redirect("/jobs")


async def lock(desk: Desk, request: Request) -> Response:
    """Close the vault, and show nothing until the passphrase is given again."""
    await read_form(request, desk)
    desk.lock()
    return redirect("/")


async def unlock(desk: Desk, request: Request) -> Response:
    """Open the pages again."""
    form = await read_form(request, desk)
    if desk.open_again(str(form.get("passphrase", ""))):
        return redirect("/")
    return desk.page(request, "locked.html", status=403, wrong=True)
