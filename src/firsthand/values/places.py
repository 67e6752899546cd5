"""Places with the precision that they were told with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from firsthand.values.errors import InputError

__all__ = ["Place", "PlaceNotUsable", "PlaceRelation", "Precision", "relation_of_places"]


class PlaceNotUsable(InputError):
    """A place's parts do not fit together."""

    next_step = "Give the path from the country downwards, and coordinates as latitude -90..90, longitude -180..180."


class Precision(IntEnum):
    """How exactly a place is known; a greater number is more exact."""

    UNKNOWN = 0
    REGION = 1
    COUNTRY = 2
    PROVINCE = 3
    COUNTY = 4
    SETTLEMENT = 5
    FACILITY = 6
    POINT = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place of a gazetteer, or a place that no gazetteer knows.

    ``path`` holds gazetteer ids from the country down to the place itself, so that "in North Hamgyong" and "in
    Musan" can be compared. ``latitude`` and ``longitude`` are WGS 84 degrees and may be missing.
    """

    name: str
    gazetteer_id: str | None = None
    path: tuple[str, ...] = ()
    precision: Precision = Precision.UNKNOWN
    latitude: float | None = None
    longitude: float | None = None

    def __post_init__(self) -> None:
        if self.gazetteer_id is not None and (not self.path or self.path[-1] != self.gazetteer_id):
            raise PlaceNotUsable("A place's path does not end at the place.")
        if (self.latitude is None) != (self.longitude is None):
            raise PlaceNotUsable("A place has only one of its two coordinates.")
        if self.latitude is not None and self.longitude is not None:
            inside = -90 <= self.latitude <= 90 and -180 <= self.longitude <= 180
            if not inside:
                raise PlaceNotUsable("A place's coordinates lie outside of the globe.")

    def coarsened(self, to: Precision) -> tuple[str, ...]:
        """The path cut so that it is no more exact than ``to`` (country is the first step)."""
        steps = max(0, min(len(self.path), int(to) - int(Precision.COUNTRY) + 1))
        return self.path[:steps]


class PlaceRelation(StrEnum):
    """How two told places stand to each other as areas."""

    SILENT = "silent"
    EQUAL = "equal"
    COARSER = "coarser"
    FINER = "finer"
    EXCLUSIVE = "exclusive"


def relation_of_places(a: Place | None, b: Place | None) -> PlaceRelation:
    """Compare two places by their paths: is one inside the other, or do they exclude each other?

    Places that no gazetteer knows are not compared (``SILENT``): two unknown names may mean one place.
    """
    if a is None or b is None or not a.path or not b.path:
        return PlaceRelation.SILENT
    if a.path == b.path:
        return PlaceRelation.EQUAL
    shorter = min(len(a.path), len(b.path))
    if a.path[:shorter] != b.path[:shorter]:
        return PlaceRelation.EXCLUSIVE
    return PlaceRelation.COARSER if len(a.path) < len(b.path) else PlaceRelation.FINER
