"""Keystrokes for each gold claim with and without learning: a coder simulated from gold files, in reading order.

A proposal that matches no gold claim costs one key (refuse); a match costs one (accept) and one for each wrong
slot (edit); a gold claim that nothing proposed costs eight (written by hand). With learning, proposals whose
learned confidence falls below a quarter are not shown.

usage: learning_curve.py [--gold ../shared/corpus/open] [--scorer ../shared/score/proposals.py]
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from proposals import load_scorer

from firsthand.claims.exchange import suggestion_record
from firsthand.claims.reading import propose_claims
from firsthand.claims.reading.learning import Decision, LearnedModel, apply, learn
from firsthand.claims.suggestions import ProposalStatus, Suggestion

BY_HAND = 8
LEAST_SHOWN = 0.25


def wrong_slots(scorer: Any, gold: dict[str, Any], found: dict[str, Any]) -> int:
    wrong = set(gold["acts"]) != set(found["acts"])
    wrong += gold["basis"] != found["basis"]
    wrong += gold["informant"]["type"] != found["informant"]["type"]
    wrong += (gold["time"]["edtf"] or "") != (found["time"]["edtf"] or "")
    for name in ("perpetrators", "recipients", "victims", "places"):
        hits = scorer.slot_hits(gold[name], found[name])
        wrong += hits < len(gold[name]) or len(found[name]) > len(gold[name])
    return int(wrong)


def code_document(scorer: Any, gold: list[dict[str, Any]], shown: list[Suggestion]) -> tuple[int, list[Decision]]:
    records = [suggestion_record(suggestion, n) for n, suggestion in enumerate(shown)]
    pairs = {found["id"]: claim for claim, found in scorer.match(gold, records)}
    keys = BY_HAND * (len(gold) - len(pairs))
    decisions = []
    for suggestion, record in zip(shown, records, strict=True):
        claim = pairs.get(record["id"])
        if claim is None:
            keys += 1
            decisions.append(Decision(suggestion=suggestion, outcome=ProposalStatus.REFUSED))
            continue
        wrong = wrong_slots(scorer, claim, record)
        keys += 1 + wrong
        if wrong:
            kept = replace(suggestion.statement, acts=tuple(dict.fromkeys(claim["acts"])))
            decisions.append(Decision(suggestion=suggestion, outcome=ProposalStatus.EDITED, kept=kept))
        else:
            decisions.append(Decision(suggestion=suggestion, outcome=ProposalStatus.ACCEPTED))
    return keys, decisions


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--gold", type=Path, default=Path("../shared/corpus/open"))
    options.add_argument("--scorer", type=Path, default=Path("../shared/score/proposals.py"))
    chosen = options.parse_args()
    scorer = load_scorer(chosen.scorer)
    model = LearnedModel()
    total_without = total_with = total_gold = 0
    print("document  gold  keys a claim: without, with learning")
    for path in sorted(chosen.gold.glob("*.gold.json")):
        gold = json.loads(path.read_text("utf-8"))["claims"]
        plain = propose_claims((chosen.gold / path.name.replace(".gold.json", ".txt")).read_text("utf-8"))
        without, decisions = code_document(scorer, gold, plain)
        better = [s for s in apply(model, plain) if s.confidence >= LEAST_SHOWN]
        learned, _ = code_document(scorer, gold, better)
        model = learn(decisions, model)
        total_without, total_with, total_gold = total_without + without, total_with + learned, total_gold + len(gold)
        print(f"{path.name[:2]:8} {len(gold):5}  {without / len(gold):6.2f} {learned / len(gold):6.2f}")
    print(f"all      {total_gold:5}  {total_without / total_gold:6.2f} {total_with / total_gold:6.2f}")


if __name__ == "__main__":
    main()
