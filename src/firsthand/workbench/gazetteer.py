"""Names and outlines of places for pages, from the gazetteers that ship: the world's and the practice land's."""

from __future__ import annotations

from firsthand.workbench.practice import practice_places

__all__ = ["outlines_for", "place_name"]


def place_name(id: str, language: str, fallback: str = "") -> str:  # noqa: A002  its field's name
    """The name of a gazetteer place in a language; the fallback or the id where it is not known."""
    known = practice_places().get(id)
    if known is None:
        return fallback or id
    return known.name_ko if language == "ko" else known.place.name


def outlines_for(id: str) -> tuple[tuple[float, float], ...]:  # noqa: A002  its field's name
    """The outline of a place as (longitude, latitude) pairs; empty where none ships."""
    known = practice_places().get(id)
    return known.outline if known else ()
