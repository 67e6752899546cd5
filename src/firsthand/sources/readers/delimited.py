"""Tables as text: comma, semicolon, tab or bar separated; each row is a part, each cell a segment with its column.

The reader is our own, after RFC 4180, because a lenient one hides what a documenter must see: an unclosed quote
swallows the rest of the table, a short row shifts names under other people's columns.
"""

from __future__ import annotations

from collections import Counter

from firsthand.sources.document import LeftBehind, Locator, ReadText
from firsthand.sources.readers.encodings import decode_text
from firsthand.sources.readers.faults import BrokenTable, EmptyFile
from firsthand.sources.readers.reader import Reader, TextBuilder

__all__ = ["DELIMITED", "parse_rows", "read_delimited", "rows_as_text"]

MOST_COLUMNS = 2_000
MOST_CELL_CHARS = 1_000_000
_SEPARATORS = (",", "\t", ";", "|")


def read_delimited(content: bytes, file_name: str) -> ReadText:
    """Read a table; the first row names the columns. The text gives each row as lines ``column: cell``.

    Cells stay as they are, also those that a spreadsheet would take for a formula.

    Raises:
        EmptyFile, BrokenTable, NotText, EncodingUnknown: as their names say; rows are named by line.
    """
    text, encoding = decode_text(content, allow_nul=True)
    if not text.strip():
        raise EmptyFile("The file holds no text.")
    separator = "\t" if file_name.lower().endswith(".tsv") else _guess_separator(text)
    rows = parse_rows(text, separator)
    read = rows_as_text([(line, cells) for line, cells in rows if any(cells)], "text/csv")
    return ReadText(
        text=read.text,
        media_type=read.media_type,
        segments=read.segments,
        left_behind=read.left_behind,
        facts={"encoding": encoding, "separator": {"\t": "tab"}.get(separator, separator)},
    )


def rows_as_text(rows: list[tuple[int, list[str]]], media_type: str) -> ReadText:
    """Text of rows of which the first names the columns; empty cells are left out.

    Raises:
        BrokenTable: there is no row, too many columns, or a row has another number of cells.
    """
    if not rows:
        raise EmptyFile("The table holds no row.")
    head = [name.strip() or f"column {n}" for n, name in enumerate(rows[0][1], 1)]
    if len(head) > MOST_COLUMNS:
        raise BrokenTable(f"The table has {len(head):,} columns; {MOST_COLUMNS:,} are read at most.")
    wrong = [line for line, cells in rows if len(cells) != len(head)]
    if wrong:
        raise BrokenTable(
            f"Rows of another length than the first row's {len(head)} cells: {len(wrong):,}, "
            f"the first in line {wrong[0]:,}."
        )
    builder = TextBuilder()
    nul = 0
    for number, (_, cells) in enumerate(rows[1:] or rows, 1):
        for name, cell in zip(head, cells, strict=True):
            if cell:
                nul += cell.count("\0")
                builder.gap(f"{name}: ")
                builder.add(cell.replace("\0", "\ufffd"), Locator.ROW, number, column=name)
        builder.gap()
    left = [LeftBehind(what="zero byte in a cell", count=nul)] if nul else []
    return builder.finish(media_type, left_behind=left)


def parse_rows(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """Rows with the line on which each begins.

    Raises:
        BrokenTable: a quote is not closed, text follows a closing quote, or a cell is over a million characters.
    """
    rows: list[tuple[int, list[str]]] = []
    position, line, length = 0, 1, len(text)
    # where lines end with a line feed, a lone carriage return is a character of its cell
    stops = {separator, "\n"} if "\n" in text else {separator, "\r"}
    row: list[str] = []
    first_line = 1
    while position <= length:
        if text[position : position + 1] == '"':
            cell, position, line = _quoted(text, position, line)
        else:
            end = position
            while end < length and text[end] not in stops:
                end += 1
            cell, position = text[position:end], end
            if cell.endswith("\r") and text[end : end + 1] == "\n":
                cell, position = cell[:-1], end - 1
        if len(cell) > MOST_CELL_CHARS:
            raise BrokenTable(f"A cell in line {first_line} has over {MOST_CELL_CHARS:,} characters.")
        row.append(cell)
        if len(row) > MOST_COLUMNS:
            raise BrokenTable(f"Line {first_line} has more than {MOST_COLUMNS:,} cells.")
        mark = text[position : position + 1]
        if mark == separator:
            position += 1
            continue
        if mark and mark not in "\r\n":
            raise BrokenTable(f"Text follows a closing quote in line {line}.")
        if row != [""]:
            rows.append((first_line, row))
        if mark == "":
            break
        position += 2 if text[position : position + 2] == "\r\n" else 1
        line += 1
        row, first_line = [], line
    return rows


def _quoted(text: str, position: int, line: int) -> tuple[str, int, int]:
    parts = []
    opened, start = line, position + 1
    while True:
        end = text.find('"', start)
        if end < 0 or end - position > 2 * MOST_CELL_CHARS:
            raise BrokenTable(f"A quote that opens in line {opened} is not closed.")
        parts.append(text[start:end])
        line += text.count("\n", start, end)
        if text[end + 1 : end + 2] != '"':
            return "".join(parts), end + 1, line
        parts.append('"')
        start = end + 2


def _guess_separator(text: str) -> str:
    lines = [line for line in text[:20_000].splitlines()[:50] if line.strip()]
    best, best_score = ",", 0.0
    for separator in _SEPARATORS:
        counts = Counter(line.count(separator) for line in lines)
        common, times = max(counts.items(), key=lambda item: (item[1], item[0]))
        score = times / len(lines) * (1 if common else 0) + 0.01 * (lines[0].count(separator) > 0)
        if score > best_score + 0.001:
            best, best_score = separator, score
    return best


DELIMITED = Reader(name="table", media_type="text/csv", suffixes=(".csv", ".tsv", ".ssv"), read=read_delimited)
