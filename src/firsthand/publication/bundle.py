"""The files of a publication, closed by a signed manifest, with what a stranger needs to check them.

A bundle holds published tables, our own statement of method and bias, and ``verify.py``. What it replaces, and why, and
whether it was recalled, stands in the manifest; so a correction is a new bundle that names the old one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from firsthand.publication.disclosure import PublishedTable
from firsthand.publication.formats.table_csv import table_as_csv, table_dictionary_as_csv
from firsthand.publication.redaction import PublishedText
from firsthand.publication.verify_bundle import MANIFEST, SIGNATURE, faults_of_bundle, signed_message
from firsthand.values.errors import IntegrityError, UsageError

__all__ = ["BundleAltered", "BundleNameUnusable", "Replaces", "build_bundle", "verify_bundle"]


class BundleAltered(IntegrityError):
    """A published bundle is not as it was signed."""

    next_step = "Do not rely on it. Get the bundle again from whoever published it."


class BundleNameUnusable(UsageError):
    """A table's name cannot be a file name."""

    next_step = "Use letters, digits, - and _."


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaces:
    """The earlier bundle that a correction stands for, by the digest of its manifest, and why."""

    manifest_sha256: str
    reason: PublishedText


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
    """All files of a bundle by path.

    Args:
        tables: Published tables by name; each becomes CSV, a data dictionary and JSON.
        title: What is published.
        statement: Method and bias in paragraphs.
        released: The day, ISO 8601.
        public_key: Ed25519 key, 32 bytes, that readers check against.
        sign: Makes an Ed25519 signature, 64 bytes, with the key's secret half.
        replaces: The bundle that this one corrects.

    Raises:
        BundleNameUnusable: a table's name has other characters than letters, digits, - and _.
    """
    files: dict[str, bytes] = {}
    for name, table in tables.items():
        if not name or not name.isascii() or not all(c.isalnum() or c in "-_" for c in name):
            raise BundleNameUnusable("A table's name in a bundle cannot be a file name.")
        files[f"tables/{name}.csv"] = table_as_csv(table).encode("utf-8")
        files[f"tables/{name}.dictionary.csv"] = table_dictionary_as_csv(table).encode("utf-8")
        files[f"tables/{name}.json"] = (table.to_json() + "\n").encode("utf-8")
    files["statement.txt"] = ("\n\n".join([str(title), *map(str, statement)]) + "\n").encode("utf-8")
    files["verify.py"] = (resources.files("firsthand.publication") / "verify_bundle.py").read_bytes()
    manifest = {
        "schema": "bundle/1",
        "title": str(title),
        "released": released,
        "status": "current",
        "replaces": None
        if replaces is None
        else {"manifest_sha256": replaces.manifest_sha256, "reason": str(replaces.reason)},
        "key": public_key.hex(),
        "files": {
            path: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
            for path, content in sorted(files.items())
        },
    }
    files[MANIFEST] = (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
    files[SIGNATURE] = (sign(signed_message(files[MANIFEST])).hex() + "\n").encode("ascii")
    return files


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
    return [
        f"{len(manifest['files'])} files are those that the manifest names, and there are no others",
        f"the manifest is signed by the key {manifest['key']}"
        + ("" if key else "; compare it with one that you have from elsewhere"),
    ]
