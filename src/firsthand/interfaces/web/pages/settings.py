"""Settings, the keys, and who can open the vault."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from firsthand.interfaces.web.desk import Desk, read_form, redirect
from firsthand.interfaces.web.keymap import ACTS, Keymap
from firsthand.interfaces.web.preferences import IDLE_MINUTES, THEMES, Preferences, store_preferences
from firsthand.interfaces.web.words import LANGUAGES
from firsthand.values.errors import FirsthandError, InputError
from firsthand.values.grades import Handling
from firsthand.workbench.keeping import add_user, change_passphrase, remove_user, users_of
from firsthand.workbench.lobby import SHORTEST_PASSPHRASE, PassphraseTooShort
from firsthand.workbench.opening import suggest_passphrase

__all__ = ["add_person", "keys", "new_passphrase", "remove_person", "save", "save_keys", "show_settings", "show_users"]


def show_settings(desk: Desk, request: Request) -> Response:
    """Language, theme, lock, covers."""
    return desk.page(request, "settings.html", kept=desk.preferences, themes=THEMES, minutes=IDLE_MINUTES)


async def save(desk: Desk, request: Request) -> Response:
    """Keep settings."""
    form = await read_form(request, desk)
    language, theme, idle = str(form.get("language")), str(form.get("theme")), str(form.get("idle"))
    _keep(
        desk,
        replace(
            desk.preferences,
            language=language if language in LANGUAGES else "",
            theme=theme if theme in THEMES else "system",
            idle_minutes=int(idle) if idle in map(str, IDLE_MINUTES) else 15,
            covers=form.get("covers") == "1",
        ),
    )
    return redirect("/settings")


def _keep(desk: Desk, wanted: Preferences) -> None:
    store_preferences(desk.session, wanted)
    desk.take_preferences()


def keys(desk: Desk, request: Request) -> Response:
    """The map of keys, each changeable."""
    return _keys(desk, request)


def _keys(
    desk: Desk, request: Request, fault: InputError | None = None, asked: dict[str, str] | None = None
) -> Response:
    held = desk.preferences.keys
    return desk.page(
        request,
        "keys.html",
        status=422 if fault else 200,
        acts=ACTS,
        held={act.name: (asked or {}).get(act.name, held[act.name]) for act in ACTS},
        letters=held.letters,
        fault=fault,
    )


async def save_keys(desk: Desk, request: Request) -> Response:
    """Keep changed keys, or say why not."""
    form = await read_form(request, desk)
    if form.get("do") == "defaults":
        _keep(desk, replace(desk.preferences, keys=Keymap(changed={})))
        return redirect("/keys")
    asked = {act.name: str(form.get(act.name) or "") for act in ACTS}
    try:
        wanted = Keymap.of(asked, letters=form.get("letters") == "1")
    except InputError as fault:
        return _keys(desk, request, fault, asked)
    _keep(desk, replace(desk.preferences, keys=wanted))
    return redirect("/keys")


def show_users(desk: Desk, request: Request) -> Response:
    """Who can open the vault, and what they see."""
    return _users(desk, request)


def _users(desk: Desk, request: Request, fault: FirsthandError | None = None, name: str = "") -> Response:
    session = desk.session
    people = [
        {"place": p.slot, "you": p.slot == session.vault.own_slot, "name": p.name, "compartments": p.compartments}
        for p in users_of(session)
    ]
    return desk.page(
        request,
        "users.html",
        status=422 if fault else 200,
        people=people,
        name=name,
        classes=list(Handling),
        highest=session.highest,
        offered=suggest_passphrase(),
        fault=fault,
    )


def _checked(secret: str) -> str:
    if len(secret) < SHORTEST_PASSPHRASE:
        raise PassphraseTooShort(f"The passphrase is shorter than {SHORTEST_PASSPHRASE} characters.")
    return secret


async def add_person(desk: Desk, request: Request) -> Response:
    """Let someone open the vault with a passphrase of their own."""
    form = await read_form(request, desk)
    name = str(form.get("name") or "").strip()
    compartments = [part for part in ("sources", "identity") if form.get(part) == "1"]
    try:
        add_user(
            desk.session,
            name,
            _checked(str(form.get("passphrase") or "")),
            compartments,
            highest=Handling(int(str(form.get("highest") or int(Handling.INTERNAL)))),
        )
    except FirsthandError as fault:
        return _users(desk, request, fault, name)
    return redirect("/users")


async def remove_person(desk: Desk, request: Request) -> Response:
    """Take someone out; what is written from now on is under new keys."""
    form = await read_form(request, desk)
    try:
        remove_user(desk.session, str(form.get("place") or ""))
    except FirsthandError as fault:
        return _users(desk, request, fault)
    return redirect("/users")


async def new_passphrase(desk: Desk, request: Request) -> Response:
    """Give oneself another passphrase."""
    form = await read_form(request, desk)
    try:
        change_passphrase(desk.session, str(form.get("old") or ""), _checked(str(form.get("passphrase") or "")))
    except FirsthandError as fault:
        return _users(desk, request, fault)
    return redirect("/users")
