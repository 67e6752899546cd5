"""Which practice tasks were done, kept beside the witnesses: it tells nothing of anybody's work but the practice."""

from __future__ import annotations

import json
from pathlib import Path

from firsthand.vault.durable import replace_file
from firsthand.workbench.practice import PRACTICE_TASKS
from firsthand.workbench.witnesses import state_folder

__all__ = ["PracticeProgress", "kept_progress"]

# Accepting and refusing are two acts of one task.
_PARTS = {"suggestions": ("accepted", "refused")}


class PracticeProgress:
    """What was done in the practice vault. ``path`` keeps it between sittings; without one it is kept in memory."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._noted: set[str] = set()
        if path is not None:
            try:
                kept = json.loads(path.read_text("utf-8"))
            except (OSError, ValueError):
                kept = []
            self._noted = {word for word in kept if isinstance(word, str)} if isinstance(kept, list) else set()

    @property
    def done(self) -> tuple[str, ...]:
        """The tasks that are done, in their order."""
        return tuple(t for t in PRACTICE_TASKS if all(part in self._noted for part in _PARTS.get(t, (t,))))

    @property
    def following(self) -> str:
        """The first task that is not done; empty when all are."""
        done = self.done
        return next((task for task in PRACTICE_TASKS if task not in done), "")

    def note(self, what: str) -> None:
        """Something was done: a task, or a part of one."""
        if what not in self._noted:
            self._noted.add(what)
            self._keep()

    def start_again(self) -> None:
        """Nothing is done yet."""
        self._noted.clear()
        self._keep()

    def _keep(self) -> None:
        if self._path is not None:
            try:
                replace_file(self._path, json.dumps(sorted(self._noted)).encode())
            except OSError:
                self._path = None  # a home that cannot be written stops nobody from practising


def kept_progress() -> PracticeProgress:
    """The progress of this machine's user; in memory alone where nothing is to be kept."""
    folder = state_folder()
    return PracticeProgress(folder / "practice.json" if folder else None)
