"""Estimates: who is on which list, each method as an interval, warnings in words, "not enough overlap" as a result."""

from __future__ import annotations

from typing import cast

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from firsthand.estimation import EstimateResult, draw_patterns, draw_posteriors
from firsthand.interfaces.web.desk import Desk
from firsthand.interfaces.web.pictures.whiskers import draw_whiskers
from firsthand.values.errors import InputError
from firsthand.workbench.estimating import Overlap, estimate_from_lists, overlap
from firsthand.workbench.hearing import heard_in
from firsthand.workbench.jobs import Progress, silent
from firsthand.workbench.session import Session

__all__ = ["show_estimates"]


def _drawn(picture: str) -> Markup:
    return Markup(picture)  # noqa: S704  charts escape every text


def _estimated(session: Session, progress: Progress = silent) -> tuple[Overlap, list[EstimateResult]]:
    """The overlap of lists and every method's result, for the lists as they stand, worked out once."""
    kept = session.memory.get("estimates")
    if isinstance(kept, tuple) and kept[0] == len(session.vault):
        return cast("tuple[Overlap, list[EstimateResult]]", kept[1])
    at = len(session.vault)
    progress("link lists", 0, 2)
    found = overlap(session)
    progress("estimate", 1, 2)
    results = list(estimate_from_lists(found))
    session.memory["estimates"] = (at, (found, results))
    return found, results


def show_estimates(desk: Desk, request: Request) -> Response:
    """The overlap of lists and what it allows to say."""
    session = desk.session
    job = desk.work_out("estimates", lambda progress: _estimated(session, progress))
    if job is not None:
        return desk.page(request, "preparing.html", job=job, back="/estimates")
    try:
        found, results = _estimated(session)
    except InputError as fault:
        return desk.page(request, "estimates_none.html", fault=fault)
    return desk.page(
        request,
        "estimates.html",
        found=found,
        heard=heard_in(session),
        results=results,
        usable=[r for r in results if r.identifiable],
        picture=draw_whiskers(found.table.observed_count, [r for r in results if r.identifiable]),
        # Drawn when the page is, since only then its language is known.
        patterns=lambda words: _drawn(draw_patterns(found.table, words=words)),
        posteriors=lambda words: _drawn(draw_posteriors(found.table.observed_count, results, words=words)),
    )
