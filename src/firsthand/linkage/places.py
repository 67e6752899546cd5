"""Whether two written place names can name one place, in any scripts, with reasons.

Works as ``names`` does, without surnames: kinds of district (do, si, gun, ri ...) and compass words are taken
off and compared on their own, listed names of one place (former, colonial, Chinese) are facts from a table.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from firsthand.linkage.hangul import is_hangul_syllable
from firsthand.linkage.name_tables import bridge_weight, character_forms, rows
from firsthand.linkage.readings import (
    Position,
    Reading,
    given_initial_variants,
    korean_han_position,
    korean_segmentations,
    mandarin_han_position,
    mandarin_segmentations,
)
from firsthand.linkage.reasons import Reason
from firsthand.linkage.spellings import fold_letters, read_spelling

__all__ = ["PlaceComparison", "PlaceKey", "compare_place_keys", "compare_places", "place_key"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceKey:
    """A place name made ready to be compared: its core, kind of district, compass word and readings."""

    text: str
    core: str
    kind: str
    compass: str
    korean: tuple[Reading, ...]
    mandarin: tuple[Reading, ...]
    han: str
    listed: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceComparison:
    """The probability that both can name one place, and why."""

    score: float
    grounds: tuple[Reason, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """The grounds in English words."""
        return tuple(g.words("en") for g in self.grounds)


_COMPASS = {
    "north": "북",
    "south": "남",
    "east": "동",
    "west": "서",
    "buk": "북",
    "nam": "남",
    "puk": "북",
    "bukto": "북도",
    "bukdo": "북도",
    "pukto": "북도",
    "pukdo": "북도",
    "namdo": "남도",
    "namto": "남도",
    "북도": "북도",
    "남도": "남도",
    "北道": "북도",
    "南道": "남도",
}


@cache
def _kinds() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    tables: tuple[dict[str, str], dict[str, str], dict[str, str]] = ({}, {}, {})
    for row in rows("place_kinds.tsv"):
        for table, column in zip(tables, ("hangul", "han", "latin"), strict=True):
            for word in (row[column] or "").split():
                table[word] = row["kind"]
    return tables


def _bare(text: str) -> str:
    return re.sub(r"[^\w]", "", fold_letters(unicodedata.normalize("NFKC", text)))


@cache
def _listed() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for row in rows("place_names.tsv"):
        for name in row["names"].split(";"):
            table.setdefault(_bare(name), set()).add(row["place"])
    return {name: frozenset(places) for name, places in table.items()}


def _split_solid(text: str, kinds: dict[str, str]) -> tuple[str, str, str]:
    """Core, kind and compass of a name in Hangul or Han, which carry them as last characters."""
    for ending in ("북도", "남도", "北道", "南道"):
        if text.endswith(ending) and len(text) > len(ending) + 1:
            return text[: -len(ending)], "province", _COMPASS[ending][0]
    for length in (5, 4, 3, 2, 1):
        kind = kinds.get(text[-length:])
        if kind and len(text) - length >= 2:
            return text[:-length], kind, ""
    return text, "", ""


def _split_words(words: list[str], kinds: dict[str, str]) -> tuple[list[str], str, str]:
    """Core words, kind and compass of a name in an alphabet."""
    kind = compass = ""
    core: list[str] = []
    for i, word in enumerate(words):
        plain = fold_letters(word).replace("'", "")
        if plain in {"of", "the", "river"}:
            continue
        if plain in _COMPASS and len(words) > 1 and (i == 0 or len(_COMPASS[plain]) == 2 or i + 1 < len(words)):
            compass = _COMPASS[plain][0]
            if len(_COMPASS[plain]) == 2:
                kind = "province"
        elif plain in kinds and i and len(words) > 1:
            kind = kinds[plain]
        else:
            core.append(word)
    if len(core) == 1:
        match = re.fullmatch(r"(.{4,}?)(bukto|bukdo|pukto|pukdo|namdo|namto)", core[0])
        if match:
            core, kind, compass = [match[1]], "province", _COMPASS[match[2]][0]
    return core or words, kind, compass


@lru_cache(maxsize=50_000)
def place_key(text: str) -> PlaceKey:
    """The key of one place name."""
    written = read_spelling(text)
    words = [part for word in written.words for part in word]
    hangul_kinds, han_kinds, latin_kinds = _kinds()
    solid = "".join(words)
    korean: list[Reading] = []
    mandarin: list[Reading] = []
    han = ""
    if solid and all(is_hangul_syllable(c) for c in solid):
        core, kind, compass = _split_solid(solid, hangul_kinds)
        korean = [tuple({c: 1.0} for c in core)] if len(core) <= 5 else []
        mandarin = list(mandarin_segmentations(core, 4))
        listed = _listed().get(_bare(solid), frozenset()) | _listed().get(core, frozenset())
    elif solid and all("\u4e00" <= c <= "\u9fff" for c in solid):
        core, kind, compass = _split_solid(solid, han_kinds)
        han = core
        listed = _listed().get(solid, frozenset()) | _listed().get(core, frozenset())
        cells = [korean_han_position(c) for c in core]
        sounds = [mandarin_han_position(c) for c in core]
        if all(cells):
            korean = [tuple(c for c in cells if c)]
        if all(sounds):
            mandarin = [tuple(s for s in sounds if s)]
    else:
        parts, kind, compass = _split_words(words, latin_kinds)
        core = "".join(parts)
        listed = _listed().get(_bare(solid), frozenset()) | _listed().get(_bare(core), frozenset())
        korean = _laid_end_to_end(parts, korean_segmentations)
        mandarin = _laid_end_to_end(parts, mandarin_segmentations)
    korean = [(given_initial_variants(r[0], weight=0.9), *r[1:]) for r in korean if r]
    return PlaceKey(
        text=text,
        core=_bare(core),
        kind=kind,
        compass=compass,
        korean=tuple(korean[:8]),
        mandarin=tuple(mandarin[:8]),
        han=han,
        listed=listed,
    )


def _laid_end_to_end(parts: list[str], cut: Callable[[str, int], tuple[Reading, ...]]) -> list[Reading]:
    ways: list[Reading] = [()]
    for part in parts:
        ways = [before + reading for before in ways for reading in cut(part, 4) if len(before) + len(reading) <= 5][:8]
    return [w for w in ways if w]


def _best(a: Position, b: Position, *, bridged: bool) -> float:
    if bridged:
        return max((wa * wb * bridge_weight(k, m) for k, wa in a.items() for m, wb in b.items()), default=0.0)
    return max((w * b[s] for s, w in a.items() if s in b), default=0.0)


def _agreement(a: tuple[Reading, ...], b: tuple[Reading, ...], *, bridged: bool = False) -> float:
    best = 0.0
    for x in a:
        for y in b:
            if len(x) == len(y):
                best = max(best, math.prod(_best(p, q, bridged=bridged) for p, q in zip(x, y, strict=True)))
    return best


def _log_odds(a: PlaceKey, b: PlaceKey) -> tuple[float, Reason]:
    if a.core == b.core:
        return 4.5, Reason("same_spelling", ())
    if a.listed & b.listed:
        return 4.0, Reason("same_place_listed", (a.text, b.text))
    if a.han and b.han:
        same = len(a.han) == len(b.han) and all(
            character_forms(x) & character_forms(y) for x, y in zip(a.han, b.han, strict=True)
        )
        return (
            (4.5, Reason("same_characters", (a.text, b.text)))
            if same
            else (-4.0, Reason("other_characters", (a.text, b.text)))
        )
    found = (-4.5, Reason("no_common_reading", (a.text, b.text)))
    for value, base, code in (
        (_agreement(a.korean, b.korean), 4.0, "both_write"),
        (_agreement(a.mandarin, b.mandarin), 3.8, "both_write_mandarin"),
        (_agreement(a.korean, b.mandarin, bridged=True) if not b.han else 0.0, 2.5, "korean_and_mandarin_reading"),
        (_agreement(b.korean, a.mandarin, bridged=True) if not a.han else 0.0, 2.5, "korean_and_mandarin_reading"),
    ):
        if value >= 1e-4 and base + 2.0 * math.log10(value) > found[0]:
            shown = (a.text, b.text, b.text if code == "korean_and_mandarin_reading" else a.core)
            found = (base + 2.0 * math.log10(value), Reason(code, shown))
    if a.core.isascii() and b.core.isascii() and found[0] < 0 and min(len(a.core), len(b.core)) >= 5:
        edits = DamerauLevenshtein.distance(a.core, b.core, score_cutoff=2)
        both_read = bool(a.korean and b.korean)
        if edits == 1:
            found = (-2.0 if both_read else 1.5, Reason("one_slip", ()))
        elif not both_read and JaroWinkler.similarity(a.core, b.core) > 0.93:
            found = (0.3, Reason("words_alike", (a.text, b.text)))
    return found


def compare_place_keys(a: PlaceKey, b: PlaceKey) -> PlaceComparison:
    """Compare two place keys; symmetric."""
    if not a.core or not b.core:
        return PlaceComparison(score=0.0, grounds=(Reason("nothing_to_compare", ()),))
    odds, reason = _log_odds(a, b)
    grounds = [reason]
    if a.compass != b.compass:
        odds -= 7.0 if a.compass and b.compass else 1.5
    if a.kind and b.kind and a.kind != b.kind:
        odds -= 3.5
        grounds.append(Reason("place_kinds_differ", (a.text, b.text)))
    return PlaceComparison(score=1.0 / (1.0 + math.exp(-odds)), grounds=tuple(grounds))


def compare_places(a: str, b: str) -> PlaceComparison:
    """Compare two place names in any scripts: the probability that both can name one place, and the reasons."""
    return compare_place_keys(place_key(a), place_key(b))
