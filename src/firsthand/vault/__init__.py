"""The only room that keeps.

    with Vault.open(folder, secret=passphrase, kinds=KINDS, now=clock) as vault:
        vault.apply(Step(name="add claim", actor="coder-2", at=clock(), changes=(Change(...),)))

A vault is a folder: an append-only log of sealed steps (the truth), tables made from it (encrypted, can be made
again), sealed documents, and a keyring. docs/vault-format.md gives every byte; docs/threat-model.md says against
whom it holds and against whom it does not.
"""

from firsthand.vault.doctor import MachineFact, Standing, machine_facts
from firsthand.vault.errors import (
    AlreadyUndone,
    BlobDamaged,
    BlobMissing,
    CheckpointMismatch,
    CheckpointsDamaged,
    HeaderDamaged,
    KeyDestroyed,
    KeyFileNeeded,
    KeyMissing,
    KeyNotHeld,
    KeyringDamaged,
    KeyStillNeeded,
    LogDamaged,
    LogTruncated,
    NewerVault,
    NotAVault,
    RecordRefused,
    TablesDamaged,
    TooManyAttempts,
    TypedWordWrong,
    UndoConflict,
    UnknownKind,
    UnknownStep,
    VaultBusy,
    VaultClosed,
    VaultDiskFull,
    VaultExists,
    VaultReadOnly,
    WrongSecret,
)
from firsthand.vault.keys import KeyInfo, Person
from firsthand.vault.merging import (
    MergeConflict,
    MergeConflicts,
    MergeReport,
    Side,
    find_conflicts,
    merge_vaults,
)
from firsthand.vault.notes import VerifierKey
from firsthand.vault.records import (
    GENERAL,
    IDENTITY,
    AppliedStep,
    BlobRef,
    Change,
    Column,
    RecordKind,
    RecordName,
    SearchHit,
    Step,
)
from firsthand.vault.sealing import KdfParameters
from firsthand.vault.travelling import make_travel_copy
from firsthand.vault.vault import DESTROY_WORD, FORMAT_VERSION, Vault, VaultReader
from firsthand.vault.verifying import VerifyReport

__all__ = [
    "DESTROY_WORD",
    "FORMAT_VERSION",
    "GENERAL",
    "IDENTITY",
    "AlreadyUndone",
    "AppliedStep",
    "BlobDamaged",
    "BlobMissing",
    "BlobRef",
    "Change",
    "CheckpointMismatch",
    "CheckpointsDamaged",
    "Column",
    "HeaderDamaged",
    "KdfParameters",
    "KeyDestroyed",
    "KeyFileNeeded",
    "KeyInfo",
    "KeyMissing",
    "KeyNotHeld",
    "KeyStillNeeded",
    "KeyringDamaged",
    "LogDamaged",
    "LogTruncated",
    "MachineFact",
    "MergeConflict",
    "MergeConflicts",
    "MergeReport",
    "NewerVault",
    "NotAVault",
    "Person",
    "RecordKind",
    "RecordName",
    "RecordRefused",
    "SearchHit",
    "Side",
    "Standing",
    "Step",
    "TablesDamaged",
    "TooManyAttempts",
    "TypedWordWrong",
    "UndoConflict",
    "UnknownKind",
    "UnknownStep",
    "Vault",
    "VaultBusy",
    "VaultClosed",
    "VaultDiskFull",
    "VaultExists",
    "VaultReadOnly",
    "VaultReader",
    "VerifierKey",
    "VerifyReport",
    "WrongSecret",
    "find_conflicts",
    "machine_facts",
    "make_travel_copy",
    "merge_vaults",
]
