"""Map and timeline: uncertain places as areas, uncertain dates as spans with soft ends."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from starlette.requests import Request
from starlette.responses import Response

from firsthand.interfaces.web.desk import Desk, paged
from firsthand.interfaces.web.pictures.bars import Bar, draw_bars
from firsthand.interfaces.web.pictures.spans import Span, draw_spans
from firsthand.interfaces.web.pictures.world import MapArea, draw_map
from firsthand.interfaces.web.words import date_in_words
from firsthand.values.dates import UncertainDate
from firsthand.values.ids import ClaimId
from firsthand.workbench.gazetteer import outlines_for, place_name
from firsthand.workbench.overview import ClaimBrief, Overview, overview_of

__all__ = ["show_map", "show_timeline"]


def show_map(desk: Desk, request: Request) -> Response:
    """Accepted claims by place; a place known to the county is drawn as an area, never as a dot."""
    overview = overview_of(desk.session)
    told, without = overview.once("by place", lambda: _by_place(overview))
    areas = [
        MapArea(
            id=key,
            name=place_name(key, desk.language, overview.places[key].name),
            count=len(claims),
            place=overview.places[key],
            outline=outlines_for(key),
        )
        for key, claims in sorted(told.items(), key=lambda item: -len(item[1]))
    ]
    return desk.page(
        request,
        "map.html",
        areas=areas,
        page=paged(request, areas, size=60),
        claims=told,
        without=without,
        picture=draw_map(areas[:400], outlines_for),
    )


def _by_place(overview: Overview) -> tuple[dict[str, list[ClaimId]], int]:
    told: dict[str, list[ClaimId]] = {}
    without = 0
    for claim in overview.accepted():
        if claim.place is None:
            without += 1
        else:
            told.setdefault(claim.place, []).append(claim.id)
    return told, without


def show_timeline(desk: Desk, request: Request) -> Response:
    """Accepted claims in time: by year first where they are many, then span by span."""
    overview = overview_of(desk.session)
    dated = overview.once("in time", lambda: _in_time(overview))
    years = overview.once("by year", lambda: Counter(_first_day(claim).year for claim in dated))
    year = request.query_params.get("year", "")
    chosen = [c for c in dated if str(_first_day(c).year) == year] if year else dated
    page = paged(request, chosen, size=80)
    spans = [
        Span(
            label=", ".join(desk.session.acts[a].label(desk.language) for a in claim.acts[:1]),
            words=date_in_words(UncertainDate(edtf=claim.edtf, words=claim.words), desk.language),
            earliest=claim.earliest,
            latest=claim.latest,
            is_approximate=claim.is_approximate,
            address=f"/claims/{claim.id}",
        )
        for claim in page.rows
    ]
    many = len(dated) > len(spans) or bool(year)
    bars = [Bar(label=str(y), value=n, address=f"/timeline?year={y}") for y, n in sorted(years.items())] if many else []
    return desk.page(
        request,
        "timeline.html",
        spans=spans,
        page=page,
        year=year,
        dated=len(dated),
        without=len(overview.accepted()) - len(dated),
        years=draw_bars(bars) if len(bars) <= 80 else "",
        picture=draw_spans(spans),
    )


def _first_day(claim: ClaimBrief) -> dt.date:
    return claim.earliest or claim.latest or dt.date.max


def _in_time(overview: Overview) -> list[ClaimBrief]:
    dated = [c for c in overview.accepted() if c.earliest is not None or c.latest is not None]
    return sorted(dated, key=lambda c: (_first_day(c), c.latest or c.earliest or dt.date.max, c.id))
