"""Keystrokes for each gold claim with and without learning: a coder simulated from gold files, in reading order.

Accepting costs one key, refusing one. A proposal on the right sentence is edited: one key for each slot that is wrong
(kind, acts, basis, informant, time, places, people; an act among the alternatives is one key as well). A gold claim
that nothing proposed is written by hand: eight keys. The coder sees the same proposals with and without learning, so
that the difference is what learning put right. After each document the model learns from its decisions.

``--habits`` gives the coder three habits of their own, as projects have them: extortion by officials is coded as
bribery, what unnamed persons say without a basis rests on witnesses (B4), and places only inferred are struck out.

Confidence is scored as well: how far shares of kept proposals lie from what was foretold (ECE, ten equal groups), the
Brier score, and how well it ranks (area under the curve), as proposed and after what was learned before each document.

A claim written by hand costs less by the key "same again": one key in the place of those of the four fields (speaker,
basis, time, places) that stay as in the claim before. It is counted apart, as it is no learning.

``--orders N`` reads the documents in N random orders and shows means by place in the order: the curve.

usage: learning_curve.py [--gold ../shared/corpus/open] [--scorer ../shared/score/proposals.py] [--orders 20] [--habits]
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from proposals import load_scorer

from firsthand.claims.attribution import Informant, InformantType, Span
from firsthand.claims.claim import Participant, PlaceRole, PlaceTold, Polarity, Statement, StatementKind
from firsthand.claims.exchange import suggestion_record
from firsthand.claims.reading import propose_claims
from firsthand.claims.reading.learning import Decision, LearnedModel, apply, confidence_of, learn
from firsthand.claims.reading.remembering import DocumentMemory
from firsthand.claims.suggestions import ProposalStatus, Suggestion
from firsthand.values.grades import Basis

BY_HAND = 8
SLOTS = ("perpetrators", "recipients", "victims", "places")


@dataclass(frozen=True)
class Document:
    name: str
    gold: list[dict[str, Any]]
    suggestions: list[Suggestion]


def wrong_slots(scorer: Any, gold: dict[str, Any], found: dict[str, Any]) -> int:
    wrong = set(gold["acts"]) != set(found["acts"])
    wrong += gold["kind"] != found["kind"]
    wrong += gold["basis"] != found["basis"]
    wrong += gold["informant"]["type"] != found["informant"]["type"]
    wrong += (gold["time"]["edtf"] or "") != (found["time"]["edtf"] or "")
    for name in SLOTS:
        hits = scorer.slot_hits(gold[name], found[name])
        wrong += hits < len(gold[name]) or len(found[name]) > len(gold[name])
    return int(wrong)


def pairs_of(scorer: Any, gold: list[dict[str, Any]], records: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Proposals by id with the gold claim that a coder makes of them: same kind first, then the same sentence."""
    pairs = {found["id"]: claim for claim, found in scorer.match(gold, records)}
    taken = [id(claim) for claim in pairs.values()]
    for record in records:
        if record["id"] not in pairs:
            for claim in gold:
                overlap = any(a < d and c < b for a, b in claim["support"] for c, d in record["support"])
                if overlap and id(claim) not in taken:
                    pairs[record["id"]] = claim
                    taken.append(id(claim))
                    break
    return pairs


def as_kept(statement: Statement, gold: dict[str, Any]) -> Statement:
    """The statement as the coder leaves it."""
    kind = StatementKind(gold["kind"])
    if kind is StatementKind.QUANTITY and statement.amount is None:
        kind = statement.kind  # the amount is typed in, which this simulation does not follow

    def span(value: list[int] | None) -> Span | None:
        return Span(*value) if value else None

    def people(name: str) -> tuple[Participant, ...]:
        return tuple(Participant(text=item["text"], span=span(item["span"])) for item in gold[name])

    informant = gold["informant"]
    return replace(
        statement,
        kind=kind,
        polarity=Polarity.DENIED if kind is StatementKind.DENIAL else Polarity.AFFIRMED,
        acts=tuple(dict.fromkeys(gold["acts"])),
        basis=Basis(gold["basis"]),
        informant=Informant(type=InformantType(informant["type"]), name=informant["name"]),
        victims=people("victims"),
        perpetrators=people("perpetrators"),
        recipients=people("recipients"),
        places=tuple(
            PlaceTold(text=p["text"], span=span(p["span"]), role=PlaceRole(p["role"])) for p in gold["places"]
        ),
    )


def code_document(
    scorer: Any, document: Document, shown: list[Suggestion], *, remembers: bool = False
) -> tuple[int, list[Decision]]:
    pairs = pairs_of(scorer, document.gold, [suggestion_record(s, n) for n, s in enumerate(document.suggestions)])
    keys = BY_HAND * (len(document.gold) - len(pairs))
    decisions = []
    memory = DocumentMemory()
    for number, (plain, better) in enumerate(zip(document.suggestions, shown, strict=True)):
        record = suggestion_record(memory.improve(better) if remembers else better, number)
        claim = pairs.get(record["id"])
        if claim is None:
            keys += 1
            decisions.append(Decision(suggestion=plain, outcome=ProposalStatus.REFUSED))
            continue
        keys += 1 + wrong_slots(scorer, claim, record)
        memory.add(Decision(suggestion=plain, outcome=ProposalStatus.EDITED, kept=as_kept(plain.statement, claim)))
        kept = as_kept(plain.statement, claim)
        decisions.append(Decision(suggestion=plain, outcome=ProposalStatus.EDITED, kept=kept))
    return keys, decisions


def with_habits(claim: dict[str, Any]) -> dict[str, Any]:
    """A gold claim as a coder with three habits would leave it."""
    basis, person = claim["basis"], claim["informant"]["type"] in {"unnamed_person", "unnamed_group"}
    return claim | {
        "acts": ["bribery" if code == "extortion_by_official" else code for code in claim["acts"]],
        "basis": "B4" if basis == "B0" and person else basis,
        "places": [place for place in claim["places"] if place["span"]],
    }


Foretold = tuple[float, float, bool]
LEAST_LEARNED = 50


def calibration(foretold: list[Foretold], column: int) -> str:
    """Expected calibration error over ten groups of one size, Brier score, and area under the curve."""
    ranked = sorted((row[column], row[2]) for row in foretold)
    size = -(-len(ranked) // 10)
    groups = [ranked[start : start + size] for start in range(0, len(ranked), size)]
    error = sum(abs(sum(p - kept for p, kept in group)) for group in groups) / len(ranked)
    brier = sum((p - kept) ** 2 for p, kept in ranked) / len(ranked)
    kept, refused = [p for p, k in ranked if k], [p for p, k in ranked if not k]
    ahead = sum((a > b) + (a == b) / 2 for a in kept for b in refused) / max(1, len(kept) * len(refused))
    return f"ECE {error:.3f}, Brier {brier:.3f}, area under the curve {ahead:.2f}"


def saved_by_same_again(scorer: Any, documents: list[Document]) -> int:
    """Keys that taking over the claim before saves where claims are written by hand."""
    saved = 0
    for document in documents:
        records = [suggestion_record(s, n) for n, s in enumerate(document.suggestions)]
        proposed = {id(claim) for claim in pairs_of(scorer, document.gold, records).values()}
        for before, claim in itertools.pairwise(document.gold):
            if id(claim) not in proposed:
                same = before["informant"]["name"] == claim["informant"]["name"]
                same += before["basis"] == claim["basis"]
                same += bool(claim["time"]["edtf"]) and before["time"]["edtf"] == claim["time"]["edtf"]
                told = [[place["text"] for place in each["places"]] for each in (before, claim)]
                same += bool(told[1]) and told[0] == told[1]
                saved += max(0, same - 1)
    return saved


def curve(scorer: Any, documents: list[Document], foretold: list[Foretold] | None = None) -> list[tuple[int, int, int]]:
    """For each document in order: gold claims, keys without learning, keys with what was learned before it."""
    model, made, found = LearnedModel(), [], []
    for document in documents:
        without, decisions = code_document(scorer, document, document.suggestions)
        learned, _ = code_document(scorer, document, apply(model, document.suggestions), remembers=True)
        if foretold is not None and len(made) >= LEAST_LEARNED:
            foretold += [
                (d.suggestion.confidence, confidence_of(d.suggestion, model), d.outcome is not ProposalStatus.REFUSED)
                for d in decisions
            ]
        made += decisions
        model = learn(made)
        found.append((len(document.gold), without, learned))
    return found


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--gold", type=Path, default=Path("../shared/corpus/open"))
    options.add_argument("--scorer", type=Path, default=Path("../shared/score/proposals.py"))
    options.add_argument("--orders", type=int, default=20)
    options.add_argument("--habits", action="store_true")
    chosen = options.parse_args()
    scorer = load_scorer(chosen.scorer)
    documents = []
    for path in sorted(chosen.gold.glob("*.gold.json")):
        name = path.name.removesuffix(".gold.json")
        text = (chosen.gold / f"{name}.txt").read_text("utf-8")
        gold = json.loads(path.read_text("utf-8"))["claims"]
        gold = [with_habits(claim) for claim in gold] if chosen.habits else gold
        documents.append(Document(name, gold, propose_claims(text)))
    print("document  gold  keys a claim: without, with learning")
    rows = curve(scorer, documents)
    for document, (gold, without, learned) in zip(documents, rows, strict=True):
        print(f"{document.name:8} {gold:5}  {without / gold:6.2f} {learned / gold:6.2f}")
    print(f"all      {sum(r[0] for r in rows):5}  {sum(r[1] for r in rows) / sum(r[0] for r in rows):6.2f} "
          f"{sum(r[2] for r in rows) / sum(r[0] for r in rows):6.2f}")  # fmt: skip
    missed = saved_by_same_again(scorer, documents)
    print(f"same again saves {missed} keys more, {missed / sum(r[0] for r in rows):.2f} a claim")
    order = random.Random(1)
    foretold: list[Foretold] = []
    orders = [curve(scorer, order.sample(documents, len(documents)), foretold) for _ in range(chosen.orders)]
    if not orders:
        return
    if foretold:
        print(f"confidence as proposed: {calibration(foretold, 0)}")
        print(f"confidence as learned:  {calibration(foretold, 1)}")
    print(f"mean of {chosen.orders} random orders, by thirds of the documents: keys a claim without, with, saved")
    third = (len(documents) + 2) // 3
    for start in range(0, len(documents), third):
        part = [row for found in orders for row in found[start : start + third]]
        gold, without, learned = (sum(row[column] for row in part) for column in range(3))
        last = min(start + third, len(documents))
        saved = 100 * (1 - learned / without)
        print(f"  documents {start + 1:2} to {last:2}  {without / gold:6.2f} {learned / gold:6.2f}  {saved:5.1f} %")


if __name__ == "__main__":
    main()
