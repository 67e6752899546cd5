"""Rules for children and for sexual violence that no option switches off.

They look at what a table is counted by: the names of its dimensions and their categories. What they cannot tell they
take for the more dangerous thing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from firsthand.claims.ages import age_group_of_words
from firsthand.publication.differencing import Span, read_span
from firsthand.publication.margins import Dimension
from firsthand.values.errors import ProtectionRefusal
from firsthand.values.grades import AgeGroup
from firsthand.values.vocabularies import packaged_vocabulary

__all__ = [
    "K_FLOOR_CHILDREN",
    "IntimateActsTooFine",
    "MinorsTooFine",
    "is_about_children",
    "is_about_intimate_acts",
    "refuse_sensitive_crossings",
]

K_FLOOR_CHILDREN: Final = 10
"""Children are shown in groups of at least this many, and so are people told of in intimate acts."""


class MinorsTooFine(ProtectionRefusal):
    """A table would show children finer than as one band, or by small place or exact date."""

    next_step = "Use the one band 0-17 for children, and count them by province and year or coarser."


class IntimateActsTooFine(ProtectionRefusal):
    """A table would show sexual violence or an equally intimate act by small place or exact date."""

    next_step = "Count these acts by province and year or coarser."


_SMALL_PLACE: Final = re.compile(
    r"county|district|village|town|city|municipal|parish|commune|neighbou?rhood|address|street|postcode|zip|"
    r"latitude|longitude|coordinate|camp|prison|site|facility|\bgun\b|\bri\b|\bdong\b|"
    r"(?:^|[_ ])(?:시|군|구|읍|면|동|리)(?:$|[_ ])|시군|군구|마을|주소",
    re.IGNORECASE,
)
_DATE_NAME: Final = re.compile(
    r"(?:^|[_ ])(?:date|day|dob|birth_?day|month|week)(?:$|[_ s])|날짜|월일|생년월일", re.IGNORECASE
)
_DATE_LABEL: Final = re.compile(r"\d{4}[-./]\d{1,2}(?:[-./]\d{1,2})?$|\d{1,2}[-./]\d{1,2}[-./]\d{4}$")
_AGE_NAME: Final = re.compile(r"(?:^|[_ ])ages?(?:$|[_ ])|age.?(?:group|band|range)|나이|연령", re.IGNORECASE)
_ONE_BAND: Final = Span(0, 17)
_UNDER_18: Final = re.compile(r"^\s*(?:under|below|<)\s*-?18\s*$|^\s*18세\s*미만\s*$", re.IGNORECASE)


def _is_child_label(label: str) -> bool:
    return bool(_UNDER_18.match(label)) or age_group_of_words([label]) is AgeGroup.CHILD


def _child_spans(dimension: Dimension) -> list[tuple[str, Span]]:
    """Categories of an age dimension whose ages begin below 18."""
    spans = [(label, read_span(label)) for label in dimension.nodes]
    return [(label, span) for label, span in spans if span is not None and span.first < 18]


@lru_cache(maxsize=1)
def _intimate_codes() -> frozenset[str]:
    acts = packaged_vocabulary("acts")
    return frozenset(
        name.casefold() for term in acts if term.is_intimate for name in (term.code, term.label("en"), term.label("ko"))
    )


def _is_age(dimension: Dimension) -> bool:
    return bool(_AGE_NAME.search(dimension.name))


def is_about_children(dimensions: Sequence[Dimension], *, subject: str = "") -> bool:
    """Whether a table has a category that speaks of children, or its subject does."""
    if subject and _is_child_label(subject):
        return True
    return any(_is_child_label(label) for dimension in dimensions for label in dimension.nodes) or any(
        _child_spans(dimension) for dimension in dimensions if _is_age(dimension)
    )


def is_about_intimate_acts(dimensions: Sequence[Dimension], *, subject: str = "") -> bool:
    """Whether a table has a category that is a sexual or equally intimate act of the packaged vocabulary."""
    codes = _intimate_codes()
    said = [subject, *(label for dimension in dimensions for label in dimension.nodes)]
    return any(
        words in codes or re.search(r"\b(?:sexual|rape)\b|성폭력|성착취|강간", words)
        for words in (label.casefold().strip() for label in said)
    )


def _too_fine(dimensions: Sequence[Dimension]) -> Dimension | None:
    for dimension in dimensions:
        if _SMALL_PLACE.search(dimension.name) or _DATE_NAME.search(dimension.name):
            return dimension
        if any(_DATE_LABEL.match(label.strip()) for label in dimension.categories):
            return dimension
    return None


def refuse_sensitive_crossings(dimensions: Sequence[Dimension], *, subject: str = "") -> None:
    """Refuse tables that would show children or intimate acts too finely.

    Raises:
        MinorsTooFine: children in other bands than 0-17, or by small place or exact date.
        IntimateActsTooFine: sexual violence or an equally intimate act by small place or exact date.
    """
    for dimension in dimensions:
        if _is_age(dimension) and any(span != _ONE_BAND for _, span in _child_spans(dimension)):
            raise MinorsTooFine(
                f"{dimension.name!r} cuts ages below 18 in other places than 0-17 (rule: children are one band)."
            )
    fine = _too_fine(dimensions)
    if fine is None:
        return
    if is_about_children(dimensions, subject=subject):
        raise MinorsTooFine(f"Children would be shown by {fine.name!r} (rule: never by small place or exact date).")
    if is_about_intimate_acts(dimensions, subject=subject):
        raise IntimateActsTooFine(
            f"Intimate acts would be shown by {fine.name!r} (rule: never by small place or exact date)."
        )
