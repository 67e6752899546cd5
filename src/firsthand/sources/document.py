"""A document as received: its bytes' digest, its text as read, and what was left behind while reading."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from firsthand.values.errors import InputError
from firsthand.values.grades import Handling
from firsthand.values.ids import DocumentId, SourceId
from firsthand.values.languages import Language

__all__ = [
    "Document",
    "DocumentNotUsable",
    "LeftBehind",
    "Locator",
    "ReadText",
    "Segment",
    "VersionKind",
    "digest_of_bytes",
    "digest_of_text",
]


class DocumentNotUsable(InputError):
    """A document's parts contradict each other."""

    next_step = "Read the file again."


class VersionKind(StrEnum):
    """How a document relates to the one that it is a version of."""

    ORIGINAL = "original"
    TRANSCRIPT = "transcript"
    TRANSLATION = "translation"
    REDACTED = "redacted copy"
    REVISION = "revised testimony"


class Locator(StrEnum):
    """What a segment's number counts in the file."""

    PAGE = "page"
    LINE = "line"
    ROW = "row"
    TIME = "second"
    PART = "part"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A run of the text, ``start`` to ``end`` in code points, and where it stands in the file.

    ``number`` counts from 1 (for ``TIME`` it is seconds from the start); ``column`` names a table's column.
    """

    start: int
    end: int
    locator: Locator
    number: float
    column: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftBehind:
    """Something in the file that is not in the text: macros, remote images, hidden text, a broken page."""

    what: str
    count: int = 1
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadText:
    """What a reader makes of bytes. ``facts`` holds title, publisher, date and address when the file gives them."""

    text: str
    media_type: str
    segments: tuple[Segment, ...] = ()
    left_behind: tuple[LeftBehind, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One version of one document.

    ``sha256`` is of the bytes as received, ``text_sha256`` of the text in UTF-8; offsets of passages are code
    points of ``text``. ``published`` is an EDTF date and anchors words such as "last year".
    """

    id: DocumentId
    source: SourceId
    sha256: str
    text: str
    text_sha256: str
    file_name: str
    media_type: str
    language: Language
    received_at: dt.datetime
    bytes_count: int = 0
    segments: tuple[Segment, ...] = ()
    left_behind: tuple[LeftBehind, ...] = ()
    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    address: str | None = None
    version: VersionKind = VersionKind.ORIGINAL
    version_of: DocumentId | None = None
    handling: Handling = Handling.INTERNAL
    blob: str | None = None

    def __post_init__(self) -> None:
        if digest_of_text(self.text) != self.text_sha256:
            raise DocumentNotUsable("A document's text does not have the digest that it says.")
        if (self.version is VersionKind.ORIGINAL) != (self.version_of is None):
            raise DocumentNotUsable("A version names the document that it is a version of, an original names none.")


def digest_of_text(text: str) -> str:
    """SHA-256 of the text in UTF-8, as 64 hexadecimal digits; a lone surrogate counts as U+FFFD."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def digest_of_bytes(content: bytes) -> str:
    """SHA-256 of bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
