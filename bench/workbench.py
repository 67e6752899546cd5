"""The workbench over a large vault: how long pages take and how large they are; the invented vault is made here.

A hundred thousand claims in five thousand documents, with reprints and forty bodies that many quote, one document of
two hundred pages, and open proposals. ``--browser`` adds what a person sees in Chromium: from a key press to the
painted change, a long document's opening, and a scripted newcomer's first claim in the practice vault.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import itertools
import random
import shutil
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.testclient import TestClient

from firsthand.claims.attribution import Informant, InformantType, Span
from firsthand.claims.claim import (
    Claim,
    ClaimStatus,
    Participant,
    PlaceRole,
    PlaceTold,
    Polarity,
    Statement,
    StatementKind,
    TimeTold,
)
from firsthand.claims.suggestions import Proposal, Suggestion
from firsthand.interfaces.web.app import make_app, make_desk
from firsthand.interfaces.web.desk import Desk
from firsthand.passages.passage import mark_passage
from firsthand.passages.sentences import split_sentences
from firsthand.sources.consent import Consent, GivenBy, Purpose
from firsthand.sources.document import Document, digest_of_bytes, digest_of_text
from firsthand.sources.source import Source, SourceKind, designation_of
from firsthand.values.dates import UncertainDate
from firsthand.values.grades import AgeGroup, Basis, Handling
from firsthand.values.ids import ClaimId, ConsentId, DocumentId, PassageId, ProposalId, SourceId
from firsthand.values.languages import Language
from firsthand.values.vocabularies import packaged_vocabulary
from firsthand.vault import Change
from firsthand.workbench.lobby import Lobby
from firsthand.workbench.opening import ephemeral_session
from firsthand.workbench.practice import practice_places
from firsthand.workbench.preparing import warm_engine
from firsthand.workbench.session import Session, source_key
from firsthand.workbench.steps import StepName

START = dt.datetime(2031, 1, 6, 9, tzinfo=dt.UTC)
PAGE_SENTENCES = 22
SYLLABLES = ["".join(pair) for pair in itertools.product("bdfgklmnprstvz", "aeio")]


class Invented:
    """Chance with names, bodies, places and statements of a country that does not exist."""

    def __init__(self, seed: int, people: int) -> None:
        self.chance = random.Random(seed)
        self.acts = [term.code for term in packaged_vocabulary("acts") if not term.is_context]
        self.people = sorted({f"{self.word(2)} {self.word(3)}" for _ in range(people)})
        self.bodies = [f"The Office of {self.word(2)}" for _ in range(40)]
        self.places = [known.place for known in practice_places().values()]

    def word(self, syllables: int) -> str:
        """A word with a capital letter."""
        return "".join(self.chance.choices(SYLLABLES, k=syllables)).capitalize()

    def sentence(self, teller: str) -> tuple[str, Statement]:
        """A sentence and what it says; one in four names a victim."""
        chance = self.chance
        place = chance.choice(self.places)
        victim = chance.choice(self.people) if chance.random() < 0.25 else "a trader"
        day = dt.date(1995, 1, 1) + dt.timedelta(days=chance.randrange(9000))
        edtf = chance.choice([day.isoformat(), day.isoformat()[:7], day.isoformat()[:4], None])
        body = chance.choice(self.bodies) if chance.random() < 0.3 else None
        denied = chance.random() < 0.03
        text = f"{body or teller} {'denied' if denied else 'said'} that {victim} was taken near {place.name}"
        text += f" in {edtf}." if edtf else "."
        informant = (
            Informant(type=InformantType.INSTITUTION, name=body)
            if body
            else Informant(type=InformantType.NAMED_PERSON, name=teller)
        )
        at = text.find(place.name)
        return text, Statement(
            kind=StatementKind.DENIAL if denied else StatementKind.ACT,
            polarity=Polarity.DENIED if denied else Polarity.AFFIRMED,
            informant=informant,
            basis=chance.choice(list(Basis)),
            acts=(chance.choice(self.acts),),
            victims=(Participant(text=victim),),
            victims_age=AgeGroup.ADULT,
            places=(
                PlaceTold(text=place.name, span=Span(at, at + len(place.name)), role=PlaceRole.EVENT, place=place),
            ),
            time=TimeTold(date=UncertainDate(edtf=edtf)) if edtf else None,
        )


def fill(session: Session, *, documents: int, claims_each: int, seed: int = 1) -> None:
    """Write the vault: sources, documents, passages, claims, and proposals on every tenth document."""
    world = Invented(seed, people=max(200, documents * 2))
    last: list[tuple[str, Statement]] = []
    for number in range(documents):
        teller = world.chance.choice(world.people)
        told = [world.sentence(teller) for _ in range(claims_each)]
        if last and world.chance.random() < 0.05:
            told = last  # a reprint, word for word
        last = told
        _keep(session, world, number, told, proposals=number % 10 == 0)
    long = [world.sentence(world.people[0]) for _ in range(200 * PAGE_SENTENCES)]
    _keep(session, world, documents, long, proposals=True, claimed=60, title="Two hundred pages")


def _keep(
    session: Session,
    world: Invented,
    number: int,
    told: list[tuple[str, Statement]],
    *,
    proposals: bool,
    claimed: int | None = None,
    title: str | None = None,
) -> None:
    paragraphs = [" ".join(text for text, _ in told[at : at + 6]) for at in range(0, len(told), 6)]
    text = "\n\n".join(paragraphs)
    source = Source(
        id=SourceId(session.new_id("source")),
        designation=designation_of(world.chance.randbytes(2)),
        kind=SourceKind.INTERVIEW if number % 3 else SourceKind.ARTICLE,
        received_at=START + dt.timedelta(minutes=number),
    )
    document = Document(
        id=DocumentId(session.new_id("document")),
        source=source.id,
        sha256=digest_of_bytes(f"{number} {text}".encode()),
        text=text,
        text_sha256=digest_of_text(text),
        file_name=f"{number:05d}.txt",
        media_type="text/plain",
        language=Language.ENGLISH,
        received_at=source.received_at,
        bytes_count=len(text),
        title=title,
    )
    key = source_key(source.id)
    terms = Consent(
        id=ConsentId(session.new_id("consent")),
        source=source.id,
        purposes=frozenset({Purpose.ANALYSIS, Purpose.STATISTICS}),
        given_by=GivenBy.SELF,
        given_on=START.date(),
    )
    changes = [
        Change(kind="source", id=source.id, value=source, key=key),
        Change(kind="document", id=document.id, value=document, key=key),
        Change(kind="consent", id=terms.id, value=terms, key=key),
    ]
    sentences = split_sentences(text)
    for place, (sentence, (_, statement)) in enumerate(zip(sentences, told, strict=True)):
        if claimed is not None and place >= claimed:
            break
        passage = mark_passage(document, sentence.start, sentence.end, id=PassageId(session.new_id("passage")))
        claim = Claim(
            id=ClaimId(session.new_id("claim")),
            passages=(passage.id,),
            source=source.id,
            document=document.id,
            statement=statement,
            status=ClaimStatus.ACCEPTED,
            coder="coder",
            recorded_at=source.received_at,
            handling=Handling.INTERNAL,
        )
        changes += [
            Change(kind="passage", id=passage.id, value=passage, key=key),
            Change(kind="claim", id=claim.id, value=claim, key=key),
        ]
    for sentence, (_, statement) in (
        list(zip(sentences, told, strict=True))[: 400 if claimed else 4] if proposals else ()
    ):
        suggestion = Suggestion(
            statement=statement, support=(Span(sentence.start, sentence.end),), confidence=0.7, why={"acts": "taken"}
        )
        proposal = Proposal(
            id=ProposalId(session.new_id("proposal")), document=document.id, suggestion=suggestion, engine="bench"
        )
        changes.append(Change(kind="proposal", id=proposal.id, value=proposal, key=key))
    session.take(StepName.ADD_DOCUMENT, changes)


def pages_of(desk: Desk) -> dict[str, str]:
    """The pages that are asked for, by name."""
    session = desk.session
    documents = sorted(session.documents(), key=lambda d: d.file_name)
    first = documents[10]
    claim = session.claims(document=first.id)[0]
    return {
        "start": "/",
        "sources": "/sources",
        "sources, later page": "/sources?page=40",
        "source": f"/sources/{first.source}",
        "withdrawal": f"/consents/{session.consents(source=first.source)[0].id}/withdraw",
        "reader": f"/documents/{first.id}",
        "reader, 200 pages": f"/documents/{documents[-1].id}",
        "reader, 200 pages, far in": f"/documents/{documents[-1].id}?at=3000",
        "claim": f"/claims/{claim.id}",
        "people": "/people",
        "places": "/people?kind=place",
        "pairs": "/pairs",
        "acts": "/acts",
        "findings": "/findings",
        "dependences": "/dependences",
        "counts": "/counts?by=act&by=province",
        "cell": f"/counts/cell?act={claim.statement.acts[0]}",
        "map": "/map",
        "timeline": "/timeline",
        "search": "/search?q=Office",
        "history": "/history",
        "publish": "/publish",
        "jobs": "/jobs",
        "keys": "/keys",
        "settings": "/settings",
        "users": "/users",
        "start, once all is read": "/?again=1",
    }


def measure_pages(desk: Desk, rounds: int) -> None:
    """Each page once after a change (cold), then warm; milliseconds and kilobytes."""
    host = f"http://127.0.0.1:{desk.door.port}"
    client = TestClient(make_app(desk), base_url=host, raise_server_exceptions=False)
    client.get(desk.door.address.removeprefix(host))
    medians, largest = [], 0
    for name, path in pages_of(desk).items():
        first, worked = _timed(client, path), _settled(client, path)
        answer = client.get(path)
        times = [_timed(client, path) for _ in range(rounds)]
        middle = statistics.median(times)
        medians.append(middle)
        size = len(answer.content)
        largest = max(largest, size)
        print(
            f"{name:28s} {answer.status_code} first answer {first:7.1f} ms, worked out {worked:5.1f} s, "
            f"then {middle:7.1f} ms, {size / 1000:7.1f} kB",
            flush=True,
        )
    print(f"median of pages {statistics.median(medians):.1f} ms, slowest {max(medians):.1f} ms")
    print(f"largest page {largest / 1000:.1f} kB")


def _timed(client: TestClient, path: str) -> float:
    begun = time.perf_counter()
    client.get(path)
    return (time.perf_counter() - begun) * 1000


def _settled(client: TestClient, path: str) -> float:
    """Seconds until the page itself comes, where it first says that it is being worked out."""
    begun = time.perf_counter()
    while 'http-equiv="refresh"' in client.get(path).text:
        time.sleep(0.2)
    return time.perf_counter() - begun


def measure_browser(session: Session, rounds: int) -> None:
    """What a person sees in Chromium: keys to paint, opening the long document, a newcomer's first claim."""
    long = max(session.documents(), key=lambda d: len(d.text))
    with sync_playwright() as play, _served(session) as desk:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = _window(browser, desk)
        base = f"http://127.0.0.1:{desk.door.port}"
        opened = [_painted(page, f"{base}/documents/{long.id}?at={at}") for at in (0, 1500, 3000, 4000) * rounds]
        print(
            f"200 pages: address to first paint, median {statistics.median(opened):.0f} ms, worst {max(opened):.0f} ms"
        )
        page.goto(f"{base}/documents/{long.id}")
        page.evaluate(NOTE_KEYS)
        page.focus("#sentences")
        for _ in range(20):
            page.keyboard.press("ArrowDown")
        moves = page.evaluate("window.painted")
        _say("arrow key to paint", moves)
        signs, nexts = [], []
        for _ in range(10):
            page.evaluate(NOTE_KEYS)
            with page.expect_navigation():
                page.keyboard.press("y")
            kept = page.evaluate(SINCE_KEY)
            signs.append(kept["sign"])
            nexts.append(kept["next"])
        _say("accept key to a first sign on the screen", signs)
        _say("accept key to the next proposal painted", nexts)
        browser.close()


def _say(what: str, times: list[float]) -> None:
    print(f"{what}: median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms", flush=True)


# Two frames after the event the change is on the screen.
NOTE_KEYS = """() => {
  window.painted = [];
  sessionStorage.removeItem('sign');
  document.addEventListener('keydown', (event) => {
    const at = event.timeStamp;
    sessionStorage.setItem('key', String(performance.timeOrigin + at));
    requestAnimationFrame(() => requestAnimationFrame(() => {
      window.painted.push(performance.now() - at);
      sessionStorage.setItem('sign', String(performance.now() - at));
    }));
  }, true);
}"""
SINCE_KEY = """() => {
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  const shown = performance.timeOrigin + (paint ? paint.startTime : performance.now());
  const next = shown - Number(sessionStorage.getItem('key'));
  return {next, sign: Number(sessionStorage.getItem('sign') ?? next)};
}"""
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def _window(browser: Browser, desk: Desk) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    cookie = {"name": desk.door.cookie_name, "value": desk.door.cookie, "url": f"http://127.0.0.1:{desk.door.port}"}
    context.add_cookies([cookie])  # type: ignore[list-item]  the dictionary that it asks for
    return context.new_page()


def _painted(page: Page, address: str) -> float:
    begun = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector(".sentence")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return (time.perf_counter() - begun) * 1000


@contextlib.contextmanager
def _served(session: Session | None, lobby: Lobby | None = None) -> Iterator[Desk]:
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    desk = make_desk(session, port=port, title="Bench", is_practice=False, lobby=lobby)
    server = uvicorn.Server(uvicorn.Config(make_app(desk), log_level="critical", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    threading.Thread(target=warm_engine, daemon=True).start()  # as the command does
    try:
        yield desk
    finally:
        server.should_exit = True
        thread.join(10)


TESTIMONY = (
    "Invented for a bench. I sold salt in the lower market of Marugol. In May 2009 the wardens detained forty traders "
    "at the ward office for three days. Nobody read a charge to us. My brother was told that no list was kept.\n"
)


def measure_newcomer() -> None:
    """From the one-time address to a first accepted claim, typing at a person's pace; full key stretching."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        lobby = Lobby(folder=Path(folder) / "vaults")
        note = Path(folder) / "trader.txt"
        note.write_text(TESTIMONY, "utf-8")
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        with _served(None, lobby) as desk:
            page = browser.new_page()
            begun = time.perf_counter()
            page.goto(desk.door.address + "&lang=en")
            page.get_by_role("link", name="Make a new vault").click()
            page.locator('input[name="place"]').press_sequentially("field notes", delay=120)
            page.get_by_role("button", name="Make the vault").click()
            page.wait_for_url("**/sources?add=1")
            made = time.perf_counter() - begun
            page.set_input_files('input[name="files"]', note)
            page.get_by_role("button", name="Read and propose").click()
            page.get_by_role("link", name="Begin to read").click(timeout=120_000)
            page.wait_for_load_state("load")
            page.keyboard.press("y")
            page.wait_for_url("**?p=**")
            whole = time.perf_counter() - begun
            assert desk.session.vault.count("claim", status="accepted") == 1
            desk.stand_up()
        print(f"newcomer: vault made {made:.1f} s after opening, first accepted claim {whole:.1f} s after opening")
        with _served(None, Lobby(folder=Path(folder) / "vaults")) as desk:
            page = browser.new_page()
            begun = time.perf_counter()
            page.goto(desk.door.address)
            page.get_by_role("button", name="Open the practice vault").click()
            page.locator(".tasks a").nth(2).click(timeout=120_000)
            page.wait_for_load_state("load")
            page.keyboard.press("y")
            page.wait_for_url("**?p=**")
            print(f"newcomer in practice: first accepted claim {time.perf_counter() - begun:.1f} s after opening")
            desk.stand_up()
        browser.close()


def main() -> None:
    """Run what the arguments ask for."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--documents", type=int, default=5000)
    ask.add_argument("--claims", type=int, default=20, help="claims in each document")
    ask.add_argument("--rounds", type=int, default=5)
    ask.add_argument("--browser", action="store_true", help="measure in Chromium too")
    ask.add_argument("--newcomer", action="store_true", help="time a newcomer's first claim, and nothing else")
    asked = ask.parse_args()
    if asked.newcomer:
        measure_newcomer()
        return
    with ephemeral_session(actor="bench") as session:
        begun = time.perf_counter()
        fill(session, documents=asked.documents, claims_each=asked.claims)
        print(f"{session.vault.count('claim'):,} claims written in {time.perf_counter() - begun:.0f} s")
        desk = make_desk(session, port=4711, title="Bench", is_practice=False)
        measure_pages(desk, asked.rounds)
        if asked.browser:
            measure_browser(session, asked.rounds)
            measure_newcomer()


if __name__ == "__main__":
    main()
