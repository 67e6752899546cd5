"""``firsthand text`` and ``firsthand propose``: files in, text and proposals out, no vault."""

from __future__ import annotations

from pathlib import Path

from firsthand.claims.exchange import proposals_record
from firsthand.claims.reading import propose_claims
from firsthand.interfaces.cli.output import emit_json, emit_text, talk
from firsthand.sources.document import ReadText, digest_of_bytes, digest_of_text
from firsthand.values.errors import InputError
from firsthand.values.languages import Language, language_of_letters
from firsthand.workbench.sandbox import read_in_sandbox

__all__ = ["PathNotReadable", "propose_of_file", "text_of_file"]


class PathNotReadable(InputError):
    """A path cannot be opened."""

    likely = "It is mistyped, was moved, or you have no right to read it."
    next_step = "Check the path and its rights."


def _read(file: Path) -> tuple[bytes, ReadText]:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise PathNotReadable(f"{file.name}: {error.strerror or 'cannot be opened'}.") from None
    return content, read_in_sandbox(content, file.name)


def text_of_file(file: Path) -> None:
    """Print the text of a file as Firsthand reads it; what was left behind goes to standard error.

    Offsets of proposals are code points of exactly this text.
    """
    _, read = _read(file)
    for left in read.left_behind:
        talk(f"left behind: {left.what} ({left.count})" + (f", {left.detail}" if left.detail else ""))
    emit_text(read.text)


def propose_of_file(file: Path, *, language: str | None = None, json: bool = False) -> None:
    """Propose claims for a file: who says that who did what to whom, each with its passage.

    ``language`` is ``en`` or ``ko``; without it each passage's own language decides. ``json`` prints
    ``proposals/1``, otherwise a line a claim.
    """
    content, read = _read(file)
    wanted = Language(language) if language else None
    suggestions = propose_claims(read.text, language=wanted, facts=read.facts)
    if not json:
        for suggestion in suggestions:
            span, statement = suggestion.support[0], suggestion.statement
            acts = ", ".join(statement.acts)
            emit_text(
                f"{span.start}-{span.end}\t{statement.kind}\t{acts}\t{statement.informant.type}\t{statement.basis}"
            )
        return
    emit_json(
        proposals_record(
            suggestions,
            file_name=file.name,
            sha256=digest_of_bytes(content),
            text_sha256=digest_of_text(read.text),
            language=str(wanted or language_of_letters(read.text)),
        )
    )
