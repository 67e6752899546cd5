"""What full text keeps and asks: words, and overlapping pairs of syllables for scripts without spaces.

Korean particles cling to names (박지현은, 박지현이), so words are of no use there; pairs of syllables find a name
of two syllables anywhere, where a trigram index finds nothing under three.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["index_text", "match_query", "piece_marks", "query_marks", "text_matches"]

# Hangul syllables and jamo, kana, Han
_RUN = re.compile("[\u1100-\u11ff\u3041-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff]+")


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def index_text(text: str) -> str:
    """The text as the index keeps it: each run of syllables as its pairs, and its last syllable alone."""
    return _RUN.sub(lambda found: f" {' '.join((*_pairs(found[0]), found[0][-1]))} ", _fold(text))


def match_query(text: str) -> str:
    """The FTS5 query that finds all pieces of ``text``, in any order; empty when there is nothing to find.

    A piece in syllables is found anywhere; a piece in letters at the beginning of words.
    """
    asked: list[str] = []
    folded = _fold(text).replace('"', " ").replace("\x00", " ")
    for piece in folded.split():
        at = 0
        for found in _RUN.finditer(piece):
            asked += _letters(piece[at : found.start()])
            run = found[0]
            asked.append(f'"{" ".join(_pairs(run))}"' if len(run) > 1 else f'"{run}" *')
            at = found.end()
        asked += _letters(piece[at:])
    return " AND ".join(asked)


def _letters(piece: str) -> list[str]:
    return [f'"{piece}" *'] if any(mark.isalnum() for mark in piece) else []


# For an engine that must not see words: the same pieces as marks, which the engine digests under a key.

_LONGEST_PREFIX = 12
_TOKEN = re.compile(r"[^\W_]+")


def _bare(text: str) -> str:
    """Letters without their accents, as the encrypted index keeps them; Hangul stays whole."""
    return "".join(
        mark
        for whole in text
        for mark in (whole if _RUN.match(whole) else unicodedata.normalize("NFD", whole))
        if _RUN.match(mark) or not unicodedata.combining(mark)
    )


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(_bare(index_text(text)))


def piece_marks(text: str) -> set[str]:
    """The marks of a text: each piece's beginnings, up to twelve letters long."""
    return {token[:length] for token in set(_tokens(text)) for length in range(1, min(len(token), _LONGEST_PREFIX) + 1)}


def _asked(text: str) -> list[tuple[list[str], bool]]:
    """The phrases of ``match_query``: their pieces, and whether the last may go on."""
    phrases = []
    for phrase in match_query(text).split(" AND "):
        pieces = _TOKEN.findall(_bare(phrase))
        if pieces:
            phrases.append((pieces, phrase.endswith("*")))
    return phrases


def query_marks(text: str) -> set[str]:
    """Marks that every text has that matches; empty when there is nothing to find."""
    return {piece[:_LONGEST_PREFIX] for pieces, _ in _asked(text) for piece in pieces}


def text_matches(text: str, asked: str) -> bool:
    """Whether the text holds all pieces that are asked for, in the sense of ``match_query``."""
    tokens = _tokens(text)

    def holds(pieces: list[str], goes_on: bool) -> bool:
        *first, last = pieces
        for at in range(len(tokens) - len(first)):
            end = tokens[at + len(first)]
            if tokens[at : at + len(first)] == first and (end.startswith(last) if goes_on else end == last):
                return True
        return False

    phrases = _asked(asked)
    return bool(phrases) and all(holds(pieces, goes_on) for pieces, goes_on in phrases)
