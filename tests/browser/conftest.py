"""The real server over the practice vault, and Debian's Chromium."""

from __future__ import annotations

import contextlib
import shutil
import socket
import threading
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import expect, sync_playwright

from firsthand.interfaces.web.app import make_app, make_desk
from firsthand.interfaces.web.pages.acts import act_address
from firsthand.workbench.assessing import assess_vault
from firsthand.workbench.opening import practice_session
from firsthand.workbench.rulebook import rules_of

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@contextlib.contextmanager
def served(session, *, lobby=None, is_practice=True):
    listener = socket.create_server(("127.0.0.1", 0))
    is_practice = is_practice and session is not None
    desk = make_desk(session, port=listener.getsockname()[1], title="", is_practice=is_practice, lobby=lobby)
    server = uvicorn.Server(uvicorn.Config(make_app(desk), log_level="critical", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield desk
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def desk():
    with practice_session() as session, served(session) as desk:
        yield desk


@pytest.fixture(scope="session")
def chromium():
    if CHROMIUM is None:
        pytest.fail("Chromium is not installed; `make test` installs it.")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Visitor:
    """A browser window that notes everything it must not see."""

    def __init__(self, browser, desk, **options):
        self.desk = desk
        self.base = f"http://127.0.0.1:{desk.door.port}"
        self.context = browser.new_context(**options)
        self.context.add_cookies([{"name": desk.door.cookie_name, "value": desk.door.cookie, "url": self.base}])
        self.page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("console", lambda m: self.faults.append(m.text) if m.type in {"error", "warning"} else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", self._watch)

    def _watch(self, request):
        if not request.url.startswith((self.base, "data:")):
            self.faults.append(f"request off loopback: {request.url}")

    def go(self, path):
        return self.page.goto(self.base + path)

    def settled(self, path):
        """Go to a page, and past the one that says that it is being worked out."""
        answer = self.go(path)
        if path.partition("?")[0] != "/jobs":
            self.wait()
        return answer

    def wait(self):
        """Until a page is there that waits for nothing."""
        there = self.page.locator("html:not(:has(meta[http-equiv=refresh])) main h1").first
        expect(there).to_be_attached(timeout=60_000)
        self.page.wait_for_load_state("load")

    def press(self, *keys):
        """Keys as a person presses them: once the page before has come."""
        for key in keys:
            self.page.wait_for_load_state("load")
            self.page.keyboard.press(key)


@pytest.fixture
def serve():
    return served


@pytest.fixture
def axe():
    script = (Path(__file__).parents[2] / "browser" / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")

    def look(page, only=None):
        page.evaluate(script)
        asked = (
            "async (only) => await axe.run(document, {resultTypes: ['violations'], ...(only ? {runOnly: only} : {})})"
        )
        result = page.evaluate(asked, only)
        return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in result["violations"]]

    return look


@pytest.fixture
def visit(visit_desk, desk):
    return lambda **options: visit_desk(desk, **options)


@pytest.fixture
def visit_desk(chromium):
    opened = []

    def make(desk, **options):
        visitor = Visitor(chromium, desk, **options)
        opened.append(visitor)
        return visitor

    yield make
    for visitor in opened:
        visitor.context.close()
        assert visitor.faults == []


@pytest.fixture(scope="module")
def addresses(desk):
    """Every page of the workbench, with real identifiers."""
    session = desk.session
    documents = {d.file_name: d for d in session.documents() if d.version_of is None}
    source = documents["01-trader.txt"].source
    act = next(a for a in assess_vault(session).weighing.acts if a.group.act == "deportation")
    claim = next(c for c in session.claims(status="accepted") if "deportation" in c.statement.acts)
    child = next(c for c in session.claims() if "separation_of_children_from_family" in c.statement.acts)
    person = next(p for p in assess_vault(session, with_proposals=True).linked.persons)
    body = max(
        (p for p in assess_vault(session, with_proposals=True).linked.persons if p.kind == "institution"),
        key=lambda p: sum(len(m.told_by) for m in p.mentions),
    )
    finding, rule = session.vault.all("finding")[0].id, next(iter(rules_of(session)))
    return {
        "codebook": "/codebook",
        "double coding": "/double",
        "learning": "/learning",
        "start": "/",
        "sources": "/sources",
        "source": f"/sources/{source}",
        "withdrawal": f"/consents/{session.consents(source=source)[0].id}/withdraw",
        "reader": f"/documents/{documents['04-memo.txt'].id}",
        "reader marking": f"/documents/{documents['05-officer.txt'].id}?mark=1-2",
        "reader editing": f"/documents/{documents['14-gazette.txt'].id}?edit=1",
        "reader Korean": f"/documents/{documents['15-daily.txt'].id}",
        "reader veiled": f"/documents/{documents['12-pupil.txt'].id}",
        "claim": f"/claims/{claim.id}",
        "claim of a child": f"/claims/{child.id}",
        "people": "/people",
        "places": "/people?kind=place",
        "network": f"/network?id={person.id}",
        "network of a body": f"/network?id={body.id}&names=1",
        "person": f"/person?id={person.id}",
        "pairs": "/pairs",
        "acts": "/acts",
        "act": f"/acts/{act_address(act)}",
        "findings": "/findings",
        "finding": f"/findings/{session.vault.all('finding')[0].id}",
        "elements": f"/findings/{finding}/elements/{rule}",
        "credibility": f"/findings/{finding}/credibility",
        "second": f"/findings/{finding}/second",
        "reliability": f"/sources/{source}/reliability",
        "retraction": f"/claims/{claim.id}/retract",
        "rules": "/rules",
        "rule": f"/rules/{rule}",
        "heard": "/heard",
        "effects": "/effects",
        "dependences": "/dependences",
        "counts": "/counts?by=act&by=province",
        "counts by basis": "/counts?by=basis&by=period",
        "cell": "/counts/cell?act=arbitrary_detention",
        "estimates": "/estimates",
        "map": "/map",
        "timeline": "/timeline",
        "search": "/search?q=market",
        "search people": "/search?q=Dallae&in=people",
        "search empty": "/search",
        "history": "/history",
        "publish": "/publish",
        "jobs": "/jobs",
        "keys": "/keys",
        "settings": "/settings",
        "users": "/users",
        "rest": "/rest",
        "adding": "/sources?add=1",
        "components": "/components",
        "no such page": "/nothing-here",
    }
