"""How often each method's interval holds the truth, in seven invented worlds.

Run: .venv/bin/python bench/estimation_coverage.py [--worlds 50]
The file may not be named coverage.py: Numba would import it in place of the library of that name.
"""

from __future__ import annotations

import argparse

import numpy as np

from firsthand.estimation import CaptureTable, estimate

METHODS = (
    "chao",
    "main-effects",
    "mth-chao",
    "mth-darroch",
    "loglinear",
    "stepwise",
    "decomposable",
    "bayesian-threshold",
    "sample-coverage",
)
TRUTH = 2000


def draw(shape: str, random: np.random.Generator) -> CaptureTable | None:
    lists = 3 if shape in {"sparse", "independent 3"} else 4
    chances = np.tile(
        random.uniform(0.02, 0.06, lists) if shape == "sparse" else random.uniform(0.1, 0.3, lists), (TRUTH, 1)
    )
    if shape == "two classes":
        chances[: TRUTH // 3] = np.minimum(chances[: TRUTH // 3] * 2.5, 0.9)
    if shape == "heterogeneous":
        odds = chances / (1 - chances) * np.exp(random.normal(0, 1, (TRUTH, 1)))
        chances = odds / (1 + odds)
    marks = random.random((TRUTH, lists)) < chances
    if shape == "referral":
        marks[:, 1] |= marks[:, 0] & (random.random(TRUTH) < 0.4)
    if shape == "avoidance":
        marks[:, 1] &= ~(marks[:, 0] & (random.random(TRUTH) < 0.8))
    patterns, counts = np.unique(marks[marks.any(axis=1)], axis=0, return_counts=True)
    table = {tuple(int(m) for m in p): int(c) for p, c in zip(patterns, counts, strict=True)}
    return CaptureTable(lists=tuple("ABCD"[:lists]), counts=table) if table else None


def _share(held: int, answered: int) -> str:
    return f"{held / answered:.0%}" if answered else "-"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--worlds", type=int, default=50)
    worlds = parser.parse_args().worlds
    print(f"share of {worlds} worlds of {TRUTH} people where the 95 % interval held the truth (refused)")
    print(f"{'':16}" + "".join(f"{m:>18}" for m in METHODS))
    for shape in ("independent 3", "independent 4", "sparse", "two classes", "heterogeneous", "referral", "avoidance"):
        random = np.random.default_rng(1)
        held, refused = dict.fromkeys(METHODS, 0), dict.fromkeys(METHODS, 0)
        for _ in range(worlds):
            table = draw(shape, random)
            if table is None:
                continue
            for result in estimate(table, methods=METHODS, replicates=200, sweeps=2000):
                if result.interval is None:
                    refused[result.method] += 1
                else:
                    held[result.method] += result.interval[0] <= TRUTH <= result.interval[1]
        print(f"{shape:16}" + "".join(f"{_share(held[m], worlds - refused[m]):>13} ({refused[m]:2})" for m in METHODS))


if __name__ == "__main__":
    main()
