"""Background reading: killed at any moment it goes on where it stopped, and no document is proposed on twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from firsthand.workbench.background import propose_in_background, unread_documents, usable_cores
from firsthand.workbench.collecting import add_text
from firsthand.workbench.jobs import Cancelled
from firsthand.workbench.opening import create_session, ephemeral_session, open_session

TEXTS = [f"A resident said that guards beat {n} women." for n in range(3, 15)]
SECRET = "seven invented words of a test only"

CHILD = """
import sys
from pathlib import Path
from firsthand.workbench.background import propose_in_background
from firsthand.workbench.opening import open_session

def say(stage, done, of):
    print(done, flush=True)

if __name__ == "__main__":
    with open_session(Path(sys.argv[1]), sys.argv[2], actor="reader") as session:
        propose_in_background(session, workers=2, progress=say)
"""


def test_stopped_between_two_documents_it_goes_on_with_the_rest() -> None:
    with ephemeral_session(actor="reader") as session:
        for number, text in enumerate(TEXTS[:5]):
            add_text(session, file_name=f"{number}.txt", text=text)
        add_text(session, file_name="nothing.txt", text="다리. 강.")

        def stop(stage: str, done: int, of: int) -> None:
            del stage, of
            if done == 2:
                raise Cancelled("Stopped.")

        with pytest.raises(Cancelled):
            propose_in_background(session, progress=stop)
        assert len(unread_documents(session)) == 4
        rest = propose_in_background(session)
        assert (rest.documents, rest.set_aside) == (4, ())
        assert unread_documents(session) == []
        documents = [p.document for p in session.proposals()]
        assert {documents.count(d) for d in documents} == {1}


def test_killed_it_is_resumed_and_reads_each_document_once(tmp_path) -> None:
    vault = tmp_path / "vault"
    with create_session(vault, SECRET, actor="reader", light=True) as session:
        for number, text in enumerate(TEXTS):
            add_text(session, file_name=f"{number}.txt", text=text)
    script = tmp_path / "child.py"
    script.write_text(CHILD, "utf-8")
    child = subprocess.Popen([sys.executable, str(script), str(vault), SECRET], stdout=subprocess.PIPE, text=True)
    for line in child.stdout:
        if int(line) >= 3:
            os.kill(child.pid, signal.SIGKILL)
            break
    child.wait()
    child.stdout.close()
    with open_session(vault, SECRET, actor="reader") as session:
        left = len(unread_documents(session))
        assert 0 < left < len(TEXTS)
        done = propose_in_background(session, workers=2)
        assert done.documents == left
        documents = [p.document for p in session.proposals()]
        assert len(set(documents)) == len(TEXTS)
        assert len(documents) == len(TEXTS)


def test_as_many_workers_as_cores_that_may_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 3, 5}, raising=False)
    assert usable_cores() == 3


def test_text_in_another_language_is_kept_and_marked_and_nothing_is_proposed_on_it() -> None:
    french = "Le gardien a frappé trois femmes dans la cellule pendant la nuit et personne ne les a revues depuis."
    with ephemeral_session(actor="reader") as session:
        mixed = add_text(session, file_name="mixed.txt", text=f"{TEXTS[0]}\n{french}\n")
        other = add_text(session, file_name="other.txt", text=f"{french}\n{french}\n")
        propose_in_background(session)
        for document, count in ((mixed, 1), (other, 2)):
            assert french in session.document(document.id).text
            marked = {item.what: item.count for item in session.document(document.id).left_behind}
            assert marked["passage in a language that is kept and not proposed on"] == count
        starts = [p.suggestion.support[0].start for p in session.proposals(document=mixed.id)]
        assert starts
        assert max(starts) < len(TEXTS[0])
        assert session.proposals(document=other.id) == []
