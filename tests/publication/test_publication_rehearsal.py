"""The attacker's rehearsal wins on releases made weak on purpose, and never on ours."""

import json
from itertools import product

import pytest

from firsthand.publication.differencing import CountRelease, Span, joint_audit, read_span
from firsthand.publication.disclosure import CellCount, DisclosureRules, FrequencyTable, PublishedTable, protect_table
from firsthand.publication.margins import Dimension
from firsthand.publication.rehearsal import rehearse_tables

PROVINCE = Dimension(name="province", categories=("Arden", "Boro", "Caldo"))
ACT = Dimension(name="act", categories=("arrest", "detention", "removal"))
COUNTS = dict(zip(product(PROVINCE.categories, ACT.categories), (30, 4, 22, 50, 41, 17, 12, 60, 33), strict=True))


def truth_of(counts, *, dimensions=(PROVINCE, ACT), informants=9):
    cells = {cell: CellCount(count=n, informants=min(n, informants)) for cell, n in counts.items()}
    return FrequencyTable(dimensions=tuple(dimensions), cells=cells)


def weakened(published, truth, show):
    """The same table with more shown than disclosure control allowed."""
    written = json.loads(published.to_json())
    space = truth.space
    counts = truth.counts(space)
    for row in written["cells"]:
        if tuple(row[:-1]) in show:
            row[-1] = int(counts[space.index(tuple(row[:-1]))])
    return PublishedTable.from_json(json.dumps(written))


TRUTH = truth_of(COUNTS)
OURS = protect_table(TRUTH, DisclosureRules())


def won(rehearsal):
    return {attack.name for attack in rehearsal.attacks if attack.won}


def test_our_release_withstands_every_attack():
    rehearsal = rehearse_tables(TRUTH, OURS, earlier=[])
    assert rehearsal.passes
    assert not rehearsal.reasons
    assert all(attack.tried for attack in rehearsal.attacks)


def test_a_small_number_that_is_shown_is_read_off():
    rehearsal = rehearse_tables(TRUTH, weakened(OURS, TRUTH, {("Arden", "detention")}), earlier=[])
    assert "reading off small numbers" in won(rehearsal)
    assert "province=Arden × act=detention" in rehearsal.reasons[0]
    assert not rehearsal.passes


def test_many_told_by_two_are_read_off():
    cells = dict(TRUTH.cells)
    cells["Boro", "arrest"] = CellCount(count=50, informants=2)
    rehearsal = rehearse_tables(FrequencyTable(dimensions=(PROVINCE, ACT), cells=cells), OURS, earlier=[])
    assert any("province=Boro × act=arrest" in reason for reason in rehearsal.reasons)


def test_a_lone_hidden_cell_is_computed():
    others = {cell.categories for cell in OURS.cells if cell.value is None} - {("Arden", "detention")}
    rehearsal = rehearse_tables(TRUTH, weakened(OURS, TRUTH, others), earlier=[])
    assert "bounding hidden numbers" in won(rehearsal)


def test_releasing_the_same_table_again_discloses_nothing():
    assert rehearse_tables(TRUTH, OURS, earlier=[OURS, OURS]).passes


@pytest.mark.parametrize("change", [1, -1, 10])
def test_a_few_added_or_withdrawn_are_found_by_subtracting(change):
    later = truth_of(COUNTS | {("Boro", "arrest"): 50 + change})
    rehearsal = rehearse_tables(later, protect_table(later, DisclosureRules()), earlier=[OURS])
    assert "subtracting releases" in won(rehearsal)
    assert any("province=Boro × act=arrest" in reason and "hold the release" in reason for reason in rehearsal.reasons)


def test_enough_added_passes():
    later = truth_of(COUNTS | {("Boro", "arrest"): 90})
    assert rehearse_tables(later, protect_table(later, DisclosureRules()), earlier=[OURS]).passes


def test_another_pattern_of_the_same_numbers_is_solved_together():
    # Each pattern is safe alone; what one hides the other shows.
    other = weakened(
        OURS, TRUTH, {cell.categories for cell in OURS.cells if cell.value is None} - {("Arden", "detention")}
    )
    hides = {("Arden", "detention"), ("Arden", "arrest"), ("Caldo", "detention"), ("Caldo", "arrest")}
    written = json.loads(other.to_json())
    for row in written["cells"]:
        if tuple(row[:2]) in hides:
            row[-1] = None
    other = PublishedTable.from_json(json.dumps(written))
    assert rehearse_tables(TRUTH, other, earlier=[]).passes
    rehearsal = rehearse_tables(TRUTH, other, earlier=[OURS])
    assert "solving all releases together" in won(rehearsal)
    assert any("province=Arden × act=detention" in reason for reason in rehearsal.reasons)


def test_a_coarser_table_of_the_same_people_passes_after_a_finer_one():
    sums = {(act,): sum(n for cell, n in COUNTS.items() if cell[1] == act) for act in ACT.categories}
    coarse = truth_of(sums, dimensions=(ACT,))
    assert rehearse_tables(coarse, protect_table(coarse, DisclosureRules()), earlier=[OURS]).passes


def test_ages_cut_in_other_places_are_refused():
    adults = truth_of({("18-29",): 40, ("30-49",): 50, ("50+",): 60}, dimensions=(_ages("18-29", "30-49", "50+"),))
    moved = truth_of({("18-30",): 43, ("31-49",): 47, ("50+",): 60}, dimensions=(_ages("18-30", "31-49", "50+"),))
    rehearsal = rehearse_tables(
        moved,
        protect_table(moved, DisclosureRules()),
        earlier=[protect_table(adults, DisclosureRules())],
    )
    assert "subtracting releases" in won(rehearsal)
    assert any("earlier grouping" in reason for reason in rehearsal.reasons)


def _ages(*labels):
    return Dimension(name="age", categories=labels)


def test_regions_are_subtracted_through_a_family_without_overlap():
    county = [frozenset({name}) for name in "abc"]
    provinces = CountRelease(cells={"North": ({"county": frozenset("abc")}, 100)})
    counties = CountRelease(cells={"a": ({"county": county[0]}, 60), "b": ({"county": county[1]}, 38)})
    found = joint_audit([provinces, counties], k=5)
    assert [(d.cell, d.minus, d.count) for d in found] == [("North", ("a", "b"), 2)]
    assert not joint_audit([provinces, counties], k=2)


@pytest.mark.parametrize(
    ("label", "span"),
    [
        ("18-29", Span(18, 29)),
        ("50+", Span(50, float("inf"))),
        ("7", Span(7, 7)),
        ("1990s", Span(1990, 1999)),
        ("18 – 29", Span(18, 29)),
        ("not told", None),
        ("B2", None),
    ],
)
def test_labels_of_spans_are_read(label, span):
    assert read_span(label) == span
