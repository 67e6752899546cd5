"""Claims in the exchange form ``proposals/1``: the keys of the gold files, offsets in code points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from firsthand.claims.attribution import Span
from firsthand.claims.claim import Participant, PlaceTold, TimeTold
from firsthand.claims.suggestions import Suggestion
from firsthand.values.quantities import Quantity

__all__ = ["SCHEMA", "proposals_record", "suggestion_record"]

SCHEMA = "proposals/1"


def proposals_record(
    suggestions: Iterable[Suggestion], *, file_name: str, sha256: str, text_sha256: str, language: str
) -> dict[str, Any]:
    """One ``proposals/1`` document, ready for JSON."""
    return {
        "schema": SCHEMA,
        "file": file_name,
        "sha256": sha256,
        "text_sha256": text_sha256,
        "language": language,
        "claims": [suggestion_record(suggestion, number) for number, suggestion in enumerate(suggestions, 1)],
    }


def suggestion_record(suggestion: Suggestion, number: int) -> dict[str, Any]:
    """One claim with the keys of a gold file, plus ``confidence``, ``why`` and ``alternatives``."""
    statement = suggestion.statement
    informant = statement.informant
    return {
        "id": f"p-{number}",
        "support": [[span.start, span.end] for span in suggestion.support],
        "kind": str(statement.kind),
        "polarity": str(statement.polarity),
        "assertion": str(statement.assertion),
        "informant": {"type": str(informant.type), "name": informant.name, "span": _span(informant.span)},
        "chain": list(statement.chain),
        "basis": str(statement.basis),
        "acts": list(statement.acts),
        "perpetrators": _people(statement.perpetrators),
        "recipients": _people(statement.recipients),
        "victims": _people(statement.victims),
        "places": [_place(place) for place in statement.places],
        "time": _time(statement.time),
        "amount": _amount(statement.amount),
        "confidence": suggestion.confidence,
        "why": dict(suggestion.why),
        "alternatives": list(suggestion.alternatives),
    }


def _span(span: Span | None) -> list[int] | None:
    return [span.start, span.end] if span else None


def _people(people: Sequence[Participant]) -> list[dict[str, Any]]:
    return [{"text": person.text, "span": _span(person.span)} for person in people]


def _place(place: PlaceTold) -> dict[str, Any]:
    record = {"text": place.text, "span": _span(place.span), "role": str(place.role)}
    if place.place is not None and place.place.gazetteer_id is not None:
        record["gazetteer"] = place.place.gazetteer_id
    return record


def _time(time: TimeTold | None) -> dict[str, Any]:
    if time is None:
        return {"text": None, "span": None, "edtf": None}
    return {"text": time.date.words, "span": _span(time.span), "edtf": time.date.edtf}


def _amount(amount: Quantity | None) -> dict[str, Any] | None:
    if amount is None:
        return None
    return {"kind": str(amount.kind), "min": amount.minimum, "max": amount.maximum, "unit": amount.unit}
