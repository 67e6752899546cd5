"""Source documents leave as new plain text of allowed words, and nothing else of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.publication.redaction import publish_allowed_words

ALLOWED = {"the", "visible", "statement", "was", "heard", "in", "진술"}


def test_only_allowed_words_short_numbers_and_plain_marks_go_over():
    out = publish_allowed_words(
        "The visible statement 4711 was heard in Nowhere, by Ada Invented. 진술", allowed=ALLOWED
    )
    assert str(out) == "The visible statement 4711 was heard in █, █ █ █. 진술"
    assert out.masked_count == 4


@pytest.mark.parametrize("hidden", ["\u200b", "\u200d", "\u2066", "\ufeff", "\U000e0041", "\x00", "\x1b"])
def test_characters_that_cannot_be_seen_are_dropped(hidden):
    assert str(publish_allowed_words(f"visible{hidden} statement", allowed=ALLOWED)) == "visible statement"


def test_long_numbers_and_words_grown_together_are_blocked():
    assert (
        str(publish_allowed_words("0123456789 visibleADA heard_in 41.123456", allowed=ALLOWED)) == "█ █ heard█in 41.█"
    )


@given(st.text(max_size=80))
def test_what_goes_over_is_always_made_of_what_is_allowed(text):
    out = str(publish_allowed_words(text, allowed=ALLOWED))
    for piece in out.replace("█", " ").split():
        for word in "".join(c if c.isalnum() else " " for c in piece).split():
            assert word.casefold() in ALLOWED or (word.isdigit() and len(word) <= 4)
