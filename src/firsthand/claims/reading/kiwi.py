"""The Korean morphological analyser, with the words that it would cut in two."""

from __future__ import annotations

from functools import cache

from kiwipiepy import Kiwi

from firsthand.claims.reading.cues import read_table
from firsthand.claims.reading.words import words_of
from firsthand.values.languages import Language

__all__ = ["load_kiwi"]


@cache
def load_kiwi() -> Kiwi:
    """kiwi with the gazetteer's names as user words, so that it does not split a county's name."""
    kiwi = Kiwi(num_workers=1)
    for row in read_table("places"):
        for name in filter(None, row["korean"].split("|")):
            if " " not in name:
                kiwi.add_user_word(name, "NNP")
    for word in sorted(words_of("analyser_word", Language.KOREAN)):
        kiwi.add_user_word(word, "NNG")
    return kiwi
