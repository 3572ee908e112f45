"""A written report → a .docx file: the template filled in, the official tables behind it.

Texts of a unit are put in as texts: nothing in them is read as a field of the template.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlperf.core.lazy import LazyModule
from xlperf.declarations.model import Profile
from xlperf.declarations.source import text_of, texts_of
from xlperf.finishing.reports.report_paragraphs import WrittenParagraph, WrittenReport
from xlperf.finishing.reports.report_template import template_path
from xlperf.finishing.reports.word_tables import form_xml
from xlperf.outputs.finding_texts import xml_text
from xlperf.outputs.word_templates import filled_document

if TYPE_CHECKING:
    import docx
    from docx.oxml import ns
else:
    docx, ns = LazyModule("docx"), LazyModule("docx.oxml.ns")


def report_document(report: WrittenReport, profile: Profile, template: Path | None = None) -> bytes:
    """The report as a .docx file, with the same bytes at each run.

    Raises InputError for a ``template`` that cannot be filled in.
    """
    tables = "".join(
        form_xml(record, profile.forms[alias], profile, text_width())
        for alias in report.forms
        for record in report.filing.of(alias)
    )
    return filled_template(
        report.year, report.unit, report.name, report.cover, report.paragraphs, tables, template
    )


def text_width() -> float:
    """How wide the text of a page is, in millimetres."""
    layout = texts_of("report_bodies")["layout"]
    return float(layout["page"][0] - sum(layout["margins"][2:]))


def filled_template(
    year: int,
    unit: str,
    name: str,
    cover: Sequence[str],
    paragraphs: Sequence[WrittenParagraph],
    tables: str,
    template: Path | None = None,
) -> bytes:
    """The template with the paragraphs of a report, and ``tables``, elements of a body, behind them.

    Raises InputError for a ``template`` that cannot be filled in.
    """
    context = {
        "dated": text_of("report_bodies", "end", "dated", 年度=year),
        "unit": xml_text(unit),
        "name": name,
        "cover": [xml_text(line) for line in cover],
        "blocks": [{"kind": paragraph.kind, "text": xml_text(paragraph.text)} for paragraph in paragraphs],
    }
    path = template or template_path()
    return filled_document(
        path,
        context,
        lambda reason: text_of("report_bodies", "wrong_template", path=path, reason=reason),
        lambda document: _attach(document, tables),
    )


def _attach(document: Any, tables: str) -> None:
    """Put elements at the end of the document."""
    body = document.docx.element.body
    made = docx.oxml.parse_xml(f"<w:body {ns.nsdecls('w')}>{tables}</w:body>")
    for element in list(made):
        body.insert_element_before(element, "w:sectPr")
