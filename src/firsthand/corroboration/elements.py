"""Elements of a legal definition: which claims show or refute each, and what follows from that.

Three values, never two: met, not met, undetermined (Kleene's strong logic). What nobody told is undetermined; it is
never not met. Where claims stand against each other an element is undetermined too, until a person rules between them
with reasons; a ruling chooses among what claims say and cannot stand without one. A denial by the accused alone makes
nothing not met.

An act's label shows no element by being the name of the offence: the packaged rules let a code show only what the
code itself states.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from firsthand.claims.claim import Polarity, Statement, StatementKind
from firsthand.corroboration.independence import IndependentCount
from firsthand.corroboration.rules import Combination, Condition, Element, How, LegalRule, PartKind, RulePart
from firsthand.values.errors import InputError
from firsthand.values.grades import Basis

__all__ = [
    "ElementMark",
    "ElementResult",
    "ElementRuling",
    "PartResult",
    "Reading",
    "RuleResult",
    "RulingWithoutClaim",
    "Truth",
    "apply_rule",
    "combine",
    "cued_elements",
    "statement_fits",
]


class Truth(StrEnum):
    """Whether an element is met, as far as claims show."""

    MET = "met"
    NOT_MET = "not met"
    UNDETERMINED = "undetermined"


class Reading(StrEnum):
    """What a person reads in a claim about an element."""

    SHOWS = "shows"
    REFUTES = "refutes"


class RulingWithoutClaim(InputError):
    """An element was ruled on although no claim says what the ruling says."""

    next_step = "Mark a claim that shows or refutes the element first."


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementMark:
    """A person's word that a claim shows or refutes an element."""

    element: str
    claim: str
    reading: Reading
    assessor: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementRuling:
    """A person's choice, with reasons, between claims that stand against each other on an element."""

    element: str
    truth: Truth
    assessor: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementResult:
    """One element: its value, the claims behind it and against it, and how many independent sources show it.

    ``contested``: claims both show and refute it. ``ruling`` decided between them. ``asked``: its question is open
    and the answer can still matter; ``ends`` are the answers that alone would settle its part. Of an element that
    follows from others, ``shown`` are the claims behind those that carry it.
    """

    element: Element
    truth: Truth
    shown: tuple[str, ...]
    refuted: tuple[str, ...]
    contested: bool = False
    ruling: ElementRuling | None = None
    count: IndependentCount | None = None
    asked: bool = False
    ends: tuple[Truth, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartResult:
    """One part of a rule. Of indicators only ``met`` of ``of`` is said: they conclude nothing by themselves."""

    part: RulePart
    truth: Truth
    met: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """A rule applied to claims: ``elements`` by id, ``parts`` with their values.

    ``truth`` is of the parts that are asked for, ``context`` of those kept apart (``None`` where there are none),
    ``whole`` of both together.
    """

    rule: LegalRule
    elements: Mapping[str, ElementResult]
    parts: tuple[PartResult, ...]
    truth: Truth
    context: Truth | None
    whole: Truth

    @property
    def questions(self) -> tuple[ElementResult, ...]:
        """Elements whose question is open, those first whose answer alone would settle their part."""
        asked = (element for element in self.elements.values() if element.asked)
        return tuple(sorted(asked, key=lambda e: (Truth.MET not in e.ends, not e.ends)))

    @property
    def open_count(self) -> int:
        """How many questions are open."""
        return sum(element.asked for element in self.elements.values())


def combine(how: How, values: Sequence[Truth], number: int = 0) -> Truth:
    """What follows from values in Kleene's strong three-valued logic."""
    met, missed = values.count(Truth.MET), values.count(Truth.NOT_MET)
    if how is How.NONE:
        return {Truth.MET: Truth.NOT_MET, Truth.NOT_MET: Truth.MET}.get(combine(How.ANY, values), Truth.UNDETERMINED)
    needed = {How.ALL: len(values), How.ANY: 1}.get(how, number)
    if met >= needed:
        return Truth.MET
    return Truth.NOT_MET if len(values) - missed < needed else Truth.UNDETERMINED


def statement_fits(statement: Statement, condition: Condition) -> bool:
    """Whether the coded fields of a statement fit a condition."""
    countries = {told.place.path[0] for told in statement.places if told.place and told.place.path}
    return (
        (not condition.acts or not condition.acts.isdisjoint(statement.acts))
        and (not condition.victims_age or statement.victims_age in condition.victims_age)
        and (not condition.basis or statement.basis in condition.basis)
        and (not condition.kind or statement.kind in condition.kind)
        and (not condition.assertion or statement.assertion in condition.assertion)
        and (
            not condition.amount_kind
            or (statement.amount is not None and statement.amount.kind in condition.amount_kind)
        )
        and (not condition.place_role or any(told.role in condition.place_role for told in statement.places))
        and (condition.crosses_border is None or condition.crosses_border == (len(countries) > 1))
    )


# Opinions, law and context state no facts that could show an element by their codes.
_FACTUAL = {StatementKind.ACT, StatementKind.QUANTITY, StatementKind.DENIAL}


def apply_rule(
    rule: LegalRule,
    told: Mapping[str, Statement],
    *,
    marks: Collection[ElementMark] = (),
    rulings: Collection[ElementRuling] = (),
    count: Callable[[Collection[str]], IndependentCount] | None = None,
) -> RuleResult:
    """Apply a rule to the claims of one finding.

    ``told`` are the statements by claim, those against it too; only claims among them count, so that a mark on a
    claim that has left counts no more. ``count`` says how many independent sources are behind claims.

    All claims must speak of the same victims: an act done to one person and the means used on another make no
    offence. That is the finding's to see to.
    """
    leaves = {
        element.id: _leaf(element, told, marks, rulings) for element in rule.elements.values() if not element.follows
    }
    values = {name: result.truth for name, result in leaves.items()}
    parts = [
        PartResult(
            part=part,
            truth=_value(rule, part.follows, values),
            met=sum(_of_element(rule, name, values) is Truth.MET for name in part.follows.of),
            of=len(part.follows.of),
        )
        for part in rule.parts
    ]
    results = {}
    for element in rule.elements.values():
        if element.follows is None:
            result = leaves[element.id]
        else:
            carried = _carriers(rule, element.follows, values)
            result = ElementResult(
                element=element,
                truth=_of_element(rule, element.id, values),
                shown=tuple(dict.fromkeys(key for name in carried for key in leaves[name].shown)),
                refuted=(),
            )
        results[element.id] = result
    asked, ends = _open_questions(rule, values)
    counted = {
        name: ElementResult(
            element=result.element,
            truth=result.truth,
            shown=result.shown,
            refuted=result.refuted,
            contested=result.contested,
            ruling=result.ruling,
            count=count(result.shown) if count is not None and result.shown else None,
            asked=name in asked,
            ends=ends.get(name, ()),
        )
        for name, result in results.items()
    }
    required = [p.truth for p in parts if p.part.kind is PartKind.REQUIRED]
    context = [p.truth for p in parts if p.part.kind is PartKind.CONTEXT]
    return RuleResult(
        rule=rule,
        elements=counted,
        parts=tuple(parts),
        truth=combine(How.ALL, required or context),
        context=combine(How.ALL, context) if context else None,
        whole=combine(How.ALL, [*required, *context]),
    )


def _leaf(
    element: Element,
    told: Mapping[str, Statement],
    marks: Collection[ElementMark],
    rulings: Collection[ElementRuling],
) -> ElementResult:
    marked = {mark.claim: mark.reading for mark in marks if mark.element == element.id and mark.claim in told}
    shown, refuted = [], []
    for key, statement in told.items():
        reading = marked.get(key) or _coded_reading(element, statement)
        if reading is Reading.SHOWS:
            shown.append(key)
        elif reading is Reading.REFUTES:
            refuted.append(key)
    others = [key for key in refuted if key in marked or told[key].basis is not Basis.ACCUSED]
    ruling = next((one for one in reversed([*rulings]) if one.element == element.id), None)
    truth = Truth.UNDETERMINED
    if shown and refuted:
        truth = ruling.truth if ruling else Truth.UNDETERMINED
    elif shown:
        truth = Truth.MET
    elif others:
        truth = Truth.NOT_MET
    return ElementResult(
        element=element,
        truth=truth,
        shown=tuple(shown),
        refuted=tuple(refuted),
        contested=bool(shown and refuted),
        ruling=ruling if shown and refuted else None,
    )


def _coded_reading(element: Element, statement: Statement) -> Reading | None:
    if statement.kind not in _FACTUAL:
        return None
    shows = any(statement_fits(statement, condition) for condition in element.shown_by)
    if statement.polarity is Polarity.DENIED:
        # Who denies what would show an element refutes it; who denies what would refute it shows nothing.
        return Reading.REFUTES if shows else None
    if shows:
        return Reading.SHOWS
    refutes = any(statement_fits(statement, condition) for condition in element.refuted_by)
    return Reading.REFUTES if refutes else None


def _of_element(rule: LegalRule, name: str, values: Mapping[str, Truth]) -> Truth:
    follows = rule.elements[name].follows
    return values[name] if follows is None else _value(rule, follows, values)


def _value(rule: LegalRule, combination: Combination, values: Mapping[str, Truth]) -> Truth:
    below = [_of_element(rule, name, values) for name in combination.of]
    return combine(combination.how, below, combination.number)


def _carriers(rule: LegalRule, combination: Combination, values: Mapping[str, Truth]) -> list[str]:
    """Leaves that are met and carry what follows from them; what must be absent carries nothing."""
    if combination.how is How.NONE:
        return []
    found: list[str] = []
    for name in combination.of:
        follows = rule.elements[name].follows
        if follows is not None:
            found += _carriers(rule, follows, values)
        elif values[name] is Truth.MET:
            found.append(name)
    return found


def _open_questions(rule: LegalRule, values: Mapping[str, Truth]) -> tuple[set[str], dict[str, tuple[Truth, ...]]]:
    """Undetermined leaves with nothing but undetermined values above them, and the answers that alone settle a part."""
    asked: set[str] = set()
    ends: dict[str, tuple[Truth, ...]] = {}

    def visit(combination: Combination, into: set[str]) -> None:
        for name in combination.of:
            if _of_element(rule, name, values) is not Truth.UNDETERMINED:
                continue
            follows = rule.elements[name].follows
            if follows is None:
                into.add(name)
            else:
                visit(follows, into)

    for part in rule.parts:
        before = _value(rule, part.follows, values)
        if before is not Truth.UNDETERMINED and part.kind is not PartKind.INDICATORS:
            continue
        below: set[str] = set()
        visit(part.follows, below)
        asked |= below
        if part.kind is not PartKind.INDICATORS:
            for name in below:
                ends[name] = tuple(
                    answer
                    for answer in (Truth.MET, Truth.NOT_MET)
                    if _value(rule, part.follows, {**values, name: answer}) is not before
                )
    return asked, ends


@lru_cache(maxsize=2048)
def _cue(cue: str, language: str) -> re.Pattern[str]:
    if language == "ko":
        return re.compile(re.escape(cue))
    pattern = r"\b" + re.escape(cue.rstrip("*")) + ("" if cue.endswith("*") else r"\b")
    return re.compile(pattern, re.IGNORECASE)


def cued_elements(rule: LegalRule, passage: str) -> tuple[str, ...]:
    """Elements whose cue words stand in a passage: proposals for a person, which show nothing by themselves."""
    return tuple(
        element.id
        for element in rule.elements.values()
        if any(_cue(cue, language).search(passage) for language, cues in (element.cues or {}).items() for cue in cues)
    )
