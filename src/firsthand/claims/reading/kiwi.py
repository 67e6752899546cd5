"""The Korean morphological analyser, with the words that it would cut in two."""

from __future__ import annotations

from functools import cache

from kiwipiepy import Kiwi

from firsthand.claims.reading.cues import read_table

__all__ = ["load_kiwi"]


@cache
def load_kiwi() -> Kiwi:
    """kiwi with the gazetteer's names as user words, so that it does not split a county's name."""
    kiwi = Kiwi(num_workers=1)
    for row in read_table("places"):
        for name in filter(None, row["korean"].split("|")):
            if " " not in name:
                kiwi.add_user_word(name, "NNP")
    for word in (
        "보위부", "보위원", "보위성", "안전원", "보안원", "안전부", "집결소", "교화소", "관리소", "구류장",
        "장마당", "탈북민", "탈북자", "화폐개혁", "강제북송", "하나원", "인민반", "노동단련대", "사회안전성",
        "국가보위성",
    ):  # fmt: skip
        kiwi.add_user_word(word, "NNG")
    return kiwi
