"""The rules by which legal elements are checked, and a team's own."""

from __future__ import annotations

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from firsthand.corroboration.rules import RuleNotUsable
from firsthand.interfaces.web.desk import Desk, read_form, redirect
from firsthand.workbench.rulebook import RuleUnknown, add_rules, own_rules, remove_rule, rules_of

__all__ = ["add", "remove", "show_rule", "show_rules"]

MOST_BYTES = 200_000


def show_rules(desk: Desk, request: Request) -> Response:
    """All rules by instrument, and the form to add one."""
    return desk.page(request, "rules.html", rules=rules_of(desk.session), own=own_rules(desk.session))


def show_rule(desk: Desk, request: Request) -> Response:
    """One rule: parts and elements, each with what it cites and asks."""
    book = rules_of(desk.session)
    name = request.path_params["id"]
    if name not in book:
        raise RuleUnknown("There is no rule with that id.")
    return desk.page(request, "rule.html", rule=book[name], is_own=name in own_rules(desk.session))


async def add(desk: Desk, request: Request) -> Response:
    """Keep a rule file."""
    form = await read_form(request, desk)
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise RuleNotUsable("No rule file was chosen.", next_step="Choose a file that ends in .toml.")
    content = await file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise RuleNotUsable("The rule file is larger than 200 kB.")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise RuleNotUsable("The rule file is not UTF-8 text.") from None
    added = add_rules(desk.session, {file.filename: text})
    return redirect(f"/rules/{next(iter(added))}")


async def remove(desk: Desk, request: Request) -> Response:
    """Take a rule of the team's own out."""
    await read_form(request, desk)
    remove_rule(desk.session, request.path_params["id"])
    return redirect("/rules")
