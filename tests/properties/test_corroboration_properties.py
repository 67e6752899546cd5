"""Weighing again after a change gives what weighing from scratch gives, and dependence never adds sources."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from firsthand.claims.attribution import Informant, InformantType
from firsthand.claims.claim import PlaceTold, Polarity, Statement, StatementKind, TimeTold
from firsthand.corroboration.dependence import Dependence, DependenceKind, Standing
from firsthand.corroboration.echoes import EchoIndex
from firsthand.corroboration.families import Told
from firsthand.corroboration.proposing import Provenance
from firsthand.corroboration.reuse import ReuseIndex, reused_texts
from firsthand.corroboration.roots import RootBook, roots_of_accounts
from firsthand.corroboration.weighing import WeighingBook, weigh_statements
from firsthand.values.dates import UncertainDate
from firsthand.values.ids import DocumentId
from firsthand.values.places import Place
from firsthand.values.quantities import Quantity, QuantityKind

DOCUMENTS = [DocumentId(name) for name in "abcde"]
SENTENCES = [
    "the wardens closed the lower market of marrow bay for nine days in spring",
    "a ferry hand saw forty people led over the salt bridge before dawn",
    "nobody was given a paper about it and the salt was taken away",
    "물안골 장마당 상인들은 봄에 단속원들이 장마당을 닫고 소금을 가져갔다고 말했다",
    "on 12 May 2031 Kim Tal-lae counted 214 sacks and 37 boats at the lower quay of the bay",
    "2031년 5월 12일 김달래는 아래 나루에서 자루 214개와 배 37척을 세었다고 말하였다고 한다",
    "the sacks were 214 and the boats 37, so counted by Kim Dallae on May 12, 2031 at the quay",
]

texts = st.lists(st.sampled_from(SENTENCES), max_size=3).map(".\n".join)
names = st.sampled_from(["the Open Shore Office", "the report", "a trader", "the woman", "the province of Marrow"])
persons = st.sampled_from(["Kim Tal-lae", "김달래", "Kim Dallae", "Sol Ferry"])
times = st.sampled_from([None, "2031", "2031-05", "2031-05-12", "2031-06-02", "2019-02-01"])


@st.composite
def statements(draw):
    kind = draw(
        st.sampled_from(
            [
                InformantType.INSTITUTION,
                InformantType.UNNAMED_PERSON,
                InformantType.AUTHOR_VOICE,
                InformantType.NAMED_PERSON,
            ]
        )
    )
    name = draw(persons if kind is InformantType.NAMED_PERSON else names)
    denied = draw(st.integers(0, 5)) == 0
    edtf = draw(times)
    country = draw(st.sampled_from([None, "XA", "XB"]))
    amount = draw(st.sampled_from([None, 3.0, 40.0]))
    body = draw(st.sampled_from([(), ("Courier", "the Open Shore Office"), ("Courier", "Salt Watch")]))
    return Statement(
        kind=StatementKind.DENIAL if denied else StatementKind.ACT,
        polarity=Polarity.DENIED if denied else Polarity.AFFIRMED,
        informant=Informant(type=kind, name=None if kind is InformantType.AUTHOR_VOICE else name),
        chain=body,
        acts=tuple(draw(st.sets(st.sampled_from(["bribery", "deportation"]), min_size=1))),
        time=TimeTold(date=UncertainDate(edtf=edtf)) if edtf else None,
        places=(PlaceTold(text="x", place=Place(name="x", path=(country,), gazetteer_id=country)),) if country else (),
        amount=Quantity(kind=QuantityKind.COUNT, unit="persons", minimum=amount, maximum=amount) if amount else None,
    )


@st.composite
def tellings(draw, document):
    told = draw(st.lists(statements(), max_size=4))
    return [Told(key=f"{document}{n}", document=document, statement=s, at=n * 70) for n, s in enumerate(told)]


provenances = st.builds(
    Provenance,
    informant=st.sampled_from(["", "speaker-1"]),
    interviewer=st.sampled_from(["", "coder one", "coder two"]),
    interpreter=st.sampled_from(["", "Sol"]),
    datasets=st.sampled_from([(), ("letters",)]),
)


accounts = st.sampled_from(
    [f"document {d}" for d in DOCUMENTS] + ["unnamed a a trader", "unnamed b the woman", "speaker open shore office"]
)
links = st.builds(
    lambda ends, kind, standing: Dependence(
        a=ends[0], b=ends[1], kind=kind, standing=standing, reason="because", asserted_by="coder"
    ),
    st.lists(accounts, min_size=2, max_size=2, unique=True),
    st.sampled_from(DependenceKind),
    st.sampled_from(Standing),
)


@settings(max_examples=150)
@given(st.data())
def test_weighing_after_changes_equals_weighing_from_scratch(data):
    held = {d: (data.draw(tellings(d)), data.draw(texts)) for d in DOCUMENTS[:4]}
    decided = data.draw(st.lists(links, max_size=2))
    speakers, provenance = {}, {}
    book = WeighingBook([t for told, _ in held.values() for t in told], {d: t for d, (_, t) in held.items()})
    book.weighing()
    for _ in range(data.draw(st.integers(1, 4))):
        change = data.draw(st.sampled_from(["put", "drop", "retell", "decide", "name", "come"]))
        document = data.draw(st.sampled_from(DOCUMENTS))
        if change == "drop":
            held.pop(document, None)
            provenance.pop(document, None)
            book.drop(document)
        elif change == "come":
            provenance[document] = data.draw(provenances)
            book.came_through(provenance)
        elif change == "put" or document not in held:
            held[document] = data.draw(tellings(document)), data.draw(texts)
            book.put(document, *held[document])
        elif change == "retell":
            held[document] = data.draw(tellings(document)), held[document][1]
            book.put(document, held[document][0])
        elif change == "decide":
            decided = data.draw(st.lists(links, max_size=3))
        else:
            speakers = {(document, "the woman"): "person-1"}
            book.name_speakers(speakers)
        book.decide(decided)
        told = [one for members, _ in held.values() for one in members]
        fresh = weigh_statements(
            told,
            {d: t for d, (_, t) in held.items()},
            decided=decided,
            speakers=speakers,
            provenance=provenance,
        )
        assert book.weighing() == fresh


@given(st.lists(links, max_size=8), st.lists(links, max_size=4), st.integers(0, 8))
def test_roots_after_changes_equal_roots_from_scratch(first, new, cut):
    book = RootBook()
    book.change((), first)
    before = dict(book.roots)
    moved = book.change(first[:cut], new)
    fresh = roots_of_accounts((), [*first[cut:], *new])
    assert book.roots == fresh
    assert moved == {
        a for a in before.keys() | fresh.keys() if before.get(a, frozenset((a,))) != fresh.get(a, frozenset((a,)))
    }


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.one_of(st.none(), texts)), max_size=8))
def test_reuse_after_changes_equals_reuse_from_scratch(changes):
    held = {name: SENTENCES[number % 4] for number, name in enumerate("abc")}
    index = ReuseIndex(held)
    for name, text in changes:
        if text is None:
            held.pop(name, None)
            index.drop(name)
        else:
            held[name] = text
            index.put(name, text)
    assert index.pairs() == reused_texts(held)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.one_of(st.none(), texts)), max_size=8))
def test_echoes_after_changes_equal_echoes_from_scratch(changes):
    held = {DocumentId(name): SENTENCES[number + 2] for number, name in enumerate("abc")}
    index = EchoIndex(held)
    for name, text in changes:
        if text is None:
            held.pop(DocumentId(name), None)
            index.drop(DocumentId(name))
        else:
            held[DocumentId(name)] = text
            index.put(DocumentId(name), text)
        assert index.echoes() == EchoIndex(held).echoes()


sets_of_marks = st.lists(st.sets(st.sampled_from("abcdefghij"), max_size=6), min_size=1, max_size=7)


@given(sets_of_marks, sets_of_marks, st.integers(1, 3), st.integers(2, 4))
def test_an_index_that_forgets_small_overlaps_finds_what_one_from_scratch_finds(first, later, least, common):
    """Marks become common and rare again while texts come and go; pairs that share too little are not kept."""

    def marks_of(text):
        return np.array(sorted(ord(mark) for mark in text), dtype=np.uint64)

    def index_of(texts):
        return ReuseIndex(texts, at_least=0.3, marks_of=marks_of, common=common, least_shared=least)

    held = {f"t{number}": "".join(sorted(marks)) for number, marks in enumerate(first)}
    index = index_of(held)
    for number, marks in enumerate(later):
        name = f"t{number * 2 % 5}"
        if len(marks) < 2:
            held.pop(name, None)
            index.drop(name)
        else:
            held[name] = "".join(sorted(marks))
            index.put(name, held[name])
        assert index.pairs() == index_of(held).pairs()
