"""A mention as linkage sees it: words for someone or something in one document, and what is said beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Mention", "MentionKind"]

MentionKind = Literal["person", "institution", "place"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Words that mean someone or something.

    ``facts`` are what the document says beside the words: "sex" (f, m), "birth_year" and "birth_date" (EDTF, as
    "1966/1969"), "place", and others such as "occupation" or "age_band", which are compared as plain words.
    ``within`` names the person inside the document: two mentions of one document with different ``within`` were
    told apart by the testimony itself and can never be one. ``also``: other names of the same one, as facts that a
    person or a document gave (an alias, a name before marriage, a spelling that was judged the same).
    """

    id: str
    text: str
    kind: MentionKind
    document: str
    facts: Mapping[str, str] = field(default_factory=dict)
    within: str = ""
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("a mention needs an id")
        if self.kind not in {"person", "institution", "place"}:
            raise ValueError("a mention is of a person, an institution or a place")
