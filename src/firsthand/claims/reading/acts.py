"""Which acts of the codebook a sentence speaks of: cues first, meaning second."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from firsthand.claims.reading.cues import CueIndex, Cues, compile_cues, read_table
from firsthand.values.languages import Language

__all__ = ["ActDefinition", "ActFound", "act_definitions", "find_acts", "is_filler"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActDefinition:
    """How an act is told in one language: cues, what speaks against it, and what it means in sentences."""

    code: str
    language: Language
    cues: Cues | None
    unless: Cues | None
    meanings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActFound:
    """An act whose cue stands at ``start`` to ``end`` of the searched text."""

    code: str
    start: int
    end: int
    words: str


def define_acts(rows: Sequence[Mapping[str, str]]) -> tuple[ActDefinition, ...]:
    """Definitions from rows of an act table (columns code, language, cues, unless, meanings)."""
    definitions = []
    for row in rows:
        language = Language(row["language"])
        definitions.append(
            ActDefinition(
                code=row["code"],
                language=language,
                cues=compile_cues(row["cues"], language),
                unless=compile_cues(row["unless"], language),
                meanings=tuple(part.strip() for part in row["meanings"].split(" / ") if part.strip()),
            )
        )
    return tuple(definitions)


@cache
def act_definitions() -> tuple[ActDefinition, ...]:
    """The act definitions that ship with Firsthand."""
    return define_acts(read_table("acts"))


# Where the more exact act is found, the vaguer one at the same words says nothing more.
_COVERS = {
    "public_execution": {"killing"},
    "sexual_exploitation_of_children": {"sexual_exploitation"},
    "sexual_exploitation_online": {"sexual_exploitation"},
    "extortion_by_official": {"bribery"},
    "torture": set(),
    "refoulement": {"deportation", "lack_of_protection_of_refugees"},
    "slavery": set(),
}
_VAGUE = frozenset({"human_rights_abuse_unspecified", "social_practice", "legal_prohibition_exists"})
_FILLERS = frozenset({"human_rights_abuse_unspecified", "social_practice"})


def is_filler(code: str, codes: Collection[str]) -> bool:
    """Whether an act says nothing more beside ``codes``, because a clearer one is among them."""
    return code in _FILLERS and bool(set(codes) - _VAGUE)


# Indexes over the definitions used last: those that ship, and those of a few open projects, in each language.
MOST_INDEXES = 8
_indexes: dict[tuple[int, Language], tuple[Sequence[ActDefinition], CueIndex]] = {}


def _index_of(definitions: Sequence[ActDefinition], language: Language) -> CueIndex:
    """The index over the cues of definitions in a language, made once for the same definitions."""
    kept = _indexes.get((id(definitions), language))
    if kept is None or kept[0] is not definitions:
        while len(_indexes) >= MOST_INDEXES:
            _indexes.pop(next(iter(_indexes)), None)
        cues = [definition.cues if definition.language is language else None for definition in definitions]
        kept = (definitions, CueIndex(cues, language))
        _indexes[id(definitions), language] = kept
    return kept[1]


def find_acts(
    text: str,
    language: Language,
    definitions: Sequence[ActDefinition] | None = None,
    *,
    fillers: bool = False,
    most: int = 1,
) -> tuple[ActFound, ...]:
    """Acts whose cues stand in ``text``, in the order of the text, the vaguer ones left out where a clearer one is.

    With ``fillers``, acts that stand for any abuse stay beside clearer ones (``is_filler``). Of each act, up to
    ``most`` cues are given.
    """
    found: list[ActFound] = []
    all_definitions = definitions if definitions is not None else act_definitions()
    for place, numbers in _index_of(all_definitions, language).candidates(text).items():
        definition = all_definitions[place]
        if definition.cues is None:
            continue
        barred: list[tuple[int, int]] | None = None
        before = len(found)
        for match in definition.cues.finditer(text, numbers):
            if barred is None:
                barred = [m.span() for m in definition.unless.finditer(text)] if definition.unless else []
            if any(start < match.end() and match.start() < end for start, end in barred):
                continue
            found.append(ActFound(code=definition.code, start=match.start(), end=match.end(), words=match.group()))
            if len(found) - before >= most:
                break
    codes = {act.code for act in found}
    covered = {code for general, specific in _COVERS.items() if general in codes for code in specific}
    clear = codes - covered
    kept = [act for act in found if act.code in clear and (fillers or not is_filler(act.code, clear))]
    return tuple(sorted(kept, key=lambda act: (act.start, act.code)))
