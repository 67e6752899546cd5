"""SVG written element by element, every text and attribute escaped."""

from __future__ import annotations

from markupsafe import Markup, escape

__all__ = ["element"]


def element(tag: str, *children: Markup | str, **attributes: object) -> Markup:
    """One element; ``class_`` and ``stroke_width`` become ``class`` and ``stroke-width``."""
    parts = [f' {name.rstrip("_").replace("_", "-")}="{escape(str(value))}"' for name, value in attributes.items()]
    inside = Markup("").join(escape(child) for child in children)
    return Markup(f"<{tag}{''.join(parts)}>{inside}</{tag}>")  # noqa: S704  every part above is escaped
