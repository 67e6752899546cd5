"""What the columns of an unknown table hold, guessed from their headers and their values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from firsthand.linkage.spellings import fold_letters

__all__ = ["Column", "Meaning", "guess_meaning", "read_column"]


class Meaning(StrEnum):
    """What a column holds, as far as comparing it goes."""

    GIVEN_NAME = "given name"
    FAMILY_NAME = "family name"
    FULL_NAME = "full name"
    WORD = "word"
    TEXT = "text"
    DATE = "date"
    YEAR = "year"
    NUMBER = "number"
    CODE = "code"
    CATEGORY = "category"
    SOURCE = "source"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column made ready: ``codes[i]`` is the place of row i's value in ``values``, -1 where it has none."""

    name: str
    meaning: Meaning
    codes: npt.NDArray[np.int32]
    values: tuple[str, ...]
    counts: npt.NDArray[np.int64]

    @property
    def filled(self) -> int:
        """How many rows have a value."""
        return int(self.counts.sum())


_HEADERS: tuple[tuple[str, Meaning], ...] = (
    (r"^(source|dataset|data_?set|file|list|register|출처|자료원)$", Meaning.SOURCE),
    (r"(soc.?sec|ssn|passport|national.?id|phone|mobile|tel|fax|e.?mail|post.?code|zip|우편|전화|주민)", Meaning.CODE),
    (r"(dob|birth.?date|date.?of.?birth|born|생년월일|_date$|^date)", Meaning.DATE),
    (r"(year|^by$|연도|년도)", Meaning.YEAR),
    (r"(month|^bm$|day$|^bd$|age$|나이|월$|일$)", Meaning.NUMBER),
    (r"(surname|last.?name|family.?name|^lname|^성$|^성씨)", Meaning.FAMILY_NAME),
    (r"(given|first.?name|fore.?name|^fname|^gname|middle|^이름$)", Meaning.GIVEN_NAME),
    (r"(full.?name|name_hangul|^name$|^성명)", Meaning.FULL_NAME),
    (r"(address|street|addr|주소)", Meaning.TEXT),
    (r"(sex|gender|성별)", Meaning.CATEGORY),
)
_EMPTY = frozenset({"", "na", "n/a", "nan", "null", "none", "unknown", "-", "--", "?", ".", "미상", "불명", "없음"})
# headers that say enough, whatever the values look like
_TRUSTED = frozenset(
    {Meaning.CODE, Meaning.TEXT, Meaning.GIVEN_NAME, Meaning.FAMILY_NAME, Meaning.FULL_NAME, Meaning.CATEGORY}
)
_NAMES = frozenset({Meaning.GIVEN_NAME, Meaning.FAMILY_NAME, Meaning.FULL_NAME})
_DATE = re.compile(r"^\s*(\d{4})[-./]?(\d{2})[-./]?(\d{2})(?:[t ].*)?$")
_DATE_LAST = re.compile(r"^\s*(\d{1,2})[-./](\d{1,2})[-./](\d{4})$")


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w@]+", " ", re.sub(r"(?<=\w)['’.](?=\w)", "", fold_letters(text))).split())


def _date_digits(text: str) -> str:
    match = _DATE.match(text)
    if match:
        return match[1] + match[2] + match[3]
    match = _DATE_LAST.match(text)
    if match:
        return match[3] + match[2].zfill(2) + match[1].zfill(2)
    return ""


def guess_meaning(header: str, values: Sequence[str]) -> Meaning:
    """What one column holds; ``values`` are some of its filled, plain values (a few thousand are enough)."""
    if not values:
        return Meaning.IGNORED
    head = header.strip().lower()
    by_header = next((m for pattern, m in _HEADERS if re.search(pattern, head)), None)
    distinct = len(set(values))
    dates = sum(bool(_date_digits(v)) for v in values) / len(values)
    digits = sum(sum(c.isdigit() for c in v) for v in values) / max(1, sum(map(len, values)))
    length = sum(map(len, values)) / len(values)
    words = sum(len(v.split()) for v in values) / len(values)
    if by_header is Meaning.SOURCE or distinct == 1:
        return by_header if by_header is Meaning.SOURCE else Meaning.IGNORED
    if dates > 0.8:
        return Meaning.DATE
    if by_header is Meaning.DATE and digits < 0.6:
        return Meaning.WORD
    if by_header in {Meaning.YEAR, Meaning.NUMBER} and digits > 0.8:
        return by_header
    if by_header in _TRUSTED:
        return by_header
    few = distinct <= max(8, min(40, len(values) // 12))
    if digits > 0.8:
        return Meaning.CATEGORY if few and length <= 2 else Meaning.NUMBER if length <= 3.5 else Meaning.CODE
    if few:
        return Meaning.CATEGORY
    worded = Meaning.TEXT if words >= 2.2 else Meaning.WORD
    return Meaning.CODE if digits > 0.35 and words < 2.5 else worded


def read_column(name: str, cells: Sequence[object], *, meanings: Mapping[str, Meaning] | None = None) -> Column:
    """Make one column ready: plain text, empty marks as missing, its meaning guessed unless given."""
    # a table holds few distinct cells beside its rows: each is read once
    met: dict[object, int] = {}
    cell_of_row = np.fromiter((met.setdefault(c, len(met)) for c in cells), dtype=np.int64, count=len(cells))
    raw = [str(c).strip().lower() if c is not None else "" for c in met]
    plain = [_plain(r) for r in raw]
    # "Na" is a name, and no sign of absence in a column of names
    named = any(m in _NAMES and re.search(pattern, name.strip().lower()) for pattern, m in _HEADERS)
    empty = _EMPTY - {"na"} if named else _EMPTY
    plain = ["" if r in empty else p for r, p in zip(raw, plain, strict=True)]
    filled = [raw[c] for c in cell_of_row[:: max(1, len(cell_of_row) // 20_000)].tolist() if plain[c]]
    meaning = (meanings or {}).get(name) or guess_meaning(name, filled[:: max(1, len(filled) // 5000)])
    if meaning is Meaning.IGNORED and name not in (meanings or {}):
        # nearly all rows hold one value, or none: the others decide what the column is
        rare = sorted({r for r, p in zip(raw, plain, strict=True) if p})
        meaning = guess_meaning(name, rare[:5000]) if len(rare) > 1 else meaning
    if meaning is Meaning.DATE:
        plain = [(_date_digits(r) or p.replace(" ", "")) if p else "" for r, p in zip(raw, plain, strict=True)]
    elif meaning is Meaning.CODE:
        plain = [r.replace(" ", "") if "@" in r else p.replace(" ", "") for r, p in zip(raw, plain, strict=True)]
    elif meaning in {Meaning.YEAR, Meaning.NUMBER}:
        plain = [re.sub(r"\.0+$|\D", "", p) for p in plain]
    place: dict[str, int] = {}
    table = np.array([place.setdefault(p, len(place)) if p else -1 for p in plain] + [-1], dtype=np.int32)
    codes = table[cell_of_row]
    counts = np.bincount(codes[codes >= 0], minlength=len(place)).astype(np.int64)
    return Column(name=name, meaning=meaning, codes=codes, values=tuple(place), counts=counts)
