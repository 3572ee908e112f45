"""Each construct of a Word document and of an .ods → a file that holds it n times."""

from collections.abc import Callable

from tests.growth import packages as p
from tests.growth.workbooks import Construct, numbered


def _paragraph(text: str, properties: str = "") -> str:
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_CELL = f"<w:tc>{_paragraph('甲')}</w:tc>"


def _table(body: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{body}</w:tbl>"


def blocks(piece: str) -> Callable[[int], bytes]:
    """A document of n times ``piece``, each with its number in place of #."""
    return lambda count: p.word(numbered(piece)(count))


def prose(sentence: str, start: str = "", end: str = "") -> Callable[[int], bytes]:
    """A document with one paragraph of n sentences."""
    heading = _paragraph("整体支出绩效自评报告")
    return lambda count: p.word(heading, _paragraph(start + sentence * count + end))


def _numbering(count: int, places: int = 1) -> str:
    lists = numbered(
        '<w:abstractNum w:abstractNumId="#"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        '<w:numFmt w:val="decimal"/><w:lvlText w:val="@"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="#"><w:abstractNumId w:val="#"/></w:num>'
    )
    return f"<w:numbering {_W}>{lists(count).replace('@', '%1.' * places)}</w:numbering>"


def _styled(count: int) -> bytes:
    styles = numbered('<w:style w:type="paragraph" w:styleId="s#"><w:basedOn w:val="s0#"/></w:style>')(count)
    used = '<w:pPr><w:pStyle w:val="s1"/></w:pPr>'
    return p.word(_paragraph("甲", used) * 20, styles=f"<w:styles {_W}>{styles}</w:styles>")


_WIDE = f'<w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr>{_paragraph("甲")}</w:tc>'
_LISTED = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
_FIELD = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'

DOCUMENTS = {
    "paragraphs": Construct(".docx", blocks(_paragraph("本年完成培训#场。")), 400),
    "headings": Construct(".docx", blocks(_paragraph("一、部门（单位）概况")), 400),
    "sentences": Construct(".docx", prose("本年支出#万元，比上年增加5万元，增长3%。"), 100),
    "more text than is read": Construct(".docx", prose("字" * 199 + "。"), 1000),
    "parts of a sum": Construct(".docx", prose("办公费5万元、", "2024年支出100万元，其中：", "等。"), 200),
    "figures without a stop": Construct(".docx", prose("基本支出5万元，"), 200),
    "runs": Construct(".docx", lambda n: p.word(f"<w:p>{'<w:r><w:t>字</w:t></w:r>' * n}</w:p>"), 2000),
    "breaks": Construct(
        ".docx", lambda n: p.word(f"<w:p><w:r>{'<w:t>字</w:t><w:br/>' * n}</w:r></w:p>"), 2000
    ),
    "fields": Construct(".docx", lambda n: p.word(f"<w:p>{_FIELD * n}</w:p>"), 2000),
    "tables": Construct(".docx", blocks(_table(f"<w:tr>{_CELL * 4}</w:tr>")), 60),
    "rows of a table": Construct(".docx", lambda n: p.word(_table(f"<w:tr>{_CELL * 4}</w:tr>" * n)), 300),
    "cells of a row": Construct(".docx", lambda n: p.word(_table(f"<w:tr>{_CELL * n}</w:tr>")), 300),
    "spans of a table": Construct(".docx", lambda n: p.word(_table(f"<w:tr>{_WIDE}</w:tr>" * n)), 200),
    "cells merged downwards": Construct(
        ".docx",
        lambda n: p.word(
            _table(f"<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{_paragraph('')}</w:tc>{_CELL * 3}</w:tr>" * n)
        ),
        300,
    ),
    "paragraphs of a cell": Construct(
        ".docx", lambda n: p.word(_table(f"<w:tr><w:tc>{_paragraph('甲') * n}</w:tc></w:tr>")), 1000
    ),
    "listed paragraphs": Construct(
        ".docx", lambda n: p.word(_paragraph("甲乙丙", _LISTED) * n, numbering=_numbering(1)), 400
    ),
    "places of a number": Construct(
        ".docx", lambda n: p.word(_paragraph("甲", _LISTED) * n, numbering=_numbering(1, n)), 200
    ),
    "lists": Construct(".docx", lambda n: p.word(_paragraph("甲", _LISTED), numbering=_numbering(n)), 1000),
    "styles": Construct(".docx", _styled, 2000),
    "a long text of digits": Construct(".docx", prose("1"), 20_000),
    "a long text of blanks": Construct(".docx", prose(" 　", "甲", "乙"), 10_000),
    "a long text of brackets": Construct(".docx", prose("（"), 2000),
    "a long text of years": Construct(".docx", prose("2024年"), 1000),
    "a long text of units": Construct(".docx", prose("万元"), 2000),
}

_BLANKS = '<text:s text:c="1900000000"/>'
_ODS_CELL = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'


def ods_rows(row: str) -> Callable[[int], bytes]:
    """An .ods with n rows."""
    return lambda count: p.ods(numbered(f"<table:table-row>{row}</table:table-row>")(count))


OTHERS = {
    "rows of an ods": Construct(".ods", ods_rows(_ODS_CELL.format("第#行") * 4), 400),
    "cells of an ods row": Construct(
        ".ods", lambda n: p.ods(f"<table:table-row>{_ODS_CELL.format('甲') * n}</table:table-row>"), 1000
    ),
    "repeats of ods cells": Construct(
        ".ods",
        ods_rows(_ODS_CELL.format("#") + '<table:table-cell table:number-columns-repeated="1900000000"/>'),
        400,
    ),
    "blanks of an ods text": Construct(
        ".ods",
        lambda n: p.ods(f"<table:table-row>{_ODS_CELL.format(_BLANKS * n)}</table:table-row>"),
        400,
    ),
    "spans of an ods text": Construct(
        ".ods",
        lambda n: p.ods(
            f"<table:table-row>{_ODS_CELL.format('<text:span>甲</text:span>' * n)}</table:table-row>"
        ),
        2000,
    ),
    "merges of an ods": Construct(
        ".ods",
        ods_rows(
            '<table:table-cell table:number-columns-spanned="3" table:number-rows-spanned="2"'
            ' office:value-type="string"><text:p>甲</text:p></table:table-cell>'
        ),
        400,
    ),
    "styles of an ods": Construct(
        ".ods",
        lambda n: p.ods(
            f"<table:table-row>{_ODS_CELL.format('甲')}</table:table-row>",
            numbered(
                '<style:style style:name="s#"><style:table-properties table:display="false"/></style:style>'
            )(n),
        ),
        2000,
    ),
}
