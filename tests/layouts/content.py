"""The markup of a cell → its content, with the text it shows and the value a reader takes from it."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_PERCENT = re.compile(r"(-?\d+(?:\.(\d+))?)%")
_GROUPED = re.compile(r"n:(-?[\d,]+(?:\.(\d+))?)")
_UNSEEN = re.compile(r"\[-.*?-\]|\[~.*?~\]")
_MARKS = re.compile(r"\[\+|\+\]|\[c:|:c\]|\[#(?=\d)|(?<=\d\.)#\]")
BLANKS = {"", "—", "——", "-", "/", "－"}


@dataclass(frozen=True)
class Percent:
    """A fraction that the cell shows as a percentage."""

    value: float
    digits: int

    def __str__(self) -> str:
        return f"{self.value * 100:.{self.digits}f}%"


@dataclass(frozen=True)
class Grouped:
    """A number shown with thousands separators."""

    value: float
    digits: int

    def __str__(self) -> str:
        return f"{self.value:,.{self.digits}f}"


@dataclass(frozen=True)
class Day:
    """A real date, shown as 2023年5月6日."""

    value: date

    def __str__(self) -> str:
        return f"{self.value.year}年{self.value.month}月{self.value.day}日"


@dataclass(frozen=True)
class Formula:
    """A formula and what it results in."""

    text: str
    result: "Content"

    def __str__(self) -> str:
        return shown(self.result)


Content = int | float | str | Percent | Grouped | Day | Formula | None


def parse(markup: str) -> Content:
    """The content of 12.5, 98.5%, n:1,234.50, @2023-05-06, =B2/C2 => 98.5%, 'text or text."""
    text = markup.strip()
    if text.startswith("=") and "=>" in text:
        formula, _, result = text.partition("=>")
        return Formula(formula.strip(), parse(result))
    if text.startswith("@"):
        return Day(date.fromisoformat(text[1:]))
    if found := _PERCENT.fullmatch(text):
        return Percent(float(Decimal(found[1]) / 100), len(found[2] or ""))
    if found := _GROUPED.fullmatch(text):
        return Grouped(float(found[1].replace(",", "")), len(found[2] or ""))
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text.removeprefix("'").replace("\\n", "\n") or None


def shown(content: Content) -> str:
    """The text that the cell shows, without what a person does not see."""
    if content is None:
        return ""
    if isinstance(content, float):
        return f"{round(content, 6):.10g}"
    return _MARKS.sub("", _UNSEEN.sub("", str(content)))


def figure(content: Content, prose: bool = False) -> int | float | str | None:
    """The value of a field: numbers as they are, texts stripped and on one line unless they are prose."""
    if isinstance(content, Formula):
        return figure(content.result, prose)
    if isinstance(content, Percent | Grouped):
        return round(content.value, 8)
    if isinstance(content, int | float):
        return content
    text = shown(content).strip(" \n\u3000")
    text = text if prose else re.sub(r"\s*\n\s*", "", text)
    return None if text in BLANKS else text


def wording(content: Content) -> str | None:
    """The value of an indicator's target or result: the text as the page shows it."""
    text = re.sub(r"\s*\n\s*", "", shown(content)).strip(" \u3000")
    return None if text in BLANKS else text
