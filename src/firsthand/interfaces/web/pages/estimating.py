"""Estimates: who is on which list, each method as an interval, warnings in words, "not enough overlap" as a result."""

from __future__ import annotations

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from firsthand.estimation import draw_patterns, draw_posteriors
from firsthand.interfaces.web.desk import Desk
from firsthand.interfaces.web.pictures.whiskers import draw_whiskers
from firsthand.values.errors import InputError
from firsthand.workbench.estimating import estimate_from_lists, overlap

__all__ = ["show_estimates"]


def _drawn(picture: str) -> Markup:
    return Markup(picture)  # noqa: S704  charts escape every text


def show_estimates(desk: Desk, request: Request) -> Response:
    """The overlap of lists and what it allows to say."""
    try:
        found = overlap(desk.session)
        results = estimate_from_lists(found)
    except InputError as fault:
        return desk.page(request, "estimates_none.html", fault=fault)
    return desk.page(
        request,
        "estimates.html",
        found=found,
        results=results,
        usable=[r for r in results if r.identifiable],
        picture=draw_whiskers(found.table.observed_count, [r for r in results if r.identifiable]),
        # Drawn when the page is, since only then its language is known.
        patterns=lambda words: _drawn(draw_patterns(found.table, words=words)),
        posteriors=lambda words: _drawn(draw_posteriors(found.table.observed_count, results, words=words)),
    )
