"""The command that estimates how many people no list holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from firsthand.estimation import (
    CaptureTable,
    EstimateResult,
    EstimateWarning,
    draw_all,
    estimate,
    result_as_json,
    simulate_coverage,
    table_diagnostics,
    with_coverage,
)
from firsthand.estimation.reading_tables import ListsTable, read_lists_table
from firsthand.interfaces.cli.opening import READER, unlock
from firsthand.interfaces.cli.options import Actor, Fd, Json
from firsthand.interfaces.cli.output import emit_json, emit_text, talk
from firsthand.values.errors import InputError, UsageError
from firsthand.workbench.estimating import Overlap, estimate_with_linkage, keep_estimate, overlap, strata_of

__all__ = ["estimate_lists"]


class UnreadableLists(InputError):
    """A file of lists cannot be read."""

    next_step = "Check the path and its rights."


class ChartNotWritten(UsageError):
    """The file for the chart cannot be written."""

    next_step = "Name a file in a folder that exists and that you may write to."


class OnlyInAVault(UsageError):
    """An option was given that only lists in a vault have."""

    next_step = "Leave out --linkage and --keep, or give a vault."


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


def _told(results: list[EstimateResult]) -> None:
    emit_text("\n".join(_rows(results)))
    talk("\n".join(_doubts(results)))


def _write_chart(chart: Path, table: CaptureTable, results: list[EstimateResult]) -> None:
    try:
        chart.write_text(draw_all(table, results), encoding="utf-8")
    except OSError as problem:
        raise ChartNotWritten(f"{chart.name} cannot be written: {problem.strerror or 'unknown reason'}.") from problem


def _tell(done: int, of: int) -> None:
    if done % max(of // 10, 1) == 0:
        talk(f"world {done} of {of}")


def _answer(
    table: CaptureTable,
    strata: dict[tuple[str, ...], CaptureTable],
    by: list[str],
    run: Callable[[CaptureTable], list[EstimateResult]],
    *,
    chart: Path | None,
    json_output: bool,
) -> list[EstimateResult]:
    if not by:
        results = run(table)
        if chart:
            _write_chart(chart, table, results)
        if json_output:
            emit_json(result_as_json(table, results) | {"diagnostics": table_diagnostics(table)})
            return results
        talk(f"{table.observed_count:,} people on {len(table.lists)} lists, {table.overlap_count:,} on more than one.")
        _told(results)
        return results
    found = [(key, one, run(one)) for key, one in sorted(strata.items())]
    if chart:
        _write_chart(chart, table, [r for _, _, results in found for r in results])
    if json_output:
        document = result_as_json(table, [])
        document["by"] = by
        document["strata"] = [
            {"stratum": dict(zip(by, key, strict=True)), **result_as_json(one, results)} for key, one, results in found
        ]
        emit_json(document)
        return []
    for key, one, results in found:
        named = ", ".join(f"{name} {value}" for name, value in zip(by, key, strict=True))
        emit_text(f"\n{named}: {one.observed_count:,} people observed")
        _told(results)
    return []


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
    interval: Literal["profile", "wald-log", "wald", "percentile", "bca"] = "profile",
    p_threshold: float = 0.02,
    bootstrap: Literal["none", "percentile", "bca"] = "bca",
    replicates: int = 1000,
    prior: Literal["inverse", "flat", "gamma-poisson"] = "inverse",
    sweeps: int = 240_000,
    worlds: int = 0,
    chart: Path | None = None,
    linkage: Annotated[bool, Parameter(negative=())] = False,
    keep: Annotated[bool, Parameter(negative=())] = False,
    passphrase_fd: Fd = None,
    actor: Actor = "owner",
    json_output: Json = False,
) -> None:
    """Estimate how many people there were, those on no list included.

    The table has one column of 0 and 1 for each list and a column count, or one row for each person. Of a vault the
    lists of persons in it are linked first. Every method says what it assumes; one that the lists do not support says
    so and gives no number.

    Args:
        lists: The CSV file, or a vault.
        method: A method, may be given several times; left out, a set that suits the table.
        by: A column to divide the table by, may be given several times.
        level: Coverage that the intervals aim at.
        seed: Seed of all randomness: the same seed gives the same digits.
        order: Largest interaction of log-linear models.
        criterion: What chooses among log-linear models.
        averaging: Average over log-linear models instead of choosing one.
        interval: Interval of models fitted by maximum likelihood; percentile and bca repeat the choice of the model.
        p_threshold: P-value at which a pair of lists enters the stepwise model.
        bootstrap: Interval of the stepwise model.
        replicates: Bootstrap replicates.
        prior: Prior on the total of the decomposable models.
        sweeps: Sweeps of each chain of the latent-class sampler at most.
        worlds: Try every interval in so many worlds drawn to look like the lists, and say how often it held the truth.
        chart: A file for the chart (SVG): estimates, who is on which list, posteriors.
        linkage: Add to each interval the doubt about who is who (a vault only).
        keep: Keep the estimates in the vault.
        passphrase_fd: A file descriptor that holds the passphrase of a vault.
        actor: The pseudonym under which an estimate is kept in a vault.
        json_output: Write one JSON document.
    """
    given: dict[str, object] = {
        "order": order,
        "criterion": criterion,
        "averaging": averaging,
        "interval": interval,
        "p_threshold": p_threshold,
        "bootstrap": bootstrap,
        "replicates": replicates,
        "prior": prior,
        "sweeps": sweeps,
    }

    def run(table: CaptureTable, covariates: object = ()) -> list[EstimateResult]:
        results = estimate(table, methods=method or None, level=level, seed=seed, covariates=covariates, **given)
        if worlds and any(r.interval for r in results):
            results = with_coverage(
                results, simulate_coverage(table, results, worlds=worlds, seed=seed, tell=_tell, **given)
            )
        return results

    if not (lists / "vault.json").is_file():
        if linkage or keep:
            raise OnlyInAVault("Doubt about who is who, and keeping, need a vault.")
        read = _read(lists)
        # Covariates describe people of the whole table only.
        covariates = read.records if read.covariates and not by else ()
        strata = read.split_by(by) if by else {}
        _answer(
            read.capture_table(),
            strata,
            by or [],
            lambda table: run(table, covariates),
            chart=chart,
            json_output=json_output,
        )
        return
    who = actor if keep else READER
    with unlock(lists, passphrase_fd, who) as session:
        found = overlap(session, seed=seed)

        def run_linked(table: CaptureTable) -> list[EstimateResult]:
            results = run(table)
            return [*results, *_linked(found, results, seed=seed, level=level, given=given)] if linkage else results

        strata = strata_of(found, by) if by else {}
        # Draws of the linkage are of the whole lists, so strata have none.
        results = _answer(
            found.table, strata, by or [], run if by else run_linked, chart=chart, json_output=json_output
        )
        if keep and results:
            keep_estimate(session, found, results)


def _linked(
    found: Overlap, results: list[EstimateResult], *, seed: int, level: float, given: dict[str, object]
) -> list[EstimateResult]:
    methods = [one.method for one in results if one.identifiable]
    return [estimate_with_linkage(found, method=m, seed=seed, level=level, draws=40, **given) for m in methods]
