"""Log-linear models: every hierarchical model, one chosen or all averaged.

Bishop, Fienberg and Holland (1975), chapter 6; Cormack (1989); International Working Group for Disease Monitoring
(1995). Criteria count people as the sample size, as Rcapture does. Up to five lists all models are fitted (6,893 on
five); on six and seven lists those with pairs only or the order asked for, as far as they can be counted; beyond that
interactions enter one at a time while the criterion falls.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from firsthand.estimation.bootstrapping import bootstrap_interval, in_two_threads
from firsthand.estimation.estimators.capture_models import interval_of, membership_marks
from firsthand.estimation.findings import BOOTSTRAPS, CannotSay, Finding, Options
from firsthand.estimation.hierarchical import Model, design_of, enumerate_models, main_effects_model, model_name
from firsthand.estimation.likelihood import Fit, Floats, fit_identified, fit_poisson
from firsthand.estimation.lists import CaptureTable
from firsthand.estimation.results import EstimateWarning, warning
from firsthand.estimation.sampling import histogram

__all__ = ["estimate_loglinear", "fit_all"]

MOST_FAILED = 400
NEAR = 6.0
"""Models whose criterion is within so much of the best fit about as well (Kass and Raftery 1995)."""
THREADS = 2


def penalty(criterion: str, widths: Floats, observed: float, cells: int, spread: float) -> Floats:
    """What a criterion adds to minus twice the log likelihood; ``spread`` is the overdispersion that QIC divides by."""
    if criterion == "bic":
        return widths * float(np.log(observed))
    if criterion == "aicc":
        room = np.maximum(cells - widths - 1, 0.5)
        return 2 * widths + 2 * widths * (widths + 1) / room
    return 2 * widths * (spread if criterion == "qic" else 1.0)


def fit_all(table: CaptureTable, models: tuple[Model, ...]) -> tuple[Floats, Floats, Floats]:
    """Fit models: kernel log likelihoods (factorials left out), log unseen, its variance; shape (models,)."""
    from firsthand.estimation.compiled import fit_many  # noqa: PLC0415  starting the compiler costs time

    lists = len(table.lists)
    widths = np.array([len(m) for m in models], dtype=np.int64)
    terms = np.zeros((len(models), int(widths.max())), dtype=np.int64)
    for row, model in enumerate(models):
        terms[row, : len(model)] = model
    cells = table.cells()
    whole = np.hstack([np.ones((1 << lists, 1)), membership_marks(lists)])
    coefficients, _ = fit_poisson(whole[1:], cells[1:])
    start = np.zeros(1 << lists)
    start[0] = coefficients[0]
    start[1 << np.arange(lists)] = coefficients[1:]
    likelihoods, unseen, variances = (np.zeros(len(models)) for _ in range(3))
    # Models are dealt out in turn, so that both threads get small and large ones.
    parts = [slice(k, None, THREADS) for k in range(THREADS)]
    filled = [(np.zeros(len(widths[p])), np.zeros(len(widths[p])), np.zeros(len(widths[p]))) for p in parts]
    with ThreadPoolExecutor(THREADS) as pool:
        for _ in pool.map(
            lambda pair: fit_many(cells, lists, terms[pair[0]], widths[pair[0]], start, *pair[1]),
            zip(parts, filled, strict=True),
        ):
            pass
    for part, (a, b, c) in zip(parts, filled, strict=True):
        likelihoods[part], unseen[part], variances[part] = a, b, c
    return likelihoods, unseen, variances


def _overdispersion(table: CaptureTable, order: int) -> float:
    # Pearson's statistic over its degrees of freedom, in the largest model of pairs; never below 1.
    lists = len(table.lists)
    terms = [m for m in range(1 << lists) if m.bit_count() <= min(order, 2)]
    counts = table.cells()[1:]
    room = len(counts) - len(terms)
    if room <= 0:
        return 1.0
    _, mu = fit_poisson(design_of(tuple(terms), lists)[1:], counts)
    return max(1.0, float(np.sum((counts - mu) ** 2 / np.maximum(mu, 1e-9))) / room)


def _search(table: CaptureTable, order: int, options: Options) -> list[tuple[float, Model, Fit]]:
    """Forward search for many lists: add the interaction that lowers the criterion most, while one does."""
    lists = len(table.lists)
    counts = table.cells()[1:]
    observed = float(table.observed_count)
    spread = _overdispersion(table, order) if options.criterion == "qic" else 1.0

    def score(fit: Fit) -> float:
        count = np.array([float(fit.parameter_count)])
        return -2 * fit.log_likelihood + float(penalty(options.criterion, count, observed, len(counts), spread)[0])

    model = main_effects_model(lists)
    fit = fit_identified(design_of(model, lists)[1:], counts, design_of(model, lists)[0], model="main effects")
    best = (score(fit), model, fit)
    while True:
        held = set(best[1])
        fitted = np.concatenate([[0.0], best[2].means])
        gains = []
        for term in range(1 << lists):
            size = term.bit_count()
            if term in held or size < 2 or size > order:
                continue
            if not all(term & ~(1 << j) in held for j in range(lists) if term >> j & 1):
                continue
            inside = (np.arange(1 << lists) & term) == term
            seen, expected = float(counts[inside[1:]].sum()), float(fitted[inside].sum())
            gains.append(((seen - expected) ** 2 / max(expected, 1e-9), term))
        trials = []
        for _, term in sorted(gains, reverse=True)[:3]:
            trial = tuple(sorted((*best[1], term), key=lambda m: (m.bit_count(), m)))
            design = design_of(trial, lists)
            try:
                fit = fit_identified(design[1:], counts, design[0], model=model_name(trial, table.lists))
            except CannotSay:
                continue
            trials.append((score(fit), trial, fit))
        if not trials or min(trials)[0] >= best[0]:
            return [best]
        best = min(trials, key=lambda one: one[0])


def _scores(table: CaptureTable, order: int, options: Options) -> tuple[tuple[Model, ...], Floats, Floats]:
    """All models up to an order, the criterion of each, and its log unseen, NaN where that is hardly determined."""
    lists = len(table.lists)
    models = enumerate_models(lists, order)
    likelihoods, unseen, variances = fit_all(table, models)
    unseen = np.where(variances < 4.0, unseen, np.nan)
    widths = np.array([len(m) for m in models], dtype=float)
    spread = _overdispersion(table, order) if options.criterion == "qic" else 1.0
    observed, cells = float(table.observed_count), (1 << lists) - 1
    return models, -2 * likelihoods + penalty(options.criterion, widths, observed, cells, spread), unseen


def _ranked(
    table: CaptureTable, order: int, options: Options
) -> tuple[list[tuple[float, Model, Fit]], list[EstimateWarning]]:
    """The model with the lowest criterion, or all that averaging needs; and a warning if near ones say otherwise."""
    lists = len(table.lists)
    models, scores, unseen = _scores(table, order, options)
    counts = table.cells()[1:]
    chosen: list[tuple[float, Model, Fit]] = []
    failed = 0
    for position in np.argsort(scores, kind="stable"):
        model = models[position]
        if chosen and (not options.averaging or scores[position] > scores.min() + 30 or len(chosen) >= 500):
            break
        design = design_of(model, lists)
        try:
            fit = fit_identified(design[1:], counts, design[0], model=model_name(model, table.lists))
        except CannotSay:
            failed += 1
            if failed > MOST_FAILED and not chosen:
                break
            continue
        chosen.append((float(scores[position]), model, fit))
    if not chosen:
        return chosen, []
    near = np.exp(unseen[(scores <= chosen[0][0] + NEAR) & np.isfinite(unseen)]) + table.observed_count
    if len(near) > 1 and near.max() > 1.5 * near.min():
        return chosen, [warning("unstable-over-models", low=float(near.min()), high=float(near.max()))]
    return chosen, []


def estimate_loglinear(table: CaptureTable, options: Options) -> Finding:
    """Fit all hierarchical models up to an order and choose by a criterion, or average.

    The interval is about the model chosen and does not hold the doubt about the choice; averaging adds it.
    """
    lists = len(table.lists)
    order = 1 if lists == 2 else min(options.order or (lists - 1 if lists <= 5 else 2), lists - 1)
    exhaustive = lists <= 5 or (lists == 6 and order <= 2)
    chosen, warnings = _ranked(table, order, options) if exhaustive else (_search(table, order, options), [])
    if not chosen:
        raise CannotSay("not-identified:no-model")
    _, model, fit = chosen[0]
    design = design_of(model, lists)
    counts = table.cells()[1:]
    if fit.extended:
        warnings.append(warning("extended-estimate"))
    if not exhaustive:
        warnings.append(warning("not-all-models"))
    if options.averaging and len(chosen) > 1:
        return _average(table, chosen, options, warnings)
    if options.interval in BOOTSTRAPS and exhaustive:
        return _bootstrap(table, chosen, order, options, warnings)
    total, interval, kind = interval_of(design[1:], counts, design[0], fit, options)
    warnings.append(warning("model-chosen-from-data", criterion=options.criterion.upper()))
    return Finding(
        total=total,
        interval=interval,
        interval_kind=kind,
        model=model_name(model, table.lists),
        warnings=tuple(warnings),
    )


def _bootstrap(
    table: CaptureTable,
    chosen: list[tuple[float, Model, Fit]],
    order: int,
    options: Options,
    warnings: list[EstimateWarning],
) -> Finding:
    """Bootstrap interval with the choice repeated among the best models (Silverman, Chan and Vincent 2024)."""
    from firsthand.estimation.compiled_choice import choose_many  # noqa: PLC0415  starting the compiler costs time

    lists = len(table.lists)
    models, scores, _ = _scores(table, order, options)
    top = options.top_models or {2: len(models), 3: len(models), 4: 20}.get(lists, 100)
    best = [models[position] for position in np.argsort(scores, kind="stable")[:top]]
    widths = np.array([len(m) for m in best], dtype=np.int64)
    terms = np.zeros((len(best), int(widths.max())), dtype=np.int64)
    for row, model in enumerate(best):
        terms[row, : len(model)] = model
    # The small-sample and overdispersion terms of AICc and QIC move little between replicates and are left out of them.
    weight, per_log = (1.0, True) if options.criterion == "bic" else (2.0, False)

    def totals_of(tables: Floats) -> Floats:
        return in_two_threads(
            tables, lambda part, filled: choose_many(part, lists, terms, widths, weight, per_log, filled)
        )

    _, model, fit = chosen[0]
    name = model_name(model, table.lists)
    total = table.observed_count + fit.unseen
    interval, totals = bootstrap_interval(table.cells(), total, totals_of, options.interval, options, name)
    if len(best) < len(models):
        warnings.append(warning("not-all-models:top", models=len(best)))
    return Finding(
        total=total,
        interval=interval,
        interval_kind=options.interval,
        model=name,
        seed=options.seed,
        warnings=tuple(warnings),
        posterior=histogram(totals),
    )


def _average(
    table: CaptureTable, chosen: list[tuple[float, Model, Fit]], options: Options, warnings: list[EstimateWarning]
) -> Finding:
    """Burnham and Anderson (2002), section 4.3: weights exp(-difference / 2), variance with the spread of models."""
    from firsthand.estimation.likelihood import normal_quantile  # noqa: PLC0415  only here

    scores = np.array([one[0] for one in chosen])
    weights = np.exp(-(scores - scores.min()) / 2)
    weights /= weights.sum()
    logs = np.array([one[2].log_unseen for one in chosen])
    variances = np.array([one[2].log_unseen_variance for one in chosen])
    middle = float(weights @ logs)
    error = float(weights @ np.sqrt(variances + (logs - middle) ** 2))
    reach = normal_quantile(options.level) * error
    if reach > 30:
        raise CannotSay("no-finite-interval:models")
    unseen, observed = float(np.exp(middle)), table.observed_count
    return Finding(
        total=observed + unseen,
        interval=(observed + unseen * float(np.exp(-reach)), observed + unseen * float(np.exp(reach))),
        interval_kind="model-averaged",
        model=f"average of {len(chosen)} models, heaviest {model_name(chosen[0][1], table.lists)}",
        warnings=tuple(warnings),
    )
