"""Who tells a sentence: speakers carried over from sentence to sentence, turns of a transcript, narrators."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from firsthand.claims.attribution import InformantType, Span
from firsthand.claims.reading.people import Chain, People
from firsthand.claims.reading.states import state_pattern
from firsthand.claims.reading.told import Speaker, Told
from firsthand.values.languages import Language

__all__ = ["AUTHOR", "OWN_VOICE", "TURN", "Tellers", "asks", "narrator_of"]

AUTHOR = Speaker(type=InformantType.AUTHOR_VOICE)
# Words by which an article speaks of itself, unless a body's report was named before.
_OWN_REPORT = frozenset({"the report", "the news agency", "the agency", "the account", "the story", "the dispatch"})
# A body brings out what it found.
_ISSUES = re.compile(
    r"\b(?:released|published|issued|launched|unveiled|presented|put out|brought out)\b.{0,60}"
    r"\b(?:report|study|survey|paper|findings|assessment|briefing)\b",
    re.IGNORECASE,
)
_PAPERS = frozenset(
    {"report", "study", "survey", "paper", "assessment", "document", "findings", "briefing", "statement"}
)
# Nouns by which a body or its report that told something before goes on, however it was called.
_GENERAL_BODIES = frozenset(
    {"group", "organisation", "organization", "agency", "ngo", "charity", "watchdog", "network", "body", "coalition"}
    | {"monitor", "institute", "committee", "panel", "commission", "association", "foundation", "centre", "center"}
    | _PAPERS
)
# Whoever speaks for a body by their office is he or she.
_BY_OFFICE = re.compile(
    r"\b(?:rapporteur|spokes(?:man|woman|person)|secretary|commissioner|envoy|minister|ambassador|president)\b",
    re.IGNORECASE,
)
# Nouns by which papers bring in somebody new even with "the".
_NEW_PERSONS = frozenset(
    {"source", "official", "spokesman", "spokeswoman", "spokesperson", "expert", "analyst", "diplomat", "minister"}
    | {"president", "ambassador", "prosecutor", "judge", "lawyer", "author", "reporter", "officer", "rapporteur"}
    | {"envoy", "governor", "leader", "commissioner", "secretary", "general", "chairman", "chairwoman", "owner"}
)
# A body that publishes its own report speaks of itself so.
_KOREAN_BODY = re.compile("단체|센터|연구소|재단|협회|모임|보고서|기록")
_OWN_BODY = frozenset({"단체", "이 단체", "보고서", "이 보고서", "센터", "연구소", "재단", "협회"})
TURN = re.compile(
    r"((?:[A-Z][\w.'-]*|Q|A)(?: [A-Z0-9][\w.'-]*){0,3}|[가-힣]{1,6}(?: ?(?:[A-Z0-9]|씨|"
    r"박사|대표|교수)){0,2})\s?[:：]\s+(?=\S)"
)
_ASKS = re.compile(r"Interviewer|Q|Question|Reporter|면담자|질문자|기자|문|진행자|조사자", re.IGNORECASE)
_TITLES = frozenset(
    {"씨", "박사", "대표", "교수", "국장", "소장", "목사", "위원장", "대변인", "의원", "기자", "선교사"}
)
# Words by which Korean brings in somebody who was not spoken of before.
# A state by its bare name is the state itself, not its mission that spoke before.
_NOT_AS_BEFORE = re.compile(
    rf"(?:^|\s)(?:한|다른|또 다른|복수의|여러|어느) |^(?:{state_pattern(Language.KOREAN)}|유엔)$"
)
# Endings that leave the teller unsaid because the sentence before named one: -다고 한다, 것으로 조사됐다.
_OF_WHOEVER_TELLS = re.compile(r"^고 한다|조사됐|집계됐|나타났|드러났")
_PERSONS = frozenset({InformantType.NAMED_PERSON, InformantType.UNNAMED_PERSON})
_ALL_AT_ONCE = re.compile(r"입을 모|의 [가-힣 ]*이다|말한다|여긴다|의심한다|호소한다|믿는다")
_PRONOUNS = frozenset({"he", "she", "her", "his", "him", "it", "they", "them", "who", "그", "그녀", "그들", "이들"})
# How a speaker is known who tells of their own life: a turn of a transcript, or "I" outside of any quotation.
OWN_VOICE = frozenset({"speaker: text", "first person"})
NARRATED_SHARE = 0.3
LEAST_NARRATED = 3
_I = re.compile(r"\b(?:I|[Mm]y|[Mm]e)\b|(?:^|\s)(?:나는|내가|저는|제가|나를|저를|나도|저도)")
# Korean leaves the subject out, so that fewer sentences of an account hold one.
_WE = re.compile(r"(?:^|\s)(?:우리(?:는|가|를|도|에게| 집| 가족)|저희)")
NARRATED_SHARE_KOREAN = 0.2
_KOREAN_I = re.compile(r"(?<![가-힣])(?:나|내|저|제)(?=[는가를도])")


def asks(told: Told) -> bool:
    """Whether a sentence is a question, of the one who interviews or of the writer; one in quotation marks is told."""
    if told.text.rstrip().endswith("?"):
        return True
    turn = TURN.match(told.text)
    return turn is not None and bool(_ASKS.fullmatch(turn[1].strip()))


@dataclass(slots=True)
class Tellers:
    """Who has told something so far, and who is telling now."""

    publisher: str | None
    language: Language
    people: People
    narrator: Speaker | None = None
    known: list[Speaker] = field(default_factory=list)
    current: Speaker | None = None
    paragraph: int = -1
    reports: bool = False
    publisher_tells: bool = False

    def hear(self, told: Told) -> None:
        """A new paragraph, or a new item of a numbered list, ends what was carried over."""
        if told.sentence.paragraph != self.paragraph or told.is_item:
            self.paragraph = told.sentence.paragraph
            self.current = None
        self._hear_of_report(told)
        if self.publisher and self.publisher in told.text and _KOREAN_BODY.search(told.text):
            self.publisher_tells = True
        if told.speaker is None and self._ends_here(told):
            self.current = None

    def _hear_of_report(self, told: Told) -> None:
        """Whose report "it" and "the report" will mean: a body released one, and nobody is named as telling it."""
        if told.speaker is not None or self.language is not Language.ENGLISH or not _ISSUES.search(told.text):
            return
        body = next((m for m in told.mentions if m.is_body and not m.is_pronoun), None)
        if body is not None and not self._is_publisher(Speaker(type=InformantType.INSTITUTION, name=body.text)):
            self.reports = True
            self.known.append(Speaker(type=InformantType.INSTITUTION, name=body.text))

    def teller_of(self, told: Told) -> tuple[Speaker, str]:
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
            return AUTHOR, "nobody is named as saying it: the author's voice"
        if speaker.cue == "carried":
            return self._left_out()
        if speaker.type is InformantType.UNNAMED_GROUP and speaker.name is None:
            return self._unsaid(speaker)
        teller = self.narrator or (self.current if self.current and self.current.cue == "speaker: text" else None)
        if teller is not None and (speaker.name or "").casefold() in {"i", "we", "나", "저", "우리", "저희"}:
            self.current = teller
            return teller, "the one who tells in the first person"
        own = (speaker.name or "").casefold() in _OWN_REPORT and not self.reports
        own = own or (self.publisher_tells and (speaker.name or "") in _OWN_BODY)
        if (
            speaker.type is InformantType.INSTITUTION
            and not own
            and not self._is_publisher(speaker)
            and re.search(r"report|assessment|survey|study|보고서|백서|조사", told.text, re.IGNORECASE)
        ):
            self.reports = True
        if own or self._is_publisher(speaker):
            speaker = replace(speaker, type=InformantType.AUTHOR_VOICE)
        if self.language is not Language.KOREAN or not _NOT_AS_BEFORE.search(speaker.name or ""):
            same = self._same_as_before(speaker)
            speaker = self._otherwise_called(speaker) if same is speaker else same
        self.people.speaks(speaker.span)
        if speaker.type is not InformantType.AUTHOR_VOICE:
            self.known.append(speaker)
            self.current = speaker
        else:
            self.known.append(speaker)
            self.current = None
        return speaker, f"named as the speaker (“{speaker.cue}”)"

    def _ends_here(self, told: Told) -> bool:
        """Whether a Korean sentence without a teller is not told by the one before: the accused, or all at once."""
        if self.current is None or told.starts_with_pronoun:
            return False
        if self.language is not Language.KOREAN:
            return self.current.is_accused and any(m.is_subject and m.is_body for m in told.mentions[:1])
        current = self.current.name or ""
        turns = told.turns_to and told.turns_to not in current and current not in told.turns_to
        return bool(turns) or self.current.is_accused or bool(_ALL_AT_ONCE.match(self.current.cue))

    def _left_out(self) -> tuple[Speaker, str]:
        """Who speaks where a verb of saying has no subject."""
        if self.narrator is not None:
            return self.narrator, "the one who tells in the first person"
        if self.current is not None:
            return self.current, "carried over from the sentence before"
        if self.known:
            return self.known[-1], "carried over: a verb of saying without a subject"
        return AUTHOR, "a verb of saying without a subject"

    def _unsaid(self, speaker: Speaker) -> tuple[Speaker, str]:
        """Nobody is named as telling it: whoever told the sentence before, where the words imply one, or nobody."""
        if _OF_WHOEVER_TELLS.search(speaker.cue) and self.current is not None:
            return replace(self.current, manner=speaker.manner), "carried over from the sentence before"
        if self.publisher_tells and speaker.cue.endswith("조사됐"):
            return AUTHOR, "the publisher's own survey"
        persons = {s.name: s for s in self.known if s.type in _PERSONS}
        if speaker.cue == "고 한다" and len(persons) == 1:  # the one person who tells in the whole text
            return next(iter(persons.values())), "carried over: the one person who tells"
        return speaker, f"told without a teller (“{speaker.cue}”)"

    def _whole_quotation(self, told: Told) -> Speaker | None:
        """Who may be quoted in a sentence that is a quotation and nothing else: the person last named or heard."""
        if not re.fullmatch('[“"].*[”"]\\W*', told.text, re.DOTALL):
            return None
        persons = {InformantType.NAMED_PERSON, InformantType.UNNAMED_PERSON}
        heard = next((s for s in reversed(self.known) if s.type in persons), None)
        if heard is not None:
            return heard
        named = next((m for m in reversed(self.people.mentions) if m.is_name), None)
        return Speaker(type=InformantType.NAMED_PERSON, name=named.text, cue="quotation") if named else None

    def _turn(self, told: Told) -> Speaker | None:
        """Whose turn it is where a transcript writes ``speaker: text``."""
        match = TURN.match(told.text)
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
        if self.language is not Language.KOREAN:
            chain = self._chain_of(name, speaker)
            if chain is not None:
                return self._as_known(chain, speaker)
        elif name in {"그", "그녀"} and not any(s.type in _PERSONS for s in self.known):
            meant = self._told_of(name, speaker)
            if meant is not None:
                return meant
        if (
            speaker.type in {InformantType.INSTITUTION, InformantType.UNNAMED_PERSON}
            and name
            and any(name in person.casefold().split() for person in self.people.persons)
        ):
            full = next(person for person in self.people.persons if name in person.casefold().split())
            return replace(speaker, type=InformantType.NAMED_PERSON, name=full)
        if name in _PRONOUNS:
            before = self._heard_as(name)
            if before is not None:
                return replace(
                    speaker,
                    type=before.type,
                    name=before.name,
                    is_accused=before.is_accused,
                    through=before.through,
                )
            return replace(speaker, name=None) if name not in {"some", "many", "이들", "그들"} else speaker
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
                    and f"{key}의 " not in earlier  # the body itself, not its chairwoman who spoke before
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

    def _otherwise_called(self, speaker: Speaker) -> Speaker:
        """Someone who told something before and goes on by another noun: the group, the report; the mother of two."""
        name = speaker.name or ""
        if self.language is not Language.ENGLISH or name[:4].casefold() != "the " or not name[4:].islower():
            return speaker
        noun = name.replace("-", " ").split(" of ")[0].split()[-1]
        before = None
        if speaker.type is InformantType.INSTITUTION and noun in _GENERAL_BODIES:
            bodies = (s for s in reversed(self.known) if s.type is InformantType.INSTITUTION and s.name)
            before = next((s for s in bodies if not s.is_accused and (s.name or "").split()[-1] not in _PAPERS), None)
        elif speaker.type is InformantType.UNNAMED_PERSON and noun not in _NEW_PERSONS:
            last = next((s for s in reversed(self.known) if s.type in _PERSONS), None)
            chain = self.people.at(speaker.span)
            first = chain is None or sum(not m.is_pronoun for _, m in chain.mentions) <= 1
            pronoun = {"f": "she", "m": "he"}.get(chain.gender if chain is not None else "")
            fits = last is not None and (pronoun is None or self._may_mean(pronoun, last))
            before = last if first and fits and last and last.type is InformantType.NAMED_PERSON else None
        if before is None:
            return speaker
        return replace(
            speaker,
            type=before.type,
            name=before.name,
            is_accused=before.is_accused or speaker.is_accused,
            through=before.through,
        )

    def _told_of(self, pronoun: str, speaker: Speaker) -> Speaker | None:
        """The person told of whom a Korean teller's pronoun means, where nobody has told anything yet."""
        meant = self.people.meant(pronoun, speaker.span.start if speaker.span else 0)
        if meant is not None:
            kind = InformantType.NAMED_PERSON if meant.is_name else InformantType.UNNAMED_PERSON
            return replace(speaker, type=kind, name=meant.text)
        if self.people.persons:
            return replace(speaker, type=InformantType.NAMED_PERSON, name=self.people.persons[-1])
        return None

    def _chain_of(self, name: str, speaker: Speaker) -> Chain | None:
        """The person whom an English teller's pronoun, family name or noun means, if the text has told of one."""
        if name in _ONE_PERSON:
            chain = self.people.at(speaker.span)
            if any(s.type in _PERSONS for s in self.known) and not self._is_new(chain):
                return None  # whoever told something goes on telling
            return chain if chain is not None and not (chain.is_plural or chain.is_body) else None
        if speaker.type in {InformantType.INSTITUTION, InformantType.NAMED_PERSON} and " " not in name:
            return self.people.called(name)
        if speaker.type is InformantType.UNNAMED_PERSON:
            chain = self.people.at(speaker.span)
            return chain if chain is not None and chain.is_name else None
        return None

    def _is_new(self, chain: Chain | None) -> bool:
        """Whether a named person was brought in as a subject since anybody last told something."""
        heard = max((s.span.end for s in self.known if s.span is not None), default=0)
        return (
            chain is not None
            and chain.is_name
            and " " in chain.text
            and any(m.start >= heard and m.is_subject and not m.is_pronoun for _, m in chain.mentions)
        )

    def _heard_as(self, pronoun: str) -> Speaker | None:
        """The teller heard last whom a pronoun can mean; of two persons rather the one of its gender."""
        fits = []
        for before in reversed(self.known):
            plural = before.type is InformantType.UNNAMED_GROUP
            person = before.type in _PERSONS
            body = before.type is InformantType.INSTITUTION
            person = person or (body and bool(_BY_OFFICE.search(before.name or "")))
            if {"it": not person and not plural, "they": plural or body, "그들": plural, "이들": plural}.get(
                pronoun, person
            ):
                fits.append(before)
        if pronoun in _ONE_PERSON:
            return next((before for before in fits if self._may_mean(pronoun, before)), fits[0] if fits else None)
        return fits[0] if fits else None

    def _may_mean(self, pronoun: str, before: Speaker) -> bool:
        """Whether a pronoun can mean someone heard before: by gender, where the text has shown it."""
        chain = next((c for c in self.people.chains if c.text == before.name), None)
        other = {"she": "m", "her": "m"}.get(pronoun, "f")
        return chain is None or chain.gender != other

    def _as_known(self, chain: Chain, speaker: Speaker) -> Speaker:
        """A teller as the one who was told of or heard before."""
        words = chain.text.casefold()
        for before in reversed(self.known):
            if (
                before.name
                and before.type in _PERSONS
                and (before.name.casefold() in words or words in before.name.casefold())
            ):
                return replace(speaker, type=before.type, name=before.name, through=before.through)
        kind = InformantType.NAMED_PERSON if chain.is_name else InformantType.UNNAMED_PERSON
        return replace(speaker, type=kind, name=chain.text)


_ONE_PERSON = frozenset({"he", "she", "him", "her", "his"})


def narrator_of(told_all: Sequence[Told]) -> Speaker | None:
    """Whoever tells a whole text in the first person, outside of quotations and transcripts; else nobody."""
    free = [t for t in told_all if t.speaker is None and not re.search('[“"”]', t.text) and not TURN.match(t.text)]
    own = [t for t in free if t.first_person and _I.search(t.text)]
    korean = bool(told_all) and told_all[0].sentence.language is Language.KOREAN
    we = sum(bool(_WE.search(t.text)) for t in free if t not in own) if korean and own else 0
    share = NARRATED_SHARE_KOREAN if korean else NARRATED_SHARE
    if len(own) + we < max(LEAST_NARRATED, share * len(told_all)) or len(free) < len(told_all) / 2:
        return None
    first = own[0]
    match = _KOREAN_I.search(first.text) if korean else _I.search(first.text)
    span = Span(first.sentence.start + match.start(), first.sentence.start + match.end()) if match else None
    return Speaker(
        type=InformantType.UNNAMED_PERSON, name=match.group() if match else None, span=span, cue="first person"
    )
