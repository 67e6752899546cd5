"""The command protect: what it writes, what it refuses, and that nothing is left half done."""

import csv
import json

import pytest

from firsthand.interfaces.cli.protecting import (
    PlaceTaken,
    PlanBroken,
    ReleaseFailsRehearsal,
    TableUnreadable,
    protect,
)
from firsthand.publication.disclosure import NothingToPublish, RuleTooWeak
from firsthand.publication.margins import DimensionBroken
from firsthand.publication.sensitive import MinorsTooFine
from firsthand.publication.synthetic import SyntheticRefused

PLAN = """
[table]
kind = "microdata"
informant = "witness"
counted = "people"
[bands]
age = ["0-17", "18-29", "30+"]
[[release]]
name = "by-province-and-act"
by = ["province", "act"]
[[release]]
name = "by-age"
by = ["age"]
"""


def rows():
    counts = {("Arden", "arrest"): 30, ("Arden", "removal"): 4, ("Boro", "arrest"): 25, ("Boro", "removal"): 40}
    for (province, act), count in counts.items():
        for n in range(count):
            yield [province, act, str(10 + n * 3 % 50), f"w{n % 7}"]


def write(folder, *, plan=PLAN, table=None, header="province,act,age,witness"):
    lines = [header, *(",".join(row) for row in (table if table is not None else rows()))]
    (folder / "table.csv").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "plan.toml").write_text(plan, "utf-8")
    return {"plan": folder / "plan.toml", "out": folder / "out"}


def run(folder, **options):
    protect(folder / "table.csv", **(write(folder, **options)))


def test_a_release_is_written_with_its_audit(tmp_path, capsys):
    protect(tmp_path / "table.csv", **write(tmp_path), json_output=True)
    audit = json.loads(capsys.readouterr().out)
    assert audit == json.loads((tmp_path / "out" / "audit.json").read_text("utf-8"))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "audit.json",
        *(f"by-age.{end}" for end in ("csv", "dictionary.csv", "json")),
        *(f"by-province-and-act.{end}" for end in ("csv", "dictionary.csv", "json")),
    ]
    with (tmp_path / "out" / "by-province-and-act.csv").open(encoding="utf-8", newline="") as lines:
        table = {(row["province"], row["act"]): row["people"] for row in csv.DictReader(lines)}
    assert table["Total", "Total"] == "99"
    assert not table["Arden", "removal"].isdigit()
    first = audit["releases"][0]
    assert first["hidden"] == len(first["hidden_cells"]) == 4
    assert all(
        c["an_attacker_knows"]["at_most"] - c["an_attacker_knows"]["at_least"] >= 11 for c in first["hidden_cells"]
    )
    assert all(not attack["won"] for release in audit["releases"] for attack in release["attacks"])


def test_nothing_that_is_written_holds_the_small_number(tmp_path):
    run(tmp_path)
    for path in (tmp_path / "out").iterdir():
        text = path.read_text("utf-8")
        assert '"removal", 4]' not in text
        assert "removal,4\n" not in text


def test_a_frequency_table_gives_the_same_as_its_rows(tmp_path):
    run(tmp_path)
    plan = """
    [table]
    kind = "frequency"
    count = "n"
    informant = "told_by"
    counted = "people"
    [[release]]
    name = "by-province-and-act"
    by = ["province", "act"]
    """
    other = tmp_path / "other"
    other.mkdir()
    cells = [["Arden", "arrest", "30", "7"], ["Arden", "removal", "4", "4"], ["Boro", "arrest", "25", "7"]]
    cells += [["Boro", "removal", "40", "7"], ["Boro", "Total", "65", "7"], ["Total", "Total", "99", "7"]]
    run(other, plan=plan, table=cells, header="province,act,n,told_by")
    assert (other / "out" / "by-province-and-act.json").read_bytes() == (
        tmp_path / "out" / "by-province-and-act.json"
    ).read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("[table]", "[rules]\nk = 1\n[table]", RuleTooWeak),
        ("[table]", "[rules]\ninformants = 1\n[table]", RuleTooWeak),
        ("[table]", "[rules]\nk = 'many'\n[table]", PlanBroken),
        ("[table]", "[rules]\nkay = 7\n[table]", PlanBroken),
        ("[table]", "[table", PlanBroken),
        ('informant = "witness"\n', "", PlanBroken),
        ('by = ["age"]', 'by = ["agee"]', PlanBroken),
        ('by = ["age"]', 'by = ["age", "age"]', PlanBroken),
        ('by = ["age"]', 'by = "age"', PlanBroken),
        ('name = "by-age"', 'name = "../by-age"', PlanBroken),
        ('"30+"', '"40+"', PlanBroken),
        ('"0-17", "18-29"', '"0-11", "12-29"', MinorsTooFine),
        ('by = ["age"]', 'by = ["age"]\n[earlier]\ntables = ["gone.json"]', PlanBroken),
    ],
)
def test_a_plan_that_asks_for_the_impossible_is_refused_and_nothing_is_written(tmp_path, old, new, cause):
    with pytest.raises(cause):
        run(tmp_path, plan=PLAN.replace(old, new, 1))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.toml", "table.csv"]


def test_minors_by_age_and_county_are_refused(tmp_path):
    with pytest.raises(MinorsTooFine):
        run(
            tmp_path,
            plan=PLAN.replace('by = ["age"]', 'by = ["age", "county"]'),
            header="province,act,age,witness,county",
            table=[[*row, "c1"] for row in rows()],
        )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "table", [[["Arden", "arrest", "20"]], [["Total", "arrest", "20", "w1"]], [["a", "b", "1", "w"]]]
)
def test_tables_that_cannot_be_protected_are_refused(tmp_path, table):
    with pytest.raises((TableUnreadable, DimensionBroken, NothingToPublish)):
        run(tmp_path, table=table)
    assert not (tmp_path / "out").exists()


def test_a_release_is_held_against_earlier_ones(tmp_path):
    run(tmp_path)
    again = tmp_path / "again"
    again.mkdir()
    plan = PLAN + '\n[earlier]\ntables = ["../out/by-province-and-act.json", "../out/by-age.json"]\n'
    run(again, plan=plan)
    assert json.loads((again / "out" / "audit.json").read_text("utf-8"))["earlier_releases"] == 2
    later = tmp_path / "later"
    later.mkdir()
    with pytest.raises(ReleaseFailsRehearsal):
        run(later, plan=plan, table=[*rows(), ["Boro", "arrest", "33", "w9"]])
    assert not (later / "out").exists()


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(PlaceTaken):
        run(tmp_path)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_a_failure_while_writing_leaves_nothing(tmp_path, monkeypatch):
    import os

    def fail(_number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(TableUnreadable):
        run(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.toml", "table.csv"]


SUMS = (
    PLAN
    + """
[[release]]
name = "paid"
by = ["province"]
sum = "yuan"
p = 15
"""
)


def paid(*amounts):
    return [[*row, str(amounts[n % len(amounts)])] for n, row in enumerate(rows())]


def test_a_table_of_sums_hides_where_one_part_weighs_too_much(tmp_path):
    header = "province,act,age,witness,yuan"
    run(tmp_path, plan=SUMS, table=paid(500, 700, 650), header=header)
    shown = list(csv.DictReader((tmp_path / "out" / "paid.csv").open(encoding="utf-8")))
    assert all(row["amount"] != "·" for row in shown)
    heavy = paid(500, 700, 650)
    heavy[0][-1] = "900000"
    (tmp_path / "second").mkdir()
    run(tmp_path / "second", plan=SUMS, table=heavy, header=header)
    shown = {r["province"]: r for r in csv.DictReader((tmp_path / "second/out/paid.csv").open(encoding="utf-8"))}
    (column,) = set(shown["Arden"]) - {"province"}
    assert shown["Arden"][column] == "·"
    assert sum(row[column] == "·" for row in shown.values()) >= 2  # one alone could be computed


def test_two_tables_of_the_same_sums_are_refused(tmp_path):
    again = SUMS + '[[release]]\nname = "paid-by-act"\nby = ["act"]\nsum = "yuan"\n'
    with pytest.raises(ReleaseFailsRehearsal, match="sums stand alone"):
        run(tmp_path, plan=again, table=paid(500, 700), header="province,act,age,witness,yuan")
    assert not (tmp_path / "out").exists()


def test_synthetic_rows_say_in_every_row_that_nobody_told_them(tmp_path):
    run(tmp_path, plan=PLAN.replace('by = ["age"]', 'by = ["age"]\nsynthetic = 2000\nseed = 3'))
    drawn = list(csv.DictReader((tmp_path / "out" / "by-age.synthetic.csv").open(encoding="utf-8")))
    assert len(drawn) == 2000
    assert {row["synthetic"] for row in drawn} == {"nobody told this"}
    assert json.loads((tmp_path / "out" / "by-age.synthetic.json").read_text("utf-8"))["seed"] == 3


@pytest.mark.parametrize(
    ("addition", "cause"),
    [
        ('sum = "no such column"', PlanBroken),
        ('p = 5\nsum = "yuan"', RuleTooWeak),
        ('sum = "yuan"\nsynthetic = 2000', PlanBroken),
        ("synthetic = -1", PlanBroken),
        ("synthetic = 20", SyntheticRefused),
    ],
)
def test_impossible_sums_and_rows_are_refused_and_nothing_is_written(tmp_path, addition, cause):
    with pytest.raises(cause):
        run(
            tmp_path,
            plan=PLAN.replace('by = ["age"]', f'by = ["age"]\n{addition}'),
            table=paid(500),
            header="province,act,age,witness,yuan",
        )
    assert not (tmp_path / "out").exists()
