"""A finding as an argument map in the Argument Interchange Format (AIF), as AIFdb writes it in JSON.

I-nodes say something; RA-nodes infer, CA-nodes conflict (Chesnevar et al. 2006, Towards an Argument Interchange
Format). The finding follows from its elements and its claims; a claim follows from its speaker's word; a denial, a
refuting claim and a dependence between two speakers conflict with what they weaken. Claims are told by their codes
alone: no word of a source, no name and no passage leaves in a map.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from firsthand.corroboration.dependence import Dependence
from firsthand.corroboration.elements import RuleResult, Truth
from firsthand.corroboration.proposing import MACHINE

__all__ = ["ArgumentMap", "argument_map"]


@dataclass(slots=True)
class ArgumentMap:
    """Nodes and edges; ids are numbers in the order of making, so that one finding always gives one map."""

    nodes: list[dict[str, str]] = field(default_factory=list)
    edges: list[dict[str, str]] = field(default_factory=list)

    def add(self, text: str, kind: str) -> str:
        """Add a node of a kind (I, RA, CA) and give its id."""
        name = str(len(self.nodes) + 1)
        self.nodes.append({"nodeID": name, "text": text, "type": kind})
        return name

    def join(self, start: str, end: str) -> None:
        """An edge from one node to another."""
        self.edges.append({"edgeID": str(len(self.edges) + 1), "fromID": start, "toID": end})

    def infer(self, premises: Sequence[str], conclusion: str, scheme: str) -> str:
        """An inference from premises to a conclusion."""
        node = self.add(scheme, "RA")
        for premise in premises:
            self.join(premise, node)
        self.join(node, conclusion)
        return node

    def conflict(self, attacker: str, attacked: str, scheme: str) -> None:
        """A conflict of one node with another."""
        node = self.add(scheme, "CA")
        self.join(attacker, node)
        self.join(node, attacked)

    def as_json(self) -> dict[str, object]:
        """The map as AIFdb reads it; ``locutions`` are left out, for nobody's words are in it."""
        return {"nodes": self.nodes, "edges": self.edges, "locutions": []}


def argument_map(
    *,
    statement: str,
    standard: str,
    supporting: Mapping[str, str],
    contradicting: Mapping[str, str],
    speakers: Mapping[str, str],
    dependences: Sequence[Dependence],
    accounts: Mapping[str, str],
    rules: Sequence[RuleResult],
    language: str,
) -> ArgumentMap:
    """Draw a finding.

    ``supporting`` and ``contradicting`` are coded words of each claim, by its id; ``accounts`` the account of each
    claim; ``speakers`` a letter or designation for each account. Elements that are not met infer nothing, and stand
    with their question.
    """
    drawn = ArgumentMap()
    finding = drawn.add(statement, "I")
    claims: dict[str, str] = {}
    words_of: dict[str, str] = {}
    for key, words in {**supporting, **contradicting}.items():
        account = accounts.get(key, "")
        claims[key] = drawn.add(words, "I")
        if account in speakers:
            said = drawn.add(f"{speakers[account]}: {words}", "I")
            words_of.setdefault(account, drawn.infer([said], claims[key], "Witness testimony"))
    if supporting:
        drawn.infer([claims[key] for key in supporting], finding, f"Standard of proof: {standard}")
    for key in contradicting:
        drawn.conflict(claims[key], finding, "Denied or contradicted")
    for link in dependences:
        if link.a in words_of and link.b in words_of:
            both = f"{speakers[link.a]} and {speakers[link.b]}: {link.kind.value} ({link.standing.value})"
            # A person's own reason is free text, and stays on the screen.
            shared = drawn.add(f"{both}: {link.reason}" if link.asserted_by == MACHINE else both, "I")
            # What two speakers share does not make either untrue; it undercuts that both words count.
            drawn.conflict(shared, words_of[link.b], "Not independent")
    for result in rules:
        _draw_rule(drawn, result, claims, language)
    return drawn


def _draw_rule(drawn: ArgumentMap, result: RuleResult, claims: Mapping[str, str], language: str) -> None:
    rule = result.rule
    whole = drawn.add(f"{rule.label.label(language)} ({rule.instrument}): {result.whole.value}", "I")
    nodes: dict[str, str] = {}
    for name, element in result.elements.items():
        text = f"{element.element.label.label(language)} ({element.element.cite}): {element.truth.value}"
        if element.asked and element.element.question is not None:
            text += f". {element.element.question.label(language)}"
        nodes[name] = drawn.add(text, "I")
    for name, element in result.elements.items():
        follows = element.element.follows
        if follows is not None:
            drawn.infer([nodes[other] for other in follows.of], nodes[name], f"{follows.how.value} of the elements")
            continue
        shown = [claims[key] for key in element.shown if key in claims]
        if shown and element.truth is not Truth.NOT_MET:
            drawn.infer(shown, nodes[name], "Claims show the element")
        for key in element.refuted:
            if key in claims:
                drawn.conflict(claims[key], nodes[name], "Claim refutes the element")
    for part in rule.parts:
        drawn.infer([nodes[name] for name in part.follows.of], whole, part.label.label(language))
