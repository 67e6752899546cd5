"""Who stands near whom: the surroundings of one person or body, placed once and for all by a fixed seed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from firsthand.interfaces.web.pictures.svg import element

__all__ = ["LARGEST", "Node", "Tie", "draw_network", "height_of", "place_nodes"]

LARGEST = 150
_SEED = 20_260_101
_ROUNDS = 220
WIDTH, MARGIN = 900, 60
_HEIGHTS = ((6, 260), (25, 420), (LARGEST, 640))  # up to so many nodes, so high


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Someone, some body or some place. ``distance`` is in steps from the middle of the picture."""

    id: str
    label: str
    kind: str
    address: str
    distance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """Two nodes that statements name together; ``weight`` counts the statements."""

    a: str
    b: str
    weight: int


def place_nodes(nodes: Sequence[Node], ties: Sequence[Tie]) -> dict[str, tuple[float, float]]:
    """Places within the picture: forces after Fruchterman and Reingold (1991), cooled linearly, the first node fixed
    in the middle. The same nodes and ties give the same places in every run."""
    count = len(nodes)
    if not count:
        return {}
    number = {node.id: place for place, node in enumerate(nodes)}
    chance = np.random.default_rng(_SEED)
    places: NDArray[np.float64] = chance.uniform(-1.0, 1.0, (count, 2))
    places[0] = 0.0
    ends = np.array([(number[t.a], number[t.b]) for t in ties], dtype=np.intp).reshape(-1, 2)
    ideal = 1.6 / math.sqrt(count)
    for turn in range(_ROUNDS):
        apart = places[:, None, :] - places[None, :, :]
        distance = np.maximum(np.linalg.norm(apart, axis=2), 1e-6)
        moves = (apart * (ideal**2 / distance**2)[:, :, None]).sum(axis=1)
        if len(ends):
            along = places[ends[:, 0]] - places[ends[:, 1]]
            pull = along * (np.linalg.norm(along, axis=1) / ideal)[:, None]
            np.add.at(moves, ends[:, 0], -pull)
            np.add.at(moves, ends[:, 1], pull)
        moves -= places * 0.35  # what nothing ties would drift away
        length = np.maximum(np.linalg.norm(moves, axis=1), 1e-9)
        heat = 0.12 * (1.0 - turn / _ROUNDS) + 0.002
        places += moves / length[:, None] * np.minimum(length, heat)[:, None]
        places[0] = 0.0
    low, high = places.min(axis=0), places.max(axis=0)
    room = np.array([WIDTH - 4 * MARGIN, height_of(count) - 2 * MARGIN])
    fitted = np.array([2 * MARGIN, MARGIN]) + (places - low) / np.maximum(high - low, 1e-6) * room
    return {node.id: (float(x), float(y)) for node, (x, y) in zip(nodes, fitted, strict=True)}


def height_of(count: int) -> int:
    """How high a picture of so many nodes is."""
    return next((height for most, height in _HEIGHTS if count <= most), _HEIGHTS[-1][1])


_SIZES: Mapping[str, int] = {"person": 9, "institution": 8, "place": 8}


def _shape(kind: str, x: float, y: float, size: int) -> Markup:
    # A shape for each kind, so that nothing rests on colour.
    if kind == "institution":
        left, top = f"{x - size:.1f}", f"{y - size:.1f}"
        return element("rect", x=left, y=top, width=2 * size, height=2 * size, class_="node body")
    if kind == "place":
        points = f"{x:.1f},{y - size - 2:.1f} {x + size + 2:.1f},{y + size:.1f} {x - size - 2:.1f},{y + size:.1f}"
        return element("polygon", points=points, class_="node place")
    return element("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=size, class_="node person")


def draw_network(nodes: Sequence[Node], ties: Sequence[Tie]) -> Markup:
    """The picture, each node a link; the middle is drawn larger. Nothing when nobody else is near."""
    if len(nodes) < 2:
        return Markup("")
    places = place_nodes(nodes, ties)
    lines = [
        element(
            "line",
            x1=f"{places[t.a][0]:.1f}",
            y1=f"{places[t.a][1]:.1f}",
            x2=f"{places[t.b][0]:.1f}",
            y2=f"{places[t.b][1]:.1f}",
            class_=f"tie weight-{min(3, t.weight)}",
        )
        for t in ties
    ]
    crowded = len(nodes) > 40
    drawn = []
    for node in nodes:
        x, y = places[node.id]
        size = _SIZES.get(node.kind, 8) + (4 if node.distance == 0 else 0) - (2 if crowded and node.distance else 0)
        label = element(
            "text", node.label, x=f"{x:.1f}", y=f"{y + size + 14:.1f}", text_anchor="middle", class_="map-label"
        )
        drawn.append(
            element(
                "a",
                element("title", node.label),
                _shape(node.kind, x, y, size),
                label if node.distance == 0 or not crowded else Markup(""),
                href=node.address,
                class_="self" if node.distance == 0 else "near",
            )
        )
    return element(
        "svg", *lines, *drawn, viewBox=f"0 0 {WIDTH} {height_of(len(nodes))}", class_="chart network", role="group"
    )
