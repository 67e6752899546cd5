"""What doctor says of a machine, and what a copy to travel with holds."""

from __future__ import annotations

import io

import pytest
from vault_samples import KINDS, LIGHT, Clock, make_step, set_claim, set_passage

from firsthand.vault import BlobRef, RecordRefused, Standing, Vault, machine_facts, make_travel_copy


def standing_of(facts, topic: str) -> Standing:
    """How one fact stands."""
    (found,) = [fact.standing for fact in facts if fact.topic == topic]
    return found


def make_machine(root, *, swap: str, device: str, uuid: str | None):
    """The system's files of an invented machine, and a folder on its disk."""
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/swaps").write_text("Filename Type Size Used Priority\n" + swap)
    (root / "proc/self/mounts").write_text(f"{device} / ext4 rw 0 0\nproc /proc proc rw 0 0\n")
    for name in ("sda2", "dm-0"):
        (root / "sys/class/block" / name / "slaves").mkdir(parents=True)
    if uuid:
        (root / "sys/class/block/dm-0/dm").mkdir()
        (root / "sys/class/block/dm-0/dm/uuid").write_text(uuid)
    folder = root / "vault"
    folder.mkdir(mode=0o700)
    return folder


def test_open_swap_and_open_disk_are_told(tmp_path) -> None:
    folder = make_machine(tmp_path, swap="/dev/sda2 partition 1 0 -2\n", device="/dev/sda2", uuid=None)
    facts = machine_facts(folder, root=tmp_path)
    assert standing_of(facts, "swap") is Standing.BAD
    assert standing_of(facts, "disk encryption") is Standing.BAD
    assert standing_of(facts, "permissions") is Standing.GOOD
    folder.chmod(0o755)
    assert standing_of(machine_facts(folder, root=tmp_path), "permissions") is Standing.BAD


def test_an_encrypted_machine_is_good(tmp_path) -> None:
    folder = make_machine(tmp_path, swap="/dev/zram0 partition 1 0 -2\n", device="/dev/dm-0", uuid="CRYPT-LUKS2-ab")
    facts = machine_facts(folder, root=tmp_path)
    assert standing_of(facts, "swap") is Standing.GOOD
    assert standing_of(facts, "disk encryption") is Standing.GOOD


def test_what_cannot_be_seen_is_unknown(tmp_path) -> None:
    facts = machine_facts(tmp_path / "nowhere", root=tmp_path)
    assert standing_of(facts, "swap") is Standing.UNKNOWN
    assert standing_of(facts, "disk encryption") is Standing.UNKNOWN
    assert standing_of(facts, "permissions") is Standing.UNKNOWN
    assert standing_of(machine_facts(tmp_path / "OneDrive" / "v"), "synchronised folder") is Standing.BAD


def test_a_travel_copy_holds_what_was_chosen_and_nothing_else(reopen, tmp_path) -> None:
    vault = reopen()
    ref = vault.put_blob(io.BytesIO(b"for the road" * 9), "source:s1")
    other = vault.put_blob(io.BytesIO(b"stays at home"), "source:s2")
    vault.apply(make_step(set_passage("p1", "old words", key="source:s1"), set_passage("p2", key="source:s2")))
    vault.apply(make_step(set_passage("p1", "new words", key="source:s1"), set_claim("c1", "p1", key="source:s1")))
    place = tmp_path / "travel"
    count = make_travel_copy(
        vault, place, secret="on the road", kinds=["passage", "claim"], keys=["source:s1"], actor="coder-1",
        now=Clock(), kdf=LIGHT,
    )  # fmt: skip
    assert count == 2
    with Vault.open(place, secret="on the road", kinds=KINDS, now=Clock()) as copy:
        assert copy.get("passage", "p1").text == "new words"
        assert copy.get("passage", "p2") is None
        assert len(copy.history()) == 1
        assert {info.name for info in copy.keys()} == {"general", "identity", "source:s1"}  # noqa: SIM118 - no dict
        assert b"".join(copy.read_blob(BlobRef(digest=ref.digest, size_bytes=108, key="source:s1")))
        assert len(list((place / "blobs").glob("??/*"))) == 1
        assert other.key not in {info.name for info in copy.keys()}  # noqa: SIM118 - no dict
        assert copy.verify().holds


def test_a_travel_copy_that_would_miss_something_is_refused(reopen, tmp_path) -> None:
    vault = reopen()
    vault.apply(make_step(set_passage("p1"), set_claim("c1", "p1", key="source:s1")))
    with pytest.raises(RecordRefused):
        make_travel_copy(
            vault, tmp_path / "travel", secret="x", kinds=["claim"], keys=["source:s1"], actor="coder-1",
            now=Clock(), kdf=LIGHT,
        )  # fmt: skip
