"""Spellings decoded back into the syllables that they can write.

A reading is a sequence of positions; each position is a mapping from a syllable to the weight (0 to 1) with
which the spelling writes that syllable: 1 for a published system, less for press and careless spellings.
Two spaces are used: Hangul syllables (Korean sound) and pinyin without tones (Mandarin sound).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from firsthand.linkage.hangul import compose, decompose, initial_sound_forms, is_hangul_syllable
from firsthand.linkage.name_tables import (
    han_mandarin,
    han_sino_korean,
    mandarin_surname_spellings,
    mandarin_syllables,
    rows,
    sino_korean_syllables,
    surnames,
)

__all__ = [
    "NATIVE_SYLLABLES",
    "Position",
    "Reading",
    "given_initial_variants",
    "korean_han_position",
    "korean_segmentations",
    "korean_surname_position",
    "mandarin_han_position",
    "mandarin_segmentations",
    "mandarin_surname_position",
    "writings_of_syllable",
]

Position = Mapping[str, float]
Reading = tuple[Position, ...]

# Syllables of native given names, which no Han character reads.
NATIVE_SYLLABLES = (
    "슬별빛샘봄솔늘름롬꽃밝들뜰찬힘벼람새움돌쇠똘덕딸끝놈섭갓밤엘넬뿐쁜쁨쌍씨빼떡핀필"
    "팔쿠튼켜럭벗룩맘봅믿틀찌쩌뚝뽕깨끼꺽큰큼딕쪽콩"
)
_MINIMUM = 0.03
_MOST_SEGMENTATIONS = 6
_LONGEST_SPELLING = 8
_EDIT_WEIGHT = 0.12


def _spellings_of(table: str) -> dict[str, dict[str, list[tuple[str, float]]]]:
    parts: dict[str, dict[str, list[tuple[str, float]]]] = {"onset": {}, "nucleus": {}, "coda": {}}
    for row in rows(table):
        parsed = []
        for item in row["spellings"].split(" "):
            spelling, _, weight = item.rpartition(":")
            if float(weight) > 0:
                parsed.append((spelling, float(weight)))
        parts[row["part"]][row["jamo"] or ""] = parsed
    return parts


def _adjusted(onset: str, nucleus: str, spelling_onset: str, weight: float) -> float:
    # "sh" is how nearly everyone outside the systems writes ㅅ before ㅣ and ㅟ, and rarely elsewhere
    if onset == "ㅅ" and spelling_onset == "sh" and nucleus in "ㅣㅟㅢㅕ":
        return 0.9
    return weight


@cache
def _syllable_spellings(script: str) -> dict[str, dict[str, float]]:
    """spelling -> {Hangul syllable: weight} for Latin or Cyrillic, over every syllable that names use."""
    parts = _spellings_of("romanisation.tsv" if script == "latin" else "kontsevich.tsv")
    table: dict[str, dict[str, float]] = {}
    for syllable in sino_korean_syllables() | frozenset(NATIVE_SYLLABLES):
        onset, nucleus, coda = decompose(syllable)
        for so, wo in parts["onset"].get(onset, ()):
            first = _adjusted(onset, nucleus, so, wo)
            for sn, wn in parts["nucleus"].get(nucleus, ()):
                # careless "woo", "wu", "yi" stand only where no consonant comes before
                if so and sn in {"wu", "woo", "yi", "wy"}:
                    continue
                for sc, wc in parts["coda"].get(coda, ()):
                    weight = first * wn * wc
                    if weight < _MINIMUM:
                        continue
                    cell = table.setdefault(so + sn + sc, {})
                    if weight > cell.get(syllable, 0.0):
                        cell[syllable] = weight
    return table


@cache
def _surname_spellings() -> dict[str, dict[str, float]]:
    table: dict[str, dict[str, float]] = {}
    for surname, (_, spellings) in surnames().items():
        top = max(spellings.values())
        for spelling, weight in spellings.items():
            # a rare spelling of a surname still writes that surname and no other: rarity costs little
            value = max(0.45, min(1.0, 0.45 + 0.55 * weight / top))
            table.setdefault(spelling, {})[surname] = value
    for script in ("latin", "cyrillic"):
        syllables = _syllable_spellings(script)
        for spelling, cell in syllables.items():
            for syllable, weight in cell.items():
                if syllable in surnames() and weight >= 0.3:
                    entry = table.setdefault(spelling, {})
                    entry[syllable] = max(entry.get(syllable, 0.0), 0.8 * weight)
    return table


def _one_edit(text: str) -> Iterable[str]:
    alphabet = "abcdefghijklmnoprstuwy" if text.isascii() else "абвгдежзийклмнопрстухцчшыьэюяё"
    for i in range(len(text)):
        yield text[:i] + text[i + 1 :]
        if i + 1 < len(text):
            yield text[:i] + text[i + 1] + text[i] + text[i + 2 :]
        for letter in alphabet:
            yield text[:i] + letter + text[i + 1 :]
    for i in range(len(text) + 1):
        for letter in alphabet:
            yield text[:i] + letter + text[i:]


def _is_cyrillic(text: str) -> bool:
    return any("а" <= c <= "я" or c == "ё" for c in text)


_WRITTEN_ALIKE = {  # Southern form -> Northern forms that name one and the same Sino-Korean surname or syllable
    form: tuple(
        s
        for s in (
            "리",
            "림",
            "류",
            "량",
            "려",
            "렴",
            "룡",
            "륙",
            "로",
            "라",
            "렬",
            "률",
            "륜",
            "령",
            "례",
            "련",
            "락",
            "란",
            "래",
            "록",
            "뢰",
            "루",
            "료",
            "륭",
            "름",
            "립",
            "녀",
            "뇨",
            "니",
            "년",
        )
        if form in initial_sound_forms(s)
    )
    for form in "이임유양여염용육노나열율윤영예연낙난내녹뇌누요융늠입"
}


def given_initial_variants(position: Position, *, weight: float = 0.6) -> dict[str, float]:
    """A position with the other forms of the initial-sound rule added."""
    out = dict(position)
    for syllable, value in position.items():
        for form in (*_WRITTEN_ALIKE.get(syllable, ()), *initial_sound_forms(syllable)):
            if value * weight > out.get(form, 0.0):
                out[form] = value * weight
    return out


@lru_cache(maxsize=100_000)
def korean_surname_position(text: str) -> Position | None:
    """The Korean surnames that one spelling (any script, lower case) can write; None if none."""
    if text and all(is_hangul_syllable(c) for c in text):
        if text in surnames():
            return given_initial_variants({text: 1.0}, weight=0.9)
        return {text: 0.9} if len(text) == 1 else None
    if text and all("\u4e00" <= c <= "\u9fff" for c in text):
        readings = [han_sino_korean(c) for c in text]
        if not all(readings):
            return None
        words = [""]
        for options in readings:
            words = [w + o for w in words for o in options]
        if len(text) == 2:
            words = [form for w in words for form in (w, initial(w)) if form in surnames()]
            return dict.fromkeys(words, 1.0) or None
        return given_initial_variants(dict.fromkeys(words, 1.0), weight=0.95)
    found = _surname_spellings().get(text) or _surname_spellings().get(text.replace("'", ""))
    if found:
        return given_initial_variants(found, weight=0.7)
    if len(text) < 3:
        return None
    repaired: dict[str, float] = {}
    for candidate in _one_edit(text):
        for surname, value in _surname_spellings().get(candidate, {}).items():
            if value >= 0.9 and surnames()[surname][0] >= 100:
                repaired[surname] = _EDIT_WEIGHT
    return repaired or None


@lru_cache(maxsize=1)
def _writings() -> tuple[dict[str, set[str]], dict[str, set[str]], dict[str, set[str]]]:
    syllables: dict[str, set[str]] = {}
    for script in ("latin", "cyrillic"):
        for spelling, written in _syllable_spellings(script).items():
            for syllable in written:
                syllables.setdefault(syllable, set()).add(spelling)
    names: dict[str, set[str]] = {}
    for spelling, written in _surname_spellings().items():
        for surname in written:
            names.setdefault(surname, set()).add(spelling)
    characters: dict[str, set[str]] = {}
    for character in map(chr, range(0x4E00, 0xA000)):
        for syllable in korean_han_position(character) or ():
            characters.setdefault(syllable, set()).add(character)
    return syllables, names, characters


def writings_of_syllable(syllable: str, *, as_surname: bool = False) -> tuple[frozenset[str], frozenset[str]]:
    """Every spelling (Latin, Cyrillic, lower case without marks) and every character that can write a syllable."""
    syllables, names, characters = _writings()
    spellings = syllables.get(syllable, set()) | (names.get(syllable, set()) if as_surname else set())
    return frozenset(spellings), frozenset(characters.get(syllable, set()))


def initial(word: str) -> str:
    """A word with the initial-sound rule applied to its first syllable."""
    forms = initial_sound_forms(word[0])
    return (forms[0] if forms else word[0]) + word[1:]


_SOFT = (("ng", "nmrl", "ㅇ", "ㄱ"), ("m", "nmrl", "ㅁ", "ㅂ"), ("l", "l", "ㄹ", "ㄴ"), ("n", "nm", "ㄴ", "ㄷ"))


def _assimilated(piece: str, following: str, cell: Position) -> Position:
    """Add codas that sound changes hide: 혁남 is written Hyŏngnam (McCune-Reischauer, table of finals)."""
    out: dict[str, float] | None = None
    for ending, starts, heard, meant in _SOFT:
        if piece.endswith(ending) and following[:1] and following[0] in starts:
            for syllable, weight in cell.items():
                onset, nucleus, coda = decompose(syllable)
                if coda == heard:
                    other = compose(onset, nucleus, meant)
                    if other in sino_korean_syllables():
                        out = out or dict(cell)
                        out[other] = max(out.get(other, 0.0), 0.4 * weight)
    return out or cell


@lru_cache(maxsize=200_000)
def korean_segmentations(text: str, most: int = 3) -> tuple[Reading, ...]:
    """The likeliest ways to cut one spelled word into one to ``most`` Korean syllables, best first."""
    if text and all(is_hangul_syllable(c) for c in text):
        return (tuple({c: 1.0} for c in text),) if len(text) <= most else ()
    table = _syllable_spellings("cyrillic" if _is_cyrillic(text) else "latin")
    found = _segment(text, most, table)
    if not found and "'" in text:
        found = _segment(text.replace("'", ""), most, table)
    if not found and 3 <= len(text) <= 12:
        repaired: dict[int, list[dict[str, float]]] = {}
        for candidate in _one_edit(text):
            for strength, reading in _segment(candidate, most, table)[:1]:
                if strength < 0.6:
                    continue
                cells = repaired.setdefault(len(reading), [{} for _ in reading])
                for cell, position in zip(cells, reading, strict=True):
                    for syllable, weight in position.items():
                        cell[syllable] = max(cell.get(syllable, 0.0), weight * (_EDIT_WEIGHT ** (1 / len(reading))))
        return tuple(tuple(cells) for _, cells in sorted(repaired.items()))
    return tuple(reading for _, reading in found[:_MOST_SEGMENTATIONS])


def _segment(
    text: str, most: int, table: Mapping[str, Mapping[str, float]], *, sound_changes: bool = True
) -> list[tuple[float, Reading]]:
    found: list[tuple[float, Reading]] = []

    def walk(start: int, strength: float, reading: Reading) -> None:
        if start == len(text):
            found.append((strength, reading))
            return
        if len(reading) == most:
            return
        for end in range(start + 1, min(len(text), start + _LONGEST_SPELLING) + 1):
            piece = text[start:end]
            cell = table.get(piece)
            if cell:
                position = _assimilated(piece, text[end:], cell) if sound_changes and end < len(text) else cell
                best = strength * max(cell.values())
                if best >= 0.08:
                    walk(end, best, (*reading, position))

    walk(0, 1.0, ())
    found.sort(key=lambda item: (-item[0], len(item[1])))
    return found


def korean_han_position(character: str) -> Position | None:
    """Sino-Korean readings of a character inside a given name; None if it has none."""
    readings = han_sino_korean(character)
    return dict.fromkeys(readings, 1.0) if readings else None


# --- Mandarin -------------------------------------------------------------------------------------------

_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")


def _parts(pinyin: str) -> tuple[str, str]:
    for start in _INITIALS:
        if pinyin.startswith(start):
            return start, pinyin[len(start) :]
    return "", pinyin


_WG_INITIAL = {
    "b": "p",
    "p": "p'",
    "d": "t",
    "t": "t'",
    "g": "k",
    "k": "k'",
    "j": "ch",
    "q": "ch'",
    "x": "hs",
    "zh": "ch",
    "ch": "ch'",
    "z": "ts",
    "c": "ts'",
    "r": "j",
}
_WG_FINAL = {"ian": "ien", "ie": "ieh", "ue": "ueh", "ve": "ueh", "ong": "ung", "iong": "iung", "v": "u", "er": "erh"}
_WG_WHOLE = {
    "yi": "i",
    "yan": "yen",
    "ye": "yeh",
    "you": "yu",
    "yong": "yung",
    "yue": "yueh",
    "zhi": "chih",
    "chi": "ch'ih",
    "shi": "shih",
    "ri": "jih",
    "zi": "tzu",
    "ci": "tz'u",
    "si": "ssu",
    "er": "erh",
    "ge": "ko",
    "ke": "k'o",
    "he": "ho",
    "e": "o",
    "gui": "kuei",
    "kui": "k'uei",
    "xu": "hsu",
    "ju": "chu",
    "qu": "ch'u",
    "gong": "kung",
}


def _wade_giles(pinyin: str) -> set[str]:
    """Wade-Giles spellings of one syllable, with and without the aspirate mark."""
    start, end = _parts(pinyin)
    forms = set()
    if pinyin in _WG_WHOLE:
        forms.add(_WG_WHOLE[pinyin])
    final = end
    if start in {"y", "w"}:
        forms.add(start + {"ong": "ung"}.get(end, end))
    else:
        final = _WG_FINAL.get(end, end)
        if end == "uo" and start in {"d", "t", "n", "l", "z", "c", "s", "zh", "ch", "r"}:
            final = "o"
        forms.add(_WG_INITIAL.get(start, start) + final)
        if end == "ui":
            forms.add(_WG_INITIAL.get(start, start) + "uei")
    return forms | {f.replace("'", "") for f in forms}


_KR_INITIAL = {
    "b": "ㅂ",
    "p": "ㅍ",
    "m": "ㅁ",
    "f": "ㅍ",
    "d": "ㄷ",
    "t": "ㅌ",
    "n": "ㄴ",
    "l": "ㄹ",
    "g": "ㄱ",
    "k": "ㅋ",
    "h": "ㅎ",
    "j": "ㅈ",
    "q": "ㅊ",
    "x": "ㅅ",
    "zh": "ㅈ",
    "ch": "ㅊ",
    "sh": "ㅅ",
    "r": "ㄹ",
    "z": "ㅉ",
    "c": "ㅊ",
    "s": "ㅆ",
}
_KR_FINAL = {
    "a": "ㅏ",
    "ai": "ㅏ이",
    "an": "ㅏㄴ",
    "ang": "ㅏㅇ",
    "ao": "ㅏ오",
    "e": "ㅓ",
    "ei": "ㅔ이",
    "en": "ㅓㄴ",
    "eng": "ㅓㅇ",
    "i": "ㅣ",
    "ia": "ㅑ",
    "ian": "ㅖㄴ",
    "iang": "ㅑㅇ",
    "iao": "ㅑ오",
    "ie": "ㅖ",
    "in": "ㅣㄴ",
    "ing": "ㅣㅇ",
    "iong": "ㅠㅇ",
    "iu": "ㅠ",
    "o": "ㅗ",
    "ong": "ㅜㅇ",
    "ou": "ㅓ우",
    "u": "ㅜ",
    "ua": "ㅘ",
    "uai": "ㅘ이",
    "uan": "ㅘㄴ",
    "uang": "ㅘㅇ",
    "ui": "ㅜ이",
    "un": "ㅜㄴ",
    "uo": "ㅝ",
    "v": "ㅟ",
    "ve": "ㅞ",
    "van": "ㅟ안",
    "vn": "ㅟㄴ",
}
_KR_WHOLE = {
    "yi": "이",
    "ya": "야",
    "yan": "옌",
    "yang": "양",
    "yao": "야오",
    "ye": "예",
    "yin": "인",
    "ying": "잉",
    "yong": "융",
    "you": "유",
    "yu": "위",
    "yue": "웨",
    "yuan": "위안",
    "yun": "윈",
    "wu": "우",
    "wa": "와",
    "wai": "와이",
    "wan": "완",
    "wang": "왕",
    "wei": "웨이",
    "wen": "원",
    "weng": "웡",
    "wo": "워",
    "er": "얼",
    "zhi": "즈",
    "chi": "츠",
    "shi": "스",
    "ri": "르",
    "zi": "쯔",
    "ci": "츠",
    "si": "쓰",
    "a": "아",
    "ai": "아이",
    "an": "안",
    "ang": "앙",
    "ao": "아오",
    "e": "어",
    "en": "언",
    "ou": "어우",
    "o": "오",
}
_PLAIN = str.maketrans("ㅑㅖㅠㅛ", "ㅏㅔㅜㅗ")


def _hangul_of(pinyin: str) -> str:
    """The official Hangul transcription of one Mandarin syllable (Ministry rules of 1986)."""
    if pinyin in _KR_WHOLE:
        return _KR_WHOLE[pinyin]
    start, end = _parts(pinyin)
    if start in "jqx" and start and end.startswith("u"):
        end = "v" + end[1:]
    written = _KR_FINAL.get(end)
    onset = _KR_INITIAL.get(start, "ㅇ")
    if not written:
        return ""
    nucleus, rest = written[0], written[1:]
    if onset in "ㅈㅊㅉ":
        nucleus = nucleus.translate(_PLAIN)
    coda = rest[0] if rest and rest[0] in "ㄴㅇ" else ""
    return compose(onset, nucleus, coda) + rest[len(coda) :]


_PAL_INITIAL = {
    "b": "б",
    "p": "п",
    "m": "м",
    "f": "ф",
    "d": "д",
    "t": "т",
    "n": "н",
    "l": "л",
    "g": "г",
    "k": "к",
    "h": "х",
    "j": "цз",
    "q": "ц",
    "x": "с",
    "zh": "чж",
    "ch": "ч",
    "sh": "ш",
    "r": "ж",
    "z": "цз",
    "c": "ц",
    "s": "с",
}
_PAL_FINAL = {
    "a": "а",
    "ai": "ай",
    "an": "ань",
    "ang": "ан",
    "ao": "ао",
    "e": "э",
    "ei": "эй",
    "en": "энь",
    "eng": "эн",
    "i": "и",
    "ia": "я",
    "ian": "янь",
    "iang": "ян",
    "iao": "яо",
    "ie": "е",
    "in": "инь",
    "ing": "ин",
    "iong": "юн",
    "iu": "ю",
    "o": "о",
    "ong": "ун",
    "ou": "оу",
    "u": "у",
    "ua": "уа",
    "uai": "уай",
    "uan": "уань",
    "uang": "уан",
    "ui": "уй",
    "un": "унь",
    "uo": "о",
    "v": "юй",
    "ve": "юэ",
    "van": "юань",
    "vn": "юнь",
}
_PAL_WHOLE = {
    "zi": "цзы",
    "ci": "цы",
    "si": "сы",
    "hui": "хуэй",
    "yi": "и",
    "ya": "я",
    "yan": "янь",
    "yang": "ян",
    "yao": "яо",
    "ye": "е",
    "yin": "инь",
    "ying": "ин",
    "yong": "юн",
    "you": "ю",
    "yu": "юй",
    "yue": "юэ",
    "yuan": "юань",
    "yun": "юнь",
    "wu": "у",
    "wa": "ва",
    "wai": "вай",
    "wan": "вань",
    "wang": "ван",
    "wei": "вэй",
    "wen": "вэнь",
    "weng": "вэн",
    "wo": "во",
    "er": "эр",
}


def _palladius(pinyin: str) -> str:
    """The Palladius spelling of one Mandarin syllable."""
    if pinyin in _PAL_WHOLE:
        return _PAL_WHOLE[pinyin]
    start, end = _parts(pinyin)
    if start and start in "jqx" and end.startswith("u"):
        end = "v" + end[1:]
    return _PAL_INITIAL.get(start, "") + _PAL_FINAL.get(end, "?")


@cache
def _mandarin_spellings() -> dict[str, dict[str, float]]:
    table: dict[str, dict[str, float]] = {}

    def put(spelling: str, syllable: str, weight: float) -> None:
        if spelling:
            cell = table.setdefault(spelling, {})
            cell[syllable] = max(cell.get(syllable, 0.0), weight)

    for syllable in mandarin_syllables():
        put(syllable, syllable, 1.0)
        if "v" in syllable:
            for form in ("u", "ü", "yu"):
                put(syllable.replace("v", form), syllable, 0.9)
        for spelling in _wade_giles(syllable):
            put(spelling, syllable, 0.8)
        hangul = _hangul_of(syllable)
        put(hangul, syllable, 1.0)
        put(_palladius(syllable), syllable, 1.0)
    return table


@lru_cache(maxsize=100_000)
def mandarin_segmentations(text: str, most: int = 3) -> tuple[Reading, ...]:
    """The ways to cut one word (Latin, Cyrillic or Hangul) into one to ``most`` Mandarin syllables."""
    found = _segment(text, most, _mandarin_spellings(), sound_changes=False)
    return tuple(reading for _, reading in found[:_MOST_SEGMENTATIONS])


@lru_cache(maxsize=100_000)
def mandarin_surname_position(text: str) -> Position | None:
    """The Mandarin syllables that a surname's spelling can write, regional spellings included."""
    found = dict(_mandarin_spellings().get(text, {}))
    for syllable in mandarin_surname_spellings().get(text, ()):
        found[syllable] = max(found.get(syllable, 0.0), 0.7)
    return found or None


def mandarin_han_position(character: str) -> Position | None:
    """Mandarin readings of one character; the less usual ones weigh less."""
    readings = han_mandarin(character)
    return {r: (1.0, 0.6, 0.4)[i] for i, r in enumerate(readings[:3])} or None
