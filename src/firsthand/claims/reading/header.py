"""Facts in a text's first line: ``# 07 | title: ... | publisher: ... | date: ...`` or lines ``Key: value``."""

from __future__ import annotations

import re

__all__ = ["read_header"]

_KNOWN = {
    "title": "title", "publisher": "publisher", "date": "date", "lang": "language", "language": "language",
    "address": "address", "url": "address", "author": "author", "source": "publisher", "published": "date",
    "제목": "title", "매체": "publisher", "발행": "publisher", "발행처": "publisher",
    "날짜": "date", "일자": "date", "언어": "language", "kind": "kind",
}  # fmt: skip
_FIELD = re.compile(r"^\s*([\w ]{2,20}?)\s*:\s*(\S.*?)\s*$")
_NEXT_LINE = re.compile(r"\r\n|\r|\n")
MOST_HEADER_LINES = 12


def read_header(text: str) -> tuple[dict[str, str], int]:
    """The facts of a header and the character at which the body begins (0 when there is no header)."""
    first = _NEXT_LINE.split(text, maxsplit=1)[0]
    if first.lstrip("\ufeff").startswith("#") and "|" in first:
        facts = _fields(first.lstrip("\ufeff# ").split("|"))
        end = _NEXT_LINE.search(text)
        if len(facts) >= 2:
            return facts, end.end() if end else len(text)
    facts, position = {}, 0
    for _ in range(MOST_HEADER_LINES):
        end = _NEXT_LINE.search(text, position)
        line = text[position : end.start() if end else len(text)]
        found = _fields([line])
        if not found:
            break
        facts |= found
        position = end.end() if end else len(text)
    return (facts, position) if len(facts) >= 2 else ({}, 0)


def _fields(parts: list[str]) -> dict[str, str]:
    facts = {}
    for part in parts:
        match = _FIELD.match(part)
        if match and match[1].strip().lower() in _KNOWN:
            facts[_KNOWN[match[1].strip().lower()]] = match[2]
    return facts
