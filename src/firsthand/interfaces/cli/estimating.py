"""The command that estimates how many people no list holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from firsthand.estimation import EstimateResult, EstimateWarning, estimate, result_as_json
from firsthand.estimation.lists import CaptureTable
from firsthand.estimation.reading_tables import ListsTable, read_lists_table
from firsthand.interfaces.cli.output import emit_json, emit_text, talk
from firsthand.values.errors import InputError

__all__ = ["estimate_lists"]


class UnreadableLists(InputError):
    """A file of lists cannot be read."""

    next_step = "Check the path and its rights."


def _read(path: Path) -> ListsTable:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise UnreadableLists(f"{path.name} cannot be read: {problem.strerror or 'unknown reason'}.") from problem
    except UnicodeDecodeError as problem:
        raise UnreadableLists(f"{path.name} is not UTF-8 text.", next_step="Export it as CSV in UTF-8.") from problem
    return read_lists_table(text)


def _rows(results: list[EstimateResult]) -> list[str]:
    lines = [f"{'method':18} {'total':>12} {'low':>12} {'high':>12}  interval, model"]
    for one in results:
        if one.total is None:
            reason = one.warnings[0].text if one.warnings else ""
            lines.append(f"{one.method:18} {'cannot say':>12}  {reason}")
            continue
        low, high = (f"{end:,.0f}" for end in one.interval) if one.interval else ("", "")
        lines.append(f"{one.method:18} {one.total:>12,.0f} {low:>12} {high:>12}  {one.interval_kind}, {one.model}")
    return lines


def _doubts(results: list[EstimateResult]) -> list[str]:
    """Each warning once, with the methods that it concerns unless it concerns all."""
    seen: dict[EstimateWarning, list[str]] = {}
    for one in results:
        for warning in one.warnings:
            seen.setdefault(warning, []).append(one.method)
    return [
        f"- {warning.text}" + ("" if len(methods) == len(results) else f" ({', '.join(methods)})")
        for warning, methods in seen.items()
    ]


def estimate_lists(
    lists: Path,
    *,
    method: list[str] | None = None,
    by: list[str] | None = None,
    level: float = 0.95,
    seed: int = 1,
    order: int | None = None,
    criterion: Literal["aic", "aicc", "bic", "qic"] = "bic",
    averaging: Annotated[bool, Parameter(negative=())] = False,
    p_threshold: float = 0.02,
    bootstrap: Literal["none", "percentile", "bca"] = "bca",
    replicates: int = 1000,
    json_output: Annotated[bool, Parameter(name="--json", negative=())] = False,
) -> None:
    """Estimate how many people there were, those on no list included.

    The table has one column of 0 and 1 for each list and a column count, or one row for each person. Every method says
    what it assumes; one that the lists do not support says so and gives no number.

    Args:
        lists: The CSV file.
        method: A method, may be given several times; left out, a set that suits the table.
        by: A column to divide the table by, may be given several times.
        level: Coverage that the intervals aim at.
        seed: Seed of all randomness: the same seed gives the same digits.
        order: Largest interaction of log-linear models.
        criterion: What chooses among log-linear models.
        averaging: Average over log-linear models instead of choosing one.
        p_threshold: P-value at which a pair of lists enters the stepwise model.
        bootstrap: Interval of the stepwise model.
        replicates: Bootstrap replicates.
        json_output: Write one JSON document.
    """
    read = _read(lists)

    def run(table: CaptureTable) -> list[EstimateResult]:
        return estimate(
            table,
            methods=method or None,
            level=level,
            seed=seed,
            order=order,
            criterion=criterion,
            averaging=averaging,
            p_threshold=p_threshold,
            bootstrap=bootstrap,
            replicates=replicates,
            # Covariates describe people of the whole table only.
            covariates=read.records if read.covariates and not by else (),
        )

    if not by:
        table = read.capture_table()
        results = run(table)
        if json_output:
            emit_json(result_as_json(table, results))
            return
        talk(f"{table.observed_count:,} people on {len(table.lists)} lists, {table.overlap_count:,} on more than one.")
        emit_text("\n".join(_rows(results)))
        talk("\n".join(_doubts(results)))
        return
    strata = sorted(read.split_by(by).items())
    found = [(key, table, run(table)) for key, table in strata]
    if json_output:
        whole = read.capture_table()
        document = result_as_json(whole, [])
        document["by"] = by
        document["strata"] = [
            {"stratum": dict(zip(by, key, strict=True)), **result_as_json(table, results)}
            for key, table, results in found
        ]
        emit_json(document)
        return
    for key, table, results in found:
        named = ", ".join(f"{name} {value}" for name, value in zip(by, key, strict=True))
        emit_text(f"\n{named}: {table.observed_count:,} people observed")
        emit_text("\n".join(_rows(results)))
        talk("\n".join(_doubts(results)))
