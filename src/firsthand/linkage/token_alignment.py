"""Names of any origin compared word by word: each word of one is laid against a word of the other.

The measures of one alignment are what ``names`` weighs: how much of each name is answered, how much is
contradicted, how much is merely absent from the shorter name, and how far the answered words differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from firsthand.linkage.name_tables import legal_forms, nicknames, words_of_kind

__all__ = ["Alignment", "align_tokens", "split_legal_form", "word_likeness"]

# spellings that stand for one sound across the usual romanisations, applied in this order
_PAIRED_SOUNDS_TEXT = (
    "ph:f ck:k sch:sh tsch:ch cz:ch kh:h gh:g dj:j dzh:j ou:u oo:u ee:i ie:i ei:i ey:i iy:i yi:i y:i j:i "
    "w:v c:k q:k x:ks z:s th:t dh:d e:a o:u"
)
_PAIRED_SOUNDS = tuple(pair.partition(":")[::2] for pair in _PAIRED_SOUNDS_TEXT.split(" "))
_NUMBERS = {
    "one": "1",
    "first": "1",
    "1st": "1",
    "two": "2",
    "second": "2",
    "2nd": "2",
    "three": "3",
    "third": "3",
    "3rd": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "forty": "40",
    "fourty": "40",
}
_GENERIC = frozenset(
    [
        "bank",
        "company",
        "group",
        "holdings",
        "holding",
        "international",
        "global",
        "national",
        "corporation",
        "industries",
        "systems",
        "services",
        "trust",
        "fund",
        "capital",
        "aviation",
        "management",
        "solutions",
        "technologies",
        "organization",
        "organisation",
        "foundation",
        "university",
        "ministry",
        "government",
        "department",
        "state",
        "committee",
        "association",
        "federation",
        "institute",
        "general",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """What laying the words of two names against each other showed; shares are of letters, 0 to 1.

    ``answered``: share of the shorter name's weight that found its word; ``likeness``: mean likeness of
    answered words; ``contradicted``: weight of words left over on both sides, as a share of the smaller
    side; ``absent``: weight left over on the longer side only; ``worst``: likeness of the worst answered word;
    ``initials``: words answered by an initial alone; ``edits``: edits in the worst answered word;
    ``swapped``: words in another order; ``form_clash``: legal forms that differ; ``numbers_clash``: numerals
    that differ.
    """

    answered: float
    likeness: float
    contradicted: float
    absent: float
    worst: float
    initials: int
    edits: int
    swapped: bool
    form_clash: bool
    numbers_clash: bool
    first_answered: bool
    last_answered: bool
    words: int
    pairs: tuple[tuple[str, str, float], ...]


@lru_cache(maxsize=100_000)
def _sound(word: str) -> str:
    for written, heard in _PAIRED_SOUNDS:
        word = word.replace(written, heard)
    out = [c for i, c in enumerate(word) if c != "h" and (i == 0 or word[i - 1] != c)]
    return "".join(out)


@lru_cache(maxsize=200_000)
def word_likeness(a: str, b: str) -> float:
    """How alike two single words are, 0 to 1: spelling, sound, short forms, initials."""
    if a == b:
        return 1.0
    if not a or not b:
        return 0.0
    if len(a) == 1 or len(b) == 1:
        return 0.6 if a[0] == b[0] else 0.0
    known = nicknames()
    if known.get(a, frozenset()) & known.get(b, frozenset()):
        return 0.93
    if _NUMBERS.get(a, a) == _NUMBERS.get(b, b):
        return 0.95
    if a.isdigit() or b.isdigit():
        return 0.0
    longest = max(len(a), len(b))
    edits = DamerauLevenshtein.distance(a, b)
    by_edit = 1.0 - edits / longest
    sa, sb = _sound(a), _sound(b)
    by_sound = 1.0 - DamerauLevenshtein.distance(sa, sb) / max(len(sa), len(sb), 1)
    by_start = JaroWinkler.similarity(a, b)
    likeness = 0.45 * by_edit + 0.35 * by_sound + 0.2 * by_start
    if longest <= 3 and edits:
        likeness -= 0.15
    if a[0] != b[0] and sa[:1] != sb[:1]:
        likeness -= 0.08
    return max(0.0, min(0.99, likeness))


def split_legal_form(tokens: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """The tokens without a company's legal form, and that form ("" if none)."""
    forms = legal_forms()
    longest = max(len(key) for key in forms)
    found: list[str] = []
    rest = list(tokens)
    for length in range(longest, 0, -1):
        i = 0
        while i + length <= len(rest) and len(rest) > length:
            form = forms.get(tuple(rest[i : i + length]))
            if form and (i + length == len(rest) or i == 0 or length > 1):
                found.append(form)
                del rest[i : i + length]
            else:
                i += 1
    return tuple(rest), " ".join(sorted(set(found)))


def _weight(word: str) -> float:
    if word in words_of_kind("particle"):
        return 0.25
    if word in _GENERIC:
        return 2.0
    return 1.0 + min(len(word), 9) * 0.35


def _joined(tokens: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    """Tokens with neighbours joined where together they spell one word of the other name."""
    out: list[str] = []
    i = 0
    while i < len(tokens):
        for length in (4, 3, 2):
            piece = "".join(tokens[i : i + length])
            if i + length <= len(tokens) and any(
                len(o) >= 4
                and (piece == o or (len(o) >= 6 and DamerauLevenshtein.distance(piece, o, score_cutoff=1) <= 1))
                for o in others
            ):
                out.append(piece)
                i += length
                break
        else:
            out.append(tokens[i])
            i += 1
    return tuple(out)


_FLOOR = 0.62


def _deduplicated(tokens: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(t for i, t in enumerate(tokens) if i == 0 or t not in tokens[:i])


def align_tokens(a: tuple[str, ...], b: tuple[str, ...], *, form_a: str = "", form_b: str = "") -> Alignment:
    """Lay the words of two names against each other, best likeness first."""
    joined_a, joined_b = _joined(a, b), _joined(b, a)
    if len(set(joined_a)) < len(joined_a) and len(_deduplicated(joined_a)) == len(joined_b):
        joined_a = _deduplicated(joined_a)
    elif len(set(joined_b)) < len(joined_b) and len(_deduplicated(joined_b)) == len(joined_a):
        joined_b = _deduplicated(joined_b)
    a, b = joined_a, joined_b
    likes = sorted(
        ((word_likeness(x, y) - 0.01 * abs(i - j), i, j) for i, x in enumerate(a) for j, y in enumerate(b)),
        reverse=True,
    )
    used_a: dict[int, int] = {}
    used_b: dict[int, int] = {}
    pairs: list[tuple[str, str, float]] = []
    weight_hit = like_sum = 0.0
    worst = 1.0
    initials = edits = 0
    for _, i, j in likes:
        if i in used_a or j in used_b:
            continue
        like = word_likeness(a[i], b[j])
        if like < _FLOOR and not (like == 0.6 and (len(a[i]) == 1 or len(b[j]) == 1)):
            continue
        used_a[i], used_b[j] = j, i
        weight = (_weight(a[i]) + _weight(b[j])) / 2
        weight_hit += weight
        like_sum += weight * like
        pairs.append((a[i], b[j], like))
        if like == 0.6:
            initials += 1
        elif weight > 0.5:
            worst = min(worst, like)
            if like < 0.93:
                edits = max(edits, DamerauLevenshtein.distance(a[i], b[j]))
    particles = words_of_kind("particle")
    left_a = [t for i, t in enumerate(a) if i not in used_a and t not in particles]
    left_b = [t for j, t in enumerate(b) if j not in used_b and t not in particles]
    over_a, over_b = sum(map(_weight, left_a)), sum(map(_weight, left_b))
    total_a, total_b = sum(map(_weight, a)) or 1.0, sum(map(_weight, b)) or 1.0
    smaller = min(total_a, total_b)
    order = [used_a[i] for i in sorted(used_a)]
    numbers_a = {_NUMBERS.get(t, t) for t in left_a if _NUMBERS.get(t, t).isdigit()}
    numbers_b = {_NUMBERS.get(t, t) for t in left_b if _NUMBERS.get(t, t).isdigit()}
    return Alignment(
        answered=min(1.0, weight_hit / smaller),
        likeness=like_sum / weight_hit if weight_hit else 0.0,
        contradicted=min(1.0, min(over_a, over_b) / smaller),
        absent=min(1.0, abs(over_a - over_b) / max(total_a, total_b)),
        worst=worst if pairs else 0.0,
        initials=initials,
        edits=edits,
        swapped=order != sorted(order),
        form_clash=bool(form_a and form_b and form_a != form_b),
        numbers_clash=bool(numbers_a) != bool(numbers_b) or bool(numbers_a ^ numbers_b),
        first_answered=0 in used_a and 0 in used_b and (used_a[0] == 0 or order != sorted(order)),
        last_answered=len(a) - 1 in used_a and len(b) - 1 in used_b,
        words=min(len(a), len(b)),
        pairs=tuple(pairs),
    )
