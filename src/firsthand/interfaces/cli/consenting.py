"""The command that shows and records what the person behind a source allows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from firsthand.interfaces.cli.opening import unlock
from firsthand.interfaces.cli.options import Actor, Fd, Json
from firsthand.interfaces.cli.output import emit_json, emit_text
from firsthand.sources.consent import Consent, GivenBy, Purpose
from firsthand.values.errors import UsageError
from firsthand.values.ids import ConsentId, SourceId
from firsthand.workbench.collecting import record_consent

__all__ = ["SourceUnknown", "consent"]


class SourceUnknown(UsageError):
    """There is no source with that identifier."""

    next_step = "firsthand history lists the steps that added sources, with their identifiers."


def consent(
    vault: Path,
    *,
    source: str,
    purpose: list[Purpose] | None = None,
    recipient: list[str] | None = None,
    given_by: GivenBy = GivenBy.SELF,
    given_on: str | None = None,
    expires_on: str | None = None,
    review_on: str | None = None,
    passphrase_fd: Fd = None,
    actor: Actor = "owner",
    json_output: Json = False,
) -> None:
    """Record a consent for a source that is kept already, or list those that there are.

    A later consent adds to earlier ones; what was withdrawn comes back only by a consent given after the withdrawal.

    Args:
        vault: The vault.
        source: The identifier of the source.
        purpose: What is allowed; may be given more than once. Without it consents are listed.
        recipient: Who may be shared with, by name; may be given more than once.
        given_by: self, guardian or public source.
        given_on: The day, as YYYY-MM-DD; today without it.
        expires_on: The day until which it holds.
        review_on: The day on which to ask again.
        passphrase_fd: A file descriptor that holds the passphrase.
        actor: The pseudonym under which your steps are kept.
        json_output: Write one JSON document.
    """
    with unlock(vault, passphrase_fd, actor) as session:
        if source not in {one.id for one in session.sources()}:
            raise SourceUnknown("There is no source with that identifier.")
        if purpose:
            today = session.now().date()
            terms = Consent(
                id=ConsentId(session.new_id("consent")),
                source=SourceId(source),
                purposes=frozenset(purpose),
                recipients=frozenset(recipient or ()),
                given_by=given_by,
                given_on=_day(given_on) or today,
                expires_on=_day(expires_on),
                review_on=_day(review_on),
            )
            record_consent(session, terms)
        found = list(session.consents(source=SourceId(source)))
    if json_output:
        emit_json({"schema": "consents/1", "source": source, "consents": [_as_json(one) for one in found]})
        return
    emit_text("\n".join(_in_words(one) for one in found) or "No consent is recorded: nothing may be published.")


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError("A day is not written as YYYY-MM-DD.", next_step="Write it as 2027-03-31.") from None


def _as_json(one: Consent) -> dict[str, object]:
    return {
        "id": one.id,
        "purposes": sorted(one.purposes),
        "recipients": sorted(one.recipients),
        "given_by": one.given_by.value,
        "given_on": one.given_on.isoformat(),
        "expires_on": one.expires_on.isoformat() if one.expires_on else None,
        "review_on": one.review_on.isoformat() if one.review_on else None,
    }


def _in_words(one: Consent) -> str:
    until = f" until {one.expires_on}" if one.expires_on else ""
    purposes = ", ".join(sorted(one.purposes)) or "nothing"
    return f"{one.id}: {purposes} (given on {one.given_on} by {one.given_by}{until})"
