"""How one person likes the workbench: language, theme, keys, when it locks. Kept in the vault, sealed as all else."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from firsthand.interfaces.web.keymap import Keymap
from firsthand.interfaces.web.words import LANGUAGES
from firsthand.values.errors import InputError
from firsthand.workbench.session import Session
from firsthand.workbench.settings import read_setting, write_setting

__all__ = ["IDLE_MINUTES", "THEMES", "Preferences", "load_preferences", "store_preferences"]

THEMES = ("system", "light", "dark", "contrast")
IDLE_MINUTES = (2, 5, 15, 30, 60)
NAME = "preferences"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a person chose; the defaults where nothing was chosen. ``covers``: hard passages are covered at first."""

    language: str = ""
    theme: str = "system"
    idle_minutes: int = 15
    covers: bool = True
    keys: Keymap = field(default_factory=lambda: Keymap(changed={}))


def load_preferences(session: Session) -> Preferences:
    """What is kept; defaults for what cannot be read any more."""
    try:
        kept = json.loads(read_setting(session, f"{NAME}:{session.vault.own_slot}") or "{}")
        language, theme, idle = kept.get("language", ""), kept.get("theme", "system"), kept.get("idle", 15)
        return Preferences(
            language=language if language in LANGUAGES else "",
            theme=theme if theme in THEMES else "system",
            idle_minutes=idle if idle in IDLE_MINUTES else 15,
            covers=kept.get("covers") is not False,
            keys=Keymap.of(kept.get("keys", {}), letters=kept.get("letters") is not False),
        )
    except (ValueError, AttributeError, InputError):
        return Preferences()


def store_preferences(session: Session, wanted: Preferences) -> None:
    """Keep them."""
    write_setting(
        session,
        f"{NAME}:{session.vault.own_slot}",
        json.dumps(
            {
                "language": wanted.language,
                "theme": wanted.theme,
                "idle": wanted.idle_minutes,
                "covers": wanted.covers,
                "keys": dict(wanted.keys.changed),
                "letters": wanted.keys.letters,
            }
        ),
    )
