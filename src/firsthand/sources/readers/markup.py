"""XML from strangers: no document type, no entities, bounded depth, attributes and size.

Parsing goes through defusedxml; the limits on depth, attributes and elements are counted here while the parser
runs, so that a hostile file is stopped early.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]  # ships no types
from defusedxml.expatreader import DefusedExpatParser  # type: ignore[import-untyped]  # ships no types

from firsthand.sources.readers.faults import BrokenDocument, ForbiddenMarkup

__all__ = ["Element", "parse_markup"]

MOST_DEPTH = 200
MOST_ATTRIBUTES = 500
MOST_ELEMENTS = 3_000_000


@dataclass(slots=True)
class Element:
    """An element without its namespace: name, attributes, and children in order (elements and strings)."""

    name: str
    attributes: Mapping[str, str]
    children: list[Element | str] = field(default_factory=list)
    line: int = 0

    def elements(self, *names: str) -> list[Element]:
        """Child elements of these names, or all of them."""
        return [c for c in self.children if isinstance(c, Element) and (not names or c.name in names)]

    def descendants(self, *names: str) -> list[Element]:
        """All elements below of these names, in the order of the document."""
        found, waiting = [], list(reversed(self.elements()))
        while waiting:
            element = waiting.pop()
            if not names or element.name in names:
                found.append(element)
            waiting.extend(reversed(element.elements()))
        return found

    def text(self) -> str:
        """All text below, joined."""
        return "".join(c if isinstance(c, str) else c.text() for c in self.children)


class _TooMuch(Exception):
    pass


class _Tree:
    def __init__(self) -> None:
        self.root = Element("", {})
        self.open = [self.root]
        self.count = 0
        self.locator: object = None

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.count += 1
        if len(self.open) > MOST_DEPTH:
            raise _TooMuch(f"Markup nests more than {MOST_DEPTH} deep.")
        if len(attributes) > MOST_ATTRIBUTES:
            raise _TooMuch(f"An element has more than {MOST_ATTRIBUTES} attributes.")
        if self.count > MOST_ELEMENTS:
            raise _TooMuch(f"The markup has more than {MOST_ELEMENTS:,} elements.")
        plain = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        element = Element(name.rpartition(":")[2], plain)
        self.open[-1].children.append(element)
        self.open.append(element)

    def end(self, _name: str) -> None:
        self.open.pop()

    def data(self, text: str) -> None:
        self.open[-1].children.append(text)


def parse_markup(content: bytes) -> Element:
    """The root element of an XML document.

    Raises:
        ForbiddenMarkup: it has a document type or entities, or goes beyond the limits.
        BrokenDocument: it is not well-formed.
    """
    tree = _Tree()
    reader = DefusedExpatParser(0, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    reader.reset()
    parser = reader._parser  # noqa: SLF001  defusedxml offers its guarded expat parser in no other way
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.data
    parser.buffer_text = True
    try:
        parser.Parse(content, True)
    except (_TooMuch, DefusedXmlException) as error:
        what = str(error) if isinstance(error, _TooMuch) else "The markup declares a document type or entities."
        raise ForbiddenMarkup(what) from None
    except (ExpatError, ValueError, UnicodeError) as error:
        line = getattr(error, "lineno", None)
        if line:
            raise BrokenDocument(f"The markup is not well-formed, in line {line}.") from None
        raise BrokenDocument("The markup is not well-formed.") from None
    roots = tree.root.elements()
    if not roots:
        raise BrokenDocument("The markup holds no element.")
    return roots[0]
