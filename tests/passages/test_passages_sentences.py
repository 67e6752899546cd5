"""Sentences: exact bounds, whatever the text."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.passages.sentences import LONGEST_SENTENCE, length_of_label, split_sentences, unread_passages
from firsthand.values.languages import Language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Vale left at 5 p.m. on Monday. She returned.", ["Dr. Vale left at 5 p.m. on Monday.", "She returned."]),
        ("“We left.” He slept.", ["“We left.”", "He slept."]),
        ("A line\nAnother line.", ["A line", "Another line."]),
        ("그는 “갔다. 그리고 왔다”고 말했다. 끝이다.", ["그는 “갔다. 그리고 왔다”고 말했다.", "끝이다."]),
        ("😀 하나다. 둘이다!", ["😀 하나다.", "둘이다!"]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert [text[s.start : s.end] for s in split_sentences(text)] == expected


def test_each_passage_has_its_own_language() -> None:
    languages = [s.language for s in split_sentences("She left the valley at dawn.\n그는 새벽에 떠났다.\nОна ушла.")]
    assert languages == [Language.ENGLISH, Language.KOREAN, Language.OTHER]


@given(st.text(alphabet="aB.!? \n“”다고한", max_size=80))
def test_sentences_are_in_order_and_lose_no_letter(text: str) -> None:
    sentences = split_sentences(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(sentences))
    kept = "".join(text[s.start : s.end] for s in sentences)
    assert "".join(kept.split()) == "".join(text.split())


def test_a_piece_without_an_end_is_cut_between_words_and_loses_nothing() -> None:
    text = "The guards counted " + "a woman and a man, " * 900
    pieces = split_sentences(text)
    assert len(pieces) > 1
    assert max(piece.end - piece.start for piece in pieces) <= LONGEST_SENTENCE
    assert " ".join(text[piece.start : piece.end] for piece in pieces) == text.strip()
    unbroken = split_sentences("x" * (3 * LONGEST_SENTENCE))
    assert sum(piece.end - piece.start for piece in unbroken) == 3 * LONGEST_SENTENCE


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("(4) Infants were taken.", "(4) "),
        ("(b) They were held.", "(b) "),
        ("(iv) They were held.", "(iv) "),
        ("7) They were held.", "7) "),
        ("② 그들은 갇혔다.", "② "),
        ("(가) 그들은 갇혔다.", "(가) "),
        ("(They were held.)", ""),
        ("1998 was a hard year.", ""),
        ("40 people were held.", ""),
    ],
)
def test_what_numbers_an_item_of_a_list_is_known(text: str, label: str) -> None:
    assert text[: length_of_label(text)] == label


def test_a_first_line_of_facts_is_no_passage_in_another_language() -> None:
    header = "# 14 | title: Bribes rule markets Saebyeok report says | publisher: Northern Gazette | date: 2015-03-18\n"
    french = "Les gardes ont battu les prisonniers tous les jours, dit-elle en partant pour la ville du nord."
    assert unread_passages(header + "She left.") == ()
    assert unread_passages(header + french) == ((len(header), len(header) + len(french)),)
