"""Commands that compare names and link tables of records."""

from __future__ import annotations

import codecs
import csv
import json
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from firsthand.interfaces.cli.options import Json
from firsthand.interfaces.cli.output import emit_json, emit_text, talk
from firsthand.interfaces.cli.progress import TalkingProgress
from firsthand.linkage.answers import SampledPair, draw_sample, estimate_error
from firsthand.linkage.columns import Meaning
from firsthand.linkage.judging import Judgement, Verdict
from firsthand.linkage.names import compare_names as compare_two_names
from firsthand.linkage.pair_scoring import one_by_one
from firsthand.linkage.tables_linking import LinkedTable
from firsthand.linkage.tables_linking import link_table as link_columns
from firsthand.values.errors import InputError, UsageError
from firsthand.workbench.table_work import FolderOfChunks, read_basis, spread_by_spark, write_basis

__all__ = ["compare_names", "link_table"]


class UnreadableTable(InputError):
    """A file cannot be read as a table."""


class TableTooLarge(InputError):
    """A file's header alone is larger than any table of records."""


class MissingArgument(UsageError):
    """The call lacks something."""


_LONGEST_HEADER = 1_000_000
_MOST_COLUMNS = 5_000


def _encoding_of(path: Path) -> str:
    """The encoding of a table: UTF-8 and UTF-16 by their marks, else UTF-8, else the Korean code page, else Latin."""
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for encoding in ("utf-8-sig", "cp949"):
        reader = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                while part := file.read(1 << 20):
                    reader.decode(part)
            reader.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    return "latin-1"


def _first_line(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        line = file.readline(_LONGEST_HEADER + 1)
    if len(line) > _LONGEST_HEADER:
        raise TableTooLarge(
            f"The header of {path.name} has over {_LONGEST_HEADER:,} characters.", next_step="Keep fewer columns."
        )
    return line


def _header(path: Path, reader: Iterator[list[str]]) -> list[str]:
    header = next(reader, [])
    if len(header) > _MOST_COLUMNS:
        raise TableTooLarge(
            f"{path.name} has {len(header):,} columns; at most {_MOST_COLUMNS:,} are read.",
            likely="Rows and columns may be exchanged.",
            next_step="Keep the id and the columns that describe the records.",
        )
    if len(set(header)) < len(header):
        raise UnreadableTable(f"{path.name} has two columns of one name.", next_step="Give every column its own name.")
    return header


def _read_table(path: Path) -> dict[str, list[object]]:
    """Columns of one CSV file; rows with too few or too many cells are filled or cut, and counted on standard error."""
    try:
        with path.open("rb") as file:
            start = file.read(4096)
            blank = not start.strip() and not any(part.strip() for part in iter(lambda: file.read(1 << 20), b""))
    except OSError as problem:
        raise UnreadableTable(
            f"{path.name} cannot be read: {problem.strerror or 'unknown reason'}.",
            next_step="Check the path and its rights.",
        ) from problem
    if blank:
        raise UnreadableTable(f"{path.name} is empty.", next_step="Give a table with a header line.")
    if b"\x00" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableTable(
            f"{path.name} is not a text table.", likely="It is a binary file.", next_step="Export it as CSV."
        )
    encoding = _encoding_of(path)
    separator = max(",;\t|", key=_first_line(path, encoding).count)
    csv.field_size_limit(10_000_000)
    uneven: list[int] = []
    uneven_count = 0
    with path.open(encoding=encoding, errors="replace", newline="") as lines:
        reader = csv.reader(lines, delimiter=separator)
        try:
            header = _header(path, reader)
            columns: dict[str, list[object]] = {name: [] for name in header}
            # a table repeats its words: each is held once
            words: dict[str, str] = {}
            for row in reader:
                if not row:
                    continue
                if len(row) != len(header):
                    uneven_count += 1
                    uneven = [*uneven, reader.line_num] if len(uneven) < 5 else uneven
                filled = row if len(row) >= len(header) else [*row, *[""] * (len(header) - len(row))]
                for column, cell in zip(columns.values(), filled, strict=False):
                    column.append(words.setdefault(cell, cell) or None)
        except csv.Error as problem:
            raise UnreadableTable(
                f"{path.name} is not a well-formed table near line {reader.line_num}.",
                next_step="Check quotes and separators there.",
            ) from problem
    if uneven:
        dots = " ..." if uneven_count > len(uneven) else ""
        shown = ", ".join(map(str, uneven))
        talk(f"{path.name}: {uneven_count} rows have too few or too many cells (lines {shown}{dots}).")
    return columns


def compare_names(
    a: str | None = None,
    b: str | None = None,
    *,
    pairs: Path | None = None,
    out: Path | None = None,
    json_output: Json = False,
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


def _write_rows(path: Path | None, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") if path is not None else nullcontext(sys.stdout) as target:
            writer = csv.writer(target, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(["" if c is None else c for c in row] for row in rows)
    except OSError as problem:
        name = path.name if path is not None else "The output"
        raise UnreadableTable(
            f"{name} cannot be written: {problem.strerror or 'unknown reason'}.",
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


def _report(linked: LinkedTable) -> dict[str, object]:
    return {
        "schema": "link-table/1",
        "records": len(linked.ids),
        "clusters": len(set(linked.group_of_row.tolist())),
        "threshold": round(linked.threshold, 4),
        "columns": {name: str(meaning) for name, meaning in linked.meanings.items()},
        "compared": list(linked.compared),
        "keys": list(linked.keys),
        "candidate_pairs": linked.candidate_count,
        "estimated_candidate_recall_at_most": round(linked.estimated_candidate_recall, 4),
        "pairs_in_large_blocks_not_compared": linked.pairs_in_large_blocks,
        "one_record_a_source": linked.one_to_one,
        "answers_learned_from": linked.reweighing.answers if linked.reweighing is not None else 0,
        "links_refused": len(linked.refused),
    }


_ANSWERS = {"same": Verdict.POSITIVE, "different": Verdict.NEGATIVE, "unsure": Verdict.UNSURE}


def _read_answers(path: Path) -> list[Judgement]:
    """Judgements of a CSV with the columns id_a, id_b, answer; a later line replaces an earlier one."""
    table = _read_table(path)
    if not {"id_a", "id_b", "answer"} <= set(table):
        raise UnreadableTable(
            f"{path.name} lacks the columns id_a, id_b and answer.",
            next_step="Fill the column answer of the file that --questions wrote: same, different or unsure.",
        )
    out = []
    for number, (a, b, answer) in enumerate(zip(table["id_a"], table["id_b"], table["answer"], strict=True)):
        if answer is None:
            continue
        verdict = _ANSWERS.get(str(answer).strip().lower())
        if verdict is None:
            raise UnreadableTable(
                f"{path.name} has an answer that is none, in row {number + 1}.",
                next_step="Write same, different or unsure, or leave the cell empty.",
            )
        at = datetime.fromtimestamp(number, tz=UTC)
        out.append(Judgement(a=str(a), b=str(b), verdict=verdict, by="answers", at=at))
    return out


def link_table(
    files: list[Path],
    *,
    id_column: Annotated[str, Parameter(name="--id")],
    out: Path,
    pairs: Path | None = None,
    model: Path | None = None,
    threshold: float | None = None,
    engine: Literal["duckdb", "spark"] = "duckdb",
    answers: Path | None = None,
    questions: Path | None = None,
    ask: int = 25,
    draw: Path | None = None,
    draw_size: int = 200,
    judged: Path | None = None,
    state: Path | None = None,
    work: Path | None = None,
    seed: int = 1,
    json_report: Json = False,
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
        engine: "duckdb" stands for the engine inside this process (see docs/decisions/0020); "spark" spreads the same
            work over Spark's workers and needs firsthand[spark] and a Java runtime.
        answers: A CSV (id_a,id_b,answer: same, different or unsure) of pairs that people decided: they are obeyed, and
            ten or more of both kinds correct the weights.
        questions: Where to write the pairs that are worth a person's time, most first, with an empty column answer.
        ask: How many questions to write.
        draw: Where to write pairs drawn at random within bands of probability, to be judged by hand.
        draw_size: How many pairs to draw.
        judged: The file that --draw wrote, its column answer filled: precision and recall are estimated from it.
        state: A file that keeps the run's model and pairs. Where it exists, the first files must be those of that run
            unchanged, and only pairs with a record behind them are compared.
        work: A folder that keeps finished parts, so that a run that was stopped goes on where it was.
        seed: Seed of the random pairs from which chance agreement is measured.
        json_report: Write what was done as one JSON document to standard output.
    """
    if not files:
        raise MissingArgument(
            "At least one table is needed.", next_step="firsthand link-table FILE.csv --id id --out clusters.csv"
        )
    options = f"{id_column} {seed} {model.read_text(encoding='utf-8') if model and model.exists() else ''}"
    decided = _read_answers(answers) if answers else []
    linked = link_columns(
        [_read_table(f) for f in files],
        id_column=id_column,
        meanings=_read_meanings(model) if model else None,
        threshold=threshold,
        judgements=decided,
        before=read_basis(state) if state is not None and state.exists() else None,
        seed=seed,
        store=FolderOfChunks.opened(work, files, options) if work is not None else None,
        spread=spread_by_spark if engine == "spark" else one_by_one,
        progress=TalkingProgress(),
    )
    ids = linked.ids
    _write_rows(out, ["id", "cluster"], ((i, ids[f]) for i, f in zip(ids, linked.group_of_row.tolist(), strict=True)))
    if pairs is not None:
        features = ["prior", *linked.compared]
        _write_rows(
            pairs,
            ["id_a", "id_b", "probability", *(f"weight_{f}" for f in features)],
            ([a, b, f"{p:.6f}", *(w[f] for f in features)] for a, b, p, w in linked.pairs),
        )
    if questions is not None:
        asked = linked.questions(ask, answered=[(j.a, j.b) for j in decided])
        _write_rows(questions, ["id_a", "id_b", "probability", "answer"], [[a, b, f"{p:.4f}", ""] for a, b, p in asked])
    if draw is not None:
        _write_drawn(draw, linked, draw_size, seed)
    if state is not None and linked.basis is not None:
        write_basis(state, linked.basis)
    report = _report(linked)
    if judged is not None:
        report["error"] = _estimated_error(judged, seed)
    if json_report:
        emit_json(report)
    else:
        talk(json.dumps(report, ensure_ascii=False, indent=1))


def _write_drawn(path: Path, linked: LinkedTable, size: int, seed: int) -> None:
    drawn = draw_sample([(a, b, p) for a, b, p, _ in linked.pairs], linked.cluster_of, size, seed=seed)
    _write_rows(
        path,
        ["id_a", "id_b", "joined", "stands_for", "answer"],
        [[s.a, s.b, int(s.joined), f"{s.stands_for:.6g}", ""] for s in drawn],
    )


def _estimated_error(path: Path, seed: int) -> dict[str, object]:
    """Precision and recall from a drawn sample that was judged by hand."""
    table = _read_table(path)
    wanted = {"id_a", "id_b", "joined", "stands_for", "answer"}
    sample, same = [], []
    try:
        for a, b, joined, load, answer in zip(*(table[n] for n in sorted(wanted, key=_DRAWN.index)), strict=True):
            if answer in {"same", "different"}:
                sample.append(SampledPair(a=str(a), b=str(b), joined=joined == "1", stands_for=float(str(load))))
                same.append(answer == "same")
        found = estimate_error(sample, same, seed=seed)
    except (KeyError, ValueError) as problem:
        raise UnreadableTable(
            f"{path.name} is no drawn sample that was judged.",
            likely="Its column answer is empty, or the file is another one.",
            next_step="Fill the column answer of the file that --draw wrote with same or different.",
        ) from problem
    return {
        "precision": round(found.precision, 4),
        "precision_interval": [round(x, 4) for x in found.precision_interval],
        "recall_of_compared_pairs": round(found.recall, 4),
        "recall_interval": [round(x, 4) for x in found.recall_interval],
        "judged": found.judged,
    }


_DRAWN = ("id_a", "id_b", "joined", "stands_for", "answer")
