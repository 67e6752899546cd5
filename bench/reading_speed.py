"""Words a second of each stage of reading, beside the bare parser in the same run, on one core.

News and people's own accounts are measured apart: nearness in meaning is asked for where no word of the codebook
stands, which is seldom in news and mostly so in accounts. Korean is measured beside its bare analyser, which is many
times quicker than an English parser, so that its ratio says less than its pace.

Times are processor seconds, the least of two rounds, so that other work on the machine counts little.

usage: OPENBLAS_NUM_THREADS=1 reading_speed.py [--text FILE] [--times 8]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from firsthand.claims.reading import propose_claims
from firsthand.claims.reading.acts import find_acts
from firsthand.claims.reading.english import load_parser
from firsthand.claims.reading.kiwi import load_kiwi
from firsthand.claims.reading.meaning import load_encoder
from firsthand.claims.reading.places import find_places
from firsthand.claims.reading.quantities import find_quantities
from firsthand.claims.reading.similarity import nearest_acts
from firsthand.claims.reading.times import find_times
from firsthand.passages.sentences import split_sentences
from firsthand.values.languages import Language

DEVELOPMENT = Path(__file__).parent.parent / "tests/claims/development"


ACCOUNTS = {"202", "208", "210", "214"}


def seconds(run: Callable[[], object]) -> float:
    taken = []
    for _ in range(2):
        start = time.process_time()
        run()
        taken.append(time.process_time() - start)
    return min(taken)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--text", type=Path)
    options.add_argument("--times", type=int, default=8)
    chosen = options.parse_args()
    propose_claims("The women were sold in China. They were held. She lives in a town.", language=Language.ENGLISH)
    propose_claims("그는 여성들이 팔려 갔다고 말했다.", language=Language.KOREAN)
    if chosen.text:
        measure("the text", [chosen.text], chosen.times, Language.ENGLISH)
        return
    files = sorted(DEVELOPMENT.glob("2*.txt"))
    measure("news", [file for file in files if file.stem not in ACCOUNTS], chosen.times, Language.ENGLISH)
    measure("accounts", [file for file in files if file.stem in ACCOUNTS], 3 * chosen.times, Language.ENGLISH)
    measure("Korean", sorted(DEVELOPMENT.glob("1*.txt")), chosen.times, Language.KOREAN)


def measure(title: str, files: list[Path], times: int, language: Language) -> None:
    text = "\n".join(file.read_text("utf-8").partition("\n")[2] for file in files) * times
    words = len(text.split())
    sentences = [text[s.start : s.end] for s in split_sentences(text)]
    stages: dict[str, Callable[[], object]] = {
        "bare analyser": lambda: list(load_kiwi().tokenize(sentences)),
        "sentences": lambda: split_sentences(text),
        "acts": lambda: [find_acts(sentence, language) for sentence in sentences],
        "letters in common": lambda: [nearest_acts(sentence, language) for sentence in sentences],
        "places": lambda: [find_places(sentence, language) for sentence in sentences],
        "times": lambda: [find_times(sentence, language, None) for sentence in sentences],
        "quantities": lambda: [find_quantities(sentence, language) for sentence in sentences],
        "all, analyser included": lambda: propose_claims(text, language=language),
    }
    if language is Language.ENGLISH:
        encoder = load_encoder()
        stages["bare analyser"] = lambda: list(load_parser().pipe(sentences, batch_size=64))
        if encoder is not None:
            stages["meaning of every sentence"] = lambda: encoder.encode(sentences)
    taken = {name: seconds(run) for name, run in stages.items()}
    print(f"-- {title}: {words:,} words")
    for name, spent in taken.items():
        print(f"{name:25} {words / spent:10,.0f} words/s   {spent / taken['bare analyser']:6.2f} x bare analyser")


if __name__ == "__main__":
    main()
