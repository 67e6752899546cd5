"""Tables of the rooms ``passages`` and ``claims``. The database itself refuses a claim without a passage."""

from __future__ import annotations

from firsthand.claims.claim import Claim
from firsthand.claims.suggestions import Proposal
from firsthand.passages.passage import Passage
from firsthand.values.grades import Handling
from firsthand.vault.records import Column, RecordKind

__all__ = ["KINDS"]

KINDS = (
    RecordKind(
        name="passage",
        type=Passage,
        columns=(Column(name="document", required=True, references="document"),),
        handling=lambda _: Handling.INTERNAL,
    ),
    RecordKind(
        name="proposal",
        type=Proposal,
        columns=(Column(name="document", required=True, references="document"), Column(name="status", required=True)),
        handling=lambda _: Handling.INTERNAL,
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
