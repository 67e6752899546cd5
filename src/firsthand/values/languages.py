"""Language and script of a text, by counting its letters."""

from __future__ import annotations

import unicodedata
from collections import Counter
from enum import StrEnum

__all__ = ["Language", "Script", "language_of_letters", "script_of"]


class Language(StrEnum):
    """Languages that Firsthand can propose on; anything else is kept and marked, never proposed on."""

    ENGLISH = "en"
    KOREAN = "ko"
    OTHER = "und"


class Script(StrEnum):
    """ISO 15924 codes of the scripts that names of the field are written in."""

    HANGUL = "Hang"
    HAN = "Hani"
    LATIN = "Latn"
    CYRILLIC = "Cyrl"
    OTHER = "Zyyy"


_STARTS = (("HANGUL", Script.HANGUL), ("CJK", Script.HAN), ("LATIN", Script.LATIN), ("CYRILLIC", Script.CYRILLIC))


def script_of(text: str) -> Script:
    """The script of most letters of ``text``; ``OTHER`` when it has no letters."""
    counts: dict[Script, int] = {}
    for letter, count in Counter(text).items():
        if letter.isalpha():
            name = unicodedata.name(letter, "")
            script = next((script for start, script in _STARTS if name.startswith(start)), Script.OTHER)
            counts[script] = counts.get(script, 0) + count
    return max(counts, key=lambda script: counts[script]) if counts else Script.OTHER


# The commonest English words: Latin letters alone do not tell English from French or Vietnamese.
_ENGLISH = frozenset(
    {"the", "of", "and", "to", "in", "a", "is", "that", "was", "for", "it", "with", "as", "his", "on", "be", "at", "by"}
    | {"had", "not", "are", "but", "from", "have", "they", "he", "she", "her", "him", "you", "my", "our", "this"}
    | {
        "which",
        "who",
        "were",
        "been",
        "has",
        "would",
        "could",
        "their",
        "them",
        "there",
        "when",
        "said",
        "told",
        "after",
    }
    | {"before", "because", "into", "out", "about", "every"}
)
ENOUGH_ENGLISH = 0.12


def language_of_letters(text: str) -> Language:
    """Guess the language of a passage from its script and, for Latin letters, its commonest words.

    Short Latin passages (under eight words) count as English when nothing speaks against it: a wrong guess
    costs a proposal, and a person reads the passage in any case.
    """
    script = script_of(text)
    if script is Script.HANGUL:
        return Language.KOREAN
    if script is not Script.LATIN:
        return Language.OTHER
    words = [word.strip(".,;:!?\"'()").casefold() for word in text.split()]
    common = sum(word in _ENGLISH for word in words)
    if len(words) < 8:
        return Language.ENGLISH if text.isascii() else Language.OTHER
    return Language.ENGLISH if common >= ENOUGH_ENGLISH * len(words) else Language.OTHER
