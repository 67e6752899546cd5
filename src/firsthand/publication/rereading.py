"""Files read again as an attacker would, before they leave: no name of the vault in any byte, in any writing.

Every file is taken apart: compressed streams of PDF, chunks of PNG, members of ZIP containers (documents, workbooks),
data inside pages, and the raw bytes in three encodings, so that text layers, hidden text, metadata, thumbnails,
revision marks and names of fonts are all seen. A name is looked for as written and, where it decodes into Korean
syllables, as every spelling and every character that can write it, surname first or last.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from firsthand.linkage.names import name_key
from firsthand.linkage.readings import writings_of_syllable
from firsthand.linkage.spellings import fold_letters
from firsthand.sources.readers import read_document
from firsthand.values.errors import InputError, ProtectionRefusal

__all__ = ["NameInRelease", "names_found", "refuse_names", "texts_of"]


class NameInRelease(ProtectionRefusal):
    """A file that was about to leave holds a name of the vault."""

    next_step = "Take the name out of the title, the words or the template. Nothing was written."


_MOST_BYTES = 64_000_000
_DEEPEST = 4
_SMALL = 20_000
_WIDE = ("utf-16-le", "utf-16-be")
_STREAM = re.compile(rb"stream\r?\n")
_DATA = re.compile(rb"data:[^,\"']{0,80};base64,([A-Za-z0-9+/=\s]+)")
_LONG_BASE64 = re.compile(rb"[A-Za-z0-9+/]{40,}={0,2}")
_HEX_STRING = re.compile(rb"<((?:[0-9A-Fa-f]{2}){3,})>")


def texts_of(content: bytes, name: str) -> list[str]:
    """All texts that bytes of a file can be read as, what is packed inside of them included."""
    found = [text for piece in _pieces(content, 0) for text in _decoded(piece)]
    if name.casefold().endswith((".pdf", ".docx", ".html")):
        # What no reader reads is still in the pieces above.
        with contextlib.suppress(InputError):
            found.append(read_document(content, name).text)
    return found


def _decoded(piece: bytes) -> list[str]:
    texts = [piece.decode("utf-8", "ignore")]
    if len(piece) <= _SMALL and not piece.isascii():
        return texts + [piece[start:].decode(code, "ignore") for code in _WIDE for start in (0, 1)]
    # A long piece of bytes is a picture or a font: there, text of two bytes a letter begins with its mark.
    for code, mark in zip(_WIDE, (b"\xff\xfe", b"\xfe\xff"), strict=True):
        texts += [
            piece[at.end() : at.end() + 4_000].decode(code, "ignore") for at in re.finditer(re.escape(mark), piece)
        ]
    return texts


def _pieces(content: bytes, depth: int) -> Iterator[bytes]:
    yield content
    if depth >= _DEEPEST or len(content) > _MOST_BYTES:
        return
    for inner in _inside(content):
        if inner and inner != content:
            yield from _pieces(inner, depth + 1)


def _inside(content: bytes) -> Iterator[bytes]:
    if content.startswith(b"PK\x03\x04"):
        yield from _members(content)
    if content.startswith(b"\x89PNG"):
        yield from _png_chunks(content)
    if content.startswith(b"%PDF"):
        for start in _STREAM.finditer(content):
            unpacked = _inflate(content[start.end() : content.find(b"endstream", start.end())])
            if unpacked:
                yield unpacked
    for written in _HEX_STRING.finditer(content):
        yield bytes.fromhex(written[1].decode("ascii"))
    for pattern in (_DATA, _LONG_BASE64):
        for held in pattern.finditer(content):
            try:
                yield base64.b64decode(held.group(held.lastindex or 0), validate=False)
            except (binascii.Error, ValueError):
                continue


def _members(content: bytes) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            yield container.comment
            for member in container.infolist():
                yield member.filename.encode("utf-8") + b"\n" + member.comment
                if member.file_size <= _MOST_BYTES:
                    yield container.read(member)
    except (zipfile.BadZipFile, RuntimeError, zlib.error, NotImplementedError):
        return


def _png_chunks(content: bytes) -> Iterator[bytes]:
    at = 8
    while at + 8 <= len(content):
        length, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        held = content[at + 8 : at + 8 + length]
        if kind in {b"zTXt", b"iTXt", b"iCCP"}:
            for start in range(min(len(held), 120)):
                if held[start : start + 1] == b"\x78" and (unpacked := _inflate(held[start:])):
                    yield unpacked
        at += 12 + length


def _inflate(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, _MOST_BYTES)
    except zlib.error:
        return b""


# Letters with what may stand between the parts of a name; in the bytes of a picture such runs are short and few.
_RUN = re.compile(r"(?:[^\W\d_]+[\s\-‐‑·.'’ʼ,]{0,3}){1,}")
_BETWEEN = r"[\s\-‐‑·.'’ʼ]{0,2}"
_LEAST_LETTERS = 4


def _fold(text: str) -> str:
    """Lower case in plain letters, quickly for long texts: each character is folded once."""
    lowered = text.lower()
    if lowered.isascii():
        return lowered
    return lowered.translate({ord(c): unicodedata.normalize("NFC", fold_letters(c)) for c in set(lowered)})


@lru_cache(maxsize=5_000)
def _patterns(name: str) -> tuple[re.Pattern[str], ...]:
    folded = _fold(name).strip()
    found = []
    if len(folded) >= _LEAST_LETTERS or (len(folded) >= 2 and not folded.isascii()):
        words = [re.escape(word) for word in re.split(r"[\s\-]+", folded) if word]
        # Particles grow onto Hangul and Han; letters of an alphabet end where a word does.
        end = _whole if folded[0] < "\u1100" else re.compile
        found.append(end(_BETWEEN.join(words)))
        if len(words) == 2:
            found.append(_whole(rf"{words[1]},?{_BETWEEN}{words[0]}"))
    for way in name_key(name).korean[:2]:
        if way.with_surname and way.naturalness >= 0.5 and len(way.positions) >= 2:
            found += _korean(tuple(tuple(s for s, weight in p.items() if weight >= 0.5) for p in way.positions))
    return tuple(found)


def _korean(positions: tuple[tuple[str, ...], ...]) -> list[re.Pattern[str]]:
    spelled, hangul, han = [], [], []
    for number, syllables in enumerate(positions):
        spellings: set[str] = set()
        characters: set[str] = set()
        for syllable in syllables:
            some, written = writings_of_syllable(syllable, as_surname=number == 0)
            spellings |= {one for one in some if len(one) >= 2 or number}
            characters |= written
        spelled.append("(?:" + "|".join(sorted(map(re.escape, spellings), key=len, reverse=True)) + ")")
        hangul.append("[" + "".join(syllables) + "]")
        han.append("[" + "".join(sorted(characters)) + "]" if characters else "(?!)")
    given = _BETWEEN.join(spelled[1:])
    return [
        re.compile(_BETWEEN.join(hangul)),
        re.compile("".join(han)),
        _whole(rf"{spelled[0]}{_BETWEEN}{given}"),
        _whole(rf"{given},?{_BETWEEN}{spelled[0]}"),
    ]


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W\d_]){pattern}(?![^\W\d_])")


def names_found(files: Mapping[str, bytes], names: Collection[str]) -> dict[str, list[int]]:
    """For each file the positions, in the order of ``names``, of names that it holds; files without any left out."""
    found: dict[str, list[int]] = {}
    for path, content in files.items():
        texts = dict.fromkeys([path, *texts_of(content, path)])
        text = "\n".join(run for text in texts for run in _RUN.findall(_fold(text)) if len(run) > 1)
        held = [n for n, name in enumerate(names) if any(pattern.search(text) for pattern in _patterns(name))]
        if held:
            found[path] = held
    return found


def refuse_names(files: Mapping[str, bytes], names: Collection[str]) -> None:
    """Refuse to let files leave that hold a name; the error says which file, and never which name.

    Raises:
        NameInRelease: a file holds one.
    """
    found = names_found(files, names)
    if found:
        count = len({n for held in found.values() for n in held})
        raise NameInRelease(
            f"{count} of the vault's names can be read in: {', '.join(sorted(found))} (rule: nobody is named)."
        )
