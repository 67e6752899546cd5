"""A mention: a claim's own words for someone, some body or some place."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from importlib import resources

from firsthand.claims.attribution import InformantType, Span
from firsthand.claims.claim import Statement
from firsthand.values.ids import DocumentId
from firsthand.values.languages import Script, script_of

__all__ = ["Mention", "MentionKind", "looks_like_a_name", "mentions_of_statements"]


class MentionKind(StrEnum):
    """What a mention speaks of; only mentions of one kind are ever compared."""

    PERSON = "person"
    INSTITUTION = "institution"
    PLACE = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Words in one document for one person, body or place.

    ``id`` is the document, the kind and the place where the words first stand in its text: it tells nothing of
    the words, and stays the same when further claims are accepted, so that a judgement on it holds. ``told_by``
    lists positions (in the order given) of the statements that hold the mention. ``facts`` are what the same
    statements say of it: ``role`` (informant, victim, perpetrator, recipient), ``place``, ``time``.
    """

    id: str
    text: str
    kind: MentionKind
    document: DocumentId
    span: Span | None = None
    told_by: tuple[int, ...] = ()
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


# A name of a person as texts write them: two to four capitalised words or Hangul syllables of a name's length.
_LATIN_NAME = re.compile(
    r"(?:(?:Mr|Ms|Mrs|Dr|Prof)\.? )?[A-Z][\w’'.]*(?:-[\w]+)?(?: (?:[A-Z][\w’'.]*(?:-[\w]+)?|bin|al|de|van|der)){1,3}"
)
_HANGUL_NAME = re.compile(r"([가-힣]{2,4}?)( ?(?:씨|님|박사|대표|교수|목사|선교사))?")
_INITIALS = re.compile(r"(?:Mr|Ms|Mrs)?\.? ?[A-Z]\.(?: ?[A-Z]\.)*(?: [A-Z][a-z]+)?")


@lru_cache(maxsize=4)
def _words_of_kind(kind: str) -> frozenset[str]:
    text = (resources.files("firsthand.entities") / "tables" / "name_words.csv").read_text("utf-8")
    return frozenset(row["word"] for row in csv.DictReader(io.StringIO(text)) if row["kind"] == kind)


def _hangul_words() -> tuple[frozenset[str], frozenset[str]]:
    return _words_of_kind("surname"), _words_of_kind("not_a_name")


def _not_names() -> frozenset[str]:
    return _words_of_kind("latin_not_a_name")


def looks_like_a_name(text: str) -> bool:
    """Whether words could be a person's name rather than a description such as "a defector"."""
    words = text.strip()
    if script_of(words) is Script.HANGUL:
        match = _HANGUL_NAME.fullmatch(words)
        surnames, common = _hangul_words()
        if match is None or match[1] in common:
            return False
        # Without a title three syllables and a surname are asked for: as many common nouns begin like a surname.
        return bool(match[2]) or (len(match[1]) >= 3 and match[1][0] in surnames)
    if _INITIALS.fullmatch(words):
        return True
    letters = re.findall(r"[A-Za-z]+", words)
    if any(len(word) > 1 and word.isupper() for word in letters):
        return False  # UN, NGO: initials of bodies
    return bool(_LATIN_NAME.fullmatch(words)) and not _not_names() & set(letters)


def mentions_of_statements(
    told: Iterable[tuple[DocumentId, Statement]], texts: Mapping[DocumentId, str]
) -> list[Mention]:
    """All mentions that can be linked, one for each document, kind and wording, in the order of the statements.

    Descriptions without a name ("a woman") identify nobody and are left out, and so is everything inferred: a
    mention stands in its document's text, given by ``texts``.
    """
    found: dict[tuple[DocumentId, MentionKind, str], _Gathered] = {}
    for number, (document, statement) in enumerate(told):
        for kind, words, role in _told(statement):
            start = texts[document].find(words)
            if start < 0:
                continue
            gathered = found.setdefault((document, kind, words), _Gathered(start=start))
            gathered.told_by.append(number)
            gathered.facts.setdefault("role", set()).add(role)
            if statement.date and statement.date.edtf:
                gathered.facts.setdefault("time", set()).add(statement.date.edtf)
            for place in statement.places:
                gathered.facts.setdefault("place", set()).add(place.text)
    return [
        Mention(
            id=f"{document}.{kind}.{gathered.start}",
            text=words,
            kind=kind,
            document=document,
            span=Span(gathered.start, gathered.start + len(words)),
            told_by=tuple(dict.fromkeys(gathered.told_by)),
            facts={name: tuple(sorted(values)) for name, values in sorted(gathered.facts.items())},
        )
        for (document, kind, words), gathered in found.items()
    ]


@dataclass(slots=True)
class _Gathered:
    start: int
    told_by: list[int] = field(default_factory=list)
    facts: dict[str, set[str]] = field(default_factory=dict)


def _names_a_body(text: str) -> bool:
    # "the report" and "a new study" name nobody; what names a body in Latin script has a capital letter of its own.
    return script_of(text) is not Script.LATIN or bool(re.search(r"(?<!^)\b[A-Z]|^(?!The|A|An|Its|It|This)[A-Z]", text))


def _told(statement: Statement) -> Iterable[tuple[MentionKind, str, str]]:
    informant = statement.informant
    if informant.name:
        if informant.type is InformantType.INSTITUTION and _names_a_body(informant.name):
            yield MentionKind.INSTITUTION, informant.name.strip(), "informant"
        elif informant.type is InformantType.NAMED_PERSON:
            yield MentionKind.PERSON, informant.name.strip(), "informant"
    roles = (
        ("victim", statement.victims),
        ("perpetrator", statement.perpetrators),
        ("recipient", statement.recipients),
    )
    for role, participants in roles:
        for participant in participants:
            if looks_like_a_name(participant.text):
                yield MentionKind.PERSON, participant.text.strip(), role
    for place in statement.places:
        if place.span is not None:
            yield MentionKind.PLACE, place.text.strip(), str(place.role)
