"""Quote and position must agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.passages.selectors import Anchor, SelectorsDisagree, make_anchor, read_anchor, reanchor

TEXT = "The guard took the money. The guard took the money. Nobody saw it."


def test_an_anchor_reads_the_words_it_was_made_of():
    assert read_anchor(TEXT, make_anchor(TEXT, 4, 9)) == "guard"


@pytest.mark.parametrize(("start", "end"), [(3, 3), (5, 2), (-1, 4), (0, len(TEXT) + 1)])
def test_a_span_outside_of_the_text_is_refused(start, end):
    with pytest.raises(SelectorsDisagree):
        make_anchor(TEXT, start, end)


def test_a_position_whose_words_changed_is_refused():
    with pytest.raises(SelectorsDisagree):
        read_anchor(TEXT.replace("guard", "watch"), make_anchor(TEXT, 4, 9))
    with pytest.raises(SelectorsDisagree):
        Anchor(start=0, end=4, exact="guard")


def test_a_repeated_quote_is_found_by_its_surroundings():
    second = make_anchor(TEXT, 26, 51)
    moved = reanchor("Added. " + TEXT, second)
    assert moved is not None
    assert moved.start == 33


def test_a_quote_that_is_gone_is_lost_and_never_guessed():
    assert reanchor("Nothing of it is here.", make_anchor(TEXT, 4, 9)) is None


@given(st.text(min_size=1, max_size=60), st.data())
def test_reanchoring_in_the_same_text_changes_nothing(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    anchor = make_anchor(text, start, end)
    assert reanchor(text, anchor) == anchor
