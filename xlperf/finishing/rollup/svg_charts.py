"""Names and numbers → bars as inline SVG, coloured by the classes of the page; a bar may be a link."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT, _BOTTOM, _TOP = 640, 260, 44, 26
_BASE = _HEIGHT - _BOTTOM
_AXIS = f'<line class="axis" x1="0" x2="{_WIDTH}" y1="{_BASE}" y2="{_BASE}"/>'
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
    most, step, room = _most(bars), _WIDTH / max(len(bars), 1), _HEIGHT - _BOTTOM - _TOP
    drawn = []
    for number, bar in enumerate(bars):
        shape, top = _standing(bar, kind, (number + 0.18) * step, step * 0.64, room / most)
        middle = (number + 0.5) * step
        number_above = f'<text class="n" x="{middle:.1f}" y="{top - 7:.1f}">{escape(bar.shown)}</text>'
        drawn.append(_linked(bar, f"{shape}{number_above}{_below(bar.name, middle)}"))
    return _svg(title, bars, _HEIGHT, [*drawn, _AXIS])


def rows(title: str, bars: Sequence[Bar], *, kind: str = "b") -> str:
    """Lying bars below each other."""
    most, room = _most(bars), _WIDTH - _LABEL - _RIGHT
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
    most, step, room = _most(every), _WIDTH / max(len(names), 1), _HEIGHT - _BOTTOM - _TOP - 18
    wide = step * 0.76 / max(len(series), 1)
    drawn = []
    for place, (label, bars) in enumerate(series):
        kind = "abc"[place % 3]
        drawn.append(f'<rect class="bar {kind}" x="{8 + place * 130}" y="5" width="12" height="12"/>')
        drawn.append(f'<text class="k" x="{26 + place * 130}" y="17">{escape(label)}</text>')
        for number, bar in enumerate(bars):
            left = (number + 0.12) * step + place * wide
            shape, top = _standing(bar, kind, left, wide * 0.9, room / most)
            drawn.append(
                f'{shape}<text class="n s" x="{left + wide * 0.45:.1f}" y="{top - 5:.1f}"'
                f"{_squeezed(bar.shown, wide)}>{escape(bar.shown)}</text>"
            )
    drawn += [_below(name, (number + 0.5) * step) for number, name in enumerate(names)]
    return _svg(title, every, _HEIGHT, [*drawn, _AXIS])


def _most(bars: Sequence[Bar]) -> float:
    return max((bar.value for bar in bars), default=0) or 1


def _standing(bar: Bar, kind: str, left: float, width: float, scale: float) -> tuple[str, float]:
    """A bar above the axis, and where its top is."""
    height = max(bar.value, 0) * scale
    top = _BASE - height
    shape = (
        f'<rect class="bar {kind}" x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}"/>'
    )
    return shape, top


def _below(name: str, middle: float) -> str:
    return f'<text class="l" x="{middle:.1f}" y="{_HEIGHT - 18}">{escape(name)}</text>'


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
