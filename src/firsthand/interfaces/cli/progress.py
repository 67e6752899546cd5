"""Stages of long work on standard error: one line that rewrites itself at a terminal, one line a stage elsewhere."""

from __future__ import annotations

import sys
import time

__all__ = ["TalkingProgress"]

WORDS = {
    "read": "reading",
    "propose": "proposing",
    "weigh": "weighing",
    "ask": "asking",
    "practice": "preparing practice",
}


class TalkingProgress:
    """A ``Progress`` that says the stage, n of m, and after ten seconds how long the rest may take."""

    def __init__(self) -> None:
        self._stage = ""
        self._since = 0.0
        self._live = sys.stderr.isatty()

    def __call__(self, stage: str, done: int, of: int) -> None:
        """Say where the work is."""
        words = WORDS.get(stage, stage)
        now = time.monotonic()
        if stage != self._stage:
            self._since = now
        if self._live:
            spent = now - self._since
            left = f", {spent / done * (of - done):.0f} s left" if spent > 10 and 0 < done < of else ""
            sys.stderr.write(f"\r\x1b[K{words} {done}/{of}{left}" + ("\n" if done == of else ""))
            sys.stderr.flush()
        elif stage != self._stage:
            sys.stderr.write(f"{words} ({of})\n")
        self._stage = stage
