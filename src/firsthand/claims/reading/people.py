"""Whom pronouns mean: the people and bodies told of so far, as chains of mentions, and the choice among them.

Each person, group or body is a chain of mentions. A mention joins an earlier chain by its name, or as a definite
noun by the same head noun (the sieves of Lee et al. 2013, doi:10.1162/COLI_a_00152, reduced to these two); a pronoun
joins the chain that fits it in number, gender and kind and is most salient. Salience follows Lappin and Leass 1994
(Computational Linguistics 20:4): each sentence with a mention gives weight for nearness and for its grammatical role,
halved with every sentence in between, and more where the role is parallel. The one whom a text is about (named, and
often a subject) keeps some weight throughout, as the backward-looking centre does in Grosz, Joshi and Weinstein 1995
(Computational Linguistics 21:2). A pronoun never means another part of its own verb, nor what it owns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from firsthand.claims.attribution import Span
from firsthand.claims.claim import Participant
from firsthand.claims.reading.told import Mention, Told

__all__ = ["Chain", "People"]

# Whom a pronoun can mean: several people or one, and of which gender ("n": a body or a group).
_MEANS = {
    "he": (False, "m"), "him": (False, "m"), "his": (False, "m"), "she": (False, "f"), "her": (False, "f"),
    "they": (True, ""), "them": (True, ""), "their": (True, ""), "it": (False, "n"), "its": (False, "n"),
    "그": (False, ""), "그녀": (False, "f"), "그들": (True, ""), "이들": (True, ""),
}  # fmt: skip
# Weights of Lappin and Leass: nearness, subject, object, other; halved by each sentence in between.
_NEAR = 100.0
_OF_ROLE = {"subject": 80.0, "object": 50.0, "oblique": 40.0, "owner": 30.0, "": 40.0}
_NOT_ASIDE = 50.0
_PARALLEL = 35.0
_HALVED = 0.5
# Own weights: who the text is about, who spoke before, who can take the part that the act gives, unknown gender.
_TOLD_ABOUT = 15.0
MOST_AS_SUBJECT = 4
_HAS_SPOKEN = 60.0
_TAKES_PART = 60.0
_GENDER_UNSAID = 30.0
_OTHERWISE_CALLED = 300.0
# "They" may be a body, but are rather several people.
_ONE_BODY = 60.0
# Someone without a name or sex who only tells ("the source") is seldom the one whom things befall.
_NO_MORE_THAN_A_TELLER = 100.0
# Mentions further back weigh less than 1 and are forgotten, but for names.
REACH = 12
_NEW = frozenset({"another", "other", "second", "third", "different", "older", "younger", "new", "elder", "former"})
_POINTING = frozenset({"the", "this", "that", "these", "those", "such", "both"})


@dataclass(slots=True, eq=False)
class Chain:
    """All mentions of one person, group or body, with the number of the sentence in which each stands."""

    text: str
    is_plural: bool = False
    is_name: bool = False
    gender: str = ""
    can_do: bool = False
    can_suffer: bool = False
    is_group: bool = False
    is_body: bool = False
    heads: set[str] = field(default_factory=set)
    mentions: list[tuple[int, Mention]] = field(default_factory=list)
    as_subject: int = 0
    has_spoken: bool = False
    called: Counter[str] = field(default_factory=Counter)

    def add(self, mention: Mention, sentence: int) -> None:
        """Add a mention; what it says of gender and name holds for the whole chain."""
        self.mentions.append((sentence, mention))
        self.as_subject += mention.is_subject
        if mention.is_pronoun:
            self.called[mention.gender] += 1
        else:
            self.gender = self.gender or mention.gender
            self.heads |= mention.heads
            if mention.is_name and (not self.is_name or len(mention.text) > len(self.text)):
                self.text, self.is_name = mention.text, True

    def fits(self, pronoun: str) -> bool:
        """Whether the pronoun can mean it: number, gender, person or body."""
        plural, gender = _MEANS[pronoun]
        if gender == "n":
            return (self.is_body or self.is_group) and not self.is_plural
        if plural:
            return self.is_plural or self.is_group or (self.is_body and self.can_do)
        if self.is_plural or self.is_group or self.is_body:
            return False
        return not gender or self.gender in {"", gender}

    def salience(self, sentence: int, mention: Mention | None, pronoun: str) -> float:
        """How much it stands out at a mention in a sentence."""
        weights: dict[int, float] = {}
        for number, earlier in self.mentions[-REACH:]:
            if mention is None or earlier.start < mention.start:
                weight = _NEAR + _OF_ROLE[earlier.role or ("subject" if earlier.is_subject else "")]
                weight += _NOT_ASIDE * (not earlier.is_aside)
                weights[number] = max(weights.get(number, 0.0), weight)
        total = sum(weight * _HALVED ** (sentence - number) for number, weight in weights.items())
        total += _TOLD_ABOUT * min(self.as_subject, MOST_AS_SUBJECT) * self.is_name
        if mention is not None and weights:
            role = next(m.role for _, m in reversed(self.mentions) if m.start < mention.start)
            total += _PARALLEL * (role == mention.role)
        gender = _MEANS[pronoun][1]
        if _MEANS[pronoun][0] and self.is_body:
            total -= _ONE_BODY
        if self.has_spoken and not (self.is_name or self.gender):
            total -= _NO_MORE_THAN_A_TELLER
        if gender and not self.gender:
            other = {"f": "m", "m": "f"}.get(gender, "")
            total -= _GENDER_UNSAID * (not self.is_name) + _OTHERWISE_CALLED * (
                self.called[other] > self.called[gender]
            )
        return total


@dataclass(slots=True)
class People:
    """People and bodies spoken of so far."""

    persons: list[str] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    chains: list[Chain] = field(default_factory=list)
    sentence: int = 0
    ranked: dict[int, list[tuple[float, Chain]]] = field(default_factory=dict)
    here: list[tuple[Mention, Chain]] = field(default_factory=list)
    teller: Span | None = None

    def hear(self, told: Told) -> None:
        """Add the people of a sentence, and settle whom its pronouns mean."""
        self.persons += told.persons
        self.mentions += told.mentions
        self.sentence += 1
        self.ranked, self.here = {}, []
        self.chains = [c for c in self.chains if c.is_name or self.sentence - c.mentions[-1][0] <= REACH]
        teller = told.speaker.span if told.speaker is not None else None
        by_account = told.speaker is not None and told.speaker.cue == "according to"
        self.teller = teller if by_account and not told.tells_of_speaker else None
        for mention in sorted((*told.mentions, *told.pronouns), key=lambda m: (m.start, m.is_plural)):
            says = teller is not None and teller.start <= mention.start < teller.end
            chain = self._pronoun(mention, says=says) if mention.is_pronoun else self._noun(mention)
            if chain is not None:
                chain.add(mention, self.sentence)
                self.here.append((mention, chain))

    def _pronoun(self, mention: Mention, *, says: bool) -> Chain | None:
        pronoun = mention.text.casefold()
        if pronoun not in _MEANS:
            return None
        ranked = self._rank(pronoun, mention)
        if says:
            known = [(score, chain) for score, chain in ranked if chain.is_name or chain.has_spoken]
            ranked = [(score + _HAS_SPOKEN * chain.has_spoken, chain) for score, chain in known or ranked]
        self.ranked[mention.start] = ranked
        if not ranked:
            return None
        return max(ranked, key=lambda pair: pair[0])[1]

    def _rank(self, pronoun: str, mention: Mention) -> list[tuple[float, Chain]]:
        barred = {
            id(chain)
            for other, chain in self.here
            if (other.verb == mention.verb >= 0 and "owner" not in {other.role, mention.role})
            or other.start == mention.owns
            or other.owns == mention.start
        }
        if self.teller is not None and not (self.teller.start <= mention.start < self.teller.end):
            # according to the source he telephoned: somebody else is told of
            barred |= {id(c) for m, c in self.here if self.teller.start <= m.start < self.teller.end}
        return [
            (chain.salience(self.sentence, mention, pronoun), chain)
            for chain in self.chains
            if id(chain) not in barred and chain.fits(pronoun)
        ]

    def _noun(self, mention: Mention) -> Chain:
        found = self._named(mention) if mention.is_name else self._pointed_at(mention)
        if found is not None:
            return found
        chain = Chain(
            text=mention.text,
            is_plural=mention.is_plural,
            can_do=mention.can_do,
            can_suffer=mention.can_suffer,
            is_group=mention.is_group,
            is_body=mention.is_body,
        )
        self.chains.append(chain)
        return chain

    def _named(self, mention: Mention) -> Chain | None:
        words = set(mention.text.casefold().split())
        for chain in reversed(self.chains):
            known = set(chain.text.casefold().split())
            if chain.is_name and chain.is_plural == mention.is_plural and (words <= known or known <= words):
                return chain
        return None

    def _pointed_at(self, mention: Mention) -> Chain | None:
        """The chain that "the woman" goes on with: the most salient one told of by the same noun."""
        first, *others = mention.text.casefold().split()
        if first not in _POINTING or _NEW & set(others):
            return None
        fits = [
            chain
            for chain in self.chains
            if chain.is_plural == mention.is_plural
            and chain.heads & mention.heads
            and not any(other.verb == mention.verb >= 0 for other, c in self.here if c is chain)
        ]
        return max(fits, key=lambda c: c.salience(self.sentence, None, "그"), default=None)

    def called(self, name: str) -> Chain | None:
        """The chain of somebody of this name, or of this family name."""
        word = name.casefold()
        return next((c for c in reversed(self.chains) if c.is_name and word in c.text.casefold().split()), None)

    def at(self, span: Span | None) -> Chain | None:
        """The chain of which this sentence has a mention within ``span``."""
        if span is None:
            return None
        inside = [
            (m, c)
            for m, c in self.here
            if span.start <= m.start < span.end
            and m.role != "owner"
            and (not m.is_pronoun or span.end - span.start == len(m.text))  # "one of them" is not them
        ]
        return inside[0][1] if inside else None

    def speaks(self, span: Span | None) -> None:
        """Note that whoever is mentioned within ``span`` has told something."""
        chain = self.at(span)
        if chain is not None:
            chain.has_spoken = True

    def tells_of(self, teller: Span | None, name: str | None) -> bool | None:
        """Whether a pronoun of this sentence means its teller; ``None`` where the teller is in no chain."""
        chain = self.at(teller) or (self.called(name) if name and " " not in name else None)
        if chain is None or teller is None:
            return None
        return any(
            c is chain and m.is_pronoun and m.role != "owner" and not teller.start <= m.start < teller.end
            for m, c in self.here
        )

    def meant(self, pronoun: str, before: int, *, does: bool | None = None) -> Chain | None:
        """Whom a pronoun at character ``before`` means; ``does``: as the doer of an act or as its victim."""
        word = pronoun.casefold()
        if word not in _MEANS:
            return None
        ranked = self.ranked.get(before)
        if ranked is None:
            unseen = Mention(text=pronoun, start=before, role="subject" if does else "", is_pronoun=True)
            told = [c for c in self.chains if any(m.start < before for _, m in c.mentions) and c.fits(word)]
            ranked = [(c.salience(self.sentence, unseen, word), c) for c in told]
        if not ranked:
            return None
        if does is None:
            return max(ranked, key=lambda pair: pair[0])[1]

        def suits(pair: tuple[float, Chain]) -> float:
            score, chain = pair
            only_does = chain.can_do and not chain.can_suffer
            return score + (_TAKES_PART if does else -_TAKES_PART) * only_does

        return max(ranked, key=suits)[1]

    def resolved(self, people: Iterable[Participant], *, does: bool) -> tuple[Participant, ...]:
        """Pronouns with the words for the one whom they mean; their own words still stand at ``span``."""
        found = []
        for person in people:
            meant = self.meant(person.text, person.span.start, does=does) if person.span else None
            found.append(Participant(text=meant.text, span=person.span) if meant else person)
        return tuple(found)
