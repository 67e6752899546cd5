"""A published table as CSV for people and programs, with a data dictionary beside it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from firsthand.publication.disclosure import HIDDEN_MARK, Method, PublishedTable
from firsthand.publication.synthetic import SyntheticRows

__all__ = ["neutral_cell", "synthetic_as_csv", "table_as_csv", "table_dictionary_as_csv"]

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutral_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe before what would start one."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text


def _as_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([neutral_cell(name) for name in header])
    writer.writerows([neutral_cell(cell) for cell in row] for row in rows)
    return target.getvalue()


def table_as_csv(table: PublishedTable) -> str:
    """One line for each cell, margins included; the last column holds the count or the mark of a hidden one."""
    header = [*(dimension.name for dimension in table.dimensions), table.counted]
    return _as_csv(header, ([*cell.categories, cell.shown] for cell in table.cells))


def synthetic_as_csv(drawn: SyntheticRows) -> str:
    """Rows that nobody told; a first column says so in every row, so that no cut or copy loses it."""
    return _as_csv(["synthetic", *drawn.columns], (["nobody told this", *row] for row in drawn.rows))


def _meaning(table: PublishedTable) -> str:
    told = f"count of {table.counted}; a floor of what happened, no estimate"
    changed = {
        Method.ROUND: f"; rounded to a multiple of {table.k}, up or down by chance, margins still sums",
        Method.CELL_KEY: f"; changed at random by at most {table.k}, on average by nothing; margins are no sums",
        Method.PRIVATE: "; changed at random so that no single person can be told from it; margins sum the changed",
    }
    return told + changed.get(table.method, "")


def table_dictionary_as_csv(table: PublishedTable) -> str:
    """What each column and each of its values means."""
    rows: list[list[str]] = []
    for dimension in table.dimensions:
        rows += [
            [dimension.name, category, "category", dimension.parent(category) or ""]
            for category in dimension.categories
        ]
        rows += [[dimension.name, group, "group", dimension.parent(group) or ""] for group in dimension.groups]
        rows.append([dimension.name, dimension.total, "total", ""])
    rows.append([table.counted, "a number", _meaning(table), ""])
    rows.append(
        [
            table.counted,
            HIDDEN_MARK,
            "hidden: told by too few, one part of it could be worked out, or it would give such a sum away"
            if table.method is Method.P_PERCENT
            else f"hidden: a count below {table.k}, told by too few, or one that would give such a count away",
            "",
        ]
    )
    return _as_csv(["column", "value", "meaning", "part of"], rows)
