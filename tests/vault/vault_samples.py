"""Three kinds of records, all invented, short ways to change them, and a clock that a test can move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from firsthand.vault import Change, Column, KdfParameters, RecordKind, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePassage:
    """A passage of an invented document."""

    document: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleClaim:
    """An invented claim."""

    passage: str | None
    act: str
    others: tuple[str, ...] = ()
    supersedes: str | None = None
    handling: int | None = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleName:
    """An invented name."""

    name: str


KINDS = (
    RecordKind(
        name="claim",
        type=SampleClaim,
        columns=(
            Column(name="passage", required=True, references="passage"),
            Column(name="act"),
            Column(name="others", many=True, references="passage"),
            Column(name="supersedes", references="claim"),
        ),
        handling=lambda claim: claim.handling,
    ),
    RecordKind(
        name="passage",
        type=SamplePassage,
        columns=(Column(name="document"),),
        full_text=("text",),
        handling=lambda _: 1,
    ),
    RecordKind(name="person_name", type=SampleName, full_text=("name",), handling=lambda _: 3),
)

SECRET = "an invented passphrase"
LIGHT = KdfParameters.for_tests()


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, seconds: float) -> None:
        """Forward, or back."""
        self.time += timedelta(seconds=seconds)


def make_step(*changes: Change, name: str = "code") -> Step:
    """A step of an invented coder."""
    return Step(name=name, actor="coder-1", at=datetime(2026, 1, 2, tzinfo=UTC), changes=changes)


def set_passage(record: str, text: str = "the river was low", *, key: str = "general", document: str = "d1") -> Change:
    """A change that sets a passage."""
    return Change(kind="passage", id=record, value=SamplePassage(document=document, text=text), key=key)


def set_claim(
    record: str, passage: str | None, act: str = "searched", *, key: str = "general", **more: object
) -> Change:
    """A change that sets a claim."""
    return Change(kind="claim", id=record, value=SampleClaim(passage=passage, act=act, **more), key=key)  # type: ignore[arg-type]  # test shorthand


def remove(kind: str, record: str) -> Change:
    """A change that removes a record."""
    return Change(kind=kind, id=record, value=None)
