"""A small vault for tests, opened and closed by fixtures."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from firsthand.vault import Vault

# tests are found by path, not imported as packages; the samples are shared by several of them
sys.path.insert(0, str(Path(__file__).parent))

from postgresql_server import run_server
from vault_samples import KINDS, LIGHT, SECRET, Clock

Opener = Callable[..., Vault]

# what these modules say of a vault holds whichever engine keeps its tables; others look into tables.db itself
ON_BOTH_ENGINES = {"test_vault_steps", "test_vault_keys", "test_vault_reading"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of these modules on both engines."""
    if "engine" in metafunc.fixturenames:
        name = metafunc.module.__name__.rpartition(".")[2]
        engines = ["sqlite", "postgresql"] if name in ON_BOTH_ENGINES else ["sqlite"]
        metafunc.parametrize("engine", engines, indirect=True)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL server for this run."""
    yield from run_server()


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str | None:
    """The address of the server that keeps the tables; None for the encrypted file."""
    return request.getfixturevalue("server") if request.param == "postgresql" else None


@pytest.fixture
def clock() -> Clock:
    """The clock of this test."""
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where this test's vault lies."""
    return tmp_path / "vault"


@pytest.fixture
def reopen(folder: Path, clock: Clock, engine: str | None) -> Iterator[Opener]:
    """Opens the vault of this test; makes it at the first call; closes what is left open."""
    opened: list[Vault] = []

    def opener(**options: object) -> Vault:
        for each in opened:
            each.close()
        options = {"secret": SECRET, "kinds": KINDS, "now": clock, "database": engine, **options}
        if (folder / "vault.json").exists():
            vault = Vault.open(folder, **options)  # type: ignore[arg-type]  # passed through
        else:
            vault = Vault.create(folder, kdf=LIGHT, **options)  # type: ignore[arg-type]  # passed through
        opened.append(vault)
        return vault

    yield opener
    for each in opened:
        each.close()
