"""Proposal scores against gold files: tuned-on and not-tuned-on documents apart.

usage: proposals.py [--gold ../shared/corpus/open] [--scorer ../shared/score/proposals.py]
                    [--split tuned|rest|invented|all]
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from firsthand.claims.exchange import proposals_record
from firsthand.claims.reading import propose_claims
from firsthand.sources.document import digest_of_bytes, digest_of_text
from firsthand.sources.readers import read_document

# Invented documents that were annotated last, scored once, and that no rule was tuned on: keep it so.
# Of these, ones of the length and style of news articles, by language.
KEPT_ASIDE_KOREAN = ("130", "131", "132", "133", "134")
KEPT_ASIDE_ENGLISH = ("219", "220", "221", "222")
KEPT_ASIDE_SHORT = ("123", "124", "213", "214")
KEPT_ASIDE_NEWS = ("247", "248", "249", "250")
KEPT_ASIDE = (*KEPT_ASIDE_SHORT, *KEPT_ASIDE_KOREAN, *KEPT_ASIDE_ENGLISH, *KEPT_ASIDE_NEWS)
TUNED_ON = ("00", "01", "02", "04", "05", "06", "08", "09", "10", "12")


def load_scorer(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("scorer", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write_proposals(gold_dir: Path, numbers: list[str], out: Path) -> tuple[int, float]:
    words, seconds = 0, 0.0
    for number in numbers:
        file = next(f for f in gold_dir.iterdir() if f.name.startswith(number + ".") and f.suffix != ".json")
        content = file.read_bytes()
        read = read_document(content, file.name)
        start = time.perf_counter()
        suggestions = propose_claims(read.text, facts=read.facts)
        seconds += time.perf_counter() - start
        words += len(read.text.split())
        record = proposals_record(
            suggestions,
            file_name=file.name,
            sha256=digest_of_bytes(content),
            text_sha256=digest_of_text(read.text),
            language="und",
        )
        (out / f"{number}.proposals.json").write_text(json.dumps(record, ensure_ascii=False), "utf-8")
    return words, seconds


def more_scores(scorer: Any, gold_dir: Path, numbers: list[str], out: Path) -> dict[str, float]:
    top3 = whole = gold_count = matched = bare_slots = slots = 0
    sure: list[tuple[float, bool]] = []
    for number in numbers:
        gold = json.loads((gold_dir / f"{number}.gold.json").read_text("utf-8"))["claims"]
        found = json.loads((out / f"{number}.proposals.json").read_text("utf-8"))["claims"]
        gold_count += len(gold)
        pairs = scorer.match(gold, found)
        right = {f["id"] for _, f in pairs}
        sure += [(f["confidence"], f["id"] in right) for f in found]
        for g, f in pairs:
            matched += 1
            three = {*f["acts"], *f["alternatives"][: max(0, 3 - len(f["acts"]))]}
            top3 += bool(set(g["acts"]) & three)
            whole += whole_right(scorer, g, f)
        for f in found:
            for name in ("perpetrators", "recipients", "victims", "places"):
                slots += len(f[name])
                bare_slots += sum(item["span"] is not None and item["span"][0] >= item["span"][1] for item in f[name])
    return {
        "top3": top3 / max(1, matched),
        "whole": whole / max(1, gold_count),
        "bare": bare_slots,
        "slots": slots,
        **calibration(sure),
    }


def calibration(sure: list[tuple[float, bool]]) -> dict[str, float]:
    """How far confidence lies from the share that is right (in eight bins), and how often a right one has more."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for pair in sure:
        bins.setdefault(min(int(pair[0] * 8), 7), []).append(pair)
    off = sum(abs(sum(p for p, _ in b) - sum(ok for _, ok in b)) for b in bins.values()) / max(1, len(sure))
    right, wrong = [p for p, ok in sure if ok], [p for p, ok in sure if not ok]
    ahead = sum((a > b) + 0.5 * (a == b) for a in right for b in wrong) / max(1, len(right) * len(wrong))
    return {"calibration_error": off, "ranked": ahead}


def whole_right(scorer: Any, g: dict[str, Any], f: dict[str, Any]) -> bool:
    gi, fi = g["informant"], f["informant"]
    informant = gi["type"] == fi["type"] and (
        gi["type"] == "author_voice"
        or not (gi["span"] or gi["name"] or fi["span"] or fi["name"])
        or scorer.spans_overlap(gi["span"], fi["span"])
        or scorer.same_name(gi["name"], fi["name"])
    )
    slots = all(
        scorer.slot_hits(g[name], f[name]) == len(g[name]) and len(f[name]) <= len(g[name])
        for name in ("perpetrators", "recipients", "victims", "places")
    )
    return (
        informant
        and slots
        and g["basis"] == f["basis"]
        and g["polarity"] == f["polarity"]
        and set(g["acts"]) == set(f["acts"])
        and g["time"]["edtf"] == f["time"]["edtf"]
    )


def score(gold_dir: Path, numbers: list[str], scorer: Any) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "found"
        gold = Path(name) / "gold"
        out.mkdir()
        gold.mkdir()
        for number in numbers:
            shutil.copy(gold_dir / f"{number}.gold.json", gold)
        words, seconds = write_proposals(gold_dir, numbers, out)
        result = dict(scorer.main(gold, out))
        result |= more_scores(scorer, gold_dir, numbers, out)
        result["words_per_second"] = words / seconds
    return result


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--gold", type=Path, default=Path("../shared/corpus/open"))
    parser.add_argument("--scorer", type=Path, default=Path("../shared/score/proposals.py"))
    parser.add_argument("--split", choices=("tuned", "rest", "invented", "all"), default="all")
    options = parser.parse_args()
    scorer = load_scorer(options.scorer)
    propose_claims("She was sold to a farmer. My mother sold bean curd. 그는 팔려 갔다고 말했다.")  # load all models
    numbers = sorted(file.name.split(".")[0] for file in options.gold.glob("*.gold.json"))
    invented = [n for n in numbers if len(n) == 3 and n not in KEPT_ASIDE]
    # Korean ones begin with 1, English ones with 2; the rules have been tuned on all but those kept aside
    groups = {
        "tuned": [n for n in numbers if n in TUNED_ON],
        "rest": [n for n in numbers if n not in TUNED_ON and len(n) < 3],
        "invented, Korean": [n for n in invented if n.startswith("1")],
        "invented, English": [n for n in invented if n.startswith("2")],
        "invented, kept aside": [n for n in numbers if n in KEPT_ASIDE_SHORT],
        "invented, kept aside, Korean articles": [n for n in numbers if n in KEPT_ASIDE_KOREAN],
        "invented, kept aside, English articles": [n for n in numbers if n in KEPT_ASIDE_ENGLISH],
        "invented, kept aside, plain English news": [n for n in numbers if n in KEPT_ASIDE_NEWS],
    }
    wanted = [name for name in groups if options.split in {name.partition(",")[0], "all"} and groups[name]]
    results = {name: score(options.gold, groups[name], scorer) for name in wanted}
    for name in wanted:
        score_of = results[name]
        print(f"-- {name}: {', '.join(groups[name])}")
        claims = score_of["claims"]
        counts = f"{score_of['matched']} of {score_of['gold_claims']} gold, {score_of['proposed']} proposed"
        print(
            f"   claims        P {claims['precision']:.2f} R {claims['recall']:.2f} F1 {claims['f1']:.2f}  ({counts})"
        )
        print(f"   informant     {score_of['informant']:.2f}   basis {score_of['basis']:.2f}")
        print(f"   acts F1       {score_of['acts']['f1']:.2f}   among three {score_of['top3']:.2f}")
        for slot in ("victims", "perpetrators", "recipients", "places", "time", "amounts"):
            part = score_of[slot]
            print(f"   {slot:13} F1 {part['f1']:.2f} (P {part['precision']:.2f} R {part['recall']:.2f})")
        print(f"   whole right   {score_of['whole']:.2f} of gold   words/s {score_of['words_per_second']:.0f}")
        error, ranked = score_of["calibration_error"], score_of["ranked"]
        print(f"   confidence    off by {error:.2f}   ranks right first {ranked:.2f}")
        print(f"   values without words or a mark   {score_of['bare']} of {score_of['slots']}")


if __name__ == "__main__":
    main()
