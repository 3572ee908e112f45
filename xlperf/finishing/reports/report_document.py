"""A written report → a .docx file: the template filled in, the official tables behind it.

Texts of a unit are put in as texts: nothing in them is read as a field of the template.
"""

import gc
import io
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlperf.core.errors import InputError
from xlperf.core.lazy import LazyModule
from xlperf.declarations.model import Profile
from xlperf.declarations.source import text_of, texts_of
from xlperf.finishing.reports.report_paragraphs import WrittenParagraph, WrittenReport
from xlperf.finishing.reports.report_template import template_path
from xlperf.finishing.reports.word_tables import form_xml
from xlperf.ooxml.package_writing import undated
from xlperf.outputs.finding_texts import one_line, xml_text

if TYPE_CHECKING:
    import docx
    import docxtpl
    from docx.oxml import ns
    from jinja2 import sandbox
else:
    docx, docxtpl = LazyModule("docx"), LazyModule("docxtpl")
    ns, sandbox = LazyModule("docx.oxml.ns"), LazyModule("jinja2.sandbox")

_YOUNG = 0
"""What a document leaves behind: its parts name each other."""


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
    path = template or template_path()
    stream = io.BytesIO()
    context = {
        "dated": text_of("report_bodies", "end", "dated", 年度=year),
        "unit": xml_text(unit),
        "name": name,
        "cover": [xml_text(line) for line in cover],
        "blocks": [{"kind": paragraph.kind, "text": xml_text(paragraph.text)} for paragraph in paragraphs],
    }
    try:
        document = docxtpl.DocxTemplate(io.BytesIO(_content(path)))
        document.render(context, sandbox.SandboxedEnvironment(), autoescape=True)
        _attach(document, tables)
        document.save(stream)
        del document
    except Exception as error:
        reason = one_line(str(error)) or type(error).__name__
        raise InputError(text_of("report_bodies", "wrong_template", path=path, reason=reason)) from error
    gc.collect(_YOUNG)
    return undated(stream)


@lru_cache(2)
def _content(path: Path) -> bytes:
    return path.read_bytes()


def _attach(document: Any, tables: str) -> None:
    """Put elements at the end of the document."""
    body = document.docx.element.body
    made = docx.oxml.parse_xml(f"<w:body {ns.nsdecls('w')}>{tables}</w:body>")
    for element in list(made):
        body.insert_element_before(element, "w:sectPr")
