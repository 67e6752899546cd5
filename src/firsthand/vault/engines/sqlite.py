"""The encrypted SQLite file that holds the tables (SQLCipher)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlcipher3

from firsthand.vault.errors import TablesDamaged, VaultDiskFull

__all__ = ["connect", "connect_memory", "database_faults_named"]

_PLAIN_HEAD = b"SQLite format 3\x00"
_FULL_WORDS = ("disk is full", "disk I/O error")
_BROKEN_WORDS = ("not a database", "malformed", "disk image", "hmac", "file is encrypted")


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
                "cache_size = -65536",
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
