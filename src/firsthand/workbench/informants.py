"""Informants: known everywhere by a designation; name and contact lie under the identity key alone."""

from __future__ import annotations

from firsthand.sources.source import Speaker, designation_of
from firsthand.values.errors import UsageError
from firsthand.values.grades import AgeGroup
from firsthand.values.ids import SpeakerId
from firsthand.vault import DESTROY_WORD, IDENTITY, Change, TypedWordWrong
from firsthand.vault.tables.sources import SpeakerName
from firsthand.workbench.session import Session, informant_key
from firsthand.workbench.steps import StepName
from firsthand.workbench.withdrawing import erase_source

__all__ = ["InformantUnknown", "add_informant", "erase_informant", "informants_of"]


class InformantUnknown(UsageError):
    """There is no such informant."""

    next_step = "Take the identifier from `firsthand informants`."


def _name_key(speaker: SpeakerId) -> str:
    return f"{IDENTITY}:{speaker}"


def add_informant(session: Session, *, name: str, contact: str = "", age_group: AgeGroup = AgeGroup.UNKNOWN) -> Speaker:
    """Keep a person who speaks: a random designation under the informant's own key, and the name under the identity
    compartment's. An age that nobody knows is protected like a child's.

    Raises:
        UsageError: there is no name.
    """
    if not name.strip():
        raise UsageError("An informant needs a name, or a word that stands for it.")
    speaker = Speaker(
        id=SpeakerId(session.new_id("speaker")),
        designation=designation_of(session.entropy(2)),
        age_group=age_group,
    )
    kept = SpeakerName(id=speaker.id, name=name.strip(), contact=contact.strip())
    session.take(
        StepName.ADD_INFORMANT,
        [
            Change(kind="speaker", id=speaker.id, value=speaker, key=informant_key(speaker.id)),
            Change(kind="speaker_name", id=speaker.id, value=kept, key=_name_key(speaker.id)),
        ],
    )
    return speaker


def informants_of(session: Session) -> list[Speaker]:
    """Informants whom this person may see, by designation."""
    return sorted(session.read.all("speaker"), key=lambda speaker: speaker.designation)


def erase_informant(session: Session, informant: SpeakerId, typed_word: str) -> None:
    """Destroy every key of an informant: that of each of her sources, of what is kept of her, and of her name.

    Here and in every backup nobody can read any of it again. The log keeps that keys were destroyed, and when.

    Raises:
        TypedWordWrong: the word was not typed. InformantUnknown: there is no such informant.
        SightTooNarrow: it must reach every record.
    """
    if typed_word != DESTROY_WORD:
        raise TypedWordWrong("The word that was typed is not the word that was asked for.")
    session.need_full_sight()
    if session.vault.get("speaker", informant) is None:
        raise InformantUnknown("There is no informant with that identifier.")
    for source in session.vault.all("source", informant=informant):
        erase_source(session, source.id, typed_word)
    for key in (_name_key(informant), informant_key(informant)):
        session.vault.destroy_key(key, typed_word, actor=session.actor, at=session.now())
