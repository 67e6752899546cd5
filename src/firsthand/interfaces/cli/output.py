"""Standard output carries the result alone; standard error carries the talk."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence

__all__ = ["emit_json", "emit_text", "talk"]


def emit_json(value: Mapping[str, object] | Sequence[object]) -> None:
    """Write one JSON document, UTF-8, keys as given, to standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n")


def emit_text(text: str) -> None:
    """Write a result that a person reads to standard output."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def talk(text: str) -> None:
    """Write a remark (stage, warning, advice) to standard error."""
    sys.stderr.write(text if text.endswith("\n") else text + "\n")
