"""Documented counts, and estimates beside them: never one figure for both."""

from __future__ import annotations

import heapq
import re
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from firsthand.estimation.counts import NOT_TOLD, Breakdown, CountRow
from firsthand.interfaces.web.desk import Desk, paged
from firsthand.interfaces.web.pictures.bars import Bar, draw_bars
from firsthand.interfaces.web.words import translate
from firsthand.values.vocabularies import packaged_vocabulary
from firsthand.workbench.explaining import findings_on
from firsthand.workbench.gazetteer import place_name
from firsthand.workbench.hearing import heard_in
from firsthand.workbench.overview import overview_of

_DECADE = re.compile(r"(\d{4})s")

__all__ = ["category_label", "show_cell", "show_counts"]


def category_label(desk: Desk, breakdown: Breakdown, category: str) -> str:
    """A category in words of the interface."""
    if category == NOT_TOLD:
        return translate(NOT_TOLD, desk.language)
    if breakdown is Breakdown.ACT and category in desk.session.acts:
        return desk.session.acts[category].label(desk.language)
    if breakdown in {Breakdown.COUNTRY, Breakdown.PROVINCE}:
        return place_name(category, desk.language)
    bases = packaged_vocabulary("source_basis")
    if breakdown is Breakdown.BASIS and category in bases:
        return f"{category} · {bases[category].label(desk.language)}"
    if breakdown is Breakdown.PERIOD and desk.language == "ko":
        return _DECADE.sub(r"\1년대", category)
    return category


def _breakdown(request: Request) -> list[Breakdown]:
    asked = [b for b in request.query_params.getlist("by") if b in set(Breakdown)]
    return [Breakdown(b) for b in dict.fromkeys(asked)][:3] or [Breakdown.ACT]


def show_counts(desk: Desk, request: Request) -> Response:
    """Counts of accepted claims by any breakdown, each opening to its claims."""
    by = _breakdown(request)
    table = overview_of(desk.session).count(by)
    rows = sorted(table.rows, key=lambda row: -row.documented_count) if _sort(request) == "count" else table.rows
    page = paged(request, rows, size=100)

    def label(row: CountRow) -> tuple[str, ...]:
        return tuple(category_label(desk, b, c) for b, c in zip(by, row.categories, strict=True))

    largest = heapq.nlargest(24, table.rows, key=lambda row: row.documented_count)
    bars = [
        Bar(label=" · ".join(label(row)), value=row.documented_count, address=_address(by, row.categories))
        for row in largest
    ]
    return desk.page(
        request,
        "counts.html",
        table=table,
        page=page,
        labels=[label(row) for row in page.rows],
        by=by,
        sort=_sort(request),
        breakdowns=list(Breakdown),
        top=" · ".join(label(largest[0])) if largest else "",
        counted=sum(row.documented_count for row in table.rows),
        picture=draw_bars(bars),
        addresses=[_address(by, row.categories) for row in page.rows],
        heard=heard_in(desk.session),
    )


def _sort(request: Request) -> str:
    return "count" if request.query_params.get("sort") == "count" else "name"


def _address(by: list[Breakdown], categories: tuple[str, ...]) -> str:
    return "/counts/cell?" + urlencode([(b.value, c) for b, c in zip(by, categories, strict=True)])


def show_cell(desk: Desk, request: Request) -> Response:
    """The claims of one cell."""
    overview = overview_of(desk.session)
    by = [b for b in Breakdown if str(b) in request.query_params]
    table = overview.count(by or [Breakdown.ACT])
    wanted = tuple(request.query_params[str(b)] for b in by)
    row = next((row for row in table.rows if row.categories == wanted), None)
    page = paged(request, row.claims if row else (), size=100)
    return desk.page(
        request,
        "cell.html",
        heard=heard_in(desk.session),
        findings=findings_on(desk.session, row.claims if row else ()),
        page=page,
        claims=[overview.claims[claim] for claim in page.rows],
        cell_label=" · ".join(category_label(desk, b, c) for b, c in zip(by, wanted, strict=True)),
        sources=overview.sources,
    )
