"""Source families: documents whose accounts end at one and the same speaker or body.

An outlet's own sentences are not a second source beside the report that it carries: an author voice without
a stated basis, in a document that gives most of what it attributes to one body, rests on that body.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from firsthand.claims.attribution import InformantType
from firsthand.claims.claim import Polarity, Statement, StatementKind
from firsthand.corroboration.bodies import body_named, names_only_a_product, plain_body_name, speaks_through_a_product
from firsthand.corroboration.independence import (
    Dependence,
    DependenceKind,
    IndependentCount,
    Standing,
    independent_count,
)
from firsthand.corroboration.reuse import TextReuse
from firsthand.values.grades import Basis
from firsthand.values.ids import DocumentId

__all__ = [
    "SourceFamily",
    "Told",
    "accounts_of",
    "leading_account",
    "propose_dependences",
    "source_families",
    "upstream_bodies",
]

LEADING_SHARE = 0.5
REPRINT_CONTAINMENT = 0.6

# A pronoun that the reader could not resolve names nobody.
_PRONOUNS = frozenset({"", "it", "he", "she", "they", "we", "i", "who", "그", "그는", "그녀", "그들"})
MACHINE = "machine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A statement, the key of its claim or proposal, and the document that it stands in.

    ``origin`` is the first version of a testimony, where ``document`` is a later one: both are one speaker.
    """

    key: str
    document: DocumentId
    statement: Statement
    origin: DocumentId | None = None

    @property
    def is_denial(self) -> bool:
        """Whether the speaker denies, or is the accused party speaking for itself."""
        return (
            self.statement.polarity is Polarity.DENIED
            or self.statement.kind is StatementKind.DENIAL
            or self.statement.basis is Basis.ACCUSED
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFamily:
    """Documents that count as one source body or fewer than they are, and the denials told beside them."""

    account: str
    documents: tuple[DocumentId, ...]
    count: IndependentCount
    reasons: tuple[str, ...]
    denials: tuple[str, ...]


def accounts_of(told: Sequence[Told], speakers: Mapping[tuple[DocumentId, str], str] | None = None) -> dict[str, str]:
    """The account that each statement comes from, by its key: the end of its attribution chain.

    ``speakers`` maps (document, name as told) to a person's or body's id where linkage has decided. A name that
    the table of bodies knows is that body everywhere. "The report" alone is the body named last before it in the
    same document, or first after it. Unnamed speakers are accounts of their own document.
    """
    accounts = {one.key: _account(one, speakers or {}) for one in told}
    last: dict[DocumentId, str] = {}
    waiting: dict[DocumentId, list[str]] = {}
    for one in told:
        account = accounts[one.key]
        if account.startswith(("body ", "speaker ")) and not one.is_denial:
            if one.statement.informant.type is InformantType.INSTITUTION and not _is_carrier(one):
                last[one.document] = account
                for key in waiting.pop(one.document, ()):
                    accounts[key] = account
        elif one.statement.informant.name and names_only_a_product(one.statement.informant.name):
            if one.document in last:
                accounts[one.key] = last[one.document]
            else:
                waiting.setdefault(one.document, []).append(one.key)
    return accounts


def _is_carrier(told: Told) -> bool:
    body = body_named(told.statement.informant.name or "")
    return body is not None and body.is_carrier


def _account(told: Told, speakers: Mapping[tuple[DocumentId, str], str]) -> str:
    informant = told.statement.informant
    origin = told.origin or told.document
    if informant.type is InformantType.AUTHOR_VOICE:
        return f"document {origin}"
    decided = speakers.get((told.document, informant.name or ""))
    if decided:
        return f"speaker {decided}"
    name = plain_body_name(informant.name or "")
    body = body_named(informant.name) if informant.name else None
    if body is not None:
        return f"body {body.code}"
    named = informant.type in {InformantType.NAMED_PERSON, InformantType.INSTITUTION}
    if named and name not in _PRONOUNS and not names_only_a_product(informant.name or ""):
        return f"speaker {name}"
    return f"unnamed {origin} {name}"


def upstream_bodies(told: Told) -> list[str]:
    """Accounts of the bodies that the chain passes through; publishers and wire agencies only carry."""
    named = [body_named(step) for step in told.statement.chain[1:]]
    return list(dict.fromkeys(f"body {body.code}" for body in named if body is not None and not body.is_carrier))


def leading_account(told: Sequence[Told], accounts: Mapping[str, str]) -> tuple[str, float] | None:
    """The named account that carries most of what one document attributes, and its share of that.

    Only statements of acts and quantities take part, denials and the author's own sentences left out. What unnamed
    informants say is carried by the body that the chain passes through, or by the body whose report the document
    carries. Ties go to the account named first.
    """
    factual = {StatementKind.ACT, StatementKind.QUANTITY}
    attributed = [
        one
        for one in told
        if not one.is_denial and one.statement.kind in factual and not accounts[one.key].startswith("document ")
    ]
    reported = carried_report(told, accounts)
    counts = Counter(
        end
        for one in attributed
        for end in dict.fromkeys(
            [
                accounts[one.key],
                *upstream_bodies(one),
                *([reported] if reported and accounts[one.key].startswith("unnamed ") else []),
            ]
        )
    )
    named = [(account, count) for account, count in counts.most_common() if not account.startswith("unnamed ")]
    return (named[0][0], named[0][1] / len(attributed)) if named else None


def carried_report(told: Sequence[Told], accounts: Mapping[str, str]) -> str | None:
    """The account whose report one document carries: the one that its words "the report", "a UN study" stand for."""
    for one in told:
        name = one.statement.informant.name or ""
        account = accounts[one.key]
        if name and account.startswith(("body ", "speaker ")) and speaks_through_a_product(name):
            return account
    return None


def propose_dependences(
    told: Sequence[Told], reuse: Sequence[TextReuse], accounts: Mapping[str, str]
) -> list[Dependence]:
    """Dependences that the texts themselves show, each with its reason.

    * Reprints: containment of at least 0.6 makes two documents' own voices, and their equally worded unnamed
      speakers, one.
    * Carried reports: an author voice rests on the body or person that the document gives most of its account
      to. Known where that body leads the document alone, possible where it only leads.
    * An unnamed speaker who is heard only through a body is that body's informant: a report with many
      interviews is one source body.
    * Unnamed speakers in different documents may be one person.
    """
    by_document: dict[DocumentId, list[Told]] = {}
    for one in told:
        by_document.setdefault(one.document, []).append(one)
    found = []
    for pair in reuse:
        if pair.containment >= REPRINT_CONTAINMENT:
            found.extend(_reprint(pair, by_document, accounts))
    for document, members in by_document.items():
        leading = leading_account(members, accounts)
        if leading is None:
            continue
        account, share = leading
        found.append(
            Dependence(
                a=f"document {document}",
                b=account,
                kind=DependenceKind.QUOTES,
                standing=Standing.KNOWN if share >= LEADING_SHARE else Standing.POSSIBLE,
                reason=f"gives {share:.0%} of what it attributes to this speaker, and no own basis for the rest",
                asserted_by=MACHINE,
            )
        )
    found.extend(_informants_of_bodies(told, accounts))
    found.extend(_possibly_same(sorted({a for a in accounts.values() if a.startswith("unnamed ")})))
    return found


def source_families(told: Sequence[Told], dependences: Sequence[Dependence]) -> list[SourceFamily]:
    """Families of two documents or more whose own voice rests on one account, largest first."""
    known = [d for d in dependences if d.standing is Standing.KNOWN]
    leads: dict[str, dict[DocumentId, str]] = {}
    documents = list(dict.fromkeys(t.document for t in told))
    for document in documents:
        for link in known:
            if link.kind is DependenceKind.QUOTES and link.a == f"document {document}":
                leads.setdefault(link.b, {})[document] = link.reason
    for link in known:
        if link.kind is DependenceKind.REPRINT:
            first, second = DocumentId(link.a.split(" ", 1)[1]), DocumentId(link.b.split(" ", 1)[1])
            _join_reprint(leads, first, second, link.reason)
    families = []
    for account, members in leads.items():
        if len(members) < 2:
            continue
        counted = independent_count([f"document {document}" for document in members], dependences)
        denials = tuple(t.key for t in told if t.document in members and t.is_denial)
        families.append(
            SourceFamily(
                account=account,
                documents=tuple(d for d in documents if d in members),
                count=counted,
                reasons=tuple(members.values()),
                denials=denials,
            )
        )
    return sorted(families, key=lambda family: -len(family.documents))


def _join_reprint(leads: dict[str, dict[DocumentId, str]], a: DocumentId, b: DocumentId, reason: str) -> None:
    for members in leads.values():
        if a in members or b in members:
            members.setdefault(a, reason)
            members.setdefault(b, reason)
            return
    leads.setdefault(f"document {a}", {}).update({a: reason, b: reason})


def _reprint(
    pair: TextReuse, by_document: Mapping[DocumentId, Sequence[Told]], accounts: Mapping[str, str]
) -> list[Dependence]:
    a, b = DocumentId(pair.a), DocumentId(pair.b)
    reason = f"{pair.containment:.0%} of the shorter text's runs of words stand in the other"
    links = [
        Dependence(
            a=f"document {a}",
            b=f"document {b}",
            kind=DependenceKind.REPRINT,
            standing=Standing.KNOWN,
            reason=reason,
            asserted_by=MACHINE,
        )
    ]
    unnamed = {
        document: {accounts[t.key] for t in by_document.get(document, ()) if accounts[t.key].startswith("unnamed ")}
        for document in (a, b)
    }
    for account in sorted(unnamed[a]):
        twin = account.replace(f"unnamed {a} ", f"unnamed {b} ", 1)
        if twin in unnamed[b]:
            links.append(
                Dependence(
                    a=account,
                    b=twin,
                    kind=DependenceKind.SAME_SPEAKER,
                    standing=Standing.KNOWN,
                    reason=f"the same words for the speaker in a reprint ({reason})",
                    asserted_by=MACHINE,
                )
            )
    return links


def _informants_of_bodies(told: Sequence[Told], accounts: Mapping[str, str]) -> list[Dependence]:
    heard_through = {
        (accounts[one.key], body)
        for one in told
        if accounts[one.key].startswith("unnamed ")
        for body in upstream_bodies(one)
    }
    by_document: dict[DocumentId, list[Told]] = {}
    for one in told:
        by_document.setdefault(one.document, []).append(one)
    perhaps = {
        (accounts[one.key], report)
        for members in by_document.values()
        if (report := carried_report(members, accounts)) is not None
        for one in members
        if accounts[one.key].startswith("unnamed ") and not one.is_denial
    } - heard_through
    return [
        *(
            Dependence(
                a=account,
                b=body,
                kind=DependenceKind.HEARD_FROM,
                standing=Standing.POSSIBLE,
                reason="the document carries that body's report, and names nobody else who heard this speaker",
                asserted_by=MACHINE,
            )
            for account, body in sorted(perhaps)
        ),
        *(
            Dependence(
                a=account,
                b=body,
                kind=DependenceKind.HEARD_FROM,
                standing=Standing.KNOWN,
                reason="this unnamed speaker is heard only through that body",
                asserted_by=MACHINE,
            )
            for account, body in sorted(heard_through)
        ),
    ]


def _possibly_same(unnamed: Sequence[str]) -> list[Dependence]:
    # One link from each to the first is enough: what is possibly the same is joined transitively.
    first = unnamed[0] if unnamed else ""
    return [
        Dependence(
            a=first,
            b=other,
            kind=DependenceKind.POSSIBLY_SAME_SPEAKER,
            standing=Standing.POSSIBLE,
            reason="both speakers are unnamed, so that one person may have spoken to both",
            asserted_by=MACHINE,
        )
        for other in unnamed[1:]
    ]
