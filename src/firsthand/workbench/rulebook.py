"""The rules of a vault: those that ship with Firsthand, and rule files that a team added, kept as settings.

A team's rule with the id of a packaged one takes its place. Every change is a step that can be undone.
"""

from __future__ import annotations

from collections.abc import Mapping

from firsthand.corroboration.rules import RuleBook, packaged_rules, read_rules
from firsthand.values.errors import UsageError
from firsthand.vault import Change
from firsthand.vault.tables.settings import Setting
from firsthand.workbench.session import Session
from firsthand.workbench.steps import StepName

__all__ = ["RuleUnknown", "add_rules", "own_rules", "remove_rule", "rules_for_act", "rules_of"]

_PREFIX = "rule:"


class RuleUnknown(UsageError):
    """There is no such rule."""

    next_step = "Look at the list of rules for the ids."


def own_rules(session: Session) -> Mapping[str, str]:
    """The texts of the rule files that the team added, by the id of the rule."""
    return {
        kept.id.removeprefix(_PREFIX): kept.value
        for kept in session.vault.all("setting")
        if kept.id.startswith(_PREFIX) and kept.value
    }


def rules_of(session: Session) -> RuleBook:
    """All rules by id, the team's own last."""
    own = own_rules(session)
    name = "rules"
    kept = session.memory.get(name)
    if isinstance(kept, tuple) and kept[0] == own:
        book: RuleBook = kept[1]
        return book
    book = {**packaged_rules(), **_read_beside(own)} if own else packaged_rules()
    session.memory[name] = (own, book)
    return book


def _read_beside(own: Mapping[str, str]) -> RuleBook:
    """Own rules, which may take their context from a packaged one."""
    return read_rules(own, beside=packaged_rules())


def add_rules(session: Session, files: Mapping[str, str]) -> RuleBook:
    """Keep rule files, by file name; gives the rules that they hold.

    Raises:
        RuleNotUsable: one of them is no rule; nothing was kept.
    """
    new = read_rules(files, beside=rules_of(session))
    texts = dict(zip(new, files.values(), strict=True))
    held = own_rules(session)
    changes = [
        Change(kind="setting", id=f"{_PREFIX}{name}", value=Setting(id=f"{_PREFIX}{name}", value=text))
        for name, text in texts.items()
        if held.get(name) != text
    ]
    if changes:
        session.take(StepName.CHANGE_RULES, changes)
    return new


def remove_rule(session: Session, rule: str) -> None:
    """Take a rule out that the team added; a packaged one in whose place it stood holds again.

    Raises:
        RuleUnknown: the team added none with that id.
    """
    if rule not in own_rules(session):
        raise RuleUnknown("No rule with that id was added to this vault.")
    session.take(StepName.CHANGE_RULES, [Change(kind="setting", id=f"{_PREFIX}{rule}", value=None)])


def rules_for_act(session: Session, act: str) -> RuleBook:
    """The rules that are offered on findings of an act."""
    return {name: rule for name, rule in rules_of(session).items() if act in rule.for_acts}
