"""What a large vault needs worked out before some of its pages can be drawn, as work that says how far it is."""

from __future__ import annotations

from firsthand.claims.reading import propose_claims
from firsthand.workbench.assessing import assess_vault
from firsthand.workbench.hearing import heard_in
from firsthand.workbench.jobs import Progress
from firsthand.workbench.overview import overview_of
from firsthand.workbench.session import Session

__all__ = ["hear_vault", "link_vault", "warm_engine", "warm_vault", "weigh_vault"]


def weigh_vault(session: Session, progress: Progress, with_proposals: bool = False) -> None:
    """Bring the weighing to the last step."""
    progress("weigh", 0, 1)
    assess_vault(session, with_proposals=with_proposals)
    progress("weigh", 1, 1)


def link_vault(session: Session, progress: Progress) -> None:
    """Bring mentions, persons and pairs to the last step."""
    progress("weigh", 0, 2)
    assessment = assess_vault(session, with_proposals=True)
    progress("compare names", 1, 2)
    assessment.linked  # noqa: B018  asked for so that it is kept
    progress("compare names", 2, 2)


def hear_vault(session: Session, progress: Progress) -> None:
    """Reckon who could be heard in what is counted, up to the last step."""
    progress("reckon who was heard", 0, 1)
    heard_in(session)
    progress("reckon who was heard", 1, 1)


def warm_engine() -> None:
    """Load what proposes claims, so that a first document does not wait for it; an invented sentence each."""
    propose_claims("A monitor said that wardens detained traders in May 2031.")
    propose_claims("목격자는 2031년 5월에 상인들이 끌려갔다고 말했다.")


def warm_vault(session: Session, progress: Progress) -> None:
    """Read once what every list and count needs."""
    progress("read the vault", 0, 1)
    overview_of(session)
    progress("read the vault", 1, 1)
