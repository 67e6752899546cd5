"""The codebook in the vault: acts, fields and examples of a project, each change a step that can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from firsthand.claims.claim import Claim
from firsthand.claims.codebook import (
    Codebook,
    CodebookAct,
    CodebookField,
    CodebookNotUsable,
    read_codebook,
    read_huridocs,
    write_codebook,
)
from firsthand.values.ids import ClaimId
from firsthand.workbench.coding import supersede_claim
from firsthand.workbench.session import CODEBOOK, Session
from firsthand.workbench.settings import write_setting

__all__ = [
    "add_examples",
    "fields_of",
    "fill_fields",
    "import_codebook",
    "import_huridocs",
    "keep_act",
    "keep_field",
    "retire",
]


def _keep(session: Session, codebook: Codebook) -> Codebook:
    write_setting(session, CODEBOOK, write_codebook(codebook))
    return codebook


def keep_act(session: Session, act: CodebookAct) -> Codebook:
    """Add an act to the project's codebook, or change it.

    Raises:
        TermTaken: its code is one of the packaged list.
    """
    return _keep(session, session.codebook.with_act(act))


def add_examples(session: Session, code: str, sentences: Iterable[str]) -> Codebook:
    """Set a project's own examples of an act, of its own or of the packaged list."""
    act = session.codebook.act(code)
    if act is not None:
        kept = tuple(dict.fromkeys(s.strip() for s in sentences if s.strip()))
        return _keep(session, session.codebook.with_act(replace(act, examples=kept)))
    return _keep(session, session.codebook.with_examples(code, sentences))


def keep_field(session: Session, field: CodebookField) -> Codebook:
    """Add a field that the project asks of each claim, or change it."""
    return _keep(session, session.codebook.with_field(field))


def retire(session: Session, code: str) -> Codebook:
    """Propose an act, or ask a field, of no claim any more; claims that carry it keep it.

    Raises:
        CodebookNotUsable: the project has no act or field with that code.
    """
    act = session.codebook.act(code)
    if act is not None:
        return _keep(session, session.codebook.with_act(replace(act, retired=True)))
    field = next((f for f in session.codebook.fields if f.code == code), None)
    if field is None:
        raise CodebookNotUsable("The codebook has no such act or field.")
    return _keep(session, session.codebook.with_field(replace(field, retired=True)))


def import_codebook(session: Session, text: str) -> Codebook:
    """Take over the acts, fields and examples of a file; those with a code that is there already are replaced."""
    codebook = session.codebook
    read = read_codebook(text)
    for act in read.acts:
        codebook = codebook.with_act(act)
    for field in read.fields:
        codebook = codebook.with_field(field)
    for code, sentences in read.examples.items():
        codebook = codebook.with_examples(code, (*codebook.examples.get(code, ()), *sentences))
    return _keep(session, codebook)


def import_huridocs(session: Session, text: str, *, list_number: str, codes: Iterable[str] | None = None) -> int:
    """Take over terms of a HURIDOCS list as acts of the project: all of them, or those with the codes named.

    Acts that are there already are left as they are. How many were added.
    """
    wanted = set(codes) if codes is not None else None
    codebook, added = session.codebook, 0
    for huridocs in read_huridocs(text, list_number=list_number):
        for act in huridocs.acts:
            if (wanted is None or act.code in wanted) and codebook.act(act.code) is None:
                codebook = codebook.with_act(act)
                added += 1
    _keep(session, codebook)
    return added


def fields_of(session: Session, claim: Claim) -> list[tuple[CodebookField, str]]:
    """The project's fields with a claim's values; a retired field only where the claim fills it."""
    values = dict(claim.statement.fields)
    return [
        (field, values.get(field.code, ""))
        for field in session.codebook.fields
        if not field.retired or field.code in values
    ]


def fill_fields(session: Session, claim_id: ClaimId, values: Mapping[str, str]) -> Claim:
    """Fill in the project's fields of a claim: a new claim takes the old one's place.

    Raises:
        ValueNotOfField: a value does not fit its field.
        CodebookNotUsable: there is no field with that code.
    """
    claim = session.claim(claim_id)
    known = {field.code: field for field in session.codebook.fields}
    filled = dict(claim.statement.fields)
    for code, value in values.items():
        if code not in known:
            raise CodebookNotUsable("The codebook has no such field.")
        filled[code] = known[code].check(value)
    kept = tuple((code, value) for code, value in filled.items() if value)
    if kept == claim.statement.fields:
        return claim
    return supersede_claim(session, claim_id, replace(claim.statement, fields=kept))
