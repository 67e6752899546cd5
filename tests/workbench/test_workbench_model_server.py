"""The optional engine against a small real server: masked text out, claims with a real passage in, calls logged."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from firsthand.claims.reading.masking import mask_names
from firsthand.workbench.collecting import add_text
from firsthand.workbench.model_server import (
    AddressNotUsable,
    ModelServer,
    NotOnThisMachine,
    ServerDoesNotAnswer,
    ask_about,
    calls,
    close_to_others,
    open_to,
)
from firsthand.workbench.opening import ephemeral_session

TEXT = (
    "Mira Tolvane said that guards beat the women in the cell. Tolvane can be reached at mira@quay.invalid. "
    "Officers took the goods of the traders."
)


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.server.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        status, body = self.server.answer
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:9/")
        self.end_headers()
        self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

    def log_message(self, *_) -> None:
        """Say nothing."""


@pytest.fixture
def server():
    running = HTTPServer(("127.0.0.1", 0), Handler)
    running.asked, running.answer = [], (200, {})
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture
def session():
    with ephemeral_session(actor="coder one") as opened:
        yield opened


def told(*claims: dict) -> tuple[int, dict]:
    content = "Here it is: " + json.dumps({"claims": list(claims)})
    return 200, {"choices": [{"message": {"content": content}}]}


def at(server) -> ModelServer:
    return ModelServer(address=f"http://127.0.0.1:{server.server_port}/v1", model="invented")


REAL = {
    "quote": "guards beat the women in the cell", "kind": "act", "acts": ["ill_treatment", "no_such_code"],
    "informant_type": "named_person", "informant": "[Person 1]", "basis": "B0",
    "victims": ["the women", "nobody there"], "perpetrators": ["guards"],
}  # fmt: skip


def test_names_do_not_leave_and_only_what_stands_in_the_text_comes_back(server, session) -> None:
    document = add_text(session, file_name="a.txt", text=TEXT)
    invented = {**REAL, "quote": "soldiers burned the village down"}
    unknown = {**REAL, "acts": ["no_such_code"]}
    server.answer = told(REAL, invented, unknown, {"quote": 7})
    (kept,) = ask_about(session, at(server), [document])
    sent = json.dumps(server.asked)
    assert "Mira" not in sent
    assert "Tolvane" not in sent
    assert "quay.invalid" not in sent
    statement = kept.suggestion.statement
    (support,) = kept.suggestion.support
    assert document.text[support.start : support.end] == TEXT[:57]
    assert statement.acts == ("ill_treatment",)
    assert (statement.informant.name, [v.text for v in statement.victims]) == ("Mira Tolvane", ["the women"])
    assert session.proposals(status="open") == [kept]
    (call,) = calls(session)
    assert (call.answered, call.taken, sum(call.refused.values())) == (4, 1, 3)
    assert call.names_masked >= 2
    assert "women" not in json.dumps(call.refused)


@pytest.mark.parametrize(
    "answer",
    [(500, {}), (302, {}), (200, b"not json"), (200, {"choices": []}), (200, [1, 2])],
)
def test_a_server_that_answers_otherwise_is_named_and_nothing_is_kept(server, session, answer) -> None:
    document = add_text(session, file_name="a.txt", text=TEXT)
    server.answer = answer
    with pytest.raises(ServerDoesNotAnswer):
        ask_about(session, at(server), [document])
    assert session.proposals() == []
    assert len(server.asked) == 1


def test_an_answer_that_is_no_list_of_claims_gives_nothing(server, session) -> None:
    document = add_text(session, file_name="a.txt", text=TEXT)
    server.answer = (200, {"choices": [{"message": {"content": "I cannot do that."}}]})
    assert ask_about(session, at(server), [document]) == []
    assert calls(session)[0].taken == 0


def test_no_other_machine_is_asked_until_a_person_opens_the_way(session) -> None:
    document = add_text(session, file_name="a.txt", text=TEXT)
    far = ModelServer(address="http://192.0.2.1:8080", model="m")
    with pytest.raises(NotOnThisMachine):
        ask_about(session, far, [document])
    with pytest.raises(NotOnThisMachine):
        ask_about(session, ModelServer(address="http://server.invalid", model="m"), [document])
    open_to(session, "http://192.0.2.1:9999")
    with pytest.raises(NotOnThisMachine):  # another port than the one that was opened
        ask_about(session, far, [document])
    close_to_others(session)
    for address in ("ftp://127.0.0.1", "http://", "http://a:b@127.0.0.1", "http://127.0.0.1:x"):
        with pytest.raises(AddressNotUsable):
            ask_about(session, ModelServer(address=address, model="m"), [document])
    assert calls(session) == []


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "북한 양강도 출신인 버들잎(가명) 씨는 브로커에게 속았다고 증언했다. 버들잎 씨는 2009년에 넘어갔다.",
        "Nobody is named here.",
        "",
    ],
)
def test_places_in_masked_text_lead_back_to_the_text(text: str) -> None:
    masked = mask_names(text)
    assert "버들잎" not in masked.text
    for word in ("증언했다", "guards", "named"):
        start = masked.text.find(word)
        if start >= 0:
            span = masked.span_of(start, start + len(word))
            assert text[span.start : span.end] == word
    start = masked.text.find("[Person 1]")
    if start >= 0:
        span = masked.span_of(start, start + len("[Person 1]"))
        assert text[span.start : span.end] in {"Mira Tolvane", "버들잎"}
