"""History with undo, and search."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import Response

from firsthand.interfaces.web.desk import Desk, paged, read_form, redirect
from firsthand.workbench.assessing import assess_vault
from firsthand.workbench.overview import overview_of
from firsthand.workbench.preparing import link_vault
from firsthand.workbench.searching import excerpt_of, find_documents, find_findings, find_people, other_spellings
from firsthand.workbench.undoing import undo_step

__all__ = ["search", "show_history", "undo"]

PAGE = 60


def show_history(desk: Desk, request: Request) -> Response:
    """Every step, newest first, each with a way back."""
    before = request.query_params.get("before", "")
    steps = desk.session.vault.history(limit=PAGE, before=int(before) if before.isdigit() else None)
    return desk.page(request, "history.html", steps=steps, page=PAGE)


async def undo(desk: Desk, request: Request) -> Response:
    """Undo a step; undo is a step itself."""
    form = await read_form(request, desk)
    step = str(form.get("step", ""))
    done = undo_step(desk.session, int(step) if step.isdigit() else None, together=form.get("together") == "1")
    back = str(form.get("back") or "/history")
    back = back if back.startswith("/") and not back.startswith("//") else "/history"
    address = URL(back).include_query_params(undone=done.undoes[0] if done.undoes else "")
    return redirect(str(address))


ROOMS = ("documents", "people", "findings")


def search(desk: Desk, request: Request) -> Response:
    """One box, both scripts; what is found by room, narrowed by facets; the address holds all of it."""
    session, asked = desk.session, request.query_params.get("q", "").strip()[:200]
    room = request.query_params.get("in", ROOMS[0])
    room = room if room in ROOMS else ROOMS[0]
    overview = overview_of(session)
    # Other spellings need names compared; what is found without them is shown at once.
    comparing = desk.work_out("linked", lambda progress: link_vault(session, progress)) if asked else None
    linked = assess_vault(session, with_proposals=True).linked if asked and comparing is None else None
    spellings = other_spellings(session, linked, asked) if linked and _may_be_name(asked) else []
    words = [asked, *spellings]
    documents = (
        [overview.documents[d] for d in find_documents(session, words) if d in overview.documents] if asked else []
    )
    people = find_people(session, linked, words) if linked else []
    findings = find_findings(session, words) if asked else []
    facets = {
        "language": Counter(d.language.value for d in documents),
        "kind": Counter(overview.sources[d.source].kind.value for d in documents),
    }
    chosen = {name: request.query_params.get(name, "") for name in facets}
    shown = [
        d
        for d in documents
        if chosen["language"] in {"", d.language.value}
        and chosen["kind"] in {"", overview.sources[d.source].kind.value}
    ]
    rows: dict[str, list[Any]] = {"documents": list(shown), "people": list(people), "findings": list(findings)}
    page = paged(request, rows[room], size=20)
    excerpts = {d.id: excerpt_of(session.document(d.id).text, words) for d in page.rows} if room == "documents" else {}
    return desk.page(
        request,
        "search.html",
        asked=asked,
        room=room,
        counts={name: len(found) for name, found in rows.items()},
        spellings=spellings,
        comparing=comparing is not None,
        facets=facets if room == "documents" else {},
        chosen=chosen,
        page=page,
        excerpts=excerpts,
        told=[session.read.get("finding", one) for one in page.rows] if room == "findings" else [],
        names=request.query_params.get("names") == "1",
        address=lambda **changed: _address(request, changed),
    )


def _may_be_name(asked: str) -> bool:
    return 1 <= len(asked.split()) <= 4 and len(asked) >= 2


def _address(request: Request, changed: dict[str, str]) -> str:
    kept = {k: v for k, v in request.query_params.items() if k not in {"page", "lang"}} | changed
    return "/search?" + urlencode({k: v for k, v in kept.items() if v})
