"""Clauses of a Korean sentence, from kiwi's morphemes: what stands beside what, and what only leads up to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Clause", "clause_at", "side_by_side", "split_clauses", "stand_alone"]

# Endings behind which something told beside it begins: -고, -며, -지만, -는데; and those that close reported words.
_BESIDE = frozenset({"고", "며", "으며", "지만", "는데", "ᆫ데", "은데", "으나", "나", "면서", "으면서"})
_REPORTED_BESIDE = ("다며", "라며", "자며", "냐며", "다면서", "라면서", "자면서")
_REPORTED = ("다고", "라고", "자고", "냐고")
# Behind these a clause only leads up to the next one: -아서, -다가, -자, -면.
_BEFORE = frozenset(
    {
        "어",
        "어서",
        "아서",
        "여서",
        "아",
        "다가",
        "자",
        "자마자",
        "니",
        "으니",
        "니까",
        "으니까",
        "려고",
        "으려고",
        "러",
        "으러",
    }
    | {"면", "으면", "어야", "도록", "게", "느라", "길래", "어도", "더니", "었더니"}
)
_THEN = frozenset({"뒤", "후", "다음", "직후", "때", "채", "바람", "이후", "끝", "사이"})
_PREDICATES = frozenset(
    {"VV", "VV-I", "VV-R", "VA", "VA-I", "VA-R", "VX", "VX-I", "VX-R", "XSV", "XSA", "XSA-I", "VCP", "VCN"}
)
LEAST_BESIDE = 8


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause at ``start`` to ``end`` of the sentence; ``joins`` says how it is joined to the next one.

    ``beside`` stands for something of its own, ``reported`` for the end of reported words, ``before`` for what only
    leads up to the next clause, and nothing for the last one.
    """

    start: int
    end: int
    joins: str = ""


def split_clauses(words: str, tokens: Sequence[Any]) -> tuple[Clause, ...]:
    """The clauses of a sentence, in order, without a gap between them."""
    clauses: list[Clause] = []
    start = 0
    for index, token in enumerate(tokens):
        joins = _joins(tokens, index)
        end = token.start + token.len
        if joins and end > start:
            clauses.append(Clause(start, end, joins))
            start = end
    if start < len(words):
        clauses.append(Clause(start, len(words)))
    return tuple(clauses)


def _joins(tokens: Sequence[Any], index: int) -> str:
    token = tokens[index]
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if token.tag == "EC":
        if following is None or following.tag.startswith("VX"):
            return ""
        if token.form.endswith(_REPORTED_BESIDE):
            return "beside"
        if token.form.endswith(_REPORTED):
            return "reported"
        if token.form in _BESIDE:
            return "beside"
        adverb = token.form == "게" and index > 0 and tokens[index - 1].tag.startswith("VA")  # 심하게
        if token.form in _BEFORE and not adverb:
            return "before"
    if token.tag == "JKQ":
        return "beside" if token.form in {"며", "이라며", "라며", "라면서"} else "reported"
    if token.tag in {"NNG", "NNB"} and token.form in _THEN and index and tokens[index - 1].tag == "ETM":
        return "before"
    return ""


def clause_at(clauses: Sequence[Clause], position: int) -> int:
    """The number of the clause in which a character stands."""
    return next((i for i, clause in enumerate(clauses) if clause.start <= position < clause.end), len(clauses) - 1)


def side_by_side(
    words: str, tokens: Sequence[Any], clauses: Sequence[Clause], begins: int, ends: int | None
) -> tuple[tuple[int, int], ...]:
    """What a sentence tells side by side, without its teller (up to ``begins``) and verb of saying (from ``ends``).

    An ending -고 after a verb without a tense, before a clause without a subject, joins two steps of one act
    (차를 타고 갔다) and divides nothing.
    """
    stop = ends if ends is not None else len(words)
    first = begins if begins < stop and not any(t.tag in _PREDICATES for t in tokens if t.start < begins) else 0
    parts: list[tuple[int, int]] = []
    start = first
    for index, clause in enumerate(clauses):
        if clause.end <= start or clause.start >= stop:
            continue
        if clause.joins == "beside" and clause.end < stop and _divides(tokens, clauses, index, stop):
            parts.append((start, clause.end))
            start = clause.end
    parts.append((start, stop))
    whole = [(a, b) for a, b in parts if b - a >= LEAST_BESIDE and _has_predicate(tokens, a, b)]
    return tuple(whole) if len(whole) > 1 else ()


def stand_alone(words: str, tokens: Sequence[Any], parts: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Those parts, of two and more, that tell something whole: each has a subject of its own and some length."""
    whole = tuple(
        (start, end)
        for start, end in parts
        if not any(t.tag == "EC" and t.form in _ONLY_LEADS and t.start + t.len == end for t in tokens)
        and len(words[start:end].strip()) >= LEAST_ALONE
        and any(t.tag in {"JKS", "JX"} and t.form in _SUBJECT for t in tokens if start <= t.start < end)
    )
    return whole if len(whole) > 1 else ()


# Behind these a clause gives the ground for the next one rather than telling something of its own.
_ONLY_LEADS = frozenset({"는데", "ᆫ데", "은데", "었는데", "지만", "으나"})
LEAST_ALONE = 12
_SUBJECT = frozenset({"은", "는", "이", "가", "ᆫ", "도"})


def _divides(tokens: Sequence[Any], clauses: Sequence[Clause], index: int, stop: int) -> bool:
    clause = clauses[index]
    last = max((i for i, t in enumerate(tokens) if t.start + t.len <= clause.end), default=0)
    ending = tokens[last]
    if ending.form not in {"고", "면서", "으면서", "거나", "나"}:
        return True
    if last and tokens[last - 1].tag == "EP":
        return True
    following = next((c for c in clauses[index + 1 :]), None)
    if following is None:
        return False
    return any(
        t.tag in {"JKS", "JX"} and t.form in {"은", "는", "이", "가", "ᆫ"}
        for t in tokens
        if following.start <= t.start < min(following.end, stop)
    )


def _has_predicate(tokens: Sequence[Any], start: int, end: int) -> bool:
    return any(t.tag in _PREDICATES for t in tokens if start <= t.start < end)
