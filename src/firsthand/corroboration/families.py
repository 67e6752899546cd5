"""Source families: documents whose accounts end at one and the same speaker or body.

An outlet's own sentences are not a second source beside the report that it carries: an author voice without
a stated basis, in a document that gives most of what it attributes to one body, rests on that body.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from firsthand.claims.attribution import InformantType
from firsthand.claims.claim import Polarity, Statement, StatementKind
from firsthand.corroboration.bodies import body_named, names_only_a_product, plain_body_name, speaks_through_a_product
from firsthand.corroboration.dependence import Dependence, DependenceKind, Standing
from firsthand.corroboration.independence import IndependentCount
from firsthand.values.grades import Basis
from firsthand.values.ids import DocumentId

__all__ = [
    "SourceFamily",
    "Told",
    "accounts_of",
    "leading_account",
    "source_families",
    "upstream_bodies",
]


# A pronoun that the reader could not resolve names nobody.
_PRONOUNS = frozenset({"", "it", "he", "she", "they", "we", "i", "who", "그", "그는", "그녀", "그들"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A statement, the key of its claim or proposal, and the document that it stands in.

    ``origin`` is the first version of a testimony, where ``document`` is a later one: both are one speaker. ``at`` is
    the first character of its passage, where that is known.
    """

    key: str
    document: DocumentId
    statement: Statement
    origin: DocumentId | None = None
    at: int | None = None

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


def source_families(
    documents: Sequence[DocumentId],
    denials: Mapping[DocumentId, Sequence[str]],
    dependences: Sequence[Dependence],
    count: Callable[[Sequence[str]], IndependentCount],
) -> list[SourceFamily]:
    """Families of two documents or more whose own voice rests on one account, largest first.

    A document that reprints one of a family belongs to it; documents that only reprint each other are a family of
    their own. ``denials`` are the keys of denials by document, ``count`` gives the independent accounts of some.
    """
    known = [d for d in dependences if d.standing is Standing.KNOWN]
    held = set(documents)
    leads: dict[str, dict[DocumentId, str]] = {}
    for link in known:
        if link.kind is DependenceKind.QUOTES and link.a.startswith("document "):
            leads.setdefault(link.b, {})[DocumentId(link.a.removeprefix("document "))] = link.reason
    for texts in _reprints([d for d in known if d.kind is DependenceKind.REPRINT]):
        carried = [members for members in leads.values() if members.keys() & texts.keys()]
        for members in carried or [leads.setdefault(f"document {min(texts)}", {})]:
            for document, reason in texts.items():
                members.setdefault(document, reason)
    families = []
    for account, members in leads.items():
        within = sorted(members.keys() & held)
        if len(within) < 2:
            continue
        families.append(
            SourceFamily(
                account=account,
                documents=tuple(within),
                count=count([f"document {document}" for document in within]),
                reasons=tuple(members[document] for document in within),
                denials=tuple(key for document in within for key in denials.get(document, ())),
            )
        )
    return sorted(families, key=lambda family: (-len(family.documents), family.account))


def _reprints(links: Sequence[Dependence]) -> list[dict[DocumentId, str]]:
    """Documents joined by reprints, each with the reason that joined it."""
    groups: dict[DocumentId, dict[DocumentId, str]] = {}
    for link in links:
        ends = [DocumentId(end.removeprefix("document ")) for end in (link.a, link.b)]
        joined: dict[DocumentId, str] = {}
        for end in ends:
            joined |= groups.get(end, {})
        for end in ends:
            joined.setdefault(end, link.reason)
        groups |= dict.fromkeys(joined, joined)
    return list({id(group): group for group in groups.values()}.values())
