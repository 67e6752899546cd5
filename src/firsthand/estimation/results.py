"""Estimates as values: what a method says of a table, or why it cannot say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from firsthand.estimation.lists import CaptureTable
from firsthand.estimation.wording import WORDING
from firsthand.values.errors import OurFault

Posterior = tuple[tuple[float, float], ...]
"""A distribution over totals: pairs of total and share."""

__all__ = ["BrokenEstimate", "EstimateResult", "EstimateWarning", "Posterior", "result_as_json", "warning"]


class BrokenEstimate(OurFault):
    """A method gave numbers that cannot be an estimate."""


@dataclass(frozen=True, slots=True)
class EstimateWarning:
    """A remark on an estimate: a code of ``WORDING`` and the values that its sentence names."""

    code: str
    values: tuple[tuple[str, str | int | float], ...] = ()

    @property
    def type(self) -> str:
        """The stable word for its cause: the code before the colon."""
        return self.code.partition(":")[0]

    @property
    def message(self) -> str:
        """The sentence with places for the values: the message id of the interface's catalogue."""
        return WORDING[self.code]

    @property
    def text(self) -> str:
        """The remark in plain English."""
        return self.message.format(**self.named)

    @property
    def named(self) -> dict[str, str | int | float]:
        """The values by name, for a sentence in another language."""
        return dict(self.values)


def warning(code: str, **values: str | float) -> EstimateWarning:
    """A remark by its code of ``WORDING``."""
    return EstimateWarning(code, tuple(values.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateResult:
    """What one method says.

    ``total`` and ``unseen`` count people; ``interval`` is about ``total``. A method that cannot say has
    ``identifiable`` False, no numbers, and its reason as the first warning. ``posterior`` is where the posterior or the
    bootstrap puts the total, for methods that have one.

    Raises:
        BrokenEstimate: numbers that are not finite, an interval without its point, numbers where there can be none.
    """

    method: str
    total: float | None
    unseen: float | None
    interval: tuple[float, float] | None
    level: float
    interval_kind: str
    model: str
    seed: int | None
    identifiable: bool
    warnings: tuple[EstimateWarning, ...]
    seconds: float
    posterior: Posterior = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if not self.identifiable:
            if self.total is not None or self.unseen is not None or self.interval is not None:
                raise BrokenEstimate(f"{self.method} gave numbers although its model cannot be identified.")
            return
        if self.total is None or self.unseen is None:
            raise BrokenEstimate(f"{self.method} gave no number although its model is identified.")
        numbers = (self.total, self.unseen, *(self.interval or ()))
        if not all(math.isfinite(number) for number in numbers) or self.unseen < 0 or self.total < self.unseen:
            raise BrokenEstimate(f"{self.method} gave a number that cannot be a count.")
        if self.interval is not None and not self.interval[0] <= self.total <= self.interval[1]:
            raise BrokenEstimate(f"{self.method} gave an interval that leaves out its own point.")

    @property
    def sentence(self) -> str:
        """The result in words that can be quoted."""
        if not self.identifiable or self.total is None or self.unseen is None:
            reason = self.warnings[0].text if self.warnings else ""
            return f"By the method {self.method} these lists cannot say how many people there were. {reason}".strip()
        text = f"By the method {self.method} there were about {self.total:,.0f} people"
        if self.interval is not None:
            low, high = self.interval
            text += f", with {self.level:.0%} of the method's own uncertainty between {low:,.0f} and {high:,.0f}"
        return f"{text}; about {self.unseen:,.0f} of them are on no list. The model used was {self.model}."


def result_as_json(table: CaptureTable, results: Sequence[EstimateResult]) -> dict[str, object]:
    """The document ``estimate/1`` (design/interfaces), with the digest of the input added."""
    return {
        "schema": "estimate/1",
        "observed": table.observed_count,
        "lists": list(table.lists),
        "input_sha256": table.digest,
        "results": [
            {
                "method": one.method,
                "total": one.total,
                "unseen": one.unseen,
                "interval": None if one.interval is None else list(one.interval),
                "level": one.level,
                "interval_kind": one.interval_kind,
                "model": one.model,
                "seed": one.seed,
                "identifiable": one.identifiable,
                "warnings": [{"type": w.type, "text": w.text, "code": w.code, "values": w.named} for w in one.warnings],
                "seconds": round(one.seconds, 6),
                "posterior": [list(pair) for pair in one.posterior],
            }
            for one in results
        ],
    }
