"""Agreement: published values of Krippendorff's alpha, pairing that does not depend on who comes first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.claims.agreement import CodedClaim, agreement_of, jaccard, krippendorff_alpha, pair_claims
from firsthand.claims.attribution import Informant, InformantType, Span
from firsthand.claims.claim import Statement, StatementKind
from firsthand.values.grades import Basis

# Krippendorff (2011), "Computing Krippendorff's alpha-reliability": binary data (0.095), nominal data of two observers
# (0.692), nominal data of four observers with values missing (0.743).
BINARY = zip("0100000010", "1110010000", strict=True)
TWO = zip("aabbdcccedda", "babbbcccedd" + "d", strict=True)
FOUR = zip("123321412...", "1233224125.3", ".3332342251.", "12332441251.", strict=True)


@pytest.mark.parametrize(("rows", "published"), [(list(BINARY), 0.095), (list(TWO), 0.692), (list(FOUR), 0.743)])
def test_alpha_is_the_published_one(rows, published: float) -> None:
    units = [tuple(value for value in unit if value != ".") for unit in rows]
    assert krippendorff_alpha(units) == pytest.approx(published, abs=0.0006)


def test_alpha_of_no_disagreement_is_one_and_of_no_variety_is_unknown() -> None:
    assert krippendorff_alpha([("a", "a"), ("b", "b")]) == 1
    assert krippendorff_alpha([("a", "a"), ("a", "a")]) is None
    assert krippendorff_alpha([("a",), ("b",)]) is None
    halves = [(frozenset("ab"), frozenset("a")), (frozenset("c"), frozenset("c"))]
    # D_o = (0.5 + 0.5) / 4, D_e = (2 * 0.5 + 4 * 1 + 4 * 1) / 12
    assert krippendorff_alpha(halves, jaccard) == pytest.approx(1 - 0.25 / 0.75)


def claim(number: int, start: int, end: int, act: str = "bribery", basis: Basis = Basis.LIVED) -> CodedClaim:
    informant = Informant(type=InformantType.UNNAMED_PERSON)
    statement = Statement(kind=StatementKind.ACT, informant=informant, acts=(act,), basis=basis)
    return CodedClaim(id=str(number), support=(Span(start, end),), statement=statement)


def test_units_are_claims_that_either_made_and_a_missing_claim_counts() -> None:
    first = [claim(1, 0, 10), claim(2, 20, 30, "torture"), claim(3, 40, 50)]
    second = [claim(4, 0, 9, basis=Basis.RUMOUR), claim(5, 21, 30, "torture"), claim(6, 60, 70)]
    units = pair_claims(first, second)
    assert [(u.first and u.first.id, u.second and u.second.id) for u in units] == [
        ("1", "4"), ("2", "5"), ("3", None), (None, "6"),
    ]  # fmt: skip
    assert [unit.differing for unit in units] == [("basis",), (), ("claim",), ("claim",)]
    found = {(a.field, a.over): a for a in agreement_of(units, samples=200)}
    assert (found["claim", "all"].units, found["claim", "all"].same) == (4, 2)
    assert found["acts", "both"].alpha == 1
    assert found["acts", "all"].alpha < 0.5
    assert found["acts", "all"].low <= found["acts", "all"].alpha <= found["acts", "all"].high


SPANS = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=6)


@given(SPANS, SPANS)
def test_whoever_comes_first_the_pairs_are_the_same(a: list[tuple[int, int]], b: list[tuple[int, int]]) -> None:
    one = [claim(n, start, start + length) for n, (start, length) in enumerate(a)]
    two = [claim(n, start, start + length) for n, (start, length) in enumerate(b)]
    units, turned = pair_claims(one, two), pair_claims(two, one)
    assert {(u.first, u.second) for u in units if u.first and u.second} == {
        (u.second, u.first) for u in turned if u.first and u.second
    }
    assert sum(u.first is not None for u in units) == len(one)
    assert sum(u.second is not None for u in units) == len(two)
