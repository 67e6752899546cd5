"""A vault of every released format version is kept here, made once by that version, and must open for ever."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from vault_samples import KINDS, SECRET, Clock, SampleClaim

from firsthand.vault import FORMAT_VERSION, BlobRef, LogDamaged, NewerVault, Vault, verify_standalone
from firsthand.vault.keys import Keyring
from firsthand.vault.migrations import kept_before

FIXTURES = Path(__file__).parent / "fixtures"


def test_there_is_a_fixture_for_every_version() -> None:
    assert sorted(path.name for path in FIXTURES.glob("version-*")) == [
        f"version-{n}" for n in range(1, FORMAT_VERSION + 1)
    ]


@pytest.mark.parametrize("version", range(1, FORMAT_VERSION + 1))
def test_a_vault_of_an_earlier_version_opens_and_verifies(tmp_path, version) -> None:
    folder = tmp_path / "vault"
    shutil.copytree(FIXTURES / f"version-{version}", folder)
    assert verify_standalone.verify(folder)["entries"] == 6
    with Vault.open(folder, secret=SECRET, kinds=KINDS, now=Clock()) as vault:
        assert vault.get("claim", "c1") == SampleClaim(passage="p1", act="searched", others=("p2",))
        assert vault.get("passage", "p2").text == "the river was low"
        assert [hit.id for hit in vault.search("지현")] == ["p1"]
        assert vault.is_withheld("passage", "p3")
        assert vault.history()[3].undone_by == 3
        kept = vault.get("passage", "d1")
        ref = BlobRef(digest=kept.text, size_bytes=int(kept.document), key="source:s2")
        assert b"".join(vault.read_blob(ref)) == b"an invented recording" * 100
        assert vault.verify().holds
    with Vault.open(folder, secret="a helper's secret", kinds=KINDS, now=Clock()) as vault:
        assert vault.get("passage", "p1") is not None


def test_a_vault_of_an_earlier_version_is_brought_forward_after_a_verified_copy(tmp_path, monkeypatch) -> None:
    folder, taken = tmp_path / "vault", []
    shutil.copytree(FIXTURES / "version-1", folder)
    monkeypatch.setattr("firsthand.vault.vault.FORMAT_VERSION", 2)

    def step(place: Path, ring: Keyring) -> None:
        taken.append((place, ring.holds_all))

    monkeypatch.setattr("firsthand.vault.migrations.STEPS", {1: step})
    with Vault.open(folder, secret=SECRET, kinds=KINDS, now=Clock()) as vault:
        assert vault.header.version == 2
        assert vault.get("passage", "p2").text == "the river was low"
        assert vault.verify().holds
    assert taken == [(folder, True)]
    with Vault.open(folder, secret=SECRET, kinds=KINDS, now=Clock()):
        assert len(taken) == 1, "it is brought forward once"
    monkeypatch.undo()
    with pytest.raises(NewerVault):
        Vault.open(folder, secret=SECRET, kinds=KINDS, now=Clock())
    with Vault.open(kept_before(folder, 1), secret=SECRET, kinds=KINDS, now=Clock()) as vault:
        assert vault.header.version == 1
        assert vault.verify().holds


def test_a_step_forward_that_stops_anywhere_is_finished_at_the_next_opening(tmp_path, monkeypatch) -> None:
    folder = tmp_path / "vault"
    shutil.copytree(FIXTURES / "version-1", folder)
    monkeypatch.setattr("firsthand.vault.vault.FORMAT_VERSION", 2)

    def fails(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("firsthand.vault.migrations.STEPS", {1: fails})
    with pytest.raises(KeyboardInterrupt):
        Vault.open(folder, secret=SECRET, kinds=KINDS, now=Clock())
    monkeypatch.setattr("firsthand.vault.migrations.STEPS", {1: lambda *_: None})
    monkeypatch.setattr(Keyring, "bind_to", fails)
    with pytest.raises(KeyboardInterrupt):
        Vault.open(folder, secret=SECRET, kinds=KINDS, now=Clock())
    monkeypatch.undo()
    monkeypatch.setattr("firsthand.vault.vault.FORMAT_VERSION", 2)
    with Vault.open(folder, secret=SECRET, kinds=KINDS, now=Clock()) as vault:
        assert vault.header.version == 2
        assert vault.verify().holds


def test_a_damaged_vault_is_not_brought_forward(tmp_path, monkeypatch) -> None:
    folder = tmp_path / "vault"
    shutil.copytree(FIXTURES / "version-1", folder)
    log = bytearray((folder / "log" / "steps").read_bytes())
    log[-1] ^= 1
    (folder / "log" / "steps").write_bytes(log)
    before = (folder / "vault.json").read_bytes()
    monkeypatch.setattr("firsthand.vault.vault.FORMAT_VERSION", 2)
    monkeypatch.setattr("firsthand.vault.migrations.STEPS", {1: lambda *_: pytest.fail("no step may be taken")})
    with pytest.raises(LogDamaged):
        Vault.open(folder, secret=SECRET, kinds=KINDS, now=Clock())
    assert (folder / "vault.json").read_bytes() == before
