"""Sources: terms of consent first, files by drop, what was left out and why."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from firsthand.interfaces.web.desk import Desk, FormNotOurs, paged, redirect
from firsthand.sources.consent import Consent, GivenBy, Purpose, decide_consent
from firsthand.sources.document import digest_of_bytes
from firsthand.sources.source import Source
from firsthand.values.errors import FirsthandError
from firsthand.values.ids import ConsentId, DocumentId, SourceId
from firsthand.workbench.background import propose_in_background
from firsthand.workbench.collecting import FileSetAside, add_files
from firsthand.workbench.jobs import Progress, silent
from firsthand.workbench.overview import DocumentBrief, Overview, overview_of
from firsthand.workbench.rulebook import rules_of
from firsthand.workbench.session import Session
from firsthand.workbench.withdrawing import (
    ERASE_WORD,
    ConsentUnknown,
    EffectReport,
    erase_source,
    withdraw_consent,
    withdrawal_effects,
)

__all__ = ["add_sources", "erase", "show_source", "show_sources", "show_withdrawal", "withdraw"]


SHOWN = ("all", "open", "unknown", "withdrawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A source with what a list says of it."""

    source: Source
    documents: list[DocumentBrief]
    purposes: list[str]
    withdrawn: bool
    open_count: int


def _rows(overview: Overview) -> list[SourceRow]:
    return [
        SourceRow(
            source=source,
            documents=overview.documents_of(source.id),
            purposes=sorted({p.value for c in overview.consents.get(source.id, {}).values() for p in c.purposes}),
            withdrawn=bool(overview.withdrawn & overview.consents.get(source.id, {}).keys()),
            open_count=sum(overview.open_in[d.id] for d in overview.documents_of(source.id)),
        )
        for source in sorted(overview.sources.values(), key=lambda source: (source.received_at, source.id))
    ]


_WANTED: dict[str, Callable[[SourceRow], bool]] = {
    "all": lambda row: row.source is not None,
    "open": lambda row: row.open_count > 0,
    "unknown": lambda row: not row.purposes,
    "withdrawn": lambda row: row.withdrawn,
}


def show_sources(desk: Desk, request: Request) -> Response:
    """Sources with their documents and terms, a page at a time."""
    overview = overview_of(desk.session)
    rows = overview.once("source rows", lambda: _rows(overview))
    shown = request.query_params.get("show", "all")
    shown = shown if shown in SHOWN else "all"
    counts = overview.once("source counts", lambda: {one: sum(map(_WANTED[one], rows)) for one in SHOWN})
    return desk.page(
        request,
        "sources.html",
        page=paged(request, [row for row in rows if _WANTED[shown](row)], size=40),
        shown=shown,
        counts=counts,
        purposes=list(Purpose),
        adding=not rows or request.query_params.get("add") == "1",
    )


async def add_sources(desk: Desk, request: Request) -> Response:
    """Take files; reading and proposing go on as a job, and the page of jobs shows where it is."""
    form = await request.form()
    if form.get("csrf") != desk.door.form_token:
        raise FormNotOurs("This form did not come from the workbench.")
    known = form.get("terms") == "known"
    purposes = frozenset(Purpose(str(value)) for value in form.getlist("purpose")) if known else frozenset()
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
    session, found = desk.session, Added()
    digests = [digest_of_bytes(content) for _, content in files]
    new = {digest for digest in digests if not session.read.count("document", sha256=digest)}

    def work(progress: Progress) -> str:
        # Bytes pass through a private folder, because readers take files; it is gone before the job ends.
        with tempfile.TemporaryDirectory(prefix="firsthand-") as folder:
            paths = []
            for number, (name, content) in enumerate(files):
                path = Path(folder) / str(number) / (Path(name).name or "file")
                path.parent.mkdir()
                path.write_bytes(content)
                paths.append(path)
            collected = add_files(session, paths, terms=terms, progress=progress)
        # When work goes on after a stop, what it kept itself before the stop is no file given twice.
        kept = [d for digest in digests if digest in new for d in session.read.all("document", sha256=digest)]
        kept = list({document.id: document for document in kept}.values())
        found.documents = [document.id for document in kept]
        names = {document.file_name for document in kept}
        found.aside = [a for a in collected.set_aside if a.cause != "SameFileTwice" or a.file_name not in names]
        unread = {brief.id for brief in overview_of(session).without_proposals()}
        done = propose_in_background(session, [d for d in kept if d.id in unread], progress=progress)
        return done.in_words

    desk.jobs.start("add files", work).found = found
    return redirect("/jobs")


@dataclass(slots=True)
class Added:
    """What became of files: documents by id, and what was set aside with its reason."""

    documents: list[DocumentId] = field(default_factory=list)
    aside: list[FileSetAside] = field(default_factory=list)


def show_source(desk: Desk, request: Request) -> Response:
    """One source: documents, what was left behind, consent by purpose, claims."""
    session = desk.session
    source = session.source(SourceId(request.path_params["id"]))
    consents = session.consents(source=source.id)
    today = desk.now().date()
    closed = session.closed
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
        withdrawn={w.consent for w in session.withdrawals()},
        allowed=allowed,
        page=paged(request, [c for c in session.claims(source=source.id) if c.document not in closed], size=40),
    )


def _purposes(consent: Consent | None, chosen: list[str]) -> frozenset[Purpose]:
    if consent is None:
        raise ConsentUnknown("There is no consent with that identifier.")
    return frozenset(Purpose(p) for p in chosen) or consent.purposes


def _effects(
    session: Session,
    name: str,
    consent: ConsentId,
    purposes: frozenset[Purpose],
    progress: Progress = silent,
) -> EffectReport:
    """What a withdrawal would reach in the vault as it stands, worked out once."""
    kept = session.memory.get(name)
    if isinstance(kept, tuple) and kept[0] == len(session.vault):
        return cast("EffectReport", kept[1])
    progress("weigh", 0, 1)
    at, effects = len(session.vault), withdrawal_effects(session, consent, purposes)
    session.memory[name] = (at, effects)
    return effects


def show_withdrawal(desk: Desk, request: Request) -> Response:
    """What withdrawing would reach, before anything is done."""
    consent = desk.session.read.get("consent", request.path_params["id"])
    purposes, session = _purposes(consent, request.query_params.getlist("purpose")), desk.session
    name = f"withdrawal {consent.id} {','.join(sorted(purposes))}"
    job = desk.work_out(name, lambda progress: _effects(session, name, consent.id, purposes, progress))
    if job is not None:
        return desk.page(request, "preparing.html", job=job, back=f"{request.url.path}?{request.url.query}")
    effects = _effects(session, name, consent.id, purposes)
    return desk.page(
        request,
        "withdrawal.html",
        consent=consent,
        effects=effects,
        purposes=purposes,
        word=ERASE_WORD,
        findings={f.id: f for f in desk.session.read.all("finding")},
        rules=rules_of(desk.session),
    )


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
