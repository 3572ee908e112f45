"""Each construct of a workbook → a workbook that holds it n times."""

from collections.abc import Callable
from typing import NamedTuple

from tests.growth import packages as p

_FIRST_ROW = 60
_SHEET = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"


class Construct(NamedTuple):
    """``made(n)`` gives the bytes of a file with the construct n times; ``count`` is the smaller n."""

    suffix: str
    made: Callable[[int], bytes]
    count: int


def rows(cell: Callable[[int], str], columns: str = "ABCDEFGH") -> Callable[[int], bytes]:
    """A workbook with n more cells in rows of eight."""

    def made(count: int) -> bytes:
        lines = (
            f'<row r="{row}">{"".join(cell(row).replace("@", letter) for letter in columns)}</row>'
            for row in range(_FIRST_ROW, _FIRST_ROW + count // len(columns))
        )
        return p.with_rows("".join(lines))

    return made


def one_cell(text: Callable[[int], str], end: str = "") -> Callable[[int], bytes]:
    """A workbook with one text that has the length n, in a cell for a figure."""

    def made(count: int) -> bytes:
        inside = f"<is><t>{text(count)}{end}</t></is>"
        return p.with_rows(f'<row r="60"><c r="A60" t="inlineStr">{inside}</c></row>')

    return made


def repeated(piece: str) -> Callable[[int], str]:
    """``piece`` over and over, n characters of it."""
    return lambda count: piece * (count // len(piece))


def numbered(piece: str) -> Callable[[int], str]:
    """``piece`` n times, each with its number in place of #."""
    return lambda count: "".join(piece.replace("#", str(number)) for number in range(1, count + 1))


def inside(name: str, before: str, pieces: Callable[[int], str]) -> Callable[[int], bytes]:
    """A workbook with n pieces more in a part."""
    return lambda count: p.workbook(name, before, pieces(count))


def _sheets(count: int) -> bytes:
    """A workbook with n more sheets, each like its first."""
    parts = dict(p.blank())
    tabs = numbered('<sheet name="表#" sheetId="9#" r:id="rIdMore#"/>')(count)
    relations = numbered(f'<Relationship Id="rIdMore#" Target="/xl/worksheets/more#.xml" Type="{_SHEET}"/>')
    parts[p.WORKBOOK] = parts[p.WORKBOOK].replace("</sheets>", f"{tabs}</sheets>")
    end = "</Relationships>"
    parts[p.RELATIONS] = parts[p.RELATIONS].replace(end, relations(count) + end)
    parts |= {f"xl/worksheets/more{number}.xml": parts[p.SHEET] for number in range(1, count + 1)}
    return p.packed(parts)


def _merges(step: int) -> Callable[[int], str]:
    return lambda count: "".join(
        f'<mergeCell ref="J{60 + row * step}:K{61 + row * step}"/>' for row in range(count)
    )


_TEXT = '<c r="@#" t="inlineStr"><is><t>{}</t></is></c>'


def _text(text: str) -> Callable[[int], str]:
    cell = _TEXT.format(text)
    return lambda row: cell.replace("#", str(row))


_INDICATORS = "".join(
    f'<c r="{letter}#0" t="inlineStr"><is><t>{text}</t></is></c>'
    for letter, text in zip(
        "ABCDEFGH", ["产出指标", "数量指标", "培训#场", "≥#场", "#场", "5", "5", "无"], strict=True
    )
)
_FORM = "".join(
    f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{text}</t></is></c><c r="B{row}"><v>1</v></c></row>'
    for row, text in zip(
        ("#0", "#1", "#2"), ("项目支出绩效自评表", "年度资金总额", "全年预算数"), strict=True
    )
)


def _chain(value: str) -> Callable[[int], str]:
    return lambda row: f'<c r="@{row}"><f>@{row - 1}+1</f>{value}</c>'


def _shared(row: int) -> str:
    area = ' ref="A60:H9999">SUM(A50:A59)</f>' if row == _FIRST_ROW else "/>"
    return f'<c r="@{row}"><f t="shared" si="0"{area}<v>1</v></c>'


def _terms(joiner: str, term: str) -> Callable[[int], bytes]:
    def made(count: int) -> bytes:
        formula = joiner.join([term] * count)
        return p.with_rows(f'<row r="60"><c r="A60"><f>{formula}</f></c></row>')

    return made


def _nested_formula(count: int) -> bytes:
    return p.with_rows(f'<row r="60"><c r="A60"><f>{"(" * count}1{")" * count}</f></c></row>')


_NUMBER_FORMATS = numbered('<numFmt numFmtId="#" formatCode="0.0#"/>')
_READING = '<rPh sb="0" eb="1"><t>z</t></rPh>'
_OPEN_READING = '<rPh sb="0"><t>z</t>'

WORKBOOKS = {
    "cells with numbers": Construct(".xlsx", rows(lambda row: f'<c r="@{row}"><v>{row}.5</v></c>'), 4000),
    "cells in another order": Construct(
        ".xlsx", rows(lambda row: f'<c t="n" r="@{row}" s="1"><v>{row}.5</v></c>'), 4000
    ),
    "cells without places": Construct(".xlsx", rows(lambda row: f"<c><v>{row}</v></c>"), 4000),
    "inline texts": Construct(".xlsx", rows(_text("办公经费明细")), 2000),
    "labels of forms": Construct(".xlsx", rows(_text("全年预算数")), 800),
    "titles of forms": Construct(".xlsx", rows(_text("项目支出绩效自评表")), 800),
    "error values": Construct(".xlsx", rows(lambda row: f'<c r="@{row}" t="e"><v>#REF!</v></c>'), 2000),
    "forms one below another": Construct(".xlsx", lambda n: p.with_rows(numbered(_FORM)(n)), 60),
    "indicators": Construct(
        ".xlsx", lambda n: p.with_rows(numbered(f'<row r="#0">{_INDICATORS}</row>')(n)), 300
    ),
    "shared texts": Construct(".xlsx", lambda n: p.with_strings(numbered("<si><t>第#条</t></si>")(n)), 8000),
    "shared texts, open": Construct(".xlsx", lambda n: p.with_strings("<si><t>甲</t>" * n), 8000),
    "runs of a text": Construct(
        ".xlsx", lambda n: p.with_strings(f"<si>{'<r><rPr><b/></rPr><t>字</t></r>' * n}</si>"), 4000
    ),
    "readings of a text": Construct(
        ".xlsx", lambda n: p.with_strings(f"<si><t>字</t>{_READING * n}</si>"), 4000
    ),
    "readings, open": Construct(
        ".xlsx", lambda n: p.with_strings(f"<si><t>字</t>{_OPEN_READING * n}</si>"), 4000
    ),
    "merges": Construct(".xlsx", inside(p.SHEET, "</mergeCells>", _merges(2)), 1000),
    "merges over each other": Construct(".xlsx", inside(p.SHEET, "</mergeCells>", _merges(1)), 1000),
    "columns": Construct(
        ".xlsx", inside(p.SHEET, "</cols>", numbered('<col min="#" max="99999" hidden="1"/>')), 4000
    ),
    "hidden rows": Construct(
        ".xlsx", inside(p.SHEET, "</sheetData>", numbered('<row r="#" hidden="1"/>')), 4000
    ),
    "validations": Construct(
        ".xlsx",
        inside(
            p.SHEET,
            "</dataValidations>",
            numbered(
                '<dataValidation type="list" sqref="J# K# L#:M#"><formula1>"是"</formula1></dataValidation>'
            ),
        ),
        1000,
    ),
    "cell formats": Construct(
        ".xlsx",
        inside(p.STYLES, "</cellXfs>", lambda n: '<xf numFmtId="4" fontId="0"><alignment/></xf>' * n),
        4000,
    ),
    "number formats": Construct(
        ".xlsx",
        inside(p.STYLES, "<fonts", lambda n: f"<numFmts>{_NUMBER_FORMATS(n)}</numFmts>"),
        4000,
    ),
    "properties": Construct(
        ".xlsx",
        inside(
            p.CUSTOM,
            "</Properties>",
            numbered('<property name="p#" pid="#"><vt:lpwstr xmlns:vt="urn:v">x</vt:lpwstr></property>'),
        ),
        4000,
    ),
    "a long property": Construct(
        ".xlsx",
        inside(
            p.CUSTOM,
            "</Properties>",
            lambda n: (
                f'<property name="q"><vt:lpwstr xmlns:vt="urn:v">{"基础=0/" * n}</vt:lpwstr></property>'
            ),
        ),
        20_000,
    ),
    "defined names": Construct(
        ".xlsx",
        inside(
            p.WORKBOOK,
            "</definedNames>",
            numbered("<definedName name=\"名#\">'基础数据表'!$J$#</definedName>"),
        ),
        2000,
    ),
    "sheets": Construct(".xlsx", _sheets, 20),
    "relations": Construct(
        ".xlsx",
        inside(
            p.RELATIONS, "</Relationships>", numbered('<Relationship Id="x#" Type="urn:x" Target="x#.xml"/>')
        ),
        4000,
    ),
    "saved formulas": Construct(".xlsx", rows(_chain("<v>1</v>")), 800),
    "formulas without results": Construct(".xlsx", rows(_chain("")), 400),
    "shared formulas": Construct(".xlsx", rows(_shared), 800),
    "terms of a formula": Construct(".xlsx", _terms("+", "B60"), 2000),
    "joined terms of a formula": Construct(".xlsx", _terms("&amp;", '"甲"'), 800),
    "brackets in a formula": Construct(".xlsx", _nested_formula, 400),
    "remarks in the XML": Construct(
        ".xlsx", inside(p.SHEET, "<sheetData>", lambda n: "<!-- x -->" * n), 8000
    ),
    "a digit": Construct(".xlsx", one_cell(repeated("1")), 40_000),
    "a comma": Construct(".xlsx", one_cell(repeated("1,"), "x"), 40_000),
    "a blank": Construct(".xlsx", one_cell(repeated(" 　"), "x"), 40_000),
    "an open bracket": Construct(".xlsx", one_cell(repeated("（"), "x"), 40_000),
    "a sign": Construct(".xlsx", one_cell(repeated("-△"), "x"), 40_000),
    "a figure with its unit": Construct(".xlsx", one_cell(repeated("1.5万元、"), "x"), 40_000),
    "a line": Construct(".xlsx", one_cell(repeated("项\n"), "x"), 40_000),
    "a pair of label and value": Construct(".xlsx", one_cell(repeated("预算数: 5 "), "x"), 40_000),
}
