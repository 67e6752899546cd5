"""Long work on tables of records: parts kept in a folder, the state of a run in a file, parts spread by Spark."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from firsthand.linkage.candidate_keys import Chunk
from firsthand.linkage.columns import Meaning
from firsthand.linkage.pair_scoring import PairScorer, ScoredChunk
from firsthand.linkage.record_model import RecordModel
from firsthand.linkage.tables_linking import LinkBasis
from firsthand.values.errors import InputError, UsageError

__all__ = [
    "FolderOfChunks",
    "OtherWork",
    "SparkMissing",
    "UnreadableState",
    "read_basis",
    "spread_by_spark",
    "write_basis",
]


class OtherWork(InputError):
    """The folder holds the parts of other work."""

    next_step = "Name an empty folder, or give the same files and options as before."


class UnreadableState(InputError):
    """A file is no state of an earlier run."""

    likely = "The file is another one, or was cut short."
    next_step = "Name the file that --state wrote, or leave it out and link all anew."


class SparkMissing(UsageError):
    """Spark cannot be started."""

    likely = "The package pyspark or a Java runtime is not installed."
    next_step = "Install firsthand[spark] and a Java runtime, or leave --engine out."


@dataclass(frozen=True, slots=True)
class FolderOfChunks:
    """Scored parts in a folder of their own, each written whole or not at all. They hold row numbers and odds alone."""

    folder: Path

    @staticmethod
    def opened(folder: Path, files: Sequence[Path], options: str) -> FolderOfChunks:
        """The folder, made if need be, bound to these files and options.

        Raises:
            OtherWork: it holds parts of other files or options.
        """
        digest = hashlib.sha256(options.encode())
        for file in files:
            with file.open("rb") as content:
                digest.update(hashlib.file_digest(content, "sha256").digest())
        folder.mkdir(parents=True, exist_ok=True)
        mark = folder / "work.json"
        word = json.dumps({"format": "firsthand-link-work/1", "of": digest.hexdigest()})
        if mark.exists():
            if mark.read_text(encoding="utf-8") != word:
                raise OtherWork("The folder of kept parts belongs to other files or options.")
        elif any(folder.iterdir()):
            raise OtherWork("The folder for kept parts is not empty.")
        else:
            mark.write_text(word, encoding="utf-8")
        return FolderOfChunks(folder)

    def load(self, number: int) -> ScoredChunk | None:
        """A part kept before; one that was cut short counts as not kept."""
        path = self.folder / f"part-{number:06}.npz"
        if not path.exists():
            return None
        try:
            with np.load(path, allow_pickle=False) as kept:
                sums = kept["sums"]
                return ScoredChunk(
                    left=kept["left"],
                    right=kept["right"],
                    odds=kept["odds"],
                    pairs=int(sums[0]),
                    once=float(sums[1]),
                    twice=float(sums[2]),
                    seen=float(sums[3]),
                    below=float(sums[4]),
                )
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):
            return None

    def keep(self, number: int, scored: ScoredChunk) -> None:
        """Keep a part."""
        sums = np.array([scored.pairs, scored.once, scored.twice, scored.seen, scored.below], dtype=np.float64)
        _savez(
            self.folder / f"part-{number:06}.npz",
            {"left": scored.left, "right": scored.right, "odds": scored.odds, "sums": sums},
        )


def _savez(path: Path, arrays: dict[str, npt.NDArray[Any]]) -> None:
    """Write a file of arrays whole or not at all."""
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        # arrays go in by name; numpy's stub takes every keyword for its own option
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def write_basis(path: Path, basis: LinkBasis) -> None:
    """Keep what a later run needs to add records: row numbers, odds and the model; no cell of a table but its words'
    meanings by column.
    """
    model = basis.model
    words = {
        "format": "firsthand-link-state/1",
        "rows": basis.rows,
        "meanings": {n: str(m) for n, m in basis.meanings.items()},
        "keys": basis.keys,
        "columns": model.columns,
        "repeats": model.repeats,
        "share_of_pairs": model.share_of_pairs,
        "rounds": model.rounds,
    }
    arrays: dict[str, npt.NDArray[Any]] = {
        "left": basis.left,
        "right": basis.right,
        "odds": basis.odds,
        "m_names": model.m_names,
    }
    arrays |= {f"m{k}": m for k, m in enumerate(model.m)} | {f"u{k}": u for k, u in enumerate(model.u)}
    arrays["words"] = np.frombuffer(json.dumps(words).encode(), dtype=np.uint8)
    _savez(path, arrays)


def read_basis(path: Path) -> LinkBasis:
    """What ``write_basis`` kept.

    Raises:
        UnreadableState: the file is none, or of a newer format.
    """
    try:
        with np.load(path, allow_pickle=False) as kept:
            words = json.loads(kept["words"].tobytes())
            if words["format"] != "firsthand-link-state/1":
                raise UnreadableState("The state was written by another version.")
            count = len(words["columns"])
            model = RecordModel(
                columns=tuple(words["columns"]),
                m=tuple(kept[f"m{k}"] for k in range(count)),
                u=tuple(kept[f"u{k}"] for k in range(count)),
                repeats=tuple(words["repeats"]),
                m_names=kept["m_names"],
                share_of_pairs=float(words["share_of_pairs"]),
                rounds=int(words["rounds"]),
            )
            return LinkBasis(
                rows=int(words["rows"]),
                meanings={n: Meaning(m) for n, m in words["meanings"].items()},
                model=model,
                keys=tuple(tuple((str(n), int(p)) for n, p in key) for key in words["keys"]),
                left=kept["left"],
                right=kept["right"],
                odds=kept["odds"],
            )
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as problem:
        raise UnreadableState(f"{path.name} is no state of an earlier run.") from problem


def spread_by_spark(
    scorer: PairScorer, work: Sequence[tuple[int, Chunk]], *, master: str = "local[*]"
) -> Iterator[tuple[int, ScoredChunk]]:
    """Score the parts on Spark's workers: in this machine, or on those of ``master``, which must have Firsthand.

    Raises:
        SparkMissing: pyspark or Java is not there.
    """
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415  an extra that few need
    except ImportError as problem:
        raise SparkMissing("Spark is not installed.") from problem
    # workers of this machine start the Python that has Firsthand
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        session = (
            SparkSession.builder.master(master)
            .appName("firsthand link-table")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate()
        )
    except Exception as problem:
        raise SparkMissing("Spark cannot be started.") from problem
    try:
        context = session.sparkContext
        context.setLogLevel("ERROR")
        shared = context.broadcast(scorer)
        parts = max(1, min(len(work), 8 * context.defaultParallelism))

        def score(some: Iterable[tuple[int, Chunk]]) -> Iterable[tuple[int, ScoredChunk]]:
            taken = list(some)
            return zip((n for n, _ in taken), shared.value.score([c for _, c in taken]), strict=True)

        yield from context.parallelize(list(work), parts).mapPartitions(score).toLocalIterator()
    finally:
        session.stop()
