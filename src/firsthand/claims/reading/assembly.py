"""From sentences read alone to suggestions: speakers carried over, kind, basis, places, time and amount settled."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from firsthand.claims.ages import age_group_of_words
from firsthand.claims.attribution import Informant, InformantType, Span
from firsthand.claims.claim import (
    Assertion,
    Participant,
    Polarity,
    Statement,
    StatementKind,
    TimeTold,
)
from firsthand.claims.reading.alternatives import alternatives_of
from firsthand.claims.reading.confidence import with_confidence
from firsthand.claims.reading.grounds import (
    NOT_SAID,
    RESTS_ELSEWHERE,
    basis_of,
    is_of_collector,
    rests_on_testimony,
    words_of_body,
)
from firsthand.claims.reading.people import People
from firsthand.claims.reading.places import PlaceFound, find_places
from firsthand.claims.reading.planning import LAW_ACT, SAME_AGAIN, STATES_LAW, other_clauses, plan, stands_in
from firsthand.claims.reading.quantities import QuantityFound, find_quantities
from firsthand.claims.reading.tellers import AUTHOR, Tellers, asks, narrator_of
from firsthand.claims.reading.times import find_times
from firsthand.claims.reading.told import ActTold, Speaker, Told
from firsthand.claims.reading.where_and_when import Countries, implied_places, places_of, time_of
from firsthand.claims.reading.whom import counted_in, parties_of
from firsthand.claims.suggestions import Suggestion
from firsthand.values.grades import Basis
from firsthand.values.languages import Language
from firsthand.values.quantities import QuantityKind

__all__ = ["Assembly", "facts_of"]

_BOUND_BY_LAW = re.compile(
    r"\b(?:is|are|was|were) (?:also )?(?:an? )?(?:party|parties|signator(?:y|ies)) to\b|^Under the [A-Z]"
)
_GOES_ON = re.compile(
    r"\b(?:them|those|the (?:\w+ ){0,2}(?:return|repatriation|deportation|transfer|group|figure)|this)\b"
    r"|^(?:most|some|many|half|all)\b|이번|이들|당시|그중|그 중|이 가운데|대부분",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Assembly:
    """Carries what must be carried from sentence to sentence, and makes the suggestions."""

    publisher: str | None
    anchor: dt.date | None
    language: Language
    people: People = field(default_factory=People)
    acts_before: tuple[str, ...] = ()
    whole_document_basis: Basis | None = None
    event_time: TimeTold | None = None
    counted_before: tuple[Participant, ...] = ()
    told_before: str | None = None
    paragraph: int = -1
    countries: Countries = field(default_factory=Countries)
    collectors: list[frozenset[str]] = field(default_factory=list)

    def suggestions(self, read: Iterable[Told]) -> list[Suggestion]:
        """Suggestions of all sentences, in the order of the text."""
        found: list[Suggestion] = []
        told_all = list(read)
        if any(map(rests_on_testimony, told_all)):
            self.whole_document_basis = Basis.TOLD_BY_WITNESS
        places = [find_places(told.text, self.language) for told in told_all]
        self.countries.find_home(zip((told.text for told in told_all), places, strict=True), self.language)
        tellers = Tellers(self.publisher, self.language, self.people, narrator=narrator_of(told_all))
        for told, found_places in zip(told_all, places, strict=True):
            starts = self.language is Language.KOREAN and told.sentence.paragraph != self.paragraph
            if starts and not SAME_AGAIN.search(told.text):
                self.acts_before = ()  # a number in a new paragraph counts something else
            self.paragraph = told.sentence.paragraph
            self.people.hear(told)
            tellers.hear(told)
            found += self._of_sentence(told, tellers, found_places)
        if not all(self.collectors):
            return found  # somewhere it is not said who took the testimony
        collectors = frozenset[str]().union(*self.collectors)
        return [_of_collector(suggestion, collectors) for suggestion in found]

    def _event_time(
        self, told: Told, codes: tuple[str, ...], kind: StatementKind, time: TimeTold | None
    ) -> TimeTold | None:
        """The event's own time, or, marked inferred, that of the event of which the sentence goes on to speak."""
        if "refoulement" not in codes or kind not in {StatementKind.ACT, StatementKind.QUANTITY, StatementKind.DENIAL}:
            return time
        if time is not None:
            if time.date.edtf and "/" not in time.date.edtf:
                self.event_time = time
            return time
        general = "generalisation" in told.marks and kind is not StatementKind.DENIAL
        if self.event_time is not None and not general and _GOES_ON.search(told.text):
            return TimeTold(date=self.event_time.date)
        return None

    def _who_is_counted(
        self, told: Told, first: ActTold | None, amount: QuantityFound, codes: tuple[str, ...]
    ) -> tuple[Participant, ...]:
        """The people of whom a number tells: those counted before, where the sentence goes on about them."""
        if codes == ("other_context",):
            return ()
        counted = counted_in(amount, told)
        if self.language is Language.KOREAN and counted and counted[0].span != amount.span:
            return counted  # the noun that is counted stands beside the number
        share = amount.quantity.kind is QuantityKind.SHARE
        follows = first is not None and not first.words and not told.acts and share
        before = tuple(Participant(text=p.text) for p in self.counted_before) if follows else ()
        return before or counted

    def _of_sentence(self, told: Told, tellers: Tellers, places: tuple[PlaceFound, ...]) -> list[Suggestion]:
        if _is_heading(told) or asks(told):
            return []
        speaker, why_speaker = tellers.teller_of(told)
        if rests_on_testimony(told):
            of_body = speaker.type is InformantType.INSTITUTION and not speaker.is_accused
            self.collectors.append(words_of_body(speaker.name or "") if of_body else frozenset())
        offset = told.sentence.start
        tells_of = self.people.tells_of(
            *(told.speaker.span, told.speaker.name) if told.speaker is not None else (None, None)
        )
        if tells_of is not None and speaker.cue != "according to":
            told.tells_of_speaker = tells_of or told.tells_of_self
        states = STATES_LAW[self.language].search(told.text) if self.language in STATES_LAW else None
        if told.speaker is None and (states is not None or _BOUND_BY_LAW.search(told.text)):
            speaker, why_speaker = AUTHOR, "a law is told of, by nobody who is named"
        if states is not None and speaker.span and offset <= speaker.span.start < offset + states.end(1):
            speaker, why_speaker = AUTHOR, "a law is told of, by nobody who is named"
            tellers.current = None
        times = find_times(told.text, self.language, self.anchor, told_before=self.told_before)
        self.told_before = next((time.edtf for time in reversed(times) if time.edtf), self.told_before)
        quantities = [_moved(q, offset) for q in find_quantities(told.text, self.language)]
        self.countries.hear(places)
        here = places_of(told, places, speaker, self.countries)
        suggestions: list[Suggestion] = []
        for kind, acts, amount, words in plan(told, speaker, quantities, self.acts_before):
            first = acts[0] if acts else None
            codes = tuple(dict.fromkeys(act.code for act in acts)) or ("other_context",)
            perpetrators, recipients, victims = parties_of(told, speaker, kind, acts, codes)
            if kind is StatementKind.QUANTITY and amount is not None and _counts_people(amount):
                victims = self._who_is_counted(told, first, amount, codes)
            near = amount.span.start if amount and kind is StatementKind.QUANTITY else first.start if first else offset
            victims = self.people.resolved(victims, does=False)
            perpetrators = self.people.resolved(perpetrators, does=True)
            recipients = self.people.resolved(recipients, does=True)
            elsewhere = other_clauses(told, near)
            own_times = tuple(
                t
                for t in times
                if not stands_in(t.span, elsewhere)
                and (first is None or first.times_in is None or stands_in(t.span, first.times_in))
            )
            time = self._event_time(told, codes, kind, time_of(told, own_times, self.anchor, near))
            if kind is StatementKind.QUANTITY and amount is not None and amount.quantity.kind is QuantityKind.COUNT:
                self.counted_before = victims
            own_places = tuple(
                p
                for p in here
                if p.span is None
                or (
                    not stands_in(p.span, elsewhere, offset)
                    and (first is None or first.places_in is None or stands_in(p.span, first.places_in, offset))
                )
            )
            if kind is not StatementKind.LAW:
                own_places = tuple(p for p in own_places if not (p.span and stands_in(p.span, told.no_places, offset)))
            elif codes == ("other_context",):
                own_places = ()
            apart = tuple(p for p in own_places if not (p.span and stands_in(p.span, told.places_of_bodies, offset)))
            own_places = apart or own_places
            told_places = implied_places(
                told,
                own_places,
                codes,
                kind,
                victims=victims,
                perpetrators=perpetrators,
                names_act=any(act.words for act in acts)
                or (amount is not None and amount.quantity.kind is QuantityKind.COUNT),
                home=self.countries.home,
            )
            basis, why_basis = basis_of(
                told,
                speaker,
                kind,
                victims=victims,
                perpetrators=perpetrators,
                whole_document=self.whole_document_basis,
            )
            if self.language is Language.KOREAN and basis is Basis.LIVED and not victims and speaker.name:
                victims = (Participant(text=speaker.name),)  # the one who tells of what befell them leaves out "I"
            informant = _informant(speaker)
            statement = Statement(
                kind=kind,
                polarity=Polarity.DENIED if kind is StatementKind.DENIAL else Polarity.AFFIRMED,
                assertion=_assertion(told, kind),
                informant=informant,
                chain=tuple(
                    step
                    for step in (
                        self.publisher,
                        *speaker.through,
                        None if speaker.type is InformantType.AUTHOR_VOICE else speaker.name or "not named",
                    )
                    if step
                ),
                basis=basis,
                acts=codes,
                perpetrators=perpetrators,
                recipients=recipients,
                victims=victims,
                places=told_places if kind is not StatementKind.DENIAL else (),
                time=time,
                amount=amount.quantity if amount else None,
                victims_age=age_group_of_words([*(victim.text for victim in victims), *_ages_told(quantities, kind)]),
            )
            why = {"acts": words, "informant": why_speaker, "basis": why_basis}
            if time:
                why["time"] = f"from the words “{time.date.words}”" + (
                    " and the document's date" if time.date.anchor else ""
                )
            alternatives = alternatives_of(told, codes, kind, self.acts_before)
            suggestions.append(
                Suggestion(
                    support=(Span(told.sentence.start, told.sentence.end),),
                    statement=statement,
                    confidence=0.5,
                    why=why,
                    alternatives=alternatives,
                )
            )
        self.acts_before = tuple(a.code for a in told.acts if a.code != LAW_ACT)[:1] or self.acts_before
        return with_confidence(suggestions)


def _of_collector(suggestion: Suggestion, collectors: frozenset[str]) -> Suggestion:
    """Testimony taken elsewhere in the text is the basis of the body that took it, and of no other."""
    statement = suggestion.statement
    elsewhere = suggestion.why.get("basis") == RESTS_ELSEWHERE
    if not elsewhere or not collectors or is_of_collector(statement.informant.name or "", collectors):
        return suggestion
    why = {**suggestion.why, "basis": NOT_SAID}
    return replace(suggestion, statement=replace(statement, basis=Basis.NOT_STATED), why=why)


def _is_heading(told: Told) -> bool:
    text = told.text.strip()
    return len(text) < 4 or (not re.search(r"[.!?…。”\"’)]$", text) and len(text) < 90)


def _counts_people(amount: QuantityFound) -> bool:
    """Whether a number is one of people, rather than of cases or trials, of which people are the victims."""
    return amount.quantity.unit == "persons" or amount.quantity.kind is QuantityKind.SHARE


def _moved(item: QuantityFound, offset: int) -> QuantityFound:
    return QuantityFound(quantity=item.quantity, span=Span(item.span.start + offset, item.span.end + offset))


def _ages_told(quantities: list[QuantityFound], kind: StatementKind) -> list[str]:
    """Ages told in the sentence, in its words ("a girl of 14"): of the victims as far as anyone can tell."""
    if kind in {StatementKind.LAW, StatementKind.DENIAL}:
        return []
    return [q.quantity.words for q in quantities if q.quantity.kind is QuantityKind.AGE and q.quantity.words]


def _assertion(told: Told, kind: StatementKind) -> Assertion:
    if kind is StatementKind.OPINION:
        return Assertion.OPINION
    return Assertion.GENERALISATION if "generalisation" in told.marks else Assertion.FACT


def _informant(speaker: Speaker) -> Informant:
    return Informant(type=speaker.type, name=speaker.name, span=speaker.span)


def facts_of(facts: Mapping[str, str] | None, header: Mapping[str, str]) -> dict[str, str]:
    """The document's facts, the header's first."""
    return {**(facts or {}), **header}
