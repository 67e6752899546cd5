"""Estimating: lists of persons linked into one overlap table, and estimates of those whom no list holds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from firsthand.estimation import (
    CaptureTable,
    EstimateResult,
    capture_table_of,
    drawn_tables,
    estimate,
    estimate_over_draws,
    result_as_json,
)
from firsthand.linkage.tables_linking import LinkedTable, link_table
from firsthand.sources.document import Document, Locator
from firsthand.values.errors import InputError, UsageError
from firsthand.values.ids import EstimateId
from firsthand.vault import Change
from firsthand.vault.tables.assessment import KeptEstimate
from firsthand.workbench.session import Session
from firsthand.workbench.steps import StepName

__all__ = [
    "ListOfPersons",
    "NoLists",
    "NoSuchColumn",
    "Overlap",
    "estimate_from_lists",
    "estimate_with_linkage",
    "keep_estimate",
    "lists_in_vault",
    "overlap",
    "strata_of",
]

# Headers that say that a table is a list of persons, folded; a project's tables may add theirs.
NAME_HEADERS = frozenset({"name", "full name", "full_name", "person", "이름", "성명", "성함"})
TWO_LISTS = 2
NOT_TOLD = "not told"


class NoLists(InputError):
    """There are fewer than two lists of persons."""

    likely = "Estimates need two or more tables in which one row is one person."
    next_step = "Add the lists as CSV files with a column for the name."


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOfPersons:
    """A list: its name, its document, and its rows as columns to cells."""

    name: str
    document: Document
    rows: tuple[Mapping[str, str], ...]


class NoSuchColumn(UsageError):
    """A column to divide the persons by is on none of the lists."""

    next_step = "Name a column that the lists have, such as sex or place."


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Who is on which list: the capture table, persons as sets of row ids, and how the rows were linked."""

    lists: tuple[ListOfPersons, ...]
    table: CaptureTable
    persons: tuple[tuple[str, ...], ...]
    linked: LinkedTable


def is_list_of_persons(document: Document) -> bool:
    """Whether a document is a table with a column for names and no long text in its cells."""
    columns = {s.column for s in document.segments if s.locator is Locator.ROW and s.column}
    longest = max((s.end - s.start for s in document.segments), default=0)
    return bool(columns) and any(c.strip().casefold() in NAME_HEADERS for c in columns) and longest <= 80


def lists_in_vault(session: Session) -> list[ListOfPersons]:
    """The lists among the documents: those marked as such, and tables that look like lists of persons."""
    marked = {source.id: source.lists for source in session.sources()}
    found = []
    for document in session.documents():
        names = marked.get(document.source, ())
        if names or is_list_of_persons(document):
            rows = _rows(document)
            if rows:
                found.append(
                    ListOfPersons(
                        name=names[0] if names else document.file_name.rpartition(".")[0], document=document, rows=rows
                    )
                )
    return sorted(found, key=lambda one: one.name)


def overlap(session: Session, *, seed: int = 1) -> Overlap:
    """Link the rows of all lists and count who is on which.

    Raises:
        NoLists: there are fewer than two lists.
    """
    lists = lists_in_vault(session)
    if len(lists) < TWO_LISTS:
        raise NoLists(f"There are {len(lists)} lists of persons.")
    tables = []
    list_of_row: dict[str, str] = {}
    for one in lists:
        ids = [f"{one.document.id}#{number}" for number in range(1, len(one.rows) + 1)]
        list_of_row |= dict.fromkeys(ids, one.name)
        columns = _common_columns(one)
        tables.append({"row": ids, **{name: [row.get(source, "") for row in one.rows] for name, source in columns}})
    linked = link_table(tables, id_column="row", seed=seed)
    persons: dict[str, list[str]] = {}
    for row, cluster in linked.cluster_of.items():
        persons.setdefault(cluster, []).append(row)
    groups = tuple(tuple(sorted(rows)) for rows in persons.values())
    names = [one.name for one in lists]
    table = capture_table_of(names, [{list_of_row[row] for row in rows} for rows in groups])
    return Overlap(lists=tuple(lists), table=table, persons=groups, linked=linked)


def estimate_from_lists(found: Overlap, *, methods: Sequence[str] | None = None, seed: int = 1) -> list[EstimateResult]:
    """Estimates from the overlap, by the methods asked for, or a sensible set."""
    return estimate(found.table, methods=methods, seed=seed)


def estimate_with_linkage(
    found: Overlap, *, method: str, level: float = 0.95, seed: int = 1, draws: int = 40, **options: object
) -> EstimateResult:
    """One estimate whose interval holds the doubt about who is who as well; ``options`` as of ``estimate``."""
    pairs = [(a, b, probability) for a, b, probability, _ in found.linked.pairs]
    tables = drawn_tables(found.table.lists, _list_of_row(found), pairs, draws=draws, seed=seed)
    return estimate_over_draws(tables, method=method, level=level, seed=seed, **options)


def _list_of_row(found: Overlap) -> dict[str, str]:
    return {f"{one.document.id}#{n}": one.name for one in found.lists for n in range(1, len(one.rows) + 1)}


def strata_of(found: Overlap, columns: Sequence[str]) -> dict[tuple[str, ...], CaptureTable]:
    """The overlap divided by columns of the lists: what most rows of a person say, ``not told`` where none does.

    Raises:
        NoSuchColumn: no list has a column of that name.
    """
    cells: dict[str, Mapping[str, str]] = {}
    for one in found.lists:
        for number, row in enumerate(one.rows, start=1):
            cells[f"{one.document.id}#{number}"] = {k.strip().casefold(): v.strip() for k, v in row.items()}
    wanted = [_COLUMN_NAMES.get(name, frozenset()) | {name.casefold()} for name in columns]
    if not all(any(headers & set(row) for row in cells.values()) for headers in wanted):
        raise NoSuchColumn("A column to divide the persons by is on none of the lists.")
    list_of_row = _list_of_row(found)
    groups: dict[tuple[str, ...], list[set[str]]] = {}
    for rows in found.persons:
        said = ([cells[row][h] for row in rows for h in headers if cells[row].get(h)] for headers in wanted)
        key = tuple(_most_said(values) for values in said)
        groups.setdefault(key, []).append({list_of_row[row] for row in rows})
    return {key: capture_table_of(found.table.lists, people) for key, people in groups.items()}


def _most_said(values: Sequence[str]) -> str:
    counted = Counter(values)
    return min(counted, key=lambda value: (-counted[value], value)) if counted else NOT_TOLD


def keep_estimate(session: Session, found: Overlap, results: Sequence[EstimateResult]) -> KeptEstimate:
    """Keep what was computed, with everything needed to compute it again."""
    kept = KeptEstimate(
        id=EstimateId(session.new_id("estimate")),
        result_json=json.dumps(result_as_json(found.table, results), ensure_ascii=False),
        claims=(),
        computed_at=session.now(),
    )
    session.take(StepName.KEEP_ESTIMATE, [Change(kind="estimate", id=kept.id, value=kept)])
    return kept


_COLUMN_NAMES = {
    "name": NAME_HEADERS,
    "birth_year": frozenset({"birth_year", "birth year", "year of birth", "출생년도", "생년", "출생연도"}),
    "birth_date": frozenset({"birth_date", "birth date", "date of birth", "생년월일"}),
    "sex": frozenset({"sex", "gender", "성별"}),
    "place": frozenset({"place", "home", "origin", "출신", "출신지", "고향"}),
}


def _common_columns(one: ListOfPersons) -> list[tuple[str, str]]:
    # Lists in different languages name the same column differently; only shared columns can be compared.
    columns = []
    for common, headers in _COLUMN_NAMES.items():
        source = next((name for name in one.rows[0] if name.strip().casefold() in headers), None)
        columns.append((common, source or ""))
    return columns


def _rows(document: Document) -> tuple[Mapping[str, str], ...]:
    rows: dict[int, dict[str, str]] = {}
    for segment in document.segments:
        if segment.locator is Locator.ROW and segment.column:
            rows.setdefault(int(segment.number), {})[segment.column] = document.text[segment.start : segment.end]
    return tuple(rows[number] for number in sorted(rows))
