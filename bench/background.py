"""Many documents proposed on in the background: pace, cores busy, and what a kill -9 in the middle costs.

A vault of invented documents (those of tests/claims/development, each copy with a line of its own) is made; a child
process proposes on them and is killed when a third is done; a second run goes on. At the end every document must have
been read once: no step twice, none missing.

Cores busy are the processor seconds of this process and its workers, writing included, by the seconds on the clock; the
share of the whole machine that was busy (Linux) tells whether others took the rest.

usage: background.py [--documents 10000] [--workers 2]
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from firsthand.workbench.background import propose_in_background, unread_documents, usable_cores
from firsthand.workbench.collecting import add_text
from firsthand.workbench.opening import create_session, open_session

DEVELOPMENT = Path(__file__).parent.parent / "tests/claims/development"
SECRET = "seven invented words of a bench only"  # noqa: S105  an invented vault
CHILD = """
import sys
from pathlib import Path
from firsthand.workbench.background import propose_in_background
from firsthand.workbench.opening import open_session

def say(stage, done, of):
    print(done, flush=True)

if __name__ == "__main__":
    with open_session(Path(sys.argv[1]), sys.argv[2], actor="reader") as session:
        propose_in_background(session, workers=int(sys.argv[3]), progress=say)
"""


def machine_seconds() -> tuple[float, float]:
    """Seconds that all cores together were busy and idle since the machine started; nought where nobody says so."""
    file = Path("/proc/stat")
    if not file.is_file():
        return 0.0, 0.0
    ticks = [int(part) for part in file.read_text("ascii").splitlines()[0].split()[1:9]]
    idle = ticks[3] + ticks[4]
    each = os.sysconf("SC_CLK_TCK")
    return (sum(ticks) - idle) / each, idle / each


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--documents", type=int, default=10_000)
    options.add_argument("--workers", type=int, default=usable_cores())
    chosen = options.parse_args()
    texts = [file.read_text("utf-8") for file in sorted(DEVELOPMENT.glob("*.txt"))]
    words = 0
    with tempfile.TemporaryDirectory() as folder:
        vault = Path(folder) / "vault"
        start = time.perf_counter()
        with create_session(vault, SECRET, actor="reader", light=True) as session:
            for number in range(chosen.documents):
                text = f"{texts[number % len(texts)]}\nCopy {number}.\n"
                words += len(text.split())
                add_text(session, file_name=f"{number}.txt", text=text)
        print(
            f"{chosen.documents:,} documents, {words:,} words, kept in {time.perf_counter() - start:.0f} s", flush=True
        )
        script = Path(folder) / "child.py"
        script.write_text(CHILD, "utf-8")
        start = time.perf_counter()
        child = subprocess.Popen(
            [sys.executable, str(script), str(vault), SECRET, str(chosen.workers)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        seen = 0
        for line in child.stdout:
            seen = int(line)
            if seen >= chosen.documents // 3:
                os.kill(child.pid, signal.SIGKILL)
                break
        child.wait()
        first = time.perf_counter() - start
        print(f"killed after {seen:,} documents and {first:.0f} s", flush=True)
        with open_session(vault, SECRET, actor="reader") as session:
            left = len(unread_documents(session))
            print(f"kept at the kill: {chosen.documents - left:,}; lost: {max(0, seen - chosen.documents + left):,}")
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            busy, idle = machine_seconds()
            own, start = time.process_time(), time.perf_counter()
            done = propose_in_background(session, workers=chosen.workers)
            spent, own = time.perf_counter() - start, time.process_time() - own
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            busy, idle = (now - then for now, then in zip(machine_seconds(), (busy, idle), strict=True))
            cpu = own + after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            documents = {p.document for p in session.proposals()}
            marks = sum(setting.id.startswith("proposed on ") for setting in session.vault.all("setting"))
        pace = done.documents / spent
        print(
            f"resumed: {done.documents:,} documents in {spent:.0f} s, {pace:.1f} documents/s, "
            f"{cpu / spent:.2f} of {usable_cores()} cores busy with it; of the machine {busy / max(busy + idle, 1):.0%}"
        )
        print(f"10,000 such documents at this pace: {10_000 / pace / 60:.0f} min")
        print(
            f"read once: {marks == chosen.documents}; with proposals: {len(documents):,}; "
            f"set aside: {len(done.set_aside)}"
        )


if __name__ == "__main__":
    main()
