"""What is documented, and what may lie beyond it.

``estimate`` runs every published method of multiple systems estimation over a ``CaptureTable``.
"""

from firsthand.estimation.estimating import METHODS, UnknownMethod, estimate
from firsthand.estimation.lists import CaptureTable, capture_table_of
from firsthand.estimation.results import EstimateResult, EstimateWarning, result_as_json

__all__ = [
    "METHODS",
    "CaptureTable",
    "EstimateResult",
    "EstimateWarning",
    "UnknownMethod",
    "capture_table_of",
    "estimate",
    "result_as_json",
]
