"""The local page belongs to the person who opened it."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from starlette.testclient import TestClient

from firsthand.interfaces.web.app import make_app, make_desk
from firsthand.values.errors import ProtectionRefusal, UsageError
from firsthand.workbench.opening import ephemeral_session
from firsthand.workbench.session import Session

HOST = "http://127.0.0.1:4711"


@pytest.fixture
def desk():
    with ephemeral_session(actor="coder one") as session:

        def unlock(given: str) -> Session:
            if given != "right":
                raise ProtectionRefusal("The vault did not open.")
            return stack.enter_context(ephemeral_session(actor="coder one"))

        with contextlib.ExitStack() as stack:
            yield make_desk(session, port=4711, title="Test", is_practice=False, unlock=unlock)


@pytest.fixture
def client(desk):
    return TestClient(make_app(desk), base_url=HOST, follow_redirects=False, raise_server_exceptions=False)


@pytest.fixture
def known(desk, client):
    client.get(desk.door.address.removeprefix(HOST))
    return client


def test_a_stranger_sees_nothing(client):
    assert client.get("/").status_code == 403
    assert "sources" not in client.get("/sources").text.lower()


def test_the_token_opens_once(desk, client):
    address = desk.door.address.removeprefix(HOST)
    first = client.get(address)
    assert first.status_code == 303
    assert "samesite=strict" in first.headers["set-cookie"].lower()
    assert "httponly" in first.headers["set-cookie"].lower()
    assert client.get(address).status_code == 403


def test_a_rebound_name_is_not_served(known):
    assert known.get("/", headers={"host": "evil.example:4711"}).status_code == 421


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9999", ""])
def test_a_form_from_elsewhere_changes_nothing(desk, known, origin):
    before = len(desk.session.vault)
    answer = known.post("/lock", data={"csrf": desk.door.form_token}, headers={"origin": origin})
    assert answer.status_code == 403
    assert not desk.locked
    assert len(desk.session.vault) == before


def test_a_form_without_its_token_is_refused(desk, known):
    answer = known.post("/lock", data={"csrf": "guess"}, headers={"origin": HOST})
    assert answer.status_code == 403
    assert not desk.locked


def test_a_locked_workbench_shows_nothing_until_it_is_opened(desk, known):
    form = {"csrf": desk.door.form_token}
    known.post("/lock", data=form, headers={"origin": HOST})
    assert known.get("/sources").status_code == 403
    known.post("/unlock", data={**form, "passphrase": "wrong"}, headers={"origin": HOST})
    assert desk.locked
    known.post("/unlock", data={**form, "passphrase": "right"}, headers={"origin": HOST})
    assert known.get("/sources").status_code == 200


def test_locking_closes_the_vault_itself(desk, known):
    vault = desk.session.vault
    known.post("/lock", data={"csrf": desk.door.form_token}, headers={"origin": HOST})
    with pytest.raises(UsageError):
        vault.count("source")
    assert desk.open_again("right")
    assert desk.session.read.count("source") == 0


def test_a_desk_that_nobody_uses_locks_itself(desk, known):
    time = dt.datetime(2031, 5, 4, tzinfo=dt.UTC)
    desk.now = lambda: time
    known.get("/sources")
    time += dt.timedelta(seconds=desk.idle_seconds - 1)
    assert not desk.lock_when_idle()
    known.get("/jobs")
    time -= dt.timedelta(days=1)
    assert not desk.lock_when_idle(), "a clock that was set back locks nobody out"
    time += dt.timedelta(seconds=desk.idle_seconds + 1)
    assert known.get("/sources").status_code == 403
    assert desk.locked


def test_every_answer_carries_the_policy(known):
    for path in ("/", "/nothing-here", "/static/workbench.css"):
        headers = known.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/claims/claim-aaaaaaaaaaaaaaaa",
        "/documents/x",
        "/findings/1",
        "/acts/x.y.z",
        "/people?kind=%00",
        "/counts?by=x",
    ],
)
def test_an_address_that_leads_nowhere_is_said_so_without_a_traceback(known, path):
    answer = known.get(path)
    assert answer.status_code in {200, 404}
    assert "Traceback" not in answer.text


def test_a_fault_of_ours_says_its_kind_and_no_content(known, monkeypatch):
    secret = "testimony that must not be shown"

    def broken(*_):
        raise RuntimeError(secret)

    monkeypatch.setattr("firsthand.interfaces.web.pages.settings.users_of", broken)
    answer = known.get("/users")
    assert answer.status_code == 500
    assert secret not in answer.text
    assert "RuntimeError" in answer.text
