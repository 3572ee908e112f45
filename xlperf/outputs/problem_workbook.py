"""A report as the workbook 问题清单.xlsx: 汇总, the list with links, files, rates of units, exemptions.

A check compared with an earlier one adds the lists of what is fixed and of what was not looked at again.
"""

import io
from pathlib import Path

from openpyxl import Workbook

from xlperf.declarations.check_report import Report
from xlperf.declarations.findings import Status
from xlperf.declarations.source import texts_of
from xlperf.outputs.files_sheet import write_files
from xlperf.outputs.overview import write_overview
from xlperf.outputs.problems import write_problems
from xlperf.outputs.rates_sheet import write_rates


def render(report: Report, target: Path | None = None) -> bytes:
    """The workbook as bytes; ``target`` is where it will lie, for links to the checked files."""
    texts = texts_of("reports")
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator, book.properties.title = "xlperf", texts["title"]
    write_overview(book, report)
    write_problems(book, texts["title"], report.findings, target)
    if any(file.forms for file in report.files):
        write_files(book, report, target)
    if report.ratios:
        write_rates(book, report.ratios)
    if report.exempted:
        write_problems(book, texts["exempted_sheet"], report.exempted, target)
    for status in (Status.FIXED, Status.UNCHECKED) if report.baseline else ():
        write_problems(book, status.value, report.by_status[status], target)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
