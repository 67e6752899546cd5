"""Coded terms, read from CSV: nothing in code names a country or a list's content.

Columns: ``code``, ``label_en``, ``label_ko`` and, where a list has them, ``group``, ``handling``,
``definition``, ``crosswalk``, ``mapped_from``, ``rank``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

from firsthand.values.errors import InputError
from firsthand.values.grades import Handling
from firsthand.values.languages import Language

__all__ = ["Term", "TermUnknown", "Vocabulary", "VocabularyNotUsable", "packaged_vocabulary", "read_vocabulary"]


class VocabularyNotUsable(InputError):
    """A vocabulary file cannot be used: a column is missing or a code stands twice."""

    next_step = "Correct the file: UTF-8 CSV with at least code, label_en and label_ko, each code once."


class TermUnknown(InputError):
    """A code is not in the vocabulary."""

    next_step = "Use a code of the list, or add the term to the project's list first."


# What `handling` in acts.csv means for records that carry the act.
_SEALED, _RESTRICTED, _IF_MINOR = "sealed", "restricted", "restricted_if_minor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One coded term with its labels."""

    code: str
    labels: Mapping[str, str]
    group: str = ""
    handling: str = ""
    definition: str = ""
    crosswalk: str = ""

    def label(self, language: Language | str) -> str:
        """The label in a language, English where there is none."""
        return self.labels.get(str(language)) or self.labels["en"]

    @property
    def is_context(self) -> bool:
        """Whether the term names context and no violation."""
        return self.group == "context"

    @property
    def is_coded_only(self) -> bool:
        """Whether records with this term may leave only as codes, never as free text."""
        return self.handling in {_SEALED, _RESTRICTED}

    @property
    def is_intimate(self) -> bool:
        """Whether the act is sexual or as intimate, so that no free text on it may stand in any output.

        These are the sealed acts and the restricted ones of exploitation; torture is restricted, and its text may
        be shown where consent reaches.
        """
        return self.handling == _SEALED or (self.handling == _RESTRICTED and self.group == "trafficking")

    def handling_class(self, *, may_be_child: bool) -> Handling:
        """The handling class that this term asks for; an unknown age counts as a child."""
        if self.handling == _SEALED:
            return Handling.SEALED
        if self.handling == _RESTRICTED or (self.handling == _IF_MINOR and may_be_child):
            return Handling.RESTRICTED
        return Handling.INTERNAL


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """An ordered list of terms."""

    name: str
    terms: tuple[Term, ...]
    _by_code: dict[str, Term] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_code = {term.code: term for term in self.terms}
        if len(by_code) != len(self.terms):
            raise VocabularyNotUsable(f"The vocabulary “{self.name}” has a code twice.")
        object.__setattr__(self, "_by_code", by_code)

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def __len__(self) -> int:
        return len(self.terms)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __getitem__(self, code: str) -> Term:
        try:
            return self._by_code[code]
        except KeyError:
            raise TermUnknown(f"The vocabulary “{self.name}” has no term “{code[:60]}”.") from None


def read_vocabulary(name: str, text: str) -> Vocabulary:
    """Read a vocabulary from CSV text.

    Raises:
        VocabularyNotUsable: a column is missing, a code or an English label is empty, or a code stands twice.
    """
    rows = csv.DictReader(io.StringIO(text))
    terms = []
    for row in rows:
        code, label = (row.get("code") or "").strip(), (row.get("label_en") or "").strip()
        if not code or not label:
            raise VocabularyNotUsable(
                f"The vocabulary “{name}” lacks a code or an English label in row {rows.line_num}."
            )
        labels = {key.removeprefix("label_"): value for key, value in row.items() if key and key.startswith("label_")}
        terms.append(
            Term(
                code=code,
                labels=labels,
                group=row.get("group") or "",
                handling=row.get("handling") or "",
                definition=row.get("definition") or "",
                crosswalk=row.get("crosswalk") or row.get("mapped_from") or "",
            )
        )
    return Vocabulary(name, tuple(terms))


@lru_cache(maxsize=32)
def packaged_vocabulary(name: str) -> Vocabulary:
    """One of the lists that ship with Firsthand, by the name of its file.

    Raises:
        VocabularyNotUsable: there is no such list.
    """
    file = resources.files("firsthand.values") / "vocabulary" / f"{name}.csv"
    if not file.is_file():
        raise VocabularyNotUsable(f"No vocabulary “{name[:60]}” ships with Firsthand.")
    return read_vocabulary(name, file.read_text("utf-8"))
