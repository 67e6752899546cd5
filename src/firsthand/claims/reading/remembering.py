"""What a coder decided earlier in a document, carried to the proposals that are still open in it.

A document speaks of the same few people over and over: who was put right once need not be put right again. This
holds words, because it is made anew from the document's own decisions whenever it is asked for, and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from firsthand.claims.attribution import Informant, InformantType
from firsthand.claims.claim import Participant, PlaceRole, PlaceTold, Statement, StatementKind
from firsthand.claims.reading.learning import Decision
from firsthand.claims.suggestions import ProposalStatus, Suggestion
from firsthand.values.grades import Basis

__all__ = ["DocumentMemory", "remember"]

# A default (nobody named, nothing proposed) must be changed twice running before it is taken for a habit.
TWICE = 2
RECENT = 3
_SLOTS = ("victims", "perpetrators", "recipients")
_TOLD_KINDS = frozenset({StatementKind.ACT, StatementKind.QUANTITY, StatementKind.CONTEXT})

_Speaker = tuple[InformantType, str]


def _speaker(statement: Statement) -> _Speaker:
    return statement.informant.type, (statement.informant.name or "").casefold()


def _is_among(text: str, values: Iterable[Participant | PlaceTold]) -> bool:
    wanted = text.casefold()
    return any(wanted in value.text.casefold() or value.text.casefold() in wanted for value in values)


class DocumentMemory:
    """Decisions on one document, in the order in which they were made."""

    def __init__(self) -> None:
        self._informants: dict[_Speaker, list[Informant]] = {}
        self._bases: dict[tuple[_Speaker, StatementKind], list[Basis]] = {}
        self._people: dict[tuple[str, str], Participant | None] = {}
        self._places: dict[tuple[str, PlaceRole], PlaceTold | None] = {}
        self._added: list[frozenset[tuple[str, PlaceRole]]] = []

    def add(self, decision: Decision) -> None:
        """Remember a decision; a refusal says nothing of what is told elsewhere."""
        if decision.outcome is ProposalStatus.REFUSED:
            return
        before, kept = decision.suggestion.statement, decision.kept or decision.suggestion.statement
        self._informants.setdefault(_speaker(before), []).append(kept.informant)
        self._bases.setdefault((_speaker(before), before.kind), []).append(kept.basis)
        for slot in _SLOTS:
            proposed, stands = getattr(before, slot), getattr(kept, slot)
            for person in proposed:
                instead = [p for p in stands if not _is_among(p.text, proposed)]
                right = _is_among(person.text, stands)
                self._people[slot, person.text.casefold()] = (
                    person if right else instead[0] if len(instead) == 1 and len(proposed) == 1 else None
                )
        for place in before.places:
            self._places[place.text.casefold(), place.role] = place if _is_among(place.text, kept.places) else None
        if before.kind in _TOLD_KINDS and not before.places:
            self._added.append(frozenset((place.text, place.role) for place in kept.places))

    def improve(self, suggestion: Suggestion) -> Suggestion:
        """The suggestion with what was put right before in this document; its reasons say so."""
        statement, why = suggestion.statement, dict(suggestion.why)
        changed = statement
        informant = self._informant(statement)
        if informant is not None:
            changed = replace(changed, informant=informant)
            why["informant"] = f"{why.get('informant', '')}; put right earlier in this document".strip("; ")
        bases = self._bases.get((_speaker(statement), statement.kind), [])
        if len(bases) >= TWICE and len(set(bases[-TWICE:])) == 1 and bases[-1] is not statement.basis:
            changed = replace(changed, basis=bases[-1])
            why["basis"] = f"{why.get('basis', '')}; put right earlier in this document".strip("; ")
        for slot in _SLOTS:
            people = self._people_of(slot, getattr(changed, slot))
            if people != getattr(changed, slot):
                changed = _with_people(changed, slot, people)
                why[slot] = "put right earlier in this document"
        places = tuple(p for p in changed.places if self._places.get((p.text.casefold(), p.role), p) is not None)
        if not statement.places and statement.kind in _TOLD_KINDS:
            places = self._habitual_places()
        if places != changed.places:
            changed = replace(changed, places=places)
            why["places"] = "put right earlier in this document"
        return suggestion if changed == statement else replace(suggestion, statement=changed, why=why)

    def _informant(self, statement: Statement) -> Informant | None:
        earlier = self._informants.get(_speaker(statement), [])
        if not earlier:
            return None
        last = earlier[-1]
        if (last.type, last.name) == (statement.informant.type, statement.informant.name):
            return None
        needed = 1 if statement.informant.name else TWICE
        recent = earlier[-needed:]
        if len(recent) < needed or len({(i.type, i.name) for i in recent}) > 1:
            return None
        return replace(last, span=statement.informant.span or last.span)

    def _people_of(self, slot: str, people: tuple[Participant, ...]) -> tuple[Participant, ...]:
        found: dict[str, Participant] = {}
        for person in people:
            instead = self._people.get((slot, person.text.casefold()), person)
            if instead is not None:
                # another's words stand elsewhere in the document; here the value is an inference, and marked as one
                value = person if instead.text == person.text else Participant(text=instead.text, span=person.span)
                found.setdefault(value.text, value)
        return tuple(found.values())

    def _habitual_places(self) -> tuple[PlaceTold, ...]:
        """Places that were added to two of the last three claims for which none was proposed: inferred."""
        recent = self._added[-RECENT:]
        wanted = {place for added in recent for place in added if sum(place in other for other in recent) >= TWICE}
        return tuple(PlaceTold(text=text, role=role) for text, role in sorted(wanted))


def _with_people(statement: Statement, slot: str, people: tuple[Participant, ...]) -> Statement:
    if slot == "victims":
        return replace(statement, victims=people)
    if slot == "perpetrators":
        return replace(statement, perpetrators=people)
    return replace(statement, recipients=people)


def remember(decisions: Sequence[Decision]) -> DocumentMemory:
    """The memory of a document's decisions, in the order in which they were made."""
    memory = DocumentMemory()
    for decision in decisions:
        memory.add(decision)
    return memory
