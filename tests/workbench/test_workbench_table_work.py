"""Parts and states of long work on tables, kept in files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from firsthand.linkage.pair_scoring import ScoredChunk
from firsthand.linkage.tables_linking import link_table
from firsthand.workbench.table_work import (
    FolderOfChunks,
    OtherWork,
    UnreadableState,
    read_basis,
    spread_by_spark,
    write_basis,
)

TABLE: dict[str, list[object]] = {
    "id": [f"r{i}" for i in range(60)],
    "name": [f"Alma {'abcdefghij'[i % 10] * 5}" for i in range(60)],
    "dob": [f"19{60 + i % 30}-0{1 + i % 9}-1{i % 10}" for i in range(60)],
}


def scored() -> ScoredChunk:
    return ScoredChunk(
        left=np.array([1, 2], dtype=np.int32),
        right=np.array([3, 4], dtype=np.int32),
        odds=np.array([0.5, 9.0], dtype=np.float32),
        pairs=7,
        once=1.5,
        twice=0.5,
        seen=2.0,
        below=0.1,
    )


def test_a_part_comes_back_as_it_was_kept_and_half_a_part_does_not(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("id,name\n1,a\n")
    store = FolderOfChunks.opened(tmp_path / "work", [table], "id 1")
    assert store.load(3) is None
    store.keep(3, scored())
    again = FolderOfChunks.opened(tmp_path / "work", [table], "id 1").load(3)
    assert again is not None
    assert again.left.tolist() == [1, 2]
    assert (again.pairs, again.once, again.below) == (7, 1.5, 0.1)
    part = next((tmp_path / "work").glob("part-*.npz"))
    part.write_bytes(part.read_bytes()[:-40])
    assert store.load(3) is None


def test_parts_of_other_files_are_refused(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("id,name\n1,a\n")
    FolderOfChunks.opened(tmp_path / "work", [table], "id 1")
    table.write_text("id,name\n1,b\n")
    with pytest.raises(OtherWork):
        FolderOfChunks.opened(tmp_path / "work", [table], "id 1")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    with pytest.raises(OtherWork):
        FolderOfChunks.opened(tmp_path / "full", [table], "id 1")


def test_a_state_comes_back_and_another_file_is_refused(tmp_path: Path) -> None:
    basis = link_table([TABLE], id_column="id").basis
    assert basis is not None
    write_basis(tmp_path / "state.npz", basis)
    again = read_basis(tmp_path / "state.npz")
    assert again.meanings == basis.meanings
    assert again.keys == basis.keys
    assert again.odds.tolist() == basis.odds.tolist()
    assert (
        link_table([TABLE], id_column="id", before=again).cluster_of == link_table([TABLE], id_column="id").cluster_of
    )
    (tmp_path / "other.npz").write_bytes(b"no state")
    with pytest.raises(UnreadableState):
        read_basis(tmp_path / "other.npz")


def test_spark_gives_the_same_groups() -> None:
    pytest.importorskip("pyspark")
    plain = link_table([TABLE], id_column="id")
    assert link_table([TABLE], id_column="id", spread=spread_by_spark).cluster_of == plain.cluster_of
