"""Records of any table linked without configuration, with the evidence of each pair.

``link_table`` takes columns and returns groups; it reads and writes no file. Steps, each of its own module: guess what
columns hold (``columns``), decode names and places (``decoded_names``, ``place_columns``), choose candidate pairs
(``candidate_keys``), compare (``column_comparing``), learn the model (``record_model``), join under constraints
(``grouping``). Pairs are made and scored chunk by chunk, and only those that may be of one person are kept, so that
memory grows with rows and not with pairs. Where the chunks are computed and whether they are kept is the caller's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from firsthand.linkage.answers import Reweighing, learn_from_answers, worth_asking
from firsthand.linkage.candidate_keys import (
    CandidateKeys,
    KeyParts,
    KeyRecipe,
    choose_keys,
    key_parts,
    keys_of,
    learned_agreement,
    seen_share,
)
from firsthand.linkage.column_comparing import ColumnComparer
from firsthand.linkage.columns import Column, Meaning, read_column
from firsthand.linkage.decoded_names import SOUND_OF_GIVEN, DecodedNames, decode_names
from firsthand.linkage.grouping import group_rows
from firsthand.linkage.judging import Judgement, Verdict, latest_judgements
from firsthand.linkage.pair_scoring import (
    ChunkStore,
    PairScorer,
    Progress,
    Spread,
    one_by_one,
    scored_chunks,
    silent,
    to_probability,
)
from firsthand.linkage.place_columns import one_spelling_a_place
from firsthand.linkage.record_model import RecordComparer, RecordModel, collect_patterns, fit_record_model
from firsthand.values.errors import InputError, UsageError

__all__ = [
    "DuplicateIds",
    "LinkBasis",
    "LinkedTable",
    "NoIdColumn",
    "NothingToCompare",
    "OtherTable",
    "TooManyColumns",
    "UnevenColumns",
    "link_table",
]

Table = Mapping[str, Sequence[object]]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_MOST_COLUMNS = 500
_MOST_COMPARED = 30
_MOST_SAMPLED = 3_000_000  # candidate pairs that the model is learned from
_MOST_MEASURED = 1_000_000  # candidate pairs that the agreement of keys is measured on
_SAMPLE_CHUNK = 50_000


class NoIdColumn(InputError):
    """A table lacks the id column that the call names."""


class DuplicateIds(InputError):
    """Two rows have one id."""


class NothingToCompare(InputError):
    """No column holds values that differ and are filled."""


class TooManyColumns(InputError):
    """A table has more columns than records can sensibly be compared by."""


class UnevenColumns(InputError):
    """Columns of one table differ in length."""


class OtherTable(InputError):
    """The tables are not those of the earlier run with rows added behind."""


class BadThreshold(UsageError):
    """A threshold is a probability."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPairs:
    """Pairs of rows that may be of one person, likeliest first, and what explains them."""

    ids: Sequence[str]
    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    probability: Floats
    scorer: PairScorer

    def weights(self, places: npt.NDArray[np.int64]) -> Floats:
        """Weights in bits of the pairs at these places, pairs x features."""
        left, right = (rows[places].astype(np.int64) for rows in (self.left, self.right))
        return self.scorer.comparer.weights(self.scorer.model, left, right)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedTable:
    """Groups of records, and the pairs and the model that they rest on.

    ``ids``: the records in the order of the input; ``group_of_row``: for each row the first row of its group;
    ``kept_pairs``: the pairs at or over ``pairs_at_least``; ``pairs`` gives them with ids and weights;
    ``estimated_candidate_recall``: share of true pairs that were compared at all (an upper estimate);
    ``refused``: links over the threshold that a judgement or a one-to-one rule forbade.
    """

    ids: Sequence[str]
    group_of_row: Ints
    kept_pairs: KeptPairs | None
    meanings: Mapping[str, Meaning]
    compared: tuple[str, ...]
    keys: tuple[str, ...]
    candidate_count: int
    estimated_candidate_recall: float
    pairs_in_large_blocks: int
    one_to_one: bool
    threshold: float
    model: RecordModel | None
    reweighing: Reweighing | None
    basis: LinkBasis | None
    refused: tuple[tuple[str, str], ...]

    @property
    def cluster_of(self) -> dict[str, str]:
        """Record id to cluster id, which is the id of the group's first record in the input."""
        return {record: self.ids[first] for record, first in zip(self.ids, self.group_of_row.tolist(), strict=True)}

    def questions(self, most: int, *, answered: Iterable[tuple[str, str]] = ()) -> list[tuple[str, str, float]]:
        """The pairs that are worth a person's time, most first: (id, id, probability)."""
        kept = self.kept_pairs
        if kept is None:
            return []
        position = {record: i for i, record in enumerate(kept.ids)}
        done = [(position[a], position[b]) for a, b in answered if a in position and b in position]
        places = worth_asking(kept.left, kept.right, kept.probability, self.group_of_row, most, answered=done)
        return [(kept.ids[kept.left[k]], kept.ids[kept.right[k]], float(kept.probability[k])) for k in places.tolist()]

    @property
    def pairs(self) -> Iterator[tuple[str, str, float, Mapping[str, float]]]:
        """(id, id, probability, weights in bits by feature), likeliest first."""
        kept = self.kept_pairs
        if kept is None:
            return
        features = ("prior", *self.compared)
        for start in range(0, len(kept.left), 100_000):
            places = np.arange(start, min(len(kept.left), start + 100_000))
            for k, weights in zip(places.tolist(), kept.weights(places).tolist(), strict=True):
                told = {f: round(w, 3) for f, w in zip(features, weights, strict=True)}
                yield kept.ids[kept.left[k]], kept.ids[kept.right[k]], float(kept.probability[k]), told


def _gather(tables: Sequence[Table], id_column: str) -> tuple[list[str], dict[str, list[object]], list[int]]:
    ids: list[str] = []
    source: list[int] = []
    names: list[str] = []
    for number, table in enumerate(tables, 1):
        if id_column not in table:
            raise NoIdColumn(
                f"Table {number} has no column {id_column!r}.",
                likely="The header differs, or the separator was read wrongly.",
                next_step="Name the id column with --id as it stands in the header.",
            )
        if len(table) > _MOST_COLUMNS:
            raise TooManyColumns(
                f"Table {number} has {len(table)} columns; records are compared by at most {_MOST_COLUMNS}.",
                likely="The table may have been read with rows and columns exchanged.",
                next_step="Keep the id and the columns that describe the person or place.",
            )
        lengths = {len(values) for values in table.values()}
        if len(lengths) > 1:
            raise UnevenColumns(
                f"Columns of table {number} differ in length.", next_step="Give every row every column."
            )
        names += [n for n in table if n not in names]
        ids += [str(v) if v is not None else "" for v in table[id_column]]
        source += [number - 1] * len(table[id_column])
    if len(set(ids)) < len(ids):
        repeated = len(ids) - len(set(ids))
        raise DuplicateIds(
            f"{repeated} rows repeat an id of column {id_column!r} (or have none).",
            likely="Two tables number their rows alike, or rows were copied.",
            next_step="Give every row its own id; nothing was linked.",
        )
    cells: dict[str, list[object]] = {}
    for name in names:
        if name != id_column:
            cells[name] = [v for t in tables for v in (t.get(name) or [None] * len(t[id_column]))]
    return ids, cells, source


def _composites(columns: Sequence[Column]) -> set[str]:
    """Columns whose words mostly repeat those of two others (a full name beside its parts): they add no evidence."""
    worded = [
        c
        for c in columns
        if c.meaning in {Meaning.GIVEN_NAME, Meaning.FAMILY_NAME, Meaning.FULL_NAME, Meaning.WORD, Meaning.TEXT}
    ]
    rows = len(columns[0].codes) if columns else 0
    sample = np.arange(0, rows, max(1, rows // 2000))
    found: set[str] = set()
    for whole in worded:
        parts = 0
        for part in worded:
            if part is whole or part.name in found:
                continue
            both = [i for i in sample if whole.codes[i] >= 0 and part.codes[i] >= 0]
            held = sum(
                set(part.values[part.codes[i]].split()) <= set(whole.values[whole.codes[i]].split()) for i in both
            )
            longer = sum(len(whole.values[whole.codes[i]]) > len(part.values[part.codes[i]]) for i in both)
            if both and held >= 0.7 * len(both) and longer >= 0.6 * len(both):
                parts += 1
        if parts >= 2:
            found.add(whole.name)
    return found


def _one_to_one(source: Ints, left: npt.NDArray[np.integer], right: npt.NDArray[np.integer], odds: Floats) -> bool:
    """Whether two sources hold each person at most once: likely pairs lie almost all between them."""
    if len(np.unique(source)) != 2:
        return False
    likely = odds >= 2.0
    within = float((source[left] == source[right])[likely].sum())
    between = float((source[left] != source[right])[likely].sum())
    return between >= 5 and within <= 0.1 * between


def _best_threshold(probability: Floats, below: float) -> float:
    """The probability at which the expected F1 is greatest, between 0.5 and 0.95 (Lewis 1995; Nan et al. 2012).

    ``below``: the sum of probabilities of pairs that are not in ``probability``.
    """
    if not len(probability):
        return 0.5
    ranked = np.sort(probability)[::-1]
    expected = 2.0 * np.cumsum(ranked) / (np.arange(1, len(ranked) + 1) + ranked.sum() + below)
    return float(np.clip(ranked[int(np.argmax(expected))], 0.5, 0.95))


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkBasis:
    """What a later run needs to add records to this one: the model, the keys, and the pairs that were kept.

    ``rows``: how many rows were linked; they come first in the later run, in the same order.
    """

    rows: int
    meanings: Mapping[str, Meaning]
    model: RecordModel
    keys: tuple[KeyRecipe, ...]
    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    odds: npt.NDArray[np.float32]


def link_table(
    tables: Sequence[Table],
    *,
    id_column: str,
    meanings: Mapping[str, Meaning] | None = None,
    threshold: float | None = None,
    judgements: Iterable[Judgement] = (),
    before: LinkBasis | None = None,
    seed: int = 1,
    pairs_at_least: float = 0.05,
    pairs_per_row: float | None = None,
    store: ChunkStore | None = None,
    spread: Spread = one_by_one,
    progress: Progress = silent,
) -> LinkedTable:
    """Group the records of one or more tables that are about one person, place or body.

    ``tables`` map column names to equally long lists of cells; ``meanings`` overrides what columns were guessed to
    hold; ``threshold`` is the probability from which a pair may join groups, None for the one that the model expects
    to balance false and missed links best; ``judgements`` on record ids are obeyed (negative ones keep groups apart,
    positive ones join), and ten or more of both kinds correct the weights of the evidence. ``before``: an earlier
    run whose rows come first; only pairs with a new row are then compared, by its model and keys, so that groups
    differ from those of a full run only as far as a model learned anew would. Pairs under ``pairs_at_least`` are not
    kept. Memory grows with rows and kept pairs, time with ``pairs_per_row`` (40 up to a million rows, more beyond).
    ``store`` keeps scored chunks, ``spread`` computes them elsewhere, ``progress`` is told the stage, n and m. Raises
    NoIdColumn, DuplicateIds, TooManyColumns, UnevenColumns, NothingToCompare, BadThreshold, OtherTable.
    """
    if threshold is not None and not 0.0 < threshold < 1.0:
        raise BadThreshold(
            "The threshold must lie between 0 and 1.",
            next_step="Leave it out for the balance that the model expects, or say 0.95 to be strict.",
        )
    ids, cells, table_of = _gather(tables, id_column)
    rows = len(ids)
    prepared = _prepared(cells, before.meanings if before is not None else meanings, progress)
    sources = np.array(table_of, dtype=np.int64) if len(tables) > 1 else prepared.sources
    if before is not None:
        _same_table(prepared, before, rows)
        comparer = prepared.comparer(before.model.columns)
        keys, model = keys_of(prepared.parts, rows, before.keys), before.model
    else:
        comparer = prepared.comparer(None)
        progress("choosing keys", 0, 1)
        # among more people a true pair hides among more alike: ten times the rows ask for as many pairs a row again
        budget = pairs_per_row or 40.0 * (1.0 + max(0.0, math.log10(rows / 1e6)))
        keys, learned = _learn_keys(prepared.parts, comparer, rows, budget, seed)
        if learned is None:
            return _unlinked(ids, prepared, comparer, keys.pairs_in_large_blocks)
        model = learned
    scorer = PairScorer(
        keys=keys,
        comparer=comparer,
        model=model,
        least_odds=float(np.log2(pairs_at_least / (1.0 - pairs_at_least))),
        first_new=before.rows if before is not None else 0,
    )
    scored = scored_chunks(scorer, store, spread, progress)
    left = np.concatenate([s.left for s in scored] + ([before.left] if before is not None else []))
    right = np.concatenate([s.right for s in scored] + ([before.right] if before is not None else []))
    unaided = np.concatenate([s.odds for s in scored] + ([before.odds] if before is not None else []))
    answers = _answers(list(latest_judgements(judgements).values()), ids)
    reweighing = _reweighing(scorer, answers)
    odds = unaided.astype(np.float64)
    if reweighing is not None:
        odds = _in_parts(lambda a, b: reweighing.odds(comparer.weights(model, a, b)), left, right)
    probability = to_probability(odds)
    once_each = sources is not None and _one_to_one(sources, left, right, odds)
    used = _best_threshold(probability, sum(s.below for s in scored)) if threshold is None else threshold
    progress("joining groups", 0, 1)
    roots, refused = group_rows(
        rows,
        left,
        right,
        odds,
        threshold_odds=float(np.log2(used / (1.0 - used))),
        apart=[pair for pair, same in answers.items() if not same],
        joined=[pair for pair, same in answers.items() if same],
        source=sources if once_each else None,
    )
    first = _least_member(roots)
    order = np.argsort(-probability, kind="stable")
    return LinkedTable(
        ids=ids,
        group_of_row=first,
        kept_pairs=KeptPairs(
            ids=ids, left=left[order], right=right[order], probability=probability[order], scorer=scorer
        ),
        meanings=prepared.guessed,
        compared=comparer.features[1:],
        keys=keys.names,
        candidate_count=sum(s.pairs for s in scored),
        estimated_candidate_recall=seen_share(
            sum(s.once for s in scored), sum(s.twice for s in scored), sum(s.seen for s in scored)
        ),
        pairs_in_large_blocks=keys.pairs_in_large_blocks,
        one_to_one=once_each,
        threshold=used,
        model=model,
        reweighing=reweighing,
        basis=LinkBasis(
            rows=rows,
            meanings=prepared.guessed,
            model=model,
            keys=keys.recipes,
            left=left,
            right=right,
            odds=unaided,
        ),
        refused=tuple((ids[a], ids[b]) for a, b in refused),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """A table's columns made ready: what is compared as it stands, decoded names, parts for keys."""

    guessed: dict[str, Meaning]
    sources: Ints | None
    compared: tuple[Column, ...]
    names: DecodedNames | None
    parts: KeyParts

    def comparer(self, chosen: Sequence[str] | None) -> RecordComparer:
        """The comparer of all columns, or of those of an earlier model, in its order."""
        columns = {c.name: c for c in self.compared}
        wanted = self.compared if chosen is None else [columns[n] for n in chosen]
        return RecordComparer(comparers=tuple(ColumnComparer(c) for c in wanted), names=self.names)


def _prepared(
    cells: Mapping[str, Sequence[object]], meanings: Mapping[str, Meaning] | None, progress: Progress
) -> _Prepared:
    columns = []
    for n, (name, values) in enumerate(cells.items()):
        progress("reading columns", n, len(cells))
        columns.append(one_spelling_a_place(read_column(name, values, meanings=meanings)))
    sources = next((c.codes.astype(np.int64) for c in columns if c.meaning is Meaning.SOURCE), None)
    keyed = [c for c in columns if c.meaning not in {Meaning.SOURCE, Meaning.IGNORED} and c.filled > 1]
    if not keyed:
        raise NothingToCompare(
            "No column besides the id holds values to compare.",
            likely="All columns are empty, or hold one value throughout.",
            next_step="Add a column that describes the records, such as a name or a date.",
        )
    progress("decoding names", 0, 1)
    names, sounded = decode_names(keyed)
    stood_for = names.stood_for if names is not None else frozenset()
    keyed = sorted([*(c for c in keyed if c.name not in stood_for), *sounded], key=lambda c: -c.filled)[:_MOST_COMPARED]
    repeated = _composites(keyed)
    aside = repeated | {c.name for c in sounded}
    return _Prepared(
        guessed={c.name: c.meaning for c in columns},
        sources=sources,
        compared=tuple(c for c in keyed if c.name not in aside),
        names=names,
        parts=key_parts([c for c in keyed if c.name not in repeated], worded=keyed),
    )


def _same_table(prepared: _Prepared, before: LinkBasis, rows: int) -> None:
    held = {c.name for c in prepared.compared}
    if (
        rows < before.rows
        or not set(before.model.columns) <= held
        or (bool(len(before.model.m_names)) != (prepared.names is not None))
    ):
        raise OtherTable(
            "These tables do not continue the earlier run.",
            likely="Rows were taken out, columns are missing, or the state is of another table.",
            next_step="Give the earlier tables unchanged and the new ones behind them, or link all anew.",
        )


def _learn_keys(
    parts: KeyParts, comparer: RecordComparer, rows: int, pairs_per_row: float, seed: int
) -> tuple[CandidateKeys, RecordModel | None]:
    """Keys and model in two rounds: guessed agreement first, then the agreement that the first model measures."""
    keys = choose_keys(parts, rows, pairs_per_row=pairs_per_row / 4.0)
    model = _learn(keys, comparer, rows, seed)
    if model is None:
        return keys, None
    keys = choose_keys(_measured(parts, keys, comparer, model), rows, pairs_per_row=pairs_per_row)
    return keys, _learn(keys, comparer, rows, seed)


def _answers(judgements: Sequence[Judgement], ids: Sequence[str]) -> dict[tuple[int, int], bool]:
    """Decided pairs of rows, lesser first, and whether both are one."""
    wanted = {record for j in judgements for record in (j.a, j.b)}
    position = {record: i for i, record in enumerate(ids) if record in wanted} if wanted else {}
    return {
        (min(position[j.a], position[j.b]), max(position[j.a], position[j.b])): j.verdict is Verdict.POSITIVE
        for j in judgements
        if j.verdict in {Verdict.POSITIVE, Verdict.NEGATIVE} and j.a in position and j.b in position
    }


def _reweighing(scorer: PairScorer, answers: Mapping[tuple[int, int], bool]) -> Reweighing | None:
    if not answers:
        return None
    pairs = np.array(list(answers), dtype=np.int64)
    weights = scorer.comparer.weights(scorer.model, pairs[:, 0], pairs[:, 1])
    return learn_from_answers(weights, np.array(list(answers.values())))


def _in_parts(
    function: Callable[[Ints, Ints], Floats], left: npt.NDArray[np.int32], right: npt.NDArray[np.int32]
) -> Floats:
    size = 500_000
    parts = [
        function(left[k : k + size].astype(np.int64), right[k : k + size].astype(np.int64))
        for k in range(0, len(left), size)
    ]
    return np.concatenate(parts) if parts else np.zeros(0)


def _least_member(roots: Ints) -> Ints:
    """For each row the first row of its group."""
    first = np.full(len(roots), len(roots), dtype=np.int64)
    np.minimum.at(first, roots, np.arange(len(roots)))
    found: Ints = first[roots]
    return found


def _learn(keys: CandidateKeys, comparer: RecordComparer, rows: int, seed: int) -> RecordModel | None:
    """The model, learned from all candidate pairs or, where they are many, from a part of them; None without pairs."""
    chunks = keys.chunks(_SAMPLE_CHUNK)
    total = sum(c.most_pairs for c in chunks)
    every = max(1, round(total / _MOST_SAMPLED))
    taken = chunks[::every]
    names = [*(c.name for c in comparer.columns), SOUND_OF_GIVEN]
    found = [
        (*comparer.compare(left, right), keys.free_columns(left, right, names)) for left, right, _ in keys.pairs(taken)
    ]
    found = [f for f in found if len(f[0])]
    if not found:
        return None
    scale = total / max(1, sum(c.most_pairs for c in taken))
    return fit_record_model(
        comparer,
        collect_patterns(*(np.concatenate([f[k] for f in found]) for k in range(4))),
        rows,
        rng=np.random.default_rng(seed),
        scale=scale,
        found_share=max(0.1, keys.promised_recall),
    )


def _measured(parts: KeyParts, keys: CandidateKeys, comparer: RecordComparer, model: RecordModel) -> KeyParts:
    """How often parts of columns agree among pairs of one person, by a first model on a part of the pairs."""
    chunks = keys.chunks(_SAMPLE_CHUNK)
    every = max(1, round(sum(c.most_pairs for c in chunks) / _MOST_MEASURED))
    found = [
        (left, right, comparer.weights(model, left, right).sum(axis=1))
        for left, right, _ in keys.pairs(chunks[::every])
    ]
    left, right, odds = (np.concatenate([f[k] for f in found]) for k in range(3))
    return learned_agreement(parts, keys, left, right, to_probability(odds))


def _unlinked(ids: list[str], prepared: _Prepared, comparer: RecordComparer, lost: int) -> LinkedTable:
    return LinkedTable(
        ids=ids,
        group_of_row=np.arange(len(ids)),
        kept_pairs=None,
        meanings=prepared.guessed,
        compared=comparer.features[1:],
        keys=(),
        candidate_count=0,
        estimated_candidate_recall=0.0,
        pairs_in_large_blocks=lost,
        one_to_one=False,
        threshold=1.0,
        model=None,
        reweighing=None,
        basis=None,
        refused=(),
    )
