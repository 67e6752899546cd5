"""The importer refuses a claim without a passage, and keeps the others as proposals."""

from __future__ import annotations

import json

import pytest

from firsthand.claims.exchange import proposals_record
from firsthand.workbench.coding import suggestions_for
from firsthand.workbench.collecting import add_text
from firsthand.workbench.importing import DocumentNotKept, ImportNotReadable, import_proposals
from firsthand.workbench.opening import ephemeral_session

TEXT = "Wardens of Marrow Bay detained forty traders in May 2031, a monitor said. They were held for nine days.\n"


@pytest.fixture
def session():
    with ephemeral_session(actor="coder one") as session:
        yield session


@pytest.fixture
def record(session):
    document = add_text(session, file_name="a.txt", text=TEXT)
    return proposals_record(suggestions_for(document), file_name="a.txt", sha256=document.sha256,
                            text_sha256=document.text_sha256, language="en")  # fmt: skip


def test_what_propose_writes_comes_back_the_same(session, record):
    imported = import_proposals(session, json.dumps(record).encode())
    assert imported.refused == ()
    document = imported.document
    again = proposals_record([p.suggestion for p in imported.kept], file_name="a.txt", sha256=document.sha256,
                             text_sha256=document.text_sha256, language="en")  # fmt: skip

    def told(claim):
        places = [{k: p[k] for k in ("text", "span", "role")} for p in claim["places"]]
        return {**claim, "places": places, "alternatives": []}

    assert [told(c) for c in again["claims"]] == [told(c) for c in record["claims"]]
    assert {p.status for p in imported.kept} == {"open"}


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"support": []}, "ClaimWithoutPassage"),
        ({"support": [[5, 5]]}, "SelectorsDisagree"),
        ({"support": [[0, 10_000]]}, "SelectorsDisagree"),
        ({"acts": ["no_such_act"]}, "TermUnknown"),
        ({"time": {"text": "then", "span": None, "edtf": "last year"}}, "DateNotEdtf"),
        ({"kind": "quantity", "amount": None}, "ClaimNotUsable"),
        ({"informant": 7}, "ImportNotReadable"),
    ],
)
def test_a_claim_that_cannot_be_is_refused_and_the_rest_is_kept(session, record, change, cause):
    good = record["claims"][0]
    record["claims"] = [good, {**good, **change}, good]
    imported = import_proposals(session, json.dumps(record).encode())
    assert [(r.position, r.cause) for r in imported.refused] == [(2, cause)]
    assert len(imported.kept) == 2


def test_another_text_and_another_form_are_refused_whole(session, record):
    with pytest.raises(DocumentNotKept):
        import_proposals(session, json.dumps({**record, "text_sha256": "0" * 64}).encode())
    for content in (b"", b"[]", b"{}", json.dumps({**record, "schema": "other/1"}).encode(), b"\xff\xfe"):
        with pytest.raises(ImportNotReadable):
            import_proposals(session, content)
    assert session.proposals() == []
