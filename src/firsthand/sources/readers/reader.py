"""What a reader is: a pure function from bytes to text with positions, and how it is chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from firsthand.sources.document import LeftBehind, Locator, ReadText, Segment
from firsthand.sources.readers.recognition import Aids

__all__ = ["MEGABYTE", "Reader", "TextBuilder"]

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One format: its suffixes, how its bytes begin, how large a file may be, and the function that reads it.

    ``recognises`` says from the first 4,096 bytes whether the content is of this format; ``None`` means that
    content cannot tell and the suffix alone decides. ``read_with`` is called in place of ``read`` where the caller has
    recognisers of pictures or speech to hand in.
    """

    name: str
    media_type: str
    suffixes: tuple[str, ...]
    read: Callable[[bytes, str], ReadText]
    recognises: Callable[[bytes], bool] | None = None
    read_with: Callable[[bytes, str, Aids], ReadText] | None = None
    most_bytes: int = 100 * MEGABYTE


class TextBuilder:
    """Collects runs of text and where each stands in the file."""

    __slots__ = ("_length", "_parts", "segments")

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self.segments: list[Segment] = []

    def add(self, text: str, locator: Locator, number: float, *, column: str | None = None, end: str = "\n") -> None:
        """Append ``text`` and ``end``; an empty run leaves no segment."""
        if not text:
            return
        start = self._length
        self._parts += (text, end)
        self._length += len(text) + len(end)
        self.segments.append(Segment(start=start, end=start + len(text), locator=locator, number=number, column=column))

    def gap(self, text: str = "\n") -> None:
        """Append text that stands nowhere in the file, such as an empty line between pages."""
        self._parts.append(text)
        self._length += len(text)

    def finish(
        self, media_type: str, *, left_behind: list[LeftBehind] | None = None, facts: dict[str, str] | None = None
    ) -> ReadText:
        """The text as read."""
        return ReadText(
            text="".join(self._parts),
            media_type=media_type,
            segments=tuple(self.segments),
            left_behind=tuple(left_behind or ()),
            facts={key: value for key, value in (facts or {}).items() if value},
        )
