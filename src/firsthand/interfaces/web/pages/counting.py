"""Documented counts, and estimates beside them: never one figure for both."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from firsthand.estimation.counts import Breakdown, documented_counts
from firsthand.interfaces.web.desk import Desk
from firsthand.interfaces.web.pictures.bars import Bar, draw_bars
from firsthand.workbench.gazetteer import place_name

__all__ = ["category_label", "show_cell", "show_counts"]


def category_label(desk: Desk, breakdown: Breakdown, category: str) -> str:
    """A category in words of the interface."""
    if breakdown is Breakdown.ACT and category in desk.session.acts:
        return desk.session.acts[category].label(desk.language)
    if breakdown in {Breakdown.COUNTRY, Breakdown.PROVINCE}:
        return place_name(category, desk.language)
    return category


def _breakdown(request: Request) -> list[Breakdown]:
    asked = [b for b in request.query_params.getlist("by") if b in set(Breakdown)]
    return [Breakdown(b) for b in dict.fromkeys(asked)][:3] or [Breakdown.ACT]


def show_counts(desk: Desk, request: Request) -> Response:
    """Counts of accepted claims by any breakdown, each opening to its claims."""
    by = _breakdown(request)
    table = documented_counts(desk.session.claims(), by)
    labels = [tuple(category_label(desk, b, c) for b, c in zip(by, row.categories, strict=True)) for row in table.rows]
    bars = [
        Bar(label=" · ".join(label), value=row.documented_count, address=_address(by, row.categories))
        for label, row in zip(labels, table.rows, strict=True)
    ]
    return desk.page(
        request,
        "counts.html",
        table=table,
        labels=labels,
        by=by,
        breakdowns=list(Breakdown),
        top_row=max(range(len(table.rows)), key=lambda n: table.rows[n].documented_count, default=0),
        picture=draw_bars(sorted(bars, key=lambda bar: -bar.value)[:24]),
        addresses=[_address(by, row.categories) for row in table.rows],
    )


def _address(by: list[Breakdown], categories: tuple[str, ...]) -> str:
    return "/counts/cell?" + "&".join(f"{b}={c}" for b, c in zip(by, categories, strict=True))


def show_cell(desk: Desk, request: Request) -> Response:
    """The claims of one cell."""
    by = [b for b in Breakdown if str(b) in request.query_params]
    table = documented_counts(desk.session.claims(), by or [Breakdown.ACT])
    wanted = tuple(request.query_params[str(b)] for b in by)
    row = next((row for row in table.rows if row.categories == wanted), None)
    claims = [desk.session.claim(id) for id in row.claims] if row else []  # noqa: A001  an id is an id
    return desk.page(
        request,
        "cell.html",
        claims=claims,
        cell_label=" · ".join(category_label(desk, b, c) for b, c in zip(by, wanted, strict=True)),
        sources={s.id: s for s in desk.session.sources()},
    )
