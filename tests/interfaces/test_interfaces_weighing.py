"""The commands that weigh: rules kept and taken out, findings explained, retractions foretold, who was heard."""

from __future__ import annotations

import json

import pytest

from firsthand.claims.attribution import Informant, InformantType, Span
from firsthand.claims.claim import Statement, StatementKind
from firsthand.interfaces.cli.main import run
from firsthand.values.grades import AgeGroup, StandardOfProof
from firsthand.workbench.assessing import assess_vault, record_finding
from firsthand.workbench.coding import record_claim
from firsthand.workbench.collecting import add_text
from firsthand.workbench.opening import create_session

SECRET = "seven invented words for one invented vault"
TEXT = "A ferry hand said that a trader was sold at the quay of Marrow Bay."
RULE = """
schema = "rule/1"
id = "shore-code-9"
label = {en = "Closing of a shore"}
instrument = "Shore Code, s. 9"
for_acts = ["sale_of_person"]
[[part]]
id = "all"
label = {en = "Definition"}
all = ["sold"]
[[element]]
id = "sold"
cite = "s. 9(1)"
label = {en = "a person was sold"}
question = {en = "Who was sold?"}
shown_by = [{acts = ["sale_of_person"]}]
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A vault with one claim and one finding, closed."""
    folder = tmp_path_factory.mktemp("weighing")
    (folder / "secret").write_text(SECRET, "utf-8")
    with create_session(folder / "vault", SECRET, actor="coder one") as session:
        document = add_text(session, file_name="a.txt", text=TEXT)
        statement = Statement(
            kind=StatementKind.ACT,
            informant=Informant(type=InformantType.UNNAMED_PERSON, name="a ferry hand"),
            acts=("sale_of_person",),
            victims_age=AgeGroup.ADULT,
        )
        claim = record_claim(session, document.id, [Span(0, len(TEXT))], statement)
        (act,) = assess_vault(session).weighing.acts
        finding = record_finding(
            session, act, statement="One was sold.", standard=StandardOfProof.SUSPICION, reasons="One account."
        )
    return folder, claim.id, finding.id


@pytest.fixture
def firsthand(kept, capsys, monkeypatch):
    folder, claim, finding = kept
    monkeypatch.setenv("FIRSTHAND_PASSPHRASE_FILE", str(folder / "secret"))
    monkeypatch.setenv("FIRSTHAND_WITNESS", "none")

    def call(command, *arguments, code=0):
        given = [str(a).replace("CLAIM", claim).replace("FINDING", finding) for a in arguments]
        assert run(lambda *_: None, [command, str(folder / "vault"), *given]) == code
        out = capsys.readouterr().out
        return json.loads(out) if "--json" in arguments and code == 0 else out

    return call


def test_rules_are_listed_added_and_taken_out(firsthand, tmp_path):
    shipped = firsthand("rules", "--json")
    assert {"palermo-trafficking", "rome-7-1-k-other"} <= {rule["id"] for rule in shipped["rules"]}
    (tmp_path / "own.toml").write_text(RULE, "utf-8")
    own = [rule["id"] for rule in firsthand("rules", "--add", tmp_path, "--json")["rules"] if rule["own"]]
    assert own == ["shore-code-9"]
    explained = firsthand("weigh", "--finding", "FINDING", "--json")
    assert next(r for r in explained["rules"] if r["rule"] == "shore-code-9")["whole"] == "met"
    firsthand("rules", "--remove", "shore-code-9")
    firsthand("rules", "--remove", "shore-code-9", code=2)


def test_a_wrong_rule_file_is_the_files_mistake_and_keeps_nothing(firsthand, tmp_path):
    (tmp_path / "good.toml").write_text(RULE, "utf-8")
    (tmp_path / "wrong.toml").write_text(RULE.replace("shown_by", "shown_bye").replace("code-9", "code-8"), "utf-8")
    firsthand("rules", "--add", tmp_path, code=3)
    assert not any(rule["own"] for rule in firsthand("rules", "--json")["rules"])


def test_a_finding_is_explained_without_a_word_of_its_sources(firsthand, tmp_path):
    explained = firsthand("weigh", "--finding", "FINDING", "--json")
    assert explained["schema"] == "finding/1"
    assert explained["sources"]["at_least"] == 1
    palermo = next(r for r in explained["rules"] if r["rule"] == "palermo-trafficking")
    assert palermo["whole"] == "undetermined"
    assert {e["element"]: e["truth"] for e in palermo["elements"]}["child"] == "not met"
    assert "ferry hand" not in json.dumps(explained)
    words = firsthand("weigh", "--finding", "FINDING", "--map", tmp_path / "map.json")
    assert "palermo-trafficking" in words
    drawn = json.loads((tmp_path / "map.json").read_text("utf-8"))
    assert drawn["nodes"]
    assert "ferry hand" not in json.dumps(drawn)
    firsthand("weigh", "--map", tmp_path / "map.json", code=2)
    firsthand("weigh", "--finding", "finding-none", code=2)


def test_weighing_lists_acts_and_findings(firsthand):
    weighed = firsthand("weigh", "--json")
    assert weighed["acts"][0]["act"] == "sale_of_person"
    assert [f["needs_review"] for f in weighed["findings"]] == [""]


def test_a_retraction_is_foretold_and_then_carried_out(firsthand):
    foretold = firsthand("retract", "--claim", "CLAIM", "--json")
    assert foretold["carried_out"] is False
    (finding,) = foretold["findings"]
    assert (finding["before"]["claims"], finding["after"]["claims"]) == (1, 0)
    assert foretold["counts"] == [{"categories": ["sale_of_person"], "before": 1, "after": 0}]
    assert firsthand("heard", "--json")["claims"] == 1
    assert "finding" in firsthand("retract", "--claim", "CLAIM", "--carry-out")
    firsthand("retract", "--claim", "CLAIM", code=2)
    assert firsthand("heard", "--json")["claims"] == 0
    assert firsthand("weigh", "--json")["findings"][0]["needs_review"] == "claims were retracted"


def test_a_dataset_that_is_not_there_is_the_callers_mistake(firsthand):
    firsthand("heard", "--dataset", "list:none", code=2)
