"""Each attack wins on a release made weak on purpose, and none wins on ours."""

import random

import pytest

from firsthand.publication.attacks import (
    add_up_mosaic,
    link_to_register,
    mosaic_scores,
    single_out,
    tell_membership,
)
from firsthand.publication.disclosure import DisclosureRules, NothingToPublish, RuleTooWeak, TableNotPublished
from firsthand.publication.records import (
    WITHHELD,
    Column,
    PublishedRecords,
    RecordRules,
    Row,
    RowsNotUsable,
    protect_records,
)
from firsthand.publication.rehearsal import rehearse_records

PLACES = ("East", "West", "South")
ACTS = ("arrest", "removal", "search", "beating")
COLUMNS = [
    Column(name="province", ladder=(dict.fromkeys(PLACES, "Land"),)),
    Column(name="year", ladder=({str(y): f"{y // 10 * 10}s" for y in range(1990, 2010)},)),
]


def rows(seed, count=300):
    rng = random.Random(seed)
    return [
        Row(
            values=(rng.choice(PLACES), str(min(2009, 1990 + int(rng.paretovariate(1.2))))),
            act=rng.choice(ACTS),
            informant=f"s{rng.randrange(80)}",
        )
        for _ in range(count)
    ]


def people(told):
    return [tuple(c.ladder_of(v) for c, v in zip(COLUMNS, row.values, strict=True)) for row in told]


def weak(told):
    """The rows as told: what a spreadsheet with the names cut off would be."""
    return [(*row.values, row.act) for row in told]


@pytest.mark.parametrize("seed", range(8))
def test_each_attack_wins_on_rows_as_told_and_none_on_protected_ones(seed):
    told = rows(seed)
    raw, who = weak(told), people(told)
    assert single_out(raw, k=11)[2]
    assert link_to_register(raw, who, k=11)[2]
    assert tell_membership(raw, who)[2]
    ours = protect_records(told, COLUMNS, RecordRules())
    rehearsal = rehearse_records(told, COLUMNS, ours, tables=[])
    assert rehearsal.passes, rehearsal.reasons
    assert {a.name for a in rehearsal.attacks} >= {"singling out", "linking to a register", "telling membership"}
    # A register of twice as many people: nobody on it is known to have told.
    wide = [row.values for row in told] * 2
    assert rehearse_records(told, COLUMNS, ours, tables=[], register=wide).passes


def test_rows_of_one_act_tell_it_of_everyone_on_a_register():
    same = [("East", "1990", "arrest")] * 30
    who = [(("East",), ("1990",))] * 30
    assert link_to_register(same, who, k=11)[2]
    with pytest.raises(NothingToPublish):
        protect_records(
            [Row(values=("East", "1990"), act="arrest", informant=f"s{n}") for n in range(30)], COLUMNS, RecordRules()
        )


def test_two_files_cut_along_different_columns_leave_small_groups_together():
    told = [
        Row(values=(place, str(year)), act=ACTS[n % 4], informant=f"s{n}")
        for place in PLACES
        for year in (1990, 2000)
        for n in range(6)
    ]
    bare = [Column(name="province"), Column(name="year")]
    by_place = protect_records(
        [Row(values=(r.values[0], WITHHELD), act=r.act, informant=r.informant) for r in told], bare, RecordRules()
    )
    by_year = protect_records(
        [Row(values=(WITHHELD, r.values[1]), act=r.act, informant=r.informant) for r in told], bare, RecordRules()
    )
    assert len(by_place.rows) == len(by_year.rows) == 36
    assert add_up_mosaic(by_year, [], people(told))[2] == ()
    assert mosaic_scores([by_year], people(told)) == [1.0] * 36
    assert len(add_up_mosaic(by_year, [by_place], people(told))[2]) == 2
    assert not rehearse_records(told, COLUMNS, by_year, tables=[], earlier=[by_place]).passes


def test_protected_rows_are_alike_diverse_and_told_by_enough():
    told = rows(3, 500)
    ours = protect_records(told, COLUMNS, RecordRules())
    looks = {}
    for row in ours.rows:
        looks.setdefault(row[:-1], []).append(row[-1])
    assert all(len(acts) >= 11 and len(set(acts)) >= 3 for acts in looks.values())
    assert len(ours.rows) >= 450
    assert len(told) - len(ours.rows) == 0 or len(told) - len(ours.rows) >= 11


def test_a_column_that_cannot_be_saved_is_withheld_whole():
    told = [Row(values=("East", str(1000 + n)), act=ACTS[n % 4], informant=f"s{n}") for n in range(60)]
    columns = [COLUMNS[0], Column(name="year")]
    ours = protect_records(told, columns, RecordRules())
    assert {row[1] for row in ours.rows} == {WITHHELD}


def test_rows_that_no_rule_has_passed_cannot_be_made_and_weak_rules_are_refused():
    with pytest.raises(TableNotPublished):
        PublishedRecords(columns=("act",), rows=(("arrest",),), k=11, diversity=3)
    with pytest.raises(RuleTooWeak):
        RecordRules(diversity=1)
    with pytest.raises(RuleTooWeak):
        RecordRules(disclosure=DisclosureRules(k=1))
    with pytest.raises(RowsNotUsable):
        protect_records([], COLUMNS, RecordRules())
    with pytest.raises(RowsNotUsable):
        protect_records([Row(values=("East",), act="a", informant="s")], COLUMNS, RecordRules())
    with pytest.raises(RowsNotUsable):
        PublishedRecords.from_json("{}")


def test_rows_go_to_text_and_back():
    ours = protect_records(rows(1), COLUMNS, RecordRules())
    again = PublishedRecords.from_json(ours.to_json())
    assert again.rows == ours.rows
    assert again.columns == ours.columns
