"""Words made fit to be shown: names masked, held-back passages replaced by what may be said of them.

``PublishedText`` can be made only here. What renders a report takes nothing else, so that text which passed no
rule cannot be written out: the constructor refuses it, and so does the type checker.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Final, final

from firsthand.publication.policy import Decision, Form
from firsthand.values.errors import OurFault

__all__ = [
    "NotPublished",
    "PublishedText",
    "publish_allowed_words",
    "publish_coded",
    "publish_own_words",
    "redact_text",
]


class NotPublished(OurFault):
    """Text that did not pass redaction was about to be written out."""


_WALL: Final = object()


@final
class PublishedText:
    """Text that passed the rules for its audience. ``held_back`` names the rule where only codes remain."""

    __slots__ = ("_held_back", "_masked_count", "_text")

    def __init__(self, text: str, *, held_back: str = "", masked_count: int = 0, wall: object = None) -> None:
        if wall is not _WALL:
            raise NotPublished("Text was about to be written out that passed no rule.")
        self._text = text
        self._held_back = held_back
        self._masked_count = masked_count

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"PublishedText({len(self._text)} characters)"

    @property
    def held_back(self) -> str:
        """The rule by which the words themselves are held back; empty when they are shown."""
        return self._held_back

    @property
    def masked_count(self) -> int:
        """How many names were masked."""
        return self._masked_count


def redact_text(text: str, decision: Decision, *, masks: Mapping[str, str]) -> PublishedText:
    """Passage text for an audience: nothing but the rule where words may not be shown, else names masked.

    ``masks`` maps each name as written to its designation. Longer names are masked first, so that no part of a
    longer name is left; a part of a name standing alone is masked as written, unless it is a common word.
    """
    if decision.form < Form.TEXT:
        return PublishedText("", held_back=decision.rule, wall=_WALL)
    masked, count = text, 0
    for name in sorted(masks, key=len, reverse=True):
        for part in _parts(name):
            pattern = rf"\b{re.escape(part)}\b" if part.isascii() else re.escape(part)
            # A whole name is masked in any letter case; a part alone only as written, for it may be a common word.
            case = re.IGNORECASE if part == name else re.NOFLAG
            masked, times = re.subn(pattern, f"[{masks[name]}]".replace("\\", ""), masked, flags=case)
            count += times
    return PublishedText(masked, masked_count=count, wall=_WALL)


def publish_own_words(text: str) -> PublishedText:
    """Words of ours: headings, rules, warnings, labels of a vocabulary. Never pass anything from a source here."""
    return PublishedText(text, wall=_WALL)


def publish_coded(labels: list[str]) -> PublishedText:
    """Labels of coded fields, joined for reading. Labels come from vocabularies, never from a source."""
    return PublishedText(", ".join(labels), wall=_WALL)


# Words of a name that are left alone: titles, and what would mask half of a page.
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|.|\n")
_PLAIN_MARKS: Final = frozenset(" \n.,;:!?()'\"-%")


def publish_allowed_words(text: str, *, allowed: Collection[str]) -> PublishedText:
    """A source document's words as new plain text: what a person allowed, numbers of up to four digits, plain marks.

    Nothing of the file itself goes over, and no character beyond these: every other word or character becomes one
    block, so that neither its length nor its script is told; characters that cannot be seen are dropped. A name that
    is an everyday word is told only where a person allowed that word.
    """
    known = {word.casefold() for word in allowed}
    out: list[str] = []
    count = 0
    for piece in _WORD.findall(unicodedata.normalize("NFC", text)):
        number = piece.isascii() and piece.isdigit() and len(piece) <= 4
        if piece.casefold() in known or number or piece in _PLAIN_MARKS:
            out.append(piece)
        elif piece.isspace():
            out.append(" ")
        elif unicodedata.category(piece[0])[0] != "C":
            count += 1
            if not out or out[-1] != _BLOCK:
                out.append(_BLOCK)
    return PublishedText("".join(out), masked_count=count, wall=_WALL)


_BLOCK: Final = "█"
_TITLE = {"mr", "ms", "mrs", "dr", "prof", "the", "van", "de", "al", "bin", "sr", "jr"} | {
    *("an", "in", "on", "so", "no", "do", "me", "he", "us", "we", "at", "to", "my", "of", "as", "is", "it", "by", "or"),
    *("north", "south", "east", "west", "korea", "china", "young", "sun", "one", "may", "min", "march", "will"),
}


def _parts(name: str) -> list[str]:
    words = [word.strip(".,") for word in name.split()]
    parts = [w for w in words if len(w) >= 2 and w.casefold() not in _TITLE] if len(words) > 1 else []
    return [name, *sorted(parts, key=len, reverse=True)]
