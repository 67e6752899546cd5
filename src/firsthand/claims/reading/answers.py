"""What a language model is asked, and what of its answer is taken: nothing that is not in the text.

The question shows the codebook's codes and the masked text. Of the answer a claim is taken only where its quoted
passage stands in the text to the letter; slot values that do not stand in the text are dropped, and codes that the
codebook does not hold too. So a model can propose badly, but not invent a passage.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from firsthand.claims.ages import age_group_of_words
from firsthand.claims.attribution import Informant, InformantType, Span
from firsthand.claims.claim import Participant, Polarity, Statement, StatementKind
from firsthand.claims.reading.masking import MaskedText
from firsthand.claims.suggestions import Suggestion
from firsthand.passages.sentences import split_sentences
from firsthand.values.grades import Basis
from firsthand.values.vocabularies import Vocabulary

__all__ = ["Taken", "question_about", "take_answer"]

LEAST_QUOTE = 12
MOST_CLAIMS = 200
CONFIDENCE = 0.5
_LIKE_ACTS = frozenset({StatementKind.ACT, StatementKind.CONTEXT, StatementKind.OPINION, StatementKind.LAW})
_JSON = re.compile(r"\{.*\}", re.DOTALL)

_TASK = """You list claims in a text: who says that who did what to whom, and how they know. Answer in JSON:
{"claims": [{"quote": "...", "kind": "act|context|opinion|law|denial", "acts": ["code"], "informant_type":
"named_person|unnamed_person|unnamed_group|institution|author_voice", "informant": "...", "basis": "B0".."B9",
"victims": ["..."], "perpetrators": ["..."]}]}
"quote", "informant", "victims" and "perpetrators" are copied from the text to the letter. Take only what the text says.
Codes of acts: """


def question_about(masked: str, acts: Vocabulary) -> list[dict[str, str]]:
    """The messages of a chat in which a model is asked for the claims of a masked text."""
    codes = "; ".join(f"{term.code} ({term.label('en')})" for term in acts)
    return [{"role": "system", "content": _TASK + codes}, {"role": "user", "content": masked}]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What was taken of an answer, and how many claims were refused for which reason."""

    suggestions: tuple[Suggestion, ...]
    answered: int
    refused: Counter[str]


def take_answer(answer: str, text: str, masked: MaskedText, acts: Vocabulary) -> Taken:
    """Suggestions from a model's answer, each on whole sentences of ``text``, none beyond what its quotes bear."""
    refused: Counter[str] = Counter()
    claims = _claims(answer)
    if claims is None:
        return Taken(suggestions=(), answered=0, refused=Counter({"the answer is no list of claims": 1}))
    sentences = [(s.start, s.end) for s in split_sentences(text)]
    found = []
    for claim in claims[:MOST_CLAIMS]:
        span = _quoted(claim, masked)
        if span is None:
            refused["its quoted passage is not in the text"] += 1
            continue
        support = tuple(Span(a, b) for a, b in sentences if a < span.end and span.start < b)
        statement = _statement(claim, text, masked, acts)
        if statement is None:
            refused["its kind or acts are none of the codebook's"] += 1
            continue
        if not support:
            refused["its quoted passage is not in the text"] += 1
            continue
        why = {"acts": "proposed by a model server", "informant": "proposed by a model server"}
        found.append(Suggestion(support=support, statement=statement, confidence=CONFIDENCE, why=why))
    return Taken(suggestions=tuple(found), answered=len(claims), refused=refused)


def _claims(answer: str) -> list[dict[str, Any]] | None:
    match = _JSON.search(answer)
    try:
        told = json.loads(match.group()) if match else None
    except (ValueError, RecursionError):
        return None
    claims = told.get("claims") if isinstance(told, dict) else None
    return [claim for claim in claims if isinstance(claim, dict)] if isinstance(claims, list) else None


def _quoted(claim: dict[str, Any], masked: MaskedText) -> Span | None:
    quote = claim.get("quote")
    if not isinstance(quote, str) or len(quote.strip()) < LEAST_QUOTE:
        return None
    start = masked.text.find(quote.strip())
    return masked.span_of(start, start + len(quote.strip())) if start >= 0 else None


def _statement(claim: dict[str, Any], text: str, masked: MaskedText, acts: Vocabulary) -> Statement | None:
    try:
        kind = StatementKind(str(claim.get("kind")))
        told = InformantType(str(claim.get("informant_type") or InformantType.AUTHOR_VOICE))
        basis = Basis(str(claim.get("basis") or Basis.NOT_STATED))
    except ValueError:
        return None
    listed = claim.get("acts")
    codes = (
        tuple(dict.fromkeys(c for c in listed if isinstance(c, str) and c in acts)) if isinstance(listed, list) else ()
    )
    if not codes or kind not in {*_LIKE_ACTS, StatementKind.DENIAL}:
        return None
    victims = _people(claim.get("victims"), text, masked)
    name = next(iter(_people([claim.get("informant")], text, masked)), None)
    return Statement(
        kind=kind,
        informant=Informant(type=told, name=name.text if name else None, span=name.span if name else None),
        polarity=Polarity.DENIED if kind is StatementKind.DENIAL else Polarity.AFFIRMED,
        basis=basis,
        acts=codes,
        victims=victims,
        perpetrators=_people(claim.get("perpetrators"), text, masked),
        victims_age=age_group_of_words([victim.text for victim in victims]),
    )


def _people(values: object, text: str, masked: MaskedText) -> tuple[Participant, ...]:
    """Values that stand in the masked text, as the text itself writes them."""
    found: dict[tuple[int, int], Participant] = {}
    for value in values if isinstance(values, list) else []:
        start = masked.text.find(value.strip()) if isinstance(value, str) and len(value.strip()) > 1 else -1
        if start >= 0:
            span = masked.span_of(start, start + len(value.strip()))
            found.setdefault((span.start, span.end), Participant(text=text[span.start : span.end], span=span))
    return tuple(found.values())
