"""One catalogue; no word of the pages outside of it."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest
from jinja2.ext import babel_extract

import firsthand
from firsthand.claims.attribution import InformantType
from firsthand.claims.claim import ClaimStatus, PlaceRole, StatementKind
from firsthand.corroboration.agreement import Difference
from firsthand.corroboration.dependence import DependenceKind, Standing
from firsthand.entities.mention import MentionKind
from firsthand.estimation.counts import Breakdown
from firsthand.estimation.wording import INTERVAL_KINDS, WORDING
from firsthand.interfaces.web.keymap import ACTS
from firsthand.interfaces.web.pages.history import ROOMS
from firsthand.interfaces.web.preferences import THEMES
from firsthand.interfaces.web.words import _catalogue, date_in_words, translate, translate_told
from firsthand.linkage.judging import Verdict
from firsthand.publication.policy import Audience
from firsthand.sources.consent import GivenBy, Purpose
from firsthand.sources.document import VersionKind
from firsthand.sources.source import SourceKind
from firsthand.values.dates import UncertainDate
from firsthand.values.grades import AgeGroup
from firsthand.values.languages import Language
from firsthand.values.places import Precision
from firsthand.workbench.jobs import JobState
from firsthand.workbench.steps import StepName

TEMPLATES = Path(firsthand.__file__).parent / "interfaces" / "web" / "templates"
CONTEXTS = {
    "age": AgeGroup,
    "audience": Audience,
    "by": Breakdown,
    "dependence": DependenceKind,
    "difference": Difference,
    "entities": MentionKind,
    "given by": GivenBy,
    "informant": InformantType,
    "job state": JobState,
    "kind": SourceKind,
    "place": PlaceRole,
    "purpose": Purpose,
    "standing": Standing,
    "statement": StatementKind,
    "status": ClaimStatus,
    "step": StepName,
    "verdict": Verdict,
    "version": VersionKind,
}


def extracted():
    for path in sorted(TEMPLATES.glob("*.html")):
        with path.open("rb") as stream:
            for _, _, found, _ in babel_extract(stream, ("_",), (), {}):
                message = found[0] if isinstance(found, tuple) else found
                if message and not message.endswith(":"):
                    yield message


def test_every_word_of_the_pages_has_korean():
    assert [m for m in extracted() if m not in _catalogue("ko")] == []


@pytest.mark.parametrize("context", CONTEXTS)
def test_every_value_that_a_page_can_show_has_korean(context):
    missing = [f"{context}:{member.value}" for member in CONTEXTS[context]]
    assert [m for m in missing if m not in _catalogue("ko")] == []


SHOWN = {
    "entity": MentionKind,
    "facet": ("language", "kind"),
    "keys": {act.pages for act in ACTS},
    "language": Language,
    "search": ROOMS,
    "sort": ("name", "count"),
    "sources": ("all", "open", "unknown", "withdrawn"),
    "theme": THEMES,
    "compartment": ("general", "sources", "identity"),
}


@pytest.mark.parametrize("context", SHOWN)
def test_every_choice_of_a_page_has_words_in_both_languages(context):
    for value in SHOWN[context]:
        assert f"{context}:{value}" in _catalogue("ko"), value
        assert "_" not in translate(f"{context}:{value}", "en")


def test_every_key_and_every_coded_word_is_said_in_words():
    assert [act.message for act in ACTS if act.message not in _catalogue("ko")] == []
    raw = [f"{c}:{m.value}" for c, members in CONTEXTS.items() for m in members if "_" in m.value]
    assert [message for message in raw if "_" in translate(message, "en")] == []


def test_the_english_catalogue_names_messages_that_stand_in_the_korean_one():
    known = {message.removesuffix("#one") for message in _catalogue("en")}
    assert sorted(known - set(_catalogue("ko"))) == []


def test_every_warning_of_an_estimate_has_korean():
    assert [m for m in WORDING.values() if m not in _catalogue("ko")] == []


def test_every_kind_of_interval_has_korean():
    assert [k for k in INTERVAL_KINDS if f"interval:{k}" not in _catalogue("ko")] == []


def test_every_precision_has_korean():
    assert [p.name for p in Precision if f"precision:{p.name.lower()}" not in _catalogue("ko")] == []


def test_placeholders_are_the_same_in_both_languages():
    def fields(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert [m for m, korean in _catalogue("ko").items() if fields(m) != fields(korean)] == []


def test_no_korean_message_puts_a_particle_after_a_placeholder():
    # 은/는, 이/가 and 을/를 depend on the last sound of what stands before them, which a message cannot know.
    particle = re.compile(r"\}(?:은|는|이|가|을|를|과|와|으로|로)(?:\s|$|[.,])")
    assert [k for k in _catalogue("ko").values() if particle.search(k)] == []


# Rooms and parts whose errors a person meets while they add documents, code them and look at what they coded.
SPOKEN = [
    *(f"sources/**/{name}" for name in ("*.py",)),
    *(f"claims/{name}.py" for name in ("attribution", "claim", "codebook")),
    "passages/selectors.py",
    *(f"values/{name}.py" for name in ("dates", "errors", "places", "quantities")),
    *(f"workbench/{name}.py" for name in ("apart", "assessing", "codebook", "coding", "collecting", "double_coding")),
    *(f"workbench/{name}.py" for name in ("importing", "jobs", "model_server", "sandbox*", "session", "tables")),
    "interfaces/web/pages/*.py",
]


def told_by_errors():
    """What, why and advice of every error that is made in those parts, numbers and quoted words as in the catalogue."""
    root = Path(firsthand.__file__).parent
    trees = {path: ast.parse(path.read_text("utf-8")) for path in root.rglob("*.py")}
    errors, before = {"FirsthandError"}, set()
    classes = [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    while errors != before:
        before = set(errors)
        errors |= {c.name for c in classes if {getattr(base, "id", "") for base in c.bases} & errors}
    for path in sorted({path for pattern in SPOKEN for path in root.glob(pattern)}):
        for node in ast.walk(trees[path]):
            texts = []
            if isinstance(node, ast.ClassDef) and node.name in errors:
                named = [each for each in node.body if isinstance(each, ast.Assign)]
                texts = [each.value for each in named if getattr(each.targets[0], "id", "") in {"likely", "next_step"}]
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Answer":
                texts = [k.value for k in node.keywords if k.arg == "what"]  # what the sandbox's child says of a file
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in errors:
                texts = [*node.args[:1], *(k.value for k in node.keywords if k.arg in {"likely", "next_step"})]
            for text in texts:
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    yield text.value
                elif isinstance(text, ast.JoinedStr):
                    pieces = [v.value if isinstance(v, ast.Constant) else "7" for v in text.values]
                    kinds = ("claim", "document", "passage", "proposal", "source") if "There is no " in pieces else "7"
                    yield from ("".join(kind if p == "7" else p for p in pieces) for kind in kinds)


@pytest.mark.parametrize("message", sorted(set(told_by_errors()) - {"7."}))
def test_every_error_that_a_coder_can_meet_is_said_in_korean(message):
    told = translate_told(message, "ko")
    assert re.search("[가-힣]", told), f"{message} has no Korean"
    assert "{" not in told


def test_a_context_is_dropped_in_english():
    assert translate("kind:interview", "en") == "interview"
    assert translate("kind:interview", "ko") == "면담"


@pytest.mark.parametrize(
    ("edtf", "english", "korean"),
    [
        ("2009-21", "spring 2009", "2009년 봄"),
        ("199X", "1990s", "1990년대"),
        ("1995~", "around 1995", "약 1995년"),
        ("2011-05-12", "12 May 2011", "2011년 5월 12일"),
        ("1995~/..", "around since 1995", "약 1995년부터"),
        ("/2013", "until 2013", "2013년까지"),
        ("2007/2010", "2007 – 2010", "2007년 – 2010년"),
    ],
)
def test_dates_are_read_in_both_languages_and_never_made_more_exact(edtf, english, korean):
    date = UncertainDate(edtf=edtf)
    assert date_in_words(date, "en") == english
    assert date_in_words(date, "ko") == korean
