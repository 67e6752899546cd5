"""Consent, handling class and audience into a decision: what may leave, in which form.

The most protective rule wins. A decision names its rule by a stable word, so that a refusal can say which.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from firsthand.claims.ages import must_stay_coded
from firsthand.claims.claim import Claim, Statement
from firsthand.sources.consent import ConsentDecision, Purpose
from firsthand.values.grades import AgeGroup, Handling
from firsthand.values.vocabularies import Vocabulary

__all__ = ["Audience", "Decision", "Form", "decide_claim", "decide_text", "purpose_for"]


class Audience(StrEnum):
    """Who would receive it. ``TEAM`` are the people who open the vault, ``COURT`` a court or a UN mechanism."""

    TEAM = "team"
    COURT = "court"
    PARTNER = "partner"
    PUBLIC = "public"


class Form(IntEnum):
    """What may leave of a record, least first."""

    NOTHING = 0
    COUNTED = 1
    CODED = 2
    TEXT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The form in which a record may leave, and the rule that set it."""

    form: Form
    rule: str


_LIMIT = {
    # (audience, handling class) -> the most that may leave
    (Audience.TEAM, Handling.OPEN): Form.TEXT,
    (Audience.TEAM, Handling.INTERNAL): Form.TEXT,
    (Audience.TEAM, Handling.RESTRICTED): Form.CODED,
    (Audience.TEAM, Handling.SEALED): Form.CODED,
    (Audience.COURT, Handling.OPEN): Form.TEXT,
    (Audience.COURT, Handling.INTERNAL): Form.CODED,
    (Audience.COURT, Handling.RESTRICTED): Form.CODED,
    (Audience.COURT, Handling.SEALED): Form.COUNTED,
    (Audience.PARTNER, Handling.OPEN): Form.TEXT,
    (Audience.PARTNER, Handling.INTERNAL): Form.CODED,
    (Audience.PARTNER, Handling.RESTRICTED): Form.COUNTED,
    (Audience.PARTNER, Handling.SEALED): Form.COUNTED,
    (Audience.PUBLIC, Handling.OPEN): Form.TEXT,
    (Audience.PUBLIC, Handling.INTERNAL): Form.COUNTED,
    (Audience.PUBLIC, Handling.RESTRICTED): Form.COUNTED,
    (Audience.PUBLIC, Handling.SEALED): Form.COUNTED,
}


def purpose_for(audience: Audience, form: Form) -> Purpose:
    """The purpose that consent must cover for a form to reach an audience."""
    if audience is Audience.TEAM:
        return Purpose.ANALYSIS
    if audience is Audience.COURT:
        return Purpose.PROSECUTION
    if audience is Audience.PARTNER:
        return Purpose.SHARING
    return Purpose.STATISTICS if form <= Form.COUNTED else Purpose.PUBLICATION_ANONYMOUS


def decide_text(statement: Statement, acts: Vocabulary, *, audience: Audience, passage: str = "") -> Decision:
    """Decide whether words may be shown at all, by what they speak of; no option switches this off."""
    coded = must_stay_coded(statement, acts, passage)
    if coded:
        return Decision(form=Form.CODED, rule=f"coded only: {coded}")
    if audience is not Audience.TEAM and statement.victims_age is not AgeGroup.ADULT:
        return Decision(form=Form.CODED, rule="coded only: age unknown")
    return Decision(form=Form.TEXT, rule="words may be shown")


def decide_claim(
    claim: Claim,
    acts: Vocabulary,
    *,
    audience: Audience,
    consents: dict[Purpose, ConsentDecision],
    source_handling: Handling = Handling.INTERNAL,
    passage: str = "",
) -> Decision:
    """Decide in which form one claim may reach an audience.

    ``consents`` holds the decision for each purpose that was asked. The highest handling class of claim and
    source sets the limit, then what the words speak of, then consent: the form falls until consent covers it.
    """
    limit = _LIMIT[audience, max(claim.handling, source_handling)]
    decision = Decision(form=limit, rule=f"handling class {max(claim.handling, source_handling).name.lower()}")
    words = decide_text(claim.statement, acts, audience=audience, passage=passage)
    if words.form < decision.form:
        decision = words
    form = decision.form
    refused = ""
    while form > Form.NOTHING:
        asked = purpose_for(audience, form)
        given = consents.get(asked)
        if given is not None and given.allowed:
            break
        refused = f"{asked}: {given.rule if given else 'no consent'}"
        form = Form(form - 1)
    if form < decision.form:
        return Decision(form=form, rule=refused)
    return decision
