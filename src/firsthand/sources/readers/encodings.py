"""From bytes to text: which encoding, told rather than guessed.

Order: byte order mark, UTF-8, UTF-16 without a mark, CP949 (which contains EUC-KR), Windows-1252. A file that
mixes encodings is refused: half of it would be read as other words.
"""

from __future__ import annotations

import codecs
import re

from firsthand.sources.readers.faults import EncodingUnknown, NotText

__all__ = ["decode_text"]

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# A UTF-8 Hangul syllable: lead EA..ED and two continuation bytes. In CP949 these leads are rare hanja.
_UTF8_HANGUL = re.compile(rb"[\xea-\xed][\x80-\xbf]{2}")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
CONTROLS_PER_CHAR = 0.002
ENOUGH_HANGUL = 0.6


def decode_text(content: bytes, *, declared: str | None = None, allow_nul: bool = False) -> tuple[str, str]:
    """The text of ``content`` and the name of its encoding; line ends stay as they are, the mark is dropped.

    ``declared`` is what the file says of itself (an HTML ``charset``); it is tried after marks and UTF-8.

    Raises:
        NotText: it holds control characters as no text does.
        EncodingUnknown: it fits no encoding, or two at once.
    """
    text, encoding = _decoded(content, declared)
    controls = len(_CONTROLS.findall(text[:1_000_000]))
    if allow_nul:
        controls -= text[:1_000_000].count("\0")
    if controls > max(1.0, CONTROLS_PER_CHAR * min(len(text), 1_000_000)) or (not allow_nul and "\0" in text):
        raise NotText("The file is not text: it holds control characters.")
    return text, encoding


def _decoded(content: bytes, declared: str | None) -> tuple[str, str]:
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _strict(content[len(mark) :], name), name
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    utf16 = _utf16_without_mark(content)
    if utf16:
        return _strict(content, utf16), utf16
    if b"\0" in content[:4096]:
        raise NotText("The file is not text: it holds zero bytes.")
    if declared:
        known = _known_codec(declared)
        if known is not None:
            return _strict(content, known), known
    return _legacy(content)


def _known_codec(name: str) -> str | None:
    lowered = name.strip().lower().replace("ks_c_5601-1987", "cp949").replace("euc-kr", "cp949")
    known = {
        "cp949",
        "iso-8859-1",
        "latin-1",
        "windows-1252",
        "gb2312",
        "gbk",
        "gb18030",
        "big5",
        "shift_jis",
        "euc-jp",
    }
    return {"iso-8859-1": "windows-1252", "latin-1": "windows-1252"}.get(lowered, lowered) if lowered in known else None


def _strict(content: bytes, name: str) -> str:
    try:
        return content.decode(name)
    except UnicodeDecodeError as error:
        raise EncodingUnknown(f"The file says that it is “{name}” and is not, from byte {error.start} on.") from None


def _utf16_without_mark(content: bytes) -> str | None:
    sample = content[:4096]
    if len(sample) < 4 or len(content) % 2:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.3 * half and even < 0.02 * half:
        return "utf-16-le"
    if even > 0.3 * half and odd < 0.02 * half:
        return "utf-16-be"
    return None


def _legacy(content: bytes) -> tuple[str, str]:
    mixed = len(_UTF8_HANGUL.findall(content))
    try:
        korean = content.decode("cp949")
    except UnicodeDecodeError:
        korean = ""
    letters = [c for c in korean[:200_000] if ord(c) > 0x7F]
    hangul = sum("가" <= c <= "힣" for c in letters)
    if letters and hangul >= ENOUGH_HANGUL * len(letters) and not mixed:
        return korean, "cp949"
    if mixed:
        raise EncodingUnknown("The file holds UTF-8 and another encoding at once.")
    high = sum(byte > 0x7F for byte in content[:200_000])
    if high and high <= 0.05 * min(len(content), 200_000):
        try:
            return content.decode("windows-1252"), "windows-1252"
        except UnicodeDecodeError:
            pass
    raise EncodingUnknown("The file's encoding is unknown.")
