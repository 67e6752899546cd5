"""Engines propose; people decide. The interface, the rule engine that ships, and the one call that others use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from typing import Protocol

from firsthand.claims.reading.acts import ActDefinition
from firsthand.claims.reading.assembly import Assembly, facts_of
from firsthand.claims.reading.english import EnglishReader
from firsthand.claims.reading.header import read_header
from firsthand.claims.reading.korean import KoreanReader
from firsthand.claims.reading.meaning import MeaningOfActs, meaning_of_acts
from firsthand.claims.reading.times import read_anchor_date
from firsthand.claims.reading.told import Told
from firsthand.claims.suggestions import Suggestion
from firsthand.passages.sentences import Sentence, length_of_label, split_sentences
from firsthand.values.languages import Language

__all__ = ["Engine", "RuleEngine", "propose_claims"]


class Engine(Protocol):
    """Something that reads a text and suggests claims, each with its passage."""

    name: str
    languages: tuple[Language, ...]

    def propose(self, text: str, facts: Mapping[str, str]) -> list[Suggestion]:
        """Suggestions for a text; ``facts`` holds publisher, date (EDTF), title and language where they are known."""
        ...


@lru_cache(maxsize=4)
def _meaning_with(examples: tuple[tuple[str, str], ...]) -> MeaningOfActs | None:
    """Meaning by the packaged examples and a project's own, encoded once."""
    known = meaning_of_acts()
    return MeaningOfActs(known.encoder, examples, known=known) if known is not None and examples else known


def _in_one_language(sentences: Sequence[Sentence], told: str | None, text: str) -> list[Sentence]:
    """Lines too short to know by themselves take the document's language, told or that of most other characters.

    Only lines in Latin letters are moved, and only to English: names of places can hide the common words by which
    English is known.
    """
    english = sum(s.end - s.start for s in sentences if s.language is Language.ENGLISH)
    other = sum(s.end - s.start for s in sentences if s.language is Language.OTHER)
    if told not in {"en", "eng"} and english <= 2 * other:
        return list(sentences)
    return [
        replace(s, language=Language.ENGLISH)
        if s.language is Language.OTHER
        and text[s.start : s.end].isascii()
        and _ENGLISH_WORD.search(text, s.start, s.end)
        else s
        for s in sentences
    ]


_ENGLISH_WORD = re.compile(r"\b(?:the|of|and|that|were|was|in|on|to|had|with|by)\b", re.IGNORECASE)


def _read(reader: EnglishReader | KoreanReader, text: str, sentences: Sequence[Sentence]) -> Iterator[Told]:
    """What sentences tell; what only numbers an item of a list is not read with it, for no parser knows it."""
    lengths = [length_of_label(text[s.start : s.end]) for s in sentences]
    read = reader.read(text, [replace(s, start=s.start + n) for s, n in zip(sentences, lengths, strict=True)])
    for told, length in zip(read, lengths, strict=True):
        told.is_item = length > 0
        yield told


class RuleEngine:
    """Dependency rules, quotative endings, cues and a gazetteer: offline, explainable, no model to trust."""

    name = "rules/1"
    languages: tuple[Language, ...] = (Language.ENGLISH, Language.KOREAN)

    def __init__(
        self,
        *,
        definitions: Sequence[ActDefinition] | None = None,
        examples: Sequence[tuple[str, str]] = (),
    ) -> None:
        """With a project's definitions of acts beside those that ship, and its examples (code and sentence)."""
        self._definitions = tuple(definitions) if definitions is not None else None
        self._examples = tuple(examples)

    def _reader(self, language: Language) -> EnglishReader | KoreanReader:
        if language is Language.KOREAN:
            return KoreanReader(definitions=self._definitions, examples=self._examples)
        return EnglishReader(definitions=self._definitions, meaning=_meaning_with(self._examples))

    def propose(self, text: str, facts: Mapping[str, str], *, language: Language | None = None) -> list[Suggestion]:
        """Suggestions in the order of the text; passages in other languages are passed over."""
        header, start = read_header(text)
        known = facts_of(facts, header)
        suggestions: list[Suggestion] = []
        sentences = _in_one_language(split_sentences(text, skip=start), known.get("language"), text)
        sentences = [s for s in sentences if s.language in self.languages]
        for of, run in groupby(sentences, key=lambda sentence: language or sentence.language):
            assembly = Assembly(
                publisher=known.get("publisher"), anchor=read_anchor_date(known.get("date")), language=of
            )
            suggestions += assembly.suggestions(_read(self._reader(of), text, list(run)))
        return suggestions


def propose_claims(
    text: str,
    *,
    language: Language | None = None,
    facts: Mapping[str, str] | None = None,
    engine: Engine | None = None,
) -> list[Suggestion]:
    """Suggest claims for a text, each resting on whole sentences of it.

    ``facts`` are those of the document (publisher, date ...); a header line in the text adds to them. Without
    ``language``, each passage's own language decides.
    """
    if engine is not None:
        return engine.propose(text, facts or {})
    return RuleEngine().propose(text, facts or {}, language=language)
