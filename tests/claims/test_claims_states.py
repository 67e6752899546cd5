"""States are data: what holds for one country holds for every other, and no country stands in code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from firsthand.claims import reading
from firsthand.claims.claim import StatementKind
from firsthand.claims.reading import propose_claims
from firsthand.claims.reading.places import find_places
from firsthand.claims.reading.states import is_government, is_state, speaks_for_accused, speaks_for_state, states
from firsthand.claims.suggestions import Suggestion
from firsthand.values.grades import Basis
from firsthand.values.languages import Language

EN, KO = Language.ENGLISH, Language.KOREAN


def _sent_back(found: list[Suggestion]) -> list[Suggestion]:
    return [s for s in found if "refoulement" in s.statement.acts]


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Police deported 40 Eritrean refugees in May. The group was sent back across the border by soldiers.", "ER"),
        ("Guards stopped 12 Turkmen workers at the gate. The workers were sent back by the police.", "TM"),
        (
            "Police stopped 40 North Korean refugees in May. The group was sent back across the border by soldiers.",
            "KP",
        ),
        ("경찰이 에리트리아 난민 40명을 붙잡았다. 경찰은 난민들을 강제송환했다.", "ER"),
        ("공안이 탈북민 40명을 붙잡았다. 공안은 이들을 강제송환했다.", "KP"),
    ],
)
def test_people_sent_back_are_sent_to_the_country_they_are_from(text: str, country: str) -> None:
    told = _sent_back(propose_claims(text))
    assert told
    implied = [p for p in told[-1].statement.places if p.span is None]
    assert [p.place.gazetteer_id for p in implied if p.place] == [country]


def test_nowhere_is_implied_where_nobody_is_said_to_be_from_anywhere() -> None:
    told = _sent_back(propose_claims("The group was sent back across the border by soldiers."))
    assert told
    assert not [p for p in told[0].statement.places if p.span is None]


@pytest.mark.parametrize(
    "text",
    [
        "The Eritrean government denied that prisoners were beaten in the camp.",
        "에리트리아 정부는 수감자를 때린 일이 없다고 부인했다.",
    ],
)
def test_any_state_that_denies_is_the_accused_and_the_doer(text: str) -> None:
    (denial,) = [s.statement for s in propose_claims(text) if s.statement.kind is StatementKind.DENIAL]
    assert denial.basis is Basis.ACCUSED
    assert len(denial.perpetrators) == 1


def test_a_state_that_says_something_else_is_accused_only_where_the_table_says_so() -> None:
    assert speaks_for_accused("the Chinese foreign ministry", EN)
    assert speaks_for_accused("중국 외교부", KO)
    assert not speaks_for_accused("the Eritrean government", EN)
    assert not speaks_for_accused("한국 정부", KO)
    assert speaks_for_state("the Eritrean government", EN)
    assert speaks_for_state("한국 정부", KO)
    assert not speaks_for_state("Willow Group", EN)
    assert not speaks_for_state("탐사기자", KO)
    assert not speaks_for_state("a Hasana TASSO office", EN)  # no media inside of other words


def test_a_government_is_a_state_by_any_of_its_names() -> None:
    for name in ("Eritrea", "The North", "Pyongyang", "the Turkmen authorities"):
        assert is_government(name, EN), name
    for name in ("중국", "북한 당국", "에리트리아 정부", "중국 측"):
        assert is_government(name, KO), name
    assert is_state("유럽연합", KO)
    assert not is_state("나무", KO)


def test_every_country_has_a_place_and_most_a_korean_name() -> None:
    assert len(states()) > 240
    assert sum(bool(state.korean) for state in states()) > 220
    assert [p.place.gazetteer_id for p in find_places("에리트리아에서 온 사람", KO)] == ["ER"]
    assert [p.is_demonym for p in find_places("Eritreans were held.", EN)] == [True]
    assert not find_places("다른 수단이 없었다.", KO)  # the Sudan, and a means
    assert not find_places("탈북한 사람들이 모였다.", KO)


def test_no_country_stands_in_the_code_of_reading() -> None:
    told = [s for s in states() if s.is_accused or s.place.gazetteer_id in {"KR", "US", "JP"}]
    english = {name for s in told for name in (*s.names(EN), *s.demonyms) if name not in {"the North", "the South"}}
    korean = {name for s in told for name in s.korean} - {"공화국", "이북"}
    pattern = re.compile("|".join([*(rf"\b{re.escape(n)}\b" for n in sorted(english)), *sorted(korean)]))
    found = []
    for file in sorted(Path(next(iter(reading.__path__))).glob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                found += [(file.name, node.lineno, m.group()) for m in pattern.finditer(node.value)]
    assert not found


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("The Government of Eritrea tortures prisoners in camps near Asmara.", ["Asmara"]),
        ("The Government of Eritrea tortures prisoners.", ["Eritrea"]),
    ],
)
def test_a_country_in_the_name_of_a_body_is_a_place_only_where_no_other_is_told(text: str, places: list[str]) -> None:
    (told,) = [s.statement for s in propose_claims(text) if "torture" in s.statement.acts]
    assert [p.text for p in told.places] == places


@pytest.mark.parametrize("place", ["a hotel", "an apartment", "a storehouse", "a shipping container", "the barracks"])
def test_kinds_of_places_without_a_name_are_places(place: str) -> None:
    (told,) = propose_claims(f"Guards beat the prisoners in {place}, a clerk said.")
    assert [p.text for p in told.statement.places] == [place]
