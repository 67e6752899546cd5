"""Tables linked without configuration, with answers, and at size, beside plain Splink in the same run.

    python bench/linkage.py [--shared ../shared] [--only NAME ...] [--no-peer] [--answers NAME ...]
                            [--records N ...] [--oracle N] [--spark] [--calibration PAGE.svg]

Each engine runs at its default (Firsthand's own threshold; Splink at probability 0.95), groups are closed before
scoring, and only the open sets are read. ``--records`` makes an invented Korean population of that size by
shared/linkage/make_population.py, links it, and says seconds, memory and the share of true pairs that were compared.
"""

from __future__ import annotations

import argparse
import csv
import logging
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from firsthand.linkage.grouping import group_rows
from firsthand.linkage.judging import Judgement, Verdict
from firsthand.linkage.tables_linking import LinkedTable, link_table

SETS = ("febrl1", "febrl3", "rldata500", "fake_1000", "brl_twofiles", "restaurant_institutions", "historical_60pct")
HIDDEN = {"truth_entity", "unique_id", "source"}
ROUNDS, A_ROUND = 6, 25


def figures(truth: Mapping[str, str], found: Mapping[str, str]) -> tuple[float, float, float, float]:
    """Pairwise precision, recall and F1, and B-cubed F1, as shared/score/clusters.py counts them."""
    joint = Counter((truth[i], found[i]) for i in truth)
    real, said = Counter(truth.values()), Counter(found[i] for i in truth)

    def pairs(n: int) -> int:
        return n * (n - 1) // 2

    both = sum(map(pairs, joint.values()))
    p = both / max(1, sum(map(pairs, said.values())))
    r = both / max(1, sum(map(pairs, real.values())))
    bp = sum(n * n / said[c] for (_, c), n in joint.items()) / len(truth)
    br = sum(n * n / real[t] for (t, _), n in joint.items()) / len(truth)
    return p, r, 2 * p * r / (p + r) if p + r else 0.0, 2 * bp * br / (bp + br)


def plain_splink(rows: list[dict[str, str]]) -> dict[str, str]:
    """A plain Splink model: Jaro-Winkler on every column, blocks on pairs of columns' values, EM, groups at 0.95."""
    import pyarrow as pa  # noqa: PLC0415 - imported only where the peer is run
    import splink.comparison_library as cl  # noqa: PLC0415
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415

    names = [c for c in rows[0] if c not in HIDDEN and len({r[c] for r in rows}) > 2]
    frame = [{"unique_id": r["unique_id"], **{c: r[c] or None for c in names}} for r in rows]
    backend = DuckDBAPI()
    table = backend.register(pa.Table.from_pylist(frame))
    counts = {c: Counter(r[c] for r in rows if r[c]) for c in names}
    cost = {c: sum(n * (n - 1) / 2 for n in counts[c].values()) for c in names}
    single = [c for c in names if cost[c] <= 10 * len(rows)]
    every = len(rows) * (len(rows) - 1) / 2
    double = [
        (a, b)
        for k, a in enumerate(names)
        for b in names[k + 1 :]
        if a not in single and b not in single and cost[a] * cost[b] / every <= 4 * len(rows)
    ]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[cl.JaroWinklerAtThresholds(c) for c in names],
        blocking_rules_to_generate_predictions=[*(block_on(c) for c in single), *(block_on(*d) for d in double[:8])],
    )
    linker = Linker(table, settings)
    linker.training.estimate_u_using_random_sampling(max_pairs=1_000_000 if len(rows) > 50_000 else 200_000)
    trained = single[:2] if len(single) > 1 else [*single, *double][:2]
    for rule in trained:
        columns = (rule,) if isinstance(rule, str) else rule
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*columns))
    predicted = linker.inference.predict(threshold_match_probability=0.95)
    grouped = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, 0.95)
    return {str(r["unique_id"]): str(r["cluster_id"]) for r in grouped.as_record_list()}


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of one set."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def columns_of(rows: list[dict[str, str]]) -> dict[str, list[object]]:
    """The columns that an engine may see."""
    return {c: [r[c] or None for r in rows] for c in rows[0] if c != "truth_entity"}


def best_by_threshold(linked: LinkedTable, truth: Mapping[str, str]) -> float:
    """The greatest pairwise F1 over thresholds, groups closed in the same way."""
    kept = linked.kept_pairs
    if kept is None:
        return 0.0
    odds = np.log2(kept.probability) - np.log2(np.maximum(1.0 - kept.probability, 1e-18))
    best = 0.0
    for threshold in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999):
        roots, _ = group_rows(
            len(linked.ids), kept.left, kept.right, odds, threshold_odds=float(np.log2(threshold / (1 - threshold)))
        )
        best = max(best, figures(truth, {i: str(r) for i, r in zip(linked.ids, roots.tolist(), strict=True)})[2])
    return best


def show(name: str, engine: str, found: tuple[float, float, float, float], seconds: float, more: str = "") -> None:
    """One line of the table."""
    p, r, f, b = found
    print(f"{name:<26}{engine:<11}{p:7.4f}{r:7.4f}{f:7.4f}{b:7.4f}{seconds:8.1f}  {more}", flush=True)


def run_peer(
    name: str, peer: Callable[[list[dict[str, str]]], dict[str, str]], rows: list[dict[str, str]], truth: dict[str, str]
) -> None:
    """A peer's line, or why it gave none."""
    start = time.perf_counter()
    try:
        found = figures(truth, peer(rows))
    except ModuleNotFoundError as problem:
        print(f"{'':<26}{name:<11} not installed ({problem.name})")
        return
    except Exception as problem:  # noqa: BLE001 - a peer that fails is a finding, not a fault of the bench
        print(f"{'':<26}{name:<11} failed: {type(problem).__name__}: {str(problem)[:90]!r}")
        return
    show("", name, found, time.perf_counter() - start)


def open_sets(folder: Path, only: Sequence[str], *, peer: bool, calibration: Path | None) -> None:
    """Every open set at the default, its best threshold beside it."""
    print(
        f"{'set':<26}{'engine':<11}{'prec.':>7}{'recall':>7}{'F1':>7}{'B3 F1':>7}{'s':>8}  best F1 by threshold, pairs"
    )
    judged: list[tuple[float, bool]] = []
    for name in only:
        rows = read_rows(folder / f"{name}.csv")
        truth = {r["unique_id"]: r["truth_entity"] for r in rows}
        start = time.perf_counter()
        linked = link_table([columns_of(rows)], id_column="unique_id", pairs_at_least=0.01)
        took = time.perf_counter() - start
        more = f"{best_by_threshold(linked, truth):.4f} {linked.candidate_count:,}"
        show(name, "firsthand", figures(truth, linked.cluster_of), took, more)
        judged += [(p, truth[a] == truth[b]) for a, b, p, _ in linked.pairs]
        if peer:
            run_peer("splink", plain_splink, rows, truth)
    if judged:
        calibrated(judged, calibration)


def calibrated(judged: Sequence[tuple[float, bool]], page: Path | None) -> None:
    """How often pairs of a probability are of one person, over all sets; as a picture where a page is named."""
    print("\nprobability   pairs   mean  of one person")
    bins: list[tuple[float, float, int]] = []
    for low in np.arange(0.0, 1.0, 0.1):
        inside = [(p, y) for p, y in judged if low <= p < low + 0.1 or (low > 0.85 and p == 1.0)]
        if inside:
            mean, share = (sum(x[k] for x in inside) / len(inside) for k in (0, 1))
            bins.append((mean, share, len(inside)))
            print(f"{low:.1f}-{low + 0.1:.1f}   {len(inside):>9,}  {mean:.3f}  {share:.3f}")
    total = sum(n for *_, n in bins)
    print(f"expected calibration error {sum(n * abs(m - s) for m, s, n in bins) / total:.4f}")
    if page is not None:
        page.write_text(picture(bins), encoding="utf-8")


def picture(bins: Sequence[tuple[float, float, int]]) -> str:
    """Told against found, as SVG with a text alternative."""
    words = "; ".join(f"told {m:.2f}, found {s:.2f} of {n:,} pairs" for m, s, n in bins)
    dots = "".join(
        f'<circle cx="{40 + 300 * m:.1f}" cy="{320 - 300 * s:.1f}" r="{3 + np.log10(n):.1f}" fill="#1f5f8b"/>'
        for m, s, n in bins
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 360" width="360" role="img">'
        f"<title>Probabilities told and shares found</title><desc>{words}</desc>"
        '<path d="M40 320L340 20" stroke="#888" stroke-dasharray="4 4"/>'
        '<path d="M40 20V320H340" fill="none" stroke="#333"/>'
        f'{dots}<g font-family="sans-serif" font-size="12" fill="#333">'
        '<text x="120" y="350">probability told</text><text x="34" y="336">0</text><text x="334" y="336">1</text>'
        '<text transform="translate(18 240) rotate(-90)">share of one person</text></g></svg>\n'
    )


def with_answers(folder: Path, names: Sequence[str]) -> None:
    """What up to 150 answers by the truth make of a set, asked 25 at a time where they are worth most."""
    print(f"\n{'set':<26}answers: F1 of groups")
    for name in names:
        rows = read_rows(folder / f"{name}.csv")
        truth = {r["unique_id"]: r["truth_entity"] for r in rows}
        told: list[Judgement] = []
        line = []
        for _ in range(ROUNDS + 1):
            linked = link_table([columns_of(rows)], id_column="unique_id", judgements=told, pairs_at_least=0.01)
            line.append(f"{len(told)}: {figures(truth, linked.cluster_of)[2]:.4f}")
            asked = linked.questions(A_ROUND, answered=[(j.a, j.b) for j in told])
            told += [
                Judgement(
                    a=a,
                    b=b,
                    verdict=Verdict.POSITIVE if truth[a] == truth[b] else Verdict.NEGATIVE,
                    by="truth",
                    at=datetime(2026, 1, 1, tzinfo=UTC),
                )
                for a, b, _ in asked
            ]
        print(f"{name:<26}{'   '.join(line)}", flush=True)


def population(shared: Path, records: int, folder: Path) -> Path:
    """An invented population as CSV."""
    path = folder / f"population_{records}.csv"
    if not path.exists():
        maker = shared / "linkage" / "make_population.py"
        subprocess.run([sys.executable, str(maker), "--records", str(records), "--out", str(path)], check=True)
    return path


def at_size(shared: Path, records: int, folder: Path, *, peer: bool) -> None:
    """One population: figures, seconds and memory of a process of its own, and the share of true pairs compared."""
    path = population(shared, records, folder)
    blind, out, state = (folder / f"{word}_{records}" for word in ("blind", "clusters", "state"))
    truth: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as lines, blind.open("w", encoding="utf-8", newline="") as kept:
        reader, writer = csv.reader(lines), csv.writer(kept)
        header = next(reader)
        hidden = header.index("truth_entity")
        writer.writerow(header[:hidden] + header[hidden + 1 :])
        for row in reader:
            truth[row[0]] = row[hidden]
            writer.writerow(row[:hidden] + row[hidden + 1 :])
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    command = ["firsthand", "link-table", str(blind), "--id", "unique_id", "--out", str(out), "--state", str(state)]
    subprocess.run([str(Path(sys.executable).with_name(command[0])), *command[1:]], check=True, capture_output=True)
    took = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    with out.open(encoding="utf-8", newline="") as lines:
        found = {r["id"]: r["cluster"] for r in csv.DictReader(lines)}
    cpu = after.ru_utime - before.ru_utime
    show(f"population {records:,}", "firsthand", figures(truth, found), took, f"{cpu:.0f} s of processor")
    print(f"{'':<26}memory at most {after.ru_maxrss / 1e6:.2f} GB")
    if peer:
        run_peer("splink", plain_splink, read_rows(path), truth)


def oracle(shared: Path, records: int, folder: Path) -> None:
    """What our evidence could reach at most on a population, pair by pair, with no key missing and the truth known.

    A classifier trained on the truth weighs the evidence of every pair of a sample of records with all others that
    have at least two parts of the name in common, and of all true pairs.
    """
    rows = read_rows(population(shared, records, folder))
    truth = np.unique([r["truth_entity"] for r in rows], return_inverse=True)[1]
    linked = link_table([columns_of(rows)], id_column="unique_id")
    if linked.kept_pairs is None:
        return
    scorer = linked.kept_pairs.scorer
    rng = np.random.default_rng(1)
    size = np.bincount(truth)
    order = np.argsort(truth, kind="stable")
    starts = np.cumsum(size) - size
    sample = rng.choice(len(rows), 2000, replace=False)
    left, right = [], []
    everyone = np.arange(len(rows))
    for row in sample.tolist():
        levels, _ = scorer.comparer.names.compare(np.full(len(rows), row), everyone)  # type: ignore[union-attr]
        near = np.flatnonzero((np.bitwise_count(np.maximum(levels, 0).astype(np.uint8)) >= 2) & (everyone != row))
        own = order[starts[truth[row]] : starts[truth[row]] + size[truth[row]]]
        both = np.union1d(near, own[own != row])
        left.append(np.full(len(both), row))
        right.append(both)
    a, b = np.concatenate(left), np.concatenate(right)
    weights = scorer.comparer.weights(scorer.model, a, b)[:, 1:]
    same = truth[a] == truth[b]
    design = np.column_stack([np.ones(len(a)), np.clip(weights, -15, 20)]) * np.log(2.0)

    def loss(beta: np.ndarray) -> tuple[float, np.ndarray]:
        z = design @ beta
        chance = 1 / (1 + np.exp(-np.clip(z, -60, 60)))
        return float(np.logaddexp(0, np.where(same, -z, z)).sum()), design.T @ (chance - same)

    start = np.concatenate([[np.log2(2 / len(rows))], np.ones(weights.shape[1])])
    beta = minimize(loss, start, jac=True, method="L-BFGS-B").x
    ranked = same[np.argsort(-(design @ beta), kind="stable")]
    hits = np.cumsum(ranked)
    best = float((2 * hits / (np.arange(1, len(ranked) + 1) + same.sum())).max())
    print(f"oracle on {records:,} records: at most F1 {best:.3f} pair by pair with every candidate compared")


def spark_gives_the_same(folder: Path) -> None:
    """The groups of febrl3 by the engine of this process and by Spark's local mode."""
    from firsthand.workbench.table_work import spread_by_spark  # noqa: PLC0415

    table = columns_of(read_rows(folder / "febrl3.csv"))
    here = link_table([table], id_column="unique_id").cluster_of
    there = link_table([table], id_column="unique_id", spread=spread_by_spark).cluster_of
    print(f"\nSpark local mode on febrl3: {'the same groups' if here == there else 'OTHER GROUPS'}")


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--shared", type=Path, default=Path("../shared"))
    options.add_argument("--only", nargs="*", default=list(SETS))
    options.add_argument("--no-peer", action="store_true")
    options.add_argument("--answers", nargs="*", default=[])
    options.add_argument("--records", nargs="*", type=int, default=[])
    options.add_argument("--oracle", type=int)
    options.add_argument("--spark", action="store_true")
    options.add_argument("--calibration", type=Path)
    options.add_argument("--folder", type=Path, help="where populations are kept; a temporary folder if left out")
    chosen = options.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    open_sets(chosen.shared / "linkage", chosen.only, peer=not chosen.no_peer, calibration=chosen.calibration)
    if chosen.answers:
        with_answers(chosen.shared / "linkage", chosen.answers)
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        for records in chosen.records:
            at_size(chosen.shared, records, folder, peer=not chosen.no_peer and records <= 1_000_000)
        if chosen.oracle:
            oracle(chosen.shared, chosen.oracle, folder)
    if chosen.spark:
        spark_gives_the_same(chosen.shared / "linkage")


if __name__ == "__main__":
    main()
