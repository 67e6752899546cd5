"""What can go wrong with a vault, one class per cause. No message holds testimony, a name or a key."""

from __future__ import annotations

from firsthand.values.errors import FirsthandError, InputError, IntegrityError, ProtectionRefusal, UsageError

__all__ = [
    "AlreadyUndone",
    "BlobDamaged",
    "BlobMissing",
    "CheckpointMismatch",
    "CheckpointsDamaged",
    "HeaderDamaged",
    "KeyDestroyed",
    "KeyFileNeeded",
    "KeyMissing",
    "KeyNotHeld",
    "KeyStillNeeded",
    "KeyringDamaged",
    "LogDamaged",
    "LogTruncated",
    "NewerVault",
    "NotAVault",
    "RecordRefused",
    "TablesDamaged",
    "TooManyAttempts",
    "TypedWordWrong",
    "UndoConflict",
    "UnknownKind",
    "UnknownStep",
    "VaultBusy",
    "VaultClosed",
    "VaultDiskFull",
    "VaultExists",
    "VaultReadOnly",
    "WrongSecret",
]


class NotAVault(InputError):
    """The folder holds no vault."""

    next_step = "Give the folder that `firsthand init` made; it holds a file named vault.json."


class VaultExists(UsageError):
    """A vault, or something else, is already there."""

    next_step = "Choose another folder, or open the vault that is there."


class NewerVault(InputError):
    """The vault was written by a later Firsthand."""

    likely = "A later version of Firsthand wrote this vault."
    next_step = "Install that version or a later one. Nothing was changed."


class WrongSecret(ProtectionRefusal):
    """No person of this vault has this secret. The same words whatever was wrong with it."""

    likely = "The passphrase, or the key file that belongs to it, is not that of anyone in this vault."
    next_step = "Try again; each further wrong try makes the next wait longer."

    def __init__(self) -> None:
        super().__init__("The vault did not open.")


class KeyFileNeeded(UsageError):
    """Everyone in this vault needs a key file besides the passphrase, and none was given."""

    next_step = "Give the key file that was chosen when the person was added."


class TooManyAttempts(ProtectionRefusal):
    """Too many wrong secrets in a row; a wait is running."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"The vault did not open. Wait {seconds} seconds before the next try.",
            likely="Several wrong passphrases were tried in a row.",
            next_step="Wait, then try again.",
        )
        self.seconds = seconds


class VaultBusy(UsageError):
    """Another process has the vault open."""

    likely = "Firsthand is already open on this vault in another window or process."
    next_step = "Close it there first."


class VaultClosed(UsageError):
    """The vault was closed or locked before this call."""

    next_step = "Open the vault again."


class VaultReadOnly(UsageError):
    """The vault was opened for reading alone."""

    likely = "The disk or folder does not allow writing."
    next_step = "Copy the vault to a disk that can be written, and open it there."


class VaultDiskFull(FirsthandError):
    """The disk is full; the step was not kept, and everything kept before is as it was."""

    likely = "The disk is full, or a quota is used up."
    next_step = "Free some space and repeat the step. Nothing that was acknowledged is lost."


class RecordRefused(InputError):
    """A record breaks a rule of its kind: a required column is empty, or it points to nothing."""


class UnknownKind(UsageError):
    """A record kind that was not registered when the vault was opened."""


class UnknownStep(UsageError):
    """There is no step with this number."""


class AlreadyUndone(UsageError):
    """The step was undone before."""

    next_step = "To have it back, undo the step that undid it."


class UndoConflict(UsageError):
    """Later steps build on the step; ``steps`` lists them, latest first."""

    def __init__(self, index: int, steps: tuple[int, ...]) -> None:
        listed = ", ".join(str(step) for step in steps[:12])
        super().__init__(
            f"Step {index} cannot be undone alone: later steps changed or use the same records ({listed}).",
            next_step="Undo those first, or undo them together with it.",
        )
        self.index = index
        self.steps = steps


class KeyNotHeld(ProtectionRefusal):
    """This person does not hold the key that is asked for."""


class KeyDestroyed(ProtectionRefusal):
    """The key was destroyed; what it sealed cannot be read by anyone."""

    likely = "Consent was withdrawn, or someone destroyed the key on purpose. This cannot be undone."


class KeyStillNeeded(UsageError):
    """Records under other keys rest on records under this key; ``records`` lists them as (kind, id)."""

    next_step = "Withdraw or remove those records first."

    def __init__(self, what: str, records: tuple[tuple[str, str], ...]) -> None:
        super().__init__(what)
        self.records = records


class TypedWordWrong(UsageError):
    """The word that must be typed to destroy a key was not typed."""


class HeaderDamaged(IntegrityError):
    """vault.json is not as it was written."""


class KeyringDamaged(IntegrityError):
    """The keyring is not as it was written."""

    next_step = "Put back a copy of the keyring. Without it the vault cannot be read."


class KeyMissing(IntegrityError):
    """The log uses a key that is neither in the keyring nor destroyed."""

    likely = "An older keyring lies in the place of the present one."
    next_step = "Put back the newest copy of the keyring."


class LogDamaged(IntegrityError):
    """An entry of the log is not as it was written."""

    next_step = "Restore the newest backup, and compare it with a checkpoint kept elsewhere."


class LogTruncated(IntegrityError):
    """The log is shorter than it once was."""

    likely = "The end of the log was cut off, or an older copy lies in its place."
    next_step = "Restore the newest backup, and compare it with a checkpoint kept elsewhere."


class TablesDamaged(IntegrityError):
    """tables.db cannot be read or does not belong to the log. The log, which is the truth, is not touched."""

    next_step = "Rebuild the tables from the log; nothing is lost by that."


class BlobDamaged(IntegrityError):
    """A sealed document is not as it was written."""

    next_step = "Restore this file from a backup."


class BlobMissing(IntegrityError):
    """A sealed document is gone."""

    next_step = "Restore this file from a backup."


class CheckpointsDamaged(IntegrityError):
    """The file of checkpoints is not as it was written."""


class CheckpointMismatch(IntegrityError):
    """The vault does not continue the checkpoint that was kept elsewhere."""

    likely = "An old copy was restored over a newer vault, or the log was rewritten."
    next_step = "Find the newest backup; do not go on working in this copy."
