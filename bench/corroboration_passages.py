"""Invented passages of which it is known which rest on which: reprints, retellings, translations, and honest witnesses.

Words are invented (a lexicon of concepts with an English-looking word, another one for the same, and a Korean-looking
one), so that nothing is tuned to a wording. What is named is written as people write it: days, numbers, people and
places, in the ways of both languages. Honest witnesses tell of the same event on the same day at the same place, and
often of the same person, with their own numbers and words: pairing them would be wrong.
"""

from __future__ import annotations

import random
from calendar import month_name
from collections.abc import Callable
from dataclasses import dataclass

from firsthand.claims.reading.cues import read_table

ONSETS = ["g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"]
NUCLEI = ["a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae"]
NUCLEI += ["oe", "yo", "u", "wo", "we", "wi", "yu", "eu", "ui", "i"]
CODAS = ["", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l"]
CODAS += ["p", "l", "m", "p", "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t"]
OLD = {"g": "k", "d": "t", "b": "p", "j": "ch", "eo": "o", "yeo": "yo", "eu": "u"}
SURNAMES = {
    "김": ("Kim",),
    "이": ("Lee", "Ri", "Yi"),
    "박": ("Park", "Pak"),
    "최": ("Choi", "Choe"),
    "강": ("Kang",),
    "정": ("Jung", "Jong"),
    "조": ("Cho", "Jo"),
    "윤": ("Yoon", "Yun"),
    "장": ("Jang",),
    "임": ("Lim", "Rim"),
}
GIVEN = "가나다라마바사아자차하고노도로모보소오조호구누두무부수우주후기니디리미비시이지히경남동란명봉상옥정철현혜"
SYLLABLES = [chr(0xAC00 + n) for n in range(0, 11172, 28) if n % 588 < 200]
PARTICLES = ("이", "가", "을", "를", "은", "는", "에서", "의", "도", "")


@dataclass(frozen=True)
class Concept:
    """One meaning: two words of one language and one of another."""

    word: str
    other: str
    korean: str


@dataclass(frozen=True)
class Event:
    """What is told: sentences of concepts, and what is named in each, as (kind, value)."""

    sentences: tuple[tuple[Concept, ...], ...]
    named: tuple[tuple[tuple[str, object], ...], ...]


@dataclass(frozen=True)
class Passage:
    """A passage; passages of one ``account`` rest on one source, ``how`` says how this one does."""

    text: str
    account: int
    how: str


class World:
    """A lexicon, places and people to draw from; everything follows from the seed."""

    def __init__(self, seed: int, concepts: int = 6000) -> None:
        self.chance = random.Random(seed)
        self.lexicon = [self._concept() for _ in range(concepts)]
        # Words are as unevenly used as in any language (Zipf).
        self.weights = [1 / (rank + 12) for rank in range(concepts)]
        self.places = []
        for row in read_table("places"):
            if row["parent"] and row["korean"] and row["english"]:
                self.places.append((row["english"].split("|")[0], row["korean"].split("|")[0]))

    def _word(self) -> str:
        return "".join(self.chance.choice("bdfgklmnprstvz") + self.chance.choice("aeiou") for _ in range(3)) + (
            self.chance.choice(["", "n", "st", "rk", "lm"])
        )

    def _concept(self) -> Concept:
        korean = "".join(self.chance.choices(SYLLABLES, k=self.chance.choice((2, 2, 3))))
        return Concept(self._word(), self._word(), korean)

    def person(self) -> str:
        return self.chance.choice(sorted(SURNAMES)) + "".join(self.chance.choices(GIVEN, k=2))

    def event(self) -> Event:
        """Two to four sentences of eight to fourteen words, each with none to three things named."""
        chance = self.chance
        day = (chance.randint(1995, 2024), chance.randint(1, 12), chance.randint(1, 28))
        where = chance.choice(self.places)
        who = self.person()
        things = [("day", day), ("place", where), ("person", who)]
        sentences, named = [], []
        for _ in range(chance.randint(2, 4)):
            sentences.append(tuple(chance.choices(self.lexicon, self.weights, k=chance.randint(8, 14))))
            here: list[tuple[str, object]] = []
            for _ in range(chance.choice((0, 1, 1, 2, 3))):
                if things and chance.random() < 0.5:
                    here.append(things.pop(chance.randrange(len(things))))
                else:
                    here.append(("number", self.number()))
            named.append(tuple(here))
        return Event(tuple(sentences), tuple(named))

    def number(self) -> int:
        chance = self.chance
        return chance.choice([chance.randint(5, 40), chance.randint(20, 999), chance.randint(1, 90) * 100])

    def witness(self, event: Event) -> Event:
        """Another person's own account of the same event: its day and place, often its person, and own numbers."""
        own = self.event()
        kept = [thing for here in event.named for thing in here if thing[0] in {"day", "place"}]
        kept += [t for here in event.named for t in here if t[0] == "person" and self.chance.random() < 0.6]
        numbers = [(kind, v) for here in own.named for kind, v in here if kind == "number"]
        # Round numbers (600, 5,000) are often the same in two true accounts.
        rounded = (t for here in event.named for t in here if t[0] == "number" and len(str(t[1]).rstrip("0")) == 1)
        agreed = [t for t in rounded if t[1] >= 100][:1]
        if numbers and agreed and self.chance.random() < 0.4:
            numbers[0] = agreed[0]
        things = kept + numbers
        self.chance.shuffle(things)
        named: list[list[tuple[str, object]]] = [[] for _ in own.sentences]
        for place, thing in enumerate(things):
            named[place % len(named)].append(thing)
        return Event(own.sentences, tuple(tuple(here) for here in named))

    # -- telling ----------------------------------------------------------------------------------------------

    def english(self, event: Event, *, swap: float = 0.0, drop: float = 0.0, lose: float = 0.0) -> str:
        """Tell in English: words swapped for others of the same meaning, words and named things left out."""
        chance = self.chance

        def word(concept: Concept) -> str:
            return concept.other if chance.random() < swap else concept.word

        told = []
        for sentence, here in zip(event.sentences, event.named, strict=True):
            words = [word(c) for c in sentence if chance.random() >= drop]
            if swap:
                for place in range(len(words) - 1):
                    if chance.random() < 0.3:
                        words[place], words[place + 1] = words[place + 1], words[place]
            for thing in here:
                if chance.random() >= lose:
                    words.insert(chance.randint(0, len(words)) if swap else len(words) // 2, self._named(thing))
            told.append(" ".join(words))
        if swap:
            chance.shuffle(told)
        return ". ".join(one[:1].upper() + one[1:] for one in told) + "."

    def korean(self, event: Event, *, lose: float = 0.0) -> str:
        """Tell in Korean."""
        chance = self.chance
        told = []
        for sentence, here in zip(event.sentences, event.named, strict=True):
            words = [c.korean + chance.choice(PARTICLES) for c in sentence if chance.random() >= 0.1]
            for thing in here:
                if chance.random() >= lose:
                    words.insert(chance.randint(0, len(words)), self._named_korean(thing))
            told.append(" ".join(words) + "다")
        return ". ".join(told) + "."

    def _named(self, thing: tuple[str, object]) -> str:
        chance, (kind, value) = self.chance, thing
        if kind == "day":
            year, month, day = value
            return chance.choice(
                [
                    f"on {day} {month_name[month]} {year}",
                    f"on {month_name[month]} {day}, {year}",
                    f"on {month_name[month]} {day}",
                ]
            )
        if kind == "place":
            return f"in {value[0]}"
        if kind == "person":
            return self._romanised(value)
        return f"{value:,} people" if chance.random() < 0.8 or value > 20 else f"{value} boats"

    def _named_korean(self, thing: tuple[str, object]) -> str:
        kind, value = thing
        if kind == "day":
            year, month, day = value
            return self.chance.choice([f"{year}년 {month}월 {day}일", f"{month}월 {day}일"])
        if kind == "place":
            return f"{value[1]}에서"
        if kind == "person":
            return f"{value}{self.chance.choice(['씨는', '은', '이'])}"
        if value >= 1000 and value % 1000 == 0:
            return f"{value // 1000}천 명"
        return f"{value:,}명" if self.chance.random() < 0.5 else f"{value}명"

    def _romanised(self, name: str) -> str:
        old = self.chance.random() < 0.5

        def syllable(character: str) -> str:
            number = ord(character) - 0xAC00
            onset, nucleus, coda = ONSETS[number // 588], NUCLEI[number % 588 // 28], CODAS[number % 28]
            if old:
                onset, nucleus = OLD.get(onset, onset), OLD.get(nucleus, nucleus)
            return onset + nucleus + coda

        given = [syllable(c) for c in name[1:]]
        joined = self.chance.choice(["-".join(given), "".join(given)])
        return f"{self.chance.choice(SURNAMES[name[0]])} {joined[:1].upper()}{joined[1:]}"

    def reprint(self, text: str) -> str:
        """The text with a line of an agency before it, a few words changed, sometimes cut."""
        words = text.split(" ")
        words = [self._word() if self.chance.random() < 0.02 else word for word in words]
        if self.chance.random() < 0.3:
            words = words[: max(12, len(words) * 2 // 3)]
        return "From the desk of the shore. " + " ".join(words)


def invented_passages(count: int, seed: int, *, share: float = 0.02) -> list[Passage]:
    """``count`` passages; of each kind of dependence ``share`` of them, and twice that of honest witnesses."""
    world = World(seed)
    kinds: tuple[tuple[str, Callable[[Event, str], tuple[str, bool]]], ...] = (
        ("reprint", lambda _, text: (world.reprint(text), True)),
        ("paraphrase", lambda event, _: (world.english(event, swap=0.4, drop=0.2, lose=0.15), True)),
        ("translation", lambda event, _: (world.korean(event, lose=0.15), True)),
        ("witness", lambda event, _: (world.english(world.witness(event)), False)),
        ("witness abroad", lambda event, _: (world.korean(world.witness(event)), False)),
    )
    passages: list[Passage] = []
    while len(passages) < count:
        account = len(passages)
        event = world.event()
        text = world.english(event)
        passages.append(Passage(text, account, "first"))
        for how, tell in kinds:
            if world.chance.random() < share / (1 - 5 * share):
                told, rests = tell(event, text)
                passages.append(Passage(told, account if rests else len(passages), how))
    world.chance.shuffle(passages)
    return passages[:count]
