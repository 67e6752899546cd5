"""Undoing: any step, any day; an undo is a step of its own, and can be undone."""

from __future__ import annotations

from firsthand.values.errors import UsageError
from firsthand.vault import AppliedStep
from firsthand.workbench.session import Session
from firsthand.workbench.steps import StepName

__all__ = ["NothingToUndo", "undo_step"]


class NothingToUndo(UsageError):
    """There is no step left to undo."""

    next_step = "Look at the history for the step that you mean."


def undo_step(session: Session, index: int | None = None, *, together: bool = False) -> AppliedStep:
    """Undo a step, the last one that still stands, settings apart, when none is named.

    ``together`` also undoes later steps that changed the same records; without it such an undo is refused.

    Raises:
        NothingToUndo: no step stands.
        UndoConflict: later steps changed what this one changed; the error lists them.
    """
    if index is None:
        # A setting is changed back where it was changed; Ctrl+Z is for the work itself.
        standing = [
            s
            for s in session.vault.history(limit=500)
            if s.undone_by is None and not s.undoes and s.records and s.name != StepName.CHANGE_SETTING.value
        ]
        if not standing:
            raise NothingToUndo("No step is left to undo.")
        index = standing[0].index
    elif not all(step.records for step in session.vault.history(limit=1, before=index + 1)):
        raise NothingToUndo("That step changed no record, so that there is nothing to take back.")
    return session.vault.undo(index, actor=session.actor, at=session.now(), cascade=together)
