"""The report of one run: built from published text alone, so that nothing which passed no rule can stand in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from firsthand.claims.ages import may_be_child
from firsthand.claims.claim import Statement, StatementKind
from firsthand.corroboration.agreement import FieldValues, ToldField
from firsthand.corroboration.bodies import label_of_body
from firsthand.corroboration.families import Told
from firsthand.corroboration.weighing import WeighedAct
from firsthand.entities.mention import MentionKind
from firsthand.estimation import EstimateResult
from firsthand.linkage.naming import person_names_in
from firsthand.linkage.scoring import CandidatePair
from firsthand.publication.policy import Audience, Decision, Form, decide_text
from firsthand.publication.redaction import PublishedText, publish_own_words, redact_text
from firsthand.publication.report import (
    Report,
    ReportAct,
    ReportBreakdown,
    ReportClaim,
    ReportDocument,
    ReportEstimate,
    ReportFamily,
    ReportOverlap,
    ReportPair,
    ReportSetAside,
    ReportValue,
)
from firsthand.sources.document import Document
from firsthand.values.errors import InputError
from firsthand.values.ids import DocumentId
from firsthand.values.quantities import Quantity, QuantityKind
from firsthand.values.vocabularies import packaged_vocabulary
from firsthand.workbench.assessing import Assessment, assess_vault
from firsthand.workbench.collecting import Collected
from firsthand.workbench.estimating import Overlap, estimate_from_lists, overlap
from firsthand.workbench.linking import designation_for
from firsthand.workbench.session import Session

__all__ = ["build_report"]

_SHOWN = Decision(form=Form.TEXT, rule="words may be shown")


def build_report(session: Session, collected: Collected, *, title: str) -> Report:
    """Weigh what a run proposed and put it into words, for the team that holds the files.

    Machine proposals are shown as proposals; accepted claims, which a run without a person has none of, are counted
    apart. Names of persons are masked; where an act is sexual or a victim is or may be a child, codes stand alone.
    """
    assessment = assess_vault(session, with_proposals=True)
    writer = _Writer(session, assessment)
    accepted = {claim.id for claim in session.claims(status="accepted")}
    try:
        found: Overlap | None = overlap(session)
        estimates = [writer.estimate(result) for result in estimate_from_lists(found)] if found else []
    except InputError as fault:
        found, estimates = None, []
        why_not = " ".join(fault.lines())
    else:
        why_not = ""
    return Report(
        title=publish_own_words(title),
        documents=tuple(writer.documents()),
        set_aside=tuple(
            ReportSetAside(
                file_name=publish_own_words(aside.file_name),
                cause=aside.cause,
                reason=publish_own_words(aside.reason),
                advice=publish_own_words(aside.advice),
            )
            for aside in collected.set_aside
        ),
        families=tuple(writer.families()),
        acts=tuple(writer.act(act) for act in assessment.weighing.acts),
        pairs=tuple(writer.pair(pair) for pair in assessment.linked.pairs[:200]),
        breakdowns=tuple(writer.breakdowns()),
        claims=tuple(writer.claim(told, accepted=told.key in accepted) for told in assessment.told.values()),
        accepted_count=len(accepted),
        proposals_count=len(assessment.told) - len(accepted),
        overlap=writer.overlap(found) if found else None,
        estimates=tuple(estimates),
        why_no_estimate=publish_own_words(why_not),
    )


class _Writer:
    """Turns weighed statements into published text; holds the names to mask and the numbers of claims."""

    def __init__(self, session: Session, assessment: Assessment) -> None:
        self.session = session
        self.assessment = assessment
        self.by_id = {document.id: document for document in session.documents()}
        self.numbers = {key: number for number, key in enumerate(assessment.told, 1)}
        self.masks = _masks(assessment, self.by_id)
        self.basis = packaged_vocabulary("source_basis")

    def words(self, text: str) -> PublishedText:
        """Words of a source that name no passage: a speaker's description, a title; masked."""
        everything = {mask: to for masks in self.masks.values() for mask, to in masks.items()}
        return redact_text(text, _SHOWN, masks=everything)

    def act_label(self, code: str, language: str) -> str:
        """An act's label; the code itself where the project's list lacks it."""
        return self.session.acts[code].label(language) if code in self.session.acts else code

    def documents(self) -> list[ReportDocument]:
        proposals = Counter(told.document for told in self.assessment.told.values())
        return [
            ReportDocument(
                file_name=publish_own_words(document.file_name),
                title=self.words(document.title or ""),
                publisher=self.words(document.publisher or ""),
                published=document.published or "",
                language=document.language.value,
                sha256=document.sha256,
                characters=len(document.text),
                proposals=proposals[document.id],
                left_behind=tuple(publish_own_words(f"{left.what} ({left.count})") for left in document.left_behind),
            )
            for document in sorted(self.by_id.values(), key=lambda d: d.file_name)
        ]

    def account(self, account: str) -> PublishedText:
        """An account in words: a body's label, a masked name, or the document whose author speaks."""
        kind, _, name = account.partition(" ")
        if kind == "body":
            return publish_own_words(label_of_body(name))
        if kind == "document" and name in self.by_id:
            return publish_own_words(f"the author of {self.by_id[DocumentId(name)].file_name}")
        if kind == "unnamed":
            document, _, description = name.partition(" ")
            where = self.by_id[DocumentId(document)].file_name if document in self.by_id else ""
            shown = str(self.words(description))
            return redact_text(f"{shown or 'someone not named'} ({where})", _SHOWN, masks={})
        # Accounts are folded to lower case; names are written with capitals where masks look for them.
        return self.words(name.title() if name.isascii() else name)

    def families(self) -> list[ReportFamily]:
        return [
            ReportFamily(
                account=self.account(family.account),
                files=tuple(self.by_id[d].file_name for d in family.documents),
                at_least=family.count.at_least,
                at_most=family.count.at_most,
                reasons=tuple(publish_own_words(reason) for reason in family.reasons),
                denials=tuple(self.numbers[key] for key in family.denials),
            )
            for family in self.assessment.weighing.families
        ]

    def act(self, act: WeighedAct) -> ReportAct:
        group = act.group
        return ReportAct(
            code=group.act,
            label_en=publish_own_words(self.act_label(group.act, "en")),
            label_ko=publish_own_words(self.act_label(group.act, "ko")),
            kind=group.kind.value,
            country=group.country or "",
            earliest=str(group.earliest or ""),
            latest=str(group.latest or ""),
            files=tuple(self.by_id[d].file_name for d in act.documents),
            at_least=act.count.at_least,
            at_most=act.count.at_most,
            claims=tuple(self.numbers[key] for key in act.supporting),
            denials=tuple(self.numbers[key] for key in act.denials),
            contested=act.is_contested,
            values=tuple(value for field in act.fields for value in self.values(field)),
        )

    def values(self, field: FieldValues[str]) -> list[ReportValue]:
        contradicted = {number for pair in field.contradictions for number in pair}
        return [
            ReportValue(
                field=field.field.value,
                words=publish_own_words(_VALUE_WORDS[field.field](value.statement)),
                minimum=value.statement.amount.minimum
                if field.field is ToldField.AMOUNT and value.statement.amount
                else None,
                maximum=value.statement.amount.maximum
                if field.field is ToldField.AMOUNT and value.statement.amount
                else None,
                unit=value.statement.amount.unit if field.field is ToldField.AMOUNT and value.statement.amount else "",
                claims=tuple(self.numbers[key] for key in value.claims),
                contradicted=number in contradicted,
            )
            for number, value in enumerate(field.values)
        ]

    def claim(self, told: Told, *, accepted: bool) -> ReportClaim:
        statement = told.statement
        document = self.by_id[told.document]
        spans = self._spans(told)
        passage = " … ".join(document.text[start:end] for start, end in spans)
        decision = decide_text(statement, self.session.acts, audience=Audience.TEAM, passage=passage)
        masks = self.masks.get(told.document, {})

        def shown(text: str) -> PublishedText:
            return redact_text(text, decision, masks=masks)

        child = may_be_child(statement, passage)
        return ReportClaim(
            number=self.numbers[told.key],
            accepted=accepted,
            file_name=document.file_name,
            spans=tuple(spans),
            passage=shown(passage),
            language=document.language.value,
            kind=statement.kind.value,
            polarity=statement.polarity.value,
            acts=tuple(publish_own_words(self.act_label(code, "en")) for code in statement.acts),
            act_codes=statement.acts,
            basis=statement.basis.value,
            basis_words=publish_own_words(self.basis[statement.basis.value].label("en")),
            speaker=self.account(self.assessment.weighing.accounts[told.key]),
            victims=tuple(shown(v.text) for v in statement.victims),
            perpetrators=tuple(shown(p.text) for p in statement.perpetrators),
            places=tuple(
                publish_own_words(p.place.name) if p.place else shown(p.text)
                for p in statement.places
                # A child is never placed more exactly than by country.
                if not child or decision.form is Form.TEXT or (p.place and len(p.place.path) == 1)
            ),
            time=publish_own_words(statement.date.edtf or "" if statement.date else ""),
            amount=publish_own_words(_amount_words(statement.amount)),
        )

    def _spans(self, told: Told) -> list[tuple[int, int]]:
        claim = self.session.read.get("claim", told.key)
        if claim is not None:
            anchors = [self.session.passage(p).anchor for p in claim.passages]
            return [(anchor.start, anchor.end) for anchor in anchors]
        proposal = self.session.read.get("proposal", told.key)
        return [(span.start, span.end) for span in proposal.suggestion.support]

    def pair(self, pair: CandidatePair) -> ReportPair:
        a, b = self.assessment.linked.mention(pair.a), self.assessment.linked.mention(pair.b)
        hidden = a.kind is MentionKind.PERSON

        def name(mention_id: str, text: str) -> PublishedText:
            return publish_own_words(designation_for(mention_id)) if hidden else self.words(text)

        return ReportPair(
            kind=a.kind.value,
            a=name(a.id, a.text),
            b=name(b.id, b.text),
            file_a=self.by_id[a.document].file_name,
            file_b=self.by_id[b.document].file_name,
            probability=pair.probability,
            undecidable=pair.undecidable,
            # The words of the evidence spell the name out; where names are masked only what was compared is said.
            evidence=tuple(
                (publish_own_words(e.feature) if hidden else self.words(e.words_en), e.weight_bits)
                for e in pair.evidence
            ),
        )

    def breakdowns(self) -> list[ReportBreakdown]:
        told = [
            t
            for t in self.assessment.told.values()
            if t.statement.kind in {StatementKind.ACT, StatementKind.QUANTITY} and not t.is_denial
        ]
        return [
            ReportBreakdown(name=name, cells=tuple(_cells(told, of, self.numbers)))
            for name, of in (
                ("act", self._act_labels),
                ("place", _place_labels),
                ("period", _period_labels),
                ("basis", self._basis_labels),
            )
        ]

    def _act_labels(self, statement: Statement) -> list[str]:
        return [self.act_label(code, "en") for code in statement.acts]

    def _basis_labels(self, statement: Statement) -> list[str]:
        return [f"{statement.basis.value} {self.basis[statement.basis.value].label('en')}"]

    def overlap(self, found: Overlap) -> ReportOverlap:
        return ReportOverlap(
            lists=tuple(publish_own_words(name) for name in found.table.lists),
            patterns=tuple((tuple(pattern), count) for pattern, count in sorted(found.table.counts.items())),
            observed_count=found.table.observed_count,
        )

    def estimate(self, result: EstimateResult) -> ReportEstimate:
        return ReportEstimate(
            method=result.method,
            total=result.total if result.identifiable else None,
            interval=result.interval if result.identifiable else None,
            interval_kind=result.interval_kind,
            level=result.level,
            model=publish_own_words(result.model),
            seed=result.seed,
            warnings=tuple(publish_own_words(w.text) for w in result.warnings),
        )


def _masks(assessment: Assessment, documents: Mapping[DocumentId, Document]) -> dict[DocumentId, dict[str, str]]:
    """For each document the names in it and what stands in their place: one person, one designation."""
    masks: dict[DocumentId, dict[str, str]] = {document: {} for document in documents}
    everyone: dict[str, str] = {}
    for person in assessment.linked.persons:
        if person.kind is MentionKind.PERSON:
            for mention in person.mentions:
                masks[mention.document][mention.text] = person.designation
                everyone.setdefault(mention.text, person.designation)
    places = {m.text for p in assessment.linked.persons if p.kind is not MentionKind.PERSON for m in p.mentions}
    for document in documents.values():
        for name in person_names_in(document.text, document.language):
            if name not in places:
                masks[document.id].setdefault(name, everyone.get(name) or designation_for(f"{document.id} {name}"))
    return masks


def _cells(
    told: Sequence[Told], labels_of: Callable[[Statement], list[str]], numbers: Mapping[str, int]
) -> list[tuple[PublishedText, tuple[int, ...]]]:
    cells: dict[str, list[int]] = {}
    for one in told:
        for label in labels_of(one.statement) or ["not told"]:
            cells.setdefault(label, []).append(numbers[one.key])
    ordered = sorted(cells.items(), key=lambda cell: (-len(cell[1]), cell[0]))
    return [(publish_own_words(label), tuple(claims)) for label, claims in ordered]


def _place_labels(statement: Statement) -> list[str]:
    names = [told.place.name for told in statement.places if told.place]
    return list(dict.fromkeys(names))[:1]


def _period_labels(statement: Statement) -> list[str]:
    date = statement.date
    if date is None or date.earliest is None or date.latest is None:
        return []
    first, last = date.earliest.year // 10 * 10, date.latest.year // 10 * 10
    return [f"{first}s" if first == last else f"{first}s to {last}s"]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}".rstrip("0")


def _amount_words(amount: Quantity | None) -> str:
    if amount is None:
        return ""
    low, high, unit = amount.minimum, amount.maximum, amount.unit
    if amount.kind is QuantityKind.SHARE:
        low, high = (None if bound is None else bound * 100 for bound in (low, high))
        unit = f"% of {unit}"
    if low is not None and low == high:
        return f"{'about ' if amount.approximate else ''}{_number(low)} {unit}"
    if low is not None and high is not None:
        return f"{_number(low)} to {_number(high)} {unit}"
    return f"at least {_number(low)} {unit}" if low is not None else f"up to {_number(high or 0)} {unit}"


_VALUE_WORDS: dict[ToldField, Callable[[Statement], str]] = {
    ToldField.AMOUNT: lambda s: _amount_words(s.amount),
    ToldField.TIME: lambda s: (s.date.edtf or "") if s.date else "",
    ToldField.PLACE: lambda s: s.first_place.name if s.first_place else "",
    ToldField.POLARITY: lambda s: s.polarity.value,
}
