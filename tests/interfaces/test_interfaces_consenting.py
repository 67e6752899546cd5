"""The command consent: what somebody allows later on, and what is refused."""

from __future__ import annotations

import json

import pytest

from firsthand.interfaces.cli.consenting import SourceUnknown, consent
from firsthand.sources.consent import ConsentNotUsable, GivenBy, Purpose
from firsthand.values.errors import UsageError
from firsthand.workbench.collecting import add_text
from firsthand.workbench.opening import create_session, open_session

SECRET = "an invented passphrase"


@pytest.fixture
def kept(tmp_path, monkeypatch):
    (tmp_path / "secret").write_text(SECRET, "utf-8")
    monkeypatch.setenv("FIRSTHAND_PASSPHRASE_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("FIRSTHAND_WITNESS", "none")
    with create_session(tmp_path / "vault", SECRET, actor="owner", light=True) as session:
        add_text(session, file_name="a.txt", text="An invented person told of an invented town.")
        (source,) = session.sources()
    return tmp_path / "vault", source.id


def listed(kept, capsys):
    consent(kept[0], source=kept[1], json_output=True)
    return json.loads(capsys.readouterr().out)["consents"]


def test_a_later_consent_is_kept_with_its_terms(kept, capsys):
    before = listed(kept, capsys)
    consent(
        kept[0],
        source=kept[1],
        purpose=[Purpose.STATISTICS, Purpose.SHARING],
        recipient=["an invented commission"],
        given_by=GivenBy.GUARDIAN,
        given_on="2026-02-01",
        expires_on="2027-02-01",
    )
    capsys.readouterr()
    (new,) = [one for one in listed(kept, capsys) if one not in before]
    assert new["purposes"] == ["sharing", "statistics"]
    assert new["recipients"] == ["an invented commission"]
    assert (new["given_by"], new["given_on"], new["expires_on"]) == ("guardian", "2026-02-01", "2027-02-01")
    with open_session(kept[0], SECRET, actor="owner") as session:
        assert session.vault.history(limit=1)[0].name == "record consent"


def test_what_makes_no_consent_is_refused_and_nothing_is_kept(kept, capsys):
    before = listed(kept, capsys)
    for wrong, cause in (
        ({"given_on": "2026-02-01", "expires_on": "2025-01-01"}, ConsentNotUsable),
        ({"given_on": "next spring"}, UsageError),
    ):
        with pytest.raises(cause):
            consent(kept[0], source=kept[1], purpose=[Purpose.ANALYSIS], **wrong)
    with pytest.raises(SourceUnknown):
        consent(kept[0], source="source-of-nobody", purpose=[Purpose.ANALYSIS])
    capsys.readouterr()
    assert listed(kept, capsys) == before
