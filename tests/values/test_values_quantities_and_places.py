"""Quantities and places are compared as sets."""

import math
from itertools import product

import pytest

from firsthand.values.places import Place, PlaceNotUsable, PlaceRelation, Precision, relation_of_places
from firsthand.values.quantities import (
    Quantity,
    QuantityKind,
    QuantityNotUsable,
    QuantityRelation,
    relation_of_quantities,
)


def persons(low, high, **more):
    return Quantity(kind=QuantityKind.COUNT, minimum=low, maximum=high, unit="persons", **more)


BOUNDS = [None, 1, 2, 3]
INTERVALS = [
    (a, b) for a, b in product(BOUNDS, BOUNDS) if (a, b) != (None, None) and (a is None or b is None or a <= b)
]


@pytest.mark.parametrize(("a", "b"), list(product(INTERVALS, INTERVALS)))
def test_quantities_are_intervals_on_every_pair_of_a_small_domain(a, b):
    sets = [{n for n in range(6) if (low or 0) <= n <= (math.inf if high is None else high)} for low, high in (a, b)]
    relation = relation_of_quantities(persons(*a), persons(*b))
    assert (relation is QuantityRelation.EXCLUSIVE) == (not sets[0] & sets[1])
    if relation is QuantityRelation.COARSER:
        assert sets[0] >= sets[1]
    if relation is QuantityRelation.FINER:
        assert sets[0] <= sets[1]


def test_about_six_hundred_leaves_room_but_not_for_five_hundred():
    about = persons(600, 600, approximate=True)
    assert relation_of_quantities(about, persons(580, 580)) is QuantityRelation.OVERLAPPING
    assert relation_of_quantities(about, persons(500, 500)) is QuantityRelation.EXCLUSIVE


def test_other_units_are_never_compared():
    days = Quantity(kind=QuantityKind.DURATION, minimum=3, maximum=3, unit="days")
    assert relation_of_quantities(persons(3, 3), days) is QuantityRelation.OTHER_UNIT


@pytest.mark.parametrize(("low", "high"), [(None, None), (5, 3), (-1, 2), (math.nan, 1), (1, math.inf)])
def test_bounds_that_cannot_be_are_refused(low, high):
    with pytest.raises(QuantityNotUsable):
        persons(low, high)


def place(*path):
    return Place(name="x", gazetteer_id=path[-1] if path else None, path=path)


def test_a_county_lies_in_its_province_and_outside_of_another():
    assert relation_of_places(place("A", "A1"), place("A", "A1", "A1x")) is PlaceRelation.COARSER
    assert relation_of_places(place("A", "A1", "A1x"), place("A")) is PlaceRelation.FINER
    assert relation_of_places(place("A", "A1"), place("A", "A2")) is PlaceRelation.EXCLUSIVE
    assert relation_of_places(place("A"), place()) is PlaceRelation.SILENT


def test_a_place_is_cut_to_the_precision_that_may_be_shown():
    assert place("A", "A1", "A1x", "A1x9").coarsened(Precision.COUNTY) == ("A", "A1", "A1x")
    assert place("A").coarsened(Precision.SETTLEMENT) == ("A",)
    assert place("A", "A1").coarsened(Precision.UNKNOWN) == ()


def test_half_a_coordinate_is_refused():
    with pytest.raises(PlaceNotUsable):
        Place(name="x", latitude=1.0)
