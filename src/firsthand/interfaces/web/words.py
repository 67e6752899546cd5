"""Words of the interface in English and Korean, from one catalogue; coded terms come from the vocabularies."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from importlib import resources

from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po

from firsthand.values.dates import UncertainDate, days_of_edtf

__all__ = [
    "LANGUAGES",
    "PSEUDO",
    "date_in_words",
    "day_in_words",
    "message_of_reason",
    "moment_in_words",
    "translate",
    "translate_reason",
    "translate_told",
]

LANGUAGES = ("en", "ko")
# A made-up language that marks every message, so that a test sees what is in no catalogue.
PSEUDO = "qq"


# "kind:interview" names its context before the colon; "Set aside: {n}" is a sentence.
_CONTEXT = re.compile(r"^[a-z][a-z ]*:(?=\S)")


@lru_cache(maxsize=2)
def _catalogue(language: str) -> dict[str, str]:
    if language not in LANGUAGES:
        return {}
    file = resources.files("firsthand") / "translations" / language / "LC_MESSAGES" / "firsthand.po"
    with file.open("rb") as stream:
        catalogue = read_po(stream, locale=language)
    return {str(m.id): str(m.string) for m in catalogue if m.id and m.string and not m.fuzzy}


def translate(message: str, language: str, **values: object) -> str:
    """The message in a language, English where the catalogue has none, with ``{names}`` filled in.

    A message such as ``kind:interview`` names its context before the colon, because one English word may need
    several Korean ones; in English the context is dropped where the catalogue has no better words. What is said of
    one thing alone may stand in a catalogue under the message and ``#one``.
    """
    known = _catalogue(language)
    text = (str(values.get("n")) == "1" and known.get(f"{message}#one")) or known.get(message)
    text = text or _CONTEXT.sub("", message)
    text = text.format(**values) if values else text
    return f"⟦{text}⟧" if language == PSEUDO else text


_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def translate_told(message: str, language: str) -> str:
    """A message that was put together elsewhere, its numbers and quoted words aside.

    "12 files" is looked up as "{n} files", the second number is ``{n2}`` and so on; "The code “x” is used" as
    "The code {quoted} is used". English where the catalogue has none.
    """
    known = _catalogue(language)
    if message in known or language == PSEUDO or _CONTEXT.match(message):
        return translate(message, language)
    quoted = _QUOTED.findall(message)[:1000]
    places = iter(range(_HELD, _HELD + len(quoted)))
    plain = _QUOTED.sub(lambda _: chr(next(places)), message, count=1000)
    pattern, values = message_of_reason(plain, quoted)
    text = known.get(pattern)
    return text.format(**values) if text else message


_QUOTED = re.compile(r"“[^”]*”")
# Letters of no script: they hold the place of quoted words while a reason is taken apart.
_HELD = 0xE000


def message_of_reason(part: str, quoted: list[str]) -> tuple[str, dict[str, str]]:
    """A reason as the catalogue names it, and its values: ``{quoted}``, ``{quoted2}``, ``{n}``, ``{n2}`` in order."""
    values: dict[str, str] = {}

    def put(kind: str, value: str) -> str:
        count = sum(name.startswith(kind) for name in values) + 1
        name = kind if count == 1 else f"{kind}{count}"
        values[name] = value
        return f"{{{name}}}"

    held = re.compile(rf"[{chr(_HELD)}-{chr(_HELD + max(0, len(quoted) - 1))}]|{_NUMBER.pattern}")
    message = held.sub(
        lambda m: put("n", m.group()) if m.group()[0].isdigit() else put("quoted", quoted[ord(m.group()) - _HELD]), part
    )
    return message, values


def translate_reason(reason: str, language: str) -> str:
    """Why a machine proposes something, in a language: reasons joined by semicolons, their quoted words as they are.

    A part that the catalogue does not know stays English.
    """
    if language == "en":
        return reason
    known = _catalogue("ko")  # each language has what one of them has
    quoted = _QUOTED.findall(reason)[:1000]
    places = iter(range(_HELD, _HELD + len(quoted)))
    plain = _QUOTED.sub(lambda _: chr(next(places)), reason, count=1000)
    told = []
    for part in plain.split("; "):
        message, values = message_of_reason(part, quoted)
        whole = "".join(quoted[ord(c) - _HELD] if _HELD <= ord(c) < _HELD + len(quoted) else c for c in part)
        told.append(translate(message, language, **values) if message in known else whole)
    return "; ".join(told)


def _locale(language: str) -> str:
    return "ko" if language == "ko" else "en"


def day_in_words(moment: dt.datetime | dt.date, language: str) -> str:
    """A day for reading."""
    day = moment.date() if isinstance(moment, dt.datetime) else moment
    return format_date(day, "long" if language == "ko" else "d MMMM y", locale=_locale(language))


def moment_in_words(moment: dt.datetime, language: str) -> str:
    """A moment for reading, in the machine's own time, to the minute."""
    return format_datetime(
        moment.astimezone(), "medium" if language == "ko" else "d MMM y, HH:mm", locale=_locale(language)
    )


_SEASONS = {"21": ("spring", "봄"), "22": ("summer", "여름"), "23": ("autumn", "가을"), "24": ("winter", "겨울")}


def date_in_words(date: UncertainDate | None, language: str) -> str:
    """An uncertain date for reading: spring 2009, around 1995, 1990s; never more exact than told."""
    if date is None or date.edtf is None:
        return (date.words or "") if date else ""
    korean = language == "ko"
    text = date.edtf
    about = ("약 " if korean else "around ") if date.is_approximate else ""
    plain = text.replace("~", "").replace("?", "").replace("%", "")
    if "/" in plain:
        first, last = plain.split("/", 1)
        if first in {"", ".."}:
            return f"{_single(last, korean)}까지" if korean else f"until {_single(last, korean)}"
        if last in {"", ".."}:
            return about + (f"{_single(first, korean)}부터" if korean else f"since {_single(first, korean)}")
        return about + f"{_single(first, korean)} – {_single(last, korean)}"
    if plain[:1] in "[{":
        earliest, latest = days_of_edtf(plain)
        return f"{earliest} – {latest}"
    return about + _single(plain, korean)


_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905  a list of words reads better in one line


def _single(text: str, korean: bool) -> str:
    if len(text) == 4 and text.endswith("X") and text[:3].isdigit():
        return f"{text[:3]}0년대" if korean else f"{text[:3]}0s"
    parts = [part for part in text.split("-") if part and "X" not in part]
    if len(parts) == 2 and parts[1] in _SEASONS:
        return f"{parts[0]}년 {_SEASONS[parts[1]][1]}" if korean else f"{_SEASONS[parts[1]][0]} {parts[0]}"
    if not all(part.isdigit() for part in parts) or not parts:
        return text
    if korean:
        return " ".join(f"{int(part)}{unit}" for part, unit in zip(parts, ("년", "월", "일"), strict=False))
    names = [str(int(parts[2])) if len(parts) > 2 else "", _MONTHS[int(parts[1]) - 1] if len(parts) > 1 else ""]
    return " ".join([*(name for name in names if name), parts[0]])
