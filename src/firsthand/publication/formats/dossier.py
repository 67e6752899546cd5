"""A dossier: headings, paragraphs, figures and tables in order, filled into a template from what a release holds.

A template is plain text: ``# `` and ``## `` lines are headings, paragraphs are parted by empty lines, and braces name
fields. ``{figure:NAME}``, ``{table:NAME}``, ``{figures}`` and ``{statement}`` stand alone in a paragraph;
``{title}``, ``{released}``, ``{audience}``, ``{words:KEY}`` and ``{number:NAME|CATEGORY|...}`` stand in a line.
Everything is filled before anything is drawn or written, so a field that the release lacks leaves nothing behind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from firsthand.publication.disclosure import PublishedTable
from firsthand.publication.figures import Figure
from firsthand.publication.redaction import PublishedText, publish_own_words
from firsthand.values.errors import InputError

__all__ = ["Dossier", "Released", "Section", "TableOfDossier", "TemplateFieldNotReleased", "fill_template"]


class TemplateFieldNotReleased(InputError):
    """A template names something that the release does not hold."""

    next_step = "Take the field out of the template, or release what it names. Nothing was written."


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOfDossier:
    """A table with its caption."""

    title: PublishedText
    table: PublishedTable


Block = PublishedText | Figure | TableOfDossier


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with what stands under it."""

    heading: PublishedText
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What a page or a PDF shows, in order."""

    title: PublishedText
    sections: tuple[Section, ...]
    labels: Mapping[str, PublishedText]
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """All that a template can draw on.

    ``words`` are the team's own, by key. ``figures`` belong to tables by identity of the table.
    """

    title: PublishedText
    released: str
    audience: PublishedText
    statement: Sequence[PublishedText]
    tables: Mapping[str, PublishedTable]
    titles: Mapping[str, PublishedText]
    figures: Sequence[Figure] = ()
    labels: Mapping[str, PublishedText] = field(default_factory=dict)
    words: Mapping[str, PublishedText] = field(default_factory=dict)
    language: str = "en"


_FIELD: Final = re.compile(r"\{([a-z]+)(?::([^{}]*))?\}")
_BLOCK: Final = re.compile(r"^\{(figure|table|figures|statement)(?::([^{}]*))?\}$")


def fill_template(template: str, released: Released) -> Dossier:
    """A dossier from a template's text.

    Raises:
        TemplateFieldNotReleased: a field is unknown, or names what the release does not hold or has hidden.
    """
    title = released.title
    sections: list[Section] = []
    heading, blocks = title, list[Block]()
    for part in re.split(r"\n\s*\n", template.strip()):
        for piece in _pieces(part):
            if piece.startswith("# "):
                title = heading = _filled(piece[2:], released)
            elif piece.startswith("## "):
                sections.append(Section(heading=heading, blocks=tuple(blocks)))
                heading, blocks = _filled(piece[3:], released), []
            else:
                blocks += _blocks(piece, released)
    sections.append(Section(heading=heading, blocks=tuple(blocks)))
    return Dossier(title=title, sections=tuple(sections), labels=released.labels, language=released.language)


def _pieces(part: str) -> list[str]:
    """Headings apart from what follows them; the lines of a paragraph as one."""
    found: list[str] = []
    rest: list[str] = []
    for line in part.strip().splitlines():
        if line.startswith("#"):
            found.append(line.strip())
        else:
            rest.append(line.strip())
    return [*found, *([" ".join(rest)] if any(rest) else [])]


def _blocks(piece: str, released: Released) -> list[Block]:
    whole = _BLOCK.match(piece)
    if whole is None:
        return [_filled(piece, released)]
    kind, name = whole[1], whole[2] or ""
    if kind == "statement":
        return list(released.statement)
    if kind == "table":
        table = _table(name, released)
        return [TableOfDossier(title=released.titles[name], table=table)]
    wanted = list(released.tables) if kind == "figures" else [name]
    found: list[Block] = []
    for one in wanted:
        table = _table(one, released)
        drawn = [figure for figure in released.figures if figure.table is table]
        found += drawn
        found.append(TableOfDossier(title=released.titles[one], table=table))
    return found


def _table(name: str, released: Released) -> PublishedTable:
    if name not in released.tables:
        raise TemplateFieldNotReleased(f"The template names the table {name!r}, which is not released.")
    return released.tables[name]


def _filled(line: str, released: Released) -> PublishedText:
    def value(found: re.Match[str]) -> str:
        return _value(found[1], found[2] or "", released)

    text = _FIELD.sub(value, line)
    if "{" in line and not _FIELD.search(line):
        raise TemplateFieldNotReleased("The template has a brace that names no field.")
    # The template's own words are the team's or ours; what fills it has passed.
    return publish_own_words(text)


def _value(kind: str, name: str, released: Released) -> str:
    plain = {"title": released.title, "released": released.released, "audience": released.audience}
    if kind in plain and not name:
        return str(plain[kind])
    if kind == "words" and name in released.words:
        return str(released.words[name])
    if kind == "number":
        table_name, *categories = name.split("|")
        shown = _table(table_name, released).values.get(tuple(categories), None)
        if shown is None:
            raise TemplateFieldNotReleased("The template names a number that is hidden or not in the table.")
        return f"{shown:,}"
    raise TemplateFieldNotReleased(f"The template names the field {kind + (':' + name if name else '')!r}.")
