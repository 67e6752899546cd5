"""A passage: an exact place in one version of one text."""

from __future__ import annotations

from dataclasses import dataclass

from firsthand.passages.selectors import Anchor, make_anchor
from firsthand.sources.document import Document
from firsthand.values.grades import Handling
from firsthand.values.ids import DocumentId, PassageId

__all__ = ["Passage", "mark_passage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Words that a claim rests on, tied to the digest of the text that they stand in.

    ``page`` is what a person would be told to turn to (page, row or second), when the file has such a thing.
    ``handling`` is that of the claim which it was marked for: its words are as guarded as what they say.
    """

    id: PassageId
    document: DocumentId
    text_sha256: str
    anchor: Anchor
    page: float | None = None
    handling: Handling = Handling.INTERNAL


def mark_passage(document: Document, start: int, end: int, *, id: PassageId) -> Passage:  # noqa: A002  its field's name
    """Mark characters ``start`` to ``end`` of a document as a passage.

    Raises:
        SelectorsDisagree: the span is empty or outside of the text.
    """
    number = next((s.number for s in document.segments if s.start <= start < s.end), None)
    return Passage(
        id=id,
        document=document.id,
        text_sha256=document.text_sha256,
        anchor=make_anchor(document.text, start, end),
        page=number,
    )
