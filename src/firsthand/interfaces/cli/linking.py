"""Commands that compare names and link tables of records."""

from __future__ import annotations

import csv
import io
import json
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from firsthand.interfaces.cli.output import emit_json, emit_text, talk
from firsthand.linkage.columns import Meaning
from firsthand.linkage.names import compare_names as compare_two_names
from firsthand.linkage.tables_linking import LinkedTable
from firsthand.linkage.tables_linking import link_table as link_columns
from firsthand.values.errors import InputError, UsageError

__all__ = ["compare_names", "link_table"]


class UnreadableTable(InputError):
    """A file cannot be read as a table."""


class TableTooLarge(InputError):
    """A file's header alone is larger than any table of records."""


class MissingArgument(UsageError):
    """The call lacks something."""


class EngineMissing(UsageError):
    """The engine asked for is not part of this installation."""


_LONGEST_HEADER = 1_000_000
_MOST_COLUMNS = 5_000


def _decode(content: bytes) -> str:
    """Text of a table: UTF-8 and UTF-16 by their marks, else UTF-8, else the Korean code page."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _read_table(path: Path) -> dict[str, list[object]]:
    """Columns of one CSV file; rows with too few or too many cells are filled or cut, and counted on standard error."""
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise UnreadableTable(
            f"{path.name} cannot be read: {problem.strerror or 'unknown reason'}.",
            next_step="Check the path and its rights.",
        ) from problem
    if not content.strip():
        raise UnreadableTable(f"{path.name} is empty.", next_step="Give a table with a header line.")
    if b"\x00" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableTable(
            f"{path.name} is not a text table.", likely="It is a binary file.", next_step="Export it as CSV."
        )
    text = _decode(content)
    header_line = text[: text.find("\n")] if "\n" in text else text
    if len(header_line) > _LONGEST_HEADER:
        raise TableTooLarge(
            f"The header of {path.name} has over {_LONGEST_HEADER:,} characters.", next_step="Keep fewer columns."
        )
    separator = max(",;\t|", key=header_line.count)
    csv.field_size_limit(10_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        header = next(reader)
        if len(header) > _MOST_COLUMNS:
            raise TableTooLarge(
                f"{path.name} has {len(header):,} columns; at most {_MOST_COLUMNS:,} are read.",
                likely="Rows and columns may be exchanged.",
                next_step="Keep the id and the columns that describe the records.",
            )
        if len(set(header)) < len(header):
            raise UnreadableTable(
                f"{path.name} has two columns of one name.", next_step="Give every column its own name."
            )
        columns: dict[str, list[object]] = {name: [] for name in header}
        uneven: list[int] = []
        for row in reader:
            if not row:
                continue
            if len(row) != len(header):
                uneven.append(reader.line_num)
            for name, cell in zip(header, [*row, *[""] * (len(header) - len(row))], strict=False):
                columns[name].append(cell or None)
    except csv.Error as problem:
        raise UnreadableTable(
            f"{path.name} is not a well-formed table near line {reader.line_num}.",
            next_step="Check quotes and separators there.",
        ) from problem
    if uneven:
        dots = " ..." if len(uneven) > 5 else ""
        shown = ", ".join(map(str, uneven[:5]))
        talk(f"{path.name}: {len(uneven)} rows have too few or too many cells (lines {shown}{dots}).")
    return columns


def compare_names(
    a: str | None = None,
    b: str | None = None,
    *,
    pairs: Path | None = None,
    out: Path | None = None,
    json_output: Annotated[bool, Parameter(name="--json", negative=())] = False,
) -> None:
    """Say whether two names, in any scripts, can be one person's name.

    The score is a calibrated probability that both spellings can be one person's name. It does not say that they
    name one person: a common name is borne by many.

    Args:
        a: The first name.
        b: The second name.
        pairs: A CSV file with columns a and b, instead of two names.
        out: Where to write the CSV with the column score added; standard output if left out.
        json_output: Write one JSON document.
    """
    if pairs is None:
        if a is None or b is None:
            raise MissingArgument(
                "Two names are needed, or a file with --pairs.", next_step="firsthand compare-names A B"
            )
        found = compare_two_names(a, b)
        if json_output:
            emit_json(
                {
                    "schema": "compare-names/1",
                    "a": a,
                    "b": b,
                    "score": round(found.score, 6),
                    "reasons": list(found.reasons),
                    "rarity_bits": round(found.rarity_bits, 2),
                }
            )
        else:
            emit_text("\n".join([f"{found.score:.3f}", *found.reasons]))
        return
    table = _read_table(pairs)
    if not {"a", "b"} <= set(table):
        raise UnreadableTable(
            f"{pairs.name} lacks the columns a and b.", next_step="Name the two columns of names a and b."
        )
    scores = [
        f"{compare_two_names(str(x or ''), str(y or '')).score:.6f}"
        for x, y in zip(table["a"], table["b"], strict=True)
    ]
    names = [n for n in table if n != "score"]
    _write_rows(
        out,
        [*names, "score"],
        [[*row, s] for row, s in zip(zip(*(table[n] for n in names), strict=True), scores, strict=True)],
    )


def _write_rows(path: Path | None, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([["" if c is None else c for c in row] for row in rows])
    if path is None:
        sys.stdout.write(target.getvalue())
        return
    try:
        path.write_text(target.getvalue(), encoding="utf-8", newline="")
    except OSError as problem:
        raise UnreadableTable(
            f"{path.name} cannot be written: {problem.strerror or 'unknown reason'}.",
            next_step="Choose another place with --out.",
        ) from problem


def _read_meanings(model: Path) -> dict[str, Meaning]:
    try:
        columns = tomllib.loads(model.read_text(encoding="utf-8")).get("columns", {})
        return {str(name): Meaning(str(meaning)) for name, meaning in columns.items()}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValueError, AttributeError) as problem:
        raise UnreadableTable(
            f"{model.name} is no model file.",
            likely="A meaning is misspelled, or the file is not TOML.",
            next_step="Write [columns] and lines such as surname = 'family name'; meanings: " + ", ".join(Meaning),
        ) from problem


def _report(linked: LinkedTable, rows: int) -> dict[str, object]:
    groups = len(set(linked.cluster_of.values()))
    return {
        "schema": "link-table/1",
        "records": rows,
        "clusters": groups,
        "threshold": round(linked.threshold, 4),
        "columns": {name: str(meaning) for name, meaning in linked.meanings.items()},
        "compared": list(linked.compared),
        "keys": list(linked.keys),
        "candidate_pairs": linked.candidate_count,
        "estimated_candidate_recall_at_most": round(linked.estimated_candidate_recall, 4),
        "pairs_in_large_blocks_not_compared": linked.pairs_in_large_blocks,
        "one_record_a_source": linked.one_to_one,
        "links_refused": len(linked.refused),
    }


def link_table(
    files: list[Path],
    *,
    id_column: Annotated[str, Parameter(name="--id")],
    out: Path,
    pairs: Path | None = None,
    model: Path | None = None,
    threshold: float | None = None,
    engine: Literal["duckdb", "spark"] = "duckdb",
    seed: int = 1,
    json_report: Annotated[bool, Parameter(name="--json", negative=())] = False,
) -> None:
    """Group the records of tables that are about one person, place or body.

    Column meanings are guessed from headers and values; --model overrides them. Nothing is merged in your files: the
    result is a table of record ids and cluster ids, and, if asked for, the pairs with the weights of their evidence.

    Args:
        files: CSV files; several are linked with each other.
        id_column: The column that holds each record's own id.
        out: Where to write clusters.csv (id,cluster).
        pairs: Where to write pairs.csv (id_a,id_b,probability and one weight in bits for each feature).
        model: A TOML file whose table [columns] says what columns hold.
        threshold: Probability from which a pair joins groups; left out, the balance that the model expects.
        engine: "duckdb" stands for the engine inside this process (see docs/decisions/0020); "spark" is not installed.
        seed: Seed of the random pairs from which chance agreement is measured.
        json_report: Write what was done as one JSON document to standard output.
    """
    if not files:
        raise MissingArgument(
            "At least one table is needed.", next_step="firsthand link-table FILE.csv --id id --out clusters.csv"
        )
    if engine != "duckdb":
        raise EngineMissing("The Spark engine is not part of this installation.", next_step="Leave --engine out.")
    tables = [_read_table(f) for f in files]
    linked = link_columns(
        tables,
        id_column=id_column,
        meanings=_read_meanings(model) if model else None,
        threshold=threshold,
        seed=seed,
    )
    _write_rows(out, ["id", "cluster"], list(linked.cluster_of.items()))
    if pairs is not None:
        features = ["prior", *linked.compared]
        _write_rows(
            pairs,
            ["id_a", "id_b", "probability", *(f"weight_{f}" for f in features)],
            [[a, b, f"{p:.6f}", *(w[f] for f in features)] for a, b, p, w in linked.pairs],
        )
    report = _report(linked, len(linked.cluster_of))
    if json_report:
        emit_json(report)
    else:
        talk(json.dumps(report, ensure_ascii=False, indent=1))
