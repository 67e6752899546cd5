"""Map and timeline: uncertain places as areas, uncertain dates as spans with soft ends."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from firsthand.interfaces.web.desk import Desk
from firsthand.interfaces.web.pictures.spans import Span, draw_spans
from firsthand.interfaces.web.pictures.world import MapArea, draw_map
from firsthand.interfaces.web.words import date_in_words
from firsthand.workbench.gazetteer import outlines_for, place_name

__all__ = ["show_map", "show_timeline"]


def show_map(desk: Desk, request: Request) -> Response:
    """Accepted claims by place; a place known to the county is drawn as an area, never as a dot."""
    told: dict[str, list[str]] = {}
    places = {}
    without = 0
    for claim in desk.session.claims(status="accepted"):
        place = claim.statement.first_place
        if place is None or place.gazetteer_id is None:
            without += 1
            continue
        places[place.gazetteer_id] = place
        told.setdefault(place.gazetteer_id, []).append(claim.id)
    areas = [
        MapArea(
            id=key,
            name=place_name(key, desk.language, places[key].name),
            count=len(claims),
            place=places[key],
            outline=outlines_for(key),
        )
        for key, claims in sorted(told.items(), key=lambda item: -len(item[1]))
    ]
    return desk.page(
        request, "map.html", areas=areas, claims=told, without=without, picture=draw_map(areas, outlines_for)
    )


def show_timeline(desk: Desk, request: Request) -> Response:
    """Accepted claims in time."""
    dated = []
    without = 0
    for claim in desk.session.claims(status="accepted"):
        date = claim.statement.date
        if date is None or not date.is_known or (date.earliest is None and date.latest is None):
            without += 1
            continue
        dated.append((claim, date))
    dated.sort(key=lambda pair: (pair[1].earliest or pair[1].latest, pair[1].latest or pair[1].earliest))
    spans = [
        Span(
            label=", ".join(desk.session.acts[a].label(desk.language) for a in claim.statement.acts[:1]),
            words=date_in_words(date, desk.language),
            earliest=date.earliest,
            latest=date.latest,
            is_approximate=date.is_approximate,
            address=f"/claims/{claim.id}",
        )
        for claim, date in dated
    ]
    return desk.page(request, "timeline.html", spans=spans, without=without, picture=draw_spans(spans))
