"""Two weighings compared: what came, went or counts otherwise, and nothing else."""

from __future__ import annotations

from firsthand.claims.attribution import Informant, InformantType
from firsthand.claims.claim import Statement, StatementKind
from firsthand.corroboration.dependence import Dependence, DependenceKind, Standing
from firsthand.corroboration.effects import RestingEffect, compare_acts, compare_resting, moved_claims
from firsthand.corroboration.families import Told
from firsthand.corroboration.weighing import weigh_statements


def told(key, document, act="bribery"):
    informant = Informant(type=InformantType.NAMED_PERSON, name=f"Speaker {document}")
    return Told(
        key=key, document=document, statement=Statement(kind=StatementKind.ACT, informant=informant, acts=(act,))
    )


ALL = [told("1", "a"), told("2", "b"), told("3", "c", act="confiscation")]
TEXTS = dict.fromkeys("abc", "")
BEFORE = weigh_statements(ALL, TEXTS)


def test_nothing_changed_reaches_nothing():
    assert moved_claims(BEFORE, BEFORE) == ()
    assert compare_acts(BEFORE, weigh_statements(ALL, TEXTS)) == []


def test_an_act_that_loses_a_claim_and_one_that_goes_are_told_with_both_sides():
    after = weigh_statements(ALL[:1], TEXTS)
    by_act = {effect.act: effect for effect in compare_acts(BEFORE, after)}
    assert (by_act["bribery"].before.claims, by_act["bribery"].after.claims) == (2, 1)
    assert (by_act["bribery"].before.at_most, by_act["bribery"].after.at_most) == (2, 1)
    assert by_act["confiscation"].before.claims == 1
    assert by_act["confiscation"].after is None
    assert {effect.act for effect in compare_acts(after, BEFORE) if effect.before is None} == {"confiscation"}


def test_a_new_dependence_moves_the_claims_of_both_ends_and_no_others():
    a, b = BEFORE.accounts["1"], BEFORE.accounts["2"]
    link = Dependence(
        a=a, b=b, kind=DependenceKind.SAME_SPEAKER, standing=Standing.KNOWN, reason="said so", asserted_by="coder one"
    )
    after = weigh_statements(ALL, TEXTS, decided=[link])
    moved = moved_claims(BEFORE, after)
    assert set(moved) & {"1", "2"}
    assert "3" not in moved
    (act,) = compare_acts(BEFORE, after)
    assert (act.before.at_most, act.after.at_most) == (2, 1)


def test_estimates_and_releases_are_reached_by_their_claims():
    resting = [("estimate-a", ("1", "2")), ("estimate-b", ("3",)), ("release-c", ("2", "3"))]
    assert compare_resting(resting, {"1"}, {"2"}) == [
        RestingEffect(id="estimate-a", before=2, after=1, moved=1),
        RestingEffect(id="release-c", before=2, after=2, moved=1),
    ]
