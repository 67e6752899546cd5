"""Names of persons in a text, found widely so that they can be masked: missing one is worse than masking a word."""

from __future__ import annotations

import re
from functools import lru_cache

from firsthand.claims.reading.english import load_parser
from firsthand.entities.mention import looks_like_a_name
from firsthand.linkage.name_tables import mandarin_surname_spellings, surname_spellings
from firsthand.values.languages import Language

__all__ = ["person_names_in"]

_TITLE_KO = re.compile(
    r"([가-힣]{2,4}) ?(?:씨|님|박사|대표|교수|목사|선교사|소장|국장|위원|장관|대변인|의원)(?![가-힣]{3})"
)
_CAPITALISED = re.compile(r"[A-Z][\w’']+(?:-[\w’']+)?(?: [A-Z][\w’']*(?:-[\w’']+)?){1,2}")
_INITIALS = re.compile(r"\b(?:Mr|Ms|Mrs)\.? ?[A-Z]\.?(?=\W)|\b[A-Z]\.(?:[A-Z]\.)+")


def person_names_in(text: str, language: Language) -> list[str]:
    """Words that may name a person, each once, in the order of the text.

    English: what the parser's entity recogniser takes for a person, initials, and capitalised words beside a
    surname of the tables (recognisers miss romanised names). Korean: words before a title; the names that claims
    hold come from the claims themselves.
    """
    found = [m[0].strip() for m in _INITIALS.finditer(text)]
    if language is Language.KOREAN:
        found += [m[1] for m in _TITLE_KO.finditer(text)]
    elif language is Language.ENGLISH:
        parsed = load_parser()(text)
        found += [entity.text.strip() for entity in parsed.ents if entity.label_ == "PERSON"]
        for match in _CAPITALISED.finditer(text):
            words = match[0].split(" ")
            if len(words) > 1 and {words[0].casefold(), words[-1].casefold()} & _surnames():
                found.append(match[0])
    names = (re.sub(r"['’]s$", "", name).strip(" .,;:\n") for name in found)
    return [name for name in dict.fromkeys(names) if len(name) > 1 and _may_be_masked(name)]


@lru_cache(maxsize=1)
def _surnames() -> frozenset[str]:
    return frozenset(surname_spellings() | mandarin_surname_spellings().keys())


def _may_be_masked(name: str) -> bool:
    # The recogniser takes "UN Human Rights" and "Famine" for people; masking those would hide what must be read.
    if set(name) & set("\n/:"):
        return False
    if not name.isascii() or "." in name or " " in name:
        return looks_like_a_name(name) or not name.isascii()
    return name.casefold() in _surnames()
