"""ZIP containers from strangers: names, counts, declared and real sizes, overlaps and links are checked first."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib

from firsthand.sources.readers.faults import ArchiveBomb, BrokenArchive, PasswordProtected
from firsthand.sources.readers.reader import MEGABYTE

__all__ = ["Archive", "open_archive"]

MOST_ENTRIES = 5_000
MOST_UNPACKED = 300 * MEGABYTE
MOST_ENTRY = 100 * MEGABYTE
MOST_RATIO = 300
# A ratio says nothing about small entries: a page of spaces is no bomb.
RATIO_FROM = 5 * MEGABYTE
_LOCAL = struct.Struct("<4s5H3I2H")


class Archive:
    """A checked ZIP container. ``read`` unpacks one entry, never more than it declares."""

    __slots__ = ("_zip", "names")

    def __init__(self, opened: zipfile.ZipFile) -> None:
        self._zip = opened
        self.names = tuple(info.filename for info in opened.infolist())

    def read(self, name: str) -> bytes:
        """The bytes of an entry.

        Raises:
            BrokenArchive: there is none of this name, or its bytes are not what it declares.
        """
        try:
            info = self._zip.getinfo(name)
            with self._zip.open(info) as entry:
                content = entry.read(info.file_size + 1)
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError):
            raise BrokenArchive("A part of the container cannot be unpacked.") from None
        if len(content) != info.file_size:
            raise BrokenArchive("A part of the container is not as long as it says.")
        return content

    def has(self, name: str) -> bool:
        """Whether there is an entry of this name."""
        return name in self.names


def open_archive(content: bytes) -> Archive:
    """Open a ZIP container after checking everything that can be checked without unpacking.

    Raises:
        ArchiveBomb: too many entries, too much unpacked, or entries that share bytes.
        BrokenArchive: no directory, names that leave the folder, links, twice the same name, headers that disagree.
        PasswordProtected: an entry is encrypted.
    """
    try:
        opened = zipfile.ZipFile(io.BytesIO(content))
        entries = opened.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error, UnicodeError):
        raise BrokenArchive("The container has no readable directory.") from None
    if len(entries) > MOST_ENTRIES:
        raise ArchiveBomb(f"The container has {len(entries):,} parts; {MOST_ENTRIES:,} are read at most.")
    if sum(info.file_size for info in entries) > MOST_UNPACKED:
        raise ArchiveBomb(f"The container unpacks to more than {MOST_UNPACKED // MEGABYTE} MB.")
    names = [info.filename for info in entries]
    if len(set(names)) != len(names):
        raise BrokenArchive("The container holds two parts of one name.")
    end_before = 0
    for info in sorted(entries, key=lambda entry: entry.header_offset):
        _check_entry(info)
        if info.header_offset < end_before:
            raise ArchiveBomb("Parts of the container share their bytes.")
        end_before = _check_local_header(content, info)
    return Archive(opened)


def _check_entry(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    steps = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or "\\" in name or ".." in steps or ":" in steps[0] or "\0" in name:
        raise BrokenArchive("A part of the container has a path that leaves the folder.")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise BrokenArchive("The container holds a symbolic link.")
    if info.flag_bits & 0x1:
        raise PasswordProtected("The container is encrypted.")
    if info.file_size > MOST_ENTRY or (
        info.file_size > RATIO_FROM and info.file_size > MOST_RATIO * max(1, info.compress_size)
    ):
        raise ArchiveBomb("A part of the container unpacks to far more than it should.")


def _check_local_header(content: bytes, info: zipfile.ZipInfo) -> int:
    """Where the entry ends; the local header must agree with the directory (unless a data descriptor follows)."""
    try:
        fields = _LOCAL.unpack_from(content, info.header_offset)
    except struct.error:
        raise BrokenArchive("A part of the container lies outside of it.") from None
    magic, _, flags, _, _, _, _, packed, unpacked, name_length, extra_length = fields
    if magic != b"PK\x03\x04":
        raise BrokenArchive("A part of the container has no header.")
    zip64 = 0xFFFFFFFF
    sizes = (packed, unpacked)
    if not flags & 0x8 and zip64 not in sizes and sizes != (info.compress_size, info.file_size):
        raise BrokenArchive("A part of the container gives two sizes that differ.")
    return info.header_offset + _LOCAL.size + int(name_length) + int(extra_length) + info.compress_size
