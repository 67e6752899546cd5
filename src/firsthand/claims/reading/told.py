"""What one sentence tells, before speakers are carried over: shared by the languages' readers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from firsthand.claims.attribution import InformantType, Span
from firsthand.claims.claim import Participant
from firsthand.passages.sentences import Sentence

__all__ = ["DENIAL", "JUDGEMENT", "NOTHING", "ActTold", "Manner", "Mention", "Speaker", "Told"]


# What a clause without an act can be by its nearest example (codes in tables/examples.csv).
JUDGEMENT, DENIAL, NOTHING = "-opinion", "-denial", "-nothing"


class Manner(StrEnum):
    """How the speaker speaks."""

    SAYS = "says"
    DENIES = "denies"
    ESTIMATES = "estimates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Someone to whom words are attributed. ``through`` are tellers between the publisher and this speaker."""

    type: InformantType
    name: str | None = None
    span: Span | None = None
    through: tuple[str, ...] = ()
    manner: Manner = Manner.SAYS
    cue: str = ""
    is_accused: bool = False
    is_hearsay: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActTold:
    """An act and the parts that people play in it, in the sentence's words.

    ``source`` is ``cue`` for a word of the codebook, ``meaning`` for nearness to the example in ``like``.
    ``places_in`` and ``times_in`` are the parts of the sentence, in characters of it, in which the act's own places
    and times may stand; ``None`` where the reader does not know.
    """

    code: str
    words: str
    start: int
    perpetrators: tuple[Participant, ...] = ()
    recipients: tuple[Participant, ...] = ()
    victims: tuple[Participant, ...] = ()
    score: float = 1.0
    source: str = "cue"
    is_possibility: bool = False
    end: int = 0
    like: str = ""
    places_in: tuple[tuple[int, int], ...] | None = None
    times_in: tuple[tuple[int, int], ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Someone whom a later pronoun may mean, or such a pronoun itself.

    ``gender`` is ``f``, ``m`` or empty where the words do not say. ``is_group`` is a family or a crowd, ``is_body`` an
    institution or a state. ``role`` is subject, object, oblique or owner; ``verb`` and ``owns`` are the characters at
    which its verb and what it owns stand; ``heads`` are the nouns by which it is called; ``is_aside``: in a relative or
    adverbial clause.
    """

    text: str
    start: int
    is_plural: bool = False
    gender: str = ""
    is_name: bool = False
    can_do: bool = False
    can_suffer: bool = False
    is_subject: bool = False
    is_group: bool = False
    is_body: bool = False
    is_pronoun: bool = False
    role: str = ""
    verb: int = -1
    owns: int = -1
    heads: frozenset[str] = frozenset()
    is_aside: bool = False


@dataclass(slots=True, kw_only=True)
class Told:
    """One sentence as read alone."""

    sentence: Sentence
    text: str
    speaker: Speaker | None = None
    acts: list[ActTold] = field(default_factory=list)
    alternatives: tuple[str, ...] = ()
    topic: tuple[Participant, ...] = ()
    marks: frozenset[str] = frozenset()
    starts_with_pronoun: bool = False
    first_person: bool = False
    persons: tuple[str, ...] = ()
    tells_of_speaker: bool = False
    tells_of_self: bool = False
    teller_words: tuple[tuple[int, int], ...] = ()
    mentions: tuple[Mention, ...] = ()
    pronouns: tuple[Mention, ...] = ()
    says_nothing: bool = False
    introduces: bool = False
    turns_to: str = ""
    nearest: tuple[str, ...] = ()
    leans: tuple[tuple[str, int], ...] = ()
    clauses: tuple[tuple[int, int], ...] = ()
    parts: tuple[tuple[int, int], ...] = ()
    no_places: tuple[tuple[int, int], ...] = ()
    places_of_bodies: tuple[tuple[int, int], ...] = ()
    subjects: tuple[Participant, ...] = ()
    is_item: bool = False
