"""Words a second of each stage of reading, beside the bare parser in the same run, on one core.

News and people's own accounts are measured apart: nearness in meaning is asked for where no word of the codebook
stands, which is seldom in news and mostly so in accounts.

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
from firsthand.claims.reading.places import find_places
from firsthand.claims.reading.quantities import find_quantities
from firsthand.claims.reading.similarity import nearest_acts
from firsthand.claims.reading.times import find_times
from firsthand.passages.sentences import split_sentences
from firsthand.values.languages import Language

DEVELOPMENT = Path(__file__).parent.parent / "tests/claims/development"


ACCOUNTS = {"202", "208", "210", "214"}


def seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--text", type=Path)
    options.add_argument("--times", type=int, default=8)
    chosen = options.parse_args()
    propose_claims("The women were sold in China. They were held. She lives in a town.", language=Language.ENGLISH)
    if chosen.text:
        measure("the text", [chosen.text], chosen.times)
        return
    files = sorted(DEVELOPMENT.glob("2*.txt"))
    measure("news", [file for file in files if file.stem not in ACCOUNTS], chosen.times)
    measure("accounts", [file for file in files if file.stem in ACCOUNTS], 3 * chosen.times)


def measure(title: str, files: list[Path], times: int) -> None:
    text = "\n".join(file.read_text("utf-8").partition("\n")[2] for file in files) * times
    words = len(text.split())
    sentences = [text[s.start : s.end] for s in split_sentences(text)]
    english = Language.ENGLISH
    parser = load_parser()
    stages: dict[str, Callable[[], object]] = {
        "bare parser": lambda: list(parser.pipe(sentences, batch_size=64)),
        "sentences": lambda: split_sentences(text),
        "acts": lambda: [find_acts(sentence, english) for sentence in sentences],
        "letters in common": lambda: [nearest_acts(sentence, english) for sentence in sentences],
        "places": lambda: [find_places(sentence, english) for sentence in sentences],
        "times": lambda: [find_times(sentence, english, None) for sentence in sentences],
        "quantities": lambda: [find_quantities(sentence, english) for sentence in sentences],
        "all, parser included": lambda: propose_claims(text, language=english),
    }
    taken = {name: seconds(run) for name, run in stages.items()}
    print(f"-- {title}: {words:,} words")
    for name, spent in taken.items():
        print(f"{name:22} {words / spent:10,.0f} words/s   {spent / taken['bare parser']:6.2f} x parser")


if __name__ == "__main__":
    main()
