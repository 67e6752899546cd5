"""Estimates as dot and whisker over methods, with the documented number as a line of its own."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from firsthand.estimation import EstimateResult
from firsthand.interfaces.web.pictures.svg import element

__all__ = ["draw_whiskers"]

ROW, LABEL, WIDTH = 30, 190, 760


def draw_whiskers(observed: int, results: Sequence[EstimateResult]) -> Markup:
    """One row for each identified estimate. Hollow dots and lines: never the look of a documented count."""
    shown = [r for r in results if r.total is not None and r.interval is not None]
    if not shown:
        return Markup("")
    # A few methods give intervals that reach very far; the scale follows the points, and arrows say "further".
    far = max(3.0 * max(r.total or 0 for r in shown), observed * 1.2)
    limit = min(far, max(r.interval[1] for r in shown if r.interval) * 1.05)

    def x(value: float) -> float:
        return LABEL + (WIDTH - LABEL - 30) * min(value, limit) / limit

    height = len(shown) * ROW + 40
    rows = [
        element("line", x1=f"{x(observed):.1f}", x2=f"{x(observed):.1f}", y1=22, y2=height - 8, class_="observed"),
        element("text", str(observed), x=f"{x(observed):.1f}", y=16, text_anchor="middle", class_="bar-value"),
    ]
    for number, result in enumerate(shown):
        assert result.interval is not None  # noqa: S101  chosen above
        assert result.total is not None  # noqa: S101  chosen above
        y = number * ROW + 40
        low, high = result.interval
        rows += [
            element("text", result.method, x=LABEL - 10, y=y + 5, text_anchor="end", class_="bar-label"),
            element("line", x1=f"{x(low):.1f}", x2=f"{x(high):.1f}", y1=y, y2=y, class_="whisker"),
            element(
                "circle",
                element("title", f"{result.method}: {result.total:,.0f} [{low:,.0f}, {high:,.0f}]"),
                cx=f"{x(result.total):.1f}",
                cy=y,
                r=5,
                class_="estimate-dot",
            ),
        ]
        if high > limit:
            rows.append(element("text", "→", x=WIDTH - 26, y=y + 5, class_="bar-label"))
    return element("svg", *rows, viewBox=f"0 0 {WIDTH} {height}", class_="chart", role="group")
