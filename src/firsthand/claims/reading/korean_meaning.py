"""Nearness in meaning of Korean sentences, by the vectors of morphemes that lie in kiwi's own language model.

The packaged CoNg model of kiwipiepy (LGPL, in ``kiwipiepy_model``) gives the cosine between any two morphemes. A
sentence is near an example in as far as each content morpheme of the one has a near one in the other, rarer morphemes
counting more: the mean of the best matches both ways, weighted by inverse document frequency (Mihalcea, Corley and
Strapparava 2006). No further model, no further package.

It ranks the acts that a coder is offered for a sentence without a cue; whether one is told at all it does not say
(on 46 invented sentences without a cue the right act is among the first three for 16 of 34, but at no threshold more
often right than wrong): that ``korean_telling`` decides (docs/decisions/0034).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from kiwipiepy import Kiwi
from numpy.typing import NDArray

from firsthand.claims.reading.cues import read_table
from firsthand.claims.reading.kiwi import load_kiwi
from firsthand.claims.reading.meaning import NO_ACT, Likeness
from firsthand.claims.reading.states import states
from firsthand.values.languages import Language

__all__ = ["KoreanMeaning", "korean_meaning", "packaged_korean_examples"]

Floats = NDArray[np.float32]
_CONTENT = ("NNG", "NNP", "VV", "VA", "XR", "MAG", "VCN")
# Morphemes that nearly every sentence has, or that only say that something is said.
_EMPTY = frozenset(
    {
        "하",
        "되",
        "있",
        "없",
        "것",
        "수",
        "말",
        "이",
        "그",
        "때",
        "일",
        "더",
        "다시",
        "지금",
        "당시",
        "보",
        "주",
        "오",
        "가",
        "나",
    }
    | {
        "말하",
        "밝히",
        "전하",
        "덧붙이",
        "때문",
        "뒤",
        "후",
        "중",
        "등",
        "또",
        "못",
        "안",
        "잘",
        "다",
        "모두",
        "함께",
    }
    | {"소식통", "증언", "설명", "주장", "년", "월", "매체", "따르", "대하", "위하", "통하", "알", "같"}
) - {"없", "못", "안"}


@cache
def _empty() -> frozenset[str]:
    """What says nothing of an act: those, and the names of states, which stand in all a document's sentences."""
    return _EMPTY | {name for state in states() for name in state.korean}


# Two morphemes no nearer than this have nothing to do with each other; most pairs of the model lie below it.
LEAST_COSINE = 0.3


class KoreanMeaning:
    """Acts by the example that the morphemes of a clause are nearest to; an example of nothing answers ``-``."""

    def __init__(self, kiwi: Kiwi, examples: Sequence[tuple[str, str]]) -> None:
        self.kiwi = kiwi
        read = [
            (code, text, _content(tokens))
            for (code, text), tokens in zip(examples, _tokens(kiwi, examples), strict=True)
        ]
        read = [item for item in read if item[2]]
        self.examples = [(code, text) for code, text, _ in read]
        counted = Counter(number for _, _, numbers in read for number in set(numbers))
        self._vocabulary = list(counted)
        place = {number: n for n, number in enumerate(self._vocabulary)}
        total = len(read)
        self._rare = np.log1p(total / np.array([counted[n] for n in self._vocabulary], np.float32))
        self._unseen = math.log1p(total)
        self._weight_of = {number: float(self._rare[n]) for number, n in place.items()}
        # places of each example's morphemes, one example behind the other
        self._places = np.array([place[n] for _, _, numbers in read for n in numbers])
        lengths = [len(numbers) for _, _, numbers in read]
        self._starts = np.cumsum([0, *lengths[:-1]])
        weights = self._rare[self._places]
        self._shares = weights / np.repeat(np.add.reduceat(weights, self._starts), lengths)
        self._rows: dict[int, Floats] = {}

    def _row(self, number: int) -> Floats:
        """How near a morpheme is to each one of the examples, 0 to 1."""
        row = self._rows.get(number)
        if row is None:
            near = self.kiwi.morpheme_similarity
            row = np.array([1.0 if number == n else _cosine(near, number, n) for n in self._vocabulary], np.float32)
            row -= LEAST_COSINE
            row /= 1 - LEAST_COSINE
            np.maximum(row, 0, out=row)
            if len(self._rows) < MOST_KEPT:
                self._rows[number] = row
        return row

    def nearest(self, tokens: Sequence[Any], *, most: int = 6) -> tuple[Likeness, ...]:
        """The acts whose examples are nearest to a clause, best first."""
        numbers = _content(tokens)
        if not numbers:
            return ()
        rows = np.stack([self._row(number) for number in numbers])
        weights = np.array([self._weight_of.get(number, self._unseen) for number in numbers], np.float32)
        weights /= weights.sum()
        found = np.add.reduceat(rows.max(0)[self._places] * self._shares, self._starts)
        matched = np.maximum.reduceat(rows[:, self._places], self._starts, axis=1)
        scores = SHARE_OF_EXAMPLE * found + (1 - SHARE_OF_EXAMPLE) * (weights @ matched)
        best: dict[str, Likeness] = {}
        for n in np.argsort(-scores, kind="stable"):
            code, example = self.examples[n]
            if code not in best:
                best[code] = Likeness(code, round(float(scores[n]), 4), example)
                if len(best) == most:
                    break
        return tuple(best.values())


# Of the nearness, so much is how much of the example is found in the clause; the rest how much of the clause is in it.
SHARE_OF_EXAMPLE = 0.5
MOST_KEPT = 20_000


def _cosine(near: Any, a: int, b: int) -> float:
    try:
        value = float(near(a, b))
    except (ValueError, IndexError):
        return 0.0
    return value if math.isfinite(value) else 0.0  # a word of our own list, which the model does not know


def _tokens(kiwi: Kiwi, examples: Sequence[tuple[str, str]]) -> list[Sequence[Any]]:
    return list(kiwi.tokenize([text for _, text in examples]))


def _content(tokens: Sequence[Any]) -> list[int]:
    """Numbers of the morphemes that carry what is told, each once."""
    empty = _empty()
    return list(dict.fromkeys(int(t.id) for t in tokens if t.tag.split("-")[0] in _CONTENT and t.form not in empty))


@cache
def korean_meaning(examples: tuple[tuple[str, str], ...] = ()) -> KoreanMeaning:
    """Meaning by the examples that ship with Firsthand and by a project's own ``examples``."""
    return KoreanMeaning(load_kiwi(), (*packaged_korean_examples(), *examples))


@cache
def packaged_korean_examples() -> tuple[tuple[str, str], ...]:
    """The Korean examples that ship with Firsthand, as pairs of code and sentence; ``-`` stands for no act."""
    korean = str(Language.KOREAN)
    examples = [(row["code"], row["example"]) for row in read_table("examples") if row["language"] == korean]
    for row in read_table("acts"):
        if row["language"] == korean:
            told = [*row["meanings"].split(" / "), row["example"]]
            examples += [(row["code"], part.strip()) for part in told if part.strip()]
            examples.append((NO_ACT, row["counter_example"]))
    return tuple(examples)
