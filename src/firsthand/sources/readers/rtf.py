"""Rich text: words and paragraphs of RTF 1.9; objects, pictures, fields' instructions and hidden words are listed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from firsthand.sources.document import LeftBehind, Locator, ReadText
from firsthand.sources.readers.faults import BrokenDocument, ForbiddenMarkup, NoTextFound
from firsthand.sources.readers.reader import MEGABYTE, Reader, TextBuilder

__all__ = ["RTF", "read_rtf"]

MEDIA_TYPE = "application/rtf"
MOST_DEPTH = 500
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z\r\n])|\\\r?\n|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
# Destinations whose content is not the document's words, and how each is listed where it matters.
_SKIPPED = {
    "fonttbl": "", "colortbl": "", "stylesheet": "", "listtable": "", "listoverridetable": "", "rsidtbl": "",
    "generator": "", "info": "", "xmlnstbl": "", "themedata": "", "colorschememapping": "", "datastore": "",
    "latentstyles": "", "mmathPr": "", "pgdsctbl": "", "filetbl": "", "revtbl": "", "fldinst": "", "bkmkstart": "",
    "bkmkend": "", "pict": "picture", "object": "embedded object", "objdata": "", "header": "page header or footer",
    "headerl": "page header or footer", "headerr": "page header or footer", "headerf": "page header or footer",
    "footer": "page header or footer", "footerl": "page header or footer", "footerr": "page header or footer",
    "footerf": "page header or footer", "annotation": "comment", "atnid": "", "atnauthor": "", "template": "",
    "nonshppict": "", "shppict": "picture", "listtext": "", "pntext": "", "wgrffmtfilter": "", "htmltag": "",
}  # fmt: skip
_BREAKS = {"par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "cell": "\t", "tab": "\t"}
_SIGNS = {
    "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
    "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip
# Windows character sets of fonts, by the number behind \fcharset, that Korean and English writers meet.
_CHARSETS = {0: "cp1252", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5", 128: "cp932", 204: "cp1251"}
_PAGES = {949: "cp949", 936: "gbk", 950: "big5", 932: "cp932", 1252: "cp1252", 65001: "utf-8", 1251: "cp1251"}


@dataclass(frozen=True, slots=True)
class _State:
    """What a group of the file inherits."""

    skip: bool = False
    hidden: bool = False
    deleted: bool = False
    font: int = -1
    unicode_skip: int = 1
    destination: str = ""


class _Words:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.state = _State()
        self.stack: list[_State] = []
        self.left: Counter[str] = Counter()
        self.codec = "cp1252"
        self.charset_of: dict[int, str] = {}
        self.paragraphs: list[str] = []
        self.runs: list[str] = []
        self.waiting = b""
        self.to_skip = 0
        self.star = False
        self.title: list[str] = []

    def read(self) -> None:
        for token in _TOKEN.finditer(self.content):
            word, number, byte, sign, brace, words = token.groups()
            if brace == b"{":
                self._flush()
                if len(self.stack) > MOST_DEPTH:
                    raise ForbiddenMarkup(f"The document nests more than {MOST_DEPTH} deep.")
                self.stack.append(self.state)
            elif brace == b"}":
                self._flush()
                if not self.stack:
                    break
                self.state = self.stack.pop()
                if not self.stack:
                    break
            elif word:
                self._control(word.decode("ascii"), int(number) if number else None)
                continue
            elif byte:
                self._bytes(bytes.fromhex(byte.decode("ascii")))
            elif sign:
                self._sign(sign)
                continue
            elif words:
                self._bytes(words)
            self.star = False
        if self.stack:
            raise BrokenDocument("The document ends inside one of its groups.")
        self._flush()
        self._end_paragraph()

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self.star = True
            return
        if sign in (b"\\", b"{", b"}"):
            self._bytes(sign)
        elif sign == b"~":
            self._add("\u00a0")
        elif sign == b"_":
            self._add("-")

    def _control(self, word: str, number: int | None) -> None:
        if word == "u" and number is not None:
            self._flush()
            self._add(chr(number % 65536))
            self.to_skip = self.state.unicode_skip
            return
        self._flush()
        if word in _SKIPPED or (self.star and word not in {"shptxt", "footnote", "fldrslt"}):
            if not self.state.skip and _SKIPPED.get(word):
                self.left[_SKIPPED[word]] += 1
            if word == "pict" and self.state.destination == "object":
                self.left["picture"] -= 1
            self.state = replace(self.state, skip=True, destination=word)
        elif word == "title":
            self.state = replace(self.state, skip=True, destination="title")
        elif word in _BREAKS or word in _SIGNS:
            self._add(_BREAKS.get(word) or _SIGNS[word])
        elif word == "v":
            self.state = replace(self.state, hidden=number != 0)
        elif word == "deleted":
            self.state = replace(self.state, deleted=number != 0)
        elif word == "plain":
            self.state = replace(self.state, hidden=False, deleted=False)
        elif word == "uc" and number is not None:
            self.state = replace(self.state, unicode_skip=max(0, min(number, 10)))
        elif word == "ansicpg" and number is not None:
            self.codec = _PAGES.get(number, "cp1252")
        elif word == "f" and number is not None:
            self.state = replace(self.state, font=number)
        elif word == "fcharset" and number in _CHARSETS and self.state.font >= 0:
            self.charset_of[self.state.font] = _CHARSETS[number]
        self.star = False

    def _bytes(self, piece: bytes) -> None:
        if self.to_skip:
            dropped = min(self.to_skip, len(piece))
            self.to_skip -= dropped
            piece = piece[dropped:]
        self.waiting += piece

    def _flush(self) -> None:
        if self.waiting:
            codec = self.charset_of.get(self.state.font, self.codec)
            if codec == "cp1252":
                codec = self.codec  # a font of the western set says nothing where the document has another page
            text = self.waiting.decode(codec, "replace")
            self.waiting = b""
            self._add(text)
        self.to_skip = 0

    def _add(self, text: str) -> None:
        if self.state.skip:
            if self.state.destination == "title":
                self.title.append(text)
            return
        if text != "\n" and (self.state.hidden or self.state.deleted):
            if text.strip():
                self.left["hidden words" if self.state.hidden else "deleted words"] += 1
            return
        if text == "\n":
            self._end_paragraph()
        else:
            self.runs.append(text)

    def _end_paragraph(self) -> None:
        # two halves of a surrogate pair come as two \u words
        text = "".join(self.runs).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        self.paragraphs.append(text.strip())
        self.runs = []


def read_rtf(content: bytes, file_name: str) -> ReadText:
    """Read rich text; a segment a paragraph, counted as a part.

    Raises:
        BrokenDocument, ForbiddenMarkup, NoTextFound.
    """
    del file_name
    if not content.lstrip()[:5].lower() == b"{\\rtf":
        raise BrokenDocument("The file is no rich text.")
    words = _Words(content)
    words.read()
    builder = TextBuilder()
    for number, paragraph in enumerate(words.paragraphs, 1):
        builder.add(paragraph.replace("\0", "\ufffd"), Locator.PART, number)
    if not builder.segments:
        raise NoTextFound("The document opens and holds no words.")
    left = [LeftBehind(what=what, count=count) for what, count in sorted(words.left.items()) if count > 0]
    return builder.finish(MEDIA_TYPE, left_behind=left, facts={"title": "".join(words.title).strip()})


RTF = Reader(
    name="rtf",
    media_type=MEDIA_TYPE,
    suffixes=(".rtf",),
    read=read_rtf,
    recognises=lambda head: head.lstrip()[:5].lower() == b"{\\rtf",
    most_bytes=50 * MEGABYTE,
)
