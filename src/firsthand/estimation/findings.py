"""What estimators hand back before it becomes a result, and the options that they read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from firsthand.estimation.lists import CaptureTable
from firsthand.estimation.results import EstimateWarning, Posterior, warning
from firsthand.values.errors import UsageError

__all__ = ["BadOption", "CannotSay", "Estimator", "Finding", "Options"]

MOST_REPLICATES = 100_000
BOOTSTRAPS = ("percentile", "bca")
INTERVALS = "profile, wald-log, wald, percentile or bca"


class BadOption(UsageError):
    """An option of an estimate is unknown or out of its range."""


class CannotSay(Exception):
    """A lawful answer: the lists do not determine the number by this method."""

    def __init__(self, code: str, *, model: str = "", **values: str | float) -> None:
        self.warning = warning(code, **values)
        super().__init__(self.warning.text)
        self.model = model


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An estimate before its checks: total people, interval, and how it came about."""

    total: float
    interval: tuple[float, float] | None
    interval_kind: str
    model: str
    seed: int | None = None
    warnings: tuple[EstimateWarning, ...] = ()
    posterior: Posterior = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of all estimators; each reads those that concern it.

    Attributes:
        level: coverage that intervals aim at, between 0.5 and 0.9999.
        seed: seed of all randomness.
        order: largest interaction of log-linear models; None for all but the saturated one.
        criterion: aic, aicc, bic or qic.
        averaging: average over log-linear models with weights exp(-difference / 2) instead of choosing one.
        interval: profile, wald-log or wald, for models fitted by maximum likelihood; percentile or bca, for log-linear
            models with the choice repeated in every replicate.
        factorials: exact, or stirling to give the digits of Rcapture, for profile intervals.
        likelihood: poisson (as the R packages print) or multinomial, for the point of the M family.
        p_threshold: p-value at which an interaction enters the stepwise model.
        bootstrap: none, percentile or bca, for the stepwise model.
        replicates: bootstrap replicates.
        top_models: models among which the choice is made again in bootstrap samples; None for all on three lists, 20 on
            four and 100 on more (Silverman, Chan and Vincent 2024).
        threshold: posterior standard deviations from 0 at which the Bayesian threshold keeps an interaction.
        interaction_variance: prior variance of interactions for the Bayesian threshold.
        prior: inverse (1/N), flat or gamma-poisson, on the total of the decomposable models.
        prior_shape, prior_scale: of the gamma-Poisson prior; its mean is their product.
        delta: prior weight of each cell of the decomposable models; None for 2**-lists.
        most_unseen: largest number of unseen people considered by the decomposable models; None for 30 x observed.
        grid_size: points of the grid of unseen people.
        class_count, chains, sweeps: of the latent-class sampler; sweeps kept of each chain at most, it stops when
            the chains have settled. The Bayesian threshold takes chains and up to 50,000 sweeps.
        coverage_version: lee-chao or chao-tsay.
        folds: of the doubly robust estimator.
    """

    level: float = 0.95
    seed: int = 1
    order: int | None = None
    criterion: str = "bic"
    averaging: bool = False
    interval: str = "profile"
    factorials: str = "exact"
    likelihood: str = "poisson"
    p_threshold: float = 0.02
    bootstrap: str = "bca"
    replicates: int = 1000
    top_models: int | None = None
    threshold: float = 2.0
    interaction_variance: float = 1.0
    prior: str = "inverse"
    prior_shape: float = 1.0
    prior_scale: float = 1000.0
    delta: float | None = None
    most_unseen: int | None = None
    grid_size: int = 1000
    class_count: int = 15
    chains: int = 4
    sweeps: int = 240_000
    coverage_version: str = "lee-chao"
    folds: int = 5
    covariates: tuple[tuple[tuple[int, ...], tuple[str, ...], int], ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        checks = (
            (0.5 <= self.level <= 0.9999, "level must lie between 0.5 and 0.9999"),
            (0 <= self.seed < 2**32, "seed must be a whole number from 0 to 4294967295"),
            (self.order is None or self.order >= 1, "order must be 1 or more"),
            (self.criterion in {"aic", "aicc", "bic", "qic"}, "criterion must be aic, aicc, bic or qic"),
            (self.interval in {*BOOTSTRAPS, "profile", "wald-log", "wald"}, f"interval must be {INTERVALS}"),
            (self.factorials in {"exact", "stirling"}, "factorials must be exact or stirling"),
            (self.likelihood in {"poisson", "multinomial"}, "likelihood must be poisson or multinomial"),
            (0 < self.p_threshold < 1, "p_threshold must lie between 0 and 1"),
            (self.bootstrap in {"none", "percentile", "bca"}, "bootstrap must be none, percentile or bca"),
            (100 <= self.replicates <= MOST_REPLICATES, f"replicates must lie between 100 and {MOST_REPLICATES}"),
            (self.top_models is None or 1 <= self.top_models <= 10_000, "top_models must lie between 1 and 10000"),
            (0 <= self.threshold <= 100, "threshold must lie between 0 and 100"),
            (0 < self.interaction_variance <= 10_000, "interaction_variance must be above 0"),
            (self.prior in {"inverse", "flat", "gamma-poisson"}, "prior must be inverse, flat or gamma-poisson"),
            (
                0 < self.prior_shape <= 1e9 and 0 < self.prior_scale <= 1e12,
                "prior_shape and prior_scale must be above 0",
            ),
            (self.delta is None or 0 < self.delta <= 1000, "delta must be above 0"),
            (self.most_unseen is None or 1 <= self.most_unseen <= 10**12, "most_unseen must be 1 or more"),
            (10 <= self.grid_size <= 1_000_000, "grid_size must lie between 10 and 1000000"),
            (2 <= self.class_count <= 100, "class_count must lie between 2 and 100"),
            (2 <= self.chains <= 16, "chains must lie between 2 and 16"),
            (200 <= self.sweeps <= 10_000_000, "sweeps must lie between 200 and 10000000"),
            (self.coverage_version in {"lee-chao", "chao-tsay"}, "coverage_version must be lee-chao or chao-tsay"),
            (2 <= self.folds <= 50, "folds must lie between 2 and 50"),
        )
        for fine, what in checks:
            if not fine:
                raise BadOption(f"The option {what}.")


Estimator = Callable[[CaptureTable, Options], Finding]
