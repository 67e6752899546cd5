"""Pages of findings: grades blind to one another, a second word without the first, marks, rules, retractions."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from firsthand.claims.attribution import Informant, InformantType, Span
from firsthand.claims.claim import Statement, StatementKind
from firsthand.interfaces.web.app import make_desk
from firsthand.values.grades import AgeGroup, Credibility, Reliability, StandardOfProof
from firsthand.workbench.assessing import (
    assess_vault,
    finding_by_id,
    grade_finding,
    grade_source,
    record_finding,
)
from firsthand.workbench.coding import record_claim
from firsthand.workbench.collecting import add_text
from firsthand.workbench.opening import ephemeral_session

WORDS = "Two wardens kept a trader in the salt store of Marrow Bay and asked for his seal."
HARD = "The girl of nine was kept apart from her mother at the quay of Marrow Bay."


def found(session, text, act, age):
    document = add_text(session, file_name="a.txt", text=text)
    statement = Statement(
        kind=StatementKind.ACT,
        informant=Informant(type=InformantType.UNNAMED_PERSON, name="a ferry hand"),
        acts=(act,),
        victims_age=age,
    )
    claim = record_claim(session, document.id, [Span(0, len(text))], statement)
    group = next(a for a in assess_vault(session).weighing.acts if a.group.act == act)
    finding = record_finding(
        session,
        group,
        statement="One was kept, says the aunt.",
        standard=StandardOfProof.BALANCE,
        reasons="The aunt is believed.",
    )
    return claim, finding


@pytest.fixture(scope="module")
def session():
    with ephemeral_session(actor="coder one") as opened:
        yield opened


@pytest.fixture(scope="module")
def kept(session, visitor_of):
    claim, finding = found(session, WORDS, "arbitrary_detention", AgeGroup.ADULT)
    grade_source(session, claim.source, Reliability.B, "she was right before: reliability-reason")
    grade_finding(session, finding.id, Credibility.DOUBTFUL, "it does not fit: credibility-reason")
    return visitor_of(make_desk(session, port=4712, title="Test", is_practice=False)), claim, finding


def test_each_grade_is_given_without_seeing_the_other(kept):
    visitor, claim, finding = kept
    information = visitor.get(f"/findings/{finding.id}/credibility").text
    assert "reliability-reason" not in information
    assert "usually reliable" not in information
    assert WORDS in information
    source = visitor.get(f"/sources/{claim.source}/reliability").text
    assert "credibility-reason" not in source
    assert "doubtful" not in source
    assert WORDS not in source, "the source is judged, not what it says"
    assert "reliability-reason" in source


def test_confirmed_by_others_is_refused_on_one_source(kept):
    visitor, _, finding = kept
    answer = visitor.post(f"/findings/{finding.id}/grade", grade="1", reasons="because")
    assert answer.status_code == 403
    assert visitor.post(f"/findings/{finding.id}/grade", grade="2", reasons="because").status_code == 303


def test_the_second_assessor_sees_the_claims_and_not_the_first_ones_word(kept):
    visitor, _, finding = kept
    visitor.desk.held = replace(visitor.desk.session, actor="coder two")
    page = visitor.get(f"/findings/{finding.id}/second").text
    assert WORDS in page
    assert "The aunt is believed." not in page
    assert 'value="BALANCE" selected' not in page
    answer = visitor.post(f"/findings/{finding.id}/second", agrees="yes", standard="SUSPICION", reasons="I agree: two")
    assert answer.status_code == 303
    assert "I agree: two" in visitor.get(f"/findings/{finding.id}").text
    visitor.desk.held = replace(visitor.desk.session, actor="coder one")
    assert visitor.post(f"/findings/{finding.id}/second", agrees="yes", reasons="mine too").status_code == 422


def test_an_element_is_marked_and_opens_to_its_claim(kept):
    visitor, claim, finding = kept
    address = f"/findings/{finding.id}/elements/rome-7-1-e-imprisonment"
    before = visitor.get(address).text
    assert before.count("✓") == 1, "the code states detention, and nothing more"
    given = {"rule": "rome-7-1-e-imprisonment", "element": "fundamental-rules", "claim": claim.id}
    assert visitor.post(f"/findings/{finding.id}/marks", reading="shows", **given).status_code == 303
    after = visitor.get(address).text
    assert after.count("✓") > before.count("✓")
    assert f"/claims/{claim.id}" in after
    assert visitor.post(f"/findings/{finding.id}/marks", reading="perhaps", **given).status_code == 404
    assert visitor.get(f"/findings/{finding.id}/elements/no-such-rule").status_code == 404
    other = f"/findings/{finding.id}/elements/palermo-trafficking"
    assert other in visitor.get(f"/findings/{finding.id}").text
    assert visitor.get(other).status_code == 200, "a rule that is not offered may be looked at, and marked on"


def test_hard_words_stay_covered_on_every_page_of_a_finding(session, kept):
    visitor = kept[0]
    _, finding = found(session, HARD, "separation_of_children_from_family", AgeGroup.CHILD)
    pages = ["", "/credibility", "/review", "/elements/rome-7-1-k-other"]
    for page in pages:
        text = visitor.get(f"/findings/{finding.id}{page}").text
        assert "girl" not in text, page
        assert "says the aunt" not in text, page
    assert HARD in visitor.get(f"/findings/{finding.id}?show=1").text
    drawn = visitor.get(f"/findings/{finding.id}/argument")
    assert drawn.headers["content-type"] == "application/json"
    assert "girl" not in drawn.text
    assert "aunt" not in drawn.text


def test_a_rule_file_is_taken_or_refused_with_what_is_wrong(kept):
    visitor = kept[0]
    rule = (
        'schema = "rule/1"\nid = "own"\nlabel = {en = "Own"}\ninstrument = "Shore Code"\n[[part]]\nid = "p"\n'
        'label = {en = "P"}\nall = ["e"]\n[[element]]\nid = "e"\ncite = "1"\nlabel = {en = "E"}\n'
        'question = {en = "E?"}\n'
    )

    def send(content):
        return visitor.post("/rules", files={"file": ("own.toml", content)})

    assert send(rule.replace("all", "some").encode()).status_code == 422
    assert send(b"\xff\xfe").status_code == 422
    assert send(rule.encode()).headers["location"] == "/rules/own"
    assert "E?" in visitor.get("/rules/own").text
    assert visitor.post("/rules/own/remove").status_code == 303
    assert visitor.get("/rules/own").status_code == 404


def test_a_retraction_is_shown_before_it_is_made_and_kept_after(kept):
    visitor, claim, finding = kept
    assert finding.id in visitor.get(f"/claims/{claim.id}/retract").text
    assert not finding_by_id(visitor.desk.session, finding.id).needs_review
    answer = visitor.post(f"/claims/{claim.id}/retract")
    assert answer.headers["location"].startswith("/effects/")
    assert finding.id in visitor.get(answer.headers["location"]).text
    assert finding_by_id(visitor.desk.session, finding.id).needs_review
    assert "/effects/" in visitor.get("/effects").text


def test_who_was_heard_stands_beside_every_count(kept):
    visitor = kept[0]
    for page in ("/counts", "/counts/cell?act=separation_of_children_from_family", "/acts"):
        if page != "/acts":
            assert 'href="/heard"' in visitor.get(page).text, page
    assert visitor.get("/heard?of=list:none").status_code == 404
    note = {"of": "", "note": "through the harbour group"}
    assert visitor.post("/heard", **note).status_code == 303
    assert "through the harbour group" in visitor.get("/heard").text


SALT = (
    "Wardens carried seven sacks of salt off the ferry before the morning bell.",
    "Nobody gave back what officials had taken from stalls behind our church.",
    "My uncle's cart went to the ward house, and he walked home without it.",
)


def test_all_that_one_person_interviewed_is_decided_at_once(session, kept):
    visitor = kept[0]
    for number, words in enumerate(SALT):
        text = f"Interviewer: Coder Secret\n\n{words}"
        document = add_text(session, file_name=f"{number}.txt", text=text)
        statement = Statement(
            kind=StatementKind.ACT,
            informant=Informant(
                type=InformantType.NAMED_PERSON, name=("Sol Ferry", "Mira Quay", "Anna Harbour")[number]
            ),
            acts=("confiscation",),
            victims_age=AgeGroup.ADULT,
        )
        record_claim(session, document.id, [Span(27, len(text))], statement)

    def count():
        act = next(a for a in assess_vault(session).weighing.acts if a.group.act == "confiscation")
        return act.count.at_least, act.count.at_most

    assert count() == (1, 3)
    page = visitor.get("/dependences").text
    assert "Secret" not in page
    hub = re.search(r'name="hub" value="(interviewer [0-9a-f]+)"', page)[1]
    steps = len(session.vault)
    assert visitor.post("/dependences/all", hub=hub, standing="refused").status_code == 303
    assert len(session.vault) == steps + 1
    assert count() == (3, 3)
