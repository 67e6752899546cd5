"""Weighing again after a change gives what weighing from scratch gives, and dependence never adds sources."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from firsthand.claims.attribution import Informant, InformantType
from firsthand.claims.claim import PlaceTold, Polarity, Statement, StatementKind, TimeTold
from firsthand.corroboration.dependence import Dependence, DependenceKind, Standing
from firsthand.corroboration.families import Told
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
]

texts = st.lists(st.sampled_from(SENTENCES), max_size=3).map(". ".join)
names = st.sampled_from(["the Open Shore Office", "the report", "a trader", "the woman", "the province of Marrow"])
times = st.sampled_from([None, "2031", "2031-05", "2031-05-12", "2031-06-02", "2019-02-01"])


@st.composite
def statements(draw):
    kind = draw(st.sampled_from([InformantType.INSTITUTION, InformantType.UNNAMED_PERSON, InformantType.AUTHOR_VOICE]))
    denied = draw(st.integers(0, 5)) == 0
    edtf = draw(times)
    country = draw(st.sampled_from([None, "XA", "XB"]))
    amount = draw(st.sampled_from([None, 3.0, 40.0]))
    body = draw(st.sampled_from([(), ("Courier", "the Open Shore Office"), ("Courier", "Salt Watch")]))
    return Statement(
        kind=StatementKind.DENIAL if denied else StatementKind.ACT,
        polarity=Polarity.DENIED if denied else Polarity.AFFIRMED,
        informant=Informant(type=kind, name=None if kind is InformantType.AUTHOR_VOICE else draw(names)),
        chain=body,
        acts=tuple(draw(st.sets(st.sampled_from(["bribery", "deportation"]), min_size=1))),
        time=TimeTold(date=UncertainDate(edtf=edtf)) if edtf else None,
        places=(PlaceTold(text="x", place=Place(name="x", path=(country,), gazetteer_id=country)),) if country else (),
        amount=Quantity(kind=QuantityKind.COUNT, unit="persons", minimum=amount, maximum=amount) if amount else None,
    )


@st.composite
def tellings(draw, document):
    told = draw(st.lists(statements(), max_size=4))
    return [Told(key=f"{document}{n}", document=document, statement=s) for n, s in enumerate(told)]


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
    speakers = {}
    book = WeighingBook([t for told, _ in held.values() for t in told], {d: t for d, (_, t) in held.items()})
    book.weighing()
    for _ in range(data.draw(st.integers(1, 4))):
        change = data.draw(st.sampled_from(["put", "drop", "retell", "decide", "name"]))
        document = data.draw(st.sampled_from(DOCUMENTS))
        if change == "drop":
            held.pop(document, None)
            book.drop(document)
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
        fresh = weigh_statements(told, {d: t for d, (_, t) in held.items()}, decided=decided, speakers=speakers)
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
