"""Who plays which part in a claim: the parties of its acts, of a denial, of what is told without an act."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from firsthand.claims.attribution import Span
from firsthand.claims.claim import Participant, StatementKind
from firsthand.claims.reading.planning import stands_in
from firsthand.claims.reading.quantities import QuantityFound
from firsthand.claims.reading.states import is_government
from firsthand.claims.reading.told import ActTold, Speaker, Told
from firsthand.values.languages import Language

__all__ = ["counted_in", "parties_of"]

Parties = tuple[tuple[Participant, ...], tuple[Participant, ...], tuple[Participant, ...]]
_NO_ACT = ("other_context",)
# Verbs by which a state puts people into a category of its own.
_PUTS = frozenset({"regards", "regard", "treats", "treat", "considers", "consider", "puts", "classifies", "denies"})


def parties_of(
    told: Told, speaker: Speaker, kind: StatementKind, acts: Sequence[ActTold], codes: tuple[str, ...]
) -> Parties:
    """Perpetrators, recipients and victims of a claim, in the sentence's words."""
    first = acts[0] if acts else None
    perpetrators = _merge(act.perpetrators for act in acts)
    recipients = _merge(act.recipients for act in acts)
    victims = _merge(act.victims for act in acts)
    if kind is StatementKind.LAW:
        return (), recipients, ()
    if (
        kind is StatementKind.OPINION
        and speaker.is_accused
        and speaker.cue in _PUTS
        and speaker.name
        and not perpetrators
    ):
        perpetrators = (Participant(text=speaker.name, span=speaker.span),)
    if kind is StatementKind.DENIAL:
        victims, perpetrators = _of_denial(told, speaker, codes, victims, perpetrators)
    elif codes == _NO_ACT:
        victims = _of_whom(told, first) or victims
    elif not victims and "abuse_of_office" not in codes[:1]:
        victims = _spoken_of(told, first, [p.span for p in (*perpetrators, *recipients)])
        if not victims and told.tells_of_speaker and speaker.cue == "according to" and speaker.name:
            victims = (Participant(text=speaker.name, span=speaker.span),)  # X was a trafficker, by her account
    return perpetrators, recipients, victims


def _spoken_of(told: Told, act: ActTold | None, others: Sequence[Span | None]) -> tuple[Participant, ...]:
    """Whom an act without a victim of its own befell: the first person near it who plays no other part."""
    near = act.places_in if act is not None else None
    return tuple(
        person
        for person in told.topic
        if person.span not in others
        and person.text.casefold() not in _WE
        and (near is None or person.span is None or stands_in(person.span, near, told.sentence.start))
    )[:1]


def _merge(groups: Iterable[tuple[Participant, ...]]) -> tuple[Participant, ...]:
    merged: dict[tuple[int, int] | str, Participant] = {}
    for group in groups:
        for person in group:
            merged.setdefault((person.span.start, person.span.end) if person.span else person.text, person)
    return tuple(merged.values())


_WE = frozenset({"we", "us", "i", "me"})


def _of_denial(
    told: Told,
    speaker: Speaker,
    codes: tuple[str, ...],
    victims: tuple[Participant, ...],
    perpetrators: tuple[Participant, ...],
) -> tuple[tuple[Participant, ...], tuple[Participant, ...]]:
    """Whom a denial speaks of: the accused state itself is the doer that it denies to be."""
    name = speaker.name or ""
    is_doer = name in {"It", "it"} or is_government(name, told.sentence.language)
    if speaker.is_accused and speaker.span and is_doer:
        perpetrators = (Participant(text=name, span=speaker.span),)
    if codes == ("human_rights_abuse_unspecified",):
        victims = ()
    return victims, perpetrators


def _of_whom(told: Told, act: ActTold | None) -> tuple[Participant, ...]:
    """The people of whom a sentence or clause without an act tells something: its first subject."""
    start, end = (
        (act.start, act.end or told.sentence.end) if act is not None else (told.sentence.start, told.sentence.end)
    )
    if told.sentence.language is Language.ENGLISH:
        people = [p for p in told.subjects if p.span and start <= p.span.start < end]
        return tuple(p for p in people if p.text.casefold() not in _WE)[:1]
    teller = told.speaker.span if told.speaker is not None else None
    for mention in told.mentions:
        span = Span(mention.start, mention.start + len(mention.text))
        if mention.is_subject and mention.can_suffer and start <= mention.start < end and span != teller:
            return (Participant(text=mention.text, span=span),)
    return ()


def counted_in(amount: QuantityFound, told: Told) -> tuple[Participant, ...]:
    """The people whom a number counts: the phrase that holds it, or its own words."""
    held = next(
        (p for p in told.topic if p.span and p.span.start < amount.span.end and amount.span.start < p.span.end), None
    )
    before = [p for p in told.topic if p.span and 0 <= amount.span.start - p.span.end <= NEAR_A_NUMBER]
    if before and told.sentence.language is Language.KOREAN and (held is None or _ONLY_A_NUMBER.fullmatch(held.text)):
        return (before[-1],)  # 이런 여성이 적어도 5백 명, 아이를 수백 명
    if held is not None:
        return (held,)
    return (Participant(text=amount.quantity.words or "", span=amount.span),)


NEAR_A_NUMBER = 6
_ONLY_A_NUMBER = re.compile(
    r"(?:약 |최소 |최대 |적어도 |모두 |총 )?[\d,.천만백십여수몇한두세네다섯여섯일곱여덟아홉열스무 ]+"
    r"(?:명|사람|가구|세대)(?: ?(?:이상|가량|정도|쯤|안팎))?"
)
