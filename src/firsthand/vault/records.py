"""What the vault keeps and how it is said: kinds of records, changes to them, and steps made of changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any

import msgspec

from firsthand.values.errors import OurFault, UsageError
from firsthand.values.grades import Handling
from firsthand.vault.errors import UnknownKind

__all__ = [
    "GENERAL",
    "IDENTITY",
    "AppliedStep",
    "BlobRef",
    "Change",
    "Column",
    "KindNotUsable",
    "Kinds",
    "RecordKind",
    "RecordName",
    "SearchHit",
    "Step",
    "StepNotUsable",
]

GENERAL = "general"
"""The data key of what everyone who opens the vault may read."""

IDENTITY = "identity"
"""The data key of names and contacts."""

_LAYOUT = 1  # raised when the tables themselves change shape

Plain = str | int | float | None

_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_RESERVED = frozenset({"pk", "id", "step", "key", "value", "kind", "reader"})


class StepNotUsable(UsageError):
    """A step that cannot be kept: no name, no changes, or the same record twice."""


class KindNotUsable(OurFault):
    """Record kinds that contradict each other or name things that do not exist."""


def _as_plain(value: object) -> Plain:
    """A column's value as the database keeps it."""
    if value is None or type(value) is str:
        return value
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise KindNotUsable(f"A column's value of type {type(value).__name__} is neither text nor a number.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A value taken out of each record so that it can be asked for, required, or held to point at another record.

    ``attribute`` is a dotted path within the record (default: the column's name); ``extract`` replaces it by a
    function. ``many``: the value is a tuple, each item of which can be asked for and must point at its kind;
    ``required`` then means at least one. ``references``: the kind whose id the value is; the database refuses a
    value that points at no such record, and refuses to remove a record that is pointed at.
    """

    name: str
    attribute: str = ""
    extract: Callable[[Any], object] | None = None
    required: bool = False
    references: str | None = None
    indexed: bool = True
    many: bool = False
    _path: tuple[str, ...] = field(default=(), init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_path", tuple((self.attribute or self.name).split(".")))
        if not _WORD.fullmatch(self.name) or self.name in _RESERVED:
            raise KindNotUsable(f"{self.name!r} cannot be the name of a column.")

    def of(self, record: object) -> tuple[Plain, ...]:
        """The column's values in the record: one (perhaps None), or any number when ``many``."""
        value: Any = record
        if self.extract is not None:
            value = self.extract(record)
        else:
            for part in self._path:
                value = None if value is None else getattr(value, part)
        if self.many:
            return tuple(dict.fromkeys(_as_plain(item) for item in value or ()))
        return (_as_plain(value),)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKind:
    """A kind of record: its name in the log, its frozen dataclass, its columns and what full text searches in it.

    Records are written as JSON by msgspec; ``encode`` and ``decode`` replace that where a class needs it.
    ``full_text`` names attributes (dotted paths) that hold text, None, or tuples of text; or it is one function
    of the record. ``handling`` names the function that gives a record's handling class 0..3 (open, internal,
    restricted, sealed); None as its answer, and a kind without the function, count as restricted. ``revision`` is
    raised when one of these functions changes, so that tables are made anew.
    """

    name: str
    type: type[Any]
    columns: tuple[Column, ...] = ()
    full_text: tuple[str, ...] | Callable[[Any], str] = ()
    handling: Callable[[Any], int | None] | None = None
    revision: int = 1
    encode: Callable[[Any], bytes] | None = None
    decode: Callable[[bytes], Any] | None = None
    _decoder: msgspec.json.Decoder[Any] | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not _WORD.fullmatch(self.name):
            raise KindNotUsable(f"{self.name!r} cannot be the name of a record kind.")
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise KindNotUsable(f"The kind {self.name!r} has two columns of one name.")
        if self.decode is None:
            object.__setattr__(self, "_decoder", msgspec.json.Decoder(self.type))

    def to_json(self, record: object) -> bytes:
        """The record as it is kept.

        Raises:
            StepNotUsable: it is not of this kind's class.
        """
        if not isinstance(record, self.type):
            raise StepNotUsable(
                f"A record of kind {self.name!r} must be a {self.type.__name__}, not a {type(record).__name__}."
            )
        return self.encode(record) if self.encode is not None else msgspec.json.encode(record)

    def from_json(self, raw: bytes | str) -> Any:  # the kind's own class, known to the caller
        """The record as it was."""
        if self._decoder is not None:
            return self._decoder.decode(raw)
        assert self.decode is not None  # noqa: S101 - one of the two is set by the constructor
        return self.decode(raw.encode() if isinstance(raw, str) else raw)

    def text_of(self, record: object) -> str:
        """All text of the record that full text searches, a line each."""
        if callable(self.full_text):
            return self.full_text(record)
        found: list[str] = []
        for path in self.full_text:
            value: Any = record
            for part in path.split("."):
                value = None if value is None else getattr(value, part)
            if isinstance(value, str):
                found.append(value)
            elif value is not None:
                found.extend(str(item) for item in value)
        return "\n".join(found)

    def handling_of(self, record: object) -> int:
        """The record's handling class, 0..3; restricted where nobody knows."""
        found = None if self.handling is None else self.handling(record)
        return int(Handling.RESTRICTED if found is None else found)

    @property
    def searchable(self) -> bool:
        """Whether the kind has full text."""
        return bool(self.full_text)


class Kinds:
    """The kinds that a vault was opened with, those that are pointed at before those that point."""

    __slots__ = ("_by_name", "order")

    def __init__(self, kinds: Iterable[RecordKind]) -> None:
        self._by_name: dict[str, RecordKind] = {}
        for kind in kinds:
            if kind.name in self._by_name:
                raise KindNotUsable(f"Two record kinds are named {kind.name!r}.")
            self._by_name[kind.name] = kind
        self.order: tuple[str, ...] = self._sorted()

    def _sorted(self) -> tuple[str, ...]:
        done: list[str] = []
        waiting = dict(self._by_name)
        while waiting:
            ready = [
                name
                for name, kind in waiting.items()
                if all(c.references in {None, name} or c.references not in waiting for c in kind.columns)
            ]
            if not ready:
                raise KindNotUsable(f"Record kinds point at each other in a circle: {', '.join(sorted(waiting))}.")
            for name in ready:
                for column in waiting.pop(name).columns:
                    if column.references is not None and column.references not in self._by_name:
                        raise KindNotUsable(f"{name!r} points at the unknown kind {column.references!r}.")
                done.append(name)
        return tuple(done)

    def __getitem__(self, name: str) -> RecordKind:
        try:
            return self._by_name[name]
        except KeyError:
            raise UnknownKind(
                f"The record kind {name!r} is not known here.",
                likely="The vault was written by another version of Firsthand, or the kind was not registered.",
            ) from None

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __iter__(self) -> Any:  # names in the order in which they may be written
        return iter(self.order)

    def each(self) -> tuple[RecordKind, ...]:
        """The kinds themselves."""
        return tuple(self._by_name[name] for name in self.order)

    def pointing_at(self, name: str) -> list[tuple[str, Column]]:
        """The columns of all kinds that reference this kind."""
        return [(each, column) for each in self.order for column in self[each].columns if column.references == name]

    def fingerprint(self) -> str:
        """What the tables depend on, as text; when it changes, the tables are made anew from the log."""
        lines = [f"layout {_LAYOUT}"]
        for name in self.order:
            kind = self[name]
            columns = [(c.name, c.attribute, c.required, c.references, c.indexed, c.many) for c in kind.columns]
            text = kind.full_text if isinstance(kind.full_text, tuple) else "function"
            lines.append(repr((name, kind.revision, columns, text)))
        return "\n".join(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One record set to a value, or removed when the value is None. ``key`` names the data key that seals it."""

    kind: str
    id: str
    value: object | None
    key: str = GENERAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something a person did, whole: all its changes are kept or none is.

    ``name`` is a neutral word or phrase of ours (never testimony), ``actor`` a pseudonym. Changes are made in
    order; a record may occur once.
    """

    name: str
    actor: str
    at: datetime
    changes: tuple[Change, ...]

    def __post_init__(self) -> None:
        if not self.name or not self.actor:
            raise StepNotUsable("A step needs a name and an actor.")
        if self.at.tzinfo is None:
            raise StepNotUsable("The time of a step needs its time zone.")
        if len({(change.kind, change.id) for change in self.changes}) != len(self.changes):
            raise StepNotUsable("A step changes the same record twice.")
        if any(not change.id or not change.key for change in self.changes):
            raise StepNotUsable("A change needs the id of its record and the name of its key.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordName:
    """Which record a step changed, and whether it removed it."""

    kind: str
    id: str
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedStep:
    """A step as the log keeps it. ``index`` counts from 0; ``undoes`` are the steps that it took back."""

    index: int
    name: str
    actor: str
    at: datetime
    records: tuple[RecordName, ...]
    undoes: tuple[int, ...] = ()
    undone_by: int | None = None
    destroyed_keys: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobRef:
    """A sealed document: SHA-256 of its plain bytes in hex, its length in bytes, and the name of its data key."""

    digest: str
    size_bytes: int
    key: str = GENERAL


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """A record whose text holds what was searched for."""

    kind: str
    id: str
