"""Capture tables from CSV text: patterns with counts, or one row for each person."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from firsthand.estimation.lists import CaptureTable, CountNotWhole, DuplicatePattern, OneList
from firsthand.values.errors import InputError, UsageError

__all__ = ["ListsTable", "NoSuchColumn", "NotACaptureTable", "Records", "read_lists_table"]

Records = tuple[tuple[tuple[int, ...], tuple[str, ...], int], ...]
COUNT_HEADERS = frozenset({"count", "counts", "n", "freq", "frequency"})


class NotACaptureTable(InputError):
    """A file is not a table of lists."""

    likely = "A capture table has one column of 0 and 1 for each list, and a column named count."
    next_step = "Write one column of 0 and 1 for each list; leave count out if each row is one person."


class NoSuchColumn(UsageError):
    """A column asked for is not in the table, or is one of the lists."""

    next_step = "Name a column of the table that is neither a list nor the count."


@dataclass(frozen=True, slots=True, kw_only=True)
class ListsTable:
    """A table as read: lists, other columns (covariates), and rows of pattern, covariates and people.

    ``has_counts`` tells a table of patterns from one with a row for each person.
    """

    lists: tuple[str, ...]
    covariates: tuple[str, ...]
    records: Records
    has_counts: bool

    def capture_table(self) -> CaptureTable:
        """The whole table with strata added up."""
        return _table_of(self.lists, [(pattern, count) for pattern, _, count in self.records])

    def split_by(self, columns: Sequence[str]) -> dict[tuple[str, ...], CaptureTable]:
        """One table for each combination of the columns' values; strata with nobody are left out.

        Raises:
            NoSuchColumn: a column is not among the covariates.
        """
        missing = [name for name in columns if name not in self.covariates]
        if missing:
            raise NoSuchColumn("A column to divide the table by is not there.")
        positions = [self.covariates.index(name) for name in columns]
        groups: dict[tuple[str, ...], list[tuple[tuple[int, ...], int]]] = {}
        for pattern, values, count in self.records:
            groups.setdefault(tuple(values[p] for p in positions), []).append((pattern, count))
        return {key: _table_of(self.lists, rows) for key, rows in groups.items() if any(c for _, c in rows)}


def _table_of(lists: tuple[str, ...], rows: Sequence[tuple[tuple[int, ...], int]]) -> CaptureTable:
    counts: dict[tuple[int, ...], int] = {}
    for pattern, count in rows:
        counts[pattern] = counts.get(pattern, 0) + count
    return CaptureTable(lists=lists, counts=counts)


def _count(cell: str, line: int) -> int:
    try:
        number = float(cell)
        whole = int(number)
    except (ValueError, OverflowError):
        raise CountNotWhole(f"The count in row {line} is not a number.") from None
    if whole != number or whole < 0:
        raise CountNotWhole(f"The count in row {line} is not a whole number of people.")
    return whole


def read_lists_table(text: str) -> ListsTable:
    """Read CSV text; lines before the header that start with # are remarks.

    Columns that hold only 0 and 1 are lists, one named count (or n, freq) holds people, the others are covariates. A
    column of one value in a table of patterns is still a list.

    Raises:
        NotACaptureTable: no header, uneven rows, no list.
        OneList: only one column of 0 and 1.
        CountNotWhole: a count is not a whole number.
        DuplicatePattern: a pattern stands twice with the same covariates in a table with counts.
    """
    lines = text.lstrip("\ufeff").splitlines()
    while lines and (not lines[0].strip() or lines[0].lstrip().startswith("#")):
        lines.pop(0)
    if not lines:
        raise NotACaptureTable("The file has no header line.")
    separator = max(",;\t|", key=lines[0].count)
    try:
        read = csv.reader(io.StringIO("\n".join(lines)), delimiter=separator)
        rows = [row for row in read if any(cell.strip() for cell in row)]
    except csv.Error as problem:
        raise NotACaptureTable("The file is not a well-formed table.") from problem
    header = [name.strip() for name in rows[0]]
    body = [[cell.strip() for cell in row] for row in rows[1:]]
    uneven = next((number for number, row in enumerate(body, start=1) if len(row) != len(header)), None)
    if uneven is not None:
        raise NotACaptureTable(f"Row {uneven} has not as many cells as the header.")
    if not body or len(set(header)) < len(header):
        raise NotACaptureTable("The table has no rows, or two columns of one name.")
    columns = dict(zip(header, zip(*body, strict=True), strict=True))
    count_column = next((name for name in header if name.casefold() in COUNT_HEADERS), None)
    lists = tuple(n for n in header if n != count_column and all(cell in {"0", "1"} for cell in columns[n]))
    if not lists:
        raise NotACaptureTable("No column holds only 0 and 1.")
    if len(lists) < 2:
        raise OneList("There is one column of 0 and 1.")
    covariates = tuple(n for n in header if n != count_column and n not in lists)
    records = _records(columns, lists, covariates, count_column)
    if count_column is not None:
        keys = [(pattern, values) for pattern, values, _ in records]
        if len(set(keys)) < len(keys):
            raise DuplicatePattern("A pattern stands in the table twice.")
    return ListsTable(lists=lists, covariates=covariates, records=records, has_counts=count_column is not None)


def _records(
    columns: Mapping[str, Sequence[str]], lists: Sequence[str], covariates: Sequence[str], count_column: str | None
) -> Records:
    rows = len(columns[lists[0]])
    patterns = zip(*(columns[name] for name in lists), strict=True)
    values = zip(*(columns[name] for name in covariates), strict=True) if covariates else iter([()] * rows)
    counts = columns[count_column] if count_column else ["1"] * rows
    return tuple(
        (tuple(int(mark) for mark in pattern), tuple(told), _count(cell, line))
        for line, (pattern, told, cell) in enumerate(zip(patterns, values, counts, strict=True), start=1)
    )
