"""Pages as the server writes them: parts of long documents, covered passages, terms first, the long road and undo."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.claims.attribution import Informant, InformantType, Span
from firsthand.claims.claim import Participant, PlaceTold, Statement, StatementKind, TimeTold
from firsthand.corroboration.findings import Finding
from firsthand.interfaces.web.app import make_desk
from firsthand.interfaces.web.pages.practising import tasks_of
from firsthand.interfaces.web.pictures.network import LARGEST, Node, Tie, draw_network, place_nodes
from firsthand.interfaces.web.pictures.svg import fitted, width_of
from firsthand.interfaces.web.words import PSEUDO, translate, translate_told
from firsthand.sources.document import LeftBehind, Locator, ReadText, Segment
from firsthand.values.dates import UncertainDate
from firsthand.values.grades import Basis, StandardOfProof
from firsthand.vault import Change
from firsthand.workbench.apart import ClosedToCoder
from firsthand.workbench.coding import propose_for, record_claim
from firsthand.workbench.collecting import add_text, keep_document
from firsthand.workbench.double_coding import assign
from firsthand.workbench.opening import ephemeral_session, practice_session
from firsthand.workbench.practice import PRACTICE_TASKS, document_named
from firsthand.workbench.publishing import plan_release
from firsthand.workbench.steps import StepName


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


@pytest.mark.parametrize(
    ("language", "told"), [("en", "nothing is proposed on: 1"), ("ko", "하지 않는 언어의 문장: 1개")]
)
def test_the_reader_marks_what_is_in_a_language_that_nothing_is_proposed_on(empty, language, told):
    text = "A resident said that wardens beat three women.\nLes gardiens ont frappé trois femmes, selon un témoin."
    document = add_text(empty.desk.session, file_name="a.txt", text=text)
    page = empty.get(f"/documents/{document.id}?lang={language}").text
    assert told in page
    assert re.findall(r'id="s(\d)"[^>]*passed-over', page) == ["1"]
    english = add_text(empty.desk.session, file_name="b.txt", text="A resident said that wardens beat three women.")
    assert "passed-over" not in empty.get(f"/documents/{english.id}?lang={language}").text


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


def test_a_document_with_nothing_to_propose_on_is_not_said_to_be_unread(empty):
    files = [("files", ("bare.txt", b"The ferry left at dawn.", "text/plain"))]
    empty.post("/sources", terms="unknown", files=files)
    page = empty.get("/jobs?lang=en").text
    assert "0 proposals on 1 documents." in page
    assert "without proposals" not in page
    late = add_text(empty.desk.session, file_name="late.txt", text="A resident said that wardens beat three women.")
    assert "Documents without proposals: 1" in empty.get("/jobs?lang=en").text
    propose_for(empty.desk.session, [late])
    assert "without proposals" not in empty.get("/jobs?lang=en").text


@pytest.mark.parametrize(
    ("locator", "column", "english", "korean"),
    [
        (Locator.PAGE, None, "page 3 · page 4", "3쪽 · 4쪽"),
        (Locator.LINE, None, "line 3 · line 4", "3행 · 4행"),
        (Locator.ROW, "words", "row 3, column “words” · row 4, column “words”", "표의 3행, “words” 열"),
        (Locator.TIME, None, "at 0:00:03 · at 0:00:04", "0:00:03 지점"),
        (Locator.PART, None, "part 3 · part 4", "3째 부분"),
    ],
)
def test_a_claim_says_where_its_words_stand_in_the_file(empty, locator, column, english, korean):
    text = "words: Wardens beat three women. words: Then they left."
    segments = tuple(
        Segment(start=start, end=end, locator=locator, number=number, column=column)
        for number, (start, end) in enumerate(((7, 32), (40, 55)), 3)
    )
    reading = ReadText(text=text, media_type="text/csv", segments=segments)
    document = keep_document(empty.desk.session, "a", text.encode(), reading)
    statement = Statement(kind=StatementKind.CONTEXT, informant=Informant(type=InformantType.AUTHOR_VOICE))
    claim = record_claim(empty.desk.session, document.id, [Span(0, 55)], statement)
    assert english in empty.get(f"/claims/{claim.id}?lang=en").text
    assert korean in empty.get(f"/claims/{claim.id}?lang=ko").text


@pytest.mark.parametrize(("language", "told"), [("en", "(page 1, page 2)"), ("ko", "(1쪽, 2쪽)")])
def test_what_was_left_behind_is_summed_by_kind_and_says_where(empty, language, told):
    left = [LeftBehind(what="broken page", detail=f"page {n}") for n in (1, 2)] + [LeftBehind(what="script", count=3)]
    reading = ReadText(text="The ferry left.", media_type="application/pdf", left_behind=tuple(left))
    document = keep_document(empty.desk.session, "a.pdf", b"x", reading)
    page = empty.get(f"/sources/{document.source}?lang={language}").text
    assert f"× 2 {told}; " in page
    assert page.count(translate("left:broken page", language)) == 1


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


def test_same_again_takes_over_speaker_basis_time_and_places_and_nothing_else(empty):
    text = "Ms Sori said that in 2031 wardens beat her in Sinuiju. They sent others away. A third line stands here."
    session = empty.desk.session
    document = add_text(session, file_name="a.txt", text=text)
    statement = Statement(
        kind=StatementKind.ACT,
        informant=Informant(type=InformantType.NAMED_PERSON, name="Ms Sori", span=Span(0, 7)),
        basis=Basis.LIVED,
        acts=("ill_treatment",),
        victims=(Participant(text="her", span=Span(36, 39)),),
        places=(PlaceTold(text="Sinuiju", span=Span(43, 50)),),
        time=TimeTold(date=UncertainDate(edtf="2031", words="2031"), span=Span(21, 25)),
    )
    record_claim(session, document.id, [Span(0, 51)], statement)
    page = empty.get(f"/documents/{document.id}?mark=1-1&lang=en").text
    assert "again=1#panel" in page
    assert 'data-act="again"' in page
    assert 'name="again"' not in page
    shown = empty.get(f"/documents/{document.id}?mark=1-1&again=1").text
    assert 'name="edtf" autocomplete="off" value="2031"' in shown
    assert "Sinuiju" in shown[shown.index('name="again"') :]
    sent = {"mark": "1", "again": "1", "informant_name": "Ms Sori", "informant": "named_person", "basis": "B1"}
    empty.post(
        f"/documents/{document.id}/claims", **sent, edtf="2031", time_words="2031", act="deportation", kind="act"
    )
    kept = next(c.statement for c in session.claims() if c.statement.acts == ("deportation",))
    assert (kept.informant.name, kept.basis, kept.time.date.edtf) == ("Ms Sori", Basis.LIVED, "2031")
    assert [(p.text, p.span) for p in kept.places] == [("Sinuiju", None)]
    assert kept.time.span is None
    assert kept.victims == ()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_other_acts_offered_are_one_key_away_and_teach_as_an_edit_does(empty, language):
    session = empty.desk.session
    document = add_text(session, file_name="a.txt", text="In May 2031 a resident said that wardens beat three women.")
    (proposal,) = propose_for(session, [document])
    offered = proposal.suggestion.alternatives
    assert 0 < len(offered) <= 3
    page = empty.get(f"/documents/{document.id}?lang={language}").text
    shown = re.findall(
        r'name="instead" value="(\w+)">\s*<button class="quiet" data-act="instead-(\d)"[^>]*>([^<]*)', page
    )
    assert [(code, int(number)) for code, number, _ in shown] == [(code, n) for n, code in enumerate(offered, 1)]
    assert [words.strip() for *_, words in shown] == [session.acts[code].label(language) for code in offered]
    assert 'data-act="instead-1"' not in empty.get(f"/documents/{document.id}?mark=0").text, (
        "digits choose the basis in a form"
    )
    assert empty.post(f"/proposals/{proposal.id}/accept", instead="no_such_act").status_code in {404, 422}
    assert empty.post(f"/proposals/{proposal.id}/accept", instead=offered[-1]).status_code == 303
    (claim,) = session.claims()
    assert claim.statement == replace(proposal.suggestion.statement, acts=(offered[-1],))
    assert session.proposal(proposal.id).status == "edited"


def test_a_coder_of_a_document_that_is_coded_apart_gets_its_bare_text_alone(empty):
    session = empty.desk.session
    document = add_text(session, file_name="a.txt", text="A resident said that wardens beat three women.")
    (proposal, *_) = propose_for(session, [document])
    claim = record_claim(session, document.id, [Span(0, 46)], proposal.suggestion.statement)
    assign(session, [document.id], ("coder", "another"))
    answer = empty.get(f"/documents/{document.id}?lang=en")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/double/{document.id}")
    assert empty.get(f"/claims/{claim.id}").status_code == 403
    assert f"/claims/{claim.id}" not in empty.get(f"/sources/{document.source}").text
    for act in ("accept", "refuse", "edit"):
        assert empty.post(f"/proposals/{proposal.id}/{act}").status_code == 403
    assert session.whole().proposal(proposal.id).status == "open"


def test_no_page_that_can_be_reached_shows_a_coder_what_stands_of_a_document_that_they_still_code_apart(empty):
    session = empty.desk.session
    text = "In May 2031 a resident said that wardens beat three women in Sinuiju."
    hidden, seen = [add_text(session, file_name=f"{name}.txt", text=text) for name in ("hidden", "seen")]
    other = replace(session, actor="another", memory={})
    claims = []
    for document, name in ((hidden, "Marrow Quenby"), (seen, "Tallow Ferris")):
        (proposal, *rest) = propose_for(other, [document])
        assert not rest
        told = replace(proposal.suggestion.statement, perpetrators=(Participant(text=name),))
        claims.append(record_claim(other, document.id, [Span(0, len(text))], told))
    findings = [
        Finding(
            id=session.new_id("finding"),
            act="ill_treatment",
            statement=statement,
            supporting=supporting,
            contradicting=(),
            standard=StandardOfProof.REASONABLE_GROUNDS,
            reasons="Invented.",
            assessor="another",
            assessed_at=session.now(),
        )
        for statement, supporting in (("Quenby alone.", (claims[0].id,)), ("Both tell.", tuple(c.id for c in claims)))
    ]
    other.take(StepName.RECORD_FINDING, [Change(kind="finding", id=one.id, value=one) for one in findings])
    alone, both = findings

    def crawl():
        waiting, pages = ["/", "/search?q=quenby", f"/claims/{claims[0].id}", f"/findings/{alone.id}"], {}
        while waiting:
            path = waiting.pop()
            pages[path] = empty.get(path).text
            for link in re.findall(r'href="(/[^"#]*)', pages[path]):
                plain = re.sub("=[^&]*", "", link)
                if plain not in known and not link.startswith(("/static", "/lock", "/files")):
                    known.add(plain)
                    waiting.append(link.replace("&amp;", "&"))
        return pages

    known = set()
    before = {path for path, page in crawl().items() if "quenby" in page.casefold()}
    assert len(before) > 5
    assign(session, [hidden.id], ("coder", "another"))
    known = set()
    after = crawl()
    assert len(after) > 30
    # what was asked for stands in its own field, and in the links to the other rooms
    asked = re.compile(r'value="quenby"|q=quenby|<title>.*?</title>|“quenby”')
    assert {path for path, page in after.items() if "quenby" in asked.sub("", page).casefold()} == set()
    assert {path for path, page in after.items() if claims[0].id in page} <= {"/history", f"/claims/{claims[0].id}"}
    assert f"/claims/{claims[1].id}" in "".join(after.values())
    assert "Both tell." in after[f"/findings/{both.id}"]
    assert "would lack claims of a document that you code apart" in after["/publish"]
    with pytest.raises(ClosedToCoder):
        plan_release(session, "public", [[]])


@given(st.text(min_size=1, max_size=120), st.integers(60, 500))
def test_a_label_fits_its_room_and_loses_nothing_where_it_need_not(text, width):
    shown = fitted(text, width)
    assert width_of(shown) <= width
    assert shown == text or (width_of(text) > width and shown.endswith("…"))
