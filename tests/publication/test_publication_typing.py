"""The wall stands in the types: what did not pass cannot be written out, and mypy says so."""

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def test_the_type_checker_refuses_every_line_that_would_leak():
    wrong = HERE / "typing" / "wall_must_not_compile.py"
    expected = {n for n, line in enumerate(wrong.read_text("utf-8").splitlines(), 1) if line.endswith("# refused")}
    found = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", str(wrong)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    refused = {int(n) for n in re.findall(r"wall_must_not_compile\.py:(\d+): error", found.stdout)}
    assert refused == expected, found.stdout
