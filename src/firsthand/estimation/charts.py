"""Charts of tables and results as SVG text: no script, no style sheet, no outside request.

Documented people are solid, estimates hollow or pale: a count and an estimate never look alike. Every mark has its
figures as a title, which screen readers read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from firsthand.estimation.lists import CaptureTable
from firsthand.estimation.results import EstimateResult

__all__ = ["draw_all", "draw_estimates", "draw_patterns", "draw_posteriors"]

WIDTH, LABEL, ROW = 760, 190, 28
# Ink is the colour of the text around, so that charts suit light and dark pages.
INK, PALE, GRID = "currentColor", "#9fb3c8", "#b8c4ce"
FONT = "system-ui, sans-serif"
MOST_PATTERNS = 32
Words = Callable[[str], str]
"""Gives a label in the reader's language."""


def _as_told(text: str) -> str:
    return text


def _tag(tag: str, *inside: str, **attributes: object) -> str:
    """One element; the text of ``inside`` is SVG already, attribute values are escaped."""
    named = "".join(f' {k.rstrip("_").replace("_", "-")}="{escape(str(v))}"' for k, v in attributes.items())
    return f"<{tag}{named}>{''.join(inside)}</{tag}>"


def _text(words: str, x: float, y: float, **attributes: object) -> str:
    shown = {"font_family": FONT, "font_size": 13, "fill": INK, **attributes}
    return _tag("text", escape(words), x=f"{x:.1f}", y=f"{y:.1f}", **shown)


def _svg(parts: Sequence[str], height: float, title: str) -> str:
    return _tag(
        "svg",
        _tag("title", escape(title)),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {height:.0f}",
        role="img",
    )


def _scale(observed: int, results: Sequence[EstimateResult]) -> Callable[[float], float]:
    shown = [r for r in results if r.total is not None]
    points = max([float(observed), *(r.total or 0.0 for r in shown)])
    ends = max([float(observed), *(r.interval[1] for r in shown if r.interval)])
    # Some intervals reach very far; the scale follows the points.
    limit = min(3.0 * points, ends) * 1.05

    def x(value: float) -> float:
        return LABEL + (WIDTH - LABEL - 40) * min(value, limit) / limit

    return x


def _axis(x: Callable[[float], float], limit: float, height: float) -> list[str]:
    parts = []
    step = 10 ** len(str(int(limit))) / 100
    while limit / step > 6:
        step *= 2.5 if str(step)[0] == "2" else 2
    value = 0.0
    while x(value) < WIDTH - 40.5:
        parts.append(
            _tag("line", x1=f"{x(value):.1f}", x2=f"{x(value):.1f}", y1=24, y2=f"{height - 22:.1f}", stroke=GRID)
        )
        parts.append(_text(f"{value:,.0f}", x(value), height - 6, text_anchor="middle", font_size=11))
        value += step
    return parts


def _estimate_parts(observed: int, results: Sequence[EstimateResult], words: Words) -> tuple[list[str], float]:
    x = _scale(observed, results)
    limit = max([float(observed), *(r.interval[1] for r in results if r.interval)])
    height = 64.0 + ROW * len(results)
    parts = _axis(x, limit, height)
    parts.append(
        _tag(
            "line",
            x1=f"{x(observed):.1f}",
            x2=f"{x(observed):.1f}",
            y1=24,
            y2=height - 22,
            stroke=INK,
            stroke_width=3,
        )
    )
    parts.append(
        _text(f"{words('Documented')} {observed:,}", x(observed), 16, text_anchor="middle", font_weight="bold")
    )
    for number, one in enumerate(results):
        y = 46 + ROW * number
        parts.append(_text(one.method, LABEL - 12, y + 4, text_anchor="end"))
        if one.total is None:
            parts.append(_text(words("no estimate"), x(observed) + 10, y + 4, font_style="italic"))
            continue
        title = f"{one.method}: {one.total:,.0f}"
        if one.interval is not None:
            low, high = one.interval
            title += f" [{low:,.0f}, {high:,.0f}]"
            parts.append(_tag("line", x1=f"{x(low):.1f}", x2=f"{x(high):.1f}", y1=y, y2=y, stroke=INK, stroke_width=2))
            if x(high) >= WIDTH - 41:
                parts.append(_text("→", WIDTH - 36, y + 5))
        dot = _tag("title", escape(title))
        parts.append(
            _tag("circle", dot, cx=f"{x(one.total):.1f}", cy=y, r=5, fill="#ffffff", stroke=INK, stroke_width=2)
        )
    return parts, height


def draw_estimates(observed: int, results: Sequence[EstimateResult], *, words: Words = _as_told) -> str:
    """Dot and whisker for each method, with the documented number as a solid line; refusals keep their row.

    Args:
        observed: people on at least one list.
        results: what the methods say.
        words: gives labels in the reader's language.
    """
    parts, height = _estimate_parts(observed, results, words)
    return _svg(parts, height, words("Estimates"))


def _pattern_parts(table: CaptureTable, words: Words) -> tuple[list[str], float]:
    patterns = sorted(table.counts.items(), key=lambda one: (-one[1], one[0]))[:MOST_PATTERNS]
    lists = len(table.lists)
    bars, step = 120.0, (WIDTH - LABEL - 20) / max(len(patterns), 8)
    top = 36.0 + bars
    most = max(count for _, count in patterns)
    parts = [_text(words("Who is on which list"), LABEL, 14, font_weight="bold")]
    for j, name in enumerate(table.lists):
        y = top + 20 + 20 * j
        if j % 2 == 0:
            parts.append(
                _tag("rect", x=LABEL, y=y - 10, width=WIDTH - LABEL - 20, height=20, fill=INK, fill_opacity=0.06)
            )
        parts.append(_text(f"{name} ({table.list_sizes[j]:,})", LABEL - 12, y + 4, text_anchor="end", font_size=12))
    for number, (pattern, count) in enumerate(patterns):
        x = LABEL + step * (number + 0.5)
        tall = max(bars * count / most, 1.0)
        held = ", ".join(name for name, mark in zip(table.lists, pattern, strict=True) if mark)
        title = _tag("title", escape(f"{held}: {count:,}"))
        wide = min(step * 0.7, 22)
        parts.append(
            _tag(
                "rect",
                title,
                x=f"{x - wide / 2:.1f}",
                y=f"{top - tall:.1f}",
                width=f"{wide:.1f}",
                height=f"{tall:.1f}",
                fill=INK,
            )
        )
        parts.append(_text(f"{count:,}", x, top - tall - 3, text_anchor="middle", font_size=10))
        on = [j for j in range(lists) if pattern[j]]
        if len(on) > 1:
            y1, y2 = top + 20 + 20 * on[0], top + 20 + 20 * on[-1]
            parts.append(_tag("line", x1=f"{x:.1f}", x2=f"{x:.1f}", y1=y1, y2=y2, stroke=INK, stroke_width=2))
        for j in range(lists):
            fill = INK if pattern[j] else PALE
            parts.append(_tag("circle", cx=f"{x:.1f}", cy=top + 20 + 20 * j, r=5 if pattern[j] else 2, fill=fill))
    return parts, top + 20 + 20 * lists


def draw_patterns(table: CaptureTable, *, words: Words = _as_told) -> str:
    """How many people each combination of lists holds, largest first; at most 32 combinations.

    Args:
        table: the capture table.
        words: gives labels in the reader's language.
    """
    parts, height = _pattern_parts(table, words)
    return _svg(parts, height, words("Who is on which list"))


def _posterior_parts(observed: int, results: Sequence[EstimateResult], words: Words) -> tuple[list[str], float]:
    shown = [r for r in results if len(r.posterior) > 1]
    x = _scale(observed, shown)
    limit = max([float(observed), *(r.interval[1] for r in shown if r.interval)])
    tall = 64.0
    height = 64.0 + (tall + 14) * len(shown)
    parts = [_text(words("How likely each total is"), LABEL, 14, font_weight="bold"), *_axis(x, limit, height)]
    for number, one in enumerate(shown):
        base = 30 + (tall + 14) * (number + 1) - 14
        most = max(share for _, share in one.posterior)
        inside = [(total, share) for total, share in one.posterior if x(total) < WIDTH - 40.5]
        points = [f"{x(total):.1f},{base - tall * share / most:.1f}" for total, share in inside]
        if not points:
            continue
        ends = f"{x(inside[0][0]):.1f},{base:.1f} {' '.join(points)} {x(inside[-1][0]):.1f},{base:.1f}"
        total, (low, high) = one.total or 0.0, one.interval or (0.0, 0.0)
        title = _tag("title", escape(f"{one.method}: {total:,.0f} [{low:,.0f}, {high:,.0f}]"))
        parts.append(_tag("polygon", title, points=ends, fill=INK, fill_opacity=0.12, stroke=INK))
        parts.append(_text(one.method, LABEL - 12, base - 4, text_anchor="end"))
        parts.append(
            _tag(
                "line",
                x1=f"{x(total):.1f}",
                x2=f"{x(total):.1f}",
                y1=f"{base - tall:.1f}",
                y2=base,
                stroke=INK,
                stroke_dasharray="4 3",
            )
        )
    return parts, height


def draw_posteriors(observed: int, results: Sequence[EstimateResult], *, words: Words = _as_told) -> str:
    """Where posteriors and bootstraps put the total, one hill for each result that has one; empty text if none has.

    Args:
        observed: people on at least one list.
        results: what the methods say.
        words: gives labels in the reader's language.
    """
    if not any(len(r.posterior) > 1 for r in results):
        return ""
    parts, height = _posterior_parts(observed, results, words)
    return _svg(parts, height, words("How likely each total is"))


def draw_all(table: CaptureTable, results: Sequence[EstimateResult], *, words: Words = _as_told) -> str:
    """Estimates, capture patterns and posteriors below each other in one picture."""
    drawn = [
        _estimate_parts(table.observed_count, results, words),
        _pattern_parts(table, words),
    ]
    if any(len(r.posterior) > 1 for r in results):
        drawn.append(_posterior_parts(table.observed_count, results, words))
    parts, y = [_tag("rect", x=0, y=0, width=WIDTH, height=10_000, fill="#ffffff")], 0.0
    for inside, height in drawn:
        parts.append(_tag("g", *inside, transform=f"translate(0 {y:.0f})"))
        y += height + 24
    return _svg(parts, y, words("Estimates"))
