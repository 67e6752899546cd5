"""Phrases of a parsed English sentence, with their places in the text, and the kinds of people that nouns name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from firsthand.claims.attribution import Span
from firsthand.claims.claim import Participant
from firsthand.claims.reading.words import words_of
from firsthand.passages.sentences import Sentence
from firsthand.values.languages import Language

__all__ = [
    "EN",
    "GIVEN_NAME",
    "conjuncts_of",
    "is_aged_name",
    "is_human",
    "is_perpetrator_like",
    "is_victim_like",
    "participant_of",
    "phrase_of",
    "span_of",
    "text_of",
]

EN = Language.ENGLISH

_SYLLABLE = (
    r"(?:ch|sh|kk|tt|ss|pp|jj|hw|kw|gw|hy|ky|gy|my|ny|ry|[bcdghjkmnprstwy])?"
    r"(?:yeo|you|yae|eo|eu|oo|ee|ae|ui|wi|wa|wo|ou|uh|ah|oh|ya|yu|yo|ye|[aeiou])(?:ng|[nmklpthr])?"
)
GIVEN_NAME = re.compile(rf"(?=[A-Z])(?i:{_SYLLABLE})-(?i:{_SYLLABLE})(?:['’]s)?")


def span_of(sentence: Sentence, tokens: Sequence[Any]) -> Span:
    first, last = tokens[0], tokens[-1]
    return Span(sentence.start + first.idx, sentence.start + last.idx + len(last.text))


def phrase_of(head: Any, *, whole: bool = False) -> list[Any]:
    """The noun phrase of ``head`` without relative clauses, appositions and trailing clauses (``whole`` keeps them)."""
    cut = set() if whole else {"relcl", "appos", "acl", "punct", "cc", "conj", "advcl", "parataxis", "dep"}
    tokens = [head]
    for child in head.children:
        if (
            child.dep_ in cut
            or (child.dep_ == "npadvmod" and child.ent_type_ in {"DATE", "TIME"} and child.i > head.i)
            or (child.dep_ == "prep" and child.i < head.i)
            or (child.dep_ == "prep" and child.lower_ not in {"of", "from", "in", "at", "for", "on"} and not whole)
        ):
            continue
        tokens += child.subtree if whole else _without_remarks(child)
    tokens = sorted(tokens, key=lambda token: int(token.i))
    # keep what is unbroken around the head
    position = tokens.index(head)
    first = last = position
    while first > 0 and tokens[first - 1].i == tokens[first].i - 1:
        first -= 1
    while last + 1 < len(tokens) and tokens[last + 1].i == tokens[last].i + 1:
        last += 1
    kept = tokens[first : last + 1]
    while kept and (kept[-1].is_punct or kept[-1].is_space or kept[-1].tag_ == "POS"):
        kept.pop()
    while kept and (kept[0].is_punct or kept[0].is_space):
        kept.pop(0)
    return _without_brackets(kept) or [head]


def _without_remarks(child: Any) -> list[Any]:
    """The words below a word, without relative clauses behind a comma: a source in the province, who asked ..."""
    remarks = {
        token.i
        for clause in child.subtree
        if clause.dep_ == "relcl" and clause.left_edge.i > 0 and clause.doc[clause.left_edge.i - 1].text == ","
        for token in clause.subtree
    }
    return [token for token in child.subtree if token.i not in remarks] if remarks else list(child.subtree)


def _without_brackets(tokens: list[Any]) -> list[Any]:
    """A phrase without half a pair of brackets: a woman from Hoeryong (R17; 5) at least 600 people."""
    opening = next((n for n, token in enumerate(tokens) if token.text == "("), None)
    closing = next((n for n, token in enumerate(tokens) if token.text == ")"), None)
    if opening is not None and closing is None and opening > 0:
        return tokens[:opening]
    if closing is not None and opening is None and closing + 1 < len(tokens):
        return tokens[closing + 1 :]
    return tokens


def text_of(tokens: Sequence[Any]) -> str:
    return "".join(token.text_with_ws for token in tokens).strip()


def participant_of(sentence: Sentence, head: Any) -> Participant:
    tokens = phrase_of(head)
    return Participant(text=text_of(tokens), span=span_of(sentence, tokens))


def conjuncts_of(head: Any) -> list[Any]:
    return [head, *(token for token in head.conjuncts if token.i > head.i)]


def is_human(head: Any) -> bool:
    """Whether a noun names a human being, by trade, kin or part in life."""
    return head.pos_ in {"NOUN", "PROPN"} and head.lemma_.lower() in words_of("human_noun", EN)


_AGE = re.compile(r"\d\d|(?:early|mid|late)?-?\d\ds")


def is_aged_name(head: Any) -> bool:
    """Whether an age stands behind a name, as papers write it: Han, 41, was arrested."""
    doc, at = head.doc, head.i
    if head.pos_ != "PROPN" or at + 2 >= len(doc) or doc[at + 1].text != ",":
        return False
    aged = at + 3 < len(doc) and doc[at + 2].lower_ in {"aged", "age", "now"}
    number = doc[at + 2 + aged]
    behind = doc[at + 3 + aged].text if at + 3 + aged < len(doc) else "."
    return bool(_AGE.fullmatch(number.text)) and behind in {",", ".", "”", '"'}


_SOME = frozenset({"some", "many", "most", "each", "half", "all", "several", "few", "others", "one", "both", "none"})


def is_victim_like(head: Any) -> bool:
    lower = head.lower_
    of = next((c for c in head.children if c.lower_ == "of"), None)
    whole = next((c for c in of.children if c.dep_ == "pobj"), None) if of is not None else None
    if whole is not None and (lower in _SOME or head.pos_ == "NUM"):
        return is_victim_like(whole)  # some of the women, not some of the markets
    subject = head.dep_ in {"nsubj", "nsubjpass", "dobj"}
    if subject and ((lower in _SOME and head.pos_ in {"ADJ", "DET", "PRON"}) or head.pos_ == "NUM"):
        return True  # many were held, both were beaten, the four were tried
    if head.pos_ == "NUM" and head.dep_ in {"nsubj", "nsubjpass"}:
        return True  # the five were handed over
    if head.pos_ == "PRON":
        return lower in {
            "he",
            "she",
            "him",
            "her",
            "they",
            "them",
            "i",
            "me",
            "we",
            "us",
            "who",
            "those",
            "many",
            "some",
            "each",
            "anyone",
            "everyone",
            "nobody",
            "others",
        }
    return (
        lower in words_of("victim_noun", EN)
        or (is_human(head) and lower not in words_of("perpetrator_noun", EN))
        or head.ent_type_ == "PERSON"
        or GIVEN_NAME.fullmatch(head.text) is not None
        or is_aged_name(head)
        or (head.ent_type_ == "NORP" and head.tag_ in {"NNS", "NNPS"})
    )


def is_perpetrator_like(head: Any) -> bool:
    lower = head.lower_
    if head.pos_ == "PRON":
        return lower in {"he", "she", "they", "it", "who"}
    return (
        lower in words_of("perpetrator_noun", EN)
        or head.ent_type_ in {"ORG", "PERSON", "GPE"}
        or lower in {"man", "men", "husband", "wife"}
    )
