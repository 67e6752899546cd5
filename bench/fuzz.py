"""Readers under damaged files: counts of what was read, refused with a reason, or is a finding.

Each seed (a small file of every format, made by tests/sources/format_samples.py) is damaged at random: bytes changed,
runs cut out, doubled or filled, two files joined; of containers every second one inside its parts. All are read in one
process, so that a finding (another exception than a named reason, or a reader of over two seconds) is seen at once.

usage: fuzz.py [--rounds 2000] [--seed 1] [--only a.pdf]
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import random
import sys
import time
import zipfile
from collections import Counter
from pathlib import Path

from firsthand.sources.readers import read_document
from firsthand.values.errors import InputError

SAMPLES = Path(__file__).parent.parent / "tests/sources/format_samples.py"
SLOW_SECONDS = 2.0


def load_samples() -> dict[str, bytes]:
    spec = importlib.util.spec_from_file_location("format_samples", SAMPLES)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["format_samples"] = module
    spec.loader.exec_module(module)
    return dict(module.SAMPLES)


def damage(content: bytes, other: bytes, random_: random.Random) -> bytes:
    bytes_ = bytearray(content)
    for _ in range(random_.choice((1, 1, 2, 4, 16))):
        if not bytes_:
            break
        start = random_.randrange(len(bytes_))
        end = min(len(bytes_), start + random_.choice((1, 1, 2, 4, 16, 64)))
        how = random_.randrange(6)
        if how == 0:
            bytes_[start:end] = random_.randbytes(end - start)
        elif how == 1:
            del bytes_[start:end]
        elif how == 2:
            bytes_[start:start] = bytes_[start:end] * random_.choice((1, 8, 64))
        elif how == 3:
            bytes_[start:end] = bytes([random_.choice((0, 0x20, 0x7B, 0x3C, 0xFF))]) * (end - start)
        elif how == 4:
            bytes_[start] ^= 1 << random_.randrange(8)
        else:
            del bytes_[start:]
            bytes_ += other[random_.randrange(len(other)) :]
    return bytes(bytes_)


def damage_inside(content: bytes, other: bytes, random_: random.Random) -> bytes:
    """A container whose parts were damaged before they were packed, so that its own checks find nothing."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        names = archive.namelist()
        hit = random_.choice(names)
        for name in names:
            part = archive.read(name)
            packed.writestr(name, damage(part, other, random_) if name == hit else part)
    return out.getvalue()


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=2000, help="damaged files of each format")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only")
    chosen = options.parse_args()
    samples = load_samples()
    findings: list[str] = []
    start = time.perf_counter()
    total = 0
    print("format       read   refused  findings  slowest")
    for name in sorted(samples):
        if chosen.only and name != chosen.only:
            continue
        random_ = random.Random(f"{chosen.seed} {name}")
        counts, slowest = Counter[str](), 0.0
        for number in range(chosen.rounds):
            other = samples[random_.choice(sorted(samples))]
            inside = samples[name].startswith(b"PK") and number % 2
            content = (damage_inside if inside else damage)(samples[name], other, random_)
            began = time.perf_counter()
            try:
                read = read_document(content, name)
                bad = not all(0 <= s.start < s.end <= len(read.text) for s in read.segments)
                counts["finding" if bad else "read"] += 1
                if bad:
                    findings.append(f"{name} {number}: a segment lies outside of its text")
            except InputError:
                counts["refused"] += 1
            except Exception as fault:  # noqa: BLE001  whatever is no named reason is what this looks for
                counts["finding"] += 1
                findings.append(f"{name} {number}: {type(fault).__name__}: {fault}")
            spent = time.perf_counter() - began
            slowest = max(slowest, spent)
            if spent > SLOW_SECONDS:
                findings.append(f"{name} {number}: {spent:.1f} s")
        total += chosen.rounds
        print(f"{name:10} {counts['read']:6} {counts['refused']:9} {counts['finding']:9}  {slowest:6.2f} s", flush=True)
    print(f"{total:,} files in {time.perf_counter() - start:.0f} s, {len(findings)} findings")
    for finding in findings[:40]:
        print("  !", finding)


if __name__ == "__main__":
    main()
