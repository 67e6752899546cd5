"""A finding is explained with what is against it and missing; what leaves holds codes alone; who was heard is said."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from firsthand.claims.attribution import Informant, InformantType, Span
from firsthand.claims.claim import Participant, PlaceTold, Statement, StatementKind, TimeTold
from firsthand.corroboration.dependence import DependenceKind, Standing
from firsthand.corroboration.elements import Reading
from firsthand.corroboration.hearing import HeardClaim, who_was_heard
from firsthand.sources.source import SourceKind
from firsthand.values.dates import UncertainDate
from firsthand.values.grades import AgeGroup, Basis, StandardOfProof
from firsthand.values.places import Place
from firsthand.workbench.assessing import assess_vault, decide_dependence, mark_element, record_finding
from firsthand.workbench.coding import record_claim
from firsthand.workbench.collecting import add_text
from firsthand.workbench.effects import retract_claims
from firsthand.workbench.explaining import Change, explain_finding, findings_on, map_of_finding
from firsthand.workbench.hearing import datasets_of, heard_in, sampling_note, write_sampling_note
from firsthand.workbench.opening import ephemeral_session, practice_session


@pytest.fixture(scope="module")
def practice():
    with practice_session() as opened:
        yield opened


@pytest.fixture
def session():
    with ephemeral_session(actor="coder one") as opened:
        yield opened


def tell(session, name, text, act, *, victims=(), age=AgeGroup.ADULT, informant="a ferry hand"):
    document = add_text(session, file_name=f"{name}.txt", text=text)
    statement = Statement(
        kind=StatementKind.ACT,
        informant=Informant(type=InformantType.NAMED_PERSON, name=informant),
        acts=(act,),
        basis=Basis.TOLD_BY_WITNESS,
        victims=tuple(Participant(text=v) for v in victims),
        victims_age=age,
        time=TimeTold(date=UncertainDate(edtf="2011-05-12")),
        places=(PlaceTold(text="x", place=Place(name="x", path=("XA",), gazetteer_id="XA")),),
    )
    return record_claim(session, document.id, [Span(0, len(text))], statement)


def find(session, act):
    group = next(a for a in assess_vault(session).weighing.acts if a.group.act == act)
    return record_finding(
        session,
        group,
        statement="The pupil Sol Ferry was kept apart.",
        standard=StandardOfProof.SUSPICION,
        reasons="Sol Ferry's aunt told it.",
    )


def test_the_practice_finding_is_explained(practice):
    (finding,) = practice.read.all("finding")
    explained = explain_finding(practice, finding.id)
    assert {one.claim.id for one in explained.supporting} == set(finding.supporting)
    assert {one.claim.id for one in explained.contradicting} == set(finding.contradicting)
    assert [one.letter for one in explained.accounts] == list("ABCDE")
    assert {Change.CONTRADICTED, Change.NO_SECOND_ASSESSOR} <= {one.change for one in explained.changes}
    assert {rule.rule.id for rule in explained.rules} >= {"rome-7-1-d-transfer", "cat-refoulement"}
    assert all(one.passages for one in explained.supporting)
    assert findings_on(practice, finding.supporting[:1]) == [finding]
    assert findings_on(practice, ["claim-that-is-not"]) == []


def test_what_one_claim_carries_is_said(practice):
    (finding,) = practice.read.all("finding")
    explained = explain_finding(practice, finding.id)
    alone = {claim for one in explained.changes if one.change is Change.RESTS_ON_ONE for claim in one.claims}
    weighing = assess_vault(practice).weighing
    for claim in finding.supporting:
        rest = [other for other in finding.supporting if other != claim]
        assert (claim in alone) == (weighing.count(rest).at_most < weighing.count(finding.supporting).at_most)


def test_a_claim_that_left_is_shown_as_left_and_hearsay_is_said(session):
    first = tell(
        session, "a", "The wardens took the lower market away in spring.", "confiscation", informant="Sol Ferry"
    )
    tell(session, "b", "Salt was carried off from the quay by men in grey.", "confiscation", informant="Mira Quay")
    finding = find(session, "confiscation")
    changes = {one.change for one in explain_finding(session, finding.id).changes}
    assert Change.ONLY_HEARSAY in changes
    assert Change.SECOND_SOURCE not in changes
    retract_claims(session, [first.id])
    explained = explain_finding(session, finding.id)
    assert {one.claim.id for one in explained.supporting if one.has_left} == {first.id}
    assert len(explained.supporting) == 2
    assert Change.SECOND_SOURCE in {one.change for one in explained.changes}
    assert explained.effects[0].effects.findings[0].after.claims == 1


def test_possible_links_are_said_with_what_they_would_do(session):
    tell(session, "a", "The wardens took the lower market away in spring.", "confiscation", informant="Sol Ferry")
    tell(session, "b", "Salt was carried off from the quay by men in grey.", "confiscation", informant="Mira Quay")
    finding = find(session, "confiscation")
    a, b = sorted(set(assess_vault(session).weighing.accounts.values()))
    decide_dependence(
        session, a, b, kind=DependenceKind.SAME_INFORMANT, standing=Standing.POSSIBLE, reason="both knew the aunt"
    )
    (said,) = [one for one in explain_finding(session, finding.id).changes if one.change is Change.OPEN_DEPENDENCE]
    assert (said.number, said.low, said.high) == (1, 1, 2)


def nodes_of(drawn):
    return {node["nodeID"]: node for node in drawn["nodes"]}


def test_an_argument_map_is_well_formed_and_says_for_and_against(practice):
    (finding,) = practice.read.all("finding")
    drawn = map_of_finding(practice, finding.id, "en").as_json()
    nodes = nodes_of(json.loads(json.dumps(drawn)))
    assert {node["type"] for node in nodes.values()} == {"I", "RA", "CA"}
    for edge in drawn["edges"]:
        ends = {nodes[edge["fromID"]]["type"], nodes[edge["toID"]]["type"]}
        assert ends in ({"I", "RA"}, {"I", "CA"}, {"CA", "RA"}), "no statement leads to a statement directly"
    into = [edge["fromID"] for edge in drawn["edges"] if edge["toID"] == "1"]
    kinds = [nodes[name]["type"] for name in into]
    assert kinds.count("CA") == len(finding.contradicting)
    assert "RA" in kinds
    assert any("article" in n["text"] or "art. 7(2)(d)" in n["text"] for n in nodes.values())


def test_an_argument_map_holds_no_word_of_a_source_and_no_name(practice):
    (finding,) = practice.read.all("finding")
    text = json.dumps(map_of_finding(practice, finding.id, "en").as_json(), ensure_ascii=False)
    for claim in map(practice.claim, (*finding.supporting, *finding.contradicting)):
        for passage in claim.passages:
            assert practice.passage(passage).anchor.exact[:24] not in text
        name = claim.statement.informant.name
        assert not name or name not in text
        assert practice.source(claim.source).designation not in text


def test_of_a_child_the_map_holds_the_act_alone(session):
    claim = tell(
        session,
        "a",
        "The girl of nine was kept apart from her mother at Marrow Bay.",
        "separation_of_children_from_family",
        victims=("the girl of nine",),
        age=AgeGroup.CHILD,
        informant="Mira Quay",
    )
    finding = find(session, "separation_of_children_from_family")
    mark_element(
        session,
        finding.id,
        rule="rome-7-1-k-other",
        element="suffering",
        claim=claim.id,
        reading=Reading.SHOWS,
        reason="Sol Ferry wept",
    )
    explained = explain_finding(session, finding.id)
    assert explained.held_back == "child"
    text = json.dumps(map_of_finding(session, finding.id, "en").as_json(), ensure_ascii=False)
    for word in ("Sol", "Ferry", "nine", "mother", "Marrow", "Mira", "wept"):
        assert word not in text


def heard_claim(source, *, basis=Basis.LIVED, year=2011, told=dt.date(2015, 7, 2), path=("XA", "XA-1")):
    statement = Statement(
        kind=StatementKind.ACT,
        informant=Informant(type=InformantType.UNNAMED_PERSON),
        acts=("deportation",),
        basis=basis,
        time=TimeTold(date=UncertainDate(edtf=str(year))),
        places=(PlaceTold(text="x", place=Place(name="x", path=path, gazetteer_id=path[-1])),) if path else (),
    )
    return HeardClaim(source=source, kind=SourceKind.INTERVIEW, statement=statement, told_on=told)


def test_who_was_heard_is_told_in_plain_figures():
    told = [heard_claim("s1")] * 98 + [
        heard_claim("s2", basis=Basis.RUMOUR, path=("XA", "XA-2")),
        heard_claim("s3", path=()),
    ]
    heard = who_was_heard(told, {"XA": ["XA-1", "XA-2", "XA-3"], "XB": ["XB-1"]})
    assert (heard.claims, heard.sources, heard.unplaced) == (100, 3, 1)
    assert heard.own_knowledge == 0.99
    assert heard.largest_share == 1.0
    assert heard.nearly_unseen == ("XA-2", "XA-3"), "a region of another country is no gap of this one"
    assert heard.years.median == pytest.approx(4.0, abs=0.01)
    nobody = who_was_heard([], {})
    assert (nobody.claims, nobody.own_knowledge, nobody.years.median) == (0, 0.0, None)


def test_datasets_are_lists_and_kinds_and_follow_every_step(practice):
    assert any(name.startswith("list:") for name in datasets_of(practice))
    whole = heard_in(practice)
    parts = [heard_in(practice, name) for name in datasets_of(practice) if name.startswith("kind:")]
    assert sum(part.claims for part in parts) == whole.claims
    (finding,) = practice.read.all("finding")
    retract_claims(practice, finding.supporting[:1])
    assert heard_in(practice).claims == whole.claims - 1


def test_how_people_were_found_is_kept_in_the_teams_words(session):
    assert sampling_note(session, "kind:interview") == ""
    write_sampling_note(session, "kind:interview", "  through the harbour group; who stayed could not be asked  ")
    assert sampling_note(session, "kind:interview") == "through the harbour group; who stayed could not be asked"
