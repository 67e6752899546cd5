"""The base of all errors: what happened, likely why, what to do next, and whose mistake it is.

A message never holds testimony, a name or a key: only ids, counts, positions and file names that the
caller gave. One class stands for one cause; its exit code is that of the command line.
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar

__all__ = [
    "ExitCode",
    "FirsthandError",
    "InputError",
    "IntegrityError",
    "OurFault",
    "ProtectionRefusal",
    "UsageError",
]


class ExitCode(IntEnum):
    """Exit codes of every command (design/interfaces): whose mistake it was."""

    DONE = 0
    OUR_FAULT = 1
    WRONG_CALL = 2
    WRONG_INPUT = 3
    REFUSED = 4
    INTEGRITY = 5


class FirsthandError(Exception):
    """Something went wrong that Firsthand knows how to explain.

    Subclasses set ``exit_code`` and may set default texts; instances give the three parts.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.OUR_FAULT
    likely: ClassVar[str] = ""
    next_step: ClassVar[str] = ""

    def __init__(self, what: str, *, likely: str | None = None, next_step: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.why = type(self).likely if likely is None else likely
        self.advice = type(self).next_step if next_step is None else next_step

    @property
    def code(self) -> str:
        """A stable word for the cause: the class name."""
        return type(self).__name__

    def lines(self) -> list[str]:
        """The parts that are known, one a line, in the order what, why, what to do."""
        return [part for part in (self.what, self.why, self.advice) if part]


class OurFault(FirsthandError):
    """Firsthand itself failed: a broken promise between rooms."""

    likely = "This is a fault of Firsthand, not of your data."
    next_step = "Nothing already kept was changed. Please report the words above; they hold no testimony."


class UsageError(FirsthandError):
    """The call was wrong: an argument that cannot be used."""

    exit_code = ExitCode.WRONG_CALL


class InputError(FirsthandError):
    """The input was wrong: a file or a value that cannot be read as what it should be."""

    exit_code = ExitCode.WRONG_INPUT


class ProtectionRefusal(FirsthandError):
    """A protection rule refused: consent, handling class, disclosure or redaction."""

    exit_code = ExitCode.REFUSED


class IntegrityError(FirsthandError):
    """Something kept is not as it was written: altered, truncated or swapped."""

    exit_code = ExitCode.INTEGRITY
