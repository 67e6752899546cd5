"""Whatever is done to a vault, its tables are what its log says, and an undone step leaves no trace in them."""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firsthand.vault import Change, RecordRefused, UndoConflict, Vault, merkle
from firsthand.vault.errors import AlreadyUndone

sys.path.insert(0, str(Path(__file__).parents[1] / "vault"))

from vault_samples import KINDS, LIGHT, SECRET, Clock, make_step, remove, set_claim, set_passage

AT = datetime(2026, 1, 3, tzinfo=UTC)
NAMES = st.sampled_from(["a", "b", "c", "d"])
KEYS = st.sampled_from(["general", "source:s1", "source:s2", "identity"])
TEXTS = st.text(max_size=12)


def change_of(draw: st.DrawFn) -> Change:
    """Any change of the sample kinds, sensible or not."""
    what = draw(st.sampled_from(["passage", "claim", "no passage", "no claim"]))
    if what == "passage":
        return set_passage(draw(NAMES), draw(TEXTS), key=draw(KEYS))
    if what == "claim":
        others = tuple(draw(st.lists(NAMES, max_size=2)))
        older = draw(st.none() | NAMES)
        return set_claim(draw(NAMES), draw(NAMES), key=draw(KEYS), others=others, supersedes=older)
    return remove(what.removeprefix("no "), draw(NAMES))


@st.composite
def actions(draw: st.DrawFn) -> tuple[str, object]:
    """A step, several at once, an undo, a restart, or tables made anew."""
    what = draw(st.sampled_from(["apply", "apply", "apply", "many", "undo", "cascade", "restart", "rebuild"]))
    if what in {"apply", "many"}:
        steps = []
        for _ in range(draw(st.integers(1, 3)) if what == "many" else 1):
            changes = {(c.kind, c.id): c for c in (change_of(draw) for _ in range(draw(st.integers(1, 4))))}
            steps.append(make_step(*changes.values()))
        return what, steps
    return what, draw(st.integers(0, 12))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(actions(), max_size=14))
def test_tables_are_a_pure_function_of_the_log(run: list[tuple[str, object]]) -> None:
    clock = Clock()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "vault"
        vault = Vault.create(folder, secret=SECRET, kinds=KINDS, now=clock, kdf=LIGHT)
        try:
            for what, given_value in run:
                before = vault._tables.dump()
                try:
                    if what in {"apply", "many"}:
                        vault.apply_many(given_value)  # type: ignore[arg-type]  # steps
                    elif what in {"undo", "cascade"} and len(vault):
                        index = int(given_value) % len(vault)  # type: ignore[call-overload]  # a number
                        vault.undo(index, actor="coder-2", at=AT, cascade=what == "cascade")
                    elif what == "restart":
                        vault.close()
                        vault = Vault.open(folder, secret=SECRET, kinds=KINDS, now=clock)
                    elif what == "rebuild":
                        vault.rebuild_tables()
                except (RecordRefused, UndoConflict, AlreadyUndone):
                    assert vault._tables.dump() == before
            report = vault.verify()
            report.raise_first_fault()
            assert report.entries == len(vault)
            shown = vault._tables.dump()
            vault.rebuild_tables()
            assert vault._tables.dump() == shown
        finally:
            vault.close()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(NAMES, TEXTS, st.booleans()), min_size=1, max_size=6), st.data())
def test_undoing_a_step_with_all_that_builds_on_it_restores_the_records(
    run: list[tuple[str, str, bool]], data: st.DataObject
) -> None:
    with Vault.ephemeral(kinds=KINDS, now=Clock()) as vault:
        shown = []
        for name, text, with_claim in run:
            shown.append([vault.items("passage"), vault.items("claim")])
            extra = (set_claim(name, name),) if with_claim else ()
            vault.apply(make_step(set_passage(name, text), *extra))
        index = data.draw(st.integers(0, len(run) - 1))
        for step in range(len(run) - 1, index - 1, -1):
            if vault.history(before=step + 1, limit=1)[0].undone_by is None:
                vault.undo(step, actor="coder-2", at=AT, cascade=True)
        assert [vault.items("passage"), vault.items("claim")] == shown[index]


@given(st.lists(st.integers(0, 700), min_size=1, max_size=5))
def test_a_frontier_grown_in_pieces_has_the_root_of_the_whole(pieces: list[int]) -> None:
    frontier, leaves = merkle.Frontier(), []
    for number, length in enumerate(pieces):
        more = [merkle.hash_leaf(bytes([number]) + each.to_bytes(2, "big")) for each in range(length)]
        frontier.extend(more)
        leaves += more
        assert (frontier.size, frontier.root()) == (len(leaves), merkle.tree_root(leaves))
        assert merkle.Frontier(frontier.size, frontier.peaks).root() == frontier.root()


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=40), st.data())
def test_merkle_proofs_hold_and_altered_ones_do_not(entries: list[bytes], data: st.DataObject) -> None:
    leaves = [merkle.hash_leaf(entry) for entry in entries]
    root, size = merkle.tree_root(leaves), len(leaves)
    frontier = merkle.Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    assert frontier.root() == root
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    path = merkle.inclusion_proof(leaves, index)
    merkle.check_inclusion(leaves[index], index, size, path, root)
    proof = merkle.consistency_proof(leaves, old)
    merkle.check_consistency(old, size, merkle.tree_root(leaves[:old]), root, proof)
    for nodes, check in (
        (path, lambda p: merkle.check_inclusion(leaves[index], index, size, p, root)),
        (proof, lambda p: merkle.check_consistency(old, size, merkle.tree_root(leaves[:old]), root, p)),
    ):
        broken = [*nodes]
        if broken:
            at = data.draw(st.integers(0, len(broken) - 1))
            broken[at] = bytes([broken[at][0] ^ 1]) + broken[at][1:]
        else:
            broken = [bytes(32)]
        try:
            check(broken)
        except merkle.ProofError:
            continue
        raise AssertionError("an altered proof was taken")
