"""Commands that keep a vault, as a person types them: people, copies, merging, checkpoints, destroying on purpose."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys

import pytest

from firsthand.interfaces.cli.main import run
from firsthand.workbench.collecting import add_text
from firsthand.workbench.opening import create_session, open_session
from firsthand.workbench.settings import write_setting

SECRET = "seven invented words for one invented vault"
OTHER = "another invented passphrase of seven words"


@pytest.fixture
def at(tmp_path, monkeypatch):
    """A vault with one source, and the passphrases in files as the environment names them."""
    for variable, secret in (("FIRSTHAND_PASSPHRASE_FILE", SECRET), ("FIRSTHAND_NEW_PASSPHRASE_FILE", OTHER)):
        path = tmp_path / variable
        path.write_text(secret, "utf-8")
        monkeypatch.setenv(variable, str(path))
    monkeypatch.setenv("FIRSTHAND_WITNESS", str(tmp_path / "witness"))
    with create_session(tmp_path / "vault", SECRET, actor="coder one", light=True) as session:
        add_text(session, file_name="a.txt", text="The ferry left at dawn.")
    return tmp_path


@pytest.fixture
def say(capsys, monkeypatch):
    """Runs a command; gives its exit code, its result and its talk."""

    def command(*arguments, typed=""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        code = run(lambda *_, **__: None, [str(each) for each in arguments])
        out, talk = capsys.readouterr()
        assert "Traceback" not in talk
        return code, out, talk

    return command


def source_in(vault, secret=SECRET):
    with open_session(vault, secret, actor="reader") as session:
        return session.sources()[0].id


def test_a_person_is_added_sees_no_restricted_record_and_is_removed(at, say):
    code, out, _ = say("users", at / "vault", "add", "coder two", "--compartment", "sources", "--json")
    assert code == 0
    listed = json.loads(out)["users"]
    assert len(listed) == 2
    place = next(each["place"] for each in listed if not each["you"])
    with open_session(at / "vault", OTHER, actor="coder two") as session:
        assert session.sources()
        assert session.highest == 1
        assert not session.vault.holds_all
    assert say("users", at / "vault", "remove", place)[0] == 0
    (at / "FIRSTHAND_PASSPHRASE_FILE").write_text(OTHER, "utf-8")
    assert say("history", at / "vault")[0] == 4


def test_a_passphrase_is_changed_and_a_second_factor_added(at, say, monkeypatch):
    factor = at / "factor"
    factor.write_bytes(os.urandom(64))
    monkeypatch.setenv("FIRSTHAND_NEW_KEY_FILE", str(factor))
    assert say("users", at / "vault", "passphrase")[0] == 0
    (at / "FIRSTHAND_PASSPHRASE_FILE").write_text(OTHER, "utf-8")
    assert say("history", at / "vault")[0] == 2
    monkeypatch.setenv("FIRSTHAND_KEY_FILE", str(factor))
    assert say("history", at / "vault")[0] == 0
    factor.write_bytes(os.urandom(64))
    assert say("history", at / "vault")[0] == 4


def test_a_backup_is_restored_and_an_older_one_is_noticed(at, say):
    code, out, _ = say("backup", at / "vault", at / "backup", "--keyring", at / "ring")
    assert code == 0
    assert out.startswith("firsthand.vault/")
    assert say("verify", at / "backup")[0] == 0
    with open_session(at / "vault", SECRET, actor="coder one") as session:
        write_setting(session, "a", "b")
    shutil.rmtree(at / "vault")
    code, _, talk = say("restore", at / "backup", at / "vault", "--keyring", at / "ring")
    assert code == 5
    assert "--accept-older" in talk
    assert not (at / "vault").exists()
    assert say("restore", at / "backup", at / "vault", "--keyring", at / "ring", "--accept-older")[0] == 0
    assert source_in(at / "vault")


def test_an_older_copy_put_in_the_place_of_the_vault_is_noticed(at, say):
    shutil.copytree(at / "vault", at / "older")
    with open_session(at / "vault", SECRET, actor="coder one") as session:
        write_setting(session, "a", "b")
    shutil.rmtree(at / "vault")
    (at / "older").rename(at / "vault")
    code, _, talk = say("history", at / "vault")
    assert code == 5
    assert "old copy" in talk


def test_a_keyring_within_the_backup_is_refused(at, say):
    assert say("backup", at / "vault", at / "backup", "--keyring", at / "backup" / "ring")[0] == 2
    assert not (at / "backup").exists()


def test_a_travel_copy_holds_the_chosen_source_under_its_own_passphrase(at, say):
    source = source_in(at / "vault")
    assert say("travel", at / "vault", at / "copy", "--source", source)[0] == 0
    assert source_in(at / "copy", OTHER) == source


def test_two_copies_are_merged_and_conflicts_decided_by_a_person(at, say):
    shutil.copytree(at / "vault", at / "theirs")
    for folder, value in (("vault", "ours"), ("theirs", "theirs")):
        with open_session(at / folder, SECRET, actor=folder) as session:
            write_setting(session, "word", value)
    code, out, _ = say("merge", at / "vault", at / "theirs", "--show", "--json")
    assert code == 0
    (conflict,) = json.loads(out)["conflicts"]
    assert conflict["record"] == "setting:word"
    assert conflict["fields"] == [{"field": "value", "here": "ours", "there": "theirs"}]
    assert say("merge", at / "vault", at / "theirs")[0] == 2
    assert say("merge", at / "vault", at / "theirs", "--take", "setting:word")[0] == 0
    with open_session(at / "vault", SECRET, actor="reader") as session:
        assert session.vault.get("setting", "word").value == "theirs"


def test_a_checkpoint_is_kept_elsewhere_and_compared(at, say):
    assert say("checkpoint", at / "vault", "--out", at / "note")[0] == 0
    assert say("checkpoint", at / "vault", "--out", at / "note")[0] == 3
    assert say("checkpoint", at / "vault", "--compare", at / "note")[0] == 0
    assert say("verify", at / "vault", "--checkpoint", at / "note")[0] == 0
    (at / "note").write_text((at / "note").read_text("utf-8").replace("\n1\n", "\n2\n"), "utf-8")
    assert say("checkpoint", at / "vault", "--compare", at / "note")[0] == 5
    assert say("verify", at / "vault", "--key", "firsthand.vault/0+00000000+AAAA")[0] == 5


def test_a_source_is_erased_only_with_the_word(at, say):
    source = source_in(at / "vault")
    assert say("destroy-keys", at / "vault", "--source", source, typed="no\n")[0] == 2
    assert source_in(at / "vault") == source
    assert say("destroy-keys", at / "vault", "--source", source, typed="destroy\n")[0] == 0
    with open_session(at / "vault", SECRET, actor="reader") as session:
        assert session.sources() == []
        session.vault.verify().raise_first_fault()


def test_in_an_emergency_every_key_goes_without_a_passphrase(at, say):
    assert say("destroy-keys", at / "vault", "--everything", typed="yes\n")[0] == 2
    assert say("destroy-keys", at / "vault")[0] == 2
    assert say("destroy-keys", at / "vault", "--everything", "--typed", "destroy")[0] == 0
    assert not (at / "vault" / "keyring").exists()
    assert not list((at / "vault").glob("tables*"))
    assert say("history", at / "vault")[0] == 5
    assert say("verify", at / "vault")[0] == 0, "the log stays valid, and silent"


def test_an_informants_name_is_asked_for_and_erased_with_all_her_sources(at, say, tmp_path):
    code, out, talk = say("informants", at / "vault", "add", "--json", typed="Han Invented\nby the old mill\n")
    assert code == 0
    assert "Han Invented" not in out + talk
    (informant,) = json.loads(out)["informants"]
    for number in (1, 2):
        path = tmp_path / f"{number}.txt"
        path.write_text(f"The ferry left at dawn, day {number}.", "utf-8")
        assert say("add", at / "vault", path, "--informant", informant["informant"])[0] == 0
    assert say("informants", at / "vault", "erase", informant["informant"], "--typed", "destroy")[0] == 0
    with open_session(at / "vault", SECRET, actor="reader") as session:
        assert len(session.sources()) == 1
        assert session.vault.all("speaker") == session.vault.all("speaker_name") == []
        session.vault.verify().raise_first_fault()


def test_a_vault_that_is_open_elsewhere_is_closed_by_lock(at, say):
    code = (
        "import sys, time; from pathlib import Path; from firsthand.workbench.opening import reopen\n"
        f"s = reopen(Path(sys.argv[1]), {SECRET!r}, actor='x'); print('open', flush=True); sys.stdin.read()"
    )
    assert say("lock", at / "vault")[1].startswith("The vault is not open")
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(at / "vault")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout.readline() == "open\n"
    assert say("history", at / "vault")[0] == 2
    assert say("lock", at / "vault")[0] == 0
    child.communicate(timeout=60)
    assert say("history", at / "vault")[0] == 0
