"""Names and numbers → bars as inline SVG, coloured by the classes of the page; a bar may be a link."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT, _BOTTOM, _TOP = 640, 260, 44, 26
_ROW, _LABEL, _RIGHT = 26, 250, 70
_DIGIT = 6.2
"""Width of a digit above a bar of a group."""
_LONGEST = 18
"""Letters of a name next to a lying bar."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, its length, the number as printed, and where a click leads ("" for nowhere)."""

    name: str
    value: float
    shown: str
    link: str = ""


def columns(title: str, bars: Sequence[Bar], *, kind: str = "a") -> str:
    """Standing bars side by side."""
    most = max((bar.value for bar in bars), default=0) or 1
    step = _WIDTH / max(len(bars), 1)
    room = _HEIGHT - _BOTTOM - _TOP
    drawn = []
    for number, bar in enumerate(bars):
        height = max(bar.value, 0) / most * room
        left, top = number * step + step * 0.18, _HEIGHT - _BOTTOM - height
        middle = number * step + step / 2
        drawn.append(
            _linked(
                bar,
                f'<rect class="bar {kind}" x="{left:.1f}" y="{top:.1f}" width="{step * 0.64:.1f}"'
                f' height="{height:.1f}"/>'
                f'<text class="n" x="{middle:.1f}" y="{top - 7:.1f}">{escape(bar.shown)}</text>'
                f'<text class="l" x="{middle:.1f}" y="{_HEIGHT - 18}">{escape(bar.name)}</text>',
            )
        )
    base = _HEIGHT - _BOTTOM
    drawn.append(f'<line class="axis" x1="0" x2="{_WIDTH}" y1="{base}" y2="{base}"/>')
    return _svg(title, bars, _HEIGHT, drawn)


def rows(title: str, bars: Sequence[Bar], *, kind: str = "b") -> str:
    """Lying bars below each other."""
    most = max((bar.value for bar in bars), default=0) or 1
    room = _WIDTH - _LABEL - _RIGHT
    drawn = []
    for number, bar in enumerate(bars):
        top, length = number * _ROW + 4, max(bar.value, 0) / most * room
        name = bar.name if len(bar.name) <= _LONGEST else f"{bar.name[: _LONGEST - 1]}…"
        drawn.append(
            _linked(
                bar,
                f'<text class="r" x="{_LABEL - 8}" y="{top + 14}">{escape(name)}</text>'
                f'<rect class="bar {kind}" x="{_LABEL}" y="{top}" width="{length:.1f}" height="18"/>'
                f'<text class="v" x="{_LABEL + length + 6:.1f}" y="{top + 14}">{escape(bar.shown)}</text>',
            )
        )
    return _svg(title, bars, len(bars) * _ROW + 8, drawn)


def groups(title: str, names: Sequence[str], series: Sequence[tuple[str, Sequence[Bar]]]) -> str:
    """For each of ``names`` a group of standing bars, one of each of ``series``, with a legend."""
    every = [bar for _, bars in series for bar in bars]
    most = max((bar.value for bar in every), default=0) or 1
    step, room = _WIDTH / max(len(names), 1), _HEIGHT - _BOTTOM - _TOP - 18
    wide = step * 0.76 / max(len(series), 1)
    drawn = []
    for place, (label, bars) in enumerate(series):
        kind = "abc"[place % 3]
        drawn.append(f'<rect class="bar {kind}" x="{8 + place * 130}" y="5" width="12" height="12"/>')
        drawn.append(f'<text class="k" x="{26 + place * 130}" y="17">{escape(label)}</text>')
        for number, bar in enumerate(bars):
            height = max(bar.value, 0) / most * room
            left, top = number * step + step * 0.12 + place * wide, _HEIGHT - _BOTTOM - height
            drawn.append(
                f'<rect class="bar {kind}" x="{left:.1f}" y="{top:.1f}" width="{wide * 0.9:.1f}"'
                f' height="{height:.1f}"/>'
                f'<text class="n s" x="{left + wide * 0.45:.1f}" y="{top - 5:.1f}"'
                f"{_squeezed(bar.shown, wide)}>{escape(bar.shown)}</text>"
            )
    for number, name in enumerate(names):
        drawn.append(
            f'<text class="l" x="{(number + 0.5) * step:.1f}" y="{_HEIGHT - 18}">{escape(name)}</text>'
        )
    base = _HEIGHT - _BOTTOM
    drawn.append(f'<line class="axis" x1="0" x2="{_WIDTH}" y1="{base}" y2="{base}"/>')
    return _svg(title, every, _HEIGHT, drawn)


def _squeezed(shown: str, wide: float) -> str:
    """How a number is made as narrow as its bar, "" where it is not wider."""
    if len(shown) * _DIGIT <= wide:
        return ""
    return f' textLength="{wide * 0.94:.1f}" lengthAdjust="spacingAndGlyphs"'


def _linked(bar: Bar, drawn: str) -> str:
    return f'<a href="#{escape(bar.link)}">{drawn}</a>' if bar.link else f"<g>{drawn}</g>"


def _svg(title: str, bars: Sequence[Bar], height: float, drawn: Sequence[str]) -> str:
    said = "；".join(f"{bar.name} {bar.shown}" for bar in bars)
    return (
        f'<figure><figcaption>{escape(title)}</figcaption><svg viewBox="0 0 {_WIDTH} {height}" role="img"'
        f' aria-label="{escape(f"{title}：{said}")}">{"".join(drawn)}</svg></figure>'
    )
