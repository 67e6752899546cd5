"""Echoes: passages that tell the same in other words or in another language, and rare details that two share.

A translation keeps no run of words, but it keeps what is named: numbers, dates, places, people (``facts``). A retelling
in one language keeps some rare words beside them. Passages are paired where two facts that one tells together are told
together in the other, or two rare words that stand near each other; then each pair is judged by all that it shares.
Two honest witnesses of one event name the same day and place. So these alone never make an echo: numbers or names must
agree too, and numbers that stand against each other speak against it. Every echo is a proposal, with its reason.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

from firsthand.corroboration.dependence import DependenceKind
from firsthand.corroboration.facts import fact_words, facts_of
from firsthand.corroboration.reuse import ReuseIndex, Shingles
from firsthand.values.ids import DocumentId

__all__ = ["Echo", "EchoIndex", "passages_of_text"]

LEAST_CHARACTERS = 60
MOST_CHARACTERS = 700
COMMON_FACTS = 40
COMMON_STEMS = 20
WINDOW_STEMS = 3
LEAST_STEMS = 6

_HANGUL = re.compile(r"[가-힣]")
_LINE = re.compile(r"[^\n]*\S[^\n]*")
_END = re.compile(r"(?<=[.!?。”\"])\s+")
_STEM_EN = re.compile(r"[a-z]{5,}")
_STEM_KO = re.compile(r"[가-힣]{2,}")
_FREE = frozenset(fact_words()["free"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """Two passages, by document and first character, that may be one account; ``a`` is the lesser document.

    ``shared`` of ``told`` facts of the passage that tells fewer stand in the other; ``words`` is the share of rarer
    words that both use, 0 to 1, and 0 between languages.
    """

    a: DocumentId
    b: DocumentId
    at_a: tuple[int, int]
    at_b: tuple[int, int]
    kind: DependenceKind
    shared: int
    told: int
    words: float

    @property
    def reason(self) -> str:
        """Why it is proposed, without a word or number of the passages themselves."""
        if self.kind is DependenceKind.PARAPHRASE and not self.shared:
            return f"{self.words:.0%} of the rarer words of one passage stand in the other"
        facts = f"{self.shared} of {self.told} numbers, dates, places and names of one passage stand in the other"
        if self.kind is DependenceKind.TRANSLATION:
            return f"{facts}, in another language"
        if self.kind is DependenceKind.RARE_DETAIL:
            return f"the same rare numbers or names: {facts}"
        return f"{facts}, and {self.words:.0%} of its rarer words"


@dataclass(frozen=True, slots=True)
class _Content:
    facts: Mapping[str, int]
    stems: frozenset[str]
    is_korean: bool


def passages_of_text(text: str) -> list[tuple[int, int]]:
    """The passages of a text as start and end: lines, short ones joined to the next, long ones cut after a sentence."""
    pieces: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        start = line.start()
        while line.end() - start > MOST_CHARACTERS:
            cuts = [m.end() for m in _END.finditer(text, start, start + MOST_CHARACTERS)]
            cut = max([c for c in cuts if c > start], default=start + MOST_CHARACTERS)
            pieces.append((start, cut))
            start = cut
        if start < line.end():
            pieces.append((start, line.end()))
    joined: list[tuple[int, int]] = []
    for start, end in pieces:
        if joined and joined[-1][1] - joined[-1][0] < LEAST_CHARACTERS:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


@lru_cache(maxsize=1 << 18)
def _number_of(mark: str) -> int:
    return int.from_bytes(hashlib.blake2b(mark.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _marks(values: Iterable[int]) -> Shingles:
    return np.unique(np.fromiter(values, dtype=np.uint64))


_MASK = (1 << 64) - 1


def _together(a: int, b: int) -> int:
    low, high = (a, b) if a < b else (b, a)
    return (low * 0x9E3779B97F4A7C15 + high * 0xC2B2AE3D27D4EB4F) & _MASK


def _fact_marks(content: _Content) -> Shingles:
    """Pairs of facts told together, those left out that many passages would tell (a year and a round number)."""
    facts = sorted((name, weight) for name, weight in content.facts.items() if weight)
    return _marks(
        _together(_number_of(a), _number_of(b)) for (a, x), (b, y) in combinations(facts[:24], 2) if x + y >= 3
    )


def _stem_marks(stems: list[str]) -> Shingles:
    numbers = [_number_of(stem) for stem in stems]
    return _marks(
        _together(number, other)
        for place, number in enumerate(numbers)
        for other in numbers[place + 1 : place + 1 + WINDOW_STEMS]
        if other != number
    )


def _stems_of(text: str, *, korean: bool) -> list[str]:
    if korean:
        # A particle follows the stem: two syllables of a longer word are most of what stays.
        return [word[:2] if len(word) < 4 else word[:3] for word in _STEM_KO.findall(text)]
    return [word[:6] for word in _STEM_EN.findall(text.casefold()) if word not in _FREE]


class EchoIndex:
    """Echoes among passages of texts, kept while texts come and go; the same as if all were given at once."""

    def __init__(self, texts: Mapping[DocumentId, str]) -> None:
        self._spans: dict[DocumentId, dict[str, tuple[int, int]]] = {}
        self._content: dict[str, _Content] = {}
        self._document: dict[str, DocumentId] = {}
        self._fact_marks: dict[str, Shingles] = {}
        self._stem_marks: dict[str, Shingles] = {}
        self._judged: dict[tuple[str, str], Echo | None] = {}
        names = [name for document in sorted(texts) for name in self._read(document, texts[document])]
        self._facts = ReuseIndex(
            {name: name for name in names},
            at_least=0.2,
            marks_of=self._fact_marks.__getitem__,
            common=COMMON_FACTS,
            least_shared=2,
        )
        self._stems = ReuseIndex(
            {name: name for name in names},
            at_least=0.15,
            marks_of=self._stem_marks.__getitem__,
            common=COMMON_STEMS,
            least_shared=3,
        )

    def put(self, document: DocumentId, text: str) -> None:
        """Add a text, or put another in the place of one."""
        self.drop(document)
        for name in self._read(document, text):
            self._facts.put(name, name)
            self._stems.put(name, name)

    def drop(self, document: DocumentId) -> None:
        """Remove a text; nothing happens where it is not held."""
        for name in self._spans.pop(document, ()):
            self._facts.drop(name)
            self._stems.drop(name)
            del self._content[name], self._document[name], self._fact_marks[name], self._stem_marks[name]

    def echoes(self) -> list[Echo]:
        """All echoes, by documents and places."""
        pairs = {(pair.a, pair.b) for index in (self._facts, self._stems) for pair in index.found()}
        for gone in self._judged.keys() - pairs:
            del self._judged[gone]
        for pair in pairs - self._judged.keys():
            self._judged[pair] = self._judge(*pair)
        found = [echo for echo in self._judged.values() if echo is not None]
        return sorted(found, key=lambda echo: (echo.a, echo.b, echo.at_a, echo.at_b))

    def _read(self, document: DocumentId, text: str) -> list[str]:
        spans = self._spans[document] = {}
        for start, end in passages_of_text(text):
            passage = text[start:end]
            korean = len(_HANGUL.findall(passage)) * 3 > len(passage)
            stems = _stems_of(passage, korean=korean)
            content = _Content(facts_of(passage), frozenset(stems), korean)
            digest = hashlib.blake2b(passage.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
            # Named by what it holds, so that what was judged of a name stays true of it.
            name = f"{document} {start} {digest}"
            spans[name] = (start, end)
            self._content[name] = content
            self._document[name] = document
            self._fact_marks[name] = _fact_marks(content)
            self._stem_marks[name] = _stem_marks(stems)
        return list(spans)

    def _judge(self, one: str, other: str) -> Echo | None:
        a, b = sorted((one, other), key=lambda name: (self._document[name], name))
        if self._document[a] == self._document[b]:
            return None
        first, second = self._content[a], self._content[b]
        stems = min(len(first.stems), len(second.stems))
        same_language = first.is_korean == second.is_korean
        words = len(first.stems & second.stems) / stems if stems and same_language else 0.0
        shared = _shared(first.facts, second.facts)
        kind = _kind_of(shared, words if stems >= LEAST_STEMS else 0.0, same_language=same_language)
        if kind is None:
            return None
        documents = self._document[a], self._document[b]
        return Echo(
            a=documents[0],
            b=documents[1],
            at_a=self._spans[documents[0]][a],
            at_b=self._spans[documents[1]][b],
            kind=kind,
            shared=shared.items,
            told=shared.told_items,
            words=words,
        )


@dataclass(frozen=True, slots=True)
class _Shared:
    """What two passages name both: items (a date is one, however exact), weight, and the share of what is told.

    ``numbers`` they both name, of ``number_weight`` together, ``exact`` of them told to three digits; ``apart`` is how
    many numbers one names in the place of the other's, at least.
    """

    items: int
    told_items: int
    weight: int
    share: float
    numbers: int
    number_weight: int
    exact: int
    apart: int


def _item_of(fact: str) -> str:
    kind = fact.split(" ", 1)[0]
    return "date" if kind in {"day", "month", "year"} else "name" if kind == "name" else fact


def _shared(first: Mapping[str, int], second: Mapping[str, int]) -> _Shared:
    both = {fact: weight for fact, weight in first.items() if weight and fact in second}
    # Names are read generously, several ways each: one that is not shared says nothing.
    told = [
        {fact: w for fact, w in facts.items() if w and (fact in both or not fact.startswith("name "))}
        for facts in (first, second)
    ]
    least = min(told, key=lambda facts: (sum(facts.values()), len(facts)))
    numbers = [{fact for fact in facts if fact.startswith("number ")} for facts in told]
    items = {_item_of(fact): 0 for fact in both}
    for fact, weight in both.items():
        item = _item_of(fact)
        items[item] = max(items[item], weight) if item == "name" else items[item] + weight
    weight, of = sum(items.values()), sum(least.values())
    return _Shared(
        items=len(items),
        told_items=max(len({_item_of(fact) for fact in least}), len(items)),
        weight=weight,
        share=min(1.0, weight / of) if of else 0.0,
        numbers=len(numbers[0] & numbers[1]),
        number_weight=sum(both[fact] for fact in numbers[0] & numbers[1]),
        exact=sum(both[fact] >= 3 for fact in numbers[0] & numbers[1]),
        apart=min(len(numbers[0] - numbers[1]), len(numbers[1] - numbers[0])),
    )


def _kind_of(shared: _Shared, words: float, *, same_language: bool) -> DependenceKind | None:
    # One round number in common is what two true accounts have too.
    agrees = shared.share >= 0.6 and shared.number_weight >= 2 and shared.apart <= shared.numbers
    if same_language and (words >= 0.55 or (words >= 0.3 and agrees and shared.items >= 2)):
        return DependenceKind.PARAPHRASE
    if not same_language and agrees and shared.items >= 3 and shared.weight >= 5:
        return DependenceKind.TRANSLATION
    if shared.exact >= 2 and shared.items >= 3 and shared.apart <= shared.numbers:
        return DependenceKind.RARE_DETAIL
    return None
