"""A change flags in its own step all that it reaches, with before and after; what was foretold is what comes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from firsthand.corroboration.dependence import Dependence, DependenceKind, Standing
from firsthand.corroboration.elements import Reading, RulingWithoutClaim, Truth
from firsthand.corroboration.findings import FindingNotUsable
from firsthand.corroboration.weighing import act_address
from firsthand.linkage.judging import Verdict
from firsthand.sources.consent import Purpose
from firsthand.values.grades import AgeGroup, StandardOfProof
from firsthand.vault import DESTROY_WORD
from firsthand.workbench.assessing import (
    assess_vault,
    count_for_finding,
    decide_dependence,
    decide_dependences,
    finding_by_id,
    history_of_finding,
    mark_element,
    review_finding,
    rule_on_element,
    second_assess,
    unmark_element,
)
from firsthand.workbench.coding import supersede_claim
from firsthand.workbench.effects import (
    NothingToRetract,
    effects_kept,
    effects_of,
    elements_of_finding,
    judge_with_effects,
    retract_claims,
)
from firsthand.workbench.opening import practice_session
from firsthand.workbench.rulebook import RuleUnknown, add_rules, own_rules, remove_rule, rules_for_act, rules_of
from firsthand.workbench.undoing import undo_step
from firsthand.workbench.withdrawing import erase_source, withdraw_consent


@pytest.fixture
def session():
    with practice_session() as opened:
        yield opened


def the_finding(session):
    return session.read.all("finding")[0]


def support(session, finding):
    count = count_for_finding(assess_vault(session), finding_by_id(session, finding.id))
    return count.at_least, count.at_most


def test_a_retraction_reaches_finding_act_and_count_with_before_and_after_in_one_step(session):
    finding = the_finding(session)
    claim = finding.supporting[0]
    before = support(session, finding)
    foretold = retract_claims(session, [claim], carry_out=False)
    assert support(session, finding) == before
    assert not finding_by_id(session, finding.id).needs_review
    steps = len(session.vault)
    effects = retract_claims(session, [claim])
    assert effects == foretold
    assert len(session.vault) == steps + 1
    (reached,) = effects.findings
    assert (reached.before.at_least, reached.before.at_most) == before
    assert (reached.after.at_least, reached.after.at_most) == support(session, finding)
    assert reached.before.claims == reached.after.claims + 1
    assert finding_by_id(session, finding.id).needs_review
    acts = {act_address(a.group): (a.count.at_least, a.count.at_most) for a in assess_vault(session).weighing.acts}
    for act in effects.acts:
        after = act.after and (act.after.at_least, act.after.at_most)
        assert acts.get(act.address) == after
    assert [count.before - count.after for count in effects.counts] == [1] * len(effects.counts)
    assert effects_kept(session)[0].effects == effects
    undo_step(session)
    assert support(session, finding) == before
    assert not finding_by_id(session, finding.id).needs_review


def test_nothing_can_be_retracted_twice(session):
    claim = the_finding(session).supporting[0]
    retract_claims(session, [claim])
    with pytest.raises(NothingToRetract):
        retract_claims(session, [claim])


def test_what_is_imagined_is_what_comes(session):
    """Each kind of change: the weighing foretold equals the weighing after it."""
    from firsthand.workbench.weighing import live_weighing

    live = live_weighing(session, with_proposals=False)
    a, b = sorted({v for v in assess_vault(session).weighing.accounts.values() if not v.startswith("body ")})[:2]
    link = Dependence(
        a=a, b=b, kind=DependenceKind.SAME_SPEAKER, standing=Standing.KNOWN, reason="said so", asserted_by=session.actor
    )
    _, imagined = live.imagine(session, decided=[link])
    decide_dependences(session, [link])
    assert assess_vault(session).weighing == imagined

    claim = the_finding(session).supporting[0]
    _, imagined = live.imagine(session, replaced={claim: None})
    retract_claims(session, [claim])
    assert assess_vault(session).weighing == imagined

    pair = assess_vault(session).linked.pairs[0]
    judged = judge_with_effects(session, pair.a, pair.b, Verdict.POSITIVE)
    joined = assess_vault(session).weighing
    parted = replace(judged, verdict=Verdict.NEGATIVE, at=session.now())
    _, imagined = live.imagine(session, judged=[parted])
    assert assess_vault(session).weighing == joined, "nothing of what was imagined stays"
    judge_with_effects(session, pair.a, pair.b, Verdict.NEGATIVE)
    assert assess_vault(session).weighing == imagined


def test_a_dependence_that_joins_two_sources_of_a_finding_flags_it(session):
    finding = the_finding(session)
    weighing = assess_vault(session).weighing
    a, b = sorted({weighing.accounts[key] for key in finding.supporting})[:2]
    before = support(session, finding)
    decide_dependence(session, a, b, kind=DependenceKind.SAME_SPEAKER, standing=Standing.KNOWN, reason="she said so")
    assert support(session, finding)[1] < before[1]
    assert finding_by_id(session, finding.id).needs_review == "a dependence was decided"
    (reached,) = effects_kept(session)[0].effects.findings
    assert reached.before.at_most > reached.after.at_most


def test_a_changed_claim_flags_what_rested_on_it(session):
    finding = the_finding(session)
    claim = session.claim(finding.supporting[0])
    supersede_claim(session, claim.id, replace(claim.statement, victims_age=AgeGroup.UNKNOWN))
    kept = effects_kept(session)[0].effects
    assert kept.cause == "a claim was changed"
    assert kept.findings[0].after.claims == len(finding.supporting) - 1
    assert finding_by_id(session, finding.id).needs_review


def test_a_withdrawal_tells_before_and_after(session):
    finding = the_finding(session)
    source = session.claim(finding.supporting[0]).source
    (consent, *_) = session.consents(source=source)
    before = support(session, finding)
    report = withdraw_consent(session, consent.id, set(Purpose), on=dt.date(2031, 1, 1))
    reached = next(one for one in report.effects.findings if one.finding == finding.id)
    assert (reached.before.at_least, reached.before.at_most) == before
    assert (reached.after.at_least, reached.after.at_most) == support(session, finding)


def test_a_finding_is_reviewed_on_what_is_left_and_its_history_stays(session):
    finding = the_finding(session)
    retract_claims(session, finding.supporting[:1])
    reviewed = review_finding(
        session,
        finding.id,
        statement="Traders were taken away; the place is not certain.",
        standard=StandardOfProof.SUSPICION,
        reasons="One account was taken back.",
    )
    assert not reviewed.needs_review
    assert set(reviewed.supporting) == set(finding.supporting[1:])
    versions = [version.standard for _, version in history_of_finding(session, finding.id)]
    assert versions == [StandardOfProof.SUSPICION, StandardOfProof.REASONABLE_GROUNDS, finding.standard]


def test_a_second_assessor_is_another_person(session):
    finding = the_finding(session)
    given = {"agrees": False, "standard": StandardOfProof.SUSPICION, "reasons": "The letters are copies."}
    with pytest.raises(FindingNotUsable):
        second_assess(session, finding.id, **given)
    other = replace(session, actor="another coder")
    assert second_assess(other, finding.id, **given).second.agrees is False
    reviewed = review_finding(
        session, finding.id, statement="s", standard=StandardOfProof.SUSPICION, reasons="after the second word"
    )
    assert reviewed.second is None, "it was of the version before"


RULE = "rome-7-1-d-transfer"


def test_marks_show_elements_and_leave_with_their_claims(session):
    finding = the_finding(session)
    claim = finding.supporting[0]
    mark = mark_element(
        session,
        finding.id,
        rule=RULE,
        element="lawfully-present",
        claim=claim,
        reading=Reading.SHOWS,
        reason="they lived there",
    )

    def element(name):
        results = elements_of_finding(session, finding, assess_vault(session).weighing)
        return next(one for one in results if one.rule.id == RULE).elements[name]

    assert element("lawfully-present").truth is Truth.MET
    assert element("lawfully-present").shown == (claim,)
    assert element("lawfully-present").count.at_least >= 1
    effects = retract_claims(session, [claim])
    changed = {(e.rule, e.element): (e.before, e.after) for e in effects.findings[0].elements}
    assert changed[RULE, "lawfully-present"] == (Truth.MET, Truth.UNDETERMINED)
    assert element("lawfully-present").truth is Truth.UNDETERMINED
    undo_step(session)
    unmark_element(session, mark.id)
    assert element("lawfully-present").truth is Truth.UNDETERMINED


def test_a_mark_goes_with_the_key_of_its_source(session):
    finding = the_finding(session)
    claim = session.claim(finding.supporting[0])
    mark_element(session, finding.id, rule=RULE, element="lawfully-present", claim=claim.id, reading=Reading.SHOWS)
    erase_source(session, claim.source, DESTROY_WORD)
    assert claim.id not in {kept.mark.claim for kept in session.vault.all("element_mark")}
    report = effects_kept(session)[0].effects
    assert report.cause == "a source was erased"
    reached = next(one for one in report.findings if one.finding == finding.id)
    assert (reached.after.at_least, reached.after.at_most) == support(session, finding)


def test_a_ruling_needs_claims_against_each_other_and_reasons(session):
    finding = the_finding(session)
    given = {"rule": RULE, "element": "no-ground", "truth": Truth.MET}
    with pytest.raises(RulingWithoutClaim):
        rule_on_element(session, finding.id, reason="so it is", **given)
    for claim, reading in zip(finding.supporting, (Reading.SHOWS, Reading.REFUTES), strict=False):
        mark_element(session, finding.id, rule=RULE, element="no-ground", claim=claim, reading=reading)
    with pytest.raises(RulingWithoutClaim):
        rule_on_element(session, finding.id, reason=" ", **given)
    rule_on_element(session, finding.id, reason="The letter names no ground.", **given)
    results = elements_of_finding(session, finding, assess_vault(session).weighing)
    assert next(one for one in results if one.rule.id == RULE).elements["no-ground"].truth is Truth.MET


def test_an_element_that_follows_from_others_cannot_be_marked(session):
    finding = the_finding(session)
    with pytest.raises(RuleUnknown):
        mark_element(
            session,
            finding.id,
            rule=RULE,
            element="widespread-or-systematic",
            claim=finding.supporting[0],
            reading=Reading.SHOWS,
        )


OWN = """
schema = "rule/1"
id = "shore-code"
label = {en = "Closing of a shore"}
instrument = "Shore Code, s. 9"
context_from = "rome-7-chapeau"
for_acts = ["deportation"]
[[part]]
id = "all"
label = {en = "Definition"}
all = ["closed"]
[[element]]
id = "closed"
cite = "s. 9(1)"
label = {en = "people were moved"}
question = {en = "Who was moved?"}
shown_by = [{acts = ["deportation"]}]
"""


def test_a_team_adds_a_rule_without_code_and_takes_it_out_again(session):
    assert list(add_rules(session, {"shore.toml": OWN})) == ["shore-code"]
    assert "shore-code" in rules_for_act(session, "deportation")
    results = elements_of_finding(session, the_finding(session), assess_vault(session).weighing)
    own = next(one for one in results if one.rule.id == "shore-code")
    assert own.context is Truth.UNDETERMINED
    assert own.elements["closed"].shown
    remove_rule(session, "shore-code")
    assert "shore-code" not in rules_of(session)
    assert own_rules(session) == {}
    with pytest.raises(RuleUnknown):
        remove_rule(session, "shore-code")


def test_effects_hold_ids_and_numbers_alone(session):
    finding = the_finding(session)
    effects = effects_of(session, "tried", replaced={finding.supporting[0]: None})
    text = repr(effects)
    for claim in map(session.claim, finding.supporting):
        assert session.passage(claim.passage).anchor.exact[:30] not in text
