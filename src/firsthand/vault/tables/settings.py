"""Tables of what the workbench remembers: settings, practice tasks done, timestamps asked for and answered."""

from __future__ import annotations

from dataclasses import dataclass

from firsthand.values.grades import Handling
from firsthand.vault.records import RecordKind

__all__ = ["KINDS", "KeptTimestamp", "Setting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting, as text."""

    id: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTimestamp:
    """A request for a timestamp over a checkpoint (RFC 3161, DER), and the answer with the certificates given then."""

    id: str
    checkpoint: str
    request: bytes
    answer: bytes = b""
    certificates: tuple[bytes, ...] = ()


KINDS = (
    RecordKind(name="setting", type=Setting, handling=lambda _: Handling.OPEN),
    RecordKind(name="timestamp", type=KeptTimestamp, handling=lambda _: Handling.OPEN),
)
