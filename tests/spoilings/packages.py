"""Spoilings of a workbook as a whole: its sheets, its wrapping, its bytes."""

import io
import re
import zipfile
from random import Random

import openpyxl

from tests.received import good as g
from tests.spoilings.sources import Good, Tab
from tests.spoilings.spoilt import WORKBOOKS, Spoilt, expected, expected_on, kind

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


def _book(good: Good, *edits: g.Edit) -> bytes:
    return g.edited({g.WORKBOOK: g.chained(*edits)}, workbook=good.content)


def _sheet(good: Good, chance: Random, alias: str = "") -> Tab:
    return chance.choice(good.of(alias) if alias else good.tabs)


@kind("工作表改名", WORKBOOKS)
def tab_renamed(good: Good, chance: Random) -> Spoilt | None:
    tab = _sheet(good, chance)
    name = chance.choice(["Sheet1", "汇总", "上报"])
    content = _book(good, _renamed(tab.title, name))
    return Spoilt(content, (expected_on(_named(tab, name), "T202"),), unharmed=True)


def _renamed(old: str, new: str) -> g.Edit:
    def change(xml: str) -> str:
        xml = xml.replace(f'name="{old}"', f'name="{new}"')
        return re.sub(rf"(?<=>)'?{re.escape(old)}'?!", f"'{new}'!", xml)

    return change


def _named(tab: Tab, title: str) -> Tab:
    return Tab(tab.number, tab.record, tab.form, tab.placement, title)


@kind("工作表隐藏", WORKBOOKS)
def tab_hidden(good: Good, chance: Random) -> Spoilt | None:
    tab = chance.choice(good.tabs[1:])
    state = chance.choice(["hidden", "veryHidden"])
    content = _book(good, g.replaced(f'name="{tab.title}"', f'name="{tab.title}" state="{state}"'))
    return Spoilt(content, (expected_on(tab, "T204"),), unharmed=True)


@kind("多出一张表", WORKBOOKS)
def sheet_added(good: Good, chance: Random) -> Spoilt | None:
    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>草稿</t></is></c></row>'
    xml = f'<worksheet xmlns="{_MAIN}"><sheetData>{row}</sheetData></worksheet>'
    return Spoilt(_with_sheet(good, "草稿", xml), (expected("T203"),), unharmed=True)


@kind("项目表照抄一份", WORKBOOKS)
def project_copied(good: Good, chance: Random) -> Spoilt | None:
    """Copied for the next project and never filled in: the same project twice."""
    tab = _sheet(good, chance, "项目")
    title = f"{tab.form.sheet_name(0)} (2)"
    content = _with_sheet(good, title, part(good, tab))
    touched = frozenset((alias, "项目支出_本年决算数") for alias in ("基础",))
    doubled = {"X801", "X802", "X805", "X816", "X817", "X820", "T206", "T202"}
    return Spoilt(content, (expected("X813"),), touched, frozenset(doubled))


@kind("缺一张表", WORKBOOKS)
def form_missing(good: Good, chance: Random) -> Spoilt | None:
    tab = _sheet(good, chance, "整体")

    def without(xml: str) -> str:
        xml = re.sub(rf'<sheet name="{tab.title}"[^>]*/>', "", xml)
        xml = re.sub(rf"<definedName [^>]*>'?{tab.title}'?![^<]*</definedName>", "", xml)
        return re.sub(
            r'localSheetId="(\d+)"',
            lambda at: f'localSheetId="{int(at[1]) - (int(at[1]) >= tab.number)}"',
            xml,
        )

    return Spoilt(_book(good, without), (expected("T201"),), along=frozenset({"D906"}))


@kind("辅助表删去", working=True)
def helpers_deleted(good: Good, chance: Random) -> Spoilt | None:
    titles = ("目录", "计分", "校验")

    def change(xml: str) -> str:
        for title in titles:
            xml = re.sub(rf'<sheet name="{title}"[^>]*/>', "", xml)
            xml = re.sub(rf"<definedName [^>]*localSheetId[^>]*>'?{title}'?![^<]*</definedName>", "", xml)
            xml = re.sub(rf">'?{title}'?![^<]*</definedName>", ">#REF!</definedName>", xml)
        return xml

    return Spoilt(_book(good, change), unharmed=True)


@kind("用别的软件存过", working=True)
def saved_by_openpyxl(good: Good, chance: Random) -> Spoilt | None:
    """No saved results any more: they are computed, and that is said once a sheet."""
    stream = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(good.content)).save(stream)
    findings = tuple(expected_on(tab, "M405") for tab in good.tabs)
    return Spoilt(stream.getvalue(), findings)


@kind("带宏")
def with_macros(good: Good, chance: Random) -> Spoilt | None:
    content = g.edited({}, {"xl/vbaProject.bin": bytes(64)}, good.content)
    return Spoilt(content, (expected("F120"),), unharmed=True)


@kind("链接别的文件")
def linked(good: Good, chance: Random) -> Spoilt | None:
    content = g.edited({}, {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}, good.content)
    return Spoilt(content, (expected("F121"),), unharmed=True)


@kind("文件不完整")
def cut_off(good: Good, chance: Random) -> Spoilt | None:
    size = chance.randint(len(good.content) // 4, len(good.content) - 60)
    return Spoilt(good.content[:size], (expected("F115"),), along=frozenset({"D901"}))


@kind("改名照抄别的单位")
def of_another_unit(good: Good, chance: Random) -> Spoilt | None:
    """The file of another unit under this one's name."""
    name = f"999_{good.filing.unit_name}分局.xlsx"
    return Spoilt(good.content, (expected("D906"),), unharmed=True, name=name)


def part(good: Good, tab: Tab) -> str:
    with zipfile.ZipFile(io.BytesIO(good.content)) as archive:
        return archive.read(tab.part).decode()


def _with_sheet(good: Good, name: str, xml: str) -> bytes:
    relation = f'<Relationship Id="rIdX" Type="{_SHEET}" Target="worksheets/sheet99.xml"/></Relationships>'
    override = f'<Override PartName="/xl/worksheets/sheet99.xml" ContentType="{_TYPE}"/></Types>'
    listed = f'<sheet name="{name}" sheetId="99" r:id="rIdX"/></sheets>'
    changes = {
        g.WORKBOOK: g.replaced("</sheets>", listed),
        "xl/_rels/workbook.xml.rels": g.replaced("</Relationships>", relation),
        "[Content_Types].xml": g.replaced("</Types>", override),
    }
    return g.edited(changes, {"xl/worksheets/sheet99.xml": xml.encode()}, good.content)
