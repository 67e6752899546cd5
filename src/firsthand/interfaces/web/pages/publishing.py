"""The publication corridor: audience, what must go, rehearsal, release."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from firsthand.estimation.counts import Breakdown
from firsthand.interfaces.web.desk import Desk, read_form, redirect
from firsthand.interfaces.web.pages.counting import category_label
from firsthand.interfaces.web.words import translate
from firsthand.publication.bundle import Format
from firsthand.publication.disclosure import PublishedTable
from firsthand.publication.policy import Audience
from firsthand.workbench.jobs import Progress, silent
from firsthand.workbench.publishing import TOTAL, ReleasePlan, earlier_tables, plan_release
from firsthand.workbench.releasing import (
    TEMPLATES,
    Release,
    approve_release,
    needs_second_person,
    packaged_template,
    release_files,
    zip_of,
)
from firsthand.workbench.session import Session

__all__ = ["release", "show_corridor"]


_FORMATS = (Format.HTML, Format.PDF, Format.FIGURES, Format.PROV)


def show_corridor(desk: Desk, request: Request) -> Response:
    """Look at what would leave."""
    audience = Audience(request.query_params.get("audience", Audience.PUBLIC))
    by = _by(request.query_params.getlist("by"))
    session, title = desk.session, request.query_params.get("title", "")
    name = f"plan {audience} {','.join(by)} {desk.now().date()}"
    job = desk.work_out(name, lambda progress: _planned(session, name, audience, by, progress))
    if job is not None:
        return desk.page(request, "preparing.html", job=job, back=f"/publish?{_query(audience, by, title)}")
    plan = _planned(session, name, audience, by)
    if not plan.passes:
        desk.did("publish")
    return desk.page(
        request,
        "publish.html",
        plan=plan,
        audience=audience,
        audiences=list(Audience),
        by=by,
        breakdowns=list(Breakdown),
        shown=[row for table in plan.tables.values() for row in _shown(desk, plan, table)],
        changes=plan.changes_since(earlier_tables(desk.session)),
        formats=_FORMATS,
        templates=[name for name in TEMPLATES if name == "dossier"],
        title=title,
        needs_second=needs_second_person(desk.session, plan, title),
    )


def _planned(
    session: Session, name: str, audience: Audience, by: list[Breakdown], progress: Progress = silent
) -> ReleasePlan:
    """The plan for the vault as it stands, worked out once."""
    kept = session.memory.get(name)
    if isinstance(kept, tuple) and kept[0] == len(session.vault):
        return cast("ReleasePlan", kept[1])
    progress("rehearse", 0, 1)
    at, plan = len(session.vault), plan_release(session, audience, by)
    session.memory[name] = (at, plan)
    return plan


def _by(asked: list[str]) -> list[Breakdown]:
    return [Breakdown(b) for b in dict.fromkeys(asked) if b][:2] or [Breakdown.ACT]


def _shown(desk: Desk, plan: ReleasePlan, table: PublishedTable) -> list[tuple[list[str], str]]:
    return [
        ([_label(desk, b, c) for b, c in zip(plan.by, cell.categories, strict=True)], cell.shown)
        for cell in table.cells
    ]


def _label(desk: Desk, breakdown: Breakdown, category: str) -> str:
    if category == TOTAL:
        return translate("Total", desk.language)
    return category_label(desk, breakdown, category)


async def release(desk: Desk, request: Request) -> Response:
    """Approve, or release as one file to keep, or be refused with the rule."""
    form = await read_form(request, desk)
    audience, by = Audience(str(form.get("audience"))), _by(str(form.get("by", "")).split(","))
    title = str(form.get("title", "")).strip()
    plan = plan_release(desk.session, audience, by)
    if form.get("do") == "approve":
        approve_release(desk.session, plan, title=title)
        return redirect(f"/publish?{_query(audience, by, title)}")
    asked = Release(
        title=title,
        formats=tuple(f for f in _FORMATS if form.get(f"format-{f.value}")),
        template=packaged_template("dossier", desk.language),
        language=desk.language,
    )
    kept, files = release_files(desk.session, plan, asked)
    return Response(
        zip_of(files),
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{kept.id}.zip"', "Cache-Control": "no-store"},
    )


def _query(audience: Audience, by: list[Breakdown], title: str) -> str:
    return urlencode([("audience", audience.value), *(("by", b.value) for b in by), ("title", title)])
