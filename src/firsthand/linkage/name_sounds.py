"""Columns of Korean names made one: a code of sound for the family name and one for the given name.

A code merges what spellings confuse (ㄱ and ㅋ, ㅓ and ㅗ), so that 박지현, Park Ji-hyun and Pak Chihyŏn have one
code; it is coarser than ``names.compare_keys`` and fast enough for every row of a table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from firsthand.linkage.columns import Column, Meaning, read_column
from firsthand.linkage.hangul import decompose
from firsthand.linkage.names import name_key
from firsthand.linkage.readings import Position

__all__ = ["sound_columns"]

_SAMPLE = 400
_LEAST_SHARE = 0.6
_ONSET_GROUPS = {"k": "ㄱㄲㅋ", "t": "ㄷㄸㅌ", "p": "ㅂㅃㅍ", "c": "ㅈㅉㅊ", "s": "ㅅㅆ", "m": "ㅁ", "h": "ㅎ"}
_NUCLEUS_GROUPS = {"a": "ㅏ", "y": "ㅑㅕㅛㅠ", "e": "ㅐㅔㅖㅒㅙㅚㅞ", "o": "ㅓㅗㅜㅡ", "i": "ㅣㅢㅟ", "w": "ㅘㅝ"}
_ONSETS = {onset: code for code, onsets in _ONSET_GROUPS.items() for onset in onsets}
_NUCLEI = {nucleus: code for code, nuclei in _NUCLEUS_GROUPS.items() for nucleus in nuclei}
_CODAS = {"": "", "ㄱ": "k", "ㄴ": "n", "ㄹ": "l", "ㅁ": "m", "ㅂ": "p", "ㅇ": "g"}


def _code(position: Position) -> str:
    """The sound of the likeliest syllables of a position."""
    word = max(sorted(position), key=lambda s: position[s])
    out = ""
    for syllable in word:
        onset, nucleus, coda = decompose(syllable)
        # ㄴ, ㄹ and no consonant are one: the initial-sound rule exchanges them
        out += _ONSETS.get(onset, "n") + _NUCLEI[nucleus] + _CODAS.get(coda, "t")
    return out


def _codes(text: str) -> tuple[str, str] | None:
    key = name_key(text)
    way = next((w for w in key.korean if w.with_surname and len(w.positions) <= 4), None)
    if way is None or way.naturalness < 0.05:
        return None
    return _code(way.positions[0]), "".join(_code(p) for p in way.positions[1:])


def _texts(cells: Mapping[str, Sequence[object]], columns: Sequence[Column]) -> tuple[list[list[str]], list[str]]:
    """For each row the names to try, whole names first; and the columns that they come from."""
    whole = [c.name for c in columns if c.meaning is Meaning.FULL_NAME]
    family = [c.name for c in columns if c.meaning is Meaning.FAMILY_NAME][:1]
    given = [c.name for c in columns if c.meaning is Meaning.GIVEN_NAME][:1]
    rows = len(columns[0].codes) if columns else 0
    texts: list[list[str]] = []
    for i in range(rows):
        found = [str(cells[n][i]) for n in whole if cells[n][i]]
        if family and given and cells[family[0]][i] and cells[given[0]][i]:
            found.append(f"{cells[family[0]][i]} {cells[given[0]][i]}")
        texts.append(found)
    return texts, [*whole, *(family + given if family and given else [])]


def sound_columns(cells: Mapping[str, Sequence[object]], columns: Sequence[Column]) -> tuple[list[Column], set[str]]:
    """Two columns of sound codes, and the columns that they stand for; nothing where names are not mostly Korean."""
    texts, stood_for = _texts(cells, columns)
    filled = [t for t in texts if t]
    sample = filled[:: max(1, len(filled) // _SAMPLE)]
    if not sample or sum(name_key(t[0]).east_asian for t in sample) < _LEAST_SHARE * len(sample):
        return [], set()
    known: dict[str, tuple[str, str] | None] = {}
    family: list[object] = []
    given: list[object] = []
    for row in texts:
        codes = None
        for text in row:
            if text not in known:
                known[text] = _codes(text)
            codes = known[text]
            if codes is not None:
                break
        family.append(codes[0] if codes else None)
        given.append(codes[1] if codes else None)
    meanings = {"sound of family name": Meaning.FAMILY_NAME, "sound of given name": Meaning.GIVEN_NAME}
    return [read_column(n, v, meanings=meanings) for n, v in zip(meanings, (family, given), strict=True)], set(
        stood_for
    )
