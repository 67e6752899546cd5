"""Why a comparison came out as it did: a code and its parameters, and the words for them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["REASON_WORDS", "Reason"]

REASON_WORDS: dict[str, tuple[str, str]] = {
    "both_write": ("{0} and {1} can both write {2}", "{0}, {1} 모두 {2}(으)로 읽을 수 있음"),
    "both_write_mandarin": ("{0} and {1} can both write Mandarin {2}", "{0}, {1} 모두 중국어 {2}(으)로 읽을 수 있음"),
    "korean_and_mandarin_reading": (
        "{0} can write {1}, whose characters can be read {2} in Mandarin",
        "{0}은(는) {1}(으)로 읽히며 그 한자는 중국어로 {2}(으)로 읽을 수 있음",
    ),
    "syllable": ("{0} can write {1}", "{0} → {1}"),
    "given_name_only": ("the given names agree; one name has no surname", "이름은 같으나 한쪽에 성이 없음"),
    "initials_fit": ("the initials of {0} fit {1}", "{0}의 머리글자가 {1}에 맞음"),
    "one_initial": ("{0} gives one initial; it fits and says little", "{0}은(는) 머리글자 하나뿐이라 근거가 약함"),
    "one_slip": ("the spellings differ by one slip of the hand or none", "철자가 한 글자 실수 이내로 다름"),
    "same_spelling": ("the same words", "같은 표기"),
    "same_characters": ("{0} and {1} are the same characters", "{0}, {1}은(는) 같은 한자"),
    "same_sound_other_characters": (
        "{0} and {1} sound alike but are other characters",
        "{0}, {1}은(는) 음은 같으나 다른 한자",
    ),
    "other_characters": ("{0} and {1} are other characters", "{0}, {1}은(는) 다른 한자"),
    "no_common_reading": ("no reading of {0} is a reading of {1}", "{0}와(과) {1}에 공통된 읽기가 없음"),
    "words_alike": ("{0} is like {1}", "{0}와(과) {1}이(가) 비슷함"),
    "words_contradict": ("each name has a word that the other contradicts", "서로 어긋나는 낱말이 있음"),
    "words_absent": ("one name has words that the other lacks", "한쪽에만 있는 낱말이 있음"),
    "legal_forms_differ": ("the legal forms differ", "법인 형태가 다름"),
    "same_words": ("the same words, in any order", "순서를 빼면 같은 낱말"),
    "nothing_to_compare": ("one of the names is empty", "비교할 이름이 없음"),
    "same_place_listed": ("{0} and {1} are listed as names of one place", "{0}, {1}은(는) 같은 곳의 이름으로 등재됨"),
    "same_body_listed": (
        "{0} and {1} are listed as names, or former names, of one body",
        "{0}, {1}은(는) 한 기관의 현재 또는 옛 이름으로 등재됨",
    ),
    "known_also_as": ("one of them is also known as {0}", "한쪽이 {0}(으)로도 알려져 있음"),
    "place_kinds_differ": ("{0} and {1} are places of different kinds", "{0}, {1}은(는) 다른 급의 행정구역"),
    "rare_name": ("about {0} bits: a rare name, two of them say much", "약 {0}비트: 드문 이름이라 일치의 무게가 큼"),
    "common_name": (
        "about {0} bits: a common name, two of them say little",
        "약 {0}비트: 흔한 이름이라 일치의 무게가 작음",
    ),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground of a decision: a stable code, and what fills its words."""

    code: str
    parameters: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.code not in REASON_WORDS:
            raise ValueError(f"unknown reason code {self.code}")

    def words(self, language: str = "en") -> str:
        """The reason in English ("en") or Korean ("ko")."""
        return REASON_WORDS[self.code][1 if language == "ko" else 0].format(*self.parameters)
