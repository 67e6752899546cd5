"""The tables of the names engine, read once from the package's own data files."""

from __future__ import annotations

import csv
import io
import re
from functools import cache
from importlib.resources import files

from firsthand.linkage.hangul import initial_sound_forms

__all__ = [
    "bare_body",
    "bodies",
    "bridge_weight",
    "character_forms",
    "han_mandarin",
    "han_sino_korean",
    "legal_forms",
    "letter_map",
    "mandarin_surname_spellings",
    "mandarin_syllables",
    "nicknames",
    "rows",
    "sino_korean_syllables",
    "surname_spellings",
    "surnames",
    "words_of_kind",
]


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one packaged tab-separated table."""
    text = files("firsthand.linkage").joinpath("tables", name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def _han() -> dict[str, tuple[str, tuple[str, ...], str, int]]:
    table: dict[str, tuple[str, tuple[str, ...], str, int]] = {}
    for row in rows("han_readings.tsv"):
        korean = "" if row["sino_korean"] == "-" else row["sino_korean"]
        mandarin = () if row["mandarin"] == "-" else tuple(row["mandarin"].split(" "))
        forms = "" if row["other_forms"] == "-" else row["other_forms"]
        table[row["character"]] = (korean, mandarin, forms, int(row["in_common_sets"]))
    return table


def han_sino_korean(character: str) -> str:
    """Sino-Korean readings of one Han character, each one syllable, before the initial-sound rule."""
    found = _han().get(character)
    return found[0] if found else ""


def han_mandarin(character: str) -> tuple[str, ...]:
    """Mandarin readings without tones ("v" for ü), the most usual first."""
    found = _han().get(character)
    return found[1] if found else ()


@cache
def character_forms(character: str) -> frozenset[str]:
    """A character with the traditional and regional forms that it can stand for."""
    seen = {character}
    waiting = [character]
    while waiting:
        found = _han().get(waiting.pop())
        for form in found[2] if found else "":
            if form not in seen:
                seen.add(form)
                waiting.append(form)
    return frozenset(seen)


@cache
def _bridge() -> dict[tuple[str, str], float]:
    table: dict[tuple[str, str], float] = {}
    for korean, mandarin, _, common in _han().values():
        weight = {3: 0.8, 2: 0.5, 1: 0.5, 0: 0.1}[common]
        for position, reading in enumerate(mandarin):
            for syllable in korean:
                for form in (syllable, *initial_sound_forms(syllable)):
                    value = weight * (1.0 if position == 0 else 0.4)
                    if value > table.get((form, reading), 0.0):
                        table[form, reading] = value
    return table


def bridge_weight(korean: str, mandarin: str) -> float:
    """How well one Han character can be read so in Korean and so in Mandarin (0 if none can)."""
    return _bridge().get((korean, mandarin), 0.0)


@cache
def mandarin_syllables() -> frozenset[str]:
    """Every Mandarin syllable (no tone) that some tabulated character has."""
    return frozenset(
        reading for _, mandarin, _, common in _han().values() if common for reading in mandarin if len(reading) <= 6
    ) - {"m", "n", "ng", "hm", "hng", "ê"}


@cache
def sino_korean_syllables() -> frozenset[str]:
    """Every Hangul syllable that reads a character of KS X 1001, with its initial-sound forms."""
    found: set[str] = set()
    for korean, _, _, common in _han().values():
        if common & 1:
            for syllable in korean:
                found.add(syllable)
                found.update(initial_sound_forms(syllable))
    return frozenset(found)


@cache
def surnames() -> dict[str, tuple[float, dict[str, float]]]:
    """Korean surnames: thousands of bearers, and spellings with the weight of each."""
    table: dict[str, tuple[float, dict[str, float]]] = {}
    for row in rows("surnames.tsv"):
        spellings = {}
        for item in row["spellings"].split(" "):
            spelling, _, weight = item.rpartition(":")
            spellings[spelling] = float(weight)
        table[row["surname"]] = (float(row["thousands_2015"]), spellings)
    return table


@cache
def surname_spellings() -> frozenset[str]:
    """Every tabulated spelling of a Korean surname."""
    return frozenset(spelling for _, spellings in surnames().values() for spelling in spellings)


@cache
def mandarin_surname_spellings() -> dict[str, tuple[str, ...]]:
    """Spellings of Chinese surnames outside pinyin and Wade-Giles, with the syllables they can write."""
    table: dict[str, tuple[str, ...]] = {}
    for row in rows("mandarin_surnames.tsv"):
        for spelling in row["other_spellings"].split(" "):
            table[spelling] = (*table.get(spelling, ()), row["pinyin"].replace("ü", "v"))
    return table


@cache
def letter_map() -> dict[str, str]:
    """Letters of other alphabets to the Latin letters that usually stand for them."""
    table: dict[str, str] = {}
    for row in rows("letters.tsv"):
        for item in row["pairs"].split(" "):
            letter, _, latin = item.partition(":")
            table[letter] = latin
    return table


@cache
def words_of_kind(kind: str) -> frozenset[str]:
    """Titles or particles, in all their languages."""
    return frozenset(word for row in rows("titles.tsv") if row["kind"] == kind for word in row["words"].split(" "))


@cache
def legal_forms() -> dict[tuple[str, ...], str]:
    """Legal forms of companies, as word sequences, with the form each stands for."""
    return {
        tuple(spelling.split(" ")): row["form"]
        for row in rows("legal_forms.tsv")
        for spelling in row["spellings"].split(";")
    }


@cache
def bodies() -> dict[str, frozenset[str]]:
    """Institutions by each of their present and former names, as written in lower case without marks or spaces."""
    table: dict[str, set[str]] = {}
    for row in rows("institution_names.tsv"):
        for name in row["names"].split(";"):
            table.setdefault(bare_body(name), set()).add(row["institution"])
    return {name: frozenset(found) for name, found in table.items()}


def bare_body(name: str) -> str:
    """A body's name without what spellings differ in: case, marks, spaces, a leading article."""
    words = re.sub(r"[^\w ]", "", name.casefold()).split()
    return "".join(words[1:] if words[:1] == ["the"] else words)


@cache
def nicknames() -> dict[str, frozenset[str]]:
    """For each name, the heads of the families of short and sister forms that it belongs to."""
    table: dict[str, set[str]] = {}
    for row in rows("nicknames.tsv"):
        for word in (row["name"], *row["short_forms"].split(" ")):
            table.setdefault(word, set()).add(row["name"])
    return {word: frozenset(heads) for word, heads in table.items()}
