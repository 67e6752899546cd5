"""The evidence of a pair as a waterfall: from what was thought before, step by step, to the sum."""

from __future__ import annotations

from markupsafe import Markup

from firsthand.interfaces.web.pictures.svg import element
from firsthand.linkage.scoring import CandidatePair

__all__ = ["draw_waterfall"]

ROW, WIDTH, SIDE = 30, 760, 12


def draw_waterfall(pair: CandidatePair, language: str) -> Markup:
    """One row for each piece of evidence, each bar beginning where the one before ended; the line in the middle is
    even odds. For and against differ by pattern and sign, not by colour alone."""
    sums = [0.0]
    for one in pair.evidence:
        sums.append(sums[-1] + one.weight_bits)
    low, high = min(0.0, *sums), max(0.0, *sums)
    scale = (WIDTH - 2 * SIDE) / ((high - low) or 1.0)

    def x(bits: float) -> float:
        return SIDE + (bits - low) * scale

    height = (len(pair.evidence) + 1) * ROW * 1.5 + 8
    rows = [element("line", x1=f"{x(0):.1f}", x2=f"{x(0):.1f}", y1=0, y2=f"{height:.0f}", class_="grid even")]
    for number, (one, before, after) in enumerate(zip(pair.evidence, sums, sums[1:], strict=False)):
        y = number * ROW * 1.5
        words = one.words_ko if language == "ko" else one.words_en
        rows += [
            element("text", f"{one.weight_bits:+.1f}  {words}", x=SIDE, y=f"{y + 15:.1f}", class_="bar-label"),
            element(
                "rect",
                x=f"{x(min(before, after)):.1f}",
                y=f"{y + 21:.1f}",
                width=f"{max(2.0, abs(after - before) * scale):.1f}",
                height=14,
                class_="fall for" if one.weight_bits > 0 else "fall against",
            ),
        ]
        rows.append(element("line", x1=f"{x(after):.1f}", x2=f"{x(after):.1f}", y1=f"{y + 21:.1f}",
                            y2=f"{y + ROW * 1.5 + 35:.1f}", class_="grid"))  # fmt: skip
    y = len(pair.evidence) * ROW * 1.5
    rows += [
        element("text", f"{sums[-1]:+.1f}", x=SIDE, y=f"{y + 15:.1f}", class_="bar-value"),
        element(
            "rect",
            x=f"{x(min(0.0, sums[-1])):.1f}",
            y=f"{y + 21:.1f}",
            width=f"{max(2.0, abs(sums[-1]) * scale):.1f}",
            height=14,
            class_="fall sum",
        ),
    ]
    return element("svg", *rows, viewBox=f"0 0 {WIDTH} {height:.0f}", class_="chart waterfall", role="group")
