"""A vault of every released format version is kept here, made once by that version, and must open for ever."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from vault_samples import KINDS, SECRET, Clock, SampleClaim

from firsthand.vault import FORMAT_VERSION, BlobRef, Vault, verify_standalone

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
