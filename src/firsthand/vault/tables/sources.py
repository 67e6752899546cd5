"""Tables of the room ``sources``: sources, speakers, names, consents, withdrawals, documents."""

from __future__ import annotations

from dataclasses import dataclass

from firsthand.sources.consent import Consent, Withdrawal
from firsthand.sources.document import Document
from firsthand.sources.source import Source, Speaker
from firsthand.values.grades import Handling
from firsthand.values.ids import SpeakerId
from firsthand.vault.records import Column, RecordKind

__all__ = ["KINDS", "SpeakerName"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerName:
    """The true name of a speaker: kept under the identity key and nowhere else."""

    id: SpeakerId
    name: str
    contact: str = ""


KINDS = (
    RecordKind(name="speaker", type=Speaker, handling=lambda speaker: speaker.handling),
    RecordKind(
        name="speaker_name",
        type=SpeakerName,
        columns=(Column(name="speaker", attribute="id", required=True, references="speaker"),),
        handling=lambda _: Handling.SEALED,
    ),
    RecordKind(
        name="source",
        type=Source,
        columns=(Column(name="informant", references="speaker"),),
        handling=lambda source: source.handling,
    ),
    RecordKind(
        name="consent",
        type=Consent,
        columns=(Column(name="source", required=True, references="source"),),
        handling=lambda _: Handling.INTERNAL,
    ),
    RecordKind(
        name="withdrawal",
        type=Withdrawal,
        columns=(Column(name="consent", required=True, references="consent"),),
        handling=lambda _: Handling.INTERNAL,
    ),
    RecordKind(
        name="document",
        type=Document,
        columns=(
            Column(name="source", required=True, references="source"),
            Column(name="sha256", required=True),
            Column(name="version_of", references="document"),
        ),
        full_text=("title", "text"),
        handling=lambda document: document.handling,
    ),
)
