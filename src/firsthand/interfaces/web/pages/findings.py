"""Findings: each explained on one page, its elements, its grades on screens of their own, its review."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from firsthand.claims.ages import must_stay_coded
from firsthand.corroboration.dependence import RESTS_ON, Dependence, Standing
from firsthand.corroboration.elements import Reading, RuleResult, Truth, cued_elements
from firsthand.corroboration.findings import Finding
from firsthand.interfaces.web.desk import Desk, read_form, redirect
from firsthand.interfaces.web.pictures.dependences import Tie, draw_dependences
from firsthand.interfaces.web.words import translate
from firsthand.values.grades import Credibility, Reliability, StandardOfProof
from firsthand.values.ids import ClaimId, FindingId, MarkId, SourceId
from firsthand.values.vocabularies import packaged_vocabulary
from firsthand.workbench.assessing import (
    assess_vault,
    count_for_finding,
    finding_by_id,
    grade_finding,
    grade_source,
    mark_element,
    review_finding,
    rule_on_element,
    second_assess,
    unmark_element,
)
from firsthand.workbench.effects import elements_of_finding
from firsthand.workbench.explaining import Explanation, explain_finding, map_of_finding
from firsthand.workbench.hearing import heard_in
from firsthand.workbench.rulebook import rules_of
from firsthand.workbench.session import NotInVault

__all__ = [
    "argument",
    "give_second",
    "grade",
    "grade_reliability",
    "mark",
    "review",
    "rule",
    "show_credibility",
    "show_elements",
    "show_finding",
    "show_findings",
    "show_reliability",
    "show_review",
    "show_second",
    "unmark",
]


def _id(request: Request) -> FindingId:
    return FindingId(request.path_params["id"])


def _page(desk: Desk, request: Request, template: str, explained: Explanation, **more: Any) -> Response:
    """A page about one finding; each screen adds only what may be seen on it."""
    return desk.page(request, template, explained=explained, finding=explained.finding, count=explained.count, **more)


def show_findings(desk: Desk, request: Request) -> Response:
    """All findings, those that must be looked at again first."""
    assessment = assess_vault(desk.session)
    findings = [(f, count_for_finding(assessment, f)) for f in desk.session.read.all("finding")]
    findings.sort(key=lambda pair: (not pair[0].needs_review, pair[0].assessed_at))
    return desk.page(request, "findings.html", findings=findings)


def show_finding(desk: Desk, request: Request) -> Response:
    """One finding as a page: statement, standard, claims for and against, dependences, elements, gaps, what would
    change it; made to be printed."""
    explained = explain_finding(desk.session, _id(request))
    return _page(
        desk,
        request,
        "finding.html",
        explained,
        picture=_picture(explained, desk),
        ties=_ties(explained),
        show=request.query_params.get("show") == "1",
        heard=heard_in(desk.session),
        others=[r for n, r in rules_of(desk.session).items() if n not in {one.rule.id for one in explained.rules}],
    )


def _ties(explained: Explanation) -> list[tuple[str, str, Dependence]]:
    """Links, each with the letters of its ends; an end that is none of the finding's accounts has no letter."""
    letters = {one.account: one.letter for one in explained.accounts}
    return [(letters.get(link.a, ""), letters.get(link.b, ""), link) for link in explained.dependences]


def _picture(explained: Explanation, desk: Desk) -> object:
    letters = {one.account: one.letter for one in explained.accounts}
    ties: list[Tie] = []
    thirds: dict[str, list[tuple[str, bool, bool]]] = {}
    for link in explained.dependences:
        known, rests = link.standing is Standing.KNOWN, link.kind in RESTS_ON
        if link.a in letters and link.b in letters:
            ties.append(Tie(a=letters[link.a], b=letters[link.b], is_known=known, rests=rests))
        else:
            end, third = (link.a, link.b) if link.a in letters else (link.b, link.a)
            thirds.setdefault(third, []).append((letters.get(end, ""), known, rests))
    for ends in thirds.values():
        # What two share through a third is drawn between the two.
        ties += [
            Tie(a=first, b=last, is_known=one_known and other_known, rests=False)
            for (first, one_known, _), (last, other_known, _) in pairwise(ends)
            if first and last and first != last
        ]
    description = translate("{n} accounts, {links} links", desk.language, n=len(letters), links=len(ties))
    return draw_dependences(list(letters.values()), ties, description)


def _result(desk: Desk, finding: Finding, name: str) -> RuleResult:
    results = elements_of_finding(desk.session, finding, assess_vault(desk.session).weighing, also=[name])
    for result in results:
        if result.rule.id == name:
            return result
    raise NotInVault("There is no rule with that id for this finding.")


def show_elements(desk: Desk, request: Request) -> Response:
    """A rule's elements for a finding: each with its claims, what the machine proposes, and its question."""
    session = desk.session
    finding = finding_by_id(session, _id(request))
    result = _result(desk, finding, request.path_params["rule"])
    assessment = assess_vault(session)
    marks = [m for m in session.read.all("element_mark") if (m.finding, m.rule) == (finding.id, result.rule.id)]
    keys = [*finding.supporting, *finding.contradicting, *(m.mark.claim for m in marks)]
    # Other claims of the same documents may show what the finding's own claims do not speak of.
    documents = {assessment.told[key].document for key in keys if key in assessment.told}
    near = [one.key for one in assessment.in_order if one.document in documents and one.key not in keys]
    offered = [key for key in dict.fromkeys([*keys, *near]) if key in assessment.told]
    proposed: dict[str, list[str]] = {}
    passages = {}
    for key in offered:
        claim = session.claim(ClaimId(key))
        text = " … ".join(session.passage(p).anchor.exact for p in claim.passages)
        held_back = must_stay_coded(claim.statement, session.acts, text)
        passages[key] = (text if not held_back else "", held_back, session.document(claim.document).language.value)
        for element in cued_elements(result.rule, text):
            shown = result.elements[element]
            if key not in shown.shown and key not in shown.refuted:
                proposed.setdefault(element, []).append(key)
    return desk.page(
        request,
        "elements.html",
        finding=finding,
        result=result,
        claims={key: session.claim(ClaimId(key)) for key in offered},
        offered=offered,
        passages=passages,
        proposed=proposed,
        marks={(m.mark.element, m.mark.claim): m for m in marks},
        sources={s.id: s for s in session.sources()},
        truths=[Truth.MET, Truth.NOT_MET, Truth.UNDETERMINED],
    )


def _to_element(request: Request, name: str, element: str) -> Response:
    return redirect(f"/findings/{_id(request)}/elements/{name}#e-{element}")


async def mark(desk: Desk, request: Request) -> Response:
    """A person's word that a claim shows or refutes an element."""
    form = await read_form(request, desk)
    name, element = str(form["rule"]), str(form["element"])
    mark_element(
        desk.session,
        _id(request),
        rule=name,
        element=element,
        claim=ClaimId(str(form["claim"])),
        reading=Reading(str(form["reading"])),
        reason=str(form.get("reason", "")),
    )
    return _to_element(request, name, element)


async def unmark(desk: Desk, request: Request) -> Response:
    """Take a mark back."""
    form = await read_form(request, desk)
    unmark_element(desk.session, MarkId(str(form["mark"])))
    return _to_element(request, str(form["rule"]), str(form["element"]))


async def rule(desk: Desk, request: Request) -> Response:
    """A person's choice between claims that stand against each other."""
    form = await read_form(request, desk)
    rule_on_element(
        desk.session,
        _id(request),
        rule=str(form["rule"]),
        element=str(form["element"]),
        truth=Truth(str(form["truth"])),
        reason=str(form.get("reason", "")),
    )
    return _to_element(request, str(form["rule"]), str(form["element"]))


def show_credibility(desk: Desk, request: Request) -> Response:
    """The screen for the information's credibility; nothing on it tells how reliable a source is held to be."""
    explained = explain_finding(desk.session, _id(request))
    return _page(
        desk,
        request,
        "credibility.html",
        explained,
        credibilities=list(packaged_vocabulary("credibility")),
        show=request.query_params.get("show") == "1",
    )


async def grade(desk: Desk, request: Request) -> Response:
    """Grade the information of a finding."""
    form = await read_form(request, desk)
    grade_finding(
        desk.session, _id(request), Credibility(int(str(form.get("grade") or 6))), str(form.get("reasons", ""))
    )
    return redirect(f"/findings/{_id(request)}")


def show_reliability(desk: Desk, request: Request) -> Response:
    """The screen for a source's reliability; nothing of what it tells stands on it, nor how credible that is held."""
    source = desk.session.source(SourceId(request.path_params["id"]))
    grades = [g for g in desk.session.read.all("reliability_grade") if g.source == source.id]
    return desk.page(
        request,
        "reliability.html",
        source=source,
        grades=sorted(grades, key=lambda g: g.graded_at),
        reliabilities=list(packaged_vocabulary("reliability")),
    )


async def grade_reliability(desk: Desk, request: Request) -> Response:
    """Grade a source."""
    form = await read_form(request, desk)
    source = desk.session.source(SourceId(request.path_params["id"]))
    grade_source(desk.session, source.id, Reliability(str(form.get("grade") or "F")), str(form.get("reasons", "")))
    return redirect(f"/sources/{source.id}/reliability")


def show_second(desk: Desk, request: Request) -> Response:
    """The screen of the second assessor: the claims, and not what the first one held or why."""
    explained = explain_finding(desk.session, _id(request))
    return _page(
        desk,
        request,
        "second.html",
        explained,
        is_first=explained.finding.assessor == desk.session.actor,
        standards=list(packaged_vocabulary("standards_of_proof")),
        show=request.query_params.get("show") == "1",
    )


async def give_second(desk: Desk, request: Request) -> Response:
    """Keep the second assessment."""
    form = await read_form(request, desk)
    second_assess(
        desk.session,
        _id(request),
        agrees=form.get("agrees") == "yes",
        standard=StandardOfProof(str(form.get("standard") or StandardOfProof.SUSPICION)),
        reasons=str(form.get("reasons", "")),
    )
    return redirect(f"/findings/{_id(request)}")


def show_review(desk: Desk, request: Request) -> Response:
    """Look at a finding again: what changed since, with before and after, and the form to hold it anew."""
    explained = explain_finding(desk.session, _id(request))
    return _page(
        desk,
        request,
        "review.html",
        explained,
        standards=list(packaged_vocabulary("standards_of_proof")),
        rules=rules_of(desk.session),
    )


async def review(desk: Desk, request: Request) -> Response:
    """Hold a finding anew."""
    form = await read_form(request, desk)
    review_finding(
        desk.session,
        _id(request),
        statement=str(form.get("statement", "")),
        standard=StandardOfProof(str(form.get("standard") or StandardOfProof.SUSPICION)),
        reasons=str(form.get("reasons", "")),
    )
    return redirect(f"/findings/{_id(request)}")


def argument(desk: Desk, request: Request) -> Response:
    """The argument map as a file (AIF)."""
    drawn = map_of_finding(desk.session, _id(request), desk.language if desk.language in {"en", "ko"} else "en")
    return Response(
        json.dumps(drawn.as_json(), ensure_ascii=False, indent=1),
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{_id(request)}.aif.json"'},
    )
