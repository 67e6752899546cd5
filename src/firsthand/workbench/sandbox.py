"""Reads strangers' files in a child process: no network, bounded memory and time, one crash loses one file."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import IO, Self, cast

import msgspec

from firsthand.sources.document import ReadText
from firsthand.sources.readers import faults
from firsthand.sources.readers.faults import FileTooLarge, NoTextFound, ReaderStopped, RecognitionMissing
from firsthand.sources.readers.pdf import SCAN
from firsthand.sources.readers.recordings import RECORDING
from firsthand.values.errors import InputError
from firsthand.workbench.recognising import find_text_recogniser, has_speech_recogniser
from firsthand.workbench.sandbox_child import Answer, Greeting, Request, read_frame, write_frame

__all__ = ["Sandbox", "SandboxStrength", "Task", "has_recogniser", "read_in_sandbox", "sandbox_strength"]

DEFAULT_SECONDS = 10.0
MORE_TIME_EACH_BYTES = 20_000_000  # a large file has as much time again for each of these
START_SECONDS = 30.0
MOST_BYTES = 200_000_000
FILES_PER_CHILD = 200
# Recognising a page takes seconds, and a part of a recording up to half a minute of speech.
RECOGNITION_SECONDS = 120.0
MOST_BEATS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxStrength:
    """Which walls stand on this system; ``in_words`` tells a person."""

    own_process: bool
    no_network: bool
    bounded_memory: bool

    def in_words(self) -> str:
        """One sentence for ``firsthand doctor`` and reports."""
        walls = ["a process of its own"]
        if self.bounded_memory:
            walls.append("bounded memory and no writing")
        if self.no_network:
            walls.append("no network")
        missing = (
            []
            if self.no_network
            else ["the system does not let us cut the network off; Python's own calls are refused"]
        )
        return "Files are read in " + ", ".join(walls) + "." + "".join(f" But {m}." for m in missing)


class Task(StrEnum):
    """What a child is for: reading, or what needs a recogniser and the memory for its model."""

    TEXT = "text"
    PICTURES = "pictures"
    SPEECH = "speech"


@cache
def has_recogniser(task: Task) -> bool:
    """Whether this machine recognises text in pictures, or speech."""
    if task is Task.PICTURES:
        return find_text_recogniser() is not None
    return has_speech_recogniser()


def _is_pdf(content: bytes) -> bool:
    return b"%PDF-" in content[:1024]


class Sandbox:
    """A child process that reads one file after another. Use as a context manager, from one thread.

    ``seconds`` bounds each file (as much again for each 20 MB), and 120 seconds each page or part that a recogniser
    reads. A child that crashes or runs over its time is ended, and the next file gets a new one; after 200 files it is
    renewed as well, so that nothing that a file left behind lasts. Only files that turn out to be pictures or
    recordings are sent on to a child that may start the recogniser, where there is one.
    """

    def __init__(self, *, seconds: float = DEFAULT_SECONDS, task: Task = Task.TEXT) -> None:
        self.seconds = seconds
        self.task = task
        self._others: dict[Task, Sandbox] = {}
        self.strength: SandboxStrength | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._files = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child."""
        for other in self._others.values():
            other.close()
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:  # the child died with bytes on their way to it
                    continue
        child.wait()

    def start(self) -> SandboxStrength:
        """Start the child if there is none, and say how strong its walls are.

        Raises:
            ReaderStopped: the child does not start.
        """
        if self._child is not None and self._child.poll() is None and self.strength and self._files < FILES_PER_CHILD:
            return self.strength
        self.close()
        cpu = str(int(self.seconds * FILES_PER_CHILD) + (60 if self.task is Task.TEXT else 36_000))
        self._child = subprocess.Popen(  # noqa: S603  our own module, by this interpreter, with no word of the user's
            [
                sys.executable,
                "-I",
                "-m",
                "firsthand.workbench.sandbox_child",
                cpu,
                self.task,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        )
        self._files = 0
        frame = self._exchange(None, START_SECONDS)
        if frame is None:
            self.close()
            raise ReaderStopped("The process that reads files does not start.")
        greeting = msgspec.msgpack.decode(frame, type=Greeting)
        self.strength = SandboxStrength(own_process=True, no_network=greeting.network, bounded_memory=greeting.limits)
        return self.strength

    def _exchange(self, body: bytes | None, seconds: float) -> bytes | None:
        child = self._child
        assert child is not None  # noqa: S101  start() made it
        timer = threading.Timer(seconds, child.kill)
        timer.start()
        try:
            if body is not None:
                write_frame(cast("IO[bytes]", child.stdin), body)  # type: ignore[arg-type]  # a pipe is a binary stream
            return read_frame(cast("IO[bytes]", child.stdout))  # type: ignore[arg-type]  # the same
        except (OSError, ValueError):
            return None
        finally:
            timer.cancel()

    def _answer(self, body: bytes | None, seconds: float) -> Answer | None:
        frame = self._exchange(body, seconds)
        try:
            return None if frame is None else msgspec.msgpack.decode(frame, type=Answer)
        except msgspec.MsgspecError:  # a child that a file took over may write anything
            return None

    def read(self, content: bytes | Path, file_name: str | None = None) -> ReadText:
        """Read one file, given as bytes or as a path.

        Raises:
            InputError: the reader's named reason, or ``ReaderStopped`` when it ran over time, memory or broke down.
            OSError: the path cannot be read.
        """
        if isinstance(content, Path):
            file_name = file_name or content.name
            if content.stat().st_size > MOST_BYTES:
                raise FileTooLarge(f"The file has {content.stat().st_size // 1_000_000} MB; 200 MB are read at most.")
            content = content.read_bytes()
        if len(content) > MOST_BYTES:
            raise FileTooLarge(f"The file has {len(content) // 1_000_000} MB; 200 MB are read at most.")
        try:
            read = self._read_once(content, file_name or "")
        except RecognitionMissing:
            task = Task.SPEECH if (file_name or "").lower().endswith(RECORDING.suffixes) else Task.PICTURES
            if self.task is not Task.TEXT or not has_recogniser(task):
                raise
            return self._other(task).read(content, file_name)
        except NoTextFound:
            if self.task is not Task.TEXT or not _is_pdf(content) or not has_recogniser(Task.PICTURES):
                raise
            return self._other(Task.PICTURES).read(content, file_name)
        if self.task is Task.TEXT and any(item.what == SCAN for item in read.left_behind):
            if not has_recogniser(Task.PICTURES):
                return read
            try:
                return self._other(Task.PICTURES).read(content, file_name)
            except InputError:
                return read  # the pages with text are worth having without the scanned ones
        return read

    def _other(self, task: Task) -> Sandbox:
        return self._others.setdefault(task, Sandbox(seconds=RECOGNITION_SECONDS, task=task))

    def _read_once(self, content: bytes, file_name: str) -> ReadText:
        self.start()
        self._files += 1
        seconds = self.seconds * (1 + len(content) // MORE_TIME_EACH_BYTES)
        answer = self._answer(msgspec.msgpack.encode(Request(file_name=file_name, content=content)), seconds)
        for _ in range(MOST_BEATS):
            if answer is None or not answer.beat:
                break
            answer = self._answer(None, RECOGNITION_SECONDS)
        if answer is None or answer.beat:
            self.close()
            raise ReaderStopped(f"The reader was stopped: it took over {seconds:g} seconds or broke down.")
        if answer.text is not None:
            return answer.text
        raise _named_error(answer)

    def read_all(self, files: Iterable[Path]) -> Iterator[tuple[Path, ReadText | InputError | OSError]]:
        """Read many files in one child; each gives its text or its reason, and none takes another down."""
        for path in files:
            try:
                yield path, self.read(path)
            except (InputError, OSError) as error:
                yield path, error


def _named_error(answer: Answer) -> InputError:
    kind = getattr(faults, answer.error or "", None) if answer.error in faults.__all__ else None
    if isinstance(kind, type) and issubclass(kind, InputError):
        return kind(answer.what, likely=answer.why or None, next_step=answer.advice or None)
    return InputError(answer.what or "The file cannot be read.", likely=answer.why, next_step=answer.advice)


def read_in_sandbox(
    content: bytes | Path, file_name: str | None = None, *, seconds: float = DEFAULT_SECONDS
) -> ReadText:
    """Read one file in a child process of its own. For a folder use ``Sandbox``, which starts once.

    Raises:
        InputError, OSError: as ``Sandbox.read``.
    """
    with Sandbox(seconds=seconds) as sandbox:
        return sandbox.read(content, file_name)


def sandbox_strength() -> SandboxStrength:
    """Start a sandbox and say which walls stand on this system."""
    with Sandbox() as sandbox:
        return sandbox.start()
