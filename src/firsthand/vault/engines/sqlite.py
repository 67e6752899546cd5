"""The encrypted SQLite file that holds the tables (SQLCipher)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import sqlcipher3

from firsthand.vault.errors import TablesDamaged, VaultDiskFull
from firsthand.vault.search import index_text, match_query

__all__ = ["SqliteEngine", "connect", "connect_memory", "database_faults_named"]

_PLAIN_HEAD = b"SQLite format 3\x00"
_FULL_WORDS = ("disk is full", "disk I/O error")


@contextlib.contextmanager
def database_faults_named(name: str = "tables.db") -> Iterator[None]:
    """Turn the database's faults into this room's own errors; constraint faults pass through."""
    try:
        yield
    except sqlcipher3.OperationalError as error:
        if any(word in str(error) for word in _FULL_WORDS):
            raise VaultDiskFull("The disk is full; this step was not kept.") from error
        raise TablesDamaged(f"The file {name} cannot be read.") from error
    except sqlcipher3.IntegrityError:
        raise
    except sqlcipher3.DatabaseError as error:
        raise TablesDamaged(f"The file {name} cannot be read; it was altered, or is not this vault's.") from error


def connect(path: Path, key: bytes) -> Any:  # sqlcipher3 ships no types
    """Open or make the file under a raw 32-byte key.

    ``secure_delete`` overwrites what is deleted; ``temp_store`` keeps sorting out of temporary files; a file that
    turns out to be in clear is refused, because SQLCipher makes one without a word when it gets no key.

    Raises:
        TablesDamaged: another key, altered, or in clear.
    """
    with database_faults_named(path.name):
        connection = sqlcipher3.connect(str(path), isolation_level=None, check_same_thread=False, cached_statements=512)
        try:
            # faults are raised by name; the library would also write them, with page numbers, to standard error
            connection.execute("PRAGMA cipher_log_level = NONE")
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            connection.execute("SELECT count(*) FROM sqlite_master")
            for setting in (
                "journal_mode = WAL",
                "synchronous = FULL",
                "secure_delete = ON",
                "temp_store = MEMORY",
                "trusted_schema = OFF",
                "cache_size = -262144",  # decrypting a page again costs more than keeping it
                "journal_size_limit = 16777216",
                "foreign_keys = ON",
            ):
                connection.execute(f"PRAGMA {setting}")
        except BaseException:
            connection.close()
            raise
    with path.open("rb") as raw:
        if raw.read(len(_PLAIN_HEAD)) == _PLAIN_HEAD:
            connection.close()
            raise TablesDamaged(f"The file {path.name} is not encrypted.")
    return connection


def connect_memory() -> Any:  # sqlcipher3 ships no types
    """An empty database in memory alone, for comparing."""
    connection = sqlcipher3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


class SqliteEngine:
    """What ``Tables`` asks of a database, as SQLite does it. The whole file is encrypted, so that values stay plain
    within it; ``PostgresEngine`` overrides what differs on a server that must not see them."""

    sealed = False
    number_key = "INTEGER PRIMARY KEY"
    by_key_alone = " WITHOUT ROWID"
    bytes_type = "BLOB"
    item_type = ""
    keys_in = "key IN (SELECT value FROM json_each(?))"

    def __init__(self, connection: Any) -> None:
        self.db = connection

    # -- transactions ---------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Begin a transaction that writes."""
        self.db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Make the transaction durable."""
        self.db.execute("COMMIT")

    def roll_back(self) -> None:
        """Forget the transaction, if one runs."""
        if self.db.in_transaction:
            self.db.execute("ROLLBACK")

    @contextlib.contextmanager
    def asking_after_refusal(self) -> Iterator[None]:
        """Within it a refused statement leaves the transaction usable, so that one can ask what was wrong."""
        yield

    def finish(self) -> None:
        """Put everything into the one file before closing."""
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the connection."""
        self.db.close()

    # -- references -----------------------------------------------------------------------------------------

    def loosen(self) -> None:
        """Stop checking references, while the log is replayed: its prefixes may point at what was destroyed."""
        self.db.execute("PRAGMA foreign_keys = OFF")

    def tighten(self) -> None:
        """Check references from now on."""
        self.db.execute("PRAGMA foreign_keys = ON")

    def broken_references(self) -> list[str]:
        """Tables with a row that points to nothing."""
        return sorted({str(row[0]) for row in self.db.execute("PRAGMA foreign_key_check").fetchall()})

    def broken_pages(self) -> bool:
        """Whether a page of the file does not hold its own code."""
        return bool(self.db.execute("PRAGMA cipher_integrity_check").fetchall())

    def has_tables(self) -> bool:
        """Whether the tables were ever made."""
        return self.db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone() is not None

    # -- values ---------------------------------------------------------------------------------------------

    def blind(self, scope: str, value: Any) -> Any:
        """A value as the database keeps it in a column that is compared; ``scope``: the kind whose id it is, or the
        column."""
        del scope
        return value

    def seal(self, kind: str, id: str, step: int, key: int, json: str) -> Any:  # noqa: A002 - the record's own word
        """A record's content as the database keeps it."""
        del kind, id, step, key
        return json

    def unseal(self, kind: str, id: Any, step: int, key: int, kept: Any) -> tuple[str, str]:  # noqa: A002 - its word
        """A record's id and content."""
        del kind, step, key
        return id, kept

    def pack(self, value: Any) -> Any:
        """A number, text or bytes of the table ``meta`` as the database keeps it."""
        return value

    def unpack(self, kept: Any) -> Any:
        """As it was packed."""
        return kept

    # -- full text ------------------------------------------------------------------------------------------

    def create_words(self, table: str) -> None:
        """Make the index of a kind's text."""
        self.db.execute(
            f"CREATE VIRTUAL TABLE {table} USING fts5(words, content='', contentless_delete=1,"
            " detail=full, tokenize='unicode61 remove_diacritics 2')"
        )

    def write_words(self, table: str, rows: Iterable[tuple[int, str]]) -> None:
        """Index texts under the numbers of their records."""
        indexed = [(number, index_text(text)) for number, text in rows]
        self.db.executemany(f"INSERT OR REPLACE INTO {table}(rowid, words) VALUES(?, ?)", indexed)

    def remove_words(self, table: str, numbers: Iterable[tuple[int]]) -> None:
        """Forget texts."""
        self.db.executemany(f"DELETE FROM {table} WHERE rowid = ?", numbers)  # noqa: S608 - names were checked

    def marks(self, text: str) -> list[int]:
        """The digests under which a sealing engine keeps a text's pieces."""
        del text
        return []

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
        """Id, step, key and content of records whose text holds all pieces of ``text``, in order of their keeping."""
        asked = match_query(text)
        if not asked:
            return []
        shown = "r.id, r.step, r.key, NULL"
        if not condition:
            query = (
                f"SELECT {shown} FROM (SELECT rowid FROM {words} WHERE words MATCH ? LIMIT ?) AS t"  # noqa: S608 - names were checked
                f" JOIN {table} AS r ON r.pk = t.rowid ORDER BY r.pk"
            )
            return list(self.db.execute(query, [asked, limit]).fetchall())
        query = (
            f"SELECT {shown} FROM {words} AS t JOIN {table} AS r ON r.pk = t.rowid"  # noqa: S608 - names were checked
            f" WHERE t.words MATCH ? AND {condition} LIMIT ?"
        )
        return list(self.db.execute(query, [asked, *values, limit]).fetchall())
