"""Records of any table linked without configuration, with the evidence of each pair.

``link_table`` takes columns and returns groups; it reads and writes no file. Steps, each of its own module: guess what
columns hold (``columns``), choose candidate pairs (``candidate_keys``), compare (``column_comparing``), learn the model
(``record_model``), join under constraints (here).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from firsthand.linkage.candidate_keys import choose_candidates
from firsthand.linkage.column_comparing import compare_column
from firsthand.linkage.columns import Column, Meaning, read_column
from firsthand.linkage.judging import Judgement, Verdict, latest_judgements
from firsthand.linkage.name_sounds import sound_columns
from firsthand.linkage.record_model import RecordModel, fit_record_model, pair_weights
from firsthand.values.errors import InputError, UsageError

__all__ = [
    "DuplicateIds",
    "LinkedTable",
    "NoIdColumn",
    "NothingToCompare",
    "TooManyColumns",
    "UnevenColumns",
    "link_table",
]

Table = Mapping[str, Sequence[object]]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_MOST_COLUMNS = 500
_MOST_COMPARED = 30


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


class BadThreshold(UsageError):
    """A threshold is a probability."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedTable:
    """Groups of records, and the pairs and the model that they rest on.

    ``cluster_of``: record id to cluster id (the smallest id of its members by position in the input);
    ``pairs``: (id, id, probability, weights in bits by feature), likeliest first, at or over ``pairs_at_least``;
    ``estimated_candidate_recall``: share of true pairs that were compared at all (an upper estimate);
    ``refused``: links over the threshold that a judgement or a one-to-one rule forbade.
    """

    cluster_of: Mapping[str, str]
    pairs: tuple[tuple[str, str, float, Mapping[str, float]], ...]
    meanings: Mapping[str, Meaning]
    compared: tuple[str, ...]
    keys: tuple[str, ...]
    candidate_count: int
    estimated_candidate_recall: float
    pairs_in_large_blocks: int
    one_to_one: bool
    threshold: float
    model: RecordModel | None
    refused: tuple[tuple[str, str], ...]


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


def _one_to_one(source: Ints, left: Ints, right: Ints, probability: Floats) -> bool:
    """Whether two sources hold each person at most once: likely pairs lie almost all between them."""
    if len(np.unique(source)) != 2:
        return False
    likely = probability >= 0.8
    within = float((source[left] == source[right])[likely].sum())
    between = float((source[left] != source[right])[likely].sum())
    return between >= 5 and within <= 0.1 * between


def _group(
    count: int,
    left: Ints,
    right: Ints,
    odds: Floats,
    *,
    threshold_odds: float,
    apart: list[tuple[int, int]],
    source: Ints | None,
) -> tuple[Ints, list[tuple[int, int]]]:
    """Join pairs, strongest first, while the mean evidence between the two groups stays in favour.

    Evidence of each pair counts between -12 and 12 bits, so that one absurd weight cannot carry a group; pairs that
    were never compared count a little against. Cannot-link pairs, and two rows of one source where sources hold
    each person once, refuse a join whatever the evidence.
    """
    order = np.argsort(-odds, kind="stable")
    capped = np.clip(odds, -12.0, 12.0)
    neighbours: dict[int, dict[int, float]] = {i: {} for i in range(count)}
    for i, j, w in zip(left.tolist(), right.tolist(), capped.tolist(), strict=True):
        neighbours[i][j] = w
        neighbours[j][i] = w
    parent = list(range(count))
    members: dict[int, list[int]] = {i: [i] for i in range(count)}
    sources: dict[int, set[int]] = {i: {int(source[i])} for i in range(count)} if source is not None else {}
    kept_apart: dict[int, set[int]] = {}
    for a, b in apart:
        kept_apart.setdefault(a, set()).add(b)
        kept_apart.setdefault(b, set()).add(a)
    refused: list[tuple[int, int]] = []

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for k in order.tolist():
        if odds[k] < threshold_odds:
            break
        x, y = root(int(left[k])), root(int(right[k]))
        if x == y:
            continue
        if y in kept_apart.get(x, ()) or (sources and sources[x] & sources[y]):
            refused.append((int(left[k]), int(right[k])))
            continue
        if len(members[x]) < len(members[y]):
            x, y = y, x
        total, seen = 0.0, 0
        for i in members[y]:
            near = neighbours[i]
            inside = members[x] if len(members[x]) < len(near) else None
            hits = (
                [near[j] for j in inside if j in near]
                if inside is not None
                else [w for j, w in near.items() if root(j) == x]
            )
            total += sum(hits)
            seen += len(hits)
        unseen = len(members[x]) * len(members[y]) - seen
        if (total - 3.0 * unseen) / (seen + unseen) < 0.0:
            continue
        parent[y] = x
        members[x] += members.pop(y)
        if sources:
            sources[x] |= sources.pop(y)
        for other in kept_apart.pop(y, set()):
            kept_apart[other].discard(y)
            kept_apart[other].add(x)
            kept_apart.setdefault(x, set()).add(other)
    return np.array([root(i) for i in range(count)]), refused


def _best_threshold(probability: Floats) -> float:
    """The probability at which the expected F1 is greatest, between 0.5 and 0.95 (Lewis 1995; Nan et al. 2012)."""
    ranked = np.sort(probability)[::-1]
    expected = 2.0 * np.cumsum(ranked) / (np.arange(1, len(ranked) + 1) + ranked.sum())
    return float(np.clip(ranked[int(np.argmax(expected))], 0.5, 0.95))


def link_table(
    tables: Sequence[Table],
    *,
    id_column: str,
    meanings: Mapping[str, Meaning] | None = None,
    threshold: float | None = None,
    judgements: Iterable[Judgement] = (),
    seed: int = 1,
    pairs_at_least: float = 0.05,
) -> LinkedTable:
    """Group the records of one or more tables that are about one person, place or body.

    ``tables`` map column names to equally long lists of cells; ``meanings`` overrides what columns were guessed to
    hold; ``threshold`` is the probability from which a pair may join groups, None for the one that the model expects
    to balance false and missed links best; ``judgements`` on record ids are obeyed: negative ones keep
    groups apart, positive ones join. Memory grows
    with rows and candidate pairs (about 40 pairs a row). Raises NoIdColumn, DuplicateIds, TooManyColumns,
    UnevenColumns, NothingToCompare, BadThreshold.
    """
    if threshold is not None and not 0.0 < threshold < 1.0:
        raise BadThreshold(
            "The threshold must lie between 0 and 1.",
            next_step="Leave it out for the balance that the model expects, or say 0.95 to be strict.",
        )
    ids, cells, table_of = _gather(tables, id_column)
    rows = len(ids)
    columns = [read_column(n, v, meanings=meanings) for n, v in cells.items()]
    guessed = {c.name: c.meaning for c in columns}
    sources = next((c.codes.astype(np.int64) for c in columns if c.meaning is Meaning.SOURCE), None)
    if len(tables) > 1:
        sources = np.array(table_of, dtype=np.int64)
    keyed = [c for c in columns if c.meaning not in {Meaning.SOURCE, Meaning.IGNORED} and c.filled > 1]
    if not keyed:
        raise NothingToCompare(
            "No column besides the id holds values to compare.",
            likely="All columns are empty, or hold one value throughout.",
            next_step="Add a column that describes the records, such as a name or a date.",
        )
    sounded, stood_for = sound_columns(cells, keyed)
    keyed = sorted([*keyed, *sounded], key=lambda c: -c.filled)[:_MOST_COMPARED]
    repeated = _composites(keyed) | stood_for
    compared = [c for c in keyed if c.name not in repeated]
    found = choose_candidates(keyed, rows)
    left, right = found.left, found.right
    if not len(left):
        return _unlinked(ids, guessed, compared, found.pairs_in_large_blocks)
    levels = np.stack([compare_column(c, left, right) for c in compared], axis=1)
    model = fit_record_model(compared, levels, rows, rng=np.random.default_rng(seed))
    weights = pair_weights(model, compared, levels, left)
    odds = weights.sum(axis=1)
    probability = 1.0 / (1.0 + np.exp2(-np.clip(odds, -60, 60)))
    once_each = sources is not None and _one_to_one(sources, left, right, probability)
    used = _best_threshold(probability) if threshold is None else threshold
    position = {record: i for i, record in enumerate(ids)}
    held = latest_judgements(judgements)
    apart = [
        (position[j.a], position[j.b])
        for j in held.values()
        if j.verdict is Verdict.NEGATIVE and j.a in position and j.b in position
    ]
    joined = [
        (position[j.a], position[j.b])
        for j in held.values()
        if j.verdict is Verdict.POSITIVE and j.a in position and j.b in position
    ]
    roots, refused = _group(
        rows,
        np.concatenate([np.array([a for a, _ in joined], dtype=np.int64), left]),
        np.concatenate([np.array([b for _, b in joined], dtype=np.int64), right]),
        np.concatenate([np.full(len(joined), 500.0), odds]),
        threshold_odds=float(np.log2(used / (1.0 - used))),
        apart=apart,
        source=sources if once_each else None,
    )
    first: dict[int, str] = {}
    for record, root in zip(ids, roots.tolist(), strict=True):
        first.setdefault(root, record)
    shown = np.flatnonzero(probability >= pairs_at_least)
    shown = shown[np.argsort(-probability[shown], kind="stable")]
    features = ("prior", *(c.name for c in compared))
    return LinkedTable(
        cluster_of={record: first[root] for record, root in zip(ids, roots.tolist(), strict=True)},
        pairs=tuple(
            (
                ids[left[k]],
                ids[right[k]],
                float(probability[k]),
                {f: round(float(w), 3) for f, w in zip(features, weights[k], strict=True)},
            )
            for k in shown.tolist()
        ),
        meanings=guessed,
        compared=tuple(c.name for c in compared),
        keys=found.keys,
        candidate_count=len(left),
        estimated_candidate_recall=found.estimated_recall(probability),
        pairs_in_large_blocks=found.pairs_in_large_blocks,
        one_to_one=once_each,
        threshold=used,
        model=model,
        refused=tuple((ids[a], ids[b]) for a, b in refused),
    )


def _unlinked(ids: list[str], guessed: Mapping[str, Meaning], compared: Sequence[Column], lost: int) -> LinkedTable:
    return LinkedTable(
        cluster_of={i: i for i in ids},
        pairs=(),
        meanings=guessed,
        compared=tuple(c.name for c in compared),
        keys=(),
        candidate_count=0,
        estimated_candidate_recall=0.0,
        pairs_in_large_blocks=lost,
        one_to_one=False,
        threshold=1.0,
        model=None,
        refused=(),
    )
