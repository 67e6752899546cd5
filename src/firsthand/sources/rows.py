"""Rows of a table as documents of their own, or as records, by a mapping of its columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import groupby

from firsthand.sources.document import Locator, ReadText, Segment
from firsthand.values.errors import InputError

__all__ = ["MappingNotUsable", "Row", "RowMapping", "RowUse", "columns_of", "rows_as_documents", "rows_of"]


class MappingNotUsable(InputError):
    """A mapping of a table's columns does not fit the table."""

    next_step = "Name columns as the table's first row writes them."


class RowUse(StrEnum):
    """What a row is taken for: a text of its own, or a record whose columns are fields of a claim."""

    DOCUMENT = "document"
    RECORD = "record"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowMapping:
    """Which column means what. For documents: ``text`` and, where there are such, ``title``, ``publisher``, ``date``.
    For records: fields of a claim (``act``, ``informant``, ``victims``, ``perpetrators``, ``place``, ``date``,
    ``basis``, ``text``). ``codes`` turn cell values into codes of acts."""

    use: RowUse
    columns: Mapping[str, str]
    codes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.use is RowUse.DOCUMENT and "text" not in self.columns:
            raise MappingNotUsable("Rows as documents need a column for the text.")
        if self.use is RowUse.RECORD and "act" not in self.columns:
            raise MappingNotUsable("Rows as records need a column for the act.")

    def check(self, columns: tuple[str, ...]) -> None:
        """Refuse a mapping that names columns which the table has not.

        Raises:
            MappingNotUsable: it does.
        """
        missing = sorted(set(self.columns.values()) - set(columns))
        if missing:
            raise MappingNotUsable(f"The table has no column “{missing[0][:60]}”.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its number in the file, its cells by column, and each cell's segment."""

    number: float
    cells: Mapping[str, str]
    segments: tuple[Segment, ...]


def columns_of(read: ReadText) -> tuple[str, ...]:
    """The columns of a table in the order in which they first hold something; none for a text that is no table."""
    return tuple(dict.fromkeys(s.column for s in read.segments if s.locator is Locator.ROW and s.column))


def rows_of(read: ReadText) -> Iterator[Row]:
    """The rows of a table in order."""
    cells = [s for s in read.segments if s.locator is Locator.ROW and s.column]
    for number, group in groupby(cells, key=lambda s: s.number):
        segments = tuple(group)
        told = {s.column or "": read.text[s.start : s.end] for s in segments}
        yield Row(number=number, cells=told, segments=segments)


def rows_as_documents(read: ReadText, mapping: RowMapping) -> list[tuple[float, ReadText]]:
    """A text for each row whose text column holds something, with its number; the segment leads back to the cell.

    Raises:
        MappingNotUsable: the mapping names columns that the table has not.
    """
    mapping.check(columns_of(read))
    wanted = mapping.columns
    found = []
    for row in rows_of(read):
        cell = next((s for s in row.segments if s.column == wanted["text"]), None)
        if cell is None:
            continue
        text = read.text[cell.start : cell.end]
        facts = {
            name: row.cells[wanted[name]]
            for name in ("title", "publisher", "date")
            if name in wanted and row.cells.get(wanted[name])
        }
        segment = replace(cell, start=0, end=len(text))
        found.append((row.number, ReadText(text=text, media_type=read.media_type, segments=(segment,), facts=facts)))
    return found
