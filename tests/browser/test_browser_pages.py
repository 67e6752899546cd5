"""Every page, in both languages, both themes, wide and narrow: readable by machines, no fault, nothing off loopback."""

from __future__ import annotations

from pathlib import Path

import pytest

AXE = Path(__file__).parents[2] / "browser" / "node_modules" / "axe-core" / "axe.min.js"

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 320)])
def test_axe_finds_nothing_on_any_page(visit, addresses, language, theme, width):
    # The policy forbids injected script, so that axe is let in by the browser's own debugging door.
    visitor = visit(color_scheme=theme, viewport={"width": width, "height": 900}, bypass_csp=True)
    found = []
    for name, path in addresses.items():
        visitor.go(f"{path}{'&' if '?' in path else '?'}lang={language}")
        visitor.page.evaluate(AXE.read_text("utf-8"))
        result = visitor.page.evaluate("async () => await axe.run(document, {resultTypes: ['violations']})")
        found += [f"{name}: {v['id']}: {v['nodes'][0]['html'][:120]}" for v in result["violations"]]
        overflow = visitor.page.evaluate("document.documentElement.scrollWidth") - width
        if overflow > 0:
            found.append(f"{name}: {overflow} px too wide")
    visitor.faults = [f for f in visitor.faults if "404" not in f]
    assert found == []


def test_no_page_breaks_the_policy_or_asks_anything_off_loopback(visit, addresses):
    visitor = visit()
    for name, path in addresses.items():
        answer = visitor.go(path)
        assert answer.status == (404 if name == "no such page" else 200), name
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert visitor.page.title() == "Firsthand"
    visitor.faults = [f for f in visitor.faults if "404" not in f]


def test_largest_page_stays_under_its_budget(visit, addresses):
    visitor = visit()
    sizes = {name: len(visitor.go(path).body()) for name, path in addresses.items() if name != "no such page"}
    assert max(sizes.values()) < 200_000, max(sizes, key=sizes.get)


def test_interface_speaks_korean_and_no_word_is_left_in_english(visit, addresses):
    visitor = visit()
    words = {"Sources", "Counts", "Publish", "Accept", "Refuse", "Findings", "Undo", "Reasons", "Claims", "Search"}
    for name, path in addresses.items():
        visitor.go(f"{path}{'&' if '?' in path else '?'}lang=ko")
        left = words & set(visitor.page.evaluate(
            "[...document.querySelectorAll('h1,h2,h3,button,th,dt,label,summary,nav a')].map(e => e.textContent.trim())"
        ))  # fmt: skip
        assert left == set(), name
    visitor.go("/?lang=en")
    visitor.faults = [f for f in visitor.faults if "404" not in f]
