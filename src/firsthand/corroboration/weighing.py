"""Everything that accounts together show: who depends on whom, which acts they speak of, where they differ.

A pure function of statements and texts: the same input gives the same weighing, so that nothing has to be stored
and a withdrawn claim cannot linger in a figure. A book of what was weighed makes the next weighing cheap: it works
out anew only what a change reaches, and always gives what weighing from scratch would give.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from firsthand.claims.attribution import InformantType
from firsthand.claims.claim import StatementKind
from firsthand.corroboration.agreement import Difference, FieldValues, ToldField, compare_statements
from firsthand.corroboration.bodies import plain_body_name
from firsthand.corroboration.dependence import Dependence, Standing
from firsthand.corroboration.echoes import Echo, EchoIndex
from firsthand.corroboration.families import SourceFamily, Told, accounts_of, source_families
from firsthand.corroboration.independence import IndependentCount, count_by_roots
from firsthand.corroboration.proposing import (
    REPRINT_CONTAINMENT,
    Provenance,
    bodies_spoken_for,
    propose_for_document,
    propose_for_echo,
    propose_for_provenance,
    propose_for_reprint,
    propose_for_spokespersons,
    propose_for_unnamed,
    ways_of,
)
from firsthand.corroboration.reuse import ReuseIndex, TextReuse
from firsthand.corroboration.roots import RootBook
from firsthand.corroboration.speakers import SpeakerNames
from firsthand.entities.act import ActGroup, ActKind, ActShelf
from firsthand.values.ids import DocumentId

__all__ = ["WeighedAct", "Weighing", "WeighingBook", "act_address", "weigh_statements"]

# Statements of context, law and opinion say nothing that accounts could agree or differ on as facts.
_FACTUAL = {StatementKind.ACT, StatementKind.QUANTITY, StatementKind.DENIAL}

Roots = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedAct:
    """One act or pattern: claims for it, denials told beside it, independent sources, values side by side.

    ``denials`` are the denials of the same code, and those told in the same documents.
    """

    group: ActGroup[str]
    supporting: tuple[str, ...]
    denials: tuple[str, ...]
    documents: tuple[DocumentId, ...]
    count: IndependentCount
    fields: tuple[FieldValues[str], ...]

    @property
    def is_contested(self) -> bool:
        """Whether values exclude each other, or somebody denies."""
        return bool(self.denials) or any(f.difference is Difference.EXCLUSIVE for f in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """The accounts of the statements (by key), their dependences, source families, reused texts, echoes, and acts.

    ``known_roots`` and ``roots`` are the roots of the accounts by the known dependences, and by the possible ones
    too: what any count of independent sources is made from.
    """

    accounts: Mapping[str, str]
    dependences: tuple[Dependence, ...]
    families: tuple[SourceFamily, ...]
    reuse: tuple[TextReuse, ...]
    echoes: tuple[Echo, ...]
    acts: tuple[WeighedAct, ...]
    known_roots: Roots
    roots: Roots

    def count(self, keys: Collection[str]) -> IndependentCount:
        """How many independent sources are behind statements, by their keys; those that have left count no more."""
        accounts = [self.accounts[key] for key in keys if key in self.accounts]
        return count_by_roots(accounts, self.known_roots, self.roots)


def act_address(group: ActGroup[str]) -> str:
    """A stable name for an act: its code, country and first day; no words from a source."""
    return f"{group.act}.{group.country or '-'}.{group.earliest or '-'}"


def weigh_statements(
    told: Sequence[Told],
    texts: Mapping[DocumentId, str],
    *,
    context_acts: Collection[str] = (),
    decided: Sequence[Dependence] = (),
    speakers: Mapping[tuple[DocumentId, str], str] | None = None,
    provenance: Mapping[DocumentId, Provenance] | None = None,
) -> Weighing:
    """Weigh statements against each other; see ``WeighingBook`` for what is given."""
    return WeighingBook(
        told, texts, context_acts=context_acts, decided=decided, speakers=speakers, provenance=provenance
    ).weighing()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What one document brings, as far as it needs no other document."""

    told: tuple[Told, ...]
    accounts: Mapping[str, str]
    unnamed: frozenset[str]
    by_act: Mapping[str, tuple[Told, ...]]
    denials: tuple[str, ...]
    factual_denials: tuple[str, ...]
    names: Mapping[str, str]
    spoken_for: Mapping[str, str]
    own: frozenset[str]


class WeighingBook:
    """Statements and texts by document, and the weighing of them, kept up to date at the cost of what changes.

    ``context_acts`` are codes that name no violation; they make no act. ``decided`` are dependences that people
    entered or refused; they replace what the machine proposes on the same two accounts. ``speakers`` maps
    (document, name as told) to a person or body where linkage has decided. ``provenance`` says what documents came
    through. Statements of one document are given in the order of its text; documents are weighed in the order of
    their ids.
    """

    def __init__(
        self,
        told: Sequence[Told],
        texts: Mapping[DocumentId, str],
        *,
        context_acts: Collection[str] = (),
        decided: Sequence[Dependence] = (),
        speakers: Mapping[tuple[DocumentId, str], str] | None = None,
        provenance: Mapping[DocumentId, Provenance] | None = None,
    ) -> None:
        self._context_acts = frozenset(context_acts)
        self._decided = tuple(decided)
        self._speakers = dict(speakers or {})
        self._provenance = dict(provenance or {})
        self._texts = dict(texts)
        self._reuse = ReuseIndex({str(document): texts[document] for document in sorted(texts)})
        self._echoes = EchoIndex(texts)
        self._names = SpeakerNames()
        by_document: dict[DocumentId, list[Told]] = {}
        for one in told:
            by_document.setdefault(one.document, []).append(one)
        self._told: dict[DocumentId, tuple[Told, ...]] = {
            document: tuple(members) for document, members in by_document.items()
        }
        self._stale: set[DocumentId] = set(self._told)
        self._parts: dict[DocumentId, _Part] = {}
        self._by_key: dict[str, Told] = {}
        self._accounts: dict[str, str] = {}
        # Dependences by what proposes them, each list as it was when last worked out.
        self._links: dict[tuple[str, ...], tuple[Dependence, ...]] = {}
        self._known, self._all = RootBook(), RootBook()
        self._shelves: dict[str, ActShelf[str]] = {}
        self._acts: dict[str, WeighedAct] = {}
        self._of_act: dict[str, set[str]] = {}
        self._of_account: dict[str, set[str]] = {}
        self._accounts_of: dict[str, set[str]] = {}
        self._order: list[tuple[int, int, str]] = []

    def put(self, document: DocumentId, told: Sequence[Told], text: str | None = None) -> None:
        """Put a document's statements, and its text where that is new, in the place of what was held of it."""
        if text is not None:
            self._texts[document] = text
            self._reuse.put(document, text)
            self._echoes.put(document, text)
        self._told[document] = tuple(told)
        self._stale.add(document)

    def drop(self, document: DocumentId) -> None:
        """Take a document out, its text and what it came through too."""
        self._texts.pop(document, None)
        self._reuse.drop(document)
        self._echoes.drop(document)
        self._provenance.pop(document, None)
        self._told.pop(document, None)
        self._stale.add(document)

    def came_through(self, provenance: Mapping[DocumentId, Provenance]) -> None:
        """What documents came through, in the place of what was given before."""
        self._provenance = dict(provenance)

    def decide(self, decided: Sequence[Dependence]) -> None:
        """All dependences that people have decided, in the place of those given before."""
        self._decided = tuple(decided)

    def name_speakers(self, speakers: Mapping[tuple[DocumentId, str], str]) -> None:
        """Whom linkage has decided the speakers to be, in the place of what was given before."""
        changed = speakers.items() ^ self._speakers.items()
        self._stale |= {document for (document, _), _ in changed}
        self._speakers = dict(speakers)

    def weighing(self) -> Weighing:
        """The weighing of what the book holds now."""
        stale, self._stale = self._stale, set()
        touched = {act for document in stale for act in self._renew(document)}
        reuse, echoes = self._reuse.pairs(), self._echoes.echoes()
        moved = self._relink(stale, reuse, echoes)
        for act in sorted(touched):
            self._regroup(act, stale)
        for address in {a for account in moved for a in self._of_account.get(account, ())}:
            act_now = self._acts[address]
            self._acts[address] = replace(act_now, count=self._count(act_now.supporting))
        dependences = tuple(link for links in self._links.values() for link in links)
        return Weighing(
            accounts=dict(self._accounts),
            dependences=dependences,
            families=tuple(self._families(dependences)),
            reuse=tuple(reuse),
            echoes=tuple(echoes),
            acts=tuple(self._acts[address] for *_, address in self._order),
            known_roots=dict(self._known.roots),
            roots=dict(self._all.roots),
        )

    def _renew(self, document: DocumentId) -> set[str]:
        """Work out one document anew; gives the acts that its statements spoke of before or speak of now."""
        old = self._parts.pop(document, None)
        for key in old.accounts if old else ():
            del self._accounts[key], self._by_key[key]
        told = self._told.get(document, ())
        if told:
            accounts = accounts_of(told, self._speakers)
            factual = [one for one in told if one.statement.kind in _FACTUAL]
            by_act: dict[str, list[Told]] = {}
            for one in factual:
                for act in one.statement.acts:
                    if act not in self._context_acts:
                        by_act.setdefault(act, []).append(one)
            self._parts[document] = _Part(
                told=told,
                accounts=accounts,
                unnamed=frozenset(a for a in accounts.values() if a.startswith("unnamed ")),
                by_act={act: tuple(members) for act, members in by_act.items()},
                denials=tuple(one.key for one in told if one.is_denial),
                factual_denials=tuple(one.key for one in factual if one.is_denial),
                names=_names_told(told, accounts),
                spoken_for=bodies_spoken_for(self._texts.get(document, ""), _persons_told(told)),
                own=frozenset(
                    accounts[one.key]
                    for one in told
                    if not one.is_denial and not accounts[one.key].startswith("body ") and len(one.statement.chain) < 2
                ),
            )
            self._accounts |= accounts
            self._by_key |= {one.key: one for one in told}
        new = self._parts.get(document)
        return {*(old.by_act if old else ()), *(new.by_act if new else ())}

    def _relink(self, stale: Collection[DocumentId], reuse: Sequence[TextReuse], echoes: Sequence[Echo]) -> set[str]:
        """Propose anew where something changed; gives the accounts whose roots are others now."""
        old = self._links
        unnamed = {document: part.unnamed for document, part in self._parts.items() if part.unnamed}
        ruled = {frozenset((d.a, d.b)) for d in self._decided}
        was_ruled = {frozenset((d.a, d.b)) for d in old.get(("decided",), ())}

        def open_ones(links: Iterable[Dependence]) -> tuple[Dependence, ...]:
            return tuple(d for d in links if not ruled or frozenset((d.a, d.b)) not in ruled)

        links: dict[tuple[str, ...], tuple[Dependence, ...]] = {("decided",): self._decided}
        for document, part in sorted(self._parts.items()):
            kept = old.get(("document", document))
            if kept is None or document in stale or ruled != was_ruled:
                by_name = {one.statement.informant.name or "": part.accounts[one.key] for one in part.told}
                kept = open_ones(
                    [
                        *propose_for_document(part.told, part.accounts),
                        *propose_for_spokespersons(part.spoken_for, by_name),
                    ]
                )
            links["document", document] = kept
        for pair in reuse:
            name: tuple[str, ...] = ("reprint", pair.a, pair.b, f"{pair.containment:.4f}")
            reprint = old.get(name)
            if reprint is None or pair.a in stale or pair.b in stale or ruled != was_ruled:
                reprint = open_ones(propose_for_reprint(pair, unnamed))
            links[name] = reprint
        reprints = {(pair.a, pair.b) for pair in reuse if pair.containment >= REPRINT_CONTAINMENT}
        for echo in echoes:
            if (echo.a, echo.b) in reprints:
                continue  # said already, and better
            name = ("echo", echo.a, echo.b, *map(str, (*echo.at_a, *echo.at_b)), echo.reason)
            echoed = old.get(name)
            if echoed is None or echo.a in stale or echo.b in stale or ruled != was_ruled:
                echoed = open_ones(propose_for_echo(echo, self._told, self._accounts))
            links[name] = echoed
        links |= {("name", *pair): open_ones([link]) for pair, link in self._name_links().items()}
        ways = Counter(way for came in self._provenance.values() for way in ways_of(came))
        several = {way for way, times in ways.items() if times > 1}
        for document, provenance in sorted(self._provenance.items()):
            own = self._parts[document].own if document in self._parts else ()
            links["provenance", document] = open_ones(propose_for_provenance(own, provenance, several))
        speakers = (account for accounts in unnamed.values() for account in accounts)
        for link in open_ones(propose_for_unnamed(speakers, self._decided)):
            name = ("unnamed", link.a)
            held = old.get(name)
            # The same object where nothing changed: thousands of these are compared by identity alone.
            links[name] = held if held is not None and held[0] is link else (link,)
        self._links = links
        gone: Counter[Dependence] = Counter()
        for source, after in links.items():
            before = old.get(source, ())
            if before is not after and before != after:
                gone.update(before)
                gone.subtract(after)
        for source in old.keys() - links.keys():
            gone.update(old[source])
        out = [link for link, times in gone.items() for _ in range(times)]
        new = [link for link, times in gone.items() for _ in range(-times)]
        known = Standing.KNOWN
        return self._known.change(
            [link for link in out if link.standing is known], [link for link in new if link.standing is known]
        ) | self._all.change(out, new)

    def _name_links(self) -> Mapping[tuple[str, str], Dependence]:
        names: dict[str, str] = {}
        for part in self._parts.values():
            for account, name in part.names.items():
                names[account] = min(name, names.get(account, name))
        self._names.change(names)
        return self._names.links()

    def _regroup(self, act: str, stale: Collection[DocumentId]) -> None:
        """Group an act's statements anew where documents changed, and weigh the groups that are others now."""
        shelf = self._shelves.setdefault(act, ActShelf(act))
        shelf.change(
            {
                document: [
                    (one.key, one.statement)
                    for one in (self._parts[document].by_act.get(act, ()) if document in self._parts else ())
                ]
                for document in stale
            }
        )
        groups = {act_address(group): group for group in shelf.groups()}
        for address in self._of_act.get(act, set()):
            if address not in groups or groups[address] is not self._acts[address].group:
                self._take_out(address)
        for address, group in groups.items():
            if address not in self._acts:
                weighed = self._weighed(group)
                if weighed.supporting:
                    self._put_in(address, weighed)
        self._of_act[act] = groups.keys() & self._acts.keys()

    def _put_in(self, address: str, act: WeighedAct) -> None:
        self._acts[address] = act
        insort(self._order, (-len(act.documents), -len(act.supporting), address))
        self._accounts_of[address] = {self._accounts[key] for key in act.supporting}
        for account in self._accounts_of[address]:
            self._of_account.setdefault(account, set()).add(address)

    def _take_out(self, address: str) -> None:
        act = self._acts.pop(address)
        place = bisect_left(self._order, (-len(act.documents), -len(act.supporting), address))
        del self._order[place]
        for account in self._accounts_of.pop(address):
            self._of_account[account].discard(address)

    def _weighed(self, group: ActGroup[str]) -> WeighedAct:
        members = [self._by_key[key] for key in group.members]
        supporting = [member for member in members if not member.is_denial]
        documents = tuple(dict.fromkeys(member.document for member in supporting))
        beside = [key for document in sorted(documents) for key in self._parts[document].factual_denials]
        told = [(member.key, member.statement) for member in supporting]
        keys = tuple(member.key for member in supporting)
        return WeighedAct(
            group=group,
            supporting=keys,
            denials=tuple(dict.fromkeys([*(m.key for m in members if m.is_denial), *beside])),
            documents=documents,
            count=self._count(keys),
            fields=tuple(
                compare_statements(told, field, of_one_event=group.kind is ActKind.EVENT)
                for field in (ToldField.AMOUNT, ToldField.TIME, ToldField.PLACE)
            ),
        )

    def _count(self, keys: Collection[str]) -> IndependentCount:
        return count_by_roots([self._accounts[key] for key in keys], self._known.roots, self._all.roots)

    def _families(self, dependences: Sequence[Dependence]) -> list[SourceFamily]:
        return source_families(
            sorted(self._parts),
            {document: part.denials for document, part in self._parts.items() if part.denials},
            dependences,
            lambda accounts: count_by_roots(accounts, self._known.roots, self._all.roots),
        )


def _persons_told(told: Sequence[Told]) -> list[str]:
    named = (one.statement.informant for one in told if not one.is_denial)
    return sorted({i.name for i in named if i.type is InformantType.NAMED_PERSON and i.name and len(i.name) > 3})


def _names_told(told: Sequence[Told], accounts: Mapping[str, str]) -> dict[str, str]:
    """Accounts that a name alone makes, with the name; linkage and the table of bodies answer for the others."""
    names: dict[str, str] = {}
    for one in told:
        name = one.statement.informant.name or ""
        account = accounts[one.key]
        if one.statement.informant.type is InformantType.NAMED_PERSON and account == f"speaker {plain_body_name(name)}":
            names[account] = min(name, names.get(account, name))
    return names
