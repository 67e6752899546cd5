"""Quote and position selectors that must agree, and that survive a new version of a text.

After the W3C Web Annotation model: a TextQuoteSelector (exact, prefix, suffix) and a TextPositionSelector
(start, end) together. Positions are Unicode code points, the end excluded.
"""

from __future__ import annotations

from dataclasses import dataclass

from firsthand.values.errors import InputError

__all__ = ["CONTEXT_CHARS", "Anchor", "SelectorsDisagree", "make_anchor", "read_anchor", "reanchor"]

CONTEXT_CHARS = 32


class SelectorsDisagree(InputError):
    """The quote and the position of a passage do not name the same words."""

    likely = "The passage was made on another version of the text, or one of the two was changed by hand."
    next_step = "Mark the passage again in the text as it is now."


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A place in a text, said twice: by position and by quote."""

    start: int
    end: int
    exact: str
    prefix: str = ""
    suffix: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or self.end - self.start != len(self.exact):
            raise SelectorsDisagree("A passage's position and its quote differ in length, or it is empty.")


def make_anchor(text: str, start: int, end: int) -> Anchor:
    """Anchor ``text[start:end]`` with up to 32 code points of context on each side.

    Raises:
        SelectorsDisagree: the span is empty or lies outside of the text.
    """
    if not 0 <= start < end <= len(text):
        raise SelectorsDisagree(f"Characters {start} to {end} are not a span of a text of {len(text)} characters.")
    return Anchor(
        start=start,
        end=end,
        exact=text[start:end],
        prefix=text[max(0, start - CONTEXT_CHARS) : start],
        suffix=text[end : end + CONTEXT_CHARS],
    )


def read_anchor(text: str, anchor: Anchor) -> str:
    """The words that the anchor names, when position and quote agree.

    Raises:
        SelectorsDisagree: they do not.
    """
    if text[anchor.start : anchor.end] != anchor.exact:
        raise SelectorsDisagree("The words at a passage's position are not the words of its quote.")
    return anchor.exact


def reanchor(text: str, anchor: Anchor) -> Anchor | None:
    """Find the passage again in a new version of its text, or ``None``: a lost anchor is for a person to see.

    The quote must occur unchanged. Where it occurs more than once, the occurrence whose surroundings agree best
    with prefix and suffix wins, then the nearest to the old position; if two agree equally well and are equally
    near, the anchor is lost rather than guessed.
    """
    found = []
    start = text.find(anchor.exact)
    while start >= 0:
        end = start + len(anchor.exact)
        context = _common_end(text[:start], anchor.prefix) + _common_start(text[end:], anchor.suffix)
        found.append((-context, abs(start - anchor.start), start))
        start = text.find(anchor.exact, start + 1)
    found.sort()
    if not found or (len(found) > 1 and found[0][:2] == found[1][:2]):
        return None
    start = found[0][2]
    return make_anchor(text, start, start + len(anchor.exact))


def _common_start(a: str, b: str) -> int:
    count = 0
    for one, other in zip(a, b, strict=False):
        if one != other:
            break
        count += 1
    return count


def _common_end(a: str, b: str) -> int:
    return _common_start(a[-CONTEXT_CHARS:][::-1], b[::-1])
