"""Findings → what comments and the sheet of findings in an annotated copy say of them."""

from collections.abc import Sequence

from xlperf.declarations.annotation_texts import NUMBER, Column
from xlperf.declarations.findings import Finding
from xlperf.declarations.texts import texts_of
from xlperf.outputs.escaping import xml_text
from xlperf.outputs.finding_texts import details, texts_of_finding


def paragraph(finding: Finding) -> str:
    """What a comment says of one finding: severity, code, message, and the details line by line."""
    first = f"{finding.severity.value} {finding.code}：{finding.message}"
    shown = texts_of("annotate")["comment"]["details"]
    lines = [first, *(f"{name}：{text}" for name, text in details(finding) if name in shown)]
    return xml_text("\n".join(lines))


def line_of(finding: Finding, number: int, columns: Sequence[Column]) -> Sequence[str]:
    """The texts of a finding, the ``number``-th of a list, under the columns of the list."""
    texts = {NUMBER: str(number), **texts_of_finding(finding)}
    return [texts[column.shows] for column in columns]
