"""A report as a Word document: the verdict, then a table for each unit, on A4 landscape."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from xlperf.core.lazy import LazyModule
from xlperf.declarations.check_report import Report
from xlperf.declarations.findings import Finding
from xlperf.declarations.source import text_of, texts_of
from xlperf.declarations.stored_findings import Spread
from xlperf.ooxml.package_writing import undated
from xlperf.outputs.finding_texts import (
    in_several_files,
    measured,
    report_sections,
    subject,
    where_lines,
    with_reason,
    with_under,
    xml_text,
)
from xlperf.outputs.text_report import counts_text, summary, verdict

if TYPE_CHECKING:
    import docx
    from docx import shared
    from docx.enum import section as sections
    from docx.oxml import ns
else:
    docx = LazyModule("docx")
    shared = LazyModule("docx.shared")
    sections = LazyModule("docx.enum.section")
    ns = LazyModule("docx.oxml.ns")

_NO_DATE = "1980-01-01"
_A4_MM = (297, 210)
_MARGIN_MM = 12
_TITLE_SIZE, _TEXT_SIZE = 18, 10


def write(
    report: Report, stream: IO[bytes], target: Path | None = None, spread: Spread | None = None
) -> None:
    """Write the report as a .docx file."""
    document = docx.Document()
    _set_up(document)
    title = texts_of("reports")["title"]
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, "xlperf", ""
    properties.created = properties.modified = datetime.fromisoformat(report.date or _NO_DATE)
    document.add_heading(title, 0)
    document.add_paragraph().add_run(xml_text(verdict(report))).bold = True
    document.add_paragraph(xml_text(summary(report)))
    most: int = texts_of("reports")["word"]["most"]
    left = most
    for name, findings in report_sections(report):
        document.add_heading(xml_text(name), 2)
        document.add_paragraph(counts_text(findings))
        _add_table(document, findings[:left])
        left -= len(findings)
        if left <= 0:
            break
    every = sum(map(len, (report.findings, report.exempted, report.fixed, report.unchecked)))
    if every > most:
        said = text_of("reports", "word", "rest", shown=most, left=every - most)
        document.add_paragraph().add_run(said).bold = True
    saved = io.BytesIO()
    document.save(saved)
    stream.write(undated(saved))


def _set_up(document: Any) -> None:
    page = document.sections[0]
    page.orientation = sections.WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = (shared.Mm(length) for length in _A4_MM)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = shared.Mm(_MARGIN_MM)
    font = texts_of("styles")["normal"]["name"]
    for style, size in (("Normal", _TEXT_SIZE), ("Title", _TITLE_SIZE), ("Heading 2", _TEXT_SIZE + 2)):
        look = document.styles[style]
        look.font.name, look.font.size = font, shared.Pt(size)
        fonts = look.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("eastAsia", "ascii", "hAnsi"):
            fonts.set(ns.qn(f"w:{kind}"), font)
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(ns.qn(f"w:{theme}"), None)


def _add_table(document: Any, findings: Sequence[Finding]) -> None:
    columns: Sequence[Mapping[str, Any]] = texts_of("reports")["word"]["columns"]
    table = document.add_table(rows=1, cols=len(columns), style="Table Grid")
    table.autofit = False
    for grid, column in zip(table.columns, columns, strict=True):
        grid.width = shared.Mm(column["width"])
    headings = table.rows[0]
    headings._tr.get_or_add_trPr().append(_mark("tblHeader"))
    for cell, column in zip(headings.cells, columns, strict=True):
        cell.width = shared.Mm(column["width"])
        cell.paragraphs[0].add_run(column["head"]).bold = True
        _shade(cell, texts_of("reports")["word"]["heading_fill"])
    several = in_several_files(findings)
    for finding in findings:
        row = table.add_row()
        row._tr.get_or_add_trPr().append(_mark("cantSplit"))
        texts = _texts(finding, several)
        for cell, column in zip(row.cells, columns, strict=True):
            cell.width = shared.Mm(column["width"])
            cell.text = xml_text(texts[column["shows"]])
            if column["shows"] == "severity":
                _shade(cell, texts_of("annotate")["colours"][finding.severity.value])


def _mark(name: str) -> Any:
    return docx.oxml.OxmlElement(f"w:{name}")


def _shade(cell: Any, fill: str) -> None:
    shading = _mark("shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
        shading.set(ns.qn(f"w:{key}"), value)
    cell._tc.get_or_add_tcPr().append(shading)


def _texts(finding: Finding, several: bool) -> Mapping[str, str]:
    about, message = subject(finding), with_reason(finding, with_under(finding))
    return {
        "severity": finding.severity.value,
        "where": where_lines(finding, names_file=several),
        "message": f"{about}\n{message}" if about else message,
        "value": measured(finding.value, finding.amount_unit),
        "expected": measured(finding.expected, finding.amount_unit),
        "fix": finding.fix,
    }
