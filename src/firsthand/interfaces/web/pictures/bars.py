"""Documented counts as solid bars, each a link to its claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from firsthand.interfaces.web.pictures.svg import element, fitted, width_of

__all__ = ["Bar", "draw_bars"]

ROW, WIDTH = 28, 760
NARROWEST, WIDEST = 120.0, 420.0  # room for labels


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A labelled count and where it leads."""

    label: str
    value: int
    address: str


def draw_bars(bars: Sequence[Bar]) -> Markup:
    """A horizontal bar chart; nothing when there is nothing to draw."""
    if not bars:
        return Markup("")
    largest = max(bar.value for bar in bars)
    room = min(WIDEST, max(NARROWEST, *(width_of(bar.label) + 14 for bar in bars)))
    rows = []
    for number, bar in enumerate(bars):
        y = number * ROW
        length = (WIDTH - room - 60) * bar.value / largest
        rows.append(
            element(
                "a",
                element("title", f"{bar.label}: {bar.value}"),
                element(
                    "text",
                    fitted(bar.label, room - 12),
                    x=f"{room - 10:.1f}",
                    y=y + 18,
                    text_anchor="end",
                    class_="bar-label",
                ),
                element("rect", x=f"{room:.1f}", y=y + 5, width=f"{length:.1f}", height=ROW - 10, class_="bar"),
                element("text", str(bar.value), x=f"{room + length + 8:.1f}", y=y + 18, class_="bar-value"),
                href=bar.address,
            )
        )
    return element("svg", *rows, viewBox=f"0 0 {WIDTH} {len(bars) * ROW}", class_="chart", role="group")
