"""Steps: kept whole, refused whole, undone across restarts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from vault_samples import KINDS, SampleClaim, SamplePassage, make_step, remove, set_claim, set_passage

from firsthand.vault import (
    AlreadyUndone,
    Change,
    Column,
    RecordKind,
    RecordRefused,
    Step,
    UndoConflict,
    UnknownKind,
    UnknownStep,
    Vault,
    VaultClosed,
)
from firsthand.vault.records import KindNotUsable, Kinds, StepNotUsable

AT = datetime(2026, 1, 3, tzinfo=UTC)


def test_what_was_kept_is_there_after_reopening(reopen) -> None:
    vault = reopen()
    applied = vault.apply(make_step(set_passage("p1"), set_claim("c1", "p1", others=("p1",))))
    assert applied.index == 0
    vault = reopen()
    assert vault.get("claim", "c1") == SampleClaim(passage="p1", act="searched", others=("p1",))
    assert vault.all("passage", document="d1") == [SamplePassage(document="d1", text="the river was low")]
    assert vault.all("claim", others="p1") == vault.all("claim")
    assert vault.count("claim", act="searched") == 1
    assert vault.count("claim", supersedes=None) == 1
    assert vault.count("claim", act="other") == 0
    assert vault.get("claim", "c9") is None
    assert len(vault) == 1


@pytest.mark.parametrize(
    "changes",
    [
        (set_claim("c1", None),),
        (set_claim("c1", "nowhere"),),
        (set_passage("p1"), set_claim("c1", "p1", others=("nowhere",))),
        (set_passage("p1"), set_claim("c1", "p1", supersedes="nowhere")),
    ],
)
def test_the_database_refuses_a_claim_without_its_passage(reopen, changes) -> None:
    vault = reopen()
    with pytest.raises(RecordRefused, match="claim c1"):
        vault.apply(make_step(*changes))
    assert len(vault) == 0
    assert vault.count("passage") == vault.count("claim") == 0
    assert len(reopen()) == 0


def test_a_passage_that_a_claim_rests_on_cannot_be_removed(reopen) -> None:
    vault = reopen()
    vault.apply(make_step(set_passage("p1"), set_claim("c1", "p1")))
    with pytest.raises(RecordRefused, match="rest on it"):
        vault.apply(make_step(remove("passage", "p1")))
    vault.apply(make_step(remove("passage", "p1"), remove("claim", "c1")))
    assert vault.count("passage") == 0


def test_order_of_changes_within_a_step_does_not_matter(reopen) -> None:
    vault = reopen()
    vault.apply(make_step(set_claim("c2", "p1", supersedes="c1"), set_claim("c1", "p1"), set_passage("p1")))
    vault.apply(make_step(remove("claim", "c1"), remove("passage", "p1"), remove("claim", "c2")))
    vault.undo(1, actor="coder-1", at=AT)
    assert vault.get("claim", "c2").supersedes == "c1"


def test_many_steps_are_kept_or_refused_together(reopen) -> None:
    vault = reopen()
    with pytest.raises(RecordRefused):
        vault.apply_many([make_step(set_passage("p1")), make_step(set_claim("c1", "nowhere"))])
    assert len(vault) == 0
    applied = vault.apply_many([make_step(set_passage("p1", "one")), make_step(set_passage("p1", "two"))])
    assert [each.index for each in applied] == [0, 1]
    assert vault.version("passage", "p1", 0).text == "one"
    assert vault.version("passage", "p1", 1).text == "two"


def test_undo_is_a_step_and_can_be_undone(reopen) -> None:
    vault = reopen()
    vault.apply(make_step(set_passage("p1", "one")))
    vault.apply(make_step(set_passage("p1", "two")))
    vault = reopen()
    undone = vault.undo(1, actor="coder-2", at=AT)
    assert (undone.index, undone.undoes, undone.actor) == (2, (1,), "coder-2")
    assert vault.get("passage", "p1").text == "one"
    assert vault.history()[1].undone_by == 2
    with pytest.raises(AlreadyUndone):
        vault.undo(1, actor="coder-1", at=AT)
    vault = reopen()
    vault.undo(2, actor="coder-1", at=AT)
    assert vault.get("passage", "p1").text == "two"
    assert vault.history()[2].undone_by is None
    vault.undo(1, actor="coder-1", at=AT, cascade=True)
    assert vault.get("passage", "p1").text == "one"


def test_undo_is_refused_when_later_steps_changed_the_record(reopen) -> None:
    vault = reopen()
    for text in ("one", "two", "three"):
        vault.apply(make_step(set_passage("p1", text)))
    with pytest.raises(UndoConflict) as refused:
        vault.undo(0, actor="coder-1", at=AT)
    assert refused.value.steps == (2, 1)
    vault.undo(0, actor="coder-1", at=AT, cascade=True)
    assert vault.get("passage", "p1") is None


def test_undo_is_refused_when_later_records_rest_on_the_record(reopen) -> None:
    vault = reopen()
    vault.apply(make_step(set_passage("p1")))
    vault.apply(make_step(set_claim("c1", "p1")))
    with pytest.raises(UndoConflict) as refused:
        vault.undo(0, actor="coder-1", at=AT)
    assert refused.value.steps == (1,)
    vault.undo(0, actor="coder-1", at=AT, cascade=True)
    assert vault.count("claim") == vault.count("passage") == 0


def test_removing_can_be_undone(reopen) -> None:
    vault = reopen()
    vault.apply(make_step(set_passage("p1", "one", key="source:s1")))
    vault.apply(make_step(remove("passage", "p1")))
    assert vault.get("passage", "p1") is None
    vault.undo(1, actor="coder-1", at=AT)
    assert vault.get("passage", "p1").text == "one"
    assert [step.index for step in vault.history("passage", "p1")] == [2, 1, 0]
    with pytest.raises(UnknownStep):
        vault.undo(9, actor="coder-1", at=AT)


def test_history_tells_who_did_what(reopen) -> None:
    vault = reopen()
    for number in range(5):
        vault.apply(make_step(set_passage(f"p{number}"), name=f"step {number}"))
    assert [step.name for step in vault.history(limit=2)] == ["step 4", "step 3"]
    assert [step.index for step in vault.history(limit=2, before=3)] == [2, 1]
    (only,) = vault.history("passage", "p2")
    assert [(record.kind, record.id, record.removed) for record in only.records] == [("passage", "p2", False)]
    with pytest.raises(UnknownStep):
        vault.version("passage", "p2", 4)


@pytest.mark.parametrize("asked", ["지현", "박지현", "박", "현은", "건넜다", "RIVER", "riv", "river 지현"])
def test_search_finds_syllables_anywhere_and_words_from_their_beginning(reopen, asked) -> None:
    vault = reopen()
    vault.apply(make_step(set_passage("p1", "박지현은 강을 건넜다. The river."), set_passage("p2", "no such thing")))
    assert [hit.id for hit in vault.search(asked)] == ["p1"]


@pytest.mark.parametrize("asked", ["", "  ", '"', "지강", "iver", "NEAR(", "river OR thing", "*", "words:river"])
def test_search_takes_anything_and_finds_nothing_wrong(reopen, asked) -> None:
    vault = reopen()
    vault.apply(make_step(set_passage("p1", "박지현은 강을 건넜다. The river."), set_passage("p2", "no such thing")))
    assert vault.search(asked) == []


def test_search_forgets_what_was_changed_or_removed(reopen) -> None:
    vault = reopen()
    vault.apply(make_step(set_passage("p1", "the old mill"), set_passage("p2", "the old bridge")))
    vault.apply(make_step(set_passage("p1", "the new mill"), remove("passage", "p2")))
    assert vault.search("old") == []
    assert [hit.id for hit in vault.search("mill", kinds=["passage"])] == ["p1"]


def test_steps_that_cannot_be_kept_are_refused_before_anything_is_written(reopen) -> None:
    vault = reopen()
    with pytest.raises(StepNotUsable):
        make_step(set_passage("p1", "a"), set_passage("p1", "b"))
    with pytest.raises(StepNotUsable):
        Step(name="code", actor="coder-1", at=datetime(2026, 1, 2), changes=())  # noqa: DTZ001 - the fault tested
    with pytest.raises(UnknownKind):
        vault.apply(make_step(Change(kind="rumour", id="r1", value=None)))
    with pytest.raises(StepNotUsable):
        vault.apply(make_step(Change(kind="claim", id="c1", value=SamplePassage(document="d", text="t"))))
    with pytest.raises(RecordRefused):
        vault.all("claim", colour="red")
    assert len(vault) == 0


def test_kinds_that_contradict_each_other_are_refused() -> None:
    one = RecordKind(name="one", type=SamplePassage, columns=(Column(name="document", references="two"),))
    two = RecordKind(name="two", type=SamplePassage, columns=(Column(name="document", references="one"),))
    for kinds in ([one], [one, two], [KINDS[0], KINDS[0]]):
        with pytest.raises(KindNotUsable):
            Kinds(kinds)
    for name in ("Bad", "x y", "value", "pk"):
        with pytest.raises(KindNotUsable):
            Column(name=name)


def test_a_new_column_is_filled_from_the_log(reopen, folder, clock) -> None:
    from vault_samples import SECRET

    reopen().apply(make_step(set_passage("p1", "one", document="d7")))
    reopen().close()
    wider = RecordKind(name="passage", type=SamplePassage, columns=(Column(name="document"), Column(name="text")))
    with Vault.open(folder, secret=SECRET, kinds=(KINDS[0], wider, KINDS[2]), now=clock) as vault:
        assert vault.count("passage", text="one") == 1


def test_an_ephemeral_vault_leaves_nothing(clock) -> None:
    with Vault.ephemeral(kinds=KINDS, now=clock) as vault:
        vault.apply(make_step(set_passage("p1")))
        path = vault.path
        assert path.exists()
    assert not path.exists()


def test_a_clock_that_runs_backwards_does_not_change_the_order(reopen, clock) -> None:
    vault = reopen()
    vault.apply(Step(name="late", actor="coder-1", at=AT, changes=(set_passage("p1", "one"),)))
    clock.move(-10_000_000)
    vault = reopen()
    early = datetime(1999, 1, 1, tzinfo=UTC)
    vault.apply(Step(name="early", actor="coder-1", at=early, changes=(set_passage("p1", "two"),)))
    assert [step.name for step in vault.history()] == ["early", "late"]
    assert reopen().get("passage", "p1").text == "two"


def test_a_vault_that_nobody_uses_closes_itself(reopen, clock) -> None:
    vault = reopen()
    vault.idle_limit_seconds = 600
    vault.apply(make_step(set_passage("p1")))
    clock.move(599)
    assert vault.get("passage", "p1") is not None
    clock.move(-3600)
    assert vault.get("passage", "p1") is not None
    clock.move(601)
    with pytest.raises(VaultClosed):
        vault.get("passage", "p1")
    with pytest.raises(VaultClosed):
        vault.apply(make_step(set_passage("p2")))
    assert reopen().get("passage", "p1") is not None


def test_what_a_key_seals_and_what_rests_on_a_record_can_be_asked(reopen) -> None:
    vault = reopen()
    vault.apply(make_step(set_passage("p1", key="source:s1"), set_passage("p2"), set_claim("c1", "p2", others=("p1",))))
    assert vault.records_under("source:s1") == (("passage", "p1"),)
    assert vault.records_resting_on("passage", "p1") == vault.records_resting_on("passage", "p2") == (("claim", "c1"),)
    assert vault.records_under("source:unknown") == vault.records_resting_on("claim", "c1") == ()
