"""“Can both be true?” against plain set logic, on every pair of a small domain of dates, places and quantities."""

from __future__ import annotations

import datetime as dt
from itertools import combinations, product

import pytest

from firsthand.claims.attribution import Informant, InformantType
from firsthand.claims.claim import PlaceTold, Statement, StatementKind, TimeTold
from firsthand.corroboration.agreement import Difference, ToldField, compare_statements
from firsthand.corroboration.dependence import RESTS_ON, SAME, Dependence, DependenceKind, Standing
from firsthand.corroboration.independence import independent_count
from firsthand.values.dates import UncertainDate, relation_of_dates
from firsthand.values.places import Place, relation_of_places
from firsthand.values.quantities import Quantity, QuantityKind, relation_of_quantities

FIRST, LAST = dt.date(2028, 1, 1), dt.date(2041, 12, 31)
DAYS = [FIRST + dt.timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


def days(test):
    return frozenset(day for day in DAYS if test(day))


# What each string means, said once more and apart from the code under test.
EDTF = {
    "2031": days(lambda d: d.year == 2031),
    "2032": days(lambda d: d.year == 2032),
    "203X": days(lambda d: 2030 <= d.year <= 2039),
    "2031-05": days(lambda d: (d.year, d.month) == (2031, 5)),
    "2031-06": days(lambda d: (d.year, d.month) == (2031, 6)),
    "2031-05-12": days(lambda d: d == dt.date(2031, 5, 12)),
    "2031-05-31": days(lambda d: d == dt.date(2031, 5, 31)),
    "2032-02-29": days(lambda d: d == dt.date(2032, 2, 29)),
    "2031-05-12/2031-06-03": days(lambda d: dt.date(2031, 5, 12) <= d <= dt.date(2031, 6, 3)),
    "2031-06/2032-02": days(lambda d: dt.date(2031, 6, 1) <= d <= dt.date(2032, 2, 29)),
    "2031/2032": days(lambda d: d.year in {2031, 2032}),
    "2032/..": days(lambda d: d.year >= 2032),
    "../2031-05": days(lambda d: d <= dt.date(2031, 5, 31)),
}
MARKED = ["2031~", "2031-05?", "2032-02-29%"]


def said(relation):
    return relation.value


def by_sets(a, b):
    if a == b:
        return "equal"
    if not a & b:
        return "exclusive"
    return "coarser" if a > b else "finer" if a < b else "overlapping"


@pytest.mark.parametrize(("a", "b"), list(product(EDTF, repeat=2)))
def test_dates_stand_to_each_other_as_their_sets_of_days(a, b):
    assert said(relation_of_dates(UncertainDate(edtf=a), UncertainDate(edtf=b))) == by_sets(EDTF[a], EDTF[b])


@pytest.mark.parametrize(("a", "b"), list(product(MARKED, [*EDTF, *MARKED])))
def test_a_date_told_with_doubt_excludes_nothing(a, b):
    assert said(relation_of_dates(UncertainDate(edtf=a), UncertainDate(edtf=b))) != "exclusive"
    assert said(relation_of_dates(UncertainDate(edtf=b), UncertainDate(edtf=a))) != "exclusive"


# A small country: two provinces with two counties each, a settlement in every county; and another country.
TREE = {("A",): ["A1", "A2"], ("A", "A1"): ["A11", "A12"], ("A", "A2"): ["A21", "A22"], ("B",): ["B1"]}
POINTS = [("A", f"A{p}", f"A{p}{c}", f"A{p}{c}.{s}") for p in (1, 2) for c in (1, 2) for s in (1, 2)] + [("B", "B1")]
PATHS = sorted({path[:length] for path in POINTS for length in range(1, len(path) + 1)})


def area(path):
    return frozenset(point for point in POINTS if point[: len(path)] == path)


@pytest.mark.parametrize(("a", "b"), list(product(PATHS, repeat=2)))
def test_places_stand_to_each_other_as_their_areas(a, b):
    relation = said(relation_of_places(*(Place(name="x", path=path) for path in (a, b))))
    if area(a) == area(b) and a != b:
        # The one point known of B is all of B here, and a province is still not its country.
        assert relation == ("coarser" if len(a) < len(b) else "finer")
    else:
        assert relation == by_sets(area(a), area(b))


NUMBERS = range(6)
BOUNDS = [(low, high) for low in (None, *NUMBERS) for high in (None, *NUMBERS)
          if (low, high) != (None, None) and (low is None or high is None or low <= high)]  # fmt: skip


def numbers(bounds):
    low, high = bounds
    # Beyond the greatest bound any number behaves alike; a few stand for them all, and halves for what lies between.
    domain = [n / 2 for n in range(2 * len(NUMBERS) + 4)]
    return frozenset(n for n in domain if (low is None or n >= low) and (high is None or n <= high))


@pytest.mark.parametrize(("a", "b"), list(product(BOUNDS, repeat=2)))
def test_quantities_stand_to_each_other_as_their_sets_of_numbers(a, b):
    told = [Quantity(kind=QuantityKind.COUNT, unit="persons", minimum=low, maximum=high) for low, high in (a, b)]
    assert said(relation_of_quantities(*told)) == by_sets(numbers(a), numbers(b))


def statement(edtf=None, path=(), bounds=None):
    return Statement(
        kind=StatementKind.ACT,
        informant=Informant(type=InformantType.AUTHOR_VOICE),
        acts=("deportation",),
        time=TimeTold(date=UncertainDate(edtf=edtf)) if edtf else None,
        places=(PlaceTold(text="x", place=Place(name="x", path=path)),) if path else (),
        amount=Quantity(kind=QuantityKind.COUNT, unit="persons", minimum=bounds[0], maximum=bounds[1])
        if bounds
        else None,
    )


@pytest.mark.parametrize("chosen", list(combinations(BOUNDS[::4], 3)))
def test_a_set_is_contradictory_exactly_where_two_of_it_cannot_both_be_true(chosen):
    told = [(str(number), statement(bounds=bounds)) for number, bounds in enumerate(chosen)]
    compared = compare_statements([*told, ("silent", statement())], ToldField.AMOUNT)
    values = [numbers(chosen[int(value.claims[0])]) for value in compared.values]
    expected = {(i, j) for i, j in combinations(range(len(values)), 2) if not values[i] & values[j]}
    assert set(compared.contradictions) == expected
    assert (compared.difference is Difference.EXCLUSIVE) == bool(expected)
    assert compared.silent == ("silent",)


NAMES = ["a", "b", "c"]
EDGES = [(a, b, kind) for a, b in combinations([*NAMES, "up"], 2) for kind in ("same", "rests", "shares")]
KINDS = {"same": DependenceKind.REPRINT, "rests": DependenceKind.QUOTES, "shares": DependenceKind.SAME_INTERVIEWER}


def independent_by_meaning(links):
    """The most of a, b, c that share nothing: everything that one is, rests on or shares, followed to its end."""
    one = {name: {name} for name in [*NAMES, "up"]}
    for a, b, kind in links:
        if KINDS[kind] in SAME:
            joined = one[a] | one[b]
            for name in joined:
                one[name] = joined

    def reached(name):
        seen, waiting = set(), [name]
        while waiting:
            here = waiting.pop()
            for member in one[here] - seen:
                seen.add(member)
                waiting += [b for a, b, kind in links if a == member and KINDS[kind] in RESTS_ON]
        return seen

    def apart(a, b):
        shared = any({x, y} & reached(a) and {x, y} & reached(b) for x, y, kind in links if kind == "shares")
        return not reached(a) & reached(b) and not shared

    return max(
        size
        for size in range(1, len(NAMES) + 1)
        for some in combinations(NAMES, size)
        if all(apart(a, b) for a, b in combinations(some, 2))
    )


def test_every_small_graph_is_counted_by_its_meaning():
    """All graphs of up to three links over three accounts and an upstream one."""
    for size in range(4):
        for links in combinations(EDGES, size):
            if len({(a, b) for a, b, _ in links}) < size:
                continue
            dependences = [
                Dependence(a=a, b=b, kind=KINDS[kind], standing=Standing.KNOWN, reason="r", asserted_by="coder one")
                for a, b, kind in links
            ]
            counted = independent_count(NAMES, dependences)
            assert counted.at_least == counted.at_most == independent_by_meaning(links), links
