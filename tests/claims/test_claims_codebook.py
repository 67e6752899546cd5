"""The codebook: what is written is read back, codes are used once, acts are found by cues and by examples."""

from __future__ import annotations

from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.claims.codebook import (
    Codebook,
    CodebookAct,
    CodebookField,
    CodebookNotUsable,
    FieldKind,
    TermTaken,
    ValueNotOfField,
    read_codebook,
    read_huridocs,
    write_codebook,
)
from firsthand.claims.reading import RuleEngine
from firsthand.claims.reading.cues import CueNotUsable
from firsthand.claims.reading.meaning import (
    Encoder,
    digest_of_examples,
    load_encoder,
    meaning_of_acts,
    packaged_examples,
    read_weights,
)

DENIED_BURIAL = CodebookAct(
    code="denial_of_burial",
    label_en="denial of burial",
    label_ko="매장 거부",
    cues={"en": "body was (not|never) returned; refused to hand over the body", "ko": "시신(을|은|도) ... 돌려주지 않"},
    examples=("The family was not given his body.", "Nobody was told where the dead were put."),
)
CASE = CodebookField(
    code="case_type", label_en="Type of case", kind=FieldKind.CHOICE, choices={"new": "new", "known": "known before"}
)


def test_a_codebook_comes_back_as_it_was_written() -> None:
    book = Codebook().with_act(DENIED_BURIAL).with_field(CASE).with_examples("killing", ["He fell at the fence."])
    assert read_codebook(write_codebook(book)) == book
    assert read_codebook("") == Codebook()
    assert "denial_of_burial" in book.vocabulary
    assert book.vocabulary["denial_of_burial"].label("ko") == "매장 거부"


@given(st.text(max_size=60))
def test_a_text_that_is_no_codebook_is_refused_by_name(text: str) -> None:
    try:
        read_codebook(text)
    except (CodebookNotUsable, TermTaken):
        return
    assert not text.strip()


def test_a_code_is_used_once_and_a_cue_can_be_read() -> None:
    with pytest.raises(TermTaken):
        Codebook(acts=(CodebookAct(code="torture", label_en="torture"),))
    with pytest.raises(CodebookNotUsable):
        CodebookAct(code="Not A Code", label_en="x")
    with pytest.raises(CueNotUsable):
        CodebookAct(code="some_act", label_en="x", cues={"en": "an (open bracket"})


def test_an_act_of_the_project_is_restricted_unless_it_says_otherwise() -> None:
    assert DENIED_BURIAL.term.is_coded_only


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A resident said that the body was never returned.", True),
        ("주민은 경비대가 시신을 가족에게 돌려주지 않았다고 말했다.", True),
        ("A resident said that the ferry was never returned to the quay.", False),
    ],
)
def test_an_act_of_the_project_is_proposed_by_its_cues(text: str, found: bool) -> None:
    book = Codebook().with_act(DENIED_BURIAL)
    engine = RuleEngine(definitions=book.definitions)
    codes = {code for s in engine.propose(text, {}) for code in s.statement.acts}
    assert ("denial_of_burial" in codes) is found


@pytest.mark.skipif(load_encoder() is None, reason="the weights are not installed")
def test_the_kept_vectors_are_of_the_examples_as_they_are_now() -> None:
    encoder, meaning = load_encoder(), meaning_of_acts()
    file = resources.files("firsthand.claims.reading") / "tables" / "examples.npz"
    with file.open("rb") as stream, np.load(stream) as kept:
        assert str(kept["digest"]) == digest_of_examples(packaged_examples()), "run tools/encode_examples.py"
        vectors = kept["vectors"]
    fresh = encoder.encode([meaning.examples[0][1], meaning.examples[-1][1]])
    assert np.allclose(fresh, vectors[[0, -1]], atol=2e-3)


@pytest.mark.skipif(load_encoder() is None, reason="the weights are not installed")
def test_the_whole_network_gives_the_published_similarities_of_the_model_card() -> None:
    read = read_weights()
    assert read is not None
    whole = Encoder(*read, layers=6, left_out=frozenset())
    happy = whole.encode(["That is a happy person", "That is a happy dog", "That is a very happy person"])
    assert np.allclose(happy @ happy[0], [1, 0.695, 0.943], atol=1e-3)


@pytest.mark.skipif(load_encoder() is None, reason="the weights are not installed")
def test_an_act_of_the_project_is_proposed_by_its_examples_alone() -> None:
    book = Codebook().with_act(CodebookAct(code="no_grave", label_en="no grave", examples=DENIED_BURIAL.examples))
    engine = RuleEngine(definitions=book.definitions, examples=book.sentences)
    told = engine.propose("My uncle died there. They would not give us his body. I still ask where he is.", {})
    assert any("no_grave" in s.statement.acts for s in told)
    assert any("near in meaning" in s.why["acts"] for s in told if "no_grave" in s.statement.acts)


def test_fields_take_only_what_their_kind_takes() -> None:
    assert CASE.check(" new ") == "new"
    assert CASE.check("") == ""
    with pytest.raises(ValueNotOfField):
        CASE.check("other")
    with pytest.raises(ValueNotOfField):
        CodebookField(code="age_told", label_en="Age told", kind=FieldKind.NUMBER).check("ten")


HURIDOCS = """list_no,list_name,huri_code,level,parent_huri_code,order,label_en
4,types_of_acts,010100000000,0,,1,Invented act one
4,types_of_acts,010200000000,0,,2,Invented act two
19,source_connection,010100000000,0,,1,Invented relation
"""


def test_a_huridocs_list_becomes_restricted_acts_with_their_code_kept() -> None:
    lists = read_huridocs(HURIDOCS)
    assert [(one.number, len(one.acts)) for one in lists] == [("4", 2), ("19", 1)]
    act = read_huridocs(HURIDOCS, list_number="4")[0].acts[0]
    assert (act.code, act.label_en, act.crosswalk) == ("h010100000000", "Invented act one", "HURIDOCS 010100000000")
    assert act.handling == "restricted"
    with pytest.raises(CodebookNotUsable):
        read_huridocs(HURIDOCS, list_number="99")
    with pytest.raises(CodebookNotUsable):
        read_huridocs("a,b\n1,2\n")
