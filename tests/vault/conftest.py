"""A small vault for tests, opened and closed by fixtures."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from firsthand.vault import Vault

# tests are found by path, not imported as packages; the samples are shared by several of them
sys.path.insert(0, str(Path(__file__).parent))

from vault_samples import KINDS, LIGHT, SECRET, Clock

Opener = Callable[..., Vault]


@pytest.fixture
def clock() -> Clock:
    """The clock of this test."""
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where this test's vault lies."""
    return tmp_path / "vault"


@pytest.fixture
def reopen(folder: Path, clock: Clock) -> Iterator[Opener]:
    """Opens the vault of this test; makes it at the first call; closes what is left open."""
    opened: list[Vault] = []

    def opener(**options: object) -> Vault:
        for each in opened:
            each.close()
        options = {"secret": SECRET, "kinds": KINDS, "now": clock, **options}
        if (folder / "vault.json").exists():
            vault = Vault.open(folder, **options)  # type: ignore[arg-type]  # passed through
        else:
            vault = Vault.create(folder, kdf=LIGHT, **options)  # type: ignore[arg-type]  # passed through
        opened.append(vault)
        return vault

    yield opener
    for each in opened:
        each.close()
