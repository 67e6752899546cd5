"""The keys of the workbench: one name for each act, all changeable, single letters that can be turned off."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from firsthand.values.errors import InputError

__all__ = ["ACTS", "KeyAct", "KeyTaken", "KeyUnusable", "Keymap", "parse_key"]


class KeyUnusable(InputError):
    """A word that names no key, or a key that the browser keeps for itself."""

    next_step = "Write one letter, a named key such as F9, or a combination such as Ctrl+K."


class KeyTaken(InputError):
    """Two acts that can happen on one page have one key."""

    next_step = "Choose another key for one of the two."


@dataclass(frozen=True, slots=True)
class KeyAct:
    """Something that a key does. ``message`` is its words in the catalogue; ``pages`` is where it can happen."""

    name: str
    default: str
    message: str
    pages: str = "all"


ACTS = (
    KeyAct("accept", "y", "accept the proposal", "reader"),
    KeyAct("refuse", "n", "refuse the proposal", "reader"),
    KeyAct("edit", "e", "edit the proposal first", "reader"),
    KeyAct("instead-1", "1", "accept the proposal with the first of the other acts offered", "reader"),
    KeyAct("instead-2", "2", "accept the proposal with the second of them", "reader"),
    KeyAct("instead-3", "3", "accept the proposal with the third of them", "reader"),
    KeyAct("down", "ArrowDown", "move to the next sentence", "reader"),
    KeyAct("up", "ArrowUp", "move to the sentence before", "reader"),
    KeyAct("further", "Shift+ArrowDown", "extend the mark downwards", "reader"),
    KeyAct("back", "Shift+ArrowUp", "extend the mark upwards", "reader"),
    KeyAct("mark", "Enter", "mark the sentences and open the form", "reader"),
    KeyAct("words", "w", "narrow the mark to words of the sentence, or widen it again", "reader"),
    KeyAct("again", "a", "in a new claim, take over speaker, basis, time and places of the one before", "reader"),
    KeyAct("reveal", "r", "uncover the sentence", "reader"),
    KeyAct("stop", "h", "stop here and keep the place", "reader"),
    KeyAct("text", "t", "go into the text", "reader"),
    KeyAct("same", "s", "the two are the same", "pairs"),
    KeyAct("different", "d", "the two are different", "pairs"),
    KeyAct("unsure", "u", "unsure", "pairs"),
    KeyAct("later", "l", "decide later", "pairs"),
    KeyAct("publish-nothing", "k", "keep “unknown, so nothing may be published”", "sources"),
    KeyAct("task", "g", "go to the practice task that comes next"),
    KeyAct("search", "/", "search"),
    KeyAct("keys", "?", "show the keys"),
    KeyAct("jump", "Ctrl+K", "go to a page"),
    KeyAct("undo", "Ctrl+Z", "undo the last step, anywhere"),
    KeyAct("lock", "F9", "lock at once, also while typing"),
)
_BY_NAME = {act.name: act for act in ACTS}
# Keys that browsers do not give to pages, or that people need for the browser itself.
_KEPT = {f"Ctrl+{letter}" for letter in "CVXATWNRLQPSF"} | {"Tab", "Shift+Tab", "Escape", "F5", "F11", "F12"}
_NAMED = re.compile(r"(?:F(?:[1-9]|1[0-2])|Arrow(?:Up|Down|Left|Right)|Enter|Home|End|PageUp|PageDown|Insert|Delete)")
_PARTS = ("Ctrl", "Alt", "Shift")


def parse_key(text: str) -> str:
    """A key as it is kept: modifiers in a fixed order, one letter in its own case.

    Raises:
        KeyUnusable: it names no key that a page can have.
    """
    *modifiers, last = [part.strip() for part in text.strip().split("+")] if text.strip() != "+" else ["+"]
    found = {m.capitalize() for m in modifiers}
    if not found <= set(_PARTS) or not last:
        raise KeyUnusable("That names no key.")
    if len(last) == 1:
        key = last.upper() if found & {"Ctrl", "Alt"} else last.lower()
    else:
        key = last[:1].upper() + last[1:]
        if not _NAMED.fullmatch(key):
            raise KeyUnusable("That names no key.")
    whole = "+".join([*(m for m in _PARTS if m in found), key])
    if whole in _KEPT:
        raise KeyUnusable("The browser keeps that key for itself.")
    return whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Keymap:
    """Which key does what. ``changed`` holds what differs from the defaults; ``letters``: single letters act."""

    changed: Mapping[str, str]
    letters: bool = True

    def __post_init__(self) -> None:
        seen: dict[str, list[KeyAct]] = {}
        for act in ACTS:
            for other in seen.setdefault(self[act.name], []):
                if other.pages == act.pages or "all" in {other.pages, act.pages}:
                    raise KeyTaken("One key stands for two acts.")
            seen[self[act.name]].append(act)

    def __getitem__(self, name: str) -> str:
        return self.changed.get(name) or _BY_NAME[name].default

    def shown(self, name: str) -> str:
        """The key as pages show it; empty where it does nothing."""
        key = self[name]
        if not self.letters and len(key) == 1:
            return ""
        return (
            key.replace("Arrow", "").replace("Up", "↑").replace("Down", "↓").replace("Left", "←").replace("Right", "→")
        )

    def for_script(self) -> dict[str, str]:
        """Each act with its key, without those that do nothing."""
        return {act.name: self[act.name] for act in ACTS if self.letters or len(self[act.name]) != 1}

    @classmethod
    def of(cls, wanted: Mapping[str, str], *, letters: bool) -> Keymap:
        """The keymap that a person asks for.

        Raises:
            KeyUnusable, KeyTaken: it cannot be used.
        """
        changed = {}
        for act in ACTS:
            key = parse_key(wanted.get(act.name) or act.default)
            if key != act.default:
                changed[act.name] = key
        return cls(changed=changed, letters=letters)
