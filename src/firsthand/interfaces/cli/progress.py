"""Stages of long work on standard error: one line that rewrites itself at a terminal, one line a stage elsewhere."""

from __future__ import annotations

import sys

__all__ = ["TalkingProgress"]

WORDS = {"read": "reading", "propose": "proposing", "weigh": "weighing", "practice": "preparing practice"}


class TalkingProgress:
    """A ``Progress`` that says the stage and n of m."""

    def __init__(self) -> None:
        self._stage = ""
        self._live = sys.stderr.isatty()

    def __call__(self, stage: str, done: int, of: int) -> None:
        """Say where the work is."""
        words = WORDS.get(stage, stage)
        if self._live:
            sys.stderr.write(f"\r\x1b[K{words} {done}/{of}" + ("\n" if done == of else ""))
            sys.stderr.flush()
        elif stage != self._stage:
            sys.stderr.write(f"{words} ({of})\n")
        self._stage = stage
