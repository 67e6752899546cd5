"""How often each method's interval holds the truth, in eight invented worlds, by every method.

Run: .venv/bin/python bench/estimation_coverage.py [--worlds 50] [--write docs/explanation/coverage.md]
The file may not be named coverage.py: Numba would import it in place of the library of that name.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from firsthand.estimation import CaptureTable, estimate
from firsthand.estimation.estimating import METHODS as ALL_METHODS

METHODS = tuple(m for m in ALL_METHODS if m not in {"lincoln-petersen", "chapman"})
TWO_LISTS = ("lincoln-petersen", "chapman")
SHAPES = ("independent 3", "independent 4", "sparse", "two classes", "heterogeneous", "referral", "avoidance", "traits")
QUICK = {"replicates": 200, "sweeps": 4000}
TRUTH = 2000


Records = tuple[tuple[tuple[int, ...], tuple[str, ...], int], ...]


def draw(shape: str, random: np.random.Generator) -> tuple[CaptureTable, Records] | None:
    """One world's table, and who of the listed has the trait that matters in "traits" (and in no other shape)."""
    lists = 3 if shape in {"sparse", "independent 3"} else 4
    chances = np.tile(
        random.uniform(0.02, 0.06, lists) if shape == "sparse" else random.uniform(0.1, 0.3, lists), (TRUTH, 1)
    )
    trait = random.random(TRUTH) < 0.3
    if shape == "two classes":
        chances[: TRUTH // 3] = np.minimum(chances[: TRUTH // 3] * 2.5, 0.9)
    if shape == "traits":
        chances[trait] = np.minimum(chances[trait] * 2.5, 0.9)
    if shape == "heterogeneous":
        odds = chances / (1 - chances) * np.exp(random.normal(0, 1, (TRUTH, 1)))
        chances = odds / (1 + odds)
    marks = random.random((TRUTH, lists)) < chances
    if shape == "referral":
        marks[:, 1] |= marks[:, 0] & (random.random(TRUTH) < 0.4)
    if shape == "avoidance":
        marks[:, 1] &= ~(marks[:, 0] & (random.random(TRUTH) < 0.8))
    listed = marks.any(axis=1)
    if not listed.any():
        return None
    both, counts = np.unique(np.column_stack([marks, trait])[listed], axis=0, return_counts=True)
    records = tuple(
        (tuple(int(m) for m in row[:-1]), (str(int(row[-1])),), int(n)) for row, n in zip(both, counts, strict=True)
    )
    table: dict[tuple[int, ...], int] = {}
    for pattern, _, count in records:
        table[pattern] = table.get(pattern, 0) + count
    return CaptureTable(lists=tuple("ABCD"[:lists]), counts=table), records


def study(shape: str, worlds: int) -> dict[str, tuple[int, int]]:
    """For each method in how many worlds its interval held the truth, and in how many it refused."""
    random = np.random.default_rng(1)
    held, refused = dict.fromkeys(ALL_METHODS, 0), dict.fromkeys(ALL_METHODS, 0)
    for _ in range(worlds):
        drawn = draw(shape, random)
        if drawn is None:
            continue
        table, records = drawn
        results = estimate(table, methods=METHODS, covariates=records, **QUICK)
        results += estimate(table.keep_lists([0, 1]), methods=TWO_LISTS)
        for result in results:
            if result.interval is None:
                refused[result.method] += 1
            else:
                held[result.method] += result.interval[0] <= TRUTH <= result.interval[1]
    return {m: (held[m], refused[m]) for m in ALL_METHODS}


def cell(held: int, refused: int, worlds: int) -> str:
    """A share of the worlds that were answered, refusals in brackets."""
    share = f"{held / (worlds - refused):.0%}" if worlds > refused else "-"
    return f"{share} ({refused})" if refused else share


INTRODUCTION = """# What an interval of 95 % is worth

An interval holds the truth in 95 % of worlds only if its model is right. `bench/estimation_coverage.py --write` draws
tables from invented worlds of eight shapes with {truth:,} people and counts in how many of {worlds} worlds of each
every method's interval held the truth (a figure is uncertain by some {error:.0f} points). In brackets how often the
method refused; refusals are never counted as success. Methods with covariates are given one trait, which matters in
"traits" alone. The two-list methods see the first two lists. Samplers run shorter here than by default.

"""
CLOSING = """
Where people differ in their chances of being listed, nearly every method is too low and too sure of itself, unless the
reason is told as a covariate. No method here is safe in all worlds.
"""


def main() -> None:
    """Print the table, and write the page where one is named."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--worlds", type=int, default=50)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    found = {}
    for shape in SHAPES:
        found[shape] = study(shape, given.worlds)
        print(shape, {m: cell(*pair, given.worlds) for m, pair in found[shape].items()}, flush=True)
    if given.write:
        lines = ["| method | " + " | ".join(SHAPES) + " |", "|---" * (len(SHAPES) + 1) + "|"]
        lines += [
            f"| {method} | " + " | ".join(cell(*found[s][method], given.worlds) for s in SHAPES) + " |"
            for method in ALL_METHODS
        ]
        opening = INTRODUCTION.format(truth=TRUTH, worlds=given.worlds, error=100 / given.worlds**0.5 / 2)
        given.write.write_text(opening + "\n".join(lines) + "\n" + CLOSING, encoding="utf-8")


if __name__ == "__main__":
    main()
