"""Planted secrets that survive when the files of shared/leak/canaries are published as text of allowed words.

    .venv/bin/python bench/leak.py [--shared ../shared]

What no reader reads (pictures, drawings, workbooks) does not leave at all. The allowed words stand for a person's hand.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from firsthand.publication.redaction import publish_allowed_words
from firsthand.sources.readers import read_document
from firsthand.values.errors import InputError

ALLOWED = {"visible", "statement", "shown", "more", "province", "persons", "total"}


def main() -> None:
    """Count."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--shared", type=Path, default=Path("../shared"))
    folder = options.parse_args().shared / "leak" / "canaries"
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    secrets = [s for places in truth.values() for s in places.values()]
    survived = 0
    for path in sorted(p for p in folder.iterdir() if p.name != "truth.json"):
        try:
            read = read_document(path.read_bytes(), path.name)
        except InputError as problem:
            print(f"  {path.name:16} does not leave ({problem.code})")
            continue
        out = str(publish_allowed_words(read.text, allowed=ALLOWED))
        here = sum(s in out or s.casefold() in out.casefold() for s in secrets)
        survived += here
        in_text = sum(s in read.text for s in secrets)
        print(f"  {path.name:16} {in_text} in the text as read, {here} in what leaves; visible words kept: "
              f"{'Visible statement 4711' in out}")  # fmt: skip
    print(f"planted secrets: {len(secrets)}, survived: {survived}")


if __name__ == "__main__":
    main()
