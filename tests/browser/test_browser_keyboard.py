"""A documenter's work by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from firsthand.claims.attribution import Informant, InformantType, Span
from firsthand.claims.claim import PlaceTold, Statement, StatementKind, TimeTold
from firsthand.values.dates import UncertainDate
from firsthand.values.grades import Basis
from firsthand.workbench.coding import record_claim

pytestmark = pytest.mark.browser


def document_named(desk, file_name):
    return next(d for d in desk.session.documents() if d.file_name == file_name and d.version_of is None)


def test_y_accepts_n_refuses_and_undo_takes_it_back(visit, desk):
    visitor = visit()
    document = document_named(desk, "14-gazette.txt")
    count = desk.session.vault.count

    def standing(status):
        return count("proposal", document=document.id, status=status)

    waiting = standing("open")
    assert waiting >= 2
    visitor.go(f"/documents/{document.id}?lang=en")
    visitor.press("y")
    visitor.page.wait_for_url("**#*")
    assert standing("accepted") == 1
    visitor.press("n")
    expect(visitor.page.locator(".count").first).to_have_text(str(waiting - 2))
    assert standing("refused") == 1
    visitor.press("Control+z")
    expect(visitor.page.locator(".count").first).to_have_text(str(waiting - 1))
    assert standing("refused") == 0
    assert standing("accepted") == 1


def test_a_sentence_is_marked_and_becomes_a_claim_without_the_mouse(visit, desk):
    visitor = visit()
    document = document_named(desk, "05-officer.txt")
    before = desk.session.vault.count("claim", document=document.id)
    visitor.go(f"/documents/{document.id}?lang=en")
    visitor.page.focus("#sentences")
    visitor.press("ArrowDown")
    visitor.press("Shift+ArrowDown")
    visitor.press("Enter")
    visitor.page.wait_for_url("**mark=**")
    visitor.page.focus('.claim-form select[name="act"]')
    visitor.page.select_option('.claim-form select[name="act"]', "abuse_of_office")
    visitor.page.focus('.claim-form input[name="basis"]:checked')
    visitor.press("2")
    assert visitor.page.locator('.claim-form input[name="basis"]:checked').get_attribute("value") == "B2"
    visitor.page.focus(".claim-form button.good")
    visitor.press("Enter")
    visitor.page.wait_for_url("**#claim-**")
    assert desk.session.vault.count("claim", document=document.id) == before + 1


@pytest.mark.parametrize(("language", "told"), [("en", "taken over"), ("ko", "가져왔습니다")])
def test_one_key_takes_over_what_the_claim_before_said(visit, desk, language, told):
    visitor = visit()
    document = document_named(desk, "11-weaver.txt") if language == "ko" else document_named(desk, "05-officer.txt")
    statement = Statement(
        kind=StatementKind.ACT,
        informant=Informant(type=InformantType.NAMED_PERSON, name="Ms Sori"),
        basis=Basis.WITNESSED,
        acts=("ill_treatment",),
        time=TimeTold(date=UncertainDate(edtf="2031", words="that spring")),
        places=(PlaceTold(text="the lower market"),),
    )
    record_claim(desk.session, document.id, [Span(0, 20)], statement)
    visitor.go(f"/documents/{document.id}?mark=1-1&lang={language}")
    expect(visitor.page.locator('.claim-form input[name="edtf"]').first).to_have_value("")
    visitor.press("a")
    visitor.page.wait_for_url("**again=1**")
    form = visitor.page.locator(".claim-form").first
    expect(form).to_contain_text(told)
    expect(form).to_contain_text("the lower market")
    expect(form.locator('input[name="edtf"]')).to_have_value("2031")
    expect(form.locator('input[name="informant_name"]')).to_have_value("Ms Sori")
    expect(form.locator('select[name="act"]')).to_have_value("")
    visitor.go(f"/keys?lang={language}")
    expect(visitor.page.locator("main")).to_contain_text(
        "take over speaker, basis, time and places" if language == "en" else "앞 진술의 말한 사람"
    )


def test_letters_typed_into_a_field_decide_nothing(visit, desk):
    visitor = visit()
    document = document_named(desk, "04-memo.txt")
    before = desk.session.vault.count("proposal", document=document.id, status="open")
    visitor.go(f"/documents/{document.id}?lang=en")
    visitor.page.focus("#q")
    visitor.page.keyboard.type("ynesdu")
    assert desk.session.vault.count("proposal", document=document.id, status="open") == before


def test_a_pair_is_decided_by_one_key(visit, desk):
    visitor = visit()
    before = desk.session.vault.count("judgement")
    visitor.settled("/pairs?lang=en")
    waiting = visitor.page.text_content("main")
    visitor.press("s")
    expect(visitor.page.locator("main")).not_to_have_text(waiting)
    assert desk.session.vault.count("judgement") == before + 1


def test_ctrl_k_goes_to_a_page_and_slash_searches(visit):
    visitor = visit()
    visitor.go("/?lang=en")
    visitor.press("Control+k")
    visitor.page.keyboard.type("Timeline")
    visitor.press("Enter")
    visitor.page.wait_for_url("**/timeline")
    visitor.press("/")
    visitor.page.keyboard.type("market")
    visitor.press("Enter")
    visitor.page.wait_for_url("**/search?q=market")
    assert visitor.page.locator(".results li").count() > 0


def test_a_newcomer_reaches_a_first_accepted_claim_from_the_start_page(visit, desk):
    visitor = visit()
    visitor.go("/?lang=en")
    document = document_named(desk, "14-gazette.txt")
    before = desk.session.vault.count("claim", document=document.id, status="accepted")
    visitor.page.locator(".tasks").get_by_text("Accept one suggestion and refuse another.").click()
    visitor.press("y")
    visitor.page.wait_for_url("**?p=**")
    assert desk.session.vault.count("claim", document=document.id, status="accepted") == before + 1


def test_names_are_hidden_until_asked_for(visit):
    visitor = visit()
    visitor.settled("/people?lang=en")
    assert "Dallae" not in visitor.page.inner_text("main")
    visitor.page.click("text=Show names")
    assert "Dallae" in visitor.page.inner_text("main")


def test_the_words_about_a_child_are_covered_until_asked_for(visit, addresses):
    visitor = visit()
    visitor.go(addresses["claim of a child"] + "?lang=en")
    assert "not allowed to write" not in visitor.page.inner_text("main")


def test_withdrawal_says_what_it_reaches_before_anything_happens(visit, desk, addresses):
    visitor = visit()
    steps = len(desk.session.vault)
    visitor.settled(addresses["withdrawal"] + "?lang=en")
    assert "Claims that leave: 5" in visitor.page.inner_text("main")
    assert len(desk.session.vault) == steps


def test_a_mark_is_narrowed_to_words_and_the_claim_rests_on_them_alone(visit, desk):
    visitor = visit()
    document = document_named(desk, "05-officer.txt")
    visitor.go(f"/documents/{document.id}?lang=en&at=0#s2")
    visitor.page.focus("#sentences")
    visitor.press("w", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight")
    expect(visitor.page.locator("#narrowed")).to_have_text("kept the slips")
    visitor.press("Enter")
    visitor.page.wait_for_url("**words=1-3**")
    expect(visitor.page.locator("#panel blockquote")).to_have_text("kept the slips")
    visitor.page.focus(".claim-form button.good")
    visitor.press("Enter")
    visitor.page.wait_for_url("**#claim-**")
    newest = max(desk.session.claims(document=document.id), key=lambda c: c.recorded_at)
    assert desk.session.passage(newest.passage).anchor.exact == "kept the slips"
    visitor.press("Control+z")
    visitor.page.wait_for_url("**undone=**")
