"""Text reuse: which documents hold long runs of the same words, by shingles.

A shingle is a run of w words (Broder 1997). Two measures are given, because a short reprint of a long article
resembles little of it but is contained in it: resemblance |A ∩ B| / |A ∪ B| and containment
|A ∩ B| / min(|A|, |B|), both over sets of shingles. Exact sets are used: a project's thousand documents fit
in memory, and an exact figure can be shown to a court.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["TextReuse", "reused_texts", "shingles_of"]

SHINGLE_WORDS = 5
SHINGLE_SYLLABLES = 12
SHARED_ENOUGH = 0.25
COMMON_SHINGLE = 200

_WORD = re.compile(r"[^\W_]+")
_HANGUL = re.compile(r"[가-힣]")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReuse:
    """Two texts that share runs of words; ``a`` before ``b`` in the order given."""

    a: str
    b: str
    resemblance: float
    containment: float
    shared_shingles: int


def shingles_of(text: str) -> frozenset[int]:
    """Hashes of all runs of five words; of twelve syllables where the text is mostly Hangul.

    Korean is agglutinative, so that a changed particle would break word shingles; spaces are dropped.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = _WORD.findall(folded)
    joined = "".join(words)
    if len(_HANGUL.findall(joined)) > len(joined) / 2:
        pieces: list[str] = list(joined)
        width = SHINGLE_SYLLABLES
    else:
        pieces, width = words, SHINGLE_WORDS
    return frozenset(hash(tuple(pieces[i : i + width])) for i in range(max(0, len(pieces) - width + 1)))


def reused_texts(texts: Mapping[str, str], *, at_least: float = SHARED_ENOUGH) -> list[TextReuse]:
    """Pairs of texts whose containment reaches ``at_least``, most shared first.

    Runs that stand in more than 200 texts (a standing footer) say nothing and are passed over.
    """
    sets = {key: shingles_of(text) for key, text in texts.items()}
    holders: dict[int, list[str]] = {}
    for key, shingles in sets.items():
        for shingle in shingles:
            holders.setdefault(shingle, []).append(key)
    shared: Counter[tuple[str, str]] = Counter()
    for keys in holders.values():
        if 1 < len(keys) <= COMMON_SHINGLE:
            shared.update((a, b) for i, a in enumerate(keys) for b in keys[i + 1 :])
    found = []
    for (a, b), count in shared.items():
        smaller, both = min(len(sets[a]), len(sets[b])), len(sets[a]) + len(sets[b]) - count
        if count >= at_least * smaller:
            found.append(
                TextReuse(a=a, b=b, resemblance=count / both, containment=count / smaller, shared_shingles=count)
            )
    order = {key: number for number, key in enumerate(texts)}
    return sorted(found, key=lambda r: (-r.containment, order[r.a], order[r.b]))
