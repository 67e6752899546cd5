"""Sources: terms of consent first, files by drop, what was left out and why."""

from __future__ import annotations

import tempfile
from pathlib import Path

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from firsthand.interfaces.web.desk import Desk, FormNotOurs, redirect
from firsthand.sources.consent import Consent, GivenBy, Purpose, decide_consent
from firsthand.values.errors import FirsthandError
from firsthand.values.ids import ConsentId, SourceId
from firsthand.workbench.coding import propose_for
from firsthand.workbench.collecting import FileSetAside, add_files
from firsthand.workbench.jobs import Progress
from firsthand.workbench.withdrawing import (
    ERASE_WORD,
    ConsentUnknown,
    erase_source,
    withdraw_consent,
    withdrawal_effects,
)

__all__ = ["add_sources", "erase", "show_source", "show_sources", "show_withdrawal", "withdraw"]


def show_sources(desk: Desk, request: Request) -> Response:
    """All sources with their documents and terms."""
    session = desk.session
    documents = session.documents()
    consents = session.consents()
    withdrawn = {w.consent for w in session.withdrawals()}
    rows = [
        {
            "source": source,
            "documents": [d for d in documents if d.source == source.id],
            "consents": [c for c in consents if c.source == source.id],
            "withdrawn": any(c.id in withdrawn for c in consents if c.source == source.id),
        }
        for source in sorted(session.sources(), key=lambda source: str(source.received_at))
    ]
    return desk.page(request, "sources.html", rows=rows, purposes=list(Purpose))


async def add_sources(desk: Desk, request: Request) -> Response:
    """Take files; reading and proposing go on as a job, and the page of jobs shows where it is."""
    form = await request.form()
    if form.get("csrf") != desk.door.form_token:
        raise FormNotOurs("This form did not come from the workbench.")
    purposes = frozenset(Purpose(str(value)) for value in form.getlist("purpose"))
    terms = None
    if purposes:
        given_by = GivenBy(str(form.get("given_by") or GivenBy.SELF))
        terms = Consent(
            id=ConsentId("consent-pattern"),
            source=SourceId("source-pattern"),
            purposes=purposes,
            given_by=given_by,
            given_on=desk.now().date(),
            conditions=str(form.get("conditions", "")),
        )
    files = [(f.filename or "file", await f.read()) for f in form.getlist("files") if isinstance(f, UploadFile)]

    def work(progress: Progress) -> str:
        # Bytes pass through a private folder, because readers take files; it is gone before the job ends.
        with tempfile.TemporaryDirectory(prefix="firsthand-") as folder:
            paths = []
            for number, (name, content) in enumerate(files):
                path = Path(folder) / str(number) / Path(name).name
                path.parent.mkdir()
                path.write_bytes(content)
                paths.append(path)
            collected = add_files(desk.session, paths, terms=terms, progress=progress)
        propose_for(desk.session, collected.documents, progress=progress)
        return "\n".join(
            [f"{len(collected.documents)} / {collected.files_in}", *(_line(aside) for aside in collected.set_aside)]
        )

    desk.jobs.start("add files", work)
    return redirect("/jobs")


def _line(aside: FileSetAside) -> str:
    return f"{aside.file_name}: {aside.reason} {aside.advice}"


def show_source(desk: Desk, request: Request) -> Response:
    """One source: documents, what was left behind, consent by purpose, claims."""
    session = desk.session
    source = session.source(SourceId(request.path_params["id"]))
    consents = session.consents(source=source.id)
    today = desk.now().date()
    allowed = {
        purpose: decide_consent(purpose, consents=consents, withdrawals=session.withdrawals(), on=today)
        for purpose in Purpose
    }
    return desk.page(
        request,
        "source.html",
        source=source,
        documents=session.documents(source=source.id),
        consents=consents,
        allowed=allowed,
        claims=session.claims(source=source.id),
    )


def _purposes(consent: Consent | None, chosen: list[str]) -> frozenset[Purpose]:
    if consent is None:
        raise ConsentUnknown("There is no consent with that identifier.")
    return frozenset(Purpose(p) for p in chosen) or consent.purposes


def show_withdrawal(desk: Desk, request: Request) -> Response:
    """What withdrawing would reach, before anything is done."""
    consent = desk.session.read.get("consent", request.path_params["id"])
    purposes = _purposes(consent, request.query_params.getlist("purpose"))
    effects = withdrawal_effects(desk.session, consent.id, purposes)
    return desk.page(request, "withdrawal.html", consent=consent, effects=effects, purposes=purposes, word=ERASE_WORD)


async def withdraw(desk: Desk, request: Request) -> Response:
    """Carry the withdrawal out."""
    form = await request.form()
    if form.get("csrf") != desk.door.form_token:
        raise FormNotOurs("This form did not come from the workbench.")
    consent = desk.session.read.get("consent", request.path_params["id"])
    purposes = _purposes(consent, [str(value) for value in form.getlist("purpose")])
    withdraw_consent(desk.session, consent.id, purposes, on=desk.now().date())
    return redirect(f"/sources/{consent.source}")


async def erase(desk: Desk, request: Request) -> Response:
    """Destroy the source's key; asks for a typed word."""
    form = await request.form()
    if form.get("csrf") != desk.door.form_token:
        raise FormNotOurs("This form did not come from the workbench.")
    try:
        erase_source(desk.session, SourceId(request.path_params["id"]), str(form.get("word", "")))
    except FirsthandError as error:
        return desk.fault(request, error)
    return redirect("/sources")
