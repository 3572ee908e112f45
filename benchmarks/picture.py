"""Figures by number of files → an SVG of small charts next to each other, number of files to a log scale."""

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 360, 230, 52, 92, 34, 40
COLOURS = ("#1f6fb4", "#d2691e", "#3a8f3a")
_FONT = "font-family='sans-serif' font-size='11'"

Lines = Mapping[str, Sequence[float]]


def charts(counts: Sequence[int], panels: Mapping[str, Lines]) -> str:
    """One chart for each title: lines by name, a figure for each number of files."""
    titled = enumerate(panels.items())
    drawn = [_chart(title, counts, lines, place * WIDTH) for place, (title, lines) in titled]
    size = f"width='{WIDTH * len(panels)}' height='{HEIGHT}'"
    ground = "<rect width='100%' height='100%' fill='white'/>"
    return f"<svg xmlns='http://www.w3.org/2000/svg' {size}>{ground}{''.join(drawn)}</svg>\n"


def _chart(title: str, counts: Sequence[int], lines: Lines, offset: int) -> str:
    top = _round_up(max(max(values) for values in lines.values()))
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    start, span = math.log10(counts[0]), math.log10(counts[-1]) - math.log10(counts[0]) or 1

    def x(count: int) -> float:
        return LEFT + (math.log10(count) - start) / span * (right - LEFT)

    def y(value: float) -> float:
        return bottom - value / top * (bottom - TOP)

    def text(across: float, down: float, content: str, more: str = "") -> str:
        return f"<text x='{across:.1f}' y='{down:.1f}' {_FONT} {more}>{escape(content)}</text>"

    parts = [text(LEFT, 18, title, "font-weight='bold' fill='#333'")]
    for value in (top * step / 4 for step in range(5)):
        parts.append(f"<path d='M{LEFT} {y(value):.1f}H{right}' stroke='#ddd'/>")
        parts.append(text(LEFT - 6, y(value) + 4, f"{value:g}", "text-anchor='end' fill='#333'"))
    parts += [
        text(x(count), bottom + 18, _short(count), "text-anchor='middle' fill='#333'") for count in counts
    ]
    for (name, values), colour in zip(lines.items(), COLOURS, strict=False):
        points = [f"{x(count):.1f},{y(value):.1f}" for count, value in zip(counts, values, strict=True)]
        parts.append(
            f"<polyline points='{' '.join(points)}' fill='none' stroke='{colour}' stroke-width='2'/>"
        )
        parts.append(text(right + 8, y(values[-1]) + 4, name, f"fill='{colour}'"))
    return f"<g transform='translate({offset},0)'>{''.join(parts)}</g>"


def _short(count: int) -> str:
    """A number of files for the axis: 1 万 in place of 10,000, which would touch the next."""
    return f"{count // 10_000} 万" if count and count % 10_000 == 0 else f"{count:,}"


def _round_up(value: float) -> float:
    """The next 1, 2, 4 or 8 times a power of ten, so that quarters are round."""
    power = 10 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 8, 10) if step * power >= value)
