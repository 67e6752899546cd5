"""Recordings of speech: words through an optional recogniser, each part with the second at which it is spoken."""

from __future__ import annotations

from firsthand.sources.document import LeftBehind, Locator, ReadText
from firsthand.sources.readers.faults import NoTextFound, RecognitionMissing
from firsthand.sources.readers.reader import MEGABYTE, Reader, TextBuilder
from firsthand.sources.readers.recognition import Aids, numbers_to_check

__all__ = ["RECORDING", "read_recording"]

HEARD = "part heard by a speech recogniser (listen to it before you rely on it)"
FIGURES = "figure heard by a speech recogniser (listen to it again)"
UNSURE = "part that the speech recogniser is unsure of"
UNSURE_BELOW = 0.5


def read_recording(content: bytes, file_name: str) -> ReadText:
    """Refuse a recording where no speech recogniser is at hand.

    Raises:
        RecognitionMissing: always; with a recogniser, ``read_heard`` is called instead.
    """
    del content, file_name
    raise RecognitionMissing("The file is a recording, and no speech recogniser is installed.")


def read_heard(content: bytes, file_name: str, aids: Aids) -> ReadText:
    """Read a recording; a segment a part, numbered by the second at which it begins.

    Raises:
        RecognitionMissing: no speech recogniser is at hand.
        NoTextFound: no words were heard.
    """
    if aids.words_of_recording is None:
        return read_recording(content, file_name)
    builder = TextBuilder()
    parts = [part for part in aids.words_of_recording(content) if part.text.strip()]
    for part in parts:
        builder.add(part.text.strip(), Locator.TIME, round(part.start, 2))
    if not builder.segments:
        raise NoTextFound("No words were heard in the recording.")
    left = [LeftBehind(what=HEARD, count=len(parts))]
    if figures := sum(numbers_to_check(part.text) for part in parts):
        left.append(LeftBehind(what=FIGURES, count=figures))
    if unsure := sum(part.sureness < UNSURE_BELOW for part in parts):
        left.append(LeftBehind(what=UNSURE, count=unsure))
    return builder.finish("audio/*", left_behind=left)


def _is_sound(head: bytes) -> bool:
    return (
        (head[:4] == b"RIFF" and head[8:12] == b"WAVE")
        or (head[:3] == b"ID3" and head[3:4] in {b"\2", b"\3", b"\4"})
        or head.startswith((b"OggS\0", b"fLaC\0", b"\xff\xfb", b"\xff\xf3", b"\xff\xf1"))
        or (head[4:8] == b"ftyp" and head[8:11] in {b"M4A", b"M4B"})
    )


RECORDING = Reader(
    name="recording",
    media_type="audio/*",
    suffixes=(".wav", ".mp3", ".m4a", ".ogg", ".opus", ".flac"),
    read=read_recording,
    read_with=read_heard,
    recognises=_is_sound,
    most_bytes=200 * MEGABYTE,
)
