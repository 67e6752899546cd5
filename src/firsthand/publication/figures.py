"""Charts and maps of published tables, as Vega-Lite descriptions and as the pictures drawn from them.

Each figure carries its sentence and its table; a hidden cell is drawn as its mark and never as a length. A description
that holds an address is refused before it is drawn, and the drawing library may load none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from firsthand.publication.disclosure import HIDDEN_MARK, PublishedCell, PublishedTable
from firsthand.publication.redaction import PublishedText, publish_own_words
from firsthand.publication.wording import say
from firsthand.values.errors import OurFault, UsageError

__all__ = [
    "AddressInFigure",
    "Figure",
    "FigureNotPossible",
    "Labels",
    "Outline",
    "PublishingPartMissing",
    "bar_chart",
    "draw_png",
    "draw_svg",
    "figures_of",
    "map_chart",
]

Labels = Mapping[str, PublishedText]
"""Categories in words, from vocabularies and gazetteers; a category that is not named speaks for itself."""

Outline = Sequence[tuple[float, float]]
"""A place's border as (longitude, latitude), first point not repeated."""

Spec = dict[str, Any]  # Vega-Lite's own JSON


class AddressInFigure(OurFault):
    """A chart's description held an address that drawing could load."""


class FigureNotPossible(UsageError):
    """A table cannot be drawn in the way that was asked for."""

    next_step = "Count by one or two things; a map needs country or province."


class PublishingPartMissing(UsageError):
    """A library that only releases need is not installed."""

    next_step = "Install it: make publish (or pip install 'firsthand[publish]')."


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart's description with the one sentence that says what it shows."""

    name: str
    title: PublishedText
    sentence: PublishedText
    spec: Spec
    table: PublishedTable


_PLACES: Final = ("country", "province")
_TIMES: Final = ("year", "period")
_INK, _FILL, _FILLS = "#1d2a33", "#2b5d7d", ["#e3edf4", "#6fa3c4"]
_CONFIG: Final[Spec] = {
    "font": "Noto Sans, Noto Sans CJK KR, DejaVu Sans, sans-serif",
    "background": "white",
    "view": {"stroke": None},
    "axis": {
        "labelColor": _INK,
        "titleColor": _INK,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "labelLimit": 320,
        "labelAngle": 0,
        # the name of an axis stands clear of the longest label
        "titlePadding": 14,
    },
}


def _words(labels: Labels, category: str) -> str:
    return str(labels[category]) if category in labels else category


def _leaves(table: PublishedTable) -> list[PublishedCell]:
    """Cells that are no margin, in the table's order."""
    return [
        cell
        for cell in table.cells
        if all(c in d.categories for d, c in zip(table.dimensions, cell.categories, strict=True))
    ]


def _total(table: PublishedTable) -> PublishedCell:
    return next(
        c for c in table.cells if all(n == d.total for d, n in zip(table.dimensions, c.categories, strict=True))
    )


def _sentence(table: PublishedTable, labels: Labels, language: str) -> PublishedText:
    leaves, total = _leaves(table), _total(table)
    by = say("and", language).join(_words(labels, d.name) for d in table.dimensions)
    counted = _words(labels, table.counted)
    parts = [
        say("total", language, total=total.shown, counted=counted, by=by)
        if total.value is not None
        else say("total-hidden", language, counted=counted.capitalize(), by=by)
    ]
    shown = [cell for cell in leaves if cell.value]
    if shown:
        most = max(shown, key=lambda cell: cell.value or 0)
        name = ", ".join(_words(labels, c) for c in most.categories)
        parts.append(say("largest", language, number=most.value or 0, name=name))
    hidden = sum(cell.value is None for cell in leaves)
    if hidden:
        parts.append(say("one-hidden" if hidden == 1 else "hidden", language, number=hidden, mark=HIDDEN_MARK))
    return publish_own_words(" ".join(parts))


def _rows(table: PublishedTable, labels: Labels) -> list[Spec]:
    rows = []
    for cell in _leaves(table):
        row: Spec = {f"c{n}": _words(labels, c) for n, c in enumerate(cell.categories)}
        row |= {"n": cell.value, "shown": cell.shown}
        rows.append(row)
    return rows


def bar_chart(
    table: PublishedTable, *, name: str, title: PublishedText, labels: Labels, language: str = "en"
) -> Figure:
    """Bars for one dimension, a grid of numbers for two.

    Raises:
        FigureNotPossible: the table has more than two dimensions.
    """
    if len(table.dimensions) > 2:
        raise FigureNotPossible("A table of more than two dimensions cannot be drawn as one chart.")
    heads = [_words(labels, d.name) for d in table.dimensions]
    counted = _words(labels, table.counted)
    orders = [[_words(labels, c) for c in d.categories] for d in table.dimensions]
    is_time = len(heads) == 1 and table.dimensions[0].name in _TIMES
    category = {"field": "c0", "type": "ordinal", "sort": orders[0], "title": heads[0]}
    if len(heads) == 1:
        along, across = ("x", "y") if is_time else ("y", "x")
        length = {"field": "n", "type": "quantitative", "title": counted, "axis": {"tickMinStep": 1}}
        offset = {"dy": -4, "baseline": "bottom"} if is_time else {"dx": 4, "align": "left"}
        encoding: Spec = {along: category, across: length}
        layers = [
            {"mark": {"type": "bar", "color": _FILL}, "encoding": encoding},
            {
                "mark": {"type": "text", "color": _INK, "fontSize": 12, **offset},
                "encoding": {
                    along: category,
                    across: {**length, "field": "at"},
                    "text": {"field": "shown", "type": "nominal"},
                },
            },
        ]
        rows = [{**row, "at": row["n"] or 0} for row in _rows(table, labels)]
        size: Spec = {"width": 520, "height": 240} if is_time else {"width": 420, "height": {"step": 24}}
    else:
        grid: Spec = {"y": category, "x": {"field": "c1", "type": "ordinal", "sort": orders[1], "title": heads[1]}}
        most = max((cell.value or 0 for cell in _leaves(table)), default=0) or 1
        scale = {"range": _FILLS, "domain": [0, most]}
        fill = {"field": "n", "type": "quantitative", "title": counted, "scale": scale}
        layers = [
            {"mark": {"type": "rect", "stroke": "white"}, "encoding": {**grid, "color": {**fill, "legend": None}}},
            {
                "mark": {"type": "text", "fontSize": 12, "color": _INK},
                "encoding": {**grid, "text": {"field": "shown", "type": "nominal"}},
            },
        ]
        rows, size = _rows(table, labels), {"width": {"step": 72}, "height": {"step": 26}}
    spec = {"data": {"values": rows}, "layer": layers, **size}
    return _figure(table, name=name, title=title, labels=labels, language=language, spec=spec)


def map_chart(
    table: PublishedTable,
    *,
    name: str,
    title: PublishedText,
    labels: Labels,
    outlines: Mapping[str, Outline],
    language: str = "en",
) -> Figure:
    """Areas shaded by their number, no tiles; a hidden area is drawn in grey, a place without outline is in the table.

    ``outlines`` holds borders by the table's categories. Longitudes and latitudes are drawn as they are, evenly, which
    is true enough for one country.

    Raises:
        FigureNotPossible: the table is not by country or province alone, or no outline is known.
    """
    if len(table.dimensions) != 1 or table.dimensions[0].name not in _PLACES:
        raise FigureNotPossible("Only a table by country or province alone can be drawn as a map.")
    features: list[Spec] = []
    names: list[Spec] = []
    for cell in _leaves(table):
        outline = outlines.get(cell.categories[0], ())
        if not outline:
            continue
        row = {"place": _words(labels, cell.categories[0]), "n": cell.value, "shown": cell.shown}
        # Vega draws a ring that runs clockwise as the area inside of it.
        ring = [[float(x), float(y)] for x, y in _clockwise(outline)]
        features.append(
            {"type": "Feature", "properties": row, "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}}
        )
        middle = [sum(p[axis] for p in ring) / len(ring) for axis in (0, 1)]
        names.append({"lon": middle[0], "lat": middle[1], "words": f"{row['place']}: {row['shown']}"})
    if not features:
        raise FigureNotPossible("No outline is known of any place in the table.")
    most = max((f["properties"]["n"] or 0 for f in features), default=0) or 1
    shade = {
        "field": "properties.n",
        "type": "quantitative",
        "scale": {"range": _FILLS, "domain": [0, most]},
        "legend": None,
    }
    spec: Spec = {
        "width": 520,
        "height": 380,
        "projection": {"type": "equirectangular"},
        "layer": [
            {
                "data": {"values": [f for f in features if f["properties"]["n"] is None]},
                "mark": {"type": "geoshape", "stroke": _INK, "fill": "#d9d9d9"},
            },
            {
                "data": {"values": [f for f in features if f["properties"]["n"] is not None]},
                "mark": {"type": "geoshape", "stroke": _INK},
                "encoding": {"color": shade},
            },
            {
                "data": {"values": names},
                "mark": {"type": "text", "fontSize": 12, "stroke": "white", "strokeWidth": 3, "color": "white"},
                "encoding": _at_middle(),
            },
            {
                "data": {"values": names},
                "mark": {"type": "text", "fontSize": 12, "color": _INK},
                "encoding": _at_middle(),
            },
        ],
    }
    return _figure(table, name=name, title=title, labels=labels, language=language, spec=spec)


def _at_middle() -> Spec:
    return {
        "longitude": {"field": "lon", "type": "quantitative"},
        "latitude": {"field": "lat", "type": "quantitative"},
        "text": {"field": "words", "type": "nominal"},
    }


def _clockwise(outline: Outline) -> Outline:
    turned = zip(outline, [*outline[1:], outline[0]], strict=True)
    area = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in turned)
    return outline if area < 0 else list(reversed(outline))


def _figure(
    table: PublishedTable, *, name: str, title: PublishedText, labels: Labels, language: str, spec: Spec
) -> Figure:
    return Figure(
        name=name,
        title=title,
        sentence=_sentence(table, labels, language),
        spec={**spec, "config": _CONFIG},
        table=table,
    )


def figures_of(
    tables: Mapping[str, PublishedTable],
    *,
    titles: Mapping[str, PublishedText],
    labels: Labels,
    outlines: Mapping[str, Outline],
    language: str = "en",
) -> tuple[Figure, ...]:
    """All figures that the tables allow: a chart for each of one or two dimensions, a map where outlines are known."""
    found = []
    for name, table in tables.items():
        if len(table.dimensions) == 1 and table.dimensions[0].name in _PLACES:
            known = {c: outlines[c] for c in table.dimensions[0].categories if outlines.get(c)}
            if known:
                drawn = map_chart(
                    table, name=f"map-{name}", title=titles[name], labels=labels, outlines=known, language=language
                )
                found.append(drawn)
        if len(table.dimensions) <= 2:
            found.append(bar_chart(table, name=f"chart-{name}", title=titles[name], labels=labels, language=language))
    return tuple(found)


def _refuse_addresses(part: object) -> None:
    if isinstance(part, dict):
        for key, value in part.items():
            if str(key).casefold() in {"url", "href", "src", "loader", "baseurl", "usermeta"}:
                raise AddressInFigure("A chart's description names an address.")
            _refuse_addresses(value)
    elif isinstance(part, list | tuple):
        for value in part:
            _refuse_addresses(value)
    elif isinstance(part, str) and ("://" in part or part.strip().startswith(("//", "data:", "file:"))):
        raise AddressInFigure("A chart's description holds an address.")


def _drawer() -> Any:  # vl-convert ships no types
    try:
        import vl_convert  # noqa: PLC0415  an optional library, asked for only when something is drawn
    except ImportError:
        raise PublishingPartMissing("Charts need vl-convert-python, which is not installed.") from None
    return vl_convert


def draw_svg(figure: Figure) -> str:
    """The figure as SVG text without script or address; its title and sentence are its accessible name.

    Raises:
        AddressInFigure: the description holds an address.
        PublishingPartMissing: the drawing library is not installed.
    """
    _refuse_addresses(figure.spec)
    drawn = str(_drawer().vegalite_to_svg(json.dumps(figure.spec), allowed_base_urls=[]))
    return _named_svg(drawn, figure)


def draw_png(figure: Figure, *, scale: float = 2.0) -> bytes:
    """The figure as PNG at ``scale`` pixels for each point.

    Raises:
        AddressInFigure: the description holds an address.
        PublishingPartMissing: the drawing library is not installed.
    """
    _refuse_addresses(figure.spec)
    return bytes(_drawer().vegalite_to_png(json.dumps(figure.spec), scale=scale, allowed_base_urls=[]))


def _named_svg(drawn: str, figure: Figure) -> str:
    at = drawn.index("<svg") + 4
    label = f"{figure.title}. {figure.sentence}"
    for character, mark in (("&", "&amp;"), ("<", "&lt;"), ('"', "&quot;")):
        label = label.replace(character, mark)
    return f'{drawn[:at]} role="img" aria-label="{label}"{drawn[at:]}'
