"""History with undo, and search."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from firsthand.interfaces.web.desk import Desk, read_form, redirect
from firsthand.workbench.undoing import undo_step

__all__ = ["search", "show_history", "undo"]

PAGE = 100


def show_history(desk: Desk, request: Request) -> Response:
    """Every step, newest first, each with a way back."""
    before = request.query_params.get("before", "")
    steps = desk.session.vault.history(limit=PAGE, before=int(before) if before.isdigit() else None)
    return desk.page(request, "history.html", steps=steps, page=PAGE)


async def undo(desk: Desk, request: Request) -> Response:
    """Undo a step; undo is a step itself."""
    form = await read_form(request, desk)
    step = str(form.get("step", ""))
    undo_step(desk.session, int(step) if step.isdigit() else None, together=form.get("together") == "1")
    back = str(form.get("back") or "/history")
    return redirect(back if back.startswith("/") and not back.startswith("//") else "/history")


def search(desk: Desk, request: Request) -> Response:
    """One box, both scripts; results by document with the words around them."""
    asked = request.query_params.get("q", "").strip()
    hits = desk.session.read.search(asked, ["document", "finding"], limit=50) if asked else []
    results = []
    for hit in hits:
        if hit.kind == "document":
            document = desk.session.read.get("document", hit.id)
            at = document.text.casefold().find(asked.casefold())
            low, high = max(0, at - 80), at + len(asked) + 120
            results.append(("document", document, document.text[low:high] if at >= 0 else document.text[:160]))
        else:
            finding = desk.session.read.get("finding", hit.id)
            results.append(("finding", finding, finding.statement))
    return desk.page(request, "search.html", asked=asked, results=results)
