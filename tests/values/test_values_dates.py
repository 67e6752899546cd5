"""Dates are as uncertain as they were told."""

import datetime as dt
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.values.dates import DateNotEdtf, DateRelation, UncertainDate, days_of_edtf, relation_of_dates

DAY = dt.date


@pytest.mark.parametrize(
    ("edtf", "earliest", "latest"),
    [
        ("1998", DAY(1998, 1, 1), DAY(1998, 12, 31)),
        ("199X", DAY(1990, 1, 1), DAY(1999, 12, 31)),
        ("2023-10-09", DAY(2023, 10, 9), DAY(2023, 10, 9)),
        ("2009-21", DAY(2009, 3, 1), DAY(2009, 5, 31)),
        ("1998~", DAY(1998, 1, 1), DAY(1998, 12, 31)),
        ("1994/1998", DAY(1994, 1, 1), DAY(1998, 12, 31)),
        ("1995~/..", DAY(1995, 1, 1), None),
        ("/2013", None, DAY(2013, 12, 31)),
        ("[1998,2000]", DAY(1998, 1, 1), DAY(2000, 12, 31)),
    ],
)
def test_edtf_gives_the_earliest_and_latest_day(edtf, earliest, latest):
    assert days_of_edtf(edtf) == (earliest, latest)


@pytest.mark.parametrize(
    "text", ["", "last year", "1998-13", "1999/1998", "../..", "/", "1998-02-30", "199", "1" * 200]
)
def test_what_is_not_edtf_is_refused(text):
    with pytest.raises(DateNotEdtf):
        UncertainDate(edtf=text)


def test_a_date_may_have_words_and_no_reading():
    told = UncertainDate(words="when I was small")
    assert not told.is_known
    assert told.earliest is None


YEARS = range(1996, 2000)
DOMAIN = [f"{a}/{b}" for a, b in product(YEARS, YEARS) if a <= b]


@pytest.mark.parametrize(("a", "b"), list(product(DOMAIN, DOMAIN)))
def test_can_both_be_true_is_set_logic_on_every_pair_of_a_small_domain(a, b):
    first, second = ({y for y in YEARS if int(x[:4]) <= y <= int(x[5:])} for x in (a, b))
    expected = (
        DateRelation.EQUAL
        if first == second
        else DateRelation.EXCLUSIVE
        if not first & second
        else DateRelation.COARSER
        if first > second
        else DateRelation.FINER
        if first < second
        else DateRelation.OVERLAPPING
    )
    assert relation_of_dates(UncertainDate(edtf=a), UncertainDate(edtf=b)) is expected


def test_around_a_year_does_not_exclude_the_next():
    assert relation_of_dates(UncertainDate(edtf="1998~"), UncertainDate(edtf="1999")) is DateRelation.OVERLAPPING


@given(st.dates(), st.dates())
def test_the_relation_of_days_is_symmetric_up_to_its_mirror(a, b):
    one, other = UncertainDate(edtf=a.isoformat()), UncertainDate(edtf=b.isoformat())
    assert relation_of_dates(one, other) is relation_of_dates(other, one)
