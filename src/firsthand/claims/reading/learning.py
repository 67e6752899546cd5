"""Learning from decisions inside one vault: what is accepted, and what coders put in a proposal's place.

Three small parts, each open to inspection, none of which holds a word of a testimony:

1. a logistic model over a proposal's traits corrects its confidence (ridge logistic regression, le Cessie and van
   Houwelingen 1992, with the confidence that it came with as offset and as a slope of its own, Platt 1999), shrunk
   towards no correction at all, so that a fresh vault loses nothing;
2. counts of corrections put what coders chose in a slot's place, once they did so three times and mostly;
3. counts of values kept and struck out leave out kinds of values that coders mostly strike out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from firsthand.claims.attribution import InformantType
from firsthand.claims.claim import Assertion, Participant, PlaceTold, Statement, StatementKind
from firsthand.claims.suggestions import ProposalStatus, Suggestion
from firsthand.values.errors import UsageError
from firsthand.values.grades import Basis

__all__ = [
    "Decision",
    "DecisionNotUsable",
    "LearnedModel",
    "apply",
    "confidence_of",
    "features_of",
    "learn",
]

# How strongly weights are held to nought. Of 1, 3 and 10, all of which calibrate alike, the one that ranks best without
# moving far from few decisions.
SHRINKAGE = 3.0
MOST_ROUNDS = 25
ENOUGH = 1e-6
AS_PROPOSED = "how sure it was proposed"
# A correction replaces a value only when coders made it this often, and in most cases where the value was proposed (two
# cases to the contrary are counted beforehand). Lower bars cost keys on the open documents, whose errors have no habit.
LEAST_CORRECTIONS = 5
LEAST_SHARE = 0.65
# A kind of value is left out when fewer than this share of at least five was kept; one is counted as kept before.
LEAST_KEPT = 0.35
LEAST_SEEN = 5
# Kinds that differ in nothing but how they are told; a quantity and a denial have fields of their own.
_LIKE_KINDS = frozenset({StatementKind.ACT, StatementKind.CONTEXT, StatementKind.OPINION, StatementKind.LAW})
_PEOPLE = ("victims", "perpetrators", "recipients")
_PRONOUNS = frozenset({"he", "she", "they", "them", "her", "him", "it", "we", "who", "그", "그녀", "그들", "이들"})

Value = TypeVar("Value")


class DecisionNotUsable(UsageError):
    """A decision does not say what was decided."""

    next_step = "Give accepted, edited with the statement as kept, or refused."


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a coder did with a suggestion; ``kept`` is the statement as edited."""

    suggestion: Suggestion
    outcome: ProposalStatus
    kept: Statement | None = None

    def __post_init__(self) -> None:
        if self.outcome in {ProposalStatus.OPEN, ProposalStatus.APART} or (self.outcome is ProposalStatus.EDITED) != (
            self.kept is not None
        ):
            raise DecisionNotUsable("A decision is open, or an edit lacks the statement that was kept.")

    @property
    def statement_kept(self) -> Statement | None:
        """What stands after the decision; nothing where the suggestion was refused."""
        if self.outcome is ProposalStatus.REFUSED:
            return None
        return self.kept or self.suggestion.statement


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedModel:
    """What was learned. It holds codes and numbers, never words of a testimony; a fresh one has learned nothing.

    ``weights`` are by trait. ``corrections`` count, under ``slot|traits|proposed>kept``, what coders put in a value's
    place, and ``proposed`` how often each ``slot|traits|proposed`` was decided on. ``kept`` and ``seen`` count, by
    kind of value, how often it was kept out of how often it was proposed.
    """

    decisions: int = 0
    weights: dict[str, float] = field(default_factory=dict)
    corrections: dict[str, int] = field(default_factory=dict)
    proposed: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)

    def in_words(self, most: int = 10) -> list[str]:
        """The strongest things learned, for a person to read."""
        ranked = sorted(self.weights.items(), key=lambda item: (-abs(item[1]), item[0]))[:most]
        lines = [
            f"{name}: {'more' if weight > 0 else 'less'} often accepted ({weight:+.2f})" for name, weight in ranked
        ]
        often = [(pair, n) for pair, n in self.corrections.items() if n >= LEAST_CORRECTIONS]
        lines += [f"{pair.replace('>', ' became ').replace('|', ' ')} {n} times" for pair, n in sorted(often)]
        return lines + [
            f"{kind}: kept {self.kept.get(kind, 0)} of {n} times" + ("; left out now" if self._struck(kind) else "")
            for kind, n in sorted(self.seen.items())
            if n >= LEAST_SEEN
        ]

    def _struck(self, kind: str) -> bool:
        n = self.seen.get(kind, 0)
        return n >= LEAST_SEEN and (self.kept.get(kind, 0) + 1) / (n + 1) < LEAST_KEPT

    def leaves_out(self, kind: str) -> bool:
        """Whether values of this kind are mostly struck out."""
        return self._struck(kind)

    def better(self, slot: str, traits: Sequence[str], value: str) -> tuple[str, int, int] | None:
        """What coders mostly put in a value's place, how often, of how many; the most exact traits that say so win."""
        for trait in traits:
            start = f"{slot}|{trait}|{value}"
            found = [
                (n, pair.rpartition(">")[2]) for pair, n in self.corrections.items() if pair.startswith(f"{start}>")
            ]
            total = self.proposed.get(start, 0)
            if found:
                count, best = max(found)
                if count >= LEAST_CORRECTIONS and count / (total + 2) >= LEAST_SHARE:
                    return best, count, total
            if total >= 2 * LEAST_CORRECTIONS:
                return None  # enough is known of just this case, and it is mostly right
        return None


def _source(suggestion: Suggestion) -> str:
    """How the act was found: by a cue, by nearness in meaning, or not at all."""
    why = suggestion.why.get("acts", "")
    if why.startswith("near in meaning"):
        return "meaning"
    return "none" if why in {"no act is named", "a clause beside it in which no act is named"} else "cue"


def features_of(suggestion: Suggestion) -> tuple[str, ...]:
    """Traits of a suggestion: codes alone, so that a model can be kept without keeping testimony."""
    statement = suggestion.statement
    return (
        "any",
        f"kind={statement.kind}",
        f"informant={statement.informant.type}",
        f"basis={statement.basis}",
        f"assertion={statement.assertion}",
        f"found by={_source(suggestion)}",
        *(f"act={code}" for code in statement.acts),
        f"kind+informant={statement.kind}+{statement.informant.type}",
        f"kind+found by={statement.kind}+{_source(suggestion)}",
        "victims=told" if statement.victims else "victims=none",
    )


def _traits(suggestion: Suggestion, slot: str) -> tuple[str, ...]:
    """In what circumstances a slot's value was proposed, from the most exact to none."""
    statement = suggestion.statement
    act = statement.acts[0] if statement.acts else ""
    if slot == "kind":
        return (f"{_source(suggestion)} {act}", _source(suggestion))
    if slot == "basis":
        return (f"{statement.informant.type} {statement.kind}", f"{statement.informant.type}")
    if slot == "informant":
        return (suggestion.why.get("informant", "").partition("(")[0].strip() or "any",)
    return ("any",)


def _pairs(suggestion: Suggestion, kept: Statement) -> Iterable[tuple[str, str, str]]:
    """Slot, value as proposed and value as kept, of all slots with one code each, and of acts."""
    before = suggestion.statement
    yield "kind", before.kind, kept.kind
    yield "basis", before.basis, kept.basis
    yield "informant", before.informant.type, kept.informant.type
    lost, new = [c for c in before.acts if c not in kept.acts], [c for c in kept.acts if c not in before.acts]
    for code in before.acts:
        if code not in lost:
            yield "act", code, code
        for other in new if code in lost else ():
            yield "act", code, other


def _place_kind(place: PlaceTold) -> str:
    known = "in the gazetteer" if place.place is not None else "without a name"
    if place.place is not None and len(place.place.path) == 1:
        known = "country"
    return f"place {'inferred' if place.span is None else 'told'}, {known}, {place.role}"


def _person_kind(slot: str, person: Participant, suggestion: Suggestion) -> str:
    what = "pronoun" if person.text.casefold() in _PRONOUNS else "inferred" if person.span is None else "told"
    return f"{slot} {what}, {suggestion.statement.kind}, found by {_source(suggestion)}"


def _values(suggestion: Suggestion) -> Iterable[tuple[str, str, str]]:
    """Kind of value, slot and words of each value that a person may strike out."""
    statement = suggestion.statement
    for place in statement.places:
        yield _place_kind(place), "places", place.text
    for slot in _PEOPLE:
        for person in getattr(statement, slot):
            yield _person_kind(slot, person, suggestion), slot, person.text


def _holds(statement: Statement, slot: str, words: str) -> bool:
    wanted = words.casefold()
    return any(wanted in value.text.casefold() or value.text.casefold() in wanted for value in getattr(statement, slot))


def learn(decisions: Sequence[Decision]) -> LearnedModel:
    """A model from all decisions so far. Deterministic; the order in which they were made does not matter."""
    corrections: dict[str, int] = {}
    proposed: dict[str, int] = {}
    kept_values: dict[str, int] = {}
    seen: dict[str, int] = {}
    for decision in decisions:
        kept = decision.statement_kept
        if kept is None:
            continue
        for slot, value, instead in _pairs(decision.suggestion, kept):
            for trait in _traits(decision.suggestion, slot):
                key = f"{slot}|{trait}|{value}"
                proposed[key] = proposed.get(key, 0) + 1
                if instead != value:
                    corrections[f"{key}>{instead}"] = corrections.get(f"{key}>{instead}", 0) + 1
        for kind, slot, words in _values(decision.suggestion):
            seen[kind] = seen.get(kind, 0) + 1
            kept_values[kind] = kept_values.get(kind, 0) + _holds(kept, slot, words)
    return LearnedModel(
        decisions=len(decisions),
        weights=_weights_of(decisions),
        corrections=corrections,
        proposed=proposed,
        kept=kept_values,
        seen=seen,
    )


def _logit(confidence: float) -> float:
    sure = min(0.99, max(0.01, confidence))
    return math.log(sure / (1 - sure))


def _weights_of(decisions: Sequence[Decision]) -> dict[str, float]:
    """Weights of traits by Newton's method: what is refused and what is kept, beyond what its confidence foretold."""
    if not decisions:
        return {}
    of_each = [features_of(decision.suggestion) for decision in decisions]
    names = sorted({name for traits in of_each for name in traits})
    place = {name: number for number, name in enumerate(names)}
    offset = np.array([_logit(decision.suggestion.confidence) for decision in decisions])
    table = np.zeros((len(decisions), len(names) + 1))
    table[:, -1] = offset
    for row, traits in enumerate(of_each):
        table[row, [place[name] for name in traits]] = 1
    kept = np.array([decision.outcome is not ProposalStatus.REFUSED for decision in decisions], float)
    weights = np.zeros(len(names) + 1)
    for _ in range(MOST_ROUNDS):
        likely = 1 / (1 + np.exp(-np.clip(offset + table @ weights, -30, 30)))
        spread = (likely * (1 - likely))[:, None]
        pull = table.T @ (kept - likely) - SHRINKAGE * weights
        step = np.linalg.solve((table * spread).T @ table + SHRINKAGE * np.eye(len(weights)), pull)
        weights += step
        if np.abs(step).max() < ENOUGH:
            break
    return {name: round(float(weight), 6) for name, weight in zip([*names, AS_PROPOSED], weights, strict=True)}


def confidence_of(suggestion: Suggestion, model: LearnedModel) -> float:
    """How likely a coder keeps a suggestion, by what was learned; as it was proposed where nothing was."""
    prior = _logit(suggestion.confidence)
    score = prior * (1 + model.weights.get(AS_PROPOSED, 0.0))
    score += sum(model.weights.get(name, 0.0) for name in features_of(suggestion))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def apply(model: LearnedModel, suggestions: Iterable[Suggestion]) -> list[Suggestion]:
    """Suggestions with what was learned: values that coders mostly choose, confidence, the order of alternatives."""
    if not model.decisions:
        return list(suggestions)
    return [_improved(model, suggestion) for suggestion in suggestions]


def _improved(model: LearnedModel, suggestion: Suggestion) -> Suggestion:
    statement = suggestion.statement
    why = dict(suggestion.why)

    def better(slot: str, value: str) -> str:
        found = model.better(slot, _traits(suggestion, slot), value)
        if found is None:
            return value
        name = "acts" if slot == "act" else slot
        said = f"coders here changed “{value}” to “{found[0]}” in {found[1]} of {found[2]} cases"
        why[name] = f"{why.get(name, '')}; {said}".strip("; ")
        return found[0]

    acts = tuple(dict.fromkeys(better("act", code) for code in statement.acts))
    changed = replace(
        statement,
        acts=acts,
        basis=Basis(better("basis", statement.basis)),
        informant=replace(statement.informant, type=InformantType(better("informant", statement.informant.type))),
        places=tuple(p for p in statement.places if not model.leaves_out(_place_kind(p))),
        victims=_unstruck(model, "victims", statement.victims, suggestion),
        perpetrators=_unstruck(model, "perpetrators", statement.perpetrators, suggestion),
        recipients=_unstruck(model, "recipients", statement.recipients, suggestion),
    )
    kind = StatementKind(better("kind", statement.kind))
    if kind in _LIKE_KINDS and statement.kind in _LIKE_KINDS and kind is not statement.kind:
        opinion = kind is StatementKind.OPINION
        changed = replace(changed, kind=kind, assertion=Assertion.OPINION if opinion else Assertion.FACT)
    known = {
        pair.rpartition(">")[2]: n
        for pair, n in model.corrections.items()
        if pair.startswith("act|any|") and pair.removeprefix("act|any|").partition(">")[0] in statement.acts
    }
    others = dict.fromkeys(
        [*sorted(known, key=lambda code: (-known[code], code)), *suggestion.alternatives, *statement.acts]
    )
    return replace(
        suggestion,
        statement=changed,
        confidence=round(confidence_of(suggestion, model), 3),
        alternatives=tuple(code for code in others if code not in acts)[:3],
        why=why,
    )


def _unstruck(
    model: LearnedModel, slot: str, people: tuple[Participant, ...], suggestion: Suggestion
) -> tuple[Participant, ...]:
    return tuple(p for p in people if not model.leaves_out(_person_kind(slot, p, suggestion)))
