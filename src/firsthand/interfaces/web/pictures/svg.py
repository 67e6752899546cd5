"""SVG written element by element, every text and attribute escaped."""

from __future__ import annotations

from markupsafe import Markup, escape

__all__ = ["element", "fitted", "width_of"]


def element(tag: str, *children: Markup | str, **attributes: object) -> Markup:
    """One element; ``class_`` and ``stroke_width`` become ``class`` and ``stroke-width``."""
    parts = [f' {name.rstrip("_").replace("_", "-")}="{escape(str(value))}"' for name, value in attributes.items()]
    inside = Markup("").join(escape(child) for child in children)
    return Markup(f"<{tag}{''.join(parts)}>{inside}</{tag}>")  # noqa: S704  every part above is escaped


def width_of(text: str) -> float:
    """About how wide a text of 13 pixels is: Hangul and Han stand in squares, Latin letters in about half of one."""
    return sum(13.0 if ord(mark) >= 0x2E80 else 7.2 for mark in text)


def fitted(text: str, width: float) -> str:
    """The text, cut with an ellipsis where it is wider than ``width`` pixels."""
    if width_of(text) <= width:
        return text
    kept = text
    while kept and width_of(kept) > width - 13:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"
