"""What is documented, and what may lie beyond it.

``estimate`` runs every published method of multiple systems estimation over a ``CaptureTable``.
"""

from firsthand.estimation.estimating import METHODS, UnknownMethod, estimate
from firsthand.estimation.linkage_draws import estimate_over_draws
from firsthand.estimation.lists import CaptureTable, capture_table_of
from firsthand.estimation.results import EstimateResult, EstimateWarning, result_as_json
from firsthand.estimation.strata import StratumEstimate, estimate_by, pool_strata

__all__ = [
    "METHODS",
    "CaptureTable",
    "EstimateResult",
    "EstimateWarning",
    "StratumEstimate",
    "UnknownMethod",
    "capture_table_of",
    "estimate",
    "estimate_by",
    "estimate_over_draws",
    "pool_strata",
    "result_as_json",
]
