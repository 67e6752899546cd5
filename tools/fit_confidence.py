"""Fits the confidence of proposals anew to the invented documents that rules were tuned on; run it after rules changed.

A logistic model, weights shrunk towards nought (ridge). Rules do better on documents that they were tuned on than on
others, so that the fitted intercept is lowered by ``OPTIMISM``, measured on documents kept aside.

usage: fit_confidence.py [--scorer ../shared/score/proposals.py]
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
from firsthand.claims.exchange import proposals_record
from firsthand.claims.reading import propose_claims
from firsthand.claims.reading.confidence import traits_of
from firsthand.sources.readers import read_document

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "bench"))
from proposals import KEPT_ASIDE, load_scorer  # noqa: E402  # the bench knows which documents are kept aside

OPTIMISM = 0.3
RIDGE = 10.0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--scorer", type=Path, default=ROOT.parent / "shared" / "score" / "proposals.py")
    scorer = load_scorer(parser.parse_args().scorer)
    folder = ROOT / "tests" / "claims" / "development"
    told: list[tuple[str, ...]] = []
    right: list[float] = []
    for file in sorted(folder.glob("*.txt")):
        if file.stem in KEPT_ASIDE:
            continue
        read = read_document(file.read_bytes(), file.name)
        suggestions = propose_claims(read.text, facts=read.facts)
        record = proposals_record(suggestions, file_name="", sha256="", text_sha256="", language="und")["claims"]
        gold = json.loads(file.with_suffix(".gold.json").read_text("utf-8"))["claims"]
        matched = {found["id"] for _, found in scorer.match(gold, record)}
        among = Counter(suggestion.support for suggestion in suggestions)
        told += [traits_of(s, among[s.support]) for s in suggestions]
        right += [float(claim["id"] in matched) for claim in record]
    names = sorted({trait for traits in told for trait in traits} - {"any"})
    x = np.array([[1.0, *(float(name in traits) for name in names)] for traits in told])
    y = np.array(right)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ w
        shrunk = np.concatenate([[0.0], w[1:]])
        value = np.logaddexp(0, z).sum() - y @ z + RIDGE / 2 * shrunk @ shrunk
        return float(value), x.T @ (1 / (1 + np.exp(-z)) - y) + RIDGE * shrunk

    weights = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x
    weights[0] -= OPTIMISM
    table = Path(reading.__file__).parent / "tables" / "confidence.csv"
    with table.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["trait", "weight"])
        writer.writerows([name, f"{weight:.4f}"] for name, weight in zip(["any", *names], weights, strict=True))
    print(f"{len(y)} proposals, {y.mean():.2f} right, {len(names)} traits")


if __name__ == "__main__":
    main()
