"""The vault: open, apply steps, read records, undo, verify, destroy keys."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
import sqlcipher3
from nacl import bindings

from firsthand.values.errors import FirsthandError, IntegrityError
from firsthand.values.grades import Handling
from firsthand.vault import files
from firsthand.vault.durable import disk_faults_named, overwrite_and_remove, replace_file
from firsthand.vault.engines.postgresql import connect_postgres, drop_schemas
from firsthand.vault.engines.sqlite import SqliteEngine, connect, connect_memory, database_faults_named
from firsthand.vault.entries import OpenedEntry, ValueLine, need_value, open_commitment, open_entry, seal_entry
from firsthand.vault.errors import (
    AlreadyUndone,
    CheckpointMismatch,
    HeaderDamaged,
    KeyDestroyed,
    KeyNotHeld,
    KeyStillNeeded,
    LogDamaged,
    LogTruncated,
    NewerVault,
    NotAVault,
    TablesDamaged,
    TypedWordWrong,
    UndoConflict,
    UnknownStep,
    VaultClosed,
    VaultDiskFull,
    VaultExists,
    VaultReadOnly,
    WrongSecret,
)
from firsthand.vault.guarding import Attempts, Ballast, FolderLock, harden_process
from firsthand.vault.keys import KeyInfo, Keyring, Person, Secret
from firsthand.vault.log import LOG_HEAD, NO_LINK, Attachment, LogFile, encode_core
from firsthand.vault.merkle import Frontier, ProofError, check_consistency, consistency_proof, inclusion_proof
from firsthand.vault.migrations import bring_forward, encode_header
from firsthand.vault.notes import NoteError, VerifierKey, sign_checkpoint, verify_checkpoint, write_log_proof
from firsthand.vault.records import (
    GENERAL,
    AppliedStep,
    BlobRef,
    Change,
    Kinds,
    RecordKind,
    RecordName,
    SearchHit,
    Step,
)
from firsthand.vault.replay import Progress, Sight, State, StepRow, Tables
from firsthand.vault.sealing import KdfParameters, new_key
from firsthand.vault.verifying import VerifyReport, verify_folder

__all__ = ["DESTROY_WORD", "FORMAT_VERSION", "Header", "Prepared", "Vault", "VaultReader", "read_header"]

FORMAT_VERSION = 1
DESTROY_WORD = "destroy"
"""What must be typed to destroy a key."""

_REPLAY_BATCH = 2000


class Header(msgspec.Struct, frozen=True):
    """What vault.json says; nothing in it is secret."""

    format: str
    version: int
    vault: str
    verifier: str

    def at(self, version: int) -> Header:
        """The same vault's header in another version."""
        return msgspec.structs.replace(self, version=version)


class _AnyHeader(msgspec.Struct):
    format: str
    version: int


@dataclass(slots=True)
class Prepared:
    """A step on its way into the log. ``raw``: values that are not new come as JSON, with the number of their key;
    ``origin``: the identity of a step that was first kept elsewhere."""

    step: Step
    undoes: tuple[int, ...] = ()
    destroyed: tuple[int, ...] = ()
    raw: dict[tuple[str, str], tuple[bytes, int]] | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogDisclosure:
    """One part of one step opened for a stranger: the step's clear core, salt and content of the part, the proof that
    the step is in the log (C2SP tlog-proof), and the log's public key."""

    core: bytes
    salt: bytes
    plain: bytes
    proof: str
    key: str


def copy_vault(source: Path, target: Path, log_size: int) -> None:
    """Copy what a backup holds; the header last, so that half a copy is no vault."""
    (target / "log").mkdir(parents=True)
    target.chmod(0o700)
    with (source / "log" / "steps").open("rb") as log, (target / "log" / "steps").open("xb") as out:
        left = log_size
        while left > 0:
            out.write(piece := log.read(min(left, 1 << 20)))
            left -= len(piece)
            if not piece:
                break
        out.flush()
        os.fsync(out.fileno())
    shutil.copytree(source / "blobs", target / "blobs", ignore=shutil.ignore_patterns("incoming-*"))
    if (source / "checkpoints").exists():
        shutil.copyfile(source / "checkpoints", target / "checkpoints")
    replace_file(target / "vault.json", (source / "vault.json").read_bytes())


def read_header(path: Path) -> tuple[Header, bytes]:
    """vault.json, checked as far as that goes without a secret.

    Raises:
        NotAVault, NewerVault, HeaderDamaged: see their names.
    """
    try:
        raw = (path / "vault.json").read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise NotAVault("There is no vault in this folder.") from None
    try:
        shown = msgspec.json.decode(raw, type=_AnyHeader)
        if shown.format != "firsthand-vault":
            raise HeaderDamaged("The file vault.json was altered.")
        if shown.version > FORMAT_VERSION:
            raise NewerVault(
                f"This vault has format version {shown.version}; this Firsthand reads up to {FORMAT_VERSION}."
            )
        header = msgspec.json.decode(raw, type=Header)
        VerifierKey.parse(header.verifier)
    except (msgspec.MsgspecError, NoteError, UnicodeDecodeError) as error:
        raise HeaderDamaged("The file vault.json was altered.") from error
    return header, raw


class Vault:
    """An open vault. Made by ``create``, ``open`` or ``ephemeral``; a context manager; safe to share by threads."""

    def __init__(
        self,
        path: Path,
        header: Header,
        ring: Keyring,
        *,
        kinds: Kinds,
        now: Callable[[], datetime],
        lock: FolderLock | None,
    ) -> None:
        self.path = path
        self.header = header
        self.read_only = lock is None
        self.recovered_bytes = 0
        """Bytes of a never acknowledged entry that opening took off the end of the log."""
        self._ring = ring
        self._kinds = kinds
        self._fingerprint = kinds.fingerprint()
        self._now = now
        self._lock = lock
        self._guard = threading.RLock()
        self._closed = False
        self._ballast = Ballast(path / "ballast")
        self._pending: list[Attachment] = []
        self._scratch: Path | None = None
        self.idle_limit_seconds: float | None = None
        """After how long without a call the vault closes itself at the next one; None: never."""
        self._used_at = now()
        self.remove_on_close = False
        """Whether closing removes the folder, as for an ephemeral vault."""
        self._witness: Path | None = None
        self._engine: SqliteEngine | None = None
        self._database: str | None = None
        self._tables: Tables
        self._log: LogFile
        self._frontier = Frontier()
        self._last_leaf = NO_LINK
        self._highest_key = 0

    # -- making, opening, closing ---------------------------------------------------------------------------

    @classmethod
    def create(
        cls,
        path: str | os.PathLike[str],
        *,
        secret: Secret,
        kinds: Iterable[RecordKind],
        now: Callable[[], datetime],
        kdf: KdfParameters | None = None,
        person: str = "owner",
        key_file: bytes | None = None,
        witness: str | os.PathLike[str] | None = None,
        database: str | None = None,
    ) -> Vault:
        """Make a vault in a folder that is empty or not there yet, and open it.

        ``witness``: a file outside of the vault in which the last checkpoint is kept, so that an old copy put in
        the vault's place is noticed at the next opening.

        Raises:
            VaultExists, VaultDiskFull, VaultReadOnly: nothing was made.
        """
        folder = Path(path)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise VaultExists("The folder is not empty.")
        known = Kinds(kinds)
        with disk_faults_named():
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
            for name in ("log", "blobs"):
                (folder / name).mkdir()
        seed = new_key()
        public, _ = bindings.crypto_sign_seed_keypair(seed)
        vault = os.urandom(16).hex()
        verifier = VerifierKey(name=f"firsthand.vault/{vault[:16]}", algorithm=1, public=public)
        header = Header("firsthand-vault", FORMAT_VERSION, vault, verifier.text())
        raw = encode_header(header)
        LogFile.create(folder / "log" / "steps").close()
        replace_file(folder / "checkpoints", b"")
        Keyring.create(
            folder / "keyring",
            vault=vault,
            header=raw,
            log_seed=seed,
            secret=secret,
            person=person,
            kdf=kdf or KdfParameters(),
            key_file=key_file,
        )
        # written last: a folder without it is not a vault yet
        replace_file(folder / "vault.json", raw)
        return cls.open(
            folder, secret=secret, kinds=known, now=now, key_file=key_file, witness=witness, database=database
        )

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        secret: Secret,
        kinds: Iterable[RecordKind] | Kinds,
        now: Callable[[], datetime],
        key_file: bytes | None = None,
        rebuild_tables: bool = False,
        witness: str | os.PathLike[str] | None = None,
        database: str | None = None,
    ) -> Vault:
        """Open a vault. Where the medium cannot be written, it opens for reading.

        ``rebuild_tables`` throws the tables away first and makes them anew from the log. ``database``: a PostgreSQL
        server, as libpq reads it, that keeps the tables (sealed) in the place of tables.db.

        Raises:
            NotAVault, NewerVault, VaultBusy, WrongSecret, KeyFileNeeded, TooManyAttempts: it stays closed.
            IntegrityError: one of its subclasses says which file is not as it was written.
        """
        folder = Path(path)
        header, raw = read_header(folder)
        harden_process()
        try:
            lock: FolderLock | None = FolderLock(folder / "lock")
        except OSError:
            lock = None
        try:
            attempts = Attempts(folder / "attempts", now)
            attempts.check()
            try:
                ring = Keyring.open(
                    folder / "keyring",
                    header=raw,
                    vault=header.vault,
                    secret=secret,
                    key_file=key_file,
                    earlier_headers=[encode_header(header.at(v)) for v in range(1, header.version)],
                )
            except WrongSecret:
                if lock is not None:
                    attempts.failed()
                raise
            attempts.succeeded()
            _need_same_key(ring, header)
            if header.version < FORMAT_VERSION:
                if lock is None:
                    raise VaultReadOnly("An earlier format cannot be brought forward here.")  # noqa: TRY301 - closed below
                key = VerifierKey.parse(header.verifier)
                bring_forward(folder, ring, header.at, version=header.version, wanted=FORMAT_VERSION, verifier=key)
                header = header.at(FORMAT_VERSION)
            known = kinds if isinstance(kinds, Kinds) else Kinds(kinds)
            vault = cls(folder, header, ring, kinds=known, now=now, lock=lock)
            vault._witness = None if witness is None else Path(witness)
            vault._database = database
            try:
                with database_faults_named():
                    vault._start(rebuild_tables=rebuild_tables)
            except BaseException:
                vault._drop()
                raise
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        return vault

    @classmethod
    def ephemeral(cls, *, kinds: Iterable[RecordKind], now: Callable[[], datetime]) -> Vault:
        """A vault in a private temporary folder under a random key, removed when it closes."""
        folder = Path(tempfile.mkdtemp(prefix="firsthand-"))
        try:
            # the secret is 32 random bytes: stretching it would add nothing
            vault = cls.create(folder, secret=new_key(), kinds=kinds, now=now, kdf=KdfParameters.for_tests())
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        vault.remove_on_close = True
        return vault

    def _start(self, *, rebuild_tables: bool) -> None:
        self._log = LogFile(self.path / "log" / "steps", writable=not self.read_only)
        for left in (self.path / "blobs").glob("incoming-*") if not self.read_only else ():
            left.unlink()
        if rebuild_tables:
            self._forget_tables()
        self._open_tables()
        self._catch_up()
        self._check_kept_checkpoints()
        self._finish_destructions()
        if not self.read_only and not self.remove_on_close:
            self._ballast.fill()

    @property
    def _tables_path(self) -> Path:
        # people who hold fewer compartments have tables of their own, which show no more than their keys open
        name = "tables.db" if self._ring.holds_all else f"tables-{self._ring.compartment_set()}.db"
        return self.path / name

    def _forget_tables(self) -> None:
        if self.read_only:
            return
        for each in self.path.glob("tables*.db*"):
            overwrite_and_remove(each)
        if self._database is not None:
            drop_schemas(self._database, self.header.vault)

    def _open_tables(self) -> None:
        path = self._tables_path
        key = self._ring.tables_key()
        if self.read_only:
            key = self._copy_tables(path, key)
            assert self._scratch is not None  # noqa: S101 - set by the line before
            path = self._scratch / path.name
        elif key is None:
            for each in self.path.glob(f"{path.stem}.db*"):
                overwrite_and_remove(each)
            key = self._ring.new_tables_key()
        if self._database is None or self.read_only:
            self._engine = SqliteEngine(connect(path, key))
        else:
            self._engine = connect_postgres(self._database, self.header.vault, self._ring.compartment_set(), key)
        self._tables = Tables(self._engine, self._kinds, path.name)

    def _copy_tables(self, path: Path, key: bytes | None) -> bytes:
        """On a medium that cannot be written, the encrypted tables are read from a copy in a private folder."""
        self._scratch = Path(tempfile.mkdtemp(prefix="firsthand-"))
        if key is None:
            return new_key()
        for each in (path, path.with_name(path.name + "-wal")):
            if each.exists():
                shutil.copyfile(each, self._scratch / each.name)
        return key

    def _catch_up(self) -> None:
        """Bring the tables to the end of the log, and find out whether the log still has what they saw."""
        progress = self._tables.progress()
        seen = 0
        if progress is not None:
            seen = progress.frontier.size
            self._check_seen(progress)
            self._ring.need_number(progress.highest_key)
            self._highest_key = progress.highest_key
            if progress.schema == self._fingerprint:
                self._frontier, self._last_leaf = progress.frontier, progress.last_leaf
        fresh = progress is None or progress.schema != self._fingerprint
        if fresh and progress is not None:
            self._tables.engine.close()
            self._forget_tables()
            self._open_tables()
        start = len(LOG_HEAD) if fresh or progress is None else progress.size
        if fresh:
            with database_faults_named(self._tables.name):
                self._tables.engine.begin()
                self._tables.create()
                self._tables.set_progress(self._progress(self._frontier, start, self._last_leaf))
                self._tables.engine.commit()
        self._replay(start, torn_from=max(seen, self._frontier.size))

    def _check_seen(self, progress: Progress) -> None:
        if progress.size > self._log.size:
            raise LogTruncated(f"The file {self._log.name} is shorter than it once was.")
        if progress.frontier.size:
            row = self._tables.step(progress.frontier.size - 1)
            if row is None or row[1] != progress.last_leaf:
                raise TablesDamaged(f"The file {self._tables.name} contradicts itself.")
            self._log.read(row[0], progress.frontier.size - 1, progress.last_leaf)

    def _replay(self, start: int, *, torn_from: int) -> None:
        states: dict[tuple[str, str], State] = {}
        rows: list[StepRow] = []
        end, begun = start, self._frontier.size
        engine = self._tables.engine
        if end < self._log.size or not self._ring.holds_all:
            engine.loosen()
        try:
            for entry in self._log.entries(start, self._frontier.size, self._last_leaf, torn_from=torn_from):
                opened = open_entry(entry, self._ring)
                for line in opened.lines:
                    states[line.kind, line.id] = self._state_of(line, entry.index)
                rows.append(StepRow(entry.index, entry.offset, entry.leaf, opened.undoes, entry.destroyed))
                self._highest_key = max(self._highest_key, *(part.key for part in entry.parts))
                self._frontier.append(entry.leaf)
                self._last_leaf, end = entry.leaf, entry.end
                if len(rows) >= _REPLAY_BATCH:
                    self._write_replayed(states, rows, end)
                    states, rows = {}, []
            self._write_replayed(states, rows, end)
            if self._frontier.size > begun and self._ring.holds_all and self._tables.broken_references():
                raise TablesDamaged(f"In the file {self._tables.name} a record points at nothing.")
        finally:
            if self._ring.holds_all:
                engine.tighten()
        if end < self._log.size and not self.read_only:
            self.recovered_bytes = self._log.size - end
            self._log.cut(end)
        elif end < self._log.size:
            self._log.size = end

    def _state_of(self, line: ValueLine, step: int) -> State:
        record = None if line.json is None else self._kinds[line.kind].from_json(line.json)
        return State(line.kind, line.id, step, line.key, line.json, record, line.withheld)

    def _write_replayed(self, states: dict[tuple[str, str], State], rows: list[StepRow], end: int) -> None:
        with database_faults_named(self._tables.name):
            self._tables.engine.begin()
            try:
                self._tables.write(states.values())
                self._tables.write_steps(rows)
                self._tables.set_progress(self._progress(self._frontier, end, self._last_leaf))
                self._tables.engine.commit()
            except BaseException:
                self._tables.engine.roll_back()
                raise

    def _progress(self, frontier: Frontier, size: int, last_leaf: bytes) -> Progress:
        return Progress(frontier, size, last_leaf, self._fingerprint, self._highest_key)

    def _drop(self) -> None:
        if self._engine is not None:
            self._engine.close()
        if hasattr(self, "_log"):
            self._log.close()
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def close(self) -> None:
        """Sign a checkpoint when something is new, and close. Closing twice is harmless."""
        with self._guard:
            if self._closed:
                return
            try:
                if not self.read_only and not self.remove_on_close:
                    self._ballast.spend_if_needed(self._keep_checkpoint)
                    self._tables.engine.finish()
            except (VaultDiskFull, VaultReadOnly, sqlcipher3.Error):
                pass  # the steps are safe in the log; the checkpoint comes with the next closing
            finally:
                self._closed = True
                self._drop()
                if self._lock is not None:
                    self._lock.release()
                if self.remove_on_close:
                    shutil.rmtree(self.path, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _need_open(self) -> None:
        if self._closed:
            raise VaultClosed("The vault is closed.")
        if self.idle_limit_seconds is not None:
            now = self._now()
            if (now - self._used_at).total_seconds() > self.idle_limit_seconds:
                self.idle_limit_seconds = None  # closing signs a checkpoint, which asks again
                self.close()
                raise VaultClosed("The vault closed itself, because nobody used it for a while.")
            self._used_at = now

    def _need_writable(self) -> None:
        self._need_open()
        if self.read_only:
            raise VaultReadOnly("The vault was opened for reading alone.")

    # -- steps ----------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        """How many steps the log holds."""
        return self._frontier.size

    def apply(self, step: Step) -> AppliedStep:
        """Keep a step: whole, and on the disk when this returns.

        Raises:
            RecordRefused: a record breaks a rule of its kind.
            KeyDestroyed, KeyNotHeld: the key of a change cannot be used.
            VaultDiskFull: nothing was kept.
        """
        return self.apply_many((step,))[0]

    def apply_many(self, steps: Iterable[Step]) -> list[AppliedStep]:
        """Keep many steps in one go: all are on the disk when this returns; on an error none is kept.

        A crash in the middle may keep a first part of them; each single step is still whole.
        """
        return self.keep([Prepared(step) for step in steps])

    def keep(self, prepared: Sequence[Prepared]) -> list[AppliedStep]:
        """As ``apply_many``, for steps that also restore, destroy or come from elsewhere."""
        with self._guard:
            self._need_writable()
            if not prepared:
                return []
            names = {change.key for each in prepared for change in each.step.changes if change.value is not None}
            self._ring.make_keys(sorted(names))
            frontier, link, offset = self._frontier.copy(), self._last_leaf, self._log.size
            states: dict[tuple[str, str], State] = {}
            frames: list[bytes] = []
            rows: list[StepRow] = []
            applied: list[AppliedStep] = []
            priors = self._priors(prepared)
            attachments = tuple(self._pending)
            for each in prepared:
                index = frontier.size
                changes = self._encode_changes(each, index, priors, states)
                frame, leaf = seal_entry(
                    index=index,
                    link=link,
                    name=each.step.name,
                    actor=each.step.actor,
                    at=each.step.at,
                    undoes=each.undoes,
                    changes=changes,
                    envelope_key=self._general(),
                    attachments=attachments,
                    destroyed=each.destroyed,
                    origin=each.origin,
                )
                attachments = ()
                frames.append(frame)
                rows.append(StepRow(index, offset, leaf, each.undoes, each.destroyed))
                applied.append(_applied(each, index))
                frontier.append(leaf)
                link, offset = leaf, offset + len(frame)
            self._commit(states, rows, b"".join(frames), self._progress(frontier, offset, link))
            self._frontier, self._last_leaf = frontier, link
            self._pending.clear()
            return applied

    def _general(self) -> Any:  # a DataKey; every unlocked keyring has it
        return self._ring.named(GENERAL)

    def _priors(self, prepared: Sequence[Prepared]) -> dict[tuple[str, str], int]:
        asked: dict[str, dict[str, None]] = {}
        for each in prepared:
            for change in each.step.changes:
                asked.setdefault(change.kind, {})[change.id] = None
        found: dict[tuple[str, str], int] = {}
        with database_faults_named(self._tables.name):
            for kind, ids in asked.items():
                self._kinds[kind]  # an unknown kind is refused before anything is written
                found.update({(kind, each): at for each, at in self._tables.last_steps(kind, list(ids)).items()})
        return found

    def _encode_changes(
        self,
        prepared: Prepared,
        index: int,
        priors: dict[tuple[str, str], int],
        states: dict[tuple[str, str], State],
    ) -> list[tuple[str, str, bytes | None, Any, int | None]]:
        encoded = []
        raw = prepared.raw or {}
        keys = {change.key: self._ring.named(change.key) for change in prepared.step.changes}
        for change in prepared.step.changes:
            name = (change.kind, change.id)
            raw_json: bytes | None = None
            key = None
            record = change.value
            if name in raw:
                raw_json, number = raw[name]
                key, record = self._ring.by_number(number), self._kinds[change.kind].from_json(raw_json)
            elif record is not None:
                raw_json, key = self._kinds[change.kind].to_json(record), keys[change.key]
            prior = priors.get(name)
            encoded.append((change.kind, change.id, raw_json, key, prior))
            # the newest state goes last, so that records are written in the order of their newest change
            if prior is not None:
                states.pop(name, None)
            states[name] = State(change.kind, change.id, index, 0 if key is None else key.number, raw_json, record)
            priors[name] = index
        used = [key.number for _, _, _, key, _ in encoded if key is not None]
        self._highest_key = max(self._highest_key, *used, 0)
        return encoded

    def _commit(
        self, states: dict[tuple[str, str], State], rows: list[StepRow], frames: bytes, progress: Progress
    ) -> None:
        """Tables first, within a transaction that the rules of the kinds can refuse; then the log, which is the
        truth and is durable before anything is acknowledged; then the transaction's end."""
        before = self._log.size
        with database_faults_named(self._tables.name):
            engine = self._tables.engine
            engine.begin()
            try:
                self._tables.write(states.values())
                self._tables.write_steps(rows)
                self._tables.set_progress(progress)
                self._log.append(frames)
                engine.commit()
            except BaseException:
                engine.roll_back()
                if self._log.size > before:
                    self._log.cut(before)
                raise

    # -- undo -----------------------------------------------------------------------------------------------

    def _opened(self, index: int) -> OpenedEntry:
        row = self._tables.step(index)
        if row is None:
            raise UnknownStep(f"There is no step {index}.")
        return open_entry(self._log.read(row[0], index, row[1]), self._ring)

    def _line(self, index: int, kind: str, id: str) -> ValueLine:  # noqa: A002 - the record's own word
        for line in self._opened(index).lines:
            if (line.kind, line.id) == (kind, id):
                return line
        raise LogDamaged(f"Step {index} does not hold the record that a later step says it changed.")

    def undo(self, index: int, *, actor: str, at: datetime, cascade: bool = False) -> AppliedStep:
        """Take a step back by a new step, which restores each record as it was before.

        ``cascade`` also takes back the later steps that changed, or rest on, the same records.

        Raises:
            UndoConflict: later steps changed or rest on the records, and ``cascade`` was not asked for.
            AlreadyUndone, UnknownStep: there is nothing to undo.
            KeyDestroyed, KeyNotHeld: the record before cannot be read, or the step destroyed a key.
        """
        with self._guard:
            self._need_writable()
            with database_faults_named(self._tables.name):
                doomed = self._undo_closure(index)
                if len(doomed) > 1 and not cascade:
                    raise UndoConflict(index, tuple(sorted(doomed - {index}, reverse=True)))
                return self._undo_together(doomed, actor, at)

    def _undo_closure(self, index: int) -> set[int]:
        """The step and all later ones that must go with it, found until nothing more is added."""
        row = self._tables.step(index)
        if row is None:
            raise UnknownStep(f"There is no step {index}.")
        if row[2] is not None:
            raise AlreadyUndone(f"Step {index} was undone by step {row[2]}.")
        doomed, waiting = {index}, [index]
        while waiting:
            opened = self._opened(waiting.pop())
            if opened.entry.destroyed:
                raise KeyDestroyed("A step that destroyed a key cannot be undone.")
            for line in opened.lines:
                later = set(self._later_steps(line, opened.entry.index))
                if self._removed_before(line):
                    later |= {step for _, _, step, _ in self._tables.users_of(line.kind, line.id)}
                for step in later - doomed:
                    if step > index:
                        doomed.add(step)
                        waiting.append(step)
        return doomed

    def _removed_before(self, line: ValueLine) -> bool:
        return line.prior is None or self._line(line.prior, line.kind, line.id).json is None

    def _later_steps(self, line: ValueLine, index: int) -> Iterator[int]:
        at = self._tables.last_steps(line.kind, [line.id]).get(line.id)
        while at is not None and at > index:
            yield at
            at = self._line(at, line.kind, line.id).prior

    def _undo_together(self, doomed: set[int], actor: str, at: datetime) -> AppliedStep:
        oldest: dict[tuple[str, str], ValueLine] = {}
        for index in sorted(doomed, reverse=True):
            for line in self._opened(index).lines:
                oldest[line.kind, line.id] = line
        changes: list[Change] = []
        raw: dict[tuple[str, str], tuple[bytes, int]] = {}
        for name, line in oldest.items():
            before = None if line.prior is None else self._line(line.prior, *name)
            value = None if before is None else need_value(before, self._ring)
            if value is not None and before is not None:
                raw[name] = (value, before.key)
            changes.append(Change(kind=name[0], id=name[1], value=None))
        step = Step(name="undo", actor=actor, at=at, changes=tuple(changes))
        return self.keep([Prepared(step, undoes=tuple(sorted(doomed)), raw=raw)])[0]

    # -- records --------------------------------------------------------------------------------------------

    def get(self, kind: str, id: str, *, sight: Sight | None = None) -> Any:  # noqa: A002 - the record's own word
        """The record, or None when there is none (or its key is destroyed or not held)."""
        with self._guard, database_faults_named(self._tables.name):
            self._need_open()
            known = self._kinds[kind]
            raw = self._tables.value(kind, id, sight)
        return None if raw is None else known.from_json(raw)

    def all(self, kind: str, **column_equals: object) -> list[Any]:
        """All records of a kind whose columns have these values, in order of id; None asks for empty columns."""
        return [record for _, record in self.items(kind, **column_equals)]

    def items(self, kind: str, **column_equals: object) -> list[tuple[str, Any]]:
        """As ``all``, with the ids."""
        return self.items_seen(kind, column_equals, None)

    def items_seen(self, kind: str, column_equals: dict[str, object], sight: Sight | None) -> list[tuple[str, Any]]:
        """As ``items``, for a reader."""
        with self._guard, database_faults_named(self._tables.name):
            self._need_open()
            known = self._kinds[kind]
            return [(each, known.from_json(raw)) for each, raw in self._tables.values(known, column_equals, sight)]

    def count(self, kind: str, **column_equals: object) -> int:
        """How many records ``all`` would give."""
        return self.count_seen(kind, column_equals, None)

    def count_seen(self, kind: str, column_equals: dict[str, object], sight: Sight | None) -> int:
        """As ``count``, for a reader."""
        with self._guard, database_faults_named(self._tables.name):
            self._need_open()
            return self._tables.count(self._kinds[kind], column_equals, sight)

    def as_reader(self, *, highest: Handling, compartments: Iterable[str] | None = None) -> VaultReader:
        """A view for a person who may see records up to a handling class, in some of the compartments (all that
        are held, when None). Records whose class nobody knows count as restricted."""
        self._need_open()
        return VaultReader(self, int(highest), None if compartments is None else frozenset(compartments))

    def sight(self, highest: int, compartments: frozenset[str] | None) -> Sight:
        """The rule of a reader, with the keys as they are now."""
        if compartments is None:
            return Sight(highest, None)  # the tables hold nothing but what the keys that are held have opened
        infos = self._ring.infos()
        numbers = [info.number for info in infos if info.compartment in compartments]
        return Sight(highest, json.dumps(numbers))

    def is_withheld(self, kind: str, id: str) -> bool:  # noqa: A002 - the record's own word
        """Whether the record exists but its key is destroyed or not held."""
        with self._guard, database_faults_named(self._tables.name):
            self._need_open()
            return self._tables.is_withheld(kind, id)

    def search(
        self, text: str, kinds: Iterable[str] | None = None, limit: int = 100, *, sight: Sight | None = None
    ) -> list[SearchHit]:
        """Records whose full text holds all words of ``text``; Korean of one syllable or more, anywhere."""
        with self._guard, database_faults_named(self._tables.name):
            self._need_open()
            hits: list[SearchHit] = []
            for name in kinds if kinds is not None else self._kinds:
                found = self._tables.search(self._kinds[name], text, limit - len(hits), sight)
                hits += [SearchHit(kind=name, id=each) for each in found]
            return hits

    def history(
        self,
        kind: str | None = None,
        id: str | None = None,  # noqa: A002 - the record's own word
        *,
        limit: int = 100,
        before: int | None = None,
    ) -> list[AppliedStep]:
        """Steps, latest first: all of them, or those that changed one record; ``before`` continues a listing."""
        with self._guard, database_faults_named(self._tables.name):
            self._need_open()
            end = self._frontier.size if before is None else min(before, self._frontier.size)
            if kind is None or id is None:
                return [self._shown(index) for index in range(end - 1, max(end - limit, 0) - 1, -1)]
            found: list[AppliedStep] = []
            at = self._tables.last_steps(self._kinds[kind].name, [id]).get(id)
            while at is not None and len(found) < limit:
                if at < end:
                    found.append(self._shown(at))
                at = self._line(at, kind, id).prior
            return found

    def _shown(self, index: int) -> AppliedStep:
        row = self._tables.step(index)
        opened = self._opened(index)
        return AppliedStep(
            index=index,
            name=opened.name,
            actor=opened.actor,
            at=opened.at,
            records=tuple(
                RecordName(kind=line.kind, id=line.id, removed=line.json is None and not line.withheld)
                for line in opened.lines
            ),
            undoes=opened.undoes,
            undone_by=None if row is None else row[2],
            destroyed_keys=len(opened.entry.destroyed),
        )

    def version(self, kind: str, id: str, index: int) -> Any:  # noqa: A002 - the kind's own class, or None
        """The record as step ``index`` left it; the step must be one of ``history(kind, id)``.

        Raises:
            KeyDestroyed, KeyNotHeld: it cannot be read.
            UnknownStep: the step did not change this record.
        """
        with self._guard, database_faults_named(self._tables.name):
            self._need_open()
            for line in self._opened(index).lines:
                if (line.kind, line.id) == (kind, id):
                    raw = need_value(line, self._ring)
                    return None if raw is None else self._kinds[kind].from_json(raw)
        raise UnknownStep(f"Step {index} did not change this record.")

    # -- documents ------------------------------------------------------------------------------------------

    def put_blob(self, stream: files.ByteStream, key: str = GENERAL) -> BlobRef:
        """Seal a document under a key. The next step that is applied vouches for it in the log.

        Raises:
            VaultDiskFull: nothing was kept.
            KeyDestroyed, KeyNotHeld: the key cannot be used.
        """
        with self._guard:
            self._need_writable()
            self._ring.make_keys((key,))
            held = self._ring.named(key)
            assert held is not None  # noqa: S101 - made by the line before
            ref, attachment = files.write_blob(self.path / "blobs", stream, held)
            if attachment is not None:
                self._pending.append(attachment)
            return ref

    def read_blob(self, ref: BlobRef) -> Iterator[bytes]:
        """The document in pieces of at most 256 KiB, each authenticated before it is given out.

        Raises:
            BlobMissing, BlobDamaged, KeyDestroyed, KeyNotHeld: while reading; act on the whole after the end.
        """
        with self._guard:
            self._need_open()
            numbers = self._ring.numbers_of(ref.key)
            self._ring.named(ref.key)  # says when it was destroyed
        if not numbers:
            raise KeyNotHeld("You do not hold the key of this document.")
        keys = [key for number in reversed(numbers) if (key := self._ring.by_number(number)) is not None]
        folder = self.path / "blobs"
        there = [key for key in keys if files.blob_path(folder, files.blob_name(key, ref.digest)).exists()]
        return files.read_blob(folder, ref, (there or keys)[0])

    # -- keys and people ------------------------------------------------------------------------------------

    def keys(self) -> tuple[KeyInfo, ...]:
        """The data keys that this person holds, without the keys."""
        self._need_open()
        return self._ring.infos()

    def create_key(self, name: str, compartment: str | None = None) -> None:
        """Make a data key before its first use, in a compartment of one's choice."""
        with self._guard:
            self._need_writable()
            self._ring.make_keys((name,), compartment)

    def records_under(self, key: str) -> tuple[tuple[str, str], ...]:
        """Kind and id of every record that a data key seals now: what a withdrawal by that key would take away."""
        with self._guard, database_faults_named(self._tables.name):
            self._need_open()
            return tuple(self._tables.under_key(self._ring.numbers_of(key)))

    def records_resting_on(self, kind: str, id: str) -> tuple[tuple[str, str], ...]:  # noqa: A002 - its own word
        """Kind and id of every record that points at this one."""
        with self._guard, database_faults_named(self._tables.name):
            self._need_open()
            return tuple(dict.fromkeys((name, user) for name, user, _, _ in self._tables.users_of(kind, id)))

    def destroy_key(self, key: str, typed_word: str, *, actor: str, at: datetime) -> AppliedStep:
        """Destroy a data key: what it sealed is gone for everyone, here and in every backup without the keyring.

        ``typed_word`` must be what ``DESTROY_WORD`` says. This is the one step that cannot be undone. The log
        stays valid. Records that rest on records under this key must be removed before.

        Raises:
            TypedWordWrong, KeyNotHeld, KeyStillNeeded: nothing was destroyed.
        """
        if typed_word != DESTROY_WORD:
            raise TypedWordWrong(f"The key was not destroyed: the word {DESTROY_WORD!r} was not typed.")
        with self._guard:
            self._need_writable()
            numbers = self._ring.numbers_of(key)
            self._ring.named(key)
            if not numbers or key == GENERAL:
                raise KeyNotHeld("There is no such key here, or it is the one that the log itself needs.")
            with database_faults_named(self._tables.name):
                users = {
                    (each[0], each[1])
                    for name in self._tables.under_key(numbers)
                    for each in self._tables.users_of(*name)
                    if each[3] not in numbers
                }
            if users:
                raise KeyStillNeeded(
                    f"The key was not destroyed: {len(users)} records under other keys rest on its records.",
                    tuple(sorted(users)),
                )
            step = Step(name="destroy key", actor=actor, at=at, changes=())
            # a full disk must not keep a testimony from being erased
            applied = self._ballast.spend_if_needed(lambda: self.keep([Prepared(step, destroyed=numbers)])[0])
            self._ballast.spend_if_needed(lambda: self._erase(numbers))
            self._ballast.fill()
            return applied

    def _erase(self, numbers: Sequence[int]) -> None:
        """What follows once the log says that keys are destroyed: keys, documents, and tables made anew."""
        self._remove_blobs_of(set(numbers))
        self._ring.destroy(numbers)
        self._renew_tables()

    def _remove_blobs_of(self, numbers: set[int]) -> None:
        heads = {b"FHB1" + number.to_bytes(4, "big") for number in numbers}
        for path in (self.path / "blobs").glob("??/*"):
            with path.open("rb") as source:
                doomed = source.read(8) in heads
            if doomed:
                overwrite_and_remove(path)

    def _renew_tables(self) -> None:
        """Tables from the log alone, in a new file under a new key: nothing of what was erased can be left."""
        self._tables.engine.close()
        self._forget_tables()
        self._frontier, self._last_leaf = Frontier(), NO_LINK
        self._open_tables()
        self._catch_up()

    def rebuild_tables(self) -> None:
        """Throw the tables away and make them anew from the log."""
        with self._guard:
            self._need_writable()
            self._renew_tables()

    def _finish_destructions(self) -> None:
        """A crash, or an older keyring put back, may leave a key that the log says is destroyed."""
        if self.read_only:
            return
        wanted = [n for n in self._destroyed_in_log() if self._ring.by_number(n) is not None]
        if wanted:
            self._erase(wanted)

    def _destroyed_in_log(self) -> list[int]:
        with database_faults_named(self._tables.name):
            return self._tables.destroyed()

    def change_secret(
        self,
        old: Secret,
        new: Secret,
        *,
        kdf: KdfParameters | None = None,
        old_key_file: bytes | None = None,
        key_file: bytes | None = None,
    ) -> None:
        """Give oneself a new secret; no data is rewritten. ``key_file`` adds or replaces the second factor.

        Raises:
            WrongSecret: the old one is wrong.
        """
        with self._guard:
            self._need_writable()
            self._ring.change_secret(
                old=old, new=new, kdf=kdf or KdfParameters(), old_key_file=old_key_file, key_file=key_file
            )

    def add_person(
        self,
        name: str,
        secret: Secret,
        compartments: Iterable[str],
        *,
        kdf: KdfParameters | None = None,
        key_file: bytes | None = None,
    ) -> str:
        """Let someone open the vault with an own secret; gives the id of the person's place in the keyring."""
        with self._guard:
            self._need_writable()
            return self._ring.add_person(
                name=name, secret=secret, compartments=compartments, kdf=kdf or KdfParameters(), key_file=key_file
            )

    def remove_person(self, slot: str) -> None:
        """Take a person out: from now on nothing is written under a key that this person held."""
        with self._guard:
            self._need_writable()
            self._ring.remove_person(slot)
            self._renew_tables()

    @property
    def own_slot(self) -> str:
        """The place in the keyring of the person who opened the vault."""
        return self._ring.own_slot

    @property
    def holds_all(self) -> bool:
        """Whether the person who opened the vault holds every compartment."""
        return self._ring.holds_all

    def people(self) -> tuple[Person, ...]:
        """Everyone who can open the vault."""
        self._need_open()
        return self._ring.people()

    # -- backup ---------------------------------------------------------------------------------------------

    def backup(self, destination: str | os.PathLike[str], keyring: str | os.PathLike[str]) -> str:
        """Copy log, checkpoints and documents to ``destination``, and the keyring to a file of its own.

        Keep the two apart: without the keyring the copy is silent, and a destroyed key is destroyed in it too.
        Gives the signed checkpoint of what was copied, to be kept elsewhere. The copy is verified before it counts.

        Raises:
            VaultExists: the destination is not empty, or the keyring's file exists.
            VaultDiskFull: no copy was made.
            IntegrityError: the copy is not as it should be.
        """
        target, ring = Path(destination), Path(keyring)
        if ring.exists() or (target.exists() and any(target.iterdir())):
            raise VaultExists("The place for the backup is not empty.")
        with self._guard:
            self._need_open()
            checkpoint = self.checkpoint()
            with disk_faults_named():
                try:
                    copy_vault(self.path, target, self._log.size)
                    (target / "checkpoints").write_bytes(checkpoint.encode() + b"\x00")
                    replace_file(ring, (self.path / "keyring").read_bytes())
                except BaseException:
                    shutil.rmtree(target, ignore_errors=True)
                    raise
        _, raw = read_header(target)
        verify_folder(target, raw, self.verifier_key).raise_first_fault()
        return checkpoint

    @classmethod
    def restore(
        cls, backup: str | os.PathLike[str], keyring: str | os.PathLike[str], path: str | os.PathLike[str]
    ) -> None:
        """Make a vault from a backup and a keyring, after the backup was verified. Open it as any other.

        Raises:
            VaultExists: the folder is not empty.
            IntegrityError: the backup is not as it was made; nothing was restored.
        """
        source, target = Path(backup), Path(path)
        header, raw = read_header(source)
        verify_folder(source, raw, VerifierKey.parse(header.verifier)).raise_first_fault()
        if target.exists() and any(target.iterdir()):
            raise VaultExists("The folder is not empty.")
        with disk_faults_named():
            copy_vault(source, target, (source / "log" / "steps").stat().st_size)
            replace_file(target / "keyring", Path(keyring).read_bytes())
        verify_folder(target, raw, VerifierKey.parse(header.verifier)).raise_first_fault()

    # -- for merging ----------------------------------------------------------------------------------------

    @property
    def kinds(self) -> Kinds:
        """The record kinds that this vault was opened with."""
        return self._kinds

    @property
    def ring(self) -> Keyring:
        """The unlocked keyring."""
        return self._ring

    @property
    def blob_folder(self) -> Path:
        """Where sealed documents lie."""
        return self.path / "blobs"

    def opened_entries(self) -> Iterator[OpenedEntry]:
        """Every entry of the log with its content, in order."""
        self._need_open()
        for entry in self._log.entries(len(LOG_HEAD), 0, NO_LINK):
            yield open_entry(entry, self._ring)

    def present_json(self, kind: str, id: str) -> tuple[bytes, str] | None:  # noqa: A002 - the record's own word
        """A record's JSON and the name of its key; None when there is none."""
        with self._guard, database_faults_named(self._tables.name):
            row = self._tables.value_and_key(kind, id)
            key = None if row is None else self._ring.by_number(row[1])
            return None if row is None or key is None else (row[0].encode(), key.name)

    # -- checkpoints and proofs -----------------------------------------------------------------------------

    @property
    def verifier_key(self) -> VerifierKey:
        """The public key under which this vault signs."""
        return VerifierKey.parse(self.header.verifier)

    def checkpoint(self) -> str:
        """A signed checkpoint of the log as it stands (C2SP tlog-checkpoint), to be kept elsewhere."""
        with self._guard:
            self._need_open()
            return sign_checkpoint(
                key=self.verifier_key,
                seed=self._ring.log_seed,
                size=self._frontier.size,
                root=self._frontier.root(),
            )

    def prove_inclusion(self, index: int) -> str:
        """A proof, in one text, that step ``index`` is in the log of the present checkpoint (C2SP tlog-proof)."""
        with self._guard, database_faults_named(self._tables.name):
            self._need_open()
            if not 0 <= index < self._frontier.size:
                raise UnknownStep(f"There is no step {index}.")
            path = inclusion_proof(self._tables.leaves(), index)
            return write_log_proof(index=index, path=path, checkpoint=self.checkpoint())

    def disclose(self, index: int, key: str) -> LogDisclosure:
        """What shows a stranger that step ``index`` holds the values under one data key, and nothing else of it.

        Raises:
            UnknownStep: there is no such step, or it holds nothing under that key.
            KeyNotHeld, KeyDestroyed: the key cannot be used.
        """
        with self._guard, database_faults_named(self._tables.name):
            entry = self._opened(index).entry
            numbers = self._ring.numbers_of(key)
            position = next((n for n, part in enumerate(entry.parts) if n and part.key in numbers), None)
            data_key = None if position is None else self._ring.by_number(entry.parts[position].key)
            if position is None or data_key is None:
                raise UnknownStep(f"Step {index} holds nothing under that key.")
            salt, plain = open_commitment(entry, position, data_key)
            core = encode_core(entry.index, entry.link, entry.parts, entry.attachments, entry.destroyed)
            return LogDisclosure(
                core=core, salt=salt, plain=plain, proof=self.prove_inclusion(index), key=self.verifier_key.text()
            )

    def prove_consistency(self, old_size: int) -> tuple[bytes, ...]:
        """The hashes that show that the first ``old_size`` steps are still the same (RFC 6962, 2.1.2)."""
        with self._guard, database_faults_named(self._tables.name):
            self._need_open()
            if not 0 < old_size <= self._frontier.size:
                raise UnknownStep(f"There is no step {old_size - 1}.")
            return consistency_proof(self._tables.leaves(), old_size)

    def check_checkpoint(self, text: str) -> None:
        """Hold the log against a checkpoint that was kept elsewhere.

        Raises:
            CheckpointMismatch: it is not this vault's, or the log does not continue it.
        """
        with self._guard, database_faults_named(self._tables.name):
            self._need_open()
            try:
                kept = verify_checkpoint(text, self.verifier_key)
            except NoteError as error:
                raise CheckpointMismatch("The checkpoint is not one that this vault signed.") from error
            if kept.size > self._frontier.size:
                raise CheckpointMismatch(
                    f"The vault holds {self._frontier.size} steps, but the checkpoint vouches for {kept.size}."
                )
            if kept.size == self._frontier.size:
                # the usual case after a clean closing; it spares reading every leaf of a long log
                if kept.root != self._frontier.root():
                    raise CheckpointMismatch("The log is not the one that the checkpoint vouches for.")
                return
            if kept.size == 0:
                return
            leaves = self._tables.leaves()
            try:
                proof = consistency_proof(leaves, kept.size)
                check_consistency(kept.size, len(leaves), kept.root, self._frontier.root(), proof)
            except ProofError as error:
                raise CheckpointMismatch("The log is not the one that the checkpoint vouches for.") from error

    def verify(self, *, deep: bool = True) -> VerifyReport:
        """Check the whole vault. ``deep`` also opens every sealed part, reads the pages of tables.db, replays the
        log into fresh tables in memory, and compares.

        Faults are listed in the report, not raised; a fault in the log ends the deep part.
        """
        with self._guard:
            self._need_open()
            _, raw = read_header(self.path)
            report = verify_folder(self.path, raw, self.verifier_key)
            if not deep or any(isinstance(fault, LogDamaged | LogTruncated) for fault in report.faults):
                return report
            return self._verify_deep(report)

    def _verify_deep(self, report: VerifyReport) -> VerifyReport:
        opened = withheld = 0
        faults: list[FirsthandError] = list(report.faults)
        memory = SqliteEngine(connect_memory())
        fresh = Tables(memory, self._kinds, "memory")
        fresh.create()
        memory.loosen()
        states: dict[tuple[str, str], State] = {}
        try:
            for entry in self._log.entries(len(LOG_HEAD), 0, NO_LINK):
                content = open_entry(entry, self._ring)
                missing = sum(1 for part in entry.parts if self._ring.by_number(part.key) is None)
                withheld += missing
                opened += len(entry.parts) - missing
                for line in content.lines:
                    states[line.kind, line.id] = self._state_of(line, entry.index)
                fresh.write_steps([StepRow(entry.index, entry.offset, entry.leaf, content.undoes, entry.destroyed)])
            fresh.write(states.values())
            with database_faults_named(self._tables.name):
                engine = self._tables.engine
                shown = fresh.dump(engine if engine.sealed else None)
                if engine.broken_pages() or shown != self._tables.dump():
                    faults.append(TablesDamaged(f"The file {self._tables.name} does not show what the log says."))
        except IntegrityError as error:
            faults.append(error)
        finally:
            memory.close()
        return dataclasses.replace(
            report, parts_opened=opened, parts_withheld=withheld, tables_compared=True, faults=tuple(faults)
        )

    def _keep_checkpoint(self) -> None:
        if self._frontier.size == 0:
            return
        path = self.path / "checkpoints"
        text = self.checkpoint().encode()
        kept = path.read_bytes() if path.exists() else b""
        if not kept.endswith(text):
            with disk_faults_named(), path.open("ab") as out:
                out.write(text + b"\x00")
                out.flush()
                os.fsync(out.fileno())
        if self._witness is not None:
            replace_file(self._witness, text)

    def _check_kept_checkpoints(self) -> None:
        path = self.path / "checkpoints"
        if path.exists():
            notes = path.read_bytes().split(b"\x00")
            if len(notes) > 1:
                try:
                    self.check_checkpoint(notes[-2].decode("utf-8", "replace"))
                except CheckpointMismatch as error:
                    error.args = (f"{error} (file checkpoints)",)
                    raise
        if self._witness is not None and self._witness.exists():
            self.check_checkpoint(self._witness.read_text(encoding="utf-8", errors="replace"))


class VaultReader:
    """A vault as one person may see it; every query carries the rule, so a page cannot forget it."""

    def __init__(self, vault: Vault, highest: int, compartments: frozenset[str] | None) -> None:
        self._vault = vault
        self._highest = highest
        self._compartments = compartments

    def _sight(self) -> Sight:
        return self._vault.sight(self._highest, self._compartments)

    def get(self, kind: str, id: str) -> Any:  # noqa: A002 - the record's own word
        """The record, or None when there is none that this reader may see."""
        return self._vault.get(kind, id, sight=self._sight())

    def all(self, kind: str, **column_equals: object) -> list[Any]:
        """All records that this reader may see and whose columns have these values, in order of id."""
        return [record for _, record in self.items(kind, **column_equals)]

    def items(self, kind: str, **column_equals: object) -> list[tuple[str, Any]]:
        """As ``all``, with the ids."""
        return self._vault.items_seen(kind, column_equals, self._sight())

    def count(self, kind: str, **column_equals: object) -> int:
        """How many records ``all`` would give."""
        return self._vault.count_seen(kind, column_equals, self._sight())

    def search(self, text: str, kinds: Iterable[str] | None = None, limit: int = 100) -> list[SearchHit]:
        """Records that this reader may see and whose text holds all words of ``text``."""
        return self._vault.search(text, kinds, limit, sight=self._sight())

    def read_blob(self, ref: BlobRef) -> Iterator[bytes]:
        """A document, when the reader holds its compartment.

        Raises:
            KeyNotHeld: she does not.
        """
        if self._compartments is not None:
            infos = self._vault.keys()
            held = {info.name for info in infos if info.compartment in self._compartments}
            if ref.key not in held:
                raise KeyNotHeld("You do not hold the key of this document.")
        return self._vault.read_blob(ref)


def _need_same_key(ring: Keyring, header: Header) -> None:
    if ring.log_public != VerifierKey.parse(header.verifier).public:
        raise HeaderDamaged("The file vault.json names another public key than the keyring.")


def _applied(prepared: Prepared, index: int) -> AppliedStep:
    step = prepared.step
    restored = prepared.raw or {}
    return AppliedStep(
        index=index,
        name=step.name,
        actor=step.actor,
        at=step.at,
        records=tuple(
            RecordName(kind=c.kind, id=c.id, removed=c.value is None and (c.kind, c.id) not in restored)
            for c in step.changes
        ),
        undoes=prepared.undoes,
        destroyed_keys=len(prepared.destroyed),
    )
