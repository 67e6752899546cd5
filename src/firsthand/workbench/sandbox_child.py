"""The child process in which strangers' files are read: no network, no writing, bounded memory and time.

Run as ``python -I -m firsthand.workbench.sandbox_child``. It speaks length-prefixed msgpack over standard input
and output: first a greeting that says how strong the walls are, then one answer for each file.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from typing import Any, BinaryIO

import msgspec

from firsthand.sources.document import ReadText
from firsthand.sources.readers import read_document, readers
from firsthand.values.errors import FirsthandError

__all__ = ["Answer", "Greeting", "Request", "main", "read_frame", "write_frame"]

MEMORY_BYTES = 512_000_000
OPEN_FILES = 32
_LENGTH = struct.Struct("<Q")
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
# What no reader needs once everything is imported; the hook refuses it even where the system has no walls.
_REFUSED = (
    "socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.remove", "os.rename",
    "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.kill", "shutil.", "ftplib.", "urllib.",
)  # fmt: skip


class Greeting(msgspec.Struct, frozen=True):
    """How strong the walls are: ``network`` and ``limits`` say whether the system holds them up."""

    network: bool
    limits: bool


class Request(msgspec.Struct, frozen=True):
    """A file to read."""

    file_name: str
    content: bytes


class Answer(msgspec.Struct, frozen=True):
    """The text, or the name of the error and its three lines."""

    text: ReadText | None = None
    error: str | None = None
    what: str = ""
    why: str = ""
    advice: str = ""


def read_frame(stream: BinaryIO) -> bytes | None:
    """One frame, or ``None`` at the end of the stream."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    body = stream.read(_LENGTH.unpack(head)[0])
    return body if len(body) == _LENGTH.unpack(head)[0] else None


def write_frame(stream: BinaryIO, body: bytes) -> None:
    """Write one frame."""
    stream.write(_LENGTH.pack(len(body)))
    stream.write(body)
    stream.flush()


def _cut_network() -> bool:
    """Move into a network namespace of our own, which holds no device at all."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        return bool(libc.unshare(_NEW_NET) == 0 or libc.unshare(_NEW_USER | _NEW_NET) == 0)
    except (OSError, AttributeError):
        return False


def _limit_resources(cpu_seconds: int) -> bool:
    try:
        import resource  # noqa: PLC0415  not on every system
    except ImportError:
        return False
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ValueError, OSError):
        return False
    return True


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    writes = event == "open" and len(arguments) > 1 and any(mark in str(arguments[1] or "r") for mark in "wax+")
    if writes or event.startswith(_REFUSED):
        raise PermissionError("refused in the sandbox")


def _answer(request: Request) -> Answer:
    try:
        return Answer(text=read_document(request.content, request.file_name))
    except FirsthandError as error:
        return Answer(error=error.code, what=error.what, why=error.why, advice=error.advice)
    except MemoryError:
        return Answer(error="ReaderStopped", what="The file needs more memory than a reader may have.")
    except Exception:  # noqa: BLE001  a reader's own fault must not take the other files down
        return Answer(error="ReaderStopped", what="The reader broke down on the file.")


def main() -> None:
    """Greet, then answer until standard input ends."""
    readers()
    commands, answers = os.fdopen(0, "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    network = _cut_network()
    limits = _limit_resources(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
    sys.addaudithook(_refuse)
    write_frame(answers, msgspec.msgpack.encode(Greeting(network=network, limits=limits)))
    decoder = msgspec.msgpack.Decoder(Request)
    while (frame := read_frame(commands)) is not None:
        request = decoder.decode(frame)
        del frame
        write_frame(answers, msgspec.msgpack.encode(_answer(request)))


if __name__ == "__main__":
    main()
