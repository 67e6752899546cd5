"""Killed at random points and on full disks: nothing that was acknowledged is lost, and everything agrees."""

from __future__ import annotations

import contextlib
import io
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from vault_samples import KINDS, LIGHT, SECRET, make_step, set_passage

from firsthand.vault import BlobRef, Vault, VaultDiskFull, VaultReadOnly

AT = datetime(2026, 1, 3, tzinfo=UTC)
CHILD = Path(__file__).parent / "vault_child.py"


def check_after(folder: Path, acknowledged: int, named: set[str]) -> int:
    """Open, find all that was acknowledged, verify, read documents; gives the number of steps."""
    with Vault.open(folder, secret=SECRET, kinds=KINDS, now=lambda: AT) as vault:
        assert len(vault) > acknowledged, "an acknowledged step was lost"
        report = vault.verify()
        report.raise_first_fault()
        assert report.entries == len(vault)
        for name in sorted(named):
            assert vault.history("passage", name), f"{name} was acknowledged and is not in the log"
        for name, record in vault.items("passage"):
            if name.startswith("d"):
                ref = BlobRef(digest=record.text, size_bytes=int(record.document))
                assert sum(map(len, vault.read_blob(ref))) == ref.size_bytes
        return len(vault)


def one_round(folder: Path, seed: int, delay: float) -> int:
    """Start a child, kill it after a delay, check; gives the number of steps."""
    child = subprocess.Popen([sys.executable, str(CHILD), str(folder), str(seed)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    first = child.stdout.readline().split()
    assert first[0] == "open"
    # the delay is the point at which the child is killed, not a wait for something to happen
    time.sleep(delay)
    child.kill()
    said = child.stdout.read().split("\n")
    child.wait()
    child.stdout.close()
    # the last line may be cut by the kill, as its step may not
    lines = [line.split() for line in said[:-1]]
    acknowledged = max([int(words[1]) for words in lines if words[0] == "kept"], default=int(first[1]) - 1)
    named = {words[2] for words in lines if len(words) > 2}
    return check_after(folder, acknowledged, named)


def run_rounds(folder: Path, rounds: int, seed: int) -> None:
    """Many rounds on one vault, begun anew every fifty so that checking stays quick."""
    chance = random.Random(seed)
    for number in range(rounds):
        place = folder / str(number // 50)
        if not place.exists():
            Vault.create(place, secret=SECRET, kinds=KINDS, now=lambda: AT, kdf=LIGHT).close()
        one_round(place, seed * 1000 + number, chance.random() ** 2 * 0.2)


def test_ten_kills_lose_nothing(tmp_path: Path) -> None:
    run_rounds(tmp_path, 10, 3)


@pytest.mark.torture
def test_many_kills_lose_nothing(tmp_path: Path) -> None:
    run_rounds(tmp_path, int(os.environ.get("FIRSTHAND_TORTURE_ROUNDS", "1000")), 4)


@contextlib.contextmanager
def small_disk(folder: Path, kibibytes: int) -> Iterator[None]:
    """A file system in memory of a given size; skips where that is not allowed."""
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={kibibytes}k", "tmpfs", str(folder)]
    if os.name != "posix" or os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can only be mounted by root on Linux")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("kibibytes", [640, 768, 1024, 1600])
def test_a_full_disk_loses_nothing_acknowledged(tmp_path: Path, kibibytes: int) -> None:
    place = tmp_path / "disk"
    with small_disk(place, kibibytes):
        folder = place / "vault"
        Vault.create(folder, secret=SECRET, kinds=KINDS, now=lambda: AT, kdf=LIGHT).close()
        child = subprocess.run(
            [sys.executable, str(CHILD), str(folder), "5"], capture_output=True, text=True, check=False, timeout=120
        )
        lines = [line.split() for line in child.stdout.split("\n") if line]
        assert lines[-1][0] == "full", child.stderr[-2000:]
        acknowledged = max([int(words[1]) for words in lines if words[0] == "kept"], default=-1)
        named = {words[2] for words in lines if len(words) > 2}
        subprocess.run(["mount", "-o", "remount,size=64m", str(place)], check=True)
        check_after(folder, acknowledged, named)


@pytest.mark.parametrize("left", range(0, 176, 8))
def test_the_disk_fills_at_every_point_of_a_step(tmp_path: Path, left: int) -> None:
    place = tmp_path / "disk"
    with small_disk(place, 4096):
        folder = place / "vault"
        with Vault.create(folder, secret=SECRET, kinds=KINDS, now=lambda: AT, kdf=LIGHT) as vault:
            vault.apply(make_step(set_passage("p1", "one")))
            free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
            (place / "ballast").write_bytes(bytes(max(free - left * 1024, 0)))
            kept = True
            try:
                vault.apply(make_step(set_passage("p2", "two " * 12_000, key="source:s1")))
            except VaultDiskFull:
                kept = False
            (place / "ballast").unlink()
            assert (vault.get("passage", "p2") is not None) == kept
            vault.apply(make_step(set_passage("p3", "three")))
            vault.verify().raise_first_fault()
        with Vault.open(folder, secret=SECRET, kinds=KINDS, now=lambda: AT) as vault:
            assert (vault.get("passage", "p2") is not None) == kept
            assert vault.get("passage", "p3") is not None
            vault.verify().raise_first_fault()


@pytest.mark.parametrize("work", ["create", "document", "key", "person", "secret", "backup", "destroy", "close"])
@pytest.mark.parametrize("left", [0, 4, 16, 64, 256])
def test_every_other_write_on_a_full_disk_is_whole_or_not_at_all(tmp_path: Path, work: str, left: int) -> None:
    place = tmp_path / "disk"
    with small_disk(place, 6144):
        folder = place / "vault"
        vault = Vault.create(folder, secret=SECRET, kinds=KINDS, now=lambda: AT, kdf=LIGHT)
        vault.apply(
            make_step(set_passage("p1", "one", key="source:s1")),
        )
        vault.apply(make_step(set_passage("p2", "two")))
        free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
        (place / "filler").write_bytes(bytes(max(free - left * 1024, 0)))
        works = {
            "create": lambda: Vault.create(place / "v2", secret="x", kinds=KINDS, now=lambda: AT, kdf=LIGHT).close(),
            "document": lambda: vault.put_blob(io.BytesIO(bytes(300_000))),
            "key": lambda: vault.create_key("source:s2"),
            "person": lambda: vault.add_person("two", "y", (), kdf=LIGHT),
            "secret": lambda: vault.change_secret(SECRET, "z", kdf=LIGHT),
            "backup": lambda: vault.backup(place / "copy", place / "ring"),
            "destroy": lambda: vault.destroy_key("source:s1", "destroy", actor="coder-1", at=AT),
            "close": vault.close,
        }
        done = True
        try:
            works[work]()
        except VaultDiskFull:
            done = False
        assert done or work not in {"destroy", "close"}, "the ballast is there for these"
        (place / "filler").unlink()
        if not done and work == "backup":
            assert not (place / "copy").exists()
        vault.close()
        secret = "z" if done and work == "secret" else SECRET
        with Vault.open(folder, secret=secret, kinds=KINDS, now=lambda: AT) as again:
            assert (again.get("passage", "p1") is None) == (work == "destroy")
            assert again.get("passage", "p2").text == "two"
            assert len(again.people()) == 1 + (done and work == "person")
            again.apply(make_step(set_passage("p3", "three")))
            again.verify().raise_first_fault()


def test_a_medium_that_cannot_be_written_opens_for_reading(tmp_path: Path) -> None:
    place = tmp_path / "disk"
    with small_disk(place, 8192):
        folder = place / "vault"
        with Vault.create(folder, secret=SECRET, kinds=KINDS, now=lambda: AT, kdf=LIGHT) as vault:
            vault.apply(make_step(set_passage("p1", "one")))
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        with Vault.open(folder, secret=SECRET, kinds=KINDS, now=lambda: AT) as vault:
            assert vault.read_only
            assert vault.get("passage", "p1").text == "one"
            assert vault.verify().holds
            with pytest.raises(VaultReadOnly):
                vault.apply(make_step(set_passage("p2", "two")))
            with pytest.raises(VaultReadOnly):
                vault.undo(0, actor="coder-1", at=AT)
