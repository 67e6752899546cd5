"""Counts, shares, money, durations and ages in words, as intervals, English and Korean.

"More than 500" has a least value and no greatest, "up to 600" the reverse, "about 600" is 600 with a mark,
"thousands" at least 2,000, "most" more than a half, "10 to 15" both ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from firsthand.claims.attribution import Span
from firsthand.claims.reading.cues import any_of, read_table
from firsthand.claims.reading.words import words_of
from firsthand.values.languages import Language
from firsthand.values.quantities import Quantity, QuantityKind, QuantityNotUsable

__all__ = ["QuantityFound", "find_quantities"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityFound:
    """A quantity and where its words stand."""

    quantity: Quantity
    span: Span


_ONES = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90, "dozen": 12,
}  # fmt: skip
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_VAGUE_EN = {"dozens": 24, "scores": 40, "hundreds": 200, "thousands": 2_000, "millions": 2_000_000}
_WORD = "|".join([*_ONES, *_SCALES])
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:[ -](?:hundred|thousand|million|billion))?"
_NUMBER_EN = rf"(?:{_NUMBER}|(?:{_WORD})(?:[ -](?:and )?(?:{_WORD}))*)"
# "18 September and 20 people" holds one count of people, and a day.
_NOT_A_DAY = r"(?!\s+(?:January|February|March|April|May|June|July|August|September|October|November|December)\b)"

# What the people of a country are called in their number: North Koreans, Eritreans.
_PEOPLES = sorted(
    {
        re.escape(word.lower())
        for table in ("places", "states")
        for row in read_table(table)
        for word in row["demonyms"].split("|")
        if word.endswith("s")
    }
)
_PEOPLE_EN = (
    "|".join(f"{people}?" for people in _PEOPLES)
    + r"|people|persons?|koreans?|women|men|girls|boys|children|defectors?|refugees?|escapees?|workers?|"
    r"labou?rers|prisoners|detainees|inmates|victims|residents|citizens|families|soldiers|officials|migrants|brides|"
    r"individuals|christians|believers|households|returnees|students|others|more|witnesses|interviewees|respondents|"
    r"survivors|nationals|civilians|arrivals|deaths|asylum seekers|relatives|farmers|traders|members|"
    r"clients|patients|pupils|neighbou?rs|guards|of them|of us|of those (?:interviewed|asked|questioned|surveyed)|"
    + "|".join(rf"{re.escape(noun)}s" for noun in sorted(words_of("human_noun", Language.ENGLISH)))
)
# What is counted beside people; a count of these is of the thing that it names.
_THINGS_EN = r"cases|executions|trials|incidents|accounts|testimonies|interviews|statements"
_MORE_EN = r"more than|over|at least|above|no fewer than|no less than|in excess of|upwards of"
_LESS_EN = r"up to|as many as|fewer than|less than|under|at most|nearly|almost|close to|not more than|no more than"
_ABOUT_EN = r"about|around|some|approximately|roughly|an estimated|estimated|perhaps|possibly|only|just"
_BOUND_EN = rf"(?P<more>{_MORE_EN})|(?P<less>{_LESS_EN})|(?P<about>{_ABOUT_EN})"
_COUNT_EN = re.compile(
    rf"\b(?:(?:{_BOUND_EN})\s+)?(?P<low>{_NUMBER_EN}){_NOT_A_DAY}(?:\s*(?:to|-|–|and|or)\s*(?P<high>{_NUMBER_EN}))?\s+"
    r"(?P<of>(?:of (?:the|these|those|his|her|their|our|my) )?(?:[\w-]+\s+){0,3}?)"
    rf"(?P<unit>{_PEOPLE_EN}|{_THINGS_EN})\b",
    re.IGNORECASE,
)
_VAGUE_COUNT_EN = re.compile(
    r"\b(?:(?:many |tens of |hundreds of |several )?(?P<word>dozens|scores|hundreds|thousands|millions))(?: of)?\s+"
    rf"(?:[\w-]+\s+){{0,3}}?(?P<unit>{_PEOPLE_EN})\b",
    re.IGNORECASE,
)
_BARE_EN = re.compile(
    rf"\b(?:(?P<more>{_MORE_EN})|(?P<less>{_LESS_EN})|(?P<about>{_ABOUT_EN}))\s+(?P<low>\d[\d,]*)(?=\s+(?:in|were|had|on|at)\b|[,.;])",
    re.IGNORECASE,
)
# Groups put the number at between 10,000 and 25,000; the figure has risen to 300.
_PUT_AT_EN = re.compile(
    rf"\b(?:number|figure|total|count|estimates?|survey|put|puts)\b[^.;]{{0,90}}?\b(?:at|to)\s+"
    rf"(?P<all>(?:(?:{_BOUND_EN})\s+)?(?:between\s+)?(?P<low>\d[\d,]*)(?:\s*(?:to|-|–|and)\s*(?P<high>\d[\d,]*))?)"
    r"(?=\s*(?:$|[.,;]|in\b|for\b|since\b|while\b|a year\b))",
    re.IGNORECASE,
)


def _money_words(language: Language, kind: str) -> dict[str, str]:
    """Words of money and the currency that they mean (ISO 4217; ``currencies.csv``); a word's first row wins."""
    found: dict[str, str] = {}
    for row in read_table("currencies"):
        if (row["language"], row["kind"]) == (str(language), kind):
            for word in row["words"].split("|"):
                found.setdefault(word, row["code"])
    return found


_UNITS_EN = _money_words(Language.ENGLISH, "unit")
_SIGNS_EN = _money_words(Language.ENGLISH, "sign")
_MONEY_EN = re.compile(
    rf"(?:(?:{_BOUND_EN})\s+)?(?:(?P<sign>{any_of(_SIGNS_EN)})\s?(?P<signed>{_NUMBER})"
    rf"|\b(?P<low>{_NUMBER})(?:\s*(?:to|-|–|and)\s*(?P<high>{_NUMBER}))?\s+"
    rf"(?P<unit>{any_of(_UNITS_EN)}))",
    re.IGNORECASE,
)
_DURATION_EN = re.compile(
    rf"\b(?:(?:{_BOUND_EN})\s+)?(?P<low>{_NUMBER_EN}(?: and a half)?)(?:\s*(?:to|-|–|or|and)\s*(?P<high>{_NUMBER_EN}))?"
    r"[ -](?P<unit>day|week|month|year|hour)s?\b(?![ -]old| ago| before| earlier| later)",
    re.IGNORECASE,
)
_SHARE_EN = re.compile(
    rf"\b(?:(?:{_BOUND_EN})\s+)?(?:(?P<percent>\d+(?:\.\d+)?)(?:\s*(?:to|-|"
    rf"–)\s*(?P<percent2>\d+(?:\.\d+)?))?\s*(?:per ?cent|percent|%)"
    rf"|(?P<part>{_NUMBER_EN}) (?:out of|in) (?:every )?(?P<whole>{_NUMBER_EN})\b"
    r"|(?P<most>most|the majority|a majority|the vast majority)\b(?! (?:serious|"
    r"severe|recent|important|common|likely|despicable|of all))"
    r"|(?<!first )(?<!second )(?<!last )(?<!latter )(?P<half>half)\b(?= of| the| were| are| had)"
    r"|(?P<fraction>(?:a|one|two|three)[ -](?:third|quarter|fifth|tenth)s?)\b(?= of\b| were\b| are\b| had\b|[,.;]))",
    re.IGNORECASE,
)
_MOST_OF = re.compile(
    r"\s+(?:of|were|are|women|people|men|victims|defectors|refugees|escapees|prisoners"
    rf"|{'|'.join(_PEOPLES)})\b",
    re.IGNORECASE,
)
_AGE_EN = re.compile(
    r"\b(?:aged? (?:of )?|woman of |man of |girl of |boy of )(?P<low>\d{1,2})\b|\b(?P<old>\d{1,2})[ -]years?[ -]old",
    re.IGNORECASE,
)
_FRACTIONS = {"third": 1 / 3, "quarter": 0.25, "fifth": 0.2, "tenth": 0.1}


def _number_en(text: str) -> float:
    text = text.lower().replace(",", "").replace(" and a half", "")
    total, current = 0.0, 0.0
    for word in re.split(r"[ -]+", text):
        if word in {"and", ""}:
            continue
        if word in _SCALES:
            current = (current or 1) * _SCALES[word]
            if _SCALES[word] >= 1000:
                total, current = total + current, 0.0
        elif word == "dozen":
            current = (current or 1) * 12
        elif word in _ONES:
            current += _ONES[word]
        else:
            current += float(word)
    return round(total + current, 6)


def _interval(match: re.Match[str], low: float, high: float | None) -> tuple[float | None, float | None, bool]:
    groups = match.groupdict()
    if high is not None and high > low:
        return low, high, bool(groups.get("about"))
    if groups.get("more"):
        return low, None, False
    if groups.get("less"):
        return None, low, False
    return low, low, bool(groups.get("about"))


def _found(
    kind: QuantityKind,
    bounds: tuple[float | None, float | None, bool],
    unit: str,
    match: re.Match[str],
    *,
    words: int | str = 0,
) -> QuantityFound | None:
    """What a search found; ``words`` names the group of the search that holds the quantity's own words."""
    found = match[words]
    try:
        quantity = Quantity(
            kind=kind, minimum=bounds[0], maximum=bounds[1], unit=unit, approximate=bounds[2], words=found.strip()
        )
    except QuantityNotUsable:
        return None
    start = match.start(words) + len(found) - len(found.lstrip())
    return QuantityFound(quantity=quantity, span=Span(start, start + len(found.strip())))


def find_quantities(text: str, language: Language) -> tuple[QuantityFound, ...]:
    """Quantities in ``text``, in its order; of overlapping ones money wins, then share, age, time, count."""
    finders = _KOREAN if language is Language.KOREAN else _ENGLISH
    found: list[QuantityFound] = []
    for finder in finders:
        for item in finder(text):
            if item and not any(item.span.start < f.span.end and f.span.start < item.span.end for f in found):
                found.append(item)
    return tuple(sorted(found, key=lambda item: item.span.start))


def _money_en(text: str) -> list[QuantityFound | None]:
    items = []
    for m in _MONEY_EN.finditer(text):
        code = _UNITS_EN[m["unit"].lower()] if m["unit"] else _SIGNS_EN[m["sign"].upper()]
        low = _number_en(m["low"] or m["signed"])
        high = _number_en(m["high"]) if m["high"] else None
        items.append(_found(QuantityKind.MONEY, _interval(m, low, high), code, m))
    return items


def _share_en(text: str) -> list[QuantityFound | None]:
    items = []
    for m in _SHARE_EN.finditer(text):
        bounds: tuple[float | None, float | None, bool]
        if m["percent"]:
            high = float(m["percent2"]) / 100 if m["percent2"] else None
            bounds = _interval(m, round(float(m["percent"]) / 100, 6), high)
        elif m["part"]:
            whole = _number_en(m["whole"])
            if whole < 2 or _number_en(m["part"]) > whole or whole > 1000:
                continue
            bounds = _interval(m, round(_number_en(m["part"]) / whole, 6), None)
        elif m["most"]:
            if m["most"].lower() == "most" and not _MOST_OF.match(text, m.end()):
                continue
            bounds = (0.5, None, False)
        elif m["half"]:
            bounds = _interval(m, 0.5, None)
        else:
            count, name = re.split(r"[ -]", m["fraction"].lower())
            times = {"a": 1, "one": 1, "two": 2, "three": 3}[count]
            bounds = _interval(m, round(times * _FRACTIONS[name.rstrip("s")], 6), None)
        of_things = _OF_THINGS_EN.match(text, m.end())
        items.append(_found(QuantityKind.SHARE, bounds, of_things[1] if of_things else "persons", m))
    return items


# A share of something other than people: most of their wages, a third of what she earned.
_OF_THINGS_EN = re.compile(
    r"\s+of\s+(?:(?:the|their|her|his|my|our|its|all)\s+)?(?:\w+\s+)?(wages?|pay|salar(?:y|ies)|incomes?|earnings|money"
    r"|harvests?|crops?|food|rations?|goods|savings|time|land|what)\b",
    re.IGNORECASE,
)


def _age_en(text: str) -> list[QuantityFound | None]:
    return [
        _found(QuantityKind.AGE, (float(m["low"] or m["old"]),) * 2 + (False,), "years", m)
        for m in _AGE_EN.finditer(text)
    ]


def _duration_en(text: str) -> list[QuantityFound | None]:
    items = []
    for m in _DURATION_EN.finditer(text):
        low = _number_en(m["low"]) + (0.5 if "and a half" in m["low"] else 0.0)
        high = _number_en(m["high"]) if m["high"] else None
        items.append(_found(QuantityKind.DURATION, _interval(m, low, high), m["unit"].lower() + "s", m))
    return items


# Another count of the same, told beside the first: 385 people in the first half, against 535 in the year before.
_COMPARED_EN = re.compile(
    rf"\b(?:compared (?:with|to)|against|down from|up from)\s+(?P<all>(?:(?:{_BOUND_EN})\s+)?(?P<low>\d[\d,]*))"
    r"(?=\s+(?:in|during|on|for|a|the)\b|[,.;])",
    re.IGNORECASE,
)


def _count_en(text: str) -> list[QuantityFound | None]:
    items: list[QuantityFound | None] = []
    for m in _VAGUE_COUNT_EN.finditer(text):
        least = float(_VAGUE_EN[m["word"].lower()])
        lead = m.group().lower()
        least *= 10 if lead.startswith("tens of") else 1
        items.append(_found(QuantityKind.COUNT, (least, None, True), "persons", m))
    for m in _COUNT_EN.finditer(text):
        low = _number_en(m["low"])
        if low == 1 and not m["low"].isdigit():
            continue
        if re.fullmatch(r"(?:19|20)\d\d", m["low"]) and not (m["more"] or m["less"] or m["about"]):
            continue
        high = _number_en(m["high"]) if m["high"] else None
        unit = m["unit"].lower()
        things = re.fullmatch(_THINGS_EN, unit) is not None
        items.append(_found(QuantityKind.COUNT, _interval(m, low, high), unit if things else "persons", m))
    bare = (m for m in _BARE_EN.finditer(text) if not re.fullmatch(r"(?:19|20)\d\d", m["low"]))
    items += [_found(QuantityKind.COUNT, _interval(m, _number_en(m["low"]), None), "persons", m) for m in bare]
    for m in _PUT_AT_EN.finditer(text):
        high = _number_en(m["high"]) if m["high"] else None
        bounds = _interval(m, _number_en(m["low"]), high)
        items.append(_found(QuantityKind.COUNT, bounds, "persons", m, words="all"))
    first = min((item.span.start for item in items if item and item.quantity.unit == "persons"), default=len(text))
    for m in _COMPARED_EN.finditer(text, first):
        if not re.fullmatch(r"(?:19|20)\d\d", m["low"]):
            bounds = _interval(m, _number_en(m["low"]), None)
            items.append(_found(QuantityKind.COUNT, bounds, "persons", m, words="all"))
    return items


_ENGLISH = (_money_en, _share_en, _age_en, _duration_en, _count_en)

# Korean: Sino-Korean digits, native counters, and the particles of approximation that stand behind the number.
_NATIVE = {
    "한": 1, "두": 2, "세": 3, "석": 3, "네": 4, "넉": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9,
    "열": 10, "스무": 20, "스물": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70, "여든": 80, "아흔": 90,
}  # fmt: skip
_NATIVE_WORD = (
    r"(?:(?:열|스물|서른|마흔|쉰|예순|일흔|여든|아흔)\s?(?:한|두|세|네|다섯|여섯|일곱|여덟|아홉)?"
    r"|스무|한|두|세|석|네|넉|다섯|여섯|일곱|여덟|아홉)"
)
_SINO = {"일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7, "팔": 8, "구": 9}
_KO_SCALES = {"십": 10, "백": 100, "천": 1_000, "만": 10_000, "억": 100_000_000}
_NUM_KO = (
    r"(?:\d[\d,]*(?:\.\d+)?\s?(?:천|만|억|백)?(?:\s?\d[\d,]*\s?(?:천|백)?)?"
    r"|[일이삼사오육칠팔구]?[십백천만](?:[일이삼사오육칠팔구십백천만])*)"
)
_VAGUE_KO = r"(?:수십만|수만|수천|수백|수십|몇십|몇백|몇천)"
_VAGUE_KO_LEAST = {
    "수십": 20, "몇십": 20, "수백": 200, "몇백": 200, "수천": 2_000, "몇천": 2_000, "수만": 20_000, "수십만": 200_000,
}  # fmt: skip
_BEFORE_KO = r"(?P<about>약|대략|거의|최소|적어도|최대|많게는|무려|총|모두)?\s?"
_AFTER_KO = r"\s?(?P<tail>이상|이 넘|을 넘|을 웃|이하|미만|가량|안팎|정도|넘게|넘는|남짓|내외|까지|쯤|가까이)?"
_COUNT_KO = re.compile(
    rf"{_BEFORE_KO}(?P<low>{_VAGUE_KO}|{_NUM_KO}|{_NATIVE_WORD})(?P<yeo>여)?"
    rf"(?:\s?(?:명|사람)?\s?(?:[~∼-]|에서|내지)\s?(?P<high>{_NUM_KO}))?\s?(?P<yeo2>여)?\s?(?P<unit>명|사람|가구|세대){_AFTER_KO}"
)
_MONEY_UNITS_KO = _money_words(Language.KOREAN, "unit")
_SIGNS_KO = _money_words(Language.KOREAN, "sign")
# Words elsewhere in the text by which a unit that several countries have is one of theirs.
_ELSEWHERE_KO = _money_words(Language.KOREAN, "context")
_MONEY_KO = re.compile(
    rf"{_BEFORE_KO}(?:(?P<sign>{any_of(_SIGNS_KO)})\s?)?(?P<low>{_NUM_KO}|{_VAGUE_KO})(?P<yeo>여)?"
    rf"(?:\s?(?:{any_of(_MONEY_UNITS_KO)})?\s?(?:[~∼-]|에서|내지)\s?(?P<high>{_NUM_KO}))?"
    rf"\s?(?P<unit>(?:{any_of(_MONEY_UNITS_KO)})(?<!원(?=[래칙하]))){_AFTER_KO}"
)
_DURATION_KO = re.compile(
    rf"{_BEFORE_KO}(?P<low>{_NUM_KO}|{_NATIVE_WORD}|(?<![가-힣])[일이삼사오육칠팔구](?=\s?(?:년|개월)))(?P<yeo>여)?"
    rf"(?:\s?[~∼-]\s?(?P<high>{_NUM_KO}))?\s?"
    r"(?P<unit>년|개월|달|주일|주|일|시간)\s?(?P<tail>가까이|넘게|이상)?"
    r"(?P<span>간|\s?동안|형|쯤|가까이|넘게|이상|씩|\s?처분|[을를] ?선고)"
    r"|(?P<about2>약\s)?(?P<days>이틀|사흘|나흘|닷새|엿새|이레|여드레|아흐레|열흘|보름)(?:간|\s?동안|쯤|씩)?"
    r"(?! (?:전|뒤|후|만에))"
)
_DAYS_KO = {
    "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "엿새": 6, "이레": 7, "여드레": 8, "아흐레": 9, "열흘": 10, "보름": 15,
}  # fmt: skip
_UNITS_KO = {
    "년": "years",
    "개월": "months",
    "달": "months",
    "주일": "weeks",
    "주": "weeks",
    "일": "days",
    "시간": "hours",
}
_SHARE_KO = re.compile(
    rf"{_BEFORE_KO}(?:(?P<percent>\d+(?:\.\d+)?)\s?(?:%|퍼센트|프로)|(?P<whole>10|100|[2-9]|열|다섯|세)\s?(?:명|사람)\s?(?:중|가운데)\s?"
    rf"(?P<part>\d+|한|두|세|네|여섯|일곱|여덟|아홉)\s?(?:명|사람)?|(?P<fwhole>\d+)분의\s?(?P<fpart>\d+)"
    rf"|(?P<half>절반)|(?P<most>대부분|대다수|과반)){_AFTER_KO}"
)
_AGE_KO = re.compile(rf"(?:만\s?)?(?:(?P<low>\d{{1,2}})\s?(?:세|살)|(?P<native>{_NATIVE_WORD})\s?살)(?!기)")


def _number_ko(text: str) -> float:
    text = text.replace(",", "").replace(" ", "")
    if text in _VAGUE_KO_LEAST:
        return float(_VAGUE_KO_LEAST[text])
    total, current, section = 0.0, 0.0, 0.0
    for piece in re.findall(
        r"\d+(?:\.\d+)?|다섯|여섯|일곱|여덟|아홉|열|스물|스무|서른|마흔|쉰|예순|일흔|여든|아흔"
        r"|[일이삼사오육칠팔구]|[십백천만억]|한|두|세|석|네|넉",
        text,
    ):
        if piece in _KO_SCALES:
            if piece in "만억":
                total += (section + current or 1) * _KO_SCALES[piece]
                section = current = 0.0
            else:
                section += (current or 1) * _KO_SCALES[piece]
                current = 0.0
        elif piece in _SINO:
            current = float(_SINO[piece])
        elif piece in _NATIVE:
            section += _NATIVE[piece]
        else:
            current = float(piece)
    return total + section + current


def _interval_ko(m: re.Match[str], low: float, high: float | None) -> tuple[float | None, float | None, bool]:
    groups = m.groupdict()
    before, tail = groups.get("about") or "", groups.get("tail") or ""
    vague = bool(groups.get("low") and groups["low"] in _VAGUE_KO_LEAST)
    if high is not None and high > low:
        return low, high, False
    if (
        before in {"최소", "적어도"}
        or tail in {"이상", "이 넘", "을 넘", "을 웃", "넘게", "넘는"}
        or groups.get("yeo")
        or groups.get("yeo2")
        or vague
    ):
        return low, None, vague
    if before in {"최대", "많게는", "거의"} or tail in {"이하", "미만", "까지", "가까이"}:
        return None, low, False
    return low, low, before in {"약", "대략"} or tail in {"가량", "안팎", "정도", "남짓", "내외", "쯤"}


def _money_ko(text: str) -> list[QuantityFound | None]:
    items = []
    for m in _MONEY_KO.finditer(text):
        unit = _MONEY_UNITS_KO[m["unit"]]
        if m["unit"] == "원":  # the one unit that two countries have
            here = next((code for word, code in _ELSEWHERE_KO.items() if word in text), unit)
            unit = _SIGNS_KO.get(m["sign"] or "", here)
        high = _number_ko(m["high"]) if m["high"] else None
        items.append(_found(QuantityKind.MONEY, _interval_ko(m, _number_ko(m["low"]), high), unit, m))
    return items


def _share_ko(text: str) -> list[QuantityFound | None]:
    items = []
    for m in _SHARE_KO.finditer(text):
        if m["percent"]:
            bounds = _interval_ko(m, round(float(m["percent"]) / 100, 6), None)
        elif m["part"]:
            whole, part = (float(x) if x.isdigit() else float(_NATIVE[x]) for x in (m["whole"], m["part"]))
            if not 0 < part <= whole:
                continue
            bounds = _interval_ko(m, round(part / whole, 6), None)
        elif m["fpart"]:
            whole, part = float(m["fwhole"]), float(m["fpart"])
            if not 0 < part <= whole:
                continue
            bounds = _interval_ko(m, round(part / whole, 6), None)
        elif m["half"]:
            bounds = _interval_ko(m, 0.5, None)
        else:
            bounds = (0.5, None, False)
        if re.match(r"\s?(?:으로|까지) ?(?:줄|떨어|깎|감소|내려|올라|늘)", text[m.end() :]):
            continue  # 배급이 절반으로 줄었다 counts nobody
        things = _OF_THINGS_KO.search(text[: m.start()])
        items.append(_found(QuantityKind.SHARE, bounds, things[1] if things else "persons", m))
    return items


# A share of something other than people: 임금의 70%.
_OF_THINGS_KO = re.compile(
    r"(임금|월급|노임|급여|봉급|수입|소득|식량|배급|수확|번 돈|시간)(?:의|에서|\s?(?:중|가운데))?\s?$"
)


def _age_ko(text: str) -> list[QuantityFound | None]:
    items = []
    for m in _AGE_KO.finditer(text):
        age = float(m["low"]) if m["low"] else _number_ko(m["native"])
        items.append(_found(QuantityKind.AGE, (age, age, False), "years", m))
    return items


def _duration_ko(text: str) -> list[QuantityFound | None]:
    items = []
    for m in _DURATION_KO.finditer(text):
        if m["days"]:
            days = float(_DAYS_KO[m["days"]])
            items.append(_found(QuantityKind.DURATION, (days, days, bool(m["about2"])), "days", m))
            continue
        low = _number_ko(m["low"])
        if m["unit"] == "년" and low > 150:
            continue
        high = _number_ko(m["high"]) if m["high"] else None
        if m["span"] in {"가까이", "넘게", "이상"} and high is None:
            bounds = (None, low, False) if m["span"] == "가까이" else (low, None, False)
            items.append(_found(QuantityKind.DURATION, bounds, _UNITS_KO[m["unit"]], m))
            continue
        items.append(_found(QuantityKind.DURATION, _interval_ko(m, low, high), _UNITS_KO[m["unit"]], m))
    return items


def _count_ko(text: str) -> list[QuantityFound | None]:
    items = []
    for m in _COUNT_KO.finditer(text):
        low = _number_ko(m["low"])
        if low <= 1 and m["unit"] in {"명", "사람"} and not m["low"][0].isdigit():
            continue
        if re.match(r"\s?(?:중|가운데)\s?\d", text[m.end() :]):
            continue  # 84명 중 31명 counts 31
        if m["unit"] == "사람" and m["low"] in _NATIVE and text[: m.start()].endswith(("그", "이")):
            continue
        high = _number_ko(m["high"]) if m["high"] else None
        unit = "persons" if m["unit"] in {"명", "사람"} else "households"
        items.append(_found(QuantityKind.COUNT, _interval_ko(m, low, high), unit, m))
    return items


_KOREAN = (_money_ko, _share_ko, _age_ko, _duration_ko, _count_ko)
