"""Which documents two coders code apart, and to whom what is known of them is closed until both are done."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from firsthand.values.errors import ProtectionRefusal
from firsthand.values.ids import DocumentId
from firsthand.workbench.session import Session
from firsthand.workbench.settings import read_setting, write_setting

__all__ = ["ClosedToCoder", "DoubleCoding", "all_codings", "closed_to", "coded_apart", "keep_codings", "need_open"]

_ASSIGNED = "double coding"


class ClosedToCoder(ProtectionRefusal):
    """One of a document's two coders asks for what the machine or others say of it, before both are done."""

    likely = "Seeing it would end the blindness that the measure of agreement rests on."
    next_step = "Code the document on the page Double coding; the rest opens when both coders are done."


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubleCoding:
    """A document's two coders, and which of them are done."""

    document: DocumentId
    coders: tuple[str, str]
    done: tuple[str, ...] = ()

    @property
    def is_open_to_see(self) -> bool:
        """Whether both are done."""
        return set(self.coders) <= set(self.done)


def all_codings(session: Session) -> list[DoubleCoding]:
    """All documents that are assigned to two coders, seen or not."""
    text = read_setting(session, _ASSIGNED)
    return msgspec.json.decode(text, type=list[DoubleCoding]) if text else []


def keep_codings(session: Session, codings: list[DoubleCoding]) -> None:
    """Keep which documents are assigned to whom."""
    write_setting(session, _ASSIGNED, msgspec.json.encode(codings).decode())


def coded_apart(session: Session) -> frozenset[DocumentId]:
    """Documents on which not both coders are done: nothing is proposed on them meanwhile."""
    return frozenset(coding.document for coding in all_codings(session) if not coding.is_open_to_see)


def closed_to(session: Session) -> frozenset[DocumentId]:
    """Documents of which the person at this session, one of their coders, may see the bare text alone for now."""
    return frozenset(
        coding.document
        for coding in all_codings(session)
        if session.actor in coding.coders and not coding.is_open_to_see
    )


def need_open(session: Session, document: DocumentId) -> None:
    """Refuse a coder what is known of a document that they still code apart.

    Raises:
        ClosedToCoder: they are one of its coders, and not both are done.
    """
    if document in closed_to(session):
        raise ClosedToCoder("You are coding this document apart, and not both coders are done.")
