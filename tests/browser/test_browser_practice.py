"""The seven practice tasks, done by keyboard alone, in both languages; and starting again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from firsthand.workbench.practice import PRACTICE_TASKS

pytestmark = pytest.mark.browser


@pytest.fixture
def fresh(desk):
    desk.progress.start_again()
    yield desk
    desk.progress.start_again()
    desk.language = "en"


def tab_to(visitor, selector, most=60):
    """Press Tab until what the selector names has the focus."""
    for _ in range(most):
        if visitor.page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
        visitor.press("Tab")
    pytest.fail(f"{selector} was not reached by Tab")


def next_task(visitor):
    visitor.press("Escape")  # leaves the field of a form that came with the focus in it
    with visitor.page.expect_navigation():
        visitor.press("g")
    visitor.wait()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_task_can_be_done_by_keyboard_alone(visit, fresh, language):
    visitor = visit()
    page = visitor.page
    visitor.go(f"/?lang={language}")
    expect(page.locator(".tasks li.done")).to_have_count(0)

    next_task(visitor)
    visitor.press("t", "ArrowDown", "Shift+ArrowDown", "Enter")
    page.wait_for_url("**mark=**")
    assert fresh.progress.done == ("mark",)

    next_task(visitor)
    tab_to(visitor, 'input[name="basis"]')
    visitor.press("2")
    tab_to(visitor, 'select[name="act"]')
    visitor.press("ArrowDown")
    tab_to(visitor, ".claim-form button.good")
    visitor.press("Enter")
    page.wait_for_url("**#claim-**")
    assert fresh.progress.done == ("mark", "claim")

    next_task(visitor)
    waiting = int(page.locator("#proposals .count").inner_text())
    visitor.press("y")
    expect(page.locator("#proposals .count")).to_have_text(str(waiting - 1))
    assert "suggestions" not in fresh.progress.done, "one of the two is not enough"
    visitor.press("n")
    expect(page.locator("#proposals .count")).to_have_text(str(waiting - 2))
    assert "suggestions" in fresh.progress.done

    next_task(visitor)
    visitor.press("u")
    page.wait_for_url("**/pairs?n=**")
    assert "pair" in fresh.progress.done

    for task in ("circular", "count", "publish"):
        next_task(visitor)
        assert task in fresh.progress.done
    visitor.press("g")
    page.wait_for_url(f"{visitor.base}/")
    expect(page.locator(".tasks li.done")).to_have_count(len(PRACTICE_TASKS))
    for _ in range(4):
        visitor.press("Control+z")
        page.wait_for_url("**undone=**")


def test_starting_again_forgets_what_was_done(visit, fresh):
    visitor = visit()
    fresh.progress.note("mark")
    visitor.go("/?lang=en")
    expect(visitor.page.locator(".tasks li.done")).to_have_count(1)
    visitor.page.get_by_role("button", name="Start again").click()
    expect(visitor.page.locator(".tasks li.done")).to_have_count(0)
