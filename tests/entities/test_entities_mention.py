"""What may be a person's name, and which acts statements speak of."""

import pytest

from firsthand.claims.attribution import Informant, InformantType, Span
from firsthand.claims.claim import Participant, Statement, StatementKind, TimeTold
from firsthand.entities.act import ActKind, acts_of_statements
from firsthand.entities.entity import EntityNotUsable, entity_of_mentions
from firsthand.entities.mention import MentionKind, looks_like_a_name, mentions_of_statements
from firsthand.values.dates import UncertainDate

TEXT = "Kim Tal-lae was there. Wardens came. Kim Tal-lae left. 김달래가 왔다."


def told(act="bribery", edtf=None, victims=(), informant=None):
    return Statement(
        kind=StatementKind.ACT,
        informant=informant or Informant(type=InformantType.AUTHOR_VOICE),
        acts=(act,),
        victims=tuple(Participant(text=v, span=Span(0, 1)) for v in victims),
        time=TimeTold(date=UncertainDate(edtf=edtf)) if edtf else None,
    )


@pytest.mark.parametrize("words", ["Kim Tal-lae", "김달래", "달래 씨", "Ms P.", "J. H. Pak", "Dallae Gim"])
def test_these_may_be_names(words):
    assert looks_like_a_name(words)


@pytest.mark.parametrize(
    "words", ["a woman", "상인", "노동자", "North Koreans", "UN High", "traders", "여성", "The Group"]
)
def test_these_are_no_names(words):
    assert not looks_like_a_name(words)


def test_a_mention_keeps_its_id_when_more_is_told():
    one = mentions_of_statements([("d", told(victims=["Kim Tal-lae"]))], {"d": TEXT})
    more = mentions_of_statements([("d", told("torture")), ("d", told(victims=["Kim Tal-lae"]))], {"d": TEXT})
    assert [m.id for m in one] == [m.id for m in more] == ["d.person.0"]


def test_what_is_inferred_and_stands_nowhere_is_no_mention():
    assert mentions_of_statements([("d", told(victims=["Pak Nobody"]))], {"d": TEXT}) == []


def test_an_entity_is_made_of_mentions_of_one_kind():
    (mention,) = mentions_of_statements([("d", told(victims=["Kim Tal-lae"]))], {"d": TEXT})
    assert entity_of_mentions("entity-a", "quiet lantern", [mention]).kind is MentionKind.PERSON
    with pytest.raises(EntityNotUsable):
        entity_of_mentions("entity-a", "quiet lantern", [])


def test_statements_of_one_month_are_one_event_and_an_undated_one_joins_the_nearest():
    statements = [
        ("a", "d1", told("deportation", "2031-05-12")),
        ("b", "d1", told("deportation")),
        ("c", "d2", told("deportation", "2031-05")),
        ("d", "d3", told("deportation", "2019-02-01")),
        ("e", "d4", told("deportation")),
    ]
    groups = acts_of_statements(statements)
    events = sorted(g.members for g in groups if g.kind is ActKind.EVENT)
    assert [set(members) for members in events] in [[{"a", "b", "c"}, {"d"}], [{"d"}, {"a", "b", "c"}]]
    assert [g.members for g in groups if g.kind is ActKind.PATTERN] == [("e",)]
