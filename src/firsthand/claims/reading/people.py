"""Whom pronouns mean: people spoken of so far, and the choice among them."""

from __future__ import annotations

from dataclasses import dataclass, field

from firsthand.claims.claim import Participant
from firsthand.claims.reading.told import Mention, Told

__all__ = ["People"]

# Whom a pronoun can mean: several people or one, and of which gender.
_MEANS = {
    "he": (False, "m"), "him": (False, "m"), "his": (False, "m"), "she": (False, "f"), "her": (False, "f"),
    "they": (True, ""), "them": (True, ""), "그": (False, ""), "그녀": (False, "f"), "그들": (True, ""),
    "이들": (True, ""),
}  # fmt: skip
# A subject is meant rather than another noun up to so many characters behind it.
SUBJECT_AHEAD = 80


@dataclass(slots=True)
class People:
    """People spoken of so far, in the order of the text."""

    persons: list[str] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)

    def hear(self, told: Told) -> None:
        """Add the people of a sentence."""
        self.persons += told.persons
        self.mentions += told.mentions

    def meant(self, pronoun: str, before: int, *, does: bool | None = None) -> Mention | None:
        """The nearest one before character ``before`` whom a pronoun can mean; ``does``: as the doer of an act."""
        wanted = _MEANS.get(pronoun.casefold())
        if wanted is None:
            return None
        plural, gender = wanted
        fits = [
            m
            for m in self.mentions
            if m.start < before and m.is_plural == plural and (not gender or m.gender in {"", gender})
        ]
        best = [m for m in fits if does is None or (m.can_do if does else m.can_suffer and not m.can_do)]
        if does is None or not best:
            named = [m for m in (best or fits) if m.is_name or m.gender == gender]
            best = named or best or fits
        return max(best, key=lambda m: m.start + SUBJECT_AHEAD * m.is_subject, default=None)

    def resolved(self, people: tuple[Participant, ...], *, does: bool) -> tuple[Participant, ...]:
        """Pronouns with the words for the one whom they mean; their own words still stand at ``span``."""
        found = []
        for person in people:
            meant = self.meant(person.text, person.span.start, does=does) if person.span else None
            found.append(Participant(text=meant.text, span=person.span) if meant else person)
        return tuple(found)
