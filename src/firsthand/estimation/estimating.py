"""One call for every estimator: choose methods, run them, check what they say."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import fields, replace
from importlib import import_module

from firsthand.estimation.diagnostics import compare_results, diagnose_table, warn_of_result
from firsthand.estimation.findings import BadOption, CannotSay, Estimator, Finding, Options
from firsthand.estimation.lists import CaptureTable
from firsthand.estimation.results import EstimateResult, EstimateWarning, warning
from firsthand.values.errors import UsageError

__all__ = ["METHODS", "UnknownMethod", "estimate", "sensible_methods"]

_CAPTURE = ("m0", "mt", "mh-chao", "mh-poisson", "mh-darroch", "mh-gamma", "mth-chao", "mth-poisson", "mth-darroch")
_ESTIMATORS: dict[str, tuple[str, str]] = {
    "lincoln-petersen": ("two_lists", "estimate_lincoln_petersen"),
    "chapman": ("two_lists", "estimate_chapman"),
    "chao": ("chao", "estimate_chao"),
    **dict.fromkeys((*_CAPTURE, "mth-gamma", "mb", "mbh"), ("capture_models", "CAPTURE_MODELS")),
    "main-effects": ("main_effects", "estimate_main_effects"),
    "loglinear": ("loglinear", "estimate_loglinear"),
    "stepwise": ("stepwise", "estimate_stepwise"),
    "decomposable": ("decomposable", "estimate_decomposable"),
    "bayesian-threshold": ("bayesian_threshold", "estimate_bayesian_threshold"),
    "sample-coverage": ("sample_coverage", "estimate_sample_coverage"),
    "latent-class": ("latent_class", "estimate_latent_class"),
    "doubly-robust": ("doubly_robust", "estimate_doubly_robust"),
    "conditional-loglinear": ("conditional_loglinear", "estimate_conditional_loglinear"),
}
_ORDERED = frozenset({"mb", "mbh"})
METHODS = tuple(_ESTIMATORS)
"""Names of all methods."""


class UnknownMethod(UsageError):
    """A method was asked for that does not exist."""

    next_step = "Choose among: " + ", ".join(METHODS) + "."


def estimator_of(method: str) -> Estimator:
    """The function behind a method's name, imported when first asked for.

    Raises:
        UnknownMethod: there is none.
    """
    if method not in _ESTIMATORS:
        raise UnknownMethod("A method of estimation was asked for that does not exist.")
    module, name = _ESTIMATORS[method]
    found = getattr(import_module(f"firsthand.estimation.estimators.{module}"), name)
    chosen: Estimator = found[method] if isinstance(found, dict) else found
    return chosen


def sensible_methods(table: CaptureTable) -> tuple[str, ...]:
    """Methods that suit the number of lists and how sparse their overlaps are."""
    lists = len(table.lists) - len(table.empty_lists)
    if lists == 2:
        return ("lincoln-petersen", "chapman", "chao")
    sparse = table.overlap_count < 0.15 * table.observed_count
    models: tuple[str, ...] = ("stepwise",) if sparse else ("loglinear", "stepwise")
    if lists > 10:
        models = ("loglinear",)
    return ("chao", "main-effects", *models, *(("decomposable",) if lists <= 6 else ()))


def read_options(level: float, seed: int, given: dict[str, object]) -> Options:
    """Options from keywords.

    Raises:
        BadOption: a keyword is unknown, or a value out of its range or kind.
    """
    known = {one.name for one in fields(Options)}
    if set(given) - known:
        raise BadOption("An option of the estimate is unknown.", next_step="Options: " + ", ".join(sorted(known)) + ".")
    try:
        return Options(level=level, seed=seed, **given)  # type: ignore[arg-type]  # Options checks what it is given
    except TypeError as problem:
        raise BadOption("An option of the estimate is not of its kind.") from problem


def estimate(
    table: CaptureTable, *, methods: Sequence[str] | None = None, level: float = 0.95, seed: int = 1, **options: object
) -> list[EstimateResult]:
    """Estimate how many people there are, those on no list included.

    Args:
        table: who is on which list, counted.
        methods: names of methods (``METHODS``); None for a set that suits the table.
        level: coverage that intervals aim at.
        seed: seed of all randomness; the same seed gives the same digits.
        options: options of single methods, see ``Options``.

    Returns:
        One result for each method, in order. A method that cannot say has ``identifiable`` False and a reason.

    Raises:
        UnknownMethod: a method does not exist.
        BadOption: an option is unknown or out of range.
    """
    read = read_options(level, seed, options)
    chosen = sensible_methods(table) if methods is None else tuple(methods)
    estimators = [(method, estimator_of(method)) for method in chosen]
    remarks = diagnose_table(table)
    results = [_run(method, function, table, read, remarks) for method, function in estimators]
    disagreement = compare_results(results)
    if disagreement is None:
        return results
    return [replace(r, warnings=(*r.warnings, disagreement)) if r.identifiable else r for r in results]


def _usable(table: CaptureTable) -> CaptureTable:
    if table.overlap_count == 0:
        raise CannotSay("no-overlap")
    positions = [j for j, name in enumerate(table.lists) if name not in table.empty_lists]
    if len(positions) == len(table.lists):
        return table
    if len(positions) < 2:
        raise CannotSay("one-list")
    return table.keep_lists(positions)


def _in_order_of(used: CaptureTable, table: CaptureTable, options: Options) -> Options:
    """The options with the patterns of covariates in the order of the lists that are used."""
    if not options.covariates or used.lists == table.lists:
        return options
    places = [table.lists.index(name) for name in used.lists]
    records = tuple((tuple(p[k] for k in places), values, count) for p, values, count in options.covariates)
    return replace(options, covariates=records)


def _run(
    method: str, function: Estimator, table: CaptureTable, options: Options, remarks: tuple[EstimateWarning, ...]
) -> EstimateResult:
    started = time.perf_counter()
    try:
        used = _usable(table)
        if method not in _ORDERED:
            # Sorted lists make every digit the same in whatever order they come.
            used = used.keep_lists(sorted(range(len(used.lists)), key=used.lists.__getitem__))
        found = _checked(function(used, _in_order_of(used, table, options)), used)
    except CannotSay as refusal:
        return EstimateResult(
            method=method,
            total=None,
            unseen=None,
            interval=None,
            level=options.level,
            interval_kind="none",
            model=refusal.model,
            seed=None,
            identifiable=False,
            warnings=(refusal.warning, *remarks),
            seconds=time.perf_counter() - started,
        )
    return EstimateResult(
        method=method,
        total=found.total,
        unseen=found.total - table.observed_count,
        interval=found.interval,
        level=options.level,
        interval_kind=found.interval_kind,
        model=found.model,
        seed=found.seed,
        identifiable=True,
        warnings=(
            *found.warnings,
            *warn_of_result(
                found.total,
                table.observed_count,
                found.interval,
                lower_bound=any(w.type == "lower-bound" for w in found.warnings),
            ),
            *remarks,
        ),
        seconds=time.perf_counter() - started,
        posterior=found.posterior,
    )


def _checked(found: Finding, table: CaptureTable) -> Finding:
    observed = table.observed_count
    ends = found.interval or (found.total, found.total)
    if not all(math.isfinite(number) for number in (found.total, *ends)) or found.total > 1e7 * observed:
        raise CannotSay("not-identified:infinite", model=found.model)
    if found.total < observed - 1e-6 * observed:
        raise CannotSay("below-observed", model=found.model)
    total = max(found.total, float(observed))
    if found.interval is None:
        return replace(found, total=total)
    low, high = max(found.interval[0], float(observed)), found.interval[1]
    warnings = found.warnings
    if not low <= total <= high:
        warnings = (
            *warnings,
            warning("interval-widened"),
        )
    return replace(found, total=total, interval=(min(low, total), max(high, total)), warnings=warnings)
