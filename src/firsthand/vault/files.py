"""Documents as sealed blobs: streamed in and out in chunks, so that a recording neither fits in memory nor has to.

Each file is a secretstream of libsodium (XChaCha20-Poly1305, chunked, order and end authenticated). Its name is
a keyed hash, so that a stranger cannot ask whether a known document is there.
"""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Protocol

from nacl import bindings
from nacl.exceptions import CryptoError

from firsthand.vault.durable import disk_faults_named, sync_folder
from firsthand.vault.errors import BlobDamaged, BlobMissing
from firsthand.vault.keys import DataKey
from firsthand.vault.log import Attachment
from firsthand.vault.records import BlobRef
from firsthand.vault.sealing import derive_key

__all__ = ["CHUNK_BYTES", "ByteStream", "blob_name", "open_blob", "read_blob", "write_blob"]

CHUNK_BYTES = 256 * 1024
_BLOCK_CHUNKS = 8
_MARK = b"FHB1"
_HEAD_BYTES = len(_MARK) + 4 + bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_OVERHEAD = bindings.crypto_secretstream_xchacha20poly1305_ABYTES
_MESSAGE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_FINAL = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL


class ByteStream(Protocol):
    """Whatever can be read in pieces."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes, none at the end."""


def blob_name(key: DataKey, digest: str) -> bytes:
    """The 32 bytes that name a document's file: its digest, hashed under its key."""
    return blake2b(bytes.fromhex(digest), key=derive_key(key.key, b"fh-blob-name"), digest_size=32).digest()


def blob_path(folder: Path, name: bytes) -> Path:
    """Where a document's file lies."""
    text = name.hex()
    return folder / text[:2] / text[2:]


def write_blob(folder: Path, stream: ByteStream, key: DataKey) -> tuple[BlobRef, Attachment | None]:
    """Seal a stream into a file. The second answer is None when this document was already there.

    Raises:
        VaultDiskFull: nothing was kept.
    """
    fresh = folder / f"incoming-{os.urandom(8).hex()}"
    plain, sealed_digest = sha256(), sha256()
    size = 0
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    header = bindings.crypto_secretstream_xchacha20poly1305_init_push(state, derive_key(key.key, b"fh-blob"))
    push = bindings.crypto_secretstream_xchacha20poly1305_push
    head = _MARK + key.number.to_bytes(4, "big") + header
    with disk_faults_named():
        try:
            # reading, sealing and writing run here, hashing beside them and never more than two blocks behind
            with fresh.open("xb", buffering=0) as out, ThreadPoolExecutor(1) as beside:

                def put(piece: bytes) -> bytes:
                    written = out.write(piece)
                    while written < len(piece):
                        written += out.write(piece[written:])
                    return piece

                def hash_both(chunks: list[bytes], sealed: list[bytes]) -> None:
                    for chunk, piece in zip(chunks, sealed, strict=True):
                        plain.update(chunk)
                        sealed_digest.update(piece)

                sealed_digest.update(put(head))
                waiting: deque[Future[None]] = deque()
                chunk, last = _read_chunk(stream), False
                while not last:
                    chunks: list[bytes] = []
                    pieces: list[bytes] = []
                    while not last and len(chunks) < _BLOCK_CHUNKS:
                        following = _read_chunk(stream) if len(chunk) == CHUNK_BYTES else b""
                        last = not following
                        chunks.append(chunk)
                        pieces.append(put(push(state, chunk, head[:8], _FINAL if last else _MESSAGE)))
                        size += len(chunk)
                        chunk = following
                    waiting.append(beside.submit(hash_both, chunks, pieces))
                    while len(waiting) > (0 if last else 2):
                        waiting.popleft().result()
                os.fsync(out.fileno())
            ref = BlobRef(digest=plain.hexdigest(), size_bytes=size, key=key.name)
            name = blob_name(key, ref.digest)
            path = blob_path(folder, name)
            if path.exists():
                fresh.unlink()
                return ref, None
            path.parent.mkdir(exist_ok=True)
            length = fresh.stat().st_size
            fresh.rename(path)
            sync_folder(path.parent)
            sync_folder(folder)
        except BaseException:
            with contextlib.suppress(OSError):
                fresh.unlink()
            raise
    return ref, Attachment(key.number, length, name, sealed_digest.digest())


def _read_chunk(stream: ByteStream) -> bytes:
    """A whole chunk, or what is left: some streams give less than asked for before their end."""
    first = stream.read(CHUNK_BYTES)
    if not first or len(first) == CHUNK_BYTES:
        return first
    pieces, missing = [first], CHUNK_BYTES - len(first)
    while missing:
        piece = stream.read(missing)
        if not piece:
            break
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def read_blob(folder: Path, ref: BlobRef, key: DataKey) -> Iterator[bytes]:
    """The document in pieces of at most 256 KiB; each was authenticated before it is given out.

    Raises:
        BlobMissing, BlobDamaged: gone, cut off, altered, or another document in its place. A cut is noticed
            at the end: whoever acts on a whole document waits for the end.
    """
    digest = sha256()
    for chunk in open_blob(folder, blob_name(key, ref.digest), key):
        digest.update(chunk)
        yield chunk
    if digest.hexdigest() != ref.digest:
        name = blob_name(key, ref.digest).hex()
        raise BlobDamaged(f"Another document lies in the place of blobs/{name[:2]}/{name[2:]}.")


def open_blob(folder: Path, name: bytes, key: DataKey) -> Iterator[bytes]:
    """The document in a file of this name, each piece authenticated, whatever its digest.

    Raises:
        BlobMissing, BlobDamaged: gone, cut off, lengthened or altered.
    """
    path = blob_path(folder, name)
    shown = f"blobs/{path.parent.name}/{path.name}"
    try:
        source = path.open("rb")
    except FileNotFoundError:
        raise BlobMissing(f"The sealed document {shown} is missing.") from None
    with source:
        head = source.read(_HEAD_BYTES)
        if len(head) < _HEAD_BYTES or head[:8] != _MARK + key.number.to_bytes(4, "big"):
            raise BlobDamaged(f"The sealed document {shown} was altered.")
        state = bindings.crypto_secretstream_xchacha20poly1305_state()
        bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, head[8:], derive_key(key.key, b"fh-blob"))
        tag = _MESSAGE
        while tag != _FINAL:
            sealed = source.read(CHUNK_BYTES + _OVERHEAD)
            try:
                if len(sealed) < _OVERHEAD:
                    raise BlobDamaged(f"The sealed document {shown} was cut off.")
                chunk, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, sealed, head[:8])
            except (CryptoError, RuntimeError, ValueError) as error:
                raise BlobDamaged(f"The sealed document {shown} was altered.") from error
            if chunk:
                yield chunk
        if source.read(1):
            raise BlobDamaged(f"Something was added to the sealed document {shown}.")
