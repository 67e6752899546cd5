"""What is documented, and what may lie beyond it.

``estimate`` runs every published method of multiple systems estimation over a ``CaptureTable``.
"""

from firsthand.estimation.charts import draw_all, draw_estimates, draw_patterns, draw_posteriors
from firsthand.estimation.diagnostics import table_diagnostics
from firsthand.estimation.estimating import METHODS, UnknownMethod, estimate
from firsthand.estimation.linkage_draws import drawn_tables, estimate_over_draws
from firsthand.estimation.lists import CaptureTable, capture_table_of
from firsthand.estimation.results import EstimateResult, EstimateWarning, result_as_json
from firsthand.estimation.simulated_worlds import simulate_coverage, with_coverage
from firsthand.estimation.strata import StratumEstimate, estimate_by, pool_strata
from firsthand.estimation.wording import WORDING

__all__ = [
    "METHODS",
    "WORDING",
    "CaptureTable",
    "EstimateResult",
    "EstimateWarning",
    "StratumEstimate",
    "UnknownMethod",
    "capture_table_of",
    "draw_all",
    "draw_estimates",
    "draw_patterns",
    "draw_posteriors",
    "drawn_tables",
    "estimate",
    "estimate_by",
    "estimate_over_draws",
    "pool_strata",
    "result_as_json",
    "simulate_coverage",
    "table_diagnostics",
    "with_coverage",
]
