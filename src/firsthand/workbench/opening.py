"""Opening: vaults are made, opened, locked; each gives a session to work with."""

from __future__ import annotations

import datetime as dt
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from firsthand.vault import KdfParameters, Vault, VerifierKey, VerifyReport
from firsthand.vault.tables import ALL_KINDS
from firsthand.vault.vault import read_header
from firsthand.vault.verifying import verify_folder
from firsthand.workbench.practice import build_practice_vault
from firsthand.workbench.session import Session

__all__ = [
    "clock",
    "create_session",
    "ephemeral_session",
    "open_session",
    "practice_session",
    "suggest_passphrase",
    "verify_vault",
]


def clock() -> dt.datetime:
    """The time now, with its zone."""
    return dt.datetime.now(dt.UTC)


def _session(vault: Vault, actor: str) -> Session:
    return Session(vault=vault, actor=actor, now=clock, entropy=os.urandom)


@contextmanager
def create_session(path: Path, secret: str, *, actor: str, light: bool = False) -> Iterator[Session]:
    """Make a vault and open it; closed at the end. ``light`` key stretching is for tests and practice only."""
    kdf = KdfParameters.for_tests() if light else None
    with Vault.create(path, secret=secret, kinds=ALL_KINDS, now=clock, kdf=kdf) as vault:
        yield _session(vault, actor)


@contextmanager
def open_session(path: Path, secret: str, *, actor: str) -> Iterator[Session]:
    """Open a vault; closed at the end."""
    with Vault.open(path, secret=secret, kinds=ALL_KINDS, now=clock) as vault:
        yield _session(vault, actor)


@contextmanager
def ephemeral_session(*, actor: str) -> Iterator[Session]:
    """An encrypted vault in a private temporary folder, under a random key, gone at the end."""
    with Vault.ephemeral(kinds=ALL_KINDS, now=clock) as vault:
        yield _session(vault, actor)


@contextmanager
def practice_session(*, actor: str = "practice coder") -> Iterator[Session]:
    """The practice vault: invented testimony in an ephemeral vault."""
    with ephemeral_session(actor=actor) as session:
        build_practice_vault(session)
        yield session


def verify_vault(path: Path, secret: str | None) -> VerifyReport:
    """Check a vault: every entry, link, checkpoint and file; with the secret also every sealed part and table.

    Raises:
        IntegrityError: something is not as it was written; the first fault, named.
    """
    if secret is None:
        header, raw = read_header(path)
        report = verify_folder(path, raw, VerifierKey.parse(header.verifier))
    else:
        with Vault.open(path, secret=secret, kinds=ALL_KINDS, now=clock) as vault:
            report = vault.verify()
    report.raise_first_fault()
    return report


# Sixteen syllables: seven words of two or three carry 17 x 4 = 68 bits, and need no word list in any language.
_SYLLABLES = ("ba", "be", "di", "do", "fa", "ga", "ka", "le", "mo", "na", "pe", "ru", "sa", "ti", "vo", "zu")


def suggest_passphrase() -> str:
    """Seven made-up words of two or three syllables: easy to read aloud, 68 bits."""
    words = ["".join(secrets.choice(_SYLLABLES) for _ in range(2 + number % 2)) for number in range(7)]
    return "-".join(words)
