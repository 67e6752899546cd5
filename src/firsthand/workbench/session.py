"""A sitting at an open vault: who works, by which clock, with which chance, and the steps that they take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar, cast

from firsthand.claims.claim import Claim
from firsthand.claims.codebook import Codebook, read_codebook
from firsthand.claims.suggestions import Proposal
from firsthand.passages.passage import Passage
from firsthand.sources.consent import Consent, Withdrawal
from firsthand.sources.document import Document
from firsthand.sources.source import Source
from firsthand.values.errors import ProtectionRefusal, UsageError
from firsthand.values.grades import Handling
from firsthand.values.ids import ClaimId, DocumentId, PassageId, ProposalId, SourceId, SpeakerId, make_id
from firsthand.values.vocabularies import Vocabulary, packaged_vocabulary
from firsthand.vault import AppliedStep, Change, Step, Vault, VaultReader
from firsthand.vault.tables.settings import Setting
from firsthand.workbench.apart import BlindReader, ClosedToCoder, DoubleCoding, codings_in
from firsthand.workbench.steps import StepName

CODEBOOK = "codebook"

__all__ = ["CODEBOOK", "NotInVault", "Session", "SightTooNarrow", "informant_key", "source_key"]


class NotInVault(UsageError):
    """Something was asked for by an identifier that the vault does not hold."""

    likely = "It was erased, undone, or belongs to another vault."
    next_step = "Go back to the list that it came from, and choose again."


class SightTooNarrow(ProtectionRefusal):
    """What is asked for must reach every record, and this person does not see every record."""

    next_step = "Ask someone who may see every record to do it."


Record = TypeVar("Record")


def source_key(source: SourceId) -> str:
    """The data key that seals everything of one source, so that destroying it erases the source."""
    return f"source:{source}"


def informant_key(speaker: SpeakerId) -> str:
    """The data key that seals what is kept of an informant besides testimony; names have ``identity:`` before it."""
    return f"informant:{speaker}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """An open vault and the person at it. ``actor`` is a pseudonym; time and chance come in as functions."""

    vault: Vault
    actor: str
    now: Callable[[], dt.datetime]
    entropy: Callable[[int], bytes]
    # What is cheap to keep while the vault is open and dear to work out again; gone when it is closed.
    memory: dict[str, object] = field(default_factory=dict, compare=False, repr=False)
    # Whether what is closed to a coder is read all the same: to carry out what must reach it, never to show it.
    is_whole: bool = False

    @property
    def codebook(self) -> Codebook:
        """The project's codebook as the vault holds it, read anew after each step."""
        held = self.memory.get("codebook")
        if isinstance(held, tuple) and held[0] == len(self.vault) and isinstance(held[1], Codebook):
            return held[1]
        kept = self.vault.get("setting", CODEBOOK)
        text = kept.value if isinstance(kept, Setting) else ""
        known = held if isinstance(held, tuple) and held[2] == text else None
        codebook = known[1] if known else read_codebook(text)
        vocabulary = known[3] if known else codebook.vocabulary
        self.memory["codebook"] = (len(self.vault), codebook, text, vocabulary)
        return codebook

    @property
    def acts(self) -> Vocabulary:
        """All acts that a claim of this vault may carry: the packaged ones and the project's."""
        if self.codebook.acts:
            held = self.memory["codebook"]
            assert isinstance(held, tuple)  # noqa: S101  reading the codebook made it
            return cast("Vocabulary", held[3])
        return packaged_vocabulary("acts")

    @staticmethod
    def clearance_name(slot: str) -> str:
        """The setting that holds the highest handling class that the person in this place of the keyring sees."""
        return f"clearance:{slot}"

    @property
    def highest(self) -> Handling:
        """The highest handling class that this person sees; internal when nobody has said, and all for who holds
        every compartment."""
        kept = self.vault.get("setting", self.clearance_name(self.vault.own_slot))
        if isinstance(kept, Setting) and kept.value.isdigit() and int(kept.value) in set(Handling):
            return Handling(int(kept.value))
        return Handling.SEALED if self.vault.holds_all else Handling.INTERNAL

    @property
    def codings(self) -> list[DoubleCoding]:
        """Documents that two coders code apart, read anew after each step."""
        held = self.memory.get("codings")
        if isinstance(held, tuple) and held[0] == len(self.vault):
            return cast("list[DoubleCoding]", held[1])
        codings = codings_in(self.vault)
        self.memory["codings"] = (len(self.vault), codings)
        return codings

    @property
    def closed(self) -> frozenset[DocumentId]:
        """Documents of which this person, one of their coders, may see the bare text alone for now."""
        return frozenset(
            coding.document for coding in self.codings if self.actor in coding.coders and not coding.is_open_to_see
        )

    @property
    def coded_apart(self) -> frozenset[DocumentId]:
        """Documents on which not both coders are done: nothing is proposed on them meanwhile."""
        return frozenset(coding.document for coding in self.codings if not coding.is_open_to_see)

    @property
    def sight(self) -> str:
        """What this person sees, as a name for what is kept in memory: another sight has another."""
        closed = "" if self.is_whole else " ".join(sorted(self.closed))
        return f"{int(self.highest)} {closed}".strip()

    @property
    def read(self) -> VaultReader:
        """The records as this person may see them. Pages and lists read through this, never past it."""
        if self.is_whole or not self.closed:
            return self.vault.as_reader(highest=self.highest)
        at = (len(self.vault), self.actor)
        held = self.memory.get("blind reader")
        if isinstance(held, tuple) and held[0] == at and isinstance(held[1], BlindReader):
            return held[1]
        reader = BlindReader(self.vault, self.highest, actor=self.actor, closed=self.closed)
        self.memory["blind reader"] = (at, reader)
        return reader

    def whole(self) -> Session:
        """The same sitting, before which nothing is closed because of double coding.

        For what must reach every record (a withdrawal, the names that a publication may not hold), never to show it.
        """
        return replace(self, is_whole=True)

    def need_open(self, document: DocumentId) -> None:
        """Refuse a coder what is known of a document that they still code apart.

        Raises:
            ClosedToCoder: they are one of its coders, and not both are done.
        """
        if document in self.closed and not self.is_whole:
            raise ClosedToCoder("You are coding this document apart, and not both coders are done.")

    def need_full_sight(self) -> None:
        """Refuse what must reach every record to who does not see every record.

        Raises:
            SightTooNarrow: this person does not.
        """
        if self.highest < Handling.SEALED or not self.vault.holds_all:
            raise SightTooNarrow("This must reach every record, and you do not see every record.")

    def new_id(self, kind: str) -> str:
        """A fresh identifier of a kind."""
        return make_id(kind, self.entropy(10))

    def take(self, name: StepName, changes: Iterable[Change]) -> AppliedStep:
        """Take one step: all its changes are kept, or none is."""
        return self.vault.apply(Step(name=name.value, actor=self.actor, at=self.now(), changes=tuple(changes)))

    # Typed reads: the vault keeps any record; here each kind has its class.

    def _get(self, kind: str, record_id: str) -> object:
        record = self.read.get(kind, record_id)
        if record is None and self.whole().read.get(kind, record_id) is not None:
            raise ClosedToCoder("This belongs to a document that you code apart, and not both coders are done.")
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
        return list(self.read.all("source"))

    def documents(self, *, source: SourceId | None = None) -> list[Document]:
        """All documents, or those of one source."""
        return list(self.read.all("document") if source is None else self.read.all("document", source=source))

    def claims(self, **where: str) -> list[Claim]:
        """Claims, all or by column (document, source, status)."""
        return list(self.read.all("claim", **where))

    def proposals(self, **where: str) -> list[Proposal]:
        """Proposals, all or by column (document, status)."""
        return list(self.read.all("proposal", **where))

    def consents(self, *, source: SourceId | None = None) -> list[Consent]:
        """All consents, or those of one source."""
        return list(self.read.all("consent") if source is None else self.read.all("consent", source=source))

    def withdrawals(self) -> list[Withdrawal]:
        """All withdrawals."""
        return list(self.read.all("withdrawal"))
