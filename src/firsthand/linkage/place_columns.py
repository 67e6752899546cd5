"""Columns of few places made one spelling a place: Ryanggang, Yanggang and 량강도 become one value."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from firsthand.linkage.columns import Column, Meaning
from firsthand.linkage.places import compare_place_keys, place_key

__all__ = ["one_spelling_a_place"]

_HEADER = re.compile(
    r"(place|province|county|city|town|district|region|village|prefecture|ward|지역|출신지|출생지|거주지|장소|도$|시$|군$)"
)
_MOST_VALUES = 300
_SURE = 0.9  # two spellings are taken for one place without a person only from here


def one_spelling_a_place(column: Column) -> Column:
    """The column with spellings of one place joined, where its header speaks of places and its values are few.

    Complete linkage: every two spellings of a group can be one place. Any other column is given back as it is.
    """
    if (
        not _HEADER.search(column.name.lower())
        or len(column.values) > _MOST_VALUES
        or column.meaning not in {Meaning.WORD, Meaning.TEXT, Meaning.CATEGORY}
    ):
        return column
    keys = [place_key(v) for v in column.values]
    groups: list[list[int]] = []
    for i in np.argsort(-column.counts, kind="stable").tolist():
        home = next((g for g in groups if all(compare_place_keys(keys[i], keys[j]).score >= _SURE for j in g)), None)
        if home is None:
            groups.append([i])
        else:
            home.append(i)
    if len(groups) == len(column.values):
        return column
    return _joined(column, groups)


def _joined(column: Column, groups: Sequence[Sequence[int]]) -> Column:
    number = np.full(len(column.values) + 1, -1, dtype=np.int32)
    for n, group in enumerate(groups):
        number[list(group)] = n
    codes = number[column.codes]
    return Column(
        name=column.name,
        meaning=column.meaning,
        codes=codes,
        values=tuple(column.values[g[0]] for g in groups),
        counts=np.bincount(codes[codes >= 0], minlength=len(groups)).astype(np.int64),
    )
