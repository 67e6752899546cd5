"""The network of one person, body or place: who is named in the same statements, as a picture and as a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import cast
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from firsthand.entities.mention import MentionKind
from firsthand.interfaces.web.desk import Desk, redirect
from firsthand.interfaces.web.pictures.network import LARGEST, Node, Tie, draw_network
from firsthand.workbench.assessing import assess_vault
from firsthand.workbench.linking import Linked, Person

__all__ = ["show_network"]


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """For each statement whom it names, and for each person the statements that name them."""

    named_in: Mapping[int, list[str]]
    tells_of: Mapping[str, list[int]]


def _neighbours(desk: Desk, linked: Linked) -> _Neighbours:
    kept = desk.session.memory.get("neighbours")
    if isinstance(kept, tuple) and kept[0] is linked:
        return cast("_Neighbours", kept[1])
    named: dict[int, list[str]] = {}
    tells: dict[str, list[int]] = {}
    for person in linked.persons:
        for statement in sorted({n for m in person.mentions for n in m.told_by}):
            named.setdefault(statement, []).append(person.id)
            tells.setdefault(person.id, []).append(statement)
    found = _Neighbours(named, tells)
    desk.session.memory["neighbours"] = (linked, found)
    return found


def show_network(desk: Desk, request: Request) -> Response:
    """Those within two steps, the nearest and most often named first, 150 at most."""
    session = desk.session
    linked = assess_vault(session, with_proposals=True).linked
    people = {person.id: person for person in linked.persons}
    middle = people.get(request.query_params.get("id", ""))
    if middle is None:
        return redirect("/people")
    names = request.query_params.get("names") == "1"
    found = _neighbours(desk, linked)
    near = _count(found, middle.id)
    chosen = dict.fromkeys([middle.id], 0) | dict.fromkeys((i for i, _ in near.most_common(LARGEST - 1)), 1)
    further: Counter[str] = Counter()
    for one, _ in near.most_common(40):
        further.update(_count(found, one))
    for one, _ in further.most_common():
        if len(chosen) >= LARGEST:
            break
        chosen.setdefault(one, 2)
    nodes = [_node(people[i], distance, names=names) for i, distance in chosen.items()]
    ties = _ties(found, chosen)
    return desk.page(
        request,
        "network.html",
        person=middle,
        who=_label(middle, names=names),
        names=names,
        nodes=nodes,
        ties=ties,
        left_out=max(0, 1 + len(near | further) - len(chosen)),
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


def _label(person: Person, *, names: bool) -> str:
    shown = names or person.kind is not MentionKind.PERSON
    return person.names[0] if shown else person.designation


def _node(person: Person, distance: int, *, names: bool) -> Node:
    query = urlencode({"id": person.id, **({"names": "1"} if names else {})})
    return Node(
        id=person.id,
        label=_label(person, names=names),
        kind=person.kind.value,
        address=f"/{'person' if distance == 0 else 'network'}?{query}",
        distance=distance,
    )
