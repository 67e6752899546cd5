"""Learning from decisions inside one vault: which proposals are accepted, and what coders put in their place.

Two small parts, both open to inspection. A logistic model over a proposal's features corrects its confidence
(online gradient steps with L2 shrinkage towards zero; Bottou 2010). Counts of corrections put the act that coders
chose first among the alternatives, and in the proposal's place once they chose it three times and mostly.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from firsthand.claims.claim import Statement
from firsthand.claims.suggestions import ProposalStatus, Suggestion
from firsthand.values.errors import UsageError

__all__ = ["Decision", "DecisionNotUsable", "LearnedModel", "apply", "features_of", "learn"]

STEP = 0.3
SHRINKAGE = 0.002
ROUNDS = 4
# A correction replaces a proposal's act only when coders made it this often, and in most cases.
LEAST_CORRECTIONS = 3
LEAST_SHARE = 0.6


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
        if self.outcome is ProposalStatus.OPEN or (self.outcome is ProposalStatus.EDITED) != (self.kept is not None):
            raise DecisionNotUsable("A decision is open, or an edit lacks the statement that was kept.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedModel:
    """What was learned. It holds codes and numbers, never words of a testimony; a fresh one has learned nothing.

    ``weights`` are by feature; ``corrections`` count, under ``proposed>kept``, which act coders kept in place of
    which; ``proposed`` counts how often each act was decided on.
    """

    decisions: int = 0
    weights: dict[str, float] = field(default_factory=dict)
    corrections: dict[str, int] = field(default_factory=dict)
    proposed: dict[str, int] = field(default_factory=dict)

    def in_words(self, most: int = 10) -> list[str]:
        """The strongest things learned, for a person to read."""
        ranked = sorted(self.weights.items(), key=lambda item: (-abs(item[1]), item[0]))[:most]
        lines = [
            f"{name}: {'more' if weight > 0 else 'less'} often accepted ({weight:+.2f})" for name, weight in ranked
        ]
        often = [(pair, n) for pair, n in self.corrections.items() if n >= LEAST_CORRECTIONS]
        return lines + [f"{pair.replace('>', ' became ')} {n} times" for pair, n in sorted(often)]


def features_of(suggestion: Suggestion) -> tuple[str, ...]:
    """Features of a suggestion: codes alone, so that a model can be kept without keeping testimony."""
    statement = suggestion.statement
    return (
        "any",
        f"kind={statement.kind}",
        f"informant={statement.informant.type}",
        f"basis={statement.basis}",
        f"assertion={statement.assertion}",
        *(f"act={code}" for code in statement.acts),
        f"kind+informant={statement.kind}+{statement.informant.type}",
        "victims=told" if statement.victims else "victims=none",
    )


def learn(decisions: Sequence[Decision], model: LearnedModel | None = None) -> LearnedModel:
    """A new model from decisions, in the order given, on top of ``model``. Deterministic."""
    start = model or LearnedModel()
    weights = dict(start.weights)
    corrections, proposed = dict(start.corrections), dict(start.proposed)
    for _ in range(ROUNDS):
        for decision in decisions:
            target = 0.0 if decision.outcome is ProposalStatus.REFUSED else 1.0
            names = features_of(decision.suggestion)
            error = target - _confidence(decision.suggestion, weights)
            for name in names:
                old = weights.get(name, 0.0)
                weights[name] = old + STEP * error / math.sqrt(len(names)) - SHRINKAGE * old
    for decision in decisions:
        before = decision.suggestion.statement.acts
        for code in before:
            proposed[code] = proposed.get(code, 0) + 1
        if decision.kept is not None and set(decision.kept.acts) != set(before):
            for old_code in set(before) - set(decision.kept.acts):
                for new_code in set(decision.kept.acts) - set(before):
                    pair = f"{old_code}>{new_code}"
                    corrections[pair] = corrections.get(pair, 0) + 1
    return LearnedModel(
        decisions=start.decisions + len(decisions),
        weights={name: round(weight, 6) for name, weight in weights.items()},
        corrections=corrections,
        proposed=proposed,
    )


def _confidence(suggestion: Suggestion, weights: dict[str, float]) -> float:
    prior = min(0.99, max(0.01, suggestion.confidence))
    score = math.log(prior / (1 - prior)) + sum(weights.get(name, 0.0) for name in features_of(suggestion))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def apply(model: LearnedModel, suggestions: Iterable[Suggestion]) -> list[Suggestion]:
    """Suggestions with what was learned: confidence, order of alternatives, and acts that coders mostly replace."""
    return [_improved(model, suggestion) for suggestion in suggestions]


def _improved(model: LearnedModel, suggestion: Suggestion) -> Suggestion:
    statement = suggestion.statement
    why = dict(suggestion.why)
    acts = []
    for code in statement.acts:
        better = _replacement(model, code)
        acts.append(better or code)
        if better:
            why["acts"] = f"{why.get('acts', '')}; coders here mostly changed {code} to this".strip("; ")
    known = {pair.split(">")[1]: n for pair, n in model.corrections.items() if pair.split(">")[0] in statement.acts}
    others = dict.fromkeys(
        [*sorted(known, key=lambda code: (-known[code], code)), *suggestion.alternatives, *statement.acts]
    )
    unique = tuple(dict.fromkeys(acts))
    return replace(
        suggestion,
        statement=replace(statement, acts=unique),
        confidence=round(_confidence(suggestion, dict(model.weights)), 3),
        alternatives=tuple(code for code in others if code not in unique)[:3],
        why=why,
    )


def _replacement(model: LearnedModel, code: str) -> str | None:
    found = [(n, pair.split(">")[1]) for pair, n in model.corrections.items() if pair.startswith(f"{code}>")]
    if not found:
        return None
    count, best = max(found)
    share = count / max(1, model.proposed.get(code, 0))
    return best if count >= LEAST_CORRECTIONS and share >= LEAST_SHARE else None
