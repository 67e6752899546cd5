"""Keeping a vault: who may open it, backups, copies to travel with, merging, checkpoints, and destroying on purpose.

Every change of people is a step in the log, without a name: the keyring alone knows names, sealed.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from firsthand.values.errors import UsageError
from firsthand.values.grades import Handling
from firsthand.values.ids import SourceId
from firsthand.vault import (
    DESTROY_WORD,
    CheckpointMismatch,
    MergeConflict,
    MergeReport,
    Person,
    Side,
    TypedWordWrong,
    Vault,
    VerifierKey,
    destroy_keyring,
    find_conflicts,
    holder_of,
    make_travel_copy,
    merge_vaults,
    verify_folder,
)
from firsthand.vault.notes import verify_checkpoint
from firsthand.vault.tables import ALL_KINDS
from firsthand.vault.vault import read_header
from firsthand.workbench.session import Session, source_key
from firsthand.workbench.settings import write_setting
from firsthand.workbench.steps import StepName
from firsthand.workbench.witnesses import witness_of

__all__ = [
    "DESTROY_WORD",
    "BackupIsOlder",
    "MergeConflict",
    "Side",
    "add_user",
    "back_up",
    "change_passphrase",
    "compare_checkpoint",
    "conflicts_with",
    "destroy_everything",
    "lock_elsewhere",
    "merge_other",
    "remove_user",
    "restore_backup",
    "travel_with",
    "users_of",
]

_TRAVELLING = ("source", "consent", "document", "passage", "claim", "proposal")


class BackupIsOlder(CheckpointMismatch):
    """A backup is older than what this machine last saw of the vault."""

    likely = "Steps were taken after the backup was made; they are not in it."
    next_step = "Find a newer backup; or, when there is none, restore with --accept-older."


def _purely_logged(session: Session, name: StepName) -> None:
    session.take(name, [])


# -- people -----------------------------------------------------------------------------------------------------


def users_of(session: Session) -> tuple[Person, ...]:
    """Everyone who can open the vault, oneself marked by name."""
    return session.vault.people()


def add_user(
    session: Session,
    name: str,
    secret: str,
    compartments: Collection[str],
    *,
    highest: Handling = Handling.INTERNAL,
    key_file: bytes | None = None,
) -> str:
    """Let someone open the vault with an own secret; gives the id of the person's place.

    ``highest``: the handling class up to which the person sees records.

    Raises:
        SightTooNarrow: who adds must see everything.
        KeyNotHeld: nobody can give a compartment that she does not hold.
    """
    session.need_full_sight()
    slot = session.vault.add_person(name, secret, compartments, key_file=key_file)
    write_setting(session, session.clearance_name(slot), str(int(highest)))
    _purely_logged(session, StepName.ADD_PERSON)
    return slot


def remove_user(session: Session, slot: str) -> None:
    """Take a person out, with new keys for all that is written from now on.

    Raises:
        PersonNotUsable: no such person, or oneself.
        SightTooNarrow: who removes must see everything.
    """
    session.need_full_sight()
    session.vault.remove_person(slot)
    _purely_logged(session, StepName.REMOVE_PERSON)


def change_passphrase(
    session: Session, old: str, new: str, *, old_key_file: bytes | None = None, key_file: bytes | None = None
) -> None:
    """Give oneself a new passphrase; ``key_file`` adds, keeps or replaces the second factor, None takes it away.

    Raises:
        WrongSecret: the old one is wrong.
    """
    session.vault.change_secret(old, new, old_key_file=old_key_file, key_file=key_file)
    _purely_logged(session, StepName.CHANGE_PASSPHRASE)


# -- copies -----------------------------------------------------------------------------------------------------


def back_up(session: Session, destination: Path, keyring: Path) -> str:
    """Copy the vault, and its keyring to a file of its own; both verified. Gives the signed checkpoint.

    Raises:
        UsageError: the keyring would lie within the copy.
        VaultExists, VaultDiskFull, IntegrityError: no backup was made.
    """
    if keyring.resolve().is_relative_to(destination.resolve()):
        raise UsageError(
            "The keyring would lie within the backup.",
            next_step="Keep it apart from the backup: who has both and a passphrase can read everything.",
        )
    return session.vault.backup(destination, keyring)


def restore_backup(backup: Path, keyring: Path, vault: Path, *, accept_older: bool = False) -> None:
    """Make a vault from a backup and a keyring, verified before and after.

    Raises:
        BackupIsOlder: this machine has seen a later state of the vault at this place.
        VaultExists, VaultDiskFull, IntegrityError: nothing was restored.
    """
    witness = witness_of(vault)
    if witness is not None and witness.exists():
        header, raw = read_header(backup)
        key = VerifierKey.parse(header.verifier)
        try:
            seen = verify_checkpoint(witness.read_text("utf-8", "replace"), key).size
        except ValueError:
            seen = 0  # it vouches for another vault that was here before
        if seen > verify_folder(backup, raw, key).entries and not accept_older:
            raise BackupIsOlder(f"This machine has seen {seen} steps of this vault; the backup holds fewer.")
    Vault.restore(backup, keyring, vault)
    if witness is not None:
        witness.unlink(missing_ok=True)


def travel_with(
    session: Session, path: Path, sources: Sequence[SourceId], *, secret: str, with_statements: bool = True
) -> int:
    """Make a vault of its own that holds these sources alone; gives the number of records.

    Names and contacts never travel. ``with_statements``: take passages, claims and proposals along too.

    Raises:
        NotInVault: one of the sources is not here.
    """
    for source in sources:
        session.source(source)
    kinds = _TRAVELLING if with_statements else _TRAVELLING[:3]
    return make_travel_copy(
        session.vault,
        path,
        secret=secret,
        kinds=kinds,
        keys=[source_key(source) for source in sources],
        actor=session.actor,
        now=session.now,
    )


def conflicts_with(session: Session, other: Path, secret: str, key_file: bytes | None = None) -> list[MergeConflict]:
    """What people must decide before another copy's work can be taken in; nothing is written."""
    with _other(session, other, secret, key_file) as theirs:
        return list(find_conflicts(session.vault, theirs))


def merge_other(
    session: Session,
    other: Path,
    secret: str,
    decisions: Mapping[tuple[str, str], Side],
    key_file: bytes | None = None,
) -> MergeReport:
    """Take another copy's work in.

    Raises:
        MergeConflicts: some are not decided; nothing was written.
    """
    session.need_full_sight()
    with _other(session, other, secret, key_file) as theirs:
        return merge_vaults(session.vault, theirs, actor=session.actor, at=session.now(), decisions=decisions)


def _other(session: Session, other: Path, secret: str, key_file: bytes | None) -> Vault:
    return Vault.open(other, secret=secret, kinds=ALL_KINDS, now=session.now, key_file=key_file)


# -- checkpoints ------------------------------------------------------------------------------------------------


def compare_checkpoint(session: Session, text: str) -> int:
    """Hold the vault against a checkpoint kept elsewhere; gives the number of steps that it vouches for.

    Raises:
        CheckpointMismatch: the vault does not continue it.
    """
    session.vault.check_checkpoint(text)
    return verify_checkpoint(text, session.vault.verifier_key).size


# -- emergency --------------------------------------------------------------------------------------------------


def destroy_everything(vault: Path, typed_word: str) -> None:
    """Destroy the keyring, and with it every key, and remove the tables. Nobody can read the vault again, except
    with a copy of the keyring. No passphrase is asked for: there may be no time.

    Raises:
        TypedWordWrong: the word was not typed.
        NotAVault: there is none.
    """
    if typed_word != DESTROY_WORD:
        raise TypedWordWrong(f"Nothing was destroyed: the word {DESTROY_WORD!r} was not typed.")
    read_header(vault)
    destroy_keyring(vault)


def lock_elsewhere(vault: Path) -> bool:
    """Close the vault in whatever process of this machine has it open; whether there was one.

    Raises:
        NotAVault: there is none.
    """
    read_header(vault)
    process = holder_of(vault)
    if process is None or process == os.getpid():
        return False
    os.kill(process, signal.SIGTERM)
    return True
