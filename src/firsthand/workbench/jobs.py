"""Long work: its stage, how much is done, time left, and a way to stop that loses nothing.

Work reports by calling its ``Progress``; a cancelled job raises there, between two steps, so that what was kept
stays kept. Starting the work again goes on where it stopped, because finished parts are recognised.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from firsthand.values.errors import ExitCode, FirsthandError, OurFault

__all__ = ["Cancelled", "Job", "JobList", "JobState", "Progress", "silent"]


class Progress(Protocol):
    """How work says where it is: the stage, how many parts are done, out of how many."""

    def __call__(self, stage: str, done: int, of: int) -> None:
        """Report; may raise ``Cancelled``."""


def silent(stage: str, done: int, of: int) -> None:
    """Progress that nobody watches."""
    del stage, done, of


class Cancelled(FirsthandError):
    """A person stopped long work."""

    exit_code = ExitCode.DONE
    next_step = "Start it again to go on; what was done is kept."


class JobState(StrEnum):
    """Where a job stands."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(slots=True, kw_only=True)
class Job:
    """One piece of long work, as a page shows it. ``key`` tells what it works on; ``quiet`` work is on no list;
    ``found`` is what the work came to, for the page that started it."""

    number: int
    name: str
    started_at: dt.datetime
    state: JobState = JobState.RUNNING
    stage: str = ""
    done: int = 0
    of: int = 0
    message: str = ""
    key: str = ""
    quiet: bool = False
    ended_at: dt.datetime | None = None
    found: object = None
    work: Callable[[Progress], str] | None = field(default=None, repr=False)
    _stop: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)

    def wait(self, seconds: float) -> bool:
        """Wait for its end for so long; whether it ended."""
        return self._ended.wait(seconds)

    def end(self, at: dt.datetime) -> None:
        """It ended, whichever way."""
        self.ended_at = at
        self._ended.set()

    def cancel(self) -> None:
        """Ask it to stop after the step that it is at."""
        self._stop.set()

    def report(self, stage: str, done: int, of: int) -> None:
        """Its ``Progress``."""
        if self._stop.is_set():
            raise Cancelled("The work was stopped.")
        self.stage, self.done, self.of = stage, done, of

    def seconds_left(self, now: dt.datetime) -> float | None:
        """A guess from the pace so far; ``None`` in the first ten seconds, when it would be noise."""
        spent = (now - self.started_at).total_seconds()
        if spent < 10 or not self.done:
            return None
        return spent / self.done * (self.of - self.done)


class JobList:
    """The jobs of this sitting, newest first, each in a thread of its own."""

    def __init__(self, now: Callable[[], dt.datetime]) -> None:
        self._now = now
        self._jobs: list[Job] = []
        self._count = 0
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[Job]:
        return iter(list(reversed(self._jobs)))

    def start(self, name: str, work: Callable[[Progress], str], *, key: str = "", quiet: bool = False) -> Job:
        """Start work; ``work`` takes a ``Progress`` and returns a message for the page."""
        with self._lock:
            job = Job(number=self._count + 1, name=name, started_at=self._now(), key=key, quiet=quiet, work=work)
            self._count += 1
            # Quiet work that ended is forgotten: its result stands elsewhere.
            self._jobs = [one for one in self._jobs if not one.quiet or one.state is JobState.RUNNING]
            self._jobs.append(job)
        threading.Thread(target=self._run, args=(job, work), daemon=True).start()
        return job

    def again(self, number: int) -> Job | None:
        """Start stopped or failed work anew; parts that were finished are recognised by the work itself."""
        before = self.job(number)
        if before is None or before.work is None or before.state in {JobState.RUNNING, JobState.DONE}:
            return None
        with self._lock:
            self._jobs.remove(before)
        job = self.start(before.name, before.work, key=before.key, quiet=before.quiet)
        job.found = before.found
        return job

    def job(self, number: int) -> Job | None:
        """A job by its number."""
        return next((job for job in self._jobs if job.number == number), None)

    def _run(self, job: Job, work: Callable[[Progress], str]) -> None:
        try:
            job.message = work(job.report)
            job.state = JobState.DONE
        except Cancelled as stopped:
            job.state, job.message = JobState.CANCELLED, "\n".join(stopped.lines())
        except FirsthandError as fault:
            job.state, job.message = JobState.FAILED, "\n".join(fault.lines())
        except Exception as fault:  # noqa: BLE001  a thread has nobody above it to tell; the type alone is safe to show
            job.state, job.message = (
                JobState.FAILED,
                "\n".join(OurFault(f"Something unexpected happened: “{type(fault).__name__}”.").lines()),
            )
        finally:
            job.end(self._now())
