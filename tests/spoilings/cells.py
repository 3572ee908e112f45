"""Spoilings of one cell, or of all cells of a sheet: right figures, wrongly put down."""

import re
from itertools import pairwise
from random import Random
from string import ascii_uppercase

from openpyxl.utils import get_column_letter

from tests.received import good as g
from tests.spoilings.sources import Good, Target, one_of
from tests.spoilings.spoilt import EVERY, WORKBOOKS, Spoilt, expected_at, expected_on, kind, touched

_MONEY = "万元"
_RATE = "%"
_NUMBER = re.compile(r'<c r="([A-Z]+\d+)"((?: s="\d+")?)><v>([^<]+)</v></c>')
_TO_FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


def _typed(target: Target) -> bool:
    return isinstance(target.value, float) and target.declared.formula is None and not target.declared.default


def _money(target: Target) -> bool:
    return _typed(target) and target.declared.type.unit == _MONEY and target.number != 0


def _computed(target: Target) -> bool:
    """A formula cell with a number in it."""
    return isinstance(target.value, float) and target.declared.formula is not None


def _as_typed(target: Target | None, good: Good, text: str, *codes: str, also: str = "") -> Spoilt | None:
    if target is None:
        return None
    content = good.edited(target.tab, g.text(target.cell, text))
    along = frozenset({also} if also else ())
    return Spoilt(content, (expected_at(target, *codes),) if codes else (), along=along, unharmed=True)


@kind("数字存成文本", EVERY)
def number_as_text(good: Good, chance: Random) -> Spoilt | None:
    target = one_of(good, chance, _typed)
    return _as_typed(target, good, f"{target.number:.15g}", "C303") if target else None


@kind("文本数字带空格", EVERY)
def number_as_text_with_blanks(good: Good, chance: Random) -> Spoilt | None:
    target = one_of(good, chance, _typed)
    return _as_typed(target, good, f"\u3000{target.number:.15g}\xa0", "C303") if target else None


@kind("千分位文本", EVERY)
def thousands(good: Good, chance: Random) -> Spoilt | None:
    target = one_of(good, chance, lambda cell: _money(cell) and cell.number >= 1000)
    return _as_typed(target, good, f"{target.number:,.2f}", "C303") if target else None


@kind("全角数字", EVERY)
def full_width(good: Good, chance: Random) -> Spoilt | None:
    target = one_of(good, chance, _money)
    text = f"{target.number:.15g}".translate(_TO_FULL_WIDTH) if target else ""
    return _as_typed(target, good, text, "C303")


@kind("格内写万元", EVERY)
def with_unit(good: Good, chance: Random) -> Spoilt | None:
    target = one_of(good, chance, _money)
    return _as_typed(target, good, f"{target.number:.15g}万元", "C304") if target else None


@kind("格内写元", EVERY)
def in_yuan(good: Good, chance: Random) -> Spoilt | None:
    target = one_of(good, chance, _money)
    return _as_typed(target, good, f"{target.number * 10000:,.0f}元", "C304") if target else None


@kind("百分数存成文本", EVERY)
def percent_as_text(good: Good, chance: Random) -> Spoilt | None:
    target = one_of(good, chance, lambda cell: _computed(cell) and cell.declared.type.unit == _RATE)
    return _as_typed(target, good, f"{target.number:.2%}", "C303", also="M401") if target else None


@kind("整表数字存成文本", WORKBOOKS)
def all_as_text(good: Good, chance: Random) -> Spoilt | None:
    tab = chance.choice(good.tabs)

    def as_text(xml: str) -> str:
        return _NUMBER.sub(r'<c r="\1"\2 t="inlineStr"><is><t>\3</t></is></c>', xml)

    return Spoilt(good.edited(tab, as_text), (expected_on(tab, "C311"),), unharmed=True)


@kind("数字写进标签格", EVERY)
def in_label(good: Good, chance: Random) -> Spoilt | None:
    """其中：一般公共预算：1042.68, the cell next to it left empty."""
    target = one_of(good, chance, lambda cell: _money(cell) and cell.name.startswith(("收入_", "支出_")))
    if target is None:
        return None
    cells = [cell for row in target.tab.form.rows for cell in row.cells]
    label = next(before for before, cell in pairwise(cells) if cell.field == target.at)
    at = f"{get_column_letter(label.first)}{target.cell.lstrip(ascii_uppercase)}"
    filled = g.text(at, f"{label.text.rstrip('：')}：{target.number:.15g}")
    expected = expected_on(target.tab, "C313", cell=at)
    return Spoilt(
        good.edited(target.tab, filled, g.empty(target.cell)),
        (expected,),
        along=frozenset({"T216"}),
        unharmed=True,
    )


@kind("填成文字", EVERY)
def words(good: Good, chance: Random) -> Spoilt | None:
    target = one_of(good, chance, _money)
    if target is None:
        return None
    filled = good.with_values((target, "见附件"))
    return Spoilt(filled, (expected_at(target, "C302"),), touched(target))


@kind("错误值", WORKBOOKS)
def error_value(good: Good, chance: Random) -> Spoilt | None:
    """#REF! typed by a lost link; sums over it are errors too, and saved as they were before."""
    target = one_of(good, chance, _money)
    if target is None:
        return None
    content = good.edited(target.tab, g.cell(target.cell, "<v>#REF!</v>", "e"))
    return Spoilt(content, (expected_at(target, "C308"),), touched(target))


@kind("没有的写成横线", EVERY)
def dash(good: Good, chance: Random) -> Spoilt | None:
    """An empty amount with —— in it says the same as empty: nothing is reported."""
    target = one_of(good, chance, lambda cell: cell.value is None and cell.declared.type.unit == _MONEY)
    mark = chance.choice(["——", "—", "/", "无"])
    return _as_typed(target, good, mark) if target and target.declared.formula is None else None


@kind("旧的计算结果", EVERY)
def stale(good: Good, chance: Random) -> Spoilt | None:
    target = one_of(good, chance, _last)
    if target is None:
        return None
    wrong = round(target.number + chance.choice([0.37, -0.28, 1.05]), 4)
    content = good.edited(target.tab, g.cached(target.cell, f"{wrong:.15g}"))
    return Spoilt(content, (expected_at(target, "M404", *OVERWRITTEN),), touched(target))


@kind("公式被结果盖掉", EVERY)
def by_its_result(good: Good, chance: Random) -> Spoilt | None:
    target = one_of(good, chance, _computed)
    if target is None:
        return None
    content = good.edited(target.tab, g.number(target.cell, target.number))
    return Spoilt(content, (expected_at(target, "M401"),), unharmed=True)


@kind("公式被别的数盖掉", EVERY)
def by_another_number(good: Good, chance: Random) -> Spoilt | None:
    target = one_of(good, chance, _computed)
    if target is None:
        return None
    content = good.with_values((target, round(target.number + chance.choice([0.37, -0.28, 1.05]), 4)))
    return Spoilt(content, (expected_at(target, *OVERWRITTEN),), touched(target))


@kind("公式被改写")
def formula_replaced(good: Good, chance: Random) -> Spoilt | None:
    target = one_of(good, chance, _computed)
    if target is None:
        return None
    edit = g.formula(target.cell, f"1*{target.number:.15g}", f"{target.number:.15g}")
    return Spoilt(good.edited(target.tab, edit), (expected_at(target, "M403"),), unharmed=True)


@kind("公式被清空", EVERY)
def formula_cleared(good: Good, chance: Random) -> Spoilt | None:
    target = one_of(good, chance, _last)
    if target is None:
        return None
    content = good.edited(target.tab, g.empty(target.cell))
    return Spoilt(content, (expected_at(target, "M406", "M417"),), touched(target))


@kind("小数位过多", WORKBOOKS)
def too_many_decimals(good: Good, chance: Random) -> Spoilt | None:
    """A figure with four decimals, printed with two."""
    target = one_of(
        good, chance, lambda cell: _money(cell) and cell.name.startswith(("办公", "会议", "水电"))
    )
    if target is None:
        return None
    content = good.with_values((target, target.number + 0.0012))
    return Spoilt(content, (expected_at(target, "C306"),), touched(target))


OVERWRITTEN = ("M402", "B501", "B503", "B504", "B505", "B506", "P701", "S601", "S602", "S603", "S606")
"""Reported where a formula became another number: by the rule about it, or else as such."""


def _last(target: Target) -> bool:
    """A computed cell from which no other of its sheet is computed."""
    form = target.tab.form
    texts = (form.fields[name].formula_text for name in form.computed)
    return _computed(target) and not any(re.search(rf"\b{target.name}\b", text) for text in texts)
