"""Tables on a PostgreSQL server: it learns nothing of what is told, and what it alters is found."""

from __future__ import annotations

import shutil

import psycopg
import pytest
from vault_samples import KINDS, LIGHT, SECRET, Clock, make_step, set_claim, set_passage

from firsthand.vault import TablesDamaged, Vault, VaultBusy
from firsthand.vault.engines.postgresql import DatabaseUnreachable

TOLD = "박지현은 강을 건넜다, the river was low"


@pytest.fixture
def vault(server, folder):
    with Vault.create(folder, secret=SECRET, kinds=KINDS, now=Clock(), kdf=LIGHT, database=server) as vault:
        vault.apply(make_step(set_passage("p-ferry", TOLD, document="d-lantern")))
        vault.apply(make_step(set_passage("p-two", "another text", document="d-lantern"), set_claim("c1", "p-ferry")))
        vault.apply(make_step(set_passage("p-sealed", "sealed words", key="source:s1")))
        yield vault


def everything(server, vault):
    """All that the server keeps of a vault, as text."""
    shown = []
    with psycopg.connect(server) as connection:
        schema = vault._tables.engine.schema
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = %s", (schema,)
        ).fetchall()
        for (table,) in tables:
            for row in connection.execute(f'TABLE "{schema}"."{table}"').fetchall():
                shown += [bytes(v).decode("latin-1") if isinstance(v, bytes) else str(v) for v in row]
    assert tables
    return "\n".join(shown)


def change(server, vault, statement):
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'SET search_path TO "{vault._tables.engine.schema}"')
        assert connection.execute(statement).rowcount > 0


def test_the_server_keeps_nothing_in_clear(server, vault):
    shown = everything(server, vault)
    for word in (
        "박지현",
        "지현",
        "river",
        "low",
        "sealed words",
        "p-ferry",
        "d-lantern",
        "searched",
        "coder-1",
        "source:",
    ):
        assert word not in shown
        assert word.encode().hex() not in shown
    assert [hit.id for hit in vault.search("지현")] == ["p-ferry"]
    assert vault.all("passage", document="d-lantern")


def test_equal_values_of_different_columns_are_not_seen_to_be_equal(vault):
    engine = vault._tables.engine
    assert engine.blind("column act", "x") != engine.blind("column document", "x")
    assert engine.blind("column act", 1) == engine.blind("column act", 1.0)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE r_passage SET value = set_byte(value, 30, (get_byte(value, 30) + 1) % 256)",
        "UPDATE r_passage AS a SET value = b.value FROM r_passage AS b WHERE a.pk <> b.pk",
        "UPDATE r_passage SET step = 0",
        "UPDATE r_passage SET handling = 0",
        "UPDATE r_claim SET c_act = NULL",
        "DELETE FROM t_passage",
        "INSERT INTO gone VALUES('passage', 'x', 1, 1)",
        "UPDATE steps SET undone_by = 2 WHERE idx = 0",
    ],
)
def test_what_the_server_alters_is_found(server, vault, statement):
    assert vault.verify().holds
    change(server, vault, statement)
    report = vault.verify()
    assert any(isinstance(fault, TablesDamaged) for fault in report.faults)


def test_a_row_in_the_place_of_another_is_never_read(server, vault):
    change(server, vault, "UPDATE r_passage AS a SET value = b.value FROM r_passage AS b WHERE a.pk <> b.pk")
    with pytest.raises(TablesDamaged):
        vault.get("passage", "p-ferry")


def test_the_tables_can_be_lost_and_are_made_anew(server, folder, vault):
    before = vault.all("passage")
    vault.close()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP SCHEMA "{vault._tables.engine.schema}" CASCADE')
    with Vault.open(folder, secret=SECRET, kinds=KINDS, now=Clock(), database=server) as again:
        assert again.all("passage") == before
        assert again.verify().holds
    with Vault.open(folder, secret=SECRET, kinds=KINDS, now=Clock()) as in_a_file:
        assert in_a_file.all("passage") == before


def test_tables_that_fell_behind_are_brought_up_to_date(server, folder, vault):
    vault.close()
    with Vault.open(folder, secret=SECRET, kinds=KINDS, now=Clock()) as in_a_file:
        in_a_file.apply(make_step(set_passage("p-new", "a later text"), set_claim("c2", "p-new")))
    with Vault.open(folder, secret=SECRET, kinds=KINDS, now=Clock(), database=server) as again:
        assert again.get("passage", "p-new").text == "a later text"
        assert again.verify().holds
        assert again._tables.engine._references(), "the server checks references again"


def test_a_copy_of_the_vault_cannot_use_the_same_tables_at_once(server, folder, vault, tmp_path):
    shutil.copytree(folder, tmp_path / "copy")
    with pytest.raises(VaultBusy):
        Vault.open(tmp_path / "copy", secret=SECRET, kinds=KINDS, now=Clock(), database=server)
    assert vault.get("claim", "c1") is not None


def test_a_destroyed_key_leaves_nothing_on_the_server(server, vault):
    before, kept = vault._tables.engine, everything(server, vault).split("\n")
    vault.destroy_key("source:s1", "destroy", actor="coder-1", at=Clock()())
    assert vault.get("passage", "p-sealed") is None
    assert vault.get("passage", "p-two").text == "another text"
    now = vault._tables.engine
    assert now._sealing != before._sealing, "rows that the server may still have are silent"
    assert before.blind("passage", "p-two") in kept
    assert before.blind("passage", "p-two") not in everything(server, vault).split("\n")


def test_a_server_that_is_not_there_is_said_so(folder):
    with pytest.raises(DatabaseUnreachable) as told:
        Vault.create(folder, secret=SECRET, kinds=KINDS, now=Clock(), kdf=LIGHT, database="host=/nowhere user=x")
    assert "/nowhere" not in str(told.value)
    with Vault.open(folder, secret=SECRET, kinds=KINDS, now=Clock()) as vault:
        assert len(vault) == 0
