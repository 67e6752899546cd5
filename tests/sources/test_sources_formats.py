"""Each further format: its words, where they stand in the file, what was left behind, and damage that loses little."""

from __future__ import annotations

import importlib.util
import struct
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.sources.document import Locator
from firsthand.sources.readers import read_document
from firsthand.sources.readers.faults import BrokenArchive, BrokenDocument, NoTextFound, RecognitionMissing
from firsthand.sources.readers.outlook import unpack_rtf
from firsthand.sources.readers.recognition import Aids, RecognisedLine, SpokenPart
from firsthand.values.errors import InputError


def _load_samples():
    # tests are found by path and not imported as a package, so that a shared file is loaded by its path
    path = Path(__file__).with_name("format_samples.py")
    spec = importlib.util.spec_from_file_location("format_samples", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["format_samples"] = module
    spec.loader.exec_module(module)
    return module


made = _load_samples()
WORDS, KOREAN = made.WORDS, made.KOREAN


def told(read):
    """The words of each segment with where they stand."""
    return [(s.locator, s.number, read.text[s.start : s.end]) for s in read.segments]


def left(read):
    return {item.what: item.count for item in read.left_behind}


def test_an_opendocument_text_gives_paragraphs_and_lists_hidden_deleted_and_remote_parts() -> None:
    read = read_document(made.make_odt(), "a.odt")
    assert [words for _, _, words in told(read)] == [WORDS, KOREAN, "cell"]
    assert left(read) == {"deleted words": 1, "hidden words": 1, "remote part (not fetched)": 1}
    assert read.facts["title"] == "The ferry"


def test_rich_text_is_read_in_its_own_encodings() -> None:
    read = read_document(made.make_rtf(), "a.rtf")
    assert [words for _, _, words in told(read)] == [WORDS, KOREAN, "한글 link"]
    assert left(read) == {"hidden words": 1, "page header or footer": 1, "picture": 1}
    assert read.facts["title"] == "The ferry"


def test_a_mail_gives_its_plain_body_by_line_and_lists_its_attachments() -> None:
    read = read_document(made.make_eml(), "a.eml")
    assert told(read) == [(Locator.LINE, 1, WORDS), (Locator.LINE, 3, KOREAN)]
    assert left(read) == {"attached file": 1}
    assert (read.facts["title"], read.facts["date"]) == ("다리", "2020-03-03")


def test_a_mail_kept_by_outlook_is_read() -> None:
    read = read_document(made.make_msg(), "a.msg")
    assert [words for _, _, words in told(read)] == [WORDS, KOREAN]
    assert (read.facts["title"], read.facts["date"]) == ("The ferry", "2020-03-01")


def test_a_page_saved_as_one_file_gives_its_main_text_and_lists_its_other_parts() -> None:
    read = read_document(made.SAMPLES["a.mhtml"], "a.mhtml")
    assert [words for _, _, words in told(read)] == [WORDS, KOREAN]
    assert left(read) == {"frame or style": 1, "picture": 1, "block of boilerplate": 1}
    assert (read.facts["address"], read.facts["saved"]) == ("https://quay.invalid/ferry", "2020-03-03")
    with pytest.raises(BrokenDocument):
        read_document(b"The ferry left.", "a.mht")


def test_packed_rich_text_of_a_mail_comes_back() -> None:
    # the example of MS-OXRTFCP 3.1.1
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert unpack_rtf(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    plain = struct.pack("<II4sI", 17, 5, b"MELA", 0) + b"{\\rtf"
    assert unpack_rtf(plain) == b"{\\rtf"


def test_a_spreadsheet_gives_cells_by_row_and_column_and_lists_what_is_hidden() -> None:
    read = read_document(made.make_xlsx(), "a.xlsx")
    cells = [(s.number, s.column, read.text[s.start : s.end]) for s in read.segments]
    assert cells == [(3, "name", "하늘"), (3, "day", "2020-03-01"), (3, "words", WORDS), (5, "day", "2")]
    assert left(read) == {
        "hidden sheet": 1, "hidden row": 1, "cell in a hidden column": 1, "macros": 1,
        "formula (its last value was read)": 1,
    }  # fmt: skip


def test_subtitles_lead_back_to_the_second_and_name_the_speaker() -> None:
    assert told(read_document(made.SRT.encode(), "a.srt")) == [
        (Locator.TIME, 1.5, WORDS),
        (Locator.TIME, 62, KOREAN),
    ]
    read = read_document(made.VTT.encode(), "a.vtt")
    assert told(read) == [(Locator.TIME, 1.5, WORDS), (Locator.TIME, 3602, KOREAN)]
    assert read.text.startswith(f"Ara Quill: {WORDS}")
    assert left(read) == {"note or style": 1}


def test_a_transcript_with_times_leads_back_to_the_second_and_keeps_its_text() -> None:
    read = read_document(made.TRANSCRIPT.encode(), "a.txt")
    assert read.text == made.TRANSCRIPT
    assert [(s.locator, s.number) for s in read.segments] == [(Locator.TIME, n) for n in (5, 9, 60, 60)]


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "a.wacz"])
def test_a_web_archive_gives_a_part_for_each_page_with_its_address(name: str) -> None:
    read = read_document(made.SAMPLES[name], name)
    assert told(read) == [(Locator.PART, 1, WORDS), (Locator.PART, 2, KOREAN)]
    assert read.facts["address of part 2"] == "https://quay.invalid/2"
    assert read.facts["captured of part 2"] == "2020-03-01"
    assert left(read) == {"answer that is no page (moved, missing)": 1}


def test_a_web_archive_cut_off_keeps_the_pages_before_the_damage() -> None:
    whole = made.SAMPLES["a.warc"]
    cut = read_document(whole[: whole.index(KOREAN.encode())], "a.warc")
    assert WORDS in cut.text
    with pytest.raises(BrokenArchive):
        read_document(b"The ferry left.", "a.warc")


def test_a_broken_page_of_a_good_pdf_is_lost_alone() -> None:
    read = read_document(made.make_pdf(b"The ferry left.", b"unseen", b"It came back.", broken=1), "a.pdf")
    assert told(read) == [(Locator.PAGE, 1, "The ferry left."), (Locator.PAGE, 3, "It came back.")]
    assert [(item.what, item.detail) for item in read.left_behind] == [("broken page", "page 2")]


PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(20)
SOUND = b"RIFF\0\0\0\0WAVEfmt "


def test_a_picture_or_recording_needs_a_recogniser_and_says_so() -> None:
    for content, name in ((PICTURE, "a.png"), (SOUND, "a.wav")):
        with pytest.raises(RecognitionMissing, match="installed"):
            read_document(content, name)


def test_recognised_words_are_marked_and_their_figures_listed() -> None:
    lines = [
        RecognisedLine("They asked 5.000 yuan", 0.9),
        RecognisedLine("of 2 women", 0.4),
        RecognisedLine("~ ,", 0.1),
    ]
    read = read_document(PICTURE, "a.png", aids=Aids(text_of_picture=lambda _: lines))
    assert told(read) == [(Locator.LINE, 1, "They asked 5.000 yuan"), (Locator.LINE, 2, "of 2 women")]
    assert sorted(item.count for item in read.left_behind) == [1, 2, 2]
    with pytest.raises(NoTextFound):
        read_document(PICTURE, "a.png", aids=Aids(text_of_picture=lambda _: lines[2:]))


def test_heard_words_lead_back_to_the_second() -> None:
    parts = [SpokenPart(0.0, 4.0, " The ferry left.", 0.9), SpokenPart(4.0, 6.5, "With 40 people.", 0.2)]
    read = read_document(SOUND, "a.wav", aids=Aids(words_of_recording=lambda _: parts))
    assert told(read) == [(Locator.TIME, 0, "The ferry left."), (Locator.TIME, 4, "With 40 people.")]
    assert [item.count for item in read.left_behind] == [2, 1, 1]


@pytest.mark.parametrize("name", sorted(made.SAMPLES))
@given(data=st.data())
def test_a_damaged_file_gives_text_or_a_named_reason(name: str, data) -> None:
    content = bytearray(made.SAMPLES[name])
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    damaged = bytes(content[:cut] if data.draw(st.booleans()) else content)
    try:
        read = read_document(damaged, name)
    except InputError:
        return
    assert all(0 <= s.start < s.end <= len(read.text) for s in read.segments)
    read.text.encode("utf-8", "replace")
