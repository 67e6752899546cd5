"""Names in their scripts and romanisations."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Name", "NameKind"]

_LONGEST = 400


class NameKind(StrEnum):
    """What a name is to the person: a full name, an alias, initials, or words that stand for one."""

    FULL = "full"
    ALIAS = "alias"
    INITIALS = "initials"
    DESIGNATION = "designation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name as it was written: nothing about it is guessed.

    ``script`` is the ISO 15924 code ("Hang", "Latn", "Hani", "Cyrl", ...), ``language`` a BCP 47 tag ("ko-KP"), both
    "" where unknown.
    """

    text: str
    kind: NameKind = NameKind.FULL
    script: str = ""
    language: str = ""

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("a name needs text")
        if len(self.text) > _LONGEST:
            raise ValueError(f"a name has at most {_LONGEST} characters")
        if self.script and not (len(self.script) == 4 and self.script.isascii() and self.script.istitle()):
            raise ValueError("a script is four letters of ISO 15924, such as Hang")
