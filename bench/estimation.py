"""Estimates against the R packages' printed outputs, and speed against plain NumPy from the papers.

Run: .venv/bin/python bench/estimation.py [--shared ../shared] [--skip-speed]
"""

from __future__ import annotations

import argparse
import csv
import shutil
import time
from collections import Counter
from pathlib import Path

import numpy as np
from scipy.special import gammaln
from scipy.stats import norm, poisson

from firsthand.estimation import CaptureTable, EstimateResult, estimate
from firsthand.estimation.compiled_sampler import sample_totals, start_chain
from firsthand.estimation.estimators.decomposable import decomposable_graphs
from firsthand.estimation.estimators.loglinear import fit_all
from firsthand.estimation.estimators.stepwise import acceleration
from firsthand.estimation.existence import models_without_estimate
from firsthand.estimation.hierarchical import design_of, enumerate_models
from firsthand.estimation.reading_tables import read_lists_table

CAPTURE = {
    "M0": "m0",
    "Mt": "mt",
    "Mb": "mb",
    "Mbh": "mbh",
    **{
        f"M{h} {r}": f"m{h}-{o}"
        for h in ("h", "th")
        for r, o in (("Chao (LB)", "chao"), ("Poisson2", "poisson"), ("Darroch", "darroch"), ("Gamma3.5", "gamma"))
    },
}
# Digits that R's own search stops at: optimize() and uniroot() leave about 1e-6 of the value.
POINT, ENDS, RANDOM = 5e-7, 3e-6, 0.02


def load(shared: Path, name: str) -> CaptureTable:
    return read_lists_table((shared / "estimation" / f"{name}.csv").read_text()).capture_table()


def one(table: CaptureTable, method: str, **options: object) -> EstimateResult:
    return estimate(table, methods=[method], **options)[0]


def near(ours: float | None, theirs: str, tolerance: float) -> bool:
    return theirs == "NA" or (ours is not None and abs(ours / float(theirs) - 1) <= tolerance)


def answer(  # noqa: PLR0911  one return for each kind of row
    table: CaptureTable, row: dict[str, str]
) -> tuple[EstimateResult | None, float, float]:
    """Our result for a reference row, with the tolerance of its point and of its interval."""
    kind = row["method"]
    if kind == "rc_closedp":
        return one(table, CAPTURE[row["model"]]), POINT, ENDS
    if kind == "rc_ci_mt":
        return one(table, "mt", likelihood="multinomial", factorials="stirling"), ENDS, ENDS
    if kind == "rc_chaolb":
        return one(table, "mh-chao", likelihood="multinomial", factorials="stirling"), ENDS, ENDS
    if kind == "sparse_main":
        return one(table, "main-effects"), POINT, 2e-5
    if kind == "sparse_step":
        return one(table, "stepwise", bootstrap="none"), POINT, 2e-5
    if kind in {"sparse_bca", "mse_step"}:
        return one(table, "stepwise"), POINT, 0.06
    if kind in {"rc_ms", "mse_bic0"}:
        # The reference multiplies the standard error by 1.96, not by the quantile itself.
        level = float(2 * norm.cdf(1.96) - 1)
        return one(table, "loglinear", interval="wald", level=level), POINT, ENDS
    if kind == "dga":
        return one(table, "decomposable"), POINT, POINT
    if kind == "dga_MY" and row["dataset"] == "congenital_5":
        return one(table, "decomposable", delta=0.5, most_unseen=300, grid_size=300), POINT, POINT
    if kind == "lcmcr":
        return one(table, "latent-class"), RANDOM, 0.04
    return None, 0.0, 0.0


def compare(shared: Path) -> None:
    agree: Counter[str] = Counter()
    total: Counter[str] = Counter()
    misses = []
    with (shared / "estimation" / "reference-r.csv").open() as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        kind = row["method"]
        result, point, ends = answer(load(shared, row["dataset"]), row)
        total[kind] += 1
        if kind == "sparse_checkall":
            # R lists the models that fail; "NULL" where none does.
            expected = () if "NULL" in row["note"] else (((0, 1), (0, 2)), ((0, 1), (0, 2), (1, 2)))
            agree[kind] += models_without_estimate(load(shared, row["dataset"])) == expected
            continue
        if result is None:
            misses.append((row, None, "not compared: another method than any of ours, or no number"))
            continue
        fine = near(result.total, row["estimate"], point)
        if result.interval is not None and row["lower"] != "NA":
            fine = (
                fine and near(result.interval[0], row["lower"], ends) and near(result.interval[1], row["upper"], ends)
            )
        agree[kind] += fine
        if not fine:
            misses.append((row, result, result.warnings[0].type if result.warnings else ""))
    print("reference rows that agree (point, and interval where R prints one)")
    for kind, count in total.items():
        print(f"  {kind:18} {agree[kind]:4} of {count}")
    print(f"  {'all':18} {sum(agree.values()):4} of {sum(total.values())}")
    for row, result, why in misses:
        ours = "none" if result is None or result.total is None else f"{result.total:.6f} {result.interval}"
        print(
            f"  - {row['dataset']} {row['method']} {row['model'][:40]}: R {row['estimate']} [{row['lower']}, {row['upper']}]"  # noqa: E501  a row of figures
            f" ours {ours} ({why})"
        )


def compare_simulated(shared: Path) -> None:
    counts: Counter[str] = Counter()
    with (shared / "estimation" / "simulated-r.csv").open() as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        pairs = [cell.split(":") for cell in row["table"].split()]
        width = int(row["lists"])
        table = CaptureTable(lists=tuple("ABCDEF"[:width]), counts={tuple(map(int, p)): int(c) for p, c in pairs})
        step = one(table, "stepwise", bootstrap="none")
        checks = [("stepwise", step.total, row["step_N"], 1e-6), ("loglinear", None, row["bic_N"], 1e-6)]
        if row["bic_N"] not in {"NA", ""}:
            checks[1] = ("loglinear", one(table, "loglinear", interval="wald-log").total, row["bic_N"], 1e-6)
        graph = one(table, "decomposable")
        ends = graph.interval or (None, None)
        checks += [
            ("decomposable low", ends[0], row["dga_lo"], 1e-9),
            ("decomposable median", graph.total, row["dga_med"], 1e-9),
            ("decomposable high", ends[1], row["dga_hi"], 1e-9),
        ]
        for name, ours, theirs, tolerance in checks:
            if theirs in {"NA", ""}:
                continue
            counts[name + " rows"] += 1
            if near(ours, theirs, tolerance):
                counts[name] += 1
            elif counts[name + " shown"] < 3:
                counts[name + " shown"] += 1
                print(
                    f"  - simulated {row['scenario']} {row['rep']} {name}: R {theirs} ours {ours}; {row['step_terms']}; {step.model}"  # noqa: E501  a row of figures
                )
    print("simulated tables:", {n: f"{c} of {counts[n + ' rows']}" for n, c in counts.items() if n + " rows" in counts})


# --- plain NumPy from the papers: the peer -----------------------------------------------------------------------------  # noqa: E501  a row of figures


def plain_fit(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Iteratively reweighted least squares, as a generalized linear model is fitted."""
    mu = y + 0.1
    b = np.zeros(x.shape[1])
    old = np.inf
    for _ in range(25):
        z = np.log(mu) + (y - mu) / mu
        root = np.sqrt(mu)
        b = np.linalg.lstsq(x * root[:, None], z * root, rcond=None)[0]
        mu = np.exp(np.clip(x @ b, -30, 30))
        deviance = 2 * float(np.sum(np.where(y > 0, y * np.log(np.maximum(y, 1) / mu), 0) - (y - mu)))
        if abs(deviance - old) < 1e-8 * (abs(deviance) + 0.1):
            break
        old = deviance
    return b, mu


def plain_stepwise(cells: np.ndarray, lists: int) -> float:
    """Stepwise selection by Poisson p-value; existence left out, which favours the peer."""
    size = 1 << lists
    model = [0, *(1 << j for j in range(lists))]
    keep = np.arange(size) > 0
    pairs = [(1 << i) | (1 << j) for i in range(lists) for j in range(i + 1, lists)]
    index = np.arange(size)
    taken: set[int] = set()
    while True:
        b, mu = plain_fit(design_of(tuple(model), lists)[keep], cells[keep])
        best, chosen = 0.02, -1
        for pair in pairs:
            if pair in taken:
                continue
            inside = (index[keep] & pair) == pair
            seen, expected = cells[keep][inside].sum(), mu[inside].sum()
            p = min(poisson.cdf(seen, expected), poisson.sf(seen - 1, expected))
            if p < best:
                best, chosen = p, pair
        if chosen < 0:
            return float(cells.sum() + np.exp(b[0]))
        taken.add(chosen)
        if cells[(index & chosen) == chosen].sum() == 0:
            keep &= (index & chosen) != chosen
        else:
            model.append(chosen)


def plain_decomposable(table: CaptureTable, graphs: int) -> float:
    """One graph at a time over the grid."""
    lists = len(table.lists)
    n = table.observed_count
    grid = np.unique(np.round(np.linspace(1, 30 * n, 1000)))
    cells = table.cells()
    _, weights = decomposable_graphs(lists)
    index = np.arange(1 << lists)
    logs = []
    for weight in weights[:graphs]:
        value = -np.log(n + grid) + gammaln(n + grid + 1) - gammaln(grid + 1)
        for chosen in np.flatnonzero(weight):
            a = 2.0 ** -int(chosen).bit_count()
            margin = np.bincount(index & chosen, weights=cells, minlength=1 << lists)[(index & ~chosen) == 0]
            part = gammaln(margin[1:] + a).sum() - len(margin) * gammaln(a) + gammaln(margin[0] + grid + a)
            value = value + weight[chosen] * part
        logs.append(value)
    stacked = np.array(logs)
    posterior = np.exp(stacked - stacked.max()).sum(axis=0)
    return float(grid[np.searchsorted(np.cumsum(posterior) / posterior.sum(), 0.5)])


def plain_sweeps(table: CaptureTable, sweeps: int, classes: int = 15) -> None:
    """The latent-class Gibbs sampler with NumPy's own vectorized draws."""
    random = np.random.default_rng(1)
    marks = np.array(list(table.counts), dtype=float)
    counts = np.array(list(table.counts.values()))
    n = int(counts.sum())
    share, caught, a = np.full(classes, 1 / classes), random.beta(1, 3, (marks.shape[1], classes)), 1.0
    for _ in range(sweeps):
        w = share * np.exp(marks @ np.log(caught) + (1 - marks) @ np.log1p(-caught))
        z = random.multinomial(counts, w / w.sum(axis=1, keepdims=True))
        w0 = share * np.exp(np.log1p(-caught).sum(axis=0))
        p0 = w0.sum()
        unseen = random.poisson(random.gamma(n, p0 / (1 - p0)))
        z0 = random.multinomial(unseen, w0 / p0)
        members = z.sum(axis=0) + z0
        on = marks.T @ z
        after = members[::-1].cumsum()[::-1] - members
        v = np.clip(random.beta(1 + members, a + after), 1e-12, 1 - 1e-12)
        v[-1] = 1
        share = np.maximum(v * np.append(1, np.cumprod(1 - v[:-1])), 1e-300)
        caught = np.clip(random.beta(1 + on, 1 + members - on), 1e-12, 1 - 1e-12)
        a = random.gamma(0.25 + classes - 1, 1 / (0.25 - np.log1p(-v[:-1]).sum()))


def timed(function: object, repeats: int = 3) -> float:
    best = np.inf
    for _ in range(repeats):
        start = time.perf_counter()
        function()  # type: ignore[operator]
        best = min(best, time.perf_counter() - start)
    return best


def speed(shared: Path) -> None:
    kosovo, western, uk6 = (load(shared, n) for n in ("kosovo_4", "western_5", "uk2013_6"))
    one(western, "stepwise")
    one(western, "loglinear")
    rows = []
    for name, table in (("kosovo, 4 lists", kosovo), ("western, 5 lists", western), ("uk, 6 lists", uk6)):
        ours = timed(lambda t=table: one(t, "stepwise"))
        cells = table.cells()
        draws = np.random.default_rng(1).multinomial(table.observed_count, cells / cells.sum(), size=30).astype(float)
        per = timed(lambda d=draws, t=table: [plain_stepwise(x, len(t.lists)) for x in d], 1) / 30
        rows.append((f"BCa 1,000 with selection ({name})", ours, per * (1000 + len(table.counts))))
    models = enumerate_models(5, 4)
    ours = timed(lambda: one(western, "loglinear"))
    fits = timed(lambda: fit_all(western, models))
    some = models[:: len(models) // 150]
    counts = western.cells()[1:]
    per = timed(lambda: [plain_fit(design_of(m, 5)[1:], counts) for m in some], 1) / len(some)
    rows.append(("all 6,893 hierarchical models: fits", fits, per * len(models)))
    rows.append(("  with choice and profile interval", ours, per * len(models)))
    for name, table in (("822 graphs", western), ("18,154 graphs", uk6)):
        decomposable_graphs.cache_clear()
        cold = timed(lambda t=table: one(t, "decomposable"), 1)
        warm = timed(lambda t=table: one(t, "decomposable"))
        graphs = len(decomposable_graphs(len(table.lists))[1])
        used = min(graphs, 822)
        plain = timed(lambda t=table, u=used: plain_decomposable(t, u), 1) * graphs / used
        rows += [(f"decomposable, {name}, first call", cold, plain), (f"decomposable, {name}, again", warm, plain)]
    marks = np.array(list(kosovo.counts), dtype=np.int64)
    people = np.array(list(kosovo.counts.values()), dtype=np.int64)
    trace = np.zeros(10_000)
    shares, caught, members = np.zeros(15), np.zeros((4, 15)), np.zeros(15, dtype=np.int64)
    first = start_chain(1, shares, caught)
    first = sample_totals(marks, people, shares, caught, members, first, 0.25, 0.25, 1, trace)
    ours = timed(lambda: sample_totals(marks, people, shares, caught, members, first, 0.25, 0.25, 2, trace))
    rows.append(("latent class, 10,000 sweeps, one chain", ours, timed(lambda: plain_sweeps(kosovo, 1000), 1) * 10))
    print(f"\nspeed beside plain NumPy, one thread (R: {'found' if shutil.which('Rscript') else 'not installed'})")
    for name, ours, plain in rows:
        print(f"  {name:44} {ours:8.3f} s   NumPy {plain:8.2f} s   {plain / ours:7.0f} x")
    random = np.random.default_rng(5)
    chances = random.uniform(0.05, 0.3, 10)
    drawn = random.random((1_000_000, 10)) < chances
    codes, found = np.unique(drawn @ (1 << np.arange(10)), return_counts=True)
    big = CaptureTable(
        lists=tuple("ABCDEFGHIJ"),
        counts={tuple(int(c) >> j & 1 for j in range(10)): int(k) for c, k in zip(codes, found, strict=True) if c},
    )
    start = time.perf_counter()
    result = one(big, "loglinear")
    print(f"  10 lists, 1,000,000 people: {time.perf_counter() - start:.1f} s, {result.total:,.0f} {result.interval}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--skip-speed", action="store_true")
    given = parser.parse_args()
    compare(given.shared)
    compare_simulated(given.shared)
    tables = [load(given.shared, name) for name in ("kosovo_4", "western_5", "uk2013_5", "uk2013_6", "korea_3")]
    ours = [round(acceleration(t.cells(), len(t.lists), 0.02), 9) for t in tables]
    print("acceleration of the bootstrap (R: -0.0041601994 -0.095010256 -0.012181081 -0.012871165 -0.02877338):", ours)
    if not given.skip_speed:
        speed(given.shared)


if __name__ == "__main__":
    main()
