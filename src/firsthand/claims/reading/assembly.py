"""From sentences read alone to suggestions: speakers carried over, kind, basis, places, time and amount settled."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from firsthand.claims.ages import age_group_of_words
from firsthand.claims.attribution import Informant, InformantType, Span
from firsthand.claims.claim import (
    Assertion,
    Participant,
    PlaceRole,
    PlaceTold,
    Polarity,
    Statement,
    StatementKind,
    TimeTold,
)
from firsthand.claims.reading.places import PlaceFound, find_places, gazetteer
from firsthand.claims.reading.quantities import QuantityFound, find_quantities
from firsthand.claims.reading.similarity import nearest_acts
from firsthand.claims.reading.times import TimeFound, find_times
from firsthand.claims.reading.told import ActTold, Manner, Mention, Speaker, Told
from firsthand.claims.reading.words import search_for
from firsthand.claims.suggestions import Suggestion
from firsthand.values.dates import UncertainDate
from firsthand.values.grades import Basis
from firsthand.values.languages import Language
from firsthand.values.quantities import QuantityKind

__all__ = ["Assembly"]

CONTEXT_ACTS = frozenset({"flight_from_country", "social_practice", "other_context"})
LAW_ACT = "legal_prohibition_exists"
_RESTS_ON_TESTIMONY = re.compile(
    r"(?:compiled|based|rests?|drawn|relies|draws|collected|gathered)\b.{0,40}\b(?:testimon|accounts|interviews)"
    r"|\b(?:interview(?:s|ed)|interviews with) .{0,20}\d+|"
    r"\d+ .{0,15}(?:first-hand )?(?:accounts|testimonies|interviews)"
    r"|\d+\s?여?\s?명.{0,15}(?:증언|면담|면접|인터뷰)",
    re.IGNORECASE,
)
_RUMOUR = re.compile(r"\b(?:rumou?r|gossip|hearsay)|소문|풍문", re.IGNORECASE)
# Words by which an article speaks of itself, unless a body's report was named before.
_OWN_REPORT = frozenset({"the report", "the news agency", "the agency", "the account", "the story", "the dispatch"})
_HEARD = re.compile(
    r"\b(?:I|she|he) (?:was|were|had been) told (?:that|by)\b|\b(?:I|she|he) (?:had )?heard (?:that|from|of)\b"
    r"|(?:다고|라고|얘기를|이야기를|말을)[^.]{0,30}(?:들었|들은|전해 들)",
    re.IGNORECASE,
)
_IN_NORTH_KOREA = re.compile(
    r"\bNorth Koreans\b(?! (?:in|who|abroad))|북한 (?:주민|여성|사람|당국|정권|내)|보위부|보위원|안전원|장마당"
)
_TURN = re.compile(
    r"((?:[A-Z][\w.'-]*|Q|A)(?: [A-Z0-9][\w.'-]*){0,3}|[가-힣]{1,6}(?: ?(?:[A-Z0-9]|씨|"
    r"박사|대표|교수)){0,2})\s?[:：]\s+(?=\S)"
)
_ASKS = re.compile(r"Interviewer|Q|Question|Reporter|면담자|질문자|기자|문|진행자|조사자", re.IGNORECASE)
_TITLES = frozenset(
    {"씨", "박사", "대표", "교수", "국장", "소장", "목사", "위원장", "대변인", "의원", "기자", "선교사"}
)
# Whom a pronoun can mean: several people or one, and of which gender.
_MEANS = {
    "he": (False, "m"), "him": (False, "m"), "his": (False, "m"), "she": (False, "f"), "her": (False, "f"),
    "they": (True, ""), "them": (True, ""), "그": (False, ""), "그녀": (False, "f"), "그들": (True, ""),
    "이들": (True, ""),
}  # fmt: skip
# A subject is meant rather than another noun up to so many characters behind it.
SUBJECT_AHEAD = 80
_GOES_ON = re.compile(
    r"\b(?:them|those|the (?:\w+ ){0,2}(?:return|repatriation|deportation|transfer|group|figure)|this)\b"
    r"|^(?:most|some|many|half|all)\b|이번|이들|당시|그중|그 중|이 가운데|대부분",
    re.IGNORECASE,
)
_AUTHOR = Speaker(type=InformantType.AUTHOR_VOICE)
# Words by which Korean brings in somebody who was not spoken of before.
_SOMEONE_NEW = re.compile(r"(?:^|\s)(?:한|다른|또 다른|복수의|여러|어느) ")
_PRONOUNS = frozenset({"he", "she", "her", "his", "him", "it", "they", "them", "who", "그", "그녀", "그들", "이들"})


@dataclass(slots=True)
class Assembly:
    """Carries what must be carried from sentence to sentence, and makes the suggestions."""

    publisher: str | None
    anchor: dt.date | None
    language: Language
    known: list[Speaker] = field(default_factory=list)
    current: Speaker | None = None
    paragraph: int = -1
    acts_before: tuple[str, ...] = ()
    persons: list[str] = field(default_factory=list)
    reports: bool = False
    whole_document_basis: Basis | None = None
    mentions: list[Mention] = field(default_factory=list)
    event_time: TimeTold | None = None
    counted_before: tuple[Participant, ...] = ()
    narrator: Speaker | None = None

    def suggestions(self, read: Iterable[Told]) -> list[Suggestion]:
        """Suggestions of all sentences, in the order of the text."""
        found: list[Suggestion] = []
        told_all = list(read)
        if any(_RESTS_ON_TESTIMONY.search(told.text) and "denial" not in told.marks for told in told_all):
            self.whole_document_basis = Basis.TOLD_BY_WITNESS
        self.narrator = _narrator(told_all)
        for told in told_all:
            self.persons += told.persons
            self.mentions += told.mentions
            if told.sentence.paragraph != self.paragraph:
                self.paragraph = told.sentence.paragraph
                self.current = None
            found += self._of_sentence(told)
        return found

    # --- speakers ---

    def _resolve(self, told: Told) -> tuple[Speaker, str]:
        speaker = told.speaker
        turn = self._turn(told)
        if turn is not None:
            self.current = turn
            self.known.append(turn)
        if speaker is None or (turn is not None and speaker.type is InformantType.AUTHOR_VOICE):
            if self.narrator is not None:
                return self.narrator, "the one who tells in the first person"
            if self.current is not None and self._carries(told):
                return self.current, "carried over from the sentence before"
            quoted = self._whole_quotation(told)
            if quoted is not None:
                return quoted, "a quotation without a teller: the person told of last"
            return _AUTHOR, "nobody is named as saying it: the author's voice"
        if speaker.cue == "carried":
            if self.current is not None:
                return self.current, "carried over from the sentence before"
            last = next((s for s in reversed(self.known)), None)
            if last is not None:
                return last, "carried over: a verb of saying without a subject"
            return _AUTHOR, "a verb of saying without a subject"
        if speaker.type is InformantType.UNNAMED_GROUP and speaker.name is None:
            return speaker, f"told without a teller (“{speaker.cue}”)"
        teller = self.narrator or (self.current if self.current and self.current.cue == "speaker: text" else None)
        if teller is not None and (speaker.name or "").casefold() in {"i", "we", "나", "저", "우리", "저희"}:
            self.current = teller
            return teller, "the one who tells in the first person"
        own = (speaker.name or "").casefold() in _OWN_REPORT and not self.reports
        if (
            speaker.type is InformantType.INSTITUTION
            and not own
            and re.search(r"report|assessment|survey|study|보고서|백서|조사", told.text, re.IGNORECASE)
        ):
            self.reports = True
        if own or self._is_publisher(speaker):
            speaker = replace(speaker, type=InformantType.AUTHOR_VOICE)
        if self.language is not Language.KOREAN or not _SOMEONE_NEW.search(speaker.name or ""):
            speaker = self._same_as_before(speaker)
        if speaker.type is not InformantType.AUTHOR_VOICE:
            self.known.append(speaker)
            self.current = speaker
        else:
            self.known.append(speaker)
            self.current = None
        return speaker, f"named as the speaker (“{speaker.cue}”)"

    def _whole_quotation(self, told: Told) -> Speaker | None:
        """Who may be quoted in a sentence that is a quotation and nothing else: the person last named or heard."""
        if not re.fullmatch('[“"].*[”"]\\W*', told.text, re.DOTALL):
            return None
        persons = {InformantType.NAMED_PERSON, InformantType.UNNAMED_PERSON}
        heard = next((s for s in reversed(self.known) if s.type in persons), None)
        if heard is not None:
            return heard
        named = next((m for m in reversed(self.mentions) if m.is_name), None)
        return Speaker(type=InformantType.NAMED_PERSON, name=named.text, cue="quotation") if named else None

    def _turn(self, told: Told) -> Speaker | None:
        """Whose turn it is where a transcript writes ``speaker: text``."""
        match = _TURN.match(told.text)
        if match is None or told.sentence.start == 0:
            return None
        label = match[1].strip()
        if _ASKS.fullmatch(label):
            return None
        named = bool(re.fullmatch(r"[A-Z][\w.'-]+(?: [A-Z][\w.'-]+){1,3}|[가-힣]{2,4} ?(?:씨|박사|대표|교수)", label))
        kind = InformantType.NAMED_PERSON if named else InformantType.UNNAMED_PERSON
        span = Span(told.sentence.start + match.start(1), told.sentence.start + match.end(1))
        return Speaker(type=kind, name=label, span=span, cue="speaker: text")

    def _carries(self, told: Told) -> bool:
        return "testimony" not in told.marks or self.language is Language.KOREAN

    def _is_publisher(self, speaker: Speaker) -> bool:
        if not self.publisher or not speaker.name or speaker.type is InformantType.UNNAMED_PERSON:
            return False
        a, b = speaker.name.casefold().removeprefix("the "), self.publisher.casefold().removeprefix("the ")
        return a == b or (len(a) > 4 and (a in b or b in a))

    def _same_as_before(self, speaker: Speaker) -> Speaker:
        name = (speaker.name or "").casefold()
        bare = re.sub(r"^(?:the|this|that|its|their|his|her|an?|이|그|해당) ", "", name)
        if name in {"he", "she", "her", "his", "him", "그", "그녀"} and (self.persons or self.mentions):
            last_speaker = next(
                (
                    s
                    for s in reversed(self.known)
                    if s.type in {InformantType.NAMED_PERSON, InformantType.UNNAMED_PERSON}
                ),
                None,
            )
            if last_speaker is None:
                meant = self._meant(name, speaker.span.start if speaker.span else 0)
                if meant is not None:
                    kind = InformantType.NAMED_PERSON if meant.is_name else InformantType.UNNAMED_PERSON
                    return replace(speaker, type=kind, name=meant.text)
                if self.persons:
                    return replace(speaker, type=InformantType.NAMED_PERSON, name=self.persons[-1])
        if (
            speaker.type in {InformantType.INSTITUTION, InformantType.UNNAMED_PERSON}
            and name
            and any(name in person.casefold().split() for person in self.persons)
        ):
            full = next(person for person in self.persons if name in person.casefold().split())
            return replace(speaker, type=InformantType.NAMED_PERSON, name=full)
        if name in _PRONOUNS:
            for before in reversed(self.known):
                plural = before.type is InformantType.UNNAMED_GROUP
                person = before.type in {InformantType.NAMED_PERSON, InformantType.UNNAMED_PERSON}
                fits = {
                    "it": not person and not plural, "they": plural or before.type is InformantType.INSTITUTION,
                    "그들": plural, "이들": plural,
                }.get(name, person)  # fmt: skip
                if fits:
                    return replace(
                        speaker,
                        type=before.type,
                        name=before.name,
                        is_accused=before.is_accused,
                        through=before.through,
                    )
            return replace(speaker, name=None) if name not in {"some", "many"} else speaker
        if (
            speaker.type in {InformantType.INSTITUTION, InformantType.UNNAMED_PERSON, InformantType.UNNAMED_GROUP}
            and bare != name
        ) or self.language is Language.KOREAN:
            words = [word for word in bare.split() if word not in _TITLES]
            key = words[-1] if words else bare
            for before in reversed(self.known):
                earlier = (before.name or "").casefold()
                if (
                    earlier
                    and key
                    and len(key) > 1
                    and before.type is not InformantType.AUTHOR_VOICE
                    and (before.type is InformantType.UNNAMED_GROUP) == (speaker.type is InformantType.UNNAMED_GROUP)
                    and (earlier.split()[-1].startswith(key) or key in earlier.split() or bare in earlier)
                ):
                    return replace(
                        speaker, type=before.type, name=before.name, is_accused=before.is_accused or speaker.is_accused
                    )
        last = [word for word in bare.split() if word not in _TITLES][-1:]
        if last and speaker.type is InformantType.NAMED_PERSON:
            for before in reversed(self.known):
                if (
                    before.type is InformantType.NAMED_PERSON
                    and before.name
                    and last[0] in before.name.casefold().split()
                ):
                    return replace(speaker, name=max(before.name, speaker.name or "", key=len))
        return speaker

    def _meant(self, pronoun: str, before: int, *, does: bool | None = None) -> Mention | None:
        """The nearest one before character ``before`` whom a pronoun can mean; ``does``: as the doer of an act."""
        wanted = _MEANS.get(pronoun.casefold())
        if wanted is None:
            return None
        plural, gender = wanted
        fits = [
            m
            for m in self.mentions
            if m.start < before and m.is_plural == plural and (not gender or m.gender in {"", gender})
        ]
        best = [m for m in fits if does is None or (m.can_do if does else m.can_suffer and not m.can_do)]
        if does is None or not best:
            named = [m for m in (best or fits) if m.is_name or m.gender == gender]
            best = named or best or fits
        return max(best, key=lambda m: m.start + SUBJECT_AHEAD * m.is_subject, default=None)

    def _resolved(self, people: tuple[Participant, ...], *, does: bool) -> tuple[Participant, ...]:
        """Pronouns with the words for the one whom they mean; their own words still stand at ``span``."""
        found = []
        for person in people:
            meant = self._meant(person.text, person.span.start, does=does) if person.span else None
            found.append(Participant(text=meant.text, span=person.span) if meant else person)
        return tuple(found)

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
        if self.event_time is not None and "generalisation" not in told.marks and _GOES_ON.search(told.text):
            return TimeTold(date=self.event_time.date)
        return None

    def _with_inferred(
        self, told: Told, here: tuple[PlaceTold, ...], codes: tuple[str, ...], kind: StatementKind
    ) -> tuple[PlaceTold, ...]:
        """The places told, and the one that the act itself implies, marked as inferred by having no span."""
        korea = gazetteer().named("North Korea")
        if korea is None or any(p.place and p.place.path[:1] == korea.path for p in here):
            return here
        if "refoulement" in codes and kind in {StatementKind.ACT, StatementKind.QUANTITY}:
            return (*here, PlaceTold(text="North Korea", role=PlaceRole.DESTINATION, place=korea))
        if not here and kind in {StatementKind.ACT, StatementKind.QUANTITY} and codes != ("other_context",):
            return (PlaceTold(text="North Korea", place=korea),) if _IN_NORTH_KOREA.search(told.text) else here
        return here

    # --- one sentence ---

    def _of_sentence(self, told: Told) -> list[Suggestion]:
        asks = _TURN.match(told.text)
        if _is_heading(told) or (asks is not None and _ASKS.fullmatch(asks[1].strip())):
            return []
        speaker, why_speaker = self._resolve(told)
        offset = told.sentence.start
        states = _STATES_LAW[self.language].search(told.text) if self.language in _STATES_LAW else None
        if states is not None and speaker.span and offset <= speaker.span.start < offset + states.end(1):
            speaker, why_speaker = _AUTHOR, "a law is told of, by nobody who is named"
            self.current = None
        places = find_places(told.text, self.language)
        times = find_times(told.text, self.language, self.anchor)
        quantities = [_moved(q, offset) for q in find_quantities(told.text, self.language)]
        here = _places(told, places, speaker)
        suggestions: list[Suggestion] = []
        for kind, acts, amount, words in _plan(told, speaker, quantities, self.acts_before):
            first = acts[0] if acts else None
            codes = tuple(dict.fromkeys(act.code for act in acts)) or ("other_context",)
            perpetrators = _merge(act.perpetrators for act in acts)
            victims = _merge(act.victims for act in acts)
            recipients = _merge(act.recipients for act in acts)
            if kind is StatementKind.LAW:
                victims, perpetrators = (), ()
            elif kind is StatementKind.DENIAL:
                victims, perpetrators = _of_denial(speaker, codes, victims, perpetrators)
            elif (
                not victims
                and told.topic
                and codes != ("other_context",)
                and (first is None or first.code != "abuse_of_office")
            ):
                others = [p.span for p in (*perpetrators, *recipients)]
                victims = tuple(p for p in told.topic if p.span not in others and p.text.casefold() not in _WE)[:1]
            if kind is StatementKind.QUANTITY and amount is not None:
                follows = first is not None and not first.words and not told.acts
                victims = tuple(Participant(text=p.text) for p in self.counted_before) if follows else ()
                victims = victims or _counted(amount, told) or victims
                if codes == ("other_context",):
                    victims = ()
            near = amount.span.start if amount and kind is StatementKind.QUANTITY else first.start if first else offset
            victims = self._resolved(victims, does=False)
            perpetrators = self._resolved(perpetrators, does=True)
            recipients = self._resolved(recipients, does=True)
            elsewhere = _other_clauses(told, near)
            own_times = tuple(t for t in times if not _stands_in(t.span, elsewhere))
            time = self._event_time(told, codes, kind, _time(told, own_times, self.anchor, near))
            if kind is StatementKind.QUANTITY and amount is not None and amount.quantity.kind is QuantityKind.COUNT:
                self.counted_before = victims
            own_places = tuple(p for p in here if p.span is None or not _stands_in(p.span, elsewhere, offset))
            told_places = self._with_inferred(told, own_places, codes, kind)
            basis, why_basis = self._basis(told, speaker, kind, victims, perpetrators)
            informant = _informant(speaker)
            confidence = _confidence(told, kind, first)
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
            alternatives = _alternatives(told, codes, self.language)
            suggestions.append(
                Suggestion(
                    support=(Span(told.sentence.start, told.sentence.end),),
                    statement=statement,
                    confidence=confidence,
                    why=why,
                    alternatives=alternatives,
                )
            )
        if told.acts:
            self.acts_before = tuple(a.code for a in told.acts if a.code != LAW_ACT)[:1]
        return suggestions

    def _basis(
        self,
        told: Told,
        speaker: Speaker,
        kind: StatementKind,
        victims: tuple[Participant, ...],
        perpetrators: tuple[Participant, ...],
    ) -> tuple[Basis, str]:
        marks = told.marks
        if speaker.is_accused and (kind is StatementKind.DENIAL or speaker.type is InformantType.INSTITUTION):
            return Basis.ACCUSED, "the accused party speaks"
        if speaker.manner is Manner.ESTIMATES:
            return Basis.INFERRED, "the speaker estimates or expects it"
        person = speaker.type in {InformantType.NAMED_PERSON, InformantType.UNNAMED_PERSON}
        own = _basis_of_account(told, speaker, perpetrators) if person else None
        if own is not None:
            return own
        if kind is StatementKind.OPINION and re.search(
            r"\b(?:may|might|could|would|risk|fear\w*|concern\w*|likely)\b|우려|가능성|위험|것으로 보|전망", told.text
        ):
            return Basis.INFERRED, "told as a possibility"
        if (
            person
            and kind is not StatementKind.LAW
            and (
                told.tells_of_speaker
                or (told.first_person and (speaker.cue in _OWN_VOICE or _QUOTES.search(told.text)))
                or _same_span(victims, speaker)
                or (speaker.cue == "speaker: text" and not victims)
            )
        ):
            return Basis.LIVED, "the speaker tells of themself"
        if "hearsay" in marks and (
            speaker.type not in {InformantType.AUTHOR_VOICE, InformantType.INSTITUTION} or _RUMOUR.search(told.text)
        ):
            return Basis.RUMOUR, "passed on as rumour or allegation"
        if "document" in marks:
            return Basis.DOCUMENT, "rests on a document"
        if (
            "testimony" in marks or self.whole_document_basis is Basis.TOLD_BY_WITNESS
        ) and speaker.type is InformantType.INSTITUTION:
            return Basis.TOLD_BY_WITNESS, "rests on testimony"
        return Basis.NOT_STATED, "how the speaker knows is not said"


def _alternatives(told: Told, codes: tuple[str, ...], language: Language) -> tuple[str, ...]:
    """Up to three further acts: those that the sentence also names, then the nearest in meaning."""
    others = dict.fromkeys(
        [*(act.code for act in told.acts), *told.nearest, *(code for code, _ in nearest_acts(told.text, language))]
    )
    return tuple(code for code in others if code not in codes)[:3]


def _basis_of_account(told: Told, speaker: Speaker, perpetrators: tuple[Participant, ...]) -> tuple[Basis, str] | None:
    """How a person knows, where their own words say it: heard, told, did it, saw it."""
    if _HEARD.search(told.text) and not _RUMOUR.search(told.text):
        return Basis.TOLD_IN_CHAIN, "the speaker passes on what others told them"
    if speaker.cue not in _OWN_VOICE and _TOLD_ME.search(told.text):
        return Basis.TOLD_IN_CHAIN, "told to the one who tells it"
    if any(p.text.casefold() in _FIRST_PERSON for p in perpetrators):
        return Basis.DID, "the speaker tells of what they did"
    if "witness" in told.marks:
        return Basis.WITNESSED, "the speaker tells of having seen it"
    return None


_TOLD_ME = re.compile(r"\b(?:told|said to) (?:me|us)\b")
_FIRST_PERSON = frozenset({"i", "we", "나", "저", "내", "제", "우리"})
_QUOTES = re.compile('[“"”]')
# How a speaker is known who tells of their own life: a turn of a transcript, or "I" outside of any quotation.
_OWN_VOICE = frozenset({"speaker: text", "first person"})
NARRATED_SHARE = 0.3
LEAST_NARRATED = 3
_I = re.compile(r"\b(?:I|[Mm]y|[Mm]e)\b|나는|내가|저는|제가|나를|저를")


def _narrator(told_all: list[Told]) -> Speaker | None:
    """Whoever tells a whole text in the first person, outside of quotations and transcripts; else nobody."""
    free = [t for t in told_all if t.speaker is None and not re.search('[“"”]', t.text) and not _TURN.match(t.text)]
    own = [t for t in free if t.first_person and _I.search(t.text)]
    if len(own) < max(LEAST_NARRATED, NARRATED_SHARE * len(told_all)) or len(free) < len(told_all) / 2:
        return None
    first = own[0]
    match = _I.search(first.text)
    span = Span(first.sentence.start + match.start(), first.sentence.start + match.end()) if match else None
    return Speaker(
        type=InformantType.UNNAMED_PERSON, name=match.group() if match else None, span=span, cue="first person"
    )


def _same_span(victims: tuple[Participant, ...], speaker: Speaker) -> bool:
    return speaker.span is not None and any(victim.span == speaker.span for victim in victims)


def _is_heading(told: Told) -> bool:
    text = told.text.strip()
    return len(text) < 4 or (not re.search(r"[.!?…。”\"’)]$", text) and len(text) < 90)


def _moved(item: QuantityFound, offset: int) -> QuantityFound:
    return QuantityFound(quantity=item.quantity, span=Span(item.span.start + offset, item.span.end + offset))


def _merge(groups: Iterable[tuple[Participant, ...]]) -> tuple[Participant, ...]:
    merged: dict[tuple[int, int] | str, Participant] = {}
    for group in groups:
        for person in group:
            merged.setdefault((person.span.start, person.span.end) if person.span else person.text, person)
    return tuple(merged.values())


_WE = frozenset({"we", "us", "i", "me"})
_STATE = re.compile(
    r"(?:The |the )?(?:North Korea|China|Russia|Pyongyang|Beijing|"
    r"(?:Chinese|North Korean|Russian) (?:government|authorities))"
    r"|It|it|북한|중국|러시아|(?:북한|중국|러시아) ?(?:당국|정부)|북한 측|중국 측"
)


def _of_denial(
    speaker: Speaker, codes: tuple[str, ...], victims: tuple[Participant, ...], perpetrators: tuple[Participant, ...]
) -> tuple[tuple[Participant, ...], tuple[Participant, ...]]:
    """Whom a denial speaks of: the accused state itself is the doer that it denies to be."""
    if speaker.is_accused and speaker.name and speaker.span and _STATE.fullmatch(speaker.name):
        perpetrators = (Participant(text=speaker.name, span=speaker.span),)
    if codes == ("human_rights_abuse_unspecified",):
        victims = ()
    return victims, perpetrators


Planned = tuple[StatementKind, list[ActTold], QuantityFound | None, str]


_VAGUE_COUNT = re.compile(r"^(?:scores|dozens|many millions|many)\b|^수십", re.IGNORECASE)
# An outlet tells of the denial: the accused party is the subject, not the one to whom the sentence is attributed.
_ACCUSED_DENIES = re.compile(
    r"\b(?:Pyongyang|North Korea|Beijing|China|Moscow)\b.{0,25}\b(?:call|reject|den|dismiss|react|brand|condemn)\w*"
    r"|(?:북한|중국)(?:은|이|\s?당국은).{0,40}(?:부인|일축|반박|날조|반발)"
)
_CATEGORY = re.compile(
    r"\b(?:regard|treat|consider|put|categor|call|view)\w*|\b(?:are|were) (?:merely |only )?(?:illegal|economic)"
    r"|간주|규정|취급|분류|보고 있다"
)


def _plan(told: Told, speaker: Speaker, quantities: list[QuantityFound], before: tuple[str, ...]) -> list[Planned]:
    """Which claims a sentence holds: one for each act or counted quantity, or one of context when it holds neither."""
    acts = list(told.acts)
    marks = told.marks
    states = _STATES_LAW[told.sentence.language].search(told.text) if told.sentence.language in _STATES_LAW else None
    if states is not None and ("opinion" not in marks or told.text.startswith("Under ")):
        at = told.sentence.start + states.start()
        law_act = ActTold(code=LAW_ACT, words=states[1], start=at, end=at + len(states[1]))
        return [(StatementKind.LAW, [law_act], None, f"speaks of the law (“{states[1]}”)")]
    if speaker.manner is Manner.DENIES or (
        "denial" in marks and (speaker.is_accused or _ACCUSED_DENIES.search(told.text))
    ):
        return _plan_of_denial(told, acts)
    planned: list[Planned] = []
    category = [act for act in acts if act.code == "lack_of_protection_of_refugees"]
    if speaker.is_accused and category and _CATEGORY.search(told.text):
        return [(StatementKind.OPINION, category[:1], None, f"“{category[0].words}”")]
    wrongs = [act for act in acts if act.code not in {LAW_ACT, *CONTEXT_ACTS}]
    if speaker.is_accused and wrongs and _NEGATES.search(told.text):
        return [(StatementKind.DENIAL, wrongs[:1], None, "the accused party says that it does not happen")]
    law = [act for act in acts if act.code == LAW_ACT]
    if "law" in marks:
        if law:
            planned.append((StatementKind.LAW, law[:1], None, f"speaks of the law (“{law[0].words}”)"))
        elif re.search(r"\brights? to\b|보편적|권리는", told.text):
            planned.append((StatementKind.LAW, [_unnamed(told, "other_context")], None, "speaks of rights in general"))
    rest = [act for act in acts if act.code != LAW_ACT]
    counted = _countable(told, quantities, rest, before)
    amounts = [q for q in quantities if q.quantity.kind in {QuantityKind.MONEY, QuantityKind.DURATION}]
    main = next((act for act in rest if act.code not in CONTEXT_ACTS), rest[0] if rest else None)
    counts_sources = "testimony" in marks and bool(counted)
    for quantity in counted:
        if counts_sources:
            planned.append((StatementKind.QUANTITY, [_unnamed(told, "other_context")], quantity, "counts its sources"))
            continue
        family = [a for a in rest if a.code in _SALES] if main and main.code in _SALES else []
        about = family or [main] if main else [_unnamed(told, before[0] if before else "other_context")]
        planned.append((StatementKind.QUANTITY, about, quantity, f"“{quantity.quantity.words}”"))
    believes = speaker.manner is Manner.ESTIMATES and speaker.cue.casefold() in _BELIEVING and told.speaker is not None
    possible = "opinion" in marks or believes
    groups = _by_part(told, _together(rest)) if possible and not counted else _together(rest)
    for index, group in enumerate(groups):
        sold = main is not None and main.code in _SALES and all(a.code in _SALES for a in group)
        if counted and (main in group or sold or counts_sources):
            continue
        context = all(act.code in CONTEXT_ACTS for act in group)
        judged = possible and not counted and ("opinion" not in marks or _is_judged(told, group[0].start))
        opinion = judged or all(act.is_possibility for act in group)
        kind = StatementKind.OPINION if opinion else StatementKind.CONTEXT if context else StatementKind.ACT
        amount = amounts[0] if amounts and index == 0 else None
        planned.append((kind, group, amount, _why(group[0])))
    if planned and told.clauses and not counts_sources and speaker.cue not in _OWN_VOICE:
        planned += _of_other_clauses(told, planned)
    if not planned and _worth_keeping(told, speaker):
        kind = StatementKind.OPINION if possible else StatementKind.CONTEXT
        planned.append((kind, [_unnamed(told, "other_context")], amounts[0] if amounts else None, "no act is named"))
    return planned


def _other_clauses(told: Told, position: int) -> list[tuple[int, int]]:
    """Clauses told beside the one in which a character of the text stands; none where it stands in none."""
    at = position - told.sentence.start
    if not any(start <= at < end for start, end in told.clauses):
        return []
    return [(start, end) for start, end in told.clauses if not start <= at < end]


def _stands_in(span: Span, clauses: Iterable[tuple[int, int]], offset: int = 0) -> bool:
    return any(start <= span.start - offset < end for start, end in clauses)


def _of_other_clauses(told: Told, planned: list[Planned]) -> list[Planned]:
    """A claim of context for each clause, told side by side with others, in which nothing else was found."""
    places = [act.start for _, acts, _, _ in planned for act in acts if act.words]
    places += [amount.span.start for _, _, amount, _ in planned if amount is not None]
    offset = told.sentence.start
    opinion = search_for("opinion", told.sentence.language)
    added: list[Planned] = []
    for start, end in told.clauses:
        if any(start <= place - offset < end for place in places):
            continue
        kind = StatementKind.OPINION if opinion.search(told.text, start, end) else StatementKind.CONTEXT
        act = ActTold(code="other_context", words="", start=offset + start, end=offset + end, score=0.2, source="none")
        added.append((kind, [act], None, "a clause beside it in which no act is named"))
    return added


_NEGATES = re.compile(
    r"\b(?:no one|nobody|none|never|(?:does|do|did|is|are|was|were|has|have|had) (?:not|no)|there (?:is|are) no)\b"
    r"|(?:하지 않|되지 않|된 적이? 없|한 적이? 없|는 없다|아무도)",
    re.IGNORECASE,
)
# A law is the subject of what is told: it forbids, requires or punishes something; nobody is said to have done it.
_STATES_LAW = {
    Language.ENGLISH: re.compile(
        r"\b((?:law|code|constitution|convention|decree|statute|treaty|resolution)s?)\b[^.]{0,60}?\b(?:forbid(?:s|den)?"
        r"|prohibit(?:s|ed)?|bans?|punish(?:es)?|guarantees?|requires?|obliges?|sets|must be informed|bars)\b",
        re.IGNORECASE,
    ),
    Language.KOREAN: re.compile(
        r"((?:형법|헌법|협약|조약|의정서|시행령|[가-힣]*법|결의(?: \d+호)?))(?:은|는)\s[^“]{0,90}?"
        r"(?:금지|규정|보장|명시|정하|정해|처하도록|하도록|돌려보내도록)[^.“]{0,12}(?:다|음)\.?$"
    ),
}
_BELIEVING = frozenset({"believe", "believes", "think", "thinks", "suspect", "suspects", "fear", "fears"})


def _why(act: ActTold) -> str:
    """Why an act is proposed, in words."""
    if act.source == "meaning":
        return f"near in meaning ({act.score:.2f}) to “{act.like}”"
    return f"“{act.words}”"


# Acts told of the same people in one breath; their number is the number of all of them.
_SALES = frozenset({"trafficking_in_persons", "sale_of_person", "forced_marriage"})
# Where a sentence goes over from a judgement to something told, or back.
_PART = re.compile(r",? and that |; |, while |, whereas |, but |[”\"’]? ?(?:라며|다며|면서),? ")


def _part_of(told: Told, position: int) -> tuple[int, int]:
    """Bounds, in the sentence, of the part in which a character of the text stands."""
    at = position - told.sentence.start
    cuts = [0, *(m.start() for m in _PART.finditer(told.text)), len(told.text)]
    return next(((a, b) for a, b in itertools.pairwise(cuts) if a <= at < b), (0, len(told.text)))


def _is_judged(told: Told, position: int) -> bool:
    """Whether the part of the sentence around ``position`` holds a word of judgement or possibility."""
    start, end = _part_of(told, position)
    return bool(search_for("opinion", told.sentence.language).search(told.text[start:end]))


def _by_part(told: Told, groups: list[list[ActTold]]) -> list[list[ActTold]]:
    """Acts that one judgement covers become one claim; those outside its part stay apart."""
    judged: dict[tuple[int, int], list[ActTold]] = {}
    result: list[list[ActTold]] = []
    for group in groups:
        part = _part_of(told, group[0].start)
        if not _is_judged(told, group[0].start):
            result.append(group)
        elif part in judged:
            judged[part] += group
        else:
            judged[part] = list(group)
            result.append(judged[part])
    return result


def _plan_of_denial(told: Told, acts: list[ActTold]) -> list[Planned]:
    """A denial, and beside it the category into which the accused party puts people."""
    categories = [act for act in acts if act.code == "lack_of_protection_of_refugees"]
    named = [act for act in acts if act.code not in {LAW_ACT, *CONTEXT_ACTS} and act not in categories][:1]
    planned: list[Planned] = [
        (StatementKind.DENIAL, named or [_unnamed(told, "human_rights_abuse_unspecified")], None, "a denial")
    ]
    if categories and _CATEGORY.search(told.text):
        planned.append((StatementKind.OPINION, categories[:1], None, f"“{categories[0].words}”"))
    return planned


def _countable(
    told: Told, quantities: list[QuantityFound], acts: list[ActTold], before: tuple[str, ...]
) -> list[QuantityFound]:
    """Counts and shares of people that make a claim of their own."""
    counted = [
        q
        for q in quantities
        if q.quantity.kind in {QuantityKind.COUNT, QuantityKind.SHARE}
        and not _VAGUE_COUNT.match(q.quantity.words or "")
        and not (q.quantity.kind is QuantityKind.COUNT and (q.quantity.maximum or q.quantity.minimum or 0) < 3)
    ]
    people = sum(q.quantity.kind is QuantityKind.COUNT for q in counted)
    if acts or "testimony" in told.marks or (before and people > 1):
        return counted
    starts = [
        q for q in counted if before and (q.span.start - told.sentence.start < 12 or _of_those_before(told, q.span))
    ]
    return starts or [q for q in counted if q.quantity.kind is QuantityKind.COUNT and (q.quantity.minimum or 0) >= 100]


_THOSE = re.compile(r"(?:이들|피해자|그들|송환자|이|그)(?:의|들의|들)?(?: ?중| ?가운데)?\s?(?:약\s?)?$")
_OF_THOSE = re.compile(r"\s?(?:of )?(?:them|those|the (?:group|victims|women|people|returnees))\b", re.IGNORECASE)


def _of_those_before(told: Told, span: Span) -> bool:
    """Whether a share is one of the people counted before: half of them, 이들 대부분."""
    start, end = span.start - told.sentence.start, span.end - told.sentence.start
    if told.sentence.language is Language.KOREAN:
        return bool(_THOSE.search(told.text[:start]))
    return bool(_OF_THOSE.match(told.text, end))


# A writer's own turn of phrase rather than something told.
_REMARK = re.compile(
    r"(?:It['’]s|It is|Even|Regardless|Although|Often|What|Much like|Slowly|The reason|As its|The occasion|Learning)\b",
    re.IGNORECASE,
)


def _worth_keeping(told: Told, speaker: Speaker) -> bool:
    """Whether a sentence without an act is a claim: someone else than the author speaks, or people are spoken of."""
    if told.says_nothing or "unverified" in told.marks:
        return False
    if speaker.type is not InformantType.AUTHOR_VOICE:
        return bool(told.topic) or told.speaker is None or len(told.text) > 60
    if told.speaker is not None or "opinion" in told.marks or len(told.text) < 40:
        return False
    return not _REMARK.match(told.text)


def _together(acts: list[ActTold]) -> list[list[ActTold]]:
    """Acts of one claim: a sale into marriage is one claim of two acts."""
    groups: list[list[ActTold]] = []
    for act in acts:
        if act.code == "forced_marriage" and groups and any(a.code == "sale_of_person" for g in groups for a in g):
            next(g for g in groups if any(a.code == "sale_of_person" for a in g)).append(act)
        elif groups and act.start < groups[-1][-1].end and groups[-1][-1].start < act.end:
            groups[-1].append(act)
        elif act.code == "sale_of_person" and groups and groups[-1][-1].code == "forced_marriage":
            groups[-1].insert(0, act)
        else:
            groups.append([act])
    return groups


def _unnamed(told: Told, code: str) -> ActTold:
    return ActTold(code=code, words="", start=told.sentence.start, score=0.3, source="none")


def _counted(amount: QuantityFound, told: Told) -> tuple[Participant, ...]:
    for person in told.topic:
        if person.span and person.span.start < amount.span.end and amount.span.start < person.span.end:
            return (person,)
    return (Participant(text=amount.quantity.words or "", span=amount.span),)


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


_NOT_OF_ACT = re.compile(
    r"(?:published|released|issued|convention of|founded|born|based on|interview\w*) (?:on |in |of )?$", re.IGNORECASE
)


def _time(told: Told, times: tuple[TimeFound, ...], anchor: dt.date | None, near: int) -> TimeTold | None:
    """The time that stands nearest to the act or number; names of reports and treaties with a year are passed over."""
    read = []
    for time in times:
        before, after = told.text[: time.span.start], told.text[time.span.end :]
        if _NOT_OF_ACT.search(before) or re.match(r" [A-Z][a-z]+ [Ii]n |(?: [A-Z][a-z]+){2}", after):
            continue
        if time.edtf and re.fullmatch(r"(?:of|in|the) 19[45]\d", told.text[time.span.start : time.span.end]):
            continue
        read.append(time)
    if not read:
        return None
    at = near - told.sentence.start

    def distance(time: TimeFound) -> int:
        return time.span.start - at if time.span.start >= at else 2 * (at - time.span.end) + 10

    best = min(read, key=distance) if len(read) > 1 else read[0]
    if best.edtf is None:
        best = next((time for time in read if time.edtf), best)
    words = told.text[best.span.start : best.span.end]
    date = UncertainDate(edtf=best.edtf, words=words, anchor=anchor if best.is_relative else None)
    return TimeTold(date=date, span=Span(told.sentence.start + best.span.start, told.sentence.start + best.span.end))


# Kinds of places without a name of their own.
_UNNAMED_PLACES = {
    Language.ENGLISH: re.compile(
        r"\b(?:(?:a|an|the|their|his|her|its|several|some|political) )?(?:labou?r camps?|prison camps?"
        r"|detention (?:cent(?:er|re)s?|facilit(?:y|ies))|quarantine facility|"
        r"holding facilit(?:y|ies)|police stations?|brothels?"
        r"|the river|the border(?! (?:into|to|with))|(?:the )?camps?)\b"
        r"|\b(?:the|a) country(?!side)\b|\bthe (?:\w+ )?countryside\b|\b(?:their|her|his) homes?\b",
        re.IGNORECASE,
    ),
    Language.KOREAN: re.compile(
        r"(?:정치범\s?수용소|수용소|노동단련대|단련대|교화소|집결소|구류장|관리소|감옥"
        r"|수용시설|구금시설|격리시설|국경 ?지역|장마당)"
    ),
}


_PEOPLE_OF = re.compile(
    r"의 (?:가족|친척|지인|형제|자매|언니|딸|아들|어머니|아버지)|\s[가-힣]{1,6}[도시군] 출신"
    r"|\s?(?:방송|노래|드라마|영화|영상|음악|말투|문화|여성|주민|노동자|사람|정부|당국|인권|형법|정권|남성|공안"
    r"|외교부|외무성|국적|출신|브로커|휴대"
    r"|체제|지도부|대사관|인들|인 |군인|내 인권|이탈|경찰)"
)
# "a defector from North Korea", "a second source, in Ryanggang province": where the person is from, not the event
_OF_TELLER = re.compile(
    r"\b(?:defectors?|escapees?|refugees?|natives?|sources?|residents?),? (?:from|of|in|inside)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_IN_A_NAME = re.compile(
    r" (?:Congress|Commission|Department|Senate|Ministry|Embassy|Human Rights|Act|Institute|University|Office|Mission"
    r"|Convention|Daily|Times|Post|Committee|Assembly|Council|Protocol|Games)\b"
)
_CAPITALS = frozenset({"Pyongyang", "Beijing", "Seoul", "Washington", "Moscow"})
_FROM = re.compile(r"(?:from|left|leav\w+|out of|fled|fle\w+|escap\w+|origin\w*)\s+(?:the\s+)?$", re.IGNORECASE)
_TO = re.compile(r"(?:to|into|reach\w*|enter\w*|toward\w*|for|arriv\w+ in)\s+(?:the\s+)?$", re.IGNORECASE)


def _places(told: Told, places: tuple[PlaceFound, ...], speaker: Speaker) -> tuple[PlaceTold, ...]:
    found: list[PlaceTold] = []
    offset = told.sentence.start
    for place in places:
        if place.is_demonym:
            continue
        span = Span(place.span.start + offset, place.span.end + offset)
        if speaker.span and speaker.span.start < span.end and span.start < speaker.span.end:
            continue
        before, after = told.text[: place.span.start], told.text[place.span.end :]
        role = PlaceRole.EVENT
        if _FROM.search(before) or re.match(
            r"(?:에서 (?:나와|탈출|떠나)|을 (?:떠나|탈출|벗어)|를 (?:떠나|탈출|벗어))", after
        ):
            role = PlaceRole.ORIGIN
        elif _TO.search(before) or re.match(r"(?:으로|로)(?!부터)", after):
            role = PlaceRole.DESTINATION
        words = told.text[place.span.start : place.span.end]
        if _OF_TELLER.search(before) or _IN_A_NAME.match(after):
            continue
        if _PEOPLE_OF.match(after) and told.sentence.language is Language.KOREAN:
            continue  # 북한 여성: of the country, not in it
        if words in _CAPITALS and re.match(
            r"(?:['’]s)? (?:has|had|have|began|opened|said|says|is|was|to|could|will|regime|government)\b", after
        ):
            continue
        if not any(p.place == place.place for p in found):
            found.append(PlaceTold(text=words, span=span, role=role, place=place.place))
    for match in (
        _UNNAMED_PLACES[told.sentence.language].finditer(told.text) if told.sentence.language in _UNNAMED_PLACES else ()
    ):
        span = Span(match.start() + offset, match.end() + offset)
        if told.sentence.language is Language.KOREAN and any(p.span and span.start - p.span.end == 1 for p in found):
            continue  # 신의주 집결소: the place is named already
        taken = [*(p.span for p in found), speaker.span]
        if not any(t and t.start < span.end and span.start < t.end for t in taken):
            found.append(PlaceTold(text=match.group(), span=span))
    return tuple(p for p, after in itertools.zip_longest(found, found[1:]) if not _is_around(told, p, after, offset))


def _is_around(told: Told, place: PlaceTold, after: PlaceTold | None, offset: int) -> bool:
    """Whether a place only says where the one named right behind it lies: 랴오닝성 선양, 양강도 혜산시."""
    if told.sentence.language is not Language.KOREAN or after is None or not (place.span and after.span):
        return False
    if not (place.place and after.place) or told.text[place.span.end - offset : after.span.start - offset].strip():
        return False
    return place.place.path == after.place.path[: len(place.place.path)]


def _confidence(told: Told, kind: StatementKind, act: ActTold | None) -> float:
    """A rough probability that a coder accepts it; the weights are set by hand and corrected by learning."""
    score = 0.2
    score += {"cue": 0.9, "meaning": 0.3}.get(act.source if act is not None else "", -0.3)
    score += {StatementKind.ACT: 0.3, StatementKind.QUANTITY: 0.3, StatementKind.DENIAL: 0.5}.get(kind, -0.1)
    score += 0.3 if told.speaker is not None else 0.0
    score -= (
        0.4
        if act is not None and act.code in {"human_rights_abuse_unspecified", "other_context", "social_practice"}
        else 0.0
    )
    return round(1 / (1 + math.exp(-score)), 3)


def facts_of(facts: Mapping[str, str] | None, header: Mapping[str, str]) -> dict[str, str]:
    """The document's facts, the header's first."""
    return {**(facts or {}), **header}
