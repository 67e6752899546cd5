"""Bodies that speak, by their aliases: one office under five names is one speaker.

The list is data (tables/bodies.csv) with public bodies only; a project adds its own.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TypeAlias

__all__ = [
    "Body",
    "body_named",
    "label_of_body",
    "names_an_office",
    "names_only_a_product",
    "packaged_bodies",
    "plain_body_name",
    "speaks_through_a_product",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A public body: code, role and labels. A carrier (a wire agency, a broadcaster) passes on what others say."""

    code: str
    role: str
    label_en: str
    label_ko: str

    @property
    def is_carrier(self) -> bool:
        """Whether the body passes on what others say."""
        return self.role == "carrier"


Aliases: TypeAlias = Mapping[frozenset[str], Body]


@lru_cache(maxsize=1)
def packaged_bodies() -> Aliases:
    """The bodies that ship with Firsthand, by the words of each alias."""
    text = (resources.files("firsthand.corroboration") / "tables" / "bodies.csv").read_text("utf-8")
    bodies: dict[frozenset[str], Body] = {}
    for row in csv.DictReader(io.StringIO(text)):
        body = Body(code=row["code"], role=row["role"], label_en=row["label_en"], label_ko=row["label_ko"])
        for alias in (row["label_en"], row["label_ko"], *row["aliases"].split(";")):
            bodies.setdefault(_words(alias), body)
    return bodies


@lru_cache(maxsize=4096)
def _best(text: str, bodies_of: Callable[[], Aliases]) -> Body | None:
    words = _words(text)
    if not words:
        return None
    fitting = [
        (len(alias), body)
        for alias, body in bodies_of().items()
        if alias and alias <= words and (len(alias) >= CLEAR_WORDS or words - alias <= _PRODUCTS)
    ]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def body_named(text: str) -> Body | None:
    """The body that words name, or ``None``.

    All words of an alias must occur, in any order: "the human rights office of the United Nations" is the UN
    human rights office. Beside an alias of one word only words for what a body issues may stand: "a UN report"
    names the UN, "a UN driver" does not. The longest alias wins.
    """
    return _best(text, packaged_bodies)


CLEAR_WORDS = 2
_STOP = frozenset({"the", "a", "an", "of", "in", "on", "for", "its", "and", "by", "s", "’s", "'s"})
_REPORTS = frozenset({"report", "reports", "study", "survey", "assessment", "findings", "investigation", "보고서"})
_PRODUCTS = frozenset(
    {"report", "reports", "statement", "release", "study", "survey", "assessment", "findings", "investigation"}
    | {"authorities", "government", "officials", "spokesman", "spokesperson", "spokeswoman", "보고서", "성명", "발표"}
    | {"당국", "정부", "대변인", "새", "new", "latest", "annual", "state"}
)


_OFFICES = frozenset(
    {"commissioner", "rapporteur", "spokesman", "spokeswoman", "spokesperson", "director", "secretary", "ambassador"}
    | {"chair", "chairman", "chairwoman", "head", "president", "minister", "official", "representative", "chief"}
    | {
        "researcher",
        "investigator",
        "대표",
        "대변인",
        "소장",
        "최고대표",
        "보고관",
        "사무총장",
        "국장",
        "위원장",
        "장관",
    }
)


def names_an_office(text: str) -> bool:
    """Whether words name an office, such as a spokesperson's or a director's."""
    words = _words(text)
    return bool(words & _OFFICES) or any(word.endswith(tuple(_OFFICES)) for word in words if "가" <= word[0] <= "힣")


def label_of_body(code: str) -> str:
    """The English label of a body's code; the code where it is not known."""
    return next((body.label_en for body in packaged_bodies().values() if body.code == code), code)


_BY = re.compile(r"^(?:an? |the )?(?:new |recent |latest |annual )?(?:report|statement|study|survey) (?:by|of|from) ")
_FROM = re.compile(r"(?:'s|’s)? (?:report|statement|study|survey)$|\s*(?:보고서|성명|자료|발표)$")


def plain_body_name(text: str) -> str:
    """A speaker's name folded for comparing: no article, and without the report that it speaks through."""
    folded = re.sub(r"\s+", " ", text.strip().casefold())
    return re.sub(r"^(?:the|a|an) ", "", _FROM.sub("", _BY.sub("", folded)))


def names_only_a_product(text: str) -> bool:
    """Whether words name a report or statement and nobody: "the report", "this statement"."""
    words = _words(text) - {"this", "that", "same", "이", "그", "해당"}
    return bool(words) and words <= _PRODUCTS


def speaks_through_a_product(text: str) -> bool:
    """Whether words name a report or the like, with or without the body that issued it."""
    return bool(_words(text) & _REPORTS)


def _words(text: str) -> frozenset[str]:
    folded = text.casefold().replace("united nations", "un").replace("u.n.", "un").replace("유엔", "유엔 ")
    return frozenset(re.findall(r"[^\W_]+", re.sub(r"['’]s\b", "", folded))) - _STOP
