"""Before a vault is open, and a newcomer's first claim in a vault of their own."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from firsthand.values.errors import UsageError
from firsthand.workbench.lobby import Lobby

pytestmark = pytest.mark.browser

TESTIMONY = (
    "Invented for a test. I sold salt in the lower market of Marugol. In May 2009 the wardens detained forty traders "
    "at the ward office for three days. Nobody read a charge to us.\n"
)


@pytest.fixture
def lobby(tmp_path, serve, monkeypatch):
    monkeypatch.setenv("FIRSTHAND_WITNESS", "none")
    with serve(None, lobby=Lobby(folder=tmp_path / "vaults", light=True)) as desk:
        yield desk
        desk.stand_up()


def add_testimony(page, path):
    page.set_input_files('input[name="files"]', path)
    page.locator("details.add form button").last.press("Enter")
    page.wait_for_url("**/jobs")
    expect(page.locator(".card .tag.good")).to_be_visible(timeout=60_000)


def test_a_vault_is_made_filled_locked_and_opened_again_without_the_mouse(lobby, visit_desk, tmp_path):
    visitor = visit_desk(lobby)
    page = visitor.page
    visitor.go("/?lang=en")
    assert visitor.go("/sources").url == f"{visitor.base}/", "nothing of a vault is there before one is open"
    page.get_by_role("link", name="Make a new vault").press("Enter")
    offered = page.locator(".passphrase code").inner_text()
    assert len(offered.split("-")) == 7
    page.locator('input[name="place"]').fill("field-notes")
    page.get_by_role("button", name="Make the vault").press("Enter")
    page.wait_for_url("**/sources?add=1")
    assert (tmp_path / "vaults" / "field-notes" / "vault.json").is_file()

    # Terms first; what is not known stays forbidden, with one key.
    visitor.press("k")
    assert page.evaluate("document.activeElement.name") == "files"
    note = tmp_path / "trader.txt"
    note.write_text(TESTIMONY, "utf-8")
    add_testimony(page, note)
    assert "Left behind while reading" in page.inner_text("main")
    assert lobby.session.consents() == []
    page.get_by_role("link", name="Begin to read").press("Enter")
    visitor.press("y")
    page.wait_for_url("**?p=**")
    assert lobby.session.vault.count("claim", status="accepted") == 1

    visitor.press("h")
    page.wait_for_url("**/rest")
    assert "salt" not in page.inner_text("main")
    vault = lobby.session.vault
    visitor.press("F9")
    expect(page.locator("h1")).to_have_text("Locked")
    visitor.faults = [fault for fault in visitor.faults if "403" not in fault]
    assert lobby.locked
    page.locator('input[name="passphrase"]').fill("not these words at all")
    page.keyboard.press("Enter")
    expect(page.locator('[role="alert"]')).to_be_visible()
    visitor.faults = [fault for fault in visitor.faults if "403" not in fault]
    page.locator('input[name="passphrase"]').fill(offered)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("From testimony to evidence")
    assert lobby.session.vault is not vault
    page.get_by_role("link", name="Go on where you stopped").press("Enter")
    page.wait_for_url("**/documents/**")

    page.get_by_role("button", name="Close the vault").press("Enter")
    expect(page.get_by_role("link", name="field-notes")).to_be_visible()
    page.get_by_role("link", name="field-notes").press("Enter")
    page.locator('input[name="passphrase"]').fill(offered)
    page.keyboard.press("Enter")
    expect(page.locator(".vault-name")).to_have_text("field-notes")
    assert lobby.session.vault.count("claim", status="accepted") == 1


def test_a_short_passphrase_of_ones_own_is_refused_and_the_offer_stays(lobby, visit_desk):
    visitor = visit_desk(lobby)
    page = visitor.page
    visitor.go("/start/new?lang=en")
    offered = page.locator(".passphrase code").inner_text()
    page.locator('input[name="place"]').fill("short")
    page.locator('input[name="passphrase"]').fill("too short")
    assert page.locator('input[name="which"][value="own"]').is_checked(), "typing one chooses one's own"
    page.get_by_role("button", name="Show").click()
    assert page.locator('input[name="passphrase"]').get_attribute("type") == "text"
    page.get_by_role("button", name="Make the vault").click()
    expect(page.locator('[role="alert"]')).to_contain_text("shorter than 16")
    visitor.faults = [fault for fault in visitor.faults if "422" not in fault]
    assert page.locator(".passphrase code").inner_text() == offered
    assert lobby.held is None


def test_practice_opens_from_the_start_page_and_says_how_far_it_is(lobby, visit_desk):
    visitor = visit_desk(lobby)
    visitor.go("/?lang=ko")
    visitor.page.get_by_role("button", name="연습 보관함 열기").press("Enter")
    expect(visitor.page.locator(".tasks li")).to_have_count(7, timeout=60_000)
    assert lobby.is_practice


def test_start_pages_are_readable_by_machines_in_both_languages(lobby, visit_desk, axe):
    visitor = visit_desk(lobby, viewport={"width": 320, "height": 256}, bypass_csp=True)
    found = []
    for path in ("/", "/start/new", "/start/open"):
        for language in ("en", "ko"):
            visitor.go(f"{path}?lang={language}")
            found += [f"{path} {language}: {fault}" for fault in axe(visitor.page)]
            if visitor.page.evaluate("document.documentElement.scrollWidth") > 320:
                found.append(f"{path} {language}: too wide")
    assert found == []


def test_keys_can_be_changed_turned_off_and_never_clash(lobby, visit_desk, tmp_path):
    visitor = visit_desk(lobby)
    page = visitor.page
    visitor.go("/start/new?lang=en")
    page.locator('input[name="place"]').fill("keys")
    page.get_by_role("button", name="Make the vault").press("Enter")
    page.wait_for_url("**/sources?add=1")
    note = tmp_path / "trader.txt"
    note.write_text(TESTIMONY, "utf-8")
    add_testimony(page, note)
    document = lobby.session.documents()[0]

    visitor.go("/keys")
    page.locator('input[name="accept"]').focus()
    visitor.press("n")
    page.get_by_role("button", name="Keep these keys").press("Enter")
    expect(page.locator('[role="alert"]')).to_contain_text("One key stands for two acts.")
    visitor.faults = [fault for fault in visitor.faults if "422" not in fault]
    page.locator('input[name="accept"]').focus()
    visitor.press("j")
    page.get_by_role("button", name="Keep these keys").press("Enter")
    expect(page.locator('input[name="accept"]')).to_have_value("j")

    waiting = lobby.session.vault.count("proposal", document=document.id, status="open")
    visitor.go(f"/documents/{document.id}")
    visitor.press("y")
    assert lobby.session.vault.count("proposal", document=document.id, status="open") == waiting
    visitor.press("j")
    page.wait_for_url("**#*")
    assert lobby.session.vault.count("proposal", document=document.id, status="open") == waiting - 1

    visitor.go("/keys")
    page.locator('input[name="letters"]').uncheck()
    page.get_by_role("button", name="Keep these keys").press("Enter")
    visitor.go(f"/documents/{document.id}")
    expect(page.locator(".actions kbd")).to_have_count(0)
    visitor.press("j", "n", "e")
    assert lobby.session.vault.count("proposal", document=document.id, status="open") == waiting - 1
    visitor.press("Control+z")
    page.wait_for_url("**undone=**")
    assert lobby.session.vault.count("proposal", document=document.id, status="open") == waiting


def test_nobody_here_for_long_enough_closes_the_vault_and_clears_the_screen(lobby, visit_desk):
    visitor = visit_desk(lobby)
    page = visitor.page
    page.clock.install()
    visitor.go("/start/new?lang=en")
    page.locator('input[name="place"]').fill("idle")
    page.get_by_role("button", name="Make the vault").press("Enter")
    page.wait_for_url("**/sources?add=1")
    vault = lobby.session.vault
    minutes = lobby.preferences.idle_minutes
    page.clock.run_for((minutes * 60 - 5) * 1000)
    expect(page.locator("h1")).to_have_text("Sources")
    page.keyboard.press("Shift")
    page.clock.run_for((minutes * 60 - 5) * 1000)
    expect(page.locator("h1")).to_have_text("Sources")
    page.clock.run_for(10_000)
    expect(page.locator("h1")).to_have_text("Locked")
    visitor.faults = [fault for fault in visitor.faults if "403" not in fault]
    with pytest.raises(UsageError):
        vault.count("source")
