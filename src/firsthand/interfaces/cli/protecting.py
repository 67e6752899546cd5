"""The command that protects a table before it is published."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from firsthand.interfaces.cli.options import Json
from firsthand.interfaces.cli.output import emit_json, quiet_solver, talk
from firsthand.publication.auditing import feasible_intervals
from firsthand.publication.differencing import Span, read_span
from firsthand.publication.disclosure import (
    CellCount,
    DisclosureRules,
    FrequencyTable,
    Method,
    PublishedTable,
    protect_linked_tables,
)
from firsthand.publication.formats.table_csv import synthetic_as_csv, table_as_csv, table_dictionary_as_csv
from firsthand.publication.magnitudes import Contribution, protect_magnitudes
from firsthand.publication.margins import Categories, Dimension
from firsthand.publication.rehearsal import Rehearsal, rehearse_tables
from firsthand.publication.synthetic import SyntheticRows, draw_synthetic_rows
from firsthand.values.errors import InputError, ProtectionRefusal, UsageError

__all__ = ["PlaceTaken", "PlanBroken", "ReleaseFailsRehearsal", "TableUnreadable", "protect"]


class TableUnreadable(InputError):
    """A file cannot be read as a table to protect."""


class PlanBroken(InputError):
    """A plan cannot be understood, or names what the table does not have."""

    next_step = "docs/reference/protection-rules.md lists every key; firsthand protect --help shows a whole plan."


class PlaceTaken(UsageError):
    """The folder to write to holds something already."""

    next_step = "Give --out a folder that does not exist yet."


class ReleaseFailsRehearsal(ProtectionRefusal):
    """An attacker with this release and all earlier ones would learn a small number."""


_TOTAL = "Total"
_MISSING = "not told"
_EACH = {"each row", "each counted"}
_MOST_INTERVALS = 150
_MOST_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Release:
    name: str
    by: tuple[str, ...]
    groups: Mapping[str, Mapping[str, str]]
    sum_of: str = ""
    p: int = 15
    synthetic: int = 0
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    kind: str
    count: str
    informant: str
    counted: str
    rules: DisclosureRules
    bands: Mapping[str, tuple[str, ...]]
    releases: tuple[_Release, ...]
    earlier: tuple[Path, ...]


def protect(
    table: Path,
    *,
    plan: Path,
    out: Path,
    json_output: Json = False,
) -> None:
    """Protect a table before it is published: hide small counts completely, and rehearse an attack.

    TABLE is a CSV file: microdata (one row for each person or statement) or a frequency table (one row for each cell,
    with a column of counts). Written are, for each release of the plan, NAME.csv, NAME.dictionary.csv and NAME.json
    (keep it: the next release is held against it), and audit.json. Nothing is written when a rule refuses. One mark
    stands for every hidden cell, and audit.json does not tell which cells were small: both could be published.

    A whole plan:

        schema = "protect-plan/1"

        [table]
        kind = "microdata"          # or "frequency"
        counted = "people"          # what is counted, in words
        informant = "witness"       # column naming who told; "each row" when every row has its own informant
        # count = "n"               # frequency only: the column of counts
        #                             frequency: informant is a column with the number of informants, or "each counted"

        [rules]                     # all optional; never weaker than the floor (k 5, informants 3)
        k = 11
        informants = 3
        method = "suppress"         # or "round", "cell-key"; these need secret_file, 16 random bytes or more
        zeros = "show"              # or "hide"

        [bands]                     # ages in columns of numbers become these
        age = ["0-17", "18-29", "30-49", "50+"]

        [[release]]
        name = "by-province-and-act"
        by = ["province", "act"]

        [release.groups.province]   # optional: groups of categories, with totals of their own
        North = ["Arden", "Boro"]
        South = ["Caldo", "Dene"]

        [[release]]                 # a table of sums: nobody's part can be worked out to within p percent
        name = "paid-by-province"
        by = ["province"]
        sum = "yuan"                # microdata only: a column of whole numbers
        p = 15

        [[release]]                 # rows that nobody told, drawn from the protected table: only where asked for
        name = "by-act"
        by = ["act"]
        synthetic = 5000
        seed = 1

        [earlier]                   # optional: NAME.json of every release that ever left, oldest first
        tables = ["2024/by-province.json"]

    Args:
        table: The CSV file.
        plan: The TOML file that says what is to be released.
        out: The folder to write; it must not exist, or be empty.
        json_output: Write audit.json to standard output too.
    """
    asked = _read_plan(plan)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise PlaceTaken(f"{out.name} holds something already.")
    with quiet_solver():
        counted = [release for release in asked.releases if not release.sum_of]
        summed = [release for release in asked.releases if release.sum_of]
        truths = _truths(table, asked, counted) if counted else []
        published = protect_linked_tables(truths, asked.rules) if counted else ()
        earlier = [_read_earlier(path) for path in asked.earlier]
        rehearsals = _rehearse(truths, published, earlier)
        audit = _audit(asked, counted, published, rehearsals)
        _sums_stand_alone(summed, earlier)
        sums = [protect_sums(*_parts(table, asked, one), rules=asked.rules, p=one.p) for one in summed]
        drawn = {
            release.name: draw_synthetic_rows(one, count=release.synthetic, seed=release.seed, opted_in=True)
            for release, one in zip(counted, published, strict=True)
            if release.synthetic
        }
    audit["sums"] = [
        {
            "name": release.name,
            "by": list(release.by),
            "p": release.p,
            "cells": len(one.cells),
            "hidden": one.hidden_count,
        }
        for release, one in zip(summed, sums, strict=True)
    ]
    audit["synthetic"] = {name: rows.as_report() for name, rows in drawn.items()}
    everything = [*zip(counted, published, strict=True), *zip(summed, sums, strict=True)]
    _write_folder(out, _files(everything, audit) | _synthetic_files(drawn))
    if json_output:
        emit_json(audit)
    else:
        for release, one in everything:
            talk(
                f"{release.name}: {len(one.cells)} cells, {one.hidden_count} hidden; no attack learned a small number."
            )


def _parts(table: Path, asked: _Plan, release: _Release) -> tuple[list[Contribution], tuple[Dimension, ...]]:
    """The amounts behind a table of sums, and what they are summed by."""
    if asked.kind != "microdata":
        raise PlanBroken(f"Release {release.name}: sums need one row for each amount, that is microdata.")
    header, rows = _rows(table)
    position = {name: n for n, name in enumerate(header)}
    voice = [] if asked.informant in _EACH else [asked.informant]
    if missing := [name for name in (*release.by, release.sum_of, *voice) if name not in position]:
        raise PlanBroken(f"The plan names a column that the table does not have: {missing[0]!r}.")
    band_of = [_banding(name, asked.bands.get(name)) for name in release.by]
    parts = [
        Contribution(
            categories=tuple(band(row[position[name]]) for band, name in zip(band_of, release.by, strict=True)),
            amount=_whole(row[position[release.sum_of]], release.sum_of),
            informant=row[position[voice[0]]] if voice else str(number),
        )
        for number, row in enumerate(rows)
        if row[position[release.sum_of]].strip()
    ]
    dimensions = tuple(
        Dimension(
            name=name,
            categories=tuple(sorted({part.categories[n] for part in parts}, key=_reading_order)),
            parents=release.groups.get(name, {}),
            total=_TOTAL,
        )
        for n, name in enumerate(release.by)
    )
    return parts, dimensions


def _sums_stand_alone(summed: Sequence[_Release], earlier: Sequence[PublishedTable]) -> None:
    """Sums are proven one table at a time: a second table of the same amounts could be subtracted from the first."""
    if len({release.sum_of for release in summed}) < len(summed) or (
        summed and any(table.method is Method.P_PERCENT for table in earlier)
    ):
        raise ReleaseFailsRehearsal(
            "Two tables of sums of the same amounts are refused (rule: sums stand alone).",
            next_step="Release one table of sums, by the columns that matter most.",
        )


def protect_sums(
    parts: Sequence[Contribution], dimensions: tuple[Dimension, ...], *, rules: DisclosureRules, p: int
) -> PublishedTable:
    """A protected table of sums; a method that changes counts does not reach it."""
    plain = DisclosureRules(k=rules.k, informants=rules.informants)
    return protect_magnitudes(parts, dimensions, rules=plain, p=p, counted="amount")


def _synthetic_files(drawn: Mapping[str, SyntheticRows]) -> dict[str, str]:
    """Rows with the report of what they are worth beside them."""
    files = {}
    for name, rows in drawn.items():
        files[f"{name}.synthetic.csv"] = synthetic_as_csv(rows)
        files[f"{name}.synthetic.json"] = json.dumps(rows.as_report(), indent=1) + "\n"
    return files


def _rehearse(
    truths: Sequence[FrequencyTable], published: Sequence[PublishedTable], earlier: Sequence[PublishedTable]
) -> list[Rehearsal]:
    rehearsals: list[Rehearsal] = []
    out = list(earlier)
    for truth, one in zip(truths, published, strict=True):
        rehearsals.append(rehearse_tables(truth, one, earlier=out))
        out.append(one)
    reasons = [reason for rehearsal in rehearsals for reason in rehearsal.reasons]
    if reasons:
        raise ReleaseFailsRehearsal(
            "The release did not pass its rehearsal: " + " ".join(dict.fromkeys(reasons)),
            next_step="Nothing was written. Repair as said above, and try again.",
        )
    return rehearsals


def _audit(
    asked: _Plan, counted: Sequence[_Release], published: Sequence[PublishedTable], rehearsals: Sequence[Rehearsal]
) -> dict[str, object]:
    releases = []
    for release, one, rehearsal in zip(counted, published, rehearsals, strict=True):
        entry: dict[str, object] = {
            "name": release.name,
            "by": list(release.by),
            "cells": len(one.cells),
            "hidden": one.hidden_count,
            "why": f"A hidden cell counts fewer than {one.k}, was told of by fewer than {asked.rules.informants} "
            "informants, or would give such a cell away. Which of the three is not said: it would give cells away.",
            "attacks": [
                {"name": attack.name, "tried_on_cells": attack.tried, "won": list(attack.won)}
                for attack in rehearsal.attacks
            ],
        }
        if one.hidden_count <= _MOST_INTERVALS:
            intervals = feasible_intervals(one.as_attacked())
            entry["hidden_cells"] = [
                {"cell": list(cell), "an_attacker_knows": {"at_least": i.low, "at_most": i.high}}
                for cell, i in intervals.items()
            ]
        releases.append(entry)
    return {
        "schema": "protect-audit/1",
        "rules": {
            "k": max((one.k for one in published), default=asked.rules.k),
            "informants": asked.rules.informants,
            "method": str(asked.rules.method),
            "zeros": asked.rules.zeros,
        },
        "earlier_releases": len(asked.earlier),
        "releases": releases,
    }


def _files(tables: Sequence[tuple[_Release, PublishedTable]], audit: Mapping[str, object]) -> dict[str, str]:
    files = {"audit.json": json.dumps(audit, ensure_ascii=False, indent=1) + "\n"}
    for release, one in tables:
        files[f"{release.name}.csv"] = table_as_csv(one)
        files[f"{release.name}.dictionary.csv"] = table_dictionary_as_csv(one)
        files[f"{release.name}.json"] = one.to_json() + "\n"
    return files


def _write_folder(out: Path, files: Mapping[str, str]) -> None:
    """All files or none: they are written beside the folder, which then takes its name in one step."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
        try:
            for name, text in files.items():
                with (partial / name).open("w", encoding="utf-8", newline="") as target:
                    target.write(text)
                    target.flush()
                    os.fsync(target.fileno())
            if out.exists():
                out.rmdir()
            partial.rename(out)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as problem:
        raise TableUnreadable(
            f"{out.name} cannot be written: {problem.strerror or 'unknown reason'}.",
            next_step="Choose another place with --out; nothing was written.",
        ) from problem


def _read_plan(path: Path) -> _Plan:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise PlanBroken(f"{path.name} cannot be read: {problem.strerror or 'unknown reason'}.") from problem
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise PlanBroken(f"{path.name} is no TOML file.") from problem
    _only(content, {"schema", "table", "rules", "bands", "release", "earlier"}, "the plan")
    table = _section(content, "table", {"kind", "count", "informant", "counted"})
    kind = str(table.get("kind", "microdata"))
    if kind not in {"microdata", "frequency"}:
        raise PlanBroken('table.kind is "microdata" or "frequency".')
    if kind == "frequency" and "count" not in table:
        raise PlanBroken("table.count must name the column of counts of a frequency table.")
    if "informant" not in table:
        raise PlanBroken(
            "table.informant is missing: it says how many independent people stand behind a count.",
            next_step='Name the column of informants; "each row" (microdata) or "each counted" (frequency) '
            "only where everyone spoke for themselves.",
        )
    releases = content.get("release")
    if not isinstance(releases, list) or not releases:
        raise PlanBroken("The plan names no [[release]].")
    earlier = _section(content, "earlier", {"tables"}).get("tables", [])
    return _Plan(
        kind=kind,
        count=str(table.get("count", "")),
        informant=str(table["informant"]),
        counted=str(table.get("counted", "people")),
        rules=_rules(path.parent, _section(content, "rules", {"k", "informants", "method", "zeros", "secret_file"})),
        bands={name: _texts(labels, f"bands.{name}") for name, labels in _section(content, "bands", None).items()},
        releases=tuple(_release(one) for one in releases),
        earlier=tuple(path.parent / name for name in _texts(earlier, "earlier.tables")),
    )


def _only(found: Mapping[str, object], known: set[str], where: str) -> None:
    if unknown := sorted(set(found) - known):
        raise PlanBroken(
            f"{where} has an unknown key: {unknown[0]!r}.", likely="It is misspelled, or in a wrong place."
        )


def _section(content: Mapping[str, object], name: str, known: set[str] | None) -> Mapping[str, object]:
    section = content.get(name, {})
    if not isinstance(section, dict):
        raise PlanBroken(f"[{name}] must be a table of keys.")
    if known is not None:
        _only(section, known, f"[{name}]")
    return section


def _texts(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise PlanBroken(f"{where} must be a list of texts.")
    return tuple(value)


def _rules(folder: Path, section: Mapping[str, object]) -> DisclosureRules:
    k, informants = section.get("k", 11), section.get("informants", 3)
    if not isinstance(k, int) or not isinstance(informants, int) or isinstance(k, bool) or isinstance(informants, bool):
        raise PlanBroken("rules.k and rules.informants are whole numbers.")
    zeros: Literal["show", "hide"] = "hide" if section.get("zeros") == "hide" else "show"
    if section.get("zeros", "show") != zeros:
        raise PlanBroken('rules.zeros is "show" or "hide".')
    try:
        method = Method(str(section.get("method", "suppress")))
    except ValueError:
        raise PlanBroken("rules.method is one of: " + ", ".join(Method) + ".") from None
    try:
        secret = (folder / str(section["secret_file"])).read_bytes() if "secret_file" in section else b""
    except OSError as problem:
        raise PlanBroken("rules.secret_file cannot be read.") from problem
    return DisclosureRules(k=k, informants=informants, method=method, zeros=zeros, secret=secret)


def _release(found: object) -> _Release:
    if not isinstance(found, dict):
        raise PlanBroken("Each [[release]] must be a table of keys.")
    _only(found, {"name", "by", "groups", "sum", "p", "synthetic", "seed"}, "[[release]]")
    name = str(found.get("name", ""))
    if not name or not all(c.isalnum() or c in "-_" for c in name) or name == "audit":
        raise PlanBroken("Each release needs a name of letters, digits, - and _ (and not audit).")
    by = _texts(found.get("by", []), f"release {name}: by")
    if not by or len(set(by)) < len(by):
        raise PlanBroken(f"Release {name}: by must name one or more columns, each once.")
    groups: dict[str, dict[str, str]] = {}
    for column, members in _section(found, "groups", None).items():
        if column not in by or not isinstance(members, dict):
            raise PlanBroken(f"Release {name}: groups of a column that it does not count by.")
        groups[column] = {c: group for group, of in members.items() for c in _texts(of, f"groups.{column}.{group}")}
    numbers = {key: found.get(key, usual) for key, usual in (("p", 15), ("synthetic", 0), ("seed", 1))}
    if any(not isinstance(n, int) or isinstance(n, bool) or n < 0 for n in numbers.values()):
        raise PlanBroken(f"Release {name}: p, synthetic and seed are whole numbers.")
    sum_of = str(found.get("sum", ""))
    if sum_of and numbers["synthetic"]:
        raise PlanBroken(f"Release {name}: synthetic rows are drawn from counts, not from sums.")
    return _Release(name=name, by=by, groups=groups, sum_of=sum_of, **numbers)


def _read_earlier(path: Path) -> PublishedTable:
    try:
        return PublishedTable.from_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        raise PlanBroken(
            f"The earlier table {path.name} cannot be read.",
            next_step="Give the .json of every table that ever left; without it nothing can be proven.",
        ) from problem


def _rows(path: Path) -> tuple[list[str], Iterator[list[str]]]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise TableUnreadable(f"{path.name} has over {_MOST_BYTES:,} bytes.", next_step="Keep the needed columns.")
        content = path.read_bytes()
    except OSError as problem:
        raise TableUnreadable(
            f"{path.name} cannot be read: {problem.strerror or 'unknown reason'}.",
            next_step="Check the path and its rights.",
        ) from problem
    if not content.strip():
        raise TableUnreadable(f"{path.name} is empty.", next_step="Give a table with a header line.")
    if b"\x00" in content[:4096]:
        raise TableUnreadable(f"{path.name} is not a text table.", next_step="Export it as CSV, UTF-8.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp949")
        except UnicodeDecodeError:
            raise TableUnreadable(f"{path.name} is not UTF-8.", next_step="Export it as CSV, UTF-8.") from None
    head = text[: text.find("\n")] if "\n" in text else text
    separator = max(",;\t|", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    header = next(reader)
    if len(set(header)) < len(header):
        raise TableUnreadable(f"{path.name} has two columns of one name.", next_step="Give every column its own name.")

    def checked() -> Iterator[list[str]]:
        try:
            for row in reader:
                if len(row) == len(header):
                    yield row
                elif row:
                    raise TableUnreadable(
                        f"Line {reader.line_num} of {path.name} has {len(row)} cells, the header {len(header)}.",
                        next_step="A row that is read wrongly could show someone: repair the line.",
                    )
        except csv.Error as problem:
            raise TableUnreadable(
                f"{path.name} is not a well-formed table near line {reader.line_num}.",
                next_step="Check quotes and separators there.",
            ) from problem

    return header, checked()


def _truths(path: Path, plan: _Plan, releases: Sequence[_Release]) -> list[FrequencyTable]:
    """The table counted once for each of the releases."""
    header, rows = _rows(path)
    position = {name: n for n, name in enumerate(header)}
    columns = list(dict.fromkeys(column for release in releases for column in release.by))
    voice = [] if plan.informant in _EACH else [plan.informant]
    counted = [plan.count] if plan.count else []
    if missing := [name for name in (*columns, *voice, *counted) if name not in position]:
        raise PlanBroken(f"The plan names a column that the table does not have: {missing[0]!r}.")
    pick = [position[name] for name in (*columns, *voice, *counted)]
    # Equal rows are counted first, so that a million rows cost one pass.
    combined = Counter(tuple(row[n] for n in pick) for row in rows if plan.kind == "microdata" or _TOTAL not in row)
    band_of = [_banding(name, plan.bands.get(name)) for name in columns]
    tallies = [_Tally(release=release, columns=columns) for release in releases]
    for cells, times in combined.items():
        categories = [band(cell) for band, cell in zip(band_of, cells, strict=False)]
        rest = cells[len(columns) :]
        count = times * (_whole(rest[-1], plan.count) if counted else 1)
        for tally in tallies:
            if plan.kind == "frequency":
                tally.add(categories, count, told_by=_whole(rest[0], plan.informant) if voice else count)
            else:
                tally.add(categories, count, voice=rest[0] if voice else None)
    return [tally.table(plan) for tally in tallies]


class _Tally:
    """Counts and informants of one release as rows come in."""

    def __init__(self, *, release: _Release, columns: Sequence[str]) -> None:
        self.release = release
        self.place = [columns.index(name) for name in release.by]
        self.counts: Counter[Categories] = Counter()
        self.told_by: dict[Categories, int] = {}
        self.voices: dict[Categories, set[str]] = {}

    def add(self, categories: Sequence[str], count: int, *, told_by: int = 0, voice: str | None = None) -> None:
        """Add equal rows; ``voice`` names the informant, ``told_by`` says how many there were at least."""
        cell = tuple(categories[n] for n in self.place)
        self.counts[cell] += count
        if voice is not None:
            self.voices.setdefault(cell, set()).add(voice)
        else:
            # Of informants known by number alone, the same few may stand behind several rows.
            self.told_by[cell] = max(self.told_by.get(cell, 0), told_by)

    def table(self, plan: _Plan) -> FrequencyTable:
        """The counted table."""
        dimensions = tuple(
            Dimension(
                name=name,
                categories=tuple(sorted({cell[n] for cell in self.counts}, key=_reading_order)),
                parents=self.release.groups.get(name, {}),
                total=_TOTAL,
            )
            for n, name in enumerate(self.release.by)
        )
        each = plan.informant in _EACH
        cells = {
            cell: CellCount(
                count=count,
                informants=count if each else len(self.voices[cell]) if self.voices else self.told_by[cell],
            )
            for cell, count in self.counts.items()
        }
        return FrequencyTable(
            dimensions=dimensions,
            cells=cells,
            margin_informants=self._margins(dimensions, plan.rules.informants, each=each),
            counted=plan.counted,
        )

    def _margins(self, dimensions: Sequence[Dimension], enough: int, *, each: bool) -> dict[Categories, int]:
        if not each and not self.voices:
            return {}
        counts: Counter[Categories] = Counter()
        voices: dict[Categories, set[str]] = {}
        for cell, count in self.counts.items():
            above: list[Categories] = [()]
            for dimension, category in zip(dimensions, cell, strict=True):
                above = [(*before, node) for before in above for node in dimension.path(category)]
            for node_cell in above:
                if each:
                    counts[node_cell] += count
                elif len(found := voices.setdefault(node_cell, set())) < enough:
                    found |= self.voices[cell]
        return dict(counts) if each else {cell: len(found) for cell, found in voices.items()}


def _whole(text: str, column: str) -> int:
    number = text.strip()
    if not number.isascii() or not number.isdigit():
        raise TableUnreadable(
            f"The column {column!r} holds something that is no whole number.",
            next_step="Write counts as digits alone; an empty cell is no count.",
        )
    return int(number)


def _banding(column: str, labels: tuple[str, ...] | None) -> Callable[[str], str]:
    """Cells into categories: empty ones are "not told", numbers fall into their band."""
    if labels is None:
        return lambda cell: cell.strip() or _MISSING
    spans = [(label, read_span(label)) for label in labels]

    def band(cell: str) -> str:
        number = cell.strip()
        if not number:
            return _MISSING
        if number in labels:
            return number
        at = Span(float(number), float(number)) if number.isascii() and number.isdigit() else None
        for label, span in spans:
            if span is not None and at is not None and at in span:
                return label
        raise PlanBroken(f"bands.{column} leaves out a value that the table has.")

    return band


def _reading_order(label: str) -> tuple[float, str]:
    span = read_span(label)
    return (span.first if span else float("inf"), label)
