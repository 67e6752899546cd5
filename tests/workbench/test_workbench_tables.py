"""Tables by a mapping that is kept: a row as a document, or as a record that waits for a person."""

from __future__ import annotations

import pytest

from firsthand.sources.document import Locator
from firsthand.sources.rows import MappingNotUsable, RowMapping, RowUse
from firsthand.workbench.opening import ephemeral_session
from firsthand.workbench.tables import take_table

TABLE = (
    "id,said,what,who,when,where\n"
    "1,Guards beat the women.,beating,the women,2012-03,Quay Town\n"
    "2,,theft,a trader,2012,Quay Town\n"
    "3,Officers took her goods.,beating,a trader,last year,Quay Town\n"
)


@pytest.fixture
def session():
    with ephemeral_session(actor="coder one") as opened:
        yield opened


def test_rows_become_documents_that_lead_back_to_their_cell(tmp_path, session) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TABLE, "utf-8")
    mapping = RowMapping(use=RowUse.DOCUMENT, columns={"text": "said", "date": "when"})
    taken = take_table(session, path, mapping)
    assert [d.text for d in taken.documents] == ["Guards beat the women.", "Officers took her goods."]
    segment = taken.documents[1].segments[0]
    assert (segment.locator, segment.number, segment.column) == (Locator.ROW, 3, "said")
    assert taken.documents[0].published == "2012-03"
    assert taken.set_aside == ((2, "its text is empty"),)


def test_rows_become_records_that_a_person_decides_on_and_the_mapping_is_kept(tmp_path, session) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TABLE, "utf-8")
    mapping = RowMapping(
        use=RowUse.RECORD,
        columns={"act": "what", "victims": "who", "date": "when", "place": "where"},
        codes={"beating": "ill_treatment"},
    )
    taken = take_table(session, path, mapping)
    (proposal,) = taken.proposals
    statement = proposal.suggestion.statement
    text = taken.documents[0].text
    assert statement.acts == ("ill_treatment",)
    assert [text[v.span.start : v.span.end] for v in statement.victims] == ["the women"]
    assert statement.date.edtf == "2012-03"
    assert taken.set_aside == ((2, "its act is no code of the codebook"), (3, "its date is not in EDTF"))
    assert session.claims() == []
    again = tmp_path / "b.csv"
    again.write_text(TABLE.replace("2012-03", "2013-05"), "utf-8")
    assert take_table(session, again).proposals[0].suggestion.statement.date.edtf == "2013-05"


def test_a_mapping_that_does_not_fit_is_refused(tmp_path, session) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TABLE, "utf-8")
    with pytest.raises(MappingNotUsable):
        take_table(session, path)
    with pytest.raises(MappingNotUsable):
        take_table(session, path, RowMapping(use=RowUse.DOCUMENT, columns={"text": "missing"}))
    with pytest.raises(MappingNotUsable):
        RowMapping(use=RowUse.RECORD, columns={"text": "said"})
    assert session.documents() == []
