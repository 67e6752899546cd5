"""OpenDocument texts: paragraphs, headings, tables and notes; macros, remote parts, hidden and deleted words listed."""

from __future__ import annotations

from collections import Counter

from firsthand.sources.document import LeftBehind, Locator, ReadText
from firsthand.sources.readers.archives import open_archive
from firsthand.sources.readers.faults import BrokenDocument, NoTextFound, PasswordProtected
from firsthand.sources.readers.markup import Element, parse_markup
from firsthand.sources.readers.reader import Reader, TextBuilder

__all__ = ["ODT", "read_odt"]

MEDIA_TYPE = "application/vnd.oasis.opendocument.text"
MOST_REPEATED_SPACES = 200
_NOT_TEXT = {
    "frame": "picture",
    "object": "embedded object",
    "annotation": "comment",
    "tracked-changes": "deleted words",
    "hidden-text": "hidden words",
    "hidden-paragraph": "hidden words",
    "script": "script",
}


def read_odt(content: bytes, file_name: str) -> ReadText:
    """Read an OpenDocument text; a segment a paragraph, counted as a part.

    Raises:
        BrokenArchive, ArchiveBomb, PasswordProtected, ForbiddenMarkup, BrokenDocument, NoTextFound.
    """
    del file_name
    archive = open_archive(content)
    if not archive.has("content.xml"):
        raise BrokenDocument("The container holds no OpenDocument text.")
    manifest = parse_markup(archive.read("META-INF/manifest.xml")) if archive.has("META-INF/manifest.xml") else None
    if manifest is not None and manifest.descendants("encryption-data"):
        raise PasswordProtected("The document is encrypted.")
    trees = {name: parse_markup(archive.read(name)) for name in archive.names if name.endswith(".xml")}
    left: Counter[str] = Counter()
    hidden = _hidden_styles(trees)
    builder = TextBuilder()
    for number, paragraph in enumerate(_paragraphs(trees["content.xml"], left), 1):
        if paragraph.attributes.get("style-name") in hidden:
            left["hidden words"] += 1
            continue
        builder.add(_words(paragraph, left, hidden).strip(), Locator.PART, number)
    _list_what_is_left(archive.names, trees["content.xml"], left)
    if not builder.segments:
        raise NoTextFound("The document opens and holds no words.")
    return builder.finish(
        MEDIA_TYPE,
        left_behind=[LeftBehind(what=what, count=count) for what, count in sorted(left.items())],
        facts=_facts(trees.get("meta.xml")),
    )


def _hidden_styles(trees: dict[str, Element]) -> frozenset[str]:
    return frozenset(
        style.attributes.get("name", "")
        for tree in trees.values()
        for style in tree.descendants("style")
        for properties in style.elements("text-properties")
        if properties.attributes.get("display") == "none"
    )


def _paragraphs(root: Element, left: Counter[str]) -> list[Element]:
    """Paragraphs and headings in the order of the document, those of deleted text left out."""
    found: list[Element] = []
    waiting = list(root.elements("body"))
    while waiting:
        element = waiting.pop()
        if element.name == "tracked-changes":
            left["deleted words"] += len(element.descendants("deletion"))
            continue
        if element.name == "annotation":
            continue
        if element.name in {"p", "h"}:
            found.append(element)
        waiting.extend(reversed(element.elements()))
    return found


def _words(paragraph: Element, left: Counter[str], hidden: frozenset[str]) -> str:
    parts: list[str] = []

    def walk(element: Element) -> None:
        for child in element.children:
            if isinstance(child, str):
                # white space in the file is one space; more than one is written as <text:s>
                parts.append(" " if not child.strip() and child else child.replace("\n", " "))
            elif child.name in {"p", "h", "note"}:
                continue  # a note's and a frame's paragraphs come as their own
            elif child.name in _NOT_TEXT:
                left[_NOT_TEXT[child.name]] += 1
            elif child.name == "s":
                count = child.attributes.get("c", "1")
                parts.append(" " * min(int(count) if count.isdigit() else 1, MOST_REPEATED_SPACES))
            elif child.name == "tab":
                parts.append("\t")
            elif child.name == "line-break":
                parts.append("\n")
            elif child.attributes.get("style-name") in hidden and child.name == "span":
                left["hidden words"] += 1
            else:
                walk(child)

    walk(paragraph)
    return "".join(parts)


def _list_what_is_left(names: tuple[str, ...], root: Element, left: Counter[str]) -> None:
    for name in names:
        if name.startswith(("Basic/", "Scripts/")) and not name.endswith(("/", "script-lb.xml", "script-lc.xml")):
            left["macros"] += 1
        elif name.startswith("Object "):
            left["embedded object"] += name.endswith("content.xml")
    for element in root.descendants("image", "object", "plugin"):
        if element.attributes.get("href", "").startswith(("http:", "https:", "//", "file:")):
            left["remote part (not fetched)"] += 1


def _facts(meta: Element | None) -> dict[str, str]:
    if meta is None:
        return {}
    texts = {element.name: element.text().strip() for element in meta.descendants()}
    return {
        "title": texts.get("title", ""),
        "author": texts.get("initial-creator", "") or texts.get("creator", ""),
        "created": texts.get("creation-date", "")[:10],
    }


ODT = Reader(name="odt", media_type=MEDIA_TYPE, suffixes=(".odt", ".ott"), read=read_odt)
