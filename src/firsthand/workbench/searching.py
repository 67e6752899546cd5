"""Searching an open vault: documents, findings and names at once, each name also in its other spellings and scripts."""

from __future__ import annotations

from dataclasses import dataclass

from firsthand.entities.mention import MentionKind
from firsthand.linkage.blocking import blocking_keys
from firsthand.linkage.comparing import compare_mentions
from firsthand.linkage.mentions import Mention as ComparedMention
from firsthand.values.ids import DocumentId
from firsthand.workbench.linking import Linked, Person
from firsthand.workbench.session import Session

__all__ = ["LIMIT", "Excerpt", "excerpt_of", "find_documents", "find_findings", "find_people", "other_spellings"]

LIMIT = 1000
_AROUND = 90
_SURE_BITS = 6.0  # the evidence of a name alone, from which it is taken as another spelling of what was typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Words of a document around what was found: before, the find itself, after."""

    before: str
    found: str
    after: str


def find_documents(session: Session, words: list[str]) -> list[DocumentId]:
    """Documents whose title or text holds all pieces of any of the wordings, those of the first wording first."""
    found: dict[DocumentId, None] = {}
    for wording in words:
        for hit in session.read.search(wording, ["document"], limit=LIMIT):
            found.setdefault(DocumentId(hit.id))
    return list(found)


def find_findings(session: Session, words: list[str]) -> list[str]:
    """Findings whose statement holds the words."""
    hits = [hit.id for wording in words for hit in session.read.search(wording, ["finding"], limit=LIMIT)]
    return list(dict.fromkeys(hits))


def excerpt_of(text: str, words: list[str]) -> Excerpt:
    """The words of a text around the first wording that stands in it as typed; else around its rarest piece."""
    folded = text.casefold()
    for wording in [*words, *sorted((piece for w in words for piece in w.split()), key=len, reverse=True)]:
        at = folded.find(wording.casefold())
        if at >= 0 and wording:
            low, high = max(0, at - _AROUND), min(len(text), at + len(wording) + 2 * _AROUND)
            low = text.rfind(" ", 0, low) + 1 if low else 0
            high = text.rfind(" ", at, high) if high < len(text) and " " in text[at + len(wording) : high] else high
            return Excerpt(
                before=text[low:at], found=text[at : at + len(wording)], after=text[at + len(wording) : high]
            )
    return Excerpt(before=text[: 2 * _AROUND], found="", after="")


def _index(session: Session, linked: Linked) -> dict[str, set[str]]:
    kept = session.memory.get("names by sound")
    if not (isinstance(kept, tuple) and kept[0] is linked):
        index: dict[str, set[str]] = {}
        for text in {mention.text for mention in linked.mentions if mention.kind is MentionKind.PERSON}:
            for key in blocking_keys(_asked(text)):
                index.setdefault(key, set()).add(text)
        kept = (linked, index)
        session.memory["names by sound"] = kept
    found: dict[str, set[str]] = kept[1]
    return found


def _asked(text: str) -> ComparedMention:
    return ComparedMention(id=f"asked {text}", text=text, kind="person", document="", facts={})


def other_spellings(session: Session, linked: Linked, asked: str) -> list[str]:
    """Names in the vault that what was typed may be written as, in any script; the surest first, eight at most."""
    query = _asked(asked)
    index = _index(session, linked)
    names = {name for key in blocking_keys(query) for name in index.get(key, ())} - {asked}
    weighed = [(compare_mentions(query, _asked(name))[0].weight_bits, name) for name in sorted(names)[:2000]]
    return [name for bits, name in sorted(weighed, key=lambda one: (-one[0], one[1])) if bits >= _SURE_BITS][:8]


def find_people(session: Session, linked: Linked, words: list[str]) -> list[Person]:
    """Persons, bodies and places that are written so, or whose name holds the words."""
    wanted = [wording.casefold() for wording in words]
    kept = session.memory.get("names folded")
    if not (isinstance(kept, tuple) and kept[0] is linked):
        folded = [("\n".join(dict.fromkeys(m.text.casefold() for m in p.mentions)), p) for p in linked.persons]
        kept = (linked, folded)
        session.memory["names folded"] = kept
    found: list[tuple[str, Person]] = kept[1]
    return [person for names, person in found if any(word in names for word in wanted)][:LIMIT]
