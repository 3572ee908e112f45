"""Spoilings of the layout: rows, columns, merges, labels and names, the figures as they were."""

import re
from random import Random

from tests.received import good as g
from tests.received.copies import names_moved
from tests.spoilings.packages import part
from tests.spoilings.sources import Good, Tab
from tests.spoilings.spoilt import EVERY, WORKBOOKS, Spoilt, expected, expected_on, kind
from xlperf.declarations.forms_and_rules import Row

_CHANGED = frozenset({"T216"})
"""That the form was changed since it was sent out, said once a sheet."""
_UNREAD = frozenset({"T226", "T227", "C320", "C326"})
"""What is said of a row whose label is not known: its values are not read, and their cells not used."""
_TEXT = r"<t(?: [^>]*)?>([^<]*)</t>"


def _labelled(tab: Tab) -> list[tuple[int, Row]]:
    """Sheet rows of amounts with a label in front, from the body of the form."""
    return [
        (placed.number, placed.row)
        for placed in tab.placement.rows
        if placed.index is None and placed.row.cells[0].text.strip("… ") and placed.row.cells[-1].field
    ]


def _with_names(good: Good, tab: Tab, first: int, by: int, *edits: g.Edit) -> bytes:
    """A sheet edited and its defined names moved, as Excel does it when rows go in or out."""
    changes = {tab.part: g.chained(*edits), g.WORKBOOK: names_moved(tab.title, first, by)}
    return g.edited(changes, workbook=good.content)


@kind("插入空行", WORKBOOKS)
def row_inserted(good: Good, chance: Random) -> Spoilt | None:
    """Not right below a block, where a blank row is one of the block that was left empty."""
    tab = chance.choice(good.of("基础"))
    ends = {last + 1 for _, last in tab.placement.spans.values()}
    row = chance.choice([number for number, _ in _labelled(tab) if number not in ends])
    finding = expected_on(tab, "T207", cell=f"A{row}")
    content = _with_names(good, tab, row, 1, g.shifted(row, 1))
    return Spoilt(content, (finding,), along=_CHANGED, unharmed=True)


@kind("表头上方插行", WORKBOOKS)
def shifted_down(good: Good, chance: Random) -> Spoilt | None:
    """The whole form two rows lower."""
    tab = chance.choice(good.tabs)
    content = _with_names(good, tab, 1, 2, g.shifted(1, 2))
    return Spoilt(content, (expected_on(tab, "T207", cell="A1"),), along=_CHANGED, unharmed=True)


@kind("插入空列", WORKBOOKS)
def column_inserted(good: Good, chance: Random) -> Spoilt | None:
    """A column put in before B: everything behind it moves by one."""
    tab = chance.choice(good.of("基础"))
    content = good.edited(tab, g.column_put_in("B"))
    return Spoilt(content, (expected_on(tab, "T214"),), along=_CHANGED | {"T206"}, unharmed=True)


@kind("删去一行", WORKBOOKS)
def row_deleted(good: Good, chance: Random) -> Spoilt | None:
    """A row of amounts of 基础数据表; its figures are gone, and the sums over them are stale."""
    tab = chance.choice(good.of("基础"))
    row, declared = chance.choice(
        [
            labelled
            for labelled in _labelled(tab)
            if tab.record.fields.get(labelled[1].cells[1].field) is not None
        ]
    )
    gone = frozenset((tab.form.alias, cell.field) for cell in declared.cells if cell.field)
    content = _with_names(good, tab, row + 1, -1, g.without_row(row))
    return Spoilt(content, (expected_on(tab, "T208"),), gone, _CHANGED)


@kind("合并取消", WORKBOOKS)
def merges_undone(good: Good, chance: Random) -> Spoilt | None:
    tab = chance.choice(good.tabs)

    def unmerged(xml: str) -> str:
        return re.sub(r"<mergeCells.*?</mergeCells>", "", xml, flags=re.DOTALL)

    return Spoilt(good.edited(tab, unmerged), (expected_on(tab, "T216"),), unharmed=True)


@kind("标签改字", WORKBOOKS)
def label_reworded(good: Good, chance: Random) -> Spoilt | None:
    tab = chance.choice(good.of("基础"))
    row, declared = chance.choice(_labelled(tab))
    content = good.edited(tab, _label(row, f"{declared.cells[0].text.strip()}支出情况"))
    return _without_label(tab, row, declared, content)


@kind("标签加空格换行", EVERY)
def label_spaced(good: Good, chance: Random) -> Spoilt | None:
    tab = chance.choice(good.tabs)
    row, declared = chance.choice(_labelled(tab))
    text = "　".join(declared.cells[0].text.strip()) + "\n"
    at = _first_text(tab, row)
    return Spoilt(good.edited(tab, g.text(at, text)), unharmed=True)


@kind("标签清空", WORKBOOKS)
def label_cleared(good: Good, chance: Random) -> Spoilt | None:
    tab = chance.choice(good.of("基础"))
    row, declared = chance.choice(_labelled(tab))
    content = good.edited(tab, g.empty(f"A{row}"))
    return _without_label(tab, row, declared, content)


def _without_label(tab: Tab, row: int, declared: Row, content: bytes) -> Spoilt:
    """The label is reported; its row may be missing, and what is computed from its values not judged."""
    fields = frozenset((tab.form.alias, cell.field) for cell in declared.cells if cell.field)
    findings = (expected_on(tab, "T205", cell=f"A{row}"),)
    return Spoilt(content, findings, along=_CHANGED | _UNREAD, unharmed=True, unlabelled=fields)


def _label(row: int, text: str) -> g.Edit:
    return g.text(f"A{row}", text)


def _first_text(tab: Tab, row: int) -> str:
    placed = next(candidate for candidate in tab.placement.rows if candidate.number == row)
    return f"{chr(ord('A') + placed.row.cells[0].first - 1)}{row}"


@kind("两列对调", WORKBOOKS)
def columns_exchanged(good: Good, chance: Random) -> Spoilt | None:
    """Budget and results of the money block exchanged, headings and all."""
    tab = chance.choice(good.of("基础"))
    first = next(placed.number for placed in tab.placement.rows if placed.row.id == "经费表头")
    last = next(placed.number for placed in tab.placement.rows if placed.row.id == "基本支出预算调整")

    def swapped(xml: str) -> str:
        for row in range(first, last + 1):
            xml = xml.replace(f'<c r="D{row}"', f'<c r="@{row}"')
            xml = xml.replace(f'<c r="F{row}"', f'<c r="D{row}"').replace(f'<c r="@{row}"', f'<c r="F{row}"')
        return xml

    findings = tuple(expected_on(tab, "T209", cell=f"{letter}{first}") for letter in "DF")
    return Spoilt(good.edited(tab, swapped), findings, along=_CHANGED, unharmed=True)


@kind("名称丢失")
def names_lost(good: Good, chance: Random) -> Spoilt | None:
    def unnamed(xml: str) -> str:
        return re.sub("<definedNames>.*</definedNames>", "", xml, flags=re.DOTALL)

    content = g.edited({g.WORKBOOK: unnamed}, workbook=good.content)
    findings = tuple(expected_on(tab, "T206") for tab in good.tabs)
    return Spoilt(content, findings, along=_CHANGED, unharmed=True)


@kind("隐藏行", WORKBOOKS)
def row_hidden(good: Good, chance: Random) -> Spoilt | None:
    tab = chance.choice(good.tabs)
    row, _ = chance.choice(_labelled(tab))
    content = good.edited(tab, g.replaced(f'<row r="{row}"', f'<row r="{row}" hidden="1"'))
    return Spoilt(content, (expected_on(tab, "T211"),), unharmed=True)


@kind("权重改印", WORKBOOKS)
def printed_weight(good: Good, chance: Random) -> Spoilt | None:
    """产出指标（50分）→（45分）."""
    tab = chance.choice(good.of("整体"))
    found = re.findall(r"（([0-9]+)分）", " ".join(_shown(good, tab)))
    if not found:
        return None
    old = chance.choice(found)
    content = good.edited(tab, g.replaced(f"（{old}分）", f"（{int(old) - 5}分）"))
    return Spoilt(content, (expected_on(tab, "T213"),), unharmed=True)


@kind("标题年份是去年", EVERY)
def title_of_last_year(good: Good, chance: Random) -> Spoilt | None:
    tab = chance.choice(good.tabs)
    row, title = next(
        (placed.number, placed.row.cells[0].text) for placed in tab.placement.rows if placed.row.id == "标题"
    )
    year = str(good.profile.year)
    others = [other for other in good.tabs if other.form is not tab.form and year in other.form.title]
    if year not in title or len(others) < 2:
        return None
    content = good.edited(tab, g.text(f"A{row}", title.replace(year, str(good.profile.year - 1))))
    finding = expected_on(tab, "T205", "T221", cell=f"A{row}")
    return Spoilt(content, (finding,), along=_CHANGED | {"T221"}, unharmed=True)


@kind("旧版附件")
def older_version(good: Good, chance: Random) -> Spoilt | None:
    changed = g.replaced(good.profile.version, "0123456789ab")
    content = g.edited({"docProps/custom.xml": changed}, workbook=good.content)
    return Spoilt(content, (expected("T210"),), unharmed=True)


def _shown(good: Good, tab: Tab) -> list[str]:
    return re.findall(_TEXT, part(good, tab))
