"""Proposing on many documents in the background: all cores busy, one step a document, resumed where it stopped.

Worker processes read texts and hold no key; this process alone keeps. A document's proposals and the mark that it was
read are one step, so that a kill at any moment loses the documents under way and nothing else, and no document is
proposed on twice.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass

from firsthand.claims.codebook import Codebook, read_codebook, write_codebook
from firsthand.claims.reading import RuleEngine
from firsthand.claims.suggestions import Suggestion
from firsthand.sources.document import Document
from firsthand.values.ids import DocumentId
from firsthand.vault import Change
from firsthand.vault.tables.settings import Setting
from firsthand.workbench.coding import facts_of_document, proposals_from, suggestions_of
from firsthand.workbench.jobs import Progress, silent
from firsthand.workbench.overview import READ_MARK
from firsthand.workbench.session import Session, source_key
from firsthand.workbench.steps import StepName

__all__ = ["ProposedInBackground", "propose_in_background", "unread_documents", "usable_cores"]

# Fewer documents than these are read in this process: starting workers takes some seconds.
WORTH_WORKERS = 8
LOOK_FOR_PARENT_SECONDS = 2.0
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedInBackground:
    """What was done: documents read in this run, proposals kept, and documents that broke their reader."""

    documents: int
    proposals: int
    set_aside: tuple[DocumentId, ...]

    @property
    def in_words(self) -> str:
        """What was done, in a sentence or two of the catalogue."""
        told = f"{self.proposals:,} proposals on {self.documents:,} documents."
        aside = f"{len(self.set_aside):,} documents broke the reading and were passed over; they can be coded by hand."
        return f"{told}\n{aside}" if self.set_aside else told


def usable_cores() -> int:
    """Cores that this process may use: fewer than the machine has, where somebody gave it fewer."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def unread_documents(session: Session) -> list[Document]:
    """Documents that nothing was proposed on yet, in the order in which they came; not those that are coded apart."""
    read = {s.id for s in session.vault.all("setting") if isinstance(s, Setting) and s.id.startswith(READ_MARK)}
    apart = session.coded_apart
    return [
        document
        for document in session.documents()
        if document.id not in apart
        and READ_MARK + document.id not in read
        and not session.read.count("proposal", document=document.id)
        and not session.read.count("claim", document=document.id)
    ]


def propose_in_background(
    session: Session,
    documents: Sequence[Document] | None = None,
    *,
    workers: int | None = None,
    progress: Progress = silent,
) -> ProposedInBackground:
    """Propose on all documents that are unread, or on those given, with one process for each core.

    ``progress`` may raise ``Cancelled``: what was kept stays, and calling again goes on with the rest. A document
    that kills a worker is set aside, and the others go on.
    """
    apart = session.coded_apart
    todo = [d for d in documents if d.id not in apart] if documents is not None else unread_documents(session)
    count = workers if workers is not None else usable_cores()
    codebook = session.codebook
    kept = proposals = 0
    aside: list[DocumentId] = []
    of = len(todo)
    by_id = {document.id: document for document in todo}
    reading = _here(todo, codebook) if of < WORTH_WORKERS or count < 1 else _in_workers(todo, codebook, count)
    progress("propose", 0, of)
    for document_id, suggestions in reading:
        if suggestions is None:
            aside.append(document_id)
        else:
            proposals += _keep(session, by_id[document_id], suggestions)
            kept += 1
        progress("propose", kept + len(aside), of)
    return ProposedInBackground(documents=kept, proposals=proposals, set_aside=tuple(aside))


def _keep(session: Session, document: Document, suggestions: list[Suggestion]) -> int:
    key = source_key(document.source)
    proposals = proposals_from(session, document, suggestions)
    mark = Setting(id=READ_MARK + document.id, value=RuleEngine.name)
    session.take(
        StepName.PROPOSE_CLAIMS,
        [
            *(Change(kind="proposal", id=p.id, value=p, key=key) for p in proposals),
            Change(kind="setting", id=mark.id, value=mark),
        ],
    )
    return len(proposals)


_Read = tuple[DocumentId, "list[Suggestion] | None"]


def _here(documents: Sequence[Document], codebook: Codebook) -> Iterator[_Read]:
    for document in documents:
        yield document.id, suggestions_of(document.text, facts_of_document(document), codebook)


def _in_workers(documents: Sequence[Document], codebook: Codebook, count: int) -> Iterator[_Read]:
    """Documents as workers finish them; few are under way at once, so that memory stays bounded."""
    book = write_codebook(codebook)
    waiting = list(reversed(documents))
    suspects: list[Document] = []
    while waiting or suspects:
        # after a crash the documents that were under way are tried one by one, to find the one that did it
        alone = bool(suspects)
        queue = suspects if alone else waiting
        with _pool(1 if alone else count, book) as pool:
            under_way: dict[Future[list[Suggestion]], Document] = {}
            try:
                while queue or under_way:
                    while queue and len(under_way) < (1 if alone else 2 * count):
                        document = queue.pop()
                        under_way[pool.submit(_read, document.text, facts_of_document(document))] = document
                    done, _ = wait(under_way, return_when=FIRST_COMPLETED)
                    for future in done:
                        document = under_way[future]
                        suggestions = future.result()
                        del under_way[future]
                        yield document.id, suggestions
            except BrokenProcessPool:
                lost = list(under_way.values())
                if alone:
                    yield lost[0].id, None
                else:
                    suspects = lost


@contextmanager
def _pool(count: int, codebook: str) -> Iterator[ProcessPoolExecutor]:
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))  # a worker a core: more threads would only get in their way
    pool = ProcessPoolExecutor(
        count, mp_context=multiprocessing.get_context("spawn"), initializer=_start, initargs=(codebook, os.getpid())
    )
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


_codebook = Codebook()


def _start(codebook: str, parent: int) -> None:
    """Prepare a worker, which ends itself when the process that it works for is gone."""
    global _codebook  # noqa: PLW0603  a worker serves one run, and is told of its codebook once
    _codebook = read_codebook(codebook)
    gone = threading.Event()

    def look() -> None:
        while os.getppid() == parent:
            gone.wait(LOOK_FOR_PARENT_SECONDS)
        os._exit(1)

    threading.Thread(target=look, daemon=True).start()


def _read(text: str, facts: dict[str, str]) -> list[Suggestion]:
    return suggestions_of(text, facts, _codebook)
