"""Names and outlines of places for pages, from the gazetteers that ship: the world's and the practice land's."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from firsthand.claims.reading.cues import read_table
from firsthand.workbench.practice import practice_places

__all__ = ["outlines_for", "place_name"]


@lru_cache(maxsize=1)
def _rows() -> Mapping[str, Mapping[str, str]]:
    return {row["id"]: row for row in read_table("places")}


def place_name(id: str, language: str, fallback: str = "") -> str:  # noqa: A002  its field's name
    """The name of a gazetteer place in a language; the fallback or the id where it is not known."""
    known = practice_places().get(id)
    if known is None:
        row = _rows().get(id)
        names = (row["korean"] if language == "ko" else row["english"]).split("|") if row else [""]
        return names[0] or fallback or id
    return known.name_ko if language == "ko" else known.place.name


def outlines_for(id: str) -> tuple[tuple[float, float], ...]:  # noqa: A002  its field's name
    """The outline of a place as (longitude, latitude) pairs; empty where none ships."""
    known = practice_places().get(id)
    return known.outline if known else ()
