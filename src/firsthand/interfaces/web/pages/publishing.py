"""The publication corridor: audience, what must go, rehearsal, release."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from firsthand.estimation.counts import Breakdown
from firsthand.interfaces.web.desk import Desk, read_form, redirect
from firsthand.interfaces.web.pages.counting import category_label
from firsthand.interfaces.web.words import translate
from firsthand.publication.policy import Audience
from firsthand.workbench.publishing import TOTAL, ReleasePlan, plan_release, release_table

__all__ = ["release", "show_corridor"]


def show_corridor(desk: Desk, request: Request) -> Response:
    """Look at what would leave."""
    audience = Audience(request.query_params.get("audience", Audience.PUBLIC))
    by = _by(request.query_params.getlist("by"))
    plan = plan_release(desk.session, audience, by)
    return desk.page(
        request,
        "publish.html",
        plan=plan,
        audience=audience,
        audiences=list(Audience),
        by=by,
        breakdowns=list(Breakdown),
        shown=_shown(desk, plan),
    )


def _by(asked: list[str]) -> list[Breakdown]:
    return [Breakdown(b) for b in dict.fromkeys(asked) if b][:2] or [Breakdown.ACT]


def _shown(desk: Desk, plan: ReleasePlan) -> list[tuple[list[str], str]]:
    if plan.table is None:
        return []
    return [
        ([_label(desk, b, c) for b, c in zip(plan.by, cell.categories, strict=True)], cell.shown)
        for cell in plan.table.cells
    ]


def _label(desk: Desk, breakdown: Breakdown, category: str) -> str:
    if category == TOTAL:
        return translate("Total", desk.language)
    return category_label(desk, breakdown, category)


async def release(desk: Desk, request: Request) -> Response:
    """Release, or be refused with the rule."""
    form = await read_form(request, desk)
    plan = plan_release(desk.session, Audience(str(form.get("audience"))), _by(str(form.get("by", "")).split(",")))
    release_table(desk.session, plan, title="")
    return redirect("/history")
