"""Pages as the server writes them: parts of long documents, covered passages, terms first, the long road and undo."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.interfaces.web.app import make_desk
from firsthand.interfaces.web.pages.practising import tasks_of
from firsthand.interfaces.web.pictures.network import LARGEST, Node, Tie, draw_network, place_nodes
from firsthand.interfaces.web.pictures.svg import fitted, width_of
from firsthand.interfaces.web.words import PSEUDO, translate, translate_told
from firsthand.workbench.collecting import add_text
from firsthand.workbench.opening import ephemeral_session, practice_session
from firsthand.workbench.practice import PRACTICE_TASKS, document_named


@pytest.fixture(scope="module")
def practice(visitor_of):
    with practice_session() as session:
        yield visitor_of(make_desk(session, port=4711, title="", is_practice=True))


@pytest.fixture
def empty(visitor_of):
    with ephemeral_session(actor="coder") as session:
        yield visitor_of(make_desk(session, port=4711, title="Test", is_practice=False))


def sentences_shown(text):
    return [int(number) for number in re.findall(r'role="option" id="s(\d+)"', text)]


def test_a_long_document_comes_in_parts_that_follow_one_another(empty):
    lines = [" ".join(f"Invented sentence {line}.{n} stands here." for n in range(1, 9)) for line in range(40)]
    document = add_text(empty.desk.session, file_name="long.txt", text="\n".join(lines))
    first = empty.get(f"/documents/{document.id}").text
    shown = sentences_shown(first)
    assert shown[0] == 0
    assert len(shown) < 100
    seen = list(shown)
    while seen[-1] + 1 < 320:
        seen += sentences_shown(empty.get(f"/documents/{document.id}?at={seen[-1] + 1}").text)
    assert seen == list(range(320))


def test_a_hard_passage_is_not_in_the_page_until_it_is_asked_for(practice):
    document = document_named(practice.desk.session, "12-pupil.txt")
    covered = practice.get(f"/documents/{document}?lang=en").text
    assert "I was not allowed to write" not in covered
    number = re.search(r'sentence[^"]*covered"[^>]*data-show="\?at=(\d+)', covered)[1]
    one = practice.get(f"/documents/{document}?show={number}").text
    assert "not allowed to write" in one
    assert "not allowed to write" in practice.get(f"/documents/{document}?show=all").text


def test_stopping_keeps_the_place_and_shows_no_testimony(practice):
    document = document_named(practice.desk.session, "01-trader.txt")
    answer = practice.post(f"/documents/{document}/stop", sentence="3")
    assert answer.headers["location"] == "/rest"
    page = practice.get("/rest").text
    assert f"/documents/{document}?at=3#s3" in page
    assert "wardens" not in page
    assert f"/documents/{document}?at=3#s3" in practice.get("/").text


def test_undo_takes_back_work_and_never_a_setting(practice):
    session = practice.desk.session
    document = document_named(session, "14-gazette.txt")
    waiting = session.vault.count("proposal", document=document, status="open")
    proposal = session.proposals(document=document, status="open")[0]
    practice.post(f"/proposals/{proposal.id}/refuse")
    practice.post("/settings", language="ko", theme="dark", idle="5", covers="1")
    assert practice.desk.preferences.theme == "dark"
    practice.post("/undo", back="/")
    assert session.vault.count("proposal", document=document, status="open") == waiting
    assert practice.desk.preferences.theme == "dark"
    practice.post("/settings", language="en", theme="system", idle="15", covers="1")


def test_files_without_known_terms_get_none_even_if_boxes_were_ticked(empty):
    empty.post(
        "/sources",
        terms="unknown",
        purpose="statistics",
        files={"files": ("note.txt", b"Invented. Wardens detained forty traders in May 2031.", "text/plain")},
    )
    for job in empty.desk.jobs:
        assert job.wait(60)
    assert empty.desk.session.vault.count("document") == 1
    assert empty.desk.session.consents() == []
    assert "note.txt" in empty.get("/jobs").text


def test_what_is_set_aside_is_named_with_its_reason_and_the_rest_is_kept(empty):
    empty.post(
        "/sources",
        terms="known",
        purpose=["analysis", "statistics"],
        files=[
            ("files", ("good.txt", b"Invented. Wardens detained forty traders in May 2031.", "text/plain")),
            ("files", ("broken.pdf", b"%PDF-1.7 and then nothing", "application/pdf")),
        ],
    )
    for job in empty.desk.jobs:
        assert job.wait(60)
    page = empty.get("/jobs").text
    assert "broken.pdf" in page
    assert [c.purposes for c in empty.desk.session.consents()] == [frozenset({"analysis", "statistics"})]


def test_every_refused_form_changes_nothing_without_its_token(practice):
    before = len(practice.desk.session.vault)
    for path in ("/settings", "/keys", "/users", "/users/remove", "/undo", "/sources", "/tasks", "/jobs/propose"):
        answer = practice.post(path, csrf="guess")
        assert answer.status_code == 403, path
    assert len(practice.desk.session.vault) == before


def test_facets_narrow_a_search_and_the_address_holds_all_of_it(practice):
    everything = practice.get("/search?q=market").text
    assert "/search?q=market&amp;in=documents&amp;kind=article" in everything or "kind=article" in everything
    narrowed = practice.get("/search?q=market&kind=interview").text
    assert "Traders taken from Narubaek market" in everything
    assert "Traders taken from Narubaek market" not in narrowed


def test_a_name_is_found_in_the_other_script(practice):
    found = practice.get("/search?q=Kim+Tal-lae").text
    assert "김달래" in found
    assert "03-cellmate.txt" in found


@pytest.mark.parametrize("count", [2, 7, LARGEST])
def test_a_network_is_placed_the_same_in_each_run_and_within_its_picture(count):
    nodes = [Node(id=str(n), label=f"n{n}", kind="person", address="/", distance=min(n, 1)) for n in range(count)]
    ties = [Tie(a="0", b=str(n), weight=1) for n in range(1, count)]
    once, again = place_nodes(nodes, ties), place_nodes(nodes, ties)
    assert once == again
    assert len(set(once.values())) == count
    drawn = draw_network(nodes, ties)
    width, height = map(int, re.search(r'viewBox="0 0 (\d+) (\d+)"', drawn).groups())
    assert all(0 < x < width and 0 < y < height for x, y in once.values())
    assert drawn.count("<a ") == count


def test_every_practice_task_leads_to_a_real_page_and_is_said_in_korean(practice):
    tasks = tasks_of(practice.desk)
    assert [task.name for task in tasks] == list(PRACTICE_TASKS)
    for task in tasks:
        assert practice.get(task.address.partition("#")[0]).status_code == 200
        for message in (task.message, task.how):
            assert translate(message, "ko") != message
    practice.desk.progress.start_again()


def test_one_thing_is_said_as_one():
    assert translate("{n} mentions", "en", n=1) == "1 mention"
    assert translate("{n} mentions", "en", n=2) == "2 mentions"
    assert translate("{n} mentions", "ko", n=1) == "언급 1회"


def test_a_pseudo_language_marks_every_message():
    assert translate("Sources", PSEUDO) == "⟦Sources⟧"
    assert translate_told("Something that no catalogue holds.", PSEUDO).startswith("⟦")


def test_numbers_within_a_told_message_do_not_hide_it_from_the_catalogue():
    told = "The vault did not open. Wait 12 seconds before the next try."
    assert translate_told(told, "ko") == "보관함이 열리지 않았습니다. 12초 뒤에 다시 해 보세요."
    assert translate_told(told, "en") == told


def test_categories_of_counts_are_said_in_the_language_of_the_page(practice):
    shown = practice.get("/counts?by=basis&by=period&by=province&lang=ko").text
    practice.get("/?lang=en")
    assert "B1 · 직접 겪음(피해자)" in shown
    assert "밝히지 않음" in shown
    assert "1990년대" in shown
    assert "not told</td>" not in shown


@pytest.mark.parametrize(("words", "quoted"), [("1-2", "sold salt"), ("0", "I"), ("3-99", ""), ("2-1", ""), ("x", "")])
def test_words_are_cut_from_the_stored_text_and_words_that_are_not_there_leave_the_sentence(empty, words, quoted):
    text = "I sold salt in the lower market. Nobody read a charge."
    document = add_text(empty.desk.session, file_name="a.txt", text=text)
    empty.post(f"/documents/{document.id}/claims", mark="0", words=words, basis="B1", act="arbitrary_arrest")
    claim = empty.desk.session.claims()[0]
    expected = quoted or "I sold salt in the lower market."
    assert empty.desk.session.passage(claim.passage).anchor.exact == expected


@given(st.text(min_size=1, max_size=120), st.integers(60, 500))
def test_a_label_fits_its_room_and_loses_nothing_where_it_need_not(text, width):
    shown = fitted(text, width)
    assert width_of(shown) <= width
    assert shown == text or (width_of(text) > width and shown.endswith("…"))
