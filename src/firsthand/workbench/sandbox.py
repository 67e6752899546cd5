"""Reads strangers' files in a child process: no network, bounded memory and time, one crash loses one file."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self, cast

import msgspec

from firsthand.sources.document import ReadText
from firsthand.sources.readers import faults
from firsthand.sources.readers.faults import FileTooLarge, ReaderStopped
from firsthand.values.errors import InputError
from firsthand.workbench.sandbox_child import Answer, Greeting, Request, read_frame, write_frame

__all__ = ["Sandbox", "SandboxStrength", "read_in_sandbox", "sandbox_strength"]

DEFAULT_SECONDS = 10.0
START_SECONDS = 30.0
MOST_BYTES = 200_000_000
FILES_PER_CHILD = 200


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


class Sandbox:
    """A child process that reads one file after another. Use as a context manager, from one thread.

    ``seconds`` bounds each file. A child that crashes or runs over its time is ended, and the next file gets a new
    one; after 200 files it is renewed as well, so that nothing that a file left behind lasts.
    """

    def __init__(self, *, seconds: float = DEFAULT_SECONDS) -> None:
        self.seconds = seconds
        self.strength: SandboxStrength | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._files = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child."""
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
        cpu = str(int(self.seconds * FILES_PER_CHILD) + 60)
        self._child = subprocess.Popen(  # noqa: S603  our own module, by this interpreter, with no word of the user's
            [sys.executable, "-I", "-m", "firsthand.workbench.sandbox_child", cpu],
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
        self.start()
        self._files += 1
        request = Request(file_name=file_name or "", content=content)
        frame = self._exchange(msgspec.msgpack.encode(request), self.seconds)
        if frame is None:
            self.close()
            raise ReaderStopped(f"The reader was stopped: it took over {self.seconds:g} seconds or broke down.")
        answer = msgspec.msgpack.decode(frame, type=Answer)
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
