"""The codebook editor: a project's acts, fields and examples, without code."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from firsthand.claims.codebook import CodebookAct, CodebookField, FieldKind, read_huridocs
from firsthand.interfaces.web.desk import Desk, paged, read_form, redirect
from firsthand.values.errors import FirsthandError
from firsthand.values.ids import ClaimId
from firsthand.workbench.codebook import (
    add_examples,
    fields_of,
    fill_fields,
    import_codebook,
    import_huridocs,
    keep_act,
    keep_field,
    retire,
)

__all__ = ["change", "fill", "show_codebook", "show_fields", "take_list"]

HANDLING = ("", "restricted_if_minor", "restricted", "sealed")
MOST_FILE = 5_000_000


def show_codebook(desk: Desk, request: Request) -> Response:
    """The project's acts and fields, and one of them to change."""
    return _page(desk, request)


def _page(desk: Desk, request: Request, fault: FirsthandError | None = None) -> Response:
    book = desk.session.codebook
    code = request.query_params.get("act", "")
    shipped = [term for term in desk.session.acts if book.act(term.code) is None]
    return desk.page(
        request,
        "codebook.html",
        status=422 if fault else 200,
        book=book,
        page=paged(request, sorted(book.acts, key=lambda act: act.label_en), size=60),
        chosen=book.act(code),
        fault=fault,
        kinds=list(FieldKind),
        handling=HANDLING,
        shipped=shipped,
        packaged=request.query_params.get("packaged", ""),
    )


def _lines(form: dict[str, Any], name: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in str(form.get(name) or "").splitlines() if line.strip())


def _told(form: dict[str, Any], name: str) -> str:
    return str(form.get(name) or "").strip()


async def change(desk: Desk, request: Request) -> Response:
    """Keep an act, a field or examples; retire one."""
    form = await read_form(request, desk)
    session, do, code = desk.session, _told(form, "do"), _told(form, "code")
    try:
        if do == "act":
            cues = {"en": _told(form, "cues_en"), "ko": _told(form, "cues_ko")}
            before = session.codebook.act(code) or CodebookAct(code=code, label_en=_told(form, "label_en"))
            act = replace(
                before,
                label_en=_told(form, "label_en"),
                label_ko=_told(form, "label_ko"),
                definition=_told(form, "definition"),
                handling=_told(form, "handling"),
                cues={language: cell for language, cell in cues.items() if cell},
                examples=_lines(form, "examples"),
                counter_examples=_lines(form, "counter_examples"),
                retired=False,
            )
            keep_act(session, act)
        elif do == "field":
            choices = dict(line.partition("=")[::2] for line in _lines(form, "choices"))
            keep_field(
                session,
                CodebookField(
                    code=code,
                    label_en=_told(form, "label_en"),
                    label_ko=_told(form, "label_ko"),
                    kind=FieldKind(_told(form, "kind") or FieldKind.TEXT),
                    choices={name.strip(): label.strip() or name.strip() for name, label in choices.items()},
                ),
            )
        elif do == "examples":
            add_examples(session, code, _lines(form, "examples"))
        elif do == "retire":
            retire(session, code)
    except FirsthandError as fault:
        return _page(desk, request, fault)
    return redirect("/codebook")


async def take_list(desk: Desk, request: Request) -> Response:
    """Take acts over from a file: a codebook, or a list of the HURIDOCS micro-thesauri."""
    form = await read_form(request, desk)
    file = form.get("file")
    content = await file.read(MOST_FILE) if isinstance(file, UploadFile) else b""
    text = content.decode("utf-8-sig", "replace")
    try:
        if text.lstrip().startswith("{"):
            import_codebook(desk.session, text)
        else:
            number = _told(form, "list") or read_huridocs(text)[0].number
            import_huridocs(desk.session, text, list_number=number)
    except FirsthandError as fault:
        return _page(desk, request, fault)
    return redirect("/codebook")


def show_fields(desk: Desk, request: Request) -> Response:
    """The project's fields of one claim."""
    return _fields(desk, request)


def _fields(desk: Desk, request: Request, fault: FirsthandError | None = None) -> Response:
    claim = desk.session.claim(ClaimId(request.path_params["id"]))
    return desk.page(
        request,
        "claim_fields.html",
        status=422 if fault else 200,
        claim=claim,
        fields=fields_of(desk.session, claim),
        fault=fault,
    )


async def fill(desk: Desk, request: Request) -> Response:
    """Fill in the project's fields of a claim; a new claim takes its place."""
    form = await read_form(request, desk)
    values = {name.removeprefix("field-"): str(value) for name, value in form.items() if name.startswith("field-")}
    try:
        claim = fill_fields(desk.session, ClaimId(request.path_params["id"]), values)
    except FirsthandError as fault:
        return _fields(desk, request, fault)
    return redirect(f"/claims/{claim.id}")
