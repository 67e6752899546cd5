"""Commands that keep a vault: people, copies, merging, checkpoints, and destroying on purpose."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from cyclopts import Parameter

from firsthand.interfaces.cli.opening import unlock
from firsthand.interfaces.cli.options import Actor, Fd, Json
from firsthand.interfaces.cli.output import emit_json, emit_text, talk
from firsthand.interfaces.cli.passphrases import (
    read_key_file,
    read_new_passphrase,
    read_other_passphrase,
    read_passphrase,
)
from firsthand.interfaces.cli.vaults import CheckpointNotReadable
from firsthand.values.errors import InputError, UsageError
from firsthand.values.grades import AgeGroup, Handling
from firsthand.values.ids import SourceId, SpeakerId
from firsthand.workbench import keeping
from firsthand.workbench.informants import add_informant, erase_informant, informants_of
from firsthand.workbench.keeping import MergeConflict, Side
from firsthand.workbench.opening import open_session
from firsthand.workbench.timestamps import keep_answer, kept_timestamps, request_timestamp
from firsthand.workbench.withdrawing import erase_source

__all__ = [
    "backup",
    "checkpoint",
    "destroy_keys",
    "informants",
    "lock",
    "merge",
    "restore",
    "timestamp",
    "travel",
    "users",
]

Flag = Annotated[bool, Parameter(negative=())]
Typed = Annotated[str | None, Parameter(name="--typed")]
NEW_KEY_FILE = "FIRSTHAND_NEW_KEY_FILE"


def users(
    vault: Path,
    action: Literal["list", "add", "remove", "passphrase"] = "list",
    who: str | None = None,
    *,
    compartment: list[str] | None = None,
    highest: Literal["open", "internal", "restricted", "sealed"] = "internal",
    passphrase_fd: Fd = None,
    new_passphrase_fd: Annotated[int | None, Parameter(name="--new-passphrase-fd")] = None,
    actor: Actor = "owner",
    json_output: Json = False,
) -> None:
    """List who can open a vault, add or remove someone, or change one's own passphrase.

    The new passphrase comes from a prompt, the file that FIRSTHAND_NEW_PASSPHRASE_FILE names, or the descriptor. A
    second factor is a file that FIRSTHAND_KEY_FILE names; FIRSTHAND_NEW_KEY_FILE names the one that is to be. To keep
    a second factor when changing the passphrase, name it in both.

    Args:
        vault: The vault.
        action: list, add, remove, or passphrase.
        who: The pseudonym of who is added; the place in the list of who is removed.
        compartment: What the added person may read besides general: sources, identity; may be given more than once.
        highest: The handling class up to which the added person sees records.
        passphrase_fd: A file descriptor that holds the passphrase.
        new_passphrase_fd: A file descriptor that holds the new passphrase.
        actor: The pseudonym under which your steps are kept.
        json_output: Write one JSON document.
    """
    if action in {"add", "remove"} and not who:
        raise UsageError(f"Say whom to {action}.", next_step="See `firsthand users --help`.")
    secret, factor = read_passphrase(passphrase_fd), read_key_file()
    with open_session(vault, secret, actor=actor, key_file=factor) as session:
        done = ""
        if action == "add" and who:
            slot = keeping.add_user(
                session,
                who,
                read_new_passphrase(new_passphrase_fd, prompt="Passphrase of the new person: "),
                compartment or ["sources"],
                highest=Handling[highest.upper()],
                key_file=read_key_file(NEW_KEY_FILE),
            )
            done = f"Added; the place in the list is {slot}."
        elif action == "remove" and who:
            keeping.remove_user(session, who)
            done = "Removed. What is written from now on is under new keys; what was read before stays known."
        elif action == "passphrase":
            fresh = read_new_passphrase(new_passphrase_fd)
            keeping.change_passphrase(session, secret, fresh, old_key_file=factor, key_file=read_key_file(NEW_KEY_FILE))
            done = "The passphrase is changed. Old copies of the file keyring still open with the old one."
        people = [
            {"place": p.slot, "you": p.slot == session.vault.own_slot, "compartments": list(p.compartments)}
            for p in keeping.users_of(session)
        ]
    if done:
        talk(done)
    if json_output:
        emit_json({"schema": "users/1", "users": people})
        return
    emit_text(
        "\n".join(
            f"{p['place']}  {'you' if p['you'] else '   '}  {', '.join(_words(p['compartments']))}" for p in people
        )
    )


def _words(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def informants(
    vault: Path,
    action: Literal["list", "add", "erase"] = "list",
    who: str | None = None,
    *,
    age: AgeGroup = AgeGroup.UNKNOWN,
    typed: Typed = None,
    passphrase_fd: Fd = None,
    actor: Actor = "owner",
    json_output: Json = False,
) -> None:
    """List informants by their designations, add one, or erase everything of one for good.

    Name and contact are asked for on standard input, one line each, never as arguments; they are kept under the
    identity key alone. An unknown age is protected like a child's.

    Args:
        vault: The vault.
        action: list, add, or erase.
        who: The identifier of who is erased.
        age: adult, child, or unknown.
        typed: The word that must be typed to erase.
        passphrase_fd: A file descriptor that holds the passphrase.
        actor: The pseudonym under which your steps are kept.
        json_output: Write one JSON document.
    """
    with unlock(vault, passphrase_fd, actor) as session:
        if action == "add":
            name, contact = _line("Name: "), _line("Contact: ")
            add_informant(session, name=name, contact=contact, age_group=age)
        elif action == "erase":
            erase_informant(session, SpeakerId(who or ""), _typed_word(typed))
        rows = [
            {"informant": s.id, "designation": s.designation, "age": s.age_group.value} for s in informants_of(session)
        ]
    if json_output:
        emit_json({"schema": "informants/1", "informants": rows})
    else:
        emit_text("\n".join(f"{r['informant']}  {r['designation']}" for r in rows) or "none")


def _line(prompt: str) -> str:
    if sys.stdin.isatty():
        talk(prompt)
    return sys.stdin.readline().strip()


def _typed_word(typed: str | None) -> str:
    if typed is not None:
        return typed
    talk(f"This cannot be undone by anyone. Type the word {keeping.DESTROY_WORD!r} to go on.")
    return _line("> ")


def lock(vault: Path) -> None:
    """Close a vault wherever it is open on this machine, at once; no passphrase is asked for.

    Args:
        vault: The vault.
    """
    found = keeping.lock_elsewhere(vault)
    emit_text("The vault is being closed." if found else "The vault is not open.")


def backup(
    vault: Path,
    destination: Path,
    *,
    keyring: Path,
    passphrase_fd: Fd = None,
    json_output: Json = False,
) -> None:
    """Copy a vault, sealed and verified; its keyring goes to a file of its own, to be kept apart.

    Args:
        vault: The vault.
        destination: The folder to make; it must not exist, or be empty.
        keyring: The file to make for the keyring, on another medium.
        passphrase_fd: A file descriptor that holds the passphrase.
        json_output: Write one JSON document.
    """
    with unlock(vault, passphrase_fd) as session:
        text = keeping.back_up(session, destination, keyring)
    if json_output:
        emit_json({"schema": "backup/1", "checkpoint": text})
        return
    talk("Replace the copy of the keyring after every destruction of a key: an old one can still read.")
    emit_text(text)


def restore(backup: Path, vault: Path, *, keyring: Path, accept_older: Flag = False) -> None:
    """Make a vault from a backup and its keyring; both are verified first.

    Args:
        backup: The backup.
        vault: The folder to make; it must not exist, or be empty.
        keyring: The file with the keyring.
        accept_older: Restore even when this machine has seen later steps of the vault that was at this place.
    """
    keeping.restore_backup(backup, keyring, vault, accept_older=accept_older)
    emit_text(f"{vault} is restored. It opens with the passphrases of the keyring.")


def travel(
    vault: Path,
    destination: Path,
    *,
    source: list[str],
    statements: Annotated[bool, Parameter(negative="--no-statements")] = True,
    passphrase_fd: Fd = None,
    new_passphrase_fd: Annotated[int | None, Parameter(name="--new-passphrase-fd")] = None,
    actor: Actor = "owner",
) -> None:
    """Make a small vault to travel with, under a passphrase of its own; names and contacts stay at home.

    Args:
        vault: The vault.
        destination: The folder to make.
        source: The identifier of a source to take along; may be given more than once.
        statements: Take passages, claims and proposals along.
        passphrase_fd: A file descriptor that holds the passphrase.
        new_passphrase_fd: A file descriptor that holds the passphrase of the copy.
        actor: The pseudonym under which your steps are kept.
    """
    with unlock(vault, passphrase_fd, actor) as session:
        fresh = read_new_passphrase(new_passphrase_fd, prompt="Passphrase of the copy: ")
        chosen = [SourceId(each) for each in source]
        taken = keeping.travel_with(session, destination, chosen, secret=fresh, with_statements=statements)
    emit_text(f"{taken} records travel. What is done on the way comes back by `firsthand merge`.")


def merge(
    vault: Path,
    other: Path,
    *,
    keep: list[str] | None = None,
    take: list[str] | None = None,
    show: Flag = False,
    passphrase_fd: Fd = None,
    other_passphrase_fd: Annotated[int | None, Parameter(name="--other-passphrase-fd")] = None,
    actor: Actor = "owner",
    json_output: Json = False,
) -> None:
    """Take another copy's work into a vault; where both changed a record, a person decides.

    At a terminal each conflict is shown side by side and asked for. Elsewhere they are listed, nothing is written,
    and the decisions are given with --keep and --take.

    Args:
        vault: The vault that takes in.
        other: The other copy; it is only read.
        keep: A record, as kind:id, whose value here is kept; may be given more than once.
        take: A record, as kind:id, whose value there is taken; may be given more than once.
        show: List the conflicts and write nothing.
        passphrase_fd: A file descriptor that holds the passphrase.
        other_passphrase_fd: A file descriptor that holds the other vault's passphrase.
        actor: The pseudonym under which your steps are kept.
        json_output: Write one JSON document.
    """
    decisions = {**_decided(keep or (), Side.OURS), **_decided(take or (), Side.THEIRS)}
    secret, factor = read_passphrase(passphrase_fd), read_key_file()
    other_secret = read_other_passphrase(other_passphrase_fd)
    with open_session(vault, secret, actor=actor, key_file=factor) as session:
        conflicts = keeping.conflicts_with(session, other, other_secret, factor)
        if show:
            _show(conflicts, as_json=json_output)
            return
        waiting = [each for each in conflicts if (each.kind, each.id) not in decisions]
        if waiting and not json_output and sys.stdin.isatty():
            for each in waiting:
                decisions[each.kind, each.id] = _asked(each)
        elif waiting:
            _show(waiting, as_json=json_output)
        report = keeping.merge_other(session, other, other_secret, decisions, factor)
    found = {"steps": len(report.steps), "documents": report.documents, "decided": report.decided}
    if json_output:
        left = {"left_out": report.left_out, "keys_destroyed_there": report.keys_destroyed_there}
        emit_json({"schema": "merged/1", **found, **left})
        return
    emit_text(f"{found['steps']} steps and {found['documents']} documents taken in, {found['decided']} decided.")
    if report.keys_destroyed_there:
        talk(
            f"{report.keys_destroyed_there} keys were destroyed there and are still here: see `firsthand destroy-keys`."
        )


def _decided(names: Iterable[str], side: Side) -> dict[tuple[str, str], Side]:
    found = {}
    for name in names:
        kind, colon, record = name.partition(":")
        if not colon:
            raise UsageError("A record is named as kind:id.", next_step="Take it from `firsthand merge --show`.")
        found[kind, record] = side
    return found


def _side_by_side(conflict: MergeConflict) -> list[tuple[str, str, str]]:
    """The fields in which the two values differ."""
    ours, theirs = (
        {} if value is None else msgspec.to_builtins(value, builtin_types=())
        for value in (conflict.ours, conflict.theirs)
    )
    names = dict.fromkeys([*ours, *theirs])
    return [
        (name, _plain(ours.get(name)), _plain(theirs.get(name))) for name in names if ours.get(name) != theirs.get(name)
    ]


def _plain(value: object) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= 200 else f"{text[:200]} …"


def _lines(conflict: MergeConflict) -> str:
    head = f"{conflict.kind}:{conflict.id}"
    if conflict.ours is None or conflict.theirs is None:
        removed = "here" if conflict.ours is None else "there"
        return f"{head}\n  removed {removed}, {'used' if conflict.rests else 'changed'} on the other side"
    rows = [f"  {name}\n    here:  {ours}\n    there: {theirs}" for name, ours, theirs in _side_by_side(conflict)]
    return "\n".join([head, *rows])


def _show(conflicts: list[MergeConflict], *, as_json: bool) -> None:
    if not as_json:
        emit_text("\n".join(_lines(each) for each in conflicts) or "no conflicts")
        return
    rows = [
        {
            "record": f"{each.kind}:{each.id}",
            "removed_here": each.ours is None,
            "removed_there": each.theirs is None,
            "fields": [{"field": n, "here": o, "there": t} for n, o, t in _side_by_side(each)],
        }
        for each in conflicts
    ]
    emit_json({"schema": "conflicts/1", "conflicts": rows})


def _asked(conflict: MergeConflict) -> Side:
    talk(_lines(conflict))
    while True:
        answer = _line("h keeps what is here, t takes what is there: ")[:1].casefold()
        if answer in {"h", "t"}:
            return Side.OURS if answer == "h" else Side.THEIRS
        if not answer:
            raise UsageError("The merge was stopped; nothing was written.")


def checkpoint(
    vault: Path,
    *,
    compare: Path | None = None,
    out: Path | None = None,
    passphrase_fd: Fd = None,
    json_output: Json = False,
) -> None:
    """Write a signed checkpoint of the log, to be kept elsewhere; or hold the vault against one that was.

    Args:
        vault: The vault.
        compare: A checkpoint that was kept elsewhere.
        out: A file to write the checkpoint to, instead of standard output.
        passphrase_fd: A file descriptor that holds the passphrase.
        json_output: Write one JSON document.
    """
    with unlock(vault, passphrase_fd) as session:
        if compare is not None:
            try:
                size = keeping.compare_checkpoint(session, compare.read_text("utf-8"))
            except (OSError, UnicodeDecodeError) as fault:
                raise CheckpointNotReadable("The checkpoint cannot be read.") from fault
            found: dict[str, object] = {"continues": True, "steps": size, "steps_now": len(session.vault)}
            text = f"The vault continues the checkpoint: {size} of {len(session.vault)} steps are those that it names."
        else:
            note = session.vault.checkpoint()
            found = {"checkpoint": note, "verifier": session.vault.verifier_key.text()}
            text = note
            if out is not None:
                _write(out, note.encode())
                text = f"{out} is written; keep it elsewhere."
    if json_output:
        emit_json({"schema": "checkpoint/1", **found})
    else:
        emit_text(text)


class NotWritten(InputError):
    """A file cannot be made where it was asked for."""

    next_step = "Choose a place that can be written, and where no file of that name is."


def _write(path: Path, content: bytes) -> None:
    try:
        with path.open("xb") as out:
            out.write(content)
    except OSError as fault:
        raise NotWritten("The file cannot be written.") from fault


def timestamp(
    vault: Path,
    *,
    request: Path | None = None,
    answer: Path | None = None,
    certificates: list[Path] | None = None,
    passphrase_fd: Fd = None,
    actor: Actor = "owner",
    json_output: Json = False,
) -> None:
    """Have the log timestamped by an authority (RFC 3161), by files that are carried to a connected machine.

    First --request writes the question, which says nothing but a digest. Send it to the authority from any machine,
    bring back its answer, and keep it with --answer. Without either, what was kept is listed and checked again.

    Args:
        vault: The vault.
        request: The file to make for the request (.tsq).
        answer: The file with the authority's answer (.tsr).
        certificates: Files with the authority's certificates (PEM or DER), its root last.
        passphrase_fd: A file descriptor that holds the passphrase.
        actor: The pseudonym under which your steps are kept.
        json_output: Write one JSON document.
    """
    try:
        given = [path.read_bytes() for path in certificates or ()]
        brought = None if answer is None else answer.read_bytes()
    except OSError as fault:
        raise InputError("A file cannot be read.", next_step="Check the paths.") from fault
    with unlock(vault, passphrase_fd, actor) as session:
        if request is not None:
            _write(request, request_timestamp(session))
            talk(f"{request} is written. Send it as application/timestamp-query from a machine that is connected.")
        if brought is not None:
            keep_answer(session, brought, given)
        rows = [
            {"at": t.at.isoformat(), "steps": t.size, "authority": t.authority, "trusted": t.chain_checked}
            for t in kept_timestamps(session, given)
        ]
    if json_output:
        emit_json({"schema": "timestamps/1", "timestamps": rows})
        return
    said = "\n".join(
        f"{r['at']}  {r['steps']} steps  {r['authority']}  {'to a given root' if r['trusted'] else 'no root given'}"
        for r in rows
    )
    emit_text(said or "no timestamps are kept")


def destroy_keys(
    vault: Path,
    *,
    source: str | None = None,
    everything: Flag = False,
    typed: Typed = None,
    passphrase_fd: Fd = None,
    actor: Actor = "owner",
) -> None:
    """Destroy the key of one source, or in an emergency every key of the vault. Nobody can undo this.

    Args:
        vault: The vault.
        source: The identifier of the source to erase; asks for the passphrase.
        everything: Destroy the whole keyring; asks for no passphrase, because there may be no time.
        typed: The word that must be typed.
        passphrase_fd: A file descriptor that holds the passphrase.
        actor: The pseudonym under which your steps are kept.
    """
    if (source is None) is not everything:
        raise UsageError("Say what to destroy.", next_step="Give either --source ID or --everything.")
    word = _typed_word(typed)
    if source is None:
        keeping.destroy_everything(vault, word)
        emit_text("Every key of the vault is destroyed. Switch the machine off: its memory may still hold some.")
        return
    with unlock(vault, passphrase_fd, actor) as session:
        erase_source(session, SourceId(source), word)
    emit_text("The key is destroyed. What it sealed is gone here, and in every backup without an older keyring.")
