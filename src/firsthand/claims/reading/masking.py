"""Names out of a text before a model sees it, and places in the masked text back to places in the text.

Masking is wide on purpose: whatever the readers take for a person's name, names that the caller knows, and addresses
and numbers by which someone can be reached. One name gets one designation throughout, so that the model can still
follow who did what.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from firsthand.claims.attribution import InformantType, Span
from firsthand.claims.reading.english import EnglishReader
from firsthand.claims.reading.korean import KoreanReader
from firsthand.passages.sentences import split_sentences
from firsthand.values.languages import Language

__all__ = ["MaskedText", "mask_names", "names_in"]

_CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|https?://\S+|(?<!\d)\+?\d[\d\s()-]{7,}\d(?!\d)")
_TITLES = re.compile(r"(?:\([^)]*\)|\s|씨|박사|대표|교수|군|양|Mr|Mrs|Ms|Dr|\.)+$|^(?:Mr|Mrs|Ms|Dr)\.?\s+")
_NAME_WORD = re.compile(r"[A-Z][\w'-]{2,}(?:-[\w']+)?|[가-힣]{2,}")


@dataclass(frozen=True, slots=True)
class MaskedText:
    """A text without names. ``_pieces`` are starts in the masked text, starts in the text, and whether it is a mask."""

    text: str
    names: int
    _pieces: tuple[tuple[int, int, bool], ...]
    _end: tuple[int, int]

    def span_of(self, start: int, end: int) -> Span:
        """Where characters of the masked text stand in the text; a mask stands for all of its name."""
        return Span(self._place(start, ending=False), self._place(end, ending=True))

    def _place(self, position: int, *, ending: bool) -> int:
        starts = [piece[0] for piece in self._pieces]
        number = max(0, bisect_right(starts, position - (1 if ending else 0)) - 1)
        masked, real, is_mask = self._pieces[number]
        if not is_mask:
            return real + position - masked
        if not ending:
            return real
        return self._pieces[number + 1][1] if number + 1 < len(self._pieces) else self._end[1]


def names_in(text: str) -> set[str]:
    """Names of persons that the readers see in a text, as it writes them, titles and brackets apart."""
    sentences = split_sentences(text)
    found: set[str] = set()
    for language, reader in ((Language.ENGLISH, EnglishReader), (Language.KOREAN, KoreanReader)):
        of = [s for s in sentences if s.language is language]
        for told in reader().read(text, of) if of else ():
            found |= set(told.persons)
            found |= {mention.text for mention in told.mentions if mention.is_name}
            speaker = told.speaker
            if speaker is not None and speaker.type is InformantType.NAMED_PERSON and speaker.name:
                found.add(speaker.name)
    return {bare for name in found if len(bare := _TITLES.sub("", name).strip()) > 1}


def mask_names(text: str, *, known: Iterable[str] = ()) -> MaskedText:
    """The text with ``[Person 1]``, ``[Contact 1]`` ... in the place of names and contacts.

    ``known`` are names to mask wherever they stand, besides those that the readers see.
    """
    whole = {*names_in(text), *(name.strip() for name in known if len(name.strip()) > 1)}
    designation: dict[str, str] = {}
    for name in sorted(whole, key=lambda n: (-len(n), n)):
        longer = next((other for other in designation if name in re.findall(r"[\w'-]+", other)), None)
        designation[name] = designation[longer] if longer else f"[Person {len(set(designation.values())) + 1}]"
        for word in _NAME_WORD.findall(name):
            designation.setdefault(word, designation[name])
    spans = _spans(text, designation)
    return _masked(text, spans)


def _spans(text: str, designation: dict[str, str]) -> list[tuple[int, int, str]]:
    spans = [(m.start(), m.end(), "[Contact]") for m in _CONTACT.finditer(text)]
    if designation:
        longest_first = sorted(designation, key=lambda name: (-len(name), name))
        latin = [re.escape(n) for n in longest_first if n.isascii()]
        other = [re.escape(n) for n in longest_first if not n.isascii()]
        parts = [rf"\b(?:{'|'.join(latin)})\b"] if latin else []
        parts += ["|".join(other)] if other else []
        spans += [(m.start(), m.end(), designation[m.group()]) for m in re.finditer("|".join(parts), text)]
    kept: list[tuple[int, int, str]] = []
    for start, end, mask in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end, mask))
    return kept


def _masked(text: str, spans: Sequence[tuple[int, int, str]]) -> MaskedText:
    parts: list[str] = []
    pieces: list[tuple[int, int, bool]] = []
    length = position = 0
    for start, end, mask in spans:
        if start > position:
            pieces.append((length, position, False))
            parts.append(text[position:start])
            length += start - position
        pieces.append((length, start, True))
        parts.append(mask)
        length += len(mask)
        position = end
    if position < len(text) or not pieces:
        pieces.append((length, position, False))
        parts.append(text[position:])
        length += len(text) - position
    return MaskedText("".join(parts), len(spans), tuple(pieces), (length, len(text)))
