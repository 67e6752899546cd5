"""Word documents: paragraphs, tables and notes; macros, remote parts, hidden and deleted words are listed."""

from __future__ import annotations

from collections import Counter

from firsthand.sources.document import LeftBehind, Locator, ReadText
from firsthand.sources.readers.archives import Archive, open_archive
from firsthand.sources.readers.faults import BrokenDocument, NoTextFound
from firsthand.sources.readers.markup import Element, parse_markup
from firsthand.sources.readers.reader import Reader, TextBuilder

__all__ = ["DOCX", "read_docx"]

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PIECES = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_NOT_TEXT = {"drawing": "picture", "pict": "picture", "object": "embedded object"}


def read_docx(content: bytes, file_name: str) -> ReadText:
    """Read a Word document; a segment a paragraph, counted as a part.

    Raises:
        BrokenArchive, ArchiveBomb, PasswordProtected, ForbiddenMarkup, BrokenDocument, NoTextFound.
    """
    del file_name
    archive = open_archive(content)
    if not archive.has("word/document.xml"):
        raise BrokenDocument("The container holds no Word document.")
    left: Counter[str] = Counter()
    builder = TextBuilder()
    number = 0
    # every part is parsed, even those that are not read, so that a hostile one is refused rather than kept
    trees = {name: parse_markup(archive.read(name)) for name in archive.names if name.endswith((".xml", ".rels"))}
    for part in ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml"):
        for paragraph in trees[part].descendants("p") if part in trees else ():
            number += 1
            builder.add(_words(paragraph, left), Locator.PART, number)
    _list_what_is_left(archive, trees, left)
    if not builder.segments:
        raise NoTextFound("The document opens and holds no words.")
    return builder.finish(
        MEDIA_TYPE,
        left_behind=[LeftBehind(what=what, count=count) for what, count in sorted(left.items())],
        facts=_facts(trees.get("docProps/core.xml")),
    )


def _words(paragraph: Element, left: Counter[str]) -> str:
    parts: list[str] = []

    def walk(element: Element) -> None:
        for child in element.elements():
            if child.name == "p":
                continue  # a text box's paragraph comes as its own
            if child.name == "del":
                left["deleted words"] += 1
            elif child.name in _NOT_TEXT:
                left[_NOT_TEXT[child.name]] += 1
            elif child.name == "r" and any(
                mark.attributes.get("val", "true") not in {"0", "false"}
                for properties in child.elements("rPr")
                for mark in properties.elements("vanish")
            ):
                left["hidden words"] += 1
            elif child.name == "t":
                parts.append(child.text())
            elif child.name in _PIECES:
                parts.append(_PIECES[child.name])
            else:
                walk(child)

    walk(paragraph)
    return "".join(parts).strip("\n")


def _list_what_is_left(archive: Archive, trees: dict[str, Element], left: Counter[str]) -> None:
    for name in archive.names:
        if name.lower().endswith("vbaproject.bin"):
            left["macros"] += 1
        elif name.startswith("word/embeddings/"):
            left["embedded object"] += 1
        elif name.startswith("word/comments") and name in trees:
            left["comment"] += len(trees[name].descendants("comment"))
        elif name.startswith(("word/header", "word/footer")) and name in trees and trees[name].text().strip():
            left["page header or footer"] += 1
        elif name.endswith(".rels"):
            for relation in trees[name].descendants("Relationship"):
                if relation.attributes.get("TargetMode") == "External":
                    kind = relation.attributes.get("Type", "").rpartition("/")[2]
                    left["link" if kind == "hyperlink" else "remote part (not fetched)"] += 1
    for what in [what for what, count in left.items() if not count]:
        del left[what]


def _facts(core: Element | None) -> dict[str, str]:
    if core is None:
        return {}
    found = {element.name: element.text().strip() for element in core.elements()}
    return {
        "title": found.get("title", ""),
        "author": found.get("creator", ""),
        "created": found.get("created", "")[:10],
        "language": found.get("language", ""),
    }


DOCX = Reader(name="docx", media_type=MEDIA_TYPE, suffixes=(".docx", ".docm"), read=read_docx)
