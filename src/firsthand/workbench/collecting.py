"""Collecting: files become sources and documents on terms, and what was left out is said with its reason."""

from __future__ import annotations

import datetime as dt
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from firsthand.claims.claim import ClaimStatus
from firsthand.claims.reading.header import read_header
from firsthand.passages.sentences import unread_passages
from firsthand.sources.consent import Consent, GivenBy, Purpose
from firsthand.sources.document import Document, LeftBehind, ReadText, VersionKind, digest_of_bytes, digest_of_text
from firsthand.sources.source import Source, SourceKind, designation_of
from firsthand.values.dates import DateNotEdtf, UncertainDate
from firsthand.values.errors import FirsthandError, InputError
from firsthand.values.grades import Handling
from firsthand.values.ids import ClaimId, ConsentId, DocumentId, SourceId, SpeakerId
from firsthand.values.languages import language_of_letters
from firsthand.vault import Change
from firsthand.workbench.effects import changes_after
from firsthand.workbench.jobs import Progress, silent
from firsthand.workbench.sandbox import Sandbox
from firsthand.workbench.session import Session, source_key
from firsthand.workbench.steps import StepName

__all__ = [
    "Collected",
    "FileSetAside",
    "FileTooLarge",
    "SameFileTwice",
    "add_files",
    "add_text",
    "files_below",
    "keep_document",
    "public_article_terms",
    "record_consent",
    "revise_testimony",
]

LARGEST_FILE_BYTES = 100 * 1024 * 1024


class FileTooLarge(InputError):
    """A file is larger than a document can be."""

    likely = "It may be a recording or a data dump rather than a text."
    next_step = "Split it, or add its transcript."


class SameFileTwice(InputError):
    """A file was given that is kept already."""

    next_step = "Nothing to do: it is kept once."


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSetAside:
    """A file that was left out: its name, the cause as a stable word, the reason in one line, what to do."""

    file_name: str
    cause: str
    reason: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What became of the files: in = documents + set aside."""

    documents: tuple[Document, ...]
    set_aside: tuple[FileSetAside, ...]

    @property
    def files_in(self) -> int:
        """How many files were given."""
        return len(self.documents) + len(self.set_aside)


def files_below(paths: Sequence[Path]) -> Iterator[Path | FileSetAside]:
    """All files below the paths in a stable order; what cannot be listed is set aside, not passed over."""
    for path in paths:
        unreadable: list[OSError] = []
        try:
            if path.is_dir():
                for folder, folders, files in os.walk(path, onerror=unreadable.append):
                    folders[:] = sorted(name for name in folders if not name.startswith("."))
                    yield from (Path(folder) / name for name in sorted(files) if not name.startswith("."))
            else:
                yield path
        except OSError as error:
            unreadable.append(error)
        for fault in unreadable:
            yield _set_aside_by_system(Path(fault.filename or path), fault)


def add_files(
    session: Session,
    paths: Sequence[Path],
    *,
    terms: Consent | None = None,
    informant: SpeakerId | None = None,
    progress: Progress = silent,
) -> Collected:
    """Read files and folders into the vault, each in a sandboxed child process.

    A fault of one file never stops the others. ``terms`` is a pattern for the consent of every new source; without
    it nothing is known of consent, so that nothing of the source may be published. ``informant``: who speaks in
    them, so that withdrawing reaches all of them.
    """
    known = {document.sha256 for document in session.documents()}
    documents: list[Document] = []
    set_aside: list[FileSetAside] = []
    files: list[Path] = []
    for found in files_below(paths):
        if isinstance(found, Path):
            files.append(found)
        else:
            set_aside.append(found)
    with Sandbox() as sandbox:
        for number, path in enumerate(files, 1):
            progress("read", number, len(files))
            try:
                content = _bytes_of(path)
                digest = digest_of_bytes(content)
                if digest in known:
                    raise SameFileTwice("The same file, byte for byte, is already there.")
                reading = sandbox.read(content, path.name)
            except OSError as fault:
                set_aside.append(_set_aside_by_system(path, fault))
            except FirsthandError as fault:
                set_aside.append(_set_aside(path, fault))
            else:
                known.add(digest)
                documents.append(keep_document(session, path.name, content, reading, terms=terms, informant=informant))
    return Collected(documents=tuple(documents), set_aside=tuple(set_aside))


def add_text(
    session: Session,
    *,
    file_name: str,
    text: str,
    kind: SourceKind = SourceKind.INTERVIEW,
    facts: dict[str, str] | None = None,
    terms: Consent | None = None,
    handling: Handling = Handling.INTERNAL,
) -> Document:
    """Keep a text that was typed or pasted, as a source of its own."""
    reading = ReadText(text=text, media_type="text/plain", facts=facts or {})
    return keep_document(session, file_name, text.encode(), reading, terms=terms, kind=kind, handling=handling)


def record_consent(session: Session, terms: Consent) -> None:
    """Record what the person behind a source allows."""
    session.take(
        StepName.RECORD_CONSENT, [Change(kind="consent", id=terms.id, value=terms, key=source_key(terms.source))]
    )


def revise_testimony(
    session: Session,
    original: DocumentId,
    *,
    text: str,
    supersedes: Sequence[ClaimId],
) -> Document:
    """Keep a new version of a testimony; named claims of the old one are superseded, and stay readable.

    Findings and estimates that rested on a superseded claim are flagged for review in the same step.
    """
    old = session.document(original)
    sha256 = digest_of_bytes(text.encode())
    revised = Document(
        id=DocumentId(session.new_id("document")),
        source=old.source,
        sha256=sha256,
        text=text,
        text_sha256=digest_of_text(text),
        file_name=old.file_name,
        media_type="text/plain",
        language=language_of_letters(text),
        received_at=session.now(),
        bytes_count=len(text.encode()),
        title=old.title,
        publisher=old.publisher,
        published=old.published,
        version=VersionKind.REVISION,
        version_of=original,
        handling=old.handling,
    )
    key = source_key(old.source)
    changes = [Change(kind="document", id=revised.id, value=revised, key=key)]
    for claim_id in supersedes:
        claim = replace(session.claim(claim_id), status=ClaimStatus.SUPERSEDED)
        changes.append(Change(kind="claim", id=claim.id, value=claim, key=key))
    changes += changes_after(session, "a claim was superseded by a revised testimony", dict.fromkeys(supersedes))
    session.take(StepName.REVISE_TESTIMONY, changes)
    return revised


def _bytes_of(path: Path) -> bytes:
    if path.stat().st_size > LARGEST_FILE_BYTES:
        raise FileTooLarge(f"The file is larger than {LARGEST_FILE_BYTES // 1024**2} MB.")
    if not path.is_file():
        raise InputError("This is not a file.", next_step="Give files or folders.")
    return path.read_bytes()


def _set_aside(path: Path, fault: FirsthandError) -> FileSetAside:
    return FileSetAside(file_name=path.name, cause=fault.code, reason=fault.what, advice=fault.advice)


_SYSTEM = {
    FileNotFoundError: ("FileVanished", "The file is not there any more.", "Check the path, and add it again."),
    PermissionError: ("NoRights", "You have no right to read it.", "Ask its owner for the right to read."),
}


def _set_aside_by_system(path: Path, fault: OSError) -> FileSetAside:
    cause, reason, advice = _SYSTEM.get(
        type(fault), ("NotReadable", "The system could not read it.", "Copy it to another place and add it again.")
    )
    return FileSetAside(file_name=path.name, cause=cause, reason=reason, advice=advice)


def keep_document(
    session: Session,
    file_name: str,
    content: bytes,
    reading: ReadText,
    *,
    terms: Consent | None = None,
    kind: SourceKind | None = None,
    handling: Handling = Handling.INTERNAL,
    lists: tuple[str, ...] = (),
    informant: SpeakerId | None = None,
) -> Document:
    """Keep bytes and what a reader made of them: a new source, its document, its sealed file, its terms; one step.

    ``lists`` names the lists of persons that the document is, for counting overlap.
    """
    # A plain text may say itself what it is, in a header line; what the format says comes first.
    facts = {**read_header(reading.text)[0], **reading.facts}
    source = Source(
        id=SourceId(session.new_id("source")),
        designation=designation_of(session.entropy(2)),
        kind=kind or (SourceKind.ARTICLE if facts.get("publisher") else SourceKind.UNKNOWN),
        origin_body=facts.get("publisher"),
        received_at=session.now(),
        handling=handling,
        lists=lists,
        informant=informant,
    )
    key = source_key(source.id)
    blob = session.vault.put_blob(io.BytesIO(content), key)
    document = Document(
        id=DocumentId(session.new_id("document")),
        source=source.id,
        sha256=digest_of_bytes(content),
        text=reading.text,
        text_sha256=digest_of_text(reading.text),
        file_name=file_name,
        media_type=reading.media_type,
        language=language_of_letters(reading.text),
        received_at=session.now(),
        bytes_count=len(content),
        segments=reading.segments,
        left_behind=(*reading.left_behind, *_unread(reading.text)),
        title=facts.get("title"),
        publisher=facts.get("publisher"),
        published=_edtf_or_none(facts.get("date")),
        address=facts.get("address"),
        handling=handling,
        blob=blob.digest,
    )
    changes = [
        Change(kind="source", id=source.id, value=source, key=key),
        Change(kind="document", id=document.id, value=document, key=key),
    ]
    if terms is not None:
        own = replace(terms, id=ConsentId(session.new_id("consent")), source=source.id)
        changes.append(Change(kind="consent", id=own.id, value=own, key=key))
    session.take(StepName.ADD_DOCUMENT, changes)
    return document


def _unread(text: str) -> list[LeftBehind]:
    """Passages that are kept and that nothing is proposed on, because of their language."""
    count = len(unread_passages(text))
    return [LeftBehind(what="passage in a language that is kept and not proposed on", count=count)] if count else []


def _edtf_or_none(text: str | None) -> str | None:
    if not text:
        return None
    try:
        return UncertainDate(edtf=text.strip()).edtf
    except DateNotEdtf:
        return None


def public_article_terms(on: dt.date) -> Consent:
    """Terms of a published article: its words are public, and its subjects were not asked."""
    return Consent(
        id=ConsentId("consent-pattern"),
        source=SourceId("source-pattern"),
        purposes=frozenset({Purpose.ARCHIVE, Purpose.ANALYSIS, Purpose.STATISTICS}),
        given_by=GivenBy.PUBLIC_SOURCE,
        given_on=on,
    )
