"""The network of one person, body or place: who is named in the same statements, as a picture and as a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import cast
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from firsthand.corroboration.families import Told
from firsthand.entities.mention import MentionKind
from firsthand.interfaces.web.desk import Desk, redirect
from firsthand.interfaces.web.pictures.network import LARGEST, Node, Tie, draw_network
from firsthand.workbench.assessing import assess_vault
from firsthand.workbench.gazetteer import place_name
from firsthand.workbench.linking import Linked, Person

__all__ = ["show_network"]


@dataclass(frozen=True, slots=True)
class _Named:
    """Someone, some body or some place that statements name; ``person`` is missing for a gazetteer's place."""

    id: str
    kind: str
    name: str
    person: Person | None


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """For each statement whom it names, and for each of them the statements that name them."""

    known: Mapping[str, _Named]
    named_in: Mapping[int, list[str]]
    tells_of: Mapping[str, list[int]]


def _neighbours(desk: Desk, linked: Linked, told: Sequence[Told]) -> _Neighbours:
    kept = desk.session.memory.get("neighbours")
    if isinstance(kept, tuple) and kept[0] is linked:
        return cast("_Neighbours", kept[1])
    known: dict[str, _Named] = {}
    named: dict[int, list[str]] = {}
    tells: dict[str, list[int]] = {}

    def put(one: _Named, statement: int) -> None:
        known[one.id] = one
        if one.id not in named.setdefault(statement, []):
            named[statement].append(one.id)
            tells.setdefault(one.id, []).append(statement)

    for person in linked.persons:
        for statement in sorted({n for m in person.mentions for n in m.told_by}):
            put(_Named(person.id, person.kind.value, person.names[0], person), statement)
    for number, one in enumerate(told):
        for place in one.statement.places:
            # A place that is told without its words in the text is no mention; the gazetteer knows it all the same.
            if place.span is None and place.place is not None and place.place.gazetteer_id is not None:
                key = f"place {place.place.gazetteer_id}"
                put(_Named(key, MentionKind.PLACE.value, place.place.name, None), number)
    found = _Neighbours(known, named, tells)
    desk.session.memory["neighbours"] = (linked, found)
    return found


def show_network(desk: Desk, request: Request) -> Response:
    """Those within two steps, the nearest and most often named first, 150 at most."""
    assessment = assess_vault(desk.session, with_proposals=True)
    found = _neighbours(desk, assessment.linked, assessment.in_order)
    middle = found.known.get(request.query_params.get("id", ""))
    if middle is None:
        return redirect("/people")
    names = request.query_params.get("names") == "1"
    near = _count(found, middle.id)
    chosen = dict.fromkeys([middle.id], 0) | dict.fromkeys((i for i, _ in near.most_common(LARGEST - 1)), 1)
    further: Counter[str] = Counter()
    for one, _ in near.most_common(40):
        further.update(_count(found, one))
    for one, _ in further.most_common():
        if len(chosen) >= LARGEST:
            break
        chosen.setdefault(one, 2)
    nodes = [_node(desk, found.known[i], distance, names=names) for i, distance in chosen.items()]
    ties = _ties(found, chosen)
    return desk.page(
        request,
        "network.html",
        middle=middle,
        who=_shown_name(desk, middle, names=names),
        names=names,
        nodes=nodes,
        ties=ties,
        left_out=max(0, len(near | further | {middle.id: 1}) - len(chosen)),
        near=[(node, near[node.id]) for node in nodes if node.distance == 1],
        picture=draw_network(nodes, ties),
    )


def _count(found: _Neighbours, one: str) -> Counter[str]:
    counted = Counter(other for s in found.tells_of.get(one, ()) for other in found.named_in[s])
    counted.pop(one, None)
    return counted


def _ties(found: _Neighbours, chosen: Mapping[str, int]) -> list[Tie]:
    weights: Counter[tuple[str, str]] = Counter()
    for statement in {s for one in chosen for s in found.tells_of.get(one, ())}:
        here = sorted(one for one in found.named_in[statement] if one in chosen)
        weights.update(combinations(here, 2))
    return [Tie(a=a, b=b, weight=weight) for (a, b), weight in sorted(weights.items())]


def _shown_name(desk: Desk, one: _Named, *, names: bool) -> str:
    if one.person is None:
        return place_name(one.id.removeprefix("place "), desk.language, one.name)
    return one.name if names or one.person.kind is not MentionKind.PERSON else one.person.designation


def _node(desk: Desk, one: _Named, distance: int, *, names: bool) -> Node:
    query = urlencode({"id": one.id, **({"names": "1"} if names else {})})
    return Node(
        id=one.id,
        label=_shown_name(desk, one, names=names),
        kind=one.kind,
        address=f"/{'person' if distance == 0 and one.person else 'network'}?{query}",
        distance=distance,
    )
