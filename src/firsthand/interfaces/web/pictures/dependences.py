"""The accounts behind a finding and what ties them together: letters in a row, links as arcs above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from firsthand.interfaces.web.pictures.svg import element

__all__ = ["Tie", "draw_dependences"]

STEP, RADIUS, HIGH, LOW = 84, 17, 150, 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A link between two of the letters. ``is_known`` is drawn solid, possible dashed; ``rests`` has an arrow head."""

    a: str
    b: str
    is_known: bool
    rests: bool


def draw_dependences(letters: Sequence[str], ties: Sequence[Tie], description: str) -> Markup:
    """Draw the letters from left to right; empty where there are none. Line style tells known from possible, so that
    no colour is needed."""
    if not letters:
        return Markup("")
    base = HIGH if ties else LOW
    width = STEP * max(len(letters), 2)
    at = {letter: STEP * number + STEP // 2 for number, letter in enumerate(letters)}
    drawn = []
    for tie in dict.fromkeys(ties):
        first, last = at[tie.a], at[tie.b]
        height = min(base - 24, 26 + abs(last - first) // 3)
        top = base - RADIUS
        arc = f"M{first} {top} C{first} {top - height} {last} {top - height} {last} {top}"
        drawn.append(element("path", d=arc, fill="none", class_="tie known" if tie.is_known else "tie possible"))
        if tie.rests:
            head = f"M{last - 5} {top - 9} L{last} {top} L{last + 5} {top - 9}"
            drawn.append(element("path", d=head, fill="none", class_="tie head"))
    for letter in letters:
        drawn.append(element("circle", cx=at[letter], cy=base, r=RADIUS, class_="account"))
        drawn.append(element("text", letter, x=at[letter], y=base + 5, text_anchor="middle"))
    return element(
        "svg",
        element("title", description),
        *drawn,
        viewBox=f"0 0 {width} {base + RADIUS + 8}",
        role="img",
        class_="dependences",
        width=min(width, 900),
    )
