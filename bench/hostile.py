"""Every file that was made to break readers, read in the sandbox: refused, safe, or a finding.

usage: hostile.py [--folder ../shared/hostile]
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from pathlib import Path

from firsthand.sources.document import ReadText
from firsthand.values.errors import InputError
from firsthand.workbench.sandbox import Sandbox


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--folder", type=Path, default=Path("../shared/hostile"))
    folder = options.parse_args().folder
    expected = json.loads((folder / "made/expect.json").read_text("utf-8"))
    findings, reasons = [], Counter[str]()
    start = time.perf_counter()
    with Sandbox() as sandbox:
        print(sandbox.start().in_words())
        files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "expect.json")
        for path, result in sandbox.read_all(files):
            reasons[type(result).__name__] += 1
            wanted = expected["files"].get(path.name, {}).get("expect") if path.parent.name == "made" else None
            if wanted == "refuse" and isinstance(result, ReadText):
                findings.append(f"{path.name}: read, though it should be refused")
            if isinstance(result, ReadText) and expected["canary"] in result.text and wanted == "refuse":
                findings.append(f"{path.name}: gave the canary away")
            if not isinstance(result, ReadText | InputError):
                findings.append(f"{path.name}: {type(result).__name__}")
            if type(result).__name__ == "ReaderStopped":
                findings.append(f"{path.name}: the reader had to be stopped")
    print(f"{len(files)} files in {time.perf_counter() - start:.1f} s, {len(findings)} findings")
    for name, count in reasons.most_common():
        print(f"  {name:20} {count}")
    for finding in findings:
        print("  !", finding)


if __name__ == "__main__":
    main()
