"""Hangul syllables taken apart and put together; the initial-sound rule, North and South."""

from __future__ import annotations

__all__ = ["CODAS", "NUCLEI", "ONSETS", "compose", "decompose", "initial_sound_forms", "is_hangul_syllable"]

ONSETS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
NUCLEI = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
CODAS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
_BASE = 0xAC00
_PALATAL = frozenset("ㅑㅕㅖㅛㅠㅣㅒ")


def is_hangul_syllable(character: str) -> bool:
    """Whether the one character is a composed Hangul syllable (U+AC00 to U+D7A3)."""
    return "가" <= character <= "힣"


def compose(onset: str, nucleus: str, coda: str = "") -> str:
    """The syllable made of its letters (Unicode Standard, section 3.12)."""
    return chr(_BASE + (ONSETS.index(onset) * 21 + NUCLEI.index(nucleus)) * 28 + CODAS.index(coda))


def decompose(syllable: str) -> tuple[str, str, str]:
    """Onset, nucleus and coda ("" if none) of one composed syllable."""
    number = ord(syllable) - _BASE
    return ONSETS[number // 588], NUCLEI[number % 588 // 28], CODAS[number % 28]


def initial_sound_forms(syllable: str) -> tuple[str, ...]:
    """How the South writes, word-initially, a Sino-Korean syllable that the North writes as it stands.

    ㄹ falls before ㅣ and y-vowels and becomes ㄴ before others; ㄴ falls before ㅣ and y-vowels
    (Hangul orthography of 1988, articles 10 to 12). Empty where the rule changes nothing, and for surnames of two
    syllables.
    """
    if len(syllable) != 1:
        return ()
    onset, nucleus, coda = decompose(syllable)
    if onset == "ㄹ":
        return (compose("ㅇ" if nucleus in _PALATAL else "ㄴ", nucleus, coda),)
    if onset == "ㄴ" and nucleus in _PALATAL:
        return (compose("ㅇ", nucleus, coda),)
    return ()
