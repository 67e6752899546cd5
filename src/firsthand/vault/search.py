"""What full text keeps and asks: words, and overlapping pairs of syllables for scripts without spaces.

Korean particles cling to names (박지현은, 박지현이), so words are of no use there; pairs of syllables find a name
of two syllables anywhere, where a trigram index finds nothing under three.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["index_text", "match_query"]

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
