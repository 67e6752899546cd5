"""Whether the people that a claim speaks of may be children, by the words used for them.

The cue words are data (tables/age_cues.csv). Words that say nothing of age leave it unknown, and an unknown age
is protected like a child's wherever the act asks for it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

from firsthand.claims.claim import Statement
from firsthand.values.grades import AgeGroup
from firsthand.values.vocabularies import Vocabulary

__all__ = ["age_group_of_words", "may_be_child", "must_stay_coded"]


@lru_cache(maxsize=1)
def _cues() -> dict[AgeGroup, re.Pattern[str]]:
    text = (resources.files("firsthand.claims") / "tables" / "age_cues.csv").read_text("utf-8")
    words: dict[AgeGroup, list[str]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        # Korean attaches particles, so that only the start of a word can be asked for; English words stand alone.
        cue = re.escape(row["cue"])
        words.setdefault(AgeGroup(row["age_group"]), []).append(rf"\b{cue}\b" if row["language"] == "en" else cue)
    return {group: re.compile("|".join(patterns), re.IGNORECASE) for group, patterns in words.items()}


def age_group_of_words(words: Iterable[str]) -> AgeGroup:
    """``CHILD`` when any words may speak of a child, else ``ADULT`` when all speak of adults, else ``UNKNOWN``."""
    given = [w for w in words if w.strip()]
    cues = _cues()
    if any(cues[AgeGroup.CHILD].search(w) for w in given):
        return AgeGroup.CHILD
    if given and all(cues[AgeGroup.ADULT].search(w) for w in given):
        return AgeGroup.ADULT
    return AgeGroup.UNKNOWN


def may_be_child(statement: Statement, passage: str = "") -> bool:
    """Whether a victim is or may be a child: as coded, or by the words for the victims, or of the passage."""
    told = age_group_of_words(victim.text for victim in statement.victims)
    groups = {statement.victims_age, told, age_group_of_words([passage])}
    if AgeGroup.CHILD in groups:
        return True
    return AgeGroup.ADULT not in {statement.victims_age, told}


def must_stay_coded(statement: Statement, acts: Vocabulary, passage: str = "") -> str:
    """The rule by which only coded fields of a claim may appear in any output; empty when none applies.

    ``sexual`` when an act of the claim is a sexual or equally intimate one; ``child`` when a victim is a child by
    the words used, or may be one and the act asks for care with minors.
    """
    terms = [acts[code] for code in statement.acts if code in acts]
    if any(term.is_intimate for term in terms):
        return "sexual"
    told = {statement.victims_age, age_group_of_words([*(v.text for v in statement.victims), passage])}
    if AgeGroup.CHILD in told:
        return "child"
    if any(term.handling == "restricted_if_minor" for term in terms) and may_be_child(statement, passage):
        return "child"
    return ""
