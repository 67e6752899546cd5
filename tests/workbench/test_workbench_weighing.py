"""The weighing that is kept beside an open vault follows every step, and is always what a fresh one is."""

from __future__ import annotations

import datetime as dt

import pytest

from firsthand.corroboration.dependence import DependenceKind, Standing
from firsthand.linkage.judging import Verdict
from firsthand.sources.consent import Purpose
from firsthand.vault import DESTROY_WORD
from firsthand.workbench.assessing import assess_vault, decide_dependence
from firsthand.workbench.coding import accept_proposal, refuse_proposal, supersede_claim
from firsthand.workbench.linking import judge_pair
from firsthand.workbench.opening import practice_session
from firsthand.workbench.undoing import undo_step
from firsthand.workbench.weighing import LiveWeighing
from firsthand.workbench.withdrawing import erase_source, withdraw_consent


@pytest.fixture(scope="module")
def session():
    with practice_session() as opened:
        yield opened


def the_same_as_fresh(session):
    for with_proposals in (False, True):
        fresh = LiveWeighing(with_proposals)
        kept = assess_vault(session, with_proposals=with_proposals)
        assert kept.weighing == fresh.weighing(session)
        assert kept.in_order == fresh.in_order()
        assert kept.linked == fresh.linked(session)


def test_every_step_is_followed(session):
    the_same_as_fresh(session)
    first, second, *_ = session.proposals(status="open")
    accept_proposal(session, first.id)
    refuse_proposal(session, second.id)
    the_same_as_fresh(session)
    undo_step(session)
    the_same_as_fresh(session)
    claim = session.claims(status="accepted")[0]
    supersede_claim(session, claim.id, claim.statement)
    the_same_as_fresh(session)
    a, b = sorted(set(assess_vault(session).weighing.accounts.values()))[:2]
    decide_dependence(session, a, b, kind=DependenceKind.SAME_SPEAKER, standing=Standing.KNOWN, reason="they said so")
    the_same_as_fresh(session)
    pair = assess_vault(session).linked.pairs[0]
    judge_pair(session, pair.a, pair.b, Verdict.POSITIVE)
    the_same_as_fresh(session)
    undo_step(session)
    the_same_as_fresh(session)
    consent = session.consents()[0]
    withdraw_consent(session, consent.id, set(Purpose), on=dt.date(2031, 1, 1))
    the_same_as_fresh(session)
    erase_source(session, claim.source, DESTROY_WORD)
    the_same_as_fresh(session)
