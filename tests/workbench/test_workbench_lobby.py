"""The lobby: vaults are made and opened where a person means, and leaving closes them."""

from __future__ import annotations

import pytest

from firsthand.values.errors import FirsthandError, UsageError
from firsthand.workbench.lobby import Lobby, PassphraseTooShort, PlaceForVault

SECRET = "seven invented words for one invented vault"


@pytest.fixture
def lobby(tmp_path, monkeypatch):
    monkeypatch.setenv("FIRSTHAND_WITNESS", "none")
    lobby = Lobby(folder=tmp_path / "vaults", light=True)
    yield lobby
    lobby.leave()


def test_a_name_lies_in_the_folder_and_a_whole_path_where_it_says(lobby, tmp_path):
    assert lobby.place("notes") == tmp_path / "vaults" / "notes"
    assert lobby.place(str(tmp_path / "elsewhere")) == tmp_path / "elsewhere"


@pytest.mark.parametrize("named", ["", "  ", "a/b", "../out", "/srv/../etc", "nul\x00"])
def test_a_place_that_cannot_be_meant_is_refused(lobby, named):
    with pytest.raises(PlaceForVault):
        lobby.place(named)


def test_a_vault_is_made_listed_left_and_opened_again(lobby):
    path = lobby.place("notes")
    made = lobby.make(path, SECRET)
    assert lobby.vaults() == [path]
    lobby.leave()
    with pytest.raises(UsageError):
        made.vault.count("source")
    assert lobby.open(path, SECRET).vault.count("source") == 0


def test_a_passphrase_that_can_be_guessed_makes_nothing(lobby):
    with pytest.raises(PassphraseTooShort):
        lobby.make(lobby.place("notes"), "fifteen letters")
    assert lobby.vaults() == []


def test_a_wrong_passphrase_leaves_it_closed(lobby):
    path = lobby.place("notes")
    lobby.make(path, SECRET)
    with pytest.raises(FirsthandError):
        lobby.open(path, "another passphrase altogether")


def test_practice_needs_no_passphrase_and_leaves_nothing(lobby):
    session = lobby.practise()
    folder = session.vault.path
    assert session.vault.count("document") > 10
    lobby.leave()
    assert not folder.exists()
