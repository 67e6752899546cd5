"""The commands over files: encodings, odd rows, wrong calls."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from firsthand.interfaces.cli.linking import compare_names, link_table
from firsthand.linkage.tables_linking import NoIdColumn
from firsthand.values.errors import InputError, UsageError

ROWS = "id;성명;생년월일\n1;도영선;1970-01-02\n2;도영선;1970-01-02\n3;문새별;1981-11-30\n4;백단비;1965-05-05\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_tables_are_read_in_their_encoding(tmp_path: Path, encoding: str, capsys: pytest.CaptureFixture[str]) -> None:
    table, out, pairs = tmp_path / "t.csv", tmp_path / "clusters.csv", tmp_path / "pairs.csv"
    table.write_bytes(ROWS.encode(encoding))
    link_table([table], id_column="id", out=out, pairs=pairs, json_report=True)
    assert json.loads(capsys.readouterr().out)["columns"]["생년월일"] == "date"
    with out.open(encoding="utf-8", newline="") as lines:
        found = {r["id"]: r["cluster"] for r in csv.DictReader(lines)}
    assert set(found) == {"1", "2", "3", "4"}
    assert pairs.read_text(encoding="utf-8").startswith("id_a,id_b,probability,weight_prior")


def test_uneven_rows_are_told_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, out = tmp_path / "t.csv", tmp_path / "c.csv"
    table.write_text("id,name\n1,Alma Novak\n2\n3,Udo Ivers,extra\n", encoding="utf-8")
    link_table([table], id_column="id", out=out)
    assert "2 rows" in capsys.readouterr().err
    assert len(out.read_text(encoding="utf-8").splitlines()) == 4


def test_wrong_input_is_refused_in_words(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("number,name\n1,Alma\n2,Udo\n", encoding="utf-8")
    with pytest.raises(NoIdColumn):
        link_table([table], id_column="id", out=tmp_path / "c.csv")
    for name, content in (
        ("empty.csv", b""),
        ("binary.csv", b"\x00\x01\x02" * 50),
        ("wide.csv", b"a," * 100_000 + b"\n"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError):
            link_table([tmp_path / name], id_column="id", out=tmp_path / "c.csv")
    with pytest.raises(InputError):
        link_table([tmp_path / "gone.csv"], id_column="id", out=tmp_path / "c.csv")
    with pytest.raises(UsageError):
        compare_names("도영선")


def test_names_are_compared_singly_and_in_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    compare_names("도영선", "To Yŏngsŏn", json_output=True)
    answer = json.loads(capsys.readouterr().out)
    assert answer["score"] > 0.9
    assert answer["reasons"]
    source, out = tmp_path / "p.csv", tmp_path / "o.csv"
    source.write_text("a,b\n도영선,Do Yeongseon\n도영선,문새별\n", encoding="utf-8")
    compare_names(pairs=source, out=out)
    with out.open(encoding="utf-8", newline="") as lines:
        scores = [float(r["score"]) for r in csv.DictReader(lines)]
    assert scores[0] > 0.9
    assert scores[1] < 0.1
