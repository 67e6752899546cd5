"""Opening: vaults are made, opened, locked; each gives a session to work with."""

from __future__ import annotations

import datetime as dt
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from firsthand.vault import CheckpointMismatch, KdfParameters, Vault, VerifierKey, VerifyReport, verify_folder
from firsthand.vault.tables import ALL_KINDS
from firsthand.vault.vault import read_header
from firsthand.workbench.practice import build_practice_vault
from firsthand.workbench.session import Session
from firsthand.workbench.witnesses import witness_of

__all__ = [
    "DATABASE_VARIABLE",
    "clock",
    "create_session",
    "database_in_use",
    "ephemeral_session",
    "open_session",
    "practice_session",
    "reopen",
    "suggest_passphrase",
    "verify_vault",
]


def clock() -> dt.datetime:
    """The time now, with its zone."""
    return dt.datetime.now(dt.UTC)


def _session(vault: Vault, actor: str) -> Session:
    return Session(vault=vault, actor=actor, now=clock, entropy=os.urandom)


@contextmanager
def create_session(
    path: Path, secret: str, *, actor: str, light: bool = False, key_file: bytes | None = None
) -> Iterator[Session]:
    """Make a vault and open it; closed at the end. ``light`` key stretching is for tests and practice only."""
    kdf = KdfParameters.for_tests() if light else None
    kinds, witness = ALL_KINDS, witness_of(path)
    if witness is not None and not (path / "vault.json").exists():
        witness.unlink(missing_ok=True)  # of another vault that was at this place before
    with Vault.create(
        path,
        secret=secret,
        kinds=kinds,
        now=clock,
        kdf=kdf,
        key_file=key_file,
        witness=witness,
        database=database_in_use(),
    ) as vault:
        yield _session(vault, actor)


@contextmanager
def open_session(path: Path, secret: str, *, actor: str, key_file: bytes | None = None) -> Iterator[Session]:
    """Open a vault; closed at the end. The last checkpoint is kept outside of it, see ``witness_of``."""
    with reopen(path, secret, actor=actor, key_file=key_file).vault as vault:
        yield _session(vault, actor)


def reopen(path: Path, secret: str, *, actor: str, key_file: bytes | None = None) -> Session:
    """A sitting at a vault, which whoever asked for it closes.

    Raises:
        WrongSecret, TooManyAttempts, VaultBusy, IntegrityError: it stays closed.
    """
    vault = Vault.open(
        path,
        secret=secret,
        kinds=ALL_KINDS,
        now=clock,
        key_file=key_file,
        witness=witness_of(path),
        database=database_in_use(),
    )
    return _session(vault, actor)


DATABASE_VARIABLE = "FIRSTHAND_DATABASE"


def database_in_use() -> str | None:
    """The PostgreSQL server that keeps the tables, as libpq reads it; None for the encrypted file.

    Named in the environment, so that no address ends in a shell's history; a password belongs in libpq's own file.
    """
    return os.environ.get(DATABASE_VARIABLE) or None


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


def verify_vault(
    path: Path,
    secret: str | None,
    *,
    key_file: bytes | None = None,
    checkpoint: str | None = None,
    verifier: str | None = None,
) -> VerifyReport:
    """Check a vault: every entry, link, checkpoint and file; with the secret also every sealed part and table.

    ``checkpoint``: a checkpoint that was kept elsewhere; ``verifier``: the public key that it must be signed by,
    in the place of the one that the vault itself names.

    Raises:
        IntegrityError: something is not as it was written; the first fault, named.
    """
    header, raw = read_header(path)
    key = VerifierKey.parse(header.verifier)
    if verifier is not None and verifier.strip() != header.verifier:
        raise CheckpointMismatch("This vault signs with another key than the one that was given.")
    if secret is None:
        report = verify_folder(path, raw, key, checkpoint=checkpoint)
    else:
        # a check keeps nothing, so that it asks no witness; it is the witness's peer
        with Vault.open(
            path, secret=secret, kinds=ALL_KINDS, now=clock, key_file=key_file, database=database_in_use()
        ) as vault:
            if checkpoint is not None:
                vault.check_checkpoint(checkpoint)
            report = vault.verify()
    report.raise_first_fault()
    return report


# Sixteen syllables: seven words of two or three carry 17 x 4 = 68 bits, and need no word list in any language.
_SYLLABLES = ("ba", "be", "di", "do", "fa", "ga", "ka", "le", "mo", "na", "pe", "ru", "sa", "ti", "vo", "zu")


def suggest_passphrase() -> str:
    """Seven made-up words of two or three syllables: easy to read aloud, 68 bits."""
    words = ["".join(secrets.choice(_SYLLABLES) for _ in range(2 + number % 2)) for number in range(7)]
    return "-".join(words)
