"""Text recognition inside the sandbox: scans are read and marked; the walls let one command through and no other."""

from __future__ import annotations

import importlib
import importlib.machinery
import io
import struct
import sys
import types
import zlib
from typing import Any, ClassVar

import pypdfium2 as pdfium
import pytest

from firsthand.sources.document import Locator
from firsthand.sources.readers import read_document
from firsthand.sources.readers.faults import RecognitionMissing
from firsthand.sources.readers.pictures import RECOGNISED
from firsthand.sources.readers.recognition import Aids
from firsthand.workbench import sandbox as sandboxes
from firsthand.workbench.recognising import (
    SPEECH_PARTS,
    TextRecogniser,
    find_speech_recogniser,
    find_text_recogniser,
    has_speech_recogniser,
    recognition_facts,
)
from firsthand.workbench.sandbox import Sandbox, Task
from firsthand.workbench.sandbox_child import _Walls

NEEDS_TESSERACT = pytest.mark.skipif(find_text_recogniser() is None, reason="tesseract is not installed")


def words_as_pdf(words: bytes) -> bytes:
    stream = b"BT /F 24 Tf 30 60 Td (" + words + b") Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 140]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    return as_pdf(objects)


def as_pdf(objects: list[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj" % number + content + b"endobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out) + b"trailer<</Root 1 0 R/Size %d>>startxref\n%d\n%%%%EOF" % (len(objects) + 1, start)


def drawn(words: bytes) -> tuple[int, int, bytes]:
    """Width, height and grey values of words as a scanner would give them."""
    document = pdfium.PdfDocument(words_as_pdf(words))
    bitmap = document[0].render(scale=300 / 72, grayscale=True)
    rows = [bytes(bitmap.buffer[r * bitmap.stride : r * bitmap.stride + bitmap.width]) for r in range(bitmap.height)]
    size = (bitmap.width, bitmap.height)
    bitmap.close()
    document.close()
    return *size, b"".join(rows)


def as_png(width: int, height: int, grey: bytes) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(b"\0" + grey[r * width : (r + 1) * width] for r in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def as_scan(width: int, height: int, grey: bytes) -> bytes:
    """A PDF page that is a picture and nothing else."""
    packed = zlib.compress(grey)
    draw = b"q 500 0 0 140 0 0 cm /I Do Q"
    return as_pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 140]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
            b"<</Length %d>>stream\n%s\nendstream" % (len(draw), draw),
            b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8"
            b"/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (width, height, len(packed), packed),
        ]
    )


@NEEDS_TESSERACT
def test_a_picture_and_a_scan_are_read_in_the_sandbox_and_marked() -> None:
    picture = drawn(b"The ferry left with 5,000 people.")
    with Sandbox() as sandbox:
        read = sandbox.read(as_png(*picture), "a.png")
        assert read.text == "The ferry left with 5,000 people.\n"
        assert {item.what: item.count for item in read.left_behind}[RECOGNISED] == 1
        assert any("figure" in item.what for item in read.left_behind)
        scan = sandbox.read(as_scan(*picture), "a.pdf")
        assert scan.text.strip() == "The ferry left with 5,000 people."
        assert [(s.locator, s.number) for s in scan.segments] == [(Locator.PAGE, 1)]
        assert (RECOGNISED, "page 1") in [(item.what, item.detail) for item in scan.left_behind]
        # the child that reads other files starts no program and holds no model
        assert sandbox.read(b"The ferry left.", "b.txt").text == "The ferry left."
        assert sandbox.task is Task.TEXT


def test_without_a_recogniser_a_picture_is_left_out_and_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setattr(sandboxes, "has_recogniser", lambda _: False)
    with Sandbox() as sandbox, pytest.raises(RecognitionMissing) as caught:
        sandbox.read(as_png(1, 1, b"\0"), "a.png")
    assert "doctor" in caught.value.advice


def test_the_walls_let_one_command_through_and_no_other() -> None:
    recogniser = TextRecogniser("/usr/bin/tesseract", "kor+eng")
    walls = _Walls(recogniser)
    walls("subprocess.Popen", (recogniser.path, list(recogniser.calls[0]), None, None))
    for arguments in (
        ("/bin/sh", ["/bin/sh", "-c", "x"], None, None),
        (recogniser.path, [*recogniser.calls[0], "--user-words", "/etc/hostname"], None, None),
    ):
        with pytest.raises(PermissionError):
            walls("subprocess.Popen", arguments)
    walls("open", (7, "wb", 0))
    for event, arguments in (("open", ("words.txt", "w", 0)), ("socket.connect", ()), ("os.remove", ("words.txt",))):
        with pytest.raises(PermissionError):
            walls(event, arguments)
    with pytest.raises(PermissionError):
        _Walls(None)("subprocess.Popen", (recogniser.path, list(recogniser.calls[0]), None, None))


def test_what_is_missing_is_said_plainly() -> None:
    facts = recognition_facts()
    assert set(facts) == {"pictures", "recordings"}
    assert all("install" in text for text in facts.values() if text.startswith("not installed"))


class _PartHeard:
    """What faster-whisper gives for a segment."""

    def __init__(self, start: float, end: float, text: str, avg_logprob: float, no_speech_prob: float) -> None:
        self.start, self.end, self.text = start, end, text
        self.avg_logprob, self.no_speech_prob = avg_logprob, no_speech_prob


class _ModelInItsPlace:
    """Stands in the place of faster-whisper's model, with the same calls."""

    made: ClassVar[list[dict[str, Any]]] = []

    def __init__(self, name: str, **how: Any) -> None:
        self.made.append({"name": name, **how})

    def transcribe(self, recording: io.BytesIO, **how: Any) -> tuple[Any, None]:
        assert recording.read(4) == b"RIFF"
        assert how["beam_size"] == 5
        heard = [
            _PartHeard(0.0, 2.5, " The ferry left with 5,000 people.", -0.1, 0.02),
            _PartHeard(2.5, 4.0, "  ", -0.1, 0.9),
            _PartHeard(4.0, 6.25, " 그들은 돌아오지 않았다.", -1.2, 0.3),
        ]
        return iter(heard), None


def test_the_speech_model_is_joined_from_its_packages_and_its_parts_become_text_with_seconds(
    monkeypatch, tmp_path
) -> None:
    for number, (name, files) in enumerate(
        zip(
            SPEECH_PARTS,
            (
                {"model.bin.part0": b"one ", "config.json": b"{}"},
                {"model.bin.part1": b"two"},
            ),
            strict=True,
        )
    ):
        package = tmp_path / f"{number}" / name
        (package / "data").mkdir(parents=True)
        (package / "__init__.py").write_text("", "utf-8")
        for file, content in files.items():
            (package / "data" / file).write_bytes(content)
        monkeypatch.syspath_prepend(str(tmp_path / f"{number}"))
    stand_in = types.ModuleType("faster_whisper")
    stand_in.WhisperModel = _ModelInItsPlace
    stand_in.__spec__ = importlib.machinery.ModuleSpec("faster_whisper", None)
    monkeypatch.setitem(sys.modules, "faster_whisper", stand_in)
    importlib.invalidate_caches()
    assert has_speech_recogniser()
    recogniser = find_speech_recogniser()
    assert recogniser is not None
    made = _ModelInItsPlace.made[-1]
    assert made["files"] == {"model.bin": b"one two", "config.json": b"{}"}
    assert (made["device"], made["compute_type"]) == ("cpu", "int8")
    beats: list[int] = []
    aids = Aids(words_of_recording=lambda content: recogniser.parts_of(content, lambda: beats.append(1)))
    read = read_document(b"RIFF\0\0\0\0WAVEfmt ", "a.wav", aids=aids)
    assert read.text == "The ferry left with 5,000 people.\n그들은 돌아오지 않았다.\n"
    assert [(s.locator, s.number) for s in read.segments] == [(Locator.TIME, 0.0), (Locator.TIME, 4.0)]
    assert {item.what.partition(" (")[0]: item.count for item in read.left_behind} == {
        "part heard by a speech recogniser": 2,
        "figure heard by a speech recogniser": 1,
        "part that the speech recogniser is unsure of": 1,
    }
    assert len(beats) == 3


@pytest.mark.parametrize(
    ("parts", "lines", "taken"),
    [
        (["few"], ["few words", "of a page", "with wide margins"], ["few words", "of a page", "with wide margins"]),
        (["the head of a letter"], ["x", ". y"], ["the head of a letter"]),
        (["a page full of words"] * 40, None, ["a page full of words"] * 40),
    ],
)
def test_a_page_of_few_letters_is_read_again_as_lines_and_the_fuller_reading_taken(monkeypatch, parts, lines, taken):
    def run(call, **_):
        told = {"3": parts, "6": lines}[call[call.index("--psm") + 1]]
        rows = [f"5\t1\t1\t1\t{n}\t1\t0\t0\t9\t9\t95\t{line}" for n, line in enumerate(told)]
        return types.SimpleNamespace(stdout="\n".join(["head", *rows]).encode())

    monkeypatch.setattr("firsthand.workbench.recognising.subprocess.run", run)
    found = TextRecogniser("/usr/bin/tesseract", "eng").lines_of(b"picture")
    assert [line.text for line in found] == taken
