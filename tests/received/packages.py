"""The good filing as units really send it: cut into several files, of several kinds, with a report."""

import io
from functools import cache

import openpyxl

from tests.intake import wordfiles as w
from tests.received import good as g
from xlperf.report_text.structure import outline_of
from xlperf.workbooks.workbook_writer import writer_of

BASIC, OVERALL = "基础数据表", "整体支出绩效自评表"
PROJECTS = ("项目支出绩效自评表1", "项目支出绩效自评表2")
UNIT = g.filing().unit_name


@cache
def plain() -> bytes:
    """The good filing in a workbook of the official sheets alone."""
    return writer_of(g.PROFILE, working=False).workbook(g.filing())


def sheets(*titles: str, changes: dict[str, g.Edit] | None = None) -> bytes:
    """A workbook with some of the official sheets only; its formulas have no saved results."""
    return _cut(g.edited(changes, workbook=plain()) if changes else plain(), titles)


@cache
def _cut(workbook: bytes, titles: tuple[str, ...]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    for name in book.sheetnames:
        if name not in titles:
            del book[name]
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@cache
def word(*numbers: int) -> bytes:
    """A Word document with some of the forms as tables, by their numbers from 0."""
    blocks = []
    for number, (above, rows, columns) in enumerate(w.of_workbook(plain())):
        if number in numbers:
            blocks += [*above, w.table(rows, [1500] * columns), w.paragraph("")]
    return w.document(*blocks)


def report(*sentences: str, unit: str = UNIT) -> bytes:
    """A Word report with every chapter, the first of which says ``sentences``."""
    lines = [f"2024年度{unit}整体支出绩效自评报告"]
    for number, chapter in zip("一二三四五六七八九十", _chapters(), strict=False):
        lines += [
            f"{number}、{chapter}",
            *(sentences if number == "一" else ()),
            "按要求开展工作，执行率受工程结算进度影响。",
        ]
    return w.document(*map(w.paragraph, lines))


def _chapters() -> list[str]:
    return [title for title, *_ in outline_of(g.PROFILE)["整体"]]


def package(**changed: bytes | None) -> dict[str, bytes]:
    """The pieces of a complete package by file name; ``changed`` ones by stem, None to leave one out."""
    pieces = {
        "附件1.xlsx": sheets(BASIC),
        "附件2.docx": word(1),
        "项目1.xlsx": sheets(PROJECTS[0]),
        "项目2.docx": word(3),
        "报告.docx": report(),
    }
    by_stem = {name.partition(".")[0]: name for name in pieces}
    made = pieces | {by_stem.get(stem, f"{stem}.xlsx"): content for stem, content in changed.items()}
    return {name: content for name, content in made.items() if content is not None}
