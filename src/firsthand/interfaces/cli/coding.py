"""Commands around coding: learning, the codebook, double coding, rows of tables, a local model server."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from firsthand.claims.agreement import CodedClaim, Unit
from firsthand.claims.codebook import CodebookAct, CodebookField, FieldKind, read_huridocs, write_codebook
from firsthand.interfaces.cli.opening import unlock
from firsthand.interfaces.cli.options import Actor, Fd, Json
from firsthand.interfaces.cli.output import emit_json, emit_text, talk
from firsthand.interfaces.cli.progress import TalkingProgress
from firsthand.interfaces.cli.reading import PathNotReadable
from firsthand.sources.rows import RowMapping, RowUse
from firsthand.values.errors import UsageError
from firsthand.values.ids import DocumentId
from firsthand.workbench import codebook as books
from firsthand.workbench import double_coding as double
from firsthand.workbench import learning as learned
from firsthand.workbench import model_server
from firsthand.workbench.tables import take_table

__all__ = ["add_rows", "ask_model", "codebook", "double_coding", "learning"]


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise PathNotReadable(f"{file.name} cannot be read as text.") from None


def _pairs(values: list[str] | None, what: str) -> dict[str, str]:
    found = {}
    for value in values or []:
        name, mark, told = value.partition("=")
        if not mark or not name.strip() or not told.strip():
            raise UsageError(f"{what} is given as NAME=VALUE.", next_step="See the command's --help.")
        found[name.strip()] = told.strip()
    return found


def learning(
    vault: Path,
    action: Literal["show", "on", "off", "anew"] = "show",
    *,
    passphrase_fd: Fd = None,
    actor: Actor = "owner",
    json_output: Json = False,
) -> None:
    """Show what was learned from decisions in this vault; switch its use on or off; begin anew.

    Args:
        vault: The vault.
        action: show, on, off, or anew (decisions up to now teach nothing any more).
        passphrase_fd: A file descriptor that holds the passphrase.
        actor: The pseudonym under which your steps are kept.
        json_output: Write one JSON document.
    """
    with unlock(vault, passphrase_fd, actor) as session:
        if action in {"on", "off"}:
            learned.switch_learning(session, on=action == "on")
        elif action == "anew":
            learned.begin_learning_anew(session)
        standing = learned.learning_standing(session)
    if json_output:
        emit_json({"schema": "learning/1", **asdict(standing)})
        return
    told = f"{standing.accepted} accepted, {standing.edited} edited, {standing.refused} refused"
    used = "is used" if standing.is_on else "is switched off"
    emit_text("\n".join([f"Learning {used}. It rests on {standing.decisions} decisions ({told}).", *standing.lines]))


def codebook(
    vault: Path,
    action: Literal["show", "act", "field", "examples", "retire", "import", "huridocs"] = "show",
    what: str | None = None,
    *,
    label: str = "",
    label_ko: str = "",
    definition: str = "",
    handling: Literal["", "restricted_if_minor", "restricted", "sealed"] = "restricted",
    cues: str = "",
    cues_ko: str = "",
    example: list[str] | None = None,
    kind: FieldKind = FieldKind.TEXT,
    choice: list[str] | None = None,
    list_number: Annotated[str, Parameter(name="--list")] = "4",
    code: list[str] | None = None,
    passphrase_fd: Fd = None,
    actor: Actor = "owner",
    json_output: Json = False,
) -> None:
    """Show or edit the project's codebook: its own acts, fields and examples.

    Args:
        vault: The vault.
        action: show; act or field (add, or change the one with that code); examples (set them for an act); retire (an
            act or field); import (a file written by show --json); huridocs (a list from a CSV of micro-thesauri).
        what: The code of the act or field, or the file to import.
        label: The English label.
        label_ko: The Korean label.
        definition: What the act is.
        handling: How claims of the act are guarded; an act of a project is restricted unless you say otherwise.
        cues: English words that tell the act, in the language of cues.
        cues_ko: Korean words that tell the act.
        example: A sentence that tells the act; may be given more than once.
        kind: What a field holds.
        choice: A choice of a field, as CODE=LABEL; may be given more than once.
        list_number: The number of the HURIDOCS list.
        code: Take this term of the list alone; may be given more than once.
        passphrase_fd: A file descriptor that holds the passphrase.
        actor: The pseudonym under which your steps are kept.
        json_output: Write one JSON document.
    """
    if action != "show" and not what:
        raise UsageError(f"Say what to {action}.", next_step="See `firsthand codebook --help`.")
    name = what or ""
    with unlock(vault, passphrase_fd, actor) as session:
        if action == "act":
            told = {"en": cues, "ko": cues_ko}
            act = CodebookAct(
                code=name,
                label_en=label,
                label_ko=label_ko,
                definition=definition,
                handling=handling,
                cues={language: cell for language, cell in told.items() if cell.strip()},
                examples=tuple(example or ()),
            )
            books.keep_act(session, act)
        elif action == "field":
            choices = _pairs(choice, "A choice")
            books.keep_field(
                session, CodebookField(code=name, label_en=label, label_ko=label_ko, kind=kind, choices=choices)
            )
        elif action == "examples":
            books.add_examples(session, name, example or ())
        elif action == "retire":
            books.retire(session, name)
        elif action == "import":
            books.import_codebook(session, _text(Path(name)))
        elif action == "huridocs":
            text = _text(Path(name))
            added = books.import_huridocs(session, text, list_number=list_number, codes=code)
            talk(f"{added} acts of {read_huridocs(text, list_number=list_number)[0].name or list_number} taken over.")
        book = session.codebook
    if json_output:
        emit_text(write_codebook(book))
        return
    lines = [f"{len(book.acts)} acts and {len(book.fields)} fields of the project's own."]
    lines += [f"{act.code}\t{act.label_en}{' (retired)' if act.retired else ''}" for act in book.acts]
    lines += [f"{one.code}\t{one.label_en}\t{one.kind}{' (retired)' if one.retired else ''}" for one in book.fields]
    emit_text("\n".join(lines))


def double_coding(
    vault: Path,
    action: Literal["show", "assign", "done", "compare"] = "show",
    document: list[str] | None = None,
    *,
    coder: list[str] | None = None,
    seed: int = 1,
    passphrase_fd: Fd = None,
    actor: Actor = "owner",
    json_output: Json = False,
) -> None:
    """Let two coders code documents apart, and see their agreement and differences when both are done.

    Coding itself is done in the browser, on the page Double coding.

    Args:
        vault: The vault.
        action: show (agreement over what both are done with), assign, done (you are done with it), or compare.
        document: The document's identifier; more than one can be assigned.
        coder: A coder's pseudonym; to assign, give two.
        seed: The seed of the bootstrap intervals.
        passphrase_fd: A file descriptor that holds the passphrase.
        actor: The pseudonym under which your steps are kept.
        json_output: Write one JSON document.
    """
    ids = [DocumentId(one) for one in document or ()]
    if action != "show" and not ids:
        raise UsageError(f"Say which document to {action}.", next_step="See `firsthand double-coding --help`.")
    with unlock(vault, passphrase_fd, actor) as session:
        if action == "assign":
            names = coder or []
            double.assign(session, ids, (names[0], names[1]) if len(names) == 2 else ("", ""))
        elif action == "done":
            double.mark_done(session, ids[0])
        elif action == "compare":
            compared = double.compare(session, ids[0])
            _emit_units(compared.units, compared.coding.coders, json_output=json_output)
            return
        codings = double.assignments(session)
        agreement, documents = double.agreement_in_vault(session, seed=seed)
    if json_output:
        emit_json(
            {
                "schema": "double-coding/1",
                "documents": [asdict(coding) for coding in codings],
                "compared": documents,
                "agreement": [asdict(one) for one in agreement],
            }
        )
        return
    lines = [f"{c.document}\t{', '.join(c.coders)}\tdone: {', '.join(c.done) or 'nobody'}" for c in codings]
    lines.append(f"Agreement over {documents} documents (Krippendorff's alpha with 95 % interval):")
    for one in agreement:
        alpha = "–" if one.alpha is None else f"{one.alpha:.2f}"
        interval = "" if one.low is None or one.high is None else f" [{one.low:.2f}, {one.high:.2f}]"
        lines.append(f"{one.field:13} {one.over:5} {one.same:4} of {one.units:4} the same\t{alpha}{interval}")
    emit_text("\n".join(lines))


def _emit_units(units: tuple[Unit, ...], coders: tuple[str, str], *, json_output: bool) -> None:
    def side(claim: CodedClaim | None) -> dict[str, object] | None:
        if claim is None:
            return None
        told = claim.statement
        return {"id": claim.id, "kind": str(told.kind), "acts": list(told.acts), "basis": str(told.basis)}

    rows = [
        {"differing": list(unit.differing), coders[0]: side(unit.first), coders[1]: side(unit.second)} for unit in units
    ]
    if json_output:
        emit_json({"schema": "compared/1", "units": rows})
        return
    lines = [f"{len(units)} units, {sum(bool(unit.differing) for unit in units)} with differences."]
    lines += [f"{', '.join(unit.differing)}" for unit in units if unit.differing]
    emit_text("\n".join(lines))


def add_rows(
    vault: Path,
    file: Path,
    *,
    use: RowUse | None = None,
    column: list[str] | None = None,
    value: list[str] | None = None,
    passphrase_fd: Fd = None,
    actor: Actor = "owner",
    json_output: Json = False,
) -> None:
    """Take a table's rows into a vault: each as a document, or as a record that waits as a proposal.

    The mapping is kept under the table's columns: a later file with the same columns needs none.

    Args:
        vault: The vault.
        file: A table (csv, tsv, xlsx).
        use: document or record.
        column: What a column means, as MEANING=COLUMN: text, title, publisher, date; for records act, informant,
            victims, perpetrators, place, date, basis.
        value: What a cell of the act's column means, as CELL=CODE; may be given more than once.
        passphrase_fd: A file descriptor that holds the passphrase.
        actor: The pseudonym under which your steps are kept.
        json_output: Write one JSON document.
    """
    mapping = None
    if use is not None:
        mapping = RowMapping(use=use, columns=_pairs(column, "A column"), codes=_pairs(value, "A value"))
    with unlock(vault, passphrase_fd, actor) as session:
        try:
            taken = take_table(session, file, mapping)
        except OSError as fault:
            raise PathNotReadable(f"{file.name}: {fault.strerror or 'cannot be opened'}.") from None
    rows = [{"row": number, "reason": reason} for number, reason in taken.set_aside]
    counts = {"documents": len(taken.documents), "proposals": len(taken.proposals)}
    if json_output:
        emit_json({"schema": "rows/1", **counts, "set_aside": rows})
        return
    told = f"{counts['documents']} documents, {counts['proposals']} proposals."
    emit_text("\n".join([told, *(f"row {row['row']:g}: {row['reason']}" for row in rows)]))


def ask_model(
    vault: Path,
    *document: str,
    server: str = "http://127.0.0.1:8080",
    model: str = "local",
    open_to: str | None = None,
    close: Annotated[bool, Parameter(negative=())] = False,
    calls: Annotated[bool, Parameter(negative=())] = False,
    passphrase_fd: Fd = None,
    actor: Actor = "owner",
    json_output: Json = False,
) -> None:
    """Ask a model server on this machine for claims; names are masked first, and each call is a step in the log.

    Only claims whose quoted passage stands in the text are taken, as proposals that a person decides on.

    Args:
        vault: The vault.
        document: Identifiers of documents; none means all that nothing was proposed on.
        server: Where the server listens; it must offer /v1/chat/completions.
        model: The model's name, as the server knows it.
        open_to: Allow this vault's masked texts to be sent to that address, on another machine, from now on.
        close: Allow this machine alone again.
        calls: List the calls that were made.
        passphrase_fd: A file descriptor that holds the passphrase.
        actor: The pseudonym under which your steps are kept.
        json_output: Write one JSON document.
    """
    with unlock(vault, passphrase_fd, actor) as session:
        if open_to is not None:
            model_server.open_to(session, open_to)
            talk("From now on masked texts of this vault may be sent to that address. Close the way with --close.")
            return
        if close:
            model_server.close_to_others(session)
            return
        if calls:
            made = [asdict(call) for call in model_server.calls(session)]
            if json_output:
                emit_json({"schema": "model-calls/1", "calls": made})
            else:
                emit_text("\n".join(f"{c['at']}\t{c['address']}\t{c['model']}\t{c['taken']} taken" for c in made))
            return
        chosen = [session.document(DocumentId(one)) for one in document] or [
            d for d in session.documents() if not session.read.count("proposal", document=d.id)
        ]
        kept = model_server.ask_about(
            session, model_server.ModelServer(address=server, model=model), chosen, progress=TalkingProgress()
        )
    if json_output:
        emit_json({"schema": "asked/1", "documents": len(chosen), "proposals": len(kept)})
    else:
        emit_text(f"{len(kept)} proposals on {len(chosen)} documents.")
