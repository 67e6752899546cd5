"""What is altered, cut off, swapped or missing is found and named; what was kept is never silently something else."""

from __future__ import annotations

import io
import os
import random
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from vault_samples import KINDS, LIGHT, SECRET, make_step, set_claim, set_passage

from firsthand.values.errors import ExitCode, FirsthandError, IntegrityError
from firsthand.vault import (
    BlobDamaged,
    BlobMissing,
    BlobRef,
    CheckpointMismatch,
    HeaderDamaged,
    KeyMissing,
    KeyringDamaged,
    LogDamaged,
    LogTruncated,
    NewerVault,
    NotAVault,
    TablesDamaged,
    TooManyAttempts,
    Vault,
    VaultBusy,
    VaultClosed,
    VaultExists,
    WrongSecret,
    verify_standalone,
)

AT = datetime(2026, 1, 3, tzinfo=UTC)
STANDALONE = Path(verify_standalone.__file__)


def fill(vault: Vault) -> None:
    """Some steps, two keys, a document."""
    vault.apply(make_step(set_passage("p1", "one", key="source:s1"), set_passage("p2", "two")))
    ref = vault.put_blob(io.BytesIO(b"an invented recording " * 40_000), "source:s1")
    vault.apply(make_step(set_claim("c1", "p1", key="source:s1"), set_passage("p3", ref.digest)))
    vault.apply(make_step(set_claim("c2", "p2", others=("p1",)), set_passage("p2", "two again")))


def flip(path: Path, offset: int, bit: int = 0) -> None:
    """Change one bit of a file."""
    with path.open("r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ (1 << bit)]))


def read_all(vault: Vault, refs: list[BlobRef]) -> list[bytes]:
    """Every document to its end."""
    return [b"".join(vault.read_blob(ref)) for ref in refs]


def run_standalone(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The verifier as a stranger would run it: no Firsthand, no site packages."""
    command = [sys.executable, "-I", "-S", str(STANDALONE), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_flipped_bit_is_found_or_harmless(folder, clock, reopen, tmp_path) -> None:
    vault = reopen()
    fill(vault)
    shown = vault._tables.dump()
    vault.close()
    files = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
    chance = random.Random(20260102)
    for name in files:
        size = (folder / name).stat().st_size
        for offset in {0, size - 1, *(chance.randrange(size) for _ in range(12))}:
            copy = tmp_path / "copy"
            shutil.copytree(folder, copy)
            flip(copy / name, offset, chance.randrange(8))
            found = None
            try:
                with Vault.open(copy, secret=SECRET, kinds=KINDS, now=clock) as again:
                    report = again.verify()
                    found = report.faults[0] if report.faults else None
                    assert found or again._tables.dump() == shown
                    assert found or name.name in {"lock", "attempts", "ballast"}, f"{name} at {offset}: not found"
            except FirsthandError as error:
                found = error
            if found is not None:
                # a flipped version number reads as a vault of the future; it is refused all the same
                assert isinstance(found, IntegrityError | NewerVault), f"{name} at {offset}: {found!r}"
                assert name.name.split(".")[0].split("-")[0] in str(found) or name.parts[0] in str(found)
            shutil.rmtree(copy)


def test_the_stand_alone_verifier_agrees(folder, clock, reopen, tmp_path) -> None:
    vault = reopen()
    fill(vault)
    vault.destroy_key("identity", "destroy", actor="coder-1", at=AT)
    checkpoint, key = tmp_path / "kept", vault.verifier_key.text()
    checkpoint.write_text(vault.checkpoint(), encoding="utf-8")
    vault.close()
    told = run_standalone(folder, "--key", key, "--checkpoint", checkpoint)
    assert told.returncode == 0, told.stdout
    with Vault.open(folder, secret=SECRET, kinds=KINDS, now=clock) as again:
        report = again.verify()
    assert f"entries: {report.entries}\nroot: {report.root}" in told.stdout
    chance = random.Random(7)
    for name in ("vault.json", "keyring", "log/steps", "checkpoints", "blobs"):
        path = next(p for p in sorted((folder / name).rglob("*"))) if name == "blobs" else folder / name
        path = next(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else path
        content = path.read_bytes()
        for _ in range(3):
            flip(path, chance.randrange(len(content)))
            assert run_standalone(folder).returncode == ExitCode.INTEGRITY, name
            path.write_bytes(content)
    assert run_standalone(tmp_path).returncode == ExitCode.WRONG_INPUT


def test_the_stand_alone_verifier_knows_ed25519() -> None:
    from nacl.signing import SigningKey

    signer = SigningKey(bytes(range(32)))
    for length in (0, 1, 200):
        message = bytes(length)
        signature = signer.sign(message).signature
        assert verify_standalone.ed25519_verify(bytes(signer.verify_key), message, signature)
        assert not verify_standalone.ed25519_verify(bytes(signer.verify_key), message + b"x", signature)
        for at in (0, 31, 32, 63):
            broken = signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :]
            assert not verify_standalone.ed25519_verify(bytes(signer.verify_key), message, broken)
    small = bytes([1]) + bytes(31)
    assert not verify_standalone.ed25519_verify(small, b"", small + bytes(32))
    assert not verify_standalone.ed25519_verify(b"", b"", b"")


@pytest.mark.parametrize("left", [0, 5, 16, 100, -1])
def test_a_cut_log_is_noticed(reopen, folder, left) -> None:
    vault = reopen()
    fill(vault)
    vault.close()
    log = folder / "log" / "steps"
    content = log.read_bytes()
    log.write_bytes(content[:left])
    with pytest.raises((LogTruncated, LogDamaged)) as caught:
        reopen()
    assert caught.value.exit_code == ExitCode.INTEGRITY
    assert "log/steps" in str(caught.value)


def test_a_missing_log_is_noticed(reopen, folder) -> None:
    fill(reopen())
    reopen().close()
    (folder / "log" / "steps").unlink()
    with pytest.raises(LogTruncated):
        reopen()


def test_a_log_cut_between_entries_is_noticed_without_tables(reopen, folder) -> None:
    vault = reopen()
    fill(vault)
    second = vault._tables.step(2)[0]
    vault.close()
    log = folder / "log" / "steps"
    log.write_bytes(log.read_bytes()[:second])
    for table in folder.glob("tables*"):
        table.unlink()
    with pytest.raises(CheckpointMismatch):
        reopen()


def test_an_entry_that_was_never_finished_is_taken_off(reopen, folder) -> None:
    vault = reopen()
    fill(vault)
    vault.close()
    log = folder / "log" / "steps"
    whole = log.read_bytes()
    log.write_bytes(whole + whole[16:100])
    vault = reopen()
    assert vault.recovered_bytes == 84
    assert len(vault) == 3
    vault.close()
    assert log.read_bytes() == whole


def test_entries_cannot_be_swapped_or_repeated(reopen, folder) -> None:
    vault = reopen()
    for number in range(3):
        vault.apply(make_step(set_passage(f"p{number}", "same")))
    starts = [vault._tables.step(number)[0] for number in range(3)]
    vault.close()
    log = folder / "log" / "steps"
    content = log.read_bytes()
    first, second, third = (content[a:b] for a, b in zip(starts, [*starts[1:], None], strict=True))
    for table in folder.glob("tables*"):
        table.unlink()
    for order in ([second, first, third], [first, first, third], [first, third]):
        log.write_bytes(content[:16] + b"".join(order))
        with pytest.raises(LogDamaged):
            reopen()


def test_older_tables_are_brought_up_to_date(reopen, folder, tmp_path) -> None:
    vault = reopen()
    vault.apply(make_step(set_passage("p1", "one")))
    vault.close()
    old = tmp_path / "old.db"
    shutil.copyfile(folder / "tables.db", old)
    vault = reopen()
    vault.apply(make_step(set_passage("p1", "two")))
    vault.close()
    shutil.copyfile(old, folder / "tables.db")
    assert reopen().get("passage", "p1").text == "two"


def test_tables_of_another_history_are_refused_and_can_be_made_anew(reopen, folder, tmp_path) -> None:
    vault = reopen()
    vault.apply(make_step(set_passage("p1", "one")))
    vault.close()
    shutil.copytree(folder, tmp_path / "twin")
    vault = reopen()
    vault.apply(make_step(set_passage("p1", "two")))
    vault.close()
    log = (folder / "log" / "steps").read_bytes()
    with Vault.open(tmp_path / "twin", secret=SECRET, kinds=KINDS, now=lambda: AT) as twin:
        twin.apply(make_step(set_passage("p1", "three"), set_passage("p2", "x" * 500)))
        twin.apply(make_step(set_passage("p1", "four")))
    shutil.copyfile(tmp_path / "twin" / "tables.db", folder / "tables.db")
    with pytest.raises(IntegrityError):
        reopen()
    assert (folder / "log" / "steps").read_bytes() == log
    vault = reopen(rebuild_tables=True)
    assert vault.get("passage", "p1").text == "two"


@pytest.mark.parametrize("damage", ["cut", "zeros", "plain", "missing"])
def test_damaged_tables_are_named_and_can_be_made_anew(reopen, folder, damage) -> None:
    vault = reopen()
    fill(vault)
    shown = vault._tables.dump()
    vault.close()
    path = folder / "tables.db"
    size = path.stat().st_size
    if damage == "missing":
        path.unlink()
        assert reopen()._tables.dump() == shown
        return
    content = {
        "cut": path.read_bytes()[: size // 2],
        "zeros": bytes(size),
        "plain": b"SQLite format 3\x00" + bytes(4080),
    }
    path.write_bytes(content[damage])
    with pytest.raises(TablesDamaged, match=r"tables\.db"):
        reopen().verify().raise_first_fault()
    vault = reopen(rebuild_tables=True)
    assert vault._tables.dump() == shown


def test_nothing_in_the_folder_is_in_clear(reopen, folder) -> None:
    vault = reopen()
    fill(vault)
    vault.apply(make_step(set_passage("p9", "WORDS-OF-AN-INVENTED-WITNESS"), name="NAME-OF-THE-STEP"))
    vault.put_blob(io.BytesIO(b"WORDS-OF-AN-INVENTED-RECORDING" * 9))
    vault.add_person("PSEUDONYM", "another secret", ["sources"], kdf=LIGHT)
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for word in (b"WORDS-OF", b"NAME-OF", b"PSEUDONYM", b"coder-1", b"source:s1", b"searched", b"SQLite format"):
        assert word not in everything


def test_documents_are_found_altered_cut_lengthened_or_missing(reopen, folder) -> None:
    vault = reopen()
    plain = os.urandom(700_001)
    ref = vault.put_blob(io.BytesIO(plain), "source:s1")
    other = vault.put_blob(io.BytesIO(plain[::-1]), "source:s1")
    vault.apply(make_step(set_passage("p1", ref.digest)))
    assert b"".join(vault.read_blob(ref)) == plain
    refs = [ref, other]
    content = {each: each.read_bytes() for each in (folder / "blobs").glob("??/*")}
    first, second = content
    for damaged in (
        content[first][:-1],
        content[first][: 256 * 1024 + 49],
        content[first] + b"x",
        b"",
        content[second],
    ):
        first.write_bytes(damaged)
        with pytest.raises(BlobDamaged, match="blobs/"):
            read_all(vault, refs)
        assert any(isinstance(fault, BlobDamaged) for fault in vault.verify(deep=False).faults)
    first.unlink()
    with pytest.raises(BlobMissing):
        read_all(vault, refs)
    assert any(isinstance(fault, BlobMissing) for fault in vault.verify(deep=False).faults)


@pytest.mark.parametrize("size", [0, 1, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1])
def test_documents_of_any_length_come_back(reopen, size) -> None:
    vault = reopen()
    ref = vault.put_blob(io.BytesIO(bytes(size)))
    assert ref.size_bytes == size
    assert b"".join(vault.read_blob(ref)) == bytes(size)
    assert vault.put_blob(io.BytesIO(bytes(size))) == ref


def test_a_wrong_secret_is_told_in_the_same_words_and_made_to_wait(reopen, folder, clock) -> None:
    reopen().close()
    words = set()
    for secret in ("wrong", b"wrong", ""):
        with pytest.raises(WrongSecret) as caught:
            reopen(secret=secret)
        words.add("\n".join(caught.value.lines()))
    assert len(words) == 1
    with pytest.raises(WrongSecret):
        reopen(secret="x")
    with pytest.raises(TooManyAttempts):
        reopen()
    clock.move(3)
    with pytest.raises(WrongSecret):
        reopen(secret="x")
    with pytest.raises(TooManyAttempts) as caught:
        reopen()
    assert caught.value.seconds > 2
    clock.move(-86400)
    reopen().close()
    assert not (folder / "attempts").exists()


def test_a_second_opening_is_told(reopen, folder, clock) -> None:
    vault = reopen()
    with pytest.raises(VaultBusy):
        Vault.open(folder, secret=SECRET, kinds=KINDS, now=clock)
    vault.close()
    with pytest.raises(VaultClosed):
        vault.get("passage", "p1")
    lock = str(folder / "lock")
    code = f"from firsthand.vault.guarding import FolderLock as L; from pathlib import Path; L(Path({lock!r}))"
    vault = reopen()
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "VaultBusy" in told.stderr


def test_newer_foreign_and_missing_vaults_are_refused(reopen, folder, tmp_path, clock) -> None:
    reopen().close()
    header = folder / "vault.json"
    content = header.read_bytes()
    header.write_bytes(content.replace(b'"version": 1', b'"version": 2'))
    with pytest.raises(NewerVault):
        reopen()
    header.write_bytes(content.replace(b'"vault": "', b'"vault": "0'))
    with pytest.raises((HeaderDamaged, KeyringDamaged)):
        reopen()
    header.write_bytes(content + b" ")
    with pytest.raises(KeyringDamaged, match=r"vault\.json"):
        reopen()
    with pytest.raises(NotAVault):
        Vault.open(tmp_path, secret=SECRET, kinds=KINDS, now=clock)
    with pytest.raises(VaultExists):
        Vault.create(folder, secret=SECRET, kinds=KINDS, now=clock, kdf=LIGHT)


def test_an_older_keyring_is_noticed(reopen, folder, tmp_path) -> None:
    vault = reopen()
    vault.close()
    shutil.copyfile(folder / "keyring", tmp_path / "keyring")
    vault = reopen()
    vault.apply(make_step(set_passage("p1", key="source:s1")))
    vault.close()
    shutil.copyfile(tmp_path / "keyring", folder / "keyring")
    with pytest.raises(KeyMissing):
        reopen()
    with pytest.raises(KeyMissing):
        reopen(rebuild_tables=True)


def test_an_old_copy_in_the_place_of_the_vault_is_noticed(reopen, folder, tmp_path) -> None:
    witness = tmp_path / "witness"
    vault = reopen(witness=witness)
    vault.apply(make_step(set_passage("p1", "one")))
    vault.close()
    shutil.copytree(folder, tmp_path / "old")
    vault = reopen(witness=witness)
    vault.apply(make_step(set_passage("p1", "two")))
    vault.close()
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "old", folder)
    with pytest.raises(CheckpointMismatch):
        reopen(witness=witness)
    assert reopen().get("passage", "p1").text == "one"


def test_proofs_stand_alone(reopen) -> None:
    from firsthand.vault import merkle, notes

    vault = reopen()
    for number in range(7):
        vault.apply(make_step(set_passage(f"p{number}")))
    entry = vault._log.read(vault._tables.step(3)[0], 3)
    proof = vault.prove_inclusion(3)
    lines = proof.split("\n\n")[0].split("\n")
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 3"]
    old = notes.verify_checkpoint(vault.checkpoint(), vault.verifier_key)
    for number in range(3):
        vault.apply(make_step(set_passage(f"q{number}")))
    new = notes.verify_checkpoint(vault.checkpoint(), vault.verifier_key)
    merkle.check_consistency(old.size, new.size, old.root, new.root, vault.prove_consistency(old.size))
    path = merkle.inclusion_proof(vault._tables.leaves(), 3)
    merkle.check_inclusion(entry.leaf, 3, new.size, path, new.root)
    with pytest.raises(CheckpointMismatch):
        vault.check_checkpoint(vault.checkpoint().replace("10\n", "11\n"))
