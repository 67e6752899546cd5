"""Words a second of each stage of reading, beside the bare parser in the same run.

usage: reading_speed.py [--text FILE] [--times 8]
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


def seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--text", type=Path)
    options.add_argument("--times", type=int, default=8)
    chosen = options.parse_args()
    files = [chosen.text] if chosen.text else sorted(DEVELOPMENT.glob("2*.txt"))
    text = "\n".join(file.read_text("utf-8").partition("\n")[2] for file in files) * chosen.times
    words = len(text.split())
    sentences = [text[s.start : s.end] for s in split_sentences(text)]
    english = Language.ENGLISH
    parser = load_parser()
    propose_claims("The women were sold in China. They were held.", language=english)
    stages: dict[str, Callable[[], object]] = {
        "bare parser": lambda: list(parser.pipe(sentences, batch_size=64)),
        "sentences": lambda: split_sentences(text),
        "acts": lambda: [find_acts(sentence, english) for sentence in sentences],
        "meaning": lambda: [nearest_acts(sentence, english) for sentence in sentences],
        "places": lambda: [find_places(sentence, english) for sentence in sentences],
        "times": lambda: [find_times(sentence, english, None) for sentence in sentences],
        "quantities": lambda: [find_quantities(sentence, english) for sentence in sentences],
        "all, parser included": lambda: propose_claims(text, language=english),
    }
    taken = {name: seconds(run) for name, run in stages.items()}
    print(f"{words:,} words")
    for name, spent in taken.items():
        print(f"{name:22} {words / spent:10,.0f} words/s   {spent / taken['bare parser']:6.2f} x parser")


if __name__ == "__main__":
    main()
