"""Ways to spoil a working copy in the spreadsheet program itself, as Excel leaves the file afterwards.

Rows inserted in and at a block, sheets copied and renamed, formulas written into cells, templates of an
older issue, helper sheets treated badly. Importing this adds them to ``KINDS``.
"""

import io
import re
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.received import good as g
from tests.received.clumsy import KINDS
from tests.received.spoiling import basic, kind
from xlperf.declarations.template_fingerprint import HELPER_MARK, template_fingerprint
from xlperf.intake.filing_reader import read_filing
from xlperf.intake.fixed_texts import structure_of

__all__ = ["KINDS"]

PROPERTIES = "docProps/custom.xml"
_OVERALL_SHEET = "整体支出绩效自评表"
_PROJECT_SHEET = "项目支出绩效自评表1"
_SCORES = [g.address("整体", "指标_得分", row) for row in range(g.counts(g.PROFILE.forms["整体"])["指标"])]
_FIRST, _LAST = int(_SCORES[0][1:]), int(_SCORES[-1][1:])
_RUNNING = g.address("基础", "业务工作经费_上年决算数")
_PUBLIC = g.address("基础", "办公经费_本年决算数")
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


def part(name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(g.good())) as archive:
        return archive.read(name).decode()


def names_moved(title: str, first: int, by: int) -> g.Edit:
    """Defined names after rows were inserted from ``first`` on: what lies below goes down, ranges grow."""

    def moved(match: re.Match[str]) -> str:
        return f"{match[1]}{int(match[2]) + by if int(match[2]) >= first else match[2]}"

    def change(xml: str) -> str:
        return re.sub(
            rf"(?<=>)('?{re.escape(title)}'?!)([^<]*)",
            lambda found: found[1] + re.sub(r"(\$[A-Z]+\$|(?<=[!:])\$)([0-9]+)", moved, found[2]),
            xml,
        )

    return change


def row_inserted(at: int, source: int, total: float) -> bytes:
    """A row put in above row ``at`` of the overall form: half of the points of row ``source``.

    ``total`` is the sum that Excel then saves.
    """
    score = _score(source)
    points = f"<v>{score / 2:g}</v>"
    texts = {"D": "群众来访接待批次", "E": "≥10批", "F": "12批"}
    cells = "".join(
        f'<c r="{letter}{at}" t="inlineStr"><is><t>{text}</t></is></c>' for letter, text in texts.items()
    )
    row = f'<row r="{at}">{cells}<c r="G{at}">{points}</c><c r="H{at}">{points}</c></row>'
    lower = source + (source >= at)
    total_cell = f"H{int(g.address('整体', '总分_得分')[1:]) + 1}"
    sheet = g.chained(
        g.shifted(at, 1),
        lambda xml: re.sub(rf'(?=<row r="{at + 1}")', row, xml),
        g.number(f"G{lower}", score / 2),
        g.number(f"H{lower}", score / 2),
        g.cached(total_cell, f"{total:g}"),
    )
    return g.edited({g.OVERALL: sheet, g.WORKBOOK: names_moved(_OVERALL_SHEET, at, 1)})


def _total() -> float:
    at = g.address("整体", "总分_得分")
    return float(re.search(rf'<c r="{at}"[^>]*><f>[^<]*</f><v>([^<]+)</v>', part(g.OVERALL))[1])


def _score(row: int) -> float:
    return float(re.search(rf'<c r="H{row}"[^>]*><v>([^<]+)</v>', part(g.OVERALL))[1])


@kind
def row_inserted_in_the_block() -> bytes:
    return row_inserted(_FIRST + 2, _FIRST + 1, _total())


@kind
def row_inserted_below_the_block() -> bytes:
    """Right above the totals: the names do not grow, so the sum leaves the row out."""
    return row_inserted(_LAST + 1, _LAST, _total() - _score(_LAST) / 2)


def with_sheet(name: str, xml: str, names: str = "") -> bytes:
    """The good workbook with a sheet more behind the others; ``names`` are its defined names."""
    relation = f'<Relationship Id="rIdX" Type="{_RELATION}" Target="worksheets/sheet99.xml"/>'
    override = f'<Override PartName="/xl/worksheets/sheet99.xml" ContentType="{_SHEET_TYPE}"/>'

    def listed(book: str) -> str:
        local = names.replace("{index}", str(book.count("<sheet ")))
        book = book.replace("</definedNames>", f"{local}</definedNames>")
        return book.replace("</sheets>", f'<sheet name="{name}" sheetId="99" r:id="rIdX"/></sheets>')

    return g.edited(
        {
            g.WORKBOOK: listed,
            "xl/_rels/workbook.xml.rels": g.replaced("</Relationships>", f"{relation}</Relationships>"),
            "[Content_Types].xml": g.replaced("</Types>", f"{override}</Types>"),
        },
        {"xl/worksheets/sheet99.xml": xml.encode()},
    )


@kind
def project_sheet_copied() -> bytes:
    """As Excel copies: "… (2)", the local names with it; then another project's name typed in."""
    title = f"{_PROJECT_SHEET} (2)"
    local = re.findall(rf"<definedName [^>]*>'?{_PROJECT_SHEET}'?![^<]*</definedName>", part(g.WORKBOOK))
    names = re.sub(r'localSheetId="\d+"', 'localSheetId="{index}"', "".join(local))
    names = names.replace(f"'{_PROJECT_SHEET}'", f"'{title}'")
    return with_sheet(title, g.text(g.address("项目", "项目名称"), "信息化运维")(part(g.PROJECT)), names)


@kind
def project_sheet_renamed() -> bytes:
    return g.edited({g.WORKBOOK: g.replaced(_PROJECT_SHEET, "政务服务项目")})


@kind
def typed_formula_that_holds() -> bytes:
    return basic(g.formula(_RUNNING, "ROUND(SUM(1,3)+6%,2)", "4.06"))


@kind
def typed_formula_out_of_date() -> bytes:
    """F19 of the form is 74.44; the sum over it is saved as it was before."""
    return basic(g.formula(_RUNNING, f"SUM({_PUBLIC}:{_PUBLIC})-70", "4.06"))


@kind
def typed_formula_on_another_sheet() -> bytes:
    return basic(g.formula(_RUNNING, f"'{_OVERALL_SHEET}'!$H${_FIRST}-1", "4.06"))


@kind
def typed_formula_to_another_file() -> bytes:
    link = g.formula(_RUNNING, "[1]决算!$B$7", "4.06")
    return g.edited({g.BASIC: link}, {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"})


@kind
def own_formula_linked_to_another_file() -> bytes:
    at = g.address("基础", "在职人员控制率")
    return basic(g.formula(at, "'D:\\报表\\[去年.xlsx]表1'!$F$4", "1"))


@kind
def typed_formula_around_in_a_circle() -> bytes:
    return basic(g.formula(_RUNNING, f"{_RUNNING}+1", "4.06"))


@kind
def typed_formula_with_a_function_not_computed() -> bytes:
    return basic(g.formula(_RUNNING, "NPV(0.1,4.466)", "4.06"))


@kind
def typed_formula_of_today() -> bytes:
    return basic(g.formula(_RUNNING, "(TODAY()-TODAY())+4.06", "4.06"))


@kind
def typed_formula_over_an_array() -> bytes:
    return basic(g.cell(_RUNNING, f'<f t="array" ref="{_RUNNING}">SUM(({_PUBLIC}&gt;0)*4.06)</f><v>4.06</v>'))


def _rows_exchanged(upper: int, lower: int) -> g.Edit:
    """Two neighbouring rows exchanged, with all that is in them."""

    def change(xml: str) -> str:
        first, second = (re.search(rf'<row r="{row}".*?</row>', xml, re.DOTALL)[0] for row in (upper, lower))
        renumbered = [
            re.sub(rf'((?:row|c) r="[A-Z]*){old}"', rf'\g<1>{new}"', row)
            for row, old, new in ((second, lower, upper), (first, upper, lower))
        ]
        return xml.replace(first + second, "".join(renumbered))

    return change


def _older(edit: g.Edit) -> bytes:
    """The basic form of an older issue: a label other than today's, two rows in another order."""
    upper, lower = (int(g.address("基础", name)[1:]) for name in ("出国_本年决算数", "接待_本年决算数"))
    swap = {str(upper): str(lower), str(lower): str(upper)}
    names = rf"('基础数据表'!\$[B-F]\$)({upper}|{lower})(?=<)"
    return g.edited(
        {
            g.BASIC: g.chained(
                g.replaced("<t>三公经费</t>", "<t>“三公”经费支出</t>"), _rows_exchanged(upper, lower), edit
            ),
            g.WORKBOOK: lambda xml: re.sub(names, lambda found: found[1] + swap[found[2]], xml),
            PROPERTIES: g.replaced(g.PROFILE.version, "2023aaaaaaaa"),
        }
    )


def _sealed_again(workbook: bytes) -> bytes:
    """The seal that the older issue bore when it was sent out."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "older.xlsx"
        path.write_bytes(workbook)
        reading = read_filing(path).reading
    sheet = reading.book.sheets[0]
    digests = structure_of(sheet, reading.book.names_on(sheet.name)).digests
    ours = template_fingerprint(g.PROFILE).split()
    new = " ".join([f"基础={'/'.join(digests)}", *ours[1:]])
    return g.edited({PROPERTIES: g.replaced(" ".join(ours), new)}, workbook=workbook)


@kind
def template_of_last_year() -> bytes:
    return _sealed_again(_older(lambda xml: xml))


@kind
def template_of_last_year_altered() -> bytes:
    sealed = _sealed_again(_older(lambda xml: xml))
    return g.edited({g.BASIC: g.replaced("<t>编制数</t>", "<t>核定编制数</t>")}, workbook=sealed)


@kind
def label_moved_to_another_column() -> bytes:
    """编制数 cut and put down one cell to the right, where its merged cell ends."""
    return basic(g.empty("B3"), g.text("C3", "编制数"))


@kind
def merge_undone() -> bytes:
    return basic(g.replaced('<mergeCell ref="A3:A4"/>', ""))


HELPERS = ("目录", "计分", "校验")
_MARK = rf"<definedName [^>]*{HELPER_MARK}[^>]*>'?{{title}}'?![^<]*</definedName>"


def helper_part(title: str) -> str:
    """The part of a helper sheet: the last sheets of the workbook, in the order of HELPERS."""
    sheets = len(re.findall("<sheet ", part(g.WORKBOOK)))
    return f"xl/worksheets/sheet{sheets - len(HELPERS) + HELPERS.index(title) + 1}.xml"


def unmarked(*titles: str) -> g.Edit:
    def change(xml: str) -> str:
        for title in titles:
            xml, count = re.subn(_MARK.format(title=title), "", xml)
            assert count == 1, title
        return xml

    return change


@kind
def helper_sheet_renamed() -> bytes:
    return g.edited({g.WORKBOOK: g.replaced("校验", "我的核对表")})


@kind
def helper_sheet_that_looks_like_a_form() -> bytes:
    """Marked sheets are not read, whatever is in them."""
    form = g.chained(g.number(_RUNNING, -5), g.text("A3", "已核"))(part(g.BASIC))
    return g.edited({helper_part("计分"): lambda _: form})


@kind
def helper_sheet_damaged() -> bytes:
    """Not even inflated, so that nothing in it can do harm."""
    return g.edited({helper_part("校验"): lambda _: "<worksheet><sheetData><row"})


@kind
def helper_sheet_typed_into() -> bytes:
    typed = '<row r="9999"><c r="A9999" t="inlineStr"><is><t>已核，没有问题</t></is></c></row></sheetData>'
    return g.edited({helper_part("校验"): g.replaced("</sheetData>", typed)})


@kind
def helper_sheets_deleted() -> bytes:
    """What Excel leaves of them: names without a place."""

    def change(xml: str) -> str:
        for title in HELPERS:
            xml = unmarked(title)(xml)
            xml = re.sub(rf'<sheet name="{title}"[^>]*/>', "", xml)
            xml = re.sub(rf"<definedName [^>]*localSheetId[^>]*>'?{title}'?![^<]*</definedName>", "", xml)
            xml = re.sub(rf">'?{title}'?![^<]*</definedName>", ">#REF!</definedName>", xml)
        return xml

    return g.edited({g.WORKBOOK: change})


@kind
def helper_sheets_without_their_marks() -> bytes:
    return g.edited({g.WORKBOOK: unmarked(*HELPERS)})


@kind
def helper_sheet_without_its_mark_renamed() -> bytes:
    return g.edited({g.WORKBOOK: g.chained(unmarked("校验"), g.replaced("校验", "我的核对表"))})


@kind
def helper_sheet_in_another_workbook() -> bytes:
    """校验 copied alone into a new workbook; its formulas look back to the old one."""
    keep = re.search(r'<sheet name="校验"[^>]*/>', part(g.WORKBOOK))[0]
    mark = f'<definedName name="{HELPER_MARK}" localSheetId="0">校验!$A$1</definedName>'

    def alone(xml: str) -> str:
        xml = re.sub(r"<sheets>.*</sheets>", f"<sheets>{keep}</sheets>", xml)
        return re.sub(r"<definedNames>.*</definedNames>", f"<definedNames>{mark}</definedNames>", xml)

    return g.edited({g.WORKBOOK: alone, PROPERTIES: g.replaced("xlperf.", "other.")})
