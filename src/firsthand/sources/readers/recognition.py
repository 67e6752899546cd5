"""What readers may ask for and cannot do themselves: text in pictures, words in recordings.

A reader is a pure function of bytes. Whoever calls it hands in the recognisers that the machine has (the sandbox runs
tesseract and the speech model inside its own walls); without one, pages that are pictures are listed as left behind.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Aids", "RecognisedLine", "SpokenPart", "numbers_to_check"]

# Recognition takes 5,000 for 5.000 and 8 for 3: whatever has a figure is to be read again by a person.
_FIGURE = re.compile(r"\d(?:[\d.,]*\d)?")


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """A line of words found in a picture; ``sureness`` lies in 0..1."""

    text: str
    sureness: float


@dataclass(frozen=True, slots=True)
class SpokenPart:
    """Words heard from second ``start`` to ``end`` of a recording; ``sureness`` lies in 0..1."""

    start: float
    end: float
    text: str
    sureness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Aids:
    """The recognisers at hand. ``text_of_picture`` takes the bytes of a PNG, JPEG, TIFF, WebP, BMP or PNM picture."""

    text_of_picture: Callable[[bytes], list[RecognisedLine]] | None = None
    words_of_recording: Callable[[bytes], list[SpokenPart]] | None = None


def numbers_to_check(text: str) -> int:
    """How many figures stand in recognised text: each is to be compared with the picture by a person."""
    return len(_FIGURE.findall(text))
