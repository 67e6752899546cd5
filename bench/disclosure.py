"""Disclosure control measured: labelled tables, release pairs, random tables.

.venv/bin/python bench/disclosure.py [--shared ../shared] [--tables 200] [--rows 1000000]
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import itertools
import json
import random
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path

from firsthand.interfaces.cli.protecting import protect
from firsthand.publication.auditing import Knowledge, SuppressedTable, feasible_intervals
from firsthand.publication.differencing import CountRelease, Region, Span, joint_audit, read_span
from firsthand.publication.disclosure import CellCount, DisclosureRules, FrequencyTable, NothingToPublish, protect_table
from firsthand.publication.margins import Dimension
from firsthand.publication.private import laplace_noise

PROVINCE_OF = {
    # An attacker owns a map.
    "Hoeryong": "N-Hamgyong", "Musan": "N-Hamgyong", "Onsong": "N-Hamgyong", "Chongjin": "N-Hamgyong",
    "Hyesan": "Ryanggang", "Pochon": "Ryanggang", "Hamhung": "S-Hamgyong", "Tanchon": "S-Hamgyong", "Other": "Other",
}  # fmt: skip


def labelled_tables(path: Path) -> None:
    """Every hidden cell's interval, for both attackers, and both verdicts on small cells."""
    agree: Counter[str] = Counter()
    tables = 0
    start = time.perf_counter()
    for line in path.read_text("utf-8").splitlines():
        made = json.loads(line)
        tables += 1
        dimensions = tuple(
            Dimension(name=d["name"], categories=tuple(d["labels"]), parents=d["parents"] or {}) for d in made["dims"]
        )
        table = SuppressedTable(
            dimensions=dimensions, values={tuple(c.split("|")): v for c, v in made["published"].items()}
        )
        small = frozenset(tuple(c.split("|")) for c, mark in made["marks"].items() if mark == "p")
        for who, knowledge in (("plain", Knowledge()), ("marked", Knowledge(k=made["k"], small=small))):
            found = {"|".join(c): i for c, i in feasible_intervals(table, knowledge).items()}
            truth = made["truth"][who]
            names = sorted("|".join(c) for c in small)
            agree[f"{who}: intervals"] += {c: [i.low, i.high] for c, i in found.items()} == truth["bounds"]
            agree[f"{who}: exact small cells"] += [c for c in names if found[c].is_exact] == truth["primary_exact"]
            agree[f"{who}: narrow small cells"] += [c for c in names if found[c].width < made["k"]] == truth[
                "primary_narrow"
            ]
    print(f"labelled tables: {tables}, {time.perf_counter() - start:.1f} s")
    for name, count in agree.items():
        print(f"  {name:28} {count} of {tables} agree")


def release_pairs(path: Path) -> None:
    """Pairs of releases refused, unsafe and safe."""
    verdicts: Counter[tuple[bool, bool]] = Counter()
    for line in path.read_text("utf-8").splitlines():
        pair = json.loads(line)
        refused = bool(joint_audit([_release(one) for one in pair["releases"]], k=pair["k"]))
        verdicts[pair["unsafe"], refused] += 1
    unsafe, safe = verdicts[True, True] + verdicts[True, False], verdicts[False, True] + verdicts[False, False]
    print(f"release pairs: refused {verdicts[True, True]} of {unsafe} unsafe, {verdicts[False, True]} of {safe} safe")


def _release(one: dict) -> CountRelease:
    spec = one["spec"]
    cells: dict[str, tuple[Region, int]] = {}
    for name, count in one["cells"].items():
        region: dict[str, object] = {"year": Span(spec.get("min_year", 0), spec["max_year"])}
        counties = set(spec.get("where", {}).get("county", PROVINCE_OF))
        for by, label in zip(spec["by"], name.split("|"), strict=True):
            if by == "prov":
                counties &= {county for county, province in PROVINCE_OF.items() if province == label}
            elif by == "county":
                counties &= {label}
            else:
                region[by] = (read_span(label) if by == "ageband" else None) or frozenset({label})
        cells[name] = (region | {"county": frozenset(counties)}, count)
    return CountRelease(cells=cells)


def random_table(rng: random.Random) -> FrequencyTable:
    """A skewed table of two or three dimensions, flat or with groups."""
    kind = rng.choice(["2d", "2d", "grouped", "3d"])
    shape = [rng.randint(2, 4), rng.randint(2, 4), 2] if kind == "3d" else [rng.randint(3, 7), rng.randint(3, 7)]
    dimensions = []
    for n, size in enumerate(shape):
        names = tuple(f"{'pqr'[n]}{i}" for i in range(size))
        parents = {c: f"g{rng.randint(0, 1)}" for c in names} if kind == "grouped" and n == 0 else {}
        dimensions.append(Dimension(name=f"d{n}", categories=names, parents=parents))
    scale = rng.choice([0.5, 3, 10, 40])
    cells = {}
    for cell in itertools.product(*(d.categories for d in dimensions)):
        count = min(int(rng.paretovariate(0.8) * scale), 5000) if rng.random() < 0.85 else 0
        if count:
            cells[cell] = CellCount(count=count, informants=min(count, rng.randint(1, 20)))
    return FrequencyTable(dimensions=tuple(dimensions), cells=cells)


def random_tables(count: int, seed: int) -> None:
    """Tables protected, then attacked exactly, from what is published alone."""
    rng = random.Random(seed)
    seen: Counter[str] = Counter()
    start = time.perf_counter()
    worst = 0.0
    for _ in range(count):
        truth, k = random_table(rng), rng.choice([5, 11])
        began = time.perf_counter()
        try:
            published = protect_table(truth, DisclosureRules(k=k))
        except NothingToPublish:
            seen["refused"] += 1
            continue
        worst = max(worst, time.perf_counter() - began)
        seen["protected"] += 1
        seen["hidden"] += published.hidden_count
        seen["cells"] += len(published.cells)
        intervals = feasible_intervals(published.as_attacked())
        seen["exact"] += sum(i.is_exact for i in intervals.values())
        seen["narrow"] += sum(i.width < k for i in intervals.values())
    print(
        f"random tables (seed {seed}): {seen['protected']} protected, {seen['refused']} refused whole; "
        f"exact disclosures {seen['exact']}, intervals narrower than k {seen['narrow']}; "
        f"hidden cells on average {seen['hidden'] / max(1, seen['protected']):.2f} "
        f"of {seen['cells'] / max(1, seen['protected']):.1f}; "
        f"{time.perf_counter() - start:.1f} s with the attack, slowest table {worst:.2f} s to protect"
    )


def hidden_by_tau_argus(truth: FrequencyTable, k: int) -> SuppressedTable:
    """The table as tau-Argus would publish it: cells under k unsafe, protected by as much as they hold, optimal."""
    from pytauargus import protect as protect_by_tau_argus  # noqa: PLC0415 - imported only where the peer is run

    names = [d.name for d in truth.dimensions]
    rows: dict[str, list[object]] = {name: [] for name in names}
    for categories, cell in truth.cells.items():
        for name, category in zip(names, categories, strict=True):
            rows[name] += [category] * cell.count
    rows["one"] = [1] * len(rows[names[0]])
    # its solver leaves files where it runs
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        result = protect_by_tau_argus(
            rows, names, "one", safety_rules=f"FREQ({k},100)", suppress="OPT(1)", workdir=folder, totcode="Total"
        ).tables[0]
        values = {tuple(r[n] for n in names): r["freq"] if r["status"] == "S" else None for r in result.rows}
    return SuppressedTable(dimensions=truth.dimensions, values=values)


def beside_tau_argus(count: int, seed: int) -> None:
    """Flat tables protected by both, each attacked by us: hidden cells, exact and narrow intervals."""
    rng = random.Random(seed)
    seen: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    while seen["tables"] < count and failed.total() < count:
        made, k = random_table(rng), 5
        if any(d.parents for d in made.dimensions):
            continue
        # tau-Argus knows no informants: as many as are counted
        truth = FrequencyTable(
            dimensions=made.dimensions,
            cells={c: CellCount(count=n.count, informants=n.count) for c, n in made.cells.items()},
        )
        try:
            ours = protect_table(truth, DisclosureRules(k=k))
            theirs = hidden_by_tau_argus(truth, k)
            # tables whose empty categories tau-Argus never saw cannot be laid beside ours
            if set(theirs.values) != set(ours.values):
                continue
            attacked = feasible_intervals(theirs)
        except NothingToPublish:
            continue
        except Exception as problem:  # noqa: BLE001 - a peer that fails is a finding, not a fault of the bench
            failed[type(problem).__name__] += 1
            continue
        seen["tables"] += 1
        seen["ours"] += ours.hidden_count
        seen["theirs"] += sum(v is None for v in theirs.values.values())
        seen["ours narrow"] += sum(i.width < k for i in feasible_intervals(ours.as_attacked()).values())
        small = {c for c, n in truth.cells.items() if n.count < k}
        seen["theirs exact"] += sum(attacked[c].is_exact for c in small if c in attacked)
        seen["tables of theirs with a small cell narrower than k"] += any(
            attacked[c].width < k for c in small if c in attacked
        )
    print(
        f"beside tau-Argus on {seen['tables']} flat tables, k = 5: hidden cells {seen['ours']} by us, {seen['theirs']} "
        f"by it, {seen['ours'] / max(1, seen['theirs']):.2f} times; narrower than k: ours {seen['ours narrow']}, small "
        f"cells of its own in {seen['tables of theirs with a small cell narrower than k']} tables"
        + (f"; it failed on {dict(failed)}" if failed else "")
    )


PAIRS = 12


def private_counts(path: Path) -> None:
    """Counts of pairs of columns with noise: ours, bare OpenDP, and rows drawn by pac-synth, on one file."""
    import opendp.prelude as dp  # noqa: PLC0415 - imported only where it is measured

    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    header, body = rows[0], rows[1:]
    pairs = list(itertools.combinations(range(len(header)), 2))[:PAIRS]
    tables = [Counter((r[a], r[b]) for r in body) for a, b in pairs]
    # one person is in one cell of each table: the budget of 1 is shared by the tables
    scale = float(len(pairs))
    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l1_distance(T="i64")
    bare = dp.m.make_laplace(*space, scale=scale)
    errors: dict[str, list[float]] = {"ours": [], "bare OpenDP": []}
    for table in tables:
        counts = [n for n in table.values() if n >= 10]
        for name, noisy in (("ours", laplace_noise(counts, scale=scale)), ("bare OpenDP", bare(counts))):
            errors[name] += [abs(x - n) / n for x, n in zip(noisy, counts, strict=True)]
    for name, found in errors.items():
        print(
            f"private counts, epsilon 1 over {len(pairs)} tables: {name:12} median error {statistics.median(found):.1%}"
        )
    try:
        from pacsynth import (  # noqa: PLC0415 - imported only where the peer is run
            Dataset,
            DpAggregateSeededParametersBuilder,
            DpAggregateSeededSynthesizer,
        )
    except ModuleNotFoundError:
        print("pac-synth is not installed")
        return
    builder = DpAggregateSeededParametersBuilder().reporting_length(2).epsilon(1.0)
    synthesizer = DpAggregateSeededSynthesizer(builder.build())
    synthesizer.fit(Dataset(rows, sensitive_zeros=list(header)))
    made = synthesizer.sample(len(body))
    missing, off = 0, []
    for (a, b), table in zip(pairs, tables, strict=True):
        found = Counter((r[a], r[b]) for r in made[1:])
        for cell, n in table.items():
            if n >= 10:
                missing += found[cell] == 0
                off.append(abs(found[cell] - n) / n)
    print(f"pac-synth, epsilon 1, rows: median error {statistics.median(off):.1%}, missing {missing / len(off):.0%}")


def many_rows(count: int) -> None:
    """A table of so many rows through the whole command."""
    rng = random.Random(2)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with (place / "rows.csv").open("w", encoding="utf-8") as target:
            target.write("province,act,year,witness\n")
            for _ in range(count):
                target.write(
                    f"p{min(int(rng.paretovariate(1.6)), 30)},a{min(int(rng.paretovariate(2.2)), 12)},"
                    f"{2000 + rng.randrange(20)},w{rng.randrange(50000)}\n"
                )
        (place / "plan.toml").write_text(
            '[table]\ninformant = "witness"\n[[release]]\nname = "a"\nby = ["province", "act"]\n'
            '[[release]]\nname = "b"\nby = ["province", "year"]\n',
            "utf-8",
        )
        start = time.perf_counter()
        protect(place / "rows.csv", plan=place / "plan.toml", out=place / "out")
        print(f"{count:,} rows, two linked tables, whole command: {time.perf_counter() - start:.1f} s")


def main() -> None:
    """Run all."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--shared", type=Path, default=Path("../shared"))
    options.add_argument("--tables", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--only", choices=["labelled", "pairs", "random", "rows", "tau-argus", "private"])
    asked = options.parse_args()
    if asked.only in {None, "pairs"}:
        release_pairs(asked.shared / "disclosure" / "release_pairs.jsonl")
    if asked.only in {None, "labelled"}:
        labelled_tables(asked.shared / "disclosure" / "suppressed_tables.jsonl")
    if asked.only in {None, "random"}:
        random_tables(asked.tables, asked.seed)
    if asked.only in {None, "tau-argus"}:
        beside_tau_argus(asked.tables, asked.seed)
    if asked.only in {None, "private"}:
        private_counts(asked.shared / "disclosure" / "ctdc_synthetic_na_8000.csv")
    if asked.only in {None, "rows"}:
        many_rows(asked.rows)


if __name__ == "__main__":
    main()
