"""Tables of the rooms ``passages`` and ``claims``. The database itself refuses a claim without a passage."""

from __future__ import annotations

from firsthand.claims.ages import must_stay_coded
from firsthand.claims.claim import Claim
from firsthand.claims.suggestions import Proposal
from firsthand.passages.passage import Passage
from firsthand.values.grades import Handling
from firsthand.values.vocabularies import packaged_vocabulary
from firsthand.vault.records import Column, RecordKind

__all__ = ["KINDS"]


def _handling_of_proposal(proposal: Proposal) -> Handling:
    """A machine's guess is guarded as the claim would be: what may be a child's, or sexual, is restricted."""
    statement, acts = proposal.suggestion.statement, packaged_vocabulary("acts")
    # a project's own act may be of any kind; what is not known is guarded
    hard = must_stay_coded(statement, acts) or any(code not in acts for code in statement.acts)
    return Handling.RESTRICTED if hard else Handling.INTERNAL


KINDS = (
    RecordKind(
        name="passage",
        type=Passage,
        columns=(Column(name="document", required=True, references="document"),),
        handling=lambda passage: passage.handling,
        revision=2,
    ),
    RecordKind(
        name="proposal",
        type=Proposal,
        columns=(Column(name="document", required=True, references="document"), Column(name="status", required=True)),
        handling=_handling_of_proposal,
        revision=2,
    ),
    RecordKind(
        name="claim",
        type=Claim,
        columns=(
            Column(name="passage", required=True, references="passage"),
            Column(name="passages", many=True, required=True, references="passage"),
            Column(name="document", required=True, references="document"),
            Column(name="source", required=True, references="source"),
            Column(name="status", required=True),
            Column(name="acts", attribute="statement.acts", many=True),
            Column(name="supersedes", references="claim"),
        ),
        handling=lambda claim: claim.handling,
    ),
)
