"""The overview says what the records say, after any step; lists, counts and searches rest on it."""

from __future__ import annotations

import pytest

from firsthand.estimation.counts import Breakdown, documented_counts
from firsthand.linkage.judging import Verdict
from firsthand.sources.consent import Purpose
from firsthand.workbench.assessing import assess_vault
from firsthand.workbench.coding import accept_proposal, refuse_proposal
from firsthand.workbench.jobs import Cancelled, JobList, JobState
from firsthand.workbench.linking import judge_pair
from firsthand.workbench.opening import clock, practice_session
from firsthand.workbench.overview import Overview, overview_of
from firsthand.workbench.practice_progress import PracticeProgress
from firsthand.workbench.undoing import undo_step
from firsthand.workbench.withdrawing import erase_source, withdraw_consent

BREAKDOWNS = ([Breakdown.ACT], [Breakdown.ACT, Breakdown.PROVINCE], [Breakdown.BASIS], [Breakdown.YEAR, Breakdown.ACT])


@pytest.fixture
def session():
    with practice_session() as session:
        yield session


def same_as_from_scratch(session):
    followed, fresh = overview_of(session), Overview().brought_up(session)
    for by in BREAKDOWNS:
        expected = documented_counts(session.claims(), by)
        assert followed.count(by) == fresh.count(by) == expected
    assert followed.claims == fresh.claims
    assert followed.documents == fresh.documents
    assert +followed.open_in == +fresh.open_in
    assert {s: set(d) for s, d in followed.consents.items() if d} == {s: set(d) for s, d in fresh.consents.items() if d}
    assert followed.withdrawn == fresh.withdrawn
    for document, waiting in followed.open_in.items():
        assert waiting == session.vault.count("proposal", document=document, status="open")


def test_it_follows_every_kind_of_step_as_if_it_had_read_all_anew(session):
    same_as_from_scratch(session)
    first, second, *_ = session.proposals(status="open")
    accept_proposal(session, first.id)
    same_as_from_scratch(session)
    refuse_proposal(session, second.id)
    same_as_from_scratch(session)
    undo_step(session)
    same_as_from_scratch(session)
    consent = session.consents()[0]
    withdraw_consent(session, consent.id, consent.purposes, on=session.now().date())
    same_as_from_scratch(session)
    undo_step(session)
    same_as_from_scratch(session)
    erase_source(session, consent.source, "destroy")
    same_as_from_scratch(session)
    assert consent.source not in overview_of(session).sources


def test_withdrawal_tells_the_counts_that_all_claims_give(session):
    from firsthand.workbench.withdrawing import withdrawal_effects

    for consent in session.consents():
        effects = withdrawal_effects(session, consent.id, {Purpose.ANALYSIS, Purpose.STATISTICS})
        claims = session.claims()
        before = {r.categories: r.documented_count for r in documented_counts(claims, [Breakdown.ACT]).rows}
        left = documented_counts([c for c in claims if c.id not in effects.claims], [Breakdown.ACT]).rows
        after = {r.categories: r.documented_count for r in left}
        changed = {c for c in before if before[c] != after.get(c, 0)}
        assert {c.categories: (c.before, c.after) for c in effects.counts} == {
            c: (before[c], after.get(c, 0)) for c in changed
        }


def test_each_decision_on_a_pair_settles_it_and_decisions_come_to_an_end(session):
    asked = set()
    for number in range(60):
        pairs = assess_vault(session, with_proposals=True).linked.pairs
        if not pairs:
            break
        pair = frozenset((pairs[0].a, pairs[0].b))
        assert pair not in asked
        asked.add(pair)
        judge_pair(session, pairs[0].a, pairs[0].b, Verdict.NEGATIVE if number % 2 else Verdict.POSITIVE)
    assert assess_vault(session, with_proposals=True).linked.pairs == ()
    assert asked


def test_stopped_work_goes_on_and_quiet_work_is_forgotten_when_it_ends():
    jobs, done = JobList(clock), []

    def work(progress):
        for part in range(len(done), 4):
            progress("part", part, 4)
            done.append(part)
            if part == 1 and len(done) == 2:
                raise Cancelled("The work was stopped.")
        return "all"

    def nothing(progress):
        progress("nothing", 1, 1)
        return ""

    first = jobs.start("work", work)
    assert first.wait(10)
    assert first.state is JobState.CANCELLED
    second = jobs.again(first.number)
    assert second.wait(10)
    assert second.state is JobState.DONE
    assert done == [0, 1, 2, 3]
    assert jobs.again(second.number) is None, "what is done is not done again"
    quiet = jobs.start("quiet", nothing, quiet=True)
    assert quiet.wait(10)
    jobs.start("other", nothing).wait(10)
    assert quiet not in list(jobs)


def test_practice_progress_is_kept_and_can_be_started_again(tmp_path):
    path = tmp_path / "practice.json"
    progress = PracticeProgress(path)
    progress.note("mark")
    progress.note("accepted")
    assert PracticeProgress(path).done == ("mark",)
    progress.note("refused")
    assert PracticeProgress(path).done == ("mark", "suggestions")
    assert PracticeProgress(path).following == "claim"
    progress.start_again()
    assert PracticeProgress(path).done == ()
    path.write_text("not JSON", "utf-8")
    assert PracticeProgress(path).done == ()
