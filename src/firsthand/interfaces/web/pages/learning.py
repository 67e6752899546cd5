"""What was learned from decisions: seen, switched off, begun anew."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from firsthand.interfaces.web.desk import Desk, read_form, redirect
from firsthand.workbench.learning import begin_learning_anew, learning_standing, switch_learning

__all__ = ["change", "show_learning"]


def show_learning(desk: Desk, request: Request) -> Response:
    """Whether it is used, what it rests on, and what it says."""
    return desk.page(request, "learning.html", standing=learning_standing(desk.session))


async def change(desk: Desk, request: Request) -> Response:
    """Switch its use, or begin anew."""
    form = await read_form(request, desk)
    do = str(form.get("do", ""))
    if do == "anew":
        begin_learning_anew(desk.session)
    elif do in {"on", "off"}:
        switch_learning(desk.session, on=do == "on")
    return redirect("/learning")
