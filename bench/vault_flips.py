"""Changes one byte at random offsets of a vault's copy and counts what finds it: opening, verifying, or nothing.

For each change it also asks the stand-alone verifier, which has no secret and does not look at tables.db.
"""

from __future__ import annotations

import argparse
import collections
import io
import random
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from firsthand.values.errors import FirsthandError
from firsthand.vault import Change, Column, KdfParameters, RecordKind, Step, Vault, verify_standalone

SECRET = "an invented passphrase"  # noqa: S105 - of an invented vault
SAY_NOTHING = {"lock", "ballast"}  # a process number while open, and space kept free
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlipNote:
    """An invented note."""

    text: str


KINDS = (RecordKind(name="note", type=FlipNote, columns=(Column(name="text"),), full_text=("text",)),)


def make_vault(folder: Path) -> None:
    """Forty steps and two documents."""
    with Vault.create(folder, secret=SECRET, kinds=KINDS, now=lambda: NOW, kdf=KdfParameters.for_tests()) as vault:
        for number in range(40):
            if number % 20 == 0:
                vault.put_blob(io.BytesIO(bytes([number]) * 20_000), "source:s1")
            note = Change(
                kind="note", id=f"n{number}", value=FlipNote(text=f"note {number}"), key=f"source:s{number % 3}"
            )
            vault.apply(Step(name="note", actor="coder-1", at=NOW, changes=(note,)))


def try_vault(folder: Path, shown: object) -> str:
    """Which part found the change."""
    try:
        vault = Vault.open(folder, secret=SECRET, kinds=KINDS, now=lambda: NOW)
    except FirsthandError:
        return "opening refused"
    with vault:
        try:
            report = vault.verify()
        except FirsthandError:
            return "verifying refused"
        if report.faults:
            return "verifying named it"
        return "harmless: same records" if vault.items("note") == shown else "NOT FOUND"


def main() -> None:
    """Print a table of files and findings, and every change that nothing found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="bench-flips-"))
    folder, copy = place / "vault", place / "copy"
    make_vault(folder)
    with Vault.open(folder, secret=SECRET, kinds=KINDS, now=lambda: NOW) as vault:
        shown = vault.items("note")
    files = sorted(
        path.relative_to(folder)
        for path in folder.rglob("*")
        if path.is_file() and path.stat().st_size and path.name not in SAY_NOTHING
    )
    chance = random.Random(given.seed)
    counts: collections.Counter[tuple[str, str, str]] = collections.Counter()
    for number in range(given.changes):
        # every file equally often: by bytes alone, the tables would take nearly all
        name = files[number % len(files)]
        shutil.copytree(folder, copy)
        content = bytearray((copy / name).read_bytes())
        offset = chance.randrange(len(content))
        content[offset] ^= chance.randrange(1, 256)
        (copy / name).write_bytes(content)
        try:
            verify_standalone.verify(copy)
            alone = "not looked at" if name.name.startswith("tables") else "NOT FOUND"
        except verify_standalone.Broken:
            alone = "found"
        found = try_vault(copy, shown)
        label = "blobs" if name.parts[0] == "blobs" else str(name)
        counts[label, found, alone] += 1
        if "NOT" in found or "harmless" in found or "NOT" in alone:
            print(f"{label} at {offset}: {found}; stand-alone: {alone}")
        shutil.rmtree(copy)
    print(f"{'file':16}{'Firsthand':26}{'stand-alone':16}{'changes':>8}")
    for (label, found, alone), count in sorted(counts.items()):
        print(f"{label:16}{found:26}{alone:16}{count:>8}")
    shutil.rmtree(place)


if __name__ == "__main__":
    main()
