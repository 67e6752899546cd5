"""Acts, the sources behind them, findings with their standard of proof, and which sources are one source."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from firsthand.corroboration.dependence import Dependence, DependenceKind, Standing, is_hub
from firsthand.corroboration.proposing import ANYBODY, MACHINE
from firsthand.corroboration.weighing import WeighedAct
from firsthand.corroboration.weighing import act_address as address_of_group
from firsthand.interfaces.web.desk import Desk, paged, read_form, redirect
from firsthand.values.grades import StandardOfProof
from firsthand.values.vocabularies import packaged_vocabulary
from firsthand.workbench.assessing import (
    Assessment,
    assess_vault,
    decide_dependence,
    decide_dependences,
    record_finding,
)
from firsthand.workbench.hearing import heard_in
from firsthand.workbench.overview import overview_of
from firsthand.workbench.rulebook import rules_for_act
from firsthand.workbench.session import NotInVault

__all__ = [
    "act_address",
    "decide",
    "decide_all",
    "find",
    "show_act",
    "show_acts",
    "show_dependences",
]


def act_address(act: WeighedAct) -> str:
    """A stable address for an act: its code, country and first day; no words from a source."""
    return address_of_group(act.group)


def _act(assessment: Assessment, address: str) -> WeighedAct:
    for act in assessment.weighing.acts:
        if act_address(act) == address:
            return act
    raise NotInVault("No claims speak of this act any more.")


def show_acts(desk: Desk, request: Request) -> Response:
    """All acts that accepted claims speak of, the best supported first."""
    with_proposals = request.query_params.get("proposals") == "1"
    assessment = assess_vault(desk.session, with_proposals=with_proposals)
    return desk.page(
        request,
        "acts.html",
        assessment=assessment,
        page=paged(request, assessment.weighing.acts, size=80),
        address=act_address,
        with_proposals=with_proposals,
    )


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
        rules=rules_for_act(desk.session, act.group.act),
        heard=heard_in(desk.session),
    )


def _account_label(desk: Desk) -> dict[str, str]:
    overview = overview_of(desk.session)
    return overview.once(
        "account labels",
        lambda: {f"document {d.id}": overview.sources[d.source].designation for d in overview.documents.values()},
    )


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


@dataclass(frozen=True, slots=True)
class _Links:
    """The dependences of one weighing as the page shows them, sorted and counted once."""

    rows: list[Dependence]
    shared: Counter[str]
    kinds: dict[str, DependenceKind]
    unnamed: int


def _links(desk: Desk, assessment: Assessment) -> _Links:
    """What waits for a person first; the unnamed who may be anybody are one line elsewhere, not one for each."""
    name, weighing = f"links {assessment.with_proposals}", assessment.weighing
    kept = desk.session.memory.get(name)
    if not (isinstance(kept, tuple) and kept[0] is weighing):
        rows = sorted(
            (d for d in weighing.dependences if d.b != ANYBODY),
            key=lambda d: (d.standing is not Standing.POSSIBLE, d.asserted_by != MACHINE, d.kind.value),
        )
        kinds = {d.b: d.kind for d in reversed(rows) if is_hub(d.b)}
        shared = Counter(d.b for d in rows if d.b in kinds and d.standing is Standing.POSSIBLE)
        kept = (weighing, _Links(rows, shared, kinds, len(weighing.dependences) - len(rows)))
        desk.session.memory[name] = kept
    found: _Links = kept[1]
    return found


def show_dependences(desk: Desk, request: Request) -> Response:
    """Which sources are one source: families, reprints, and every dependence with its reason."""
    assessment = assess_vault(desk.session, with_proposals=request.query_params.get("proposals", "1") == "1")
    documents = overview_of(desk.session).documents
    links = _links(desk, assessment)
    return desk.page(
        request,
        "dependences.html",
        assessment=assessment,
        documents=documents,
        labels=_account_label(desk),
        page=paged(request, links.rows),
        families=paged(request, assessment.weighing.families, size=30, name="families"),
        hubs={hub: links.kinds[hub] for hub, times in links.shared.items() if times > 1},
        hub_counts=links.shared,
        unnamed_count=links.unnamed,
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


async def decide_all(desk: Desk, request: Request) -> Response:
    """A person's word on all that share one interviewer, interpreter or dataset, as one step."""
    form = await read_form(request, desk)
    hub, standing = str(form["hub"]), Standing(str(form["standing"]))
    links = [d for d in assess_vault(desk.session).weighing.dependences if d.b == hub and is_hub(hub)]
    decided = [replace(d, standing=standing, asserted_by=desk.session.actor) for d in links]
    if decided:
        decide_dependences(desk.session, decided)
    return redirect("/dependences")
