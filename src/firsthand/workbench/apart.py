"""Which documents two coders code apart, and to whom what is known of them is closed until both are done.

The rule lies in what a session reads (``Session.read``): a page, a search, a count, an export or a listing that reads
as every other does cannot show a coder what stands of such a document, because it is not given it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from firsthand.claims.claim import Claim
from firsthand.claims.suggestions import Proposal, ProposalStatus
from firsthand.corroboration.findings import CredibilityGrade, Finding
from firsthand.passages.passage import Passage
from firsthand.values.errors import ProtectionRefusal
from firsthand.values.grades import Handling
from firsthand.values.ids import DocumentId
from firsthand.vault import SearchHit, Vault, VaultReader
from firsthand.vault.tables.assessment import KeptMark
from firsthand.vault.tables.settings import Setting

__all__ = [
    "CODINGS",
    "BlindReader",
    "ClosedToCoder",
    "DoubleCoding",
    "codings_in",
    "engine_of_coder",
]

CODINGS = "double coding"  # the setting that holds who codes what apart
_OF_A_DOCUMENT = ("claim", "passage", "proposal")
_OF_CLAIMS = ("finding", "credibility_grade", "element_mark")


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


def codings_in(vault: Vault) -> list[DoubleCoding]:
    """All documents that are assigned to two coders, seen or not."""
    kept = vault.get("setting", CODINGS)
    text = kept.value if isinstance(kept, Setting) else ""
    return msgspec.json.decode(text, type=list[DoubleCoding]) if text else []


def engine_of_coder(actor: str) -> str:
    """Under which name a coder's own claims on a document coded apart are kept."""
    return f"coder: {actor}"


class BlindReader(VaultReader):
    """A vault as one of a document's two coders may see it: nothing but their own coding is known of the document.

    Findings that rest on such documents alone, and what was said of them, are not there either.
    """

    def __init__(self, vault: Vault, highest: Handling, *, actor: str, closed: frozenset[DocumentId]) -> None:
        super().__init__(vault, int(highest), None)
        self._own = engine_of_coder(actor)
        self._closed = closed
        self._claims: frozenset[str] | None = None

    def get(self, kind: str, id: str) -> Any:  # noqa: A002 - the record's own word
        """The record, or None when there is none that this coder may see."""
        record = super().get(kind, id)
        return None if record is None or self._is_closed(record) else record

    def items(self, kind: str, **column_equals: object) -> list[tuple[str, Any]]:
        """All records that this coder may see and whose columns have these values, with their ids."""
        found = super().items(kind, **column_equals)
        if kind not in {*_OF_A_DOCUMENT, *_OF_CLAIMS}:
            return found
        return [(name, record) for name, record in found if not self._is_closed(record)]

    def count(self, kind: str, **column_equals: object) -> int:
        """How many records ``all`` would give."""
        if kind in _OF_CLAIMS or (kind in _OF_A_DOCUMENT and "document" in column_equals):
            return len(self.items(kind, **column_equals))
        found = super().count(kind, **column_equals)
        if kind in _OF_A_DOCUMENT:
            for document in self._closed:
                within = super().items(kind, document=document, **column_equals)
                found -= sum(self._is_closed(record) for _, record in within)
        return found

    def search(self, text: str, kinds: Iterable[str] | None = None, limit: int = 100) -> list[SearchHit]:
        """Records that this coder may see and whose text holds all words of ``text``."""
        return [hit for hit in super().search(text, kinds, limit) if self.get(hit.kind, hit.id) is not None]

    def _is_closed(self, record: object) -> bool:
        if isinstance(record, Proposal):
            own = record.status is ProposalStatus.APART and record.engine == self._own
            return record.document in self._closed and not own
        if isinstance(record, Claim | Passage):
            return record.document in self._closed
        if isinstance(record, Finding):
            return bool(record.supporting) and self._closed_claims().issuperset(record.supporting)
        if isinstance(record, CredibilityGrade):
            return self.get("finding", record.finding) is None
        return isinstance(record, KeptMark) and record.mark.claim in self._closed_claims()

    def _closed_claims(self) -> frozenset[str]:
        """Claims that stood of the closed documents before these were assigned; seldom any."""
        if self._claims is None:
            found = (
                name
                for document in self._closed
                for name, _ in super(BlindReader, self).items("claim", document=document)
            )
            self._claims = frozenset(found)
        return self._claims
