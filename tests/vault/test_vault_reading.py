"""Handling classes and compartments are enforced by the query layer: no call of a reader can pass them."""

from __future__ import annotations

import io

import pytest
from vault_samples import SampleName, make_step, set_claim, set_passage

from firsthand.values.grades import Handling
from firsthand.vault import Change, KeyNotHeld


@pytest.fixture
def filled(reopen):
    """A claim of each class, one whose class nobody knows, a name, a passage of one source."""
    vault = reopen()
    claims = [set_claim(f"c{number}", "p1", handling=number) for number in range(4)]
    name = Change(kind="person_name", id="n1", value=SampleName(name="river"), key="identity")
    vault.apply(make_step(set_passage("p1"), set_passage("p2", key="source:s1"), *claims, name))
    vault.apply(make_step(set_claim("c-unknown", "p1", handling=None)))
    return vault


@pytest.mark.parametrize(
    ("highest", "seen"),
    [
        (Handling.OPEN, ["c0"]),
        (Handling.INTERNAL, ["c0", "c1"]),
        (Handling.RESTRICTED, ["c-unknown", "c0", "c1", "c2"]),
        (Handling.SEALED, ["c-unknown", "c0", "c1", "c2", "c3"]),
    ],
)
def test_a_reader_sees_up_to_a_class_and_the_unknown_counts_as_restricted(filled, highest, seen) -> None:
    reader = filled.as_reader(highest=highest)
    assert [name for name, _ in reader.items("claim")] == seen
    assert len(reader.all("claim", act="searched")) == reader.count("claim") == len(seen)
    assert [name for name in ("c-unknown", "c0", "c1", "c2", "c3") if reader.get("claim", name)] == seen


def test_a_reader_sees_only_given_compartments(filled) -> None:
    ref = filled.put_blob(io.BytesIO(b"a portrait"), "identity")
    everything = filled.as_reader(highest=Handling.SEALED)
    assert {hit.id for hit in everything.search("river")} == {"p1", "p2", "n1"}
    assert b"".join(everything.read_blob(ref)) == b"a portrait"
    general = filled.as_reader(highest=Handling.SEALED, compartments=["general"])
    assert [hit.id for hit in general.search("river")] == ["p1"]
    assert general.get("passage", "p2") is None
    assert general.count("person_name") == 0
    with pytest.raises(KeyNotHeld):
        general.read_blob(ref)
    sources = filled.as_reader(highest=Handling.INTERNAL, compartments=["general", "sources"])
    assert [name for name, _ in sources.items("passage")] == ["p1", "p2"]
    assert sources.search("river", kinds=["person_name"]) == []


def test_a_record_whose_class_rises_disappears_for_the_reader(filled) -> None:
    reader = filled.as_reader(highest=Handling.INTERNAL)
    filled.apply(make_step(set_claim("c0", "p1", handling=3)))
    assert reader.get("claim", "c0") is None
