"""The vault against the same tables on plain SQLite, in one run: writing, reading, searching, verifying, documents.

``plain`` is the same library, schema and settings without a key and without a log; ``cipher`` the same with a key
and without a log; ``vault`` is all of it. Ratios are to ``plain``.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlcipher3

from firsthand.vault import BlobRef, Change, Column, KdfParameters, RecordKind, Step, Vault, verify_standalone
from firsthand.vault.engines.sqlite import SqliteEngine, connect
from firsthand.vault.records import Kinds
from firsthand.vault.replay import State, Tables
from firsthand.vault.vault import read_header
from firsthand.vault.verifying import verify_folder

PER_STEP = 1000
WORDS = [
    *("the", "river", "was", "low", "that", "winter", "and", "people", "walked"),
    *("over", "to", "trade", "salt", "for", "grain", "until", "guards", "came"),
]
SECRET = "an invented passphrase"  # noqa: S105 - of an invented vault
SYLLABLES = [chr(0xAC00 + 28 * number) for number in range(0, 390, 3)]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Size:
    """How much: rows of each kind, steps of one change, and the length of the recording."""

    rows: int
    steps: int
    mebibytes: int


SIZES = {"small": Size(100_000, 50_000, 256), "large": Size(1_000_000, 1_000_000, 1024)}


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchPassage:
    """A passage of invented text."""

    document: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchClaim:
    """A claim with the usual handful of fields."""

    passage: str
    act: str
    status: str
    speaker: str
    time: str
    place: str
    note: str


KINDS = (
    RecordKind(name="passage", type=BenchPassage, columns=(Column(name="document"),), full_text=("text",)),
    RecordKind(
        name="claim",
        type=BenchClaim,
        columns=(Column(name="passage", required=True, references="passage"), Column(name="status")),
    ),
)


def passages(rows: int, chance: random.Random) -> list[Change]:
    """Half of them Korean, half English, of some 60 to 100 characters."""
    made = []
    for number in range(rows):
        if number % 2:
            text = " ".join("".join(chance.choices(SYLLABLES, k=3)) + "은" for _ in range(14))
        else:
            text = " ".join(chance.choices(WORDS, k=16))
        made.append(Change(kind="passage", id=f"passage-{number:09d}", value=BenchPassage(document="d", text=text)))
    return made


def claims(rows: int, chance: random.Random) -> list[Change]:
    """Each rests on one of the passages."""
    made = []
    for number in range(rows):
        claim = BenchClaim(
            passage=f"passage-{chance.randrange(rows):09d}",
            act="searched",
            status=chance.choice(["proposed", "accepted"]),
            speaker=f"speaker-{number % 997:06d}",
            time="1998-04/1998-06",
            place="place-0001",
            note="as told in the second interview, with the dates worked out from the harvest",
        )
        made.append(Change(kind="claim", id=f"claim-{chance.randrange(1 << 60):016x}", value=claim))
    return made


def steps_of(changes: list[Change]) -> Iterator[Step]:
    """Steps of a thousand changes, as an import makes them."""
    for at in range(0, len(changes), PER_STEP):
        yield Step(name="import", actor="coder-1", at=NOW, changes=tuple(changes[at : at + PER_STEP]))


def bare_tables(path: Path, key: bytes | None) -> Tables:
    """The vault's own tables on a file without a log, with or without a key."""
    if key is not None:
        connection = connect(path, key)
    else:
        connection = sqlcipher3.connect(str(path), isolation_level=None)
        for setting in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "temp_store = MEMORY",
            "secure_delete = ON",
            "cache_size = -262144",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {setting}")
    tables = Tables(SqliteEngine(connection), Kinds(KINDS), path.name)
    tables.create()
    return tables


def write_bare(tables: Tables, changes: list[Change]) -> None:
    """One transaction for each batch of steps, as the vault does."""
    for batch in batches(list(steps_of(changes))):
        tables.engine.begin()
        states = []
        for step in batch:
            for change in step.changes:
                json = tables.kinds[change.kind].to_json(change.value)
                states.append(State(change.kind, change.id, 0, 1, json, change.value))
        tables.write(states)
        tables.engine.commit()


def batches(steps: list[Step]) -> Iterator[list[Step]]:
    """Twenty steps in one go."""
    for at in range(0, len(steps), 20):
        yield steps[at : at + 20]


def seconds_of(work: Callable[[], object]) -> float:
    """Wall-clock seconds."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def median_of(work: Callable[[Any], object], arguments: list[Any]) -> float:
    """Median wall-clock seconds of one call."""
    return statistics.median(seconds_of(lambda a=argument: work(a)) for argument in arguments)


def show(label: str, plain: float, cipher: float, vault: float, unit: str) -> None:
    """One row of the table."""
    print(
        f"{label:34}{plain:>10.3f}{cipher:>10.3f}{vault:>10.3f} {unit:4}{cipher / plain:>9.2f}x{vault / plain:>9.2f}x"
    )


def compare_tables(folder: Path, rows: int) -> Vault:
    """Writing, reading and searching on the three; gives the vault for what follows."""
    chance = random.Random(1)
    plain, cipher = bare_tables(folder / "plain.db", None), bare_tables(folder / "cipher.db", b"k" * 32)
    vault = Vault.create(folder / "vault", secret=SECRET, kinds=KINDS, now=lambda: NOW, kdf=KdfParameters.for_tests())
    print(f"{rows:,} rows of each kind{'':15}{'plain':>10}{'cipher':>10}{'vault':>10}{'':5}{'cipher':>10}{'vault':>10}")

    def write_vault(changes: list[Change]) -> None:
        for batch in batches(list(steps_of(changes))):
            vault.apply_many(batch)

    for label, changes in (
        ("write passages, with full text", passages(rows, chance)),
        ("write claims", claims(rows, chance)),
    ):
        times = [seconds_of(lambda t=t, c=changes: write_bare(t, c)) for t in (plain, cipher)]
        show(label, *times, seconds_of(lambda c=changes: write_vault(c)), "s")
        ids = [change.id for change in chance.sample(changes, min(3000, rows))]
    kind = plain.kinds["claim"]
    reads = [median_of(lambda i, t=t: kind.from_json(t.value("claim", i)), ids) * 1e6 for t in (plain, cipher)]
    show("read one claim", *reads, median_of(lambda i: vault.get("claim", i), ids) * 1e6, "us")
    passage = plain.kinds["passage"]
    english = [f"{a} {b}" for a in WORDS[:8] for b in WORDS[8:]]
    korean = ["".join(chance.choices(SYLLABLES, k=2)) for _ in range(60)]
    for label, asked in (("search two English words", english), ("search two Korean syllables", korean)):
        times = [median_of(lambda q, t=t: t.search(passage, q, 50), asked) * 1e3 for t in (plain, cipher)]
        show(label, *times, median_of(lambda q: vault.search(q, ["passage"], limit=50), asked) * 1e3, "ms")
    return vault


def measure_log(folder: Path, steps: int) -> None:
    """Small steps: opening after them, and verifying them."""
    vault = Vault.create(folder / "steps", secret=SECRET, kinds=KINDS, now=lambda: NOW, kdf=KdfParameters.for_tests())
    one = [
        Step(
            name="note",
            actor="c",
            at=NOW,
            changes=(Change(kind="passage", id=f"p{n % 5000}", value=BenchPassage(document="d", text=f"note {n}")),),
        )
        for n in range(steps)
    ]
    begun = time.perf_counter()
    for at in range(0, steps, 5000):
        vault.apply_many(one[at : at + 5000])
    print(f"\n{steps:,} steps of one change, 5,000 at a time: {steps / (time.perf_counter() - begun):,.0f} a second")
    singly = one[:200]
    print(f"one step, on the disk: {median_of(vault.apply, singly) * 1e3:.2f} ms")
    vault.close()
    path = folder / "steps"
    opening = seconds_of(lambda: Vault.open(path, secret=SECRET, kinds=KINDS, now=lambda: NOW).close())
    print(f"open and close: {opening:.3f} s")
    _, header = read_header(path)
    taken = seconds_of(lambda: verify_folder(path, header, vault.verifier_key).raise_first_fault())
    print(f"verify without a secret: {(steps + 200) / taken:,.0f} entries a second")
    taken = seconds_of(lambda: verify_standalone.verify(path))
    print(f"stand-alone verifier: {(steps + 200) / taken:,.0f} entries a second")
    with Vault.open(path, secret=SECRET, kinds=KINDS, now=lambda: NOW) as again:
        taken = seconds_of(again.rebuild_tables)
        print(f"tables made anew: {(steps + 200) / taken:,.0f} steps a second")


def measure_blobs(vault: Vault, mebibytes: int) -> None:
    """A recording in and out, against the command ``sha256sum``."""
    content = random.Random(2).randbytes(1 << 20) * mebibytes
    source = vault.path.parent / "recording"
    source.write_bytes(content)

    kept: list[BlobRef] = []
    hashing = seconds_of(lambda: subprocess.run(["sha256sum", source], check=True, capture_output=True))
    with source.open("rb") as file:
        sealing = seconds_of(lambda: kept.append(vault.put_blob(file)))
    reading = seconds_of(lambda: [None for _ in vault.read_blob(kept[0])])
    print(f"\ndocument of {mebibytes} MiB: sha256sum {mebibytes / hashing:,.0f} MiB/s")
    print(f"sealed in at {mebibytes / sealing:,.0f} MiB/s, {hashing / sealing:.2f} of it")
    print(f"read out at {mebibytes / reading:,.0f} MiB/s, {hashing / reading:.2f} of it")
    source.unlink()


def main() -> None:
    """Run all and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--size", choices=SIZES, default="small", help="large: the sizes that the figures are asked for"
    )
    given = parser.parse_args()
    size = SIZES[given.size]
    folder = Path(tempfile.mkdtemp(prefix="bench-vault-"))
    try:
        with compare_tables(folder, size.rows) as vault:
            measure_blobs(vault, size.mebibytes)
        measure_log(folder, size.steps)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
