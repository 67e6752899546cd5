"""Tables linked without configuration, beside plain Splink in the same run: pairwise and B-cubed F1.

    python bench/linkage.py [--shared ../shared] [--only NAME ...] [--no-peer] [--population POP.csv]

Both run at their default (Firsthand's own threshold; Splink at probability 0.95), groups are closed before scoring,
and only the open sets are read.
A population is made beforehand by shared/linkage/make_population.py (which needs polars).
"""

from __future__ import annotations

import argparse
import csv
import logging
import time
import warnings
from collections import Counter
from pathlib import Path

from firsthand.linkage.tables_linking import link_table

SETS = ("febrl1", "febrl3", "rldata500", "fake_1000", "brl_twofiles", "restaurant_institutions", "historical_60pct")
HIDDEN = {"truth_entity", "unique_id", "source"}


def figures(truth: dict[str, str], found: dict[str, str]) -> tuple[float, float, float, float]:
    """Pairwise precision, recall and F1, and B-cubed F1, as shared/score/clusters.py counts them."""
    joint = Counter((truth[i], found[i]) for i in truth)
    real, said = Counter(truth.values()), Counter(found.values())

    def pairs(n: int) -> int:
        return n * (n - 1) // 2

    both = sum(map(pairs, joint.values()))
    p = both / max(1, sum(map(pairs, said.values())))
    r = both / max(1, sum(map(pairs, real.values())))
    bp = sum(n * n / said[c] for (_, c), n in joint.items()) / len(truth)
    br = sum(n * n / real[t] for (t, _), n in joint.items()) / len(truth)
    return p, r, 2 * p * r / (p + r) if p + r else 0.0, 2 * bp * br / (bp + br)


def plain_splink(rows: list[dict[str, str]]) -> dict[str, str]:
    """A plain Splink model: Jaro-Winkler on every column, blocks on each column's value, EM, groups at 0.95."""
    import pyarrow as pa  # noqa: PLC0415 - imported only where the peer is run
    import splink.comparison_library as cl  # noqa: PLC0415
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415

    names = [c for c in rows[0] if c not in HIDDEN and len({r[c] for r in rows}) > 2]
    frame = [{"unique_id": r["unique_id"], **{c: r[c] or None for c in names}} for r in rows]
    backend = DuckDBAPI()
    table = backend.register(pa.Table.from_pylist(frame))
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[cl.JaroWinklerAtThresholds(c) for c in names],
        blocking_rules_to_generate_predictions=[
            block_on(c) for c in names if len({r[c] for r in rows}) > 0.05 * len(rows)
        ],
    )
    linker = Linker(table, settings)
    linker.training.estimate_u_using_random_sampling(max_pairs=200_000)
    for column in names[:2]:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(column))
    predicted = linker.inference.predict(threshold_match_probability=0.95)
    grouped = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, 0.95)
    return {str(r["unique_id"]): str(r["cluster_id"]) for r in grouped.as_record_list()}


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of one set."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--shared", type=Path, default=Path("../shared"))
    options.add_argument("--only", nargs="*", default=list(SETS))
    options.add_argument("--no-peer", action="store_true")
    options.add_argument("--population", type=Path, help="a CSV made by make_population.py")
    chosen = options.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    folder = chosen.shared / "linkage"
    print(f"{'set':<26}{'engine':<11}{'prec.':>7}{'recall':>7}{'F1':>7}{'B3 F1':>7}{'s':>7}  candidates")
    work = [(name, read_rows(folder / f"{name}.csv")) for name in chosen.only]
    if chosen.population:
        work.append((chosen.population.stem, read_rows(chosen.population)))
    for name, rows in work:
        truth = {r["unique_id"]: r["truth_entity"] for r in rows}
        columns: dict[str, list[object]] = {c: [r[c] or None for r in rows] for c in rows[0] if c != "truth_entity"}
        start = time.perf_counter()
        linked = link_table([columns], id_column="unique_id")
        took = time.perf_counter() - start
        p, r, f, b = figures(truth, dict(linked.cluster_of))
        print(
            f"{name:<26}{'firsthand':<11}{p:7.4f}{r:7.4f}{f:7.4f}{b:7.4f}{took:7.1f}  {linked.candidate_count:,}",
            flush=True,
        )
        if chosen.no_peer:
            continue
        start = time.perf_counter()
        try:
            p, r, f, b = figures(truth, plain_splink(rows))
        except Exception as problem:  # noqa: BLE001 - a peer that fails is a finding, not a fault of the bench
            print(f"{'':<26}{'splink':<11} failed: {type(problem).__name__}: {str(problem)[:90]!r}")
            continue
        print(f"{'':<26}{'splink':<11}{p:7.4f}{r:7.4f}{f:7.4f}{b:7.4f}{time.perf_counter() - start:7.1f}", flush=True)


if __name__ == "__main__":
    main()
