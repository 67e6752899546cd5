"""Commands that let something out of a vault: release, approve, recall, export."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from firsthand.estimation.counts import Breakdown
from firsthand.interfaces.cli.opening import unlock
from firsthand.interfaces.cli.options import Actor, Fd, Json
from firsthand.interfaces.cli.output import emit_json, emit_text, quiet_solver, talk
from firsthand.publication.bundle import Format
from firsthand.publication.policy import Audience
from firsthand.publication.wording import LANGUAGES
from firsthand.values.errors import InputError
from firsthand.values.ids import ReleaseId
from firsthand.workbench.publishing import ReleasePlan, Sums, plan_release
from firsthand.workbench.releasing import (
    TEMPLATES,
    Release,
    approve_release,
    packaged_template,
    recall_release,
    release_public_key,
    write_bundle,
)
from firsthand.workbench.session import Session

__all__ = ["PlanNotReadable", "approve", "export", "recall", "release"]


class PlanNotReadable(InputError):
    """A plan for a release is missing or lacks what it needs."""

    next_step = (
        'Write audience = "public", by = ["basis"] and title = "..." into a TOML file; '
        "docs/reference/release-formats.md lists every key."
    )


_KEYS = {
    *("audience", "recipient", "title", "by", "table", "records", "formats", "template", "words", "language"),
    *("replaces", "reason", "epsilon", "sums", "synthetic"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    audience: Audience
    recipient: str | None
    tables_by: tuple[tuple[Breakdown, ...], ...]
    with_records: bool
    epsilon: float
    sums: Sums | None
    synthetic: int
    release: Release

    def made(self, session: Session) -> ReleasePlan:
        with quiet_solver():
            return plan_release(
                session,
                self.audience,
                *self.tables_by,
                with_records=self.with_records,
                epsilon=self.epsilon,
                recipient=self.recipient,
                sums=self.sums,
                synthetic=self.synthetic,
            )


def _read_plan(path: Path, formats: Sequence[Format] = ()) -> _Plan:
    try:
        content = tomllib.loads(path.read_text("utf-8"))
        if unknown := sorted(set(content) - _KEYS):
            raise PlanNotReadable(f"The plan has an unknown key: {unknown[0]!r}.")
        tables = [content["by"]] if "by" in content else [one["by"] for one in content["table"]]
        template = str(content.get("template", "dossier"))
        words = {str(key): str(text) for key, text in content.get("words", {}).items()}
        language = str(content.get("language", "en"))
        packaged = template in TEMPLATES and language in LANGUAGES
        text = packaged_template(template, language) if packaged else (path.parent / template).read_text("utf-8")
        return _Plan(
            audience=Audience(content["audience"]),
            recipient=str(content["recipient"]) if "recipient" in content else None,
            tables_by=tuple(tuple(Breakdown(b) for b in by) for by in tables),
            with_records=bool(content.get("records", False)),
            epsilon=float(content.get("epsilon", 0.0)),
            sums=_sums(content["sums"]) if "sums" in content else None,
            synthetic=int(content.get("synthetic", 0)),
            release=Release(
                title=str(content["title"]),
                formats=tuple(formats) or tuple(Format(f) for f in content.get("formats", ["csv"])),
                template=text,
                words=words,
                language=language,
                replaces=ReleaseId(str(content["replaces"])) if "replaces" in content else None,
                reason=str(content.get("reason", "")),
            ),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise PlanNotReadable("The plan cannot be used.") from fault


def _sums(section: Mapping[str, object]) -> Sums:
    by = section["by"]
    if not isinstance(by, list) or not set(section) <= {"by", "currency", "p"}:
        raise ValueError("by is a list")
    p = section.get("p", 15)
    if not isinstance(p, int):
        raise TypeError("p is a whole number")
    return Sums(by=tuple(Breakdown(one) for one in by), currency=str(section["currency"]), p=p)


def release(
    vault: Path,
    *,
    plan: Path,
    out: Path,
    format: list[Format] | None = None,  # noqa: A002  the option's name
    rehearse: Annotated[bool, Parameter(negative=())] = False,
    passphrase_fd: Fd = None,
    actor: Actor = "owner",
    json_output: Json = False,
) -> None:
    """Release tables, pages and records as a signed bundle, or be refused with record and rule.

    The plan is a TOML file: audience = "public", by = ["basis"], title = "...", and what docs/reference/
    release-formats.md lists. Where the vault has two people, another one approves first (firsthand approve).

    Args:
        vault: The vault.
        plan: The plan.
        out: The folder to make; it must not be there yet.
        format: csv, html, pdf, figures, ftm, htcds, esf, prov; may be given more than once. The plan's without it.
        rehearse: Only say what must go and what an attacker would learn; nothing is written or kept.
        passphrase_fd: A file descriptor that holds the passphrase.
        actor: The pseudonym under which your steps are kept.
        json_output: Write one JSON document.
    """
    asked = _read_plan(plan, format or ())
    with unlock(vault, passphrase_fd, actor) as session:
        made = asked.made(session)
        if not json_output:
            talk("\n".join(_in_words(made)))
        if rehearse:
            if json_output:
                emit_json(_as_json(made))
            return
        kept = write_bundle(session, made, out, title=asked.release.title, release=asked.release)
        key = release_public_key(session)
    if json_output:
        emit_json({"schema": "released/1", "release": kept.id, "key": key, "files": dict(kept.digests)})
    else:
        emit_text(
            f"{out} is written and signed as {kept.id}; anyone can check it with verify.py inside.\n"
            f"Tell readers the key by another way than the bundle: {key}"
        )


def _in_words(made: ReleasePlan) -> list[str]:
    lines = [f"{len(made.counted)} of {len(made.decisions)} claims may be counted for the audience {made.audience}."]
    lines += [f"  left out by the rule “{rule}”: {', '.join(ids)}" for rule, ids in made.refused.items()]
    if made.rehearsal is not None:
        lines += [
            f"  attack: {attack.name}: tried on {attack.tried}, won {len(attack.won)}"
            for attack in made.rehearsal.attacks
        ]
    lines.append("The rehearsal passes." if made.passes else "The rehearsal refuses: " + " ".join(made.reasons))
    return lines


def _as_json(made: ReleasePlan) -> Mapping[str, object]:
    return {
        "schema": "rehearsal/1",
        "audience": made.audience.value,
        "passes": made.passes,
        "reasons": list(made.reasons),
        "left_out": {rule: list(ids) for rule, ids in made.refused.items()},
        "attacks": [
            {"name": a.name, "tried": a.tried, "won": list(a.won)}
            for a in (made.rehearsal.attacks if made.rehearsal else ())
        ],
    }


def approve(vault: Path, *, plan: Path, passphrase_fd: Fd = None, actor: Actor = "owner") -> None:
    """Stand behind a release as its second person: exactly what the plan would show now, and nothing later.

    Args:
        vault: The vault; open it with your own passphrase.
        plan: The plan.
        passphrase_fd: A file descriptor that holds the passphrase.
        actor: The pseudonym under which your steps are kept.
    """
    asked = _read_plan(plan)
    with unlock(vault, passphrase_fd, actor) as session:
        made = asked.made(session)
        talk("\n".join(_in_words(made)))
        emit_text(f"Approved: {approve_release(session, made, title=asked.release.title)}")


def recall(
    vault: Path, *, release: str, reason: str, out: Path, passphrase_fd: Fd = None, actor: Actor = "owner"
) -> None:
    """Recall a release: mark it, and write the signed notice to send to whoever has it.

    Args:
        vault: The vault.
        release: The identifier of the release.
        reason: Why; it stands in the notice.
        out: The folder to make for the notice.
        passphrase_fd: A file descriptor that holds the passphrase.
        actor: The pseudonym under which your steps are kept.
    """
    with unlock(vault, passphrase_fd, actor) as session:
        recall_release(session, ReleaseId(release), out, reason=reason)
    emit_text(f"{out} holds the notice; put its two files beside every copy of the bundle, and verify.py tells of it.")


def export(
    vault: Path,
    *,
    format: list[Format],  # noqa: A002  the option's name
    out: Path,
    audience: Audience = Audience.PARTNER,
    recipient: str | None = None,
    title: str = "Export",
    passphrase_fd: Fd = None,
    actor: Actor = "owner",
    json_output: Json = False,
) -> None:
    """Write coded rows in open formats for somebody: a release like any other, with the same rules and rehearsal.

    Args:
        vault: The vault.
        format: ftm, htcds, esf, prov or csv; may be given more than once.
        out: The folder to make; it must not be there yet.
        audience: court, partner or public.
        recipient: Who the partner or court is; consent must name them.
        title: What it is called.
        passphrase_fd: A file descriptor that holds the passphrase.
        actor: The pseudonym under which your steps are kept.
        json_output: Write one JSON document.
    """
    asked = _Plan(
        audience=audience,
        recipient=recipient,
        tables_by=((Breakdown.PERIOD,),),
        with_records=True,
        epsilon=0.0,
        sums=None,
        synthetic=0,
        release=Release(title=title, formats=tuple(format)),
    )
    with unlock(vault, passphrase_fd, actor) as session:
        kept = write_bundle(session, asked.made(session), out, title=title, release=asked.release)
    if json_output:
        emit_json({"schema": "released/1", "release": kept.id, "files": dict(kept.digests)})
    else:
        emit_text(f"{out} is written and signed as {kept.id}.")
