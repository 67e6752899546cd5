"""Tables as a pure function of the log: one table for each kind of record, and the steps themselves.

Nothing is in the tables that is not in the log. They can be thrown away and made anew at any time; they
remember how much of the log they show (length, root, right edge of the tree), so that opening reads only what
came after.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlcipher3

from firsthand.vault.engines.sqlite import SqliteEngine, database_faults_named
from firsthand.vault.errors import RecordRefused, TablesDamaged
from firsthand.vault.merkle import HASH_BYTES, Frontier
from firsthand.vault.records import Column, Kinds, RecordKind
from firsthand.vault.search import text_matches

__all__ = ["Progress", "Sight", "State", "StepRow", "Tables"]

_CHUNK = 500


@dataclass(slots=True)
class State:
    """How a record stands after a step: its value, or None when it was removed or cannot be read here."""

    kind: str
    id: str
    step: int
    key: int
    json: bytes | None
    record: object | None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """What a reader may see: the highest handling class, and the numbers of the keys as a JSON list (None: all that
    are in the tables)."""

    highest: int
    keys: str | None

    def condition(self, keys_in: str) -> str:
        """The rule that every query for a reader carries."""
        return "handling <= ?" if self.keys is None else f"handling <= ? AND {keys_in}"

    @property
    def values(self) -> list[Any]:
        """The values for the rule's marks."""
        return [self.highest] if self.keys is None else [self.highest, self.keys]


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step in the tables: where its entry lies, its leaf, what it undoes."""

    index: int
    offset: int
    leaf: bytes
    undoes: tuple[int, ...]
    destroyed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of the log the tables show."""

    frontier: Frontier
    size: int
    last_leaf: bytes
    schema: str
    highest_key: int = 0


def _table(kind: str) -> str:
    return f'"r_{kind}"'


def _side(kind: str, column: str) -> str:
    return f'"m_{kind}_{column}"'


def _words(kind: str) -> str:
    return f'"t_{kind}"'


# every name that enters SQL text below was checked against [a-z][a-z0-9_]* by RecordKind and Column
class Tables:
    """The projection, over one open connection. All writing happens inside the caller's transaction."""

    def __init__(self, engine: SqliteEngine, kinds: Kinds, name: str) -> None:
        self.engine = engine
        self._db = engine.db
        self.kinds = kinds
        self.name = name
        self._insert: dict[str, str] = {}
        for each in kinds:
            singles = ["id", "step", "key", "handling", "value", *(f"c_{c.name}" for c in kinds[each].columns)]
            marks = ",".join("?" * len(singles))
            keep = ",".join(f'"{s}"=excluded."{s}"' for s in singles[1:])
            names = ",".join(f'"{s}"' for s in singles)
            self._insert[each] = (
                f"INSERT INTO {_table(each)}({names}) VALUES({marks}) ON CONFLICT(id) DO UPDATE SET {keep}"
            )

    # -- schema ---------------------------------------------------------------------------------------------

    def create(self) -> None:
        """Make the empty tables."""
        engine, run = self.engine, self._db.execute
        alone, raw = engine.by_key_alone, engine.bytes_type
        run(f"CREATE TABLE meta(name TEXT PRIMARY KEY, value {raw}){alone}")
        run(f"CREATE TABLE steps(idx INTEGER PRIMARY KEY, start BIGINT, leaf {raw}, undoes TEXT, undone_by BIGINT)")
        run("CREATE TABLE destroyed(number INTEGER PRIMARY KEY, step BIGINT NOT NULL)")
        run(
            "CREATE TABLE gone(kind TEXT, id TEXT, step BIGINT NOT NULL, withheld INTEGER NOT NULL,"
            f" PRIMARY KEY(kind, id)){alone}"
        )
        for name in self.kinds:
            kind = self.kinds[name]
            columns = "".join(f", {self._column(column)}" for column in kind.columns)
            run(
                f"CREATE TABLE {_table(name)}(pk {engine.number_key}, id TEXT NOT NULL UNIQUE,"
                " step INTEGER NOT NULL, key INTEGER NOT NULL, handling INTEGER NOT NULL,"
                f" value {raw if engine.sealed else 'TEXT'} NOT NULL{columns})"
            )
            for column in kind.columns:
                if column.many:
                    points = f" REFERENCES {_table(column.references)}(id)" if column.references else ""
                    run(
                        f"CREATE TABLE {_side(name, column.name)}(owner INTEGER NOT NULL,"
                        f" item {engine.item_type} NOT NULL{points}, PRIMARY KEY(owner, item)){alone}"
                    )
                    run(f'CREATE INDEX "i_{name}_{column.name}" ON {_side(name, column.name)}(item)')
                elif column.indexed or column.references:
                    run(f'CREATE INDEX "i_{name}_{column.name}" ON {_table(name)}("c_{column.name}")')
            if kind.searchable:
                engine.create_words(_words(name))

    def _column(self, column: Column) -> str:
        required = " NOT NULL" if column.required else ""
        # of many values the main table holds the first, so that "at least one" is the database's own rule
        points = f" REFERENCES {_table(column.references)}(id)" if column.references else ""
        return f'"c_{column.name}" {self.engine.item_type}{required}{points}'

    def progress(self) -> Progress | None:
        """How far the tables are; None when they are empty or were never finished.

        Raises:
            TablesDamaged: what they say of themselves cannot be.
        """
        with database_faults_named(self.name):
            if not self.engine.has_tables():
                return None
            rows = self._db.execute("SELECT name, value FROM meta").fetchall()
            found = {name: self.engine.unpack(value) for name, value in rows}
        if not found:
            return None
        try:
            peaks = [found["peaks"][i : i + HASH_BYTES] for i in range(0, len(found["peaks"]), HASH_BYTES)]
            return Progress(
                Frontier(found["length"], peaks),
                found["size"],
                found["last_leaf"],
                found["schema"],
                found["highest_key"],
            )
        except (KeyError, TypeError, ValueError) as error:
            raise TablesDamaged(f"The file {self.name} does not say how much of the log it shows.") from error

    def set_progress(self, progress: Progress) -> None:
        """Remember how far the tables are."""
        rows = [
            ("length", progress.frontier.size),
            ("peaks", b"".join(progress.frontier.peaks)),
            ("size", progress.size),
            ("last_leaf", progress.last_leaf),
            ("schema", progress.schema),
            ("highest_key", progress.highest_key),
        ]
        self._db.executemany(
            "INSERT INTO meta(name, value) VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
            [(name, self.engine.pack(value)) for name, value in rows],
        )

    # -- writing --------------------------------------------------------------------------------------------

    def write(self, states: Iterable[State]) -> None:
        """Bring records to these states: values first, kinds that are pointed at before others, then removals.

        Raises:
            RecordRefused: a required column is empty, or a column points to nothing.
        """
        kept: dict[str, list[State]] = {}
        gone: dict[str, list[State]] = {}
        for state in states:
            (gone if state.json is None else kept).setdefault(state.kind, []).append(state)
        for name in self.kinds:
            if name in kept:
                self._write_kind(self.kinds[name], kept[name])
        for name in reversed(self.kinds.order):
            if name in gone:
                self._remove_kind(self.kinds[name], gone[name])

    def _own_columns(self, kind: RecordKind) -> list[Column]:
        return [column for column in kind.columns if column.references == kind.name]

    def _pointed_at_first(self, kind: RecordKind, states: list[State]) -> list[State]:
        """Records of a kind that points at itself, in an order in which the database takes them one by one."""
        columns = self._own_columns(kind)
        if not columns or len(states) < 2:
            return states
        waiting = {state.id: state for state in states}
        ordered: list[State] = []
        for state in states:
            path = [state.id]
            while path:
                here = waiting.get(path[-1])
                if here is None:
                    path.pop()
                    continue
                ahead = [
                    value
                    for column in columns
                    for value in column.of(here.record)
                    if isinstance(value, str) and value in waiting and value not in path
                ]
                if ahead:
                    path.append(ahead[0])
                else:
                    ordered.append(waiting.pop(path.pop()))
        return ordered

    def _write_kind(self, kind: RecordKind, states: list[State]) -> None:
        states = self._pointed_at_first(kind, states)
        many = [column for column in kind.columns if column.many]
        side: list[tuple[str, tuple[Any, ...]]] = []
        rows = []
        for state in states:
            assert state.json is not None  # noqa: S101 - write() sorted the removals out
            columns = []
            for column in kind.columns:
                values = column.of(state.record)
                columns.append(self._blind_column(column, values[0]) if values else None)
                if column.many:
                    side.append((column.name, (state.id, values)))
            handling, json = kind.handling_of(state.record), state.json.decode()
            if self.engine.sealed:
                json = self.engine.seal(kind.name, state.id, state.step, state.key, json)
            rows.append((self._blind(kind.name, state.id), state.step, state.key, handling, json, *columns))
        try:
            with self.engine.asking_after_refusal():
                self._db.executemany(self._insert[kind.name], rows)
                if many or kind.searchable:
                    self._write_beside(kind, states, side, many)
        except sqlcipher3.IntegrityError as error:
            raise self._refusal(kind, states) from error
        if self._any_gone():
            rows = [(kind.name, self._blind(kind.name, state.id)) for state in states]
            self._db.executemany("DELETE FROM gone WHERE kind = ? AND id = ?", rows)

    def _blind(self, kind: str, id: str) -> Any:  # noqa: A002 - the record's own word
        return self.engine.blind(kind, id) if self.engine.sealed else id

    def _blind_column(self, column: Column, value: Any) -> Any:
        """A column's value as the database compares it; that of a reference as the id that it names."""
        if not self.engine.sealed or value is None:
            return value
        return self.engine.blind(column.references or f"column {column.name}", value)

    def _write_beside(
        self, kind: RecordKind, states: list[State], side: list[tuple[str, tuple[Any, ...]]], many: list[Column]
    ) -> None:
        numbers = dict(self._chunks("pk", kind.name, [s.id for s in states]))
        for column in many:
            table = _side(kind.name, column.name)
            lists = [
                (numbers[owner], [self._blind_column(column, each) for each in values])
                for name, (owner, values) in side
                if name == column.name
            ]
            self._db.executemany(f"DELETE FROM {table} WHERE owner = ?", [(pk,) for pk, _ in lists])  # noqa: S608 - names were checked
            items = [(pk, item) for pk, values in lists for item in values]
            self._db.executemany(f"INSERT INTO {table}(owner, item) VALUES(?, ?)", items)
        if kind.searchable:
            texts = ((numbers[state.id], kind.text_of(state.record)) for state in states)
            self.engine.write_words(_words(kind.name), texts)

    def _remove_kind(self, kind: RecordKind, states: list[State]) -> None:
        rows = self._chunks("pk", kind.name, [s.id for s in states])
        numbers = [(pk,) for _, pk in self._pointing_first(kind, rows)]
        try:
            for column in kind.columns:
                if column.many:
                    self._db.executemany(f"DELETE FROM {_side(kind.name, column.name)} WHERE owner = ?", numbers)  # noqa: S608 - names were checked
            if kind.searchable:
                self.engine.remove_words(_words(kind.name), numbers)
            self._db.executemany(f"DELETE FROM {_table(kind.name)} WHERE pk = ?", numbers)  # noqa: S608 - names were checked
        except sqlcipher3.IntegrityError as error:
            raise RecordRefused(
                f"A record of kind {kind.name!r} cannot be removed: other records rest on it.",
                next_step="Remove or change those first, in the same step if you like.",
            ) from error
        self._db.executemany(
            "INSERT INTO gone(kind, id, step, withheld) VALUES(?, ?, ?, ?)"
            " ON CONFLICT(kind, id) DO UPDATE SET step = excluded.step, withheld = excluded.withheld",
            [(s.kind, self._blind(s.kind, s.id), s.step, int(s.withheld)) for s in states],
        )

    def _pointing_first(self, kind: RecordKind, rows: list[Any]) -> list[Any]:
        """Rows of a kind that points at itself, in an order in which they can be removed one by one."""
        if not self._own_columns(kind) or len(rows) < 2:
            return rows
        numbers = dict(rows)
        users = {
            each: [user for name, user, _, _ in self.users_of(kind.name, each) if name == kind.name and user in numbers]
            for each in numbers
        }
        ordered: list[Any] = []
        while users:
            free = [each for each, by in users.items() if not any(user in users for user in by)] or list(users)
            for each in free:
                del users[each]
                ordered.append((each, numbers[each]))
        return ordered

    def _refusal(self, kind: RecordKind, states: list[State]) -> RecordRefused:
        """Which record broke which rule; only ids and names of columns are said."""
        for state in states:
            for column in kind.columns:
                values = [value for value in column.of(state.record) if value is not None]
                if column.required and not values:
                    return RecordRefused(
                        f"The {kind.name} {state.id} was not kept: it has no {column.name}.",
                        next_step=f"Give it a {column.name}.",
                    )
                for value in values if column.references else ():
                    table = _table(column.references or "")
                    named = self._blind_column(column, value)
                    there = self._db.execute(f"SELECT 1 FROM {table} WHERE id = ?", (named,)).fetchone()  # noqa: S608 - names were checked
                    if not there:
                        return RecordRefused(
                            f"The {kind.name} {state.id} was not kept: its {column.name} points at no"
                            f" {column.references} that is here.",
                            next_step=f"Keep that {column.references} first, or in the same step before it.",
                        )
        return RecordRefused(f"A {kind.name} was not kept: it breaks a rule of its kind.")

    def write_steps(self, rows: Sequence[StepRow]) -> None:
        """Remember steps, and which earlier ones they undo or bring back."""
        self._db.executemany(
            "INSERT INTO steps(idx, start, leaf, undoes) VALUES(?, ?, ?, ?)",
            [(r.index, r.offset, r.leaf, json.dumps(r.undoes) if r.undoes else None) for r in rows],
        )
        for row in rows:
            for number in row.destroyed:
                self._db.execute(
                    "INSERT INTO destroyed(number, step) VALUES(?, ?) ON CONFLICT(number) DO NOTHING",
                    (number, row.index),
                )
            for undone in row.undoes:
                self._db.execute("UPDATE steps SET undone_by = ? WHERE idx = ?", (row.index, undone))
                again = self._db.execute("SELECT undoes FROM steps WHERE idx = ?", (undone,)).fetchone()
                for back in json.loads(again[0]) if again and again[0] else ():
                    self._db.execute("UPDATE steps SET undone_by = NULL WHERE idx = ?", (back,))

    # -- reading --------------------------------------------------------------------------------------------

    def _chunks(self, column: str, kind: str, values: Sequence[str]) -> list[Any]:
        """Ids and one column of the records that exist among these ids."""
        rows: list[Any] = []
        query = f"SELECT id, {column} FROM {_table(kind)} WHERE id IN"  # noqa: S608 - names were checked
        for at in range(0, len(values), _CHUNK):
            part = values[at : at + _CHUNK]
            named = {self._blind(kind, each): each for each in part} if self.engine.sealed else None
            found = self._db.execute(f"{query} ({','.join('?' * len(part))})", part if named is None else [*named])
            rows += found.fetchall() if named is None else [(named[each], value) for each, value in found.fetchall()]
        return rows

    def _any_gone(self) -> bool:
        return self._db.execute("SELECT 1 FROM gone LIMIT 1").fetchone() is not None

    def last_steps(self, kind: str, ids: Sequence[str]) -> dict[str, int]:
        """The step that last changed each record, removals included; records never seen are left out."""
        found = dict(self._chunks("step", kind, sorted(ids)))  # in order, so that neighbours share a page
        if len(found) < len(ids) and self._any_gone():
            missing = [each for each in ids if each not in found]
            for at in range(0, len(missing), _CHUNK):
                part = missing[at : at + _CHUNK]
                named = {self._blind(kind, each): each for each in part}
                marks = ",".join("?" * len(named))
                rows = self._db.execute(
                    f"SELECT id, step FROM gone WHERE kind = ? AND id IN ({marks})",  # noqa: S608 - names were checked
                    (kind, *named),
                ).fetchall()
                found.update((named[each], step) for each, step in rows)
        return found

    def value(self, kind: str, id: str, sight: Sight | None = None) -> str | None:  # noqa: A002 - its own word
        """The record's JSON, or None."""
        named = self._blind(kind, id)
        query, values = f"SELECT value, step, key FROM {_table(kind)} WHERE id = ?", [named]  # noqa: S608 - names were checked
        if sight is not None:
            query, values = f"{query} AND {sight.condition(self.engine.keys_in)}", [named, *sight.values]
        row = self._db.execute(query, values).fetchone()
        if row is None or not self.engine.sealed:
            return None if row is None else row[0]
        return self.engine.unseal(kind, named, row[1], row[2], row[0])[1]

    def value_and_key(self, kind: str, id: str) -> tuple[str, int] | None:  # noqa: A002 - its own word
        """The record's JSON and the number of its key, or None."""
        named = self._blind(kind, id)
        row = self._db.execute(f"SELECT value, step, key FROM {_table(kind)} WHERE id = ?", (named,)).fetchone()  # noqa: S608 - names were checked
        return None if row is None else (self.engine.unseal(kind, named, row[1], row[2], row[0])[1], row[2])

    def is_withheld(self, kind: str, id: str) -> bool:  # noqa: A002 - the record's own word
        """Whether the record exists under a key that is destroyed or not held."""
        named = self._blind(kind, id)
        row = self._db.execute("SELECT withheld FROM gone WHERE kind = ? AND id = ?", (kind, named)).fetchone()
        return bool(row and row[0])

    def _where(self, kind: RecordKind, equals: dict[str, object], sight: Sight | None) -> tuple[str, list[Any]]:
        known = {column.name: column for column in kind.columns}
        parts: list[str] = []
        values: list[Any] = []
        if sight is not None:
            parts.append(sight.condition(self.engine.keys_in))
            values += sight.values
        for name, value in equals.items():
            column = known.get(name)
            if column is None:
                raise RecordRefused(f"The kind {kind.name!r} has no column {name!r}.")
            if value is None:
                parts.append(f'"c_{name}" IS NULL')
                continue
            plain = getattr(value, "value", value)
            if column.many:
                parts.append(f"pk IN (SELECT owner FROM {_side(kind.name, name)} WHERE item = ?)")  # noqa: S608 - names were checked
            else:
                parts.append(f'"c_{name}" = ?')
            values.append(self._blind_column(column, int(plain) if isinstance(plain, bool) else plain))
        return (" WHERE " + " AND ".join(parts) if parts else ""), values

    def values(
        self, kind: RecordKind, equals: dict[str, object], sight: Sight | None = None
    ) -> Iterator[tuple[str, str]]:
        """Ids and JSON of all records whose columns have these values, in order of id."""
        where, values = self._where(kind, equals, sight)
        if not self.engine.sealed:
            query = f"SELECT id, value FROM {_table(kind.name)}{where} ORDER BY id"  # noqa: S608 - names were checked
            yield from self._db.execute(query, values).fetchall()
            return
        query = f"SELECT id, step, key, value FROM {_table(kind.name)}{where}"  # noqa: S608 - names were checked
        yield from sorted(self.engine.unseal(kind.name, *row) for row in self._db.execute(query, values).fetchall())

    def count(self, kind: RecordKind, equals: dict[str, object], sight: Sight | None = None) -> int:
        """How many records have these values in their columns."""
        where, values = self._where(kind, equals, sight)
        found = self._db.execute(f"SELECT count(*) FROM {_table(kind.name)}{where}", values).fetchone()  # noqa: S608 - names were checked
        return int(found[0])

    def search(self, kind: RecordKind, text: str, limit: int, sight: Sight | None = None) -> list[str]:
        """Ids of records whose text holds all pieces of ``text``, in order of their keeping."""
        if not kind.searchable:
            return []
        condition, values = ("", []) if sight is None else (sight.condition(self.engine.keys_in), sight.values)
        words, table = _words(kind.name), _table(kind.name)
        if not self.engine.sealed:
            return [
                row[0]
                for row in self.engine.search(words, table, text, limit=limit, condition=condition, values=values)
            ]
        found: list[str] = []
        for row in self.engine.search(words, table, text, limit=limit, condition=condition, values=values):
            # the server compares digests of pieces: what it finds is looked at again here
            record, json = self.engine.unseal(kind.name, *row)
            if len(found) < limit and text_matches(kind.text_of(kind.from_json(json)), text):
                found.append(record)
        return found

    def step(self, index: int) -> tuple[int, bytes, int | None] | None:
        """Offset, leaf and undoing step of a step."""
        row = self._db.execute("SELECT start, leaf, undone_by FROM steps WHERE idx = ?", (index,)).fetchone()
        return None if row is None else (row[0], row[1], row[2])

    def destroyed(self) -> list[int]:
        """Numbers of the keys that the log says are destroyed."""
        return [row[0] for row in self._db.execute("SELECT number FROM destroyed ORDER BY number").fetchall()]

    def leaves(self) -> list[bytes]:
        """Leaf hashes of all steps, in order."""
        return [row[0] for row in self._db.execute("SELECT leaf FROM steps ORDER BY idx").fetchall()]

    def users_of(self, kind: str, id: str) -> list[tuple[str, str, int, int]]:  # noqa: A002 - the record's own word
        """Records that point at this one: kind, id, the step that last changed them, their key."""
        found: list[tuple[str, str, int, int]] = []
        named = self._blind(kind, id)
        for name, column in self.kinds.pointing_at(kind):
            shown = "r.id, r.step, r.key, r.value" if self.engine.sealed else "r.id, r.step, r.key, NULL"
            if column.many:
                query = (
                    f"SELECT {shown} FROM {_side(name, column.name)} AS m"  # noqa: S608 - names were checked
                    f" JOIN {_table(name)} AS r ON r.pk = m.owner WHERE m.item = ?"
                )
            else:
                query = f'SELECT {shown} FROM {_table(name)} AS r WHERE "c_{column.name}" = ?'  # noqa: S608 - names were checked
            rows = self._db.execute(query, (named,)).fetchall()
            found += [(name, self.engine.unseal(name, *row)[0], row[1], row[2]) for row in rows]
        return found

    def under_key(self, numbers: Sequence[int]) -> list[tuple[str, str]]:
        """All records that these keys seal now."""
        if not numbers:
            return []
        marks = ",".join("?" * len(numbers))
        shown = "id, step, key, value" if self.engine.sealed else "id, step, key, NULL"
        return [
            (name, self.engine.unseal(name, *row)[0])
            for name in self.kinds
            for row in self._db.execute(
                f"SELECT {shown} FROM {_table(name)} WHERE key IN ({marks})",  # noqa: S608 - names were checked
                list(numbers),
            ).fetchall()
        ]

    def broken_references(self) -> list[str]:
        """Tables with a row that points to nothing; empty when all is well."""
        return self.engine.broken_references()

    def dump(self, as_kept_by: SqliteEngine | None = None) -> dict[str, list[tuple[Any, ...]]]:
        """All content in an order that does not depend on how it came about, for comparing.

        ``as_kept_by``: another engine, in whose way ids and columns are shown.
        """

        def shown(scope: str, value: Any) -> Any:
            return value if as_kept_by is None or value is None else as_kept_by.blind(scope, value)

        found: dict[str, list[tuple[Any, ...]]] = {}
        for name in self.kinds:
            own = self.kinds[name].columns
            scopes = [column.references or f"column {column.name}" for column in own]
            columns = "".join(f',"c_{column.name}"' for column in own)
            query = f"SELECT id, step, key, handling, value{columns} FROM {_table(name)}"  # noqa: S608 - names were checked
            found[name] = sorted(
                (
                    shown(name, row[0]),
                    *row[1:4],
                    self.engine.unseal(name, row[0], row[1], row[2], row[4])[1],
                    *map(shown, scopes, row[5:]),
                )
                for row in self._db.execute(query).fetchall()
            )
            for column, scope in zip(own, scopes, strict=True):
                if column.many:
                    rows = self._db.execute(
                        f"SELECT r.id, m.item FROM {_side(name, column.name)} AS m"  # noqa: S608 - names were checked
                        f" JOIN {_table(name)} AS r ON r.pk = m.owner"
                    ).fetchall()
                    found[f"{name}.{column.name}"] = sorted((shown(name, a), shown(scope, b)) for a, b in rows)
            keeper = as_kept_by or self.engine
            if self.kinds[name].searchable and keeper.sealed:
                found[f"{name} words"] = sorted(self._kept_marks(self.kinds[name], keeper))
        gone = self._db.execute("SELECT kind, id, step, withheld FROM gone").fetchall()
        found["gone"] = sorted((kind, shown(kind, id), step, withheld) for kind, id, step, withheld in gone)  # noqa: A001 - its own word
        steps = self._db.execute("SELECT idx, start, leaf, undone_by FROM steps ORDER BY idx").fetchall()
        found["steps"] = [tuple(row) for row in steps]
        return found

    def _kept_marks(self, kind: RecordKind, keeper: SqliteEngine) -> Iterator[tuple[str, list[int]]]:
        """The marks of each text: as the server has them, or as it should have them."""
        if self.engine.sealed:
            yield from self._db.execute(
                f"SELECT r.id, t.marks FROM {_words(kind.name)} AS t JOIN {_table(kind.name)} AS r ON r.pk = t.owner"  # noqa: S608 - names were checked
            ).fetchall()
            return
        for record, value in self.values(kind, {}):
            yield keeper.blind(kind.name, record), keeper.marks(kind.text_of(kind.from_json(value)))
