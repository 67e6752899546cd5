"""One run over a folder: what can be read is, what cannot is said, and nothing leaks."""

from __future__ import annotations

import json
import os
import socket
import zipfile

import pytest

from firsthand.workbench.running import NothingToRead, run_over

ARTICLE = (
    "# 1 | title: Traders held at Marrow Bay | publisher: Marrow Bay Courier | date: 2031-05-20 | lang: en\n"
    "Wardens of Marrow Bay detained at least 40 traders on 12 May 2031, the Open Shore Group said in a report. "
    "According to the report the traders were held for nine days without a hearing. "
    "Choe Bori, a trader, said that wardens asked her for money.\n"
)
REPRINT = ARTICLE.replace("Marrow Bay Courier", "Evening Shore").replace("Traders held", "Many held")
KOREAN = "물안골 상인 최보리 씨는 2031년 5월 단속원들이 상인들을 붙잡아 아흐레 동안 가뒀다고 말했다.\n"
CHILD = "A girl of twelve was taken from Marrow Bay and sold to a farmer for 300 marks, a monitor said.\n"


@pytest.fixture
def folder(tmp_path):
    inside = tmp_path / "in"
    inside.mkdir()
    (inside / "a.txt").write_text(ARTICLE, "utf-8")
    (inside / "b.txt").write_text(REPRINT, "utf-8")
    (inside / "c.txt").write_bytes(KOREAN.encode("cp949"))
    (inside / "d.txt").write_text(CHILD, "utf-8")
    page = "<html><head><script>alert(1)</script></head><body><p>Wardens took salt, traders said.</p></body></html>"
    (inside / "page.html").write_text(page, "utf-8")
    return inside


def hostile(inside):
    (inside / "empty.txt").write_bytes(b"")
    (inside / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (inside / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing of a pdf")
    (inside / "again.txt").write_text(ARTICLE, "utf-8")
    with zipfile.ZipFile(inside / "bad.docx", "w") as archive:
        archive.writestr("word/document.xml", "<!DOCTYPE x [<!ENTITY e 'x'>]><x>&e;</x>")
    with (inside / "large.txt").open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)
    (inside / "gone.txt").symlink_to(inside / "nowhere.txt")


def test_a_folder_becomes_a_report_whose_numbers_open_to_passages(folder, tmp_path):
    report = run_over([folder], tmp_path / "out")
    found = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert found["schema"] == "report/1"
    assert found["accepted_count"] == 0
    assert found["proposals_count"] == len(found["claims"]) > 3
    assert len(report.documents) == 5
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    for claim in found["claims"]:
        assert f'id="claim-{claim["number"]}"' in page
    for breakdown in found["breakdowns"]:
        for _, numbers in breakdown["cells"]:
            assert numbers
            assert all(f'href="#claim-{n}"' in page for n in numbers)


def test_the_report_asks_for_nothing_and_runs_nothing(folder, tmp_path):
    run_over([folder], tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "<script" not in page
    assert "alert(1)" not in page
    for outside in ("src=", "@import", "url(", "<link", "<iframe", "<img"):
        assert outside not in page


def test_a_reprint_and_its_original_are_one_source(folder, tmp_path):
    report = run_over([folder], tmp_path / "out")
    family = next(f for f in report.families if {"a.txt", "b.txt"} <= set(f.files))
    assert (family.at_least, family.at_most) == (1, 1)


def test_names_are_masked_and_words_about_a_child_held_back(folder, tmp_path):
    run_over([folder], tmp_path / "out")
    for name in ("report.html", "report.json"):
        text = (tmp_path / "out" / name).read_text("utf-8")
        for secret in ("Choe", "Bori", "보리", "girl of twelve"):
            assert secret not in text, name


def test_each_bad_file_has_its_reason_and_the_rest_is_done(folder, tmp_path):
    hostile(folder)
    report = run_over([folder], tmp_path / "out")
    reasons = {str(s.file_name): str(s.reason) for s in report.set_aside}
    # Which of two equal files is read first depends on the order of names.
    assert {"empty.txt", "binary.txt", "broken.pdf", "bad.docx", "large.txt", "gone.txt"} <= set(reasons)
    assert len({"a.txt", "again.txt"} & set(reasons)) == 1
    assert all(reason and "\n" not in reason for reason in reasons.values())
    assert len(report.documents) == 5


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_rights_is_set_aside(folder, tmp_path):
    closed = folder / "closed"
    closed.mkdir(mode=0o000)
    try:
        report = run_over([folder], tmp_path / "out")
    finally:
        closed.chmod(0o700)
    assert [s.cause for s in report.set_aside] == ["NoRights"]


def test_nothing_readable_is_said_and_the_report_says_why(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "empty.txt").touch()
    with pytest.raises(NothingToRead):
        run_over([tmp_path / "in"], tmp_path / "out")
    assert "empty.txt" in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_no_socket_is_opened_and_nothing_is_left_behind(folder, tmp_path, monkeypatch):
    def refused(*_, **__):
        raise AssertionError("a run opened a socket")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", None)
    run_over([folder], tmp_path / "out")
    assert list((tmp_path / "scratch").iterdir()) == []
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["report.html", "report.json"]
