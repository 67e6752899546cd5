"""Spreadsheets: each row is a part and each cell a segment with its column; hidden sheets, rows and columns are listed.

Of a formula the last computed value is read, as the spreadsheet shows it; dates are told from their number formats.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator

from firsthand.sources.document import LeftBehind, Locator, ReadText
from firsthand.sources.readers.archives import Archive, open_archive
from firsthand.sources.readers.faults import BrokenDocument, BrokenTable, NoTextFound
from firsthand.sources.readers.markup import Element, parse_markup
from firsthand.sources.readers.reader import Reader, TextBuilder

__all__ = ["XLSX", "read_xlsx"]

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_COLUMNS = 2_000
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
# Number formats that every spreadsheet knows as dates (ECMA-376 part 1, 18.8.30), times of day apart.
_DATE_FORMATS = frozenset({*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)})
_TIME_FORMATS = frozenset({18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47})


def read_xlsx(content: bytes, file_name: str) -> ReadText:
    """Read a spreadsheet; the first row of a sheet names its columns, and rows are numbered as the sheet counts them.

    Where more than one sheet holds cells, a column's name is preceded by the sheet's: ``Sheet1 · name``.

    Raises:
        BrokenArchive, ArchiveBomb, PasswordProtected, ForbiddenMarkup, BrokenDocument, BrokenTable, NoTextFound.
    """
    del file_name
    archive = open_archive(content)
    if not archive.has("xl/workbook.xml"):
        raise BrokenDocument("The container holds no spreadsheet.")
    workbook = parse_markup(archive.read("xl/workbook.xml"))
    left: Counter[str] = Counter()
    shared, formats = _shared_texts(archive), _formats(archive)
    since_1904 = any(e.attributes.get("date1904") in {"1", "true"} for e in workbook.descendants("workbookPr"))
    sheets = []
    for name, path, visible in _sheets(archive, workbook):
        if not visible:
            left["hidden sheet"] += 1
            continue
        rows = list(_rows(parse_markup(archive.read(path)), shared, formats, since_1904, left))
        if rows:
            sheets.append((name, rows))
    _list_what_is_left(archive, left)
    builder = TextBuilder()
    for name, rows in sheets:
        _add_sheet(builder, f"{name} · " if len(sheets) > 1 else "", rows)
    if not builder.segments:
        raise NoTextFound("The spreadsheet opens and holds no words.")
    return builder.finish(
        MEDIA_TYPE, left_behind=[LeftBehind(what=what, count=count) for what, count in sorted(left.items()) if count]
    )


def _add_sheet(builder: TextBuilder, sheet: str, rows: list[tuple[int, dict[int, str]]]) -> None:
    columns = sorted({column for _, cells in rows for column in cells})
    if len(columns) > MOST_COLUMNS:
        raise BrokenTable(f"The table has {len(columns):,} columns; {MOST_COLUMNS:,} are read at most.")
    head = rows[0][1]
    names = {column: head.get(column, "").strip() or f"column {column + 1}" for column in columns}
    for number, cells in rows[1:] or rows:
        for column in columns:
            if cells.get(column):
                builder.gap(f"{sheet}{names[column]}: ")
                builder.add(cells[column], Locator.ROW, number, column=f"{sheet}{names[column]}")
        builder.gap()


def _sheets(archive: Archive, workbook: Element) -> Iterator[tuple[str, str, bool]]:
    """Name, part and visibility of each sheet."""
    relations = "xl/_rels/workbook.xml.rels"
    targets = {}
    if archive.has(relations):
        for relation in parse_markup(archive.read(relations)).descendants("Relationship"):
            target = relation.attributes.get("Target", "").lstrip("/")
            targets[relation.attributes.get("Id", "")] = target if target.startswith("xl/") else f"xl/{target}"
    for number, sheet in enumerate(workbook.descendants("sheet"), 1):
        path = targets.get(sheet.attributes.get("id", ""), f"xl/worksheets/sheet{number}.xml")
        if not archive.has(path):
            raise BrokenDocument("A sheet that the spreadsheet names is missing.")
        yield sheet.attributes.get("name", str(number)), path, sheet.attributes.get("state", "visible") == "visible"


def _shared_texts(archive: Archive) -> list[str]:
    if not archive.has("xl/sharedStrings.xml"):
        return []
    return [_runs(item) for item in parse_markup(archive.read("xl/sharedStrings.xml")).elements("si")]


def _runs(item: Element) -> str:
    """Text of an item's runs; readings of hanja (``rPh``) are not its words."""
    parts = []
    for child in item.elements("t", "r"):
        texts = [child] if child.name == "t" else child.elements("t")
        parts += [text.text() for text in texts]
    return "".join(parts).strip()


def _formats(archive: Archive) -> list[str]:
    """For each cell style whether it shows a ``date``, a ``time`` or neither."""
    if not archive.has("xl/styles.xml"):
        return []
    styles = parse_markup(archive.read("xl/styles.xml"))
    own = {}
    for form in styles.descendants("numFmt"):
        code = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", form.attributes.get("formatCode", "")).lower()
        own[form.attributes.get("numFmtId", "")] = "date" if re.search("[yd]", code) else "time" if "h" in code else ""
    kinds = []
    for cell_formats in styles.elements("cellXfs"):
        for form in cell_formats.elements("xf"):
            number = form.attributes.get("numFmtId", "0")
            known = int(number) if number.isdigit() else 0
            kinds.append(
                own.get(number) or ("date" if known in _DATE_FORMATS else "time" if known in _TIME_FORMATS else "")
            )
    return kinds


def _rows(
    sheet: Element, shared: list[str], formats: list[str], since_1904: bool, left: Counter[str]
) -> Iterator[tuple[int, dict[int, str]]]:
    """Number and cells (column from 0) of each row that is shown and holds anything."""
    hidden = set()
    for column in sheet.descendants("col"):
        if column.attributes.get("hidden") in {"1", "true"}:
            first, last = column.attributes.get("min", "1"), column.attributes.get("max", "1")
            if first.isdigit() and last.isdigit() and int(last) - int(first) <= MOST_COLUMNS:
                hidden |= set(range(int(first) - 1, int(last)))
    number = 0
    for row in sheet.descendants("row"):
        told = row.attributes.get("r", "")
        number = int(told) if told.isdigit() and len(told) < 9 else number + 1
        cells: dict[int, str] = {}
        place = -1
        for cell in row.elements("c"):
            match = _CELL.fullmatch(cell.attributes.get("r", ""))
            place = _column(match[1]) if match else place + 1
            text = _value(cell, shared, formats, since_1904, left)
            if text:
                cells[place] = text
        if row.attributes.get("hidden") in {"1", "true"}:
            left["hidden row"] += bool(cells)
            continue
        concealed = cells.keys() & hidden
        left["cell in a hidden column"] += len(concealed)
        shown = {column: text for column, text in cells.items() if column not in concealed}
        if shown:
            yield number, shown


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _value(cell: Element, shared: list[str], formats: list[str], since_1904: bool, left: Counter[str]) -> str:
    kind = cell.attributes.get("t", "n")
    if cell.elements("f"):
        left["formula (its last value was read)"] += 1
    if kind == "inlineStr":
        return "".join(_runs(item) for item in cell.elements("is"))
    text = "".join(value.text() for value in cell.elements("v")).strip()
    if kind == "s":
        return shared[int(text)] if text.isdigit() and int(text) < len(shared) else ""
    if kind == "b":
        return {"1": "TRUE", "0": "FALSE"}.get(text, text)
    if kind in {"str", "e", "d"} or not text:
        return text
    style = cell.attributes.get("s", "")
    form = formats[int(style)] if style.isdigit() and int(style) < len(formats) else ""
    return _number(text, form, since_1904)


def _number(text: str, form: str, since_1904: bool) -> str:
    try:
        value = float(text)
    except ValueError:
        return text
    if form in {"date", "time"} and 0 <= value < 2_958_466:
        if form == "date" and value >= 1:
            # day 60 of the 1900 system is a 29 February that never was
            start = dt.date(1904, 1, 1) if since_1904 else dt.date(1899, 12, 30 if value >= 60 else 31)
            day = start + dt.timedelta(days=int(value))
            return day.isoformat()
        minutes = round(value % 1 * 24 * 60)
        return f"{minutes // 60:02}:{minutes % 60:02}"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _list_what_is_left(archive: Archive, left: Counter[str]) -> None:
    for name in archive.names:
        lowered = name.lower()
        if lowered.endswith("vbaproject.bin"):
            left["macros"] += 1
        elif lowered.startswith("xl/comments") or "/threadedcomments/" in lowered:
            left["comment"] += 1
        elif lowered.startswith("xl/media/"):
            left["picture"] += 1
        elif lowered.startswith("xl/externallinks/") and lowered.endswith(".xml"):
            left["remote part (not fetched)"] += 1
        elif lowered.startswith("xl/embeddings/"):
            left["embedded object"] += 1


XLSX = Reader(name="xlsx", media_type=MEDIA_TYPE, suffixes=(".xlsx", ".xlsm"), read=read_xlsx)
