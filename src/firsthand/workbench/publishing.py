"""Planning a publication: who may see what, what must go, a rehearsal of attacks, and what would be left."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from firsthand.claims.claim import Claim
from firsthand.corroboration.dependence import Standing
from firsthand.corroboration.roots import roots_of_accounts
from firsthand.estimation.counts import Breakdown, documented_counts
from firsthand.publication.disclosure import (
    DisclosureRules,
    FrequencyTable,
    Method,
    NothingToPublish,
    PublishedTable,
    protect_linked_tables,
    protect_privately,
)
from firsthand.publication.magnitudes import Contribution, protect_magnitudes
from firsthand.publication.margins import Dimension
from firsthand.publication.policy import Audience, Decision, Form, decide_claim
from firsthand.publication.private import Spending, membership_advantage, spend
from firsthand.publication.records import Column, PublishedRecords, RecordRules, Row, protect_records
from firsthand.publication.rehearsal import Attack, Rehearsal, rehearse_records, rehearse_tables
from firsthand.publication.synthetic import SyntheticRows, draw_synthetic_rows
from firsthand.sources.consent import Purpose, decide_consent
from firsthand.values.errors import ProtectionRefusal
from firsthand.values.ids import ClaimId, SourceId
from firsthand.values.quantities import QuantityKind
from firsthand.vault.tables.assessment import KeptRelease
from firsthand.workbench.apart import ClosedToCoder
from firsthand.workbench.assessing import assess_vault
from firsthand.workbench.session import Session
from firsthand.workbench.steps import StepName

__all__ = ["ReleasePlan", "Sums", "decisions_for", "parts_of_sums", "plan_release", "releases_ever"]


TOTAL = "Total"
NOTHING_LEFT = "Every cell is too small to be shown: the table would say nothing but its total."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePlan:
    """What would leave for an audience, and what stands in the way."""

    audience: Audience
    tables_by: tuple[tuple[Breakdown, ...], ...]
    decisions: dict[ClaimId, Decision]
    counted: tuple[ClaimId, ...]
    refused: dict[str, tuple[ClaimId, ...]]
    tables: dict[str, PublishedTable] = field(default_factory=dict)
    records: PublishedRecords | None = None
    synthetic: SyntheticRows | None = None
    epsilon: float = 0.0
    rehearsal: Rehearsal | None = None
    reasons: tuple[str, ...] = ()

    @property
    def by(self) -> tuple[Breakdown, ...]:
        """What the first table is counted by."""
        return self.tables_by[0]

    @property
    def table(self) -> PublishedTable | None:
        """The first table."""
        return next(iter(self.tables.values()), None)

    @property
    def passes(self) -> bool:
        """Whether it may be released."""
        return (
            bool(self.tables)
            and self.rehearsal is not None
            and self.rehearsal.passes
            and NOTHING_LEFT not in self.reasons
        )

    def fingerprint(self, title: str) -> str:
        """What a second person approves: SHA-256 over audience, title and everything that would be shown."""
        shown: list[object] = [self.audience.value, title, [table.to_json() for table in self.tables.values()]]
        shown.append(None if self.records is None else [self.records.columns, self.records.rows])
        shown.append(None if self.synthetic is None else [self.synthetic.columns, self.synthetic.rows])
        return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode("utf-8")).hexdigest()

    def changes_since(self, earlier: Sequence[PublishedTable]) -> dict[str, tuple[int, int]]:
        """For each table that left before: how many cells changed, and how many are shown anew."""
        found = {}
        for name, table in self.tables.items():
            last = [one for one in earlier if [d.name for d in one.dimensions] == [d.name for d in table.dimensions]]
            if last:
                before, now = last[-1].values, table.values
                changed = sum(cell in before and before[cell] != value for cell, value in now.items())
                found[name] = (changed, sum(cell not in before for cell in now))
        return found


def decisions_for(
    session: Session, audience: Audience, claims: Sequence[Claim], *, recipient: str | None = None
) -> dict[ClaimId, Decision]:
    """The form in which each claim may reach an audience, with the rule; ``recipient`` is who a partner or court is."""
    today = session.now().date()
    withdrawals = session.withdrawals()
    handling = {source.id: source.handling for source in session.sources()}
    allowed = {
        source: {
            purpose: decide_consent(
                purpose,
                consents=session.consents(source=source),
                withdrawals=withdrawals,
                on=today,
                recipient=recipient,
            )
            for purpose in Purpose
        }
        for source in handling
    }
    return {
        claim.id: decide_claim(
            claim,
            session.acts,
            audience=audience,
            consents=allowed[claim.source],
            source_handling=handling[claim.source],
        )
        for claim in claims
    }


def plan_release(
    session: Session,
    audience: Audience,
    *tables_by: Sequence[Breakdown],
    with_records: bool = False,
    epsilon: float = 0.0,
    recipient: str | None = None,
    sums: Sums | None = None,
    synthetic: int = 0,
) -> ReleasePlan:
    """Decide claim by claim, protect the tables, and let an attacker try them together with all earlier releases.

    ``sums`` asks for a table of money told, ``synthetic`` for so many rows drawn from the first table.
    With an ``epsilon`` counts are private instead: the budget is shared evenly among the tables, and one informant's
    statements are taken for as many changes as the one with the most of them has.
    """
    for document in sorted(session.closed):
        if session.whole().read.count("claim", document=document, status="accepted"):
            raise ClosedToCoder("A publication would lack claims of a document that you code apart.")
    claims = session.claims(status="accepted")
    decisions = decisions_for(session, audience, claims, recipient=recipient)
    counted = [claim for claim in claims if decisions[claim.id].form >= Form.COUNTED]
    refused: dict[str, list[ClaimId]] = {}
    for claim in claims:
        if decisions[claim.id].form < Form.COUNTED:
            refused.setdefault(decisions[claim.id].rule, []).append(claim.id)
    found = _Found()
    try:
        if epsilon and (sums is not None or synthetic):
            raise NothingToPublish("A private release holds counts alone (rule: privacy budget).")
        informants = informants_of(session, counted)
        truths = [FrequencyTable.of_counts(documented_counts(counted, by), informant_of=informants) for by in tables_by]
        if epsilon:
            most = max(Counter(informants.values()).values(), default=1) * len(counted_acts(counted))
            found.protect_privately(truths, epsilon, spent_by(session), session.now().date(), per_person=most)
        else:
            found.protect(truths, earlier_tables(session))
        if sums is not None:
            found.protect_sums(session, counted, informants, sums)
        if synthetic and found.tables:
            found.synthetic = draw_synthetic_rows(found.tables[0], count=synthetic, seed=1, opted_in=True)
        if with_records:
            coded = [claim for claim in counted if decisions[claim.id].form >= Form.CODED]
            found.protect_rows(coded, informants, earlier_tables(session), earlier_rows(session))
    except ProtectionRefusal as refusal:
        found.reasons += refusal.lines()
        found.rehearsal = None
    return ReleasePlan(
        audience=audience,
        tables_by=tuple(tuple(by) for by in tables_by),
        decisions=decisions,
        counted=tuple(claim.id for claim in counted),
        refused={rule: tuple(ids) for rule, ids in refused.items()},
        tables={_table_name(table): table for table in found.tables},
        synthetic=found.synthetic,
        records=found.records,
        epsilon=epsilon,
        rehearsal=found.rehearsal,
        reasons=tuple(dict.fromkeys(found.reasons)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """A table of money told: by what, in which currency (as claims write the unit), and p of the p-percent rule."""

    by: tuple[Breakdown, ...]
    currency: str
    p: int = 15


def _table_name(table: PublishedTable) -> str:
    word = "sums" if table.method is Method.P_PERCENT else "counts"
    return f"{word}-" + "-".join(d.name for d in table.dimensions)


def parts_of_sums(
    claims: Sequence[Claim], informants: Mapping[ClaimId, SourceId], sums: Sums
) -> tuple[list[Contribution], tuple[Dimension, ...]]:
    """Every amount of money told as one number in the currency, and what the sums are by.

    An amount told as a range is left out: half of it would be a number that nobody told.
    """
    by_id = {claim.id: claim for claim in claims}
    parts = []
    for row in documented_counts(claims, sums.by).rows:
        for id in row.claims:  # noqa: A001  its field's name
            told = by_id[id].statement.amount
            if told is None or told.kind is not QuantityKind.MONEY or told.unit != sums.currency:
                continue
            if told.minimum is not None and told.minimum == told.maximum and float(told.minimum).is_integer():
                parts.append(
                    Contribution(categories=row.categories, amount=int(told.minimum), informant=str(informants[id]))
                )
    if not parts:
        raise NothingToPublish(f"No accepted claim tells of a single sum in {sums.currency}.")
    dimensions = tuple(
        Dimension(name=str(by), categories=tuple(sorted({part.categories[n] for part in parts})))
        for n, by in enumerate(sums.by)
    )
    return parts, dimensions


@dataclass(slots=True)
class _Found:
    """What passed so far, with the rehearsal of all of it."""

    tables: tuple[PublishedTable, ...] = ()
    synthetic: SyntheticRows | None = None
    records: PublishedRecords | None = None
    rehearsal: Rehearsal | None = None
    reasons: list[str] = field(default_factory=list)

    def protect(self, truths: Sequence[FrequencyTable], earlier: Sequence[PublishedTable]) -> None:
        self.tables = protect_linked_tables(truths, DisclosureRules())
        out = list(earlier)
        for truth, table in zip(truths, self.tables, strict=True):
            self._add(rehearse_tables(truth, table, earlier=out))
            out.append(table)
            if not any(cell.value and TOTAL not in cell.categories for cell in table.cells):
                self.reasons.append(NOTHING_LEFT)

    def protect_privately(
        self,
        truths: Sequence[FrequencyTable],
        epsilon: float,
        ledger: Sequence[Spending],
        on: dt.date,
        *,
        per_person: int,
    ) -> None:
        spend(ledger, epsilon, on=on)
        share = epsilon / len(truths)
        self.tables = tuple(
            protect_privately(truth, epsilon=share, ledger=ledger, on=on, per_person=per_person) for truth in truths
        )
        # No attack on noise can do better than its bound, whatever else the attacker holds.
        attack = Attack(name=f"telling membership: at most {membership_advantage(epsilon):.0%} better", tried=1, won=())
        self._add(Rehearsal(passes=True, reasons=(), attacks=(attack,)))

    def protect_sums(
        self, session: Session, claims: Sequence[Claim], informants: Mapping[ClaimId, SourceId], sums: Sums
    ) -> None:
        if any(table.method is Method.P_PERCENT for table in earlier_tables(session)):
            # sums are proven one table at a time; a second one of the same amounts could be subtracted from the first
            raise NothingToPublish("A table of sums left before: another is refused (rule: sums stand alone).")
        parts, dimensions = parts_of_sums(claims, informants, sums)
        table = protect_magnitudes(
            parts, dimensions, rules=DisclosureRules(), p=sums.p, counted=f"{sums.currency} told of"
        )
        self.tables = (*self.tables, table)
        attack = Attack(name=f"working out a part to within {sums.p} percent", tried=len(table.cells), won=())
        self._add(Rehearsal(passes=True, reasons=(), attacks=(attack,)))

    def protect_rows(
        self,
        claims: Sequence[Claim],
        informants: Mapping[ClaimId, SourceId],
        earlier: Sequence[PublishedTable],
        files: Sequence[PublishedRecords],
    ) -> None:
        rows, columns = rows_of(claims, informants)
        if not rows:
            raise NothingToPublish("No statement may leave as a row for this audience.")
        self.records = protect_records(rows, columns, RecordRules())
        self._add(rehearse_records(rows, columns, self.records, tables=[*earlier, *self.tables], earlier=files))

    def _add(self, one: Rehearsal) -> None:
        self.rehearsal = one if self.rehearsal is None else self.rehearsal.joined(one)
        self.reasons += one.reasons


_ROW_BY = (Breakdown.ACT, Breakdown.PROVINCE, Breakdown.COUNTRY, Breakdown.YEAR, Breakdown.PERIOD)


def rows_of(claims: Sequence[Claim], informants: Mapping[ClaimId, SourceId]) -> tuple[list[Row], list[Column]]:
    """Coded statements as rows of act, province (coarser: country) and year (coarser: decade)."""
    rows: list[Row] = []
    countries: dict[str, str] = {}
    decades: dict[str, str] = {}
    for counted in documented_counts(claims, _ROW_BY).rows:
        act, province, country, year, decade = counted.categories
        place = province if province != "not told" else country
        countries[place], decades[year] = country, decade
        rows += [Row(values=(place, year), act=act, informant=informants[claim]) for claim in counted.claims]
    return rows, [Column(name="province", ladder=(countries,)), Column(name="year", ladder=(decades,))]


def informants_of(session: Session, claims: Sequence[Claim]) -> dict[ClaimId, SourceId]:
    """For each claim who it rests on in the end, reprints and carried reports taken as the one that they are.

    Only known dependences join: two unnamed people are possibly one, and hiding every cell for that would hide all.
    """
    assessment = assess_vault(session)
    accounts = assessment.weighing.accounts
    known = [d for d in assessment.weighing.dependences if d.standing is Standing.KNOWN]
    roots = roots_of_accounts(list(accounts.values()), known)
    return {
        claim.id: SourceId("+".join(sorted(roots[accounts[claim.id]]))) if claim.id in accounts else claim.source
        for claim in claims
    }


def releases_ever(session: Session) -> list[KeptRelease]:
    """All releases that ever left, oldest first: one whose step was undone left all the same."""
    at, found = 0, dict[str, KeptRelease]()
    kept = session.memory.get(f"releases {session.sight}")
    if isinstance(kept, tuple) and kept[0] <= len(session.vault):
        at, found = kept[0], dict(kept[1])
    for step in reversed(session.vault.history(limit=len(session.vault) - at)):
        if step.name == StepName.RELEASE.value:
            for record in step.records:
                if record.kind == "release" and not record.removed:
                    found[record.id] = session.vault.version("release", record.id, step.index)
    session.memory[f"releases {session.sight}"] = (len(session.vault), dict(found))
    return list(found.values())


def counted_acts(claims: Sequence[Claim]) -> range:
    """One for each act of the claim with the most of them: a claim of two acts stands in two cells."""
    return range(max((len(claim.statement.acts) for claim in claims), default=1) or 1)


def spent_by(session: Session) -> list[Spending]:
    """The ledger of privacy: what each release ever spent."""
    return [Spending(epsilon=one.epsilon, on=one.released_at.date()) for one in releases_ever(session) if one.epsilon]


def earlier_tables(session: Session) -> list[PublishedTable]:
    """Tables of all releases that are out; a recalled one was seen too. Private ones have their ledger instead."""
    return [
        PublishedTable.from_json(text)
        for release in releases_ever(session)
        for text in release.tables
        if not release.epsilon
    ]


def earlier_rows(session: Session) -> list[PublishedRecords]:
    """Row-level files of all releases that are out."""
    return [PublishedRecords.from_json(text) for release in releases_ever(session) for text in release.rows]
