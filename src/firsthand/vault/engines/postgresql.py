"""Tables on a PostgreSQL server that must not see testimony: contents sealed, ids and columns blinded, here.

The log, the keyring and the documents stay in the vault's folder; the server keeps the projection alone. What it
sees: kinds, numbers of steps and keys, handling classes, lengths, and which blinded values are equal.
docs/threat-model.md says what follows from that. Needs the optional part ``firsthand[postgresql]``.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any

import msgspec
import sqlcipher3

from firsthand.values.errors import FirsthandError, UsageError
from firsthand.vault.engines.sqlite import SqliteEngine
from firsthand.vault.errors import TablesDamaged, VaultBusy, VaultDiskFull
from firsthand.vault.sealing import SealBroken, derive_key, open_sealed, seal
from firsthand.vault.search import piece_marks, query_marks

__all__ = ["DatabaseUnreachable", "PostgresEngine", "PostgresqlNotInstalled", "connect_postgres", "drop_schemas"]


class PostgresqlNotInstalled(UsageError):
    """The optional part that speaks to PostgreSQL is not installed."""

    next_step = "Install Firsthand with its part for teams: firsthand[postgresql]."


class DatabaseUnreachable(FirsthandError):
    """The server does not answer, or refuses. The log, which is the truth, is not touched."""

    likely = "The server is not running, the address is wrong, or this user has no rights there."
    next_step = "Check FIRSTHAND_DATABASE and the server; what was acknowledged is in the log."


def _library() -> Any:  # named once, so that the part stays optional
    try:
        return importlib.import_module("psycopg")
    except ImportError:
        raise PostgresqlNotInstalled("PostgreSQL needs a part of Firsthand that is not installed.") from None


class _Connection:
    """A connection in the shape that ``Tables`` uses: question marks for values, SQLite's class for refusals."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._faults = _library().errors

    def _run(self, work: Any, statement: str, *values: Any) -> Any:
        try:
            return work(statement.replace("?", "%s"), *values)
        except self._faults.IntegrityError as error:
            # the one class of refusals that Tables knows; the server's own message may quote values
            raise sqlcipher3.IntegrityError("a rule of the tables refuses it") from error.with_traceback(None)
        except (self._faults.DiskFull, self._faults.OutOfMemory) as error:
            raise VaultDiskFull("The server's disk is full; this step was not kept.") from error
        except self._faults.Error as error:
            raise DatabaseUnreachable("The database server could not do what was asked.") from error

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """One statement."""
        return self._run(self._connection.execute, statement, list(values) or None)

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """One statement for many rows."""
        with self._connection.cursor() as cursor:
            self._run(cursor.executemany, statement, list(rows))

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction runs, broken or not."""
        return bool(self._connection.info.transaction_status in {2, 3})

    def close(self) -> None:
        """Close it."""
        self._connection.close()


def _connect(database: str) -> Any:
    library = _library()
    try:
        return library.connect(database, autocommit=True, connect_timeout=10)
    except library.Error as error:
        raise DatabaseUnreachable("The database server cannot be reached.") from error.with_traceback(None)


def drop_schemas(database: str, vault: str) -> None:
    """Remove every table of a vault from the server."""
    connection = _connect(database)
    try:
        rows = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s)", (f"firsthand_{vault[:16]}_",)
        ).fetchall()
        for (name,) in rows:
            connection.execute(f'DROP SCHEMA "{name}" CASCADE')
    finally:
        connection.close()


def connect_postgres(database: str, vault: str, compartments: str, key: bytes) -> PostgresEngine:
    """Open or make the schema of a vault and a set of compartments.

    ``database``: as libpq reads it (``host=... dbname=...`` or ``service=...``); passwords belong in its own file.

    Raises:
        PostgresqlNotInstalled, DatabaseUnreachable: there is no server.
        VaultBusy: another copy of the vault uses the same schema now.
    """
    schema = f"firsthand_{vault[:16]}_{compartments}"
    connection = _connect(database)
    try:
        lock = int.from_bytes(blake2b(schema.encode(), digest_size=8).digest(), "big", signed=True)
        if not connection.execute("SELECT pg_try_advisory_lock(%s)", (lock,)).fetchone()[0]:
            raise VaultBusy("The vault's tables are in use by another process.")  # noqa: TRY301 - closed below
        connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
        connection.execute(f'SET search_path TO "{schema}"')
        # the log is synced by ourselves; this keeps the tables from falling behind it needlessly
        connection.execute("SET synchronous_commit TO on")
    except _library().Error as error:
        connection.close()
        raise DatabaseUnreachable("The database server refuses to keep the vault's tables.") from error
    except BaseException:
        connection.close()
        raise
    return PostgresEngine(_Connection(connection), schema, key)


class PostgresEngine(SqliteEngine):
    """What ``Tables`` asks of a database, on a server. ``blind`` is BLAKE2b-128 under a key of the tables' key;
    ``seal`` is the AEAD of everything small, bound to kind, blinded id, step and key, so that the server cannot
    put one record in the place of another."""

    sealed = True
    number_key = "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"
    by_key_alone = ""
    bytes_type = "BYTEA"
    item_type = "TEXT"
    keys_in = "key IN (SELECT jsonb_array_elements_text(?::jsonb)::integer)"

    def __init__(self, connection: _Connection, schema: str, key: bytes) -> None:
        super().__init__(connection)
        self.schema = schema
        self._blinding = derive_key(key, b"fh-pg-blind")
        self._sealing = derive_key(key, b"fh-pg-seal")
        self._loose = False

    # -- transactions ---------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Begin a transaction."""
        self.db.execute("BEGIN")

    @contextlib.contextmanager
    def asking_after_refusal(self) -> Iterator[None]:
        """A point within the transaction to which a refusal goes back."""
        self.db.execute("SAVEPOINT asking")
        try:
            yield
        except sqlcipher3.IntegrityError:
            self.db.execute("ROLLBACK TO SAVEPOINT asking")
            raise
        self.db.execute("RELEASE SAVEPOINT asking")

    def finish(self) -> None:
        """The server keeps its own files."""

    # -- references -----------------------------------------------------------------------------------------

    def _references(self) -> list[tuple[str, str, str]]:
        return list(
            self.db.execute(
                "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2"
            ).fetchall()
        )

    def loosen(self) -> None:
        """Take the references away; the server keeps their text for ``tighten``."""
        if self._loose:
            return
        self.begin()
        self.db.execute("CREATE TABLE IF NOT EXISTS loosened(place TEXT, name TEXT, rule TEXT)")
        for place, name, rule in self._references():
            self.db.execute("INSERT INTO loosened VALUES(?, ?, ?)", (place, name, rule))
            self.db.execute(f'ALTER TABLE {place} DROP CONSTRAINT "{name}"')
        self.commit()
        self._loose = True

    def tighten(self) -> None:
        """Put the references back; the server then checks every row.

        Raises:
            TablesDamaged: a record points at nothing.
        """
        if self.db.execute("SELECT to_regclass('loosened')").fetchone()[0] is None:
            return
        self.begin()
        try:
            for place, name, rule in self.db.execute("SELECT place, name, rule FROM loosened").fetchall():
                self.db.execute(f'ALTER TABLE {place} ADD CONSTRAINT "{name}" {rule}')
            self.db.execute("DELETE FROM loosened")
        except sqlcipher3.IntegrityError as error:
            self.roll_back()
            raise TablesDamaged("In the tables on the server a record points at nothing.") from error
        self.commit()
        self._loose = False

    def broken_references(self) -> list[str]:
        """None: ``tighten`` had every row checked."""
        return []

    def broken_pages(self) -> bool:
        """Not for us to see: the server keeps the pages; every content carries a seal of its own."""
        return False

    def has_tables(self) -> bool:
        """Whether the tables were ever made."""
        found = self.db.execute("SELECT to_regclass(?)", (f'"{self.schema}".meta',)).fetchone()
        return found[0] is not None

    # -- values ---------------------------------------------------------------------------------------------

    def blind(self, scope: str, value: Any) -> str:
        """Equal values of one scope give equal words; nothing else can be told without the key."""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        told = msgspec.json.encode([scope, value])
        return blake2b(told, key=self._blinding, person=b"fh-pg-value", digest_size=16).hexdigest()

    def _bound(self, kind: str, named: str, step: int, key: int) -> bytes:
        return b"firsthand/row/1" + msgspec.json.encode([kind, named, step, key])

    def seal(self, kind: str, id: str, step: int, key: int, json: str) -> bytes:  # noqa: A002 - the record's own word
        """Id and content, sealed."""
        plain = msgspec.json.encode([id, json])
        return seal(self._sealing, plain, self._bound(kind, self.blind(kind, id), step, key))

    def unseal(self, kind: str, id: Any, step: int, key: int, kept: Any) -> tuple[str, str]:  # noqa: A002 - its word
        """Id and content.

        Raises:
            TablesDamaged: the row is not as it was written, or lies in the place of another.
        """
        try:
            plain = open_sealed(self._sealing, bytes(kept), self._bound(kind, id, step, key))
        except SealBroken as error:
            raise TablesDamaged("A row of the tables on the server was altered.") from error
        record, json = msgspec.json.decode(plain, type=tuple[str, str])
        return record, json

    def pack(self, value: Any) -> bytes:
        """As MessagePack."""
        return msgspec.msgpack.encode(value)

    def unpack(self, kept: Any) -> Any:
        """As it was packed."""
        try:
            return msgspec.msgpack.decode(bytes(kept))
        except msgspec.MsgspecError as error:
            raise TablesDamaged("The tables on the server were altered.") from error

    # -- full text ------------------------------------------------------------------------------------------

    def _mark(self, mark: str) -> int:
        digest = blake2b(mark.encode(), key=self._blinding, person=b"fh-pg-words", digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)

    def marks(self, text: str) -> list[int]:
        """Each piece of a text digested; sorted, so that their order in the text is not told."""
        return sorted(map(self._mark, piece_marks(text)))

    def create_words(self, table: str) -> None:
        """Marks of each text, digested under the key."""
        self.db.execute(f"CREATE TABLE {table}(owner BIGINT PRIMARY KEY, marks BIGINT[] NOT NULL)")
        self.db.execute(f"CREATE INDEX ON {table} USING gin (marks)")

    def write_words(self, table: str, rows: Iterable[tuple[int, str]]) -> None:
        """Keep the marks of texts."""
        self.db.executemany(
            f"INSERT INTO {table}(owner, marks) VALUES(?, ?) ON CONFLICT(owner) DO UPDATE SET marks = excluded.marks",
            [(number, self.marks(text)) for number, text in rows],
        )

    def remove_words(self, table: str, numbers: Iterable[tuple[int]]) -> None:
        """Forget texts."""
        self.db.executemany(f"DELETE FROM {table} WHERE owner = ?", numbers)  # noqa: S608 - names were checked

    def search(
        self,
        words: str,
        table: str,
        text: str,
        *,
        limit: int,
        condition: str,
        values: list[Any],
    ) -> list[tuple[Any, int, int, Any]]:
        """Rows whose marks hold all that are asked for; more than ``limit``, because some may not match after all."""
        del limit
        marks = [self._mark(mark) for mark in sorted(query_marks(text))]
        if not marks:
            return []
        also = f" AND {condition}" if condition else ""
        query = (
            f"SELECT r.id, r.step, r.key, r.value FROM {words} AS t JOIN {table} AS r ON r.pk = t.owner"  # noqa: S608 - names were checked
            f" WHERE t.marks @> ?::bigint[]{also} ORDER BY r.pk"
        )
        return list(self.db.execute(query, [marks, *values]).fetchall())
