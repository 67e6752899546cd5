"""Blind double coding: two coders code apart; when both are done, agreement and differences side by side."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from firsthand.claims.agreement import Unit
from firsthand.claims.attribution import Informant, InformantType, Span
from firsthand.claims.claim import Statement, StatementKind
from firsthand.interfaces.web.desk import Desk, paged, read_form, redirect
from firsthand.interfaces.web.pages.reader import statement_of_form
from firsthand.passages.sentences import split_sentences
from firsthand.values.errors import FirsthandError
from firsthand.values.grades import AgeGroup
from firsthand.values.ids import DocumentId, ProposalId
from firsthand.values.vocabularies import packaged_vocabulary
from firsthand.workbench.double_coding import (
    agreement_in_vault,
    assign,
    assignments,
    code_apart,
    coded_by,
    compare,
    mark_done,
    settle,
    settled_in,
    take_back,
)

__all__ = ["assign_documents", "code", "finish", "hold_to", "remove", "show_comparison", "show_document", "show_double"]

_EMPTY = Statement(kind=StatementKind.CONTEXT, informant=Informant(type=InformantType.UNNAMED_PERSON))


def show_double(desk: Desk, request: Request) -> Response:
    """Documents that are coded twice, and agreement over those that both coders are done with."""
    return _overview(desk, request)


def _overview(desk: Desk, request: Request, fault: FirsthandError | None = None) -> Response:
    session = desk.session
    codings = assignments(session)
    documents = {document.id: document for document in session.documents()}
    agreement, compared = agreement_in_vault(session)
    assigned = {coding.document for coding in codings}
    return desk.page(
        request,
        "double.html",
        status=422 if fault else 200,
        codings=codings,
        documents=documents,
        free=[document for document in documents.values() if document.id not in assigned],
        agreement=agreement,
        compared=compared,
        actor=session.actor,
        fault=fault,
    )


async def assign_documents(desk: Desk, request: Request) -> Response:
    """Assign a document to two coders."""
    form = await read_form(request, desk)
    coders = (str(form.get("first") or ""), str(form.get("second") or ""))
    try:
        assign(desk.session, [DocumentId(str(form.get("document") or ""))], coders)
    except FirsthandError as fault:
        return _overview(desk, request, fault)
    return redirect("/double")


def show_document(desk: Desk, request: Request) -> Response:
    """The text with one's own claims alone, and a form for the next one."""
    return _document(desk, request)


def _document(desk: Desk, request: Request, fault: FirsthandError | None = None) -> Response:
    session = desk.session
    document = session.document(DocumentId(request.path_params["id"]))
    coding = next((c for c in assignments(session) if c.document == document.id), None)
    if coding is None:
        return redirect("/double")
    if coding.is_open_to_see:
        return redirect(f"/double/{document.id}/compare")
    sentences = [(n, document.text[s.start : s.end]) for n, s in enumerate(split_sentences(document.text))]
    return desk.page(
        request,
        "double_document.html",
        status=422 if fault else 200,
        document=document,
        coding=coding,
        actor=session.actor,
        page=paged(request, sentences, size=60),
        count=len(sentences),
        claims=coded_by(session, document.id, session.actor),
        kinds=[kind for kind in StatementKind if kind is not StatementKind.QUANTITY],
        bases=list(packaged_vocabulary("source_basis")),
        ages=list(AgeGroup),
        informants=list(InformantType),
        fault=fault,
    )


async def code(desk: Desk, request: Request) -> Response:
    """Keep a claim made apart."""
    form = await read_form(request, desk)
    document = desk.session.document(DocumentId(request.path_params["id"]))
    sentences = split_sentences(document.text)
    first, last = str(form.get("from") or ""), str(form.get("to") or form.get("from") or "")
    try:
        chosen = sentences[int(first) - 1 : int(last)] if first.isdigit() and last.isdigit() and int(first) else ()
        support = [Span(s.start, s.end) for s in chosen]
        code_apart(desk.session, document.id, support, statement_of_form(form, desk, _EMPTY))
    except FirsthandError as fault:
        return _document(desk, request, fault)
    return redirect(f"/double/{document.id}#claims")


async def remove(desk: Desk, request: Request) -> Response:
    """Take back one's own claim."""
    form = await read_form(request, desk)
    take_back(desk.session, ProposalId(str(form.get("claim") or "")))
    return redirect(f"/double/{request.path_params['id']}#claims")


async def finish(desk: Desk, request: Request) -> Response:
    """Say that one is done."""
    await read_form(request, desk)
    mark_done(desk.session, DocumentId(request.path_params["id"]))
    return redirect("/double")


def show_comparison(desk: Desk, request: Request) -> Response:
    """Both coders' claims side by side, differences marked."""
    session = desk.session
    document = session.document(DocumentId(request.path_params["id"]))
    compared = compare(session, document.id)
    settled = settled_in(session, document.id)
    only = request.query_params.get("all") != "1"
    units = compared.differences if only else compared.units

    def words(unit: Unit) -> str:
        sides = [side for side in (unit.first, unit.second) if side is not None]
        return " … ".join(document.text[s.start : s.end] for s in sides[0].support)

    return desk.page(
        request,
        "double_comparison.html",
        document=document,
        coding=compared.coding,
        page=paged(request, list(enumerate(units)), size=20),
        differences=len(compared.differences),
        units=len(compared.units),
        only=only,
        words=words,
        held=lambda side: next(
            (one.id for one in settled if (one.support, one.statement) == (side.support, side.statement)), None
        ),
    )


async def hold_to(desk: Desk, request: Request) -> Response:
    """Record the claim that the team holds to: one coder's, as it was made."""
    form = await read_form(request, desk)
    document = DocumentId(request.path_params["id"])
    compared = compare(desk.session, document)
    wanted = str(form.get("claim") or "")
    sides = [side for unit in compared.units for side in (unit.first, unit.second) if side is not None]
    chosen = next((side for side in sides if side.id == wanted), None)
    if chosen is not None:
        settle(desk.session, document, chosen.support, chosen.statement)
    return redirect(f"/double/{document}/compare")
