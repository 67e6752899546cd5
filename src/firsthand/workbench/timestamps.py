"""Timestamps of the log by an authority: asked for by a file, kept when the answer comes back, checked ever after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from firsthand.values.errors import UsageError
from firsthand.vault import Change, TimestampRefused, check_answer, imprint_of_answer, make_request
from firsthand.vault.notes import verify_checkpoint
from firsthand.vault.tables.settings import KeptTimestamp
from firsthand.workbench.session import Session
from firsthand.workbench.steps import StepName

__all__ = ["NoSuchRequest", "Timestamped", "keep_answer", "kept_timestamps", "request_timestamp"]


class NoSuchRequest(UsageError):
    """An answer came to a request that this vault did not make."""

    next_step = "Make a request with `firsthand timestamp VAULT --request FILE`, and bring the answer to that one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Timestamped:
    """A checkpoint that an authority vouches for: how many steps, when, who, and whether to a root that was given."""

    size: int
    at: dt.datetime
    authority: str
    chain_checked: bool


def request_timestamp(session: Session) -> bytes:
    """Make a request over the present checkpoint, and keep it; gives the bytes of the file to carry out.

    The file holds a digest and a random number, nothing else.

    Raises:
        TimestampsNotInstalled: the optional part is missing.
    """
    checkpoint = session.vault.checkpoint()
    request = make_request(checkpoint.encode())
    kept = KeptTimestamp(id=session.new_id("timestamp"), checkpoint=checkpoint, request=request)
    session.take(StepName.REQUEST_TIMESTAMP, [Change(kind="timestamp", id=kept.id, value=kept)])
    return request


def keep_answer(session: Session, answer: bytes, certificates: Sequence[bytes] = ()) -> Timestamped:
    """Check an authority's answer and keep it as a step, with the certificates that it was checked against.

    Raises:
        TimestampNotReadable, CertificateNotReadable: a file is not what it should be.
        NoSuchRequest: no request of this vault asked for it.
        TimestampRefused: it does not hold.
    """
    imprint = imprint_of_answer(answer)
    asked: list[KeptTimestamp] = [
        each
        for each in session.vault.all("timestamp")
        if not each.answer and sha256(each.checkpoint.encode()).digest() == imprint
    ]
    if not asked:
        raise NoSuchRequest("No request of this vault waits for this answer.")
    faults: list[TimestampRefused] = []
    for each in asked:
        kept = replace(each, answer=answer, certificates=tuple(certificates))
        try:
            found = _checked(session, kept, ())
        except TimestampRefused as fault:  # two requests over one checkpoint: the nonce tells which
            faults.append(fault)
            continue
        session.take(StepName.KEEP_TIMESTAMP, [Change(kind="timestamp", id=kept.id, value=kept)])
        return found
    raise faults[0]


def kept_timestamps(session: Session, certificates: Sequence[bytes] = ()) -> list[Timestamped]:
    """All timestamps that were kept, each checked again, and the log held against what it vouches for.

    Raises:
        TimestampRefused, CheckpointMismatch: one does not hold.
    """
    kept: list[KeptTimestamp] = [each for each in session.vault.all("timestamp") if each.answer]
    found = []
    for each in kept:
        session.vault.check_checkpoint(each.checkpoint)
        found.append(_checked(session, each, certificates))
    return sorted(found, key=lambda one: one.size)


def _checked(session: Session, kept: KeptTimestamp, more: Sequence[bytes]) -> Timestamped:
    answer = check_answer(kept.answer, kept.request, kept.checkpoint.encode(), (*kept.certificates, *more))
    size = verify_checkpoint(kept.checkpoint, session.vault.verifier_key).size
    return Timestamped(size=size, at=answer.at, authority=answer.authority, chain_checked=answer.chain_checked)
