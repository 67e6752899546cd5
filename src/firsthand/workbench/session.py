"""A sitting at an open vault: who works, by which clock, with which chance, and the steps that they take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar, cast

from firsthand.claims.claim import Claim
from firsthand.claims.suggestions import Proposal
from firsthand.passages.passage import Passage
from firsthand.sources.consent import Consent, Withdrawal
from firsthand.sources.document import Document
from firsthand.sources.source import Source
from firsthand.values.errors import UsageError
from firsthand.values.ids import ClaimId, DocumentId, PassageId, ProposalId, SourceId, make_id
from firsthand.values.vocabularies import Vocabulary, packaged_vocabulary
from firsthand.vault import AppliedStep, Change, Step, Vault
from firsthand.workbench.steps import StepName

__all__ = ["NotInVault", "Session", "source_key"]


class NotInVault(UsageError):
    """Something was asked for by an identifier that the vault does not hold."""

    likely = "It was erased, undone, or belongs to another vault."
    next_step = "Go back to the list that it came from, and choose again."


Record = TypeVar("Record")


def source_key(source: SourceId) -> str:
    """The data key that seals everything of one source, so that destroying it erases the source."""
    return f"source:{source}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """An open vault and the person at it. ``actor`` is a pseudonym; time and chance come in as functions."""

    vault: Vault
    actor: str
    now: Callable[[], dt.datetime]
    entropy: Callable[[int], bytes]
    acts: Vocabulary = field(default_factory=lambda: packaged_vocabulary("acts"))

    def new_id(self, kind: str) -> str:
        """A fresh identifier of a kind."""
        return make_id(kind, self.entropy(10))

    def take(self, name: StepName, changes: Iterable[Change]) -> AppliedStep:
        """Take one step: all its changes are kept, or none is."""
        return self.vault.apply(Step(name=name.value, actor=self.actor, at=self.now(), changes=tuple(changes)))

    # Typed reads: the vault keeps any record; here each kind has its class.

    def _get(self, kind: str, record_id: str) -> object:
        record = self.vault.get(kind, record_id)
        if record is None:
            raise NotInVault(f"There is no {kind} with the identifier that was given.")
        return cast("object", record)

    def source(self, id: SourceId) -> Source:  # noqa: A002  its field's name
        """A source by id."""
        return cast("Source", self._get("source", id))

    def document(self, id: DocumentId) -> Document:  # noqa: A002
        """A document by id."""
        return cast("Document", self._get("document", id))

    def claim(self, id: ClaimId) -> Claim:  # noqa: A002
        """A claim by id."""
        return cast("Claim", self._get("claim", id))

    def passage(self, id: PassageId) -> Passage:  # noqa: A002
        """A passage by id."""
        return cast("Passage", self._get("passage", id))

    def proposal(self, id: ProposalId) -> Proposal:  # noqa: A002
        """A proposal by id."""
        return cast("Proposal", self._get("proposal", id))

    def sources(self) -> list[Source]:
        """All sources."""
        return list(self.vault.all("source"))

    def documents(self, *, source: SourceId | None = None) -> list[Document]:
        """All documents, or those of one source."""
        return list(self.vault.all("document") if source is None else self.vault.all("document", source=source))

    def claims(self, **where: str) -> list[Claim]:
        """Claims, all or by column (document, source, status)."""
        return list(self.vault.all("claim", **where))

    def proposals(self, **where: str) -> list[Proposal]:
        """Proposals, all or by column (document, status)."""
        return list(self.vault.all("proposal", **where))

    def consents(self, *, source: SourceId | None = None) -> list[Consent]:
        """All consents, or those of one source."""
        return list(self.vault.all("consent") if source is None else self.vault.all("consent", source=source))

    def withdrawals(self) -> list[Withdrawal]:
        """All withdrawals."""
        return list(self.vault.all("withdrawal"))
