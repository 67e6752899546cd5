"""Linking: pairs of mentions to decide, the evidence for each, and persons as sets of decisions."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from firsthand.claims.claim import Statement
from firsthand.entities.mention import Mention, MentionKind, mentions_of_statements
from firsthand.linkage.clustering import clusters
from firsthand.linkage.judging import Judgement, Verdict, latest_judgements
from firsthand.linkage.mentions import Mention as ComparedMention
from firsthand.linkage.scoring import (
    CandidatePair,
    candidate_pairs,
    explain_pair,
    learned_pairs,
    worth_deciding,
)
from firsthand.sources.source import designation_of
from firsthand.values.errors import UsageError
from firsthand.values.ids import DocumentId, JudgementId
from firsthand.vault import Change
from firsthand.vault.tables.assessment import KeptJudgement
from firsthand.workbench.session import Session
from firsthand.workbench.steps import StepName

__all__ = ["Linked", "MentionUnknown", "Person", "designation_for", "judge_pair", "link_mentions", "speakers_by_name"]


_COMPARISONS = 200_000  # kept at most, some hundred bytes each
_BEARERS = 8  # of two wordings at most so many groups each are asked about at a time


class MentionUnknown(UsageError):
    """A pair was judged of which one mention is not there any more."""

    likely = "The claim that held it was superseded or withdrawn."
    next_step = "Reload the page of pairs."


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person, body or place: mentions joined by decisions. ``id`` is stable while its least mention stays."""

    id: str
    kind: MentionKind
    designation: str
    mentions: tuple[Mention, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names as written, each once; hidden on screens until asked for."""
        return tuple(dict.fromkeys(mention.text for mention in self.mentions))


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """Mentions, the persons that they make, and the pairs that wait for a decision, those worth most first.

    ``refused`` are pairs judged the same that another judgement keeps apart: a contradiction to look at.
    """

    mentions: tuple[Mention, ...]
    persons: tuple[Person, ...]
    pairs: tuple[CandidatePair, ...]
    judged: tuple[Judgement, ...]
    refused: tuple[tuple[str, str], ...]

    def mention(self, id: str) -> Mention:  # noqa: A002  its field's name
        """A mention by id.

        Raises:
            MentionUnknown: there is none.
        """
        for mention in self.mentions:
            if mention.id == id:
                return mention
        raise MentionUnknown("A mention that was named is not there any more.")


def link_mentions(
    session: Session,
    told: Sequence[tuple[DocumentId, Statement]],
    *,
    with_pairs: bool = True,
    judged: Sequence[Judgement] = (),
) -> Linked:
    """Mentions of the statements, compared within their kind and joined only by what people decided.

    Without ``with_pairs`` nothing is compared, and no pair waits for a decision. ``judged``: judgements that are
    considered and not kept.
    """
    texts = {document: session.document(document).text for document in dict.fromkeys(d for d, _ in told)}
    mentions = mentions_of_statements(told, texts)
    judgements = [*(kept.judgement for kept in session.read.all("judgement")), *judged]
    compared = [_compared(mention) for mention in mentions]
    clustering = clusters(compared, judgements)
    by_id = {mention.id: mention for mention in mentions}
    persons = [
        Person(
            id=name,
            kind=by_id[members[0]].kind,
            designation=designation_for(name),
            mentions=tuple(by_id[member] for member in members),
        )
        for name, members in clustering.groups.items()
    ]
    held = latest_judgements(judgements)
    pairs: tuple[CandidatePair, ...] = ()
    if with_pairs:
        named, explained = _with_names(compared, clustering.groups), _Explained.beside(session)
        pairs = _pairs_to_decide(named, by_id, clustering.groups, held, explained)
    return Linked(
        mentions=tuple(mentions),
        persons=tuple(persons),
        pairs=pairs,
        judged=tuple(held.values()),
        refused=clustering.refused,
    )


def _with_names(compared: Sequence[ComparedMention], groups: Mapping[str, tuple[str, ...]]) -> list[ComparedMention]:
    """The mentions with the names of those that people joined with them: facts from then on, no guesses."""
    text = {mention.id: mention.text for mention in compared}
    names = {m: dict.fromkeys(text[o] for o in members) for members in groups.values() for m in members}
    return [
        replace(mention, also=tuple(name for name in names[mention.id] if name != mention.text)) for mention in compared
    ]


@dataclass(slots=True)
class _Explained:
    """Comparisons kept beside an open vault: accepting a claim changes no name, so that none is compared again."""

    pairs: dict[tuple[object, ...], CandidatePair] = field(default_factory=dict)
    asked: tuple[object, ...] = ()
    found: Sequence[CandidatePair] = ()

    @classmethod
    def beside(cls, session: Session) -> _Explained:
        kept = session.memory.setdefault(f"compared {session.sight}", cls())
        assert isinstance(kept, cls)  # noqa: S101  nothing else is kept under that name
        return kept

    def candidates(self, mentions: Sequence[ComparedMention]) -> Sequence[CandidatePair]:
        asked = tuple(_told_of(mention) for mention in mentions)
        if asked != self.asked:
            self.asked, self.found = asked, candidate_pairs(mentions)
        return self.found

    def pair(self, a: ComparedMention, b: ComparedMention, count: int) -> CandidatePair:
        key = (_told_of(a), _told_of(b), count)
        if key not in self.pairs:
            if len(self.pairs) > _COMPARISONS:
                self.pairs.clear()
            self.pairs[key] = explain_pair(a, b, mentions_in_all=count)
        return self.pairs[key]


def _told_of(mention: ComparedMention) -> tuple[object, ...]:
    return (mention.id, mention.text, mention.within, mention.also, tuple(sorted(mention.facts.items())))


def _pairs_to_decide(
    compared: Sequence[ComparedMention],
    by_id: Mapping[str, Mention],
    groups: Mapping[str, tuple[str, ...]],
    held: Mapping[tuple[str, str], Judgement],
    explained: _Explained,
) -> tuple[CandidatePair, ...]:
    """One open question for each two wordings and for each further bearer of one name, those worth most first.

    Wordings are compared, not mentions: a name in a hundred documents is compared with another once. Among equal
    names of persons each group is asked about against the first group that nothing was decided on, so that n
    mentions wait for n - 1 decisions at most; a decision opens the next question where there is one.
    """
    together = {member: name for name, members in groups.items() for member in members}
    settled = {
        frozenset((together[a], together[b]))
        for (a, b), judgement in held.items()
        if judgement.verdict is not Verdict.UNJUDGED and a in together and b in together
    }
    # For each wording the groups that bear it, each by its first mention.
    bearers: dict[tuple[str, str], dict[str, ComparedMention]] = {}
    for mention in compared:
        bearers.setdefault((mention.kind, mention.text.casefold()), {}).setdefault(together[mention.id], mention)
    firsts = {next(iter(groups_of.values())).id: wording for wording, groups_of in bearers.items()}
    count = Counter(kind for kind, _ in bearers)

    def is_open(a: ComparedMention, b: ComparedMention) -> bool:
        pair = frozenset((together[a.id], together[b.id]))
        return len(pair) > 1 and pair not in settled

    found = []
    for pair in explained.candidates([next(iter(groups_of.values())) for groups_of in bearers.values()]):
        ones, others = (list(bearers[firsts[side]].values())[:_BEARERS] for side in (pair.a, pair.b))
        for a, b in ((a, b) for a in ones for b in others):
            if is_open(a, b) and _needs_a_word(by_id[a.id], by_id[b.id]):
                as_compared = (a.id, b.id) == (pair.a, pair.b)
                found.append(pair if as_compared else explained.pair(a, b, count[a.kind]))
                break
    for (kind, _), groups_of in bearers.items():
        if kind != MentionKind.PERSON.value:
            continue
        ones = list(groups_of.values())
        for number, later in enumerate(ones[1:], 1):
            earlier = next((one for one in ones[:number] if is_open(one, later)), None)
            if earlier is not None:
                found.append(explained.pair(earlier, later, count[kind]))
    by_mention = {mention.id: mention for mention in compared}
    decided, same = _decided_pairs(held.values(), by_mention, count)
    size = {member: len(members) for members in groups.values() for member in members}
    return tuple(worth_deciding(learned_pairs(found, decided, same), size))


def _decided_pairs(
    judgements: Iterable[Judgement], by_id: Mapping[str, ComparedMention], count: Mapping[str, int]
) -> tuple[list[CandidatePair], list[bool]]:
    """The pairs that people decided, with the evidence that the machine shows of them, and what they said."""
    pairs, same = [], []
    for judgement in judgements:
        a, b = by_id.get(judgement.a), by_id.get(judgement.b)
        if a is not None and b is not None and judgement.verdict in {Verdict.POSITIVE, Verdict.NEGATIVE}:
            pairs.append(explain_pair(replace(a, also=()), replace(b, also=()), mentions_in_all=count[a.kind]))
            same.append(judgement.verdict is Verdict.POSITIVE)
    return pairs, same


def judge_pair(session: Session, a: str, b: str, verdict: Verdict, why: str = "") -> Judgement:
    """Decide a pair. A later decision replaces an earlier one; none is deleted."""
    judgement = Judgement(a=a, b=b, verdict=verdict, by=session.actor, at=session.now(), why=why)
    kept = KeptJudgement(id=JudgementId(session.new_id("judgement")), judgement=judgement)
    session.take(StepName.JUDGE_PAIR, [Change(kind="judgement", id=kept.id, value=kept)])
    return judgement


def speakers_by_name(linked: Linked) -> dict[tuple[DocumentId, str], str]:
    """For corroboration: (document, name as told) to the person's id, where people joined mentions of documents."""
    return {
        (mention.document, mention.text): person.id
        for person in linked.persons
        if len(person.mentions) > 1 and person.kind is not MentionKind.PLACE
        for mention in person.mentions
    }


def designation_for(id: str) -> str:  # noqa: A002  its field's name
    """Two words for an id: not for secrecy, since the id itself tells nothing, but so that screens can be spoken of."""
    return designation_of(hashlib.sha256(id.encode()).digest()[:2])


def _needs_a_word(a: Mention, b: Mention) -> bool:
    # Equal spellings of a place or a body are one by convention. Equal spellings of a person's name are not: two
    # lives may share a name, so that a person decides.
    return a.kind is MentionKind.PERSON or a.text.casefold() != b.text.casefold()


def _compared(mention: Mention) -> ComparedMention:
    facts = {name: "; ".join(values) for name, values in mention.facts.items() if name == "place"}
    return ComparedMention(
        id=mention.id, text=mention.text, kind=mention.kind.value, document=mention.document, facts=facts
    )
