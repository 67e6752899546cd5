"""The child process in which strangers' files are read: no network, no writing, bounded memory and time.

Run as ``python -I -m firsthand.workbench.sandbox_child CPU_SECONDS [pictures|speech]``. It speaks length-prefixed
msgpack over standard input and output: first a greeting that says how strong the walls are, then one answer for each
file, preceded by beats while a recogniser is at work.
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
from firsthand.sources.readers.recognition import Aids, RecognisedLine, SpokenPart
from firsthand.values.errors import FirsthandError
from firsthand.workbench.recognising import (
    Recogniser,
    TextRecogniser,
    find_speech_recogniser,
    find_text_recogniser,
)

__all__ = ["Answer", "Greeting", "Request", "main", "read_frame", "write_frame"]

MEMORY_BYTES = 512_000_000
# The models of recognition are mapped into memory whole.
MEMORY_WITH_MODELS = {"pictures": 2_500_000_000, "speech": 4_000_000_000}
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
    """The text, or the name of the error and its three lines; ``beat`` says that slow recognition is still at work."""

    text: ReadText | None = None
    beat: bool = False
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


def _limit_resources(cpu_seconds: int, memory_bytes: int) -> bool:
    try:
        import resource  # noqa: PLC0415  not on every system
    except ImportError:
        return False
    try:
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ValueError, OSError):
        return False
    return True


class _Walls:
    """Refuses what no reader needs; the one program that may be started is the text recogniser, with its own words."""

    def __init__(self, allowed: TextRecogniser | None) -> None:
        self.allowed = allowed

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "subprocess.Popen" and self.allowed is not None and self.allowed.is_its_call(arguments):
            return
        # a pipe to the recogniser is opened by its number, a file by its name
        writes = (
            event == "open"
            and len(arguments) > 1
            and not isinstance(arguments[0], int)
            and any(mark in str(arguments[1] or "r") for mark in "wax+")
        )
        if writes or event.startswith(_REFUSED):
            raise PermissionError("refused in the sandbox")


def _aids(seeing: TextRecogniser | None, hearing: Recogniser | None, answers: BinaryIO) -> Aids:
    """Recognisers that tell the parent, before each slow step, that they are still at work."""

    def beat() -> None:
        write_frame(answers, msgspec.msgpack.encode(Answer(beat=True)))

    def see(picture: bytes) -> list[RecognisedLine]:
        beat()
        return seeing.lines_of(picture) if seeing else []

    def hear(recording: bytes) -> list[SpokenPart]:
        beat()
        return hearing.parts_of(recording, beat) if hearing else []

    return Aids(text_of_picture=see if seeing else None, words_of_recording=hear if hearing else None)


def _answer(request: Request, aids: Aids) -> Answer:
    try:
        return Answer(text=read_document(request.content, request.file_name, aids=aids))
    except FirsthandError as error:
        return Answer(error=error.code, what=error.what, why=error.why, advice=error.advice)
    except MemoryError:
        return Answer(error="ReaderStopped", what="The file needs more memory than a reader may have.")
    except Exception:  # noqa: BLE001  a reader's own fault must not take the other files down
        return Answer(error="ReaderStopped", what="The reader broke down on the file.")


def main() -> None:
    """Greet, then answer until standard input ends."""
    readers()
    task = sys.argv[2] if len(sys.argv) > 2 else ""
    seeing = find_text_recogniser() if task == "pictures" else None
    hearing = find_speech_recogniser() if task == "speech" else None
    if seeing is not None:
        seeing.load()
    commands, answers = os.fdopen(0, "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    network = _cut_network()
    cpu_seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    limits = _limit_resources(cpu_seconds, MEMORY_WITH_MODELS.get(task, MEMORY_BYTES))
    sys.addaudithook(_Walls(seeing))
    aids = _aids(seeing, hearing, answers)
    write_frame(answers, msgspec.msgpack.encode(Greeting(network=network, limits=limits)))
    decoder = msgspec.msgpack.Decoder(Request)
    while (frame := read_frame(commands)) is not None:
        request = decoder.decode(frame)
        del frame
        write_frame(answers, msgspec.msgpack.encode(_answer(request, aids)))


if __name__ == "__main__":
    main()
