"""Everything that accounts together show: who depends on whom, which acts they speak of, where they differ.

A pure function of statements and texts: the same input gives the same weighing, so that nothing has to be stored
and a withdrawn claim cannot linger in a figure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from firsthand.claims.claim import StatementKind
from firsthand.corroboration.agreement import Difference, FieldValues, ToldField, compare_statements
from firsthand.corroboration.families import SourceFamily, Told, accounts_of, propose_dependences, source_families
from firsthand.corroboration.independence import Dependence, IndependentCount, independent_count
from firsthand.corroboration.reuse import TextReuse, reused_texts
from firsthand.entities.act import ActGroup, acts_of_statements
from firsthand.values.ids import DocumentId

__all__ = ["WeighedAct", "Weighing", "weigh_statements"]


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
    """The accounts of the statements (by key), their dependences, source families, reused texts, and acts."""

    accounts: Mapping[str, str]
    dependences: tuple[Dependence, ...]
    families: tuple[SourceFamily, ...]
    reuse: tuple[TextReuse, ...]
    acts: tuple[WeighedAct, ...]


def weigh_statements(
    told: Sequence[Told],
    texts: Mapping[DocumentId, str],
    *,
    context_acts: Collection[str] = (),
    decided: Sequence[Dependence] = (),
    speakers: Mapping[tuple[DocumentId, str], str] | None = None,
) -> Weighing:
    """Weigh statements against each other.

    ``context_acts`` are codes that name no violation; they make no act. ``decided`` are dependences that people
    entered or refused; they replace what the machine proposes on the same two accounts.
    ``speakers`` maps (document, name as told) to a person or body where linkage has decided.
    """
    accounts = accounts_of(told, speakers)
    reuse = reused_texts({str(document): text for document, text in texts.items()})
    ruled = {frozenset((d.a, d.b)) for d in decided}
    proposed = [d for d in propose_dependences(told, reuse, accounts) if frozenset((d.a, d.b)) not in ruled]
    dependences = (*decided, *proposed)
    by_key = {one.key: one for one in told}
    # Statements of context, law and opinion say nothing that accounts could agree or differ on as facts.
    factual = [t for t in told if t.statement.kind in {StatementKind.ACT, StatementKind.QUANTITY, StatementKind.DENIAL}]
    groups = acts_of_statements([(t.key, t.document, t.statement) for t in factual])
    violations = [group for group in groups if group.act not in context_acts]
    acts = [_weighed(group, by_key, factual, accounts, dependences) for group in violations]
    return Weighing(
        accounts=accounts,
        dependences=dependences,
        families=tuple(source_families(told, dependences)),
        reuse=tuple(reuse),
        acts=tuple(
            sorted(
                (act for act in acts if act.supporting),
                key=lambda act: (-len(act.documents), -len(act.supporting), act.group.act),
            )
        ),
    )


def _weighed(
    group: ActGroup[str],
    by_key: Mapping[str, Told],
    factual: Sequence[Told],
    accounts: Mapping[str, str],
    dependences: Sequence[Dependence],
) -> WeighedAct:
    members = [by_key[key] for key in group.members]
    supporting = [member for member in members if not member.is_denial]
    documents = tuple(dict.fromkeys(member.document for member in supporting))
    beside = [one for one in factual if one.is_denial and one.document in documents]
    denials = dict.fromkeys([*(m.key for m in members if m.is_denial), *(one.key for one in beside)])
    return WeighedAct(
        group=group,
        supporting=tuple(member.key for member in supporting),
        denials=tuple(denials),
        documents=documents,
        count=independent_count([accounts[member.key] for member in supporting], dependences),
        fields=tuple(
            compare_statements([(member.key, member.statement) for member in supporting], field)
            for field in (ToldField.AMOUNT, ToldField.TIME, ToldField.PLACE)
        ),
    )
