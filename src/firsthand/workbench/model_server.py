"""A model server on this machine as a second engine, spoken to in the OpenAI way; off until a person asks for it.

Loopback only, unless a person opens it for this vault by name. Names are masked before a word is sent, every call is
a step in the log (when, where to, how much, digests, what was taken), redirections are not followed, and of the
answer only claims are taken whose quoted passage stands in the text.
"""

from __future__ import annotations

import hashlib
import http.client
import ipaddress
import json
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from firsthand.claims.attribution import Span
from firsthand.claims.claim import Participant
from firsthand.claims.reading.answers import question_about, take_answer
from firsthand.claims.reading.masking import mask_names
from firsthand.claims.suggestions import Proposal, Suggestion
from firsthand.passages.sentences import split_sentences
from firsthand.sources.document import Document
from firsthand.values.errors import InputError, ProtectionRefusal, UsageError
from firsthand.values.ids import ProposalId
from firsthand.vault import Change
from firsthand.vault.tables.settings import Setting
from firsthand.workbench.jobs import Progress, silent
from firsthand.workbench.releasing import names_of_vault
from firsthand.workbench.session import Session, source_key
from firsthand.workbench.settings import read_setting, write_setting
from firsthand.workbench.steps import StepName

__all__ = [
    "AddressNotUsable",
    "Call",
    "ModelServer",
    "NotOnThisMachine",
    "ServerDoesNotAnswer",
    "ask_about",
    "calls",
    "close_to_others",
    "open_to",
]

SECONDS = 120.0
MOST_ANSWER = 2_000_000
PIECE = 3_000
_OPENED, _CALL = "model server opened to", "model server call "


class AddressNotUsable(UsageError):
    """The address of a model server cannot be used."""

    next_step = "Give an address such as http://127.0.0.1:8080."


class NotOnThisMachine(ProtectionRefusal):
    """A model server on another machine is asked for, and nobody has opened the way to it."""

    likely = "Even masked text is testimony; it must not leave this machine unless a person decides so."
    next_step = "Run the server here, or open this vault to that address: `firsthand ask-model --open-to ADDRESS`."


class ServerDoesNotAnswer(InputError):
    """The model server cannot be reached, or its answer is of another form."""

    likely = "It is not running, is still loading its model, or speaks another protocol."
    next_step = "Start it, and check that it offers /v1/chat/completions."


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelServer:
    """Where a model server listens, and which model it is asked for."""

    address: str
    model: str

    @property
    def place(self) -> tuple[str, str, int, str]:
        """Scheme, host, port and path of the address.

        Raises:
            AddressNotUsable: it is none, or holds a name or a passphrase.
        """
        try:
            parts = urlsplit(self.address)
            port = parts.port
        except ValueError:
            raise AddressNotUsable("The address of the model server cannot be read.") from None
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query:
            raise AddressNotUsable("The address of the model server cannot be read.")
        path = parts.path.rstrip("/").removesuffix("/v1")
        return parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80), path

    @property
    def is_here(self) -> bool:
        """Whether the address is this machine, by number; a name could mean any machine, ``localhost`` apart."""
        host = self.place[1]
        if host == "localhost":
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call as the log keeps it; digests are SHA-256 of what was sent and of what came back."""

    at: str
    by: str
    address: str
    model: str
    document: str
    characters_sent: int
    names_masked: int
    sent_sha256: str
    answer_sha256: str
    answered: int
    taken: int
    refused: dict[str, int]


def open_to(session: Session, address: str) -> None:
    """Open this vault to a model server on another machine: its texts, masked, may be sent there from now on."""
    server = ModelServer(address=address, model="")
    write_setting(session, _OPENED, f"{server.place[1]}:{server.place[2]}")


def close_to_others(session: Session) -> None:
    """Allow this machine alone again."""
    write_setting(session, _OPENED, "")


def calls(session: Session) -> list[Call]:
    """All calls that were made from this vault, oldest first."""
    kept = [s for s in session.vault.all("setting") if isinstance(s, Setting) and s.id.startswith(_CALL)]
    return sorted((Call(**json.loads(setting.value)) for setting in kept), key=lambda call: call.at)


def ask_about(
    session: Session, server: ModelServer, documents: Sequence[Document], *, progress: Progress = silent
) -> list[Proposal]:
    """Ask a model server for claims, and keep what can be taken as open proposals of an engine of its own.

    Raises:
        AddressNotUsable, NotOnThisMachine, ServerDoesNotAnswer: as their names say; what was kept before stays.
    """
    _, host, port, _ = server.place
    if not server.is_here and read_setting(session, _OPENED) != f"{host}:{port}":
        raise NotOnThisMachine("The model server is on another machine.")
    known = set(names_of_vault(session))
    kept: list[Proposal] = []
    apart = session.coded_apart
    documents = [document for document in documents if document.id not in apart]
    for number, document in enumerate(documents, 1):
        progress("ask", number, len(documents))
        for start, piece in _pieces(document.text):
            suggestions = _ask(session, server, document, piece, known)
            key = source_key(document.source)
            proposals = [
                Proposal(
                    id=ProposalId(session.new_id("proposal")),
                    document=document.id,
                    suggestion=_moved(suggestion, start),
                    engine=f"model server: {server.model}"[:80],
                )
                for suggestion in suggestions
            ]
            if proposals:
                changes = [Change(kind="proposal", id=p.id, value=p, key=key) for p in proposals]
                session.take(StepName.PROPOSE_CLAIMS, changes)
            kept += proposals
    return kept


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Runs of whole sentences of about 3,000 characters, with where each begins."""
    start: int | None = None
    end = 0
    for sentence in split_sentences(text):
        if start is not None and sentence.end - start > PIECE:
            yield start, text[start:end]
            start = None
        start, end = sentence.start if start is None else start, sentence.end
    if start is not None:
        yield start, text[start:end]


def _moved(suggestion: Suggestion, offset: int) -> Suggestion:
    """The same, with places in the whole text."""

    def moved(span: Span) -> Span:
        return Span(span.start + offset, span.end + offset)

    def people(told: tuple[Participant, ...]) -> tuple[Participant, ...]:
        return tuple(replace(person, span=moved(person.span) if person.span else None) for person in told)

    statement, informant = suggestion.statement, suggestion.statement.informant
    return replace(
        suggestion,
        support=tuple(moved(span) for span in suggestion.support),
        statement=replace(
            statement,
            informant=replace(informant, span=moved(informant.span) if informant.span else None),
            victims=people(statement.victims),
            perpetrators=people(statement.perpetrators),
        ),
    )


def _ask(
    session: Session, server: ModelServer, document: Document, piece: str, known: set[str]
) -> tuple[Suggestion, ...]:
    masked = mask_names(piece, known=known)
    body = json.dumps(
        {"model": server.model, "messages": question_about(masked.text, session.acts), "temperature": 0}
    ).encode()
    answer = _post(server, body)
    taken = take_answer(_content(answer), piece, masked, session.acts)
    call = Call(
        at=session.now().isoformat(),
        by=session.actor,
        address=server.address,
        model=server.model,
        document=document.id,
        characters_sent=len(masked.text),
        names_masked=masked.names,
        sent_sha256=hashlib.sha256(body).hexdigest(),
        answer_sha256=hashlib.sha256(answer).hexdigest(),
        answered=taken.answered,
        taken=len(taken.suggestions),
        refused=dict(taken.refused),
    )
    name = f"{_CALL}{session.new_id('call')}"
    record = Setting(id=name, value=json.dumps({slot: getattr(call, slot) for slot in Call.__slots__}))
    session.take(StepName.ASK_ENGINE, [Change(kind="setting", id=name, value=record)])
    return taken.suggestions


def _post(server: ModelServer, body: bytes) -> bytes:
    scheme, host, port, path = server.place
    connection = (
        http.client.HTTPSConnection(host, port, timeout=SECONDS, context=ssl.create_default_context())
        if scheme == "https"
        else http.client.HTTPConnection(host, port, timeout=SECONDS)
    )
    try:
        connection.request("POST", f"{path}/v1/chat/completions", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read(MOST_ANSWER + 1)
    except (OSError, http.client.HTTPException):
        raise ServerDoesNotAnswer("The model server does not answer.") from None
    finally:
        connection.close()
    if answer.status != 200:
        raise ServerDoesNotAnswer(f"The model server answers with the status {answer.status}.")
    if len(content) > MOST_ANSWER:
        raise ServerDoesNotAnswer("The model server's answer is larger than any answer should be.")
    return content


def _content(answer: bytes) -> str:
    try:
        told = json.loads(answer)
        content = told["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        raise ServerDoesNotAnswer("The model server's answer is of another form than expected.") from None
    return content if isinstance(content, str) else ""
