"""Sentences and paragraphs with exact code-point offsets, English and Korean.

Own rules rather than a parser's: support of a claim is whole sentences, so their bounds must not move with a
model. A sentence ends at ``.``, ``!``, ``?`` or ``…`` (with closing quotes and brackets) before white space, unless
an abbreviation, an initial or a running quotation says otherwise; a line end always ends a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from firsthand.values.languages import Language, language_of_letters

__all__ = ["Sentence", "length_of_label", "split_sentences", "unread_passages"]

_LINE = re.compile(r"[^\r\n]+")
_END = re.compile(r"[.!?…。]+[\"'”’»)\]]*(?=\s|$)")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“‘'])(?:Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Col|Lt|Sgt|Capt|St|No|Nos|Art|Sec|Fig|vol|pp?|cf|vs|ca|"
    r"approx|Inc|Ltd|Co|Corp|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|et al|e\.g|i\.e|a\.m|p\.m|"
    r"(?:[A-Z]\.)*[A-Z])\.$"
)
_OPENING = {"“": "”", "「": "」", "『": "』", "‘": "’"}
LONGEST_QUOTATION = 600
# Characters; a reader's work on one sentence grows with the square of its length.
LONGEST_SENTENCE = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """Characters ``start`` to ``end`` of a text; ``paragraph`` counts lines from 0; ``language`` is its own."""

    start: int
    end: int
    paragraph: int
    language: Language


def split_sentences(text: str, *, skip: int = 0) -> tuple[Sentence, ...]:
    """Sentences of ``text`` from character ``skip`` on, in order, without white space at their ends."""
    sentences = []
    for paragraph, line in enumerate(_LINE.finditer(text, skip)):
        language = language_of_letters(line.group())
        for start, end in _bounds(text, line.start(), line.end(), language):
            sentences.append(Sentence(start=start, end=end, paragraph=paragraph, language=language))
    return tuple(sentences)


# What numbers an item of a list: (3), (b), (iv), 7), ②, (가).
_LABEL = re.compile(r"(?:\((?:\d{1,3}|[A-Za-z]|[ivx]{2,4}|[가나다라마바사아자차카타파하])\)|\d{1,3}\)|[①-⑳])\s+")


def length_of_label(text: str) -> int:
    """How many characters at the start of a sentence only number it as an item of a list; mostly none."""
    label = _LABEL.match(text)
    return label.end() if label else 0


LEAST_LETTERS = 12


def unread_passages(text: str) -> tuple[tuple[int, int], ...]:
    """Lines in a language that nothing is proposed on, as start and end; lines of few letters say no language."""
    return tuple(
        (line.start(), line.end())
        for line in _LINE.finditer(text)
        if not (line.start() == 0 and _HEADER.match(line.group()))
        and sum(map(str.isalpha, line.group())) >= LEAST_LETTERS
        and language_of_letters(line.group()) is Language.OTHER
        and not _LATIN_ONLY.match(line.group())
    )


# A first line of facts about the document: # 14 | title: ... | date: ...
_HEADER = re.compile(r"# [^|]*\|[^|]+: ")
# Names and headings in Latin letters are too short for the common words by which English is known.
_LATIN_ONLY = re.compile(r"[\x00-\x7f“”‘’–—…]{1,80}$")


def _bounds(text: str, first: int, last: int, language: Language) -> list[tuple[int, int]]:
    bounds = []
    start = first
    for mark in _END.finditer(text, first, last):
        if not _ends_here(text, start, mark, last, language):
            continue
        if text[start : mark.end()].strip():
            bounds.append((start, mark.end()))
        start = mark.end()
    if text[start:last].strip():
        bounds.append((start, last))
    stripped = []
    for begin, end in (part for bound in bounds for part in _cut(text, *bound)):
        piece = text[begin:end]
        left = len(piece) - len(piece.lstrip())
        stripped.append((begin + left, begin + len(piece.rstrip())))
    return stripped


def _cut(text: str, begin: int, end: int) -> list[tuple[int, int]]:
    """A piece without an end of sentence for pages (a list, a damaged file) in parts that are cut between words."""
    parts = []
    while end - begin > LONGEST_SENTENCE:
        space = text.rfind(" ", begin + LONGEST_SENTENCE // 2, begin + LONGEST_SENTENCE)
        at = space if space > 0 else begin + LONGEST_SENTENCE
        if text[begin:at].strip():
            parts.append((begin, at))
        begin = at
    return [*parts, (begin, end)] if text[begin:end].strip() else parts


def _ends_here(text: str, start: int, mark: re.Match[str], last: int, language: Language) -> bool:
    following = text[mark.end() : last].lstrip()
    if not following:
        return True
    if mark.group().startswith("."):
        before = text[max(start, mark.start() - 12) : mark.start() + 1]
        if language is not Language.KOREAN and _ABBREVIATION.search(before):
            return False
        if language is not Language.KOREAN and following[0].islower():
            return False
        if re.search(r"(?:^|\s)\d{1,4}\.$", before) and language is Language.KOREAN:
            return False  # Korean dates: 2019. 3. 4.
    return not _quotation_runs(text, start, mark, last)


def _quotation_runs(text: str, start: int, mark: re.Match[str], last: int) -> bool:
    """Whether the mark stands inside a quotation that the speaker's words follow, as Korean news writes it."""
    piece = text[start : mark.end()]
    for opening, closing in _OPENING.items():
        if piece.count(opening) > piece.count(closing) and opening != "‘":
            ahead = text.find(closing, mark.end(), min(last, mark.end() + LONGEST_QUOTATION))
            # only a quotation that goes on into the teller's own words binds its sentences together
            if ahead >= 0 and re.match(r"[가-힣]|\s?(?:라고|고|며|라며|이라고)", text[ahead + 1 : ahead + 4]):
                return True
    return False
