"""Row-level files: the only place where ``PublishedRecords`` can be made.

Rows hold coded fields alone. Columns by which someone could be known (quasi-identifiers) are made coarser along fixed
ladders until every combination stands for at least k rows of at least three informants and at least l different acts
(Samarati and Sweeney 1998, k-anonymity; Machanavajjhala et al. 2007, l-diversity in its distinct form); rows for which
no step is enough are withheld. When fewer than k rows would be withheld, the smallest groups go with them, so that
their number tells of nobody.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, final

from firsthand.publication.differencing import CountRelease, Extent, read_span
from firsthand.publication.disclosure import (
    DisclosureRules,
    NothingToPublish,
    RuleTooWeak,
    TableNotPublished,
)
from firsthand.publication.margins import Dimension
from firsthand.publication.sensitive import (
    K_FLOOR_CHILDREN,
    is_about_children,
    is_about_intimate_acts,
    refuse_sensitive_crossings,
)
from firsthand.values.errors import InputError

__all__ = [
    "WITHHELD",
    "Column",
    "PublishedRecords",
    "RecordRules",
    "Row",
    "RowsNotUsable",
    "protect_records",
    "regions_of_records",
]

WITHHELD: Final = "not shown"
"""What stands where a column was made so coarse that nothing is left of it."""

L_DEFAULT: Final = 3
L_FLOOR: Final = 2
_MOST_LOST: Final = 0.1


class RowsNotUsable(InputError):
    """Rows do not fit the columns that were named."""

    next_step = "Give each row one value for each column, and each ladder an entry for each value."


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A quasi-identifier with its ladder: each step maps a value of the finest level to a coarser one."""

    name: str
    ladder: tuple[Mapping[str, str], ...] = ()

    def at(self, value: str, level: int) -> str:
        """A value at a level: 0 is as told, beyond the ladder nothing is left."""
        if level == 0:
            return value
        return self.ladder[level - 1][value] if level <= len(self.ladder) else WITHHELD

    def ladder_of(self, value: str) -> tuple[str, ...]:
        """A value at every level, finest first: what an attacker who knows it recognises it by."""
        return tuple(dict.fromkeys(self.at(value, level) for level in range(self.levels)))

    @property
    def levels(self) -> int:
        """How many levels there are, the one where nothing is left included."""
        return len(self.ladder) + 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row as told, never to be shown: values of the columns in order, the act, and who it rests on."""

    values: tuple[str, ...]
    act: str
    informant: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRules:
    """k and informants as for tables, and l: the least number of different acts among rows that look alike."""

    disclosure: DisclosureRules = field(default_factory=DisclosureRules)
    diversity: int = L_DEFAULT

    def __post_init__(self) -> None:
        if self.diversity < L_FLOOR:
            raise RuleTooWeak(f"l = {self.diversity} is refused: the floor is {L_FLOOR} (rule: different acts).")


_WALL: Final = object()


@final
class PublishedRecords:
    """Rows that passed. Formats for rows take nothing else; only this module holds the token to make one."""

    __slots__ = ("_columns", "_diversity", "_k", "_rows")

    def __init__(
        self,
        *,
        columns: tuple[str, ...],
        rows: tuple[tuple[str, ...], ...],
        k: int,
        diversity: int,
        wall: object = None,
    ) -> None:
        if wall is not _WALL:
            raise TableNotPublished("Rows were about to be written out that passed no disclosure control.")
        self._columns = columns
        self._rows = rows
        self._k = k
        self._diversity = diversity

    def __repr__(self) -> str:
        return f"PublishedRecords({len(self._rows)} rows)"

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, the act last."""
        return self._columns

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Rows in the order of their values, which tells nothing of the order in which they were told."""
        return self._rows

    @property
    def k(self) -> int:
        """How many rows look alike at least."""
        return self._k

    @property
    def diversity(self) -> int:
        """How many different acts there are at least among rows that look alike."""
        return self._diversity

    def to_json(self) -> str:
        """The rows as text, schema ``published-records/1``, kept for the audit of later releases."""
        return json.dumps(
            {
                "schema": "published-records/1",
                "columns": self._columns,
                "k": self._k,
                "diversity": self._diversity,
                "rows": self._rows,
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str) -> PublishedRecords:
        """Read rows that were released earlier.

        Raises:
            RowsNotUsable: the text is none.
        """
        try:
            content = json.loads(text)
            columns, rows = tuple(map(str, content["columns"])), tuple(tuple(map(str, r)) for r in content["rows"])
            if content["schema"] != "published-records/1" or any(len(row) != len(columns) for row in rows):
                raise RowsNotUsable("The text is no published rows.")
            return cls(columns=columns, rows=rows, k=int(content["k"]), diversity=int(content["diversity"]), wall=_WALL)
        except (ValueError, KeyError, TypeError):
            raise RowsNotUsable("The text is no published rows.") from None


def protect_records(rows: Sequence[Row], columns: Sequence[Column], rules: RecordRules) -> PublishedRecords:
    """Make rows alike, as little as needed, and withhold those that nothing makes alike enough.

    Of all choices of levels that withhold at most a tenth of the rows, the one with the fewest steps is taken.

    Raises:
        RowsNotUsable: a row does not fit the columns.
        NothingToPublish: no choice leaves a row.
        MinorsTooFine: children would be shown too finely.
        IntimateActsTooFine: sexual violence would be.
    """
    if not rows or any(len(row.values) != len(columns) for row in rows):
        raise RowsNotUsable("There are no rows, or a row has another number of values than there are columns.")
    dimensions = [
        Dimension(name=column.name, categories=tuple(dict.fromkeys(row.values[n] for row in rows)), total="\0all")
        for n, column in enumerate(columns)
    ]
    acts = Dimension(name="act", categories=tuple(dict.fromkeys(row.act for row in rows)), total="\0all")
    refuse_sensitive_crossings([*dimensions, acts])
    k = rules.disclosure.k
    if is_about_children([*dimensions, acts]) or is_about_intimate_acts([*dimensions, acts]):
        k = max(k, K_FLOOR_CHILDREN)
    best: tuple[int, int, list[tuple[str, ...]]] | None = None
    for levels in sorted(itertools.product(*(range(column.levels) for column in columns)), key=sum):
        if best is not None and sum(levels) > best[0]:
            break
        try:
            kept = _kept(rows, columns, levels, k, rules)
        except KeyError:
            raise RowsNotUsable("A ladder has no entry for a value.") from None
        if kept and (len(rows) - len(kept) <= _MOST_LOST * len(rows)) and (best is None or len(kept) > best[1]):
            best = (sum(levels), len(kept), kept)
    if best is None:
        raise NothingToPublish("No way of making rows coarser makes enough of them alike.")
    return PublishedRecords(
        columns=(*(column.name for column in columns), "act"),
        rows=tuple(sorted(best[2])),
        k=k,
        diversity=rules.diversity,
        wall=_WALL,
    )


def _kept(
    rows: Sequence[Row], columns: Sequence[Column], levels: Sequence[int], k: int, rules: RecordRules
) -> list[tuple[str, ...]]:
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        look = tuple(c.at(v, level) for c, v, level in zip(columns, row.values, levels, strict=True))
        groups.setdefault(look, []).append(row)
    good = {
        look: members
        for look, members in groups.items()
        if len(members) >= k
        and len({row.informant for row in members}) >= rules.disclosure.informants
        and len({row.act for row in members}) >= rules.diversity
    }
    lost = len(rows) - sum(map(len, good.values()))
    for look in sorted(good, key=lambda one: (len(good[one]), one)):
        if not 0 < lost < k:
            break
        lost += len(good.pop(look))
    return [(*look, row.act) for look, members in good.items() for row in members]


def regions_of_records(records: PublishedRecords) -> CountRelease:
    """Groups of rows that look alike as counted regions, to be subtracted from tables as an attacker would."""
    sizes = Counter(row[:-1] for row in records.rows)
    cells: dict[str, tuple[Mapping[str, Extent], int]] = {"rows": ({}, len(records.rows))}
    for look, size in sizes.items():
        region: dict[str, Extent] = {}
        for name, value in zip(records.columns[:-1], look, strict=True):
            if value != WITHHELD:
                span = read_span(value) if "age" in name.casefold() else None
                region[name] = span or frozenset({value})
        cells["rows " + " × ".join(look)] = (region, size)
    return CountRelease(cells=cells)
