"""Whether two written names can be one person's name, in any scripts, with reasons.

Every spelling is decoded back into the weighted sets of Hangul syllables (or Mandarin syllables) that it can
write, and the sets are compared; names of other origins are compared word by word. The score is a calibrated
probability that both spellings can be one person's name, not that they name one person: two 김영철 score high
and still may be two men, which is what ``rarity_bits`` is for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from firsthand.linkage.hangul import decompose, is_hangul_syllable
from firsthand.linkage.name_tables import bridge_weight, character_forms, surname_spellings, surnames
from firsthand.linkage.readings import (
    Position,
    Reading,
    given_initial_variants,
    korean_han_position,
    korean_segmentations,
    korean_surname_position,
    mandarin_han_position,
    mandarin_segmentations,
    mandarin_surname_position,
)
from firsthand.linkage.reasons import Reason
from firsthand.linkage.spellings import WrittenName, read_spelling
from firsthand.linkage.token_alignment import Alignment, align_tokens, split_legal_form

__all__ = [
    "NameComparison",
    "NameKey",
    "compare_keys",
    "compare_many",
    "compare_names",
    "first_letters",
    "name_key",
    "syllable_share",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """One way to read a name: positions of syllables, whether the first is a surname, how natural the way is."""

    positions: Reading
    with_surname: bool
    naturalness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NameKey:
    """A name made ready to be compared many times."""

    text: str
    written: WrittenName
    korean: tuple[Decoded, ...]
    mandarin: tuple[Decoded, ...]
    han: str
    hangul: str
    joined: str
    tokens: tuple[str, ...]
    legal_form: str
    initials: tuple[str, ...]
    rarity_bits: float

    @property
    def east_asian(self) -> bool:
        """Whether the whole name decodes naturally into Korean or Mandarin syllables, surname included."""
        return any(d.with_surname and d.naturalness >= 0.3 for d in (*self.korean, *self.mandarin))


@dataclass(frozen=True, slots=True, kw_only=True)
class NameComparison:
    """The answer: a probability, what it rests on, and how much the name itself narrows down.

    ``score`` is in 0..1; ``grounds`` say why in code and parameters, ``reasons`` in English words;
    ``rarity_bits`` is the surprise, in bits, of meeting this name in the population of name bearers.
    """

    score: float
    grounds: tuple[Reason, ...]
    rarity_bits: float

    @property
    def reasons(self) -> tuple[str, ...]:
        """The grounds in English words."""
        return tuple(g.words("en") for g in self.grounds)


# --- decoding a name --------------------------------------------------------------------------------------

_MOST_WAYS = 10
_MOST_WORDS = 5


def _given_ways(words: Sequence[Sequence[str]], *, mandarin: bool, most: int = 3) -> list[tuple[Reading, float]]:
    """Readings of the given name's words; each word's parts are cut on their own, then laid end to end."""
    ways: list[tuple[Reading, float]] = [((), 1.0)]
    for word in words:
        for part in word:
            cuts = mandarin_segmentations(part) if mandarin else korean_segmentations(part)
            ways = [
                (before + cut, weight * min(max(p.values()) for p in cut))
                for before, weight in ways
                for cut in cuts
                if len(before) + len(cut) <= most
            ][:_MOST_WAYS]
    return ways


def _solid_cuts(parts: tuple[str, ...], *, mandarin: bool) -> list[tuple[str, list[tuple[str, ...]], float]]:
    """Where a name in one word may be cut into surname and given name: (surname, given, how natural)."""
    if len(parts) > 1:
        return [(parts[0], [parts[1:]], 0.8), (parts[-1], [parts[:-1]], 0.7)]
    word = parts[0]
    weight = 0.8 if is_hangul_syllable(word[0]) else 0.6
    cuts: list[tuple[str, list[tuple[str, ...]], float]] = []
    for cut in range(1, min(len(word), 9)):
        surname = word[:cut]
        known = surname in surnames() or surname in surname_spellings()
        if known or (mandarin and mandarin_surname_position(surname)):
            cuts.append((surname, [(word[cut:],)], weight))
    return cuts


def _spelled_ways(written: WrittenName, *, mandarin: bool) -> list[Decoded]:
    words = written.words
    if not words or len(words) > _MOST_WORDS:
        return []
    surname_of = mandarin_surname_position if mandarin else korean_surname_position
    found: list[Decoded] = []

    def add(surname: str, given: Sequence[Sequence[str]], naturalness: float) -> None:
        head = surname_of(surname)
        if head is None:
            return
        for reading, weight in _given_ways(given, mandarin=mandarin):
            if reading:
                first = reading[0] if mandarin else given_initial_variants(reading[0])
                positions = (head, first, *reading[1:])
                found.append(
                    Decoded(
                        positions=positions, with_surname=True, naturalness=naturalness * weight * max(head.values())
                    )
                )

    if written.surname_words:
        add("".join("".join(w) for w in words[: written.surname_words]), words[written.surname_words :], 1.0)
    elif len(words) > 1:
        add("".join(words[0]), words[1:], 1.0)
        if len(words) > 2:
            add("".join(words[0]) + "".join(words[1]), words[2:], 0.9)
        add("".join(words[-1]), words[:-1], 0.9)
    else:
        for surname, given, naturalness in _solid_cuts(words[0], mandarin=mandarin):
            add(surname, given, naturalness)
    if mandarin:
        # a surname of two syllables (Zhuge) is not told apart from one syllable and a longer given name
        for reading, weight in _given_ways(words, mandarin=True):
            if len(reading) == 3:
                found.append(Decoded(positions=reading, with_surname=True, naturalness=0.5 * weight))
    for reading, weight in _given_ways(words, mandarin=mandarin, most=2):
        if reading:
            first = reading[0] if mandarin else given_initial_variants(reading[0])
            found.append(Decoded(positions=(first, *reading[1:]), with_surname=False, naturalness=0.5 * weight))
    return found


def _hangul_ways(text: str) -> list[Decoded]:
    found = []
    if 2 <= len(text) <= 5:
        for length in (2, 1):
            head = korean_surname_position(text[:length])
            if (
                head is not None
                and len(text) > length
                and len(text) - length <= 3
                and not (length == 2 and len(text) < 3)
            ):
                given = [{c: 1.0} for c in text[length:]]
                positions = (head, given_initial_variants(given[0]), *_later(given[1:]))
                known = text[:length] in surnames()
                found.append(Decoded(positions=positions, with_surname=True, naturalness=1.0 if known else 0.35))
    if 1 <= len(text) <= 3:
        given = [{c: 1.0} for c in text]
        found.append(
            Decoded(positions=(given_initial_variants(given[0]), *given[1:]), with_surname=False, naturalness=0.5)
        )
    return found


_LATER_ALIKE = {"률": "율", "율": "률", "렬": "열", "열": "렬", "륜": "윤"}


def _later(positions: Iterable[Position]) -> tuple[Position, ...]:
    """렬 and 률 are written 열 and 율 after a vowel or ㄴ in the South (orthography of 1988, article 11)."""
    return tuple({**p, **{_LATER_ALIKE[s]: 0.7 * w for s, w in p.items() if s in _LATER_ALIKE}} for p in positions)


def _han_ways(text: str, *, mandarin: bool) -> list[Decoded]:
    found = []
    for length in (2, 1):
        if not 1 <= len(text) - length <= 3 or (length == 2 and len(text) < 3):
            continue
        if mandarin:
            cells = [mandarin_han_position(c) for c in text]
            if length == 1 and all(cells):
                positions = tuple(c for c in cells if c)
                found.append(Decoded(positions=positions, with_surname=True, naturalness=1.0))
            continue
        head = korean_surname_position(text[:length])
        cells = [korean_han_position(c) for c in text[length:]]
        if head is not None and all(cells):
            given = [c for c in cells if c]
            positions = (head, given_initial_variants(given[0], weight=0.95), *_later(given[1:]))
            found.append(Decoded(positions=positions, with_surname=True, naturalness=1.0))
    return found


def _best_ways(ways: list[Decoded]) -> tuple[Decoded, ...]:
    ways.sort(key=lambda d: (-d.naturalness, not d.with_surname, len(d.positions)))
    return tuple(w for w in ways if w.naturalness >= 0.01)[:_MOST_WAYS]


def _rarity(korean: tuple[Decoded, ...], joined: str) -> float:
    if korean and korean[0].with_surname:
        known = surnames()
        total = 49_700.0
        share = sum(known[s][0] * w for s, w in korean[0].positions[0].items() if s in known) / total
        bits = -math.log2(max(share, 1e-5))
        for position in korean[0].positions[1:]:
            bits += -math.log2(min(0.5, sum(w * syllable_share(s) for s, w in position.items())))
        return bits
    return min(40.0, 2.2 * len(joined))


# Given-name syllables in falling order of use; shares follow a Zipf law. Own estimate, see tables/README.md.
_GIVEN_ORDER = (
    "영정성미경은순혜현지명상재동승철진민수옥금선춘광인용종병덕희윤연태기문창해강국학봉남설유주형준예서하도원"
    "자숙호실화일심란애녀복길향혁훈범식석환택아림송월만삼우중대세시효근규권균건계나다라안양오완운웅위의이익임장"
)


@lru_cache(maxsize=2_000)
def syllable_share(syllable: str) -> float:
    """The share of a syllable among given-name syllables, roughly."""
    place = _GIVEN_ORDER.find(syllable)
    return 0.05 / (1 + place) ** 0.6 if place >= 0 else 0.0008


@lru_cache(maxsize=50_000)
def name_key(text: str) -> NameKey:
    """A name's key: everything about it that a comparison needs. Keys of the last 50,000 names are kept."""
    written = read_spelling(text)
    solid = "".join("".join(w) for w in written.words)
    han = solid if solid and all("\u4e00" <= c <= "\u9fff" for c in solid) else ""
    hangul = solid if solid and all(is_hangul_syllable(c) for c in solid) else ""
    korean: list[Decoded] = []
    mandarin: list[Decoded] = []
    if han:
        korean, mandarin = _han_ways(han, mandarin=False), _han_ways(han, mandarin=True)
    elif hangul:
        korean = _hangul_ways(hangul)
        mandarin = _spelled_ways(written, mandarin=True)
    elif written.script in {"Latin", "Cyrillic"}:
        korean, mandarin = _spelled_ways(written, mandarin=False), _spelled_ways(written, mandarin=True)
    ways = _best_ways(korean)
    tokens, form = split_legal_form(written.tokens)
    joined = "".join(written.tokens)
    return NameKey(
        text=text,
        written=written,
        korean=ways,
        mandarin=_best_ways(mandarin),
        han=han,
        hangul=hangul,
        joined=joined,
        tokens=tokens,
        legal_form=form,
        initials=tuple(t for t in written.tokens if len(t) == 1 and t.isascii() and t.isalpha()),
        rarity_bits=_rarity(ways, joined),
    )


# --- comparing --------------------------------------------------------------------------------------------


def _overlap(a: Position, b: Position) -> float:
    if len(b) < len(a):
        a, b = b, a
    best = 0.0
    for syllable, weight in a.items():
        other = b.get(syllable)
        if other is not None and weight * other > best:
            best = weight * other
    return best


def _bridge(korean: Position, mandarin: Position) -> float:
    best = 0.0
    for k, wk in korean.items():
        for m, wm in mandarin.items():
            value = wk * wm * bridge_weight(k, m)
            best = max(best, value)
    return best


def _agreement(
    ways_a: tuple[Decoded, ...], ways_b: tuple[Decoded, ...], *, bridged: bool = False
) -> tuple[float, Decoded | None, Decoded | None]:
    """The best product, over all readings of both, of what their positions share; 0 if none agree."""
    best, best_a, best_b = 0.0, None, None
    for a in ways_a:
        for b in ways_b:
            if a.with_surname != b.with_surname or len(a.positions) != len(b.positions):
                continue
            value = min(1.0, a.naturalness * 2) * min(1.0, b.naturalness * 2)
            for x, y in zip(a.positions, b.positions, strict=True):
                if value <= best:
                    break
                value *= _bridge(x, y) if bridged else _overlap(x, y)
            if value > best:
                best, best_a, best_b = value, a, b
    return best, best_a, best_b


def _partial(ways_a: tuple[Decoded, ...], ways_b: tuple[Decoded, ...]) -> float:
    """Agreement where one name lacks its surname."""
    best = 0.0
    for a in ways_a:
        for b in ways_b:
            if a.with_surname == b.with_surname:
                continue
            whole, bare = (a, b) if a.with_surname else (b, a)
            if len(whole.positions) != len(bare.positions) + 1 or len(bare.positions) < 2:
                continue
            value = 1.0
            for x, y in zip(whole.positions[1:], bare.positions, strict=True):
                value *= _overlap(x, y)
            best = max(best, value)
    return best


def _logistic(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-log_odds))


def _same_characters(a: str, b: str) -> bool:
    return len(a) == len(b) and all(character_forms(x) & character_forms(y) for x, y in zip(a, b, strict=True))


def _show(positions: Reading, other: Reading, *, bridged: bool = False) -> str:
    """The syllables on which two readings agree best, as one string."""
    out = []
    for x, y in zip(positions, other, strict=True):
        if bridged:
            out.append(max(x, key=lambda s: max(x[s] * bridge_weight(s, m) for m in y)))
        else:
            out.append(max((s for s in x if s in y), key=lambda s: x[s] * y[s], default=""))
    return "".join(out)


# Weights of the agreement routes, in log odds, set by hand and checked on generated pairs (bench/names.py).
_SAME_SPELLING = 4.6
_DECODED_BASE = 4.2
_DECODED_SLOPE = 2.1  # per factor of ten lost in agreement
_BRIDGED_BASE = 3.0
_HAN_SAME_SOUND = -2.2
_CONTRADICTED = -4.6


def _compare_decoded(a: NameKey, b: NameKey) -> tuple[float, tuple[Reason, ...]] | None:
    """Log odds from the readings of both; None where no reading of the two agrees."""
    routes: list[tuple[float, tuple[Reason, ...]]] = []
    value, da, db = _agreement(a.korean, b.korean)
    if da is not None and db is not None and value >= 1e-4:
        shown = _show(da.positions, db.positions)
        odds = _DECODED_BASE + _DECODED_SLOPE * math.log10(value)
        if not da.with_surname:
            odds -= 1.5
        routes.append((odds, (Reason("both_write", (a.text, b.text, shown)),)))
    value, da, db = _agreement(a.mandarin, b.mandarin)
    if da is not None and db is not None and value >= 1e-4:
        shown = " ".join(_show((x,), (y,)) for x, y in zip(da.positions, db.positions, strict=True))
        odds = _DECODED_BASE - 0.2 + _DECODED_SLOPE * math.log10(value) - (0.0 if da.with_surname else 1.5)
        routes.append((odds, (Reason("both_write_mandarin", (a.text, b.text, shown)),)))
    if not routes or max(r[0] for r in routes) < 1.0:
        for first, second in ((a, b), (b, a)):
            # characters are read in Korean by the table itself; only a Mandarin sound needs the bridge
            if second.han:
                continue
            value, da, db = _agreement(first.korean, second.mandarin, bridged=True)
            if da is not None and db is not None and value >= 1e-3:
                shown = _show(da.positions, db.positions, bridged=True)
                odds = _BRIDGED_BASE + _DECODED_SLOPE * math.log10(value) - (0.0 if da.with_surname else 2.0)
                odds -= 1.5 if second.hangul else 0.0
                routes.append((odds, (Reason("korean_and_mandarin_reading", (first.text, shown, second.text)),)))
    if not routes:
        value = _partial(a.korean, b.korean)
        if value >= 0.05:
            routes.append((-0.4 + math.log10(value), (Reason("given_name_only", ()),)))
    return max(routes, key=lambda r: r[0]) if routes else None


def _compare_initials(a: NameKey, b: NameKey) -> tuple[float, tuple[Reason, ...]] | None:
    """Log odds where one name gives initials: "J. H. Park" and 박지현, "Ms P." and 박지현."""
    for short, full in ((a, b), (b, a)):
        if not short.initials or full.initials or not full.korean:
            continue
        words = [t for t in short.written.tokens if len(t) > 1]
        letters = list(short.initials)
        for way in full.korean:
            if not way.with_surname:
                continue
            options = [first_letters(p) for p in way.positions]
            if len(words) == 1:
                head = korean_surname_position(words[0])
                fits = head is not None and _overlap(head, way.positions[0]) > 0
                given = options[1:]
                if fits and len(letters) <= len(given) and all(x in o for x, o in zip(letters, given, strict=False)):
                    return 0.2 + 0.5 * len(letters), (Reason("initials_fit", (short.text, full.text)),)
            elif not words:
                if len(letters) == len(options) and all(x in o for x, o in zip(letters, options, strict=True)):
                    return -0.4, (Reason("initials_fit", (short.text, full.text)),)
                if len(letters) == 1 and letters[0] in options[0] | options[1]:
                    return -1.2, (Reason("one_initial", (short.text,)),)
    return None


_RR_LETTERS = {
    "ㄱ": "gk",
    "ㄲ": "gk",
    "ㄴ": "n",
    "ㄷ": "dt",
    "ㄸ": "dt",
    "ㄹ": "rl",
    "ㅁ": "m",
    "ㅂ": "bp",
    "ㅃ": "bp",
    "ㅅ": "s",
    "ㅆ": "s",
    "ㅈ": "jcz",
    "ㅉ": "jc",
    "ㅊ": "c",
    "ㅋ": "k",
    "ㅌ": "t",
    "ㅍ": "p",
    "ㅎ": "h",
}
_VOWEL_LETTERS = {
    "ㅏ": "a",
    "ㅐ": "ae",
    "ㅑ": "y",
    "ㅒ": "y",
    "ㅓ": "eou",
    "ㅔ": "e",
    "ㅕ": "y",
    "ㅖ": "y",
    "ㅗ": "o",
    "ㅘ": "w",
    "ㅙ": "w",
    "ㅚ": "o",
    "ㅛ": "y",
    "ㅜ": "uw",
    "ㅝ": "w",
    "ㅞ": "w",
    "ㅟ": "w",
    "ㅠ": "y",
    "ㅡ": "eu",
    "ㅢ": "eu",
    "ㅣ": "iyl",
}


def first_letters(position: Position) -> set[str]:
    """The Latin letters with which the syllables of one position can begin."""
    letters: set[str] = set()
    for word, weight in position.items():
        if weight >= 0.3:
            onset, nucleus, _ = decompose(word[0])
            letters.update(_RR_LETTERS.get(onset, _VOWEL_LETTERS[nucleus]))
    return letters


def _slip(a: NameKey, b: NameKey) -> float | None:
    """Log odds where two spellings in one alphabet differ by one slip of the hand; None otherwise."""
    if a.written.script != b.written.script or a.written.script not in {"Latin", "Cyrillic"}:
        return None
    x, y = a.joined, b.joined
    if x == y:
        return _SAME_SPELLING - 0.4
    if min(len(x), len(y)) < 5 or DamerauLevenshtein.distance(x, y, score_cutoff=1) > 1:
        return None
    doubled = _undoubled(x) == _undoubled(y)
    swapped = len(x) == len(y) and sorted(x) == sorted(y)
    odd = not (a.east_asian and b.east_asian)
    if odd or swapped:
        return 2.2
    return 1.2 if doubled else -1.0


def _undoubled(text: str) -> str:
    return "".join(c for i, c in enumerate(text) if i == 0 or text[i - 1] != c)


def compare_keys(a: NameKey, b: NameKey) -> NameComparison:
    """Compare two keys; symmetric."""
    rarity = max(0.0, min(a.rarity_bits, b.rarity_bits))
    if not a.tokens or not b.tokens:
        return NameComparison(score=0.0, grounds=(Reason("nothing_to_compare", ()),), rarity_bits=0.0)
    odds, grounds = _log_odds(a, b)
    return NameComparison(score=_logistic(odds), grounds=grounds, rarity_bits=rarity)


def _log_odds(a: NameKey, b: NameKey) -> tuple[float, tuple[Reason, ...]]:
    if a.written.words == b.written.words:
        return _SAME_SPELLING, (Reason("same_spelling", ()),)
    if a.han and b.han:
        if _same_characters(a.han, b.han):
            return _SAME_SPELLING, (Reason("same_characters", (a.han, b.han)),)
        sounds = _compare_decoded(a, b)
        if sounds is not None and sounds[0] > 2.0:
            return _HAN_SAME_SOUND, (Reason("same_sound_other_characters", (a.han, b.han)),)
        return _CONTRADICTED - 0.5, (Reason("other_characters", (a.han, b.han)),)
    candidates: list[tuple[float, tuple[Reason, ...]]] = []
    decoded = _compare_decoded(a, b)
    if decoded is not None:
        candidates.append(decoded)
    slip = _slip(a, b)
    if slip is not None:
        candidates.append((slip, (Reason("one_slip", ()),)))
    initials = _compare_initials(a, b)
    if initials is not None:
        candidates.append(initials)
    if not (a.east_asian and b.east_asian) and not (a.han or b.han):
        candidates.append(_compare_words(a, b))
    if not candidates:
        return _CONTRADICTED, (Reason("no_common_reading", (a.text, b.text)),)
    return max(candidates, key=lambda c: c[0])


# --- names of other origins -------------------------------------------------------------------------------


def alignment_measures(alignment: Alignment) -> tuple[float, ...]:
    """The measures of an alignment that the word weights apply to, in their order."""
    return (
        1.0,
        alignment.answered,
        alignment.likeness,
        min(alignment.worst, alignment.likeness),
        alignment.contradicted,
        1.0 if alignment.contradicted > 0.02 else 0.0,
        alignment.absent,
        float(min(alignment.initials, 2)),
        1.0 if alignment.swapped else 0.0,
        1.0 if alignment.form_clash else 0.0,
        1.0 if alignment.numbers_clash else 0.0,
        1.0 if alignment.first_answered else 0.0,
        1.0 if alignment.last_answered else 0.0,
        1.0 if alignment.words == 1 else 0.0,
        1.0 if alignment.likeness > 0.999 else 0.0,
        1.0 if alignment.edits >= 2 else 0.0,
        1.0 if alignment.edits >= 3 else 0.0,
    )


# Logistic weights of the measures above, fitted with an L2 penalty on the open OpenSanctions name bench, whose
# figures in bench/names.py are therefore in-sample. Clashing numerals would have come out in favour of a match, an
# artefact of that bench's labels, and are held at zero.
_WORD_LOG_ODDS = (
    4.20,
    0.49,
    -0.83,
    -0.60,
    -0.35,
    -4.52,
    -2.56,
    -1.22,
    -1.52,
    -2.25,
    0.0,
    -0.34,
    0.02,
    -0.37,
    -0.46,
    -1.03,
    -4.50,
)


def align_keys(a: NameKey, b: NameKey) -> Alignment:
    """The word alignment of two keys."""
    return align_tokens(a.tokens, b.tokens, form_a=a.legal_form, form_b=b.legal_form)


def _compare_words(a: NameKey, b: NameKey) -> tuple[float, tuple[Reason, ...]]:
    alignment = align_keys(a, b)
    odds = sum(w * m for w, m in zip(_WORD_LOG_ODDS, alignment_measures(alignment), strict=True))
    grounds = [Reason("words_alike", (x, y)) for x, y, like in alignment.pairs if like < 1.0]
    if alignment.contradicted > 0.02:
        grounds.append(Reason("words_contradict", ()))
    if alignment.form_clash:
        grounds.append(Reason("legal_forms_differ", ()))
    if alignment.absent > 0.1:
        grounds.append(Reason("words_absent", ()))
    if not grounds:
        grounds.append(Reason("same_words", ()))
    return max(-6.0, min(5.0, odds)), tuple(grounds)


def compare_names(a: str, b: str) -> NameComparison:
    """Compare two names in any scripts.

    Returns the probability that both can be one person's name (calibrated on generated pairs: a score of 0.8
    is right about eight times in ten among pairs as hard as minimal pairs), and the reasons.
    """
    return compare_keys(name_key(a), name_key(b))


def compare_many(pairs: Iterable[tuple[str, str]]) -> list[NameComparison]:
    """Compare many pairs, each distinct name decoded once."""
    keys: dict[str, NameKey] = {}
    out = []
    for a, b in pairs:
        if a not in keys:
            keys[a] = name_key(a)
        if b not in keys:
            keys[b] = name_key(b)
        out.append(compare_keys(keys[a], keys[b]))
    return out
