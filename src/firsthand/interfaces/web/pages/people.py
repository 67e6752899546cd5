"""People, bodies and places, their mentions, and the pairs that wait for a person's word."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from firsthand.entities.mention import MentionKind
from firsthand.interfaces.web.desk import Desk, paged, read_form, redirect
from firsthand.interfaces.web.pictures.waterfall import draw_waterfall
from firsthand.linkage.judging import Verdict
from firsthand.workbench.assessing import assess_vault
from firsthand.workbench.effects import judge_with_effects
from firsthand.workbench.linking import Linked, Person
from firsthand.workbench.overview import overview_of

__all__ = ["judge", "show_pairs", "show_people", "show_person"]


# Between these the evidence alone says little: the decisions that change most.
_NEAR = (0.1, 0.9)


def _linked(desk: Desk) -> Linked:
    return assess_vault(desk.session, with_proposals=True).linked


def show_people(desk: Desk, request: Request) -> Response:
    """Persons, bodies or places, a page at a time; names of persons hidden until asked for."""
    wanted = MentionKind(request.query_params.get("kind", "person"))
    linked = _linked(desk)
    kept = desk.session.memory.get("people by kind")
    if not (isinstance(kept, tuple) and kept[0] is linked):
        kept = (linked, {k: sorted(_of_kind(linked, k), key=lambda p: (-len(p.mentions), p.id)) for k in MentionKind})
        desk.session.memory["people by kind"] = kept
    by_kind: dict[MentionKind, list[Person]] = kept[1]
    return desk.page(
        request,
        "people.html",
        page=paged(request, by_kind[wanted], size=60),
        kind=wanted,
        counts={kind: len(people) for kind, people in by_kind.items()},
        names=request.query_params.get("names") == "1" or wanted is not MentionKind.PERSON,
        pairs_count=len(linked.pairs),
    )


def _of_kind(linked: Linked, kind: MentionKind) -> list[Person]:
    return [person for person in linked.persons if person.kind is kind]


def show_person(desk: Desk, request: Request) -> Response:
    """One person, body or place: names in all scripts, mentions, decisions."""
    linked = _linked(desk)
    person = next((p for p in linked.persons if p.id == request.query_params.get("id")), None)
    if person is None:
        return redirect("/people")
    told = assess_vault(desk.session, with_proposals=True).in_order
    claims = list(dict.fromkeys(told[n].key for m in person.mentions for n in m.told_by))
    mentions = {m.id for m in person.mentions}
    return desk.page(
        request,
        "person.html",
        person=person,
        page=paged(request, claims, size=40),
        told={told[n].key: told[n] for m in person.mentions for n in m.told_by},
        names=request.query_params.get("names") == "1" or person.kind is not MentionKind.PERSON,
        judged=[j for j in linked.judged if {j.a, j.b} & mentions],
        documents=overview_of(desk.session).documents,
    )


def show_pairs(desk: Desk, request: Request) -> Response:
    """The pair that is most worth a decision, with its evidence, and how many wait."""
    linked = _linked(desk)
    position = int(request.query_params.get("n", "0")) if request.query_params.get("n", "0").isdigit() else 0
    pair = linked.pairs[position] if position < len(linked.pairs) else None
    both = (linked.mention(pair.a), linked.mention(pair.b)) if pair else ()
    documents = overview_of(desk.session).documents
    contexts = [_context(desk.session.document(m.document).text, m.span.start) if m.span else ("", "") for m in both]
    return desk.page(
        request,
        "pairs.html",
        pair=pair,
        both=both,
        contexts=contexts,
        position=position,
        waiting=len(linked.pairs),
        chance=_percent(pair.probability) if pair else "",
        near=sum(_NEAR[0] <= p.probability <= _NEAR[1] for p in linked.pairs),
        waterfall=draw_waterfall(pair, desk.language) if pair else "",
        judged=linked.judged,
        refused=linked.refused,
        documents=documents,
    )


def _percent(chance: float) -> str:
    """A chance as a whole percentage; never 0 or 100, for evidence is never so sure."""
    return "< 1" if chance < 0.005 else "> 99" if chance > 0.995 else f"{chance:.0%}".rstrip("%")


def _context(text: str, start: int) -> tuple[str, str]:
    low = max(text.rfind("\n", 0, start), text.rfind(". ", 0, start), start - 200) + 1
    ends = [end for end in (text.find("\n", start), text.find(". ", start)) if end >= 0]
    high = min([*(end + 1 for end in ends), start + 200, len(text)])
    return text[low:start], text[start:high]


async def judge(desk: Desk, request: Request) -> Response:
    """Keep a decision on a pair."""
    form = await read_form(request, desk)
    verdict = Verdict(str(form.get("verdict")))
    position = str(form.get("n", "0"))
    if verdict is Verdict.UNJUDGED:
        return redirect(f"/pairs?n={int(position) + 1 if position.isdigit() else 0}")
    desk.did("pair")
    judge_with_effects(desk.session, str(form["a"]), str(form["b"]), verdict, str(form.get("why", "")))
    return redirect(f"/pairs?n={position}")
