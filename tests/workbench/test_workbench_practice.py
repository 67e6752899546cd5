"""The practice vault has every difficulty of real work, and what rests on a claim follows it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from firsthand.claims.ages import must_stay_coded
from firsthand.claims.attribution import Span
from firsthand.claims.claim import ClaimStatus, ClaimWithoutPassage
from firsthand.corroboration.dependence import DependenceKind, Standing
from firsthand.corroboration.findings import ConfirmationRefused
from firsthand.estimation.counts import Breakdown, documented_counts
from firsthand.linkage.judging import Verdict
from firsthand.publication.policy import Audience, Form
from firsthand.sources.consent import Purpose
from firsthand.values.grades import Credibility
from firsthand.vault import Change, RecordRefused, Step
from firsthand.workbench.assessing import assess_vault, count_for_finding, decide_dependence, grade_finding
from firsthand.workbench.coding import ProposalDecided, accept_proposal, record_claim, refuse_proposal
from firsthand.workbench.linking import judge_pair
from firsthand.workbench.opening import practice_session
from firsthand.workbench.publishing import decisions_for, plan_release
from firsthand.workbench.releasing import ReleaseRefused, write_bundle
from firsthand.workbench.undoing import undo_step
from firsthand.workbench.withdrawing import erase_source, withdraw_consent, withdrawal_effects


@pytest.fixture(scope="module")
def built():
    with practice_session() as session:
        yield session


@pytest.fixture
def session(built):
    """The practice vault; whatever a test did is undone after it."""
    before = len(built.vault)
    yield built
    for step in built.vault.history(limit=len(built.vault) - before + 5):
        if step.index >= before and step.undone_by is None and not step.undoes:
            built.vault.undo(step.index, actor="test", at=built.now(), cascade=True)


def document(session, name):
    return next(d for d in session.documents() if d.file_name == name and d.version_of is None)


def test_it_holds_every_difficulty(session):
    documents = session.documents()
    assert len(documents) >= 12
    assert {d.language for d in documents} >= {"en", "ko"}
    assert any(d.version_of for d in documents)
    statuses = {c.status for c in session.claims()}
    assert {ClaimStatus.ACCEPTED, ClaimStatus.SUPERSEDED, ClaimStatus.WITHDRAWN} <= statuses
    dates = {c.statement.date.edtf for c in session.claims() if c.statement.date}
    assert {"1995~", "2009-21"} <= dates
    assert session.vault.verify().holds


def test_a_reprint_counts_once_and_a_denial_stands_beside(session):
    act = next(a for a in assess_vault(session).weighing.acts if a.group.act == "deportation")
    assert len(act.documents) == 4
    assert (act.count.at_least, act.count.at_most) == (3, 3)
    assert len(act.denials) == 2


def test_three_spellings_of_one_name_are_pairs_for_a_person(session):
    linked = assess_vault(session).linked
    names = {frozenset((linked.mention(p.a).text, linked.mention(p.b).text)) for p in linked.pairs}
    assert {frozenset(("Kim Tal-lae", "김달래")), frozenset(("Gim Dallae", "김달래"))} <= names
    assert not [p for p in linked.persons if len(p.mentions) > 1]


def test_joining_and_splitting_a_person_is_one_step_each(session):
    pair = assess_vault(session).linked.pairs[0]
    judge_pair(session, pair.a, pair.b, Verdict.POSITIVE)
    joined = assess_vault(session).linked
    assert [p for p in joined.persons if {m.id for m in p.mentions} == {pair.a, pair.b}]
    undo_step(session)
    assert not [p for p in assess_vault(session).linked.persons if len(p.mentions) > 1]


def test_only_accepted_claims_are_counted_and_each_number_opens_to_its_claims(session):
    claims = session.claims()
    table = documented_counts(claims, ["act"])
    counted = {c for row in table.rows for c in row.claims}
    assert counted == {c.id for c in claims if c.counts and c.statement.polarity == "affirmed"}
    for row in table.rows:
        for claim in row.claims:
            passage = session.passage(session.claim(claim).passage)
            assert session.document(passage.document).text[passage.anchor.start : passage.anchor.end]
    assert table.claims_in == len(counted) + sum(table.set_aside.values())


def test_the_child_and_the_unknown_age_stay_coded(session):
    child = next(c for c in session.claims() if "separation_of_children_from_family" in c.statement.acts)
    assert must_stay_coded(child.statement, session.acts) == "child"
    decision = decisions_for(session, Audience.TEAM, [child])[child.id]
    assert decision.form <= Form.CODED


def test_a_withdrawal_says_what_it_reaches_and_then_reaches_it(session):
    source = document(session, "08-families.txt").source
    consent = session.consents(source=source)[0]
    effects = withdrawal_effects(session, consent.id, set(Purpose))
    finding = session.vault.all("finding")[0]
    assert effects.findings == (finding.id,)
    assert {c.categories[0]: (c.before, c.after) for c in effects.counts} == {"deportation": (4, 3)}
    assert withdraw_consent(session, consent.id, set(Purpose), on=session.now().date()) == effects
    assert {c.status for c in session.claims(source=source)} == {ClaimStatus.WITHDRAWN}
    assert session.vault.get("finding", finding.id).needs_review
    act = next(a for a in assess_vault(session).weighing.acts if a.group.act == "deportation")
    assert act.count.at_most == 2
    undo_step(session)
    assert not session.vault.get("finding", finding.id).needs_review


def test_a_withdrawal_for_publication_alone_leaves_analysis(session):
    source = document(session, "01-trader.txt").source
    consent = session.consents(source=source)[0]
    effects = withdrawal_effects(session, consent.id, {Purpose.PUBLICATION_ANONYMOUS})
    assert effects.claims == ()


def test_erasing_needs_the_typed_word_and_leaves_nothing_to_read():
    with practice_session() as session:
        source = document(session, "11-weaver.txt").source
        with pytest.raises(Exception, match="word"):
            erase_source(session, source, "yes")
        erase_source(session, source, "destroy")
        assert session.claims(source=source) == []
        assert session.documents(source=source) == []
        assert session.vault.search("은반지") == []
        assert session.vault.verify().holds


def test_confirmation_is_refused_where_a_dependence_is_only_possible(session):
    finding = session.vault.all("finding")[0]
    grade_finding(session, finding.id, Credibility.CONFIRMED, "three that do not know each other")
    accounts = sorted(set(assess_vault(session).weighing.accounts.values()))
    mine = [a for a in accounts if "lantern" in a or "갈대밭" in a or "ferry" in a]
    for a in mine[1:]:
        decide_dependence(session, mine[0], a, kind=DependenceKind.POSSIBLY_SAME_SPEAKER,
                          standing=Standing.POSSIBLE, reason="one letter may have gone to all")  # fmt: skip
    counted = count_for_finding(assess_vault(session), finding)
    assert (counted.at_least, counted.at_most) == (1, 3)
    with pytest.raises(ConfirmationRefused):
        grade_finding(session, finding.id, Credibility.CONFIRMED, "three that do not know each other")


def test_a_proposal_is_decided_once(session):
    first, second = session.proposals(status="open")[:2]
    claim = accept_proposal(session, first.id)
    assert claim.from_proposal == first.id
    refuse_proposal(session, second.id)
    for decided in (first, second):
        with pytest.raises(ProposalDecided):
            accept_proposal(session, decided.id)


def test_constructor_and_database_refuse_a_claim_without_a_passage(session):
    memo = document(session, "04-memo.txt")
    statement = session.claims(document=memo.id)[0].statement
    with pytest.raises(ClaimWithoutPassage):
        record_claim(session, memo.id, [], statement)
    claim = record_claim(session, memo.id, [Span(0, 10)], statement)
    passage = claim.passage
    taken = Change(kind="passage", id=passage, value=None)
    step = Step(name="take a passage away", actor="test", at=session.now(), changes=(taken,))
    with pytest.raises(RecordRefused):
        session.vault.apply(step)


def test_every_step_can_be_undone_and_nothing_is_left_of_it(session):
    kinds = ("source", "document", "passage", "claim", "proposal", "finding", "judgement")

    def tables():
        return {kind: sorted(session.vault.items(kind), key=lambda item: item[0]) for kind in kinds}

    before = tables()
    accept_proposal(session, session.proposals(status="open")[0].id)
    assert tables() != before
    undo_step(session)
    assert tables() == before


def test_a_release_is_refused_repaired_and_accepted_and_checks_itself(session, tmp_path):
    refused = plan_release(session, Audience.PUBLIC, [Breakdown.ACT])
    assert not refused.passes
    with pytest.raises(ReleaseRefused):
        write_bundle(session, refused, tmp_path / "out", title="Counts by act")
    assert list(tmp_path.iterdir()) == []
    plan = plan_release(session, Audience.PUBLIC, [Breakdown.BASIS])
    kept = write_bundle(session, plan, tmp_path / "out", title="Counts by basis")
    done = subprocess.run([sys.executable, "-I", tmp_path / "out" / "verify.py", tmp_path / "out"], check=False)
    assert done.returncode == 0
    shown = b"".join(p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()).decode("utf-8")
    for secret in ("Dallae", "달래", "Tal-lae", "ferry", "salt", "claim-", "source-"):
        assert secret not in shown
    table = next((tmp_path / "out" / "tables").glob("*.csv"))
    table.write_bytes(table.read_bytes() + b"one more line")
    done = subprocess.run([sys.executable, "-I", tmp_path / "out" / "verify.py", tmp_path / "out"], check=False)
    assert done.returncode == 5
    withdrawn = session.consents(source=document(session, "01-trader.txt").source)[0]
    assert kept.id in withdrawal_effects(session, withdrawn.id, set(Purpose)).releases_out
