"""The files of a publication, closed by a signed manifest, with what a stranger needs to check them.

A bundle holds what passed disclosure control or redaction, our own statement of method and bias, a proof that the
vault's log holds the release, and ``verify.py``. What it replaces, and why, stands in the manifest; so a correction is
a new bundle that names the old one, and a recall is a signed notice that names it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources

from firsthand.publication.disclosure import PublishedTable
from firsthand.publication.figures import Figure, draw_png, draw_svg
from firsthand.publication.formats.dossier import Dossier
from firsthand.publication.formats.exchange import (
    provenance_as_json,
    records_as_csv,
    records_as_esf,
    records_as_followthemoney,
    records_as_htcds,
    records_dictionary_as_csv,
)
from firsthand.publication.formats.site import dossier_as_html, dossier_as_pdf
from firsthand.publication.formats.table_csv import synthetic_as_csv, table_as_csv, table_dictionary_as_csv
from firsthand.publication.records import PublishedRecords
from firsthand.publication.redaction import PublishedText
from firsthand.publication.synthetic import SyntheticRows
from firsthand.publication.verify_bundle import (
    LOG_PROOF,
    MANIFEST,
    SIGNATURE,
    content_digest,
    faults_of_bundle,
    signed_message,
)
from firsthand.values.errors import IntegrityError, UsageError

__all__ = [
    "BundleAltered",
    "BundleNameUnusable",
    "Contents",
    "Format",
    "FormatNeedsRows",
    "Replaces",
    "build_bundle",
    "close_bundle",
    "content_files",
    "digest_of_content",
    "recall_notice",
    "verify_bundle",
]


class BundleAltered(IntegrityError):
    """A published bundle is not as it was signed."""

    next_step = "Do not rely on it. Get the bundle again from whoever published it."


class BundleNameUnusable(UsageError):
    """A table's name cannot be a file name."""

    next_step = "Use letters, digits, - and _."


class FormatNeedsRows(UsageError):
    """A format of rows was asked for, and the release holds none."""

    next_step = "Put [records] into the plan, or leave ftm, htcds and esf out of the formats."


class Format(StrEnum):
    """What a release can be written as; tables as CSV and JSON are always there."""

    CSV = "csv"
    HTML = "html"
    PDF = "pdf"
    FIGURES = "figures"
    FTM = "ftm"
    HTCDS = "htcds"
    ESF = "esf"
    PROV = "prov"


_OF_ROWS = (Format.FTM, Format.HTCDS, Format.ESF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaces:
    """The earlier bundle that a correction stands for, by the digest of its content, and why."""

    content_sha256: str
    reason: PublishedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a release holds, all of it passed; ``statement`` is method and bias in paragraphs."""

    title: PublishedText
    statement: Sequence[PublishedText]
    tables: Mapping[str, PublishedTable]
    records: PublishedRecords | None = None
    synthetic: SyntheticRows | None = None
    dossier: Dossier | None = None
    figures: Sequence[Figure] = ()


def content_files(
    contents: Contents, *, released: str, formats: Sequence[Format] = (), replaces: Replaces | None = None
) -> dict[str, bytes]:
    """Every file of a bundle but the proof, the manifest and its signature.

    Args:
        contents: What passed.
        released: The day, ISO 8601.
        formats: What to write beside the tables' CSV and JSON.
        replaces: The bundle that this one corrects.

    Raises:
        BundleNameUnusable: a table's name has other characters than letters, digits, - and _.
        FormatNeedsRows: a format of rows was asked for without rows.
        PublishingPartMissing: a library for a page, a PDF or a figure is not installed.
    """
    files: dict[str, bytes] = {}
    for name, table in contents.tables.items():
        if not name or not name.isascii() or not all(c.isalnum() or c in "-_" for c in name):
            raise BundleNameUnusable("A table's name in a bundle cannot be a file name.")
        files[f"tables/{name}.csv"] = table_as_csv(table).encode("utf-8")
        files[f"tables/{name}.dictionary.csv"] = table_dictionary_as_csv(table).encode("utf-8")
        files[f"tables/{name}.json"] = (table.to_json() + "\n").encode("utf-8")
    files |= _record_files(contents.records, formats, released)
    if contents.synthetic is not None:
        files["synthetic/rows.csv"] = synthetic_as_csv(contents.synthetic).encode("utf-8")
        files["synthetic/utility.json"] = (json.dumps(contents.synthetic.as_report(), indent=1) + "\n").encode("utf-8")
    if contents.dossier is not None:
        if Format.HTML in formats:
            files["index.html"] = dossier_as_html(contents.dossier).encode("utf-8")
        if Format.PDF in formats:
            files["dossier.pdf"] = dossier_as_pdf(contents.dossier)
    if Format.FIGURES in formats:
        for figure in contents.figures:
            files[f"figures/{figure.name}.svg"] = draw_svg(figure).encode("utf-8")
            files[f"figures/{figure.name}.png"] = draw_png(figure)
            files[f"figures/{figure.name}.txt"] = f"{figure.title}\n\n{figure.sentence}\n".encode()
            files[f"figures/{figure.name}.csv"] = table_as_csv(figure.table).encode("utf-8")
    words = [str(contents.title), *map(str, contents.statement)]
    files["statement.txt"] = ("\n\n".join(words) + "\n").encode("utf-8")
    files["verify.py"] = (resources.files("firsthand.publication") / "verify_bundle.py").read_bytes()
    if Format.PROV in formats:
        files["provenance.json"] = provenance_as_json(
            {path: hashlib.sha256(content).hexdigest() for path, content in files.items()},
            released=released,
            replaces=replaces.content_sha256 if replaces else "",
            reason=str(replaces.reason) if replaces else "",
        ).encode("utf-8")
    return files


def _record_files(records: PublishedRecords | None, formats: Sequence[Format], released: str) -> dict[str, bytes]:
    if records is None:
        if any(one in formats for one in _OF_ROWS):
            raise FormatNeedsRows("A format of rows was asked for, and the release holds no rows.")
        return {}
    texts = {
        "records/records.csv": records_as_csv(records),
        "records/records.dictionary.csv": records_dictionary_as_csv(records),
    }
    if Format.FTM in formats:
        texts["records/followthemoney.jsonl"] = records_as_followthemoney(records, dataset=f"release-{released}")
    if Format.HTCDS in formats:
        texts["records/htcds.csv"] = records_as_htcds(records)
    if Format.ESF in formats:
        texts |= {f"records/esf-{entity}.csv": text for entity, text in records_as_esf(records).items()}
    return {path: text.encode("utf-8") for path, text in texts.items()}


def digest_of_content(files: Mapping[str, bytes]) -> str:
    """What names a release: SHA-256 over the digests and names of its content files."""
    return content_digest({path: hashlib.sha256(content).hexdigest() for path, content in files.items()})


def close_bundle(
    files: Mapping[str, bytes],
    *,
    title: PublishedText,
    released: str,
    public_key: bytes,
    sign: Callable[[bytes], bytes],
    log_proof: bytes | None = None,
    replaces: Replaces | None = None,
) -> dict[str, bytes]:
    """Content files with manifest and signature.

    Args:
        files: From ``content_files``.
        title: What is published.
        released: The day, ISO 8601.
        public_key: Ed25519 key, 32 bytes, that readers check against.
        sign: Makes an Ed25519 signature, 64 bytes, with the key's secret half.
        log_proof: The vault's proof that its log holds this content, as JSON.
        replaces: The bundle that this one corrects.
    """
    closed = dict(files)
    if log_proof is not None:
        closed[LOG_PROOF] = log_proof
    manifest = {
        "schema": "bundle/1",
        "title": str(title),
        "released": released,
        "status": "current",
        "content_sha256": digest_of_content(files),
        "replaces": None
        if replaces is None
        else {"content_sha256": replaces.content_sha256, "reason": str(replaces.reason)},
        "key": public_key.hex(),
        "files": {
            path: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
            for path, content in sorted(closed.items())
        },
    }
    closed[MANIFEST] = (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
    closed[SIGNATURE] = (sign(signed_message(closed[MANIFEST])).hex() + "\n").encode("ascii")
    return closed


def build_bundle(
    tables: Mapping[str, PublishedTable],
    *,
    title: PublishedText,
    statement: Sequence[PublishedText],
    released: str,
    public_key: bytes,
    sign: Callable[[bytes], bytes],
    replaces: Replaces | None = None,
) -> dict[str, bytes]:
    """All files of a bundle of tables alone, without a vault's log, by path.

    Raises:
        BundleNameUnusable: a table's name has other characters than letters, digits, - and _.
    """
    files = content_files(Contents(title=title, statement=statement, tables=tables), released=released)
    return close_bundle(files, title=title, released=released, public_key=public_key, sign=sign, replaces=replaces)


def recall_notice(
    *, content_sha256: str, reason: PublishedText, recalled: str, public_key: bytes, sign: Callable[[bytes], bytes]
) -> dict[str, bytes]:
    """The two files of a recall, to be put beside a bundle and sent to whoever has it; ``verify.py`` reads them."""
    notice = {
        "schema": "recall/1",
        "content_sha256": content_sha256,
        "reason": str(reason),
        "recalled": recalled,
        "key": public_key.hex(),
    }
    text = (json.dumps(notice, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
    return {"recall.json": text, "recall.sig": (sign(signed_message(text)).hex() + "\n").encode("ascii")}


def verify_bundle(files: Mapping[str, bytes], *, key: str = "") -> list[str]:
    """Check a bundle as its own ``verify.py`` does, and say what was checked.

    Args:
        files: Contents by path with forward slashes, everything in the bundle's folder.
        key: Hex of the key that it should be signed by; empty takes the bundle's own word for it.

    Raises:
        BundleAltered: the first broken link, and how many more there are.
    """
    faults = faults_of_bundle(files, key=key)
    if faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        raise BundleAltered(f"The bundle is not as it was signed: {faults[0]}{more}.")
    manifest = json.loads(files[MANIFEST])
    checked = [
        f"{len(manifest['files'])} files are those that the manifest names, and there are no others",
        f"the manifest is signed by the key {manifest['key']}"
        + ("" if key else "; compare it with one that you have from elsewhere"),
    ]
    if LOG_PROOF in files:
        checked.append("the release is in the log of the vault that it came from, by its signed checkpoint")
    if manifest.get("replaces"):
        checked.append(f"it replaces the release {manifest['replaces']['content_sha256']}")
    if "recall.json" in files:
        checked.append("IT WAS RECALLED: recall.json says why; do not use it")
    return checked
