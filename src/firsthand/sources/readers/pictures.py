"""Pictures of text, such as photographed or scanned pages: their words through text recognition."""

from __future__ import annotations

from firsthand.sources.document import LeftBehind, Locator, ReadText
from firsthand.sources.readers.faults import NoTextFound, RecognitionMissing
from firsthand.sources.readers.reader import MEGABYTE, Reader, TextBuilder
from firsthand.sources.readers.recognition import Aids, RecognisedLine, numbers_to_check
from firsthand.sources.readers.wrapping import line_ends, unwrapped

__all__ = ["PICTURE", "RECOGNISED", "UNSURE", "add_recognised", "read_picture"]

RECOGNISED = "page read by text recognition"
FIGURES = "figure read by text recognition (compare it with the picture)"
UNSURE = "line that text recognition is unsure of"
# Lines below are mostly specks and folds that were taken for letters.
LEAST_SURENESS = 0.3
UNSURE_BELOW = 0.6
_HEADS = {
    b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"II*\0": "image/tiff", b"MM\0*": "image/tiff",
    b"BM": "image/bmp",
}  # fmt: skip


def read_picture(content: bytes, file_name: str) -> ReadText:
    """Refuse a picture where no text recognition is at hand.

    Raises:
        RecognitionMissing: always; with recognition, ``read_recognised`` is called instead.
    """
    del content, file_name
    raise RecognitionMissing("The file is a picture, and no text recognition is installed.")


def read_recognised(content: bytes, file_name: str, aids: Aids) -> ReadText:
    """Read a picture; a segment a line, figures and unsure lines listed for a person to compare.

    Raises:
        RecognitionMissing: no text recognition is at hand.
        NoTextFound: no words were found in it.
    """
    if aids.text_of_picture is None:
        return read_picture(content, file_name)
    builder = TextBuilder()
    left = add_recognised(builder, aids.text_of_picture(content), Locator.LINE, 0)
    if not builder.segments:
        raise NoTextFound("No words were found in the picture.")
    return builder.finish(_media_type(content), left_behind=left)


def add_recognised(
    builder: TextBuilder, lines: list[RecognisedLine], locator: Locator, number: int
) -> list[LeftBehind]:
    """Add recognised lines to a text, under one number or (0) each under its own, and list what to compare."""
    kept = [line for line in lines if line.sureness >= LEAST_SURENESS and line.text.strip()]
    if not kept:
        return []
    where = f"{locator} {number}" if number else ""
    left = [LeftBehind(what=RECOGNISED, detail=where)]
    words = [line.text.strip() for line in kept]
    if number:
        builder.add(unwrapped("\n".join(words)), locator, number, end="\n\n")
    else:
        for place, (text, end) in enumerate(zip(words, line_ends(words), strict=True), 1):
            builder.add(text, locator, place, end=end)
    if figures := sum(numbers_to_check(line.text) for line in kept):
        left.append(LeftBehind(what=FIGURES, count=figures, detail=where))
    if unsure := sum(line.sureness < UNSURE_BELOW for line in kept) + len(lines) - len(kept):
        left.append(LeftBehind(what=UNSURE, count=unsure, detail=where))
    return left


def _media_type(content: bytes) -> str:
    return next((kind for head, kind in _HEADS.items() if content.startswith(head)), "image/webp")


PICTURE = Reader(
    name="picture",
    media_type="image/png",
    suffixes=(".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"),
    read=read_picture,
    read_with=read_recognised,
    # a text may begin with BM as well, so that a bitmap is known by its suffix alone
    recognises=lambda head: head.startswith(tuple(_HEADS)[:-1]) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"),
    most_bytes=60 * MEGABYTE,
)
