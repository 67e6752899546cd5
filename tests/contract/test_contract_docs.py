"""The documentation is whole: links lead somewhere, every page is within reach of the README, every command is told."""

import re
from pathlib import Path

import pytest

from firsthand.interfaces.cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def links_of(page):
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    named = re.findall(r"\]\(([^)\s#]+)(?:#[^)\s]*)?\)", text)
    return [(page.parent / link).resolve() for link in named if not re.match(r"[a-z]+:", link)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page):
    assert [str(link) for link in links_of(page) if not link.exists()] == []


def test_every_page_is_within_reach_of_the_readme():
    reached, waiting = set(), [PAGES[0]]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            waiting += [link for link in links_of(page) if link.suffix == ".md" and link.exists()]
    assert [str(page.relative_to(ROOT)) for page in PAGES if page not in reached] == []


def test_every_command_stands_in_the_reference():
    rows = (ROOT / "docs/reference/commands.md").read_text("utf-8").splitlines()
    first_cells = [row.replace(r"\|", "").split("|")[1] for row in rows if row.startswith("| ")]
    told = {name for cell in first_cells for name in re.findall(r"`([a-z-]+)[ `]", cell)}
    assert {name for group in COMMANDS.values() for name in group} - told == set()
