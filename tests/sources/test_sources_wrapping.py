"""Lines broken by a page's width are made whole in PDF, scans, mail and wrapped text; lines of their own stay."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.passages.sentences import split_sentences
from firsthand.sources.document import Locator
from firsthand.sources.readers import read_document
from firsthand.sources.readers.pictures import add_recognised
from firsthand.sources.readers.reader import TextBuilder
from firsthand.sources.readers.recognition import RecognisedLine
from firsthand.sources.readers.wrapping import is_mostly_broken, line_ends, unwrapped

ENGLISH = (
    "In May 2031 a resident of Quay Town said that wardens beat three women at the detention centre, and that they "
    "were held there for two weeks. The resident said that officers took her goods and sold them at the market. "
    "Nobody was told why."
)
KOREAN = (
    "2031년 5월 하늘마을의 한 주민은 보위원들이 여성 3명을 구타했다고 말했다. 그 주민은 보안원들이 장마당에서 물건을 "
    "빼앗았다고 전했다. 다른 주민에 따르면 상인 네 명이 그해 가을에 체포되었다."
)


def sentences(text):
    return [text[s.start : s.end] for s in split_sentences(text)]


@given(st.integers(50, 100), st.sampled_from([ENGLISH, f"{ENGLISH} {ENGLISH}"]))
def test_a_paragraph_written_to_any_width_has_the_sentences_that_it_had(width, text):
    assert sentences(unwrapped(textwrap.fill(text, width))) == sentences(text)


@pytest.mark.parametrize("width", [24, 30, 36, 42])
def test_korean_broken_between_words_or_within_them_before_an_ending_is_whole(width):
    assert sentences(unwrapped(textwrap.fill(KOREAN, width))) == sentences(KOREAN)
    within = (
        KOREAN.replace("3명을 ", "3명\n을 ")
        .replace("장마당에서 물건", "장마당에\n서 물건")
        .replace(" 네 명", "\n네 명")
    )
    assert unwrapped(within) == KOREAN


@given(st.lists(st.text("abc .:-가다\t", max_size=80), max_size=12))
def test_nothing_but_line_ends_changes_and_no_empty_line_goes(lines):
    text = "\n".join(lines)
    whole = unwrapped(text)
    assert whole.replace(" ", "").replace("\n", "") == text.replace(" ", "").replace("\n", "")
    assert len(line_ends(lines)) == len(lines)
    assert whole.count("\n\n") == text.count("\n\n")


@pytest.mark.parametrize(
    "text",
    [
        "Ara Quill\nQuay Town\n3 March 2031\n",
        "- officers took the goods of the women at the market\n- wardens beat them at the camp that evening\n",
        "Interviewer: What happened at the camp that evening in May?\nAra Quill: Wardens beat the women in the yard.\n",
        "1. The first thing that was said of the camp that evening.\n2. The second thing that was said of the camp.\n",
        f"{ENGLISH}\n{ENGLISH}\n",
        "구금시설에서 세 사람이 맞았다고 한 주민이 말했다고 한다.\nThe resident said no more of that evening.\n",
    ],
)
def test_lists_turns_and_paragraphs_on_one_line_stay_as_they_are(text):
    assert unwrapped(text) == text
    assert read_document(text.encode(), "a.txt").text == text


def test_a_wrapped_text_and_a_mail_keep_a_position_for_each_line():
    text = textwrap.fill(ENGLISH, 60)
    lines = text.split("\n")
    assert is_mostly_broken(lines)
    mail = f"From: a@quay.invalid\nSubject: Notes\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    for content, name in ((text, "a.txt"), (text.replace("\n", "\r\n"), "b.txt"), (mail, "a.eml")):
        read = read_document(content.encode(), name)
        assert sentences(read.text) == sentences(ENGLISH)
        assert [read.text[s.start : s.end] for s in read.segments] == lines
        assert [(s.locator, s.number) for s in read.segments] == [(Locator.LINE, n + 1) for n in range(len(lines))]


def test_a_recognised_page_reads_on_over_its_lines():
    lines = [RecognisedLine(line, 0.9) for line in textwrap.wrap(ENGLISH, 60)]
    for number in (0, 3):
        builder = TextBuilder()
        add_recognised(builder, lines, Locator.PAGE, number)
        assert sentences(builder.finish("image/png").text) == sentences(ENGLISH)
