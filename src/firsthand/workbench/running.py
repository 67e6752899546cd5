"""One run over a folder: read, propose, link, weigh, count, report; an ephemeral vault that nothing survives."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from firsthand.publication.formats.run_report import report_as_html, report_as_json
from firsthand.publication.report import Report
from firsthand.values.errors import InputError, UsageError
from firsthand.workbench.coding import propose_for
from firsthand.workbench.collecting import add_files, public_article_terms
from firsthand.workbench.estimating import is_list_of_persons
from firsthand.workbench.jobs import Progress, silent
from firsthand.workbench.opening import clock, ephemeral_session
from firsthand.workbench.reporting import build_report

__all__ = ["NothingToRead", "OutputNotWritable", "run_over"]


class NothingToRead(InputError):
    """No file was given that could be read."""

    next_step = "Give files or folders with text, web pages, Word, PDF or tables."


class OutputNotWritable(UsageError):
    """The folder for the report cannot be written."""

    next_step = "Choose another folder with --out."


def run_over(paths: Sequence[Path], out: Path, *, progress: Progress = silent) -> Report:
    """Run the main job over files and folders and write ``report.html`` and ``report.json`` into ``out``.

    The report is written whole or not at all. Raises ``NothingToRead`` when no file could be read, after writing
    the report that says why of each, and ``OutputNotWritable`` when the folder cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise OutputNotWritable("The folder for the report cannot be made.") from fault
    with ephemeral_session(actor="run") as session:
        collected = add_files(session, paths, terms=public_article_terms(clock().date()), progress=progress)
        told = [document for document in collected.documents if not is_list_of_persons(document)]
        propose_for(session, told, progress=progress)
        progress("weigh", 1, 1)
        report = build_report(session, collected, title=f"Report on {len(collected.documents)} documents")
    _write(out / "report.json", report_as_json(report))
    _write(out / "report.html", report_as_html(report))
    if not collected.documents:
        raise NothingToRead(f"None of {collected.files_in} files could be read; the report says why of each.")
    return report


def _write(path: Path, text: str) -> None:
    # Beside its place first, then moved: a crash leaves the old report or the new one, never half of one.
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(text, "utf-8")
        os.replace(beside, path)
    except OSError as fault:
        raise OutputNotWritable("The report cannot be written.") from fault
