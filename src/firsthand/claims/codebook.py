"""A project's codebook: its own acts, fields and examples beside the lists that ship with Firsthand.

An act is known by cues (words), by examples (sentences that it is near to in meaning), or by neither, when people
alone code it. Nothing is deleted that a claim may carry: an act or field is retired, and stays readable.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

import msgspec

from firsthand.claims.reading.acts import ActDefinition, act_definitions, define_acts
from firsthand.claims.reading.cues import compile_cues
from firsthand.values.errors import InputError, UsageError
from firsthand.values.languages import Language
from firsthand.values.vocabularies import Term, Vocabulary, packaged_vocabulary

__all__ = [
    "Codebook",
    "CodebookAct",
    "CodebookField",
    "CodebookNotUsable",
    "FieldKind",
    "HuridocsList",
    "TermTaken",
    "ValueNotOfField",
    "read_codebook",
    "read_huridocs",
    "write_codebook",
]

SCHEMA = "codebook/1"
MOST_TERMS = 2_000
MOST_EXAMPLES = 200
_CODE = re.compile(r"[a-z][a-z0-9_]{1,59}")
_HANDLING = ("", "restricted_if_minor", "restricted", "sealed")


class CodebookNotUsable(InputError):
    """A codebook or a list cannot be read, or a term in it cannot be used."""

    next_step = "Correct the term that is named; docs/how-to/edit-the-codebook.md shows what each field means."


class TermTaken(UsageError):
    """A code is used already."""

    next_step = "Choose another code, or change the term that has it."


class ValueNotOfField(InputError):
    """A value does not fit its field."""

    next_step = "Give a value of the field's kind, or leave it empty."


class FieldKind(StrEnum):
    """What a field of a project holds."""

    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes or no"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodebookAct:
    """An act of the project. ``handling`` is as in the packaged list; a project's act is restricted unless it says so.

    ``cues`` and ``unless`` are in the language of cues, by ``en`` and ``ko``; ``examples`` and ``counter_examples`` are
    sentences that tell the act, and that are near it and do not.
    """

    code: str
    label_en: str
    label_ko: str = ""
    definition: str = ""
    group: str = ""
    handling: str = "restricted"
    crosswalk: str = ""
    cues: Mapping[str, str] = field(default_factory=dict)
    unless: Mapping[str, str] = field(default_factory=dict)
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    retired: bool = False

    def __post_init__(self) -> None:
        _check_code(self.code)
        if not self.label_en.strip():
            raise CodebookNotUsable(f"The act “{self.code}” has no English label.")
        if self.handling not in _HANDLING:
            raise CodebookNotUsable(f"The act “{self.code}” has a handling that is none of the list's.")
        if len(self.examples) + len(self.counter_examples) > MOST_EXAMPLES:
            raise CodebookNotUsable(f"The act “{self.code}” has more than {MOST_EXAMPLES} examples.")
        for language, cell in (*self.cues.items(), *self.unless.items()):
            compile_cues(cell, _language(language))

    @property
    def term(self) -> Term:
        """The act as a term of a vocabulary."""
        return Term(
            code=self.code,
            labels={"en": self.label_en, "ko": self.label_ko or self.label_en},
            group=self.group,
            handling=self.handling,
            definition=self.definition,
            crosswalk=self.crosswalk,
        )

    @property
    def definitions(self) -> tuple[ActDefinition, ...]:
        """How the act is found in each language that it has cues for."""
        rows = [
            {
                "code": self.code,
                "language": language,
                "cues": cell,
                "unless": self.unless.get(language, ""),
                "meanings": "",
            }
            for language, cell in self.cues.items()
            if cell.strip()
        ]
        return define_acts(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodebookField:
    """A field that the project asks of each claim: its kind, and for a choice the codes with their labels."""

    code: str
    label_en: str
    label_ko: str = ""
    kind: FieldKind = FieldKind.TEXT
    choices: Mapping[str, str] = field(default_factory=dict)
    retired: bool = False

    def __post_init__(self) -> None:
        _check_code(self.code)
        if not self.label_en.strip():
            raise CodebookNotUsable(f"The field “{self.code}” has no English label.")
        if (self.kind is FieldKind.CHOICE) != bool(self.choices):
            raise CodebookNotUsable(f"The field “{self.code}” is a choice without choices, or has some and is none.")

    def label(self, language: str) -> str:
        """The label in a language, English where there is none."""
        return (self.label_ko if language == "ko" else "") or self.label_en

    def check(self, value: str) -> str:
        """The value as it is kept.

        Raises:
            ValueNotOfField: it is no number, no choice of the list, or neither yes nor no.
        """
        given = value.strip()
        if not given:
            return ""
        if self.kind is FieldKind.NUMBER and not re.fullmatch(r"-?\d+(?:\.\d+)?", given):
            raise ValueNotOfField(f"The field “{self.label_en}” takes a number.")
        if self.kind is FieldKind.YES_NO and given not in {"yes", "no"}:
            raise ValueNotOfField(f"The field “{self.label_en}” takes yes or no.")
        if self.kind is FieldKind.CHOICE and given not in self.choices:
            raise ValueNotOfField(f"The field “{self.label_en}” has no such choice.")
        return given[:2_000]


@dataclass(frozen=True, slots=True, kw_only=True)
class Codebook:
    """A project's acts and fields, and its examples of acts that ship with Firsthand (code to sentences)."""

    acts: tuple[CodebookAct, ...] = ()
    fields: tuple[CodebookField, ...] = ()
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shipped = packaged_vocabulary("acts")
        codes = [act.code for act in self.acts]
        taken = next((code for code in codes if code in shipped or codes.count(code) > 1), None)
        if taken is not None:
            raise TermTaken(f"The code “{taken}” is used already.")
        names = [one.code for one in self.fields]
        if len(set(names)) != len(names):
            raise TermTaken("Two fields have the same code.")
        if len(codes) > MOST_TERMS or len(names) > MOST_TERMS:
            raise CodebookNotUsable(f"A codebook has at most {MOST_TERMS:,} acts and as many fields.")
        unknown = next((code for code in self.examples if code not in shipped), None)
        if unknown is not None:
            raise CodebookNotUsable(f"Examples are given for “{unknown[:60]}”, which is no act of the packaged list.")

    @property
    def vocabulary(self) -> Vocabulary:
        """All acts that a claim may carry: the packaged ones and the project's, retired ones too."""
        return Vocabulary("acts", (*packaged_vocabulary("acts"), *(act.term for act in self.acts)))

    @property
    def definitions(self) -> tuple[ActDefinition, ...]:
        """How acts are found by words: the packaged definitions and the project's."""
        own = tuple(d for act in self.acts if not act.retired for d in act.definitions)
        return (*act_definitions(), *own)

    @property
    def sentences(self) -> tuple[tuple[str, str], ...]:
        """Examples as pairs of code and sentence; ``-`` stands for no act."""
        return (
            *((code, sentence) for code, sentences in self.examples.items() for sentence in sentences),
            *((act.code, sentence) for act in self.acts if not act.retired for sentence in act.examples),
            *(("-", sentence) for act in self.acts if not act.retired for sentence in act.counter_examples),
        )

    @property
    def is_empty(self) -> bool:
        """Whether the project has added nothing that changes what is proposed."""
        return not self.sentences and not any(act.definitions for act in self.acts if not act.retired)

    def with_act(self, act: CodebookAct) -> Codebook:
        """With an act added, or in the place of the one with its code."""
        rest = tuple(old for old in self.acts if old.code != act.code)
        return replace(self, acts=(*rest, act))

    def with_field(self, added: CodebookField) -> Codebook:
        """With a field added, or in the place of the one with its code."""
        rest = tuple(old for old in self.fields if old.code != added.code)
        return replace(self, fields=(*rest, added))

    def with_examples(self, code: str, sentences: Iterable[str]) -> Codebook:
        """With these sentences as the project's examples of a packaged act; none takes its examples away."""
        kept = tuple(dict.fromkeys(s.strip() for s in sentences if s.strip()))[:MOST_EXAMPLES]
        rest = {other: told for other, told in self.examples.items() if other != code}
        return replace(self, examples={**rest, code: kept} if kept else rest)

    def act(self, code: str) -> CodebookAct | None:
        """The project's act with this code."""
        return next((act for act in self.acts if act.code == code), None)


def _check_code(code: str) -> None:
    if not _CODE.fullmatch(code):
        raise CodebookNotUsable(f"“{code[:60]}” is no code: small letters, digits and _, two to sixty of them.")


def _language(code: str) -> Language:
    try:
        return Language(code)
    except ValueError:
        raise CodebookNotUsable(f"Cues are given for “{code[:20]}”; they are in en or ko.") from None


class _File(msgspec.Struct):
    schema: str
    acts: tuple[CodebookAct, ...] = ()
    fields: tuple[CodebookField, ...] = ()
    examples: dict[str, tuple[str, ...]] = {}


def write_codebook(codebook: Codebook) -> str:
    """The codebook as a JSON text of the form ``codebook/1``, stable from run to run."""
    file = _File(
        schema=SCHEMA,
        acts=tuple(sorted(codebook.acts, key=lambda act: act.code)),
        fields=codebook.fields,
        examples=dict(sorted(codebook.examples.items())),
    )
    return msgspec.json.format(msgspec.json.encode(file), indent=1).decode()


def read_codebook(text: str) -> Codebook:
    """A codebook from its JSON text; an empty text is an empty codebook.

    Raises:
        CodebookNotUsable: it is not of the form ``codebook/1``, or a term of it cannot be used.
        TermTaken: a code stands twice, or is one of the packaged list.
    """
    if not text.strip():
        return Codebook()
    try:
        file = msgspec.json.decode(text, type=_File)
    except msgspec.MsgspecError as fault:
        raise CodebookNotUsable(f"The codebook cannot be read: “{fault}”.") from None
    if file.schema != SCHEMA:
        raise CodebookNotUsable(f"The file is of another form than “{SCHEMA}”.")
    return Codebook(acts=file.acts, fields=file.fields, examples=file.examples)


@dataclass(frozen=True, slots=True, kw_only=True)
class HuridocsList:
    """One list of the HURIDOCS micro-thesauri: its number, its name, and its terms as acts of a project."""

    number: str
    name: str
    acts: tuple[CodebookAct, ...]


def read_huridocs(text: str, *, list_number: str | None = None) -> tuple[HuridocsList, ...]:
    """Lists from a CSV file of HURIDOCS micro-thesauri (columns ``list_no``, ``huri_code``, ``label_en`` ...).

    Codes become ``h`` and the digits of the HURIDOCS code; the original stands in ``crosswalk``. The terms come
    restricted, because the lists say nothing of protection: whoever takes an act over decides that.

    Raises:
        CodebookNotUsable: a column is missing, or no list has that number.
    """
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    missing = {"list_no", "huri_code", "label_en"} - set(rows.fieldnames or ())
    if missing:
        raise CodebookNotUsable(f"The file lacks the column “{', '.join(sorted(missing))}”.")
    names: dict[str, str] = {}
    found: dict[str, dict[str, CodebookAct]] = {}
    for row in rows:
        number, digits = (row["list_no"] or "").strip(), re.sub(r"\D", "", row["huri_code"] or "")
        label = (row["label_en"] or "").strip()
        if (list_number and number != list_number) or not (number and digits and label):
            continue
        names.setdefault(number, (row.get("list_name") or "").strip())
        act = CodebookAct(
            code=f"h{digits}",
            label_en=label[:200],
            label_ko=(row.get("label_ko") or "").strip()[:200],
            group=f"HURIDOCS {number}",
            crosswalk=f"HURIDOCS {digits}",
        )
        found.setdefault(number, {}).setdefault(act.code, act)
    if not found:
        raise CodebookNotUsable("The file holds no term of that list.")
    return tuple(
        HuridocsList(number=number, name=names[number], acts=tuple(acts.values())) for number, acts in found.items()
    )
