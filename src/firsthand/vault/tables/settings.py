"""Tables of what the workbench remembers: settings and the practice tasks done."""

from __future__ import annotations

from dataclasses import dataclass

from firsthand.values.grades import Handling
from firsthand.vault.records import RecordKind

__all__ = ["KINDS", "Setting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting, as text."""

    id: str
    value: str


KINDS = (RecordKind(name="setting", type=Setting, handling=lambda _: Handling.OPEN),)
