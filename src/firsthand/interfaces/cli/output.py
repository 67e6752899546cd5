"""Standard output carries the result alone; standard error carries the talk."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence

__all__ = ["emit_json", "emit_text", "quiet_solver", "talk"]


def emit_json(value: Mapping[str, object] | Sequence[object]) -> None:
    """Write one JSON document, UTF-8, keys as given, to standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n")


def emit_text(text: str) -> None:
    """Write a result that a person reads to standard output."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def talk(text: str) -> None:
    """Write a remark (stage, warning, advice) to standard error."""
    sys.stderr.write(text if text.endswith("\n") else text + "\n")


@contextlib.contextmanager
def quiet_solver() -> Iterator[None]:
    """What the solver says of its own goes to standard error: standard output carries the result alone."""
    out, err = sys.__stdout__, sys.__stderr__
    try:
        number, other = (-1, -1) if out is None or err is None else (out.fileno(), err.fileno())
        kept = os.dup(number)
    except (OSError, ValueError):
        yield
        return
    sys.stdout.flush()
    os.dup2(other, number)
    try:
        yield
    finally:
        with contextlib.suppress(OSError, TypeError, AttributeError):
            ctypes.CDLL(None).fflush(None)
        os.dup2(kept, number)
        os.close(kept)
