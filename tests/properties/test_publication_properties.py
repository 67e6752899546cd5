"""Random small tables: nothing is ever known exactly, every interval is wide, order and repetition change nothing."""

from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firsthand.publication.auditing import feasible_intervals
from firsthand.publication.disclosure import CellCount, DisclosureRules, FrequencyTable, NothingToPublish, protect_table
from firsthand.publication.margins import Dimension
from firsthand.publication.rehearsal import rehearse_tables

COUNT = st.one_of(st.just(0), st.integers(1, 12), st.integers(13, 400))


@st.composite
def tables(draw):
    sizes = draw(st.sampled_from([(4,), (2, 3), (3, 3), (3, 4), (2, 2, 2), (2, 3, 2)]))
    grouped = draw(st.booleans()) and sizes[0] > 2
    dimensions = []
    for n, size in enumerate(sizes):
        names = tuple(f"{'pqr'[n]}{i}" for i in range(size))
        parents = dict.fromkeys(names[:2], "group") if grouped and n == 0 else {}
        dimensions.append(Dimension(name=f"dimension {n}", categories=names, parents=parents))
    cells = {}
    for cell in product(*(d.categories for d in dimensions)):
        count = draw(COUNT)
        if count:
            cells[cell] = CellCount(count=count, informants=min(count, draw(st.integers(1, 12))))
    return FrequencyTable(dimensions=tuple(dimensions), cells=cells)


QUICK = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(tables(), st.sampled_from([5, 11]))
def test_no_small_count_is_shown_and_every_interval_is_k_wide(truth, k):
    try:
        published = protect_table(truth, DisclosureRules(k=k))
    except NothingToPublish:
        return
    counts = truth.counts(truth.space)
    for cell, count in zip(published.cells, counts, strict=True):
        assert cell.value is None or cell.value == count
        assert cell.value is None or cell.value == 0 or cell.value >= k
    for interval in feasible_intervals(published.as_attacked()).values():
        assert interval.width >= k


@settings(QUICK, max_examples=20)
@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter_and_twice_is_as_once(truth, random):
    try:
        published = protect_table(truth, DisclosureRules())
    except NothingToPublish:
        return
    rows = list(truth.cells.items())
    random.shuffle(rows)
    shuffled = FrequencyTable(dimensions=truth.dimensions, cells=dict(rows))
    assert protect_table(shuffled, DisclosureRules()) == published
    rehearsal = rehearse_tables(truth, published, earlier=[published])
    assert rehearsal.passes, rehearsal.reasons
