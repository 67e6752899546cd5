"""Keys: each act has one, all can be changed, and none stands for two acts of one page."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.interfaces.web.keymap import ACTS, Keymap, KeyTaken, KeyUnusable, parse_key
from firsthand.interfaces.web.preferences import Preferences, load_preferences, store_preferences
from firsthand.workbench.opening import ephemeral_session

NAMES = [act.name for act in ACTS]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("y", "y"),
        ("Y", "y"),
        ("ctrl+k", "Ctrl+K"),
        ("shift + ctrl + j", "Ctrl+Shift+J"),
        ("F9", "F9"),
        ("f9", "F9"),
        ("+", "+"),
        ("?", "?"),
        ("ㅛ", "ㅛ"),
    ],
)
def test_a_key_is_kept_in_one_form(written, kept):
    assert parse_key(written) == kept


@pytest.mark.parametrize("written", ["", "Ctrl+", "Hyper+k", "Ctrl+T", "Tab", "F13", "yy", "Escape"])
def test_what_names_no_key_of_ours_is_refused(written):
    with pytest.raises(KeyUnusable):
        parse_key(written)


FREE = [key for key in (*string.ascii_lowercase, "F2", "Ctrl+J", "Alt+B") if key not in {a.default for a in ACTS}]


@given(st.sampled_from(NAMES), st.sampled_from(FREE))
def test_every_key_can_be_changed_and_nothing_else_changes(name, key):
    changed = Keymap.of({name: key}, letters=True)
    assert changed[name] == key
    assert all(changed[other] == Keymap(changed={})[other] for other in NAMES if other != name)


@given(st.dictionaries(st.sampled_from(NAMES), st.sampled_from([act.default for act in ACTS])))
def test_no_keymap_has_two_acts_of_one_page_on_one_key(wanted):
    try:
        keymap = Keymap.of(wanted, letters=True)
    except KeyTaken:
        return
    for page in {act.pages for act in ACTS}:
        here = [keymap[act.name] for act in ACTS if act.pages in {page, "all"}]
        assert len(here) == len(set(here))


def test_without_letters_only_other_keys_act():
    keymap = Keymap(changed={}, letters=False)
    assert set(keymap.for_script()) == {act.name for act in ACTS if len(act.default) > 1}
    assert keymap.shown("accept") == ""
    assert keymap.shown("jump") == "Ctrl+K"


def test_preferences_come_back_as_they_were_kept():
    wanted = Preferences(
        language="ko",
        theme="contrast",
        idle_minutes=5,
        covers=False,
        keys=Keymap(changed={"accept": "j"}, letters=False),
    )
    with ephemeral_session(actor="coder") as session:
        assert load_preferences(session) == Preferences()
        store_preferences(session, wanted)
        assert load_preferences(session) == wanted
