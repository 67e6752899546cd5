"""Uncertain dates as spans: solid where told to the day or month, soft ends where approximate or open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from firsthand.interfaces.web.pictures.svg import element, fitted

__all__ = ["Span", "draw_spans"]

ROW, LABEL, WIDTH = 24, 260, 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A labelled stretch of days; an open side is ``None``."""

    label: str
    words: str
    earliest: dt.date | None
    latest: dt.date | None
    is_approximate: bool
    address: str


def _fades() -> Markup:
    """Fills that fade at one end or both: the colour is the text's, so that every theme has its own."""

    def stop(place: float, strength: float) -> Markup:
        return element("stop", offset=f"{place:.2f}", stop_opacity=f"{strength:.2f}", class_="fade")

    return element(
        "defs",
        element("linearGradient", stop(0, 0.08), stop(0.45, 0.9), stop(0.55, 0.9), stop(1, 0.08), id="soft-both"),
        element("linearGradient", stop(0, 0.08), stop(0.6, 1), stop(1, 1), id="soft-left"),
        element("linearGradient", stop(0, 1), stop(0.4, 1), stop(1, 0.08), id="soft-right"),
    )


def draw_spans(spans: Sequence[Span]) -> Markup:
    """One row for each span over a scale of years."""
    days = [day for span in spans for day in (span.earliest, span.latest) if day]
    if not days:
        return Markup("")
    first, last = min(days).replace(month=1, day=1), max(days).replace(month=12, day=31)
    width = (last - first).days or 1

    def x(day: dt.date) -> float:
        return LABEL + (WIDTH - LABEL - 20) * (day - first).days / width

    step = max(1, (last.year - first.year) // 8)
    height = len(spans) * ROW + 30
    scale = [
        part
        for year in range(first.year, last.year + 1, step)
        for part in (
            element("line", x1=f"{x(dt.date(year, 1, 1)):.1f}", x2=f"{x(dt.date(year, 1, 1)):.1f}", y1=24, y2=height,
                    class_="grid"),
            element("text", str(year), x=f"{x(dt.date(year, 1, 1)) + 3:.1f}", y=16, class_="axis"),
        )
    ]  # fmt: skip
    rows = []
    for number, span in enumerate(spans):
        y = number * ROW + 28
        start, end = x(span.earliest or first), x(span.latest or last)
        left = span.is_approximate or span.earliest is None
        right = span.is_approximate or span.latest is None
        soft = {(True, True): "both", (True, False): "left", (False, True): "right"}.get((left, right), "")
        rows.append(
            element(
                "a",
                element(
                    "text",
                    fitted(span.label, LABEL - 14),
                    x=LABEL - 10,
                    y=y + 14,
                    text_anchor="end",
                    class_="bar-label",
                ),
                element(
                    "rect",
                    element("title", f"{span.label}: {span.words}"),
                    x=f"{start:.1f}",
                    y=y + 3,
                    width=f"{max(6.0, end - start):.1f}",
                    height=ROW - 8,
                    rx=1,
                    class_=f"span soft {soft}" if soft else "span",
                    **({"fill": f"url(#soft-{soft})"} if soft else {}),
                ),
                href=span.address,
            )
        )
    return element("svg", _fades(), *scale, *rows, viewBox=f"0 0 {WIDTH} {height}", class_="chart", role="group")
