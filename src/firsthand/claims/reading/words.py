"""Word lists of attribution, roles and modality, from ``tables/words.csv``."""

from __future__ import annotations

import re
from functools import cache

from firsthand.claims.reading.cues import CueIndex, Cues, compile_cues, read_table
from firsthand.values.languages import Language

__all__ = ["endings_of", "kinds_in", "search_for", "words_of"]


def _cell(kind: str, language: Language) -> str:
    return next((row["words"] for row in read_table("words") if (row["kind"], row["language"]) == (kind, language)), "")


@cache
def words_of(kind: str, language: Language) -> frozenset[str]:
    """The words of a list."""
    return frozenset(word.strip() for word in _cell(kind, language).split(";") if word.strip())


@cache
def endings_of(kind: str, language: Language, least: int = 1) -> tuple[str, ...]:
    """The words of a list of at least so many letters, for ``str.endswith``."""
    return tuple(sorted(word for word in words_of(kind, language) if len(word) >= least))


@cache
def _searches(kinds: tuple[str, ...], language: Language) -> tuple[tuple[Cues, ...], CueIndex]:
    searches = tuple(search_for(kind, language) for kind in kinds)
    return searches, CueIndex(searches, language)


def kinds_in(text: str, kinds: tuple[str, ...], language: Language) -> frozenset[str]:
    """Those of ``kinds`` of which a word stands in a text, looked up at once."""
    searches, index = _searches(kinds, language)
    return frozenset(
        kinds[place]
        for place, numbers in index.candidates(text).items()
        if any(searches[place].alone(number).search(text) for number in numbers)
    )


@cache
def search_for(kind: str, language: Language) -> Cues:
    """A search for the cues of a list; it finds nothing when the list is empty."""
    return compile_cues(_cell(kind, language), language) or Cues(re.compile(r"(?!)"), language)
