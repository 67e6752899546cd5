"""A map without tiles: outlines where they are known, areas of uncertainty where they are not."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from firsthand.interfaces.web.pictures.svg import element
from firsthand.values.places import Place, Precision

__all__ = ["MapArea", "draw_map"]

WIDTH, HEIGHT = 900, 620
Outline = tuple[tuple[float, float], ...]

# How far the place may lie from its coordinates, in degrees of latitude, where no outline is known.
REACH = {
    Precision.COUNTRY: 2.5,
    Precision.PROVINCE: 0.8,
    Precision.COUNTY: 0.25,
    Precision.SETTLEMENT: 0.12,
    Precision.FACILITY: 0.12,
    Precision.POINT: 0.12,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MapArea:
    """A place with its count; ``outline`` is empty where none ships."""

    id: str
    name: str
    count: int
    place: Place
    outline: Outline


def draw_map(areas: Sequence[MapArea], outline_of: Callable[[str], Outline]) -> Markup:
    """Areas over the outlines of the places that hold them; nothing when no area can be drawn.

    Equirectangular, with longitude shortened by the cosine of the middle latitude. Nothing is ever drawn as a
    dot: where only coordinates are known, a dashed circle covers what the precision leaves open.
    """
    holders = list(dict.fromkeys(key for area in areas for key in area.place.path if outline_of(key)))
    points = [point for key in holders for point in outline_of(key)]
    points += [
        (area.place.longitude + side * REACH.get(area.place.precision, 1) * 2,
         area.place.latitude + side * REACH.get(area.place.precision, 1) * 2)
        for area in areas
        if not area.outline and area.place.longitude is not None and area.place.latitude is not None
        for side in (-1, 1)
    ]  # fmt: skip
    if not points:
        return Markup("")
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    shorten = math.cos(math.radians((south + north) / 2))
    scale = min((WIDTH - 40) / ((east - west) * shorten or 1), (HEIGHT - 40) / ((north - south) or 1))

    def xy(longitude: float, latitude: float) -> tuple[float, float]:
        return 20 + (longitude - west) * shorten * scale, 20 + (north - latitude) * scale

    # Land is what holds other places: countries and provinces, which stand first in every path.
    holding = {key for area in areas for key in area.place.path[:2]}
    land = [element("polygon", points=_points(outline_of(key), xy), class_="land") for key in holders if key in holding]
    most = max((area.count for area in areas), default=1)
    drawn = [_area(area, xy, scale, most) for area in sorted(areas, key=lambda a: a.place.precision)]
    labels = _labels([(area, middle) for area in areas if (middle := _middle(area, xy)) is not None])
    return element("svg", *land, *drawn, *labels, viewBox=f"0 0 {WIDTH} {HEIGHT}", class_="map", role="group")


LABEL_HEIGHT, LETTER_WIDTH = 17.0, 7.6


def _labels(placed: Sequence[tuple[MapArea, tuple[float, float]]]) -> list[Markup]:
    """Names over all shapes, the most told of first; one that would cover another moves down."""
    taken: list[tuple[float, float, float]] = []
    drawn = []
    for area, (x, middle) in sorted(placed, key=lambda one: -one[0].count):
        words = f"{area.name} · {area.count}"
        half, y = len(words) * LETTER_WIDTH / 2, middle
        while any(abs(y - other) < LABEL_HEIGHT and abs(x - at) < half + width for at, other, width in taken):
            y += LABEL_HEIGHT
        taken.append((x, y, half))
        drawn.append(element("text", words, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor="middle", class_="map-label"))
    return drawn


def _middle(area: MapArea, xy: Callable[[float, float], tuple[float, float]]) -> tuple[float, float] | None:
    if area.outline:
        corners = [xy(*point) for point in area.outline]
        return sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners)
    if area.place.longitude is not None and area.place.latitude is not None:
        return xy(area.place.longitude, area.place.latitude)
    return None


def _points(outline: Outline, xy: Callable[[float, float], tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in (xy(*point) for point in outline))


def _area(area: MapArea, xy: Callable[[float, float], tuple[float, float]], scale: float, most: int) -> Markup:
    middle = _middle(area, xy)
    if middle is None:
        return Markup("")
    shade = f"area shade-{1 + round(3 * area.count / most)}"
    if area.place.precision <= Precision.PROVINCE:
        shade += " coarse"  # what is known to a province alone must not hide the counties in it
    if area.outline:
        shape = element("polygon", points=_points(area.outline, xy), class_=shade)
    else:
        radius = max(12.0, REACH.get(area.place.precision, 1.0) * scale)
        shape = element("circle", cx=f"{middle[0]:.1f}", cy=f"{middle[1]:.1f}", r=f"{radius:.1f}",
                        class_=f"{shade} uncertain")  # fmt: skip
    return element("a", element("title", f"{area.name}: {area.count}"), shape, href=f"#place-{area.id}")
