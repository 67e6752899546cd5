"""Our own words around published numbers, in English and Korean: sentences under pictures, method and bias."""

from __future__ import annotations

from typing import Final

__all__ = ["COLUMN_WORDS", "LANGUAGES", "STATEMENT", "say"]

LANGUAGES: Final = ("en", "ko")

_SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "title": ("{counted} by {by}", "{by}별 {counted}"),
    "and": (" and ", "·"),
    "total": ("{total} {counted} by {by}.", "{by}별 {counted} 수, 모두 {total}."),
    "total-hidden": ("{counted} by {by}; their sum is hidden.", "{by}별 {counted} 수. 합계는 가렸습니다."),
    "largest": ("The largest number shown is {number} ({name}).", "표시된 수 가운데 가장 큰 수: {number} ({name})."),
    "one-hidden": (
        "1 cell is hidden ({mark}), to keep anyone from being known by a small number.",
        "작은 수로 누구인지 알려지지 않도록 1칸을 가렸습니다({mark}).",
    ),
    "hidden": (
        "{number} cells are hidden ({mark}), to keep anyone from being known by a small number.",
        "작은 수로 누구인지 알려지지 않도록 {number}칸을 가렸습니다({mark}).",
    ),
    "skip": ("Skip to the text", "본문으로 건너뛰기"),
    "contents": ("Contents", "차례"),
    "hidden-cell": ("hidden", "가림"),
    "footer": (
        "A dot ({mark}) is a hidden number. Made from published tables alone.",
        "점({mark})은 가린 수입니다. 공개된 표만으로 만들었습니다.",
    ),
}

# Names of columns and fixed values, as tables hold them, in Korean; in English they stand as they are.
COLUMN_WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {},
    "ko": {
        "statements": "진술",
        "people": "사람",
        "basis": "근거",
        "act": "행위",
        "period": "시기",
        "year": "연도",
        "country": "나라",
        "province": "도",
        "victims": "피해자",
        "Total": "합계",
        "not told": "말하지 않음",
        "public": "일반 공개",
        "partner": "협력 기관",
        "court": "법원",
        "team": "팀 내부",
    },
}

STATEMENT: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        (
            "These are counts of statements that people made, that were read on their passages and accepted by a "
            "person. They are floors: what was told and heard, and nothing of what was not."
        ),
        (
            "Who could be heard decides what is in them: people who got away and agreed to speak, often years later. "
            "Regions and years that few could leave are nearly unseen. A small number does not mean that little "
            "happened."
        ),
        (
            "Cells of fewer people or informants than the rules allow are hidden, with others beside them so that "
            "nothing can be computed back. All hidden cells bear one mark."
        ),
    ),
    "ko": (
        (
            "여기 실린 수는 사람들이 한 진술을 센 것으로, 사람이 해당 구절을 읽고 받아들인 것만 셌습니다. "
            "말하고 들은 것의 최소치이며, 말하지 못한 것은 들어 있지 않습니다."
        ),
        (
            "누구의 말을 들을 수 있었는지가 내용을 좌우합니다. "
            "벗어난 뒤, 흔히 여러 해가 지나 말하기로 한 사람들입니다. "
            "떠날 수 있었던 사람이 적은 지역과 시기는 거의 보이지 않습니다. "
            "수가 작다고 해서 일이 적었다는 뜻은 아닙니다."
        ),
        (
            "규칙보다 적은 사람이나 진술자에 근거한 칸은 가렸고, 거꾸로 계산할 수 없도록 다른 칸도 함께 가렸습니다. "
            "가린 칸의 표시는 모두 같습니다."
        ),
    ),
}


def say(key: str, language: str = "en", **values: str | int) -> str:
    """A sentence of ours, filled in."""
    return _SENTENCES[key][LANGUAGES.index(language)].format(**values)
