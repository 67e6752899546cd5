"""Coding by keyboard alone in a real browser: keys from an imported file to twenty accepted claims, with screenshots.

Files are added and proposed on, then each document's page is opened and every proposal decided by one key: ``y`` where
the gold file has a claim of that kind on that sentence, ``n`` elsewhere. Slots of accepted proposals that are wrong
are counted apart: each would cost a person ``e`` and a correction.

usage: coding_walk.py [--shots DIR] FILE.txt ... (each with its FILE.gold.json beside it)
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

from learning_curve import wrong_slots
from playwright.sync_api import sync_playwright
from proposals import load_scorer

from firsthand.claims.exchange import suggestion_record
from firsthand.workbench.coding import propose_for
from firsthand.workbench.collecting import add_files
from firsthand.workbench.opening import ephemeral_session

WANTED = 20


def browser_helpers() -> Any:
    path = Path(__file__).parent.parent / "tests/browser/conftest.py"
    spec = importlib.util.spec_from_file_location("browser_helpers", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["browser_helpers"] = module
    spec.loader.exec_module(module)
    return module


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("files", nargs="+", type=Path)
    options.add_argument("--shots", type=Path)
    options.add_argument("--scorer", type=Path, default=Path("../shared/score/proposals.py"))
    chosen = options.parse_args()
    scorer, helpers = load_scorer(chosen.scorer), browser_helpers()
    if chosen.shots:
        chosen.shots.mkdir(parents=True, exist_ok=True)
    accepted = keys = refused = wrong = 0
    with ephemeral_session(actor="coder one") as session:
        documents = add_files(session, chosen.files).documents
        propose_for(session, documents)
        golds = {f.name: json.loads(f.with_suffix(".gold.json").read_text("utf-8"))["claims"] for f in chosen.files}
        with helpers.served(session, is_practice=False) as desk, sync_playwright() as play:
            browser = play.chromium.launch(executable_path=helpers.CHROMIUM, args=helpers.FLAGS)
            visitor = helpers.Visitor(browser, desk, viewport={"width": 1280, "height": 900})
            for document in documents:
                waiting = session.proposals(document=document.id, status="open")
                records = [suggestion_record(p.suggestion, n) | {"id": p.id} for n, p in enumerate(waiting)]
                right = {f["id"]: g for g, f in scorer.match(golds[document.file_name], records)}
                visitor.go(f"/documents/{document.id}?lang={'ko' if document.language == 'ko' else 'en'}")
                keys += 1
                while accepted < WANTED:
                    waiting = {p.id: p for p in session.proposals(document=document.id, status="open")}
                    if not waiting:
                        break
                    # the page says which one it asks about; a key pressed while another is on its way would be lost
                    asked = visitor.page.wait_for_selector(
                        ", ".join(f'.current form[action="/proposals/{one}/accept"]' for one in waiting)
                    )
                    current = waiting[asked.get_attribute("action").split("/")[2]]
                    gold = right.get(current.id)
                    if chosen.shots and (accepted in {0, 7} or accepted == WANTED - 1):
                        visitor.page.screenshot(path=str(chosen.shots / f"{document.file_name}-{accepted}.png"))
                    if gold is not None:
                        wrong += wrong_slots(scorer, gold, suggestion_record(current.suggestion, 0))
                    visitor.press("y" if gold is not None else "n")
                    keys += 1
                    visitor.page.wait_for_load_state("load")
                    for _ in range(1500):
                        if session.proposal(current.id).status != "open":
                            break
                        visitor.page.wait_for_timeout(20)
                    else:
                        raise SystemExit("the page decided another proposal than the one awaited")
                    # the next page must be there before another document is asked for
                    decided = f'form[action="/proposals/{current.id}/accept"]'
                    visitor.page.wait_for_selector(decided, state="detached")
                    visitor.page.wait_for_load_state("load")
                    accepted += gold is not None
                    refused += gold is None
            faults = visitor.faults
            browser.close()
    print(
        f"{keys} keys: {accepted} accepted, {refused} refused, {len(documents)} documents opened; page faults {faults}"
    )
    print(f"{wrong} slots of the accepted ones are wrong ({wrong / max(1, accepted):.1f} a claim)")


if __name__ == "__main__":
    main()
