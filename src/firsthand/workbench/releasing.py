"""Releasing: a plan that passed is approved by two, drawn, read again for names, kept in the log, and written whole."""

from __future__ import annotations

import io
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path

from nacl.signing import SigningKey

from firsthand.publication.bundle import (
    Contents,
    Format,
    Replaces,
    close_bundle,
    content_files,
    digest_of_content,
    recall_notice,
)
from firsthand.publication.disclosure import PublishedTable
from firsthand.publication.figures import Figure, figures_of
from firsthand.publication.formats.dossier import Released, fill_template
from firsthand.publication.redaction import PublishedText, publish_coded, publish_own_words
from firsthand.publication.rereading import refuse_names
from firsthand.publication.verify_bundle import content_digest
from firsthand.publication.wording import COLUMN_WORDS, LANGUAGES, STATEMENT, say
from firsthand.sources.document import digest_of_bytes
from firsthand.values.errors import ProtectionRefusal, UsageError
from firsthand.values.ids import ReleaseId
from firsthand.values.vocabularies import packaged_vocabulary
from firsthand.vault import Change
from firsthand.vault.tables.assessment import KeptRelease
from firsthand.vault.tables.settings import Setting
from firsthand.workbench.gazetteer import outlines_for, place_name
from firsthand.workbench.publishing import ReleasePlan, releases_ever
from firsthand.workbench.session import Session
from firsthand.workbench.settings import read_setting, write_setting
from firsthand.workbench.steps import StepName

__all__ = [
    "TEMPLATES",
    "Release",
    "ReleaseRefused",
    "ReleaseUnknown",
    "SecondPersonNeeded",
    "approve_release",
    "needs_second_person",
    "packaged_template",
    "recall_release",
    "release_files",
    "release_public_key",
    "write_bundle",
    "zip_of",
]


class ReleaseRefused(ProtectionRefusal):
    """A release did not pass."""

    next_step = "Count by fewer things, gather more accounts, or choose another audience."


class SecondPersonNeeded(ProtectionRefusal):
    """The vault has two people or more, and only one of them stands behind a release."""

    next_step = "Let another person open the vault with their own passphrase and approve: firsthand approve."


class ReleaseUnknown(UsageError):
    """There is no release with that identifier."""

    next_step = "Look at firsthand history for the identifier."


TEMPLATES = ("dossier", "un-submission", "press-annex")


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """How a plan is to be written out; ``template`` is the text of one, ``words`` the team's own by key."""

    title: str
    formats: Sequence[Format] = ()
    template: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
    replaces: ReleaseId | None = None
    reason: str = ""


RELEASE_KEY = "release signing key"


def packaged_template(name: str, language: str = "en") -> str:
    """The text of a template that ships, in English or Korean."""
    file = f"{name}.ko.txt" if language == "ko" else f"{name}.txt"
    return (resources.files("firsthand.publication.formats") / "templates" / file).read_text("utf-8")


def approve_release(session: Session, plan: ReleasePlan, *, title: str) -> str:
    """Stand behind exactly what a plan would show; returns the fingerprint that was approved.

    Raises:
        ReleaseRefused: the plan does not pass.
    """
    _need_pass(plan)
    fingerprint = plan.fingerprint(title)
    mine = session.vault.ring.own_slot
    approved = set(read_setting(session, _approval(fingerprint)).split())
    write_setting(session, _approval(fingerprint), " ".join(sorted({*approved, mine})))
    return fingerprint


def _approval(fingerprint: str) -> str:
    return f"release approval {fingerprint}"


def _need_pass(plan: ReleasePlan) -> None:
    if not plan.passes:
        raise ReleaseRefused("The release did not pass its rehearsal: " + " ".join(plan.reasons))


def _approved(session: Session, plan: ReleasePlan, title: str) -> set[str]:
    return set(read_setting(session, _approval(plan.fingerprint(title))).split())


def _approvers(session: Session, plan: ReleasePlan, title: str) -> tuple[str, ...]:
    """The people behind a release: who asks, and where the vault has two, another who approved the very same."""
    people = {person.slot for person in session.vault.people()}
    mine = session.vault.ring.own_slot
    approved = _approved(session, plan, title) & people
    if needs_second_person(session, plan, title):
        raise SecondPersonNeeded("The vault has two people or more, and one alone stands behind this (rule: two).")
    return (session.actor, *sorted(approved - {mine}))


def needs_second_person(session: Session, plan: ReleasePlan, title: str) -> bool:
    """Whether another person must approve this before it can leave."""
    people = {person.slot for person in session.vault.people()}
    return len(people) >= 2 and not (_approved(session, plan, title) & people) - {session.vault.ring.own_slot}


def release_files(session: Session, plan: ReleasePlan, asked: Release) -> tuple[KeptRelease, dict[str, bytes]]:
    """Release a plan that passed: the step is kept, and every file of the bundle is returned by path.

    Everything is filled, drawn and read again for names before the step is kept. The signing key is made once for
    each vault and kept in it.

    Raises:
        ReleaseRefused: the plan did not pass, or has no title.
        SecondPersonNeeded: the vault has two people, and no second one approved this.
        TemplateFieldNotReleased: the template names what is not released.
        NameInRelease: a file would hold a name of the vault.
    """
    _need_pass(plan)
    if not asked.title.strip():
        raise ReleaseRefused("A release needs a title.", next_step="Give it one.")
    if asked.language not in LANGUAGES:
        raise ReleaseRefused("A release is written in English or Korean.", next_step='Say language = "en" or "ko".')
    approvers = _approvers(session, plan, asked.title)
    replaces = _replaced(session, asked)
    day = session.now().date().isoformat()
    files = content_files(_contents(plan, asked, day), released=day, formats=tuple(asked.formats), replaces=replaces)
    refuse_names({path: content for path, content in files.items() if path != "verify.py"}, names_of_vault(session))
    key = _signing_key(session)
    kept = _keep(session, plan, asked, files, approvers)
    closed = close_bundle(
        files,
        title=publish_own_words(asked.title),
        released=day,
        public_key=bytes(key.verify_key),
        sign=lambda message: key.sign(message).signature,
        log_proof=_log_proof(session, kept),
        replaces=replaces,
    )
    return kept, closed


def write_bundle(
    session: Session, plan: ReleasePlan, out: Path, *, title: str, release: Release | None = None
) -> KeptRelease:
    """Release a plan that passed into a new folder, which appears whole or not at all.

    Raises:
        ReleaseRefused: the plan did not pass, or the folder is there already.
        SecondPersonNeeded, TemplateFieldNotReleased, NameInRelease: as ``release_files``.
    """
    if out.exists():
        raise ReleaseRefused("The folder for the release is there already.", next_step="Name a folder that is not.")
    kept, files = release_files(session, plan, release or Release(title=title))
    _write_folder(out, files)
    return kept


def zip_of(files: Mapping[str, bytes]) -> bytes:
    """A bundle as one ZIP file, without times or names of any machine."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as container:
        for path, content in sorted(files.items()):
            container.writestr(zipfile.ZipInfo(path), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _contents(plan: ReleasePlan, asked: Release, day: str) -> Contents:
    labels = _labels(plan, asked.language)
    titles = {name: _title(table, labels, asked.language) for name, table in plan.tables.items()}
    outlines = {c: outlines_for(c) for t in plan.tables.values() for d in t.dimensions for c in d.categories}
    wants_pictures = bool({Format.HTML, Format.PDF, Format.FIGURES} & set(asked.formats))
    figures: tuple[Figure, ...] = (
        figures_of(plan.tables, titles=titles, labels=labels, outlines=outlines, language=asked.language)
        if wants_pictures
        else ()
    )
    statement = [publish_own_words(paragraph) for paragraph in STATEMENT[asked.language]]
    released = Released(
        title=publish_own_words(asked.title),
        released=day,
        audience=labels.get(plan.audience.value, publish_own_words(plan.audience.value)),
        statement=statement,
        tables=plan.tables,
        titles=titles,
        figures=figures,
        labels=labels,
        words={key: publish_own_words(text) for key, text in asked.words.items()},
        language=asked.language,
    )
    return Contents(
        title=publish_own_words(asked.title),
        statement=statement,
        tables=plan.tables,
        records=plan.records,
        synthetic=plan.synthetic,
        # Filled whatever the formats: a template that names what is not released fails before anything is written.
        dossier=fill_template(asked.template or packaged_template("dossier", asked.language), released),
        figures=figures,
    )


def _title(table: PublishedTable, labels: Mapping[str, PublishedText], language: str) -> PublishedText:
    by = say("and", language).join(str(labels.get(d.name, d.name)) for d in table.dimensions)
    counted = str(labels.get(table.counted, table.counted.capitalize()))
    return publish_own_words(say("title", language, counted=counted, by=by))


def _labels(plan: ReleasePlan, language: str) -> dict[str, PublishedText]:
    acts, bases = packaged_vocabulary("acts"), packaged_vocabulary("source_basis")
    found = {word: publish_own_words(told) for word, told in COLUMN_WORDS[language].items()}
    for table in plan.tables.values():
        for dimension in table.dimensions:
            for category in dimension.categories:
                if dimension.name == "act" and category in acts:
                    found[category] = publish_coded([acts[category].label(language)])
                elif dimension.name == "basis" and category in bases:
                    found[category] = publish_coded([f"{category} {bases[category].label(language)}"])
                elif dimension.name in {"country", "province"}:
                    found[category] = publish_coded([place_name(category, language)])
    return found


def names_of_vault(session: Session) -> list[str]:
    """Every name that must never leave: who told, who is told of as a victim, as claims and proposals write them."""
    statements = [claim.statement for claim in session.whole().claims()]
    statements += [proposal.suggestion.statement for proposal in session.whole().proposals()]
    told = {s.informant.name or "" for s in statements if s.informant.type == "named_person"}
    # A victim is told of by a name or by common words; common words have no capital and no surname.
    told |= {v.text for s in statements for v in s.victims if _looks_like_a_name(v.text)}
    return sorted(told - {""})


def _looks_like_a_name(text: str) -> bool:
    words = text.split()
    if text.isascii():
        return 2 <= len(words) <= 4 and all(word[:1].isupper() for word in words)
    return len(words) <= 3 and 2 <= len(text) <= 12


def _signing_key(session: Session) -> SigningKey:
    seed = bytes.fromhex(read_setting(session, RELEASE_KEY) or session.entropy(32).hex())
    write_setting(session, RELEASE_KEY, seed.hex())
    return SigningKey(seed)


def release_public_key(session: Session) -> str:
    """The key that this vault's releases are signed by, in hex, to be told to readers by another way."""
    return bytes(_signing_key(session).verify_key).hex()


def _release(session: Session, id: ReleaseId) -> KeptRelease:  # noqa: A002  its field's name
    for release in releases_ever(session):
        if release.id == id:
            return release
    raise ReleaseUnknown("There is no release with that identifier.")


def _content_sha256(release: KeptRelease) -> str:
    return content_digest(dict(release.digests))


def _replaced(session: Session, asked: Release) -> Replaces | None:
    if asked.replaces is None:
        return None
    if not asked.reason.strip():
        raise ReleaseRefused("A correction must say why.", next_step="Give a reason beside what it replaces.")
    old = _release(session, asked.replaces)
    return Replaces(content_sha256=_content_sha256(old), reason=publish_own_words(asked.reason))


def _keep(
    session: Session, plan: ReleasePlan, asked: Release, files: Mapping[str, bytes], approvers: tuple[str, ...]
) -> KeptRelease:
    kept = KeptRelease(
        id=ReleaseId(session.new_id("release")),
        audience=plan.audience.value,
        title=asked.title,
        claims=plan.counted,
        digests=tuple((name, digest_of_bytes(content)) for name, content in sorted(files.items())),
        approved_by=approvers,
        released_at=session.now(),
        tables=tuple(table.to_json() for table in plan.tables.values()),
        rows=() if plan.records is None else (plan.records.to_json(),),
        epsilon=plan.epsilon,
        replaces=asked.replaces,
    )
    told = json.dumps({"content_sha256": digest_of_content(files)})
    changes = [
        Change(kind="release", id=kept.id, value=kept),
        # Sealed under a key of its own, so that this alone can be opened for a stranger.
        Change(kind="setting", id=_log_key(kept), value=Setting(id=_log_key(kept), value=told), key=_log_key(kept)),
    ]
    if asked.replaces is not None:
        old = session.vault.get("release", asked.replaces)
        if isinstance(old, KeptRelease):
            changes.append(Change(kind="release", id=old.id, value=replace(old, needs_recall=f"replaced by {kept.id}")))
    session.take(StepName.RELEASE, changes)
    return kept


def _log_key(kept: KeptRelease) -> str:
    return f"released:{kept.id}"


def _log_proof(session: Session, kept: KeptRelease) -> bytes:
    step = session.vault.history("release", kept.id, limit=1)[0]
    opened = session.vault.disclose(step.index, _log_key(kept))
    content = {
        "schema": "log-proof/1",
        "core": opened.core.hex(),
        "opening": opened.salt.hex(),
        "plain": opened.plain.decode("utf-8"),
        "proof": opened.proof,
        "key": opened.key,
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def recall_release(session: Session, id: ReleaseId, out: Path, *, reason: str) -> None:  # noqa: A002
    """Recall a release: mark it in the vault, and write the signed notice to be sent to whoever has it.

    Raises:
        ReleaseUnknown: there is no such release.
        ReleaseRefused: the folder is there already, or no reason is given.
        NameInRelease: the reason holds a name of the vault.
    """
    if out.exists() or not reason.strip():
        raise ReleaseRefused("A recall needs a reason and a folder that is not there yet.")
    old, key = _release(session, id), _signing_key(session)
    files = recall_notice(
        content_sha256=_content_sha256(old),
        reason=publish_own_words(reason),
        recalled=session.now().date().isoformat(),
        public_key=bytes(key.verify_key),
        sign=lambda message: key.sign(message).signature,
    )
    refuse_names(files, names_of_vault(session))
    session.take(StepName.RELEASE, [Change(kind="release", id=id, value=replace(old, needs_recall=reason))])
    _write_folder(out, files)


def _write_folder(out: Path, files: Mapping[str, bytes]) -> None:
    """All files or none: they are written and synced beside the folder, which then takes its name in one step."""
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        for name, content in files.items():
            path = partial / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as target:
                target.write(content)
                target.flush()
                os.fsync(target.fileno())
        partial.chmod(0o755)
        partial.rename(out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
