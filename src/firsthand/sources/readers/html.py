"""Web pages: main text apart from boilerplate; scripts, remote parts and hidden text are listed, never followed.

Boilerplate is told by the page's own marks (nav, aside, footer, main, article) and by link density, after
Kohlschütter, Fankhauser and Nejdl (2010), "Boilerplate detection using shallow text features".
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser

from firsthand.sources.document import LeftBehind, Locator, ReadText
from firsthand.sources.readers.encodings import decode_text
from firsthand.sources.readers.faults import EmptyFile, ForbiddenMarkup, NoTextFound
from firsthand.sources.readers.reader import MEGABYTE, Reader, TextBuilder

__all__ = ["HTML", "read_html", "text_of_html"]

MOST_DEPTH = 5_000
MAIN_SHARE = 0.25
MOST_LINK_DENSITY = 0.5
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl", "dt"}
    | {"fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html"}
    | {"li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead"}
    | {"title", "tr", "ul"}
)
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
_SKIPPED = {"script": "script", "style": "", "noscript": "", "template": "", "iframe": "frame", "object": "object"}
_SKIPPED |= {"svg": "picture", "canvas": "", "select": "", "textarea": "", "head": "", "button": ""}
_BOILERPLATE = frozenset({"nav", "aside", "footer", "form"})
_BOILERPLATE_NAME = re.compile(
    r"(?:^|[-_ ])(?:nav|menu|sidebar|footer|cookie|banner|advert|promo|share|social|related|comments?|breadcrumbs?"
    r"|newsletter|subscribe)(?:$|[-_ ])"
)
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em)?\s*(?:;|$)")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_FACTS = {
    "og:title": "title",
    "og:site_name": "publisher",
    "article:published_time": "date",
    "datepublished": "date",
    "date": "date",
    "pubdate": "date",
    "dc.date": "date",
    "author": "author",
    "article:author": "author",
    "og:url": "address",
}


@dataclass(slots=True)
class _Block:
    line: int
    in_main: bool
    boilerplate: bool
    heading: bool
    text: str = ""
    link_chars: int = 0


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[_Block] = []
        self.left: Counter[str] = Counter()
        self.facts: dict[str, str] = {}
        self.stack: list[tuple[str, str]] = []  # element, what it does to the text inside
        self.block: _Block | None = None
        self.in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._note(tag, values)
        if tag in _BLOCKS:
            self.block = None
        if tag == "br" and self.blocks:
            self.block = None
        if tag in _VOID:
            return
        if len(self.stack) > MOST_DEPTH:
            raise ForbiddenMarkup(f"The page nests more than {MOST_DEPTH:,} deep.")
        effect = ""
        if tag in _SKIPPED:
            effect = "skip"
        elif "hidden" in values or values.get("aria-hidden") == "true" or _HIDING.search(values.get("style", "")):
            effect = "hide"
        elif tag in {"main", "article"} or values.get("role") == "main":
            effect = "main"
        elif tag in _BOILERPLATE or _BOILERPLATE_NAME.search(f"{values.get('class', '')} {values.get('id', '')}"):
            effect = "boilerplate"
        self.stack.append((tag, effect))

    def _note(self, tag: str, values: dict[str, str]) -> None:
        if _SKIPPED.get(tag):
            self.left[_SKIPPED[tag]] += 1
        if any(name.startswith("on") for name in values):
            self.left["script"] += 1
        address = values.get("src") or (values.get("href", "") if tag == "link" else "")
        if tag in {"img", "audio", "video", "embed", "source", "link"} and address:
            remote = address.startswith(("http:", "https:", "//"))
            self.left["remote part (not fetched)" if remote else "picture or media"] += 1
        if tag == "html" and values.get("lang"):
            self.facts.setdefault("language", values["lang"][:20])
        if tag == "meta" and values.get("content"):
            name = (values.get("property") or values.get("name") or values.get("itemprop") or "").lower()
            if name in _FACTS:
                self.facts.setdefault(_FACTS[name], values["content"].strip()[:500])
        if tag == "link" and values.get("rel") == "canonical":
            self.facts.setdefault("address", values.get("href", "")[:500])
        if tag == "time" and values.get("datetime"):
            self.facts.setdefault("time", values["datetime"][:40])
        if tag == "title":
            self.in_title = True

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.block = None
        if tag == "title":
            self.in_title = False
        for depth in range(len(self.stack) - 1, max(-1, len(self.stack) - 30), -1):
            if self.stack[depth][0] == tag:
                del self.stack[depth:]
                return

    def handle_data(self, data: str) -> None:
        if self.in_title:
            self.facts["page title"] = (self.facts.get("page title", "") + data).strip()[:500]
            return
        effects = {effect for _, effect in self.stack}
        if "skip" in effects or not data.strip():
            if self.block and not data.strip() and "skip" not in effects:
                self.block.text += " "
            return
        if "hide" in effects:
            self.left["hidden words"] += 1
            return
        if self.block is None:
            names = [name for name, _ in self.stack]
            self.block = _Block(
                line=self.getpos()[0],
                in_main="main" in effects,
                boilerplate="boilerplate" in effects,
                heading=any(re.fullmatch("h[1-6]", name) for name in names),
            )
            self.blocks.append(self.block)
        self.block.text += data
        if any(name == "a" for name, _ in self.stack):
            self.block.link_chars += len(data.strip())

    def error(self, message: str) -> None:
        raise ForbiddenMarkup("The page cannot be parsed.") from ValueError(len(message))


def read_html(content: bytes, file_name: str) -> ReadText:
    """Read a web page; a segment a block of text, numbered by its line in the page's source.

    Raises:
        EmptyFile, NotText, EncodingUnknown, ForbiddenMarkup, NoTextFound: as their names say.
    """
    del file_name
    declared = _CHARSET.search(content[:4096])
    text, _ = decode_text(content, declared=declared.group(1).decode("ascii") if declared else None)
    if not text.strip():
        raise EmptyFile("The file holds no text.")
    return text_of_html(text)


def text_of_html(source: str) -> ReadText:
    """The main text of a page's source.

    Raises:
        ForbiddenMarkup, NoTextFound: as their names say.
    """
    page = _Page()
    try:
        page.feed(source)
        page.close()
    except (AssertionError, ValueError, RecursionError):
        raise ForbiddenMarkup("The page cannot be parsed.") from None
    blocks = [block for block in page.blocks if block.text.strip()]
    if not blocks:
        raise NoTextFound("The page opens and holds no words.")
    kept = _main_blocks(blocks)
    builder = TextBuilder()
    for block in kept:
        builder.add(" ".join(block.text.split()), Locator.LINE, block.line)
    if len(kept) < len(blocks):
        page.left["block of boilerplate"] = len(blocks) - len(kept)
    facts = dict(page.facts)
    facts.setdefault("title", facts.pop("page title", ""))
    facts.pop("page title", None)
    facts.setdefault("date", facts.pop("time", ""))
    facts.pop("time", None)
    facts["date"] = _day(facts["date"])
    left = [LeftBehind(what=what, count=count) for what, count in sorted(page.left.items())]
    return builder.finish("text/html", left_behind=left, facts=facts)


def _main_blocks(blocks: list[_Block]) -> list[_Block]:
    total = sum(len(block.text) for block in blocks)
    main = [block for block in blocks if block.in_main and not block.boilerplate]
    candidates = main if sum(len(block.text) for block in main) >= MAIN_SHARE * total else blocks
    kept = [
        block
        for block in candidates
        if not block.boilerplate and block.link_chars <= MOST_LINK_DENSITY * len(block.text.strip())
    ]
    return kept or candidates


def _day(text: str) -> str:
    found = re.match(r"\d{4}(?:-\d{2}(?:-\d{2})?)?", text)
    return found.group(0) if found else ""


HTML = Reader(
    name="web page",
    media_type="text/html",
    suffixes=(".html", ".htm", ".xhtml"),
    read=read_html,
    recognises=lambda head: bool(re.match(rb"\s*(?:<!doctype html|<html)", head.lower().lstrip(b"\xef\xbb\xbf"))),
    most_bytes=30 * MEGABYTE,
)
