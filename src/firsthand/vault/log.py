"""The append-only log: entries, their links, and the file that holds them.

An entry's core is in clear and says only what must stay provable when keys are gone: its number, the leaf hash
of the entry before, and for each sealed part the key's number, the length, a salted commitment to the content
and the digest of the sealed bytes. docs/vault-format.md gives every byte.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from firsthand.vault.durable import disk_faults_named
from firsthand.vault.errors import LogDamaged, LogTruncated
from firsthand.vault.merkle import hash_leaf

__all__ = ["LOG_HEAD", "NO_LINK", "Attachment", "Entry", "LogFile", "Part", "encode_core", "frame_of"]

LOG_HEAD = b"firsthand-log/1\n"
NO_LINK = bytes(32)
ENTRY_MARK = b"FHE1"
MAX_CORE_BYTES = 64 * 1024 * 1024
MAX_PART_BYTES = 1 << 31
_FIXED = struct.Struct(">4sQ32sH")
_PART = struct.Struct(">II32s32s")
_COUNT = struct.Struct(">I")
_ATTACHMENT = struct.Struct(">IQ32s32s")
_KEY = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Part:
    """A sealed part: number of its key, length in bytes, commitment to its content, digest of its sealed bytes."""

    key: int
    length: int
    commitment: bytes
    digest: bytes


@dataclass(frozen=True, slots=True)
class Attachment:
    """A sealed document that came with the step: key, length of its file, name of its file, SHA-256 of its file."""

    key: int
    length: int
    name: bytes
    digest: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as read: where it lies, its leaf hash, the fields of its core, its sealed parts."""

    index: int
    offset: int
    end: int
    leaf: bytes
    link: bytes
    parts: tuple[Part, ...]
    attachments: tuple[Attachment, ...]
    destroyed: tuple[int, ...]
    sealed: tuple[bytes, ...]


def encode_core(
    index: int,
    link: bytes,
    parts: tuple[Part, ...] | list[Part],
    attachments: tuple[Attachment, ...] = (),
    destroyed: tuple[int, ...] = (),
) -> bytes:
    """The bytes that the leaf hash covers."""
    pieces = [_FIXED.pack(ENTRY_MARK, index, link, len(parts))]
    pieces += [_PART.pack(p.key, p.length, p.commitment, p.digest) for p in parts]
    pieces.append(_COUNT.pack(len(attachments)))
    pieces += [_ATTACHMENT.pack(a.key, a.length, a.name, a.digest) for a in attachments]
    pieces.append(_COUNT.pack(len(destroyed)))
    pieces += [_KEY.pack(number) for number in destroyed]
    return b"".join(pieces)


def frame_of(core: bytes, sealed: list[bytes]) -> bytes:
    """The bytes of an entry in the file: length of the core, the core, the sealed parts."""
    return b"".join((_COUNT.pack(len(core)), core, *sealed))


def decode_core(
    core: bytes,
) -> tuple[int, bytes, tuple[Part, ...], tuple[Attachment, ...], tuple[int, ...]]:
    """The fields of a core.

    Raises:
        struct.error, ValueError: it is not one.
    """
    mark, index, link, count = _FIXED.unpack_from(core)
    if mark != ENTRY_MARK or count == 0:
        raise ValueError("not an entry")
    at = _FIXED.size
    end = at + count * _PART.size
    parts = tuple(Part(*fields) for fields in _PART.iter_unpack(core[at:end]))
    (count,) = _COUNT.unpack_from(core, end)
    at, end = end + _COUNT.size, end + _COUNT.size + count * _ATTACHMENT.size
    attachments = tuple(Attachment(*fields) for fields in _ATTACHMENT.iter_unpack(core[at:end]))
    if len(attachments) != count:
        raise ValueError("not an entry")
    (count,) = _COUNT.unpack_from(core, end)
    at, end = end + _COUNT.size, end + _COUNT.size + count * _KEY.size
    destroyed = tuple(number for (number,) in _KEY.iter_unpack(core[at:end]))
    if len(destroyed) != count or end != len(core):
        raise ValueError("not an entry")
    return index, link, parts, attachments, destroyed


class _Torn(Exception):
    """The file ends within an entry."""


class LogFile:
    """The file of entries. Appending is durable when it returns; nothing written is ever changed."""

    def __init__(self, path: Path, *, writable: bool = True) -> None:
        self.path = path
        self.name = f"log/{path.name}"
        try:
            # unbuffered: a buffer would show what the file was before the last append
            self._file: FileIO = path.open("r+b" if writable else "rb", buffering=0)
        except FileNotFoundError:
            raise LogTruncated(f"The file {self.name} is missing.") from None
        if self._file.read(len(LOG_HEAD)) != LOG_HEAD:
            self._file.close()
            raise LogDamaged(f"The head of the file {self.name} was altered.")
        self.size = os.fstat(self._file.fileno()).st_size

    @classmethod
    def create(cls, path: Path) -> LogFile:
        """An empty log."""
        with disk_faults_named(), path.open("xb") as out:
            out.write(LOG_HEAD)
            out.flush()
            os.fsync(out.fileno())
        return cls(path)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def append(self, frames: bytes) -> None:
        """Add whole entries and wait until they are on the disk; on a fault the file is as before.

        Raises:
            VaultDiskFull: there was no space.
        """
        handle = self._file.fileno()
        with disk_faults_named():
            try:
                os.lseek(handle, self.size, os.SEEK_SET)
                view = memoryview(frames)
                while view:
                    view = view[os.write(handle, view) :]
                os.fsync(handle)
            except BaseException:
                self.cut(self.size)
                raise
        self.size += len(frames)

    def cut(self, size: int) -> None:
        """Take back entries that were never acknowledged."""
        handle = self._file.fileno()
        os.ftruncate(handle, size)
        os.fsync(handle)
        self.size = size

    def read(self, offset: int, index: int, leaf: bytes | None = None) -> Entry:
        """One entry, held against its leaf hash when that is known.

        Raises:
            LogDamaged: it is not as it was written.
        """
        return self._checked(self._file, offset, index, leaf)

    def _checked(self, source: BinaryIO | FileIO, offset: int, index: int, leaf: bytes | None = None) -> Entry:
        try:
            source.seek(offset)
            entry = _read_entry(source, offset)
        except _Torn:
            raise LogTruncated(f"The file {self.name} ends within entry {index}.") from None
        except (struct.error, ValueError) as error:
            raise LogDamaged(f"Entry {index} of the file {self.name} was altered.") from error
        if entry.index != index or (leaf is not None and entry.leaf != leaf):
            raise LogDamaged(f"Entry {index} of the file {self.name} was altered.")
        for part, sealed in zip(entry.parts, entry.sealed, strict=True):
            if sha256(sealed).digest() != part.digest:
                raise LogDamaged(f"Entry {index} of the file {self.name} was altered.")
        return entry

    def entries(self, offset: int, index: int, link: bytes, *, torn_from: int | None = None) -> Iterator[Entry]:
        """Entries from an offset on, each held against its number, its link and its digests.

        ``torn_from``: from this number on, an entry that the file ends within was never acknowledged and ends
        the iteration quietly; before it, and when None, it is a fault.

        Raises:
            LogDamaged, LogTruncated: an entry is not as it was written, or is missing.
        """
        with self.path.open("rb", buffering=1 << 20) as source:
            while offset < self.size:
                try:
                    entry = self._checked(source, offset, index)
                except LogTruncated:
                    if torn_from is not None and index >= torn_from:
                        return
                    raise
                if entry.link != link:
                    raise LogDamaged(f"Entry {index} of the file {self.name} does not follow the one before it.")
                yield entry
                offset, index, link = entry.end, index + 1, entry.leaf


def _read_exactly(source: BinaryIO | FileIO, length: int) -> bytes:
    piece = source.read(length) or b""
    while len(piece) < length:
        more = source.read(length - len(piece))
        if not more:
            raise _Torn
        piece += more
    return piece


def _read_entry(source: BinaryIO | FileIO, offset: int) -> Entry:
    (length,) = _COUNT.unpack(_read_exactly(source, _COUNT.size))
    if length > MAX_CORE_BYTES:
        raise ValueError("a core is too long")
    core = _read_exactly(source, length)
    index, link, parts, attachments, destroyed = decode_core(core)
    if any(part.length > MAX_PART_BYTES for part in parts):
        raise ValueError("a part is too long")
    sealed = tuple(_read_exactly(source, part.length) for part in parts)
    end = offset + _COUNT.size + length + sum(part.length for part in parts)
    return Entry(index, offset, end, hash_leaf(core), link, parts, attachments, destroyed, sealed)
