"""Names engine on the open pairs and on generated pairs: AUC, F1, recall at 99 % precision, calibration, speed.

    python bench/names.py [--shared ../shared] [--pairs 4000] [--seed 7]

The generated pairs are made by an own writer of names (letters to spellings by the published rules, with careless
variants), so that no public person is in them. The peer of the speed line is Jaro-Winkler in Python on the same pairs.
"""

from __future__ import annotations

import argparse
import csv
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rapidfuzz.distance import JaroWinkler

from firsthand.linkage.hangul import decompose, initial_sound_forms
from firsthand.linkage.name_tables import han_mandarin, rows, surnames
from firsthand.linkage.names import compare_keys, compare_names, name_key
from firsthand.linkage.places import compare_places
from firsthand.linkage.readings import _wade_giles

GIVEN = "영정성미경은순혜현지명상재동승철진민수옥금선춘광인용종병덕희윤연태기문창해강국학봉남설유주형준예서하도원"
LATER = "자숙호실화일심란향혁훈범식석환택아림월만삼우중대세시효근규균건"
RR = dict(
    zip(
        "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ",
        ["g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "_", "j", "jj", "ch", "k", "t", "p", "h"],
        strict=True,
    )
)
MR = {**RR, "ㄱ": "k", "ㄷ": "t", "ㅂ": "p", "ㅈ": "ch", "ㅊ": "ch'", "ㅋ": "k'", "ㅌ": "t'", "ㅍ": "p'", "ㅉ": "tch"}
VOICED = {**MR, "ㄱ": "g", "ㄷ": "d", "ㅂ": "b", "ㅈ": "j"}
DPRK = {**MR, "ㅊ": "ch", "ㅈ": "j", "ㅌ": "th", "ㅍ": "ph"}
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
V_RR = dict(
    zip(
        VOWELS,
        [
            "a",
            "ae",
            "ya",
            "yae",
            "eo",
            "e",
            "yeo",
            "ye",
            "o",
            "wa",
            "wae",
            "oe",
            "yo",
            "u",
            "wo",
            "we",
            "wi",
            "yu",
            "eu",
            "ui",
            "i",
        ],
        strict=True,
    )
)
V_MR = {**V_RR, "ㅓ": "ŏ", "ㅕ": "yŏ", "ㅡ": "ŭ", "ㅝ": "wŏ", "ㅢ": "ŭi"}
V_PLAIN = {v: s.replace("ŏ", "o").replace("ŭ", "u") for v, s in V_MR.items()}
V_PRESS = {**V_RR, "ㅓ": "u", "ㅕ": "yu", "ㅜ": "oo", "ㅠ": "yoo", "ㅢ": "ee", "ㅚ": "oi", "ㅗ": "o"}
FINAL = {"": "", "ㄱ": "k", "ㄴ": "n", "ㄷ": "t", "ㄹ": "l", "ㅁ": "m", "ㅂ": "p", "ㅅ": "t", "ㅇ": "ng"}


def _write(syllable: str, onsets: dict[str, str], vowels: dict[str, str]) -> str:
    onset, nucleus, coda = decompose(syllable)
    return onsets[onset].replace("_", "") + vowels[nucleus] + FINAL.get(coda, "t")


def _cyrillic(syllable: str) -> str:
    tables = {
        (r["part"], r["jamo"] or ""): r["spellings"].split(" ")[0].rpartition(":")[0] for r in rows("kontsevich.tsv")
    }
    onset, nucleus, coda = decompose(syllable)
    return tables["onset", onset] + tables["nucleus", nucleus] + tables["coda", coda]


def spell(name: str, way: str, rng: random.Random) -> str:
    """Write one Hangul name (surname of one syllable) in one way."""
    head, first, *rest = name
    spellings = [s for s in surnames()[head][1] if s.isascii()]
    if way == "hangul":
        return name
    if way == "revised":
        return f"{_write(head, RR, V_RR)} {_write(first, RR, V_RR)}{''.join(_write(s, RR, V_RR) for s in rest)}".title()
    if way == "mccune":
        later = "".join(_write(s, VOICED, V_MR) for s in rest)
        return f"{_write(head, MR, V_MR)} {_write(first, MR, V_MR)}{later}".title()
    if way == "mccune_plain":
        later = "".join(_write(s, VOICED, V_PLAIN) for s in rest)
        text = f"{_write(head, MR, V_PLAIN)} {_write(first, MR, V_PLAIN)}-{later}"
        return text.replace("'", "").title()
    if way == "north":
        return " ".join(_write(s, DPRK, V_PLAIN) for s in name).title()
    if way == "press":
        weights = [surnames()[head][1][s] for s in spellings]
        surname = rng.choices(spellings, weights)[0]
        return f"{surname.title()} {_write(first, RR, V_PRESS).title()}-{''.join(_write(s, RR, V_PRESS) for s in rest)}"
    if way == "swapped":
        surname = rng.choice(spellings)
        return f"{_write(first, RR, V_PRESS).title()}{''.join(_write(s, RR, V_PRESS) for s in rest)} {surname.title()}"
    if way == "cyrillic":
        return " ".join(_cyrillic(s) for s in name).title()
    return name


def han_readers() -> dict[str, list[str]]:
    """Common characters of each Sino-Korean syllable, both Southern and Northern forms."""
    table: dict[str, list[str]] = {}
    for row in rows("han_readings.tsv"):
        if row["in_common_sets"] == "3":
            for syllable in row["sino_korean"]:
                for form in (syllable, *initial_sound_forms(syllable)):
                    table.setdefault(form, []).append(row["character"])
    return table


def generated_pairs(count: int, rng: random.Random) -> list[tuple[str, str, bool]]:
    """Half the pairs are two spellings of one name, half of two names that share all but one syllable (or surname)."""
    ways = [
        "hangul",
        "revised",
        "mccune",
        "mccune_plain",
        "north",
        "press",
        "swapped",
        "cyrillic",
        "han",
        "pinyin",
        "wade",
    ]
    heads = [s for s in surnames() if len(s) == 1]
    loads = [surnames()[s][0] for s in heads]
    readers = han_readers()

    def make() -> str:
        return rng.choices(heads, loads)[0] + rng.choice(GIVEN) + rng.choice(GIVEN + LATER)

    def put(name: str, characters: str, way: str) -> str:
        if way == "han":
            return characters
        mandarin = [han_mandarin(c)[0] for c in characters]
        if way == "pinyin":
            return f"{mandarin[0]} {mandarin[1]}{''.join(mandarin[2:])}".title()
        if way == "wade":
            parts = [min(_wade_giles(m), key=lambda s: ("'" in s, s)) for m in mandarin]
            return f"{parts[0].title()} {parts[1].title()}-{''.join(parts[2:])}"
        return spell(name, way, rng)

    def characters_of(name: str) -> str | None:
        return "".join(rng.choice(readers[s]) for s in name) if all(s in readers for s in name) else None

    out: list[tuple[str, str, bool]] = []
    while len(out) < count:
        name = make()
        characters = characters_of(name)
        first, second = rng.choice(ways), rng.choice(ways)
        if characters is None or {first, second} <= {"pinyin", "wade"} or first == second:
            continue
        match = rng.random() < 0.5
        other, other_characters = name, characters
        if not match:
            place = rng.choice([0, 1, 2, 2])
            pool = heads if place == 0 else GIVEN + LATER
            swap = rng.choice(pool)
            other = name[:place] + swap + name[place + 1 :]
            if swap in {name[place], *initial_sound_forms(name[place])} or name[place] in initial_sound_forms(swap):
                continue
            made = characters_of(other)
            if made is None:
                continue
            other_characters = characters[:place] + made[place] + characters[place + 1 :]
        out.append((put(name, characters, first), put(other, other_characters, second), match))
    return out


def area_under_curve(labels: Sequence[bool], scores: Sequence[float]) -> float:
    """Probability that a matching pair outscores a differing one, ties by half."""
    order = sorted(range(len(scores)), key=lambda i: scores[i])
    ranks = [0.0] * len(scores)
    i = 0
    while i < len(order):
        j = i
        while j + 1 < len(order) and scores[order[j + 1]] == scores[order[i]]:
            j += 1
        for k in range(i, j + 1):
            ranks[order[k]] = (i + j) / 2 + 1
        i = j + 1
    positives = sum(labels)
    negatives = len(labels) - positives
    hit = sum(r for r, y in zip(ranks, labels, strict=True) if y)
    return (hit - positives * (positives + 1) / 2) / (positives * negatives)


def f1_at(labels: Sequence[bool], scores: Sequence[float], threshold: float) -> float:
    """F1 where scores at or over the threshold count as matches."""
    hit = sum(y and s >= threshold for y, s in zip(labels, scores, strict=True))
    said = sum(s >= threshold for s in scores)
    return 2 * hit / (said + sum(labels)) if hit else 0.0


def recall_at_99(labels: Sequence[bool], scores: Sequence[float]) -> float:
    """Largest recall of a threshold whose precision is at least 0.99."""
    best = 0.0
    for threshold in set(scores):
        said = [y for y, s in zip(labels, scores, strict=True) if s >= threshold]
        if sum(said) / len(said) >= 0.99:
            best = max(best, sum(said) / sum(labels))
    return best


def calibration_error(labels: Sequence[bool], scores: Sequence[float], bins: int = 10) -> float:
    """Expected calibration error over equal-width bins."""
    total = 0.0
    for k in range(bins):
        cell = [
            (y, s)
            for y, s in zip(labels, scores, strict=True)
            if k / bins <= s < (k + 1) / bins or (k == bins - 1 and s == 1)
        ]
        if cell:
            total += abs(sum(s for _, s in cell) - sum(y for y, _ in cell))
    return total / len(labels)


def report(title: str, pairs: list[tuple[str, str, bool]], score: Callable[[str, str], float]) -> None:
    """Print one line of figures."""
    labels = [y for _, _, y in pairs]
    scores = [score(a, b) for a, b, _ in pairs]
    best = max(sorted(set(scores)), key=lambda t: f1_at(labels, scores, t))
    print(
        f"{title:<34}{len(pairs):>6} {area_under_curve(labels, scores):.4f} "
        f"{f1_at(labels, scores, best):.4f} {best:.2f} "
        f"{f1_at(labels, scores, 0.5):.4f} {recall_at_99(labels, scores):.3f} {calibration_error(labels, scores):.3f}"
    )


def read_pairs(path: Path, a: str, b: str) -> list[tuple[str, str, bool]]:
    """Pairs of one open file that names alone can decide."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            (r[a], r[b], r["is_match"] in {"1", "true"})
            for r in csv.DictReader(lines)
            if r.get("decidable_by_name", "1") == "1"
        ]


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--shared", type=Path, default=Path("../shared"))
    options.add_argument("--pairs", type=int, default=4000)
    options.add_argument("--seed", type=int, default=7)
    chosen = options.parse_args()
    folder = chosen.shared / "linkage"
    generated = generated_pairs(chosen.pairs, random.Random(chosen.seed))
    print(f"{'':<34}{'pairs':>6} {'AUC':<6} {'F1':<6} {'at':<4} {'F1@.5':<6} {'r@99':<5} ECE")

    def names(a: str, b: str) -> float:
        return compare_names(a, b).score

    def peer(a: str, b: str) -> float:
        return JaroWinkler.similarity(a.lower(), b.lower())

    for title, pairs in (
        ("korean_name_pairs", read_pairs(folder / "korean_name_pairs.csv", "name_a", "name_b")),
        ("opensanctions_name_bench", read_pairs(folder / "opensanctions_name_bench.csv", "name1", "name2")),
        ("generated minimal pairs", generated),
    ):
        report(title, pairs, names)
        report("  Jaro-Winkler on the same", pairs, peer)
    places = read_pairs(folder / "korean_place_pairs.csv", "name_a", "name_b")
    report("korean_place_pairs", places, lambda a, b: compare_places(a, b).score)
    report("  Jaro-Winkler on the same", places, peer)
    keys = [(name_key(a), name_key(b)) for a, b, _ in generated]
    shuffled = [k for _, k in keys]
    random.Random(1).shuffle(shuffled)
    for title, work in (
        ("keys, hard pairs", keys),
        ("keys, random pairs", [(k, o) for (k, _), o in zip(keys, shuffled, strict=True)]),
    ):
        start = time.perf_counter()
        for a, b in work:
            compare_keys(a, b)
        took = time.perf_counter() - start
        start = time.perf_counter()
        for a, b in work:
            JaroWinkler.similarity(a.joined, b.joined)
        base = time.perf_counter() - start
        print(
            f"speed, {title}: {len(work) / took:,.0f} pairs/s; "
            f"Jaro-Winkler {len(work) / base:,.0f} pairs/s; ratio {base / took:.3f}"
        )


if __name__ == "__main__":
    main()
