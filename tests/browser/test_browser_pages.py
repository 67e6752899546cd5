"""Every page, in both languages, all themes, wide and zoomed: readable by machines, no fault, nothing off loopback."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum

import pytest

from firsthand.interfaces.web.words import PSEUDO
from firsthand.values.vocabularies import packaged_vocabulary
from firsthand.workbench.assessing import assess_vault

# 1280 x 1024 at 400 % zoom is 320 x 256 CSS pixels at four device pixels each.
WINDOWS = {"wide": {"viewport": {"width": 1280, "height": 900}},
           "zoomed": {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}}  # fmt: skip

pytestmark = pytest.mark.browser


def no_404(visitor):
    visitor.faults = [fault for fault in visitor.faults if "404" not in fault]


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("window", WINDOWS)
def test_axe_finds_nothing_on_any_page_in_any_theme(visit, addresses, axe, language, window):
    # The policy forbids injected script, so that axe is let in by the browser's own debugging door.
    visitor = visit(**WINDOWS[window], bypass_csp=True)
    width = WINDOWS[window]["viewport"]["width"]
    found = []
    for name, path in addresses.items():
        visitor.page.emulate_media(color_scheme="light")
        visitor.settled(f"{path}{'&' if '?' in path else '?'}lang={language}")
        # Structure is the same in every theme; colours are looked at in each.
        for theme, only in (("light", None), ("dark", ["color-contrast"]), ("contrast", ["color-contrast"])):
            visitor.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            if theme == "contrast":
                visitor.page.evaluate("document.documentElement.dataset.theme = 'contrast'")
            found += [f"{name}, {theme}: {fault}" for fault in axe(visitor.page, only)]
        overflow = visitor.page.evaluate("document.documentElement.scrollWidth") - width
        if overflow > 0:
            found.append(f"{name}: {overflow} px too wide")
    no_404(visitor)
    assert found == []


def test_no_page_breaks_the_policy_or_asks_anything_off_loopback(visit, addresses):
    visitor = visit()
    titles = set()
    for name, path in addresses.items():
        answer = visitor.go(path)
        assert answer.status == (404 if name == "no such page" else 200), name
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "require-trusted-types-for 'script'; trusted-types 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert len(answer.body()) < 200_000, name
        assert visitor.page.locator("script:not([src]), style, [style], [onclick]").count() == 0, name
        titles.add(visitor.page.title())
    no_404(visitor)
    # A title names the room and nothing of what is in it.
    assert all(title.endswith("Firsthand") for title in titles)
    assert not any("Trader" in title or "Dallae" in title for title in titles)


LEFT_OVER = """() => {
  const bare = (text) => {
    let depth = 0, out = '';
    for (const mark of text) {
      if (mark === '⟦') depth += 1;
      else if (mark === '⟧') depth -= 1;
      else if (depth === 0) out += mark;
    }
    return out.replace(/\\s+/g, ' ').trim();
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (parent.closest('code, kbd, script, [lang]:not(html), textarea, .brand')) continue;
    found.push(node.textContent);
  }
  for (const element of document.querySelectorAll('[aria-label], [placeholder], [title]'))
    for (const name of ['aria-label', 'placeholder', 'title']) found.push(element.getAttribute(name) ?? '');
  return [...new Set(found.map(bare).filter((text) => /\\p{L}{2,}/u.test(text)))];
}"""


def strings(value):
    """All texts within a statement, its coded words left out: those must come from the catalogues."""
    if isinstance(value, Enum):
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from strings(tuple(value.values()))
    elif isinstance(value, tuple | list):
        for one in value:
            yield from strings(one)
    elif is_dataclass(value):
        yield from strings(tuple(getattr(value, field.name) for field in fields(value) if field.name != "acts"))


def words_of_the_vault(session):
    """All that a page may show that is no word of the interface: what the vault holds, and what machines explain."""
    assessment = assess_vault(session, with_proposals=True)
    held = [text for d in session.documents() for text in (d.text, d.title, d.file_name, d.publisher) if text]
    held += [text for s in session.sources() for text in (s.designation, s.origin_body) if text]
    held += [text for c in session.claims() for text in strings(c.statement)]
    held += [text for p in session.proposals() for text in strings((p.suggestion.statement, p.suggestion.why))]
    held += [text for f in session.vault.all("finding") for text in (f.statement, f.reasons)]
    held += [dependence.reason for dependence in assessment.weighing.dependences]
    held += [reason for family in assessment.weighing.families for reason in family.reasons]
    held += [text for p in assessment.linked.persons for text in (p.designation, *p.names)]
    held += [evidence.words_en for pair in assessment.linked.pairs for evidence in pair.evidence]
    names = ("acts", "source_basis", "handling_classes", "standards_of_proof", "credibility", "reliability")
    held += [term.label("en") for name in names for term in packaged_vocabulary(name)]
    held += [result.model for result in session.memory["estimates"][1][1]]
    return "\n".join(held)


WORD = re.compile(r"[^\W\d_]{2,}")


def unknown_words(text, words):
    """Words that nothing accounts for; the last one of a long quotation may be cut."""
    found = [word for word in WORD.findall(text) if word not in words]
    is_cut = len(text) > 60 and found and text.endswith(found[-1]) and any(w.startswith(found[-1]) for w in words)
    return found[:-1] if is_cut else found


def test_no_text_stands_outside_of_the_catalogues(visit, desk, addresses):
    visitor = visit()
    visitor.settled("/estimates")
    held = re.sub(r"\s+", " ", words_of_the_vault(desk.session)).casefold()
    words = set(WORD.findall(held)) | {word.casefold() for word in ALLOWED}
    left = {}
    try:
        for name, path in addresses.items():
            desk.language = PSEUDO
            visitor.go(path)
            for text in visitor.page.evaluate(LEFT_OVER):
                unknown = unknown_words(text.casefold(), words)
                if unknown and text.casefold() not in held:
                    left.setdefault(text, f"{name}: {unknown}")
    finally:
        desk.language = "en"
    no_404(visitor)
    assert left == {}, json.dumps(left, ensure_ascii=False, indent=1)


# Names of methods, units and formats, and dates in words, which have tests of their own in tests/interfaces.
ALLOWED = """
January February March April May June July August September October November December spring summer autumn winter
Jan Feb Mar Apr Jun Jul Aug Sep Oct Nov Dec around since until at least up to about
English 한국어 persons days weeks months years SHA EDTF CSV PDF bits text plain practice coder
chao loglinear stepwise decomposable main effects lincoln petersen coverage latent class places
""".split()  # noqa: SIM905  a list of words reads better as words
