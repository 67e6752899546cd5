"""Where claims agree, differ and are silent: every value with its claims, and no winner."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Generic, TypeVar

from firsthand.claims.claim import Polarity, Statement
from firsthand.values.dates import relation_of_dates
from firsthand.values.places import relation_of_places
from firsthand.values.quantities import relation_of_quantities

__all__ = ["Difference", "FieldValues", "ToldField", "ToldValue", "compare_statements"]

Key = TypeVar("Key", bound=Hashable)


class ToldField(StrEnum):
    """A field of a statement that accounts of one act can agree or differ on."""

    AMOUNT = "amount"
    TIME = "time"
    PLACE = "place"
    POLARITY = "polarity"


class Difference(StrEnum):
    """The widest difference among the values of a field."""

    SILENT = "silent"
    SINGLE = "single"
    EQUAL = "equal"
    NOT_COMPARABLE = "not comparable"
    COARSER = "coarser"
    OVERLAPPING = "overlapping"
    VARIED = "varied"
    EXCLUSIVE = "exclusive"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldValue(Generic[Key]):
    """One value and everyone who tells it. ``statement`` is the first that does, for showing."""

    statement: Statement
    claims: tuple[Key, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldValues(Generic[Key]):
    """All values of one field side by side; ``contradictions`` are pairs of numbers of values that exclude."""

    field: ToldField
    values: tuple[ToldValue[Key], ...]
    silent: tuple[Key, ...]
    difference: Difference
    contradictions: tuple[tuple[int, int], ...]


# Relations of the three value types share these words; each is mapped to how far apart two accounts are.
_RANK = {
    "equal": Difference.EQUAL,
    "coarser": Difference.COARSER,
    "finer": Difference.COARSER,
    "overlapping": Difference.OVERLAPPING,
    "exclusive": Difference.EXCLUSIVE,
}
_ORDER = list(Difference)


def _polarity_relation(a: Statement, b: Statement) -> str:
    return "equal" if a.polarity is b.polarity else "exclusive"


_RELATIONS: dict[ToldField, Callable[[Statement, Statement], str]] = {
    ToldField.AMOUNT: lambda a, b: relation_of_quantities(a.amount, b.amount),
    ToldField.TIME: lambda a, b: relation_of_dates(a.date, b.date),
    ToldField.PLACE: lambda a, b: relation_of_places(a.first_place, b.first_place),
    ToldField.POLARITY: _polarity_relation,
}


def _amount_key(statement: Statement) -> Hashable:
    amount = statement.amount
    return amount and (amount.kind, amount.unit, amount.minimum or 0.0, amount.maximum)


# What is equal by the relations above has equal keys, so that thousands of statements are grouped in one pass.
_KEYS: dict[ToldField, Callable[[Statement], Hashable]] = {
    ToldField.AMOUNT: _amount_key,
    ToldField.TIME: lambda s: s.date and (s.date.earliest, s.date.latest),
    ToldField.PLACE: lambda s: s.first_place and s.first_place.path,
    ToldField.POLARITY: lambda s: s.polarity,
}

_SPEAKS: dict[ToldField, Callable[[Statement], bool]] = {
    ToldField.AMOUNT: lambda s: s.amount is not None,
    ToldField.TIME: lambda s: bool(s.date and s.date.is_known),
    ToldField.PLACE: lambda s: bool(s.first_place and s.first_place.path),
    ToldField.POLARITY: lambda s: s.polarity in Polarity,
}


def compare_statements(
    told: Sequence[tuple[Key, Statement]], field: ToldField, *, of_one_event: bool = True
) -> FieldValues[Key]:
    """Put side by side what statements on one act say in one field.

    Equal values are one value with several claims. Amounts of another kind or unit are values of their own
    and are never called contradictory. What is told of a pattern rather than ``of_one_event`` may lie at several
    times and places: these are ``VARIED`` and contradict nothing.
    """
    relation, speaks, key_of = _RELATIONS[field], _SPEAKS[field], _KEYS[field]
    grouped: dict[Hashable, tuple[Statement, list[Key]]] = {}
    silent = []
    for key, statement in told:
        if speaks(statement):
            grouped.setdefault(key_of(statement), (statement, []))[1].append(key)
        else:
            silent.append(key)
    values = list(grouped.values())
    contradictions, widest = [], Difference.SILENT
    if values:
        widest = Difference.SINGLE if sum(len(keys) for _, keys in values) == 1 else Difference.EQUAL
    if not of_one_event and field in {ToldField.TIME, ToldField.PLACE}:
        widest = Difference.VARIED if len(values) > 1 else widest
    else:
        for (i, (first, _)), (j, (second, _)) in combinations(enumerate(values), 2):
            found = _RANK.get(relation(first, second), Difference.NOT_COMPARABLE)
            widest = max(widest, found, key=_ORDER.index)
            if found is Difference.EXCLUSIVE:
                contradictions.append((i, j))
    return FieldValues(
        field=field,
        values=tuple(ToldValue(statement=first, claims=tuple(dict.fromkeys(keys))) for first, keys in values),
        silent=tuple(silent),
        difference=widest,
        contradictions=tuple(contradictions),
    )
