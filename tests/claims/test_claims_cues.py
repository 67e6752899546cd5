"""Cues are looked for only where their first letters stand; that must never hide one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from firsthand.claims.reading import cues
from firsthand.claims.reading.acts import act_definitions
from firsthand.claims.reading.cues import CueIndex, compile_cues, read_table
from firsthand.claims.reading.meaning import gelu
from firsthand.claims.reading.places import find_places
from firsthand.values.languages import Language

EN, KO = Language.ENGLISH, Language.KOREAN
SENTENCES = [
    (Language(row["language"]), row[column]) for row in read_table("acts") for column in ("example", "counter_example")
]
CUES = st.sampled_from(
    [
        "sold",
        "sell*",
        "(was|were) taken",
        "labo?r",
        "(the )?camp*",
        "no ... food",
        "(un)?paid",
        "to ",
        r"\d+ women",
        "s?he",
    ]
)


def test_no_example_loses_a_cue_to_the_look_at_first_letters() -> None:
    searched = 0
    for definition in act_definitions():
        for search in (definition.cues, definition.unless):
            if search is None:
                continue
            for language, sentence in SENTENCES:
                if language is search.language:
                    found = search.pattern.search(sentence)
                    assert (search.search(sentence) is None) == (found is None), (definition.code, sentence)
                    searched += found is not None
    assert searched > 100


@given(st.lists(CUES, min_size=1, max_size=3), st.text(alphabet="abcdefilmnoprstuw 1-", max_size=40), CUES)
def test_a_search_with_the_look_finds_what_a_search_without_it_finds(of: list[str], text: str, told: str) -> None:
    search = compile_cues(";".join(of), EN)
    assert search is not None
    text = f"{text} {told.replace('*', '').replace('|', ' ').strip('()?')} {text}"
    found, plain = search.search(text), search.pattern.search(text)
    assert (found and found.span()) == (plain and plain.span())
    assert [m.span() for m in search.finditer(text)] == [m.span() for m in search.pattern.finditer(text)]


@pytest.mark.parametrize(
    ("cue", "starts"),
    [
        ("sold into", {"sol"}),
        ("(was|were) taken", {"was", "wer"}),
        ("(the )?camp*", {"the", "cam"}),
        ("s?he", None),
        ("labo?r", {"lab"}),
        (r"\d+ women", None),
    ],
)
def test_first_letters_are_those_with_which_a_cue_can_begin(cue: str, starts: set[str] | None) -> None:
    search = compile_cues(cue, EN)
    assert search is not None
    assert (set(search.by_start), search.always) == ((set(), (0,)) if starts is None else (starts, ()))


def test_a_korean_cue_is_found_inside_a_word_as_before() -> None:
    search = compile_cues("끌려 갔", KO)
    assert search is not None
    assert search.search("그는 집에서끌려갔다") is not None
    assert search.search("그는 집에 갔다") is None


def test_names_of_places_are_whole_words_and_the_longest_wins() -> None:
    assert [m.place.name for m in find_places("They left Sinuiju for North Korea's coast.", EN)] == [
        "Sinuiju",
        "North Korea",
    ]
    assert not find_places("They spoke of Chinaware and of non-China trade.", EN)
    assert find_places("A China-based group spoke.", EN)[0].span.start == 2


def test_the_quick_activation_is_as_near_as_it_says() -> None:
    x = np.linspace(-12, 12, 4801, dtype=np.float32)

    assert np.abs(gelu(x.copy()) - x * ndtr(x)).max() < 3e-5


def test_only_two_texts_are_remembered() -> None:
    for number in range(10):
        cues.starts_in(f"told {number}", EN)
    assert cues.starts_in.cache_info().currsize <= 2


@pytest.mark.parametrize("signs", ["-", "'", "’", "-'", "’ -"])
def test_a_row_of_signs_is_read_once_and_not_in_all_ways_there_are(signs: str) -> None:
    cues = compile_cues("held ... camp", EN)
    assert cues is not None
    assert cues.search("They were held " + signs * 3_000) is None
    assert cues.search("They were held, the ex-guard’s wife said, in camp.") is not None


def test_cues_of_many_searches_are_looked_up_at_once_and_alike() -> None:
    searches = [compile_cues(cell, EN) for cell in ("beat*; held in", "camp*; (sent|taken) to", r"\d+ years", "")]
    index = CueIndex(searches, EN)
    for text in ("They were held in a camp and beaten.", "He was taken to Musan for 12 years.", "Nothing.", ""):
        told = index.candidates(text)
        for place, search in enumerate(searches):
            alone = [m.span() for m in search.finditer(text)] if search else []
            together = [m.span() for m in search.finditer(text, told.get(place, []))] if search else []
            assert together == alone == ([m.span() for m in search.pattern.finditer(text)] if search else [])
