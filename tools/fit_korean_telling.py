"""Fits anew what tells a Korean sentence with an act from one without; run it after documents or examples changed.

A logistic model over morphemes and pairs of neighbours, weights shrunk towards nought (ridge), each class weighing the
same. Fitted to the sentences of the invented Korean documents that rules were tuned on, and to the packaged examples.

usage: fit_korean_telling.py [--folds 5]   # with folds: cross-validated over documents, and nothing is written
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from firsthand.claims import reading
from firsthand.claims.reading.acts import find_acts
from firsthand.claims.reading.kiwi import load_kiwi
from firsthand.claims.reading.korean_meaning import packaged_korean_examples
from firsthand.claims.reading.korean_telling import LIKELY_TOLD, traits_of_tokens
from firsthand.passages.sentences import split_sentences
from firsthand.values.languages import Language

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "bench"))
from proposals import KEPT_ASIDE  # noqa: E402  # the bench knows which documents are kept aside

BACKGROUND = {"flight_from_country", "social_practice", "other_context", "legal_prohibition_exists"}
RIDGE = 1.0
LEAST_SEEN = 3
# Weights nearer to nought than this are left out of the table.
LEAST_WEIGHT = 0.01


def labelled() -> tuple[list[str], list[bool], list[str], list[bool]]:
    """Sentences, whether each tells an abuse, its document (examples: none), and whether a cue stands in it."""
    texts: list[str] = []
    tells: list[bool] = []
    documents: list[str] = []
    cued: list[bool] = []
    for file in sorted((ROOT / "tests/claims/development").glob("1*.txt")):
        if file.stem in KEPT_ASIDE:
            continue
        text = file.read_text("utf-8")
        gold = json.loads(file.with_suffix(".gold.json").read_text("utf-8"))["claims"]
        for sentence in split_sentences(text):
            words = text[sentence.start : sentence.end]
            if words.startswith("#"):
                continue
            over = [c for c in gold if any(a < sentence.end and sentence.start < b for a, b in c["support"])]
            texts.append(words)
            tells.append(any(c["kind"] in {"act", "quantity"} and not set(c["acts"]) <= BACKGROUND for c in over))
            documents.append(file.stem)
            cued.append(any(act.code not in BACKGROUND for act in find_acts(words, Language.KOREAN)))
    for code, example in packaged_korean_examples():
        texts.append(example)
        tells.append(not code.startswith("-") and code not in BACKGROUND)
        documents.append("")
        cued.append(False)
    return texts, tells, documents, cued


def fit(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    share = y.mean()
    weight = np.where(y == 1, 0.5 / share, 0.5 / (1 - share))

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ w
        shrunk = np.concatenate([[0.0], w[1:]])
        value = (weight * (np.logaddexp(0, z) - y * z)).sum() + RIDGE / 2 * shrunk @ shrunk
        return float(value), x.T @ (weight * (1 / (1 + np.exp(-z)) - y)) + RIDGE * shrunk

    return minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folds", type=int, default=0)
    folds = parser.parse_args().folds
    texts, tells, documents, cued = labelled()
    read = [traits_of_tokens(tokens) for tokens in load_kiwi().tokenize(texts)]
    seen = Counter(trait for traits in read for trait in traits)
    names = sorted(trait for trait, count in seen.items() if count >= LEAST_SEEN)
    place = {name: n for n, name in enumerate(names)}
    x = np.zeros((len(read), len(names) + 1))
    x[:, 0] = 1
    for row, traits in enumerate(read):
        for trait in traits & place.keys():
            x[row, 1 + place[trait]] = 1
    y = np.array(tells, float)
    if folds:
        of = np.array(documents)
        silent = ~np.array(cued) & (of != "")
        likely = np.zeros(len(y))
        for fold in range(folds):
            left_out = np.isin(of, sorted(set(documents) - {""})[fold::folds])
            likely[left_out] = 1 / (1 + np.exp(-x[left_out] @ fit(x[~left_out], y[~left_out])))
        told, none = likely[silent & (y == 1)], likely[silent & (y == 0)]
        area = float((told[:, None] > none[None, :]).mean())
        sure = likely >= LIKELY_TOLD
        print(f"without a cue: {silent.sum()} sentences, {len(told)} with an act; area under the curve {area:.2f}; ")
        print(f"from {LIKELY_TOLD} on: {int((silent & sure & (y == 1)).sum())} right of {int((silent & sure).sum())}")
        return
    weights = fit(x, y)
    table = Path(reading.__file__).parent / "tables" / "korean_telling.csv"
    with table.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["trait", "weight"])
        writer.writerow(["", f"{weights[0]:.3f}"])
        kept = [(n, w) for n, w in zip(names, weights[1:], strict=True) if abs(w) >= LEAST_WEIGHT]
        writer.writerows([name, f"{weight:.3f}"] for name, weight in kept)
    print(f"{len(y)} sentences, {y.mean():.2f} with an act, {len(kept)} of {len(names)} traits kept")


if __name__ == "__main__":
    main()
