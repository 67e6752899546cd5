"""Acts, the sources behind them, findings with their standard of proof, and which sources are one source."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from firsthand.corroboration.dependence import DependenceKind, Standing
from firsthand.corroboration.findings import Finding
from firsthand.corroboration.weighing import WeighedAct
from firsthand.interfaces.web.desk import Desk, read_form, redirect
from firsthand.values.grades import Credibility, StandardOfProof
from firsthand.values.ids import FindingId
from firsthand.values.vocabularies import packaged_vocabulary
from firsthand.workbench.assessing import (
    Assessment,
    assess_vault,
    count_for_finding,
    decide_dependence,
    grade_finding,
    record_finding,
)
from firsthand.workbench.session import NotInVault

__all__ = [
    "act_address",
    "decide",
    "find",
    "grade",
    "show_act",
    "show_acts",
    "show_dependences",
    "show_finding",
    "show_findings",
]


def act_address(act: WeighedAct) -> str:
    """A stable address for an act: its code, country and first day; no words from a source."""
    group = act.group
    return f"{group.act}.{group.country or '-'}.{group.earliest or '-'}"


def _act(assessment: Assessment, address: str) -> WeighedAct:
    for act in assessment.weighing.acts:
        if act_address(act) == address:
            return act
    raise NotInVault("No claims speak of this act any more.")


def show_acts(desk: Desk, request: Request) -> Response:
    """All acts that accepted claims speak of, the best supported first."""
    with_proposals = request.query_params.get("proposals") == "1"
    assessment = assess_vault(desk.session, with_proposals=with_proposals)
    return desk.page(request, "acts.html", assessment=assessment, address=act_address, with_proposals=with_proposals)


def show_act(desk: Desk, request: Request) -> Response:
    """One act: claims for, denials, values side by side, how many independent sources and why."""
    assessment = assess_vault(desk.session, with_proposals=request.query_params.get("proposals") == "1")
    act = _act(assessment, request.path_params["address"])
    accounts = {assessment.weighing.accounts[key] for key in act.supporting}
    links = [d for d in assessment.weighing.dependences if d.a in accounts or d.b in accounts]
    documents = {d.id: d for d in desk.session.documents()}
    return desk.page(
        request,
        "act.html",
        act=act,
        address=act_address(act),
        assessment=assessment,
        links=links,
        accounts=sorted(accounts),
        documents=documents,
        standards=list(packaged_vocabulary("standards_of_proof")),
        account_label=_account_label(desk),
    )


def _account_label(desk: Desk) -> dict[str, str]:
    return {f"document {d.id}": desk.session.source(d.source).designation for d in desk.session.documents()}


async def find(desk: Desk, request: Request) -> Response:
    """Record a finding on an act."""
    form = await read_form(request, desk)
    act = _act(assess_vault(desk.session), request.path_params["address"])
    finding = record_finding(
        desk.session,
        act,
        statement=str(form.get("statement", "")),
        standard=StandardOfProof(str(form.get("standard") or StandardOfProof.SUSPICION)),
        reasons=str(form.get("reasons", "")),
    )
    return redirect(f"/findings/{finding.id}")


def show_findings(desk: Desk, request: Request) -> Response:
    """All findings."""
    assessment = assess_vault(desk.session)
    findings = [(f, count_for_finding(assessment, f)) for f in desk.session.read.all("finding")]
    return desk.page(request, "findings.html", findings=findings)


def _finding(desk: Desk, id: str) -> Finding:  # noqa: A002  its field's name
    finding = desk.session.read.get("finding", id)
    if not isinstance(finding, Finding):
        raise NotInVault("There is no finding with the identifier that was given.")
    return finding


def show_finding(desk: Desk, request: Request) -> Response:
    """One finding as a page: statement, standard, reasons, claims for and against, what would change it."""
    finding = _finding(desk, request.path_params["id"])
    assessment = assess_vault(desk.session)
    grades = [g for g in desk.session.read.all("credibility_grade") if g.finding == finding.id]
    claims = {c.id: c for c in desk.session.claims()}
    return desk.page(
        request,
        "finding.html",
        finding=finding,
        count=count_for_finding(assessment, finding),
        claims=claims,
        documents={d.id: d for d in desk.session.documents()},
        grades=grades,
        credibilities=list(packaged_vocabulary("credibility")),
    )


async def grade(desk: Desk, request: Request) -> Response:
    """Grade the information of a finding."""
    form = await read_form(request, desk)
    finding = _finding(desk, request.path_params["id"])
    grade_finding(
        desk.session,
        FindingId(finding.id),
        Credibility(int(str(form.get("grade") or 6))),
        str(form.get("reasons", "")),
    )
    return redirect(f"/findings/{finding.id}")


def show_dependences(desk: Desk, request: Request) -> Response:
    """Which sources are one source: families, reprints, and every dependence with its reason."""
    assessment = assess_vault(desk.session, with_proposals=request.query_params.get("proposals", "1") == "1")
    documents = {d.id: d for d in desk.session.documents()}
    return desk.page(
        request,
        "dependences.html",
        assessment=assessment,
        documents=documents,
        labels=_account_label(desk),
    )


async def decide(desk: Desk, request: Request) -> Response:
    """A person's word on a dependence."""
    form = await read_form(request, desk)
    decide_dependence(
        desk.session,
        str(form["a"]),
        str(form["b"]),
        kind=DependenceKind(str(form["kind"])),
        standing=Standing(str(form["standing"])),
        reason=str(form.get("reason") or "decided on the page of dependences"),
    )
    return redirect("/dependences")
