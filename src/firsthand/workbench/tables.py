"""Tables into the vault by a mapping that is kept: a row as a document, or as a record that waits as a proposal.

The mapping is kept under the table's columns, so that next month's file with the same columns is taken in the same way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from firsthand.claims.ages import age_group_of_words
from firsthand.claims.attribution import Informant, InformantType, Span
from firsthand.claims.claim import Participant, PlaceTold, Statement, StatementKind, TimeTold
from firsthand.claims.suggestions import Proposal, Suggestion
from firsthand.sources.consent import Consent
from firsthand.sources.document import Document, ReadText
from firsthand.sources.rows import MappingNotUsable, Row, RowMapping, RowUse, columns_of, rows_as_documents, rows_of
from firsthand.values.dates import DateNotEdtf, UncertainDate
from firsthand.values.grades import Basis
from firsthand.values.ids import ProposalId
from firsthand.vault import Change
from firsthand.workbench.collecting import keep_document
from firsthand.workbench.sandbox import read_in_sandbox
from firsthand.workbench.session import Session, source_key
from firsthand.workbench.settings import read_setting, write_setting
from firsthand.workbench.steps import StepName

__all__ = ["TableTaken", "keep_mapping", "mapping_for", "take_table"]

ENGINE = "table rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableTaken:
    """What became of a table's rows: rows = documents or proposals + set aside, each with its row and reason."""

    documents: tuple[Document, ...]
    proposals: tuple[Proposal, ...]
    set_aside: tuple[tuple[float, str], ...]


def _name(columns: Sequence[str]) -> str:
    digest = hashlib.sha256("\0".join(sorted(column.casefold().strip() for column in columns)).encode())
    return f"row mapping {digest.hexdigest()[:16]}"


def keep_mapping(session: Session, columns: Sequence[str], mapping: RowMapping) -> None:
    """Keep a mapping for tables with these columns."""
    mapping.check(tuple(columns))
    write_setting(session, _name(columns), msgspec.json.encode(mapping).decode())


def mapping_for(session: Session, columns: Sequence[str]) -> RowMapping | None:
    """The mapping kept for tables with these columns."""
    text = read_setting(session, _name(columns))
    return msgspec.json.decode(text, type=RowMapping) if text else None


def take_table(
    session: Session, path: Path, mapping: RowMapping | None = None, *, terms: Consent | None = None
) -> TableTaken:
    """Take a table's rows into the vault by a mapping, which is kept; without one, by the one kept for its columns.

    Rows as records become open proposals on the table's own passages: a person decides on each.

    Raises:
        MappingNotUsable: there is none, or it does not fit the table.
        InputError: the file cannot be read.
    """
    content = path.read_bytes()
    read = read_in_sandbox(content, path.name)
    columns = columns_of(read)
    if not columns:
        raise MappingNotUsable("The file is no table.")
    chosen = mapping or mapping_for(session, columns)
    if chosen is None:
        raise MappingNotUsable("No mapping is kept for a table with these columns.")
    keep_mapping(session, columns, chosen)
    if chosen.use is RowUse.DOCUMENT:
        rows = list(rows_of(read))
        texts = rows_as_documents(read, chosen)
        taken = {number for number, _ in texts}
        documents = [
            keep_document(session, f"{path.name} row {number:g}", text.text.encode(), text, terms=terms)
            for number, text in texts
        ]
        aside = [(row.number, "its text is empty") for row in rows if row.number not in taken]
        return TableTaken(documents=tuple(documents), proposals=(), set_aside=tuple(aside))
    chosen.check(columns)
    document = keep_document(session, path.name, content, read, terms=terms)
    return _records(session, document, read, chosen)


def _records(session: Session, document: Document, read: ReadText, mapping: RowMapping) -> TableTaken:
    kept, aside = [], []
    for row in rows_of(read):
        statement = _statement(session, row, mapping)
        if isinstance(statement, str):
            aside.append((row.number, statement))
            continue
        support = (Span(row.segments[0].start, row.segments[-1].end),)
        suggestion = Suggestion(
            support=support, statement=statement, confidence=0.9, why={"acts": f"row {row.number:g} of the table"}
        )
        kept.append(
            Proposal(
                id=ProposalId(session.new_id("proposal")), document=document.id, suggestion=suggestion, engine=ENGINE
            )
        )
    if kept:
        key = source_key(document.source)
        session.take(StepName.PROPOSE_CLAIMS, [Change(kind="proposal", id=p.id, value=p, key=key) for p in kept])
    return TableTaken(documents=(document,), proposals=tuple(kept), set_aside=tuple(aside))


def _statement(session: Session, row: Row, mapping: RowMapping) -> Statement | str:
    """The claim that a row tells, or in words why it tells none."""

    def cell(name: str) -> str:
        return row.cells.get(mapping.columns.get(name, ""), "").strip()

    def span(name: str) -> Span | None:
        found = next((s for s in row.segments if s.column == mapping.columns.get(name)), None)
        return Span(found.start, found.end) if found else None

    code = mapping.codes.get(cell("act"), cell("act"))
    if code not in session.acts:
        return "its act is no code of the codebook"
    try:
        basis = Basis(cell("basis")) if cell("basis") else Basis.NOT_STATED
        date = UncertainDate(edtf=cell("date"), words=cell("date")) if cell("date") else None
    except DateNotEdtf:
        return "its date is not in EDTF"
    except ValueError:
        return "its basis is none of B0 to B9"

    def people(name: str) -> tuple[Participant, ...]:
        return (Participant(text=cell(name), span=span(name)),) if cell(name) else ()

    informant = Informant(
        type=InformantType.NAMED_PERSON if cell("informant") else InformantType.AUTHOR_VOICE,
        name=cell("informant") or None,
        span=span("informant"),
    )
    statement = Statement(
        kind=StatementKind.ACT,
        informant=informant,
        basis=basis,
        acts=(code,),
        victims=people("victims"),
        perpetrators=people("perpetrators"),
        places=(PlaceTold(text=cell("place"), span=span("place")),) if cell("place") else (),
        time=TimeTold(date=date, span=span("date")) if date else None,
    )
    return replace(statement, victims_age=age_group_of_words([v.text for v in statement.victims]))
