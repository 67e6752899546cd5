"""The first page of an open vault: what it holds, where one stopped, what comes next; and the lock."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from firsthand.interfaces.web.desk import Desk, read_form, redirect
from firsthand.interfaces.web.pages.practising import tasks_of
from firsthand.interfaces.web.pages.resting import kept_place
from firsthand.interfaces.web.pages.start import show_start
from firsthand.workbench.background import propose_in_background
from firsthand.workbench.jobs import JobState, Progress
from firsthand.workbench.overview import overview_is_there, overview_of

__all__ = ["go_on_with", "here", "home", "lock", "propose_on_rest", "show_jobs", "stop_job", "unlock"]


def home(desk: Desk, request: Request) -> Response:
    """Overview and tasks; the start page while no vault is open."""
    if desk.held is None:
        return show_start(desk, request)
    vault, findings = desk.session.read, desk.session.read.all("finding")
    counts = {"findings": len(findings), "review": sum(bool(f.needs_review) for f in findings)}
    if overview_is_there(desk.session):
        overview = overview_of(desk.session)
        counts |= {"documents": len(overview.documents), "open": sum(overview.open_in.values())}
        counts["claims"] = len(overview.accepted())
    else:
        counts |= {"documents": vault.count("document"), "open": vault.count("proposal", status="open")}
        counts["claims"] = vault.count("claim", status="accepted")
    return desk.page(
        request,
        "home.html",
        counts=counts,
        tasks=tasks_of(desk),
        place=kept_place(desk),
        running=[job for job in desk.jobs if job.state is JobState.RUNNING and not job.quiet],
    )


def here(desk: Desk, request: Request) -> Response:
    """Someone reads without asking for anything; that counts as being here."""
    del desk, request
    return Response(status_code=204)


def show_jobs(desk: Desk, request: Request) -> Response:
    """Long work: stage, n of m, time left."""
    jobs = [job for job in desk.jobs if not job.quiet]
    running = any(job.state is JobState.RUNNING for job in jobs)
    unread = () if running else overview_of(desk.session).without_proposals()
    overview = overview_of(desk.session)
    return desk.page(
        request,
        "jobs.html",
        jobs=jobs,
        unread=unread,
        running=running,
        documents=overview.documents,
        open_in=overview.open_in,
        read=desk.session.document,
    )


async def propose_on_rest(desk: Desk, request: Request) -> Response:
    """Go on where proposing was cut short: documents on which nothing was proposed and nothing recorded."""
    await read_form(request, desk)
    session = desk.session

    def work(progress: Progress) -> str:
        left = [session.document(d.id) for d in overview_of(session).without_proposals()]
        done = propose_in_background(session, left, progress=progress)
        return done.in_words

    desk.jobs.start("propose", work)
    return redirect("/jobs")


async def stop_job(desk: Desk, request: Request) -> Response:
    """Ask a job to stop after the step that it is at."""
    await read_form(request, desk)
    job = desk.jobs.job(int(request.path_params["number"]))
    if job is not None:
        job.cancel()
    return redirect("/jobs")


async def go_on_with(desk: Desk, request: Request) -> Response:
    """Start stopped or failed work again; what was kept is not done twice."""
    await read_form(request, desk)
    desk.jobs.again(int(request.path_params["number"]))
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
