"""The evidence of a pair, added up and explained: a waterfall from the prior to the probability."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from firsthand.linkage.answers import learn_from_answers
from firsthand.linkage.blocking import block_mentions
from firsthand.linkage.clustering import told_apart
from firsthand.linkage.comparing import Evidence, compare_mentions
from firsthand.linkage.mentions import Mention
from firsthand.linkage.names import name_key

__all__ = ["CandidatePair", "candidate_pairs", "explain_pair", "is_identifying", "learned_pairs", "worth_deciding"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidatePair:
    """Two mentions that may be one, with the probability and the evidence that adds up to it.

    ``undecidable``: one of them lacks what identifies (a bare initial, a role), so that no probability should
    move anyone; a lawful outcome, not a failure. ``told_apart``: one testimony itself keeps them apart.
    """

    a: str
    b: str
    probability: float
    evidence: tuple[Evidence, ...]
    undecidable: bool = False
    told_apart: bool = False

    @property
    def log_odds_bits(self) -> float:
        """The sum of all weights, the prior included."""
        return sum(e.weight_bits for e in self.evidence)


def is_identifying(mention: Mention) -> bool:
    """Whether a mention holds enough to be told from others: a name beyond initials, or three facts."""
    if mention.kind != "person":
        return bool(name_key(mention.text).tokens)
    key = name_key(mention.text)
    words = [t for t in key.tokens if len(t) > 1 or not t.isascii()]
    solid = sum(len(t) for t in words)
    hangul_alone = bool(key.hangul) and len(key.hangul) < 2
    return (bool(words) and solid >= 2 and not hangul_alone) or len(mention.facts) >= 3


def explain_pair(a: Mention, b: Mention, *, mentions_in_all: int) -> CandidatePair:
    """One pair's waterfall. The prior is one true partner among the mentions of the kind."""
    prior = -math.log2(max(8, mentions_in_all))
    first = Evidence(
        feature="prior",
        weight_bits=prior,
        words_en=f"before any evidence: one in about {max(8, mentions_in_all)}",
        words_ko=f"근거를 보기 전: 약 {max(8, mentions_in_all)}분의 1",
    )
    evidence = (first, *compare_mentions(a, b))
    bits = max(-60.0, min(60.0, sum(e.weight_bits for e in evidence)))
    return CandidatePair(
        a=a.id,
        b=b.id,
        probability=1.0 / (1.0 + 2.0**-bits),
        evidence=evidence,
        undecidable=not (is_identifying(a) and is_identifying(b)),
    )


def candidate_pairs(mentions: Sequence[Mention], *, at_least: float = 0.02) -> list[CandidatePair]:
    """All pairs worth a person's time, the likeliest first; nothing is joined by this.

    Mentions that one document gives to one person (equal ``within``) need no judgement and are left out; pairs
    that one testimony tells apart are left out too, for they can never be one. A pair that cannot be decided
    is kept whatever its probability, so that the reader sees that it was looked at.
    """
    apart = {frozenset(p) for p in told_apart(mentions)}
    count: dict[str, int] = {}
    for mention in mentions:
        count[mention.kind] = count.get(mention.kind, 0) + 1
    found = []
    for i, j in block_mentions(mentions).pairs:
        a, b = mentions[i], mentions[j]
        if a.document == b.document and a.within and a.within == b.within:
            continue
        if frozenset((a.id, b.id)) in apart:
            continue
        pair = explain_pair(a, b, mentions_in_all=count[a.kind])
        name_weight = pair.evidence[1].weight_bits
        if pair.probability >= at_least or (pair.undecidable and name_weight > -0.5):
            found.append(pair)
    found.sort(key=lambda p: (-p.probability, p.a, p.b))
    return found


def _bits_of(pairs: Sequence[CandidatePair], features: Sequence[str]) -> npt.NDArray[np.float64]:
    table = np.zeros((len(pairs), len(features)))
    place = {name: k for k, name in enumerate(features)}
    for row, pair in enumerate(pairs):
        for evidence in pair.evidence:
            if evidence.feature in place:
                table[row, place[evidence.feature]] += evidence.weight_bits
    return table


def learned_pairs(
    pairs: Sequence[CandidatePair], decided: Sequence[CandidatePair], same: Sequence[bool]
) -> list[CandidatePair]:
    """The pairs with their evidence weighed as the decided pairs teach; as they were where these teach nothing.

    ``decided`` are the pairs that people decided, with their evidence, and ``same`` what they said. The correction is
    a bar of its own in the waterfall, so that the evidence itself stays readable.
    """
    features = sorted({e.feature for pair in decided for e in pair.evidence})
    learned = learn_from_answers(_bits_of(decided, features), np.array(same, dtype=bool)) if decided else None
    if learned is None:
        return list(pairs)
    table = _bits_of(pairs, features)
    out = []
    for pair, before, after in zip(pairs, table.sum(axis=1).tolist(), learned.odds(table).tolist(), strict=True):
        moved = max(-60.0, min(60.0, after)) - max(-60.0, min(60.0, before))
        bar = Evidence(
            feature="answers",
            weight_bits=moved,
            words_en=f"what {learned.answers} decisions on other pairs taught",
            words_ko=f"다른 쌍에 대한 결정 {learned.answers}건에서 배운 것",
        )
        bits = max(-60.0, min(60.0, pair.log_odds_bits + moved))
        out.append(replace(pair, evidence=(*pair.evidence, bar), probability=1.0 / (1.0 + 2.0**-bits)))
    return out


def worth_deciding(pairs: Sequence[CandidatePair], size_of: Mapping[str, int]) -> list[CandidatePair]:
    """Pairs in the order of what a decision is worth: doubtful ones on which much rests first, undecidable ones last.

    ``size_of``: how many mentions the group of each mention holds; a decision on a pair is one on all pairs between
    the two groups.
    """

    def worth(pair: CandidatePair) -> float:
        doubt = 4.0 * pair.probability * (1.0 - pair.probability)
        return doubt * math.log2(1.0 + size_of.get(pair.a, 1) * size_of.get(pair.b, 1))

    return sorted(pairs, key=lambda p: (p.undecidable, -worth(p), -p.probability, p.a, p.b))
