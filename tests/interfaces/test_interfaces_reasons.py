"""Why a machine proposes something is said in the language of the page: every reason that the engines can give."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from firsthand.claims import reading
from firsthand.claims.reading import propose_claims
from firsthand.interfaces.web.words import _catalogue, translate_reason

FOLDER = Path(reading.__file__).parent
# Functions and variables whose strings are reasons: what is told why, and what is planned for which words.
MODULES = ("tellers", "grounds", "planning", "assembly", "remembering", "learning", "answers")


def pattern_of(node: ast.expr) -> str | None:
    """A reason as written in the source, with its values named as the catalogue names them."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        parts = [node.value]
    elif isinstance(node, ast.JoinedStr):
        parts = [v.value if isinstance(v, ast.Constant) else "\0" for v in node.values]
    else:
        return None
    text, counts = "".join(parts), {"quoted": 0, "n": 0}
    while "\0" in text:
        at = text.index("\0")
        kind = "quoted" if text[at - 1 : at] == "“" else "n"
        counts[kind] += 1
        name = kind if counts[kind] == 1 else f"{kind}{counts[kind]}"
        start, end = (at - 1, at + 2) if kind == "quoted" else (at, at + 1)
        text = f"{text[:start]}{{{name}}}{text[end:]}"
    return text


def reasons_of(module: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse((FOLDER / f"{module}.py").read_text("utf-8"))):
        told: list[ast.expr] = []
        if isinstance(node, ast.Tuple) and len(node.elts) in {2, 4} and isinstance(node.ctx, ast.Load):
            told = [node.elts[-1]]
        elif isinstance(node, ast.Assign) and any("why" in ast.unparse(t) for t in node.targets):
            pieces = {id(v) for n in ast.walk(node.value) if isinstance(n, ast.JoinedStr) for v in n.values}
            told = [n for n in ast.walk(node.value) if isinstance(n, ast.expr) and id(n) not in pieces]
        elif isinstance(node, ast.Dict):
            told = [v for k, v in zip(node.keys, node.values, strict=True) if getattr(k, "value", "") in SLOTS]
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.JoinedStr) and module == "planning":
            told = [node.value]
        joined = [pattern for one in told if (pattern := pattern_of(one))]
        patterns = [part for pattern in joined for part in pattern.split("; ")]
        found |= {p for p in patterns if " " in p and not set("\\|[^") & set(p) and not p.startswith((" ", "{n}"))}
    return found


SLOTS = {"acts", "informant", "basis", "time"}


@pytest.mark.parametrize("module", MODULES)
def test_every_reason_that_an_engine_can_give_has_korean(module: str) -> None:
    assert sorted(reasons_of(module) - set(_catalogue("ko"))) == []


def test_the_reasons_are_found_in_the_source_at_all() -> None:
    assert len(reasons_of("tellers")) >= 8
    assert len(reasons_of("grounds")) >= 10
    assert "near in meaning ({n}) to {quoted}" in reasons_of("planning")


TEXT = """# 1 | title: A | publisher: The Larch Review | date: 2019-05-29
Ms Sori said that last year wardens beat three women in Sinuiju. She added that she saw it. The law forbids it.
Pyongyang denies it. About 40 women were sold to farmers. 목격자는 지난해 여성들이 팔려 갔다고 말했다."""


def test_no_reason_of_a_text_stays_english_on_a_korean_page() -> None:
    reasons = [reason for s in propose_claims(TEXT) for reason in s.why.values()]
    assert len(reasons) > 10
    for reason in reasons:
        quoted_away = "".join(part.split("”")[-1] for part in translate_reason(reason, "ko").split("“"))
        assert not any(c.isascii() and c.isalpha() for c in quoted_away), reason
        assert translate_reason(reason, "en") == reason


def test_quoted_words_stay_as_they_are_whatever_stands_in_them() -> None:
    reason = "near in meaning (0.71) to “he paid 3; {n} rest”; put right earlier in this document"
    assert translate_reason(reason, "ko") == (
        "뜻이 가까운 예문(0.71): “he paid 3; {n} rest”; 이 문서에서 먼저 바로잡은 것을 따랐습니다"
    )
    learned = "“beat”; coders here changed “B0” to “B7” in 6 of 8 cases"
    assert translate_reason(learned, "ko") == "“beat”; 이 보관함에서 8건 가운데 6건을 바꾸었습니다: “B0” → “B7”"
    assert translate_reason("what an older engine said of “it”", "ko") == "what an older engine said of “it”"
    assert translate_reason("a {field} that is none, 3 times", "ko") == "a {field} that is none, 3 times"
