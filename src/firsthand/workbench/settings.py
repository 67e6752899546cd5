"""Settings of a vault: small texts by name, each change a step that can be undone."""

from __future__ import annotations

from firsthand.vault import Change
from firsthand.vault.tables.settings import Setting
from firsthand.workbench.session import Session
from firsthand.workbench.steps import StepName

__all__ = ["read_setting", "write_setting"]


def read_setting(session: Session, name: str, default: str = "") -> str:
    """A setting's text."""
    setting = session.vault.get("setting", name)
    return setting.value if isinstance(setting, Setting) else default


def write_setting(session: Session, name: str, value: str) -> None:
    """Keep a setting."""
    if read_setting(session, name) != value:
        kept = Setting(id=name, value=value)
        session.take(StepName.CHANGE_SETTING, [Change(kind="setting", id=name, value=kept)])
