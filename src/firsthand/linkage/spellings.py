"""A name as written, made ready to compare: script, words, titles, initials."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from firsthand.linkage.name_tables import letter_map, words_of_kind

__all__ = ["WrittenName", "fold_letters", "read_spelling", "script_of"]

_MARKED = {"ŏ": "ŏ", "ŭ": "ŭ", "ǒ": "ŏ", "ǔ": "ŭ", "ö": "ö", "ü": "ü"}
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʻʼ`´′＇", "'"))
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−－", "-"))
_DIGIT_SLIPS = str.maketrans({"0": "o", "1": "i", "5": "s", "3": "e", "4": "a", "9": "g", "8": "b"})
_LONGEST_NAME = 400
_AGE = re.compile(r"\b(?:aged? )?(?:in (?:her|his|their) )?\d{1,2}(?:s\b|대|세|살)|\(\d{1,3}\)")
_SCRIPTS = (
    ("Hangul", "\uac00", "\ud7a3"),
    ("Han", "\u4e00", "\u9fff"),
    ("Cyrillic", "\u0400", "\u04ff"),
    ("Greek", "\u0370", "\u03ff"),
    ("Arabic", "\u0600", "\u06ff"),
    ("Kana", "\u3040", "\u30ff"),
    ("Georgian", "\u10a0", "\u10ff"),
    ("Armenian", "\u0530", "\u058f"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenName:
    """One name taken apart.

    ``words`` are lower case without titles, each a tuple of hyphen-joined parts, breve marks kept;
    ``surname_words`` counts the words before a comma (0 if there is no comma).
    """

    script: str
    words: tuple[tuple[str, ...], ...]
    surname_words: int
    titles: tuple[str, ...]
    tokens: tuple[str, ...]


def script_of(text: str) -> str:
    """The script that most letters of the text are in: Latin, Hangul, Han, Cyrillic, ... or Other."""
    counts: dict[str, int] = {}
    for character in text:
        if not character.isalpha():
            continue
        if character < "\u0370":
            name = "Latin"
        else:
            name = next((s for s, first, last in _SCRIPTS if first <= character <= last), "Other")
            if name == "Other" and unicodedata.name(character, "").startswith("LATIN"):
                name = "Latin"
        counts[name] = counts.get(name, 0) + 1
    return max(counts, key=lambda s: counts[s]) if counts else "Other"


def _fold_marks(text: str) -> str:
    out = []
    for character in unicodedata.normalize("NFC", text):
        if character in _MARKED:
            out.append(_MARKED[character])
        elif character < "\u0250" or "\u1e00" <= character <= "\u1eff":
            out.append("".join(c for c in unicodedata.normalize("NFD", character) if not unicodedata.combining(c)))
        else:
            out.append(character)
    return "".join(out)


def fold_letters(text: str) -> str:
    """Lower case in plain Latin letters, whatever the alphabet, marks dropped; other scripts stay."""
    letters = letter_map()
    plain = "".join(letters.get(c, c) for c in unicodedata.normalize("NFC", text.lower()))
    return "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c) or c > "\u0900")


def _split_hangul_title(word: str) -> tuple[str, str]:
    titles = words_of_kind("title")
    for length in (4, 3, 2, 1):
        if len(word) - length >= (3 if length == 1 else 2) and word[-length:] in titles:
            # a last syllable alone is a title only after a full name: 씨, 군, 양, 님
            if length == 1 and word[-1] not in "씨님":
                continue
            if length == 2 and len(word) - length < 3 and len(word) == 4 and word[-2:] in {"선수", "감독"}:
                continue
            return word[:-length], word[-length:]
    return word, ""


def _clean_words(text: str) -> list[str]:
    return [w.strip(".'\"“”«»()[]{}!?;:") for w in re.split(r"[\s/·・‧•]+", text)]


def _mend_digits(word: str) -> str:
    letters = sum(c.isalpha() for c in word)
    return word.translate(_DIGIT_SLIPS) if letters > len(word) - letters and letters else word


def read_spelling(text: str) -> WrittenName:
    """Take a written name apart; never fails, an empty text gives no words. Only 400 characters count."""
    text = unicodedata.normalize("NFKC", text[:_LONGEST_NAME].translate(_APOSTROPHES)).translate(_DASHES)
    text = text.translate(_APOSTROPHES)
    script = script_of(text)
    # the sanctions lists write o' and u' for the breve; k', t', p', ch' stay aspirates
    lowered = re.sub(r"([ou])'(?=[a-z]|\b)", lambda m: {"o": "ŏ", "u": "ŭ"}[m[1]], _fold_marks(text.lower()))
    lowered = re.sub(r"\b([a-z])\.(?=[a-z]\b)", r"\1. ", lowered)
    lowered = _AGE.sub(" ", lowered).strip(" ,")
    before, comma, after = lowered.partition(",")
    if comma and not after.strip():
        before, comma, after = lowered.replace(",", " "), "", ""
    titles = words_of_kind("title")
    found_titles: list[str] = []
    groups: list[list[tuple[str, ...]]] = []
    for piece in (before, after) if comma else (before,):
        group: list[tuple[str, ...]] = []
        for raw in _clean_words(piece):
            word = raw
            if not word or word == "-":
                continue
            if script in {"Hangul", "Han"} and len(word) > 3:
                word, title = _split_hangul_title(word)
                if title:
                    found_titles.append(title)
            if word.replace(".", "") in titles:
                found_titles.append(word)
                continue
            if script == "Latin" and any(c.isdigit() for c in word):
                word = _mend_digits(word)
            parts = tuple(p for p in (q.replace(".", "") for q in word.split("-")) if p)
            if parts:
                group.append(parts)
        groups.append(group)
    if not any(groups) and found_titles:
        # nothing but a title: it may be a name after all ("King", "양")
        groups = [[(found_titles.pop(),)]]
    words = tuple(word for group in groups for word in group)
    tokens = tuple(t for word in words for part in word if (t := "".join(c for c in fold_letters(part) if c.isalnum())))
    return WrittenName(
        script=script,
        words=words,
        surname_words=len(groups[0]) if comma and len(groups) > 1 else 0,
        titles=tuple(found_titles),
        tokens=tokens,
    )
