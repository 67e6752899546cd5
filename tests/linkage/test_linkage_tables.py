"""Tables of invented records linked without configuration."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from firsthand.linkage.columns import Meaning, guess_meaning, read_column
from firsthand.linkage.judging import Judgement, Verdict
from firsthand.linkage.pair_scoring import ScoredChunk
from firsthand.linkage.place_columns import one_spelling_a_place
from firsthand.linkage.tables_linking import (
    BadThreshold,
    DuplicateIds,
    NoIdColumn,
    NothingToCompare,
    OtherTable,
    TooManyColumns,
    UnevenColumns,
    link_table,
)

FIRST = ("alma", "boris", "clea", "dario", "elin", "farid", "gita", "hugo", "ines", "jonas", "kira", "luca", "mona")
LAST = ("abara", "brandt", "castell", "dubois", "eriksen", "fontana", "gruber", "hakim", "ivers", "jansen", "keller")


def records(people: int, seed: int) -> tuple[dict[str, list[object]], dict[str, str]]:
    rng = random.Random(seed)
    table: dict[str, list[object]] = {k: [] for k in ("id", "first_name", "surname", "dob", "postcode", "city")}
    truth = {}
    for person in range(people):
        first, last = rng.choice(FIRST), rng.choice(LAST)
        dob = f"{rng.randint(1940, 2000)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        code, city = str(rng.randint(10000, 99999)), rng.choice(["Norden", "Suden", "Osten", "Westen"])
        for copy in range(rng.choice([1, 1, 2, 3])):
            slip = last[:3] + last[4:] if copy == 2 else last
            cells = [
                f"r{len(truth)}",
                first if copy < 2 else first[:1],
                slip.title(),
                dob,
                code if copy != 1 else None,
                city,
            ]
            truth[str(cells[0])] = str(person)
            for name, cell in zip(table, cells, strict=True):
                table[name].append(cell)
    return table, truth


def pairwise_f1(truth: dict[str, str], found: dict[str, str]) -> float:
    ids = list(truth)
    both = said = real = 0
    for i, a in enumerate(ids):
        for b in ids[i + 1 :]:
            t, f = truth[a] == truth[b], found[a] == found[b]
            both, said, real = both + (t and f), said + f, real + t
    return 2 * both / (said + real)


def test_invented_records_are_linked_without_configuration() -> None:
    table, truth = records(150, seed=3)
    linked = link_table([table], id_column="id")
    assert pairwise_f1(truth, dict(linked.cluster_of)) > 0.95
    assert linked.meanings["dob"] is Meaning.DATE
    assert linked.meanings["surname"] is Meaning.FAMILY_NAME
    assert 0.0 < linked.estimated_candidate_recall <= 1.0
    for _, _, probability, weights in list(linked.pairs)[:50]:
        bits = max(-60.0, min(60.0, sum(weights.values())))
        assert probability == pytest.approx(1 / (1 + 2**-bits), abs=0.01)


def test_judgements_are_obeyed() -> None:
    table, _ = records(60, seed=4)
    linked = link_table([table], id_column="id")
    a, b, *_ = next(linked.pairs)
    apart = Judgement(a=a, b=b, verdict=Verdict.NEGATIVE, by="coder-1", at=datetime(2026, 1, 1, tzinfo=UTC))
    again = link_table([table], id_column="id", judgements=[apart])
    assert linked.cluster_of[a] == linked.cluster_of[b]
    assert again.cluster_of[a] != again.cluster_of[b]


def test_two_sources_that_hold_each_person_once_are_matched_one_to_one() -> None:
    table, _ = records(150, seed=5)
    rows = len(table["id"])
    left = {k: [*v] for k, v in table.items()}
    right = {k: [*v] for k, v in table.items()}
    right["id"] = [f"s{i}" for i in range(rows)]
    keep = [i for i in range(rows) if i == 0 or table["dob"][i] != table["dob"][i - 1]]
    left, right = ({k: [v[i] for i in keep] for k, v in t.items()} for t in (left, right))
    linked = link_table([left, right], id_column="id")
    assert linked.one_to_one
    sizes = [list(linked.cluster_of.values()).count(c) for c in set(linked.cluster_of.values())]
    assert max(sizes) == 2


def test_the_same_seed_gives_the_same_groups() -> None:
    table, _ = records(80, seed=6)
    assert link_table([table], id_column="id").cluster_of == link_table([table], id_column="id").cluster_of


def test_bad_tables_are_refused_by_cause() -> None:
    with pytest.raises(NoIdColumn):
        link_table([{"name": ["a", "b"]}], id_column="id")
    with pytest.raises(DuplicateIds):
        link_table([{"id": ["1", "1"], "name": ["a", "b"]}], id_column="id")
    with pytest.raises(NothingToCompare):
        link_table([{"id": ["1", "2"], "name": [None, None]}], id_column="id")
    with pytest.raises(UnevenColumns):
        link_table([{"id": ["1", "2"], "name": ["a"]}], id_column="id")
    with pytest.raises(TooManyColumns):
        link_table([{"id": ["1"], **{f"c{i}": ["x"] for i in range(600)}}], id_column="id")
    with pytest.raises(BadThreshold):
        link_table([{"id": ["1", "2"], "name": ["a", "b"]}], id_column="id", threshold=1.5)


def test_tiny_tables_are_answered() -> None:
    assert len(link_table([{"id": ["1", "2"], "name": ["Alma Novak", "Udo Ivers"]}], id_column="id").cluster_of) == 2
    same = {
        "id": ["1", "2", "3"],
        "name": ["Alma Novak", "Alma Novak", "Udo Ivers"],
        "dob": ["1970-01-02"] * 2 + ["1980-05-06"],
    }
    assert set(link_table([same], id_column="id").cluster_of) == {"1", "2", "3"}


def test_one_giant_block_is_bounded_and_said() -> None:
    rows = 20_000
    table = {"id": list(range(rows)), "name": ["Kim Danbi"] * (rows - 1) + ["Udo Ivers"]}
    linked = link_table([table], id_column="id")
    assert linked.candidate_count < 100_000
    assert len(set(linked.cluster_of.values())) == rows


def test_columns_are_understood_from_values_alone() -> None:
    assert guess_meaning("x", ["1970-01-02", "1981-11-30"] * 20) is Meaning.DATE
    assert guess_meaning("x", [f"alma{i}@example.invalid" for i in range(100)]) is Meaning.WORD
    assert guess_meaning("x", [str(10_000 + i) for i in range(200)]) is Meaning.CODE
    assert guess_meaning("x", ["f", "m"] * 50) is Meaning.CATEGORY
    assert guess_meaning("x", []) is Meaning.IGNORED


def test_korean_names_of_a_table_meet_across_spellings() -> None:
    people = [("도", "Do", "To"), ("문", "Moon", "Mun"), ("백", "Baek", "Paek"), ("강", "Kang", "Gang")]
    people.append(("한", "Han", "Hahn"))
    given = [("영선", "Yeongseon", "Yong Son"), ("진수", "Jin-soo", "Chinsu"), ("단비", "Danbi", "Tanbi")]
    given.append(("경옥", "Kyung-ok", "Kyong Ok"))
    table: dict[str, list[object]] = {k: [] for k in ("id", "name_hangul", "surname", "given", "birth_year", "county")}
    truth = {}
    for i, (family, first) in enumerate((f, g) for f in people for g in given):
        for way in (1, 2):
            hangul = family[0] + first[0] if way == 1 else None
            cells = [f"r{len(truth)}", hangul, family[way], first[way], 1950 + 2 * i, f"c{i % 7}"]
            truth[str(cells[0])] = str(i)
            for name, cell in zip(table, cells, strict=True):
                table[name].append(cell)
    linked = link_table([table], id_column="id")
    assert "decoded name" in linked.compared
    assert pairwise_f1(truth, dict(linked.cluster_of)) > 0.7


def test_records_added_later_fall_into_the_groups_of_a_full_run() -> None:
    table, _ = records(150, seed=8)
    rows = len(table["id"])
    order = sorted(range(rows), key=lambda i: i % 5 == 0)
    whole = {k: [v[i] for i in order] for k, v in table.items()}
    early = {k: v[: rows * 4 // 5] for k, v in whole.items()}
    late = {k: v[rows * 4 // 5 :] for k, v in whole.items()}
    first = link_table([early], id_column="id")
    added = link_table([early, late], id_column="id", before=first.basis)
    full = link_table([whole], id_column="id")
    assert pairwise_f1(dict(full.cluster_of), dict(added.cluster_of)) > 0.97
    # groups known before keep their ids
    assert {added.cluster_of[c] for c in first.cluster_of.values()} <= {*first.cluster_of.values(), *added.ids}
    assert all(added.cluster_of[c] in first.ids for c in first.ids)


def test_a_state_of_another_table_is_refused() -> None:
    table, _ = records(60, seed=9)
    basis = link_table([table], id_column="id").basis
    with pytest.raises(OtherTable):
        link_table([{"id": ["1", "2"], "name": ["a", "b"]}], id_column="id", before=basis)


class Kept:
    """A store that fails after some parts, as a machine that is switched off does."""

    def __init__(self) -> None:
        self.parts: dict[int, ScoredChunk] = {}
        self.loaded = 0

    def load(self, number: int) -> ScoredChunk | None:
        self.loaded += number in self.parts
        return self.parts.get(number)

    def keep(self, number: int, scored: ScoredChunk) -> None:
        self.parts[number] = scored


def test_work_that_was_stopped_goes_on_and_gives_the_same() -> None:
    table, _ = records(150, seed=10)
    store = Kept()
    whole = link_table([table], id_column="id", store=store)
    assert len(store.parts) > 1
    store.parts = {n: p for n, p in store.parts.items() if n % 2}
    again = link_table([table], id_column="id", store=store)
    assert again.cluster_of == whole.cluster_of
    assert store.loaded


def test_what_one_column_says_of_another_counts_once() -> None:
    rng = random.Random(4)
    rows = 3000
    words = ["".join(rng.choice("abdefgiklmnoprstu") for _ in range(8)) for _ in range(66)]
    county = [rng.randrange(60) for _ in range(rows)]
    table: dict[str, list[object]] = {
        "id": [*range(rows)],
        "code": [f"{rng.randrange(10**6):06}" for _ in range(rows)],
        "dob": [
            f"{rng.randrange(1940, 2000)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}" for _ in range(rows)
        ],
        "county": [words[c] for c in county],
        "province": [words[60 + c // 10] for c in county],
    }
    for i in range(0, rows - 1, 10):
        for name in ("code", "dob", "county", "province"):
            table[name][i + 1] = table[name][i]
    linked = link_table([table], id_column="id", meanings={"county": Meaning.WORD, "province": Meaning.WORD})
    equal = [w for a, b, _, w in linked.pairs if table["county"][int(a)] == table["county"][int(b)]]
    assert min(w["county"] for w in equal) > 3
    assert max(w["province"] for w in equal) < 0.5


def test_spellings_of_one_place_are_one_value() -> None:
    spellings = ["Ryanggang", "Yanggang", "량강도", "Chagang", "자강도"]
    column = read_column("province", [spellings[i % 5] for i in range(500)])
    assert len(one_spelling_a_place(column).values) == 2
    other = read_column("occupation", [spellings[i % 5] for i in range(500)])
    assert one_spelling_a_place(other) is other
