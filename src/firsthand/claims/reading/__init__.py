"""What a machine reads out of a text: suggestions of claims, with their passages and reasons."""

from firsthand.claims.reading.engine import Engine, RuleEngine, propose_claims

__all__ = ["Engine", "RuleEngine", "propose_claims"]
