"""Agreement between coders who coded apart: Krippendorff's alpha for each field, with intervals, and the differences.

Units are the claims that either coder made. Two coders' claims are one unit when more than half of the shorter
passage is shared; the best pairs are taken first. A claim that one coder alone made is a unit too, whose values the
other did not give: so that overlooking a claim counts as disagreement, each field is reckoned twice, over all units
("absent" is then a value) and over those that both coded.

Alpha after Krippendorff (2011), "Computing Krippendorff's alpha-reliability": 1 - D_o / D_e, with the nominal metric
for codes and the Jaccard distance for sets of acts (as in Passonneau 2006). Intervals are percentiles over bootstrap
samples of units.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from firsthand.claims.attribution import Span
from firsthand.claims.claim import Participant, PlaceTold, Statement
from firsthand.values.errors import UsageError

__all__ = [
    "FIELDS",
    "Agreement",
    "CodedClaim",
    "LevelNotUsable",
    "Unit",
    "agreement_of",
    "krippendorff_alpha",
    "pair_claims",
]

SAMPLES = 1_000
ABSENT = "absent"

Value = Hashable
Distance = Callable[[Value, Value], float]


class LevelNotUsable(UsageError):
    """A level of confidence lies outside of 0 to 1."""

    next_step = "Give a level such as 0.95."


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedClaim:
    """A claim as one coder made it: its passage and its statement; ``id`` leads back to what is kept."""

    id: str
    support: tuple[Span, ...]
    statement: Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A passage that at least one coder made a claim on; a missing side is a claim that this coder did not make."""

    first: CodedClaim | None
    second: CodedClaim | None

    @property
    def differing(self) -> tuple[str, ...]:
        """The fields in which the two differ; ``claim`` alone where one made none."""
        if self.first is None or self.second is None:
            return ("claim",)
        return tuple(
            field.name for field in FIELDS if field.value(self.first.statement) != field.value(self.second.statement)
        )


def nominal(a: Value, b: Value) -> float:
    """0 for the same, 1 for another."""
    return float(a != b)


def jaccard(a: Value, b: Value) -> float:
    """1 less the share of what two sets have in common; values that are no sets are compared as such."""
    if not isinstance(a, frozenset) or not isinstance(b, frozenset):
        return float(a != b)
    return 1 - len(a & b) / len(a | b) if a | b else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    name: str
    value: Callable[[Statement], Value]
    distance: Distance = nominal


def _people(people: tuple[Participant, ...]) -> frozenset[str]:
    return frozenset(" ".join(person.text.casefold().split()) for person in people)


def _places(places: tuple[PlaceTold, ...]) -> frozenset[str]:
    return frozenset(f"{' '.join(p.text.casefold().split())} {p.role}" for p in places)


def _amount(statement: Statement) -> Value:
    amount = statement.amount
    return (amount.minimum, amount.maximum, amount.unit) if amount else None


FIELDS = (
    _Field(name="kind", value=lambda s: s.kind),
    _Field(name="acts", value=lambda s: frozenset(s.acts), distance=jaccard),
    _Field(name="informant", value=lambda s: (s.informant.type, (s.informant.name or "").casefold())),
    _Field(name="basis", value=lambda s: s.basis),
    _Field(name="polarity", value=lambda s: s.polarity),
    _Field(name="victims", value=lambda s: _people(s.victims), distance=jaccard),
    _Field(name="perpetrators", value=lambda s: _people(s.perpetrators), distance=jaccard),
    _Field(name="recipients", value=lambda s: _people(s.recipients), distance=jaccard),
    _Field(name="places", value=lambda s: _places(s.places), distance=jaccard),
    _Field(name="time", value=lambda s: s.time.date.edtf if s.time else None),
    _Field(name="amount", value=_amount),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Agreement in one field over ``units``: alpha with its interval, and the share of units on which both agree.

    ``alpha`` is ``None`` where all values are the same, so that nothing could have disagreed by chance.
    """

    field: str
    over: str
    units: int
    same: int
    alpha: float | None
    low: float | None
    high: float | None
    level: float
    samples: int
    seed: int


def pair_claims(first: Sequence[CodedClaim], second: Sequence[CodedClaim]) -> tuple[Unit, ...]:
    """Units of two coders' claims on one document, in the order of the text. Swapping the coders swaps the sides."""
    found = []
    for a, b in itertools.product(range(len(first)), range(len(second))):
        shared = _shared(first[a].support, second[b].support)
        if shared > 0.5:
            one, other = first[a].statement, second[b].statement
            alike = len(set(one.acts) & set(other.acts)) + (one.kind is other.kind)
            found.append((-shared, -alike, abs(a - b), a + b, min(a, b), a, b))
    # a better overlap first, then likeness; ties by order in both lists, the same whoever is called first
    found.sort(key=lambda row: row[:5])
    taken_a: set[int] = set()
    taken_b: set[int] = set()
    units: list[Unit] = []
    for *_, a, b in found:
        if a not in taken_a and b not in taken_b:
            taken_a.add(a)
            taken_b.add(b)
            units.append(Unit(first=first[a], second=second[b]))
    units += [Unit(first=claim, second=None) for n, claim in enumerate(first) if n not in taken_a]
    units += [Unit(first=None, second=claim) for n, claim in enumerate(second) if n not in taken_b]
    return tuple(sorted(units, key=_place))


def _place(unit: Unit) -> tuple[int, int]:
    sides = [side for side in (unit.first, unit.second) if side is not None]
    spans = [span for side in sides for span in side.support]
    return min(span.start for span in spans), max(span.end for span in spans)


def _shared(a: tuple[Span, ...], b: tuple[Span, ...]) -> float:
    """The share of the shorter passage that both cover."""
    common = sum(max(0, min(x.end, y.end) - max(x.start, y.start)) for x in a for y in b)
    shorter = min(sum(x.end - x.start for x in side) for side in (a, b))
    return common / shorter


def krippendorff_alpha(units: Sequence[Sequence[Value]], distance: Distance = nominal) -> float | None:
    """Alpha over units, each with the values that its coders gave; a unit with fewer than two values says nothing.

    ``None`` where fewer than two values can be paired, or none differs from any other (D_e is 0).
    """
    pairable = [unit for unit in units if len(unit) > 1]
    weights: Counter[Value] = Counter()
    observed = 0.0
    for unit in pairable:
        for a, b in itertools.permutations(range(len(unit)), 2):
            observed += distance(unit[a], unit[b]) / (len(unit) - 1)
        weights.update(unit)
    total = sum(weights.values())
    if total < 2:
        return None
    expected = sum(n * m * distance(a, b) for (a, n), (b, m) in itertools.product(weights.items(), repeat=2))
    if expected <= 0:
        return None
    return 1 - (observed / total) / (expected / (total * (total - 1)))


def agreement_of(
    units: Sequence[Unit], *, level: float = 0.95, samples: int = SAMPLES, seed: int = 1
) -> tuple[Agreement, ...]:
    """Agreement in whether there is a claim, and in each field, over all units and over those that both coded.

    Raises:
        LevelNotUsable: the level is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise LevelNotUsable(f"The level {level:g} is not between 0 and 1.")
    # where a claim is made at all, only the share of agreement has a meaning: nobody marked what holds no claim
    both = [unit for unit in units if unit.first is not None and unit.second is not None]
    found = [
        Agreement(
            field="claim",
            over="all",
            units=len(units),
            same=len(both),
            alpha=None,
            low=None,
            high=None,
            level=level,
            samples=0,
            seed=seed,
        )
    ]
    for field in FIELDS:
        for over, chosen in (("all", units), ("both", both)):
            values = [
                tuple(ABSENT if side is None else field.value(side.statement) for side in (unit.first, unit.second))
                for unit in chosen
            ]
            # each field draws its own samples, so that a field added later changes no other's interval
            low, high = _interval(values, field.distance, level, samples, random.Random(f"{seed} {field.name} {over}"))  # noqa: S311  a bootstrap, no secret
            found.append(
                Agreement(
                    field=field.name,
                    over=over,
                    units=len(values),
                    same=sum(field.distance(a, b) == 0 for a, b in values),
                    alpha=krippendorff_alpha(values, field.distance),
                    low=low,
                    high=high,
                    level=level,
                    samples=samples,
                    seed=seed,
                )
            )
    return tuple(found)


def _interval(
    values: Sequence[tuple[Value, ...]], distance: Distance, level: float, samples: int, chance: random.Random
) -> tuple[float | None, float | None]:
    if len(values) < 2:
        return None, None
    drawn = [krippendorff_alpha(chance.choices(values, k=len(values)), distance) for _ in range(samples)]
    # a sample without any difference in its values could not have disagreed by chance: perfect agreement
    alphas = sorted(1.0 if alpha is None else alpha for alpha in drawn)
    tail = (1 - level) / 2
    return alphas[int(tail * (samples - 1))], alphas[round((1 - tail) * (samples - 1))]
