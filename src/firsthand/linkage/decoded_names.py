"""Korean names of a table's rows as distributions over syllables, and the evidence of two of them.

A spelling writes several syllables, each with a weight (``readings``). With the table's own shares of syllables as
prior, the weights become probabilities, and two rows' names give, position by position, the likelihood ratio

    P(both spellings | one syllable written twice) / P(both | two drawn apart) = sum over s of p(s) q(s) / r(s)

with p and q the probabilities of the two rows and r the share of the syllable (Fellegi and Sunter 1969, section 3.3.2,
with the value known in distribution only). It is high for rare syllables and for spellings that leave no doubt, and
near nothing where the sets do not meet. Arrays are over distinct names; a row holds the number of its name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from firsthand.linkage.columns import Column, Meaning
from firsthand.linkage.compiled_pairs import decoded_levels
from firsthand.linkage.hangul import decompose, is_hangul_syllable
from firsthand.linkage.name_tables import surnames
from firsthand.linkage.names import name_key, syllable_share
from firsthand.linkage.readings import (
    Position,
    Reading,
    given_initial_variants,
    korean_segmentations,
    korean_surname_position,
)

__all__ = ["COMPATIBLE_LEVELS", "SOUND_OF_FAMILY", "SOUND_OF_GIVEN", "DecodedNames", "decode_names"]

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]

POSITIONS = 4  # a surname and up to three given syllables
CHOICES = 6  # syllables kept for one position: the sets of published and careless spellings are no larger
SOUND_OF_FAMILY, SOUND_OF_GIVEN = "sound of family name", "sound of given name"
COMPATIBLE_LEVELS = 8  # which of surname, first and later given syllables meet, as a number of three bits
_SAMPLE = 400
_LEAST_SHARE = 0.6
_ROUNDS = 4
_LEAST_PRIOR = 5e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedNames:
    """Distributions over syllables of each distinct name, and the name of each row.

    ``name_of_row``: rows -> names, -1 where no name was decoded; ``syllables``: names x positions x choices, numbers
    of syllables, -1 for none; ``chances``: the same shape, probabilities that add up to one in a position;
    ``over_share``: the same shape, chances divided by the syllable's share in the table.
    """

    name_of_row: Ints
    syllables: npt.NDArray[np.int16]
    chances: Floats
    over_share: Floats
    stood_for: frozenset[str]

    def compare(self, left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int8], Floats]:
        """For pairs of rows: which parts meet (0 to 7, -1 unknown), and the bits of the parts that meet."""
        levels = np.empty(len(left), dtype=np.int8)
        bits = np.empty(len(left), dtype=np.float32)
        decoded_levels(
            self.name_of_row[left], self.name_of_row[right], self.syllables, self.chances, self.over_share, levels, bits
        )
        return levels, bits


_ONSET_GROUPS = {"k": "ㄱㄲㅋ", "t": "ㄷㄸㅌ", "p": "ㅂㅃㅍ", "c": "ㅈㅉㅊ", "s": "ㅅㅆ", "m": "ㅁ", "h": "ㅎ"}
_NUCLEUS_GROUPS = {"a": "ㅏ", "y": "ㅑㅕㅛㅠ", "e": "ㅐㅔㅖㅒㅙㅚㅞ", "o": "ㅓㅗㅜㅡ", "i": "ㅣㅢㅟ", "w": "ㅘㅝ"}
_ONSETS = {onset: code for code, onsets in _ONSET_GROUPS.items() for onset in onsets}
_NUCLEI = {nucleus: code for code, nuclei in _NUCLEUS_GROUPS.items() for nucleus in nuclei}
_CODAS = {"": "", "ㄱ": "k", "ㄴ": "n", "ㄹ": "l", "ㅁ": "m", "ㅂ": "p", "ㅇ": "g"}


def _sound(word: str) -> str:
    """A code that merges what spellings confuse (ㄱ and ㅋ, ㅓ and ㅗ), for candidate keys."""
    out = ""
    for syllable in word:
        onset, nucleus, coda = decompose(syllable)
        # ㄴ, ㄹ and no consonant are one: the initial-sound rule exchanges them
        out += _ONSETS.get(onset, "n") + _NUCLEI[nucleus] + _CODAS.get(coda, "t")
    return out


def _merged(readings: Sequence[Reading]) -> Reading:
    """The readings of the best one's length as one: every position holds what any of them can write there."""
    if not readings:
        return ()
    cells: list[dict[str, float]] = [{} for _ in readings[0]]
    for reading in readings:
        if len(reading) == len(cells):
            for cell, position in zip(cells, reading, strict=True):
                for syllable, weight in position.items():
                    cell[syllable] = max(cell.get(syllable, 0.0), weight)
    return tuple(cells)


def _given(text: str) -> Reading:
    """What a given name's spelling can write; empty where it is none of one to three syllables."""
    parts: list[Position] = []
    for part in text.replace("-", " ").split():
        parts.extend(_merged(korean_segmentations(part)))
    if not 1 <= len(parts) < POSITIONS:
        return ()
    return (given_initial_variants(parts[0]), *parts[1:])


def _spelled(family: str, given: str) -> tuple[Position, ...]:
    """Positions of a name told in two columns, in either order."""
    straight_head, straight_rest = korean_surname_position(family), _given(given)
    swapped_head, swapped_rest = korean_surname_position(given), _given(family)
    straight = _strength(straight_head, straight_rest)
    swapped = 0.5 * _strength(swapped_head, swapped_rest)
    if not max(straight, swapped):
        return ()
    head, rest = (straight_head, straight_rest) if straight >= swapped else (swapped_head, swapped_rest)
    return (head or {}, *rest)


def _strength(head: Position | None, rest: Reading) -> float:
    if not head or not rest:
        return 0.0
    weight = max(head.values())
    for position in rest:
        weight *= max(position.values())
    # given names of one syllable are few: two are what most have
    return weight * (0.2 if len(rest) == 1 else 1.0)


def _whole(text: str) -> tuple[Position, ...]:
    """Positions of a name told in one column."""
    if all(is_hangul_syllable(c) for c in text) and 2 <= len(text) <= POSITIONS:
        cut = 2 if len(text) > 2 and text[:2] in surnames() else 1
        head = korean_surname_position(text[:cut])
        if head:
            return (head, given_initial_variants({text[cut]: 1.0}), *({c: 1.0} for c in text[cut + 1 :]))
    way = next((w for w in name_key(text).korean if w.with_surname and len(w.positions) <= POSITIONS), None)
    return tuple(way.positions) if way is not None and way.naturalness >= 0.05 else ()


def _sources(columns: Sequence[Column]) -> tuple[list[Column], list[Column]]:
    """Columns that hold whole names, and the pair of family and given name."""
    whole = [c for c in columns if c.meaning is Meaning.FULL_NAME]
    family = [c for c in columns if c.meaning is Meaning.FAMILY_NAME][:1]
    given = [c for c in columns if c.meaning is Meaning.GIVEN_NAME][:1]
    return whole, family + given if family and given else []


def _distinct(whole: Sequence[Column], pair: Sequence[Column], rows: int) -> tuple[Ints, list[tuple[str, ...]]]:
    """The distinct names of the rows, whole names first, each as one text or as family and given name."""
    name_of_row = np.full(rows, -1, dtype=np.int64)
    names: list[tuple[str, ...]] = []
    for column in whole:
        free = (name_of_row < 0) & (column.codes >= 0)
        used, numbers = np.unique(column.codes[free], return_inverse=True)
        name_of_row[free] = numbers + len(names)
        names += [(column.values[c],) for c in used.tolist()]
    if pair:
        family, given = pair
        free = (name_of_row < 0) & (family.codes >= 0) & (given.codes >= 0)
        joint = family.codes[free].astype(np.int64) * len(given.values) + given.codes[free]
        used, numbers = np.unique(joint, return_inverse=True)
        name_of_row[free] = numbers + len(names)
        names += [(family.values[c // len(given.values)], given.values[c % len(given.values)]) for c in used.tolist()]
    return name_of_row.astype(np.int32), names


def _mostly_korean(names: Sequence[tuple[str, ...]]) -> bool:
    sample = names[:: max(1, len(names) // _SAMPLE)]
    korean = sum(name_key(" ".join(n)).east_asian for n in sample)
    return bool(sample) and korean >= _LEAST_SHARE * len(sample)


def decode_names(columns: Sequence[Column]) -> tuple[DecodedNames | None, list[Column]]:
    """The decoded names of a table's rows, and two columns of sound codes to make candidate keys of.

    None and no columns where the table has no names or they are not mostly Korean.
    """
    whole, pair = _sources(columns)
    if not whole and not pair:
        return None, []
    rows = len(columns[0].codes)
    name_of_row, names = _distinct(whole, pair, rows)
    if not names or not _mostly_korean(names):
        return None, []
    read = [_whole(n[0]) if len(n) == 1 else _spelled(*n) for n in names]
    decoded = np.array([bool(r) for r in read])
    numbers = np.where(decoded, np.cumsum(decoded) - 1, -1).astype(np.int32)
    name_of_row = np.where(name_of_row >= 0, numbers[name_of_row], -1).astype(np.int32)
    kept = [r for r in read if r]
    counts = np.bincount(name_of_row[name_of_row >= 0], minlength=len(kept)).astype(float)
    found = _arrays(kept, counts, name_of_row, frozenset(c.name for c in (*whole, *pair)))
    return found, _sound_columns(found, kept)


def _arrays(
    kept: Sequence[tuple[Position, ...]], counts: npt.NDArray[np.float64], name_of_row: Ints, stood_for: frozenset[str]
) -> DecodedNames:
    vocabulary: dict[str, int] = {}
    syllables = np.full((len(kept), POSITIONS, CHOICES), -1, dtype=np.int16)
    weights = np.zeros((len(kept), POSITIONS, CHOICES))
    for i, positions in enumerate(kept):
        for p, position in enumerate(positions):
            best = sorted(position.items(), key=lambda item: (-item[1], item[0]))[:CHOICES]
            for k, (syllable, weight) in enumerate(best):
                syllables[i, p, k] = vocabulary.setdefault(syllable, len(vocabulary))
                weights[i, p, k] = weight
    words = list(vocabulary)
    known = surnames()
    # each position has shares of its own: what ends given names seldom begins them
    shares = np.array([[known[w][0] if w in known else 0.5 for w in words], *[[syllable_share(w) for w in words]] * 3])
    shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1e-12)
    here = syllables >= 0
    safe = np.maximum(syllables, 0).astype(np.int64)
    at = np.arange(POSITIONS).reshape(1, POSITIONS, 1)
    chances = weights
    # expectation maximisation of the shares, the spellings' weights given: a few rounds settle it
    for _ in range(_ROUNDS):
        chances = np.where(here, weights * shares[at, safe], 0.0)
        total = chances.sum(axis=2, keepdims=True)
        chances = np.divide(chances, total, out=np.zeros_like(chances), where=total > 0)
        loads = chances * counts[:, None, None]
        for p in range(POSITIONS):
            chosen = here[:, p]
            sums = np.bincount(safe[:, p][chosen], weights=loads[:, p][chosen], minlength=len(words)) + 0.1
            shares[p] = np.maximum(sums / sums.sum(), _LEAST_PRIOR)
    over = np.where(here, chances / shares[at, safe], 0.0)
    return DecodedNames(
        name_of_row=name_of_row,
        syllables=syllables,
        chances=chances.astype(np.float32),
        over_share=over.astype(np.float32),
        stood_for=stood_for,
    )


def _sound_columns(found: DecodedNames, kept: Sequence[tuple[Position, ...]]) -> list[Column]:
    """Columns of sound codes: of the family name, and of the given name."""

    def likeliest(position: Position) -> str:
        return max(sorted(position), key=lambda s: position[s])

    codes_of: Mapping[str, list[str]] = {
        SOUND_OF_FAMILY: [_sound(likeliest(p[0])) for p in kept],
        SOUND_OF_GIVEN: ["".join(_sound(likeliest(c)) for c in p[1:]) for p in kept],
    }
    meanings = {SOUND_OF_FAMILY: Meaning.FAMILY_NAME, SOUND_OF_GIVEN: Meaning.GIVEN_NAME}
    out = []
    for name, codes in codes_of.items():
        place: dict[str, int] = {}
        table = np.array([place.setdefault(c, len(place)) for c in codes] + [-1], dtype=np.int32)
        numbers = table[found.name_of_row]
        counts = np.bincount(numbers[numbers >= 0], minlength=len(place)).astype(np.int64)
        out.append(Column(name=name, meaning=meanings[name], codes=numbers, values=tuple(place), counts=counts))
    return out
