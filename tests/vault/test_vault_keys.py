"""Keys: one for each source, destroyed for good; people with secrets and compartments of their own."""

from __future__ import annotations

import io
import json
import resource
import shutil
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from vault_samples import KINDS, LIGHT, SECRET, Clock, SampleName, make_step, remove, set_claim, set_passage

from firsthand.vault import (
    BlobRef,
    Change,
    KdfParameters,
    KeyDestroyed,
    KeyFileNeeded,
    KeyInfo,
    KeyNotHeld,
    KeyringDamaged,
    KeyStillNeeded,
    TypedWordWrong,
    Vault,
    WrongSecret,
)
from firsthand.vault.keys import PersonNotUsable
from firsthand.vault.sealing import KdfNotUsable

AT = datetime(2026, 1, 3, tzinfo=UTC)


def set_name(record: str, name: str, key: str = "identity") -> Change:
    """A change that sets a name."""
    return Change(kind="person_name", id=record, value=SampleName(name=name), key=key)


def infos_of(vault: Vault) -> tuple[KeyInfo, ...]:
    """The data keys that are held."""
    return vault.keys()


def destroy(vault: Vault, key: str) -> None:
    """Destroy a key with the right word."""
    vault.destroy_key(key, "destroy", actor="coder-1", at=AT)


def test_a_destroyed_key_leaves_the_log_valid_and_silent(reopen, folder, tmp_path) -> None:
    vault = reopen()
    vault.apply(make_step(set_passage("p1", "an invented account", key="source:s1"), set_passage("p2", "another")))
    ref = vault.put_blob(io.BytesIO(b"an invented recording"), "source:s1")
    vault.apply(make_step(set_claim("c1", "p1", key="source:s1"), set_passage("p1", "corrected", key="source:s1")))
    vault.backup(tmp_path / "backup", tmp_path / "old keyring")
    before = vault.checkpoint()
    destroy(vault, "source:s1")
    assert vault.get("passage", "p1") is None
    assert vault.is_withheld("passage", "p1")
    assert vault.get("passage", "p2") is not None
    assert vault.search("account") == vault.search("corrected") == []
    assert [info.name for info in infos_of(vault)] == ["general", "identity"]
    with pytest.raises(KeyDestroyed):
        vault.version("passage", "p1", 0)
    with pytest.raises(KeyDestroyed):
        vault.read_blob(ref)
    with pytest.raises(KeyDestroyed):
        vault.apply(make_step(set_passage("p3", key="source:s1")))
    with pytest.raises(KeyDestroyed):
        vault.undo(2, actor="coder-1", at=AT)
    report = vault.verify()
    assert report.holds
    assert report.parts_withheld == 2
    vault.check_checkpoint(before)
    assert not list((folder / "blobs").glob("??/*"))
    # the backup, under the keyring of today, is as silent
    vault.close()
    Vault.restore(tmp_path / "backup", folder / "keyring", tmp_path / "restored")
    with Vault.open(tmp_path / "restored", secret=SECRET, kinds=KINDS, now=Clock()) as restored:
        assert restored.get("passage", "p1") is None
        assert restored.get("passage", "p2") is not None
        with pytest.raises(KeyDestroyed):
            restored.read_blob(ref)
        assert restored.verify().holds


def test_a_key_is_destroyed_only_with_the_word_and_when_nothing_else_rests_on_it(reopen) -> None:
    vault = reopen()
    vault.apply(make_step(set_passage("p1", key="source:s1"), set_claim("c1", "p1")))
    with pytest.raises(TypedWordWrong):
        vault.destroy_key("source:s1", "yes", actor="coder-1", at=AT)
    with pytest.raises(KeyStillNeeded) as refused:
        destroy(vault, "source:s1")
    assert refused.value.records == (("claim", "c1"),)
    for name in ("general", "source:unknown"):
        with pytest.raises(KeyNotHeld):
            destroy(vault, name)
    assert vault.get("passage", "p1") is not None
    vault.apply(make_step(remove("claim", "c1")))
    destroy(vault, "source:s1")
    assert vault.is_withheld("passage", "p1")


def test_an_older_version_does_not_show_again(reopen) -> None:
    vault = reopen()
    vault.apply(make_step(set_passage("p1", "before")))
    vault.apply(make_step(set_passage("p1", "after", key="source:s1")))
    destroy(vault, "source:s1")
    assert vault.get("passage", "p1") is None
    vault.apply(make_step(set_passage("p1", "anew")))
    assert vault.get("passage", "p1").text == "anew"
    assert vault.verify().holds


def test_destruction_is_finished_after_a_crash_or_an_older_keyring(reopen, folder, tmp_path) -> None:
    vault = reopen()
    vault.apply(make_step(set_passage("p1", key="source:s1")))
    vault.close()
    shutil.copyfile(folder / "keyring", tmp_path / "keyring")
    vault = reopen()
    destroy(vault, "source:s1")
    vault.close()
    shutil.copyfile(tmp_path / "keyring", folder / "keyring")
    vault = reopen(rebuild_tables=True)
    assert vault.get("passage", "p1") is None
    assert "source:s1" not in {info.name for info in infos_of(vault)}


def test_the_secret_can_be_changed_without_rewriting_anything(reopen, folder) -> None:
    vault = reopen()
    vault.apply(make_step(set_passage("p1", key="source:s1")))
    log = (folder / "log" / "steps").read_bytes()
    with pytest.raises(WrongSecret):
        vault.change_secret("wrong", "new", kdf=LIGHT)
    stronger = KdfParameters(memory_kib=128, passes=2, lanes=1)
    vault.change_secret(SECRET, "한글 새 암호", kdf=stronger, key_file=b"a second factor")
    vault.close()
    assert (folder / "log" / "steps").read_bytes() == log
    slot = json.loads((folder / "keyring").read_bytes().split(b"\n")[0])["people"][0]
    assert (slot["memory_kib"], slot["passes"], slot["key_file"]) == (128, 2, True)
    with pytest.raises(KeyFileNeeded):
        reopen(secret="한글 새 암호")
    with pytest.raises(WrongSecret):
        reopen(secret="한글 새 암호", key_file=b"another file")
    # typed in pieces, as some systems do
    import unicodedata

    vault = reopen(secret=unicodedata.normalize("NFD", "한글 새 암호"), key_file=b"a second factor")
    assert vault.get("passage", "p1") is not None


def test_a_person_sees_only_her_compartments(reopen) -> None:
    vault = reopen()
    vault.apply(make_step(set_name("n1", "An Invented Name"), set_passage("p1", key="source:s1"), set_passage("p2")))
    ref = vault.put_blob(io.BytesIO(b"a portrait"), "identity")
    slot = vault.add_person("helper", "her own secret", ["sources"], kdf=LIGHT)
    bare = vault.add_person("visitor", "his own secret", [], kdf=LIGHT)
    assert {person.slot for person in vault.people()} >= {slot, bare}
    vault = reopen(secret="her own secret")
    assert vault.get("person_name", "n1") is None
    assert vault.is_withheld("person_name", "n1")
    assert vault.search("Invented") == []
    assert vault.get("passage", "p1") is not None
    with pytest.raises(KeyNotHeld):
        vault.apply(make_step(set_name("n2", "Another")))
    with pytest.raises(KeyNotHeld):
        vault.read_blob(ref)
    with pytest.raises(KeyNotHeld):
        vault.add_person("friend", "x", ["identity"], kdf=LIGHT)
    with pytest.raises(KeyNotHeld):
        vault.version("person_name", "n1", 0)
    vault.apply(make_step(set_passage("p3", key="source:s2"), set_claim("c1", "p1")))
    assert vault.verify().holds
    vault = reopen(secret="his own secret")
    assert vault.get("passage", "p1") is None
    assert vault.get("passage", "p2") is not None
    vault = reopen()
    assert vault.get("person_name", "n1").name == "An Invented Name"
    assert vault.get("passage", "p3") is not None
    assert vault.verify().holds


def test_a_removed_person_is_out_and_new_keys_are_used(reopen) -> None:
    vault = reopen()
    vault.apply(make_step(set_passage("p1", key="source:s1")))
    ref = vault.put_blob(io.BytesIO(b"old"), "source:s1")
    slot = vault.add_person("helper", "her own secret", ["sources"], kdf=LIGHT)
    other = vault.add_person("colleague", "a third secret", ["sources"], kdf=LIGHT)
    numbers = {info.number for info in infos_of(vault)}
    for wrong in ("no such slot", vault._ring.own_slot):
        with pytest.raises(PersonNotUsable):
            vault.remove_person(wrong)
    vault.remove_person(slot)
    vault.apply(make_step(set_passage("p2", key="source:s1")))
    entry = vault._log.read(vault._tables.step(1)[0], 1)
    assert not {part.key for part in entry.parts} & numbers
    assert b"".join(vault.read_blob(ref)) == b"old"
    with pytest.raises(WrongSecret):
        reopen(secret="her own secret")
    vault = reopen(secret="a third secret")
    assert vault.get("passage", "p1") is not None
    assert vault.get("passage", "p2") is not None
    assert other in {person.slot for person in vault.people()}
    vault = reopen()
    destroy(vault, "source:s1")
    assert vault.count("passage") == 0
    assert vault.verify().holds


def test_a_forged_keyring_is_refused(reopen, folder) -> None:
    reopen().close()
    ring = folder / "keyring"
    body, _, signature, _ = ring.read_bytes().split(b"\n")
    forged = json.loads(body)
    forged["generation"] += 1
    line = json.dumps(forged, separators=(",", ":"), ensure_ascii=False).encode()
    ring.write_bytes(b"\n".join((line, sha256(line).hexdigest().encode(), signature, b"")))
    with pytest.raises(KeyringDamaged, match="keyring"):
        reopen()


def test_costs_out_of_range_are_refused() -> None:
    for options in ({"memory_kib": 4}, {"memory_kib": 1 << 23}, {"passes": 0}, {"lanes": 0}, {"lanes": 1000}):
        with pytest.raises(KdfNotUsable):
            KdfParameters(**options)
    assert KdfParameters().memory_kib == 256 * 1024


def test_the_process_writes_no_core(reopen) -> None:
    reopen()
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)


def test_a_backup_comes_back_and_goes_on(reopen, tmp_path) -> None:
    vault = reopen()
    vault.apply(make_step(set_passage("p1", key="source:s1")))
    ref = vault.put_blob(io.BytesIO(b"x" * 300_000))
    vault.apply(make_step(set_passage("p2", ref.digest)))
    checkpoint = vault.backup(tmp_path / "backup", tmp_path / "keyring")
    assert not list((tmp_path / "backup").glob("tables*"))
    assert not (tmp_path / "backup" / "keyring").exists()
    Vault.restore(tmp_path / "backup", tmp_path / "keyring", tmp_path / "restored")
    with Vault.open(tmp_path / "restored", secret=SECRET, kinds=KINDS, now=Clock()) as restored:
        restored.check_checkpoint(checkpoint)
        engine = vault._tables.engine
        assert restored._tables.dump(engine if engine.sealed else None) == vault._tables.dump()
        assert b"".join(restored.read_blob(ref)) == b"x" * 300_000
        restored.apply(make_step(set_claim("c1", "p1")))
        restored.undo(0, actor="coder-1", at=AT, cascade=True)
        assert restored.count("passage") == 1


def test_an_altered_backup_is_not_restored(reopen, tmp_path) -> None:
    from firsthand.values.errors import IntegrityError

    vault = reopen()
    vault.apply(make_step(set_passage("p1")))
    vault.backup(tmp_path / "backup", tmp_path / "keyring")
    log = tmp_path / "backup" / "log" / "steps"
    log.write_bytes(log.read_bytes()[:-1])
    with pytest.raises(IntegrityError):
        Vault.restore(tmp_path / "backup", tmp_path / "keyring", tmp_path / "restored")
    assert not (tmp_path / "restored").exists()


def test_a_reference_to_a_document_that_never_was_is_told(reopen) -> None:
    from firsthand.vault import BlobMissing

    with pytest.raises(BlobMissing):
        b"".join(reopen().read_blob(BlobRef(digest="00" * 32, size_bytes=1)))
