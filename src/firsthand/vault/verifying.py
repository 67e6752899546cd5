"""Checking a vault: without a secret (log, links, checkpoints, keyring, sealed documents), and with one (all)."""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec

from firsthand.values.errors import FirsthandError, IntegrityError
from firsthand.vault import merkle
from firsthand.vault.errors import (
    BlobDamaged,
    BlobMissing,
    CheckpointMismatch,
    CheckpointsDamaged,
    KeyringDamaged,
    LogDamaged,
    LogTruncated,
)
from firsthand.vault.keys import check_damage
from firsthand.vault.log import LOG_HEAD, NO_LINK, Attachment, decode_core
from firsthand.vault.notes import NoteError, VerifierKey, verify_checkpoint, verify_signature

__all__ = ["LogSummary", "VerifyReport", "check_kept_notes", "scan_log", "verify_folder"]

_HEAD = struct.Struct(">4sQ32sH")
_PART = struct.Struct(">II32s32s")
_USUAL = struct.Struct(">4sQ32sHII32s32sQ")  # a core with one part, no attachment, nothing destroyed
_NOTHING_ELSE = bytes(8)
_LOG = "log/steps"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """What was checked and what was found; ``faults`` is empty when all holds.

    ``parts_opened``: sealed parts that opened and hold what they committed to; ``parts_withheld``: parts whose
    key is destroyed or not held. ``unclaimed_blobs``: documents that no step vouches for (a crash may leave one).
    """

    entries: int
    root: str
    checkpoints: int
    blobs: int
    unclaimed_blobs: int
    parts_opened: int = 0
    parts_withheld: int = 0
    tables_compared: bool = False
    faults: tuple[FirsthandError, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def raise_first_fault(self) -> None:
        """Raise the first fault, if there is one."""
        if self.faults:
            raise self.faults[0]


@dataclass(slots=True)
class LogSummary:
    """The log as read from one end to the other."""

    leaves: list[bytes]
    attachments: list[Attachment]
    destroyed: set[int]


def scan_log(path: Path) -> LogSummary:
    """Read every entry; hold it against its number, its link and the digests of its sealed parts.

    Raises:
        LogDamaged, LogTruncated: the first entry that is not as it was written.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise LogTruncated(f"The file {_LOG} is missing.") from None
    with file:
        if file.read(len(LOG_HEAD)) != LOG_HEAD:
            raise LogDamaged(f"The head of the file {_LOG} was altered.")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as log:
            return _scan(log)


def _scan(log: mmap.mmap) -> LogSummary:
    summary = LogSummary([], [], set())
    leaves, link, index = summary.leaves, NO_LINK, 0
    unpack, unpack_part, part_size = _HEAD.unpack_from, _PART.unpack_from, _PART.size
    usual, offset, size = _USUAL.unpack, len(LOG_HEAD), len(log)
    while offset < size:
        begin = offset + 4
        offset = begin + int.from_bytes(log[offset:begin], "big")
        if offset > size:
            raise LogTruncated(f"The file {_LOG} ends within entry {index}.")
        core = log[begin:offset]
        if len(core) == _USUAL.size:
            mark, number, before, count, _, length, _, digest, rest = usual(core)
            fits = mark == b"FHE1" and number == index and before == link and count == 1 and rest == 0
            if fits and sha256(log[offset : offset + length]).digest() == digest:
                offset += length
                link = sha256(b"\x00" + core).digest()
                leaves.append(link)
                index += 1
                continue
        try:
            _, number, before, count = unpack(core)
            end = _HEAD.size + count * part_size
            if count == 0 or number != index or before != link:
                raise LogDamaged(f"Entry {index} of the file {_LOG} was altered, or is not the one that follows.")
            # most entries attach and destroy nothing, and need no second look
            if core[end:] != _NOTHING_ELSE or core[:4] != b"FHE1":
                _, _, _, attached, destroyed = decode_core(core)
                summary.attachments.extend(attached)
                summary.destroyed.update(destroyed)
            for at in range(_HEAD.size, end, part_size):
                _, length, _, digest = unpack_part(core, at)
                if sha256(log[offset : offset + length]).digest() != digest:
                    raise LogDamaged(f"A sealed part of entry {index} of the file {_LOG} was altered or cut off.")
                offset += length
        except (struct.error, ValueError) as error:
            raise LogDamaged(f"Entry {index} of the file {_LOG} was altered.") from error
        link = sha256(b"\x00" + core).digest()
        leaves.append(link)
        index += 1
    return summary


def check_kept_notes(path: Path, key: VerifierKey, leaves: list[bytes], frontier: merkle.Frontier) -> int:
    """Hold the log against every checkpoint in the file; gives their number. ``frontier`` is empty and grows.

    Raises:
        CheckpointsDamaged: the file was altered; CheckpointMismatch: the log does not continue one of them.
    """
    raw = path.read_bytes() if path.exists() else b""
    notes = raw.split(b"\x00")
    if notes[-1]:
        raise CheckpointsDamaged("The file checkpoints was altered or cut off.")
    for note in notes[:-1]:
        try:
            kept = verify_checkpoint(note.decode("utf-8", "replace"), key)
        except NoteError as error:
            raise CheckpointsDamaged("The file checkpoints was altered.") from error
        if kept.size > len(leaves) or kept.size < frontier.size:
            raise CheckpointMismatch(
                f"The log holds {len(leaves)} entries, but the file checkpoints vouches for {kept.size}."
            )
        frontier.extend(leaves[frontier.size : kept.size])
        if frontier.root() != kept.root:
            raise CheckpointMismatch(f"The first {kept.size} entries are not those that the file checkpoints names.")
    return len(notes) - 1


def _check_given_note(text: str, key: VerifierKey, leaves: list[bytes]) -> None:
    try:
        kept = verify_checkpoint(text, key)
    except NoteError as error:
        raise CheckpointMismatch("The checkpoint is not one that this vault signed.") from error
    if kept.size > len(leaves):
        raise CheckpointMismatch(f"The vault holds {len(leaves)} steps, but the checkpoint vouches for {kept.size}.")
    frontier = merkle.Frontier()
    frontier.extend(leaves[: kept.size])
    if frontier.root() != kept.root:
        raise CheckpointMismatch("The log is not the one that the checkpoint vouches for.")


def _check_keyring(folder: Path, header: bytes, key: VerifierKey) -> None:
    path = folder / "keyring"
    if not path.exists():
        return
    body = check_damage(path)
    lines = path.read_bytes().split(b"\n")
    signature = bytes.fromhex(lines[2].decode("ascii"))
    if lines[2] != signature.hex().encode() or not verify_signature(
        key.public, b"firsthand/keyring\n" + lines[0], signature
    ):
        raise KeyringDamaged("The file keyring is not signed by this vault.")
    if body.header != sha256(header).hexdigest():
        raise KeyringDamaged("The files keyring and vault.json do not belong together; one was altered.")


def _check_blobs(folder: Path, summary: LogSummary) -> tuple[int, int, list[IntegrityError]]:
    claimed, checked = set(), 0
    faults: list[IntegrityError] = []
    for attached in summary.attachments:
        name = attached.name.hex()
        path = folder / name[:2] / name[2:]
        claimed.add(path)
        if not path.exists():
            if attached.key not in summary.destroyed:
                faults.append(BlobMissing(f"The sealed document blobs/{name[:2]}/{name[2:]} is missing."))
            continue
        digest = sha256()
        with path.open("rb") as source:
            while chunk := source.read(1 << 20):
                digest.update(chunk)
        checked += 1
        if digest.digest() != attached.digest:
            faults.append(BlobDamaged(f"The sealed document blobs/{name[:2]}/{name[2:]} was altered."))
    unclaimed = sum(1 for path in folder.glob("??/*") if path not in claimed)
    return checked, unclaimed, faults


def verify_folder(folder: Path, header: bytes, key: VerifierKey, *, checkpoint: str | None = None) -> VerifyReport:
    """Check all that can be checked without a secret; ``checkpoint`` is one that was kept elsewhere."""
    faults: list[FirsthandError] = []
    summary, checkpoints, frontier = LogSummary([], [], set()), 0, merkle.Frontier()
    try:
        summary = scan_log(folder / "log" / "steps")
        checkpoints = check_kept_notes(folder / "checkpoints", key, summary.leaves, frontier)
        if checkpoint is not None:
            _check_given_note(checkpoint, key, summary.leaves)
    except IntegrityError as error:
        faults.append(error)
    try:
        _check_keyring(folder, header, key)
    except (IntegrityError, msgspec.MsgspecError, ValueError) as error:
        faults.append(error if isinstance(error, IntegrityError) else KeyringDamaged("The file keyring was altered."))
    frontier.extend(summary.leaves[frontier.size :])
    blobs, unclaimed, blob_faults = _check_blobs(folder / "blobs", summary)
    return VerifyReport(
        entries=len(summary.leaves),
        root=frontier.root().hex(),
        checkpoints=checkpoints,
        blobs=blobs,
        unclaimed_blobs=unclaimed,
        faults=(*faults, *blob_faults),
    )
