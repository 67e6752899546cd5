"""Disclosure control: what is hidden, what is refused, and that nothing else can make a published table."""

import json
from itertools import product

import pytest

from firsthand.publication.auditing import Knowledge, SuppressedTable, TableContradictsItself, feasible_intervals
from firsthand.publication.disclosure import (
    HIDDEN_MARK,
    CellCount,
    DisclosureRules,
    FrequencyTable,
    Method,
    NothingToPublish,
    PublishedTable,
    PublishedTableBroken,
    RuleTooWeak,
    TableNotPublished,
    protect_linked_tables,
    protect_table,
)
from firsthand.publication.formats.table_csv import neutral_cell, table_as_csv, table_dictionary_as_csv
from firsthand.publication.margins import CellSpace, Dimension, DimensionBroken
from firsthand.publication.sensitive import IntimateActsTooFine, MinorsTooFine

PROVINCE = Dimension(name="province", categories=("Arden", "Boro", "Caldo"))
ACT = Dimension(name="act", categories=("arrest", "detention", "removal"))
COUNTS = ((30, 4, 22), (50, 41, 17), (12, 60, 33))


def table_of(counts=COUNTS, *, dimensions=(PROVINCE, ACT), informants=9, **options):
    labels = product(*(d.categories for d in dimensions))
    flat = [n for row in counts for n in row] if isinstance(counts[0], tuple) else counts
    cells = {c: CellCount(count=n, informants=min(n, informants)) for c, n in zip(labels, flat, strict=True)}
    return FrequencyTable(dimensions=tuple(dimensions), cells=cells, **options)


def test_margins_are_sums_and_every_equation_holds():
    north = Dimension(name="place", categories=("a", "b", "c"), parents={"a": "north", "b": "north"})
    space = CellSpace((north, ACT))
    counts = space.with_margins({(p, a): n + 1 for n, (p, a) in enumerate(product("abc", ACT.categories))})
    assert not (space.equations @ counts).any()
    assert counts[space.index(("north", "Total"))] == 1 + 2 + 3 + 4 + 5 + 6
    assert counts[space.index(("Total", "Total"))] == 45
    assert space.labels[space.index(("north", "removal"))] == ("north", "removal")


@pytest.mark.parametrize(
    "broken",
    [
        {"categories": ("a", "a")},
        {"categories": ()},
        {"categories": ("a", "Total")},
        {"categories": ("a", "b"), "parents": {"a": "b"}},
        {"categories": ("a",), "parents": {"x": "g"}},
        {"categories": ("a",), "parents": {"a": "g", "g": "h", "h": "g"}},
    ],
)
def test_a_dimension_that_is_no_tree_is_refused(broken):
    with pytest.raises(DimensionBroken):
        Dimension(name="place", **broken)


def test_a_small_cell_is_hidden_with_others_so_that_subtraction_finds_nothing():
    published = protect_table(table_of(), DisclosureRules())
    assert published.values["Arden", "arrest"] == 30
    assert published.values["Arden", "detention"] is None
    assert published.hidden_count == 4
    intervals = feasible_intervals(published.as_attacked())
    assert min(i.width for i in intervals.values()) >= 11


def test_every_hidden_cell_bears_one_mark_and_no_text_tells_the_small_ones():
    published = protect_table(table_of(), DisclosureRules())
    assert {cell.shown for cell in published.cells if cell.value is None} == {HIDDEN_MARK}
    written = json.loads(published.to_json())
    assert set(written) == {"schema", "counted", "k", "method", "dimensions", "cells"}
    assert [row for row in written["cells"] if row[:2] == ["Arden", "detention"]] == [["Arden", "detention", None]]


def test_many_told_by_two_informants_are_hidden():
    cells = dict(table_of(((30, 40, 22), (50, 41, 17), (12, 60, 33))).cells)
    cells["Boro", "detention"] = CellCount(count=41, informants=2)
    published = protect_table(FrequencyTable(dimensions=(PROVINCE, ACT), cells=cells), DisclosureRules())
    assert published.values["Boro", "detention"] is None
    assert feasible_intervals(published.as_attacked())["Boro", "detention"].width >= 11


def test_zeros_are_shown_or_hidden_as_asked():
    counts = ((30, 0, 22), (50, 41, 17), (12, 60, 33))
    assert protect_table(table_of(counts), DisclosureRules()).values["Arden", "detention"] == 0
    assert protect_table(table_of(counts), DisclosureRules(zeros="hide")).values["Arden", "detention"] is None


def test_when_everything_would_be_hidden_the_table_is_refused():
    with pytest.raises(NothingToPublish):
        protect_table(table_of(((1, 2, 1), (0, 1, 1), (1, 1, 0))), DisclosureRules())
    with pytest.raises(NothingToPublish):
        protect_table(table_of(informants=2), DisclosureRules())


@pytest.mark.parametrize("rules", [{"k": 1}, {"k": 4}, {"informants": 1}, {"informants": 2}])
def test_rules_below_the_floor_are_refused(rules):
    with pytest.raises(RuleTooWeak):
        DisclosureRules(**rules)


@pytest.mark.parametrize("method", [Method.ROUND, Method.CELL_KEY, Method.PRIVATE, Method.P_PERCENT])
def test_a_method_without_a_secret_or_not_for_counts_is_refused(method):
    with pytest.raises(RuleTooWeak):
        DisclosureRules(method=method)


AGE = Dimension(name="age", categories=("0-17", "18-29", "30-49"))


@pytest.mark.parametrize("fine", ["county", "village", "date of event", "month", "시군"])
def test_children_are_never_crossed_with_small_place_or_exact_date(fine):
    where = Dimension(name=fine, categories=("p", "q", "r"))
    with pytest.raises(MinorsTooFine):
        protect_table(table_of(dimensions=(AGE, where)), DisclosureRules())


def test_children_are_one_band():
    for labels in (("0-11", "12-17", "18+"), ("15-24", "25-49", "50+"), ("16", "17", "18")):
        truth = table_of(dimensions=(PROVINCE, Dimension(name="age group", categories=labels)))
        with pytest.raises(MinorsTooFine):
            protect_table(truth, DisclosureRules())


def test_children_and_intimate_acts_raise_k():
    counts = ((30, 7, 22), (50, 41, 17), (12, 60, 33))
    plain = protect_table(table_of(counts), DisclosureRules(k=5))
    assert plain.values["Arden", "detention"] == 7
    children = protect_table(table_of(counts, dimensions=(PROVINCE, AGE)), DisclosureRules(k=5))
    assert children.values["Arden", "18-29"] is None
    assert children.k == 10
    acts = Dimension(name="act", categories=("arrest", "sexual_violence", "removal"))
    assert protect_table(table_of(counts, dimensions=(PROVINCE, acts)), DisclosureRules(k=5)).k == 10
    with pytest.raises(MinorsTooFine):
        protect_table(
            table_of(dimensions=(Dimension(name="county", categories=("p", "q", "r")), ACT), counted="children"),
            DisclosureRules(),
        )


def test_intimate_acts_are_never_crossed_with_small_place():
    acts = Dimension(name="act", categories=("arrest", "sexual_violence", "removal"))
    with pytest.raises(IntimateActsTooFine):
        protect_table(
            table_of(dimensions=(Dimension(name="district", categories=("p", "q", "r")), acts)), DisclosureRules()
        )


def test_linked_tables_hide_what_they_share():
    # 4 in Arden and detention is small; the second table shares the margin of acts.
    by_act = FrequencyTable(
        dimensions=(ACT,),
        cells={
            (a,): CellCount(count=sum(row[n] for row in COUNTS), informants=9) for n, a in enumerate(ACT.categories)
        },
    )
    sex = Dimension(name="sex", categories=("f", "m"))
    crossed = table_of((92 - 3, 3, 60, 45, 40, 32), dimensions=(ACT, sex))
    tables = protect_linked_tables([table_of(), by_act, crossed], DisclosureRules())
    for act in (*ACT.categories, "Total"):
        shown = {tables[0].values["Total", act], tables[1].values[act,], tables[2].values[act, "Total"]}
        assert len(shown) == 1


def test_a_published_table_cannot_be_made_outside():
    for wall in (None, object(), True):
        with pytest.raises(TableNotPublished):
            PublishedTable(dimensions=(PROVINCE,), cells=(), k=5, wall=wall)


def test_a_published_table_reads_back_and_broken_text_is_refused():
    published = protect_table(table_of(), DisclosureRules())
    assert PublishedTable.from_json(published.to_json()) == published
    good = json.loads(published.to_json())
    for broken in (
        "",
        "[]",
        "{}",
        json.dumps(good | {"schema": "other/1"}),
        json.dumps(good | {"cells": good["cells"][1:]}),
        json.dumps(good | {"cells": [["Arden", "arrest", "30"], *good["cells"][1:]]}),
        json.dumps(good | {"cells": [["Arden", "arrest", -3], *good["cells"][1:]]}),
        json.dumps(good | {"method": "trust me"}),
    ):
        with pytest.raises((PublishedTableBroken, DimensionBroken)):
            PublishedTable.from_json(broken)


def test_marks_that_tell_small_cells_narrow_what_is_possible():
    values = {("a", "x"): None, ("a", "y"): None, ("b", "x"): None, ("b", "y"): None}
    values |= {("a", "Total"): 12, ("b", "Total"): 30, ("Total", "x"): 20, ("Total", "y"): 22, ("Total", "Total"): 42}
    one, two = Dimension(name="p", categories=("a", "b")), Dimension(name="q", categories=("x", "y"))
    table = SuppressedTable(dimensions=(one, two), values=values)
    plain = feasible_intervals(table)
    assert (plain["a", "x"].low, plain["a", "x"].high) == (0, 12)
    marked = feasible_intervals(table, Knowledge(k=5, small=frozenset({("a", "x")})))
    assert (marked["a", "x"].low, marked["a", "x"].high) == (1, 4)
    assert (marked["b", "x"].low, marked["b", "x"].high) == (16, 19)


def test_a_hidden_table_without_any_number_has_no_upper_bound():
    one = Dimension(name="p", categories=("a", "b"))
    intervals = feasible_intervals(SuppressedTable(dimensions=(one,), values={}))
    assert intervals["a",].high is None
    assert intervals["Total",].width == float("inf")


@pytest.mark.parametrize("values", [{("a",): 3, ("b",): 4, ("Total",): 9}, {("a",): 5, ("Total",): 4}])
def test_a_table_that_contradicts_itself_is_named(values):
    one = Dimension(name="p", categories=("a", "b"))
    with pytest.raises(TableContradictsItself):
        feasible_intervals(SuppressedTable(dimensions=(one,), values=values))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", " =x", "＝x"])
def test_no_cell_of_a_written_table_starts_a_formula(text):
    assert neutral_cell(text) == f"'{text}"
    places = Dimension(name="place", categories=(text, "b", "c"))
    published = protect_table(table_of((40, 50, 60), dimensions=(places,)), DisclosureRules())
    for line in (table_as_csv(published) + table_dictionary_as_csv(published)).splitlines():
        assert not line.lstrip('" ').startswith(("=", "+", "@"))
