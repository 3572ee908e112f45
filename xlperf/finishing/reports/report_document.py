"""A written report → a .docx file: the template filled in, the official tables behind it.

Texts of a unit are put in as texts: nothing in them is read as a field of the template.
"""

import copy
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlperf.core.lazy import LazyModule
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.source import text_of, texts_of
from xlperf.finishing.reports.report_paragraphs import WrittenParagraph, WrittenReport
from xlperf.finishing.reports.report_template import template_path
from xlperf.finishing.reports.word_tables import form_xml
from xlperf.outputs.finding_texts import xml_text
from xlperf.outputs.word_templates import filled_document

if TYPE_CHECKING:
    import docx
    from docx import shared
    from docx.oxml import ns
else:
    docx, ns, shared = LazyModule("docx"), LazyModule("docx.oxml.ns"), LazyModule("docx.shared")

_CLOSING = ("Listed", "Signed")
"""Styles of the lines that end a report."""
_FOOTER = 7
"""Millimetres from the text to the page number."""


def report_document(report: WrittenReport, profile: Profile, template: Path | None = None) -> bytes:
    """The report as a .docx file, with the same bytes at each run.

    Raises InputError for a ``template`` that cannot be filled in.
    """
    tables = "".join(
        form_xml(record, profile.forms[alias], profile, table_width())
        for alias in report.forms
        for record in report.filing.of(alias)
    )
    return filled_template(
        report.year, report.unit, report.name, report.cover, report.paragraphs, tables, template
    )


def table_width() -> float:
    """How wide an attached table is, in millimetres."""
    layout = texts_of("report_bodies")["layout"]
    return float(layout["page"][0] - sum(layout["attachment_margins"][2:]))


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
        lambda document: _finish(document, tables),
    )


def _finish(document: Any, tables: str) -> None:
    """Keep the last lines of the text with what they close, and put the tables behind it."""
    body = document.docx.element.body
    for paragraph, below in pairwise(document.docx.paragraphs):
        if below.style.style_id in _CLOSING:
            paragraph.paragraph_format.keep_with_next = True
    if tables:
        body.findall(ns.qn("w:p"))[-1].get_or_add_pPr().append(_attachment_pages(document.docx))
        made = docx.oxml.parse_xml(f"<w:body {ns.nsdecls('w')}>{tables}</w:body>")
        for element in list(made):
            body.insert_element_before(element, "w:sectPr")


def _attachment_pages(document: Any) -> Any:
    """Give the last section the margins of attachments; the section of the text, which ends before it."""
    page = document.sections[-1]
    text = copy.deepcopy(page._sectPr)
    margins = texts_of("report_bodies")["layout"]["attachment_margins"]
    for side, length in zip(("top", "bottom", "left", "right"), margins, strict=True):
        setattr(page, f"{side}_margin", shared.Mm(length))
    page.footer_distance = shared.Mm(margins[1] - _FOOTER)
    for started in page._sectPr.findall(ns.qn("w:pgNumType")):
        page._sectPr.remove(started)
    return text
