"""Bodies that speak, by their aliases: one office under five names is one speaker.

The list is data (tables/bodies.csv) with public bodies only; a project adds its own.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

__all__ = ["Body", "body_named", "packaged_bodies"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A public body: code and labels."""

    code: str
    label_en: str
    label_ko: str


@lru_cache(maxsize=1)
def packaged_bodies() -> Mapping[str, Body]:
    """The bodies that ship with Firsthand, by folded alias."""
    text = (resources.files("firsthand.corroboration") / "tables" / "bodies.csv").read_text("utf-8")
    bodies: dict[str, Body] = {}
    for row in csv.DictReader(io.StringIO(text)):
        body = Body(code=row["code"], label_en=row["label_en"], label_ko=row["label_ko"])
        for alias in (row["label_en"], row["label_ko"], *row["aliases"].split(";")):
            bodies[_folded(alias)] = body
    return bodies


def body_named(text: str, bodies: Mapping[str, Body] | None = None) -> Body | None:
    """The body that words name, or ``None``.

    The words must be an alias, save for a leading article and a closing "report", "statement" or the like:
    "the UN report" names the UN, "a UN official in Geneva" does not.
    """
    known = packaged_bodies() if bodies is None else bodies
    folded = _folded(text)
    return known.get(folded) or known.get(_PRODUCT.sub("", folded).strip())


_PRODUCT = re.compile(
    r"\s*(?:'s|’s)?\s*(?:report|statement|release|study|survey|office in seoul|spokesman|spokesperson)$"
)


def _folded(text: str) -> str:
    words = re.sub(r"\s+", " ", text.strip().casefold())
    return re.sub(r"^(?:the|a|an) ", "", words).removesuffix("'s").removesuffix("’s")
