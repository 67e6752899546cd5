"""Rules: what a legal definition asks for, as data that lawyers can read and write.

A rule file is TOML, one offence each (docs/reference/rule-files.md). It names elements, each with the article that it
comes from, how they combine, which coded fields of a claim show or refute them, and what to ask where nothing does.
Nothing in code knows an offence.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Any

from firsthand.claims.claim import Assertion, PlaceRole, StatementKind
from firsthand.values.errors import InputError
from firsthand.values.grades import AgeGroup, Basis
from firsthand.values.quantities import QuantityKind

__all__ = [
    "Combination",
    "Condition",
    "Element",
    "How",
    "LegalRule",
    "PartKind",
    "RuleBook",
    "RuleNotUsable",
    "RulePart",
    "Words",
    "packaged_rules",
    "read_rules",
]

SCHEMA = "rule/1"
_ID = re.compile(r"[a-z0-9][a-z0-9().-]{0,59}")


class RuleNotUsable(InputError):
    """A rule file does not say what a rule must say."""

    next_step = "Correct the file; docs/reference/rule-files.md says what each line means."


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in several languages; English stands in for what is missing."""

    by_language: Mapping[str, str]

    def label(self, language: str) -> str:
        """The words in a language."""
        return self.by_language.get(language) or self.by_language["en"]


class How(StrEnum):
    """How an element follows from others: all of them, any of them, none of them, or at least a number."""

    ALL = "all"
    ANY = "any"
    NONE = "none"
    AT_LEAST = "at_least"


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """Elements by id, and how what combines them follows from them; ``number`` is for ``AT_LEAST``."""

    how: How
    of: tuple[str, ...]
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Coded fields of a claim that must all fit; of each field one of the values named is enough.

    ``crosses_border``: the places told lie in two countries. Free words of a claim are never looked at here.
    """

    acts: frozenset[str] = frozenset()
    victims_age: frozenset[AgeGroup] = frozenset()
    basis: frozenset[Basis] = frozenset()
    kind: frozenset[StatementKind] = frozenset()
    assertion: frozenset[Assertion] = frozenset()
    amount_kind: frozenset[QuantityKind] = frozenset()
    place_role: frozenset[PlaceRole] = frozenset()
    crosses_border: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element. Either it follows from others (``follows``), or claims show or refute it.

    ``cite`` is article and paragraph. ``question`` is what would settle it. ``cues`` are words by language that let
    the machine propose a passage to a person; they show nothing by themselves.
    """

    id: str
    cite: str
    label: Words
    question: Words | None = None
    follows: Combination | None = None
    shown_by: tuple[Condition, ...] = ()
    refuted_by: tuple[Condition, ...] = ()
    cues: Mapping[str, tuple[str, ...]] | None = None


class PartKind(StrEnum):
    """What a part of a rule is: asked for, the context that is kept apart, or signs that are only counted."""

    REQUIRED = "required"
    CONTEXT = "context"
    INDICATORS = "indicators"


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePart:
    """A part of a rule with a value of its own."""

    id: str
    kind: PartKind
    label: Words
    follows: Combination


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalRule:
    """A definition: its elements by id in the order of the file, and its parts.

    ``for_acts`` are codes of acts on whose findings the rule is offered. ``notes`` are (cite, words) to be shown.
    """

    id: str
    label: Words
    instrument: str
    for_acts: frozenset[str]
    elements: Mapping[str, Element]
    parts: tuple[RulePart, ...]
    notes: tuple[tuple[str, Words], ...] = ()

    def below(self, combinations: Iterable[Combination]) -> list[str]:
        """All elements below combinations, each once, in the order of the file."""
        found: set[str] = set()
        for combination in combinations:
            for name in combination.of:
                found.add(name)
                follows = self.elements[name].follows
                if follows is not None:
                    found.update(self.below([follows]))
        return [name for name in self.elements if name in found]


RuleBook = Mapping[str, LegalRule]


def read_rules(files: Mapping[str, str], *, beside: RuleBook | None = None) -> RuleBook:
    """Read rules from the texts of files, by file name (for messages); rules by id, in the order of the files.

    A rule may take its context from another one of the same call or from one of ``beside`` (``context_from``).

    Raises:
        RuleNotUsable: a file is no rule, an id stands twice, or a part of a rule that is named is not there.
    """
    raw = {name: _parsed(name, text) for name, text in files.items()}
    by_id: dict[str, Mapping[str, Any]] = {}
    for name, data in raw.items():
        rule_id = _id_in(data, name)
        if rule_id in by_id:
            raise RuleNotUsable(f"Two rule files have the id “{rule_id}”.")
        by_id[rule_id] = data
    read: dict[str, LegalRule] = {}
    # Those that others take their context from come first.
    for rule_id, data in sorted(by_id.items(), key=lambda item: "context_from" in item[1]):
        read[rule_id] = _rule(rule_id, data, {**(beside or {}), **read})
    return {rule_id: read[rule_id] for rule_id in by_id}


@lru_cache(maxsize=1)
def packaged_rules() -> RuleBook:
    """The rules that ship with Firsthand."""
    folder = resources.files("firsthand.corroboration") / "tables" / "rules"
    return read_rules(
        {
            file.name: file.read_text("utf-8")
            for file in sorted(folder.iterdir(), key=lambda file: file.name)
            if file.name.endswith(".toml")
        }
    )


def _parsed(name: str, text: str) -> Mapping[str, Any]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleNotUsable(f"The rule file “{name[:60]}” is not TOML: {error}.") from error
    if data.get("schema") != SCHEMA:
        raise RuleNotUsable(f'The rule file “{name[:60]}” does not begin with schema = "{SCHEMA}".')
    return data


def _id_in(data: Mapping[str, Any], where: str) -> str:
    found = data.get("id")
    if not isinstance(found, str) or not _ID.fullmatch(found):
        raise RuleNotUsable(f"In {where[:60]} an id is missing, or is not small letters, digits, dots and hyphens.")
    return found


_KNOWN = {
    "rule": {"schema", "id", "label", "instrument", "for_acts", "element", "part", "note", "context_from"},
    "part": {"id", "kind", "label", "all", "any", "none", "at_least"},
    "element": {
        *("id", "cite", "label", "question", "all", "any", "none", "at_least", "shown_by", "refuted_by", "cues")
    },
    "condition": {
        *("acts", "victims_age", "basis", "kind", "assertion", "amount_kind", "place_role", "crosses_border")
    },
    "note": {"cite", "en", "ko"},
}


def _check_keys(kind: str, data: Mapping[str, Any], where: str) -> None:
    # A misspelt key would silently weaken a rule.
    unknown = sorted(data.keys() - _KNOWN[kind])
    if unknown:
        raise RuleNotUsable(f"In {where} the {kind} has the unknown key “{unknown[0][:40]}”.")


def _rule(rule_id: str, data: Mapping[str, Any], others: RuleBook) -> LegalRule:
    where = f"the rule “{rule_id}”"
    _check_keys("rule", data, where)
    elements = [_element(row, where) for row in _tables(data, "element", where)]
    parts = [_part(row, where) for row in _tables(data, "part", where)]
    context = data.get("context_from")
    if context is not None:
        other = others.get(str(context))
        if other is None:
            raise RuleNotUsable(f"{where[0].upper()}{where[1:]} takes its context from a rule that is not there.")
        kept = [part for part in other.parts if part.kind is PartKind.CONTEXT]
        parts += kept
        elements += [other.elements[name] for name in other.below(part.follows for part in kept)]
    named = {element.id: element for element in elements}
    if len(named) != len(elements) or len({part.id for part in parts}) != len(parts):
        raise RuleNotUsable(f"In {where} an element or part stands twice.")
    if not parts:
        raise RuleNotUsable(f"{where[0].upper()}{where[1:]} has no part.")
    rule = LegalRule(
        id=rule_id,
        label=_words(data.get("label"), where),
        instrument=str(data.get("instrument") or ""),
        for_acts=frozenset(_strings(data.get("for_acts", []), where)),
        elements=named,
        parts=tuple(parts),
        notes=tuple((str(row.get("cite", "")), _note(row, where)) for row in _tables(data, "note", where)),
    )
    if not rule.instrument:
        raise RuleNotUsable(f"{where[0].upper()}{where[1:]} names no instrument.")
    _check_combinations(rule, where)
    return rule


def _check_combinations(rule: LegalRule, where: str) -> None:
    """Every name must be an element, and none may follow from itself."""
    done: set[str] = set()

    def visit(combination: Combination, above: tuple[str, ...]) -> None:
        for name in combination.of:
            if name not in rule.elements:
                raise RuleNotUsable(f"In {where} an element “{name[:40]}” is named that is not there.")
            if name in above:
                raise RuleNotUsable(f"In {where} the element “{name}” follows from itself.")
            done.add(name)
            below = rule.elements[name].follows
            if below is not None:
                visit(below, (*above, name))

    for part in rule.parts:
        visit(part.follows, ())
    left = sorted(rule.elements.keys() - done)
    if left:
        raise RuleNotUsable(f"In {where} no part asks for the element “{left[0]}”.")


def _tables(data: Mapping[str, Any], key: str, where: str) -> Sequence[Mapping[str, Any]]:
    rows = data.get(key, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RuleNotUsable(f"In {where} “{key}” is not a list of tables.")
    return rows


def _strings(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise RuleNotUsable(f"In {where} a list of words holds something else.")
    return tuple(value)


def _words(value: object, where: str) -> Words:
    if not isinstance(value, dict) or not value.get("en") or not all(isinstance(one, str) for one in value.values()):
        raise RuleNotUsable(f"In {where} a label or question lacks its English words.")
    return Words(value)


def _note(row: Mapping[str, Any], where: str) -> Words:
    _check_keys("note", row, where)
    return _words({key: value for key, value in row.items() if key != "cite"}, where)


def _combination(row: Mapping[str, Any], where: str) -> Combination | None:
    given = [how for how in How if how.value in row]
    if not given:
        return None
    if len(given) > 1:
        raise RuleNotUsable(f"In {where} “{row.get('id')}” combines elements in two ways at once.")
    how, value = given[0], row[given[0].value]
    counted = value if isinstance(value, dict) else {}
    of = _strings(counted.get("of") if how is How.AT_LEAST else value, where)
    if not of or len(set(of)) != len(of):
        raise RuleNotUsable(f"In {where} “{row.get('id')}” combines nothing, or one element twice.")
    number = counted.get("number", 0)
    if how is How.AT_LEAST and not (type(number) is int and 1 <= number <= len(of)):
        raise RuleNotUsable(f"In {where} “{row.get('id')}” asks for a number of elements that cannot be.")
    return Combination(how=how, of=of, number=number if how is How.AT_LEAST else 0)


def _part(row: Mapping[str, Any], where: str) -> RulePart:
    _check_keys("part", row, where)
    follows = _combination(row, where)
    if follows is None:
        raise RuleNotUsable(f"In {where} a part names no elements.")
    kind = _member(PartKind, row.get("kind", PartKind.REQUIRED.value), where)
    return RulePart(id=_id_in(row, where), kind=kind, label=_words(row.get("label"), where), follows=follows)


def _element(row: Mapping[str, Any], where: str) -> Element:
    _check_keys("element", row, where)
    follows = _combination(row, where)
    name = _id_in(row, where)
    cite = row.get("cite")
    if not isinstance(cite, str) or not cite.strip():
        raise RuleNotUsable(f"In {where} the element “{name}” cites no article.")
    if follows is not None and ("shown_by" in row or "refuted_by" in row or "cues" in row):
        raise RuleNotUsable(f"In {where} the element “{name}” follows from others, so that no claim can show it.")
    if follows is None and "question" not in row:
        raise RuleNotUsable(f"In {where} the element “{name}” has no question that would settle it.")
    cues = row.get("cues")
    if cues is not None and not isinstance(cues, dict):
        raise RuleNotUsable(f"In {where} the cues of “{name}” are not lists by language.")
    return Element(
        id=name,
        cite=cite,
        label=_words(row.get("label"), where),
        question=_words(row["question"], where) if "question" in row else None,
        follows=follows,
        shown_by=tuple(_condition(one, where) for one in _tables(row, "shown_by", where)),
        refuted_by=tuple(_condition(one, where) for one in _tables(row, "refuted_by", where)),
        cues={str(language): _strings(words, where) for language, words in cues.items()} if cues else None,
    )


def _condition(row: Mapping[str, Any], where: str) -> Condition:
    _check_keys("condition", row, where)
    if not row:
        raise RuleNotUsable(f"In {where} a condition is empty, so that every claim would fit it.")
    border = row.get("crosses_border")
    if border is not None and not isinstance(border, bool):
        raise RuleNotUsable(f"In {where} “crosses_border” is neither true nor false.")

    def members(kind: type[Any], key: str) -> frozenset[Any]:
        return frozenset(_member(kind, one, where) for one in _strings(row.get(key, []), where))

    return Condition(
        acts=frozenset(_strings(row.get("acts", []), where)),
        victims_age=members(AgeGroup, "victims_age"),
        basis=members(Basis, "basis"),
        kind=members(StatementKind, "kind"),
        assertion=members(Assertion, "assertion"),
        amount_kind=members(QuantityKind, "amount_kind"),
        place_role=members(PlaceRole, "place_role"),
        crosses_border=border,
    )


def _member(kind: type[Any], value: object, where: str) -> Any:
    try:
        return kind(value)
    except ValueError:
        allowed = ", ".join(str(one.value) for one in kind)
        raise RuleNotUsable(f"In {where} a value is none of: {allowed}.") from None
