"""Commands with a vault: make, open, add, propose, review, count, withdraw, undo, history, verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from firsthand.estimation.counts import documented_counts
from firsthand.interfaces.cli.opening import unlock
from firsthand.interfaces.cli.options import Actor, Fd, Json
from firsthand.interfaces.cli.output import emit_json, emit_text, talk
from firsthand.interfaces.cli.passphrases import passphrase_is_at_hand, read_key_file, read_passphrase
from firsthand.interfaces.cli.progress import TalkingProgress
from firsthand.interfaces.cli.weighing import effects_as_json, heard_as_json
from firsthand.sources.consent import Consent, GivenBy, Purpose
from firsthand.values.errors import InputError
from firsthand.values.ids import ConsentId, ProposalId, SourceId, SpeakerId
from firsthand.workbench.background import propose_in_background
from firsthand.workbench.coding import accept_proposal, refuse_proposal
from firsthand.workbench.collecting import add_files
from firsthand.workbench.hearing import heard_in
from firsthand.workbench.importing import ImportNotReadable, import_proposals
from firsthand.workbench.learning import as_sure_now
from firsthand.workbench.opening import clock, create_session, suggest_passphrase, verify_vault
from firsthand.workbench.undoing import undo_step
from firsthand.workbench.withdrawing import withdraw_consent, withdrawal_effects

__all__ = [
    "CheckpointNotReadable",
    "add",
    "count",
    "history",
    "import_file",
    "init",
    "propose_in_vault",
    "review",
    "undo",
    "verify_folder",
    "withdraw",
]


def init(vault: Path, *, passphrase_fd: Fd = None, actor: Actor = "owner") -> None:
    """Make a new encrypted vault.

    Args:
        vault: The folder to make; it must not exist, or be empty.
        passphrase_fd: A file descriptor that holds the passphrase.
        actor: The pseudonym under which your steps are kept.
    """
    talk(f"A passphrase that nobody guesses, if you want one: {suggest_passphrase()}")
    talk("It protects the vault when the laptop is lost. If it is forgotten, nobody can open the vault again.")
    secret = read_passphrase(passphrase_fd, prompt="New passphrase: ")
    with create_session(vault, secret, actor=actor, key_file=read_key_file()):
        emit_text(f"{vault} is ready.")


def add(
    vault: Path,
    *paths: Path,
    purpose: list[Purpose] | None = None,
    given_by: GivenBy = GivenBy.SELF,
    informant: str | None = None,
    passphrase_fd: Fd = None,
    actor: Actor = "owner",
    json_output: Json = False,
) -> None:
    """Add files and folders to a vault; each is read in a sandbox, and what was left out is said with its reason.

    Args:
        vault: The vault.
        paths: Files and folders.
        purpose: What the person behind the source allows; without it nothing may be published.
        given_by: Who gave the consent.
        informant: The identifier of who speaks in them, from `firsthand informants`; erasing reaches all of it.
        passphrase_fd: A file descriptor that holds the passphrase.
        actor: The pseudonym under which your steps are kept.
        json_output: Write one JSON document.
    """
    terms = None
    if purpose:
        terms = Consent(
            id=ConsentId("consent-pattern"),
            source=SourceId("source-pattern"),
            purposes=frozenset(purpose),
            given_by=given_by,
            given_on=clock().date(),
        )
    with unlock(vault, passphrase_fd, actor) as session:
        collected = add_files(
            session,
            list(paths),
            terms=terms,
            informant=SpeakerId(informant) if informant else None,
            progress=TalkingProgress(),
        )
        documents = [{"document": d.id, "file": d.file_name, "language": d.language.value} for d in collected.documents]
    aside = [{"file": a.file_name, "cause": a.cause, "reason": a.reason} for a in collected.set_aside]
    if json_output:
        emit_json({"schema": "added/1", "documents": documents, "set_aside": aside})
        return
    emit_text("\n".join([f"{len(documents)} documents added."] + [f"{a['file']}: {a['reason']}" for a in aside]))


def propose_in_vault(
    vault: Path, *, passphrase_fd: int | None = None, actor: str = "owner", json_output: bool = False
) -> None:
    """Propose claims on all documents of a vault that have none yet."""
    with unlock(vault, passphrase_fd, actor) as session:
        done = propose_in_background(session, progress=TalkingProgress())
    found = {"schema": "proposed/1", "documents": done.documents, "proposals": done.proposals}
    if json_output:
        emit_json(found)
    else:
        emit_text(f"{done.proposals} proposals on {done.documents} documents.")


def import_file(
    vault: Path, file: Path, *, passphrase_fd: Fd = None, actor: Actor = "owner", json_output: Json = False
) -> None:
    """Import claims proposed elsewhere (proposals/1) as proposals; a claim without a passage is refused.

    Args:
        vault: The vault, which must hold the document that the claims were made on.
        file: The file, in the form that `firsthand propose FILE --json` writes.
        passphrase_fd: A file descriptor that holds the passphrase.
        actor: The pseudonym under which your steps are kept.
        json_output: Write one JSON document.
    """
    try:
        content = file.read_bytes()
    except OSError as fault:
        raise ImportNotReadable("The file cannot be read.") from fault
    with unlock(vault, passphrase_fd, actor) as session:
        imported = import_proposals(session, content, engine=f"imported: {file.name}")
    refused = [{"position": r.position, "cause": r.cause, "reason": r.reason} for r in imported.refused]
    if json_output:
        emit_json({"schema": "imported/1", "kept": len(imported.kept), "refused": refused})
        return
    lines = [f"{len(imported.kept)} proposals kept.", *(f"{r.position}: {r.reason}" for r in imported.refused)]
    emit_text("\n".join(lines))


def review(vault: Path, *, passphrase_fd: Fd = None, actor: Actor = "owner") -> None:
    """Decide proposals at the terminal, one after another: y accepts, n refuses, s skips, q stops.

    Args:
        vault: The vault.
        passphrase_fd: A file descriptor that holds the passphrase.
        actor: The pseudonym under which your steps are kept.
    """
    with unlock(vault, passphrase_fd, actor) as session:
        session.vault.idle_limit_seconds = 900
        waiting = as_sure_now(session, session.proposals(status="open"))
        for was in sorted(waiting, key=lambda p: (p.document, p.suggestion.support[0].start, -p.suggestion.confidence)):
            (proposal,) = as_sure_now(session, [session.proposal(was.id)])  # a decision puts later ones right
            document = session.document(proposal.document)
            words = " … ".join(document.text[s.start : s.end] for s in proposal.suggestion.support)
            statement = proposal.suggestion.statement
            acts = ", ".join(session.acts[code].label("en") for code in statement.acts if code in session.acts)
            talk(
                f"\n{words}\n  {acts or statement.kind} · {statement.informant.name or 'not named'} · {statement.basis}"
                f" · {proposal.suggestion.confidence:.0%}"
            )
            answer = _ask("y / n / s / q? ")
            if answer == "q":
                break
            if answer == "y":
                accept_proposal(session, ProposalId(proposal.id))
            elif answer == "n":
                refuse_proposal(session, ProposalId(proposal.id))
        emit_text(f"{session.read.count('proposal', status='open')} proposals left.")


def _ask(prompt: str) -> str:
    try:
        return input(prompt).strip().casefold()[:1]
    except EOFError:
        return "q"


def count(vault: Path, *, by: list[str] | None = None, passphrase_fd: Fd = None, json_output: Json = False) -> None:
    """Count accepted claims.

    Args:
        vault: The vault.
        by: act, country, province, period, year or basis; may be given more than once.
        passphrase_fd: A file descriptor that holds the passphrase.
        json_output: Write one JSON document.
    """
    with unlock(vault, passphrase_fd) as session:
        table = documented_counts(session.claims(), by or ["act"])
        heard = heard_in(session)
    if json_output:
        cells = [
            {"categories": list(row.categories), "documented_count": row.documented_count, "claims": list(row.claims)}
            for row in table.rows
        ]
        emit_json(
            {
                "schema": "counts/1",
                "by": [b.value for b in table.by],
                "cells": cells,
                "set_aside": dict(table.set_aside),
                "heard": heard_as_json(heard),
            }
        )
        return
    emit_text("\n".join(f"{' · '.join(row.categories):60} {row.documented_count}" for row in table.rows) or "nothing")
    talk(
        f"A floor, never an estimate: {heard.claims} claims of {heard.sources} sources, {heard.own_knowledge:.0%} by "
        f"who lived, saw or did it; {len(heard.nearly_unseen)} regions nearly unseen. `firsthand heard` says more."
    )


def withdraw(
    vault: Path,
    *,
    consent: str,
    purpose: list[Purpose] | None = None,
    carry_out: Annotated[bool, Parameter(negative=())] = False,
    passphrase_fd: Fd = None,
    actor: Actor = "owner",
    json_output: Json = False,
) -> None:
    """Say what withdrawing a consent reaches, and with --carry-out do it.

    Args:
        vault: The vault.
        consent: The identifier of the consent.
        purpose: The purposes withdrawn; all without it.
        carry_out: Do it, instead of only saying what it would reach.
        passphrase_fd: A file descriptor that holds the passphrase.
        actor: The pseudonym under which your steps are kept.
        json_output: Write one JSON document.
    """
    with unlock(vault, passphrase_fd, actor) as session:
        purposes = purpose or list(Purpose)
        if carry_out:
            effects = withdraw_consent(session, ConsentId(consent), purposes, on=clock().date())
        else:
            effects = withdrawal_effects(session, ConsentId(consent), purposes)
    found: dict[str, object] = {
        "schema": "withdrawal/1",
        "carried_out": carry_out,
        "claims": list(effects.claims),
        "findings": list(effects.findings),
        "estimates": list(effects.estimates),
        "releases_out": list(effects.releases_out),
        "counts": [{"categories": list(c.categories), "before": c.before, "after": c.after} for c in effects.counts],
        "effects": effects_as_json(effects.effects),
    }
    if json_output:
        emit_json(found)
        return
    emit_text(
        f"{len(effects.claims)} claims, {len(effects.findings)} findings, {len(effects.estimates)} estimates and "
        f"{len(effects.releases_out)} releases already out {'were' if carry_out else 'would be'} reached."
    )


def undo(
    vault: Path,
    step: int | None = None,
    *,
    together: Annotated[bool, Parameter(negative=())] = False,
    passphrase_fd: Fd = None,
    actor: Actor = "owner",
) -> None:
    """Undo a step; the last one that stands, when none is named.

    Args:
        vault: The vault.
        step: The number of the step in the history.
        together: Undo later steps on the same records too.
        passphrase_fd: A file descriptor that holds the passphrase.
        actor: The pseudonym under which your steps are kept.
    """
    with unlock(vault, passphrase_fd, actor) as session:
        done = undo_step(session, step, together=together)
        emit_text(f"Step {done.index} takes back {', '.join(map(str, done.undoes))}.")


def history(vault: Path, *, limit: int = 50, passphrase_fd: Fd = None, json_output: Json = False) -> None:
    """List the steps that were taken, newest first.

    Args:
        vault: The vault.
        limit: How many at most.
        passphrase_fd: A file descriptor that holds the passphrase.
        json_output: Write one JSON document.
    """
    with unlock(vault, passphrase_fd) as session:
        steps = session.vault.history(limit=limit)
    if json_output:
        rows = [
            {"step": s.index, "name": s.name, "actor": s.actor, "at": s.at.isoformat(), "undone_by": s.undone_by}
            for s in steps
        ]
        emit_json({"schema": "history/1", "steps": rows})
        return
    emit_text("\n".join(f"{s.index:6} {s.at:%Y-%m-%d %H:%M} {s.actor:16} {s.name}" for s in steps))


def verify_folder(
    path: Path,
    *,
    passphrase_fd: int | None = None,
    checkpoint: Path | None = None,
    verifier: str | None = None,
    json_output: bool = False,
) -> None:
    """Check a vault: with a passphrase everything, without one, or in a backup, all that needs no key."""
    asked = passphrase_fd is not None or passphrase_is_at_hand()
    secret = read_passphrase(passphrase_fd) if asked and (path / "keyring").is_file() else None
    kept = None
    if checkpoint is not None:
        try:
            kept = checkpoint.read_text("utf-8")
        except (OSError, ValueError) as fault:
            raise CheckpointNotReadable("The checkpoint cannot be read.") from fault
    report = verify_vault(path, secret, key_file=read_key_file(), checkpoint=kept, verifier=verifier)
    if json_output:
        found = {"schema": "verified/1", "entries": report.entries, "root": report.root, "blobs": report.blobs}
        more = {"checkpoints": report.checkpoints, "checkpoint_given": kept is not None}
        emit_json({**found, **more, "parts_opened": report.parts_opened, "with_secret": secret is not None})
    else:
        with_or_without = "with" if secret is not None else "without"
        emit_text(f"{report.entries} entries and {report.blobs} files hold, checked {with_or_without} the passphrase.")
        if kept is not None:
            emit_text("The log continues the checkpoint that was given.")
        emit_text(f"root {report.root}")


class CheckpointNotReadable(InputError):
    """A file that should hold a checkpoint cannot be read."""

    next_step = "Give the file that `firsthand checkpoint` wrote."
