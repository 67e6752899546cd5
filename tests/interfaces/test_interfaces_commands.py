"""Commands as a person types them: results on one stream, talk on the other, exit codes that say whose mistake."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


def firsthand(*arguments, **environment):
    import os

    return subprocess.run(
        [sys.executable, "-c", "from firsthand.interfaces.entry import main; main()", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        check=False,
    )


FIELDS = {"support", "kind", "polarity", "assertion", "informant", "chain", "basis", "acts", "perpetrators"}
FIELDS |= {"recipients", "victims", "places", "time", "amount", "confidence", "why"}
COMMANDS = ["run", "text", "propose", "compare-names", "link-table", "estimate", "protect", "verify", "doctor"]
COMMANDS += ["demo", "open", "init", "add", "review", "weigh", "count", "withdraw", "undo", "history"]
COMMANDS += ["users", "informants", "lock", "backup", "restore", "travel", "merge", "checkpoint", "timestamp"]
COMMANDS += ["destroy-keys"]


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("Wardens of Marrow Bay detained forty traders in May 2031, a monitor said.\n", "utf-8")
    return path


@pytest.fixture
def passphrase(tmp_path):
    path = tmp_path / "passphrase"
    path.write_text("seven invented words for one invented vault\n", "utf-8")
    return {"FIRSTHAND_PASSPHRASE_FILE": str(path)}


def test_text_prints_the_files_own_text(article):
    done = firsthand("text", article)
    assert done.stdout == article.read_text("utf-8")
    assert done.returncode == 0


def test_propose_gives_the_agreed_format(article):
    done = firsthand("propose", article, "--json")
    found = json.loads(done.stdout)
    assert found["schema"] == "proposals/1"
    assert found["claims"]
    text = article.read_text("utf-8")
    for claim in found["claims"]:
        assert set(claim) >= FIELDS
        for start, end in claim["support"]:
            assert text[start:end].strip()


def test_a_vault_from_init_to_undo(tmp_path, article, passphrase):
    vault = tmp_path / "vault"
    assert firsthand("init", vault, **passphrase).returncode == 0
    assert firsthand("add", vault, article, "--purpose", "analysis", **passphrase).returncode == 0
    assert firsthand("propose", vault, **passphrase).returncode == 0
    assert firsthand("history", vault, "--json", **passphrase).stdout.count('"step"') >= 2
    assert firsthand("undo", vault, **passphrase).returncode == 0
    assert firsthand("verify", vault, "--json", **passphrase).returncode == 0
    assert json.loads(firsthand("count", vault, "--json", **passphrase).stdout)["cells"] == []


def test_an_altered_vault_is_found_with_exit_code_5(tmp_path, article, passphrase):
    vault = tmp_path / "vault"
    firsthand("init", vault, **passphrase)
    firsthand("add", vault, article, **passphrase)
    log = vault / "log" / "steps"
    content = bytearray(log.read_bytes())
    content[len(content) // 2] ^= 1
    log.write_bytes(bytes(content))
    done = firsthand("verify", vault)
    assert done.returncode == 5
    assert "log/steps" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["no-such-command"], 2),
        (["run"], 2),
        (["text", "/no/such/file"], 3),
        (["verify", "/no/such/vault"], 3),
        (["compare-names", "one"], 2),
    ],
)
def test_mistakes_have_their_exit_codes_and_no_traceback(arguments, code):
    done = firsthand(*arguments)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_wrong_passphrase_is_said_and_opens_nothing(tmp_path, passphrase):
    vault = tmp_path / "vault"
    firsthand("init", vault, **passphrase)
    wrong = tmp_path / "wrong"
    wrong.write_text("not it", "utf-8")
    done = firsthand("count", vault, FIRSTHAND_PASSPHRASE_FILE=str(wrong))
    assert done.returncode != 0
    assert "not it" not in done.stderr + done.stdout


def test_every_command_has_help():
    for command in COMMANDS:
        done = firsthand(command, "--help")
        assert done.returncode == 0, command
        assert "Usage" in done.stdout


@pytest.mark.parametrize("arguments", [[], ["start"], ["start", "--no-browser"]])
def test_no_command_serves_the_start_page_without_a_vault(arguments):
    from firsthand.interfaces.cli.main import run

    served = []
    assert run(lambda session, **options: served.append((session, options["is_practice"])), arguments) == 0
    assert served == [(None, False)]
